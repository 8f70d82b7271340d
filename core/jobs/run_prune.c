#include "jobs/run_folder.h"

#include "base/memory.h"
#include "base/path.h"
#include "run_about.h"
#include "whole_lock.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct found_run {
	char *id;
	int64_t made_ms; /* of run.json, which is written once; else of the folder */
};

struct found_runs {
	struct found_run *items;
	size_t count, capacity;
};

static int64_t made_ms(const char *folder)
{
	struct stat found = {0};
	char *about = path_join(folder, RUN_FILE_ABOUT);
	if (stat(about, &found) != 0 && stat(folder, &found) != 0)
		found.st_mtim.tv_sec = 0;
	free(about);
	return (int64_t)found.st_mtim.tv_sec * 1000 + found.st_mtim.tv_nsec / 1000000;
}

static void release_found(struct found_runs *runs)
{
	for (size_t i = 0; i < runs->count; i++)
		free(runs->items[i].id);
	free(runs->items);
	*runs = (struct found_runs){0};
}

static int newest_first(const void *left, const void *right)
{
	const struct found_run *a = left, *b = right;
	if (a->made_ms != b->made_ms)
		return a->made_ms < b->made_ms ? 1 : -1;
	return strcmp(b->id, a->id);
}

/* The folders in `runs`; those whose names begin with a dot are being made or removed. */
static bool find_runs(
	const char *state_folder, bool hidden, struct found_runs *runs, struct error *err)
{
	char *path = path_join(state_folder, "runs");
	DIR *all = opendir(path);
	bool done = all != NULL || errno == ENOENT ||
		    error_set_system(err, errno, "cannot read %s", path);
	for (struct dirent *entry = all == NULL ? NULL : readdir(all); entry != NULL;
		entry = readdir(all)) {
		const char *name = entry->d_name;
		if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0 || (name[0] == '.') != hidden)
			continue;
		char *folder = path_join(path, name);
		ARRAY_GROW(runs->items, runs->count, runs->capacity);
		runs->items[runs->count++] = (struct found_run){
			.id = memory_copy_text(name), .made_ms = made_ms(folder)};
		free(folder);
	}
	if (all != NULL)
		closedir(all);
	free(path);
	if (runs->count > 1)
		qsort(runs->items, runs->count, sizeof(*runs->items), newest_first);
	return done;
}

bool run_folder_list(const char *state_folder, struct run_list *list, struct error *err)
{
	struct found_runs runs = {0};
	bool done = find_runs(state_folder, false, &runs, err);
	for (size_t i = 0; done && i < runs.count && i < RUN_FOLDERS_MAX; i++) {
		ARRAY_GROW(list->ids, list->count, list->capacity);
		list->ids[list->count++] = runs.items[i].id;
		runs.items[i].id = NULL;
	}
	release_found(&runs);
	return done;
}

void run_list_release(struct run_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->ids[i]);
	free(list->ids);
	*list = (struct run_list){0};
}

static bool is_over(const char *path)
{
	struct run_evidence evidence;
	return run_look(path, &evidence, NULL) && !evidence.is_locked && run_has_ended(&evidence);
}

/* Renamed first: half a folder under its own name would look like a lost run. */
static bool remove_run(const char *state_folder, const char *id)
{
	char *path = run_folder_of(state_folder, id);
	char *hidden = memory_format("%s/runs/.old-%s", state_folder, id);
	bool removed = is_over(path) && rename(path, hidden) == 0;
	if (removed)
		run_files_remove(hidden);
	free(hidden);
	free(path);
	return removed;
}

/* What a console that died left half made or half removed; a locked one is being made. */
static void sweep_hidden(const char *state_folder, int64_t before_ms)
{
	struct found_runs runs = {0};
	find_runs(state_folder, true, &runs, NULL);
	for (size_t i = 0; i < runs.count; i++) {
		char *path = run_folder_of(state_folder, runs.items[i].id);
		if (runs.items[i].made_ms < before_ms && is_over(path))
			run_files_remove(path);
		free(path);
	}
	release_found(&runs);
}

bool run_folder_prune(const char *state_folder, const struct run_keep *keep, size_t *removed_count,
	struct error *err)
{
	struct found_runs runs = {0};
	*removed_count = 0;
	if (!find_runs(state_folder, false, &runs, err))
		return false;
	for (size_t i = 0; i < runs.count; i++) {
		bool is_old = keep->now_ms - runs.items[i].made_ms > keep->age_ms;
		if (is_old || i >= keep->count)
			*removed_count += remove_run(state_folder, runs.items[i].id);
	}
	sweep_hidden(state_folder, keep->now_ms - 60000);
	release_found(&runs);
	return true;
}

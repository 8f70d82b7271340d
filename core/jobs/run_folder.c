#include "jobs/run_folder.h"

#include "base/memory.h"
#include "base/path.h"
#include "run_about.h"
#include "whole_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct run_folder {
	char *path;
	int lock;
};

static bool is_good_id(const char *id)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789-_.";
	return id[0] != '\0' && id[0] != '.' && strspn(id, allowed) == strlen(id) &&
	       strlen(id) < RUN_ID_BYTES;
}

char *run_folder_of(const char *state_folder, const char *id)
{
	return memory_format("%s/runs/%s", state_folder, id);
}

static bool write_about(const char *path, const struct run_about *given, struct error *err)
{
	char host[64] = "", boot[RUN_BOOT_ID_BYTES] = "";
	struct run_about about = *given;
	gethostname(host, sizeof(host) - 1);
	process_boot_id(boot);
	about.host = host;
	about.boot_id = boot;
	about.console_pid = getpid();
	char *text = run_about_format(&about);
	char *file = path_join(path, RUN_FILE_ABOUT);
	bool written = path_write_file(file, text, strlen(text), err);
	free(file);
	free(text);
	return written;
}

/* Its first line takes a block of the disk, so that a full disk does not make a job unstoppable. */
static bool write_control(const char *path, struct error *err)
{
	static const char first[] = "# requests, one a line: stop terminate kill freeze continue\n";
	char *file = path_join(path, RUN_FILE_CONTROL);
	bool written = path_write_file(file, first, strlen(first), err);
	free(file);
	return written;
}

void run_files_remove(const char *path)
{
	static const char *const names[] = {RUN_FILE_LOG, RUN_FILE_CONTROL, RUN_FILE_ABOUT,
		RUN_FILE_PROCESS, RUN_FILE_PROCESS ".begun", RUN_FILE_STATUS,
		RUN_FILE_STATUS ".begun", RUN_FILE_LOCK};
	for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
		char *file = path_join(path, names[i]);
		unlink(file);
		free(file);
	}
	rmdir(path);
}

static bool take_lock(const char *path, int *lock, struct error *err)
{
	char *file = path_join(path, RUN_FILE_LOCK);
	*lock = whole_lock_take(file);
	bool taken = *lock >= 0 || error_set_system(err, errno, "cannot lock %s", file);
	free(file);
	return taken;
}

static void sync_parent(const char *path)
{
	char *folder = memory_copy_span(path, (size_t)(strrchr(path, '/') - path));
	int descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (descriptor >= 0) {
		fsync(descriptor);
		close(descriptor);
	}
	free(folder);
}

/* Gives the whole, locked folder its name; a name in use is refused. */
static bool publish(const char *unnamed, const char *path, struct error *err)
{
	if (renameat2(AT_FDCWD, unnamed, AT_FDCWD, path, RENAME_NOREPLACE) == 0) {
		sync_parent(path);
		return true;
	}
	if (errno == EEXIST)
		return error_set(err, ERROR_BUSY, "there is a run folder %s already", path);
	return error_set_system(err, errno, "cannot make the run folder %s", path);
}

bool run_folder_make(const char *state_folder, const struct run_about *about,
	struct run_folder **made, struct error *err)
{
	if (!is_good_id(about->id))
		return error_set(err, ERROR_INPUT, "\"%.60s\" cannot name a run", about->id);
	char *path = run_folder_of(state_folder, about->id);
	char *unnamed = memory_format("%s/runs/.new-XXXXXX", state_folder);
	int lock = -1;
	bool done = false;
	if (!path_make_parent(path, err))
		goto out;
	if (mkdtemp(unnamed) == NULL) {
		error_set_system(err, errno, "cannot make a folder in %s/runs", state_folder);
		goto out;
	}
	done = write_about(unnamed, about, err) && write_control(unnamed, err) &&
	       take_lock(unnamed, &lock, err) && publish(unnamed, path, err);
	if (!done)
		run_files_remove(unnamed);
out:
	free(unnamed);
	if (!done) {
		if (lock >= 0)
			close(lock);
		free(path);
		return false;
	}
	*made = memory_new(sizeof(**made));
	(*made)->path = path;
	(*made)->lock = lock;
	return true;
}

void run_folder_free(struct run_folder *folder)
{
	if (folder == NULL)
		return;
	close(folder->lock);
	free(folder->path);
	free(folder);
}

void run_folder_discard(struct run_folder *folder)
{
	run_files_remove(folder->path);
	run_folder_free(folder);
}

const char *run_folder_path(const struct run_folder *folder)
{
	return folder->path;
}

int run_folder_lock(const struct run_folder *folder)
{
	return folder->lock;
}

bool run_folder_read(const char *path, struct run_about *about, struct error *err)
{
	struct buffer text = {0};
	char *file = path_join(path, RUN_FILE_ABOUT);
	bool done = path_read_file(file, RUN_ABOUT_BYTES_MAX, &text, err) &&
		    run_about_parse(buffer_text(&text), text.length, file, about, err);
	free(file);
	buffer_release(&text);
	return done;
}

bool run_folder_newest(const char *state_folder, const char *table, char **path, struct error *err)
{
	struct run_list list = {0};
	*path = NULL;
	if (!run_folder_list(state_folder, &list, err))
		return false;
	for (size_t i = 0; i < list.count && *path == NULL; i++) {
		struct run_about about = {0};
		char *found = run_folder_of(state_folder, list.ids[i]);
		if (run_folder_read(found, &about, NULL) && text_equal(about.table, table))
			*path = found;
		else
			free(found);
		run_about_release(&about);
	}
	run_list_release(&list);
	return true;
}

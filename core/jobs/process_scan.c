#include "jobs/process_scan.h"

#include "base/clock.h"
#include "base/path.h"
#include "process_log.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ANCESTORS_MAX	64
#define SUPERVISOR_NAME "backcourt-supervise"

struct seen {
	struct process_stat stat;
	struct process_line line;
	size_t command; /* that it matches; the count of commands when none */
};

struct scan {
	const struct process_search *search;
	struct seen *seen; /* by process number */
	pid_t *pids;
	size_t count, capacity;
};

/* `bytes` is room for one line (PROCESS_LINE_BYTES_MAX). */
static void read_line(pid_t pid, char *bytes, struct process_line *into)
{
	char path[64];
	snprintf(path, sizeof(path), "/proc/%d/cmdline", (int)pid);
	size_t length = 0;
	int file = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got = 1;
	while (file >= 0 && got > 0 && length < PROCESS_LINE_BYTES_MAX) {
		got = read(file, bytes + length, PROCESS_LINE_BYTES_MAX - length);
		length += got > 0 ? (size_t)got : 0;
	}
	if (file >= 0)
		close(file);
	process_split_line(bytes, length, into);
}

static char *read_cwd(pid_t pid)
{
	char path[64], target[PATH_MAX];
	snprintf(path, sizeof(path), "/proc/%d/cwd", (int)pid);
	ssize_t length = readlink(path, target, sizeof(target) - 1);
	return length <= 0 ? NULL : memory_copy_span(target, (size_t)length);
}

static size_t find_command(const struct process_search *search, const struct seen *seen)
{
	char *cwd = read_cwd(seen->stat.pid);
	size_t i = 0;
	while (i < search->command_count &&
		(search->commands[i] == NULL ||
			!process_matches(search->commands[i], &seen->line, cwd)))
		i++;
	free(cwd);
	return i;
}

static int by_number(const void *left, const void *right)
{
	const struct seen *a = left, *b = right;
	return (a->stat.pid > b->stat.pid) - (a->stat.pid < b->stat.pid);
}

static bool see_all(struct scan *scan, struct error *err)
{
	DIR *all = opendir("/proc");
	if (all == NULL)
		return error_set_system(err, errno, "cannot read /proc");
	char *bytes = memory_new(PROCESS_LINE_BYTES_MAX);
	for (struct dirent *entry = readdir(all); entry != NULL; entry = readdir(all)) {
		struct seen seen;
		pid_t pid = (pid_t)strtol(entry->d_name, NULL, 10);
		if (pid <= 0 || !process_read_stat(pid, &seen.stat) || seen.stat.state == 'Z')
			continue;
		read_line(pid, bytes, &seen.line);
		seen.command = find_command(scan->search, &seen);
		ARRAY_GROW(scan->seen, scan->count, scan->capacity);
		scan->seen[scan->count++] = seen;
	}
	closedir(all);
	free(bytes);
	if (scan->count > 1)
		qsort(scan->seen, scan->count, sizeof(*scan->seen), by_number);
	scan->pids = memory_new_array(scan->count + 1, sizeof(*scan->pids));
	for (size_t i = 0; i < scan->count; i++)
		scan->pids[i] = scan->seen[i].stat.pid;
	return true;
}

static const struct seen *find(const struct scan *scan, pid_t pid)
{
	struct seen key = {.stat = {.pid = pid}};
	return scan->count == 0 ? NULL
				: bsearch(&key, scan->seen, scan->count, sizeof(key), by_number);
}

static bool is_own(const struct process_search *search, const struct process_stat *stat)
{
	for (size_t i = 0; i < search->own_count; i++)
		if (search->own[i].pid == stat->pid &&
			search->own[i].start_ticks == stat->start_ticks)
			return true;
	return false;
}

/* Told already: it belongs to a run of ours, or to a match above it. */
static bool is_below_another(const struct scan *scan, const struct seen *seen)
{
	if (is_own(scan->search, &seen->stat))
		return true;
	const struct seen *above = find(scan, seen->stat.parent);
	for (int i = 0; above != NULL && i < ANCESTORS_MAX; i++) {
		if (above->command == seen->command || is_own(scan->search, &above->stat))
			return true;
		above = find(scan, above->stat.parent);
	}
	return false;
}

static char *show_line(const struct command *command, const struct process_line *line)
{
	struct buffer shown = {0};
	for (size_t i = 0; i < line->count && shown.length < PROCESS_SHOWN_BYTES_MAX; i++)
		buffer_add_format(&shown, "%s%s", i == 0 ? "" : " ", line->items[i]);
	char *masked = command_mask(command, buffer_text(&shown)); /* before it is cut */
	buffer_clear(&shown);
	buffer_add_text(&shown, masked);
	free(masked);
	if (shown.length > PROCESS_SHOWN_BYTES_MAX) {
		shown.length = PROCESS_SHOWN_BYTES_MAX;
		shown.bytes[shown.length] = '\0';
		buffer_add_text(&shown, "...");
	}
	char *copy = memory_copy_text(buffer_text(&shown));
	for (char *at = copy; (at = strpbrk(at, "\t\n")) != NULL;)
		*at = '?';
	text_make_printable(copy);
	buffer_release(&shown);
	return copy;
}

static bool is_supervised(const struct scan *scan, const struct seen *seen)
{
	const struct seen *parent = find(scan, seen->stat.parent);
	return parent != NULL && parent->line.count > 0 &&
	       text_ends_with(parent->line.items[0], SUPERVISOR_NAME);
}

static void read_user(pid_t pid, char into[PROCESS_USER_BYTES])
{
	char path[64], names[2048];
	struct stat folder;
	struct passwd entry, *found = NULL;
	snprintf(path, sizeof(path), "/proc/%d", (int)pid);
	if (stat(path, &folder) != 0)
		return;
	if (getpwuid_r(folder.st_uid, &entry, names, sizeof(names), &found) == 0 && found != NULL)
		text_copy(into, PROCESS_USER_BYTES, found->pw_name);
	else
		snprintf(into, PROCESS_USER_BYTES, "%u", (unsigned)folder.st_uid);
}

static void add_found(
	const struct scan *scan, const struct seen *seen, struct found_processes *found)
{
	const struct command *command = scan->search->commands[seen->command];
	struct found_process process = {
		.identity = {seen->stat.pid, seen->stat.start_ticks},
		.command = seen->command,
		.started_ms = process_started_ms(seen->stat.start_ticks),
		.line = show_line(command, &seen->line),
		.cwd = read_cwd(seen->stat.pid),
		.is_supervised = is_supervised(scan, seen),
	};
	read_user(seen->stat.pid, process.user);
	process_read_dates(command, &seen->line, &process.dates);
	process_find_log(&process, scan->pids, scan->count, command->external_log);
	ARRAY_GROW(found->items, found->count, found->capacity);
	found->items[found->count++] = process;
}

static void scan_release(struct scan *scan)
{
	for (size_t i = 0; i < scan->count; i++)
		process_line_release(&scan->seen[i].line);
	free(scan->seen);
	free(scan->pids);
}

bool process_scan(
	const struct process_search *search, struct found_processes *found, struct error *err)
{
	struct scan scan = {.search = search};
	struct found_processes all = {0};
	bool done = see_all(&scan, err);
	for (size_t i = 0; done && i < scan.count; i++) {
		const struct seen *seen = &scan.seen[i];
		if (seen->command == search->command_count || is_below_another(&scan, seen))
			continue;
		if (all.count == PROCESS_FOUND_MAX)
			done = error_set(err, ERROR_LIMIT, "more than %d processes look like jobs",
				PROCESS_FOUND_MAX);
		else
			add_found(&scan, seen, &all);
	}
	scan_release(&scan);
	if (done)
		*found = all;
	else
		found_processes_release(&all);
	return done;
}

static void release(struct found_process *process)
{
	free(process->line);
	free(process->cwd);
	free(process->dates.dates);
	free(process->log_path);
}

void found_process_free(struct found_process *process)
{
	if (process != NULL)
		release(process);
	free(process);
}

static char *copy_text(const char *text)
{
	return text == NULL ? NULL : memory_copy_text(text);
}

struct found_process *found_process_copy(const struct found_process *process)
{
	struct found_process *copy = memory_new(sizeof(*copy));
	const struct process_dates *dates = &process->dates;
	*copy = *process;
	copy->line = copy_text(process->line);
	copy->cwd = copy_text(process->cwd);
	copy->log_path = copy_text(process->log_path);
	if (dates->dates == NULL)
		return copy;
	copy->dates.dates = memory_new_array(dates->date_count, sizeof(date_t));
	memcpy(copy->dates.dates, dates->dates, dates->date_count * sizeof(date_t));
	return copy;
}

bool found_process_is_of(const struct found_process *process, const char *state_folder)
{
	char *runs = path_join(state_folder, "runs/");
	char *folder = realpath(runs, NULL);
	bool is_of = folder != NULL && process->log_path != NULL &&
		     text_starts_with(process->log_path, folder) &&
		     process->log_path[strlen(folder)] == '/';
	free(folder);
	free(runs);
	return is_of;
}

void found_processes_forget_of(struct found_processes *found, const char *state_folder)
{
	size_t kept = 0;
	for (size_t i = 0; i < found->count; i++)
		if (found_process_is_of(&found->items[i], state_folder))
			release(&found->items[i]);
		else
			found->items[kept++] = found->items[i];
	found->count = kept;
}

void found_processes_release(struct found_processes *found)
{
	for (size_t i = 0; i < found->count; i++)
		release(&found->items[i]);
	free(found->items);
	*found = (struct found_processes){0};
}

void found_process_describe(const struct found_process *process, struct buffer *into)
{
	char at[CLOCK_TEXT_BYTES], range[DATE_RANGE_TEXT_BYTES];
	buffer_add_format(into, "process %d, started %s %s", (int)process->identity.pid,
		clock_format_time(process->started_ms, at),
		process->is_supervised ? "by another console" : "outside this console");
	if (process->dates.is_known)
		buffer_add_format(into, ", %s", date_range_format(process->dates.range, range));
	buffer_add_format(into, ": %s", process->line);
}

#include "process_log.h"

#include "base/path.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FDINFO_BYTES_MAX 4096
#define LINK_BYTES	 (PATH_MAX + 16)

int process_parse_flags(const char *fdinfo)
{
	const char *line = strstr(fdinfo, "flags:");
	if (line == NULL || (line != fdinfo && line[-1] != '\n'))
		return -1;
	line += strlen("flags:");
	line += strspn(line, " \t");
	char *end;
	unsigned long flags = strtoul(line, &end, 8);
	return end == line || flags > INT_MAX ? -1 : (int)flags;
}

static bool read_link(pid_t pid, int descriptor, char into[LINK_BYTES])
{
	char path[64];
	snprintf(path, sizeof(path), "/proc/%d/fd/%d", (int)pid, descriptor);
	ssize_t length = readlink(path, into, LINK_BYTES - 1);
	into[length > 0 ? length : 0] = '\0';
	return length > 0;
}

static bool is_written(pid_t pid, int descriptor)
{
	struct buffer text = {0};
	char path[64];
	snprintf(path, sizeof(path), "/proc/%d/fdinfo/%d", (int)pid, descriptor);
	bool read = path_read_file(path, FDINFO_BYTES_MAX, &text, NULL);
	int flags = read ? process_parse_flags(buffer_text(&text)) : -1;
	buffer_release(&text);
	return flags >= 0 && (flags & O_ACCMODE) != O_RDONLY;
}

/* A regular file open for writing: its path, or its place below /proc when the name is gone. */
static bool take_file(struct found_process *found, pid_t pid, int descriptor)
{
	char link[LINK_BYTES], path[64];
	struct stat open_file, named;
	snprintf(path, sizeof(path), "/proc/%d/fd/%d", (int)pid, descriptor);
	if (!read_link(pid, descriptor, link) || link[0] != '/' || stat(path, &open_file) != 0 ||
		!S_ISREG(open_file.st_mode) || !is_written(pid, descriptor))
		return false;
	found->log_is_deleted = stat(link, &named) != 0 || named.st_ino != open_file.st_ino ||
				named.st_dev != open_file.st_dev;
	struct process_stat writer;
	if (!process_read_stat(pid, &writer))
		return false;
	found->writer = (struct process_identity){pid, writer.start_ticks};
	found->writer_descriptor = descriptor;
	found->log_path = memory_copy_text(found->log_is_deleted ? path : link);
	return true;
}

static bool take_any_file(struct found_process *found, pid_t pid)
{
	char path[64];
	snprintf(path, sizeof(path), "/proc/%d/fd", (int)pid);
	DIR *all = opendir(path);
	bool taken = false;
	for (struct dirent *entry = all == NULL ? NULL : readdir(all); entry != NULL && !taken;
		entry = readdir(all))
		if (entry->d_name[0] != '.')
			taken = take_file(found, pid, (int)strtol(entry->d_name, NULL, 10));
	if (all != NULL)
		closedir(all);
	return taken;
}

/* Who has the pipe as its standard input; 0 when nobody (that we may look at) has. */
static pid_t reader_of(const char *pipe, const pid_t *pids, size_t pid_count)
{
	char link[LINK_BYTES];
	for (size_t i = 0; i < pid_count; i++)
		if (read_link(pids[i], STDIN_FILENO, link) && strcmp(link, pipe) == 0)
			return pids[i];
	return 0;
}

/* `python x.py 2>&1 | grep -v noise | tee FILE`: from pipe to pipe until somebody writes a file. */
static bool follow_pipes(struct found_process *found, const pid_t *pids, size_t pid_count)
{
	char link[LINK_BYTES];
	pid_t at = found->identity.pid;
	for (int hop = 0; hop < PROCESS_PIPES_MAX; hop++) {
		if (!read_link(at, STDOUT_FILENO, link) || !text_starts_with(link, "pipe:"))
			return false;
		at = reader_of(link, pids, pid_count);
		if (at == 0)
			return false;
		if (take_any_file(found, at))
			return true;
	}
	return false;
}

void process_find_log(
	struct found_process *found, const pid_t *pids, size_t pid_count, const char *configured)
{
	pid_t pid = found->identity.pid;
	if (take_file(found, pid, STDOUT_FILENO) || take_file(found, pid, STDERR_FILENO)) {
		found->log = PROCESS_LOG_OUTPUT;
	} else if (follow_pipes(found, pids, pid_count)) {
		found->log = PROCESS_LOG_TEE;
	} else if (configured != NULL && path_exists(configured)) {
		found->log = PROCESS_LOG_CONFIGURED;
		found->log_path = memory_copy_text(configured);
	}
}

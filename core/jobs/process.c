#include "jobs/process.h"

#include "base/path.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PROC_STAT_BYTES_MAX (4UL * 1024 * 1024)

#define FIELD_STATE   3
#define FIELD_PARENT  4
#define FIELD_GROUP   5
#define FIELD_SESSION 6
#define FIELD_THREADS 20
#define FIELD_START   22

static bool field_to_integer(const char *fields[], int field, int64_t *into)
{
	char text[24];
	size_t length = strcspn(fields[field], " \n");
	if (length >= sizeof(text))
		return false;
	memcpy(text, fields[field], length);
	text[length] = '\0';
	return text_to_integer(text, into);
}

/* The name in brackets may hold blanks and brackets itself: fields are counted from its end. */
static bool split_fields(const char *after_name, const char *fields[FIELD_START + 1])
{
	const char *at = after_name;
	for (int field = FIELD_STATE; field <= FIELD_START; field++) {
		at = strchr(at, ' ');
		if (at == NULL)
			return false;
		fields[field] = ++at;
	}
	return true;
}

bool process_parse_stat(const char *text, struct process_stat *into)
{
	const char *fields[FIELD_START + 1];
	struct process_stat stat = {0};
	char *end;
	const char *open = strchr(text, '('), *close = strrchr(text, ')');
	int64_t parent, group, session, threads, start;
	long pid = strtol(text, &end, 10);
	if (open == NULL || close == NULL || close < open || end == text || pid <= 0 ||
		!split_fields(close, fields))
		return false;
	if (!field_to_integer(fields, FIELD_PARENT, &parent) ||
		!field_to_integer(fields, FIELD_GROUP, &group) ||
		!field_to_integer(fields, FIELD_SESSION, &session) ||
		!field_to_integer(fields, FIELD_THREADS, &threads) ||
		!field_to_integer(fields, FIELD_START, &start) || start < 0)
		return false;
	size_t length = (size_t)(close - open);
	text_copy(stat.name, length < sizeof(stat.name) ? length : sizeof(stat.name), open + 1);
	stat.pid = (pid_t)pid;
	stat.state = *fields[FIELD_STATE];
	stat.parent = (pid_t)parent;
	stat.group = (pid_t)group;
	stat.session = (pid_t)session;
	stat.thread_count = threads;
	stat.start_ticks = (uint64_t)start;
	*into = stat;
	return true;
}

static bool read_small(const char *path, char *into, size_t room)
{
	int file = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got = file < 0 ? -1 : read(file, into, room - 1);
	if (file >= 0)
		close(file);
	into[got > 0 ? got : 0] = '\0';
	return got > 0;
}

bool process_read_stat(pid_t pid, struct process_stat *into)
{
	char path[64], text[PROCESS_STAT_BYTES_MAX];
	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	return pid > 0 && read_small(path, text, sizeof(text)) && process_parse_stat(text, into);
}

/* The first thread may be a zombie while others still end, with every lock of the process. */
static bool has_ended(const struct process_stat *stat)
{
	return stat->state == 'X' || (stat->state == 'Z' && stat->thread_count <= 1);
}

bool process_is_alive(struct process_identity identity)
{
	struct process_stat stat;
	return process_read_stat(identity.pid, &stat) && stat.start_ticks == identity.start_ticks &&
	       !has_ended(&stat);
}

int process_open(struct process_identity identity)
{
	if (identity.pid <= 0)
		return -1;
	int descriptor = (int)syscall(SYS_pidfd_open, identity.pid, 0);
	/* Asked after the descriptor is there: from now on the number cannot change its owner. */
	if (descriptor >= 0 && !process_is_alive(identity)) {
		close(descriptor);
		descriptor = -1;
	}
	return descriptor;
}

bool process_signal(struct process_identity identity, int signal, struct error *err)
{
	int descriptor = process_open(identity);
	if (descriptor < 0)
		return error_set(err, ERROR_INPUT, "process %d has ended", (int)identity.pid);
	bool sent = syscall(SYS_pidfd_send_signal, descriptor, signal, NULL, 0) == 0 ||
		    error_set_system(err, errno, "cannot signal process %d", (int)identity.pid);
	close(descriptor);
	return sent;
}

bool process_boot_id(char into[RUN_BOOT_ID_BYTES])
{
	bool read = read_small("/proc/sys/kernel/random/boot_id", into, RUN_BOOT_ID_BYTES);
	into[strcspn(into, "\n")] = '\0';
	return read && into[0] != '\0';
}

int64_t process_started_ms(uint64_t start_ticks)
{
	struct buffer text = {0};
	int64_t boot_s = 0;
	long ticks_per_s = sysconf(_SC_CLK_TCK);
	if (path_read_file("/proc/stat", PROC_STAT_BYTES_MAX, &text, NULL)) {
		const char *line = strstr(buffer_text(&text), "\nbtime ");
		boot_s = line == NULL ? 0 : strtoll(line + 7, NULL, 10);
	}
	buffer_release(&text);
	if (boot_s <= 0 || ticks_per_s <= 0)
		return 0;
	return boot_s * 1000 + (int64_t)(start_ticks * 1000 / (uint64_t)ticks_per_s);
}

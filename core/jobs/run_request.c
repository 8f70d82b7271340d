#include "jobs/run_folder.h"

#include "base/clock.h"
#include "base/memory.h"
#include "base/path.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *word_of(enum run_verb verb)
{
	static const char *const words[] = {RUN_VERBS(RUN_WORD)};
	return verb < RUN_VERB_COUNT ? words[verb] : "?";
}

static bool append(const char *file, const char *line)
{
	int control = open(file, O_WRONLY | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (control < 0)
		return false;
	size_t length = strlen(line);
	ssize_t put = write(control, line, length);
	int reason = put < 0 ? errno : ENOSPC;
	close(control);
	errno = reason;
	return put == (ssize_t)length;
}

/* What a request is to a job that nobody supervises; 0: nothing that a signal could say. */
static int signal_of(enum run_verb verb)
{
	switch (verb) {
	case RUN_VERB_STOP:
	case RUN_VERB_TERMINATE:
		return SIGTERM;
	case RUN_VERB_KILL:
		return SIGKILL;
	case RUN_VERB_FREEZE:
		return SIGSTOP;
	case RUN_VERB_CONTINUE:
		return SIGCONT;
	case RUN_VERB_PAUSE:
	case RUN_VERB_RESUME:
	case RUN_VERB_COUNT:
		break;
	}
	return 0;
}

/* A process of the run has its lock open under the number that it inherited. */
static bool holds_lock(const char *pid, const struct stat *lock)
{
	struct stat held;
	char *path = memory_format("/proc/%s/fd/%d", pid, RUN_LOCK_DESCRIPTOR);
	bool holds = stat(path, &held) == 0 && held.st_dev == lock->st_dev &&
		     held.st_ino == lock->st_ino;
	free(path);
	return holds;
}

/* By the lock and not by the recorded numbers: it is theirs alone, and daemons have it too. Who has
 * it is known before it is asked for, and signalled as that very process. */
static int signal_holders(const char *path, int signal)
{
	struct stat lock;
	char *file = path_join(path, RUN_FILE_LOCK);
	DIR *all = stat(file, &lock) == 0 ? opendir("/proc") : NULL;
	int count = 0;
	for (struct dirent *entry = all == NULL ? NULL : readdir(all); entry != NULL;
		entry = readdir(all)) {
		struct process_stat stat;
		if (process_read_stat((pid_t)strtol(entry->d_name, NULL, 10), &stat) &&
			holds_lock(entry->d_name, &lock))
			count += process_signal(
				(struct process_identity){stat.pid, stat.start_ticks}, signal,
				NULL);
	}
	if (all != NULL)
		closedir(all);
	free(file);
	return count;
}

static bool request_unattended(const char *path, enum run_verb verb, struct error *err)
{
	int signal = signal_of(verb);
	if (signal == 0)
		return error_set(err, ERROR_INPUT,
			"\"%s\" needs the supervisor of %s, which is gone", word_of(verb), path);
	if (signal_holders(path, signal) > 0)
		return true;
	return error_set(err, ERROR_SYSTEM,
		"%s runs unattended, and none of its processes can be signalled", path);
}

bool run_note(const char *path, enum run_verb verb, const char *who, struct error *err)
{
	char at[CLOCK_TEXT_BYTES], line[RUN_CONTROL_LINE_MAX];
	char *file = path_join(path, RUN_FILE_CONTROL);
	clock_format_rfc3339(clock_wall_ms(), at);
	int length = snprintf(line, sizeof(line), "%s %s %.120s\n", word_of(verb), at, who);
	for (int i = 0; i < length - 1; i++)
		if (line[i] == '\n')
			line[i] = ' ';
	bool done = append(file, line) ||
		    error_set_system(err, errno, "cannot write \"%s\" to %s", word_of(verb), file);
	free(file);
	return done;
}

static bool request_supervised(const char *path, enum run_verb verb, const char *who,
	const struct run_evidence *evidence, struct error *err)
{
	if (run_note(path, verb, who, err))
		return true;
	/* SIGTERM to the supervisor is "terminate", and needs no disk. */
	return (verb == RUN_VERB_TERMINATE || verb == RUN_VERB_KILL) &&
	       process_signal(evidence->process.supervisor, SIGTERM, NULL);
}

bool run_request(const char *path, enum run_verb verb, const char *who, struct error *err)
{
	struct run_evidence evidence;
	struct buffer state = {0};
	if (!run_look(path, &evidence, err))
		return false;
	switch (run_judge(&evidence)) {
	case RUN_STATE_RUNNING:
	case RUN_STATE_ENDING:
		return request_supervised(path, verb, who, &evidence, err);
	case RUN_STATE_UNATTENDED:
		return request_unattended(path, verb, err);
	case RUN_STATE_FINISHED:
	case RUN_STATE_NOT_STARTED:
	case RUN_STATE_LOST:
		break;
	}
	run_explain(&evidence, &state);
	error_set(
		err, ERROR_INPUT, "there is nothing to %s: %s", word_of(verb), buffer_text(&state));
	buffer_release(&state);
	return false;
}

#include "jobs/run_folder.h"

#include "base/clock.h"
#include "base/memory.h"
#include "base/path.h"
#include "whole_lock.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const outcomes[] = {RUN_ENDINGS(RUN_WORD)};
static const char *const askings[] = {RUN_ASKED(RUN_WORD)};

/* The rest of the line that begins with `key` and a blank, copied; false when there is none. */
static bool find_line(const char *text, const char *key, char *into, size_t room)
{
	size_t length = strlen(key);
	const char *line = text;
	while (strncmp(line, key, length) != 0 || line[length] != ' ') {
		line = strchr(line, '\n');
		if (line == NULL)
			return false;
		line++;
	}
	line += length + 1;
	size_t rest = strcspn(line, "\n");
	if (rest >= room)
		return false;
	memcpy(into, line, rest);
	into[rest] = '\0';
	return true;
}

static bool find_integer(const char *text, const char *key, int64_t *into)
{
	char word[32];
	return find_line(text, key, word, sizeof(word)) && text_to_integer(word, into);
}

static bool find_word(
	const char *text, const char *key, const char *const *words, int count, int *into)
{
	char word[32];
	if (!find_line(text, key, word, sizeof(word)))
		return false;
	for (*into = 0; *into < count; ++*into)
		if (strcmp(word, words[*into]) == 0)
			return true;
	return false;
}

/* Both files end with this line: what was cut is not read. */
static bool is_whole(const char *text)
{
	return text_ends_with(text, "\nend\n");
}

bool run_status_parse(const char *text, struct run_status *into)
{
	struct run_status status = {0};
	int outcome, asked;
	int64_t code;
	if (!is_whole(text) || !find_word(text, "outcome", outcomes, RUN_ENDING_COUNT, &outcome) ||
		!find_word(text, "asked", askings, RUN_ASKED_COUNT, &asked) ||
		!find_integer(text, "code", &code) || code < 0 || code > 255 ||
		!find_integer(text, "ended_ms", &status.ended_ms) ||
		!find_integer(text, "user_ms", &status.user_ms) ||
		!find_integer(text, "system_ms", &status.system_ms) ||
		!find_integer(text, "peak_kib", &status.peak_kib) ||
		!find_line(text, "reason", status.reason, sizeof(status.reason)))
		return false;
	status.outcome = (enum run_ending)outcome;
	status.asked = (enum run_asked)asked;
	status.code = (int)code;
	*into = status;
	return true;
}

static bool find_identity(const char *text, const char *key, struct process_identity *into)
{
	char words[64];
	int64_t pid, ticks;
	if (!find_line(text, key, words, sizeof(words)))
		return false;
	char *blank = strchr(words, ' ');
	if (blank == NULL)
		return false;
	*blank = '\0';
	if (!text_to_integer(words, &pid) || !text_to_integer(blank + 1, &ticks) || pid < 0 ||
		pid > INT32_MAX || ticks < 0)
		return false;
	*into = (struct process_identity){(pid_t)pid, (uint64_t)ticks};
	return true;
}

bool run_process_parse(const char *text, struct run_process *into)
{
	struct run_process process;
	if (!is_whole(text) || !find_identity(text, "supervisor", &process.supervisor) ||
		!find_identity(text, "child", &process.child) ||
		!find_line(text, "boot", process.boot_id, sizeof(process.boot_id)) ||
		!find_integer(text, "started_ms", &process.started_ms))
		return false;
	*into = process;
	return true;
}

enum reading { READ, ABSENT, BROKEN };

static enum reading read_text(const char *path, const char *name, struct buffer *into)
{
	char *file = path_join(path, name);
	enum reading result = READ;
	if (!path_read_file(file, RUN_TEXT_BYTES_MAX, into, NULL))
		result = access(file, F_OK) != 0 && errno == ENOENT ? ABSENT : BROKEN;
	free(file);
	return result;
}

static void look_at_status(const char *path, struct run_evidence *evidence)
{
	struct buffer text = {0};
	enum reading reading = read_text(path, RUN_FILE_STATUS, &text);
	evidence->has_status =
		reading == READ && run_status_parse(buffer_text(&text), &evidence->status);
	evidence->is_status_broken = reading != ABSENT && !evidence->has_status;
	buffer_release(&text);
}

static void look_at_process(const char *path, struct run_evidence *evidence)
{
	struct buffer text = {0};
	char boot[RUN_BOOT_ID_BYTES];
	struct run_process *process = &evidence->process;
	evidence->has_process = read_text(path, RUN_FILE_PROCESS, &text) == READ &&
				run_process_parse(buffer_text(&text), process);
	buffer_release(&text);
	if (!evidence->has_process)
		return;
	evidence->is_same_boot = process_boot_id(boot) && strcmp(boot, process->boot_id) == 0;
	if (!evidence->is_same_boot)
		return;
	evidence->is_supervisor_alive = process_is_alive(process->supervisor);
	evidence->is_child_alive = process_is_alive(process->child);
}

static void look_at_files(const char *path, struct run_evidence *evidence)
{
	struct stat found;
	bool is_known;
	char *lock = path_join(path, RUN_FILE_LOCK), *log = path_join(path, RUN_FILE_LOG);
	evidence->is_locked = whole_lock_is_held(lock, &is_known) || !is_known;
	evidence->log_bytes = stat(log, &found) == 0 ? found.st_size : -1;
	free(lock);
	free(log);
}

/*
 * The lock is asked first: a run that ends while we look gives its status before its lock, so an
 * open lock with no status behind it is a run whose end nobody saw.
 */
bool run_look(const char *path, struct run_evidence *evidence, struct error *err)
{
	struct run_evidence found = {.log_bytes = -1};
	if (!path_exists(path))
		return error_set(err, ERROR_INPUT, "there is no run folder %s", path);
	look_at_files(path, &found);
	look_at_process(path, &found);
	look_at_status(path, &found);
	if (found.has_status && !found.is_supervisor_alive)
		look_at_files(path, &found); /* it may have ended since the first look */
	*evidence = found;
	return true;
}

enum run_state run_judge(const struct run_evidence *evidence)
{
	if (evidence->has_status) {
		if (evidence->is_locked && evidence->is_supervisor_alive)
			return RUN_STATE_ENDING;
		return evidence->status.outcome == RUN_NOT_STARTED ? RUN_STATE_NOT_STARTED
								   : RUN_STATE_FINISHED;
	}
	if (evidence->is_supervisor_alive)
		return RUN_STATE_RUNNING;
	if (evidence->is_locked && !evidence->has_process)
		return RUN_STATE_RUNNING; /* the supervisor is on its way */
	if (evidence->is_locked || evidence->is_child_alive)
		return RUN_STATE_UNATTENDED;
	if (!evidence->has_process && !evidence->is_status_broken)
		return RUN_STATE_NOT_STARTED; /* it is written before anything is started */
	return RUN_STATE_LOST;
}

bool run_has_ended(const struct run_evidence *evidence)
{
	switch (run_judge(evidence)) {
	case RUN_STATE_RUNNING:
	case RUN_STATE_ENDING:
	case RUN_STATE_UNATTENDED:
		return false;
	case RUN_STATE_FINISHED:
	case RUN_STATE_NOT_STARTED:
	case RUN_STATE_LOST:
		break;
	}
	return true;
}

bool run_lives(const char *path)
{
	struct run_evidence evidence;
	if (!run_look(path, &evidence, NULL))
		return false;
	switch (run_judge(&evidence)) {
	case RUN_STATE_RUNNING:
	case RUN_STATE_UNATTENDED:
		return true;
	case RUN_STATE_ENDING:
	case RUN_STATE_FINISHED:
	case RUN_STATE_NOT_STARTED:
	case RUN_STATE_LOST:
		break;
	}
	return false;
}

const char *run_state_word(enum run_state state)
{
	static const char *const words[] = {[RUN_STATE_RUNNING] = "running",
		[RUN_STATE_ENDING] = "ending",
		[RUN_STATE_FINISHED] = "finished",
		[RUN_STATE_NOT_STARTED] = "not started",
		[RUN_STATE_UNATTENDED] = "running unattended",
		[RUN_STATE_LOST] = "lost"};
	return words[state];
}

static void explain_end(const struct run_evidence *evidence, struct buffer *into)
{
	const struct run_status *status = &evidence->status;
	char at[CLOCK_TEXT_BYTES];
	clock_format_time(status->ended_ms, at);
	if (status->outcome == RUN_EXITED)
		buffer_add_format(into, "ended at %s with exit status %d", at, status->code);
	else
		buffer_add_format(into, "ended at %s by signal %d (%s)", at, status->code,
			sigabbrev_np(status->code) != NULL ? sigabbrev_np(status->code) : "?");
	if (status->asked != RUN_ASKED_NOTHING)
		buffer_add_format(into, ", asked to: %s", askings[status->asked]);
}

static void explain_running(const struct run_evidence *evidence, struct buffer *into)
{
	int child = (int)evidence->process.child.pid;
	if (!evidence->has_process || child == 0)
		buffer_add_text(into, "being started");
	else if (evidence->is_child_alive)
		buffer_add_format(into, "running, process %d", child);
	else
		buffer_add_format(
			into, "process %d has ended, its status is still to be written", child);
}

static void explain_loss(const struct run_evidence *evidence, struct buffer *into)
{
	if (evidence->is_status_broken)
		buffer_add_text(into, "lost: its status file cannot be read");
	else if (!evidence->is_same_boot)
		buffer_add_text(into, "lost: the machine was started anew before it had ended");
	else
		buffer_add_text(into, "lost: its supervisor is gone and left no status");
}

void run_explain(const struct run_evidence *evidence, struct buffer *into)
{
	enum run_state state = run_judge(evidence);
	switch (state) {
	case RUN_STATE_RUNNING:
		explain_running(evidence, into);
		break;
	case RUN_STATE_ENDING:
		explain_end(evidence, into);
		buffer_add_text(into, "; what it left behind is being stopped");
		break;
	case RUN_STATE_FINISHED:
		explain_end(evidence, into);
		if (evidence->is_locked)
			buffer_add_text(into, "; something that it started still runs");
		break;
	case RUN_STATE_NOT_STARTED:
		if (evidence->has_status)
			buffer_add_format(into, "not started: %s", evidence->status.reason);
		else
			buffer_add_text(into, "never started");
		break;
	case RUN_STATE_UNATTENDED:
		buffer_add_text(into, "running unattended: its supervisor is gone, its exit status "
				      "will be unknown");
		break;
	case RUN_STATE_LOST:
		explain_loss(evidence, into);
		break;
	}
	if (evidence->log_bytes > RUN_LOG_LARGE_BYTES)
		buffer_add_format(
			into, "; its log has %lld MiB", (long long)(evidence->log_bytes >> 20));
}

#include "run_watch_parts.h"

#include "base/clock.h"
#include "base/memory.h"
#include "base/path.h"
#include "jobs/log_follower.h"
#include "jobs/outside.h"
#include "jobs/run_control.h"
#include "outside_log.h"

#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define DRAIN_TRIES_MAX 30

/* What the log says */

static void hear_fact(void *context, const struct log_fact *fact)
{
	struct run_watch *watch = context;
	if (fact->kind == LOG_FACT_DATE_ENDED) {
		watch->is_date_open = false;
		watch->stop_due = watch->stop != WATCH_STOP_NOT;
	} else if (fact->kind == LOG_FACT_WINDOW && fact->is_window_open) {
		watch->stop_due = false; /* too late for this date: it goes on to its verdict */
	}
	if (fact->kind == LOG_FACT_DATE_BEGAN)
		watch->is_date_open = true;
	watch->listener.fact(watch->listener.context, fact);
}

static void hear_line(void *context, const struct log_line *line)
{
	struct run_watch *watch = context;
	if (watch->listener.line != NULL)
		watch->listener.line(watch->listener.context, line);
}

static void hear_bytes(void *context, int64_t offset, const char *bytes, size_t length)
{
	struct run_watch *watch = context;
	int64_t skipped = watch->skipped - offset;
	if (skipped >= (int64_t)length)
		return;
	if (skipped > 0) {
		bytes += skipped;
		length -= (size_t)skipped;
	}
	log_reader_add(watch->reader, bytes, length);
}

static void hear_change(void *context, enum log_change change, const char *reason)
{
	struct run_watch *watch = context;
	(void)reason;
	if (change != LOG_TRUNCATED && change != LOG_REPLACED)
		return;
	watch->skipped = 0;
	log_reader_restart(watch->reader);
}

/* Life */

/* What a tee has not written yet is still in its pipe: it may take a moment longer, but not for
 * ever, as other jobs may write into it. */
static void look_outside(struct run_watch *watch)
{
	struct run_evidence *evidence = &watch->evidence;
	int64_t now_ms = clock_monotonic_ms();
	bool lives = process_is_alive(watch->job);
	/* What it started may still write: a stop has not come to its end before they are gone. */
	bool has_left = run_watch_has_asked(watch) && process_tree_look(&watch->tree) > 0;
	if (lives)
		watch->process = process_open(watch->job);
	else if (watch->job_gone_ms == 0)
		watch->job_gone_ms = now_ms;
	bool is_draining = !lives && now_ms - watch->job_gone_ms < OUTSIDE_DRAIN_MS &&
			   process_is_alive(watch->writer);
	*evidence = (struct run_evidence){.has_process = true,
		.is_same_boot = true,
		.is_child_alive = lives || has_left || is_draining,
		.process.child = watch->job,
		.log_bytes = -1};
}

static void look(struct run_watch *watch)
{
	struct error err;
	watch->looked_ms = clock_monotonic_ms();
	if (watch->path == NULL) {
		if (watch->process >= 0)
			close(watch->process);
		watch->process = -1;
		look_outside(watch);
		return;
	}
	if (!run_look(watch->path, &watch->evidence, &err))
		watch->evidence = (struct run_evidence){.log_bytes = -1}; /* gone: not started */
	if (watch->process >= 0)
		close(watch->process);
	watch->process = -1;
	const struct run_evidence *evidence = &watch->evidence;
	if (evidence->is_supervisor_alive)
		watch->process = process_open(evidence->process.supervisor);
	else if (evidence->is_child_alive)
		watch->process = process_open(evidence->process.child);
}

/* Only a freeze that still holds is of interest: the rest was for whoever followed it then. */
static void open_control(struct run_watch *watch)
{
	enum run_verb verb;
	if (!run_control_open(watch->path, &watch->control, NULL))
		return;
	while (run_control_next(watch->control, &verb))
		if (verb == RUN_VERB_FREEZE || verb == RUN_VERB_CONTINUE)
			watch->is_frozen = verb == RUN_VERB_FREEZE;
}

bool run_watch_take_request(struct run_watch *watch, enum run_verb *verb)
{
	if (watch->is_frozen) {
		watch->is_frozen = false;
		*verb = RUN_VERB_FREEZE;
		return true;
	}
	return watch->control != NULL && run_control_next(watch->control, verb);
}

bool run_watch_open(const char *path, const struct log_rules *rules,
	const struct log_listener *listener, struct run_watch **opened, struct error *err)
{
	struct run_watch *watch = memory_new(sizeof(*watch));
	struct log_listener heard = {watch, hear_fact, hear_line};
	struct log_file_listener followed = {watch, hear_bytes, hear_change};
	watch->process = watch->log = -1;
	watch->path = memory_copy_text(path);
	watch->log_path = path_join(path, RUN_FILE_LOG);
	watch->listener = *listener;
	watch->reader = log_reader_new(rules, &heard);
	if (!log_follower_new(&watch->follower, err) ||
		!log_follower_add(watch->follower, watch->log_path, &followed, &watch->file, err)) {
		run_watch_close(watch);
		return false;
	}
	look(watch);
	open_control(watch);
	*opened = watch;
	return true;
}

/* By the writer's descriptor; when it is gone already, by the name. */
static int open_log(const struct found_process *process)
{
	char *path = memory_format(
		"/proc/%d/fd/%d", (int)process->writer.pid, process->writer_descriptor);
	int log = process->writer.pid > 0 && process_is_alive(process->writer)
			  ? open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
			  : -1;
	free(path);
	if (log < 0 && process->log != PROCESS_LOG_CONFIGURED && process->log_path != NULL)
		log = open(process->log_path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	return log;
}

static void find_log(
	struct run_watch *watch, const struct found_process *process, const struct log_rules *rules)
{
	watch->log = open_log(process);
	if (watch->log >= 0)
		watch->log_path = memory_format("/proc/self/fd/%d", watch->log);
	else if (process->log == PROCESS_LOG_CONFIGURED)
		watch->log_path = memory_copy_text(process->log_path);
	if (watch->log_path == NULL)
		return;
	int log = watch->log >= 0 ? watch->log
				  : open(watch->log_path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (log >= 0)
		watch->skipped = outside_log_start(log, process, rules);
	if (log >= 0 && log != watch->log)
		close(log);
	log_reader_begin_at(watch->reader, watch->skipped);
}

bool run_watch_open_outside(const struct found_process *process, const struct log_rules *rules,
	const struct log_listener *listener, struct run_watch **opened, struct error *err)
{
	struct run_watch *watch = memory_new(sizeof(*watch));
	struct log_listener heard = {watch, hear_fact, hear_line};
	struct log_file_listener followed = {watch, hear_bytes, hear_change};
	struct stat log;
	watch->process = watch->log = -1;
	watch->job = process->identity;
	watch->writer = process->writer;
	process_tree_open(&watch->tree, watch->job, watch->writer);
	watch->listener = *listener;
	watch->reader = log_reader_new(rules, &heard);
	find_log(watch, process, rules);
	if (!log_follower_new(&watch->follower, err) ||
		(watch->log_path != NULL && !log_follower_add(watch->follower, watch->log_path,
						    &followed, &watch->file, err))) {
		run_watch_close(watch);
		return false;
	}
	look(watch);
	if (watch->log_path != NULL && stat(watch->log_path, &log) == 0)
		watch->evidence.log_bytes = log.st_size;
	*opened = watch;
	return true;
}

void run_watch_close(struct run_watch *watch)
{
	if (watch == NULL)
		return;
	if (watch->log >= 0)
		close(watch->log);
	run_control_close(watch->control);
	if (watch->process >= 0)
		close(watch->process);
	log_follower_free(watch->follower);
	log_reader_free(watch->reader);
	process_tree_release(&watch->tree);
	free(watch->log_path);
	free(watch->path);
	free(watch);
}

bool run_watch_is_log_torn(const struct run_watch *watch)
{
	struct stat found;
	char last = '\n';
	int log = watch->log_path == NULL
			  ? -1
			  : open(watch->log_path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	bool is_torn = log >= 0 && fstat(log, &found) == 0 && found.st_size > 0 &&
		       pread(log, &last, 1, found.st_size - 1) == 1 && last != '\n';
	if (log >= 0)
		close(log);
	return is_torn;
}

const char *run_watch_log_path(const struct run_watch *watch)
{
	return watch->log_path;
}

int64_t run_watch_backlog(const struct run_watch *watch, int64_t offset)
{
	int64_t size = watch->file == NULL ? 0 : followed_file_state(watch->file).size;
	return size > offset ? size - offset : 0;
}

bool watch_has_caught_up(const struct run_watch *watch)
{
	struct stat found;
	if (watch->file == NULL || stat(watch->log_path, &found) != 0)
		return true;
	return followed_file_state(watch->file).offset >= found.st_size;
}

void run_watch_catch_up(struct run_watch *watch)
{
	/* A file that cannot be read any more does not hold us up for ever. */
	for (int tries = 0; !watch_has_caught_up(watch) && tries < DRAIN_TRIES_MAX;) {
		int64_t before = followed_file_state(watch->file).offset;
		log_follower_step(watch->follower, clock_monotonic_ms());
		if (followed_file_state(watch->file).offset != before)
			continue;
		struct pollfd source = {
			.fd = log_follower_descriptor(watch->follower), .events = POLLIN};
		(void)poll(&source, 1, 10);
		tries++;
	}
}

/* Waiting */

static int shorter(int wait_ms, int64_t other_ms)
{
	if (other_ms < 0)
		return wait_ms;
	return wait_ms < 0 || other_ms < wait_ms ? (int)other_ms : wait_ms;
}

/* No process whose end would wake us; or one that was asked to end, with all that it started. */
static bool must_look(const struct run_watch *watch)
{
	return watch->process < 0 || (watch->path == NULL && run_watch_has_asked(watch));
}

static int wait_ms(const struct run_watch *watch, int timeout_ms)
{
	int64_t now_ms = clock_monotonic_ms();
	int wait = shorter(timeout_ms, log_follower_timeout_ms(watch->follower, now_ms));
	if (!must_look(watch))
		return wait;
	int64_t left_ms = watch->looked_ms + RUN_WATCH_LOOK_MS - now_ms;
	return shorter(wait, left_ms > 0 ? left_ms : 0);
}

static void end_if_over(struct run_watch *watch)
{
	if (!run_has_ended(&watch->evidence))
		return;
	run_watch_catch_up(watch);
	watch->is_over = true;
}

void run_watch_step(struct run_watch *watch, int wake, int timeout_ms)
{
	struct pollfd sources[] = {
		{.fd = log_follower_descriptor(watch->follower), .events = POLLIN},
		{.fd = watch->process, .events = POLLIN}, {.fd = wake, .events = POLLIN},
		{.fd = watch->control == NULL ? -1 : run_control_descriptor(watch->control),
			.events = POLLIN}};
	int wait = run_has_ended(&watch->evidence) ? 0 : wait_ms(watch, timeout_ms);
	(void)poll(sources, sizeof(sources) / sizeof(sources[0]), wait);
	log_follower_step(watch->follower, clock_monotonic_ms());
	bool is_due =
		must_look(watch) && clock_monotonic_ms() - watch->looked_ms >= RUN_WATCH_LOOK_MS;
	if ((sources[1].revents & POLLIN) != 0 || is_due)
		look(watch);
	end_if_over(watch);
	watch_consider_stop(watch);
	if (is_due && run_watch_has_asked(watch) && !watch->is_over)
		watch_press_on(watch);
}

bool run_watch_is_over(const struct run_watch *watch)
{
	return watch->is_over;
}

const struct run_evidence *run_watch_evidence(const struct run_watch *watch)
{
	return &watch->evidence;
}

void run_watch_end(struct run_watch *watch)
{
	log_reader_end(watch->reader);
}

/* Following native work that goes on without this console: its folder's log becomes our events. */
#include "engine_parts.h"

#include "engine/background.h"
#include "base/clock.h"
#include "base/memory.h"
#include "base/path.h"
#include "event/event_lines.h"
#include "jobs/log_follower.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LOOK_AGAIN_MS 1000 /* where there is no process to wait for */

/* What the run has not told the end of. */
struct followed_table {
	bool is_open;
	uint32_t run;
	int dates, done, failed;
	struct date_set queued;
};

struct follow_task {
	const struct pipeline *pipeline; /* lent, as the two below */
	struct cancel *cancel;
	struct event_queue *queue;
	char *path; /* of the run folder */
	struct followed_table *tables;
	struct buffer line; /* begun, without its end */
	bool is_too_long;   /* the line is skipped up to its end */
	bool has_log_restarted;
};

static void note_queued(struct followed_table *table, const struct event *event)
{
	for (size_t i = 0; i < event->queue.count; i++) {
		struct date_range day = {event->queue.dates[i], event->queue.dates[i]};
		if (event->queue.queued)
			date_set_add(&table->queued, day);
		else
			date_set_remove(&table->queued, day);
	}
}

static void note(struct follow_task *task, const struct event *event)
{
	struct followed_table *table = &task->tables[event->table];
	if (event->kind == EVENT_RUN_STARTED)
		*table = (struct followed_table){.is_open = true,
			.run = event->run,
			.dates = event->run_started.date_count,
			.queued = table->queued};
	else if (event->kind == EVENT_RUN_FINISHED)
		table->is_open = false;
	else if (event->kind == EVENT_DATE_STARTED)
		date_set_remove(&table->queued, (struct date_range){event->date, event->date});
	else if (event->kind == EVENT_DATE_FINISHED)
		table->done++;
	else if (event->kind == EVENT_DATE_FAILED)
		table->failed++;
	else if (event->kind == EVENT_QUEUED)
		note_queued(table, event);
}

static void take_line(struct follow_task *task, const char *line, size_t length)
{
	struct event event;
	if (!event_line_parse(task->pipeline, line, length, &event))
		return;
	note(task, &event);
	event_queue_push(task->queue, &event, task->cancel);
}

static void hear_bytes(void *context, int64_t offset, const char *bytes, size_t length)
{
	struct follow_task *task = context;
	(void)offset;
	while (length > 0) {
		const char *end = memchr(bytes, '\n', length);
		size_t piece = end == NULL ? length : (size_t)(end - bytes);
		task->is_too_long |= task->line.length + piece > EVENT_LINE_BYTES_MAX;
		if (!task->is_too_long)
			buffer_add(&task->line, bytes, piece);
		if (end == NULL)
			return;
		if (!task->is_too_long)
			take_line(task, buffer_text(&task->line), task->line.length);
		buffer_clear(&task->line);
		task->is_too_long = false;
		bytes += piece + 1;
		length -= piece + 1;
	}
}

/* Nobody shortens it: whoever did cannot be followed any more. */
static void hear_change(void *context, enum log_change change, const char *reason)
{
	struct follow_task *task = context;
	(void)reason;
	task->has_log_restarted |= change == LOG_TRUNCATED || change == LOG_REPLACED;
}

static bool has_all(const char *log, const struct followed_file *file)
{
	struct stat found;
	return stat(log, &found) != 0 || followed_file_state(file).offset >= found.st_size;
}

/* Until the run has ended and all was read, or the task is cancelled. */
static void follow_log(struct follow_task *task, struct log_follower *follower, const char *log,
	const struct followed_file *file, struct run_evidence *evidence)
{
	while (cancel_level(task->cancel) == CANCEL_NOT && !task->has_log_restarted) {
		bool looked = run_look(task->path, evidence, NULL);
		bool ended = !looked || run_has_ended(evidence);
		if (ended && has_all(log, file))
			return;
		int process = ended ? -1
				    : process_open(evidence->is_supervisor_alive
							   ? evidence->process.supervisor
							   : evidence->process.child);
		struct pollfd sources[] = {
			{.fd = log_follower_descriptor(follower), .events = POLLIN},
			{.fd = process, .events = POLLIN},
			{.fd = cancel_descriptor(task->cancel), .events = POLLIN}};
		int wait_ms = log_follower_timeout_ms(follower, clock_monotonic_ms());
		if (ended)
			wait_ms = 0;
		else if (process < 0 && (wait_ms < 0 || wait_ms > LOOK_AGAIN_MS))
			wait_ms = LOOK_AGAIN_MS;
		(void)poll(sources, ARRAY_COUNT(sources), wait_ms);
		log_follower_step(follower, clock_monotonic_ms());
		if (process >= 0)
			close(process);
	}
}

static struct event new_event(enum event_kind kind, size_t table)
{
	return (struct event){
		.kind = kind, .at_ms = clock_wall_ms(), .table = table, .date = DATE_NONE};
}

/* What died with the run: nobody else tells the model. */
static void close_table(struct follow_task *task, size_t number)
{
	struct followed_table *table = &task->tables[number];
	if (table->is_open) {
		struct event event = new_event(EVENT_RUN_FINISHED, number);
		event.run = table->run;
		event.run_finished.outcome = RUN_LOST;
		event.run_finished.done = table->done;
		event.run_finished.failed = table->failed;
		event.run_finished.left = table->dates - table->done - table->failed;
		event_queue_push(task->queue, &event, task->cancel);
	}
	if (table->queued.count > 0) {
		struct event event = new_event(EVENT_QUEUED, number);
		event.queue.dates =
			memory_new_array((size_t)date_set_days(&table->queued) + 1, sizeof(date_t));
		for (date_t date = date_set_first(&table->queued); date != DATE_NONE;
			date = date_set_next(&table->queued, date))
			event.queue.dates[event.queue.count++] = date;
		event_queue_push(task->queue, &event, task->cancel);
	}
}

static void tell_end(struct follow_task *task, const struct run_evidence *evidence)
{
	struct event event = new_event(EVENT_BACKGROUND, 0);
	struct buffer words = {0};
	bool is_good = evidence->has_status && evidence->status.outcome == RUN_EXITED;
	for (size_t i = 0; i < task->pipeline->table_count; i++)
		close_table(task, i);
	event.background.severity = is_good ? SEVERITY_GOOD : SEVERITY_WARNING;
	buffer_add_text(&words, "the background run ");
	run_explain(evidence, &words);
	if (!is_good)
		buffer_add_text(&words, "; written dates are intact");
	text_copy(event.background.text, sizeof(event.background.text), buffer_text(&words));
	buffer_release(&words);
	event_queue_push(task->queue, &event, NULL);
}

static void release(struct follow_task *task)
{
	for (size_t i = 0; i < task->pipeline->table_count; i++)
		date_set_release(&task->tables[i].queued);
	free(task->tables);
	buffer_release(&task->line);
	free(task->path);
	free(task);
}

static void follow(void *argument)
{
	struct follow_task *task = argument;
	struct log_file_listener listener = {task, hear_bytes, hear_change};
	struct run_evidence evidence = {0};
	struct log_follower *follower = NULL;
	struct followed_file *file;
	struct error err;
	char *log = path_join(task->path, RUN_FILE_LOG);
	if (log_follower_new(&follower, &err) &&
		log_follower_add(follower, log, &listener, &file, &err))
		follow_log(task, follower, log, file, &evidence);
	log_follower_free(follower);
	free(log);
	tell_end(task, &evidence);
	release(task);
}

void engine_follow(struct engine *engine, const struct event *event)
{
	struct error err;
	if (engine->follow != NULL || engine->is_leaving || !event->background.lives)
		return;
	struct follow_task *task = memory_new(sizeof(*task));
	task->pipeline = engine->options.pipeline;
	task->queue = engine->queue;
	task->path = run_folder_of(engine->options.state_folder, event->background.id);
	task->tables = memory_new_array(task->pipeline->table_count, sizeof(*task->tables));
	text_copy(engine->followed, sizeof(engine->followed), event->background.id);
	bool started = cancel_new(&engine->follow, &err);
	task->cancel = engine->follow;
	if (started && worker_pool_run(engine->pool, follow, task, &err))
		return;
	release(task);
	cancel_free(engine->follow);
	engine->follow = NULL;
	engine_say(engine, SEVERITY_ERROR, "cannot follow the background run: %s", err.text);
}

void engine_unfollow(struct engine *engine)
{
	cancel_free(engine->follow);
	engine->follow = NULL;
}

/* Asking it, which writes a file: on a worker. */

struct ask_task {
	char *path;
	enum run_verb verb;
	const char *table; /* lent; NULL: all */
	struct event_queue *queue;
};

static void ask(void *argument)
{
	struct ask_task *task = argument;
	struct event event = new_event(EVENT_MESSAGE, 0);
	struct error err;
	char who[RUN_CONTROL_LINE_MAX];
	snprintf(who, sizeof(who), "%s%s%sthe console, process %ld",
		task->table != NULL ? RUN_CONTROL_TABLE : "",
		task->table != NULL ? task->table : "", task->table != NULL ? " " : "",
		(long)getpid());
	if (!run_request(task->path, task->verb, who, &err)) {
		event.message.severity = SEVERITY_WARNING;
		text_copy(event.message.text, sizeof(event.message.text), err.text);
		event_queue_push(task->queue, &event, NULL);
	}
	free(task->path);
	free(task);
}

void engine_ask_background(
	struct engine *engine, enum run_verb verb, const char *table, const char *words)
{
	struct error err;
	struct ask_task *task = memory_new(sizeof(*task));
	task->path = run_folder_of(engine->options.state_folder, engine->followed);
	task->verb = verb;
	task->table = table;
	task->queue = engine->queue;
	if (worker_pool_run(engine->pool, ask, task, &err)) {
		engine_say(engine, SEVERITY_INFO, "%s", words);
		return;
	}
	free(task->path);
	free(task);
	engine_say(engine, SEVERITY_ERROR, "%s", err.text);
}

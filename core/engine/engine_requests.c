/* What the verbs pause and resume ask of the owner, through the `control` files of command runs. */
#include "engine_parts.h"

#include "base/clock.h"
#include "base/memory.h"
#include "jobs/run_control.h"
#include "jobs/run_folder.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct wait_task {
	const char *state_folder, *table_name; /* lent */
	size_t table;
	struct cancel *cancel; /* lent */
	struct event_queue *queue;
};

/* The run that was paused has ended: its folder is the place where a resume is asked for. */
static bool await_resume(const struct wait_task *task, const char *path)
{
	struct run_control *control = NULL;
	bool is_asked = false;
	if (!run_control_open(path, &control, NULL))
		return false;
	while (!is_asked && cancel_level(task->cancel) == CANCEL_NOT) {
		enum run_verb verb;
		/* The newest request counts: what was resumed may have been paused again. */
		while (run_control_next(control, &verb)) {
			is_asked = verb == RUN_VERB_RESUME || (is_asked && verb != RUN_VERB_PAUSE);
		}
		struct pollfd sources[] = {
			{.fd = run_control_descriptor(control), .events = POLLIN},
			{.fd = cancel_descriptor(task->cancel), .events = POLLIN}};
		if (!is_asked)
			(void)poll(sources, ARRAY_COUNT(sources), -1);
	}
	run_control_close(control);
	return is_asked;
}

static void wait_for_resume(void *argument)
{
	struct wait_task *task = argument;
	struct error err;
	struct event event = {.kind = EVENT_ASKED, .at_ms = clock_wall_ms(), .table = task->table};
	char *path = NULL;
	event.asked.ended_wait = true;
	event.asked.verb = RUN_VERB_COUNT;
	if (run_folder_newest(task->state_folder, task->table_name, &path, &err) &&
		await_resume(task, path))
		event.asked.verb = RUN_VERB_RESUME;
	event.at_ms = clock_wall_ms();
	event_queue_push(task->queue, &event, NULL);
	free(path);
	free(task);
}

/* Freezing and waking, which write into the folder of the table's newest run. Whoever follows the
 * run hears of it there, and the model with it: also of a verb's request. */

struct freeze_task {
	const char *state_folder, *table_name; /* lent */
	size_t table;
	bool freezes;
	struct event_queue *queue;
};

static bool ask_newest(const struct freeze_task *task, struct error *err)
{
	char who[64], *path = NULL;
	snprintf(who, sizeof(who), "the console, process %ld", (long)getpid());
	if (!run_folder_newest(task->state_folder, task->table_name, &path, err))
		return false;
	if (path == NULL)
		return error_set(err, ERROR_INPUT, "it has never run");
	bool asked =
		run_request(path, task->freezes ? RUN_VERB_FREEZE : RUN_VERB_CONTINUE, who, err);
	free(path);
	return asked;
}

static void freeze(void *argument)
{
	struct freeze_task *task = argument;
	struct event event = {.kind = EVENT_MESSAGE, .table = task->table};
	struct error err;
	if (ask_newest(task, &err))
		snprintf(event.message.text, sizeof(event.message.text), "%s %s", task->table_name,
			task->freezes ? "is frozen" : "goes on");
	else {
		event.message.severity = SEVERITY_WARNING;
		snprintf(event.message.text, sizeof(event.message.text), "%s: %.150s",
			task->table_name, err.text);
	}
	event.at_ms = clock_wall_ms();
	event_queue_push(task->queue, &event, NULL);
	free(task);
}

void engine_freeze(struct engine *engine, size_t table, bool freezes)
{
	struct error err;
	if (engine->options.read_only) {
		engine_say(engine, SEVERITY_WARNING, "read-only: nothing is frozen or woken");
		return;
	}
	struct freeze_task *task = memory_new(sizeof(*task));
	*task = (struct freeze_task){engine->options.state_folder,
		engine->options.pipeline->tables[table].name, table, freezes, engine->queue};
	if (worker_pool_run(engine->pool, freeze, task, &err))
		return;
	free(task);
	engine_say(engine, SEVERITY_ERROR, "%s", err.text);
}

void engine_await_resume(struct engine *engine, size_t table)
{
	struct error err;
	struct cancel **cancel = &engine->resumes[table];
	if (*cancel != NULL || engine->is_leaving || !cancel_new(cancel, &err))
		return;
	struct wait_task *task = memory_new(sizeof(*task));
	*task = (struct wait_task){engine->options.state_folder,
		engine->options.pipeline->tables[table].name, table, *cancel, engine->queue};
	if (worker_pool_run(engine->pool, wait_for_resume, task, &err))
		return;
	cancel_free(*cancel);
	*cancel = NULL;
	free(task);
}

void engine_asked(struct engine *engine, const struct event *event)
{
	size_t table = event->table;
	if (event->asked.ended_wait) {
		cancel_free(engine->resumes[table]);
		engine->resumes[table] = NULL;
	}
	if (event->asked.verb == RUN_VERB_PAUSE || event->asked.verb == RUN_VERB_RESUME)
		engine_pause(engine, table, event->asked.verb == RUN_VERB_PAUSE);
}

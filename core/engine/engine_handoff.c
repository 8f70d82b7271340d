/* The hand-off, gathered and written by a worker. */
#include "engine_parts.h"

#include "base/clock.h"
#include "base/memory.h"
#include "base/person.h"
#include "ledger/ledger.h"
#include "report/report.h"

#include <stdio.h>
#include <stdlib.h>

struct handoff_task {
	struct report_request request;
	struct event_queue *queue;
	bool may_write; /* the ledger */
};

/* One that cannot be remembered is written all the same. */
static void remember(const struct handoff_task *task, const char *path)
{
	struct ledger *ledger;
	struct ledger_event event = {.at_ms = clock_wall_ms(),
		.severity = 'I',
		.kind = LEDGER_EVENT_HANDOFF,
		.date = DATE_NONE};
	char person[LEDGER_NAME_BYTES];
	if (!task->may_write ||
		!ledger_open(task->request.state_folder, LEDGER_WRITE, &ledger, NULL))
		return;
	person_find(person, sizeof(person));
	snprintf(event.text, sizeof(event.text), "hand-off written (%s): %s", person, path);
	ledger_add_event(ledger, &event, NULL);
	ledger_close(ledger);
}

static void write_handoff(void *argument)
{
	struct handoff_task *task = argument;
	struct event event = {.kind = EVENT_HANDOFF, .at_ms = clock_wall_ms()};
	struct error err;
	char *written;
	bool is_partial;
	if (report_write(&task->request, NULL, &written, &is_partial, &err)) {
		event.message.severity = is_partial ? SEVERITY_WARNING : SEVERITY_GOOD;
		snprintf(event.message.text, sizeof(event.message.text),
			"the hand-off is written to %s%s", written,
			is_partial ? "; not everything could be read" : "");
		remember(task, written);
		free(written);
	} else {
		event.message.severity = SEVERITY_ERROR;
		text_copy(event.message.text, sizeof(event.message.text), err.text);
	}
	event_queue_push(task->queue, &event, NULL);
	free(task);
}

void engine_write_handoff(struct engine *engine, struct date_range range)
{
	const struct engine_options *options = &engine->options;
	struct error err;
	if (engine->is_writing_handoff || engine->is_leaving)
		return;
	struct handoff_task *task = memory_new(sizeof(*task));
	task->request = (struct report_request){.pipeline = options->pipeline,
		.warehouse = options->warehouse,
		.state_folder = options->state_folder,
		.range = range,
		.now_ms = clock_wall_ms()};
	task->queue = engine->queue;
	task->may_write = !options->read_only;
	engine->is_writing_handoff = worker_pool_run(engine->pool, write_handoff, task, &err);
	if (engine->is_writing_handoff)
		return;
	free(task);
	engine_say(engine, SEVERITY_ERROR, "cannot write the hand-off: %s", err.text);
}

/* Reading the audit while somebody looks at it: one reading at a time. */
#include "engine_parts.h"

#include "witness/audit.h"
#include "base/clock.h"
#include "base/memory.h"

#include <stdlib.h>

struct audit_task {
	struct audit_request request;
	struct event_queue *queue;
};

static void read_audit(void *argument)
{
	struct audit_task *task = argument;
	struct event event = {.kind = EVENT_AUDIT};
	event.audit.audit = audit_read(&task->request);
	event.at_ms = clock_wall_ms();
	/* The engine waits for this one. */
	event_queue_push(task->queue, &event, NULL);
	free(task);
}

static bool is_same_range(struct date_range a, struct date_range b)
{
	return a.first == b.first && a.last == b.last;
}

static void start(struct engine *engine)
{
	const struct engine_options *options = &engine->options;
	struct audit_task *task = memory_new(sizeof(*task));
	struct error err;
	bool wants =
		engine->audit_wants_records || !is_same_range(engine->audit_range, engine->range);
	bool started = cancel_new(&engine->audit, &err);
	task->request = (struct audit_request){.pipeline = options->pipeline,
		.warehouse = wants ? options->warehouse : NULL,
		.state_folder = options->state_folder,
		.range = engine->range,
		.cancel = engine->audit};
	task->queue = engine->queue;
	engine->audit_again = false;
	if (started && worker_pool_run(engine->pool, read_audit, task, &err)) {
		if (wants)
			engine->audit_range = engine->range;
		engine->audit_wants_records = false;
		return;
	}
	cancel_free(engine->audit);
	engine->audit = NULL;
	free(task);
	engine_say(engine, SEVERITY_ERROR, "cannot read the events: %s", err.text);
}

static void read_again(struct engine *engine, bool wants_records)
{
	engine->audit_wants_records |= wants_records;
	engine->audit_again = true;
	if (engine->audit == NULL && engine->audit_watched && !engine->is_leaving)
		start(engine);
}

void engine_watch_audit(struct engine *engine, bool on)
{
	bool begins = on && !engine->audit_watched;
	engine->audit_watched = on;
	if (begins)
		read_again(engine, true);
	else if (!on && engine->audit != NULL)
		cancel_raise(engine->audit, CANCEL_NOW);
}

void engine_drop_audit(struct engine *engine)
{
	engine->audit_watched = false;
	if (engine->audit != NULL)
		cancel_raise(engine->audit, CANCEL_NOW);
}

static void audit_came(struct engine *engine)
{
	cancel_free(engine->audit);
	engine->audit = NULL;
	if (engine->audit_again)
		read_again(engine, false);
}

void engine_audit_heard(struct engine *engine, const struct event *event)
{
	enum event_kind kind = event->kind;
	if (kind == EVENT_AUDIT)
		audit_came(engine);
	else if (kind == EVENT_COUNTS)
		engine->audit_wants_records = true; /* EVENT_HISTORY follows */
	else if (kind == EVENT_RUN_FINISHED)
		read_again(engine, true);
	else if (kind == EVENT_RUN_STARTED || kind == EVENT_DATE_FAILED || kind == EVENT_DATE_CUT ||
		 kind == EVENT_HISTORY || kind == EVENT_HANDOFF)
		read_again(engine, false);
}

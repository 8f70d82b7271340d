/* Looking at the health of the tables, and mending them: one of either at a time. */
#include "engine_parts.h"

#include "base/clock.h"
#include "base/memory.h"
#include "witness/health_look.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct health_task {
	struct health_request request;
	char id[HEALTH_ID_BYTES];	      /* of the finding to mend; "" = look only */
	const struct engine_options *options; /* lent */
	struct engine_way ways[ENGINE_WAYS];  /* as they did by now */
	struct health_way troubles[ENGINE_WAYS];
	struct event_queue *queue;
};

static void look(const struct health_task *task, struct event *event)
{
	struct health_findings findings;
	struct error err;
	if (!health_look(&task->request, &findings, &err)) {
		event->health.severity = SEVERITY_ERROR;
		text_copy(event->health.text, sizeof(event->health.text), err.text);
		return;
	}
	event->health.findings = memory_new(sizeof(findings));
	*event->health.findings = findings;
}

static void repair(const struct health_task *task, struct event *event)
{
	struct health_findings findings;
	struct error err;
	bool is_gone;
	event->health.is_repair = true;
	if (!health_repair(&task->request, task->id, &findings, &is_gone, &err)) {
		event->health.severity = SEVERITY_ERROR;
		text_copy(event->health.text, sizeof(event->health.text), err.text);
		return;
	}
	event->health.severity = is_gone ? SEVERITY_GOOD : SEVERITY_WARNING;
	snprintf(event->health.text, sizeof(event->health.text), "%s %s", task->id,
		is_gone ? "is mended" : "is still there, though the statement ran");
	event->health.findings = memory_new(sizeof(findings));
	*event->health.findings = findings;
}

static void work(void *argument)
{
	struct health_task *task = argument;
	struct event event = {.kind = EVENT_HEALTH};
	task->request.ways = task->troubles;
	task->request.way_count = engine_look_at_ways(task->options, task->ways, task->troubles);
	if (task->id[0] == '\0')
		look(task, &event);
	else
		repair(task, &event);
	event.at_ms = clock_wall_ms();
	/* The engine waits for this one. */
	event_queue_push(task->queue, &event, NULL);
	free(task);
}

static void answer_at_once(struct engine *engine, bool is_repair, const char *text)
{
	struct event event = {.kind = EVENT_HEALTH, .at_ms = clock_wall_ms()};
	event.health.severity = SEVERITY_ERROR;
	event.health.is_repair = is_repair;
	text_copy(event.health.text, sizeof(event.health.text), text);
	event_queue_post(engine->queue, &event);
}

static void start(struct engine *engine, struct date_range range, const char *id)
{
	const struct engine_options *options = &engine->options;
	struct health_task *task = memory_new(sizeof(*task));
	struct error err;
	bool started = cancel_new(&engine->health, &err);
	task->request = (struct health_request){.pipeline = options->pipeline,
		.warehouse = options->warehouse,
		.range = range,
		.cancel = engine->health};
	text_copy(task->id, sizeof(task->id), id);
	task->options = options;
	memcpy(task->ways, engine->ways, sizeof(task->ways));
	task->queue = engine->queue;
	if (started && worker_pool_run(engine->pool, work, task, &err))
		return;
	engine_health_came(engine);
	free(task);
	answer_at_once(engine, id[0] != '\0', err.text);
}

void engine_look_at_health(struct engine *engine, struct date_range range)
{
	if (engine->health == NULL && !engine->is_leaving)
		start(engine, range, "");
}

void engine_repair(struct engine *engine, struct date_range range, const char *id)
{
	if (engine->is_leaving)
		return;
	if (engine->options.read_only)
		answer_at_once(engine, true, "read-only: nothing is mended");
	else if (engine->health != NULL)
		answer_at_once(engine, true, "the tables are being looked at: once more, please");
	else {
		engine->is_repairing = true;
		start(engine, range, id);
	}
}

/* A statement that has begun is waited for: half an answer would be none. */
void engine_drop_health(struct engine *engine)
{
	if (engine->health != NULL && !engine->is_repairing)
		cancel_raise(engine->health, CANCEL_NOW);
}

void engine_health_came(struct engine *engine)
{
	cancel_free(engine->health);
	engine->health = NULL;
	engine->is_repairing = false;
}

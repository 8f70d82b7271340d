/* Alerts of the engine: the rules' answers become events, and the hook hears of them. */
#include "engine_parts.h"

#include "base/clock.h"
#include "base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HOOK_BIT (1U << ALERT_WAY_COUNT) /* above those of enum alert_way */

struct hook_task {
	struct alert alert;
	const char *command, *pipeline, *table; /* lent */
	struct alert_files files;
	uint32_t said, refused; /* as in struct engine */
	struct event_queue *queue;
};

static bool has_way_out(const struct engine_options *options)
{
	for (size_t i = 0; i < ALERT_WAY_COUNT; i++)
		if (options->alert_files.files[i] != NULL)
			return true;
	return options->alert_hook != NULL;
}

static struct event alert_event(const struct alert *alert, enum alert_stage stage)
{
	struct event event = {.kind = EVENT_ALERT,
		.at_ms = alert->at_ms,
		.table = alert->table,
		.date = alert->date};
	event.alert.stage = stage;
	event.alert.alert = *alert;
	return event;
}

/* Each way's first trouble is told; the others only count. */
static void note_failure(
	const struct hook_task *task, uint32_t bit, const struct error *err, struct event *event)
{
	char *trouble = event->alert.trouble;
	size_t used = strlen(trouble);
	event->alert.failed |= bit;
	if (err->kind == ERROR_CONFIG && bit != HOOK_BIT)
		event->alert.refused |= bit;
	if ((task->said & bit) == 0)
		snprintf(trouble + used, sizeof(event->alert.trouble) - used, "%s%s",
			used > 0 ? "; " : "", err->text);
}

static void deliver(void *argument)
{
	struct hook_task *task = argument;
	struct event event = alert_event(&task->alert, ALERT_DELIVERED);
	const struct alert_told told = {
		.alert = &task->alert, .pipeline = task->pipeline, .table = task->table};
	const struct alert_call call = {
		task->command, task->pipeline, task->table, &task->alert, ALERT_HOOK_TIMEOUT_MS};
	struct error err = {0};
	event.at_ms = clock_wall_ms();
	if (task->command != NULL && !alert_hook_run(&call, &err))
		note_failure(task, HOOK_BIT, &err, &event);
	for (unsigned i = 0; i < ALERT_WAY_COUNT; i++)
		if (task->files.files[i] != NULL && (task->refused & 1U << i) == 0 &&
			!alert_way_send((enum alert_way)i, task->files.files[i], &told, &err))
			note_failure(task, 1U << i, &err, &event);
	event_queue_push(task->queue, &event, NULL);
	free(task);
}

static void start_hook(struct engine *engine, const struct alert *alert)
{
	struct hook_task *task = memory_new(sizeof(*task));
	struct error err;
	task->alert = *alert;
	task->command = engine->options.alert_hook;
	task->pipeline = engine->options.pipeline->name;
	task->table = engine->options.pipeline->tables[alert->table].name;
	task->files = engine->options.alert_files;
	task->said = engine->ways_failed;
	task->refused = engine->ways_refused;
	task->queue = engine->queue;
	engine->is_hook_running = worker_pool_run(engine->pool, deliver, task, &err);
	if (engine->is_hook_running)
		return;
	free(task);
	engine_say(engine, SEVERITY_WARNING, "an alert cannot be delivered: %s", err.text);
}

/* What waits already for the same table and kind is told once, with both counts. */
static void await_hook(struct engine *engine, const struct alert *alert)
{
	for (size_t i = 0; i < engine->hook_count; i++) {
		struct alert *waiting = &engine->hook_waiting[i];
		if (waiting->kind != alert->kind || waiting->table != alert->table)
			continue;
		int times = waiting->times + alert->times;
		*waiting = *alert;
		waiting->times = times;
		return;
	}
	if (engine->hook_count == ALERT_WAITING_MAX) {
		engine_say(engine, SEVERITY_WARNING, "an alert did not go out: too many wait");
		return;
	}
	engine->hook_waiting[engine->hook_count++] = *alert;
}

static void hook_ended(struct engine *engine, const struct event *event)
{
	engine->is_hook_running = false;
	engine->hook_ready_ms = clock_wall_ms() + ALERT_HOOK_GAP_MS;
	if (event->alert.trouble[0] != '\0')
		engine_say(engine, SEVERITY_WARNING, "%s (said once)", event->alert.trouble);
	engine->ways_failed |= event->alert.failed;
	engine->ways_refused |= event->alert.refused;
}

/* An alert of a run in the background reached the hook from there. */
void engine_alert_came(struct engine *engine, const struct event *event)
{
	if (event->alert.stage == ALERT_DELIVERED)
		hook_ended(engine, event);
	else if (has_way_out(&engine->options) && engine->follow == NULL)
		await_hook(engine, &event->alert.alert);
}

static void step_hook(struct engine *engine, int64_t now_ms)
{
	if (engine->hook_count == 0 || engine->is_hook_running || now_ms < engine->hook_ready_ms)
		return;
	struct alert alert = engine->hook_waiting[0];
	engine->hook_count--;
	memmove(engine->hook_waiting, engine->hook_waiting + 1,
		engine->hook_count * sizeof(*engine->hook_waiting));
	start_hook(engine, &alert);
}

void engine_step_alerts(struct engine *engine, const struct model *model, int64_t now_ms)
{
	struct alert alert;
	step_hook(engine, now_ms);
	while (engine->follow == NULL && now_ms >= alerts_due_ms(engine->alerts, model) &&
		alerts_next(engine->alerts, model, now_ms, &alert)) {
		struct event event = alert_event(&alert, ALERT_RAISED);
		event_queue_post(engine->queue, &event);
	}
}

int64_t engine_due_ms(const struct engine *engine, const struct model *model)
{
	int64_t due = engine->follow == NULL ? alerts_due_ms(engine->alerts, model) : INT64_MAX;
	if (engine->hook_count > 0 && !engine->is_hook_running && engine->hook_ready_ms < due)
		due = engine->hook_ready_ms;
	return due;
}

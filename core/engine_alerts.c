/* Alerts of the engine: the rules' answers become events, and the hook hears of them. */
#include "engine_parts.h"

#include "base/clock.h"
#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

struct hook_task {
	struct alert alert;
	const char *command, *pipeline, *table; /* lent */
	struct event_queue *queue;
};

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

static void run_hook(void *argument)
{
	struct hook_task *task = argument;
	struct event event = alert_event(&task->alert, ALERT_DELIVERED);
	struct error err = {0};
	event.at_ms = clock_wall_ms();
	if (!alert_hook_run(task->command, task->pipeline, task->table, &task->alert, &err))
		text_copy(event.alert.trouble, sizeof(event.alert.trouble), err.text);
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
	task->queue = engine->queue;
	engine->is_hook_running = worker_pool_run(engine->pool, run_hook, task, &err);
	if (engine->is_hook_running)
		return;
	free(task);
	engine_say(engine, SEVERITY_WARNING, "the alert hook: %s", err.text);
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
		engine_say(
			engine, SEVERITY_WARNING, "an alert did not reach the hook: too many wait");
		return;
	}
	engine->hook_waiting[engine->hook_count++] = *alert;
}

static void hook_ended(struct engine *engine, const struct event *event)
{
	engine->is_hook_running = false;
	engine->hook_ready_ms = clock_wall_ms() + ALERT_HOOK_GAP_MS;
	if (event->alert.trouble[0] != '\0' && !engine->has_hook_failed)
		engine_say(engine, SEVERITY_WARNING, "%s (said once)", event->alert.trouble);
	engine->has_hook_failed |= event->alert.trouble[0] != '\0';
}

/* An alert of a run in the background reached the hook from there. */
void engine_alert_came(struct engine *engine, const struct event *event)
{
	if (event->alert.stage == ALERT_DELIVERED)
		hook_ended(engine, event);
	else if (engine->options.alert_hook != NULL && engine->follow == NULL)
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

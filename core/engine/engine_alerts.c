/* Alerts of the engine: the rules' answers become events, and the hook hears of them. */
#include "engine_parts.h"

#include "base/clock.h"
#include "base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* The worker writes `ways` and nothing else of the engine's reads the task meanwhile: its event,
 * which comes last, gives it back. */
struct hook_task {
	struct engine_alert wanted;
	bool again[ENGINE_WAYS];	      /* the ways of `wanted` that may work later */
	bool tried[ENGINE_WAYS];	      /* of these: now, in vain */
	const struct engine_options *options; /* lent */
	const char *table;		      /* lent */
	struct engine_way ways[ENGINE_WAYS];
	struct event_queue *queue;
};

static const char *way_name(unsigned way)
{
	return way == ENGINE_HOOK ? "hook" : alert_way_name((enum alert_way)way);
}

static const struct alert_schedule *schedule_of(const struct engine *engine)
{
	const struct alert_schedule *given = engine->options.alert_schedule;
	return given != NULL ? given : &alert_schedule_default;
}

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

/* Its content, its owner or who may read it; all zero where there is no such file. */
static struct timespec changed_at(const char *file)
{
	struct stat status;
	return stat(file, &status) == 0 ? status.st_ctim : (struct timespec){0};
}

static bool is_as_refused(const struct engine_way *way, const char *file)
{
	struct timespec now = changed_at(file);
	return way->is_refused && now.tv_sec == way->changed.tv_sec &&
	       now.tv_nsec == way->changed.tv_nsec;
}

static bool run_hook(const struct hook_task *task, struct error *err)
{
	const struct alert_call call = {task->options->alert_hook, task->options->pipeline->name,
		task->table, &task->wanted.alert, ALERT_HOOK_TIMEOUT_MS};
	return alert_hook_run(&call, err);
}

static void send_by(struct hook_task *task, unsigned number)
{
	struct engine_way *way = &task->ways[number];
	const struct alert_told told = {.alert = &task->wanted.alert,
		.pipeline = task->options->pipeline->name,
		.table = task->table,
		.id = task->wanted.id};
	bool is_hook = number == ENGINE_HOOK;
	const char *file = is_hook ? NULL : task->options->alert_files.files[number];
	struct error err = {0};
	int64_t retry_after_ms = -1;
	if ((task->wanted.ways & 1U << number) == 0)
		return;
	task->again[number] = way->ready_ms > clock_wall_ms();
	if (task->again[number])
		return;
	if (is_hook ? task->options->alert_hook == NULL : file == NULL || is_as_refused(way, file))
		return;
	struct timespec changed = is_hook ? (struct timespec){0} : changed_at(file);
	bool is_out = is_hook ? run_hook(task, &err)
			      : alert_way_send(
					(enum alert_way)number, file, &told, &retry_after_ms, &err);
	*way = (struct engine_way){.changed = changed};
	if (is_out)
		return;
	way->has_failed = true;
	way->is_refused = !is_hook && err.kind == ERROR_CONFIG;
	text_copy(way->trouble, sizeof(way->trouble), err.text);
	if (is_hook || way->is_refused)
		return;
	task->again[number] = task->tried[number] = true;
	way->ready_ms = retry_after_ms < 0 ? 0 : clock_wall_ms() + retry_after_ms;
}

static void deliver(void *argument)
{
	struct hook_task *task = argument;
	struct event event = alert_event(&task->wanted.alert, ALERT_DELIVERED);
	send_by(task, ENGINE_HOOK);
	for (unsigned i = 0; i < ALERT_WAY_COUNT; i++)
		send_by(task, i);
	event.at_ms = clock_wall_ms();
	event_queue_push(task->queue, &event, NULL);
}

/* Its turn has not come yet. One that was put off has had it, tried or not: it keeps the ways that
 * it still has to go. */
static bool is_new(const struct engine_alert *wanted)
{
	return wanted->first_ms == 0;
}

static void start_hook(struct engine *engine, const struct engine_alert *wanted)
{
	struct hook_task *task = memory_new(sizeof(*task));
	struct error err;
	task->wanted = *wanted;
	if (is_new(wanted))
		task->wanted.first_ms = clock_wall_ms();
	task->options = &engine->options;
	task->table = engine->options.pipeline->tables[wanted->alert.table].name;
	memcpy(task->ways, engine->ways, sizeof(task->ways));
	task->queue = engine->queue;
	engine->hook = task;
	if (worker_pool_run(engine->pool, deliver, task, &err))
		return;
	engine->hook = NULL;
	free(task);
	engine_say(engine, SEVERITY_WARNING, "an alert cannot be delivered: %s", err.text);
}

static void take_out(struct engine *engine, size_t place)
{
	struct engine_alert *waiting = &engine->hook_waiting[place];
	engine->hook_count--;
	memmove(waiting, waiting + 1, (engine->hook_count - place) * sizeof(*waiting));
}

static void drop_oldest(struct engine *engine)
{
	size_t oldest = 0;
	for (size_t i = 1; i < engine->hook_count; i++)
		if (engine->hook_waiting[i].alert.at_ms < engine->hook_waiting[oldest].alert.at_ms)
			oldest = i;
	take_out(engine, oldest);
	engine->hook_dropped++;
}

/* One sentence about all of them, when no more wait. */
static void say_dropped(struct engine *engine)
{
	if (engine->hook_dropped > 0)
		engine_say(engine, SEVERITY_WARNING,
			"%zu alert%s did not go out: more than %d waited", engine->hook_dropped,
			engine->hook_dropped == 1 ? "" : "s", ALERT_WAITING_MAX);
	engine->hook_dropped = 0;
}

static void add_waiting(struct engine *engine, const struct engine_alert *wanted)
{
	if (engine->hook_count == ALERT_WAITING_MAX)
		drop_oldest(engine);
	engine->hook_waiting[engine->hook_count++] = *wanted;
}

/* What waits already for the same table and kind is told once, with both counts. */
static void await_hook(struct engine *engine, const struct alert *alert)
{
	for (size_t i = 0; i < engine->hook_count; i++) {
		struct alert *waiting = &engine->hook_waiting[i].alert;
		if (!is_new(&engine->hook_waiting[i]) || waiting->kind != alert->kind ||
			waiting->table != alert->table)
			continue;
		int times = waiting->times + alert->times;
		*waiting = *alert;
		waiting->times = times;
		return;
	}
	struct engine_alert wanted = {.alert = *alert, .ways = (1U << ENGINE_WAYS) - 1};
	alert_make_id(wanted.id);
	add_waiting(engine, &wanted);
}

/* By a way that was in vain and may work later, or had to be left alone, which is no try; what one
 * side says holds up no other way. */
static void try_later(struct engine *engine, const struct hook_task *task, unsigned number)
{
	struct engine_alert again = task->wanted;
	int64_t now_ms = clock_wall_ms();
	again.ways = 1U << number;
	again.tries += task->tried[number];
	again.due_ms = alert_next_try_ms(schedule_of(engine), again.tries, again.first_ms, now_ms,
		engine->ways[number].ready_ms - now_ms);
	if (again.due_ms >= 0 && !engine->is_leaving)
		add_waiting(engine, &again);
	else
		engine_say(engine, SEVERITY_WARNING, "given up: the alert \"%s\" by %s",
			again.alert.text, way_name(number));
}

/* A trouble is said once; again when somebody did something about it, and when it was over. */
static void note_way(struct engine *engine, unsigned number, const struct engine_way *now)
{
	struct engine_way *before = &engine->ways[number];
	bool is_another =
		!before->has_failed ||
		(before->is_refused && (before->changed.tv_sec != now->changed.tv_sec ||
					       before->changed.tv_nsec != now->changed.tv_nsec));
	if (now->has_failed && is_another)
		engine_say(engine, SEVERITY_WARNING, "%s (said once)", now->trouble);
	else if (before->has_failed && !now->has_failed)
		engine_say(engine, SEVERITY_GOOD, "alerts go out by %s again", way_name(number));
	*before = *now;
}

static void hook_ended(struct engine *engine)
{
	struct hook_task *task = engine->hook;
	engine->hook = NULL;
	engine->hook_ready_ms = clock_wall_ms() + schedule_of(engine)->gap_ms;
	for (unsigned i = 0; task != NULL && i < ENGINE_WAYS; i++)
		note_way(engine, i, &task->ways[i]);
	for (unsigned i = 0; task != NULL && i < ENGINE_WAYS; i++)
		if (task->again[i])
			try_later(engine, task, i);
	if (engine->hook_count == 0)
		say_dropped(engine);
	free(task);
}

static void say_help(const struct engine_way *way, unsigned number, const char *file, char *into)
{
	if (number == ENGINE_HOOK)
		text_copy(into, HEALTH_TEXT_BYTES,
			"run it by hand: it must end with 0 within ten seconds; the next alert "
			"tries it again");
	else if (way->is_refused)
		snprintf(into, HEALTH_TEXT_BYTES,
			"change %.300s, or `touch` it when the other side has changed: the next "
			"alert tries it again",
			file);
	else
		text_copy(into, HEALTH_TEXT_BYTES,
			"see to what the message names; the next alert tries it again");
}

size_t engine_look_at_ways(const struct engine_options *options,
	const struct engine_way ways[ENGINE_WAYS], struct health_way *into)
{
	size_t count = alert_ways_look(&options->alert_files, into);
	for (unsigned i = 0; i < ENGINE_WAYS; i++) {
		bool is_told = false;
		for (size_t k = 0; k < count; k++)
			is_told |= strcmp(into[k].name, way_name(i)) == 0;
		if (!ways[i].has_failed || is_told)
			continue;
		struct health_way *way = &into[count++];
		way->name = way_name(i);
		text_copy(way->problem, sizeof(way->problem), ways[i].trouble);
		say_help(&ways[i], i, i == ENGINE_HOOK ? NULL : options->alert_files.files[i],
			way->help);
	}
	return count;
}

/* An alert of a run in the background reached the hook from there. */
void engine_alert_came(struct engine *engine, const struct event *event)
{
	if (event->alert.stage == ALERT_DELIVERED)
		hook_ended(engine);
	else if (has_way_out(&engine->options) && engine->follow == NULL)
		await_hook(engine, &event->alert.alert);
}

/* The first that is due; hook_count: none. */
static size_t find_due(const struct engine *engine, int64_t now_ms)
{
	size_t i = 0;
	while (i < engine->hook_count && engine->hook_waiting[i].due_ms > now_ms)
		i++;
	return i;
}

static void step_hook(struct engine *engine, int64_t now_ms)
{
	size_t due = find_due(engine, now_ms);
	if (due == engine->hook_count || engine->hook != NULL || now_ms < engine->hook_ready_ms)
		return;
	struct engine_alert wanted = engine->hook_waiting[due];
	take_out(engine, due);
	start_hook(engine, &wanted);
}

static int64_t hook_due_ms(const struct engine *engine)
{
	int64_t due = INT64_MAX;
	for (size_t i = 0; i < engine->hook_count; i++)
		if (engine->hook_waiting[i].due_ms < due)
			due = engine->hook_waiting[i].due_ms;
	return due > engine->hook_ready_ms ? due : engine->hook_ready_ms;
}

/* With what has not been tried yet, or will be again so soon that it is worth the wait. */
bool engine_alerts_are_busy(const struct engine *engine)
{
	int64_t patience_ms = schedule_of(engine)->patience_ms;
	for (size_t i = 0; i < engine->hook_count; i++) {
		const struct engine_alert *waiting = &engine->hook_waiting[i];
		if (is_new(waiting) || waiting->due_ms - waiting->first_ms <= patience_ms)
			return true;
	}
	return engine->hook != NULL;
}

void engine_drop_alerts(struct engine *engine)
{
	say_dropped(engine);
	if (engine->hook_count > 0)
		engine_say(engine, SEVERITY_WARNING, "%zu alert%s did not go out any more",
			engine->hook_count, engine->hook_count == 1 ? "" : "s");
	engine->hook_count = 0;
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
	int64_t hook = engine->hook == NULL ? hook_due_ms(engine) : INT64_MAX;
	return hook < due ? hook : due;
}

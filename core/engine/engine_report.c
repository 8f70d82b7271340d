#include "engine_parts.h"

#include "base/clock.h"
#include "base/memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void engine_say(struct engine *engine, enum severity severity, const char *format, ...)
{
	struct event event = {
		.kind = EVENT_MESSAGE, .at_ms = clock_wall_ms(), .message.severity = severity};
	va_list arguments;
	va_start(arguments, format);
	if (vsnprintf(event.message.text, sizeof(event.message.text), format, arguments) < 0)
		event.message.text[0] = '\0';
	va_end(arguments);
	event_queue_post(engine->queue, &event);
}

static bool *told_of(const struct engine *engine, size_t table, date_t date)
{
	size_t days = (size_t)date_range_days(engine->range);
	return &engine->told[table * days + (size_t)(date - engine->range.first)];
}

bool engine_set_told(struct engine *engine, size_t table, date_t date, bool queued)
{
	if (!date_range_has(engine->range, date) || *told_of(engine, table, date) == queued)
		return false;
	*told_of(engine, table, date) = queued;
	engine->told_counts[table] += queued ? 1 : (size_t)-1;
	return true;
}

static void post_dates(struct engine *engine, struct event *event)
{
	if (event->queue.count > 0)
		event_queue_post(engine->queue, event);
	else
		event_release(event);
}

void engine_tell_dates(
	struct engine *engine, size_t table, const date_t *dates, size_t count, bool queued)
{
	struct event event = {.kind = EVENT_QUEUED, .at_ms = clock_wall_ms(), .table = table};
	event.queue.queued = queued;
	event.queue.dates = memory_new_array(count + 1, sizeof(date_t));
	for (size_t i = 0; i < count; i++) {
		if (!engine_set_told(engine, table, dates[i], queued))
			continue;
		event.queue.dates[event.queue.count++] = dates[i];
	}
	post_dates(engine, &event);
}

void engine_tell_planned(struct engine *engine, size_t table, const struct plan_step *step)
{
	struct event event = {.kind = EVENT_QUEUED, .at_ms = clock_wall_ms(), .table = table};
	event.queue.queued = event.queue.is_planned = true;
	event.queue.dates = memory_new_array(step->count + 1, sizeof(date_t));
	for (size_t i = 0; i < step->count; i++) {
		if (!scheduler_is_queued(engine->scheduler, table, step->dates[i]) ||
			!engine_set_told(engine, table, step->dates[i], true))
			continue;
		event.queue.dates[event.queue.count++] = step->dates[i];
		event.queue.first_count += i < step->first_count;
	}
	post_dates(engine, &event);
}

void engine_tell_reach(struct engine *engine, size_t table, bool queued, enum queue_reach reach)
{
	struct event event = {.kind = EVENT_QUEUED, .at_ms = clock_wall_ms(), .table = table};
	event.queue.queued = queued;
	event.queue.reach = reach;
	event_queue_post(engine->queue, &event);
}

int engine_take_back(struct engine *engine, size_t table)
{
	engine_tell_reach(engine, table, false, REACH_TABLE);
	return scheduler_unqueue(engine->scheduler, table);
}

int engine_tell_queue(struct engine *engine, size_t table)
{
	size_t days = (size_t)date_range_days(engine->range), in = 0, out = 0;
	if (engine->told_counts[table] == 0 &&
		scheduler_queued_count(engine->scheduler, table) == 0)
		return 0;
	date_t *queued = memory_new_array(days + 1, sizeof(*queued));
	date_t *taken = memory_new_array(days + 1, sizeof(*taken));
	for (date_t date = engine->range.first; date <= engine->range.last; date++) {
		bool is_queued = scheduler_is_queued(engine->scheduler, table, date);
		bool was_told = *told_of(engine, table, date);
		if (is_queued && !was_told)
			queued[in++] = date;
		else if (!is_queued && was_told)
			taken[out++] = date;
	}
	engine_tell_dates(engine, table, queued, in, true);
	engine_tell_dates(engine, table, taken, out, false);
	free(queued);
	free(taken);
	return (int)in;
}

void engine_tell_control(struct engine *engine, int table)
{
	struct event event = {.kind = EVENT_CONTROL, .at_ms = clock_wall_ms()};
	event.control.workers = engine->options.workers;
	event.control.auto_launch = engine->options.auto_launch;
	event.control.all_paused = engine->all_paused;
	event.control.read_only = engine->options.read_only;
	event.control.paced = engine->options.pace_ms > 0;
	event.control.paused_table = table;
	event.control.table_paused = table >= 0 && engine->paused[table];
	event_queue_post(engine->queue, &event);
}

/* Which table takes the next free worker, and with which dates. */
#include "scheduler_parts.h"

#include <stdlib.h>
#include <string.h>

/* Whether the gaps of a table that nobody queued may start by themselves now. */
static bool is_released(const struct scheduler *scheduler, size_t table)
{
	const struct pipeline_table *described = &scheduler->pipeline->tables[table];
	if (scheduler->pipeline->release == RELEASE_DATE)
		return true;
	for (size_t i = 0; i < described->upstream_count; i++)
		if (scheduler_planned_count(scheduler, described->upstreams[i]) > 0)
			return false;
	for (size_t i = 0; i < described->guard_count; i++)
		if (scheduler_planned_count(scheduler, described->guards[i]) > 0)
			return false;
	return true;
}

/* After scheduler_look_ahead. `released`: is_released of the table. */
static bool may_start(const struct scheduler *scheduler, size_t table, date_t date, bool released)
{
	uint8_t flags = *scheduler_flags(scheduler, table, date);
	return !(flags & CELL_RUNNING) &&
	       scheduler_outlook(scheduler, table, date) == OUTLOOK_OPEN &&
	       (flags & CELL_QUEUED || released);
}

enum need { NEED_NOTHING, NEED_TURN, NEED_FIRST };

/* The first day from this one on whose cell has the outlook, or the number of days. */
static int32_t next_day(
	const struct scheduler *scheduler, size_t table, int32_t day, enum outlook outlook)
{
	const uint8_t *outlooks = scheduler_outlooks(scheduler, table);
	const uint8_t *at = memchr(&outlooks[day], outlook, (size_t)(scheduler->days - day));
	return at == NULL ? scheduler->days : (int32_t)(at - outlooks);
}

static enum need need_of(const struct scheduler *scheduler, size_t table)
{
	const struct lane *lane = &scheduler->lanes[table];
	enum need need = NEED_NOTHING;
	if (lane->running || lane->paused || scheduler_planned_count(scheduler, table) == 0)
		return need;
	bool released = is_released(scheduler, table);
	if (!released && lane->queued_count == 0)
		return need;
	for (int32_t day = next_day(scheduler, table, 0, OUTLOOK_OPEN); day < scheduler->days;
		day = next_day(scheduler, table, day + 1, OUTLOOK_OPEN)) {
		date_t date = scheduler->range.first + day;
		if (!may_start(scheduler, table, date, released))
			continue;
		if (*scheduler_flags(scheduler, table, date) & CELL_FIRST)
			return NEED_FIRST;
		need = NEED_TURN;
	}
	return need;
}

/* Foundations first, then who has waited longest. */
static bool goes_before(const struct lane *a, const struct lane *b)
{
	if (a->is_foundation != b->is_foundation)
		return a->is_foundation;
	return a->last_turn < b->last_turn;
}

/* The table that is next, or table_count; *candidates: how many could start. */
static size_t choose_table(
	const struct scheduler *scheduler, const struct coverage *coverage, int *candidates)
{
	const struct pipeline *pipeline = scheduler->pipeline;
	size_t chosen = pipeline->table_count;
	enum need greatest = NEED_NOTHING;
	*candidates = 0;
	if (scheduler->queued_count == 0 && scheduler->armed_count == 0)
		return chosen;
	scheduler_look_ahead(scheduler, coverage);
	for (size_t i = 0; i < pipeline->table_count; i++) {
		size_t table = pipeline->order[i];
		enum need need = need_of(scheduler, table);
		if (need == NEED_NOTHING)
			continue;
		(*candidates)++;
		if (need < greatest || (need == greatest && !goes_before(&scheduler->lanes[table],
								    &scheduler->lanes[chosen])))
			continue;
		chosen = table;
		greatest = need;
	}
	return chosen;
}

struct startable {
	date_t date;
	uint32_t place; /* the rank less one: what has none comes last */
	bool is_first;
};

static int by_place(const void *a, const void *b)
{
	const struct startable *one = a, *other = b;
	if (one->is_first != other->is_first)
		return one->is_first ? -1 : 1;
	return (one->place > other->place) - (one->place < other->place);
}

/* In the order of the pipeline; what a plan put first alone. */
static size_t list_startable(
	const struct scheduler *scheduler, size_t table, struct startable *list)
{
	struct date_range range = scheduler->range;
	bool newest_first = scheduler->pipeline->run_order == ORDER_NEWEST;
	bool released = is_released(scheduler, table), is_ranked = false;
	size_t count = 0, first_count = 0;
	for (int32_t i = 0; i < scheduler->days; i++) {
		date_t date = newest_first ? range.last - i : range.first + i;
		if (!may_start(scheduler, table, date, released))
			continue;
		uint32_t rank = *scheduler_rank(scheduler, table, date);
		bool is_first = *scheduler_flags(scheduler, table, date) & CELL_FIRST;
		/* Without a rank they keep their order behind all ranks. */
		uint32_t place = rank > 0 ? rank - 1 : UINT32_MAX - (uint32_t)(scheduler->days - i);
		list[count++] = (struct startable){date, place, is_first};
		first_count += is_first;
		is_ranked |= rank > 0;
	}
	if (is_ranked)
		qsort(list, count, sizeof(*list), by_place);
	return first_count > 0 ? first_count : count;
}

static void fill_batch(struct scheduler *scheduler, size_t table, size_t limit, struct turn *batch)
{
	struct startable *list = memory_new_array((size_t)scheduler->days + 1, sizeof(*list));
	size_t count = list_startable(scheduler, table, list);
	*batch = (struct turn){.table = table};
	for (size_t i = 0; i < count && batch->count < limit; i++) {
		date_t date = list[i].date;
		uint8_t flags = *scheduler_flags(scheduler, table, date);
		batch->launched = batch->launched || !(flags & CELL_QUEUED);
		scheduler_change(scheduler, table, date, CELL_QUEUED | CELL_FIRST,
			CELL_RUNNING | CELL_TRIED);
		batch->dates[batch->count++] = date;
	}
	free(list);
}

static struct settled state_of(const struct scheduler *scheduler, const struct coverage *coverage)
{
	scheduler_look_ahead(scheduler, coverage);
	return (struct settled){scheduler->look->number, scheduler->look->changes};
}

static bool is_same(const struct settled *one, const struct settled *other)
{
	return one->look == other->look && one->changes == other->changes;
}

bool scheduler_next(
	struct scheduler *scheduler, const struct coverage *coverage, struct turn *batch)
{
	int running = scheduler_running_count(scheduler);
	int candidates;
	if (running >= scheduler->workers)
		return false;
	if (scheduler->queued_count == 0 && scheduler->armed_count == 0)
		return false;
	struct settled now = state_of(scheduler, coverage);
	if (is_same(&now, &scheduler->nothing_next))
		return false;
	size_t table = choose_table(scheduler, coverage, &candidates);
	if (table == scheduler->pipeline->table_count) {
		scheduler->nothing_next = now;
		return false;
	}
	bool crowded = running + candidates > scheduler->workers;
	fill_batch(scheduler, table, crowded ? SCHEDULER_TURN_DATES : SCHEDULER_BATCH_MAX, batch);
	scheduler->lanes[table].running = true;
	scheduler->lanes[table].last_turn = ++scheduler->turns;
	return true;
}

static void take_out(struct scheduler *scheduler, size_t table, struct turn *batch)
{
	*batch = (struct turn){.table = table};
	for (int32_t day = next_day(scheduler, table, 0, OUTLOOK_STUCK);
		day < scheduler->days && batch->count < SCHEDULER_BATCH_MAX;
		day = next_day(scheduler, table, day + 1, OUTLOOK_STUCK)) {
		date_t date = scheduler->range.first + day;
		scheduler_change(scheduler, table, date, CELL_QUEUED | CELL_FIRST, 0);
		batch->dates[batch->count++] = date;
	}
}

bool scheduler_take_stuck(
	struct scheduler *scheduler, const struct coverage *coverage, struct turn *batch)
{
	if (scheduler->queued_count == 0)
		return false;
	struct settled now = state_of(scheduler, coverage);
	if (is_same(&now, &scheduler->nothing_stuck))
		return false;
	for (size_t i = 0; i < scheduler->pipeline->table_count; i++) {
		take_out(scheduler, scheduler->pipeline->order[i], batch);
		if (batch->count > 0)
			return true;
	}
	scheduler->nothing_stuck = now;
	return false;
}

bool scheduler_is_idle(const struct scheduler *scheduler, const struct coverage *coverage)
{
	int candidates;
	if (scheduler_running_count(scheduler) > 0)
		return false;
	return scheduler->workers <= 0 ||
	       choose_table(scheduler, coverage, &candidates) == scheduler->pipeline->table_count;
}

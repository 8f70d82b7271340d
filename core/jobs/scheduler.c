#include "scheduler_parts.h"

#include "coverage/causes.h"

#include <stdlib.h>

static void find_foundations(struct scheduler *scheduler)
{
	const struct pipeline *pipeline = scheduler->pipeline;
	for (size_t i = 0; i < pipeline->table_count; i++) {
		const struct pipeline_table *table = &pipeline->tables[i];
		for (size_t k = 0; k < table->guard_count; k++)
			scheduler->lanes[table->guards[k]].is_foundation = true;
		for (size_t k = 0; k < table->history_count; k++)
			scheduler->lanes[table->history[k].table].is_foundation = true;
	}
}

static void make_cells(struct scheduler *scheduler, struct date_range range)
{
	size_t tables = scheduler->pipeline->table_count;
	scheduler->range = range;
	scheduler->days = date_range_days(range);
	size_t cells = tables * (size_t)scheduler->days;
	scheduler->flags = memory_new_array(cells, sizeof(*scheduler->flags));
	scheduler->ranks = memory_new_array(cells, sizeof(*scheduler->ranks));
	scheduler->look = scheduler_new_look(tables, scheduler->days);
	scheduler->queued_count = scheduler->armed_count = 0;
	for (size_t i = 0; i < tables; i++)
		scheduler->lanes[i].queued_count = 0;
	scheduler->nothing_next = scheduler->nothing_stuck = (struct settled){0};
}

struct scheduler *scheduler_new(const struct pipeline *pipeline, struct date_range range)
{
	struct scheduler *scheduler = memory_new(sizeof(*scheduler));
	scheduler->pipeline = pipeline;
	scheduler->workers = pipeline->workers;
	scheduler->auto_launch = pipeline->auto_launch;
	scheduler->lanes = memory_new_array(pipeline->table_count, sizeof(*scheduler->lanes));
	make_cells(scheduler, range);
	find_foundations(scheduler);
	return scheduler;
}

void scheduler_free(struct scheduler *scheduler)
{
	if (scheduler == NULL)
		return;
	free(scheduler->lanes);
	free(scheduler->flags);
	free(scheduler->ranks);
	scheduler_free_look(scheduler->look);
	free(scheduler);
}

static size_t cell_number(const struct scheduler *scheduler, size_t table, date_t date)
{
	return table * (size_t)scheduler->days + (size_t)(date - scheduler->range.first);
}

const uint8_t *scheduler_flags(const struct scheduler *scheduler, size_t table, date_t date)
{
	if (!date_range_has(scheduler->range, date))
		return NULL;
	return &scheduler->flags[cell_number(scheduler, table, date)];
}

static void count_flag(size_t *count, unsigned flag, unsigned before, unsigned after)
{
	*count += ((after & flag) != 0) - (size_t)((before & flag) != 0);
}

void scheduler_change(
	struct scheduler *scheduler, size_t table, date_t date, unsigned taken, unsigned given)
{
	uint8_t *flags = &scheduler->flags[cell_number(scheduler, table, date)];
	unsigned before = *flags, after = (before & ~taken) | given;
	if (before == after)
		return;
	*flags = (uint8_t)after;
	count_flag(&scheduler->queued_count, CELL_QUEUED, before, after);
	count_flag(&scheduler->lanes[table].queued_count, CELL_QUEUED, before, after);
	count_flag(&scheduler->armed_count, CELL_ARMED, before, after);
	scheduler->look->is_stale[date - scheduler->range.first] = true;
	scheduler->look->changes++;
}

uint32_t *scheduler_rank(const struct scheduler *scheduler, size_t table, date_t date)
{
	return &scheduler->ranks[cell_number(scheduler, table, date)];
}

void scheduler_set_workers(struct scheduler *scheduler, int workers)
{
	scheduler->workers = workers;
	scheduler->look->changes++;
}

void scheduler_set_auto_launch(struct scheduler *scheduler, bool on)
{
	scheduler->auto_launch = on;
	scheduler_forget_look(scheduler);
}

void scheduler_set_paused(struct scheduler *scheduler, size_t table, bool paused)
{
	scheduler->lanes[table].paused = paused;
	scheduler->look->changes++;
}

bool scheduler_is_paused(const struct scheduler *scheduler, size_t table)
{
	return scheduler->lanes[table].paused;
}

void scheduler_set_range(struct scheduler *scheduler, struct date_range range)
{
	struct scheduler old = *scheduler;
	make_cells(scheduler, range);
	for (size_t table = 0; table < scheduler->pipeline->table_count; table++)
		for (date_t date = range.first; date <= range.last; date++)
			if (date_range_has(old.range, date)) {
				scheduler_change(scheduler, table, date, 0,
					*scheduler_flags(&old, table, date));
				*scheduler_rank(scheduler, table, date) =
					*scheduler_rank(&old, table, date);
			}
	free(old.flags);
	free(old.ranks);
	scheduler_free_look(old.look);
}

static void set_held(struct scheduler *scheduler, size_t table, bool held)
{
	if (scheduler->lanes[table].held != held)
		scheduler_forget_look(scheduler);
	scheduler->lanes[table].held = held;
}

/* Everything below a table may start by itself on these dates. */
static void arm_below(struct scheduler *scheduler, size_t start, struct date_range dates)
{
	bool is_below[PIPELINE_TABLES_MAX];
	pipeline_find_below(scheduler->pipeline, start, is_below);
	for (size_t table = 0; table < scheduler->pipeline->table_count; table++)
		for (date_t date = dates.first; is_below[table] && date <= dates.last; date++)
			scheduler_change(scheduler, table, date, 0, CELL_ARMED);
}

static bool is_wanted(const struct cell *cell, enum queue_kind kind)
{
	if (kind == QUEUE_GAPS)
		return verdict_is_gap(cell->verdict) && !cell_needs_you(cell);
	return cell->verdict == VERDICT_FAILED || cell->verdict == VERDICT_THIN ||
	       cell->verdict == VERDICT_EMPTY || cell->verdict == VERDICT_KILLED ||
	       cell->verdict == VERDICT_SUSPECT;
}

/* After scheduler_look_ahead. */
static bool can_queue(struct scheduler *scheduler, const struct coverage *coverage, size_t table,
	date_t date, enum queue_kind kind)
{
	const struct cell *cell = coverage_cell(coverage, table, date);
	const uint8_t *flags = scheduler_flags(scheduler, table, date);
	return cell != NULL && !(*flags & (CELL_QUEUED | CELL_RUNNING)) && is_wanted(cell, kind) &&
	       scheduler_foresee(scheduler, coverage, table, date) >= OUTLOOK_WAITS;
}

static bool queue_cell(struct scheduler *scheduler, const struct coverage *coverage, size_t table,
	date_t date, enum queue_kind kind)
{
	if (!can_queue(scheduler, coverage, table, date, kind))
		return false;
	scheduler_change(scheduler, table, date, CELL_FIRST, CELL_QUEUED);
	*scheduler_rank(scheduler, table, date) = 0;
	return true;
}

size_t scheduler_choose(struct scheduler *scheduler, const struct coverage *coverage, size_t table,
	date_t date, enum queue_kind kind, date_t *dates)
{
	struct date_range range = scheduler->range;
	size_t count = 0;
	if (date != DATE_NONE && !date_range_has(scheduler->range, date))
		return 0;
	if (date != DATE_NONE)
		range = (struct date_range){date, date};
	scheduler_look_ahead(scheduler, coverage);
	for (date_t day = range.first; day <= range.last; day++)
		if (can_queue(scheduler, coverage, table, day, kind))
			dates[count++] = day;
	return count;
}

int scheduler_queue(struct scheduler *scheduler, const struct coverage *coverage, size_t table,
	date_t date, enum queue_kind kind)
{
	struct date_range dates = scheduler->range;
	int count = 0;
	if (date != DATE_NONE)
		dates = (struct date_range){date, date};
	if (date != DATE_NONE && !date_range_has(scheduler->range, date))
		return 0;
	scheduler_look_ahead(scheduler, coverage);
	for (date_t day = dates.first; day <= dates.last; day++)
		count += queue_cell(scheduler, coverage, table, day, kind);
	if (count == 0)
		return 0;
	set_held(scheduler, table, false);
	arm_below(scheduler, table, dates);
	return count;
}

int scheduler_queue_dates(struct scheduler *scheduler, const struct coverage *coverage,
	size_t table, const date_t *dates, size_t count, size_t first_count)
{
	int queued = 0;
	scheduler_look_ahead(scheduler, coverage);
	for (size_t i = 0; i < count; i++) {
		if (!date_range_has(scheduler->range, dates[i]) ||
			!queue_cell(scheduler, coverage, table, dates[i], QUEUE_GAPS))
			continue;
		queued++;
		*scheduler_rank(scheduler, table, dates[i]) = ++scheduler->ranked;
		if (i < first_count)
			scheduler_change(scheduler, table, dates[i], 0, CELL_FIRST);
	}
	if (queued > 0)
		set_held(scheduler, table, false);
	return queued;
}

/* The operator's wish is new: what was tried before may be tried again. */
static void arm(struct scheduler *scheduler, size_t table)
{
	for (date_t date = scheduler->range.first; date <= scheduler->range.last; date++) {
		bool runs = *scheduler_flags(scheduler, table, date) & CELL_RUNNING;
		scheduler_change(scheduler, table, date, runs ? 0 : CELL_TRIED, CELL_ARMED);
	}
}

static bool looks_at(const struct pipeline *pipeline, size_t table, size_t other)
{
	const struct pipeline_table *described = &pipeline->tables[table];
	for (size_t i = 0; i < described->job.minimum_count; i++)
		if (described->job.minimums[i].table == other)
			return true;
	for (size_t i = 0; i < described->history_count; i++)
		if (described->history[i].table == other)
			return true;
	return pipeline_depends_on(pipeline, table, other);
}

/* Tables without upstreams, and what these look at besides. */
static void find_asked(const struct pipeline *pipeline, bool is_asked[PIPELINE_TABLES_MAX])
{
	for (size_t i = pipeline->table_count; i-- > 0;) {
		size_t table = pipeline->order[i];
		is_asked[table] |= pipeline->tables[table].upstream_count == 0;
		for (size_t k = 0; is_asked[table] && k < i; k++)
			is_asked[pipeline->order[k]] |=
				looks_at(pipeline, table, pipeline->order[k]);
	}
}

/* Once over the tables: what one looks at comes before it in the order of the pipeline. */
int scheduler_queue_all(struct scheduler *scheduler, const struct coverage *coverage)
{
	const struct pipeline *pipeline = scheduler->pipeline;
	bool is_asked[PIPELINE_TABLES_MAX] = {false};
	int count = 0;
	for (size_t i = 0; i < pipeline->table_count; i++) {
		scheduler->lanes[i].held = false;
		arm(scheduler, i);
	}
	find_asked(pipeline, is_asked);
	for (size_t i = 0; i < pipeline->table_count; i++) {
		size_t table = pipeline->order[i];
		bool is_start = pipeline->tables[table].upstream_count == 0;
		for (date_t date = scheduler->range.first;
			is_start && date <= scheduler->range.last; date++)
			count += queue_cell(scheduler, coverage, table, date, QUEUE_GAPS);
		if (is_asked[table])
			scheduler_look_at_table(scheduler, coverage, table);
	}
	scheduler_forget_look(scheduler);
	return count;
}

int scheduler_unqueue(struct scheduler *scheduler, size_t table)
{
	int count = scheduler_queued_count(scheduler, table);
	for (date_t date = scheduler->range.first; date <= scheduler->range.last; date++)
		scheduler_change(scheduler, table, date, CELL_QUEUED | CELL_FIRST, 0);
	set_held(scheduler, table, true);
	return count;
}

bool scheduler_is_queued(const struct scheduler *scheduler, size_t table, date_t date)
{
	const uint8_t *flags = scheduler_flags(scheduler, table, date);
	return flags != NULL && *flags & CELL_QUEUED;
}

int scheduler_queued_count(const struct scheduler *scheduler, size_t table)
{
	return (int)scheduler->lanes[table].queued_count;
}

bool scheduler_is_running(const struct scheduler *scheduler, size_t table)
{
	return scheduler->lanes[table].running;
}

int scheduler_running_count(const struct scheduler *scheduler)
{
	int count = 0;
	for (size_t i = 0; i < scheduler->pipeline->table_count; i++)
		count += scheduler->lanes[i].running;
	return count;
}

int scheduler_to_come(
	const struct scheduler *scheduler, const struct coverage *coverage, size_t table)
{
	int count = 0;
	scheduler_look_ahead(scheduler, coverage);
	for (date_t date = scheduler->range.first; date <= scheduler->range.last; date++)
		count += scheduler_outlook(scheduler, table, date) >= OUTLOOK_WAITS &&
			 !(*scheduler_flags(scheduler, table, date) & (CELL_QUEUED | CELL_RUNNING));
	return count;
}

bool scheduler_is_planned(const struct scheduler *scheduler, size_t table, date_t date)
{
	const uint8_t *flags = scheduler_flags(scheduler, table, date);
	return flags != NULL && (scheduler_outlook(scheduler, table, date) >= OUTLOOK_WAITS ||
					*flags & (CELL_QUEUED | CELL_RUNNING));
}

void scheduler_adopt(struct scheduler *scheduler, size_t table, const date_t *dates, size_t count)
{
	scheduler->lanes[table].running = true;
	for (size_t i = 0; i < count; i++)
		if (date_range_has(scheduler->range, dates[i]))
			scheduler_change(
				scheduler, table, dates[i], CELL_QUEUED, CELL_RUNNING | CELL_TRIED);
}

void scheduler_date_done(struct scheduler *scheduler, size_t table, date_t date, bool succeeded)
{
	const struct pipeline *pipeline = scheduler->pipeline;
	if (!date_range_has(scheduler->range, date))
		return;
	scheduler_change(scheduler, table, date, CELL_RUNNING, 0);
	if (!succeeded)
		return;
	for (size_t other = 0; other < pipeline->table_count; other++)
		if (pipeline_depends_on(pipeline, other, table))
			scheduler_change(scheduler, other, date, CELL_TRIED, 0);
}

void scheduler_batch_done(struct scheduler *scheduler, size_t table, bool requeue)
{
	scheduler->lanes[table].running = false;
	scheduler->look->changes++;
	for (date_t date = scheduler->range.first; date <= scheduler->range.last; date++)
		if (*scheduler_flags(scheduler, table, date) & CELL_RUNNING)
			scheduler_change(
				scheduler, table, date, CELL_RUNNING, requeue ? CELL_QUEUED : 0);
}

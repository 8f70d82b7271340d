#include "scheduler_parts.h"

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
	scheduler->outlooks = memory_new_array(cells, sizeof(*scheduler->outlooks));
	scheduler->planned_before =
		memory_new_array(cells + tables, sizeof(*scheduler->planned_before));
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
	free(scheduler->outlooks);
	free(scheduler->planned_before);
	free(scheduler);
}

static size_t cell_number(const struct scheduler *scheduler, size_t table, date_t date)
{
	return table * (size_t)scheduler->days + (size_t)(date - scheduler->range.first);
}

uint8_t *scheduler_flags(const struct scheduler *scheduler, size_t table, date_t date)
{
	if (!date_range_has(scheduler->range, date))
		return NULL;
	return &scheduler->flags[cell_number(scheduler, table, date)];
}

uint32_t *scheduler_rank(const struct scheduler *scheduler, size_t table, date_t date)
{
	return &scheduler->ranks[cell_number(scheduler, table, date)];
}

void scheduler_set_workers(struct scheduler *scheduler, int workers)
{
	scheduler->workers = workers;
}

void scheduler_set_auto_launch(struct scheduler *scheduler, bool on)
{
	scheduler->auto_launch = on;
}

void scheduler_set_paused(struct scheduler *scheduler, size_t table, bool paused)
{
	scheduler->lanes[table].paused = paused;
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
				*scheduler_flags(scheduler, table, date) =
					*scheduler_flags(&old, table, date);
				*scheduler_rank(scheduler, table, date) =
					*scheduler_rank(&old, table, date);
			}
	free(old.flags);
	free(old.ranks);
	free(old.outlooks);
	free(old.planned_before);
}

/* Everything below a table may start by itself on these dates. */
static void arm_below(struct scheduler *scheduler, size_t start, struct date_range dates)
{
	const struct pipeline *pipeline = scheduler->pipeline;
	bool reached[PIPELINE_TABLES_MAX] = {false};
	reached[start] = true;
	for (size_t i = 0; i < pipeline->table_count; i++) {
		size_t table = pipeline->order[i];
		for (size_t k = 0; k < i && !reached[table]; k++)
			reached[table] = reached[pipeline->order[k]] &&
					 pipeline_depends_on(pipeline, table, pipeline->order[k]);
		if (!reached[table] || table == start)
			continue;
		for (date_t date = dates.first; date <= dates.last; date++)
			*scheduler_flags(scheduler, table, date) |= CELL_ARMED;
	}
}

static bool is_wanted(const struct cell *cell, enum queue_kind kind)
{
	if (kind == QUEUE_GAPS)
		return scheduler_is_curable(cell);
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
	uint8_t *flags = scheduler_flags(scheduler, table, date);
	*flags = (uint8_t)((*flags & ~CELL_FIRST) | CELL_QUEUED);
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
	scheduler->lanes[table].held = false;
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
			*scheduler_flags(scheduler, table, dates[i]) |= CELL_FIRST;
	}
	if (queued > 0)
		scheduler->lanes[table].held = false;
	return queued;
}

/* The operator's wish is new: what was tried before may be tried again. */
static void arm(uint8_t *flags)
{
	*flags |= CELL_ARMED;
	if (!(*flags & CELL_RUNNING))
		*flags &= (uint8_t)~CELL_TRIED;
}

int scheduler_queue_all(struct scheduler *scheduler, const struct coverage *coverage)
{
	const struct pipeline *pipeline = scheduler->pipeline;
	int count = 0;
	for (size_t i = 0; i < pipeline->table_count; i++) {
		size_t table = pipeline->order[i];
		scheduler->lanes[table].held = false;
		for (date_t date = scheduler->range.first; date <= scheduler->range.last; date++)
			arm(scheduler_flags(scheduler, table, date));
	}
	for (size_t i = 0; i < pipeline->table_count; i++)
		if (pipeline->tables[pipeline->order[i]].upstream_count == 0)
			count += scheduler_queue(
				scheduler, coverage, pipeline->order[i], DATE_NONE, QUEUE_GAPS);
	return count;
}

int scheduler_unqueue(struct scheduler *scheduler, size_t table)
{
	int count = scheduler_queued_count(scheduler, table);
	for (date_t date = scheduler->range.first; date <= scheduler->range.last; date++)
		*scheduler_flags(scheduler, table, date) &= (uint8_t) ~(CELL_QUEUED | CELL_FIRST);
	scheduler->lanes[table].held = true;
	return count;
}

bool scheduler_is_queued(const struct scheduler *scheduler, size_t table, date_t date)
{
	const uint8_t *flags = scheduler_flags(scheduler, table, date);
	return flags != NULL && *flags & CELL_QUEUED;
}

int scheduler_queued_count(const struct scheduler *scheduler, size_t table)
{
	int count = 0;
	for (date_t date = scheduler->range.first; date <= scheduler->range.last; date++)
		count += scheduler_is_queued(scheduler, table, date);
	return count;
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
	for (size_t i = 0; i < count; i++) {
		uint8_t *flags = scheduler_flags(scheduler, table, dates[i]);
		if (flags != NULL)
			*flags = (uint8_t)((*flags & ~CELL_QUEUED) | CELL_RUNNING | CELL_TRIED);
	}
}

void scheduler_date_done(struct scheduler *scheduler, size_t table, date_t date, bool succeeded)
{
	const struct pipeline *pipeline = scheduler->pipeline;
	uint8_t *flags = scheduler_flags(scheduler, table, date);
	if (flags == NULL)
		return;
	*flags &= (uint8_t)~CELL_RUNNING;
	if (!succeeded)
		return;
	for (size_t other = 0; other < pipeline->table_count; other++)
		if (pipeline_depends_on(pipeline, other, table))
			*scheduler_flags(scheduler, other, date) &= (uint8_t)~CELL_TRIED;
}

void scheduler_batch_done(struct scheduler *scheduler, size_t table, bool requeue)
{
	scheduler->lanes[table].running = false;
	for (date_t date = scheduler->range.first; date <= scheduler->range.last; date++) {
		uint8_t *flags = scheduler_flags(scheduler, table, date);
		if (!(*flags & CELL_RUNNING))
			continue;
		*flags &= (uint8_t)~CELL_RUNNING;
		if (requeue)
			*flags |= CELL_QUEUED;
	}
}

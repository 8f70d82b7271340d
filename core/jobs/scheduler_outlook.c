/* What can still start, and what it waits for: one pass over the cells in dependency order. */
#include "scheduler_parts.h"

#include "coverage/causes.h"

#include <string.h>

bool scheduler_is_curable(const struct cell *cell)
{
	return verdict_is_gap(cell->verdict) && !cell_needs_you(cell);
}

enum outlook scheduler_outlook(const struct scheduler *scheduler, size_t table, date_t date)
{
	if (!date_range_has(scheduler->range, date))
		return OUTLOOK_NOT_PLANNED;
	return scheduler->outlooks[table * (size_t)scheduler->days +
				   (size_t)(date - scheduler->range.first)];
}

static int32_t *counts_of(const struct scheduler *scheduler, size_t table)
{
	return &scheduler->planned_before[table * ((size_t)scheduler->days + 1)];
}

int scheduler_planned_count(const struct scheduler *scheduler, size_t table)
{
	return counts_of(scheduler, table)[scheduler->days];
}

static bool is_planned_within(
	const struct scheduler *scheduler, size_t table, struct date_range window)
{
	const int32_t *before = counts_of(scheduler, table);
	date_t first =
		window.first < scheduler->range.first ? scheduler->range.first : window.first;
	date_t last = window.last > scheduler->range.last ? scheduler->range.last : window.last;
	if (last < first)
		return false;
	return before[last - scheduler->range.first + 1] > before[first - scheduler->range.first];
}

/* What an upstream or guard means for the cell below it. */
static enum outlook across_edge(const struct scheduler *scheduler, const struct coverage *coverage,
	size_t other, date_t date)
{
	switch (scheduler_outlook(scheduler, other, date)) {
	case OUTLOOK_STUCK:
		return OUTLOOK_STUCK;
	case OUTLOOK_UNKNOWN:
		return OUTLOOK_UNKNOWN;
	case OUTLOOK_WAITS:
	case OUTLOOK_OPEN:
		return OUTLOOK_WAITS;
	case OUTLOOK_NOT_PLANNED:
		break;
	}
	enum verdict verdict = coverage_verdict(coverage, other, date);
	if (verdict == VERDICT_UNKNOWN)
		return OUTLOOK_UNKNOWN;
	if (verdict_opens_gate(verdict))
		return OUTLOOK_OPEN;
	/* The coverage has not heard yet of what was taken back, or somebody else runs it. */
	if (verdict == VERDICT_RUNNING || verdict == VERDICT_QUEUED)
		return OUTLOOK_WAITS;
	return OUTLOOK_STUCK;
}

/* What is too little now may get more while the table still has this date to run. */
static enum outlook across_minimum(const struct scheduler *scheduler,
	const struct coverage *coverage, const struct job_minimum *minimum, date_t date)
{
	const struct cell *cell = coverage_cell(coverage, minimum->table, date);
	if (cell == NULL)
		return OUTLOOK_UNKNOWN;
	if (cell->rows_known && cell->rows >= minimum->rows)
		return OUTLOOK_OPEN;
	enum outlook edge = across_edge(scheduler, coverage, minimum->table, date);
	if (edge != OUTLOOK_OPEN)
		return edge;
	return cell->rows_known ? OUTLOOK_STUCK : OUTLOOK_UNKNOWN;
}

static enum outlook look_back(const struct scheduler *scheduler, const struct coverage *coverage,
	size_t table, date_t date)
{
	const struct pipeline_table *described = &scheduler->pipeline->tables[table];
	enum reason reason;
	int because;
	for (size_t i = 0; i < described->history_count; i++) {
		const struct history_edge *edge = &described->history[i];
		if (is_planned_within(scheduler, edge->table,
			    coverage_history_window(coverage, edge, date)) ||
			coverage_past(coverage, edge, date).busy > 0)
			return OUTLOOK_WAITS;
	}
	if (coverage_gate(coverage, table, date, &reason, &because))
		return OUTLOOK_OPEN;
	return reason == REASON_WITNESS_UNAVAILABLE ? OUTLOOK_UNKNOWN : OUTLOOK_STUCK;
}

enum outlook scheduler_foresee(const struct scheduler *scheduler, const struct coverage *coverage,
	size_t table, date_t date)
{
	const struct pipeline_table *described = &scheduler->pipeline->tables[table];
	enum outlook worst = OUTLOOK_OPEN;
	for (size_t i = 0; i < described->upstream_count + described->guard_count; i++) {
		size_t other = i < described->upstream_count
				       ? described->upstreams[i]
				       : described->guards[i - described->upstream_count];
		enum outlook edge = across_edge(scheduler, coverage, other, date);
		if (edge < worst)
			worst = edge;
	}
	for (size_t i = 0; i < described->job.minimum_count; i++) {
		enum outlook edge =
			across_minimum(scheduler, coverage, &described->job.minimums[i], date);
		if (edge < worst)
			worst = edge;
	}
	return worst < OUTLOOK_OPEN ? worst : look_back(scheduler, coverage, table, date);
}

/* Queued, and then the calendar or an excuse said that nothing is expected, or it got complete. */
static bool is_obsolete(enum verdict verdict)
{
	return verdict_opens_gate(verdict) || verdict == VERDICT_EXPIRED;
}

static enum outlook look_at_queued(const struct scheduler *scheduler,
	const struct coverage *coverage, size_t table, date_t date)
{
	if (!date_range_has(coverage->range, date))
		return OUTLOOK_UNKNOWN;
	if (is_obsolete(coverage_verdict(coverage, table, date)))
		return OUTLOOK_STUCK;
	return scheduler_foresee(scheduler, coverage, table, date);
}

/* Below something that was started, a gap, and not tried yet. */
static enum outlook look_at_armed(const struct scheduler *scheduler,
	const struct coverage *coverage, size_t table, date_t date)
{
	if (!verdict_is_gap(coverage_verdict(coverage, table, date)) ||
		!scheduler_is_curable(coverage_cell(coverage, table, date)))
		return OUTLOOK_NOT_PLANNED;
	enum outlook outlook = scheduler_foresee(scheduler, coverage, table, date);
	return outlook >= OUTLOOK_WAITS ? outlook : OUTLOOK_NOT_PLANNED;
}

static bool launches_itself(const struct scheduler *scheduler, size_t table)
{
	const struct pipeline_table *described = &scheduler->pipeline->tables[table];
	return scheduler->auto_launch && !scheduler->lanes[table].held &&
	       described->upstream_count + described->guard_count > 0;
}

static void look_at_table(
	const struct scheduler *scheduler, const struct coverage *coverage, size_t table)
{
	size_t row = table * (size_t)scheduler->days;
	bool launches = launches_itself(scheduler, table);
	int32_t *before = counts_of(scheduler, table);
	before[0] = 0;
	for (int32_t day = 0; day < scheduler->days; day++) {
		date_t date = scheduler->range.first + day;
		uint8_t flags = scheduler->flags[row + (size_t)day];
		enum outlook outlook = OUTLOOK_NOT_PLANNED;
		if (flags & CELL_RUNNING)
			outlook = OUTLOOK_OPEN;
		else if (flags & CELL_QUEUED)
			outlook = look_at_queued(scheduler, coverage, table, date);
		else if (launches && flags & CELL_ARMED && !(flags & CELL_TRIED))
			outlook = look_at_armed(scheduler, coverage, table, date);
		scheduler->outlooks[row + (size_t)day] = (uint8_t)outlook;
		before[day + 1] = before[day] + (outlook >= OUTLOOK_WAITS);
	}
}

void scheduler_look_ahead(const struct scheduler *scheduler, const struct coverage *coverage)
{
	for (size_t i = 0; i < scheduler->pipeline->table_count; i++)
		look_at_table(scheduler, coverage, scheduler->pipeline->order[i]);
}

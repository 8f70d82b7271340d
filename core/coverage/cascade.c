/* What a re-run makes stale: complete cells that were computed from it, directly or not. */
#include "coverage/plan.h"
#include "coverage/select.h"
#include "coverage_parts.h"

#include <stdlib.h>
#include <string.h>

static bool hands_down(const struct cell *cell)
{
	return cell->passes && cell->verdict != VERDICT_EXCUSED && cell->verdict != VERDICT_EXPIRED;
}

/* Rows that were computed from a cell that is written anew, as they go down the tables. */
static bool is_reached(
	const struct coverage *coverage, const bool *reached, size_t table, int32_t day)
{
	const struct pipeline_table *described = &coverage->pipeline->tables[table];
	for (size_t i = 0; i < edge_count(described); i++)
		if (reached[edge_table(described, i) * (size_t)coverage->days + (size_t)day])
			return true;
	return false;
}

static void reach_table(
	const struct coverage *coverage, bool *reached, size_t table, struct cascade *cascade)
{
	struct cascade_table found = {.table = table};
	for (int32_t day = 0; day < coverage->days; day++) {
		size_t number = table * (size_t)coverage->days + (size_t)day;
		if (!hands_down(&coverage->cells[number]) ||
			!is_reached(coverage, reached, table, day))
			continue;
		reached[number] = true;
		if (coverage->cells[number].verdict != VERDICT_COMPLETE)
			continue;
		found.cells++;
		coverage_add_date(coverage, table, coverage->range.first + day, &found.dates);
	}
	if (found.cells > 0)
		cascade->tables[cascade->count++] = found;
	cascade->cells += found.cells;
}

void cascade_find(const struct coverage *coverage, size_t table, const struct date_set *dates,
	struct cascade *cascade)
{
	const struct pipeline *pipeline = coverage->pipeline;
	size_t days = (size_t)coverage->days;
	bool *reached = memory_new_array(pipeline->table_count * days, sizeof(*reached));
	*cascade = (struct cascade){0};
	cascade->tables = memory_new_array(pipeline->table_count, sizeof(*cascade->tables));
	for (date_t date = date_set_first(dates); date != DATE_NONE;
		date = date_set_next(dates, date))
		if (date_range_has(coverage->range, date))
			reached[table * days + (size_t)(date - coverage->range.first)] = true;
	for (size_t i = 0; i < pipeline->table_count; i++)
		if (pipeline->order[i] != table)
			reach_table(coverage, reached, pipeline->order[i], cascade);
	free(reached);
}

void cascade_release(struct cascade *cascade)
{
	for (size_t i = 0; i < cascade->count; i++)
		date_set_release(&cascade->tables[i].dates);
	free(cascade->tables);
	*cascade = (struct cascade){0};
}

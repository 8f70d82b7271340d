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
static bool is_reached(const struct pipeline_table *table, const struct table_bits *reached)
{
	for (size_t i = 0; i < pipeline_edge_count(table); i++)
		if (table_bits_has(reached, pipeline_edge(table, i)))
			return true;
	return false;
}

static void reach_below(
	const struct coverage *coverage, size_t start, date_t date, struct cascade_table *found)
{
	const struct pipeline *pipeline = coverage->pipeline;
	struct table_bits reached = {0};
	table_bits_add(&reached, start);
	for (size_t i = 0; i < pipeline->table_count; i++) {
		size_t table = pipeline->order[i];
		const struct cell *cell = coverage_cell(coverage, table, date);
		if (table == start || !is_reached(&pipeline->tables[table], &reached) ||
			!hands_down(cell))
			continue;
		table_bits_add(&reached, table);
		if (cell->verdict != VERDICT_COMPLETE)
			continue;
		found[i].table = table;
		found[i].cells++;
		coverage_add_date(coverage, table, date, &found[i].dates);
	}
}

void cascade_find(const struct coverage *coverage, size_t table, const struct date_set *dates,
	struct cascade *cascade)
{
	size_t tables = coverage->pipeline->table_count;
	struct cascade_table *found = memory_new_array(tables, sizeof(*found));
	*cascade = (struct cascade){.tables = found};
	for (date_t date = date_set_first(dates); date != DATE_NONE;
		date = date_set_next(dates, date))
		if (date_range_has(coverage->range, date))
			reach_below(coverage, table, date, found);
	for (size_t i = 0; i < tables; i++) {
		if (found[i].cells == 0)
			continue;
		cascade->cells += found[i].cells;
		cascade->tables[cascade->count++] = found[i];
	}
}

void cascade_release(struct cascade *cascade)
{
	for (size_t i = 0; i < cascade->count; i++)
		date_set_release(&cascade->tables[i].dates);
	free(cascade->tables);
	*cascade = (struct cascade){0};
}

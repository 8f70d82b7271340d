#include "why_parts.h"

#include <stdlib.h>

const char *why_keep(struct why *why, struct buffer *text)
{
	const char *kept = arena_copy_text(&why->arena, buffer_text(text));
	buffer_release(text);
	return kept;
}

const char *why_table_name(const struct inquiry *inquiry, size_t table)
{
	return inquiry->coverage->pipeline->tables[table].name;
}

static const char *explain(const struct inquiry *inquiry, size_t table, date_t date)
{
	struct buffer text = {0};
	coverage_explain(inquiry->coverage, table, date, &text);
	return why_keep(inquiry->why, &text);
}

static void add_link(struct inquiry *inquiry, size_t table, date_t date)
{
	struct why *why = inquiry->why;
	const struct cell *cell = coverage_cell(inquiry->coverage, table, date);
	why->links[why->link_count++] = (struct why_link){.table = table,
		.date = date,
		.verdict = cell->verdict,
		.reason = cell->reason,
		.sentence = explain(inquiry, table, date)};
}

/* Up to the cell that waits for nothing; a stale cell also has the one that made it stale. */
static void collect_links(struct inquiry *inquiry)
{
	struct why *why = inquiry->why;
	size_t room = inquiry->coverage->pipeline->table_count + 1;
	size_t table = why->table;
	date_t date = why->date;
	why->links = arena_new(&why->arena, room * sizeof(*why->links));
	while (why->link_count < room && step_up(inquiry->coverage, &table, &date))
		add_link(inquiry, table, date);
	if (why->link_count == 0 && why->verdict == VERDICT_STALE)
		add_link(inquiry, (size_t)inquiry->cell->because, why->date);
}

static bool waits_for_reached(
	const struct coverage *coverage, const bool *reached, size_t table, int32_t day)
{
	const struct pipeline_table *described = &coverage->pipeline->tables[table];
	size_t days = (size_t)coverage->days;
	for (size_t i = 0; i < pipeline_edge_count(described); i++)
		if (reached[pipeline_edge(described, i) * days + (size_t)day])
			return true;
	const struct cell *cell = &cells_of(coverage, table)[day];
	if (cell->reason != REASON_BLOCKED_LOOKBACK)
		return false;
	for (size_t i = 0; i < described->history_count; i++) {
		struct date_range window = coverage_history_window(
			coverage, &described->history[i], coverage->range.first + day);
		date_t first =
			window.first < coverage->range.first ? coverage->range.first : window.first;
		for (date_t past = first; past <= window.last; past++)
			if (reached[described->history[i].table * days +
				    (size_t)(past - coverage->range.first)])
				return true;
	}
	return false;
}

/* What cannot start while this cell is as it is. */
static void collect_below(struct inquiry *inquiry)
{
	const struct coverage *coverage = inquiry->coverage;
	const struct pipeline *pipeline = coverage->pipeline;
	struct why *why = inquiry->why;
	size_t days = (size_t)coverage->days;
	why->below = arena_new(&why->arena, pipeline->table_count * sizeof(*why->below));
	if (opens_gate(why->verdict))
		return;
	bool *reached = memory_new_array(pipeline->table_count * days, sizeof(*reached));
	reached[why->table * days + (size_t)(why->date - coverage->range.first)] = true;
	for (size_t i = 0; i < pipeline->table_count; i++) {
		size_t table = pipeline->order[i];
		struct why_below below = {.table = table};
		for (int32_t day = 0; table != why->table && day < coverage->days; day++) {
			if (opens_gate(verdict_at(coverage, table, day)) ||
				!waits_for_reached(coverage, reached, table, day))
				continue;
			reached[table * days + (size_t)day] = true;
			below.cells++;
		}
		if (below.cells > 0)
			why->below[why->below_count++] = below;
		why->below_cells += below.cells;
	}
	free(reached);
}

bool why_find(const struct coverage *coverage, size_t table, date_t date,
	const struct why_setting *setting, struct why *why, struct error *err)
{
	const struct cell *cell = coverage_cell(coverage, table, date);
	char text[DATE_TEXT_BYTES], range[DATE_RANGE_TEXT_BYTES];
	if (cell == NULL)
		return error_set(err, ERROR_USAGE, "%s lies outside the range %s",
			date_format(date, text), date_range_format(coverage->range, range));
	*why = (struct why){
		.table = table, .date = date, .verdict = cell->verdict, .reason = cell->reason};
	struct inquiry inquiry = {coverage, setting, &coverage->pipeline->tables[table], cell, why};
	why->sentence = explain(&inquiry, table, date);
	collect_links(&inquiry);
	collect_below(&inquiry);
	why_collect_facts(&inquiry);
	why_collect_ruled_out(&inquiry);
	why_foresee(&inquiry);
	return true;
}

void why_release(struct why *why)
{
	arena_release(&why->arena);
	*why = (struct why){0};
}

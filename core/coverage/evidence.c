/* Evidence in: receipts, counts, attempts. Nothing is judged here. */
#include "coverage/coverage.h"

#include <stdlib.h>
#include <string.h>

struct coverage *coverage_new(
	const struct pipeline *pipeline, const struct calendar *calendar, struct date_range range)
{
	struct coverage *coverage = memory_new(sizeof(*coverage));
	coverage->pipeline = pipeline;
	coverage->calendar = calendar;
	coverage->range = range;
	coverage->days = date_range_days(range);
	size_t count = pipeline->table_count * (size_t)coverage->days;
	coverage->cells = memory_new_array(count + 1, sizeof(*coverage->cells));
	for (size_t i = 0; i < count; i++) {
		coverage->cells[i].distinct_keys = -1;
		coverage->cells[i].expected = -1;
		coverage->cells[i].because = -1;
	}
	return coverage;
}

void coverage_free(struct coverage *coverage)
{
	if (coverage == NULL)
		return;
	free(coverage->cells);
	free(coverage);
}

struct cell *coverage_cell(const struct coverage *coverage, size_t table, date_t date)
{
	if (table >= coverage->pipeline->table_count || !date_range_has(coverage->range, date))
		return NULL;
	return &coverage->cells[table * (size_t)coverage->days +
				(size_t)(date - coverage->range.first)];
}

static int64_t sequence_of(const struct receipt *receipt, const char *table)
{
	for (size_t i = 0; i < receipt->source_count; i++)
		if (strcmp(receipt->sources[i].table, table) == 0)
			return receipt->sources[i].sequence;
	return -1;
}

/* What the rows were computed from, by upstream, then guard. */
static void take_sources(const struct coverage *coverage, size_t table,
	const struct receipt *receipt, struct cell *cell)
{
	const struct pipeline_table *described = &coverage->pipeline->tables[table];
	size_t slot = 0;
	for (size_t i = 0; i < described->upstream_count && slot < PIPELINE_EDGES_MAX; i++)
		cell->source_sequence[slot++] = sequence_of(
			receipt, coverage->pipeline->tables[described->upstreams[i]].name);
	for (size_t i = 0; i < described->guard_count && slot < PIPELINE_EDGES_MAX; i++)
		cell->source_sequence[slot++] =
			sequence_of(receipt, coverage->pipeline->tables[described->guards[i]].name);
}

void coverage_set_receipt(
	struct coverage *coverage, const struct receipt *receipt, int64_t checked_ms)
{
	size_t table = pipeline_find(coverage->pipeline, receipt->table);
	struct cell *cell = coverage_cell(coverage, table, receipt->date);
	if (cell == NULL)
		return;
	cell->rows_known = true;
	cell->rows = receipt->rows;
	cell->distinct_keys = receipt->distinct_keys;
	cell->critical_nulls = 0;
	cell->has_receipt = true;
	cell->sequence = receipt->sequence;
	cell->written_ms = receipt->written_ms;
	cell->checked_ms = checked_ms;
	take_sources(coverage, table, receipt, cell);
}

static void set_empty(struct cell *cell, int64_t checked_ms)
{
	cell->rows_known = true;
	cell->rows = 0;
	cell->distinct_keys = 0;
	cell->critical_nulls = 0;
	cell->checked_ms = checked_ms;
}

void coverage_set_receipts(
	struct coverage *coverage, const struct receipts *receipts, int64_t checked_ms)
{
	size_t count = coverage->pipeline->table_count * (size_t)coverage->days;
	for (size_t i = 0; i < count; i++) {
		set_empty(&coverage->cells[i], checked_ms);
		coverage->cells[i].has_receipt = false;
		coverage->cells[i].sequence = 0;
		coverage->cells[i].written_ms = 0;
	}
	for (size_t i = 0; i < receipts->count; i++)
		coverage_set_receipt(coverage, &receipts->items[i], checked_ms);
}

void coverage_set_counts(struct coverage *coverage, const struct day_counts *counts,
	const size_t *table_of_layout, size_t layout_count, int64_t checked_ms)
{
	for (size_t i = 0; i < layout_count; i++)
		for (date_t date = coverage->range.first; date <= coverage->range.last; date++)
			set_empty(coverage_cell(coverage, table_of_layout[i], date), checked_ms);
	for (size_t i = 0; i < counts->count; i++) {
		const struct day_count *count = &counts->items[i];
		struct cell *cell =
			coverage_cell(coverage, table_of_layout[count->table], count->date);
		if (cell == NULL)
			continue;
		cell->rows = count->rows;
		cell->distinct_keys = count->distinct_keys;
		cell->critical_nulls = count->critical_nulls;
	}
}

void coverage_set_unknown(struct coverage *coverage)
{
	size_t count = coverage->pipeline->table_count * (size_t)coverage->days;
	for (size_t i = 0; i < count; i++)
		coverage->cells[i].rows_known = false;
}

void coverage_set_attempt(struct coverage *coverage, size_t table, date_t date,
	enum attempt_state state, const char *words, int64_t at_ms)
{
	struct cell *cell = coverage_cell(coverage, table, date);
	if (cell == NULL)
		return;
	cell->attempt = state;
	cell->attempt_ms = at_ms;
	cell->done = cell->total = 0;
	text_copy(cell->attempt_words, sizeof(cell->attempt_words), words);
}

void coverage_set_progress(
	struct coverage *coverage, size_t table, date_t date, int done, int total)
{
	struct cell *cell = coverage_cell(coverage, table, date);
	if (cell == NULL)
		return;
	cell->done = done;
	cell->total = total;
}

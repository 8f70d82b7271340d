/* Evidence in: counted rows, and what metadata tell of partitions. Nothing is judged here. */
#include "coverage_parts.h"

/* Rows of a script lie wherever it writes them; none at all says that this is not the place. */
static bool is_counted(const struct coverage *coverage, const struct day_counts *counts,
	size_t table, size_t layout)
{
	if (coverage->pipeline->tables[table].job.executor != EXECUTOR_COMMAND)
		return true;
	for (size_t i = 0; i < counts->count; i++)
		if (counts->items[i].table == layout)
			return true;
	return false;
}

void coverage_set_counts(struct coverage *coverage, const struct day_counts *counts,
	const size_t *table_of_layout, size_t layout_count, int64_t checked_ms)
{
	stir_all(coverage);
	for (size_t i = 0; i < layout_count; i++)
		for (date_t date = coverage->range.first; date <= coverage->range.last; date++) {
			if (!is_counted(coverage, counts, table_of_layout[i], i))
				break;
			struct cell *cell = coverage_cell(coverage, table_of_layout[i], date);
			evidence_set_empty(cell, checked_ms);
			/* a table that is not there does not say that it holds no rows */
			cell->rows_known = !day_counts_is_missing(counts, i);
		}
	for (size_t i = 0; i < counts->count; i++) {
		const struct day_count *count = &counts->items[i];
		size_t table = table_of_layout[count->table];
		struct cell *cell = coverage_cell(coverage, table, count->date);
		if (cell == NULL)
			continue;
		cell->rows_known = count->rows >= 0;
		cell->rows = count->rows >= 0 ? count->rows : 0;
		cell->distinct_keys = count->distinct_keys;
		evidence_set_nulls(coverage, table, count->date,
			counts->null_count == 0 ? NULL : &counts->nulls[count->first_null]);
	}
}

/* The rows are as many as it tells, and nobody has written since. */
static bool bears_out(const struct cell *cell, const struct day_count *count)
{
	int64_t proved_ms = cell->sequence > cell->proved_ms ? cell->sequence : cell->proved_ms;
	return cell->has_receipt && cell->rows == count->rows &&
	       (count->rows == 0 || count->written_ms <= proved_ms + OVERVIEW_SLACK_MS);
}

static void take_partition(struct coverage *coverage, const struct day_counts *counts,
	const struct day_count *count, size_t table, int64_t checked_ms)
{
	struct cell *cell = coverage_cell(coverage, table, count->date);
	/* Metadata do not tell a rewrite that was cut from the rows of before. */
	if (cell == NULL || (cell->is_open && cell->sequence > 0) || bears_out(cell, count))
		return;
	evidence_set_empty(cell, checked_ms);
	cell->has_receipt = false;
	cell->rows = count->rows;
	cell->written_ms = cell->proved_ms = count->written_ms;
	if (count->rows == 0)
		return;
	cell->distinct_keys = -1;
	cell->is_uncounted = day_counts_is_keyed(counts, count->table) ||
			     coverage->pipeline->tables[table].critical_count > 0;
	evidence_set_nulls(coverage, table, count->date, NULL);
}

/* Every date of the table that has no partition is empty. */
static void take_partitions(struct coverage *coverage, const struct day_counts *counts,
	size_t layout, size_t table, int64_t checked_ms)
{
	size_t next = 0;
	while (next < counts->count && counts->items[next].table < layout)
		next++;
	for (date_t date = coverage->range.first; date <= coverage->range.last; date++) {
		struct day_count none = {.table = layout, .date = date};
		while (next < counts->count && counts->items[next].table == layout &&
			counts->items[next].date < date)
			next++;
		bool is_there = next < counts->count && counts->items[next].table == layout &&
				counts->items[next].date == date;
		take_partition(coverage, counts, is_there ? &counts->items[next] : &none, table,
			checked_ms);
	}
}

/* What receipts tell of a table that is not there is unknown; where they tell nothing, nothing was
 * written yet, and whoever writes first makes the table. */
static void doubt_receipts(const struct coverage *coverage, size_t table)
{
	for (date_t date = coverage->range.first; date <= coverage->range.last; date++) {
		struct cell *cell = coverage_cell(coverage, table, date);
		if (cell->rows > 0)
			cell->rows_known = false;
	}
}

void coverage_set_overview(struct coverage *coverage, const struct day_counts *counts,
	const size_t *table_of_layout, size_t layout_count, int64_t checked_ms)
{
	stir_all(coverage);
	for (size_t i = 0; i < layout_count; i++) {
		size_t table = table_of_layout[i];
		if (day_counts_is_missing(counts, i))
			doubt_receipts(coverage, table);
		else if (!day_counts_is_unseen(counts, i) && is_counted(coverage, counts, table, i))
			take_partitions(coverage, counts, i, table, checked_ms);
	}
}

void coverage_set_count(struct coverage *coverage, size_t table, const struct day_count *count,
	const int64_t *nulls, int64_t checked_ms)
{
	struct cell *cell = coverage_cell(coverage, table, count->date);
	bool is_of_command = coverage->pipeline->tables[table].job.executor == EXECUTOR_COMMAND;
	if (cell == NULL || count->rows < 0 || cell->proved_ms > checked_ms ||
		(count->rows == 0 && is_of_command))
		return;
	cell->rows_known = true;
	cell->rows = count->rows;
	cell->distinct_keys = count->distinct_keys;
	cell->is_uncounted = false;
	cell->checked_ms = checked_ms;
	evidence_set_nulls(coverage, table, count->date, nulls);
	stir(coverage, table, count->date);
}

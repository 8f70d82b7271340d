#include "report/diff.h"

#include <stdlib.h>
#include <string.h>

static struct date_range one_day(date_t date)
{
	return (struct date_range){date, date};
}

/* Which sets a cell that is in both looks belongs to. */
static bool note_change(struct diff_table *table, const struct diff_cell *cell)
{
	enum verdict verdict = cell->after->verdict;
	struct date_range day = one_day(cell->after->date);
	bool other_verdict = verdict != cell->before->verdict;
	bool other_rows = cell->after->rows != cell->before->rows;
	if (other_verdict)
		date_set_add(verdict == VERDICT_COMPLETE ? &table->completed
			     : verdict_is_gap(verdict)	 ? &table->gaps
							 : &table->others,
			day);
	if (other_rows)
		date_set_add(&table->rows, day);
	return other_verdict || other_rows;
}

static void note_cell(struct diff_table *table, struct diff_cell cell)
{
	bool changed = true;
	if (cell.before != NULL && cell.before->rows > 0)
		table->rows_before += cell.before->rows;
	if (cell.after != NULL && cell.after->rows > 0)
		table->rows_after += cell.after->rows;
	if (cell.before == NULL)
		date_set_add(&table->only_after, one_day(cell.after->date));
	else if (cell.after == NULL)
		date_set_add(&table->only_before, one_day(cell.before->date));
	else
		changed = note_change(table, &cell);
	if (!changed)
		return;
	ARRAY_GROW(table->cells, table->count, table->capacity);
	table->cells[table->count++] = cell;
}

static void release_table(struct diff_table *table)
{
	free(table->cells);
	date_set_release(&table->completed);
	date_set_release(&table->gaps);
	date_set_release(&table->others);
	date_set_release(&table->rows);
	date_set_release(&table->only_before);
	date_set_release(&table->only_after);
}

static int compare(const struct look_cell *a, const struct look_cell *b)
{
	int by_name = strcmp(a->table, b->table);
	return by_name != 0 ? by_name : (a->date > b->date) - (a->date < b->date);
}

/* The next cell of either look, or of both; false at the end. */
static bool take_next(const struct look *before, size_t *left, const struct look *after,
	size_t *right, struct diff_cell *cell)
{
	const struct look_cell *a = *left < before->count ? &before->cells[*left] : NULL;
	const struct look_cell *b = *right < after->count ? &after->cells[*right] : NULL;
	if (a == NULL && b == NULL)
		return false;
	int order = a == NULL ? 1 : b == NULL ? -1 : compare(a, b);
	*cell = (struct diff_cell){order <= 0 ? a : NULL, order >= 0 ? b : NULL};
	*left += order <= 0;
	*right += order >= 0;
	return true;
}

/* A table without a change leaves no trace. */
static void keep_table(struct diff *diff, struct diff_table *table)
{
	if (table->count == 0) {
		release_table(table);
		return;
	}
	ARRAY_GROW(diff->tables, diff->count, diff->capacity);
	diff->tables[diff->count++] = *table;
}

void diff_make(const struct look *before, const struct look *after, struct diff *diff)
{
	struct diff_table table = {0};
	struct diff_cell cell;
	size_t left = 0, right = 0;
	*diff = (struct diff){0};
	while (take_next(before, &left, after, &right, &cell)) {
		const char *name = cell.before != NULL ? cell.before->table : cell.after->table;
		if (table.name != NULL && strcmp(table.name, name) != 0) {
			keep_table(diff, &table);
			table = (struct diff_table){0};
		}
		table.name = name;
		note_cell(&table, cell);
	}
	keep_table(diff, &table);
}

void diff_release(struct diff *diff)
{
	for (size_t i = 0; i < diff->count; i++)
		release_table(&diff->tables[i]);
	free(diff->tables);
	*diff = (struct diff){0};
}

#include "backend.h"

#include <stdlib.h>
#include <string.h>

void frame_release(struct frame *frame)
{
	for (size_t i = 0; i < frame->column_count; i++) {
		free(frame->columns[i].integers);
		free(frame->columns[i].reals);
		free(frame->columns[i].texts);
		free(frame->columns[i].is_null);
	}
	free(frame->columns);
	*frame = (struct frame){0};
}

void frame_make_room(struct frame *frame, size_t capacity)
{
	for (size_t i = 0; i < frame->column_count; i++) {
		struct frame_column *column = &frame->columns[i];
		column->is_null = memory_resize(column->is_null, capacity, 1);
		switch (column->type) {
		case COLUMN_INTEGER:
		case COLUMN_BOOLEAN:
		case COLUMN_DATE:
			column->integers = memory_resize(
				column->integers, capacity, sizeof(*column->integers));
			break;
		case COLUMN_REAL:
			column->reals =
				memory_resize(column->reals, capacity, sizeof(*column->reals));
			break;
		case COLUMN_TEXT:
		case COLUMN_TIMESTAMP:
		case COLUMN_LIST:
			column->texts =
				memory_resize(column->texts, capacity, sizeof(*column->texts));
			break;
		}
	}
}

void frame_set_null(struct frame_column *column, size_t row)
{
	if (column->integers != NULL)
		column->integers[row] = 0;
	if (column->reals != NULL)
		column->reals[row] = 0;
	if (column->texts != NULL)
		column->texts[row] = NULL;
}

void receipts_release(struct receipts *receipts)
{
	free(receipts->items);
	*receipts = (struct receipts){0};
}

/* Where it is (*found), or where it would be. */
static size_t receipts_place(
	const struct receipts *receipts, const char *table, date_t date, bool *found)
{
	size_t low = 0;
	size_t high = receipts->count;
	*found = false;
	while (low < high && !*found) {
		size_t middle = low + (high - low) / 2;
		const struct receipt *item = &receipts->items[middle];
		int order = strcmp(item->table, table);
		if (order == 0)
			order = (item->date > date) - (item->date < date);
		*found = order == 0;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return high;
}

const struct receipt *receipts_find(const struct receipts *receipts, const char *table, date_t date)
{
	bool found;
	size_t place = receipts_place(receipts, table, date, &found);
	return found ? &receipts->items[place] : NULL;
}

void receipts_put(struct receipts *receipts, const struct receipt *receipt)
{
	bool found;
	size_t place = receipts_place(receipts, receipt->table, receipt->date, &found);
	if (!found) {
		ARRAY_GROW(receipts->items, receipts->count, receipts->capacity);
		memmove(&receipts->items[place + 1], &receipts->items[place],
			(receipts->count - place) * sizeof(*receipts->items));
		receipts->count++;
	}
	receipts->items[place] = *receipt;
}

void rows_copy_cell(
	struct rows *rows, size_t to, const struct frame *frame, size_t from, size_t row)
{
	if (frame_is_null(frame, from, row)) {
		rows_set_null(rows, to);
		return;
	}
	switch (frame->columns[from].type) {
	case COLUMN_INTEGER:
		rows_set_integer(rows, to, frame_integer(frame, from, row));
		break;
	case COLUMN_BOOLEAN:
		rows_set_boolean(rows, to, frame_integer(frame, from, row) != 0);
		break;
	case COLUMN_DATE:
		rows_set_date(rows, to, frame_date(frame, from, row));
		break;
	case COLUMN_REAL:
		rows_set_real(rows, to, frame_real(frame, from, row));
		break;
	case COLUMN_TEXT:
	case COLUMN_TIMESTAMP:
	case COLUMN_LIST:
		rows_set_text(rows, to, frame_text(frame, from, row));
		break;
	}
}

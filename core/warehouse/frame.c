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

const struct receipt *receipts_find(const struct receipts *receipts, const char *table, date_t date)
{
	size_t low = 0;
	size_t high = receipts->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct receipt *item = &receipts->items[middle];
		int order = strcmp(item->table, table);
		if (order == 0)
			order = (item->date > date) - (item->date < date);
		if (order == 0)
			return item;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

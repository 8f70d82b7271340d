#include "warehouse/frame.h"

#include "warehouse/receipt.h"

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

#include "day_frame.h"

#include "support.h"

enum { DATE, ENTITY, KEY_COUNT };

bool day_frame_load(const struct batch *batch, const struct day_columns *columns,
	struct frame *frame, struct error *err)
{
	struct query query = {.layout = columns->layout,
		.columns = columns->names,
		.column_count = columns->count,
		.range = {batch->dates[0], batch_last(batch)},
		.order_by = columns->names,
		.order_by_count = KEY_COUNT};
	return batch_read(batch, &query, frame, err);
}

bool day_frame_find(const struct frame *frame, date_t date, const char *entity, size_t *row)
{
	size_t found =
		entity == NULL ? frame->row_count : frame_find(frame, DATE, date, ENTITY, entity);
	if (found == frame->row_count)
		return false;
	*row = found;
	return true;
}

size_t day_frame_count(const struct frame *frame, date_t date)
{
	return frame_lower_bound(frame, DATE, date + 1) - frame_lower_bound(frame, DATE, date);
}

double frame_number(const struct frame *frame, size_t column, size_t row)
{
	if (!frame_is_null(frame, column, row) && frame->columns[column].type == COLUMN_INTEGER)
		return (double)frame_integer(frame, column, row);
	return frame_real_or_nan(frame, column, row);
}

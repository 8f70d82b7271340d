/*
 * frame: the answer to one read, column by column, in memory.
 *
 * Native processors load what a batch of dates needs with a constant number of reads, each into one
 * frame, and find windows by index. Texts are interned in the `symbols` given with the read, so
 * equal texts of one batch are equal pointers, across frames too.
 * A frame belongs to whoever read it (frame_release); one thread at a time.
 */
#ifndef BACKCOURT_WAREHOUSE_FRAME_H
#define BACKCOURT_WAREHOUSE_FRAME_H

#include "base/date.h"
#include "base/text.h"
#include "warehouse/table.h"

#define FRAME_ROWS_MAX 20000000

struct frame_column {
	const char *name;
	enum column_type type;
	/* Exactly one of the three is used: INTEGER, BOOLEAN, DATE (as date_t) -> integers; REAL ->
	 * reals; TEXT, LIST, TIMESTAMP -> texts (interned, NULL where the value is NULL). */
	int64_t *integers;
	double *reals;
	const char **texts;
	uint8_t *is_null; /* one byte per row, for every type */
};

struct frame {
	size_t row_count;
	size_t column_count;
	struct frame_column *columns;
	struct symbols *symbols; /* lent */
};

struct read_request {
	const struct table_layout *layout;
	const char *const *columns; /* names in the layout, in the order wanted */
	size_t column_count;
	struct date_range range;     /* of the layout's date column; ignored where it has none */
	const char *const *order_by; /* column names, ascending; NULL = any order */
	size_t order_by_count;
};

void frame_release(struct frame *frame); /* accepts a zeroed frame */

/* Reading a cell. The column is an index in the request's order. NULL reads as 0 / 0.0 / NULL. */
static inline bool frame_is_null(const struct frame *frame, size_t column, size_t row)
{
	return frame->columns[column].is_null[row] != 0;
}
static inline int64_t frame_integer(const struct frame *frame, size_t column, size_t row)
{
	return frame->columns[column].integers[row];
}
static inline double frame_real(const struct frame *frame, size_t column, size_t row)
{
	return frame->columns[column].reals[row];
}
static inline const char *frame_text(const struct frame *frame, size_t column, size_t row)
{
	return frame->columns[column].texts[row];
}
static inline date_t frame_date(const struct frame *frame, size_t column, size_t row)
{
	return (date_t)frame->columns[column].integers[row];
}

/* Puts a cell into the last row of `rows`, as what the frame's column is. */
void rows_copy_cell(
	struct rows *rows, size_t to, const struct frame *frame, size_t from, size_t row);

#endif

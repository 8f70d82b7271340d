/*
 * day_frame: the rows that an upstream table holds on the dates of a batch, found by date and
 * entity.
 */
#ifndef BACKCOURT_NATIVE_DAY_FRAME_H
#define BACKCOURT_NATIVE_DAY_FRAME_H

#include "native/processor.h"

struct day_columns {
	const struct table_layout *layout;
	const char *const *names; /* names[0]: the date column; names[1]: the entity's */
	size_t count;
};
#define ALL_OF(names) (names), ARRAY_COUNT(names)

/* One SELECT. The frame is the caller's to release. */
bool day_frame_load(const struct batch *batch, const struct day_columns *columns,
	struct frame *frame, struct error *err);
/* False when the entity is NULL or has no row on that date. */
bool day_frame_find(const struct frame *frame, date_t date, const char *entity, size_t *row);
size_t day_frame_count(const struct frame *frame, date_t date);
/* An INTEGER or REAL cell; NAN where it is NULL. */
double frame_number(const struct frame *frame, size_t column, size_t row);

#endif

/*
 * support: what every processor needs: season rules of the specifications, reading, stamps.
 */
#ifndef BACKCOURT_NATIVE_SUPPORT_H
#define BACKCOURT_NATIVE_SUPPORT_H

#include "native/processor.h"

#include <math.h>

#define PROGRESS_EVERY 50 /* entities between two progress lines, as in the users' logs */

/* phase 3, 1.1; phase 4, 2.1 */
int season_year_of(date_t date);
date_t season_floor_of(date_t date);	/* October 1 */
bool is_october_bootstrap(date_t date); /* less than 30 days after October 1 */
bool is_opening_bootstrap(const struct batch *batch, date_t date); /* ... after opening day */
bool is_season_boundary(date_t date);				   /* month 10, 11 or 4 */
const char *season_phase_of(date_t date);			   /* early, mid, late, playoffs */

/* Where windows that look back begin: the season's first day (corrected) or `days` before D. */
date_t window_start(const struct batch *batch, date_t date, int days);
/* First date that any date of the batch looks back to, `days` before the first at most. */
date_t batch_reach(const struct batch *batch, int days);
date_t batch_last(const struct batch *batch);

struct query {
	const struct table_layout *layout;
	const char *const *columns;
	size_t column_count;
	struct date_range range;
	const char *const *order_by;
	size_t order_by_count;
};
/* COLUMNS(names) and ORDER(names): the two lists of a query from string arrays. */
#define COLUMNS(names) .columns = (names), .column_count = ARRAY_COUNT(names)
#define ORDER(names)   .order_by = (names), .order_by_count = ARRAY_COUNT(names)

bool batch_read(const struct batch *batch, const struct query *query, struct frame *frame,
	struct error *err);
/* Index of the first row whose date (in `column`) is not before `date`; rows ascend by it. */
size_t frame_lower_bound(const struct frame *frame, size_t column, date_t date);

/* A REAL, NAN where the cell is NULL. */
static inline double frame_real_or_nan(const struct frame *frame, size_t column, size_t row)
{
	return frame_is_null(frame, column, row) ? NAN : frame_real(frame, column, row);
}
/* The row of this date and text, or row_count; rows ascend by date, then text. */
size_t frame_find(const struct frame *frame, size_t date_column, date_t date, size_t text_column,
	const char *text);

/* RFC 3339 of the batch's time, for stamp columns. */
void batch_stamp(const struct batch *batch, char into[40]);
/* "Processing player 50/389": tells every PROGRESS_EVERY entities and the last. */
void tell_progress(const struct batch *batch, const char *entity, size_t done, size_t total);
/* True on the first days of a season, on which phase 4 writes no rows (decision 13); the original's
 * gates keep them shut. */
bool skips_opening_days(const struct batch *batch, date_t date);
/* Cancelled: fills *err and returns true. */
bool is_cancelled(const struct batch *batch, struct error *err);

/* A JSON list of texts as json.dumps writes it. Zero-initialise; rows_set_list takes it. */
struct text_list {
	struct buffer text;
};
void list_add(struct text_list *list, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Puts the list into the column and releases it. */
void rows_set_list(struct rows *rows, size_t column, struct text_list *list);

#endif

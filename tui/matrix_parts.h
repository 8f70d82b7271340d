/*
 * matrix_parts: what tui/view_matrix.c and tui/matrix_window.c share. Nobody else includes this.
 */
#ifndef BACKCOURT_TUI_MATRIX_PARTS_H
#define BACKCOURT_TUI_MATRIX_PARTS_H

#include "tui/parts.h"

#define DONE_WIDTH 9

/* Which days, weeks or months are shown, and how wide. */
struct matrix_window {
	struct rect grid; /* without its frame */
	enum zoom zoom;
	int name_width;
	bool is_named;	     /* full names and phases, else short names */
	int each;	     /* columns per unit of the zoom */
	int32_t first, last; /* units shown */
	struct date_range range;
};

/* Where the range does not fit: a window around the cursor. */
struct matrix_window matrix_place_window(const struct scene *scene, struct rect grid);
/* The dates of a unit that the range has. */
struct date_range matrix_span_of(const struct matrix_window *window, int32_t unit);
bool matrix_is_cursor(const struct scene *scene, const struct matrix_window *window, int32_t unit);
int matrix_column_of(const struct matrix_window *window, int32_t unit);
/* Where the days end and the numbers begin. */
int matrix_end_of_days(const struct matrix_window *window);
/* Months, days and games, from line `y` on. */
void matrix_paint_head(const struct scene *scene, const struct matrix_window *window, int y);

#endif

#include "tui/matrix_parts.h"

#include <stdio.h>
#include <string.h>

/* Which days, weeks or months the matrix shows, and what stands above them. */

#define NAME_MOST     36
#define NAME_SHORT    12 /* where only short names fit */
#define NAMED_WIDTH   60
#define GAMES_WIDTH   29
#define MONTH_COLUMNS 4 /* of a month, zoomed out */

static const char *const weekday_names[] = {"Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"};

/* Pointer, phase and name, and a blank on both sides. */
static int name_width(const struct pipeline *pipeline)
{
	size_t longest = 0;
	for (size_t i = 0; i < pipeline->table_count; i++)
		if (strlen(pipeline->tables[i].name) > longest)
			longest = strlen(pipeline->tables[i].name);
	return longest + 5 < NAME_MOST ? (int)longest + 5 : NAME_MOST;
}

/* The widest cells with which the whole range fits. */
static int columns_per_unit(const struct matrix_window *window, int days, int room)
{
	if (window->zoom == ZOOM_MONTH)
		return MONTH_COLUMNS;
	if (window->zoom == ZOOM_WEEK)
		return 3;
	if (days * 3 <= room)
		return 3;
	return days * 2 <= room || window->grid.width < LAYOUT_NORMAL_WIDTH ? 2 : 1;
}

/* Where the range does not fit: a window around the cursor. */
struct matrix_window matrix_place_window(const struct scene *scene, struct rect grid)
{
	struct date_range range = scene->model->range;
	enum zoom zoom = scene->model->view.zoom;
	struct matrix_window window = {.grid = grid,
		.zoom = zoom,
		.range = range,
		.is_named = grid.width >= NAMED_WIDTH,
		.first = zoom_unit(zoom, range.first)};
	int32_t end = zoom_unit(zoom, range.last);
	window.name_width = window.is_named ? name_width(scene->model->pipeline) : NAME_SHORT;
	int room = grid.width - window.name_width - DONE_WIDTH, count = end - window.first + 1;
	window.each = columns_per_unit(&window, count, room);
	int fit = room / window.each;
	if (fit < 1)
		fit = 1;
	if (count > fit) {
		int32_t first = zoom_unit(zoom, scene->model->view.date) - fit / 2;
		if (first > end - fit + 1)
			first = end - fit + 1;
		if (first > window.first)
			window.first = first;
	}
	window.last = window.first + fit - 1 < end ? window.first + fit - 1 : end;
	return window;
}

/* The dates of a unit that the range has. */
struct date_range matrix_span_of(const struct matrix_window *window, int32_t unit)
{
	struct date_range span = zoom_span(window->zoom, unit);
	if (span.first < window->range.first)
		span.first = window->range.first;
	if (span.last > window->range.last)
		span.last = window->range.last;
	return span;
}

bool matrix_is_cursor(const struct scene *scene, const struct matrix_window *window, int32_t unit)
{
	return zoom_unit(window->zoom, scene->model->view.date) == unit;
}

int matrix_column_of(const struct matrix_window *window, int32_t unit)
{
	return window->grid.x + window->name_width + (unit - window->first) * window->each +
	       (window->each >= 3 ? 1 : 0);
}

/* Where the days end and the numbers begin. */
int matrix_end_of_days(const struct matrix_window *window)
{
	return window->grid.x + window->name_width +
	       (window->last - window->first + 1) * window->each;
}

/* "Nov 2021" where a month begins; zoomed out to months, "2021" where a year does. */
static void paint_months(const struct scene *scene, const struct matrix_window *window, int y)
{
	int free_from = window->grid.x;
	for (int32_t unit = window->first; unit <= window->last; unit++) {
		char text[16];
		struct date_range span = matrix_span_of(window, unit);
		int x = matrix_column_of(window, unit) - (window->zoom == ZOOM_MONTH ? 1 : 0);
		bool begins = date_day(span.first) == 1 ||
			      date_month(span.first) != date_month(span.last);
		if (window->zoom == ZOOM_MONTH)
			begins = date_month(span.first) == 1;
		if ((unit != window->first && !begins) || x < free_from)
			continue;
		snprintf(text, sizeof(text), window->zoom == ZOOM_MONTH ? "%.0s%d" : "%s %d",
			part_month(span.last), date_year(span.last));
		if (x + 8 > window->grid.x + window->grid.width)
			break;
		free_from = x + canvas_text(scene->canvas, x, y, PEN(HEADING), text) + 1;
	}
}

static struct pen unit_pen(
	const struct scene *scene, const struct matrix_window *window, int32_t unit)
{
	if (matrix_is_cursor(scene, window, unit))
		return PEN(STRONG);
	return window->zoom == ZOOM_DAY && date_weekday(unit) >= 5 ? PEN(WEEKEND) : PEN(DIM);
}

/* The Monday of a week; the name of a month. */
static void paint_far_unit(
	const struct scene *scene, const struct matrix_window *window, int y, int32_t unit)
{
	struct date_range span = zoom_span(window->zoom, unit);
	struct pen pen = unit_pen(scene, window, unit);
	int x = matrix_column_of(window, unit) - 1;
	if (window->zoom == ZOOM_MONTH) {
		canvas_text(scene->canvas, x, y, pen, part_month(span.first));
		return;
	}
	canvas_format(scene->canvas, x, y, pen, "%2d", date_day(span.first));
	canvas_text(scene->canvas, x, y + 1, pen, "wk");
}

/* "16" over "Tu", or the digits below each other, or only the Mondays over initials. */
static void paint_day(
	const struct scene *scene, const struct matrix_window *window, int y, date_t date)
{
	struct canvas *canvas = scene->canvas;
	int x = matrix_column_of(window, date), weekday = date_weekday(date), day = date_day(date);
	struct pen pen = unit_pen(scene, window, date);
	if (window->each == 3) {
		canvas_format(canvas, x - 1, y, pen, "%2d", day);
		canvas_format(canvas, x - 1, y + 1, pen, "%s", weekday_names[weekday]);
	} else if (window->each == 2) {
		canvas_format(canvas, x, y, pen, "%d", day / 10);
		canvas_format(canvas, x, y + 1, pen, "%d", day % 10);
	} else {
		if (weekday == 0 && x + 1 < matrix_end_of_days(window))
			canvas_format(canvas, x, y, pen, "%d", day);
		canvas_format(canvas, x, y + 1, pen, "%.1s", weekday_names[weekday]);
	}
}

static void paint_units(const struct scene *scene, const struct matrix_window *window, int y)
{
	for (int32_t unit = window->first; unit <= window->last; unit++)
		if (window->zoom == ZOOM_DAY)
			paint_day(scene, window, y, unit);
		else
			paint_far_unit(scene, window, y, unit);
	/* There is more on that side. */
	if (window->first > zoom_unit(window->zoom, window->range.first))
		canvas_text(
			scene->canvas, window->grid.x + window->name_width - 2, y, PEN(KEY), "<");
	if (window->last < zoom_unit(window->zoom, window->range.last))
		canvas_text(scene->canvas, matrix_end_of_days(window) + 1, y, PEN(KEY), ">");
}

static int games_of(const struct scene *scene, struct date_range span)
{
	int games = 0;
	for (date_t date = span.first; date <= span.last; date++)
		games += calendar_day(scene->model->calendar, date).games;
	return games;
}

static void paint_games(const struct scene *scene, const struct matrix_window *window, int y)
{
	canvas_text_fit(scene->canvas, window->grid.x + (window->is_named ? 4 : 1), y,
		window->name_width - 5, PEN(HEADING),
		window->each >= 3 || window->name_width < GAMES_WIDTH ? "games"
								      : "games (+: ten or more)");
	for (int32_t unit = window->first; unit <= window->last; unit++) {
		int games = games_of(scene, matrix_span_of(window, unit));
		int x = matrix_column_of(window, unit);
		if (games == 0)
			canvas_glyph(scene->canvas, x, y, PEN(FAINT), GLYPH_STATE_OFF);
		else if (window->each >= 3)
			canvas_format(scene->canvas, x - 1, y, PEN(FAINT), "%*d", window->each - 1,
				games);
		else
			canvas_format(
				scene->canvas, x, y, PEN(FAINT), games > 9 ? "+" : "%d", games);
	}
}

void matrix_paint_head(const struct scene *scene, const struct matrix_window *window, int y)
{
	paint_months(scene, window, y);
	paint_units(scene, window, y + 1);
	paint_games(scene, window, y + 3);
}

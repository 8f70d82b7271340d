#include "tui/calendar_parts.h"

#include <stdio.h>
#include <string.h>

#define MONTH_WIDTH  9
#define COUNT_WIDTH  10
#define BAR_WIDTH    20
#define BAR_LEAST    96 /* columns of the area from which on there is a bar */
#define NAME_MOST    32
#define CELL_WIDTH   8 /* "31/31" */
#define CHECK_COLUMN 4

/* One column of the summary: the verdicts that it counts. */
static const struct {
	const char *title;
	enum verdict verdicts[8]; /* the rest of it is VERDICT_COUNT */
	size_t count;
} columns[] = {
	{"complete", {VERDICT_COMPLETE}, 1},
	{"under way", {VERDICT_RUNNING, VERDICT_QUEUED}, 2},
	{"ready", {VERDICT_READY}, 1},
	{"blocked", {VERDICT_BLOCKED}, 1},
	{"check",
		{VERDICT_FAILED, VERDICT_KILLED, VERDICT_SUSPECT, VERDICT_DUPLICATE, VERDICT_EMPTY,
			VERDICT_THIN, VERDICT_STALE},
		7},
	{"none", {VERDICT_OFF, VERDICT_BOOTSTRAP, VERDICT_EXCUSED, VERDICT_EXPIRED}, 4},
};

/* Months of the season that is shown. */
struct months {
	size_t season;
	int32_t first, last; /* units of ZOOM_MONTH; none when last < first */
	struct date_range dates;
};

static struct months shown_months(const struct model *model)
{
	size_t season = model_season(model);
	struct date_range dates = model_season_dates(model, season);
	return (struct months){season, zoom_unit(ZOOM_MONTH, dates.first),
		zoom_unit(ZOOM_MONTH, dates.last), dates};
}

static struct date_range span_of(const struct months *months, int32_t month)
{
	struct date_range span = zoom_span(ZOOM_MONTH, month);
	if (span.first < months->dates.first)
		span.first = months->dates.first;
	if (span.last > months->dates.last)
		span.last = months->dates.last;
	return span;
}

static int count_of(const struct model *model, size_t season, struct date_range span, size_t column)
{
	size_t table = model_selected_table(model);
	int count = 0;
	for (date_t date = span.first; date <= span.last; date++) {
		const struct cell *cell = model_season_cell(model, season, table, date);
		for (size_t i = 0; cell != NULL && i < columns[column].count; i++)
			count += cell->verdict == columns[column].verdicts[i];
	}
	return count;
}

static void paint_heading(const struct scene *scene, struct rect line, int bar)
{
	int x = line.x + 1 + MONTH_WIDTH + bar;
	canvas_text(scene->canvas, line.x + 1, line.y, PEN(HEADING), "month");
	canvas_text_right(scene->canvas, x, line.y, COUNT_WIDTH, PEN(HEADING), "dates");
	for (size_t i = 0; i < ARRAY_COUNT(columns); i++)
		canvas_text_right(scene->canvas, x + ((int)i + 1) * COUNT_WIDTH, line.y,
			COUNT_WIDTH, PEN(HEADING), columns[i].title);
}

/* How much of a month was read; a count of some of it has a sign behind it: "14+" is at least. */
enum known { KNOWN_NOTHING, KNOWN_SOME, KNOWN_ALL };

static enum known known_of(const struct status_span *status, struct date_range span)
{
	if (status->unread == 0)
		return KNOWN_ALL;
	return status->unread < date_range_days(span) ? KNOWN_SOME : KNOWN_NOTHING;
}

static void paint_count(
	const struct scene *scene, int x, int y, int count, enum known known, struct pen pen)
{
	char text[16] = "?";
	if (known != KNOWN_NOTHING)
		snprintf(text, sizeof(text), "%d%s", count, known == KNOWN_SOME ? "+" : "");
	canvas_text_right(scene->canvas, x, y, COUNT_WIDTH, count == 0 ? PEN(FAINT) : pen, text);
}

static void paint_month(const struct scene *scene, struct rect line, const struct months *months,
	int32_t month, int bar)
{
	const struct model *model = scene->model;
	struct date_range span = span_of(months, month);
	struct status_span status =
		status_of_season_span(model, months->season, model_selected_table(model), span);
	int x = line.x + 1 + MONTH_WIDTH;
	bool has_cursor = date_range_has(span, model->view.date);
	canvas_format(scene->canvas, line.x + 1, line.y, has_cursor ? PEN(STRONG) : PEN(TEXT),
		"%d-%02d", date_year(span.first), date_month(span.first));
	if (bar > 0)
		part_bar(scene->canvas, x, line.y, BAR_WIDTH,
			status.expected > 0 ? (double)status.complete / status.expected : 0, 0);
	x += bar;
	enum known known = known_of(&status, span);
	paint_count(scene, x, line.y, status.expected, known, PEN(TEXT));
	for (size_t i = 0; i < ARRAY_COUNT(columns); i++)
		paint_count(scene, x + ((int)i + 1) * COUNT_WIDTH, line.y,
			count_of(model, months->season, span, i), known,
			i == CHECK_COLUMN ? PEN(WARNING) : PEN(TEXT));
	if (has_cursor)
		canvas_ground(scene->canvas, line, ROLE_SELECTED);
}

/* The first month shown, so that the one of the cursor is. */
static int32_t first_month(const struct model *model, const struct months *months, int rows)
{
	int32_t at = zoom_unit(ZOOM_MONTH, model->view.date) - rows / 2;
	if (at > months->last - rows + 1)
		at = months->last - rows + 1;
	return at < months->first ? months->first : at;
}

void part_months(const struct scene *scene, struct rect rect)
{
	struct months months = shown_months(scene->model);
	struct rect line = {rect.x, rect.y, rect.width, 1};
	struct rect before = canvas_clip(scene->canvas, rect);
	int bar = rect.width >= BAR_LEAST ? BAR_WIDTH + 1 : 0;
	paint_heading(scene, line, bar);
	for (int32_t month = first_month(scene->model, &months, rect.height - 1);
		month <= months.last && ++line.y < rect.y + rect.height; month++)
		paint_month(scene, line, &months, month, bar);
	canvas_clip(scene->canvas, before);
}

static void paint_span(const struct scene *scene, size_t table, const struct months *months,
	int32_t month, struct rect at)
{
	struct date_range dates = span_of(months, month);
	struct status_span span = status_of_season_span(scene->model, months->season, table, dates);
	enum known known = known_of(&span, dates);
	bool finished = span.expected > 0 && span.complete == span.expected;
	struct pen pen = finished ? PEN(DIM) : PEN_VERDICT(span.verdict);
	char text[32];
	snprintf(text, sizeof(text), "%d/%d%s", span.complete, span.expected,
		known == KNOWN_SOME ? "+" : "");
	if (known == KNOWN_NOTHING || span.expected == 0) {
		pen = PEN(FAINT);
		text_copy(text, sizeof(text), known == KNOWN_ALL ? "-" : "?");
	}
	canvas_text_right(scene->canvas, at.x, at.y, at.width, pen, text);
}

static void paint_table(const struct scene *scene, struct rect line, size_t position,
	const struct months *months, int name_width)
{
	const struct model *model = scene->model;
	size_t table = model->pipeline->order[position];
	bool selected = model->view.table == position;
	if (selected)
		canvas_glyph(scene->canvas, line.x, line.y, PEN(FRAME_FOCUS), GLYPH_POINTER);
	part_name(scene->canvas, line.x + 2, line.y, name_width - 3,
		selected ? PEN(STRONG) : PEN(TEXT), model->pipeline->tables[table].name);
	for (int32_t month = months->first; month <= months->last; month++)
		paint_span(scene, table, months, month,
			(struct rect){line.x + name_width + (month - months->first) * CELL_WIDTH,
				line.y, CELL_WIDTH, 1});
	if (selected)
		canvas_ground(scene->canvas, line, ROLE_SELECTED);
}

void part_tables_by_month(const struct scene *scene, struct rect rect)
{
	const struct pipeline *pipeline = scene->model->pipeline;
	struct months months = shown_months(scene->model);
	struct rect line = {rect.x, rect.y, rect.width, 1};
	struct rect before = canvas_clip(scene->canvas, rect);
	size_t rows = rect.height > 1 ? (size_t)rect.height - 1 : 0, first = 0;
	size_t selected = scene->model->view.table;
	if (pipeline->table_count > rows && selected > rows / 2)
		first = selected - rows / 2;
	if (pipeline->table_count > rows && first > pipeline->table_count - rows)
		first = pipeline->table_count - rows;
	for (int32_t month = months.first; month <= months.last; month++) {
		date_t date = zoom_span(ZOOM_MONTH, month).first;
		char text[24];
		snprintf(text, sizeof(text), "%s %02d", part_month(date), date_year(date) % 100);
		canvas_text_right(scene->canvas,
			rect.x + NAME_MOST + (month - months.first) * CELL_WIDTH, line.y,
			CELL_WIDTH, PEN(HEADING), text);
	}
	for (size_t i = first; i < pipeline->table_count && ++line.y < rect.y + rect.height; i++)
		paint_table(scene, line, i, &months, NAME_MOST);
	canvas_clip(scene->canvas, before);
}

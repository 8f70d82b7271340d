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

/* Months of the season that the range has. */
struct months {
	int32_t first, last; /* units of ZOOM_MONTH; none when last < first */
	struct date_range dates;
};

static struct months shown_months(const struct model *model)
{
	struct date_range dates = model_season_dates(model, model_season(model));
	if (dates.first < model->range.first)
		dates.first = model->range.first;
	if (dates.last > model->range.last)
		dates.last = model->range.last;
	if (dates.last < dates.first)
		return (struct months){.first = 0, .last = -1};
	return (struct months){
		zoom_unit(ZOOM_MONTH, dates.first), zoom_unit(ZOOM_MONTH, dates.last), dates};
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

static int count_of(const struct model *model, struct date_range span, size_t column)
{
	size_t table = model_selected_table(model);
	int count = 0;
	for (date_t date = span.first; date <= span.last; date++) {
		const struct cell *cell = coverage_cell(model->coverage, table, date);
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

static void paint_count(const struct scene *scene, int x, int y, int count, struct pen pen)
{
	char text[16];
	snprintf(text, sizeof(text), "%d", count);
	canvas_text_right(scene->canvas, x, y, COUNT_WIDTH, count == 0 ? PEN(FAINT) : pen, text);
}

static void paint_month(
	const struct scene *scene, struct rect line, struct date_range span, int bar)
{
	const struct model *model = scene->model;
	struct status_span status = status_of_span(model, model_selected_table(model), span);
	int x = line.x + 1 + MONTH_WIDTH;
	bool has_cursor = date_range_has(span, model->view.date);
	canvas_format(scene->canvas, line.x + 1, line.y, has_cursor ? PEN(STRONG) : PEN(TEXT),
		"%d-%02d", date_year(span.first), date_month(span.first));
	if (bar > 0)
		part_bar(scene->canvas, x, line.y, BAR_WIDTH,
			status.expected > 0 ? (double)status.complete / status.expected : 0, 0);
	x += bar;
	paint_count(scene, x, line.y, status.expected, PEN(TEXT));
	for (size_t i = 0; i < ARRAY_COUNT(columns); i++)
		paint_count(scene, x + ((int)i + 1) * COUNT_WIDTH, line.y, count_of(model, span, i),
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
		paint_month(scene, line, span_of(&months, month), bar);
	canvas_clip(scene->canvas, before);
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
	for (int32_t month = months->first; month <= months->last; month++) {
		struct status_span span = status_of_span(model, table, span_of(months, month));
		int x = line.x + name_width + (month - months->first) * CELL_WIDTH;
		char text[24];
		snprintf(text, sizeof(text), "%d/%d", span.complete, span.expected);
		bool finished = span.expected > 0 && span.complete == span.expected;
		canvas_text_right(scene->canvas, x, line.y, CELL_WIDTH,
			span.expected == 0 ? PEN(FAINT)
			: finished	   ? PEN(DIM)
					   : PEN_VERDICT(span.verdict),
			span.expected == 0 ? "-" : text);
	}
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

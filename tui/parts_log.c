#include "base/clock.h"
#include "jobs/log_search.h"
#include "tui/parts.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TIME_WIDTH 9
#define DATE_WIDTH 6
#define SIGN_WIDTH 2

/* One painting of one log. */
struct log_painter {
	const struct scene *scene;
	const struct table_log *log;
	struct log_search *search;
	struct rect body;
	int indent;	/* columns before the text */
	uint64_t first; /* the topmost line painted: it shows its date */
	bool has_dates, has_times;
	bool wrap;
	int left; /* columns that are scrolled out */
};

static const struct table_line *line_of(const struct table_log *log, uint64_t number)
{
	return &log->lines[(number - 1) % MODEL_LOG_LINES_MAX];
}

static struct pen line_pen(const struct table_line *line)
{
	if (line->severity == 'E')
		return PEN(ERROR);
	if (line->severity == LOG_LINE_NOISE)
		return PEN(FAINT);
	return line->severity == 'W' ? PEN(WARNING) : PEN(TEXT);
}

static int text_width(const struct log_painter *painter)
{
	int width = painter->body.width - painter->indent;
	return width > 1 ? width : 1;
}

/* Bytes from `from` on that fit into one row; at least one character, so that it goes on. */
static size_t row_length(const struct log_painter *painter, const char *text, size_t from)
{
	size_t length = canvas_text_cut(
		painter->scene->canvas, text + from, painter->wrap ? text_width(painter) : INT_MAX);
	uint32_t code_point;
	if (length == 0)
		length = text_decode_utf8(text + from, strlen(text + from), &code_point);
	return length;
}

/* Rows that the line takes on the screen. */
static int rows_of(const struct log_painter *painter, uint64_t number)
{
	const char *text = line_of(painter->log, number)->text;
	int rows = 0;
	if (!painter->wrap)
		return 1;
	for (size_t at = 0; text[at] != '\0'; at += row_length(painter, text, at))
		rows++;
	return rows > 0 ? rows : 1;
}

/* The operator marked it. */
static bool is_place(const struct log_painter *painter, const struct table_line *line)
{
	const struct model *model = painter->scene->model;
	return model->view.view == VIEW_LOG && line->order + 1 == model->view.log_place &&
	       model->view.log_place_table == model_selected_table(model);
}

static void paint_gutter(const struct log_painter *painter, uint64_t number, int y)
{
	const struct table_line *line = line_of(painter->log, number);
	struct canvas *canvas = painter->scene->canvas;
	char text[CLOCK_TEXT_BYTES];
	int x = painter->body.x;
	if (painter->has_times && line->at_ms > 0) /* the lines of a file have none */
		canvas_text(canvas, x, y, PEN(FAINT), clock_format_time(line->at_ms, text));
	x += painter->has_times ? TIME_WIDTH : 0;
	if (painter->has_dates) {
		bool changed = number == painter->first || number == painter->log->first ||
			       line_of(painter->log, number - 1)->date != line->date;
		if (changed && line->date != DATE_NONE)
			canvas_text(canvas, x, y, PEN(STATE_READY),
				date_format_short(line->date, text));
		x += DATE_WIDTH;
	}
	if (line->severity == 'E' || line->severity == 'W') {
		char sign[2] = {line->severity, '\0'};
		canvas_text(canvas, x, y, line_pen(line), sign);
	}
	if (is_place(painter, line))
		canvas_text(canvas, x + 1, y, PEN(KEY), "'");
}

/* One row of a line: the bytes from..end of the text. */
struct row {
	const char *text;
	size_t from, end;
	int x, y;
};

static int columns_between(const struct log_painter *painter, const struct row *row, size_t end)
{
	char *span = memory_copy_span(row->text + row->from, end - row->from);
	int columns = canvas_text_width(painter->scene->canvas, span);
	free(span);
	return columns;
}

static void mark_matches(const struct log_painter *painter, const struct row *row)
{
	size_t start, length;
	for (size_t at = 0; log_search_find(painter->search, row->text, at, &start, &length);
		at = start + length) {
		size_t first = start > row->from ? start : row->from;
		size_t end = start + length < row->end ? start + length : row->end;
		if (first >= end)
			continue;
		char *match = memory_copy_span(row->text + first, end - first);
		canvas_text(painter->scene->canvas, row->x + columns_between(painter, row, first),
			row->y, PEN(MATCH), match);
		free(match);
	}
}

static void paint_text_row(
	const struct log_painter *painter, const struct row *row, const struct table_line *line)
{
	struct canvas *canvas = painter->scene->canvas;
	char *span = memory_copy_span(row->text + row->from, row->end - row->from);
	struct rect before = canvas->clip;
	struct rect shown = {row->x, row->y, text_width(painter), 1};
	canvas_clip(canvas, rect_cut(before, shown));
	int used = canvas_text(canvas, row->x, row->y, line_pen(line), span);
	mark_matches(painter, row);
	if (used > shown.width)
		canvas_glyph(canvas, row->x + shown.width - 1, row->y, PEN(DIM), GLYPH_ELLIPSIS);
	canvas_clip(canvas, before);
	free(span);
}

/* The line from row y on. */
static void paint_line(const struct log_painter *painter, uint64_t number, int y, int rows)
{
	const struct table_line *line = line_of(painter->log, number);
	const struct view_state *view = &painter->scene->model->view;
	struct row row = {line->text, 0, 0, painter->body.x + painter->indent, y};
	row.from = canvas_text_cut(painter->scene->canvas, line->text, painter->left);
	for (int i = 0; i < rows && row.y < painter->body.y + painter->body.height; i++) {
		row.end = row.from + row_length(painter, line->text, row.from);
		paint_text_row(painter, &row, line);
		row.from = row.end;
		row.y++;
	}
	paint_gutter(painter, number, y);
	if (number == view->log_mark && view->view == VIEW_LOG)
		canvas_ground(painter->scene->canvas,
			(struct rect){painter->body.x, y, painter->body.width, rows},
			ROLE_SELECTED);
}

/* The first line of which everything up to the end fits. */
static uint64_t top_of_tail(const struct log_painter *painter)
{
	uint64_t top = painter->log->next;
	for (int rows = 0; top > painter->log->first; top--) {
		rows += rows_of(painter, top - 1);
		if (rows > painter->body.height)
			break;
	}
	return top;
}

static void paint_scrollbar(
	const struct log_painter *painter, struct rect column, uint64_t top, uint64_t end)
{
	struct canvas *canvas = painter->scene->canvas;
	uint64_t first = painter->log->first, count = painter->log->next - first;
	for (int y = 0; y < column.height && count > 0; y++) {
		uint64_t from = first + count * (uint64_t)y / (uint64_t)column.height;
		uint64_t to = first + count * (uint64_t)(y + 1) / (uint64_t)column.height;
		bool shown = from < end && to > top;
		char worst = 'I';
		for (uint64_t n = from; n < to && worst != 'E'; n++) {
			char severity = line_of(painter->log, n)->severity;
			if (severity == 'E' || severity == 'W')
				worst = severity;
		}
		if (worst != 'I')
			canvas_text(canvas, column.x, column.y + y,
				worst == 'E' ? PEN(ERROR) : PEN(WARNING), worst == 'E' ? "E" : "W");
		else
			canvas_glyph(canvas, column.x, column.y + y, shown ? PEN(TEXT) : PEN(FAINT),
				shown ? GLYPH_SCROLL_THUMB : GLYPH_SCROLL_TRACK);
	}
}

static void paint_nothing(const struct log_painter *painter, size_t table)
{
	const struct model *model = painter->scene->model;
	struct buffer why = {0};
	model_now_or_why(model, table, &why);
	struct rect body = painter->body;
	canvas_text_fit(painter->scene->canvas, body.x, body.y, body.width, PEN(DIM),
		model->view.view == VIEW_LOG && model->view.log_filter[0] != '\0'
			? "no line passes the filter"
			: "nothing written yet in this session");
	if (body.height > 1)
		canvas_text_fit(painter->scene->canvas, body.x, body.y + 1, body.width, PEN(FAINT),
			buffer_text(&why));
	buffer_release(&why);
}

void part_log(
	const struct scene *scene, struct rect rect, size_t table, struct part_log_options options)
{
	const struct view_state *view = &scene->model->view;
	struct log_painter painter = {.scene = scene,
		.log = options.is_tail ? &scene->model->tables[table].log
				       : model_shown_log(scene->model, table),
		.body = rect,
		.has_dates = options.has_dates,
		.has_times = options.is_tail || view->log_times,
		.indent = SIGN_WIDTH + (options.has_dates ? DATE_WIDTH : 0),
		.wrap = !options.is_tail && view->log_wrap,
		.left = options.is_tail ? 0 : view->log_left};
	painter.indent += painter.has_times ? TIME_WIDTH : 0;
	if (rect.width <= 0 || rect.height <= 0)
		return;
	if (!options.is_tail)
		painter.body.width -= 2;
	if (painter.log->next == painter.log->first) {
		paint_nothing(&painter, table);
		return;
	}
	struct rect before = canvas_clip(scene->canvas, rect);
	painter.search = log_search_new(options.is_tail ? NULL : view->search);
	uint64_t top = top_of_tail(&painter);
	if (!options.is_tail && !view->log_follow && view->log_top < painter.log->next)
		top = view->log_top < painter.log->first ? painter.log->first : view->log_top;
	uint64_t number = painter.first = top;
	for (int y = 0; y < rect.height && number < painter.log->next; number++) {
		int rows = rows_of(&painter, number);
		if (!options.is_tail)
			part_spot_row(scene, (struct rect){rect.x, rect.y + y, rect.width, rows},
				(size_t)(number - painter.log->first));
		paint_line(&painter, number, rect.y + y, rows);
		y += rows;
	}
	if (!options.is_tail && (top > painter.log->first || number < painter.log->next))
		paint_scrollbar(&painter,
			(struct rect){rect.x + rect.width - 1, rect.y, 1, rect.height}, top,
			number);
	log_search_free(painter.search);
	canvas_clip(scene->canvas, before);
}

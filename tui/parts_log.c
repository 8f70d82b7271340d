#include "base/clock.h"
#include "log_search.h"
#include "tui/parts.h"

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
	bool has_dates;
	bool wrap;
};

static const struct log_line *line_of(const struct table_log *log, uint64_t number)
{
	return &log->lines[(number - 1) % MODEL_LOG_LINES_MAX];
}

static struct pen line_pen(const struct log_line *line)
{
	if (line->severity == 'E')
		return PEN(ERROR);
	return line->severity == 'W' ? PEN(WARNING) : PEN(TEXT);
}

static int text_width(const struct log_painter *painter)
{
	int width = painter->body.width - painter->indent;
	return width > 1 ? width : 1;
}

/* Rows that the line takes on the screen. */
static int rows_of(const struct log_painter *painter, uint64_t number)
{
	if (!painter->wrap)
		return 1;
	int width = canvas_text_width(painter->scene->canvas, line_of(painter->log, number)->text);
	int room = text_width(painter);
	return width <= room ? 1 : (width + room - 1) / room;
}

static void paint_gutter(const struct log_painter *painter, uint64_t number, int y)
{
	const struct log_line *line = line_of(painter->log, number);
	struct canvas *canvas = painter->scene->canvas;
	char text[CLOCK_TEXT_BYTES];
	int x = painter->body.x;
	canvas_text(canvas, x, y, PEN(FAINT), clock_format_time(line->at_ms, text));
	x += TIME_WIDTH;
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
}

static void mark_matches(const struct log_painter *painter, const char *text, int x, int y)
{
	size_t start, length;
	for (size_t from = 0; log_search_find(painter->search, text, from, &start, &length);
		from = start + length) {
		char *before = memory_copy_span(text, start);
		char *match = memory_copy_span(text + start, length);
		int left = canvas_text_width(painter->scene->canvas, before);
		canvas_text(painter->scene->canvas, x + left, y, PEN(MATCH), match);
		free(before);
		free(match);
	}
}

/* The line from row y on; wrapped rows are the same text shifted left below the clip. */
static void paint_line(const struct log_painter *painter, uint64_t number, int y, int rows)
{
	const struct log_line *line = line_of(painter->log, number);
	struct canvas *canvas = painter->scene->canvas;
	const struct view_state *view = &painter->scene->model->view;
	int x = painter->body.x + painter->indent, room = text_width(painter);
	struct rect before = canvas->clip;
	for (int row = 0; row < rows; row++) {
		struct rect shown = {x, y + row, room, 1};
		canvas_clip(canvas, rect_cut(before, shown));
		canvas_text(canvas, x - row * room, y + row, line_pen(line), line->text);
		mark_matches(painter, line->text, x - row * room, y + row);
		canvas_clip(canvas, before);
	}
	if (!painter->wrap && canvas_text_width(canvas, line->text) > room)
		canvas_glyph(canvas, x + room - 1, y, PEN(DIM), GLYPH_ELLIPSIS);
	paint_gutter(painter, number, y);
	if (number == view->log_mark && view->view == VIEW_LOG)
		canvas_ground(canvas, (struct rect){painter->body.x, y, painter->body.width, rows},
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
			canvas_glyph(canvas, column.x, column.y + y,
				shown ? PEN(DIM) : PEN(BAR_TRACK),
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
		"nothing written yet in this session");
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
		.log = &scene->model->tables[table].log,
		.body = rect,
		.has_dates = options.has_dates,
		.indent = TIME_WIDTH + SIGN_WIDTH + (options.has_dates ? DATE_WIDTH : 0),
		.wrap = !options.is_tail && view->log_wrap};
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

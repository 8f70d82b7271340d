#include "tui/parts.h"

#include "coverage/progress.h"

#include <stdio.h>
#include <string.h>

/* What stands in the way: one line for each root cause, what frees most first. */

#define RANK_WIDTH    3
#define WORD_WIDTH    10
#define NUMBER_WIDTH  6
#define DATES_LEAST   12 /* "11-23..12-04" */
#define DATES_MOST    26
#define NOTE_LEAST    9 /* "needs you" */
#define HEADING_LEAST 5 /* rows from which on the columns have names */

/* Columns from the left; a width of 0 leaves one out. */
struct columns {
	bool has_heading; /* else the numbers need words */
	int name, word, cells, holds, frees, dates, dates_width, note, note_width;
};

static struct columns place_columns(const struct scene *scene, int width)
{
	struct columns columns = {.name = 1 + RANK_WIDTH + 2};
	columns.word = columns.name + part_short_names(scene->model->pipeline, "table") + 1;
	columns.cells = columns.word + WORD_WIDTH;
	columns.holds = columns.cells + NUMBER_WIDTH;
	columns.frees = columns.holds + NUMBER_WIDTH;
	columns.dates = columns.frees + NUMBER_WIDTH + 2;
	int rest = width - 1 - columns.dates;
	int dates = rest / 2 > DATES_MOST ? DATES_MOST : rest / 2;
	columns.dates_width = dates < DATES_LEAST ? rest : dates;
	columns.note = columns.dates + columns.dates_width + 1;
	columns.note_width = width - 1 - columns.note;
	return columns;
}

static void paint_heading(const struct scene *scene, struct rect line, const struct columns *c)
{
	struct canvas *canvas = scene->canvas;
	struct pen pen = PEN(HEADING);
	canvas_text(canvas, line.x + c->name, line.y, pen, "table");
	canvas_text(canvas, line.x + c->word, line.y, pen, "state");
	canvas_text_right(canvas, line.x + c->cells, line.y, NUMBER_WIDTH, pen, "cells");
	canvas_text_right(canvas, line.x + c->holds, line.y, NUMBER_WIDTH, pen, "holds");
	canvas_text_right(canvas, line.x + c->frees, line.y, NUMBER_WIDTH, pen, "frees");
	canvas_text_fit(canvas, line.x + c->dates, line.y, c->dates_width, pen, "dates");
}

static void paint_number(const struct scene *scene, int x, int y, int number)
{
	char text[16];
	snprintf(text, sizeof(text), "%d", number);
	canvas_text_right(
		scene->canvas, x, y, NUMBER_WIDTH, number > 0 ? PEN(TEXT) : PEN(FAINT), text);
}

/* What is to be done, or what went wrong, in the words of the oldest cell. */
static void describe(const struct model *model, const struct cause *cause, struct buffer *into)
{
	date_t first = date_set_first(&cause->dates);
	const struct cell *cell = coverage_cell(model->coverage, cause->table, first);
	if (cell == NULL)
		buffer_add_text(into, "the job will refuse the rows that there are");
	else if (cause->verdict == VERDICT_FAILED && cell->attempt_words[0] != '\0')
		buffer_add_text(into, cell->attempt_words);
	else if (cause->verdict == VERDICT_READY)
		buffer_add_text(into, "can start now");
	else if (cause->verdict == VERDICT_RUNNING || cause->verdict == VERDICT_QUEUED)
		buffer_add_text(into, "on its way");
	else
		coverage_explain(model->coverage, cause->table, first, into);
}

static void paint_note(const struct scene *scene, int x, int y, int room, const struct cause *cause)
{
	struct buffer text = {0};
	if (cause->needs_you && room >= NOTE_LEAST) {
		int used = canvas_text(scene->canvas, x, y, PEN(WARNING), "needs you") + 2;
		x += used;
		room -= used;
	}
	describe(scene->model, cause, &text);
	if (room >= NOTE_LEAST)
		canvas_text_fit(scene->canvas, x, y, room, PEN(DIM), buffer_text(&text));
	buffer_release(&text);
}

/* The cursor goes to its oldest cell; in the plan, which has rows of its own, it has none. */
static void spot_cause(const struct scene *scene, struct rect line, const struct cause *cause)
{
	date_t first = date_set_first(&cause->dates);
	if (scene->model->view.view == VIEW_PLAN)
		return;
	part_spot_cells(scene, line, cause->table,
		&(struct spot_dates){.first = first, .each = line.width, .range = {first, first}});
}

static void paint_cause(const struct scene *scene, struct rect line, const struct columns *c,
	const struct cause *cause, size_t rank)
{
	struct canvas *canvas = scene->canvas;
	struct pen pen = PEN_VERDICT(cause->verdict);
	struct buffer dates = {0};
	int x = line.x, y = line.y;
	spot_cause(scene, line, cause);
	canvas_format(canvas, x + 1, y, PEN(DIM), "%2zu", rank);
	canvas_glyph(canvas, x + 1 + RANK_WIDTH, y, pen, GLYPH_OF_VERDICT(cause->verdict));
	canvas_text(canvas, x + c->name, y, PEN(TEXT),
		scene->model->pipeline->tables[cause->table].short_name);
	canvas_text(canvas, x + c->word, y, pen, verdict_word(cause->verdict));
	if (c->has_heading) {
		paint_number(scene, x + c->cells, y, cause->cells);
		paint_number(scene, x + c->holds, y, cause->holds_up);
		paint_number(scene, x + c->frees, y, cause->frees);
	} else if (cause->holds_up > 0)
		canvas_format(
			canvas, x + c->cells + 2, y, PEN(TEXT), "holds up %d", cause->holds_up);
	part_date_set(&cause->dates, c->dates_width, &dates);
	canvas_text_fit(canvas, x + c->dates, y, c->dates_width, PEN(TEXT), buffer_text(&dates));
	buffer_release(&dates);
	paint_note(scene, x + c->note, y, c->note_width, cause);
}

bool part_unknown(const struct scene *scene, struct rect line, const char *claim)
{
	int cells = coverage_total(scene->model->coverage).by_verdict[VERDICT_UNKNOWN];
	struct buffer text = {0};
	if (cells == 0)
		return false;
	buffer_add_text(&text, claim);
	coverage_say_unknown(cells, &text);
	canvas_text_fit(scene->canvas, line.x, line.y, line.width, PEN(DIM), buffer_text(&text));
	buffer_release(&text);
	return true;
}

static void paint_none(const struct scene *scene, struct rect rect)
{
	struct table_summary all = coverage_total(scene->model->coverage);
	struct rect line = {rect.x + 1, rect.y, rect.width - 2, 1};
	if (part_unknown(scene, line, "no gaps"))
		return;
	canvas_text_fit(scene->canvas, rect.x + 1, rect.y, rect.width - 2,
		all.expected > 0 ? PEN(GOOD) : PEN(DIM),
		all.expected > 0 ? "no gaps: every expected date is complete or on its way"
				 : "nothing is expected in this range yet");
}

static void paint_list(const struct scene *scene, struct rect rect, const struct causes *causes)
{
	struct columns columns = place_columns(scene, rect.width);
	struct rect line = {rect.x, rect.y, rect.width, 1};
	int end = rect.y + rect.height;
	columns.has_heading = rect.height >= HEADING_LEAST;
	if (columns.has_heading) {
		paint_heading(scene, line, &columns);
		line.y++;
	}
	for (size_t i = 0; i < causes->count && line.y < end; i++, line.y++) {
		if (line.y == end - 1 && causes->count - i > 1) {
			canvas_format(scene->canvas, line.x + 1, line.y, PEN(FAINT),
				"and %zu more root causes", causes->count - i);
			return;
		}
		paint_cause(scene, line, &columns, &causes->items[i], i + 1);
	}
}

void part_causes(const struct scene *scene, struct rect rect)
{
	char title[64], note[64];
	if (rect.height < 2)
		return;
	const struct causes *causes = model_causes(scene->model);
	snprintf(title, sizeof(title), "root causes: %zu", causes->count);
	snprintf(note, sizeof(note), "%d cell%s held up", causes->held_up,
		causes->held_up == 1 ? "" : "s");
	struct rect inside = part_box(scene, rect, title, causes->held_up > 0 ? note : "", false);
	struct rect before = canvas_clip(scene->canvas, inside);
	if (causes->count == 0)
		paint_none(scene, inside);
	else
		paint_list(scene, inside, causes);
	canvas_clip(scene->canvas, before);
}

#include "base/clock.h"
#include "tui/graph.h"
#include "tui/parts.h"

#include <stdio.h>
#include <string.h>

#define NUMBER_WIDTH 4
#define BOX_WIDTH    4
#define SIGN_WIDTH   2
#define NAME_MOST    31
#define CELLS_WIDTH  6
#define TAKES_WIDTH  7
#define BELOW_WIDTH  7
#define PAGE_ROWS    10
#define LIST_LEAST   7 /* lines; with fewer the critical path is left out */

static const enum action footer[] = {ACTION_RUN_PLAN, ACTION_OPEN, ACTION_TAKE_OUT,
	ACTION_PUT_FIRST, ACTION_SAVE_PLAN, ACTION_WHY, ACTION_ORDER, ACTION_WHAT_IF_MORE,
	ACTION_COPY, ACTION_PLAN_RANGE, ACTION_NONE};

static const char *const order_words[] = {[PLAN_OLDEST] = "oldest first",
	[PLAN_NEWEST] = "newest first",
	[PLAN_UNBLOCKING] = "what frees most first"};

/* The columns of the list; dates take the rest. */
struct columns {
	int box, sign, name, name_width, cells, takes, below, dates;
};

static int page(const struct model *model, const struct layout *layout)
{
	(void)model;
	int rows = layout->areas[AREA_PLAN].height - 3;
	return rows > PAGE_ROWS ? rows : PAGE_ROWS;
}

static struct columns place_columns(const struct scene *scene, int width)
{
	const struct pipeline *pipeline = scene->model->pipeline;
	struct columns columns = {.box = 1 + NUMBER_WIDTH};
	size_t longest = strlen("table");
	for (size_t i = 0; i < pipeline->table_count; i++)
		if (strlen(pipeline->tables[i].name) > longest)
			longest = strlen(pipeline->tables[i].name);
	columns.sign = columns.box + BOX_WIDTH;
	columns.name = columns.sign + SIGN_WIDTH;
	columns.name_width = longest + 1 < NAME_MOST ? (int)longest + 1 : NAME_MOST;
	if (columns.name_width > width * 2 / 5)
		columns.name_width = width * 2 / 5;
	columns.cells = columns.name + columns.name_width;
	columns.takes = columns.cells + CELLS_WIDTH;
	columns.below = columns.takes + TAKES_WIDTH;
	columns.dates = columns.below + BELOW_WIDTH + 2;
	return columns;
}

static void paint_heading(const struct scene *scene, struct rect line, const struct columns *c)
{
	struct canvas *canvas = scene->canvas;
	struct pen pen = PEN(HEADING);
	canvas_text(canvas, line.x + c->name, line.y, pen, "table");
	canvas_text_right(canvas, line.x + c->cells, line.y, CELLS_WIDTH, pen, "cells");
	canvas_text_right(canvas, line.x + c->takes, line.y, TAKES_WIDTH, pen, "takes");
	canvas_text_right(canvas, line.x + c->below, line.y, BELOW_WIDTH, pen, "below");
	canvas_text(canvas, line.x + c->dates, line.y, pen, "dates");
}

static void paint_dates(const struct scene *scene, struct rect line, int x, const char *before,
	const struct date_set *dates)
{
	struct buffer text = {0};
	int room = line.x + line.width - 1 - x;
	int used = canvas_text_fit(scene->canvas, x, line.y, room, PEN(DIM), before);
	part_date_set(dates, room - used, &text);
	canvas_text_fit(
		scene->canvas, x + used, line.y, room - used, PEN(TEXT), buffer_text(&text));
	buffer_release(&text);
}

/* The step waits until its table is free: said before its dates. */
static int paint_holder(const struct scene *scene, struct rect line, int x, size_t table)
{
	struct buffer text = {0}, holder = {0};
	model_say_holder(scene->model, table, &holder);
	if (holder.length > 0)
		buffer_add_format(&text, "held by %s  ", buffer_text(&holder));
	buffer_release(&holder);
	int used = canvas_text_fit(scene->canvas, x, line.y, (line.x + line.width - x) / 2,
		PEN(WARNING), buffer_text(&text));
	buffer_release(&text);
	return used;
}

static void paint_step(const struct scene *scene, struct rect line, const struct columns *c,
	const struct plan_step *step)
{
	struct canvas *canvas = scene->canvas;
	struct date_set dates = {0};
	char text[DURATION_TEXT_BYTES];
	snprintf(text, sizeof(text), "%zu", step->count);
	canvas_text_right(canvas, line.x + c->cells, line.y, CELLS_WIDTH, PEN(TEXT), text);
	canvas_text_right(canvas, line.x + c->takes, line.y, TAKES_WIDTH, PEN(DIM),
		clock_format_duration(step->duration_ms, text));
	snprintf(text, sizeof(text), "%d", step->below);
	canvas_text_right(canvas, line.x + c->below, line.y, BELOW_WIDTH,
		step->below > 0 ? PEN(TEXT) : PEN(FAINT), text);
	plan_step_dates(scene->model->coverage, step, &dates);
	int x = line.x + c->dates;
	x += paint_holder(scene, line, x, step->table);
	snprintf(text, sizeof(text), "%zu first  ", step->first_count);
	paint_dates(scene, line, x,
		step->first_count == step->count ? "first  "
		: step->first_count > 0		 ? text
						 : "",
		&dates);
	date_set_release(&dates);
}

/* A date of the open step: what it is, and what a run of it holds up or makes stale. */
static void paint_date(const struct scene *scene, struct rect line, const struct columns *c,
	const struct plan_row *row)
{
	const struct model *model = scene->model;
	struct buffer text = {0};
	char date[DATE_TEXT_BYTES];
	bool is_in = row->kind == PLAN_ROW_DATE;
	canvas_format(scene->canvas, line.x + c->name + 1, line.y, is_in ? PEN(TEXT) : PEN(FAINT),
		"%s%s", date_format(row->date, date), row->is_first ? "  first" : "");
	coverage_explain(model->coverage, row->table, row->date, &text);
	canvas_text_fit(scene->canvas, line.x + c->cells + 1, line.y, line.width - c->cells - 2,
		PEN(DIM), is_in ? buffer_text(&text) : "taken out: Space puts it back");
	buffer_release(&text);
}

static void paint_left(const struct scene *scene, struct rect line, const struct columns *c,
	const struct plan_left *left)
{
	struct canvas *canvas = scene->canvas;
	char text[64];
	snprintf(text, sizeof(text), "%d", left->cells);
	canvas_text_right(canvas, line.x + c->cells, line.y, CELLS_WIDTH, PEN(TEXT), text);
	snprintf(text, sizeof(text), "%s%s%.16s  ", reason_word(left->reason),
		left->because < 0 ? "" : " ",
		left->because < 0 ? "" : scene->model->pipeline->tables[left->because].short_name);
	paint_dates(scene, line, line.x + c->takes + 2, text, &left->dates);
}

static enum verdict sign_of(const struct model *model, const struct plan_row *row)
{
	date_t date = plan_row_date(row);
	const struct cell *cell = coverage_cell(model->coverage, row->table, date);
	return cell != NULL ? cell->verdict : status_of_table(model, row->table).sign;
}

static void paint_named(const struct scene *scene, struct rect line, const struct columns *c,
	const struct plan_row *row, bool selected)
{
	const struct model *model = scene->model;
	const struct pipeline_table *table = &model->pipeline->tables[row->table];
	part_name(scene->canvas, line.x + c->name, line.y, c->name_width - 1,
		row->kind == PLAN_ROW_OUT ? PEN(FAINT)
		: selected		  ? PEN(STRONG)
					  : PEN(TEXT),
		table->name);
	if (row->kind == PLAN_ROW_STEP)
		paint_step(scene, line, c, row->step);
	else if (row->kind == PLAN_ROW_LEFT)
		paint_left(scene, line, c, row->left);
	else
		canvas_text_fit(scene->canvas, line.x + c->cells + 1, line.y,
			line.width - c->cells - 2, PEN(DIM),
			model->auto_launch && table->upstream_count > 0
				? "out; auto-launch may start it (a: off)"
				: "taken out: Space puts it back");
}

/* Steps are counted, the dates of the open one are not. */
static int number_of_step(const struct model *model, size_t number)
{
	struct plan_row row;
	int count = 0;
	for (size_t i = 0; i <= number && model_plan_row(model, i, &row); i++)
		count += row.date == DATE_NONE;
	return count;
}

static bool is_in(const struct plan_row *row)
{
	return row->kind == PLAN_ROW_STEP || row->kind == PLAN_ROW_DATE;
}

static void paint_row(
	const struct scene *scene, struct rect line, const struct columns *c, size_t number)
{
	const struct model *model = scene->model;
	struct canvas *canvas = scene->canvas;
	struct plan_row row;
	bool selected = model->view.plan_row == number;
	if (!model_plan_row(model, number, &row))
		return;
	enum verdict sign = sign_of(model, &row);
	if (selected)
		canvas_glyph(canvas, line.x, line.y, PEN(FRAME_FOCUS), GLYPH_POINTER);
	if (row.step != NULL || row.kind == PLAN_ROW_OUT)
		canvas_format(
			canvas, line.x + 1, line.y, PEN(DIM), "%2d", number_of_step(model, number));
	if (row.kind != PLAN_ROW_LEFT)
		canvas_text(canvas, line.x + c->box, line.y, PEN(KEY), is_in(&row) ? "[x]" : "[ ]");
	part_cell(canvas, line.x + c->sign, line.y, sign,
		(struct part_cell_options){.is_dense = true});
	if (model_plan_is_marked(model, &row))
		part_mark(canvas, line.x + c->sign, line.y, 1);
	if (row.date != DATE_NONE)
		paint_date(scene, line, c, &row);
	else
		paint_named(scene, line, c, &row, selected);
	if (selected)
		canvas_ground(canvas, (struct rect){line.x, line.y, line.width, 1}, ROLE_SELECTED);
}

/* The rows with their titles between them; NULL: no title before this row. */
static const char *title_before(const struct model *model, size_t number)
{
	struct plan_row row, before;
	if (!model_plan_row(model, number, &row) || row.kind != PLAN_ROW_LEFT)
		return NULL;
	bool begins = number == 0 || !model_plan_row(model, number - 1, &before) ||
		      before.kind != PLAN_ROW_LEFT || before.left->kind != row.left->kind;
	if (!begins)
		return NULL;
	return row.left->kind == LEFT_NEEDS_YOU ? "needs you: no run can cure these"
						: "left out: these wait for something else";
}

static int line_of_row(const struct model *model, size_t number)
{
	int line = (int)number;
	for (size_t i = 0; i <= number; i++)
		line += title_before(model, i) != NULL;
	return line;
}

/* So that the cursor is seen, and the list fills the area. */
static int first_line(const struct model *model, int height)
{
	size_t count = model_plan_row_count(model);
	if (count == 0)
		return 0;
	size_t cursor = model->view.plan_row < count ? model->view.plan_row : count - 1;
	int at = line_of_row(model, cursor), total = line_of_row(model, count - 1) + 1;
	int first = at - height / 2;
	if (first > total - height)
		first = total - height;
	return first > 0 ? first : 0;
}

static void paint_rows(const struct scene *scene, struct rect rect, const struct columns *c)
{
	const struct model *model = scene->model;
	struct rect line = {rect.x, rect.y - first_line(model, rect.height), rect.width, 1};
	struct rect before = canvas_clip(scene->canvas, rect);
	for (size_t i = 0; i < model_plan_row_count(model) && line.y < rect.y + rect.height; i++) {
		const char *title = title_before(model, i);
		if (title != NULL)
			canvas_text_fit(scene->canvas, line.x + 1, line.y++, line.width - 2,
				PEN(WARNING), title);
		part_spot_row(scene, line, i);
		if (line.y >= rect.y)
			paint_row(scene, line, c, i);
		line.y++;
	}
	canvas_clip(scene->canvas, before);
}

static void write_title(const struct model *model, const struct plan *plan, struct buffer *into)
{
	char spent[DURATION_TEXT_BYTES];
	int workers = model_plan_workers(model);
	if (plan->step_count == 0) {
		bool is_known = coverage_total(model->coverage).by_verdict[VERDICT_UNKNOWN] == 0;
		buffer_add_text(into, is_known ? "plan: nothing to run" : "plan: not known");
		return;
	}
	buffer_add_format(into, "plan: %zu %s, %d %s", plan->step_count,
		plan->step_count == 1 ? "step" : "steps", plan->cells,
		plan->cells == 1 ? "cell" : "cells");
	if (plan->eta.p50_ms >= 0)
		buffer_add_format(into, ", %s %s", plan->eta.is_least ? "at least" : "about",
			clock_format_duration(plan->eta.p50_ms, spent));
	if (plan->duration_ms > 0)
		buffer_add_format(into, "..%s", clock_format_duration(plan->eta.p90_ms, spent));
	buffer_add_format(into, " with %d worker%s", workers, workers == 1 ? "" : "s");
	if (workers != model->workers)
		buffer_add_format(into, " (there are %d)", model->workers);
}

static void paint_empty(const struct scene *scene, struct rect rect)
{
	struct table_summary total = coverage_total(scene->model->coverage);
	bool is_done = total.expected > 0 && total.complete == total.expected;
	struct rect line = {rect.x + 1, rect.y, rect.width - 2, 1};
	if (part_unknown(scene, line, "nothing to run"))
		return;
	canvas_text_fit(scene->canvas, rect.x + 1, rect.y, rect.width - 2,
		is_done ? PEN(GOOD) : PEN(DIM),
		is_done ? "nothing to run: every expected date is complete"
			: "nothing to run: what is open is on its way, or nothing is expected");
}

static void paint_list(const struct scene *scene, struct rect area)
{
	const struct model *model = scene->model;
	const struct plan *plan = model_plan(model);
	struct buffer title = {0};
	write_title(model, plan, &title);
	struct rect rect = part_box(
		scene, area, buffer_text(&title), order_words[model->view.plan_order], true);
	buffer_release(&title);
	struct columns columns = place_columns(scene, rect.width);
	const struct eta_plan *eta = plan->step_count > 0 ? &plan->eta : model_eta(model);
	if (eta->path_count > 0 && rect.height > LIST_LEAST) {
		rect.height--;
		part_path(scene, (struct rect){rect.x + 1, rect.y + rect.height, rect.width - 2, 1},
			eta);
	}
	struct rect before = canvas_clip(scene->canvas, rect);
	if (model_plan_row_count(model) == 0) {
		paint_empty(scene, rect);
	} else {
		paint_heading(scene, (struct rect){rect.x, rect.y, rect.width, 1}, &columns);
		rect.y++;
		rect.height--;
		paint_rows(scene, rect, &columns);
	}
	canvas_clip(scene->canvas, before);
}

static void paint(const struct scene *scene)
{
	const struct rect *areas = scene->layout->areas;
	if (areas[AREA_GRAPH].height > 2)
		part_graph(scene, part_box(scene, areas[AREA_GRAPH], "what reads what",
					  "< above   > below the selected table", false));
	paint_list(scene, areas[AREA_PLAN]);
	part_causes(scene, areas[AREA_GAPS]);
}

const struct view view_plan = {
	.name = "Plan", .places = "PJG", .footer = footer, .paint = paint, .page = page};

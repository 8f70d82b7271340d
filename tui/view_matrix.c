#include "base/clock.h"
#include "tui/graph.h"
#include "tui/matrix_parts.h"

#include <stdio.h>
#include <string.h>

#define PERCENT_WIDTH 6
#define GAPS_WIDTH    7
#define HEADING_ROWS  4
#define PAGE_DAYS     14

static const enum action footer[] = {ACTION_NEXT_GAP, ACTION_NEXT_MONTH, ACTION_WHY, ACTION_START,
	ACTION_MARK, ACTION_MARK_RANGE, ACTION_ZOOM, ACTION_SHOW_UPSTREAM, ACTION_RETRY,
	ACTION_START_ALL, ACTION_PAUSE, ACTION_STOP, ACTION_OPEN, ACTION_RANGE, ACTION_REFRESH,
	ACTION_NONE};

static const char *const zoom_titles[] = {[ZOOM_DAY] = "coverage",
	[ZOOM_WEEK] = "coverage by week, the worst state",
	[ZOOM_MONTH] = "coverage by month, the worst state"};

static int page(const struct model *model, const struct layout *layout)
{
	(void)model;
	(void)layout;
	return PAGE_DAYS;
}

/* Numbers behind the days, as many as there is room for. */
struct numbers {
	int done, percent, gaps; /* columns; 0: no room */
};

static struct numbers place_numbers(const struct matrix_window *window)
{
	struct numbers numbers = {.done = matrix_end_of_days(window) + 1};
	int end = window->grid.x + window->grid.width, x = numbers.done + DONE_WIDTH;
	if (x + PERCENT_WIDTH < end)
		numbers.percent = x;
	if (x + PERCENT_WIDTH + GAPS_WIDTH < end)
		numbers.gaps = x + PERCENT_WIDTH;
	return numbers;
}

static void paint_number_headings(
	const struct scene *scene, const struct matrix_window *window, int y)
{
	struct numbers numbers = place_numbers(window);
	canvas_text_right(scene->canvas, numbers.done, y, DONE_WIDTH - 1, PEN(HEADING), "dates");
	if (numbers.gaps > 0)
		canvas_text_right(
			scene->canvas, numbers.gaps, y, GAPS_WIDTH - 1, PEN(HEADING), "gaps");
}

static void paint_numbers(
	const struct scene *scene, const struct matrix_window *window, int y, size_t table)
{
	struct table_summary summary = coverage_summary(scene->model->coverage, table);
	struct numbers numbers = place_numbers(window);
	struct canvas *canvas = scene->canvas;
	bool finished = summary.expected > 0 && summary.complete == summary.expected;
	struct pen pen = finished ? PEN(DIM) : PEN(TEXT);
	char text[24];
	snprintf(text, sizeof(text), "%d/%d", summary.complete, summary.expected);
	canvas_text_right(canvas, numbers.done, y, DONE_WIDTH - 1, pen, text);
	int percent = status_percent(&summary);
	snprintf(text, sizeof(text), percent < 0 ? "-" : "%d%%", percent);
	if (numbers.percent > 0)
		canvas_text_right(canvas, numbers.percent, y, PERCENT_WIDTH - 1, pen, text);
	snprintf(text, sizeof(text), "%d", summary.gaps);
	if (numbers.gaps > 0)
		canvas_text_right(canvas, numbers.gaps, y, GAPS_WIDTH - 1,
			summary.gaps > 0 ? PEN(TEXT) : PEN(FAINT), text);
}

static struct status_span state_of(
	const struct scene *scene, const struct matrix_window *window, size_t table, int32_t unit)
{
	const struct cell *cell;
	if (window->zoom != ZOOM_DAY)
		return status_of_span(scene->model, table, matrix_span_of(window, unit));
	cell = coverage_cell(scene->model->coverage, table, unit);
	return (struct status_span){.verdict = cell == NULL ? VERDICT_UNKNOWN : cell->verdict};
}

static void paint_cursor(const struct scene *scene, const struct matrix_window *window, int y)
{
	int32_t unit = zoom_unit(window->zoom, scene->model->view.date);
	if (unit < window->first || unit > window->last)
		return;
	int x = matrix_column_of(window, unit);
	size_t table = model_selected_table(scene->model);
	char letter[2] = {verdict_letter(state_of(scene, window, table, unit).verdict), '\0'};
	struct canvas *canvas = scene->canvas;
	canvas_text(canvas, x, y, PEN_ON(CURSOR, CURSOR), letter);
	if (window->each < 2)
		return;
	canvas_text(canvas, x - 1, y, PEN_ON(STRONG, SELECTED), "[");
	canvas_text(canvas, x + 1, y, PEN_ON(STRONG, SELECTED), "]");
}

/* The table is above or below the selected one, and that is what is shown now. */
static bool is_related(const struct scene *scene, const enum relation *relations, size_t table)
{
	enum related shown = scene->model->view.related;
	return (shown == RELATED_ABOVE && relations[table] == RELATION_ABOVE) ||
	       (shown == RELATED_BELOW && relations[table] == RELATION_BELOW);
}

static void paint_relations(const struct scene *scene, const struct matrix_window *window, int y,
	size_t table, const enum relation *relations)
{
	int32_t unit = zoom_unit(window->zoom, scene->model->view.date);
	if (!is_related(scene, relations, table))
		return;
	canvas_text(scene->canvas, window->grid.x + 1, y, PEN(KEY),
		relations[table] == RELATION_ABOVE ? "<" : ">");
	if (unit < window->first || unit > window->last)
		return;
	canvas_ground(
		scene->canvas, (struct rect){matrix_column_of(window, unit), y, 1, 1}, ROLE_MATCH);
}

static void paint_name(
	const struct scene *scene, const struct matrix_window *window, int y, size_t position)
{
	const struct pipeline *pipeline = scene->model->pipeline;
	const struct pipeline_table *definition = &pipeline->tables[pipeline->order[position]];
	bool selected = scene->model->view.table == position;
	int x = window->grid.x, indent = window->is_named ? 4 : 2;
	if (selected)
		canvas_glyph(scene->canvas, x, y, PEN(FRAME_FOCUS), GLYPH_POINTER);
	if (window->is_named)
		canvas_format(scene->canvas, x + 2, y, PEN(HEADING), "%d", definition->phase);
	part_name(scene->canvas, x + indent, y, window->name_width - indent - 1,
		selected ? PEN(STRONG) : PEN(TEXT),
		window->is_named ? definition->name : definition->short_name);
}

static bool is_marked(
	const struct scene *scene, const struct matrix_window *window, size_t table, int32_t unit)
{
	struct date_range span = matrix_span_of(window, unit);
	for (date_t date = span.first; date <= span.last; date++)
		if (model_is_marked(scene->model, table, date))
			return true;
	return false;
}

static void paint_cells(
	const struct scene *scene, const struct matrix_window *window, int y, size_t table)
{
	bool has_marks = model_has_marks(scene->model);
	for (int32_t unit = window->first; unit <= window->last; unit++) {
		struct status_span state = state_of(scene, window, table, unit);
		int x = matrix_column_of(window, unit);
		part_cell(scene->canvas, x, y, state.verdict,
			(struct part_cell_options){.complete = state.complete,
				.expected = state.expected,
				.is_dense = true});
		if (has_marks && is_marked(scene, window, table, unit))
			part_mark(scene->canvas, x, y, window->each);
	}
}

/* The lines of `rows`, in the columns of the days. */
static void spot_days(const struct scene *scene, const struct matrix_window *window,
	struct rect rows, size_t table)
{
	rows.x = window->grid.x + window->name_width;
	rows.width = (window->last - window->first + 1) * window->each;
	part_spot_cells(scene, rows, table,
		&(struct spot_dates){window->zoom, window->first, window->each, 0, window->range});
}

static void paint_row(const struct scene *scene, const struct matrix_window *window, int y,
	size_t position, const enum relation *relations)
{
	const struct model *model = scene->model;
	size_t table = model->pipeline->order[position];
	struct rect line = {window->grid.x, y, window->grid.width, 1};
	part_spot_cells(scene, line, table, NULL);
	spot_days(scene, window, (struct rect){0, y, 0, 1}, table);
	paint_name(scene, window, y, position);
	paint_cells(scene, window, y, table);
	paint_numbers(scene, window, y, table);
	paint_relations(scene, window, y, table, relations);
	if (model->view.table != position)
		return;
	canvas_ground(scene->canvas, (struct rect){window->grid.x, y, window->grid.width, 1},
		ROLE_SELECTED);
	paint_cursor(scene, window, y);
}

static void paint_phase(const struct scene *scene, struct rect line, size_t position)
{
	const struct pipeline *pipeline = scene->model->pipeline;
	const struct pipeline_table *table = &pipeline->tables[pipeline->order[position]];
	canvas_repeat(scene->canvas, line.x, line.y, line.width, PEN(FRAME), GLYPH_RULE);
	canvas_format(scene->canvas, line.x + 3, line.y, PEN(HEADING), " phase %d  %s ",
		table->phase, table->dataset);
}

/* The cursor's day from its heading down: with the selected row it makes a cross. */
static void paint_cross(
	const struct scene *scene, const struct matrix_window *window, int y, int end)
{
	int32_t unit = zoom_unit(window->zoom, scene->model->view.date);
	if (unit < window->first || unit > window->last)
		return;
	struct rect column = {matrix_column_of(window, unit), y, 1, end - y};
	if (window->each >= 3) {
		column.x--;
		column.width = window->each - 1;
	}
	canvas_ground(scene->canvas, column, ROLE_SELECTED);
}

/* The first table shown, so that the selected one is. */
static size_t first_shown(const struct model *model, size_t rows)
{
	size_t count = model->pipeline->table_count, selected = model->view.table;
	if (rows == 0 || count <= rows || selected <= rows / 2)
		return 0;
	return selected - rows / 2 > count - rows ? count - rows : selected - rows / 2;
}

static void paint_grid(const struct scene *scene, struct rect rect)
{
	const struct pipeline *pipeline = scene->model->pipeline;
	struct matrix_window window = matrix_place_window(scene, rect);
	enum relation relations[PIPELINE_TABLES_MAX];
	graph_relations(pipeline, model_selected_table(scene->model), relations);
	struct rect before = canvas_clip(scene->canvas, rect);
	matrix_paint_head(scene, &window, rect.y);
	spot_days(scene, &window, (struct rect){0, rect.y, 0, HEADING_ROWS},
		model_selected_table(scene->model));
	paint_number_headings(scene, &window, rect.y + 3);
	int y = rect.y + HEADING_ROWS, end = rect.y + rect.height;
	size_t rows = rect.height > HEADING_ROWS ? (size_t)(rect.height - HEADING_ROWS) : 0;
	for (size_t i = first_shown(scene->model, rows); i < pipeline->table_count && y < end;
		i++, y++) {
		bool begins = i == 0 || pipeline->tables[pipeline->order[i]].phase !=
						pipeline->tables[pipeline->order[i - 1]].phase;
		if (scene->layout->grouped && begins)
			paint_phase(scene, (struct rect){rect.x, y++, rect.width, 1}, i);
		paint_row(scene, &window, y, i, relations);
	}
	paint_cross(scene, &window, rect.y + 1, y);
	canvas_clip(scene->canvas, before);
}

static void detail_title(const struct model *model, char *into, size_t room)
{
	char date[DATE_TEXT_BYTES];
	snprintf(into, room, "%s %s", model->pipeline->tables[model_selected_table(model)].name,
		date_format(model->view.date, date));
}

static void paint(const struct scene *scene)
{
	const struct rect *areas = scene->layout->areas;
	char title[128];
	size_t table = model_selected_table(scene->model);
	struct rect grid = areas[AREA_GRID];
	if (scene->layout->framed)
		grid = part_box(scene, grid, zoom_titles[scene->model->view.zoom],
			"tables in dependency order", true);
	paint_grid(scene, grid);
	part_legend(scene, areas[AREA_LEGEND]);
	detail_title(scene->model, title, sizeof(title));
	if (areas[AREA_DETAIL].height > 1)
		part_detail(scene, part_box(scene, areas[AREA_DETAIL], title,
					   "w tells the whole chain", false));
	part_causes(scene, areas[AREA_GAPS]);
	if (areas[AREA_LOG].height < 3)
		return;
	snprintf(title, sizeof(title), "log: %s", scene->model->pipeline->tables[table].name);
	struct rect inside = part_box(scene, areas[AREA_LOG], title, "", false);
	inside.x++;
	inside.width -= 2;
	part_log(scene, inside, table, (struct part_log_options){.is_tail = true});
}

const struct view view_matrix = {
	.name = "Matrix", .places = "ZMJG", .footer = footer, .paint = paint, .page = page};

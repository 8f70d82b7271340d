#include "tui/layout.h"

#include "coverage/failures.h"
#include "tui/graph.h"

#define HEALTH_LEAST_ROOM 14
#define EVENTS_HEIGHT_MAX 12
#define LEGEND_LINES	  3
#define SEASON_LINES	  9  /* of a heat map: months, weekdays, summary */
#define CALENDAR_SIDE	  64 /* columns beside four seasons */
#define GRAPH_LEAST_ROOM  12 /* rows between tabs and keys */

static int least(int a, int b)
{
	return a < b ? a : b;
}

static int most(int a, int b)
{
	return a > b ? a : b;
}

/* The rows between the tabs and the message line, given out from the top. */
struct shelf {
	struct rect rest;
};

static struct rect take_rows(struct shelf *shelf, int rows)
{
	rows = least(most(rows, 0), shelf->rest.height);
	struct rect taken = {shelf->rest.x, shelf->rest.y, shelf->rest.width, rows};
	shelf->rest.y += rows;
	shelf->rest.height -= rows;
	return taken;
}

static struct rect take_bottom(struct shelf *shelf, int rows)
{
	rows = least(most(rows, 0), shelf->rest.height);
	shelf->rest.height -= rows;
	return (struct rect){
		shelf->rest.x, shelf->rest.y + shelf->rest.height, shelf->rest.width, rows};
}

static struct rect left_of(struct rect rect, int width)
{
	rect.width = least(width, rect.width);
	return rect;
}

static struct rect right_of(struct rect rect, int width)
{
	int cut = least(width, rect.width);
	rect.x += cut;
	rect.width -= cut;
	return rect;
}

static enum layout_size size_class(int width, int height)
{
	if (width < LAYOUT_LEAST_WIDTH || height < LAYOUT_LEAST_HEIGHT)
		return LAYOUT_TOO_SMALL;
	if (width < LAYOUT_TINY_WIDTH || height < LAYOUT_TINY_HEIGHT)
		return LAYOUT_TINY;
	if (width < LAYOUT_NORMAL_WIDTH)
		return LAYOUT_COMPACT;
	return width < LAYOUT_WIDE_WIDTH ? LAYOUT_NORMAL : LAYOUT_WIDE;
}

/* Rows of the table list with this many lines per table. */
static int list_rows(const struct layout *layout, const struct layout_request *request, int lines)
{
	int rows = 1 + request->tables * lines + (layout->grouped ? request->phases : 0);
	return rows + (layout->framed ? 2 : 0);
}

static int choose_list_rows(
	struct layout *layout, const struct layout_request *request, int available)
{
	bool tall = request->height >= LAYOUT_TALL_HEIGHT;
	layout->grouped = !request->is_sorted;
	layout->table_lines = 2;
	if (tall && list_rows(layout, request, 2) <= available - 16)
		return list_rows(layout, request, 2);
	layout->grouped = false;
	if (tall && list_rows(layout, request, 2) <= available - 6)
		return list_rows(layout, request, 2);
	layout->table_lines = 1;
	return least(list_rows(layout, request, 1), most(available * 2 / 3, 3));
}

/* The lower part of the Overview: the log first, then gaps and events where there is room. */
static void place_lower(struct layout *layout, struct shelf *shelf)
{
	struct rect *areas = layout->areas;
	int rest = shelf->rest.height;
	if (layout->size == LAYOUT_WIDE) {
		if (rest >= 12)
			areas[AREA_EVENTS] =
				take_bottom(shelf, least(rest * 2 / 5, EVENTS_HEIGHT_MAX));
		struct rect logs = take_rows(shelf, shelf->rest.height);
		areas[AREA_LOG] = left_of(logs, logs.width / 2);
		areas[AREA_SECOND_LOG] = right_of(logs, logs.width / 2);
		return;
	}
	int least_rest = layout->framed ? 11 : 14;
	if (rest >= least_rest) {
		struct rect lower = take_bottom(shelf, most(rest * 2 / 5, layout->framed ? 5 : 4));
		areas[AREA_GAPS] = left_of(lower, lower.width / 2);
		areas[AREA_EVENTS] = right_of(lower, lower.width / 2);
	}
	areas[AREA_LOG] = take_rows(shelf, shelf->rest.height);
}

static void place_overview(
	struct layout *layout, const struct layout_request *request, struct shelf *shelf)
{
	struct rect *areas = layout->areas;
	if (layout->size == LAYOUT_TINY) {
		layout->table_lines = 1;
		areas[AREA_TABLES] = take_rows(shelf, shelf->rest.height);
		return;
	}
	struct rect upper = take_rows(shelf, choose_list_rows(layout, request, shelf->rest.height));
	areas[AREA_TABLES] = upper;
	if (layout->size == LAYOUT_WIDE) {
		int width = most(118, upper.width * 59 / 100);
		areas[AREA_TABLES] = left_of(upper, width);
		struct shelf side = {right_of(upper, width)};
		areas[AREA_WORKERS] = take_bottom(&side, least(8, side.rest.height / 2));
		areas[AREA_GAPS] = side.rest;
	}
	place_lower(layout, shelf);
}

static void place_log(struct layout *layout, struct shelf *shelf)
{
	struct rect *areas = layout->areas;
	if (layout->size == LAYOUT_WIDE) {
		int width = shelf->rest.width - 62;
		areas[AREA_LOG] = left_of(shelf->rest, width);
		areas[AREA_SIDE] = right_of(shelf->rest, width);
		return;
	}
	if (layout->size != LAYOUT_TINY)
		areas[AREA_SUMMARY] = take_rows(shelf, 2);
	areas[AREA_LOG] = shelf->rest;
}

static void place_matrix(
	struct layout *layout, const struct layout_request *request, struct shelf *shelf)
{
	struct rect *areas = layout->areas;
	int frame = layout->framed ? 2 : 0;
	bool roomy = shelf->rest.height >= request->tables + 18 + 2 * frame;
	layout->table_lines = 1;
	layout->grouped = roomy && layout->size == LAYOUT_WIDE;
	if (layout->size == LAYOUT_TINY) {
		areas[AREA_GRID] = shelf->rest;
		return;
	}
	int grid = 4 + request->tables + (layout->grouped ? request->phases : 0) + frame;
	int detail = most(shelf->rest.height - grid - LEGEND_LINES, 4 + frame);
	areas[AREA_GRID] = take_rows(shelf, least(grid, most(shelf->rest.height - detail, 3)));
	if (shelf->rest.height >= LEGEND_LINES + 4)
		areas[AREA_LEGEND] = take_rows(shelf, LEGEND_LINES);
	bool lists = shelf->rest.height >= 14;
	int height = lists ? 8 + frame : shelf->rest.height;
	areas[AREA_DETAIL] = take_rows(shelf, height);
	if (!lists)
		return;
	struct rect lower = shelf->rest;
	if (layout->size == LAYOUT_COMPACT) {
		areas[AREA_GAPS] = lower;
		return;
	}
	areas[AREA_GAPS] = left_of(lower, lower.width / 2);
	areas[AREA_LOG] = right_of(lower, lower.width / 2);
}

/* Wide: four seasons, and the cell of the cursor beside them. */
static void place_calendar(struct layout *layout, struct shelf *shelf)
{
	struct rect *areas = layout->areas;
	int season = SEASON_LINES + (layout->framed ? 2 : 1);
	if (layout->size == LAYOUT_TINY) {
		areas[AREA_GRID] = shelf->rest;
		return;
	}
	bool four = layout->size == LAYOUT_WIDE && shelf->rest.height >= 2 * season;
	struct rect upper = take_rows(shelf, four ? 2 * season : season);
	areas[AREA_GRID] = upper;
	if (four) {
		struct shelf side = {right_of(upper, upper.width - CALENDAR_SIDE)};
		areas[AREA_GRID] = left_of(upper, upper.width - CALENDAR_SIDE);
		areas[AREA_DETAIL] = take_rows(&side, side.rest.height / 2);
		areas[AREA_LEGEND] = side.rest;
		areas[AREA_MONTHS] = shelf->rest;
		return;
	}
	if (shelf->rest.height >= LEGEND_LINES + 14)
		areas[AREA_LEGEND] = take_rows(shelf, LEGEND_LINES);
	areas[AREA_DETAIL] = take_bottom(shelf, least(shelf->rest.height * 2 / 5, 10));
	areas[AREA_MONTHS] = shelf->rest;
}

/* The graph above the list; where there is room beside it, what stands in the way. */
static void place_plan(
	struct layout *layout, const struct layout_request *request, struct shelf *shelf)
{
	struct rect *areas = layout->areas;
	int frame = layout->framed ? 2 : 1;
	if (layout->size != LAYOUT_TINY && shelf->rest.height >= GRAPH_LEAST_ROOM)
		areas[AREA_GRAPH] = take_rows(
			shelf, least(request->graph_rows + 1 + frame, shelf->rest.height / 2));
	if (layout->size == LAYOUT_WIDE) {
		int width = shelf->rest.width * 3 / 5;
		areas[AREA_GAPS] = right_of(shelf->rest, width);
		shelf->rest = left_of(shelf->rest, width);
	}
	areas[AREA_PLAN] = shelf->rest;
}

/* Failures above, as many as there are up to the half; below them who did what. */
static void place_events(
	struct layout *layout, const struct layout_request *request, struct shelf *shelf)
{
	int frame = layout->framed ? 2 : 1;
	int wanted = 1 + frame; /* the sums */
	if (request->failures > 0)
		wanted += 1 + request->failures;
	layout->areas[AREA_FAILURES] = take_rows(shelf, least(wanted, shelf->rest.height / 2));
	layout->areas[AREA_TRAIL] = shelf->rest;
}

/* The list, and the whole of the finding under the cursor: below it, or beside it. */
static void place_health(
	struct layout *layout, const struct layout_request *request, struct shelf *shelf)
{
	struct rect *areas = layout->areas;
	if (request->has_finding && layout->size == LAYOUT_WIDE) {
		int width = shelf->rest.width * 2 / 3;
		areas[AREA_DETAIL] = right_of(shelf->rest, width);
		shelf->rest = left_of(shelf->rest, width);
	} else if (request->has_finding && layout->size != LAYOUT_TINY &&
		   shelf->rest.height >= HEALTH_LEAST_ROOM) {
		areas[AREA_DETAIL] = take_bottom(shelf, shelf->rest.height * 2 / 5);
	}
	areas[AREA_FINDINGS] = shelf->rest;
}

struct layout layout_compute(const struct layout_request *request)
{
	int width = least(request->width, CANVAS_SIDE_MAX);
	int height = least(request->height, CANVAS_SIDE_MAX);
	struct layout layout = {.size = size_class(width, height), .table_lines = 1};
	struct shelf shelf = {{0, 0, most(width, 0), most(height, 0)}};
	layout.framed = layout.size >= LAYOUT_NORMAL && height >= LAYOUT_TALL_HEIGHT;
	if (layout.size == LAYOUT_TOO_SMALL) {
		layout.areas[AREA_HEADER] = shelf.rest;
		return layout;
	}
	layout.areas[AREA_HEADER] = take_rows(&shelf, 1);
	if (layout.size != LAYOUT_TINY) {
		layout.areas[AREA_TABS] = take_rows(&shelf, 1);
		layout.areas[AREA_KEYS] = take_bottom(&shelf, 1);
	}
	layout.areas[AREA_NEEDS] = take_bottom(&shelf, 1);
	switch (request->view) {
	case VIEW_OVERVIEW:
	case VIEW_COUNT:
		place_overview(&layout, request, &shelf);
		break;
	case VIEW_LOG:
		place_log(&layout, &shelf);
		break;
	case VIEW_MATRIX:
		place_matrix(&layout, request, &shelf);
		break;
	case VIEW_CALENDAR:
		place_calendar(&layout, &shelf);
		break;
	case VIEW_PLAN:
		place_plan(&layout, request, &shelf);
		break;
	case VIEW_EVENTS:
		place_events(&layout, request, &shelf);
		break;
	case VIEW_HEALTH:
		place_health(&layout, request, &shelf);
		break;
	}
	return layout;
}

static int count_phases(const struct pipeline *pipeline)
{
	int phases = 0;
	for (size_t i = 0; i < pipeline->table_count; i++) {
		int phase = pipeline->tables[pipeline->order[i]].phase;
		if (i == 0 || phase != pipeline->tables[pipeline->order[i - 1]].phase)
			phases++;
	}
	return phases;
}

struct layout layout_of_model(const struct model *model)
{
	struct layout_request request = {.width = model->width,
		.height = model->height,
		.view = model->view.view,
		.tables = (int)model->pipeline->table_count,
		.phases = count_phases(model->pipeline),
		.is_sorted = model->view.lists[VIEW_OVERVIEW].sort != SORT_PIPELINE};
	if (request.view == VIEW_PLAN)
		request.graph_rows = graph_rows(model->pipeline);
	if (request.view == VIEW_EVENTS)
		request.failures = (int)model_failures(model)->count;
	if (request.view == VIEW_HEALTH)
		request.has_finding = model_finding(model) != NULL;
	return layout_compute(&request);
}

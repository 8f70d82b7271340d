/* Every scene, in every view and under every dialog, at sizes from 1 x 1 to 400 x 120: nothing is
 * painted outside the canvas, over a border, or as half a character. */
#include "tests/test.h"

#include "tests/screens/support/scenes.h"

#include <wchar.h>

static const int widths[] = {1, 2, 5, 19, 39, 40, 41, 59, 60, 61, 77, 78, 80, 97, 98, 99, 100, 101,
	120, 150, 179, 180, 181, 200, 250, 400};
static const int heights[] = {1, 2, 4, 7, 8, 9, 14, 15, 16, 20, 24, 29, 30, 31, 40, 60, 120};

static void fail_at(const struct stage *stage, const char *what, int x, int y)
{
	const struct model *model = stage->model;
	fail_msg("%s at %d,%d: %dx%d, view %d, dialog %d", what, x, y, model->width, model->height,
		model->view.view, model->view.dialog);
}

static void check_cell(const struct stage *stage, int x, int y)
{
	const struct canvas *canvas = stage->canvas;
	const struct canvas_cell *cell = canvas_at(canvas, x, y);
	const struct canvas_cell *next = canvas_at(canvas, x + 1, y);
	if (cell->pen.role >= ROLE_COUNT || cell->pen.ground >= ROLE_COUNT)
		fail_at(stage, "no such role", x, y);
	if (cell->glyph != 0 && (cell->glyph < 32 || (cell->glyph >= 127 && cell->glyph < 160)))
		fail_at(stage, "a control character", x, y);
	if (canvas->ascii && cell->glyph > 126)
		fail_at(stage, "not ASCII", x, y);
	bool wide = cell->glyph > 126 && wcwidth((wchar_t)cell->glyph) == 2;
	if (wide != (next != NULL && next->glyph == 0) || (x == 0 && cell->glyph == 0))
		fail_at(stage, "half a character", x, y);
}

/* What stands in an area stays inside its border. */
static void check_border(const struct stage *stage, struct rect area)
{
	const struct canvas *canvas = stage->canvas;
	int sides[] = {area.x, area.x + area.width - 1};
	if (area.width < 2 || area.height < 2)
		return;
	for (int y = area.y + 1; y < area.y + area.height - 1; y++)
		for (size_t i = 0; i < ARRAY_COUNT(sides); i++)
			if (canvas_at(canvas, sides[i], y)->glyph != canvas->glyphs[GLYPH_VERTICAL])
				fail_at(stage, "something on the border", sides[i], y);
}

static bool has_border(enum area area)
{
	switch (area) {
	case AREA_TABLES:
	case AREA_GAPS:
	case AREA_WORKERS:
	case AREA_LOG:
	case AREA_SECOND_LOG:
	case AREA_EVENTS:
	case AREA_SIDE:
	case AREA_GRID:
	case AREA_MONTHS:
	case AREA_GRAPH:
	case AREA_PLAN:
	case AREA_FAILURES:
	case AREA_TRAIL:
	case AREA_FINDINGS:
	case AREA_DETAIL:
		return true;
	case AREA_HEADER:
	case AREA_TABS:
	case AREA_SUMMARY:
	case AREA_LEGEND:
	case AREA_NEEDS:
	case AREA_KEYS:
	case AREA_COUNT:
		return false;
	}
	return false;
}

/* Each in a border of its own. */
static bool has_four_seasons(const struct stage *stage, const struct layout *layout)
{
	return stage->model->view.view == VIEW_CALENDAR && layout->size == LAYOUT_WIDE;
}

static void check_screen(struct stage *stage)
{
	struct canvas *canvas = stage->canvas;
	struct layout layout = layout_of_model(stage->model);
	size_t count = (size_t)canvas->width * (size_t)canvas->height;
	/* The canvas has one cell more than it shows. */
	canvas->cells[count].glyph = 0xdead;
	scene_paint(canvas, stage->model, stage->keymap, "dark");
	assert_int_equal(canvas->cells[count].glyph, 0xdead);
	for (int y = 0; y < canvas->height; y++)
		for (int x = 0; x < canvas->width; x++)
			check_cell(stage, x, y);
	for (int i = 0; i < AREA_COUNT && layout.framed; i++)
		if (has_border((enum area)i) && stage->model->view.dialog == DIALOG_NONE &&
			!(i == AREA_GRID && has_four_seasons(stage, &layout)))
			check_border(stage, layout.areas[i]);
}

static void resize(struct stage *stage, int width, int height)
{
	stage_size(stage, width, height);
	canvas_resize(stage->canvas, width, height);
}

/* `step` leaves sizes out, other ones for each scene. */
static void check_sizes(struct stage *stage, size_t from, size_t step)
{
	size_t count = ARRAY_COUNT(widths) * ARRAY_COUNT(heights);
	for (size_t i = from % step; i < count; i += step) {
		resize(stage, widths[i / ARRAY_COUNT(heights)], heights[i % ARRAY_COUNT(heights)]);
		check_screen(stage);
	}
}

static void every_scene_in_every_view_at_every_size(void **state)
{
	(void)state;
	for (size_t i = 0; i < scene_count; i++)
		for (int view = 0; view < VIEW_COUNT; view++) {
			struct stage *stage = scenes[i].set();
			stage->model->view.dialog = DIALOG_NONE;
			stage->model->view.view = (enum view_id)view;
			canvas_set_glyphs(stage->canvas, NULL, i % 2 == 1);
			check_sizes(stage, i, 3);
			stage_free(stage);
		}
}

static void every_dialog_over_every_view_at_every_size(void **state)
{
	(void)state;
	for (int dialog = DIALOG_NONE + 1; dialog < DIALOG_COUNT; dialog++)
		for (int view = 0; view < VIEW_COUNT; view++) {
			struct stage *stage = scene_set(view == 1 ? "strange-log" : "failures");
			stage->model->view.view = (enum view_id)view;
			stage_action(stage, ACTION_SHOW, dialog, NULL);
			check_sizes(stage, (size_t)dialog, 3);
			stage->model->view.scroll = 1000;
			stage->model->view.choice = ACTION_COUNT;
			check_sizes(stage, (size_t)dialog, 11);
			stage_free(stage);
		}
}

/* Every zoom of the matrix and every metric of the calendar, with marks and relations. */
static void every_zoom_and_every_metric(void **state)
{
	(void)state;
	static const char *const names[] = {
		"season", "failures", "sixty-tables", "one-day", "unchecked"};
	for (size_t i = 0; i < ARRAY_COUNT(names); i++)
		for (int turn = 0; turn < 4; turn++) {
			struct stage *stage = scene_set(names[i]);
			stage->model->view.view = turn % 2 == 0 ? VIEW_MATRIX : VIEW_CALENDAR;
			stage->model->view.zoom = (enum zoom)(turn % ZOOM_COUNT);
			stage->model->view.metric = (enum metric)turn;
			stage->model->view.related = RELATED_ABOVE;
			stage_action(stage, ACTION_MARK_RANGE, 0, NULL);
			stage->model->view.date = stage->model->range.last;
			stage->model->view.table = stage->pipeline->table_count - 1;
			check_sizes(stage, i + (size_t)turn, 7);
			stage_action(stage, ACTION_NEXT_SEASON, 0, NULL);
			check_sizes(stage, i + (size_t)turn, 29);
			stage_free(stage);
		}
}

/* The cursor on every row, with tables taken out, in every order. */
static void every_row_of_the_plan(void **state)
{
	(void)state;
	static const char *const names[] = {"failures", "sixty-tables", "long-names"};
	for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
		struct stage *stage = scene_set(names[i]);
		stage_action(stage, ACTION_VIEW_PLAN, 0, NULL);
		for (size_t row = 0; row < 70; row += 3) {
			stage_action(stage, ACTION_TAKE_OUT, 0, NULL);
			stage_action(stage, ACTION_ORDER, 0, NULL);
			check_sizes(stage, row, 61);
			for (int step = 0; step < 3; step++)
				stage_action(stage, ACTION_DOWN, 0, NULL);
		}
		stage_free(stage);
	}
}

static void every_row_of_the_events(void **state)
{
	(void)state;
	static const char *const names[] = {"events", "events-awaited", "sixty-tables"};
	for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
		struct stage *stage = scene_set(names[i]);
		stage_action(stage, ACTION_VIEW_EVENTS, 0, NULL);
		for (size_t row = 0; row < 24; row += 3) {
			check_sizes(stage, row, 61);
			for (int step = 0; step < 3; step++)
				stage_action(stage, ACTION_DOWN, 0, NULL);
		}
		stage_free(stage);
	}
}

/* Places that tests rarely reach: scrolled, wrapped, searching, at the ends of list and range. */
static void every_place_in_the_log_and_the_matrix(void **state)
{
	(void)state;
	for (int wrap = 0; wrap < 2; wrap++) {
		struct stage *stage = scene_set("strange-log");
		if (wrap == 1)
			stage_action(stage, ACTION_WRAP, 0, NULL);
		text_copy(stage->model->view.search, sizeof(stage->model->view.search), "[a-z ]+");
		for (uint64_t top = 0; top < 25; top++) {
			stage->model->view.log_follow = false;
			stage->model->view.log_top = top;
			stage->model->view.log_mark = top;
			check_sizes(stage, (size_t)top, 37);
		}
		stage_free(stage);
	}
	struct stage *stage = scene_set("season");
	stage->model->view.view = VIEW_MATRIX;
	for (date_t date = stage->model->range.first; date <= stage->model->range.last; date += 3) {
		stage->model->view.date = date;
		stage->model->view.table = (size_t)date % stage->pipeline->table_count;
		check_sizes(stage, (size_t)date, 41);
	}
	stage_free(stage);
}

static void a_canvas_smaller_than_the_model_thinks_is_resized(void **state)
{
	(void)state;
	struct stage *stage = scene_set("middle");
	stage_size(stage, 100, 30);
	canvas_resize(stage->canvas, 3, 2);
	scene_paint(stage->canvas, stage->model, stage->keymap, "dark");
	assert_int_equal(stage->canvas->width, 100);
	stage_size(stage, 0, 0);
	scene_paint(stage->canvas, stage->model, stage->keymap, "dark");
	assert_int_equal(stage->canvas->height, 0);
	stage_free(stage);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_scene_in_every_view_at_every_size),
		cmocka_unit_test(every_dialog_over_every_view_at_every_size),
		cmocka_unit_test(every_zoom_and_every_metric),
		cmocka_unit_test(every_row_of_the_plan),
		cmocka_unit_test(every_row_of_the_events),
		cmocka_unit_test(every_place_in_the_log_and_the_matrix),
		cmocka_unit_test(a_canvas_smaller_than_the_model_thinks_is_resized),
	};
	return RUN(tests);
}

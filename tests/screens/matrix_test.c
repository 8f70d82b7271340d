#include "tests/test.h"

#include "tests/screens/support/keys.h"
#include "tests/screens/support/golden.h"
#include "tests/screens/support/scenes.h"
#include "tui/status.h"

static struct stage *matrix_of(const char *scene)
{
	return scene_at(scene, "3", VIEW_MATRIX);
}

static void go_to(struct stage *stage, const char *table, date_t date)
{
	stage_select(stage, table);
	stage_action(stage, ACTION_TOP, 0, NULL);
	while (stage->model->view.date < date)
		stage_action(stage, ACTION_RIGHT, 0, NULL);
}

static void the_hand_off_at_every_size_and_in_every_form(void **state)
{
	(void)state;
	struct stage *stage = matrix_of("handoff");
	go_to(stage, "pcf", date_of(2021, 11, 27));
	golden_check_sizes(stage, "matrix-handoff");
	golden_check_forms(stage, "matrix-handoff");
	stage_free(stage);
}

static void the_middle_of_a_run_at_every_size_and_in_every_form(void **state)
{
	(void)state;
	struct stage *stage = matrix_of("middle");
	go_to(stage, "pdc", date_of(2021, 11, 13));
	golden_check_sizes(stage, "matrix-middle");
	golden_check_forms(stage, "matrix-middle");
	stage_free(stage);
}

static void every_other_situation(void **state)
{
	(void)state;
	static const char *const names[] = {"unchecked", "ready", "complete", "failures",
		"unreachable", "one-day", "season", "sixty-tables", "long-names"};
	for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
		struct stage *stage = matrix_of(names[i]);
		char *name = memory_format("matrix-%s", names[i]);
		golden_check_sizes(stage, name);
		free(name);
		stage_free(stage);
	}
}

static void small_screens(void **state)
{
	(void)state;
	struct stage *stage = matrix_of("middle");
	go_to(stage, "pdc", date_of(2021, 11, 13));
	golden_check(stage, "matrix-middle", 59, 20, GOLDEN_UNICODE);
	golden_check(stage, "matrix-middle", 80, 12, GOLDEN_UNICODE);
	golden_check(stage, "matrix-middle", 40, 8, GOLDEN_UNICODE);
	stage_free(stage);
}

/* The cell under the cursor, by its role; NULL when it is nowhere. */
static bool find_cursor(const struct stage *stage, int *x, int *y)
{
	for (*y = 0; *y < stage->canvas->height; (*y)++)
		for (*x = 0; *x < stage->canvas->width; (*x)++)
			if (canvas_at(stage->canvas, *x, *y)->pen.role == ROLE_CURSOR)
				return true;
	return false;
}

static void the_cursor_is_always_shown_with_the_letter_of_its_cell(void **state)
{
	(void)state;
	static const int sizes[][2] = {{200, 60}, {120, 40}, {80, 24}, {50, 12}, {40, 9}};
	struct stage *stage = matrix_of("season");
	for (size_t s = 0; s < ARRAY_COUNT(sizes); s++) {
		stage_size(stage, sizes[s][0], sizes[s][1]);
		for (size_t table = 0; table < stage->pipeline->table_count; table++)
			for (date_t date = stage->model->range.first;
				date <= stage->model->range.last; date += 5) {
				int x, y;
				stage->model->view.table = table;
				stage->model->view.date = date;
				stage_paint(stage);
				if (!find_cursor(stage, &x, &y))
					fail_msg("no cursor at %dx%d, table %zu, day %d",
						sizes[s][0], sizes[s][1], table, date);
				const struct cell *cell = coverage_cell(stage->model->coverage,
					model_selected_table(stage->model), date);
				assert_int_equal(canvas_at(stage->canvas, x, y)->glyph,
					verdict_letter(cell->verdict));
			}
	}
	stage_free(stage);
}

/* Every cell of the grid says what the coverage says: glyphs read back from the screen. */
static void the_grid_shows_the_coverage_cell_for_cell(void **state)
{
	(void)state;
	struct stage *stage = matrix_of("middle");
	stage_size(stage, 200, 60);
	stage->model->view.date = stage->model->range.last;
	for (size_t i = 0; i < stage->pipeline->table_count; i++) {
		size_t table = stage->pipeline->order[i];
		int row = stage_row_of(stage, stage->pipeline->tables[table].name);
		for (date_t date = stage->model->range.first; date < stage->model->range.last;
			date++) {
			enum verdict verdict =
				coverage_cell(stage->model->coverage, table, date)->verdict;
			int x = 1 + 33 + 1 + (date - stage->model->range.first) * 3;
			const struct canvas_cell *cell = canvas_at(stage->canvas, x, row);
			assert_int_equal(cell->pen.role, ROLE_OF_VERDICT(verdict));
			assert_int_equal(cell->glyph,
				verdict == VERDICT_COMPLETE
					? stage->canvas->glyphs[GLYPH_STRIP_FULL]
					: stage->canvas->glyphs[GLYPH_OF_VERDICT(verdict)]);
		}
	}
	stage_free(stage);
}

static void the_detail_explains_the_cell_under_the_cursor(void **state)
{
	(void)state;
	struct stage *stage = matrix_of("middle");
	go_to(stage, "pdc", date_of(2021, 11, 13));
	stage_size(stage, 120, 40);
	assert_true(stage_shows(stage, "player_daily_cache 2021-11-13"));
	assert_true(stage_shows(
		stage, "the newest attempt failed: missing input: no shot zones for 11-12"));
	assert_true(stage_shows(stage, "upstreams  upgc complete   psza complete"));
	assert_true(stage_shows(stage, "guards     pgs complete"));
	assert_true(stage_shows(stage, "downstream mlfs blocked"));
	go_to(stage, "upgc", date_of(2021, 11, 25));
	assert_true(stage_shows(stage, "no games: nothing expected"));
	stage_free(stage);
}

static void weeks_and_months_at_every_size_and_in_every_form(void **state)
{
	(void)state;
	struct stage *stage = matrix_of("season");
	go_to(stage, "upgc", date_of(2022, 3, 4));
	press(stage, "z");
	golden_check_sizes(stage, "matrix-weeks");
	golden_check_forms(stage, "matrix-weeks");
	press(stage, "-");
	golden_check_sizes(stage, "matrix-months");
	golden_check_forms(stage, "matrix-months");
	stage_free(stage);
}

static void marks_and_relations_at_every_size_and_in_every_form(void **state)
{
	(void)state;
	static const char *const keys[] = {"V", "Left", "Left", "Up", "V", "Down", "Space", "u"};
	struct stage *stage = matrix_of("handoff");
	go_to(stage, "pdc", date_of(2021, 11, 27));
	for (size_t i = 0; i < ARRAY_COUNT(keys); i++)
		press(stage, keys[i]);
	golden_check_sizes(stage, "matrix-marks");
	golden_check_forms(stage, "matrix-marks");
	stage_free(stage);
}

/* The worst state of the dates that share a place wins, and the cursor moves by what is shown. */
static void zoomed_out_the_worst_state_wins(void **state)
{
	(void)state;
	struct stage *stage = matrix_of("season");
	size_t upgc = pipeline_find(stage->pipeline, "upgc");
	go_to(stage, "upgc", date_of(2022, 3, 1));
	press(stage, "z");
	press(stage, "z");
	assert_int_equal(stage->model->view.zoom, ZOOM_MONTH);
	stage_size(stage, 120, 40);
	stage_paint(stage);
	int x = 0, y = 0;
	assert_true(find_cursor(stage, &x, &y));
	assert_int_equal(canvas_at(stage->canvas, x, y)->glyph, '!');
	struct status_span span = status_of_span(
		stage->model, upgc, (struct date_range){date_of(2022, 3, 1), date_of(2022, 3, 31)});
	assert_int_equal(span.verdict, VERDICT_FAILED);
	press(stage, "Left");
	assert_int_equal(stage->model->view.date, date_of(2022, 2, 1));
	press(stage, "+");
	press(stage, "Right");
	assert_int_equal(stage->model->view.date, date_of(2022, 2, 7));
	press(stage, "+");
	press(stage, "+");
	assert_int_equal(stage->model->view.zoom, ZOOM_DAY);
	stage_free(stage);
}

static void units_of_the_zoom_hold_every_date_once(void **state)
{
	(void)state;
	for (int zoom = ZOOM_DAY; zoom < ZOOM_COUNT; zoom++)
		for (date_t date = date_of(1999, 12, 1); date < date_of(2028, 3, 1); date++) {
			int32_t unit = zoom_unit((enum zoom)zoom, date);
			struct date_range span = zoom_span((enum zoom)zoom, unit);
			assert_true(date_range_has(span, date));
			assert_int_equal(zoom_unit((enum zoom)zoom, span.first), unit);
			assert_int_equal(zoom_unit((enum zoom)zoom, span.last + 1), unit + 1);
			if (zoom == ZOOM_WEEK)
				assert_int_equal(date_weekday(span.first), 0);
		}
}

static void marked_cells_are_what_s_starts(void **state)
{
	(void)state;
	struct stage *stage = matrix_of("handoff");
	size_t pcf = pipeline_find(stage->pipeline, "pcf");
	size_t pdc = pipeline_find(stage->pipeline, "pdc");
	date_t date = date_of(2021, 11, 26);
	go_to(stage, "pcf", date);
	assert_int_equal(press(stage, "s").kind, WISH_START);
	press(stage, "Space");
	assert_true(model_is_marked(stage->model, pcf, date));
	assert_int_equal(press(stage, "s").kind, WISH_MARKED);
	press(stage, "Space");
	assert_false(model_has_marks(stage->model));
	press(stage, "V");
	press(stage, "Down");
	press(stage, "Left");
	press(stage, "Left");
	assert_true(model_is_marked(stage->model, pdc, date - 2));
	assert_false(model_is_marked(stage->model, pdc, date - 3));
	stage_size(stage, 120, 40);
	assert_true(stage_shows(stage, "6 cells, 4 of them gaps"));
	press(stage, "V");
	press(stage, "Home");
	assert_true(model_is_marked(stage->model, pcf, date - 1));
	assert_false(model_is_marked(stage->model, pdc, date - 3));
	assert_int_equal(press(stage, "Esc").kind, WISH_NONE);
	assert_false(model_has_marks(stage->model));
	stage->model->read_only = true;
	press(stage, "Space");
	assert_int_equal(press(stage, "s").kind, WISH_NONE);
	stage_free(stage);
}

/* "If I re-run these, what becomes stale": complete cells below, each once, none that is marked. */
static void the_cascade_of_the_cursor_or_the_marks_is_shown(void **state)
{
	(void)state;
	struct stage *stage = matrix_of("complete");
	date_t date = date_of(2021, 11, 16);
	go_to(stage, "upgc", date);
	stage_size(stage, 120, 40);
	assert_true(stage_shows(stage, "a re-run   makes stale: pcf 1, pdc 1, mlfs 1"));
	const struct cascade_table *tables = model_cascade(stage->model)->tables;
	stage_paint(stage);
	assert_ptr_equal(model_cascade(stage->model)->tables, tables);
	press(stage, "V");
	press(stage, "Right");
	press(stage, "V");
	assert_true(stage_shows(stage, "a re-run   makes stale: pcf 2, pdc 2, mlfs 2"));
	go_to(stage, "pcf", date);
	press(stage, "Space");
	assert_true(stage_shows(stage, "a re-run   makes stale: pcf 1, pdc 2, mlfs 2"));
	press(stage, "Esc");
	go_to(stage, "mlfs", date);
	assert_true(stage_shows(stage, "a re-run   makes nothing stale"));
	stage_free(stage);
}

static void relations_are_signed_beside_their_names(void **state)
{
	(void)state;
	struct stage *stage = matrix_of("handoff");
	go_to(stage, "pcf", date_of(2021, 11, 20));
	stage_size(stage, 120, 40);
	press(stage, "u");
	int row = stage_row_of(stage, "upcoming_player_game_context ");
	stage_paint(stage);
	assert_int_equal(canvas_at(stage->canvas, 2, row)->glyph, '<');
	row = stage_row_of(stage, "ml_feature_store_v2");
	assert_int_equal(canvas_at(stage->canvas, 2, row)->glyph, ' ');
	press(stage, "U");
	stage_paint(stage);
	assert_int_equal(canvas_at(stage->canvas, 2, row)->glyph, '>');
	press(stage, "U");
	stage_paint(stage);
	assert_int_equal(canvas_at(stage->canvas, 2, row)->glyph, ' ');
	stage_free(stage);
}

static void a_window_of_days_says_that_there_are_more(void **state)
{
	(void)state;
	struct stage *stage = matrix_of("season");
	stage_size(stage, 120, 40);
	go_to(stage, "pgs", date_of(2022, 1, 10));
	stage_paint(stage);
	int marks = 0;
	for (int x = 0; x < 120; x++) {
		const struct canvas_cell *cell = canvas_at(stage->canvas, x, 4);
		marks += cell->pen.role == ROLE_KEY && (cell->glyph == '<' || cell->glyph == '>');
	}
	assert_int_equal(marks, 2);
	stage_free(stage);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_hand_off_at_every_size_and_in_every_form),
		cmocka_unit_test(the_middle_of_a_run_at_every_size_and_in_every_form),
		cmocka_unit_test(every_other_situation),
		cmocka_unit_test(small_screens),
		cmocka_unit_test(the_cursor_is_always_shown_with_the_letter_of_its_cell),
		cmocka_unit_test(the_grid_shows_the_coverage_cell_for_cell),
		cmocka_unit_test(the_detail_explains_the_cell_under_the_cursor),
		cmocka_unit_test(a_window_of_days_says_that_there_are_more),
		cmocka_unit_test(weeks_and_months_at_every_size_and_in_every_form),
		cmocka_unit_test(marks_and_relations_at_every_size_and_in_every_form),
		cmocka_unit_test(zoomed_out_the_worst_state_wins),
		cmocka_unit_test(units_of_the_zoom_hold_every_date_once),
		cmocka_unit_test(marked_cells_are_what_s_starts),
		cmocka_unit_test(the_cascade_of_the_cursor_or_the_marks_is_shown),
		cmocka_unit_test(relations_are_signed_beside_their_names),
	};
	return RUN(tests);
}

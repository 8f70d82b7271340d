/* "/" finds a row of every view that is neither a log nor the events; n and N go on. */
#include "tests/test.h"

#include "tests/screens/support/keys.h"
#include "tests/screens/support/scenes.h"

static void look_for(struct stage *stage, const char *text)
{
	press(stage, "/");
	type(stage, text);
	press(stage, "Enter");
	assert_int_equal(stage->model->view.dialog, DIALOG_NONE);
}

static const char *selected(const struct stage *stage)
{
	return stage->pipeline->tables[model_selected_table(stage->model)].short_name;
}

static void a_table_is_found_while_it_is_typed_and_n_goes_round(void **state)
{
	(void)state;
	struct stage *stage = stage_middle();
	press(stage, "g");
	press(stage, "/");
	assert_true(stage_shows(stage, "find a table"));
	type(stage, "zone");
	assert_string_equal(selected(stage), "tdza");
	press(stage, "Enter");
	assert_string_equal(selected(stage), "tdza");
	assert_int_equal(stage->model->view.view, VIEW_OVERVIEW);
	press(stage, "n");
	assert_string_equal(selected(stage), "psza");
	press(stage, "n"); /* round the end */
	assert_string_equal(selected(stage), "tdza");
	press(stage, "N");
	assert_string_equal(selected(stage), "psza");
	look_for(stage, "psza"); /* by its short name, where the cursor is already */
	assert_string_equal(selected(stage), "psza");
	look_for(stage, "PSZA"); /* capitals make it exact */
	assert_true(stage_shows(stage, "nothing in this view has that"));
	assert_string_equal(selected(stage), "psza");
	stage_free(stage);
}

/* What was only typed is undone; what was found before still is. */
static void escape_goes_back_to_where_the_search_began(void **state)
{
	(void)state;
	struct stage *stage = stage_middle();
	const struct view_state *view = &stage->model->view;
	look_for(stage, "utgc");
	press(stage, "/");
	type(stage, "mlfs");
	assert_string_equal(selected(stage), "mlfs");
	press(stage, "Esc");
	assert_int_equal(view->dialog, DIALOG_NONE);
	assert_string_equal(selected(stage), "utgc");
	assert_string_equal(view->find, "utgc");
	press(stage, "3");
	date_t date = view->date;
	press(stage, "/");
	type(stage, "2021-11-2");
	assert_int_equal(view->date, date_of(2021, 11, 20));
	press(stage, "Esc");
	assert_int_equal(view->date, date);
	press(stage, "5");
	press(stage, "g");
	press(stage, "/");
	type(stage, "ml_feature");
	assert_true(view->plan_row > 0);
	press(stage, "Esc");
	assert_int_equal(view->plan_row, 0);
	stage_free(stage);
}

/* The next one is the next one that is seen. */
static void a_sorted_list_is_searched_as_it_is_sorted(void **state)
{
	(void)state;
	struct stage *stage = scene_set("failures");
	stage_action(stage, ACTION_SORT_BY, SORT_NAME, NULL);
	press(stage, "g");
	look_for(stage, "game_summary");
	assert_string_equal(selected(stage), "pgs");
	press(stage, "n");
	assert_string_equal(selected(stage), "tdgs");
	press(stage, "n");
	assert_string_equal(selected(stage), "togs");
	press(stage, "n");
	assert_string_equal(selected(stage), "pgs");
	stage_free(stage);
}

static void the_matrix_and_the_calendar_find_a_date_where_no_table_has_it(void **state)
{
	(void)state;
	static const char *const keys[] = {"3", "4"};
	for (size_t i = 0; i < ARRAY_COUNT(keys); i++) {
		struct stage *stage = stage_middle();
		const struct view_state *view = &stage->model->view;
		press(stage, keys[i]);
		size_t before = view->table;
		look_for(stage, "11-23");
		assert_int_equal(view->date, date_of(2021, 11, 23));
		assert_int_equal(view->table, before);
		look_for(stage, "2021-10-2");
		assert_int_equal(view->date, date_of(2021, 10, 20));
		press(stage, "n");
		assert_int_equal(view->date, date_of(2021, 10, 21));
		press(stage, "N");
		press(stage, "N");
		assert_int_equal(view->date, date_of(2021, 10, 29));
		look_for(stage, "utgc");
		assert_string_equal(selected(stage), "utgc");
		assert_int_equal(view->date, date_of(2021, 10, 29));
		stage_free(stage);
	}
}

static void steps_of_the_plan_are_found(void **state)
{
	(void)state;
	struct stage *stage = scene_at("failures", "5", VIEW_PLAN);
	struct plan_row row;
	look_for(stage, "ml_feature");
	assert_true(model_plan_row(stage->model, stage->model->view.plan_row, &row));
	assert_string_equal(stage->pipeline->tables[row.table].name, "ml_feature_store_v2");
	stage_free(stage);
}

static void the_log_and_the_events_keep_their_own(void **state)
{
	(void)state;
	struct stage *stage = stage_middle();
	press(stage, "2");
	look_for(stage, "of 204");
	assert_string_equal(stage->model->view.search, "of 204");
	assert_string_equal(stage->model->view.find, "");
	uint64_t found = stage->model->view.log_mark;
	press(stage, "1");
	look_for(stage, "zone");
	assert_string_equal(stage->model->view.search, "of 204");
	press(stage, "n");
	assert_int_equal(stage->model->view.view, VIEW_OVERVIEW);
	stage_free(stage);
	stage = scene_set("events");
	look_for(stage, "failed");
	assert_string_equal(stage->model->view.lists[VIEW_EVENTS].filter, "failed");
	assert_true(found > 0);
	stage_free(stage);
}

static void nothing_typed_finds_nothing_and_n_says_so(void **state)
{
	(void)state;
	struct stage *stage = stage_middle();
	size_t before = stage->model->view.table;
	look_for(stage, "");
	assert_int_equal(stage->model->view.table, before);
	press(stage, "n");
	assert_true(stage_shows(stage, "nothing is looked for"));
	stage_free(stage);
}

/* Brackets that do not close, a pattern that would try for ever, more than there is room for. */
static void hostile_patterns_and_empty_lists_are_harmless(void **state)
{
	(void)state;
	static const char *const patterns[] = {
		"[", "((((", "(a+)+$", "\\", "%s%n", "*", ".*.*.*.*.*x", "^$"};
	char longest[MODEL_TYPED_BYTES * 2];
	memset(longest, '.', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	for (size_t i = 0; i < scene_count; i++) {
		struct stage *stage = scenes[i].set();
		for (int view = 0; view < VIEW_COUNT; view++) {
			stage->model->view.view = (enum view_id)view;
			for (size_t p = 0; p <= ARRAY_COUNT(patterns); p++) {
				stage->model->view.dialog = DIALOG_NONE;
				stage_action(stage, ACTION_SEARCH, 10, NULL);
				stage_action(stage, ACTION_TYPE, 10,
					p < ARRAY_COUNT(patterns) ? patterns[p] : longest);
				stage_action(stage, ACTION_ACCEPT, 10, NULL);
				stage_action(stage, ACTION_SEARCH_NEXT, 10, NULL);
				stage_action(stage, ACTION_SEARCH_PREVIOUS, 10, NULL);
			}
			assert_true(stage->model->view.table < stage->pipeline->table_count);
		}
		stage_free(stage);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_table_is_found_while_it_is_typed_and_n_goes_round),
		cmocka_unit_test(escape_goes_back_to_where_the_search_began),
		cmocka_unit_test(a_sorted_list_is_searched_as_it_is_sorted),
		cmocka_unit_test(the_matrix_and_the_calendar_find_a_date_where_no_table_has_it),
		cmocka_unit_test(steps_of_the_plan_are_found),
		cmocka_unit_test(the_log_and_the_events_keep_their_own),
		cmocka_unit_test(nothing_typed_finds_nothing_and_n_says_so),
		cmocka_unit_test(hostile_patterns_and_empty_lists_are_harmless),
	};
	return RUN(tests);
}

#include "tests/test.h"

#include "tests/support/model_world.h"

static void fill_log(struct model_world *world, int lines)
{
	for (int i = 1; i <= lines; i++)
		model_world_log(world, A, i / 20,
			i == 30	  ? 'W'
			: i == 60 ? 'E'
				  : 'I',
			i % 25 == 0 ? "Needle" : "hay");
}

static void scrolling_stops_following_and_counts_the_new_lines(void **state)
{
	(void)state;
	struct model_world world = model_world_new();
	const struct view_state *view = &world.model->view;
	fill_log(&world, 100);
	model_world_act(&world, ACTION_VIEW_LOG, 0);
	model_world_act(&world, ACTION_UP, 10);
	assert_false(view->log_follow);
	assert_int_equal(view->log_top, 90);
	model_world_log(&world, A, 0, 'I', "new");
	model_world_log(&world, B, 0, 'I', "elsewhere");
	assert_int_equal(view->log_new, 1);
	model_world_act(&world, ACTION_PAGE_UP, 10);
	assert_int_equal(view->log_top, 80);
	model_world_act(&world, ACTION_TOP, 10);
	assert_int_equal(view->log_top, 1);
	model_world_act(&world, ACTION_UP, 10);
	assert_int_equal(view->log_top, 1);
	model_world_act(&world, ACTION_HALF_DOWN, 10);
	assert_int_equal(view->log_top, 6);
	model_world_act(&world, ACTION_BOTTOM, 10);
	assert_true(view->log_follow);
	assert_int_equal(view->log_new, 0);
	model_world_act(&world, ACTION_FOLLOW, 10);
	assert_false(view->log_follow);
	model_world_act(&world, ACTION_FOLLOW, 10);
	assert_true(view->log_follow);
	model_world_free(&world);
}

static void the_log_moves_sideways_unless_it_wraps(void **state)
{
	(void)state;
	struct model_world world = model_world_new();
	const struct view_state *view = &world.model->view;
	fill_log(&world, 30);
	model_world_act(&world, ACTION_RIGHT, 10);
	assert_int_equal(view->log_left, 0); /* that was the date, in the Overview */
	model_world_act(&world, ACTION_VIEW_LOG, 0);
	model_world_act(&world, ACTION_RIGHT, 10);
	model_world_act(&world, ACTION_RIGHT, 10);
	model_world_act(&world, ACTION_LEFT, 10);
	assert_int_equal(view->log_left, 8);
	for (int i = 0; i < 600; i++)
		model_world_act(&world, ACTION_RIGHT, 10);
	assert_int_equal(view->log_left, LOG_LINE_BYTES_MAX);
	model_world_act(&world, ACTION_WRAP, 10);
	assert_int_equal(view->log_left, 0);
	model_world_act(&world, ACTION_RIGHT, 10);
	assert_int_equal(view->log_left, 0);
	model_world_act(&world, ACTION_WRAP, 10);
	model_world_act(&world, ACTION_LEFT, 10);
	assert_int_equal(view->log_left, 0);
	model_world_act(&world, ACTION_RIGHT, 10);
	model_world_act(&world, ACTION_NEXT_TABLE, 10);
	assert_int_equal(view->log_left, 0);
	model_world_free(&world);
}

static void search_and_jumps_find_lines_and_stop_at_the_ends(void **state)
{
	(void)state;
	struct model_world world = model_world_new();
	const struct view_state *view = &world.model->view;
	fill_log(&world, 100);
	model_world_act(&world, ACTION_VIEW_LOG, 10);
	model_world_act(&world, ACTION_SEARCH, 10);
	model_world_type(&world, "needlE");
	model_world_apply(
		&world, (struct event){.kind = EVENT_ACTION, .action = {.action = ACTION_ERASE}});
	model_world_type(&world, "e");
	model_world_act(&world, ACTION_ACCEPT, 10);
	assert_int_equal(view->view, VIEW_LOG);
	assert_int_equal(view->log_mark, 100);
	model_world_act(&world, ACTION_SEARCH_PREVIOUS, 10);
	assert_int_equal(view->log_mark, 75);
	assert_int_equal(view->log_top, 72);
	model_world_act(&world, ACTION_SEARCH_NEXT, 10);
	model_world_act(&world, ACTION_SEARCH_NEXT, 10);
	assert_int_equal(view->log_mark, 100);
	assert_string_equal(world.model->message, "no further line has it");
	model_world_act(&world, ACTION_PREVIOUS_ERROR, 10);
	assert_int_equal(view->log_mark, 60);
	model_world_act(&world, ACTION_PREVIOUS_ERROR, 10);
	assert_int_equal(view->log_mark, 30);
	model_world_act(&world, ACTION_PREVIOUS_ERROR, 10);
	assert_string_equal(world.model->message, "no further warning or error");
	model_world_act(&world, ACTION_NEXT_DATE, 10);
	assert_int_equal(view->log_mark, 40);
	model_world_act(&world, ACTION_CLOSE, 10);
	assert_string_equal(view->search, "");
	assert_int_equal(view->log_mark, 0);
	/* From here on what is on the screen counts. */
	model_world_act(&world, ACTION_NEXT_ERROR, 10);
	assert_int_equal(view->log_mark, 60);
	model_world_free(&world);
}

static void a_closed_dialog_leaves_the_place_in_the_log(void **state)
{
	(void)state;
	struct model_world world = model_world_new();
	fill_log(&world, 100);
	model_world_act(&world, ACTION_VIEW_LOG, 0);
	model_world_act(&world, ACTION_PREVIOUS_ERROR, 10);
	model_world_act(&world, ACTION_HELP, 10);
	model_world_act(&world, ACTION_CLOSE, 10);
	assert_int_equal(world.model->view.dialog, DIALOG_NONE);
	assert_int_equal(world.model->view.log_mark, 60);
	model_world_free(&world);
}

static void the_cursor_stays_in_the_range_and_the_list(void **state)
{
	(void)state;
	struct model_world world = model_world_new();
	const struct view_state *view = &world.model->view;
	model_world_schedule(&world);
	model_world_act(&world, ACTION_VIEW_MATRIX, 0);
	for (int i = 0; i < DAYS + 5; i++)
		model_world_act(&world, ACTION_RIGHT, 14);
	assert_int_equal(view->date, world.first + DAYS - 1);
	for (int i = 0; i < DAYS + 5; i++)
		model_world_act(&world, ACTION_LEFT, 14);
	assert_int_equal(view->date, world.first);
	model_world_act(&world, ACTION_PAGE_DOWN, 14);
	assert_int_equal(view->date, world.first + DAYS - 1);
	model_world_act(&world, ACTION_PREVIOUS_MONTH, 14);
	assert_int_equal(view->date, world.first);
	model_world_act(&world, ACTION_NEXT_MONTH, 14);
	assert_int_equal(view->date, world.first + DAYS - 1);
	model_world_act(&world, ACTION_TOP, 14);
	assert_int_equal(view->date, world.first);
	model_world_act(&world, ACTION_UP, 14);
	assert_int_equal(view->table, 0);
	for (int i = 0; i < TABLES + 3; i++)
		model_world_act(&world, ACTION_DOWN, 14);
	assert_int_equal(view->table, TABLES - 1);
	model_world_free(&world);
}

static void gaps_are_found_in_the_row_of_the_cursor(void **state)
{
	(void)state;
	struct model_world world = model_world_new();
	model_world_schedule(&world);
	for (int day = 0; day < DAYS; day++)
		if (day != OFF && day != 3)
			model_world_finish_date(&world, A, day, 100);
	model_world_act(&world, ACTION_VIEW_MATRIX, 0);
	model_world_act(&world, ACTION_TOP, 0);
	model_world_act(&world, ACTION_NEXT_GAP, 0);
	assert_int_equal(world.model->view.date, world.first + 3);
	model_world_act(&world, ACTION_NEXT_GAP, 0);
	assert_int_equal(world.model->view.date, world.first + 3);
	assert_non_null(strstr(world.model->message, "no further gap"));
	model_world_act(&world, ACTION_BOTTOM, 0);
	model_world_act(&world, ACTION_PREVIOUS_GAP, 0);
	assert_int_equal(world.model->view.date, world.first + 3);
	model_world_free(&world);
}

static void the_matrix_opens_on_the_date_that_matters_until_one_is_chosen(void **state)
{
	(void)state;
	struct model_world world = model_world_new();
	model_world_schedule(&world);
	model_world_fail_date(&world, A, 4, "io: disk full");
	model_world_act(&world, ACTION_VIEW_MATRIX, 0);
	assert_int_equal(world.model->view.date, world.first + 4);
	model_world_act(&world, ACTION_RIGHT, 0);
	model_world_act(&world, ACTION_RIGHT, 0);
	model_world_act(&world, ACTION_VIEW_LOG, 0);
	model_world_act(&world, ACTION_VIEW_MATRIX, 0);
	assert_int_equal(world.model->view.date, world.first + 6);
	model_world_act(&world, ACTION_TOP, 0);
	model_world_act(&world, ACTION_VIEW_MATRIX, 0);
	assert_int_equal(world.model->view.date, world.first);
	model_world_free(&world);
}

static void why_outside_the_matrix_means_the_date_that_matters(void **state)
{
	(void)state;
	struct model_world world = model_world_new();
	model_world_schedule(&world);
	model_world_finish_date(&world, A, 0, 100);
	model_world_act(&world, ACTION_WHY, 0);
	assert_int_equal(world.model->view.dialog, DIALOG_WHY);
	assert_int_equal(world.model->view.date, world.first + 1);
	model_world_act(&world, ACTION_CLOSE, 0);
	model_world_start_run(&world, A, 0);
	model_world_start_date(&world, A, 4);
	model_world_act(&world, ACTION_WHY, 0);
	assert_int_equal(world.model->view.date, world.first + 4);
	model_world_free(&world);
}

static void views_open_and_lead_back_to_the_quit_dialog(void **state)
{
	(void)state;
	struct model_world world = model_world_new();
	const struct view_state *view = &world.model->view;
	model_world_act(&world, ACTION_OPEN, 0);
	assert_int_equal(view->view, VIEW_LOG);
	model_world_act(&world, ACTION_VIEW_MATRIX, 0);
	model_world_act(&world, ACTION_OPEN, 0);
	assert_int_equal(view->dialog, DIALOG_WHY);
	model_world_act(&world, ACTION_BACK, 0);
	assert_int_equal(view->dialog, DIALOG_NONE);
	model_world_act(&world, ACTION_BACK, 0);
	assert_int_equal(view->view, VIEW_OVERVIEW);
	model_world_act(&world, ACTION_BACK, 0);
	assert_int_equal(view->dialog, DIALOG_QUIT);
	model_world_act(&world, ACTION_CANCEL, 0);
	assert_int_equal(view->dialog, DIALOG_NONE);
	for (int i = 0; i < MODEL_PANES; i++) {
		assert_int_equal(view->pane, i);
		model_world_act(&world, ACTION_NEXT_PANE, 0);
	}
	assert_int_equal(view->pane, 0);
	model_world_free(&world);
}

static void typed_text_has_a_limit_and_is_erased_by_characters(void **state)
{
	(void)state;
	struct model_world world = model_world_new();
	const char *typed = world.model->view.typed;
	model_world_act(&world, ACTION_PALETTE, 0);
	for (int i = 0; i < MODEL_TYPED_BYTES + 10; i++)
		model_world_type(&world, "x");
	assert_int_equal(strlen(typed), MODEL_TYPED_BYTES - 1);
	model_world_type(&world, "\xc3\xa9");
	assert_int_equal(strlen(typed), MODEL_TYPED_BYTES - 1);
	model_world_act(&world, ACTION_ERASE, 0);
	model_world_act(&world, ACTION_ERASE, 0);
	model_world_type(&world, "\xc3\xa9");
	assert_int_equal(strlen(typed), MODEL_TYPED_BYTES - 1);
	model_world_act(&world, ACTION_ERASE, 0);
	assert_int_equal(strlen(typed), MODEL_TYPED_BYTES - 3);
	for (int i = 0; i < MODEL_TYPED_BYTES + 10; i++)
		model_world_act(&world, ACTION_ERASE, 0);
	assert_string_equal(typed, "");
	model_world_free(&world);
}

int main(void)
{
	setenv("TZ", "UTC", 1);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(scrolling_stops_following_and_counts_the_new_lines),
		cmocka_unit_test(the_log_moves_sideways_unless_it_wraps),
		cmocka_unit_test(search_and_jumps_find_lines_and_stop_at_the_ends),
		cmocka_unit_test(a_closed_dialog_leaves_the_place_in_the_log),
		cmocka_unit_test(the_cursor_stays_in_the_range_and_the_list),
		cmocka_unit_test(gaps_are_found_in_the_row_of_the_cursor),
		cmocka_unit_test(the_matrix_opens_on_the_date_that_matters_until_one_is_chosen),
		cmocka_unit_test(why_outside_the_matrix_means_the_date_that_matters),
		cmocka_unit_test(views_open_and_lead_back_to_the_quit_dialog),
		cmocka_unit_test(typed_text_has_a_limit_and_is_erased_by_characters),
	};
	return RUN(tests);
}

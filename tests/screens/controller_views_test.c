/* Keys that mean something in one view: log, matrix, why, rows, events. */
#include "tests/test.h"

#include "tests/screens/support/keys.h"
#include "tests/screens/support/scenes.h"
#include "tui/dialogs.h"

static void search_goes_to_the_newest_match(void **state)
{
	(void)state;
	struct stage *stage = stage_middle();
	press(stage, "2");
	press(stage, "/");
	type(stage, "of 204");
	press(stage, "Enter");
	assert_int_equal(stage->model->view.view, VIEW_LOG);
	assert_string_equal(stage->model->view.search, "of 204");
	assert_int_equal(stage->model->view.log_mark, 10);
	press(stage, "N");
	assert_int_equal(stage->model->view.log_mark, 8);
	press(stage, "n");
	assert_int_equal(stage->model->view.log_mark, 10);
	press(stage, "E");
	assert_int_equal(stage->model->view.log_mark, 9);
	press(stage, "F");
	assert_true(stage->model->view.log_follow);
	press(stage, "W");
	assert_true(stage->model->view.log_wrap);
	press(stage, ">");
	assert_int_equal(
		model_selected_table(stage->model), pipeline_find(stage->pipeline, "utgc"));
	stage_free(stage);
}

static void why_starts_the_date_that_it_explains(void **state)
{
	(void)state;
	struct stage *stage = stage_middle();
	stage_select(stage, "pdc");
	press(stage, "w");
	assert_int_equal(stage->model->view.dialog, DIALOG_WHY);
	assert_int_equal(stage->model->view.date, date_of(2021, 11, 13));
	press(stage, "Down");
	assert_int_equal(stage->model->view.scroll, 1);
	struct wish wish = press(stage, "s");
	assert_int_equal(wish.kind, WISH_START);
	assert_int_equal(wish.date, date_of(2021, 11, 13));
	assert_int_equal(wish.table, pipeline_find(stage->pipeline, "pdc"));
	assert_int_equal(stage->model->view.dialog, DIALOG_NONE);
	stage_free(stage);
}

/* Over mlfs, pcf, upgc and its history: the date moves too. */
static void why_goes_to_the_root_cause(void **state)
{
	(void)state;
	date_t date = date_of(2021, 11, 10);
	struct stage *stage = stage_new(120, 40);
	stage_schedule(stage);
	stage_select(stage, "mlfs");
	press(stage, "3");
	stage->model->view.date = date;
	press(stage, "w");
	const struct why *why = model_why(stage->model);
	struct why_link root = why->links[why->link_count - 1];
	assert_true(why->link_count > 2);
	assert_int_equal(root.table, pipeline_find(stage->pipeline, "pgs"));
	for (int i = 0; i < 2; i++) {
		assert_int_equal(press(stage, "Enter").kind, WISH_NONE);
		assert_int_equal(stage->model->view.dialog, DIALOG_WHY);
		assert_int_equal(model_selected_table(stage->model), root.table);
		assert_int_equal(stage->model->view.date, root.date);
	}
	assert_non_null(strstr(stage->model->message, "root"));
	struct wish wish = press(stage, "s");
	assert_int_equal(wish.table, pipeline_find(stage->pipeline, "pgs"));
	assert_int_equal(wish.date, root.date);
	press(stage, "w");
	assert_int_equal(press(stage, "c").kind, WISH_COPY);
	assert_int_equal(stage->model->view.dialog, DIALOG_WHY);
	stage_free(stage);
}

static void the_matrix_moves_by_days_gaps_and_months(void **state)
{
	(void)state;
	struct stage *stage = stage_middle();
	stage_select(stage, "tdza");
	press_all(stage, (const char *const[]){"3", "Home", "l", "Right", NULL});
	assert_int_equal(stage->model->view.date, date_of(2021, 10, 21));
	press(stage, "]");
	assert_int_equal(stage->model->view.date, date_of(2021, 11, 16));
	press(stage, "{");
	assert_int_equal(stage->model->view.date, date_of(2021, 10, 19));
	press(stage, "}");
	assert_int_equal(stage->model->view.date, date_of(2021, 11, 1));
	press(stage, "PgDn");
	assert_int_equal(stage->model->view.date, date_of(2021, 11, 15));
	press(stage, "Enter");
	assert_int_equal(stage->model->view.dialog, DIALOG_WHY);
	stage_free(stage);
}

static void rows_are_asked_for_by_a_key_and_by_nothing_else(void **state)
{
	(void)state;
	for (const char *view = "13456"; *view != '\0'; view++) {
		struct stage *stage = stage_middle();
		press(stage, (char[]){*view, '\0'});
		struct wish wish = press(stage, "i");
		assert_int_equal(wish.kind, WISH_ROWS);
		assert_true(wish.flag);
		assert_int_equal(stage->model->view.dialog, DIALOG_ROWS);
		uint32_t asked = stage->model->view.rows_generation;
		stage_apply(stage, &(struct event){.kind = EVENT_CLOCK});
		for (const char *const *key = (const char *const[]){"Down", "Right", "PgDn", "s",
			     "r", "X", "+", NULL};
			*key != NULL; key++)
			assert_int_equal(press(stage, *key).kind, WISH_NONE);
		assert_int_equal(stage->model->view.rows_generation, asked);
		wish = press(stage, "^R");
		assert_int_equal(wish.kind, WISH_ROWS);
		assert_int_equal(stage->model->view.rows_generation, asked + 1);
		wish = press(stage, "Esc");
		assert_int_equal(wish.kind, WISH_ROWS);
		assert_false(wish.flag);
		assert_int_equal(stage->model->view.dialog, DIALOG_NONE);
		stage_free(stage);
	}
}

static void a_retry_from_the_events_asks_first(void **state)
{
	(void)state;
	static const struct {
		const char *key;
		enum wish_kind wish;
	} rows[] = {{"y", WISH_RETRY}, {"Enter", WISH_RETRY}, {"c", WISH_NONE}, {"Esc", WISH_NONE}};
	for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
		struct stage *stage = stage_middle();
		press(stage, "6");
		assert_int_equal(stage->model->view.view, VIEW_EVENTS);
		assert_int_equal(press(stage, "r").kind, WISH_NONE);
		assert_int_equal(stage->model->view.dialog, DIALOG_RETRY);
		assert_int_equal(press(stage, rows[i].key).kind, rows[i].wish);
		assert_int_equal(stage->model->view.dialog, DIALOG_NONE);
		stage_free(stage);
	}
	struct stage *stage = stage_middle();
	stage->model->read_only = true;
	press(stage, "6");
	assert_int_equal(press(stage, "r").kind, WISH_NONE);
	assert_int_equal(stage->model->view.dialog, DIALOG_NONE); /* refused before it asks */
	stage_free(stage);
}

static void rows_leaf_through_the_gaps_and_lead_to_why_and_back(void **state)
{
	(void)state;
	struct stage *stage = stage_middle();
	stage_select(stage, "pdc");
	press(stage, "3");
	date_t first = stage->model->view.date = date_of(2021, 11, 13);
	press(stage, "i");
	uint32_t asked = stage->model->view.rows_generation;
	assert_int_equal(press(stage, "]").kind, WISH_ROWS);
	assert_true(stage->model->view.date > first);
	assert_int_equal(stage->model->view.rows_generation, asked + 1);
	date_t second = stage->model->view.date;
	struct wish wish = press(stage, "w");
	assert_int_equal(wish.kind, WISH_ROWS);
	assert_false(wish.flag);
	assert_int_equal(stage->model->view.dialog, DIALOG_WHY);
	assert_int_equal(stage->model->view.date, second);
	wish = press(stage, "i");
	assert_true(wish.flag);
	assert_int_equal(stage->model->view.dialog, DIALOG_ROWS);
	assert_int_equal(stage->model->view.date, second);
	assert_int_equal(press(stage, "c").kind, WISH_COPY);
	stage_free(stage);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(search_goes_to_the_newest_match),
		cmocka_unit_test(why_starts_the_date_that_it_explains),
		cmocka_unit_test(why_goes_to_the_root_cause),
		cmocka_unit_test(the_matrix_moves_by_days_gaps_and_months),
		cmocka_unit_test(rows_are_asked_for_by_a_key_and_by_nothing_else),
		cmocka_unit_test(a_retry_from_the_events_asks_first),
		cmocka_unit_test(rows_leaf_through_the_gaps_and_lead_to_why_and_back),
	};
	return RUN(tests);
}

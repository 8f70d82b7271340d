/* The tables of the Overview in another order than that of the pipeline. */
#include "tests/test.h"

#include "tests/screens/support/golden.h"
#include "tests/screens/support/keys.h"
#include "tests/screens/support/scenes.h"

static struct stage *sorted_scene(const char *scene, enum table_sort sort)
{
	struct stage *stage = scene_set(scene);
	press(stage, "1");
	for (int i = 0; i < (int)sort; i++)
		press(stage, "F6");
	assert_int_equal(stage->model->view.sort, sort);
	return stage;
}

/* What has to be in order, reckoned from what is shown; equal ones may be anything. */
static int64_t shown_value(const struct model *model, enum table_sort sort, size_t table)
{
	struct table_summary summary = coverage_summary(model->coverage, table);
	int64_t eta_ms = model_table_eta_ms(model, table);
	switch (sort) {
	case SORT_PROGRESS:
		return summary.expected <= 0 ? 101
					     : (int64_t)summary.complete * 100 / summary.expected;
	case SORT_GAPS:
		return -(int64_t)summary.gaps;
	case SORT_ETA:
		return eta_ms < 0 ? INT64_MIN : -eta_ms;
	case SORT_PIPELINE:
	case SORT_STATE:
	case SORT_NAME:
	case SORT_COUNT:
		break;
	}
	return 0;
}

static void check_order(const struct model *model)
{
	size_t positions[PIPELINE_TABLES_MAX], count = model_sort_tables(model, positions);
	const struct pipeline *pipeline = model->pipeline;
	enum table_sort sort = model->view.sort;
	bool seen[PIPELINE_TABLES_MAX] = {false};
	assert_int_equal(count, pipeline->table_count);
	for (size_t i = 0; i < count; i++) {
		assert_true(positions[i] < count && !seen[positions[i]]);
		seen[positions[i]] = true;
		if (i == 0)
			continue;
		size_t above = pipeline->order[positions[i - 1]],
		       here = pipeline->order[positions[i]];
		assert_true(shown_value(model, sort, above) <= shown_value(model, sort, here));
		if (sort == SORT_PIPELINE)
			assert_true(positions[i - 1] < positions[i]);
		if (sort == SORT_NAME)
			assert_true(strcmp(pipeline->tables[above].name,
					    pipeline->tables[here].name) < 0);
	}
	size_t row = model_sorted_row(model, positions, count);
	assert_int_equal(positions[row], model->view.table);
}

static void every_order_of_every_scene_has_each_table_once_in_its_place(void **state)
{
	(void)state;
	for (size_t i = 0; i < scene_count; i++)
		for (int sort = 0; sort < SORT_COUNT; sort++) {
			struct stage *stage = scenes[i].set();
			stage->model->view.sort = (enum table_sort)sort;
			check_order(stage->model);
			stage_free(stage);
		}
}

/* The words that the list has for them, from what asks for a person to what needs none. */
static void states_go_from_what_failed_to_what_is_done(void **state)
{
	(void)state;
	static const char *const words[] = {"FAILED", "CHECK", "RUNNING", "PAUSED", "WAITING",
		"ready", "blocked", "unknown", "done"};
	struct stage *stage = sorted_scene("failures", SORT_STATE);
	size_t positions[PIPELINE_TABLES_MAX], count, at = 0;
	stage_size(stage, 200, 60);
	count = model_sort_tables(stage->model, positions);
	assert_true(count > 3);
	for (size_t i = 0; i < count; i++) {
		const char *name =
			stage->pipeline->tables[stage->pipeline->order[positions[i]]].name;
		const char *screen = stage_paint(stage);
		const char *row = strstr(screen, name);
		assert_non_null(row);
		char *line = memory_copy_span(row, strcspn(row, "\n"));
		while (at < ARRAY_COUNT(words) && strstr(line, words[at]) == NULL)
			at++;
		if (at == ARRAY_COUNT(words))
			fail_msg("out of order: %s", line);
		/* the first two stand for each other */
		at = at == 1 ? 0 : at;
		free(line);
	}
	stage_free(stage);
}

static void equal_tables_keep_the_order_of_the_pipeline(void **state)
{
	(void)state;
	struct stage *stage = sorted_scene("complete", SORT_GAPS);
	size_t positions[PIPELINE_TABLES_MAX], count = model_sort_tables(stage->model, positions);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(positions[i], i);
	stage_free(stage);
}

static void the_cursor_stays_on_its_table_and_moves_along_what_is_seen(void **state)
{
	(void)state;
	struct stage *stage = scene_set("failures");
	stage_select(stage, "tdza");
	size_t before = stage->model->view.table;
	press(stage, "F6");
	press(stage, "F6");
	press(stage, "F6");
	assert_int_equal(stage->model->view.sort, SORT_GAPS);
	assert_int_equal(stage->model->view.table, before);
	size_t positions[PIPELINE_TABLES_MAX], count = model_sort_tables(stage->model, positions);
	press(stage, "g");
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(stage->model->view.table, positions[i]);
		press(stage, "j");
	}
	assert_int_equal(stage->model->view.table, positions[count - 1]);
	press(stage, "k");
	assert_int_equal(stage->model->view.table, positions[count - 2]);
	press(stage, "G");
	assert_int_equal(stage->model->view.table, positions[count - 1]);
	stage_free(stage);
}

/* There a table stands below what it waits for; the order of the Overview is kept meanwhile. */
static void the_matrix_keeps_the_order_of_the_pipeline(void **state)
{
	(void)state;
	struct stage *stage = sorted_scene("failures", SORT_NAME);
	stage_size(stage, 120, 40);
	assert_true(stage_row_of(stage, "team_offense_game") > stage_row_of(stage, "player_game"));
	press(stage, "g");
	assert_int_not_equal(stage->model->view.table, 0);
	press(stage, "3");
	assert_int_not_equal(press(stage, "F6").kind, WISH_START);
	assert_int_equal(stage->model->view.sort, SORT_NAME); /* sorts nothing that is not seen */
	assert_true(stage_row_of(stage, "player_game_summary") <
		    stage_row_of(stage, "player_composite"));
	stage->model->view.table = 0;
	press(stage, "j");
	assert_int_equal(stage->model->view.table, 1);
	press(stage, "1");
	assert_int_equal(stage->model->view.sort, SORT_NAME);
	stage_free(stage);
}

static void a_long_list_is_shown_from_the_row_of_the_cursor(void **state)
{
	(void)state;
	struct stage *stage = sorted_scene("sixty-tables", SORT_NAME);
	size_t positions[PIPELINE_TABLES_MAX], count = model_sort_tables(stage->model, positions);
	stage_size(stage, 80, 24);
	for (size_t i = 0; i < count; i += 7) {
		stage->model->view.table = positions[i];
		size_t table = model_selected_table(stage->model);
		assert_true(stage_shows(stage, stage->pipeline->tables[table].name));
	}
	stage_free(stage);
}

static void pictures(void **state)
{
	(void)state;
	struct stage *stage = sorted_scene("failures", SORT_GAPS);
	golden_check_sizes(stage, "sorted-by-gaps");
	stage_free(stage);
	stage = sorted_scene("failures", SORT_STATE);
	golden_check(stage, "sorted-by-state", 50, 20, GOLDEN_ASCII);
	golden_check(stage, "sorted-by-state", 120, 40, GOLDEN_MONO);
	stage_free(stage);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_order_of_every_scene_has_each_table_once_in_its_place),
		cmocka_unit_test(states_go_from_what_failed_to_what_is_done),
		cmocka_unit_test(equal_tables_keep_the_order_of_the_pipeline),
		cmocka_unit_test(the_cursor_stays_on_its_table_and_moves_along_what_is_seen),
		cmocka_unit_test(the_matrix_keeps_the_order_of_the_pipeline),
		cmocka_unit_test(a_long_list_is_shown_from_the_row_of_the_cursor),
		cmocka_unit_test(pictures),
	};
	return RUN(tests);
}

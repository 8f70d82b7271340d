/* The tables of the Overview in another order than that of the pipeline. */
#include "tests/test.h"

#include "coverage/failures.h"
#include "tests/screens/support/golden.h"
#include "tests/screens/support/keys.h"
#include "tests/screens/support/scenes.h"

#include <limits.h>

static struct stage *sorted_scene(const char *scene, enum table_sort sort)
{
	struct stage *stage = scene_set(scene);
	press(stage, "1");
	for (int i = 0; i < (int)sort; i++)
		press(stage, "F6");
	assert_int_equal(stage->model->view.lists[VIEW_OVERVIEW].sort, sort);
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
	enum table_sort sort = (enum table_sort)model->view.lists[VIEW_OVERVIEW].sort;
	int sign = model->view.lists[VIEW_OVERVIEW].is_reversed ? -1 : 1;
	bool seen[PIPELINE_TABLES_MAX] = {false};
	assert_int_equal(count, pipeline->table_count);
	for (size_t i = 0; i < count; i++) {
		assert_true(positions[i] < count && !seen[positions[i]]);
		seen[positions[i]] = true;
		if (i == 0)
			continue;
		size_t above = pipeline->order[positions[i - 1]],
		       here = pipeline->order[positions[i]];
		int64_t one = shown_value(model, sort, above),
			other = shown_value(model, sort, here);
		assert_true(sign > 0 ? one <= other : one >= other);
		if (sort == SORT_PIPELINE)
			assert_true(positions[i - 1] < positions[i]);
		int names = strcmp(pipeline->tables[above].name, pipeline->tables[here].name);
		if (sort == SORT_NAME)
			assert_true(sign > 0 ? names < 0 : names > 0);
	}
	size_t row = model_sorted_row(model, positions, count);
	assert_int_equal(positions[row], model->view.table);
}

static void every_order_of_every_scene_has_each_table_once_in_its_place(void **state)
{
	(void)state;
	for (size_t i = 0; i < scene_count; i++)
		for (int sort = 0; sort < 2 * SORT_COUNT; sort++) {
			struct stage *stage = scenes[i].set();
			stage->model->view.lists[VIEW_OVERVIEW].sort = sort / 2;
			stage->model->view.lists[VIEW_OVERVIEW].is_reversed =
				sort % 2 == 1 && sort / 2 != SORT_PIPELINE;
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
	assert_int_equal(stage->model->view.lists[VIEW_OVERVIEW].sort, SORT_GAPS);
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
	assert_int_equal(stage->model->view.lists[VIEW_OVERVIEW].sort,
		SORT_NAME); /* sorts nothing that is not seen */
	assert_true(stage_row_of(stage, "player_game_summary") <
		    stage_row_of(stage, "player_composite"));
	stage->model->view.table = 0;
	press(stage, "j");
	assert_int_equal(stage->model->view.table, 1);
	press(stage, "1");
	assert_int_equal(stage->model->view.lists[VIEW_OVERVIEW].sort, SORT_NAME);
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

static void I_turns_the_order_round_and_equal_tables_keep_theirs(void **state)
{
	(void)state;
	struct stage *stage = scene_set("failures");
	const struct list_state *list = &stage->model->view.lists[VIEW_OVERVIEW];
	press(stage, "I");
	assert_false(list->is_reversed); /* there is no column to turn round */
	assert_true(stage_shows(stage, "sort it first"));
	press_all(stage, (const char *const[]){"F6", "F6", "F6", "I", NULL});
	assert_int_equal(list->sort, SORT_GAPS);
	assert_true(list->is_reversed);
	assert_true(stage_shows(stage, "by gaps: what has most comes first (the other way round)"));
	check_order(stage->model);
	size_t positions[PIPELINE_TABLES_MAX], count = model_sort_tables(stage->model, positions);
	for (size_t i = 1; i < count; i++) {
		const size_t *order = stage->pipeline->order;
		int64_t above = shown_value(stage->model, SORT_GAPS, order[positions[i - 1]]);
		if (above == shown_value(stage->model, SORT_GAPS, order[positions[i]]))
			assert_true(positions[i - 1] < positions[i]);
	}
	press(stage, "I");
	assert_false(list->is_reversed);
	press_all(stage, (const char *const[]){"I", "F6", NULL});
	assert_int_equal(list->sort, SORT_ETA);
	assert_false(list->is_reversed); /* another column begins anew */
	stage_free(stage);
}

/* The heading's sign says which, and the row of the cursor is the same failure all the while. */
static void failures_are_sorted_by_each_column_both_ways(void **state)
{
	(void)state;
	struct stage *stage = scene_set("events");
	const struct list_state *list = &stage->model->view.lists[VIEW_EVENTS];
	stage_size(stage, 120, 40);
	press_all(stage, (const char *const[]){"Down", "Down", NULL}); /* pcf */
	size_t groups = model_failures(stage->model)->count;
	for (int step = 0; step < 2 * FAILURE_SORT_COUNT; step++) {
		press(stage, step % 2 == 0 ? "F6" : "I");
		const struct failures *failures = model_failures(stage->model);
		assert_int_equal(failures->count, groups);
		assert_int_equal(list->sort, (step / 2 + 1) % FAILURE_SORT_COUNT);
		assert_int_equal(list->is_reversed, step % 2 == 1 && list->sort != 0);
		const struct failure_group *at = &failures->groups[model_events_row(stage->model)];
		assert_string_equal(at->category, "CALCULATION_ERROR");
		for (size_t i = 1; i < groups; i++) {
			const struct failure_group *one = &failures->groups[i - 1];
			const struct failure_group *other = &failures->groups[i];
			int64_t order =
				list->sort == FAILURE_SORT_DATES
					? other->whole_dates - one->whole_dates
				: list->sort == FAILURE_SORT_LEFT  ? other->entities - one->entities
				: list->sort == FAILURE_SORT_TRIES ? other->tries - one->tries
				: list->sort == FAILURE_SORT_CATEGORY
					? strcmp(one->category, other->category)
				: list->sort == FAILURE_SORT_FIRST
					? date_set_first(&one->dates) -
						  date_set_first(&other->dates)
					: 0;
			assert_true(list->is_reversed ? order >= 0 : order <= 0);
		}
	}
	assert_int_equal(list->sort, FAILURE_SORT_FOUND);
	stage_free(stage);
}

/* As a narrow list has them: without the dataset. */
static const char *table_of(const struct health_finding *finding)
{
	const char *dot = strrchr(finding->subject, '.');
	return dot == NULL ? finding->subject : dot + 1;
}

static int compare_tables(const struct health_findings *findings, size_t i)
{
	return strcmp(table_of(&findings->items[i - 1]), table_of(&findings->items[i]));
}

static void findings_are_sorted_and_lose_their_titles(void **state)
{
	(void)state;
	struct stage *stage = scene_set("health");
	const struct health_findings *findings = &stage->model->health.findings;
	stage_size(stage, 120, 40);
	press_all(stage, (const char *const[]){"G", NULL});
	char *last = memory_copy_text(model_finding(stage->model)->id);
	assert_true(stage_shows(stage, "not seen: nobody knows"));
	press_all(stage, (const char *const[]){"F6", "F6", NULL});
	assert_false(stage_shows(stage, "not seen: nobody knows"));
	assert_true(stage_shows(stage, "by table"));
	for (size_t i = 1; i < findings->count; i++)
		assert_true(compare_tables(findings, i) <= 0);
	assert_string_equal(model_finding(stage->model)->id, last);
	press(stage, "I");
	assert_true(stage_shows(stage, "by table, reversed"));
	for (size_t i = 1; i < findings->count; i++)
		assert_true(compare_tables(findings, i) >= 0);
	assert_string_equal(model_finding(stage->model)->id, last);
	press(stage, "F6"); /* back to severities */
	for (size_t i = 1; i < findings->count; i++)
		assert_true(findings->items[i - 1].severity <= findings->items[i].severity);
	free(last);
	stage_free(stage);
}

static void other_lists_keep_their_order(void **state)
{
	(void)state;
	struct stage *stage = scene_set("failures");
	press(stage, "3");
	struct view_state before = stage->model->view;
	stage_action(stage, ACTION_SORT, 0, NULL); /* from the palette */
	stage_action(stage, ACTION_REVERSE, 0, NULL);
	stage_action(stage, ACTION_SORT_BY, 2, NULL);
	assert_memory_equal(&before.lists, &stage->model->view.lists, sizeof(before.lists));
	assert_true(stage_shows(stage, "keeps its own order"));
	static const int absurd[] = {-1, 99, INT_MAX, INT_MIN};
	press(stage, "6");
	for (size_t i = 0; i < ARRAY_COUNT(absurd); i++)
		stage_action(stage, ACTION_SORT_BY, absurd[i], NULL);
	assert_int_equal(stage->model->view.lists[VIEW_EVENTS].sort, FAILURE_SORT_FOUND);
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
	stage = scene_set("events");
	press_all(stage, (const char *const[]){"F6", "F6", "F6", "F6", "I", NULL});
	golden_check(stage, "sorted-failures", 80, 24, GOLDEN_UNICODE);
	stage_free(stage);
	stage = scene_set("health");
	press_all(stage, (const char *const[]){"F6", "F6", NULL});
	golden_check(stage, "sorted-findings", 80, 24, GOLDEN_UNICODE);
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
		cmocka_unit_test(I_turns_the_order_round_and_equal_tables_keep_theirs),
		cmocka_unit_test(failures_are_sorted_by_each_column_both_ways),
		cmocka_unit_test(findings_are_sorted_and_lose_their_titles),
		cmocka_unit_test(other_lists_keep_their_order),
		cmocka_unit_test(pictures),
	};
	return RUN(tests);
}

#include "tests/test.h"

#include "tests/screens/support/keys.h"
#include "tests/screens/support/golden.h"
#include "tests/screens/support/scenes.h"
#include "tui/graph.h"

static struct stage *plan_of(const char *scene)
{
	return scene_at(scene, "d", VIEW_PLAN);
}

static void failures_at_every_size_and_in_every_form(void **state)
{
	(void)state;
	struct stage *stage = plan_of("failures");
	press(stage, "G");
	press(stage, "k");
	press(stage, "Space");
	golden_check_sizes(stage, "plan-failures");
	golden_check_forms(stage, "plan-failures");
	stage_free(stage);
}

static void every_other_situation(void **state)
{
	(void)state;
	static const char *const names[] = {"unchecked", "middle", "complete", "handoff", "season",
		"sixty-tables", "long-names"};
	for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
		struct stage *stage = plan_of(names[i]);
		char *name = memory_format("plan-%s", names[i]);
		golden_check_sizes(stage, name);
		free(name);
		stage_free(stage);
	}
}

/* What the screen lists is what the plan has, step by step. */
static void the_list_shows_the_plan_step_by_step(void **state)
{
	(void)state;
	struct stage *stage = plan_of("failures");
	const struct plan *plan = model_plan(stage->model);
	char line[96];
	assert_int_equal(plan->step_count, 6);
	stage_size(stage, 120, 40);
	for (size_t i = 0; i < plan->step_count; i++) {
		const char *name = stage->pipeline->tables[plan->steps[i].table].name;
		snprintf(line, sizeof(line), "%2zu  [x]", i + 1);
		int row = stage_row_of(stage, line);
		assert_true(row > 0);
		snprintf(line, sizeof(line), "%-28s %6zu", name, plan->steps[i].count);
		assert_int_equal(stage_row_of(stage, line), row);
	}
	snprintf(line, sizeof(line), "plan: 6 steps, %d cells", plan->cells);
	assert_true(stage_shows(stage, line));
	stage_free(stage);
}

static void a_step_is_taken_out_and_put_back(void **state)
{
	(void)state;
	struct stage *stage = plan_of("failures");
	size_t steps = model_plan(stage->model)->step_count;
	int cells = model_plan(stage->model)->cells;
	press(stage, "g");
	size_t table = model_selected_table(stage->model);
	press(stage, "Space");
	assert_true(stage->model->view.plan_out[table]);
	for (size_t i = 0; i < model_plan(stage->model)->step_count; i++)
		assert_int_not_equal(model_plan(stage->model)->steps[i].table, table);
	assert_true(model_plan(stage->model)->left_count > 0);
	assert_true(stage_shows(stage, "[ ]"));
	assert_true(stage_shows(stage, "taken out: Space puts it back"));
	assert_true(stage_shows(stage, "left out: these wait"));
	press(stage, "Space");
	assert_int_equal(model_plan(stage->model)->step_count, steps);
	assert_int_equal(model_plan(stage->model)->cells, cells);
	stage_free(stage);
}

/* The step of a table in the plan as it is now; NULL when there is none. */
static const struct plan_step *step_of(const struct stage *stage, size_t table)
{
	const struct plan *plan = model_plan(stage->model);
	for (size_t i = 0; i < plan->step_count; i++)
		if (plan->steps[i].table == table)
			return &plan->steps[i];
	return NULL;
}

static struct plan_row row_at_cursor(const struct stage *stage)
{
	struct plan_row row;
	assert_true(model_plan_row(stage->model, stage->model->view.plan_row, &row));
	return row;
}

static void enter_lists_the_dates_of_a_step_and_closes_them(void **state)
{
	(void)state;
	struct stage *stage = plan_of("failures");
	press(stage, "g");
	size_t rows = model_plan_row_count(stage->model),
	       table = model_selected_table(stage->model);
	size_t dates = step_of(stage, table)->count;
	assert_int_equal(press(stage, "Enter").kind, WISH_NONE);
	assert_int_equal(model_plan_row_count(stage->model), rows + dates);
	press(stage, "Down");
	assert_int_equal(row_at_cursor(stage).kind, PLAN_ROW_DATE);
	assert_int_equal(stage->model->view.date, step_of(stage, table)->dates[0]);
	press(stage, "Enter"); /* on a date: why it is a gap */
	assert_int_equal(stage->model->view.dialog, DIALOG_WHY);
	press(stage, "Esc");
	press(stage, "Up");
	press(stage, "Enter");
	assert_int_equal(model_plan_row_count(stage->model), rows);
	stage_free(stage);
}

static void dates_of_an_open_step_at_every_size_and_in_every_form(void **state)
{
	(void)state;
	struct stage *stage = plan_of("failures");
	press(stage, "g");
	press(stage, "Enter");
	press(stage, "Down");
	press(stage, "Down");
	press(stage, "Space");
	press(stage, "Down");
	press(stage, "f");
	press(stage, "Down");
	press(stage, "V");
	press(stage, "Down");
	golden_check_sizes(stage, "plan-dates");
	golden_check_forms(stage, "plan-dates");
	stage_free(stage);
}

static void one_date_and_a_range_of_dates_are_taken_out_and_put_back(void **state)
{
	(void)state;
	struct stage *stage = plan_of("failures");
	press(stage, "g");
	size_t table = model_selected_table(stage->model), count = step_of(stage, table)->count;
	press(stage, "Enter");
	press(stage, "Down");
	date_t date = stage->model->view.date;
	press(stage, "Space");
	assert_int_equal(step_of(stage, table)->count, count - 1);
	assert_true(step_of(stage, table)->dates[0] > date);
	assert_int_equal(row_at_cursor(stage).kind, PLAN_ROW_DATE_OUT);
	press(stage, "Space");
	assert_int_equal(step_of(stage, table)->count, count);
	press(stage, "V");
	press(stage, "Down");
	press(stage, "Down");
	press(stage, "Space");
	assert_int_equal(step_of(stage, table)->count, count - 3);
	assert_false(stage->model->view.plan_is_marking);
	assert_true(model_plan(stage->model)->left_count > 0);
	/* All of them: the step is out, and comes back with one key. */
	while (step_of(stage, table) != NULL) {
		press(stage, "g");
		press(stage, "Down");
		while (row_at_cursor(stage).kind == PLAN_ROW_DATE_OUT)
			press(stage, "Down");
		press(stage, "Space");
	}
	press(stage, "g");
	assert_int_equal(row_at_cursor(stage).kind, PLAN_ROW_OUT);
	press(stage, "Space");
	assert_int_equal(step_of(stage, table)->count, count);
	stage_free(stage);
}

static void what_is_put_first_leads_the_plan(void **state)
{
	(void)state;
	struct stage *stage = plan_of("failures");
	press(stage, "g");
	for (int i = 0; i < 2; i++)
		press(stage, "Down");
	size_t table = model_selected_table(stage->model), count = step_of(stage, table)->count;
	assert_true(count > 2);
	press(stage, "Enter");
	press(stage, "Down");
	press(stage, "Down");
	date_t date = stage->model->view.date;
	press(stage, "f");
	assert_int_equal(step_of(stage, table)->dates[0], date);
	assert_int_equal(step_of(stage, table)->first_count, 1);
	assert_true(stage_shows(stage, "first"));
	press(stage, "f");
	assert_int_equal(step_of(stage, table)->first_count, 0);
	assert_true(step_of(stage, table)->dates[0] < date);
	press(stage, "G"); /* what is left is in no step */
	if (row_at_cursor(stage).kind == PLAN_ROW_LEFT) {
		press(stage, "f");
		assert_non_null(strstr(stage->model->message, "only what the plan runs"));
	}
	stage_free(stage);
}

static void a_plan_is_saved_to_the_file_that_is_typed(void **state)
{
	(void)state;
	struct stage *stage = plan_of("failures");
	press(stage, "W");
	assert_int_equal(stage->model->view.dialog, DIALOG_SAVE_PLAN);
	assert_string_equal(stage->model->view.typed, "plan.json");
	for (int i = 0; i < 9; i++)
		press(stage, "Backspace");
	assert_int_equal(press(stage, "Enter").kind, WISH_NONE); /* no name */
	press(stage, "p");
	struct wish wish = press(stage, "Enter");
	assert_int_equal(wish.kind, WISH_SAVE_PLAN);
	assert_string_equal(wish.text, "p");
	assert_int_equal(stage->model->view.dialog, DIALOG_NONE);
	stage_free(stage);
}

static void a_step_says_who_holds_its_table(void **state)
{
	(void)state;
	struct stage *stage = plan_of("failures");
	struct event event = {.kind = EVENT_HOLDER};
	press(stage, "g");
	event.table = model_selected_table(stage->model);
	text_copy(event.message.text, sizeof(event.message.text), "process 4711");
	stage_size(stage, 120, 40);
	stage_apply(stage, &event);
	assert_true(stage_shows(stage, "held by process 4711"));
	stage->model->tables[model_selected_table(stage->model)].worker = 0; /* our own run */
	assert_false(stage_shows(stage, "held by"));
	stage_free(stage);
}

/* The plan is not the only one that starts runs: the row says so. */
static void a_step_taken_out_tells_of_auto_launch(void **state)
{
	(void)state;
	struct stage *stage = plan_of("failures");
	press(stage, "G");
	press(stage, "Space");
	assert_true(stage->model->auto_launch);
	assert_true(stage_shows(stage, "out; auto-launch may start it (a: off)"));
	stage_apply(stage, &(struct event){.kind = EVENT_CONTROL,
				   .control = {.workers = 4, .paused_table = -1}});
	assert_true(stage_shows(stage, "taken out: Space puts it back"));
	stage_free(stage);
}

static void the_cursor_takes_table_and_date_along(void **state)
{
	(void)state;
	struct stage *stage = plan_of("failures");
	for (size_t i = 0; i < model_plan_row_count(stage->model); i++) {
		struct plan_row row;
		if (i > 0)
			press(stage, "Down");
		assert_true(model_plan_row(stage->model, stage->model->view.plan_row, &row));
		assert_int_equal(model_selected_table(stage->model), row.table);
		assert_int_equal(stage->model->view.date, plan_row_date(&row));
	}
	press(stage, "w");
	assert_int_equal(stage->model->view.dialog, DIALOG_WHY);
	assert_true(stage_shows(stage, "why: ml_feature_store_v2 2021-11-02"));
	stage_free(stage);
}

static void the_order_turns_round_and_changes_the_dates(void **state)
{
	(void)state;
	struct stage *stage = plan_of("failures");
	const struct plan_step *step = &model_plan(stage->model)->steps[0];
	assert_true(step->dates[0] < step->dates[step->count - 1]);
	press(stage, "o");
	step = &model_plan(stage->model)->steps[0];
	assert_true(step->dates[0] > step->dates[step->count - 1]);
	assert_true(stage_shows(stage, "newest first"));
	press(stage, "F6");
	assert_true(stage_shows(stage, "what frees most first"));
	press(stage, "o");
	assert_int_equal(stage->model->view.plan_order, PLAN_OLDEST);
	stage_free(stage);
}

/* Earlier runs say how long a date takes; more workers make the plan shorter, not the console. */
static void what_if_reckons_with_other_workers(void **state)
{
	(void)state;
	struct stage *stage = plan_of("ready");
	struct event event = {.kind = EVENT_HISTORY};
	event.history.items = memory_new_array(30, sizeof(*event.history.items));
	event.history.count = 30;
	for (size_t i = 0; i < 30; i++)
		event.history.items[i] = (struct cell_attempt){.table = i % 10,
			.date = date_of(2021, 1, 1),
			.state = ATTEMPT_SUCCEEDED,
			.at_ms = 1000 + (int64_t)i,
			.duration_ms = 60000,
			.rows = -1};
	stage_apply(stage, &event);
	int64_t before = model_plan(stage->model)->duration_ms;
	assert_true(before > 0);
	assert_int_equal(model_plan(stage->model)->steps[0].duration_ms,
		60000 * (int64_t)model_plan(stage->model)->steps[0].count);
	for (int i = 0; i < 3; i++)
		assert_int_equal(press(stage, "-").kind, WISH_NONE);
	assert_int_equal(stage->model->workers, 4);
	assert_true(model_plan(stage->model)->duration_ms > before);
	assert_true(stage_shows(stage, "with 1 worker (there are 4)"));
	press(stage, "-");
	assert_int_equal(model_plan_workers(stage->model), 1);
	stage_free(stage);
}

/* Old durations must not beat new ones, whatever the order in which the ledger names them. */
static void speeds_are_those_of_the_newest_dates(void **state)
{
	(void)state;
	for (int reversed = 0; reversed < 2; reversed++) {
		struct stage *stage = scene_set("ready");
		struct event event = {.kind = EVENT_HISTORY};
		event.history.items = memory_new_array(40, sizeof(*event.history.items));
		event.history.count = 40;
		for (size_t i = 0; i < 40; i++)
			event.history.items[reversed ? 39 - i : i] =
				(struct cell_attempt){.table = 0,
					.date = date_of(2021, 1, 1),
					.state = ATTEMPT_SUCCEEDED,
					.at_ms = 1000 + (int64_t)i,
					.duration_ms = i < 30 ? 900000 : 5000,
					.rows = -1};
		stage_apply(stage, &event);
		assert_int_equal(stage->model->tables[0].speed.date_ms, 5000);
		assert_int_equal(stage->model->tables[1].speed.date_ms, -1);
		stage_free(stage);
	}
}

static void s_runs_the_plan_unless_there_is_none_or_it_may_not(void **state)
{
	(void)state;
	struct stage *stage = plan_of("failures");
	assert_int_equal(press(stage, "s").kind, WISH_PLAN);
	assert_int_equal(press(stage, "c").kind, WISH_COPY);
	stage->model->read_only = true;
	assert_int_equal(press(stage, "s").kind, WISH_NONE);
	stage_free(stage);
	stage = plan_of("complete");
	assert_int_equal(press(stage, "s").kind, WISH_NONE);
	assert_string_equal(stage->model->message, "the plan has no step to run");
	assert_true(stage_shows(stage, "nothing to run: every expected date is complete"));
	stage_free(stage);
}

static void what_no_run_cures_stands_apart(void **state)
{
	(void)state;
	struct stage *stage = scene_set("ready");
	stage_fail(stage, "pgs", date_of(2021, 11, 3), "SCHEMA: no column points");
	stage_size(stage, 120, 40);
	press(stage, "5");
	int needs = stage_row_of(stage, "needs you: no run can cure these");
	assert_true(needs > stage_row_of(stage, "[x]"));
	assert_true(stage_row_of(stage, "left out: these wait") > needs);
	press(stage, "G");
	press(stage, "Space");
	assert_non_null(strstr(stage->model->message, "no step"));
	stage_free(stage);
}

static void relations_are_everything_above_and_below(void **state)
{
	(void)state;
	struct stage *stage = scene_set("ready");
	enum relation relations[PIPELINE_TABLES_MAX];
	graph_relations(stage->pipeline, pipeline_find(stage->pipeline, "pcf"), relations);
	static const struct {
		const char *table;
		enum relation relation;
	} rows[] = {{"pcf", RELATION_NONE}, {"upgc", RELATION_ABOVE}, {"tdza", RELATION_ABOVE},
		{"pgs", RELATION_ABOVE}, {"tdgs", RELATION_ABOVE}, {"mlfs", RELATION_BELOW},
		{"pdc", RELATION_NONE}};
	for (size_t i = 0; i < ARRAY_COUNT(rows); i++)
		if (relations[pipeline_find(stage->pipeline, rows[i].table)] != rows[i].relation)
			fail_msg("%s", rows[i].table);
	stage_free(stage);
}

static void every_table_stands_behind_what_it_depends_on(void **state)
{
	(void)state;
	struct stage *stage = scene_set("sixty-tables");
	struct graph graph;
	graph_make(stage->pipeline, &graph);
	assert_int_equal(graph.levels, 5);
	assert_int_equal(graph_rows(stage->pipeline), 12);
	for (size_t a = 0; a < stage->pipeline->table_count; a++)
		for (size_t b = 0; b < stage->pipeline->table_count; b++)
			if (graph_depends_on(stage->pipeline, a, b))
				assert_true(graph.level_of[a] > graph.level_of[b]);
	stage_free(stage);
}

static void hours_to_go_show_when_and_how_late_it_may_be(void **state)
{
	(void)state;
	struct stage *stage = plan_of("middle");
	scene_make_long(stage);
	golden_check_sizes(stage, "plan-long-run");
	stage_free(stage);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hours_to_go_show_when_and_how_late_it_may_be),
		cmocka_unit_test(failures_at_every_size_and_in_every_form),
		cmocka_unit_test(every_other_situation),
		cmocka_unit_test(the_list_shows_the_plan_step_by_step),
		cmocka_unit_test(a_step_is_taken_out_and_put_back),
		cmocka_unit_test(enter_lists_the_dates_of_a_step_and_closes_them),
		cmocka_unit_test(dates_of_an_open_step_at_every_size_and_in_every_form),
		cmocka_unit_test(one_date_and_a_range_of_dates_are_taken_out_and_put_back),
		cmocka_unit_test(what_is_put_first_leads_the_plan),
		cmocka_unit_test(a_plan_is_saved_to_the_file_that_is_typed),
		cmocka_unit_test(a_step_says_who_holds_its_table),
		cmocka_unit_test(a_step_taken_out_tells_of_auto_launch),
		cmocka_unit_test(the_cursor_takes_table_and_date_along),
		cmocka_unit_test(the_order_turns_round_and_changes_the_dates),
		cmocka_unit_test(what_if_reckons_with_other_workers),
		cmocka_unit_test(speeds_are_those_of_the_newest_dates),
		cmocka_unit_test(s_runs_the_plan_unless_there_is_none_or_it_may_not),
		cmocka_unit_test(what_no_run_cures_stands_apart),
		cmocka_unit_test(relations_are_everything_above_and_below),
		cmocka_unit_test(every_table_stands_behind_what_it_depends_on),
	};
	return RUN(tests);
}

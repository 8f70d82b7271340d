/* Causes, plans, cascades and the language of dates, on small worlds that one can read. */
#include "tests/test.h"

#include "coverage/causes.h"
#include "coverage/plan.h"
#include "coverage/select.h"
#include "tests/support/world.h"

/* low reads top and is guarded by guard; last reads low; past looks back on guard; picky's job
 * wants 5 rows of top, which has 4 on a day with two games. Day 3 is an off day. */
static const char pipeline_text[] =
	"{\"version\": 1, \"name\": \"plans\", \"calendar\": {\"bootstrap_days\": 0, \"seasons\": "
	"[{\"name\": \"2021-22\", \"first\": \"2021-10-19\", \"last\": \"2022-04-10\"}]}, "
	"\"tables\": [{\"name\": \"top\", \"expect\": {\"per_game\": 2}}, "
	"{\"name\": \"guard\", \"expect\": {\"per_game\": 2}}, "
	"{\"name\": \"low\", \"expect\": {\"per_game\": 2}, \"upstreams\": [\"top\"], \"guards\": "
	"[\"guard\"]}, "
	"{\"name\": \"last\", \"expect\": {\"per_game\": 2}, \"upstreams\": [\"low\"]}, "
	"{\"name\": \"past\", \"expect\": {\"per_game\": 2}, \"history\": [{\"table\": \"guard\", "
	"\"span\": \"season\"}]}, "
	"{\"name\": \"picky\", \"expect\": {\"per_game\": 2}, \"upstreams\": [\"top\"], \"job\": "
	"{\"executor\": \"command\", \"argv\": [\"x\"], \"requires\": {\"top\": 5}}}]}";
enum { TOP, GUARD, LOW, LAST, PAST, PICKY };

static struct world open_world(void)
{
	struct world world;
	world_open(&world, pipeline_text, "333.32");
	return world;
}

/* A letter per day: '#' right rows, '?' too few, '!' a failed attempt, ' ' nothing. */
static void draw(struct world *world, size_t table, const char *letters)
{
	for (int day = 0; letters[day] != '\0'; day++) {
		date_t date = world_day(world, day);
		if (letters[day] == '#')
			world_write(world, table, date, world_right_rows(world, table, date));
		else if (letters[day] == '?')
			world_write(world, table, date, 1);
		else if (letters[day] == '!')
			coverage_set_attempt(world->coverage, table, date, ATTEMPT_FAILED,
				"PROCESSING_ERROR: boom", 1500);
	}
	coverage_judge(world->coverage);
}

static void causes_are_ranked_by_what_they_free(void **state)
{
	(void)state;
	struct world world = open_world();
	struct causes causes;
	struct buffer text = {0};
	draw(&world, TOP, "#!# ##");
	draw(&world, GUARD, "#   ##");
	draw(&world, LOW, "?    #");
	draw(&world, LAST, "#    #");
	draw(&world, PAST, "###   ");
	coverage_causes(world.coverage, &causes);
	for (size_t i = 0; i < causes.count; i++) {
		cause_explain(world.coverage, &causes.items[i], &text);
		buffer_add_char(&text, '\n');
	}
	/* Of low and last, the 20th waits for top and guard, the 21st for guard alone. */
	assert_string_equal(buffer_text(&text),
		"guard: ready (NEVER_RUN) on 2 dates (2021-10-20..2021-10-21); holds up 4 cells, "
		"2 of them alone\n"
		"top: failed (FAILED) on 1 date (2021-10-20); holds up 3 cells, 1 of them alone\n"
		"low: ready (NEVER_RUN) on 1 date (2021-10-23); holds up 1 cell\n"
		"picky: ready (NEVER_RUN) on 3 dates (2021-10-19, 2021-10-21..2021-10-23)\n"
		"past: ready (NEVER_RUN) on 2 dates (2021-10-23..2021-10-24)\n"
		"low: thin (THIN_ROWS) on 1 date (2021-10-19)\n"
		"last: stale (STALE_COMPUTED_ON_THIN) on 1 date (2021-10-19)\n"
		"picky: blocked (BLOCKED_JOB_MINIMUM) on 1 date (2021-10-24); no run can cure "
		"it\n");
	buffer_release(&text);
	causes_release(&causes);
	world_close(&world);
}

static void work_under_way_is_a_cause_only_where_it_holds_something_up(void **state)
{
	(void)state;
	struct world world = open_world();
	struct causes causes;
	draw(&world, TOP, "### ##");
	coverage_set_attempt(
		world.coverage, GUARD, world_day(&world, 0), ATTEMPT_RUNNING, "", 1500);
	coverage_set_attempt(world.coverage, LAST, world_day(&world, 1), ATTEMPT_QUEUED, "", 1500);
	coverage_judge(world.coverage);
	coverage_causes(world.coverage, &causes);
	bool guard_runs = false;
	for (size_t i = 0; i < causes.count; i++) {
		guard_runs = guard_runs || (causes.items[i].table == GUARD &&
						   causes.items[i].reason == REASON_RUNNING);
		assert_int_not_equal(causes.items[i].reason, REASON_QUEUED);
	}
	assert_true(guard_runs); /* it holds up low 19, and past through the whole season */
	causes_release(&causes);
	world_close(&world);
}

/* Nothing is wrong with top: it is excused. But picky's job asks for its rows, and nobody can say
 * how many there are. */
static void what_needs_a_number_that_nobody_counted_is_a_cause_itself(void **state)
{
	(void)state;
	struct world world;
	struct causes causes;
	struct buffer text = {0};
	world_open(&world,
		"{\"version\": 1, \"name\": \"counted\", \"calendar\": {\"bootstrap_days\": 0, "
		"\"seasons\": [{\"name\": \"S\", \"first\": \"2021-10-19\", \"last\": "
		"\"2021-10-30\"}]}, \"tables\": [{\"name\": \"top\"}, {\"name\": \"picky\", "
		"\"upstreams\": [\"top\"], \"job\": {\"executor\": \"command\", \"argv\": "
		"[\"x\"], \"requires\": {\"top\": 5}}}, {\"name\": \"same\", \"expect\": "
		"{\"same_as\": \"top\", \"min_ratio\": 1}}, {\"name\": \"low\", \"upstreams\": "
		"[\"picky\", \"same\"]}]}",
		"3");
	coverage_set_excuse(world.coverage,
		&(struct excuse){
			.date = world_day(&world, 0), .until = DATE_NONE, .words = "strike"});
	coverage_cell(world.coverage, 0, world_day(&world, 0))->rows_known = false;
	coverage_judge(world.coverage);
	coverage_causes(world.coverage, &causes);
	for (size_t i = 0; i < causes.count; i++) {
		cause_explain(world.coverage, &causes.items[i], &text);
		buffer_add_char(&text, '\n');
	}
	assert_string_equal(buffer_text(&text),
		"picky: unknown (WITNESS_UNAVAILABLE) on 1 date (2021-10-19); holds up 1 cell; no "
		"run can cure it\n"
		"same: unknown (WITNESS_UNAVAILABLE) on 1 date (2021-10-19); holds up 1 cell; no "
		"run can cure it\n");
	assert_int_equal(causes.held_up, 1);
	buffer_release(&text);
	causes_release(&causes);
	world_close(&world);
}

static void failures_that_no_run_cures_need_you(void **state)
{
	(void)state;
	static const struct {
		const char *words;
		bool needs_you;
	} cases[] = {
		{"SCHEMA: no such column", true},
		{"PRECISION", true},
		{"SCHEMATA: something else", false},
		{"PROCESSING_ERROR: SCHEMA", false},
		{"", false},
	};
	struct world world = open_world();
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		coverage_set_attempt(world.coverage, TOP, world_day(&world, 0), ATTEMPT_FAILED,
			cases[i].words, 1500);
		coverage_judge(world.coverage);
		assert_int_equal(
			cell_needs_you(coverage_cell(world.coverage, TOP, world_day(&world, 0))),
			cases[i].needs_you);
	}
	world_close(&world);
}

static void expect_commands(struct world *world, const struct plan_wish *wish, const char *commands)
{
	struct plan plan;
	struct buffer text = {0};
	plan_make(world->coverage, wish, &plan);
	plan_say_commands(world->coverage, &plan, &text);
	for (size_t i = 0; i < plan.left_count; i++) {
		struct plan_left *left = &plan.left[i];
		buffer_add_format(&text, "%s %s: %s ",
			left->kind == LEFT_NEEDS_YOU ? "needs you:" : "waits:",
			world->pipeline->tables[left->table].name, reason_word(left->reason));
		date_set_say(&left->dates, 2, &text);
		buffer_add_char(&text, '\n');
	}
	assert_string_equal(buffer_text(&text), commands);
	buffer_release(&text);
	plan_release(&plan);
}

static void a_plan_holds_each_tables_own_gaps_and_what_is_stale(void **state)
{
	(void)state;
	struct world world = open_world();
	draw(&world, TOP, "#!# ##");
	draw(&world, GUARD, "##  ##");
	draw(&world, LOW, "?    #");
	draw(&world, LAST, "#    #");
	draw(&world, PAST, "### ##");
	expect_commands(&world, &(struct plan_wish){0},
		"backcourt run top --range 2021-10-20\n"
		"backcourt run guard --range 2021-10-21\n"
		"backcourt run low --range 2021-10-19..2021-10-21,2021-10-23\n"
		"backcourt run last --range 2021-10-19..2021-10-21,2021-10-23\n"
		"backcourt run picky --range 2021-10-19..2021-10-21,2021-10-23\n"
		"needs you: picky: BLOCKED_JOB_MINIMUM 2021-10-24\n");
	world_close(&world);
}

static void what_needs_something_that_is_not_chosen_waits(void **state)
{
	(void)state;
	struct world world = open_world();
	struct date_set dates = {0};
	bool tables[] = {false, true, true, true, false, false};
	draw(&world, TOP, "#!# ##");
	draw(&world, GUARD, "#   ##");
	date_set_add(&dates, (struct date_range){world_day(&world, 0), world_day(&world, 2)});
	expect_commands(&world, &(struct plan_wish){.tables = tables, .dates = &dates},
		"backcourt run guard --range 2021-10-20..2021-10-21\n"
		"backcourt run low --range 2021-10-19,2021-10-21\n"
		"backcourt run last --range 2021-10-19,2021-10-21\n"
		"waits: low: BLOCKED_UPSTREAM_FAILED 2021-10-20\n"
		"waits: last: BLOCKED_UPSTREAM_MISSING 2021-10-20\n");
	date_set_release(&dates);
	world_close(&world);
}

static void expect_order(struct world *world, enum plan_order order, const char *days)
{
	struct plan plan;
	struct plan_wish wish = {.order = order};
	struct buffer text = {0};
	plan_make(world->coverage, &wish, &plan);
	assert_int_equal(plan.steps[0].table, TOP);
	for (size_t i = 0; i < plan.steps[0].count; i++)
		buffer_add_format(&text, "%d ", date_day(plan.steps[0].dates[i]));
	assert_string_equal(buffer_text(&text), days);
	buffer_release(&text);
	plan_release(&plan);
}

static void dates_run_oldest_newest_or_most_unblocking_first(void **state)
{
	(void)state;
	struct world world = open_world();
	draw(&world, LAST, "      ");
	draw(&world, PICKY, "### ##");
	expect_order(&world, PLAN_OLDEST, "19 20 21 23 24 ");
	expect_order(&world, PLAN_NEWEST, "24 23 21 20 19 ");
	struct excuse excuse = {.table = LAST, .until = DATE_NONE, .words = "x"};
	for (int day = 0; day < 6; day += 2) { /* 19, 21, 23 free one cell less */
		excuse.date = world_day(&world, day);
		coverage_set_excuse(world.coverage, &excuse);
	}
	coverage_judge(world.coverage);
	/* Picky will refuse the 24th, so that this date frees two cells, too. */
	expect_order(&world, PLAN_UNBLOCKING, "20 19 21 23 24 ");
	world_close(&world);
}

/* An edit may leave nothing of a table, or a part of its dates; what needs the others waits. */
static void cells_taken_out_are_not_run_and_what_needs_them_waits(void **state)
{
	(void)state;
	struct world world = open_world();
	struct date_set out[6] = {{0}}, only[6] = {{0}};
	draw(&world, PAST, "### ##");
	draw(&world, PICKY, "### ##");
	date_set_add(&out[TOP], (struct date_range){world_day(&world, 1), world_day(&world, 2)});
	expect_commands(&world, &(struct plan_wish){.out = out},
		"backcourt run top --range 2021-10-19,2021-10-23..2021-10-24\n"
		"backcourt run guard --range 2021-10-19..2021-10-21,2021-10-23..2021-10-24\n"
		"backcourt run low --range 2021-10-19,2021-10-23..2021-10-24\n"
		"backcourt run last --range 2021-10-19,2021-10-23..2021-10-24\n"
		"backcourt run picky --range 2021-10-19,2021-10-23\n"
		"waits: low: BLOCKED_UPSTREAM_MISSING 2021-10-20..2021-10-21\n"
		"waits: last: BLOCKED_UPSTREAM_MISSING 2021-10-20..2021-10-21\n"
		"waits: picky: BLOCKED_UPSTREAM_MISSING 2021-10-20..2021-10-21\n"
		"needs you: picky: BLOCKED_JOB_MINIMUM 2021-10-24\n");
	date_set_add(&only[TOP], (struct date_range){world_day(&world, 0), world_day(&world, 0)});
	date_set_add(&only[LOW], (struct date_range){world_day(&world, 0), world_day(&world, 1)});
	expect_commands(&world, &(struct plan_wish){.only = only},
		"backcourt run top --range 2021-10-19\n"
		"waits: low: BLOCKED_GUARD 2021-10-19\n"
		"waits: low: BLOCKED_UPSTREAM_MISSING 2021-10-20\n");
	date_set_release(&out[TOP]);
	date_set_release(&only[TOP]);
	date_set_release(&only[LOW]);
	world_close(&world);
}

static void what_is_put_first_takes_all_that_it_needs_along(void **state)
{
	(void)state;
	static const size_t order[] = {TOP, GUARD, LOW, LAST, PAST, PICKY};
	static const size_t firsts[] = {1, 1, 1, 0, 0, 0};
	struct world world = open_world();
	struct date_set first[6] = {{0}};
	struct plan plan;
	date_set_add(&first[LOW], (struct date_range){world_day(&world, 2), world_day(&world, 2)});
	plan_make(world.coverage, &(struct plan_wish){.first = first}, &plan);
	assert_int_equal(plan.step_count, 6);
	for (size_t i = 0; i < 6; i++) {
		assert_int_equal(plan.steps[i].table, order[i]);
		assert_int_equal(plan.steps[i].first_count, firsts[i]);
		if (firsts[i] == 1) {
			assert_int_equal(plan.steps[i].dates[0], world_day(&world, 2));
			assert_int_equal(plan.steps[i].dates[1], world_day(&world, 0));
		}
	}
	plan_release(&plan);
	date_set_release(&first[LOW]);
	/* Its guard is read as history: every date of it before this one. */
	date_set_add(&first[PAST], (struct date_range){world_day(&world, 2), world_day(&world, 2)});
	plan_make(world.coverage, &(struct plan_wish){.first = first}, &plan);
	assert_int_equal(plan.steps[0].table, GUARD);
	assert_int_equal(plan.steps[0].first_count, 2);
	assert_int_equal(plan.steps[1].table, PAST);
	assert_int_equal(plan.steps[1].dates[0], world_day(&world, 2));
	plan_release(&plan);
	date_set_release(&first[PAST]);
	world_close(&world);
}

static void durations_come_from_the_usual_speed(void **state)
{
	(void)state;
	struct world world = open_world();
	struct plan plan;
	struct eta_speed speeds[] = {{.date_ms = 100}, {.date_ms = 100}, {.date_ms = 1000},
		ETA_UNKNOWN, {.date_ms = 10}, {.date_ms = 10}};
	struct plan_wish wish = {.speeds = speeds, .workers = 2};
	draw(&world, PICKY, "### ##");
	plan_make(world.coverage, &wish, &plan);
	assert_int_equal(plan.cells, 5 * 6 - 1); /* picky refuses the 24th */
	for (size_t i = 0; i < plan.step_count; i++) {
		int64_t each = speeds[plan.steps[i].table].date_ms;
		assert_int_equal(plan.steps[i].duration_ms,
			each < 0 ? -1 : (int64_t)plan.steps[i].count * each);
	}
	/* top and guard together, then low; nobody knows how long last takes. */
	assert_int_equal(plan.duration_ms, -1);
	assert_true(plan.eta.is_least);
	assert_int_equal(plan.eta.p50_ms, 500 + 5000);
	plan_release(&plan);
	speeds[3].date_ms = 200; /* last goes one date behind low */
	plan_make(world.coverage, &wish, &plan);
	assert_int_equal(plan.duration_ms, 500 + 5000 + 200);
	assert_int_equal(plan.eta.path_count, 3);
	plan_release(&plan);
	wish.speeds = NULL;
	plan_make(world.coverage, &wish, &plan);
	assert_int_equal(plan.duration_ms, -1);
	plan_release(&plan);
	world_close(&world);
}

static void what_runs_over_right_rows_is_taken_to_keep_them(void **state)
{
	(void)state;
	static const char few[] =
		"{\"version\": 1, \"name\": \"few\", \"calendar\": {\"seasons\": [{\"name\": "
		"\"S\", \"first\": \"2021-10-19\", \"last\": \"2022-04-10\"}]}, \"tables\": "
		"[{\"name\": \"top\", \"expect\": {\"per_game\": 4, \"min\": 1, \"max\": 5}}, "
		"{\"name\": \"picky\", \"upstreams\": [\"top\"], \"job\": {\"requires\": "
		"{\"top\": 6}}}]}";
	struct world world;
	world_open(&world, few, "22");
	world_write(&world, 0, world_day(&world, 0), 3); /* passes, and is too few for the job */
	for (int day = 0; day < 2; day++)
		coverage_set_attempt(
			world.coverage, 0, world_day(&world, day), ATTEMPT_RUNNING, "", 1500);
	coverage_judge(world.coverage);
	expect_commands(&world, &(struct plan_wish){0},
		"backcourt run picky --range 2021-10-20\n"
		"needs you: picky: BLOCKED_JOB_MINIMUM 2021-10-19\n");
	world_close(&world);
}

static void what_lies_before_the_range_is_not_taken_to_be_missing(void **state)
{
	(void)state;
	struct world world = open_world();
	enum reason reason;
	int because;
	assert_false(coverage_gate(world.coverage, PAST, world_day(&world, 5), &reason, &because));
	assert_int_equal(reason, REASON_BLOCKED_LOOKBACK);
	struct coverage *later = coverage_new(world.pipeline, world.calendar,
		(struct date_range){world_day(&world, 4), world_day(&world, 5)});
	coverage_keep(later, world.coverage);
	coverage_judge(later);
	assert_true(coverage_gate(later, PAST, world_day(&world, 5), &reason, &because));
	coverage_free(later);
	world_close(&world);
}

static void where_all_is_complete_the_plan_is_empty(void **state)
{
	(void)state;
	struct world world = open_world();
	for (size_t table = TOP; table <= PICKY; table++)
		draw(&world, table, "### ##");
	expect_commands(&world, &(struct plan_wish){0}, "");
	struct plan plan;
	plan_make(world.coverage, &(struct plan_wish){0}, &plan);
	assert_int_equal(plan.duration_ms, 0);
	plan_release(&plan);
	world_close(&world);
}

static void a_cascade_names_what_becomes_stale(void **state)
{
	(void)state;
	struct world world = open_world();
	struct cascade cascade;
	struct date_set dates = {0};
	for (size_t table = TOP; table <= PICKY; table++)
		draw(&world, table, table == LAST ? "##  ##" : "### ##");
	date_set_add(&dates, (struct date_range){world_day(&world, 1), world_day(&world, 4)});
	cascade_find(world.coverage, GUARD, &dates, &cascade);
	assert_int_equal(cascade.count, 2); /* not past: history makes nothing stale */
	assert_int_equal(cascade.tables[0].table, LOW);
	assert_int_equal(cascade.tables[0].cells, 3);
	assert_int_equal(cascade.tables[0].dates.count, 1); /* over the off day */
	assert_int_equal(cascade.tables[1].table, LAST);
	assert_int_equal(cascade.tables[1].cells, 2);
	assert_int_equal(cascade.cells, 5);
	cascade_release(&cascade);
	date_set_release(&dates);
	world_close(&world);
}

static void expect_selection(struct world *world, size_t table, const char *text, const char *dates)
{
	struct date_set set = {0};
	struct buffer found = {0};
	struct error err = {0};
	if (coverage_select(world->coverage, table, text, &set, &err))
		date_set_format(&set, &found);
	else
		buffer_add_text(&found, err.text);
	assert_string_equal(buffer_text(&found), dates);
	buffer_release(&found);
	date_set_release(&set);
}

static void dates_are_chosen_by_season_and_verdict(void **state)
{
	(void)state;
	struct world world = open_world();
	draw(&world, TOP, "#!# #?");
	expect_selection(&world, TOP, "season:2021-22", "2021-10-19..2022-04-10");
	expect_selection(&world, TOP, "@gaps", "2021-10-20,2021-10-24");
	expect_selection(&world, TOP, "@failed", "2021-10-20");
	expect_selection(&world, TOP, "@failed @thin", "2021-10-20,2021-10-24");
	expect_selection(&world, TOP, "@ready", "");
	expect_selection(&world, LOW, "@ready", "");
	expect_selection(&world, 6, "@gaps", "2021-10-19..2021-10-21,2021-10-23..2021-10-24");
	expect_selection(&world, 6, "@failed", "2021-10-20");
	expect_selection(&world, TOP, "!2021-10-20 !@thin", "2021-10-19,2021-10-21..2021-10-23");
	expect_selection(&world, TOP, "2021-10 !@gaps",
		"2021-10-01..2021-10-19,2021-10-21..2021-10-23,2021-10-25..2021-10-31");
	expect_selection(
		&world, TOP, "@faild", "no verdict is called 'faild' (did you mean 'failed'?)");
	expect_selection(&world, TOP, "season:2021-23",
		"no season is called '2021-23' (did you mean '2021-22'?)");
	world_close(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(causes_are_ranked_by_what_they_free),
		cmocka_unit_test(work_under_way_is_a_cause_only_where_it_holds_something_up),
		cmocka_unit_test(what_needs_a_number_that_nobody_counted_is_a_cause_itself),
		cmocka_unit_test(failures_that_no_run_cures_need_you),
		cmocka_unit_test(a_plan_holds_each_tables_own_gaps_and_what_is_stale),
		cmocka_unit_test(what_needs_something_that_is_not_chosen_waits),
		cmocka_unit_test(dates_run_oldest_newest_or_most_unblocking_first),
		cmocka_unit_test(cells_taken_out_are_not_run_and_what_needs_them_waits),
		cmocka_unit_test(what_is_put_first_takes_all_that_it_needs_along),
		cmocka_unit_test(durations_come_from_the_usual_speed),
		cmocka_unit_test(what_runs_over_right_rows_is_taken_to_keep_them),
		cmocka_unit_test(what_lies_before_the_range_is_not_taken_to_be_missing),
		cmocka_unit_test(where_all_is_complete_the_plan_is_empty),
		cmocka_unit_test(a_cascade_names_what_becomes_stale),
		cmocka_unit_test(dates_are_chosen_by_season_and_verdict),
	};
	return RUN(tests);
}

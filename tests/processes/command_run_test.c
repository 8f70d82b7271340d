/* Pipelines of scripts, run by the program itself: what comes of their dates. */
#include "tests/processes/support/gate.h"
#include "tests/processes/support/yard.h"
#include "tests/support/table.h"
#include "tests/test.h"

#include "base/path.h"

#define UPSTREAMS "[\"upgc\", \"utgc\", \"tdza\", \"psza\"]"

static void four_scripts_and_the_one_below_run_to_the_end_once(void **state)
{
	(void)state;
	static const struct script_table tables[] = {{"upgc", "phase3_simulator", NULL, NULL},
		{"utgc", "phase3_simulator", NULL, NULL}, {"tdza", P4, P4_ENV(""), NULL},
		{"psza", P4, P4_ENV(""), NULL}, {"pcf", P4, P4_ENV(""), UPSTREAMS}, {0}};
	struct scripts scripts;
	scripts_open(&scripts, tables);
	program_expect(SCRIPTS_RUN(&scripts, "run"), 0, "pcf 2021-11-18: 382 rows");
	char *csv = scripts_coverage(&scripts);
	for (const struct script_table *table = tables; table->name != NULL; table++) {
		struct csv_total total = csv_total(csv, table->name);
		assert_int_equal(total.complete, 3);
		assert_int_equal(total.rows, 3 * 382);
	}
	free(csv);
	assert_int_equal(scripts_runs(&scripts, NULL, NULL), 5);
	assert_int_equal(scripts_newest(&scripts, "pcf").outcome, RUN_SUCCEEDED);
	assert_int_equal(scripts_newest(&scripts, "pcf").done, 3);
	program_expect(SCRIPTS_RUN(&scripts, "run"), 0, NULL);
	assert_int_equal(scripts_runs(&scripts, NULL, NULL), 5); /* nothing ran twice */
	scripts_close(&scripts);
}

static void exit_status_0_with_a_failed_date_is_a_failed_run_and_blocks_what_is_below(void **state)
{
	(void)state;
	static const struct script_table tables[] = {
		{"tdza", P4, P4_ENV("\"SIMULATE_FAILED\": \"2021-11-17\""), NULL},
		{"pcf", P4, P4_ENV(""), "[\"tdza\"]"}, {0}};
	struct scripts scripts;
	char *paths[SCRIPTS_RUNS_MAX];
	scripts_open(&scripts, tables);
	program_expect(SCRIPTS_RUN(&scripts, "run"), 2,
		"tdza 2021-11-17 FAILED: MISSING_DEPENDENCY: Missing critical");
	assert_int_equal(scripts_runs(&scripts, "tdza", paths), 1);
	struct run_evidence evidence = yard_look(paths[0]);
	assert_int_equal(evidence.status.outcome, RUN_EXITED);
	assert_int_equal(evidence.status.code, 0); /* and yet */
	assert_int_equal(scripts_newest(&scripts, "tdza").outcome, RUN_FAILED);
	assert_int_equal(scripts_newest(&scripts, "tdza").failed, 1);
	assert_true(scripts_cell_is(&scripts, "tdza", "2021-11-17", "failed"));
	assert_true(scripts_cell_is(&scripts, "pcf", "2021-11-17", "blocked"));
	assert_true(scripts_cell_is(&scripts, "pcf", "2021-11-18", "complete"));
	assert_int_equal(scripts_count(&scripts, "pcf", ": 2021-11-17\n"), 0);
	free(paths[0]);
	scripts_close(&scripts);
}

static void a_success_that_loaded_no_row_is_told_and_stays_a_gap(void **state)
{
	(void)state;
	static const struct script_table tables[] = {
		{"psza", P4, P4_ENV("\"SIMULATE_EMPTY\": \"2021-11-17\""), NULL}, {0}};
	struct scripts scripts;
	scripts_open(&scripts, tables);
	program_expect(SCRIPTS_RUN(&scripts, "run"), 1,
		"2021-11-17: the script says success, but not one row");
	assert_true(scripts_cell_is(&scripts, "psza", "2021-11-17", "empty"));
	assert_true(scripts_cell_is(&scripts, "psza", "2021-11-18", "complete"));
	scripts_close(&scripts);
}

/* The pipeline decides what is expected there, not the script. */
static void a_date_that_the_script_leaves_out_by_rule_is_no_failure(void **state)
{
	(void)state;
	static const struct script_table tables[] = {
		{"psza", P4, P4_ENV("\"SIMULATE_SKIP\": \"2021-11-17\""), NULL}, {0}};
	struct scripts scripts;
	scripts_open(&scripts, tables);
	program_expect(
		SCRIPTS_RUN(&scripts, "run"), 1, "2021-11-17: the script leaves this date out");
	assert_int_equal(scripts_newest(&scripts, "psza").outcome, RUN_SUCCEEDED);
	assert_int_equal(scripts_newest(&scripts, "psza").failed, 0);
	assert_true(
		scripts_cell_is(&scripts, "psza", "2021-11-17", "empty")); /* and was expected */
	scripts_close(&scripts);
}

/* The number of the try of the date that was tried most. */
static void attempts_are_counted_by_the_ledger(void **state)
{
	(void)state;
	static const struct script_table tables[] = {
		{"psza", P4, P4_ENV("\"SIMULATE_FAILED\": \"2021-11-17\""), NULL}, {0}};
	struct scripts scripts;
	char *paths[SCRIPTS_RUNS_MAX];
	struct error err;
	scripts_open(&scripts, tables);
	program_expect(SCRIPTS_RUN(&scripts, "run"), 2, NULL);
	program_expect(SCRIPTS_RUN(&scripts, "run"), 2, NULL);
	assert_int_equal(scripts_runs(&scripts, "psza", paths), 2);
	for (int i = 0; i < 2; i++) {
		struct run_about about = {0};
		assert_true(run_folder_read(paths[i], &about, &err));
		assert_int_equal(about.attempt, i + 1);
		run_about_release(&about);
		free(paths[i]);
	}
	scripts_close(&scripts);
}

static void a_script_that_is_not_there_is_named_and_no_date_was_tried(void **state)
{
	(void)state;
	static const struct script_table tables[] = {{"pcf", P4, NULL, NULL}, {0}};
	struct scripts scripts;
	scripts_open(&scripts, tables);
	char *script = path_join(scripts.home, "pcf.sh");
	assert_int_equal(unlink(script), 0);
	program_expect(SCRIPTS_RUN(&scripts, "run"), 2, "pcf does not start: ");
	assert_int_equal(scripts_runs(&scripts, NULL, NULL), 0);
	assert_true(scripts_cell_is(&scripts, "pcf", "2021-11-16", "ready"));
	free(script);
	scripts_close(&scripts);
}

static void add_season(const struct scripts *scripts)
{
	static const char season[] =
		"{\"calendar\": {\"seasons\": [{\"name\": \"2021-22\", \"first\": "
		"\"2021-10-19\", \"last\": \"2022-04-10\"}]}, ";
	struct buffer text = {0}, with = {0};
	struct error err;
	assert_true(path_read_file(scripts->pipeline, 1 << 20, &text, &err));
	buffer_add_format(&with, "%s%s", season, buffer_text(&text) + 1);
	assert_true(path_write_file(scripts->pipeline, with.bytes, with.length, &err));
	buffer_release(&text);
	buffer_release(&with);
}

/* In the fifth week of a season that is expected, and the dates after them are right. The script is
 * at work on one of these when its failures are read: it could be stopped. */
static void an_upstream_that_is_missing_early_in_the_season_stops_nothing(void **state)
{
	(void)state;
	static const struct script_table tables[] = {
		{"pcf", P4,
			P4_ENV("\"SIMULATE_GATE\": \"2021-11-19\", \"SIMULATE_FAILED\": "
			       "\"2021-11-16 2021-11-17 2021-11-18\""),
			NULL},
		{0}};
	struct scripts scripts;
	scripts_open(&scripts, tables);
	add_season(&scripts);
	struct program program =
		SCRIPTS_START(&scripts, "run", "--range", "2021-11-16..2021-11-20");
	program_await(&program, "2021-11-18 FAILED: MISSING_DEPENDENCY: Missing critical");
	scripts_open_gate(&scripts);
	struct program_result result = program_finish(&program);
	if (strstr(result.output, "stopping") != NULL)
		fail_msg("it stops:\n%s", result.output);
	program_expect(result, 2, "pcf: failed, 2 done, 3 failed, 0 left");
	assert_int_equal(scripts_newest(&scripts, "pcf").failed, 3);
	assert_int_equal(scripts_newest(&scripts, "pcf").done, 2);
	assert_int_equal(scripts_newest(&scripts, "pcf").left, 0);
	scripts_close(&scripts);
}

static void the_same_failure_three_times_stops_the_script(void **state)
{
	(void)state;
	static const struct script_table tables[] = {
		{"pcf", P4,
			P4_ENV("\"SIMULATE_HANG\": \"2021-11-19\", \"SIMULATE_ERROR\": "
			       "\"2021-11-16 2021-11-17 2021-11-18\""),
			NULL},
		{0}};
	struct scripts scripts;
	scripts_open(&scripts, tables);
	program_expect(SCRIPTS_RUN(&scripts, "run", "--range", "2021-11-16..2021-11-20"), 2,
		"3 dates failed one after the other for the same reason: stopping");
	assert_int_equal(scripts_newest(&scripts, "pcf").failed, 3);
	assert_int_equal(scripts_newest(&scripts, "pcf").left, 2);
	assert_int_equal(scripts_count(&scripts, "pcf", "SUMMARY"), 0);
	scripts_close(&scripts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(four_scripts_and_the_one_below_run_to_the_end_once),
		cmocka_unit_test(
			exit_status_0_with_a_failed_date_is_a_failed_run_and_blocks_what_is_below),
		cmocka_unit_test(a_success_that_loaded_no_row_is_told_and_stays_a_gap),
		cmocka_unit_test(a_date_that_the_script_leaves_out_by_rule_is_no_failure),
		cmocka_unit_test(attempts_are_counted_by_the_ledger),
		cmocka_unit_test(a_script_that_is_not_there_is_named_and_no_date_was_tried),
		cmocka_unit_test(an_upstream_that_is_missing_early_in_the_season_stops_nothing),
		cmocka_unit_test(the_same_failure_three_times_stops_the_script),
	};
	return cmocka_run_group_tests(tests, NULL, scripts_forget);
}

/* The verbs, run as programs, over the real slice. */
#include "tests/processes/support/verb.h"
#include "tests/support/program.h"
#include "tests/support/table.h"
#include "tests/test.h"

#include <signal.h>

#define RANGE "2021-10-19..2021-11-30"

static char *import_slice(const char *slice)
{
	char *home = test_folder();
	VERB_EXPECT(home, 0, "import", slice);
	return home;
}

static char *coverage_csv(const char *home, int status, bool verify)
{
	return VERB_OUTPUT(home, status, "coverage", "--format", "csv", "--range", RANGE,
		verify ? "--verify" : "--no-verify");
}

/* native.md: "Row counts that must come out". */
static const struct {
	const char *table;
	int64_t rows; /* -1: asked for date by date below */
	int dates;
} wanted[] = {
	{"player_game_summary", 6935, 42},
	{"team_offense_game_summary", 636, 42},
	{"team_defense_game_summary", 636, 42},
	{"upcoming_player_game_context", 10668, 42},
	{"upcoming_team_game_context", 636, 42},
	{"team_defense_zone_analysis", 840, 28},
	{"player_shot_zone_analysis", -1, 28},
	{"player_composite_factors", 7242, 28},
	{"player_daily_cache", 5370, 28},
	{"ml_feature_store_v2", 7242, 28},
};

static void check_counts(const char *csv)
{
	for (size_t i = 0; i < ARRAY_COUNT(wanted); i++) {
		struct csv_total total = csv_total(csv, wanted[i].table);
		if (wanted[i].rows >= 0)
			assert_int_equal(total.rows, wanted[i].rows);
		assert_int_equal(total.complete, wanted[i].dates);
		assert_int_equal(total.with_rows, wanted[i].dates);
		assert_int_equal(total.other, 0);
		assert_true(csv_is(csv, wanted[i].table, "2021-11-25", "off"));
	}
	assert_int_equal(csv_rows(csv, "player_shot_zone_analysis", "2021-11-02"), 304);
	assert_int_equal(csv_rows(csv, "player_shot_zone_analysis", "2021-11-30"), 423);
	assert_true(csv_is(csv, "ml_feature_store_v2", "2021-11-01", "bootstrap"));
}

static void the_whole_pipeline_runs_to_the_end_with_the_numbers_of_the_slice(void **state)
{
	(void)state;
	NEED_DATA(slice, "nba/slice_2021_oct_nov");
	char *home = import_slice(slice);
	char *before = coverage_csv(home, 1, false);
	assert_int_equal(csv_total(before, "player_game_summary").with_rows, 0);
	assert_true(csv_is(before, "player_game_summary", "2021-10-19", "ready"));
	assert_true(csv_is(before, "player_composite_factors", "2021-11-02", "blocked"));
	VERB_EXPECT(home, 0, "run", "--range", RANGE);
	char *receipts = coverage_csv(home, 0, false);
	char *counts = coverage_csv(home, 0, true);
	check_counts(receipts);
	assert_string_equal(receipts, counts);
	VERB_EXPECT(home, 0, "run", "--range", RANGE); /* nothing is left to do */
	free(before);
	free(receipts);
	free(counts);
	free(home);
	free(slice);
}

static void one_table_runs_alone_and_its_descendants_stay_blocked(void **state)
{
	(void)state;
	NEED_DATA(slice, "nba/slice_2021_oct_nov");
	char *home = import_slice(slice);
	VERB_EXPECT(home, 0, "run", "utgc", "--range", "2021-11-02..2021-11-05");
	char *csv = coverage_csv(home, 1, false);
	assert_int_equal(csv_total(csv, "upcoming_team_game_context").complete, 4);
	assert_true(csv_is(csv, "player_composite_factors", "2021-11-02", "blocked"));
	assert_int_equal(csv_total(csv, "player_game_summary").with_rows, 0);
	free(csv);
	free(home);
	free(slice);
}

static void status_speaks_json_with_a_version(void **state)
{
	(void)state;
	NEED_DATA(slice, "nba/slice_2021_oct_nov");
	char *home = import_slice(slice);
	VERB_EXPECT(home, 0, "run", "tdgs", "--range", "2021-10-19..2021-10-21");
	/* the range that was used last is the default */
	json_t *root = verb_parse(VERB_OUTPUT(home, 0, "status", "--json", "tdgs"));
	assert_int_equal(json_integer_value(json_object_get(root, "version")), 1);
	json_t *table = json_array_get(json_object_get(root, "tables"), 0);
	assert_int_equal(json_integer_value(json_object_get(table, "complete")), 3);
	json_t *run = json_object_get(table, "last_run");
	assert_string_equal(json_string_value(json_object_get(run, "outcome")), "succeeded");
	assert_int_equal(access(json_string_value(json_object_get(run, "log")), R_OK), 0);
	json_decref(root);
	free(home);
	free(slice);
}

static void mistakes_are_told_with_their_exit_status(void **state)
{
	(void)state;
	static const struct {
		const char *arguments[4];
		int status;
		const char *text;
	} cases[] = {
		{{"rnu"}, 3, "did you mean \"run\"? (backcourt help lists them)"},
		{{"status", "quxzzyvqx"}, 3, "(backcourt status lists them)"},
		{{"status", "player_game_sumary"}, 3, "did you mean player_game_summary?"},
		{{"status", "--range", "2021-13-01"}, 3, "--range"},
		{{"coverage", "--pipeline", "/nowhere.json"}, 4, "/nowhere.json"},
		{{"run"}, 4, "no schedule yet"},
		{{"coverage", "--warehouse", "oracle:x"}, 3, "no kind of warehouse"},
		{{"breaker", "reset"}, 3, "reset TABLE"},
	};
	char *home = test_folder();
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct program_result result = program_run(home, cases[i].arguments);
		program_expect(result, cases[i].status, cases[i].text);
	}
	free(home);
}

static void a_coverage_without_a_warehouse_is_unknown_not_empty(void **state)
{
	(void)state;
	char *home = test_folder();
	char *csv = coverage_csv(home, 4, false);
	assert_true(csv_is(csv, "player_game_summary", "2021-10-19", "unknown"));
	free(csv);
	free(home);
}

static void nothing_known_is_no_good_news(void **state)
{
	(void)state;
	static const struct {
		const char *verb, *text;
	} cases[] = {{"gaps", "no gaps as far as is known: 43 cells are unknown\n"},
		{"plan", "nothing to run as far as is known: "},
		{"status", " 0/0        0+         0+ "}};
	char *home = test_folder();
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		const char *const arguments[PROGRAM_ARGUMENTS_MAX] = {
			cases[i].verb, "pgs", "--range", "2021-10-19..2021-11-30"};
		program_expect(program_run(home, arguments), 4, cases[i].text);
	}
	free(home);
}

static void a_second_writer_is_refused_with_the_name_of_the_first(void **state)
{
	(void)state;
	NEED_DATA(slice, "nba/slice_2021_oct_nov");
	char *home = import_slice(slice);
	struct program first = PROGRAM_START(
		home, "run", "pgs", "--pace", "60000", "--range", "2021-10-19..2021-10-21");
	program_await(&first, "player_game_summary: 3 dates"); /* it has the lock now */
	char holder[64];
	snprintf(holder, sizeof(holder), "process %ld", (long)first.pid);
	program_expect(PROGRAM_RUN(home, "run", "--range", RANGE), 4, holder);
	/* Twice: at once. The first date would take a minute. */
	kill(first.pid, SIGTERM);
	kill(first.pid, SIGINT);
	program_expect(program_finish(&first), 1, NULL);
	char *csv = coverage_csv(home, 1, true);
	assert_int_equal(csv_total(csv, "player_game_summary").with_rows, 0);
	free(csv);
	free(home);
	free(slice);
}

/* The original leaves opp_paint_attempts empty, which once spoilt 10,068 rows below. The receipts
 * tell it: nothing has to be counted before a run says how it ended. */
static void a_run_that_leaves_a_critical_column_empty_is_not_complete(void **state)
{
	(void)state;
	NEED_DATA(slice, "nba/slice_2021_oct_nov");
	char *home = import_slice(slice);
	VERB_EXPECT(home, 1, "run", "tdgs", "--range", RANGE, "--rules", "original");
	char *csv = coverage_csv(home, 1, true);
	assert_true(csv_is(csv, "team_defense_game_summary", "2021-11-30", "thin"));
	free(csv);
	VERB_EXPECT(home, 0, "run", "togs", "--range", RANGE, "--rules", "original");
	free(home);
	free(slice);
}

/* Their gates want 15 games of a team, so the zones of the first weeks fail one after the other.
 * That is expected, and stops nothing: the dates after them are tried, and what is below starts
 * where its own history is long enough. */
static void the_original_rules_end_with_the_gaps_that_their_gates_make(void **state)
{
	(void)state;
	static const char *const whole[] = {"player_game_summary", "team_offense_game_summary",
		"upcoming_player_game_context", "upcoming_team_game_context"};
	NEED_DATA(slice, "nba/slice_2021_oct_nov");
	char *home = import_slice(slice);
	/* Their zones look at the day itself too, which no edge of the pipeline says: the summaries
	 * are there first, so that the order of the workers decides nothing. */
	VERB_EXPECT(home, 0, "run", "pgs", "togs", "--range", RANGE, "--rules", "original");
	VERB_EXPECT(home, 1, "run", "tdgs", "--range", RANGE, "--rules", "original");
	VERB_EXPECT(home, 2, "run", "--range", RANGE, "--rules", "original");
	char *csv = coverage_csv(home, 1, false);
	for (size_t i = 0; i < ARRAY_COUNT(whole); i++)
		assert_int_equal(csv_total(csv, whole[i]).complete, 42);
	/* every date is there, and none has its critical column */
	assert_int_equal(csv_total(csv, "team_defense_game_summary").with_rows, 42);
	assert_int_equal(csv_total(csv, "team_defense_game_summary").complete, 0);
	assert_int_equal(csv_total(csv, "team_defense_zone_analysis").with_rows, 12);
	assert_true(csv_is(csv, "team_defense_zone_analysis", "2021-11-02", "failed"));
	assert_true(csv_is(csv, "team_defense_zone_analysis", "2021-11-17", "failed"));
	assert_true(csv_is(csv, "team_defense_zone_analysis", "2021-11-30", "thin"));
	/* ten games of a player: nobody has them before November 5 */
	assert_true(csv_is(csv, "player_shot_zone_analysis", "2021-11-04", "empty"));
	assert_true(csv_is(csv, "player_shot_zone_analysis", "2021-11-05", "complete"));
	assert_int_equal(csv_total(csv, "player_shot_zone_analysis").complete, 25);
	assert_true(csv_is(csv, "player_daily_cache", "2021-11-04", "blocked"));
	assert_true(csv_is(csv, "player_daily_cache", "2021-11-05", "failed"));
	assert_true(csv_is(csv, "player_daily_cache", "2021-11-10", "complete"));
	assert_int_equal(csv_total(csv, "player_daily_cache").complete, 20);
	assert_true(csv_is(csv, "player_composite_factors", "2021-11-30", "blocked"));
	assert_true(csv_is(csv, "ml_feature_store_v2", "2021-11-30", "blocked"));
	free(csv);
	free(home);
	free(slice);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_run_that_leaves_a_critical_column_empty_is_not_complete),
		cmocka_unit_test(the_original_rules_end_with_the_gaps_that_their_gates_make),
		cmocka_unit_test(the_whole_pipeline_runs_to_the_end_with_the_numbers_of_the_slice),
		cmocka_unit_test(one_table_runs_alone_and_its_descendants_stay_blocked),
		cmocka_unit_test(status_speaks_json_with_a_version),
		cmocka_unit_test(mistakes_are_told_with_their_exit_status),
		cmocka_unit_test(a_coverage_without_a_warehouse_is_unknown_not_empty),
		cmocka_unit_test(nothing_known_is_no_good_news),
		cmocka_unit_test(a_second_writer_is_refused_with_the_name_of_the_first),
	};
	return RUN(tests);
}

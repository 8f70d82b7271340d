/* The verbs that say what is wrong and what to do about it, as programs over the real slice. */
#include "tests/processes/support/verb.h"
#include "tests/support/program.h"
#include "tests/support/table.h"
#include "tests/test.h"

#include "base/date.h"

#define RANGE "2021-11-01..2021-11-06"

static char *import_slice(const char *slice)
{
	char *home = test_folder();
	VERB_EXPECT(home, 0, "import", slice);
	return home;
}

static void the_missing_table_is_the_cause_of_what_it_holds_up(void **state)
{
	(void)state;
	NEED_DATA(slice, "nba/slice_2021_oct_nov");
	char *home = import_slice(slice);
	VERB_EXPECT(home, 0, "run", "--range", "2021-10-19..2021-11-01");
	VERB_EXPECT(
		home, 0, "run", "pgs", "togs", "tdgs", "utgc", "tdza", "psza", "--range", RANGE);
	json_t *root = verb_parse(VERB_OUTPUT(home, 1, "gaps", "--json", "--range", RANGE));
	json_t *causes = json_object_get(root, "causes");
	json_t *cause = verb_table(causes, "upcoming_player_game_context");
	assert_int_equal(json_array_size(causes), 1);
	assert_non_null(cause);
	assert_string_equal(json_string_value(json_object_get(cause, "reason")), "NEVER_RUN");
	assert_int_equal(json_integer_value(json_object_get(cause, "cells")), 5);
	assert_int_equal(json_integer_value(json_object_get(cause, "frees")), 15);
	assert_int_equal(json_integer_value(json_object_get(root, "held_up")), 15);
	json_decref(root);
	free(home);
	free(slice);
}

/* Runs one line of `plan --shell`. */
static void run_line(const char *home, char *line)
{
	const char *arguments[PROGRAM_ARGUMENTS_MAX] = {NULL};
	size_t count = 0;
	char *rest = line;
	assert_string_equal(strsep(&rest, " "), "backcourt");
	for (char *word; (word = strsep(&rest, " ")) != NULL;)
		arguments[count++] = word;
	arguments[count] = NULL;
	free(verb_output(home, 0, arguments));
}

static void the_commands_of_the_plan_cure_every_gap(void **state)
{
	(void)state;
	NEED_DATA(slice, "nba/slice_2021_oct_nov");
	char *home = import_slice(slice);
	char *commands =
		VERB_OUTPUT(home, 1, "plan", "--shell", "--range", "2021-10-19..2021-11-06");
	char *rest = commands;
	int lines = 0;
	for (char *line; (line = strsep(&rest, "\n")) != NULL && *line != '\0'; lines++)
		run_line(home, line);
	assert_int_equal(lines, 10);
	VERB_EXPECT(home, 0, "status", "--range", "2021-10-19..2021-11-06");
	char *after = VERB_OUTPUT(home, 0, "plan", "--range", "2021-10-19..2021-11-06");
	assert_string_equal(after, "nothing to run\n");
	free(after);
	free(commands);
	free(home);
	free(slice);
}

static void a_plan_says_what_waits_when_its_causes_are_not_chosen(void **state)
{
	(void)state;
	NEED_DATA(slice, "nba/slice_2021_oct_nov");
	char *home = import_slice(slice);
	json_t *root = verb_parse(VERB_OUTPUT(home, 1, "plan", "pcf", "--json", "--range", RANGE));
	json_t *left = verb_table(json_object_get(root, "left"), "player_composite_factors");
	assert_int_equal(json_array_size(json_object_get(root, "steps")), 0);
	assert_non_null(left);
	assert_false(json_boolean_value(json_object_get(left, "needs_you")));
	json_decref(root);
	free(home);
	free(slice);
}

static void a_run_takes_the_language_of_dates(void **state)
{
	(void)state;
	NEED_DATA(slice, "nba/slice_2021_oct_nov");
	char *home = import_slice(slice);
	VERB_EXPECT(home, 0, "run", "pgs", "--range", "2021-11-02,2021-11-04..2021-11-05");
	char *csv = VERB_OUTPUT(home, 1, "coverage", "--csv", "--range", RANGE);
	assert_int_equal(csv_total(csv, "player_game_summary").complete, 3);
	assert_true(csv_is(csv, "player_game_summary", "2021-11-03", "ready"));
	free(csv);
	VERB_EXPECT(home, 0, "run", "pgs", "--range", "@gaps,!2021-11-03"); /* of the last range */
	csv = VERB_OUTPUT(home, 1, "coverage", "--csv", "--range", RANGE);
	assert_true(csv_is(csv, "player_game_summary", "2021-11-03", "ready"));
	free(csv);
	char *refused = VERB_OUTPUT(home, 3, "run", "pgs", "--range", "@gap");
	assert_non_null(strstr(refused, "no verdict is called 'gap'"));
	free(refused);
	refused = VERB_OUTPUT(home, 3, "run", "pgs", "--range", "season:1999-00");
	assert_non_null(strstr(refused, "season:1999-00"));
	free(refused);
	free(home);
	free(slice);
}

#define DECEMBER_RANGE "2021-11-15..2021-11-30"

/* A verb over the pipeline of the users' scripts and a file of counts. */
static char *of_counts(const char *home, const char *verb, const char *format, const char *counts)
{
	char *spec = memory_format("counts:%s", counts);
	char *output = VERB_OUTPUT(home, 1, verb, format, "--pipeline", "nba-scripts",
		"--warehouse", spec, "--range", DECEMBER_RANGE);
	free(spec);
	return output;
}

/* The known answers are in the header of the file. */
static void the_day_after_the_hand_off_is_judged_as_people_found_it(void **state)
{
	(void)state;
	static const struct {
		const char *table, *dates[6];
	} stale[] = {
		{"player_composite_factors", {"2021-11-18", "2021-11-21", "2021-11-28"}},
		{"ml_feature_store_v2", {"2021-11-18"}},
		{"player_daily_cache",
			{"2021-11-16", "2021-11-18", "2021-11-21", "2021-11-23", "2021-11-28"}},
	};
	NEED_DATA(counts, "coverage_2025-12-04.csv");
	char *home = test_folder();
	char *csv = of_counts(home, "coverage", "--csv", counts);
	for (size_t i = 0; i < ARRAY_COUNT(stale); i++)
		for (size_t k = 0; k < 6 && stale[i].dates[k] != NULL; k++)
			assert_true(csv_is(csv, stale[i].table, stale[i].dates[k], "stale"));
	assert_true(csv_is(csv, "team_offense_game_summary", "2021-11-15", "duplicate"));
	assert_true(csv_is(csv, "team_defense_game_summary", "2021-11-15", "duplicate"));
	assert_int_equal(csv_rows(csv, "team_defense_zone_analysis", "2021-11-29"), 29);
	assert_true(csv_is(csv, "team_defense_zone_analysis", "2021-11-29", "complete"));
	assert_true(csv_is(csv, "player_shot_zone_analysis", "2021-11-25", "off"));
	assert_true(csv_is(csv, "player_game_summary", "2021-11-16", "ready"));
	free(csv);
	json_t *root = verb_parse(of_counts(home, "gaps", "--json", counts));
	json_t *first = json_array_get(json_object_get(root, "causes"), 0);
	assert_string_equal(
		json_string_value(json_object_get(first, "table")), "player_game_summary");
	assert_int_equal(json_array_size(json_object_get(first, "dates")), 6);
	json_decref(root);
	free(home);
	free(counts);
}

/* There is nowhere to write to: no date may look as if its run had failed. */
static void nothing_is_computed_into_a_file_of_counts(void **state)
{
	(void)state;
	NEED_DATA(counts, "coverage_2025-12-04.csv");
	char *home = test_folder();
	char *spec = memory_format("counts:%s", counts);
	const char *const chosen[] = {"pgs", NULL};
	for (size_t i = 0; i < ARRAY_COUNT(chosen); i++) {
		char *said = chosen[i] == NULL
				     ? VERB_OUTPUT(home, 1, "run", "--warehouse", spec, "--range",
					       DECEMBER_RANGE)
				     : VERB_OUTPUT(home, 1, "run", chosen[i], "--warehouse", spec,
					       "--range", DECEMBER_RANGE);
		assert_non_null(strstr(said, "a file of counts can only be looked at"));
		free(said);
	}
	char *csv = VERB_OUTPUT(
		home, 1, "coverage", "--csv", "--warehouse", spec, "--range", DECEMBER_RANGE);
	assert_null(strstr(csv, ",failed,"));
	assert_true(csv_is(csv, "player_game_summary", "2021-11-16", "ready"));
	free(csv);
	free(spec);
	free(home);
	free(counts);
}

static void why_names_the_root_cause_and_the_command(void **state)
{
	(void)state;
	NEED_DATA(counts, "coverage_2025-12-04.csv");
	char *home = test_folder();
	char *spec = memory_format("counts:%s", counts);
	json_t *root = verb_parse(VERB_OUTPUT(home, 1, "why", "pcf", "2021-11-18", "--json",
		"--pipeline", "nba-scripts", "--warehouse", spec, "--range", DECEMBER_RANGE));
	json_t *chain = json_object_get(root, "chain");
	json_t *cause = json_array_get(chain, json_array_size(chain) - 1);
	assert_string_equal(
		json_string_value(json_object_get(root, "reason")), "STALE_COMPUTED_ON_THIN");
	assert_string_equal(
		json_string_value(json_object_get(cause, "table")), "player_game_summary");
	assert_non_null(strstr(json_string_value(json_object_get(root, "command")), "run pgs"));
	json_decref(root);
	/* The script refuses 6 team rows: no run cures that. */
	char *text = VERB_OUTPUT(home, 1, "why", "pcf", "2021-11-16", "--pipeline", "nba-scripts",
		"--warehouse", spec, "--range", DECEMBER_RANGE);
	assert_non_null(strstr(text, "next: nothing by itself: player_game_summary 2021-11-16 has "
				     "to be run, but then the job of player_composite_factors "
				     "refuses fewer than 10 rows of upcoming_team_game_context; "
				     "there are 6\n"));
	assert_null(strstr(text, "repair:"));
	free(text);
	VERB_EXPECT(home, 3, "why", "pcf");
	VERB_EXPECT(home, 3, "why", "pcf", "11-18");
	VERB_EXPECT(home, 3, "why", "pfc", "2021-11-18");
	free(spec);
	free(home);
	free(counts);
}

static void the_hand_off_can_run_factors_on_one_of_fourteen_dates_and_says_why(void **state)
{
	(void)state;
	char *home = test_folder();
	char *pipeline = verb_write_pipeline(home), *counts = verb_write_hand_off(home);
	char *spec = memory_format("counts:%s", counts);
	char *csv = VERB_OUTPUT(home, 1, "coverage", "pcf", "--csv", "--pipeline", pipeline,
		"--warehouse", spec, "--range", "2021-11-16..2021-11-30");
	assert_true(csv_is(csv, "player_composite_factors", "2021-11-16", "ready"));
	assert_int_equal(csv_total(csv, "player_composite_factors").other, 14);
	for (int day = 17; day <= 30; day++) {
		char date[DATE_TEXT_BYTES];
		snprintf(date, sizeof(date), "2021-11-%02d", day);
		assert_true(csv_is(
			csv, "player_composite_factors", date, day == 25 ? "off" : "blocked"));
	}
	free(csv);
	json_t *root = verb_parse(VERB_OUTPUT(home, 1, "gaps", "--json", "--pipeline", pipeline,
		"--warehouse", spec, "--range", "2021-11-16..2021-11-30"));
	json_t *first = json_array_get(json_object_get(root, "causes"), 0);
	assert_string_equal(
		json_string_value(json_object_get(first, "table")), "upcoming_player_game_context");
	assert_int_equal(json_integer_value(json_object_get(first, "cells")), 13);
	json_decref(root);
	root = verb_parse(VERB_OUTPUT(home, 1, "plan", "--json", "--pipeline", pipeline,
		"--warehouse", spec, "--range", "2021-11-16..2021-11-30"));
	json_t *steps = json_object_get(root, "steps");
	assert_int_equal(json_array_size(steps), 4); /* one, and its three descendants */
	assert_non_null(verb_table(steps, "upcoming_player_game_context"));
	assert_int_equal(json_array_size(json_object_get(root, "left")), 0);
	json_decref(root);
	free(spec);
	free(counts);
	free(pipeline);
	free(home);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_missing_table_is_the_cause_of_what_it_holds_up),
		cmocka_unit_test(the_commands_of_the_plan_cure_every_gap),
		cmocka_unit_test(a_plan_says_what_waits_when_its_causes_are_not_chosen),
		cmocka_unit_test(a_run_takes_the_language_of_dates),
		cmocka_unit_test(nothing_is_computed_into_a_file_of_counts),
		cmocka_unit_test(why_names_the_root_cause_and_the_command),
		cmocka_unit_test(the_day_after_the_hand_off_is_judged_as_people_found_it),
		cmocka_unit_test(
			the_hand_off_can_run_factors_on_one_of_fourteen_dates_and_says_why),
	};
	return RUN(tests);
}

/* The verbs that say what is wrong and what to do about it, as programs over the real slice. */
#include "tests/test.h"

#include "base/date.h"
#include "tests/support/program.h"
#include "tests/support/table.h"

#include <jansson.h>

#define RANGE "2021-11-01..2021-11-06"

static struct program_result run_expecting(
	const char *home, int status, const char *const *arguments)
{
	struct program_result result = program_run(home, arguments);
	if (result.status != status)
		fail_msg("exit status %d, not %d:\n%s", result.status, status, result.output);
	return result;
}
#define EXPECT(home, status, ...) \
	free(run_expecting(home, status, (const char *const[]){__VA_ARGS__, NULL}).output)
#define OUTPUT(home, status, ...) \
	run_expecting(home, status, (const char *const[]){__VA_ARGS__, NULL}).output

static char *import_slice(const char *slice)
{
	char *home = test_folder();
	EXPECT(home, 0, "import", slice);
	return home;
}

static json_t *parse(char *text)
{
	json_error_t where;
	json_t *root = json_loads(text, 0, &where);
	if (root == NULL)
		fail_msg("line %d: %s in:\n%s", where.line, where.text, text);
	free(text);
	return root;
}

static json_t *with_table(json_t *list, const char *table)
{
	size_t i;
	json_t *item;
	json_array_foreach(list, i,
		item) if (strcmp(json_string_value(json_object_get(item, "table")), table) ==
			  0) return item;
	return NULL;
}

static void the_missing_table_is_the_cause_of_what_it_holds_up(void **state)
{
	(void)state;
	NEED_DATA(slice, "nba/slice_2021_oct_nov");
	char *home = import_slice(slice);
	EXPECT(home, 0, "run", "--range", "2021-10-19..2021-11-01");
	EXPECT(home, 0, "run", "pgs", "togs", "tdgs", "utgc", "tdza", "psza", "--range", RANGE);
	json_t *root = parse(OUTPUT(home, 1, "gaps", "--json", "--range", RANGE));
	json_t *causes = json_object_get(root, "causes");
	json_t *cause = with_table(causes, "upcoming_player_game_context");
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
	free(run_expecting(home, 0, arguments).output);
}

static void the_commands_of_the_plan_cure_every_gap(void **state)
{
	(void)state;
	NEED_DATA(slice, "nba/slice_2021_oct_nov");
	char *home = import_slice(slice);
	char *commands = OUTPUT(home, 1, "plan", "--shell", "--range", "2021-10-19..2021-11-06");
	char *rest = commands;
	int lines = 0;
	for (char *line; (line = strsep(&rest, "\n")) != NULL && *line != '\0'; lines++)
		run_line(home, line);
	assert_int_equal(lines, 10);
	EXPECT(home, 0, "status", "--range", "2021-10-19..2021-11-06");
	char *after = OUTPUT(home, 0, "plan", "--range", "2021-10-19..2021-11-06");
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
	json_t *root = parse(OUTPUT(home, 1, "plan", "pcf", "--json", "--range", RANGE));
	json_t *left = with_table(json_object_get(root, "left"), "player_composite_factors");
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
	EXPECT(home, 0, "run", "pgs", "--range", "2021-11-02,2021-11-04..2021-11-05");
	char *csv = OUTPUT(home, 1, "coverage", "--csv", "--range", RANGE);
	assert_int_equal(csv_total(csv, "player_game_summary").complete, 3);
	assert_true(csv_is(csv, "player_game_summary", "2021-11-03", "ready"));
	free(csv);
	EXPECT(home, 0, "run", "pgs", "--range", "@gaps,!2021-11-03"); /* of the last range */
	csv = OUTPUT(home, 1, "coverage", "--csv", "--range", RANGE);
	assert_true(csv_is(csv, "player_game_summary", "2021-11-03", "ready"));
	free(csv);
	char *refused = OUTPUT(home, 3, "run", "pgs", "--range", "@gap");
	assert_non_null(strstr(refused, "no verdict is called 'gap'"));
	free(refused);
	refused = OUTPUT(home, 3, "run", "pgs", "--range", "season:1999-00");
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
	char *output = OUTPUT(home, 1, verb, format, "--pipeline", "nba-scripts", "--warehouse",
		spec, "--range", DECEMBER_RANGE);
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
	json_t *root = parse(of_counts(home, "gaps", "--json", counts));
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
		char *said = chosen[i] == NULL ? OUTPUT(home, 1, "run", "--warehouse", spec,
							 "--range", DECEMBER_RANGE)
					       : OUTPUT(home, 1, "run", chosen[i], "--warehouse",
							 spec, "--range", DECEMBER_RANGE);
		assert_non_null(strstr(said, "a file of counts can only be looked at"));
		free(said);
	}
	char *csv = OUTPUT(
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
	json_t *root = parse(OUTPUT(home, 1, "why", "pcf", "2021-11-18", "--json", "--pipeline",
		"nba-scripts", "--warehouse", spec, "--range", DECEMBER_RANGE));
	json_t *chain = json_object_get(root, "chain");
	json_t *cause = json_array_get(chain, json_array_size(chain) - 1);
	assert_string_equal(
		json_string_value(json_object_get(root, "reason")), "STALE_COMPUTED_ON_THIN");
	assert_string_equal(
		json_string_value(json_object_get(cause, "table")), "player_game_summary");
	assert_non_null(strstr(json_string_value(json_object_get(root, "command")), "run pgs"));
	json_decref(root);
	/* The script refuses 6 team rows: no run cures that. */
	char *text = OUTPUT(home, 1, "why", "pcf", "2021-11-16", "--pipeline", "nba-scripts",
		"--warehouse", spec, "--range", DECEMBER_RANGE);
	assert_non_null(strstr(text, "next: nothing by itself: player_game_summary 2021-11-16 has "
				     "to be run, but then the job of player_composite_factors "
				     "refuses fewer than 10 rows of upcoming_team_game_context; "
				     "there are 6\n"));
	assert_null(strstr(text, "repair:"));
	free(text);
	EXPECT(home, 3, "why", "pcf");
	EXPECT(home, 3, "why", "pcf", "11-18");
	EXPECT(home, 3, "why", "pfc", "2021-11-18");
	free(spec);
	free(home);
	free(counts);
}

/* The users' pipeline without what the scripts demand of their upstreams' row counts. */
static char *write_pipeline(const char *home)
{
	json_error_t where;
	char *text = OUTPUT(home, 0, "pipeline", "--print", "nba-scripts");
	json_t *root = json_loads(text, 0, &where), *table;
	size_t i;
	json_array_foreach(json_object_get(root, "tables"), i, table)
		json_object_del(json_object_get(table, "job"), "requires");
	char *path = memory_format("%s/pipeline.json", home);
	assert_int_equal(json_dump_file(root, path, 0), 0);
	json_decref(root);
	free(text);
	return path;
}

/* What the hand-off of 2025-12-03 was about: upcoming_player_game_context ends on 11-16. */
static char *write_hand_off(const char *home)
{
	static const int games[] = {3, 11, 6, 9, 9, 5, 10, 4, 13, 0, 12, 8, 5, 9, 5};
	char *path = memory_format("%s/counts.csv", home);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	fputs("date,games,player_game_summary,team_offense_game_summary,team_defense_game_summary,"
	      "upcoming_player_game_context,upcoming_team_game_context,team_defense_zone_analysis,"
	      "player_shot_zone_analysis,player_composite_factors,player_daily_cache,"
	      "ml_feature_store_v2\n",
		file);
	for (int i = 0; i < (int)ARRAY_COUNT(games); i++)
		fprintf(file, "2021-11-%02d,%d,%d,%d,%d,%d,%d,%d,%d,0,0,0\n", 16 + i, games[i],
			games[i] * 22, games[i] * 2, games[i] * 2, i == 0 ? games[i] * 34 : 0,
			games[i] * 2, games[i] > 0 ? 30 : 0, games[i] > 0 ? 280 + i : 0);
	assert_int_equal(fclose(file), 0);
	return path;
}

static void the_hand_off_can_run_factors_on_one_of_fourteen_dates_and_says_why(void **state)
{
	(void)state;
	char *home = test_folder();
	char *pipeline = write_pipeline(home), *counts = write_hand_off(home);
	char *spec = memory_format("counts:%s", counts);
	char *csv = OUTPUT(home, 1, "coverage", "pcf", "--csv", "--pipeline", pipeline,
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
	json_t *root = parse(OUTPUT(home, 1, "gaps", "--json", "--pipeline", pipeline,
		"--warehouse", spec, "--range", "2021-11-16..2021-11-30"));
	json_t *first = json_array_get(json_object_get(root, "causes"), 0);
	assert_string_equal(
		json_string_value(json_object_get(first, "table")), "upcoming_player_game_context");
	assert_int_equal(json_integer_value(json_object_get(first, "cells")), 13);
	json_decref(root);
	root = parse(OUTPUT(home, 1, "plan", "--json", "--pipeline", pipeline, "--warehouse", spec,
		"--range", "2021-11-16..2021-11-30"));
	json_t *steps = json_object_get(root, "steps");
	assert_int_equal(json_array_size(steps), 4); /* one, and its three descendants */
	assert_non_null(with_table(steps, "upcoming_player_game_context"));
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

/*
 * Scenes that really happened, by the letters under which they were written down, as the programs
 * answer them now. Elsewhere: (a) the day after the hand-off and (a2) the hand-off itself in
 * truth_test and coverage_fixture_test; (e) a checkpoint that knows more than the table in
 * checkpoint_test; (h) a log that is silent with the live checks of running jobs.
 */
#include "tests/processes/support/verb.h"
#include "tests/processes/support/yard.h"
#include "tests/support/scripts.h"
#include "tests/support/table.h"
#include "tests/test.h"

#include "base/path.h"
#include "jobs/process.h"

#include <signal.h>
#include <sys/wait.h>

#define FIXTURE_RANGE "2021-11-15..2021-11-30"
#define GOAL_RANGE    "2021-10-19..2021-11-01"

static void expect(const char *text, const char *part)
{
	if (strstr(text, part) == NULL)
		fail_msg("\"%s\" is not in:\n%s", part, text);
}

static char *finish(struct program *program, int status)
{
	struct program_result result = program_finish(program);
	if (result.status != status)
		fail_msg("exit status %d, not %d:\n%s", result.status, status, result.output);
	return result.output;
}

static char *run_scripts(const struct scripts *scripts, int status, const char *const *arguments)
{
	struct program program = scripts_start(scripts, arguments);
	return finish(&program, status);
}
#define RUN_SCRIPTS(scripts, status, ...) \
	run_scripts(scripts, status, (const char *const[]){__VA_ARGS__, NULL})

static void replace_in(const char *path, const char *old, const char *new)
{
	struct buffer text = {0};
	struct error err;
	assert_true(path_read_file(path, PATH_FILE_BYTES_MAX, &text, &err));
	char *at = strstr(text.bytes, old);
	assert_non_null(at);
	char *changed = memory_format(
		"%.*s%s%s", (int)(at - text.bytes), text.bytes, new, at + strlen(old));
	assert_true(path_write_file(path, changed, strlen(changed), &err));
	free(changed);
	buffer_release(&text);
}

/* The dates of a CSV of coverage for which something is expected, in its order; free each. */
static size_t expected_dates(const char *csv, const char *games, char **dates, size_t room)
{
	size_t count = 0;
	for (const char *line = csv; line != NULL; line = strchr(line, '\n')) {
		char date[16], verdict[16], last[8];
		line += *line == '\n';
		if (sscanf(line, "%*[^,],%15[^,],%*[^,],%*[^,],%15[^,]", date, verdict) != 2 &&
			sscanf(line, "%*[^,],%15[^,],,%*[^,],%15[^,]", date, verdict) != 2)
			continue;
		const char *end = strchr(line, '\n');
		const char *comma = end;
		while (comma != NULL && comma > line && *comma != ',')
			comma--;
		if (comma == NULL || sscanf(comma, ",%7[0-9]", last) != 1)
			continue;
		bool is_meant = strcmp(verdict, "ready") == 0 &&
				(games == NULL || strcmp(games, last) == 0);
		if (is_meant && count < room)
			dates[count++] = memory_copy_text(date);
	}
	return count;
}

static void release_dates(char **dates, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(dates[i]);
}

/* (b) upcoming_team_game_context reported "2 teams" on a date with 2 games, and success. */
static void scene_b_two_teams_on_a_date_with_two_games_are_two_too_few(void **state)
{
	(void)state;
	static const struct script_table tables[] = {
		{"utgc", "phase3_simulator", "], \"env\": {\"SIMULATE_ROWS\": \"2\"}", NULL}, {0}};
	struct scripts scripts;
	char *dates[1];
	scripts_open(&scripts, tables);
	replace_in(scripts.pipeline, "{\"constant\": 382}", "{\"per_game\": 2}");
	char *csv =
		RUN_SCRIPTS(&scripts, 1, "coverage", "--csv", "--range", "2021-10-19..2022-01-31");
	assert_int_equal(expected_dates(csv, "2", dates, 1), 1);
	free(csv);
	char *said = RUN_SCRIPTS(&scripts, 1, "run", "utgc", "--range", dates[0]);
	char *line = memory_format("utgc %s: 2 rows", dates[0]);
	expect(said, line); /* what the job says of itself */
	free(line);
	free(said);
	csv = RUN_SCRIPTS(&scripts, 1, "coverage", "--csv", "--range", dates[0]);
	assert_true(csv_is(csv, "utgc", dates[0], "thin"));
	free(csv);
	said = RUN_SCRIPTS(&scripts, 1, "why", "utgc", dates[0]);
	expect(said, "2 rows of 4");
	free(said);
	release_dates(dates, 1);
	scripts_close(&scripts);
}

static char *of_fixture(
	const char *home, const char *counts, int status, const char *const *arguments)
{
	const char *all[PROGRAM_ARGUMENTS_MAX] = {NULL};
	char *spec = memory_format("counts:%s", counts);
	size_t count = 0;
	for (; arguments[count] != NULL; count++)
		all[count] = arguments[count];
	all[count++] = "--pipeline";
	all[count++] = "nba-scripts";
	all[count++] = "--warehouse";
	all[count] = spec;
	char *output = verb_output(home, status, all);
	free(spec);
	return output;
}
#define OF_FIXTURE(home, counts, status, ...) \
	of_fixture(home, counts, status, (const char *const[]){__VA_ARGS__, NULL})

/* (c) A threshold of exactly 30 stopped at 29: ours is the table's own, and says how many. */
static void scene_c_one_team_short_is_complete_and_is_said(void **state)
{
	(void)state;
	NEED_DATA(counts, "coverage_2025-12-04.csv");
	char *home = test_folder();
	char *csv =
		OF_FIXTURE(home, counts, 0, "coverage", "tdza", "--csv", "--range", FIXTURE_RANGE);
	static const char *const dates[] = {"2021-11-29", "2021-11-30"};
	for (size_t i = 0; i < ARRAY_COUNT(dates); i++) {
		assert_int_equal(csv_rows(csv, "team_defense_zone_analysis", dates[i]), 29);
		assert_true(csv_is(csv, "team_defense_zone_analysis", dates[i], "complete"));
		char *why = OF_FIXTURE(home, counts, 0, "why", "tdza", dates[i]);
		expect(why, "complete: 29 rows, 29 to 30 expected");
		free(why);
	}
	free(csv);
	free(home);
	free(counts);
}

/* (d) Thanksgiving: no games, and rows all the same; neither a gap nor an error. */
static void scene_d_rows_on_an_off_day_are_no_gap_and_no_error(void **state)
{
	(void)state;
	NEED_DATA(counts, "coverage_2025-12-04.csv");
	char *home = test_folder();
	char *csv = OF_FIXTURE(home, counts, 0, "coverage", "--csv", "--range", "2021-11-25");
	assert_int_equal(csv_rows(csv, "player_shot_zone_analysis", "2021-11-25"), 313);
	assert_true(csv_is(csv, "player_shot_zone_analysis", "2021-11-25", "off"));
	assert_true(csv_is(csv, "player_composite_factors", "2021-11-25", "off"));
	free(csv);
	char *said = OF_FIXTURE(home, counts, 0, "gaps", "--range", "2021-11-25");
	expect(said, "no gaps");
	free(said);
	said = OF_FIXTURE(home, counts, 0, "why", "psza", "2021-11-25");
	expect(said, "no games: nothing expected; 313 rows are there");
	free(said);
	free(home);
	free(counts);
}

#define SCENE_F_DONE  19
#define SCENE_F_RANGE "2021-11-02..2021-12-31"
#define SCENE_F_MAX   80

/* Everything dies at once, and the machine comes up with another boot id. */
static void reboot(const char *run, struct program *program)
{
	char boot[RUN_BOOT_ID_BYTES];
	kill(program->pid, SIGKILL);
	yard_kill_both(run);
	assert_true(process_boot_id(boot));
	char *path = path_join(run, RUN_FILE_PROCESS);
	replace_in(path, boot, "00000000-0000-0000-0000-000000000000");
	free(path);
	free(program_finish(program).output);
}

/* (f) ml_feature_store_v2 was at 19 of 585 when the machine was started anew. */
static void scene_f_a_reboot_keeps_the_dates_that_were_done_and_goes_on_behind_them(void **state)
{
	(void)state;
	static const struct script_table plain[] = {{"mlfs", "phase4_simulator", NULL, NULL}, {0}};
	struct scripts scripts;
	char *dates[SCENE_F_MAX] = {0}, *runs[SCRIPTS_RUNS_MAX];
	scripts_open(&scripts, plain);
	char *csv = RUN_SCRIPTS(&scripts, 1, "coverage", "--csv", "--range", SCENE_F_RANGE);
	size_t count = expected_dates(csv, NULL, dates, SCENE_F_MAX);
	assert_true(count > SCENE_F_DONE + 10);
	free(csv);
	scripts_close(&scripts);
	char *more = memory_format("], \"env\": {\"SIMULATE_GATE\": \"%s\"}", dates[SCENE_F_DONE]);
	const struct script_table gated[] = {{"mlfs", "phase4_simulator", more, NULL}, {0}};
	scripts_open(&scripts, gated);
	struct program program = SCRIPTS_START(&scripts, "run", "mlfs", "--range", SCENE_F_RANGE);
	char *line = memory_format("mlfs %s: 382 rows", dates[SCENE_F_DONE - 1]);
	program_await(&program, line);
	free(line);
	assert_int_equal(scripts_runs(&scripts, "mlfs", runs), 1);
	line = memory_format("Deleting existing data for %s", dates[SCENE_F_DONE]);
	yard_await_log(runs[0], line);
	free(line);
	reboot(runs[0], &program);
	scripts_open_gate(&scripts);
	char *said = RUN_SCRIPTS(&scripts, 0, "run", "mlfs", "--range", SCENE_F_RANGE);
	expect(said, "1 run is lost");
	free(said);
	/* What was done is not done again; the date in hand is, for it was cut in its write. */
	assert_int_equal(scripts_runs(&scripts, "mlfs", NULL), 2);
	for (size_t i = 0; i < count; i++) {
		line = memory_format("Deleting existing data for %s", dates[i]);
		assert_int_equal(scripts_count(&scripts, "mlfs", line), i == SCENE_F_DONE ? 2 : 1);
		free(line);
	}
	free(runs[0]);
	free(more);
	release_dates(dates, count);
	scripts_close(&scripts);
}

/* (g) Two runs of one table over the same dates: the second is refused, and the first is named. */
static void scene_g_a_second_run_over_the_same_dates_is_refused_by_name(void **state)
{
	(void)state;
	static const struct script_table tables[] = {{"utgc", "phase4_simulator", NULL, NULL}, {0}};
	struct scripts scripts;
	scripts_open(&scripts, tables);
	char *script = path_join(scripts.home, "utgc.sh");
	setenv("SIMULATE_HANG", "2021-11-17", 1);
	pid_t pid = SCRIPTS_START_BY_HAND(
		&scripts, "sh", script, "--start-date", "2021-11-16", "--end-date", "2021-11-18");
	unsetenv("SIMULATE_HANG");
	/* Another range that overlaps it in one date. */
	char *said = RUN_SCRIPTS(&scripts, 2, "run", "utgc", "--range", "2021-11-18..2021-11-20");
	char *name = memory_format("process %d", (int)pid);
	expect(said, name);
	free(said);
	assert_int_equal(scripts_runs(&scripts, NULL, NULL), 0);
	kill(-pid, SIGKILL);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	said = RUN_SCRIPTS(&scripts, 0, "run", "utgc", "--range", "2021-11-18..2021-11-20");
	free(said);
	free(name);
	free(script);
	scripts_close(&scripts);
}

/* (i) The exit status is 0, three dates failed. */
static void scene_i_exit_status_0_with_three_failed_dates_is_a_failed_run(void **state)
{
	(void)state;
	static const struct script_table tables[] = {
		{"pcf", "phase4_simulator",
			", \"--no-resume\"], \"env\": {\"SIMULATE_FAILED\": \"2021-11-16 "
			"2021-11-18 2021-11-20\"}",
			NULL},
		{0}};
	static const char *const failed[] = {"2021-11-16", "2021-11-18", "2021-11-20"};
	struct scripts scripts;
	char *runs[SCRIPTS_RUNS_MAX];
	scripts_open(&scripts, tables);
	char *said = RUN_SCRIPTS(&scripts, 2, "run", "pcf", "--range", "2021-11-16..2021-11-21");
	expect(said, ", 3 failed, ");
	free(said);
	assert_int_equal(scripts_runs(&scripts, "pcf", runs), 1);
	struct run_evidence evidence = yard_look(runs[0]);
	assert_int_equal(evidence.status.outcome, RUN_EXITED);
	assert_int_equal(evidence.status.code, 0);
	assert_int_equal(scripts_newest(&scripts, "pcf").outcome, RUN_FAILED);
	assert_int_equal(scripts_newest(&scripts, "pcf").failed, 3);
	char *csv =
		RUN_SCRIPTS(&scripts, 1, "coverage", "--csv", "--range", "2021-11-16..2021-11-21");
	for (size_t i = 0; i < ARRAY_COUNT(failed); i++)
		assert_true(csv_is(csv, "pcf", failed[i], "failed"));
	assert_true(csv_is(csv, "pcf", "2021-11-17", "complete"));
	free(csv);
	said = RUN_SCRIPTS(&scripts, 0, "handoff", "--range", "2021-11-16..2021-11-21");
	expect(said, "### Why pcf failed earlier\n");
	expect(said, "- 3 dates (2021-11-16, 2021-11-18, 2021-11-20): ");
	free(said);
	free(runs[0]);
	scripts_close(&scripts);
}

/* (j) The goal of the hand-off, its first fourteen days: grey, no failure, nothing to do. */
static void scene_j_the_first_days_of_the_season_are_all_grey_and_there_is_nothing_to_do(
	void **state)
{
	(void)state;
	static const char *const phase4[] = {"team_defense_zone_analysis",
		"player_shot_zone_analysis", "player_composite_factors", "player_daily_cache",
		"ml_feature_store_v2"};
	NEED_DATA(slice, "nba/slice_2021_oct_nov");
	char *home = test_folder();
	VERB_EXPECT(home, 0, "import", slice);
	char *said = VERB_OUTPUT(home, 1, "status", "--range", "@goal");
	expect(said, "dates complete: all of it is bootstrap for Phase 4; Phase 3 0 of 14\n");
	free(said);
	said = VERB_OUTPUT(
		home, 0, "plan", "tdza", "psza", "pcf", "pdc", "mlfs", "--range", GOAL_RANGE);
	assert_string_equal(said, "nothing to run\n");
	free(said);
	VERB_EXPECT(home, 0, "run", "pgs", "togs", "tdgs", "upgc", "utgc", "--range",
		"2021-10-19..2021-10-21");
	said = VERB_OUTPUT(home, 1, "gaps", "--range", GOAL_RANGE);
	expect(said, "all of it is bootstrap for Phase 4; Phase 3 3 of 14\n");
	free(said);
	VERB_EXPECT(home, 0, "run", "--plan", "--range", GOAL_RANGE);
	char *csv = VERB_OUTPUT(home, 0, "coverage", "--csv", "--range", GOAL_RANGE);
	for (size_t i = 0; i < ARRAY_COUNT(phase4); i++) {
		assert_int_equal(csv_total(csv, phase4[i]).other, 0);
		assert_int_equal(csv_total(csv, phase4[i]).complete, 0);
		assert_true(csv_is(csv, phase4[i], "2021-11-01", "bootstrap"));
	}
	assert_null(strstr(csv, ",failed,"));
	free(csv);
	said = VERB_OUTPUT(home, 0, "gaps", "--range", GOAL_RANGE);
	assert_string_equal(
		said, "no gaps: all of it is bootstrap for Phase 4; Phase 3 14 of 14\n");
	free(said);
	said = VERB_OUTPUT(home, 0, "handoff", "--range", GOAL_RANGE);
	expect(said, "Dates complete: all of it is bootstrap for Phase 4; Phase 3 14 of 14.\n");
	expect(said, "There is nothing to run.\n");
	free(said);
	free(home);
	free(slice);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(scene_b_two_teams_on_a_date_with_two_games_are_two_too_few),
		cmocka_unit_test(scene_c_one_team_short_is_complete_and_is_said),
		cmocka_unit_test(scene_d_rows_on_an_off_day_are_no_gap_and_no_error),
		cmocka_unit_test(
			scene_f_a_reboot_keeps_the_dates_that_were_done_and_goes_on_behind_them),
		cmocka_unit_test(scene_g_a_second_run_over_the_same_dates_is_refused_by_name),
		cmocka_unit_test(scene_i_exit_status_0_with_three_failed_dates_is_a_failed_run),
		cmocka_unit_test(
			scene_j_the_first_days_of_the_season_are_all_grey_and_there_is_nothing_to_do),
	};
	return cmocka_run_group_tests(tests, NULL, scripts_forget);
}

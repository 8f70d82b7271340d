/* The console as an operator sees it: started on a pseudo-terminal, read by a terminal emulator. */
#include "tests/test.h"

#include "tests/pty/support/operator.h"
#include "tests/support/sample_home.h"

#include <signal.h>
#include <sys/stat.h>

#define TERM_NAME "xterm-256color"

static void a_first_start_brings_the_sample_season_and_S_runs_it_to_the_end(void **state)
{
	(void)state;
	char *home = test_folder();
	struct pty *pty = OPERATOR_START(home, "--no-ascii");
	pty_wait_for(pty, "welcome to backcourt");
	pty_send(pty, "\r");
	pty_wait_for(pty, "the sample season is in");
	pty_send(pty, "f");
	pty_wait_until_gone(pty, "the sample season is in");
	pty_wait_for(pty, "0/42");
	pty_send(pty, "S");
	/* the last table of the chain */
	pty_wait_for(pty, "ml_feature_store_v2          done");
	pty_wait_until_gone(pty, "ready");
	assert_true(pty_shows(pty, "350 complete"));
	operator_leave(pty, "1\x03", "s");
	struct program_result result = PROGRAM_RUN(home, "status", "--verify");
	assert_int_equal(result.status, 0);
	free(result.output);
	free(home);
}

static void every_view_opens_and_help_and_the_palette_come_and_go(void **state)
{
	(void)state;
	char *home = sample_home();
	struct pty *pty = OPERATOR_START_AT(home, 80, 24, "--theme", "light");
	pty_wait_for(pty, "player_game_summary");
	pty_send(pty, "3");
	pty_wait_for(pty, "Oct 2021");
	pty_send(pty, "2");
	pty_wait_for(pty, "nothing written yet");
	pty_send(pty, "?");
	pty_wait_for(pty, "help");
	pty_send(pty, "\x1b");
	pty_send(pty, ":");
	pty_wait_for(pty, "command");
	pty_send(pty, "matr");
	pty_wait_for(pty, "view-matrix");
	pty_send(pty, "\r");
	pty_wait_for(pty, "Oct 2021");
	operator_leave(pty, "1\x03", "s");
	free(home);
}

/* The goal of the hand-off lies in the first days of the season: what comes late is grey for good.
 */
static void the_range_of_the_goal_says_that_phase_4_has_nothing_to_do(void **state)
{
	(void)state;
	char *home = sample_home();
	struct pty *pty = OPERATOR_START(home, "--no-ascii");
	pty_wait_for(pty, "0/42");
	pty_send(pty, "@");
	pty_wait_for(pty, "range of dates");
	for (int i = 0; i < 22; i++)
		pty_send(pty, "\x7f");
	pty_send(pty, "goal\r");
	pty_wait_for(pty, "2021-10-19..2021-11-01");
	pty_wait_for(pty, "all of it is bootstrap for Phase 4; Phase 3 0 of 14");
	pty_send(pty, "S");
	pty_wait_for(pty, "all of it is bootstrap for Phase 4; Phase 3 14 of 14");
	assert_true(pty_shows(pty, "70 complete"));
	operator_leave(pty, "1\x03", "s");
	free(home);
}

static void a_storm_of_sizes_leaves_a_whole_screen(void **state)
{
	(void)state;
	static const int sizes[][2] = {
		{1, 1}, {200, 60}, {39, 7}, {60, 14}, {400, 120}, {80, 24}, {2, 50}, {120, 40}};
	char *home = sample_home();
	struct pty *pty = OPERATOR_START(home, "--no-ascii");
	pty_wait_for(pty, "player_game_summary");
	for (int round = 0; round < 3; round++)
		for (size_t i = 0; i < ARRAY_COUNT(sizes); i++)
			pty_resize(pty, sizes[i][0], sizes[i][1]);
	pty_send(pty, "3");
	pty_wait_for(pty, "Oct 2021");
	pty_wait_for(pty, "q quit");
	operator_leave(pty, "1\x03", "s");
	free(home);
}

static void work_under_way_stops_after_the_dates_in_hand_when_the_console_is_left(void **state)
{
	(void)state;
	char *home = sample_home();
	struct pty *pty = OPERATOR_START(home, "--pace", "700");
	pty_wait_for(pty, "PACED");
	pty_wait_for(pty, "0/42");
	pty_send(pty, "S");
	pty_wait_for(pty, "1/42");
	operator_leave(pty, "1\x03", "s");
	/* Whole dates only: what the tables hold is what the receipts say. */
	struct program_result receipts = PROGRAM_RUN(home, "coverage", "--csv");
	struct program_result counts = PROGRAM_RUN(home, "coverage", "--csv", "--verify");
	assert_int_equal(receipts.status, 1);
	assert_string_equal(receipts.output, counts.output);
	free(receipts.output);
	free(counts.output);
	free(home);
}

static void where_there_is_one_screen_the_summary_stands_below_the_last_frame(void **state)
{
	(void)state;
	char *home = sample_home();
	struct pty *pty =
		pty_start(home, "vt100", 80, 24, (const char *const[]){program_path(), NULL});
	pty_wait_for(pty, "0/42");
	operator_quit(pty, "\x03", "y");
	const char *line = strstr(pty_screen(pty), "backcourt nba 2021-10-19..2021-11-30: ");
	assert_non_null(line);
	line += strcspn(line, ",");
	assert_true(text_starts_with(line, ", 350 gaps"));
	line += strlen(", 350 gaps");
	assert_int_equal(line[strspn(line, " ")], '\n');
	assert_true(pty_shows(pty, "q quit"));
	pty_finish(pty);
	free(home);
}

static void pausing_and_going_on_finishes_the_table(void **state)
{
	(void)state;
	char *home = sample_home();
	struct pty *pty =
		OPERATOR_START(home, "--pace", "100", "--range", "2021-10-19..2021-10-28");
	pty_wait_for(pty, "0/10");
	pty_send(pty, "s");
	pty_wait_for(pty, "RUNNING");
	pty_send(pty, "p");
	pty_wait_for(pty, "PAUSED");
	pty_send(pty, "p");
	pty_wait_for(pty, "10/10");
	operator_leave(pty, "1\x03", "s");
	free(home);
}

/* Without auto-launch: what runs is the plan, down to the last table, and what was taken out stays.
 */
static void the_plan_runs_as_it_was_edited(void **state)
{
	(void)state;
	char *home = sample_home();
	struct pty *pty = OPERATOR_START(home, "--range", "2021-10-19..2021-11-04");
	pty_wait_for(pty, "0/17");
	pty_send(pty, "ad");
	pty_wait_for(pty, "plan: 10 steps, 100 cells");
	pty_send(pty, "G ");
	pty_wait_for(pty, "plan: 9 steps, 97 cells");
	pty_send(pty, "s");
	pty_wait_for(pty, "97 complete");
	pty_send(pty, "3");
	pty_wait_for(pty, "3 ready");
	operator_leave(pty, "1\x03", "s");
	struct program_result result =
		PROGRAM_RUN(home, "status", "--range", "2021-10-19..2021-11-04");
	assert_int_equal(result.status, 1);
	free(result.output);
	free(home);
}

/* Two tables on two dates; the others are left alone. */
static void marked_cells_run_and_no_others(void **state)
{
	(void)state;
	char *home = sample_home();
	struct pty *pty = OPERATOR_START(home, "--range", "2021-11-01..2021-11-04");
	pty_wait_for(pty, "0/4");
	pty_send(pty, "a3g");
	pty_wait_for(pty, "Nov 2021");
	pty_send(pty, "Vjl");
	pty_wait_for(pty, "4 cells, 4 of them gaps");
	pty_send(pty, "s");
	pty_wait_for(pty, "4 complete");
	pty_wait_until_gone(pty, "marked  ");
	operator_leave(pty, "1\x03", "s");
	free(home);
}

static void a_second_console_says_who_has_the_folder_and_starts_nothing(void **state)
{
	(void)state;
	char *home = sample_home();
	char holder[32];
	struct pty *first = OPERATOR_START(home, "--no-ascii");
	pty_wait_for(first, "player_game_summary");
	snprintf(holder, sizeof(holder), "process %ld", (long)pty_process(first));
	struct pty *second = OPERATOR_START(home, "--no-ascii");
	pty_wait_for(second, holder);
	pty_send(second, "S");
	pty_wait_for(second, "read-only");
	operator_leave(second, "1\x03", "s");
	operator_leave(first, "1\x03", "s");
	free(home);
}

static void a_crash_and_a_hangup_give_the_terminal_back(void **state)
{
	(void)state;
	static const int signals[] = {SIGSEGV, SIGABRT, SIGTERM, SIGHUP};
	char *home = sample_home();
	for (size_t i = 0; i < ARRAY_COUNT(signals); i++) {
		struct pty *pty = OPERATOR_START_AT(home, 80, 24, "--no-ascii");
		pty_wait_for(pty, "player_game_summary");
		assert_true(pty_is_alternate(pty));
		kill(pty_process(pty), signals[i]);
		pty_wait_for_end(pty);
		assert_false(pty_is_alternate(pty));
		pty_finish(pty);
	}
	free(home);
}

static void suspending_gives_the_terminal_back_and_returning_paints_it_again(void **state)
{
	(void)state;
	char *home = sample_home();
	struct pty *pty = OPERATOR_START(home, "--no-ascii");
	pty_wait_for(pty, "player_game_summary");
	pty_send(pty, "\x1a");
	while (pty_is_alternate(pty))
		assert_true(pty_read(pty, PTY_PATIENCE_MS));
	pty_wait_for(pty, "backcourt is suspended: native work waits, scripts go on");
	pty_wait_until_stopped(pty);
	kill(pty_process(pty), SIGCONT);
	pty_wait_for(pty, "native work waited while the console was suspended");
	assert_true(pty_is_alternate(pty));
	operator_leave(pty, "1\x03", "s");
	free(home);
}

/* Quits the first console in the middle of the season: the second one follows, pauses, goes on,
 * owns the folder in the end, and what is there is what the tables have. */
static void work_that_is_let_go_on_is_followed_by_the_next_console_to_its_end(void **state)
{
	(void)state;
	char *home = sample_home();
	struct pty *pty = OPERATOR_START(home, "--pace", "60");
	pty_wait_for(pty, "0/42");
	pty_send(pty, "S");
	pty_wait_for(pty, "3/42");
	pty_send(pty, "q");
	pty_wait_for(pty, "quit, and let the work go on");
	pty_send(pty, "d");
	assert_int_equal(pty_wait_for_end(pty), 0);
	assert_true(pty_shows(pty, "go on in the background"));
	pty_finish(pty);
	pty = OPERATOR_START(home, "--no-ascii");
	pty_wait_for(pty, "BACKGROUND");
	pty_wait_for(pty, "RUNNING");
	pty_send(pty, "P");
	pty_wait_for(pty, "PAUSED");
	pty_send(pty, "q");
	pty_wait_for(pty, "goes on without you");
	pty_send(pty, "c");
	pty_send(pty, "P");
	pty_wait_until_gone(pty, "PAUSED");
	pty_wait_for(pty, "350 complete");
	pty_wait_until_gone(pty, "BACKGROUND");
	pty_wait_until_gone(pty, "READ-ONLY");
	operator_leave(pty, "1\x03", "s");
	struct program_result result = PROGRAM_RUN(home, "status", "--verify");
	assert_int_equal(result.status, 0);
	free(result.output);
	free(home);
}

static void H_writes_the_hand_off_and_names_the_file(void **state)
{
	(void)state;
	char *home = sample_home();
	char *before = getcwd(NULL, 0);
	assert_int_equal(chdir(home), 0);
	struct pty *pty = OPERATOR_START_AT(home, 200, 40, "--no-ascii");
	assert_int_equal(chdir(before), 0);
	pty_wait_for(pty, "player_game_summary");
	pty_send(pty, "H");
	pty_wait_for(pty, "the hand-off is written to ");
	pty_wait_for(pty, home);
	operator_leave(pty, "1\x03", "s");
	free(before);
	free(home);
}

/* From the keys to the file, and from the file to the verb. */
static void a_plan_that_is_edited_and_saved_is_run_by_the_verb(void **state)
{
	(void)state;
	char *home = sample_home(), *path = memory_format("%s/p", home);
	struct pty *pty = OPERATOR_START(home, "--range", "2021-10-19..2021-10-28");
	pty_wait_for(pty, "0/10");
	pty_send(pty, "d");
	pty_wait_for(pty, "plan: 5 steps, 50 cells");
	pty_send(pty, "G "); /* the last step out */
	pty_wait_for(pty, "plan: 4 steps, 40 cells");
	pty_send(pty, "g\r"); /* the first one open, its second date out, the third first */
	pty_wait_for(pty, "2021-10-28   ");
	pty_send(pty, "jj ");
	pty_wait_for(pty, "taken out: Space puts it back");
	pty_send(pty, "jf");
	pty_wait_for(pty, "1 first");
	pty_send(pty, "W");
	pty_wait_for(pty, "save the plan");
	for (int i = 0; i < 9; i++)
		pty_send(pty, "\x7f");
	pty_send(pty, path);
	pty_send(pty, "\r");
	pty_wait_for(pty, "written: backcourt run --plan");
	operator_leave(pty, "1\x03", "s");
	struct program_result result = PROGRAM_RUN(home, "run", "--plan", path);
	if (result.status != 0)
		fail_msg("%d: %s", result.status, result.output);
	const char *first = strstr(result.output, "player_game_summary 2021-10-21: ");
	const char *other = strstr(result.output, "player_game_summary 2021-10-19: ");
	assert_non_null(first);
	assert_true(other != NULL && first < other);
	assert_null(strstr(result.output, "player_game_summary 2021-10-20: "));
	free(result.output);
	free(path);
	free(home);
}

/* The range has ten days of the season: the rest is read, and then nothing is unknown. */
static void another_season_of_the_calendar_is_read_on_demand(void **state)
{
	(void)state;
	char *home = sample_home();
	struct pty *pty = OPERATOR_START(home, "--range", "2021-10-19..2021-10-28");
	pty_wait_for(pty, "0/10");
	pty_send(pty, "4");
	pty_wait_for(pty, "season 2021-22");
	pty_wait_for(pty, " dates complete");
	pty_wait_until_gone(pty, "0 of 10 dates complete");
	pty_wait_until_gone(pty, "it is being read");
	pty_send(pty, ">");
	pty_wait_for(pty, "season 2022-23");
	pty_wait_until_gone(pty, "it is being read");
	operator_leave(pty, "1\x03", "s");
	free(home);
}

/* A pager of the test: it says which file it got, and waits for a line. */
static void make_pager(const char *home)
{
	char *path = memory_format("%s/pager", home);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	fputs("#!/bin/sh\necho \"READER $1 OF $(head -c 2 \"$2\")\"\nread line\n", file);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(path, 0700), 0);
	free(path);
}

static void a_pager_has_the_terminal_until_it_ends_while_work_goes_on(void **state)
{
	(void)state;
	char *home = sample_home();
	make_pager(home);
	char *pager = memory_format("PAGER=%s/pager -x", home);
	const char *argv[] = {"/usr/bin/env", pager, program_path(), "--auto-launch", NULL};
	struct pty *pty = pty_start(home, TERM_NAME, 120, 40, argv);
	pty_wait_for(pty, "0/42");
	pty_send(pty, "2o");
	pty_wait_for(pty, "no run of this table has a log yet");
	pty_send(pty, "s");
	pty_wait_for(pty, "BACKFILL COMPLETE");
	pty_send(pty, "So");
	pty_wait_for(pty, "READER -x OF 20");
	assert_false(pty_is_alternate(pty));
	pty_send(pty, "\x1a\x03"); /* the reader's own business; sh ends by it */
	pty_wait_for(pty, "log: player_game_summary");
	assert_true(pty_is_alternate(pty));
	pty_send(pty, "1");
	pty_wait_for(pty, "ml_feature_store_v2          done");
	operator_leave(pty, "1\x03", "s");
	free(pager);
	free(home);
}

static void the_filter_shows_what_has_a_text_and_b_excuses_a_cell(void **state)
{
	(void)state;
	char *home = sample_home();
	struct pty *pty = OPERATOR_START(home, "--no-ascii");
	pty_wait_for(pty, "0/42");
	pty_send(pty, "s");
	pty_wait_for(pty, "42/42");
	pty_send(pty, "2&");
	pty_wait_for(pty, "filter the log");
	pty_send(pty, "Days Processed\r");
	pty_wait_for(pty, "&Days Processed");
	pty_wait_until_gone(pty, "BACKFILL COMPLETE");
	pty_send(pty, "\x1b");
	pty_wait_for(pty, "BACKFILL COMPLETE");
	pty_send(pty, "3jb");
	pty_wait_for(pty, "excuse team_offense_game_summary 2021-10-19");
	pty_send(pty, "postponed\r");
	pty_wait_for(pty, "excused: postponed");
	pty_send(pty, "b\r");
	pty_wait_until_gone(pty, "excused: postponed");
	operator_leave(pty, "1\x03", "s");
	free(home);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_first_start_brings_the_sample_season_and_S_runs_it_to_the_end),
		cmocka_unit_test(every_view_opens_and_help_and_the_palette_come_and_go),
		cmocka_unit_test(the_range_of_the_goal_says_that_phase_4_has_nothing_to_do),
		cmocka_unit_test(a_storm_of_sizes_leaves_a_whole_screen),
		cmocka_unit_test(
			work_under_way_stops_after_the_dates_in_hand_when_the_console_is_left),
		cmocka_unit_test(where_there_is_one_screen_the_summary_stands_below_the_last_frame),
		cmocka_unit_test(pausing_and_going_on_finishes_the_table),
		cmocka_unit_test(the_plan_runs_as_it_was_edited),
		cmocka_unit_test(marked_cells_run_and_no_others),
		cmocka_unit_test(a_second_console_says_who_has_the_folder_and_starts_nothing),
		cmocka_unit_test(a_crash_and_a_hangup_give_the_terminal_back),
		cmocka_unit_test(work_that_is_let_go_on_is_followed_by_the_next_console_to_its_end),
		cmocka_unit_test(H_writes_the_hand_off_and_names_the_file),
		cmocka_unit_test(suspending_gives_the_terminal_back_and_returning_paints_it_again),
		cmocka_unit_test(a_plan_that_is_edited_and_saved_is_run_by_the_verb),
		cmocka_unit_test(a_pager_has_the_terminal_until_it_ends_while_work_goes_on),
		cmocka_unit_test(the_filter_shows_what_has_a_text_and_b_excuses_a_cell),
		cmocka_unit_test(another_season_of_the_calendar_is_read_on_demand),
	};
	int failed = RUN(tests);
	sample_home_forget();
	return failed;
}

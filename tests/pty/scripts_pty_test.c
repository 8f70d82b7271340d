/* Scripts in the real console: started, watched, left, followed by the next console, finished. */
#include "tests/test.h"

#include "base/text.h"
#include "jobs/run_folder.h"
#include "tests/pty/support/operator.h"

#include "tui/console.h"

#include <dirent.h>
#include <signal.h>
#include <sys/resource.h>

#define P4     "phase4_simulator"
#define ENV(x) "], \"env\": {" x "}"
#define GATE   "\"SIMULATE_GATE\": \"2021-11-17\""
/* Bytes that would clear the screen, set its title, ring, move and colour it. */
#define HOSTILE                                                                             \
	"\"SIMULATE_SAY\": \"INFO:__main__:evil \\\\033[2J\\\\033[H\\\\033]0;OWNED\\\\007 " \
	"\\\\033[31mRED\\\\033[?1049l \\\\302\\\\233 end \\\\377\\\\376\""

static int count_threads(pid_t pid, int niceness)
{
	char *path = memory_format("/proc/%d/task", (int)pid);
	DIR *folder = opendir(path);
	int count = 0;
	assert_non_null(folder);
	for (struct dirent *entry; (entry = readdir(folder)) != NULL;)
		if (entry->d_name[0] != '.')
			count += getpriority(PRIO_PROCESS,
					 (id_t)strtoul(entry->d_name, NULL, 10)) == niceness;
	closedir(folder);
	free(path);
	return count;
}

/* What follows a log leaves the core to the screen; the script is no nicer for it. A console that
 * goes before others (nice below 0) does not hand that on (tui/console_slice.c). */
static void check_niceness(const struct scripts *scripts, pid_t console)
{
	char *paths[SCRIPTS_RUNS_MAX];
	int own = getpriority(PRIO_PROCESS, 0), of_script = own < 0 ? 0 : own;
	int count = scripts_runs(scripts, NULL, paths);
	assert_int_equal(count, 4);
	if (own < CONSOLE_NATIVE_NICENESS)
		assert_int_equal(count_threads(console, CONSOLE_NATIVE_NICENESS), 4);
	assert_int_equal(getpriority(PRIO_PROCESS, (id_t)console), own);
	for (int i = 0; i < count; i++) {
		struct run_evidence evidence;
		assert_true(run_look(paths[i], &evidence, NULL));
		assert_int_equal(
			getpriority(PRIO_PROCESS, (id_t)evidence.process.child.pid), of_script);
		free(paths[i]);
	}
}

/* All four wait within their second date until the test opens the gate: nothing here is a race. */
static void four_scripts_outlive_their_console_and_end_under_the_next(void **state)
{
	(void)state;
	static const struct script_table tables[] = {{"upgc", P4, ENV(GATE), NULL},
		{"utgc", P4, ENV(GATE), NULL}, {"tdza", P4, ENV(GATE), NULL},
		{"psza", P4, ENV(GATE), NULL}, {0}};
	struct scripts scripts;
	scripts_open(&scripts, tables);
	struct pty *pty = OPERATOR_START_SCRIPTS(&scripts, NULL);
	pty_wait_for(pty, "0/3");
	pty_send(pty, "S");
	pty_wait_for(pty, "about to start");
	pty_wait_for(pty, "2021-11-16 --end-date 2021-11-18");
	pty_send(pty, "\r");
	pty_wait_until_gone(pty, "about to start");
	pty_wait_for(pty, "4 running");
	pty_wait_for(pty, "4 complete");
	check_niceness(&scripts, pty_process(pty));
	operator_leave(pty, "q", "d");
	pty = OPERATOR_START_SCRIPTS(&scripts, NULL);
	pty_wait_for(pty, "4 running");
	pty_wait_for(pty, "1/3");
	scripts_open_gate(&scripts);
	pty_wait_for(pty, "12 complete");
	operator_leave(pty, "1q", "s");
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(scripts_runs(&scripts, tables[i].name, NULL), 1);
		assert_int_equal(scripts_newest(&scripts, tables[i].name).outcome, RUN_SUCCEEDED);
		assert_int_equal(scripts_newest(&scripts, tables[i].name).done, 3);
	}
	scripts_close(&scripts);
}

/* The words are shown; the terminal obeys none of the bytes between them. */
static void what_a_script_prints_never_commands_the_terminal(void **state)
{
	(void)state;
	static const struct script_table tables[] = {
		{"pcf", P4, ENV(GATE ", " HOSTILE), NULL}, {0}};
	struct scripts scripts;
	scripts_open(&scripts, tables);
	struct pty *pty = OPERATOR_START_SCRIPTS(&scripts, "--start-unasked");
	pty_wait_for(pty, "0/3");
	pty_send(pty, "s");
	pty_wait_for(pty, "1 running");
	pty_send(pty, "2");
	pty_wait_for(pty, "evil  RED  end"); /* without its sequences */
	pty_wait_for(pty, "Overview");	     /* the first row was not cleared */
	assert_true(pty_is_alternate(pty));
	scripts_open_gate(&scripts);
	pty_wait_for(pty, "3/3");
	assert_true(pty_is_alternate(pty));
	operator_leave(pty, "1q", "s");
	scripts_close(&scripts);
}

/* The first waits for the date in hand, which waits for the gate; the second waits for nothing. */
static void a_second_termination_leaves_at_once_and_the_script_goes_on(void **state)
{
	(void)state;
	static const struct script_table tables[] = {{"pcf", P4, ENV(GATE), NULL}, {0}};
	struct scripts scripts;
	scripts_open(&scripts, tables);
	struct pty *pty = OPERATOR_START_SCRIPTS(&scripts, "--start-unasked");
	pty_wait_for(pty, "0/3");
	pty_send(pty, "s");
	pty_wait_for(pty, "1 complete");
	kill(pty_process(pty), SIGTERM);
	pty_wait_for(pty, "stopping after the dates in hand");
	kill(pty_process(pty), SIGTERM);
	assert_int_equal(pty_wait_for_end(pty), 128 + SIGTERM);
	assert_false(pty_is_alternate(pty));
	assert_true(pty_shows(pty, "backcourt left at once"));
	pty_finish(pty);
	pty = OPERATOR_START_SCRIPTS(&scripts, NULL);
	pty_wait_for(pty, "1 running");
	scripts_open_gate(&scripts);
	pty_wait_for(pty, "3 complete");
	operator_leave(pty, "1q", "s");
	assert_int_equal(scripts_runs(&scripts, tables[0].name, NULL), 1);
	assert_int_equal(scripts_newest(&scripts, tables[0].name).outcome, RUN_SUCCEEDED);
	scripts_close(&scripts);
}

/* From a cell of the matrix to what the script wrote about the date, in an earlier session. */
static void enter_on_a_cell_shows_the_lines_of_its_date(void **state)
{
	(void)state;
	static const struct script_table tables[] = {
		{"pcf", P4, ENV("\"SIMULATE_FAILED\": \"2021-11-17\""), NULL}, {0}};
	struct scripts scripts;
	scripts_open(&scripts, tables);
	free(SCRIPTS_RUN(&scripts, "run").output);
	struct pty *pty = OPERATOR_START_SCRIPTS(&scripts, NULL);
	pty_wait_for(pty, "1 failed");
	pty_send(pty, "3g");
	pty_wait_for(pty, "Nov 2021");
	pty_send(pty, "l\r");
	pty_wait_for(pty, "log file: pcf from 2021-11-17 on");
	pty_wait_for(pty, "Processing day 2/3: 2021-11-17");
	pty_wait_for(pty, "Failed: Unknown");
	assert_false(pty_shows(pty, "Processing day 1/3"));
	operator_leave(pty, "1q", "s");
	scripts_close(&scripts);
}

/* The file has it, as the script wrote it; no view of it has: neither the lines of a date nor the
 * run's log around an event. */
static void a_secret_is_starred_in_every_view_of_a_log(void **state)
{
	(void)state;
	static const struct script_table tables[] = {
		{"pcf", P4,
			ENV("\"SIMULATE_FAILED\": \"2021-11-17\", \"TOKEN\": "
			    "\"hunter2-hunter2\", "
			    "\"SIMULATE_SAY\": \"INFO:root:with token=hunter2-hunter2 and "
			    "more\"") ", \"secret_env\": [\"TOKEN\"]",
			NULL},
		{0}};
	struct scripts scripts;
	scripts_open(&scripts, tables);
	free(SCRIPTS_RUN(&scripts, "run").output);
	assert_int_equal(scripts_count(&scripts, "pcf", "token=hunter2-hunter2"), 3);
	struct pty *pty = OPERATOR_START_SCRIPTS(&scripts, NULL);
	pty_wait_for(pty, "1 failed");
	pty_send(pty, "3g");
	pty_wait_for(pty, "Nov 2021");
	pty_send(pty, "l\r");
	pty_wait_for(pty, "with token=*** and more");
	assert_false(pty_shows(pty, "hunter2"));
	pty_send(pty, "6");
	pty_wait_for(pty, "Events");
	pty_send(pty, "2");
	pty_wait_for(pty, "with token=*** and more");
	assert_false(pty_shows(pty, "hunter2"));
	operator_leave(pty, "1q", "s");
	scripts_close(&scripts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(four_scripts_outlive_their_console_and_end_under_the_next),
		cmocka_unit_test(what_a_script_prints_never_commands_the_terminal),
		cmocka_unit_test(a_second_termination_leaves_at_once_and_the_script_goes_on),
		cmocka_unit_test(enter_on_a_cell_shows_the_lines_of_its_date),
		cmocka_unit_test(a_secret_is_starred_in_every_view_of_a_log),
	};
	return cmocka_run_group_tests(tests, NULL, scripts_forget);
}

/* Scripts whose console goes and another comes, or that somebody else has started. */
#include "tests/processes/support/gate.h"
#include "tests/processes/support/yard.h"
#include "tests/support/table.h"
#include "tests/test.h"

#include "base/clock.h"
#include "base/path.h"
#include "engine/background.h"

#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

static void check_all_loaded_once(const struct scripts *scripts, const char *table)
{
	assert_int_equal(scripts_count(scripts, table, "Successfully loaded 382"), 3);
	char *csv = scripts_coverage(scripts);
	if (csv_total(csv, table).complete != 3)
		fail_msg("%s", csv);
	free(csv);
}

static void a_closed_window_leaves_the_script_running_and_the_next_start_follows_it(void **state)
{
	(void)state;
	struct scripts scripts;
	scripts_open(&scripts, gate_script);
	struct program program;
	char *run = gate_reach(&scripts, &program);
	kill(program.pid, SIGHUP);
	program_expect(program_finish(&program), 1, "pcf: goes on in the background");
	assert_true(scripts_cell_is(&scripts, "pcf", "2021-11-17", "running"));
	program = SCRIPTS_START(&scripts, "run");
	program_await(&program, "of an earlier console still works");
	scripts_open_gate(&scripts);
	program_expect(program_finish(&program), 0, "pcf 2021-11-18: 382 rows");
	free(run);
	assert_int_equal(scripts_runs(&scripts, "pcf", NULL), 1);
	assert_int_equal(scripts_newest(&scripts, "pcf").outcome, RUN_SUCCEEDED);
	check_all_loaded_once(&scripts, "pcf");
	scripts_close(&scripts);
}

/* One process a date: the one in hand goes on by itself, the others need somebody to start them. */
static void a_closed_window_does_not_forget_the_processes_that_were_to_come(void **state)
{
	(void)state;
	static const struct script_table dated[] = {
		{"pcf", P4, "], \"granularity\": \"date\", \"env\": {" GATE "}", NULL}, {0}};
	struct scripts scripts;
	scripts_open(&scripts, dated);
	struct program program;
	char *runs[SCRIPTS_RUNS_MAX];
	program = SCRIPTS_START(&scripts, "run");
	program_await(&program, "pcf 2021-11-16: 382 rows");
	for (int64_t began = clock_monotonic_ms(); scripts_runs(&scripts, "pcf", NULL) < 2;) {
		assert_true(clock_monotonic_ms() - began < YARD_DEADLINE_MS);
		poll(NULL, 0, 5);
	}
	assert_int_equal(scripts_runs(&scripts, "pcf", runs), 2);
	char *second = strcmp(runs[0], runs[1]) > 0 ? runs[0] : runs[1];
	yard_await_log(second, "Deleting existing data for 2021-11-17");
	kill(program.pid, SIGHUP);
	program_expect(program_finish(&program), 1, "-background goes on in the background");
	char *background = background_find(scripts.state);
	assert_non_null(background);
	scripts_open_gate(&scripts);
	yard_await_end(background);
	assert_int_equal(scripts_runs(&scripts, "pcf", NULL), 3);
	check_all_loaded_once(&scripts, "pcf");
	free(background);
	free(runs[0]);
	free(runs[1]);
	scripts_close(&scripts);
}

static void what_ended_while_nobody_looked_is_told_and_not_done_again(void **state)
{
	(void)state;
	struct scripts scripts;
	scripts_open(&scripts, gate_script);
	struct program program;
	char *run = gate_reach(&scripts, &program);
	kill(program.pid, SIGKILL);
	struct program_result result = program_finish(&program);
	scripts_open_gate(&scripts);
	yard_await_end(run);
	program_expect(SCRIPTS_RUN(&scripts, "run"), 0, "since you left: 2 dates done, 0 failed");
	assert_int_equal(scripts_runs(&scripts, "pcf", NULL), 1);
	assert_int_equal(scripts_newest(&scripts, "pcf").outcome, RUN_SUCCEEDED);
	check_all_loaded_once(&scripts, "pcf");
	free(run);
	free(result.output);
	scripts_close(&scripts);
}

static void await_log_bytes(const char *run, off_t bytes)
{
	char *path = path_join(run, RUN_FILE_LOG);
	struct stat log = {0};
	for (int64_t began = clock_monotonic_ms(); log.st_size < bytes;) {
		assert_true(clock_monotonic_ms() - began < YARD_DEADLINE_MS);
		poll(NULL, 0, 5);
		if (stat(path, &log) != 0)
			log.st_size = 0;
	}
	free(path);
}

/* It is read once, by who follows it: until then nobody knows its dates, and that is said. */
static void a_long_log_of_a_run_that_lives_is_said_to_be_uncounted(void **state)
{
	(void)state;
	static const struct script_table wordy[] = {
		{"pcf", P4, P4_ENV("\"SIMULATE_FLOOD\": \"9000000\", " GATE), NULL}, {0}};
	struct scripts scripts;
	scripts_open(&scripts, wordy);
	struct program program;
	char *runs[SCRIPTS_RUNS_MAX];
	program = SCRIPTS_START(&scripts, "run");
	program_await(&program, "pcf 2021-11-16: 382 rows");
	assert_int_equal(scripts_runs(&scripts, "pcf", runs), 1);
	await_log_bytes(runs[0], 18000000);
	kill(program.pid, SIGKILL);
	struct program_result result = program_finish(&program);
	program = SCRIPTS_START(&scripts, "run");
	program_await(&program, "1 long log is still read and not counted yet");
	scripts_open_gate(&scripts);
	program_expect(program_finish(&program), 0, "pcf 2021-11-18: 382 rows");
	assert_int_equal(scripts_newest(&scripts, "pcf").done, 3);
	free(runs[0]);
	free(result.output);
	scripts_close(&scripts);
}

/* Everybody dies at the worst moment; the date is done again, the run is lost for good. */
static void a_run_whose_end_nobody_saw_is_lost_and_its_date_suspect(void **state)
{
	(void)state;
	struct scripts scripts;
	scripts_open(&scripts, gate_script);
	struct program program;
	char *run = gate_reach(&scripts, &program);
	kill(program.pid, SIGKILL);
	yard_kill_both(run);
	scripts_open_gate(&scripts);
	struct program_result result = program_finish(&program);
	program_expect(SCRIPTS_RUN(&scripts, "run"), 0,
		"since you left: 0 dates done, 0 failed, 1 cut; 1 run is lost");
	assert_int_equal(
		scripts_count(&scripts, "pcf", "Deleting existing data for 2021-11-17"), 2);
	assert_int_equal(
		scripts_count(&scripts, "pcf", "Deleting existing data for 2021-11-16"), 1);
	check_all_loaded_once(&scripts, "pcf");
	free(run);
	free(result.output);
	scripts_close(&scripts);
}

/* The second date waits for the gate. */
static pid_t start_by_hand(const struct scripts *scripts, const char *first, const char *last)
{
	setenv("SIMULATE_GATE", "2021-11-17", 1);
	pid_t pid = SCRIPTS_START_BY_HAND(
		scripts, "sh", "./pcf.sh", "--start-date", first, "--end-date", last);
	unsetenv("SIMULATE_GATE");
	return pid;
}

static void a_job_started_by_hand_holds_its_table_and_is_named(void **state)
{
	(void)state;
	struct scripts scripts;
	scripts_open(&scripts, gate_script);
	pid_t pid = start_by_hand(&scripts, "2021-11-17", "2021-11-17");
	char *words = memory_format("is being written by process %d", (int)pid);
	program_expect(SCRIPTS_RUN(&scripts, "run"), 2, words);
	assert_int_equal(scripts_runs(&scripts, NULL, NULL), 0);
	kill(-pid, SIGKILL);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	scripts_open_gate(&scripts);
	program_expect(SCRIPTS_RUN(&scripts, "run"), 0, NULL);
	free(words);
	scripts_close(&scripts);
}

/* Beside it other tables are worked on; what it leaves is done when it has ended, as another run.
 */
static void with_wait_the_end_of_a_job_started_by_hand_is_awaited(void **state)
{
	(void)state;
	static const struct script_table two[] = {
		{"pcf", P4, P4_ENV(GATE), NULL}, {"tdza", P4, NULL, NULL}, {0}};
	static const char *const names[] = {NULL, "pcf"};
	for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
		struct scripts scripts;
		scripts_open(&scripts, two);
		pid_t pid = start_by_hand(&scripts, "2021-11-16", "2021-11-17");
		struct program program = SCRIPTS_START(&scripts, "run", "--wait", names[i]);
		char *words = memory_format("pcf is being written by process %d", (int)pid);
		program_await(&program, words);
		if (names[i] == NULL)
			program_await(&program, "tdza: finished, 3 done");
		scripts_open_gate(&scripts);
		assert_int_equal(waitpid(pid, NULL, 0), pid);
		program_expect(program_finish(&program), 0, "pcf 2021-11-18: 382 rows");
		assert_int_equal(scripts_runs(&scripts, "pcf", NULL), 1);
		assert_int_equal(scripts_count(&scripts, "pcf", "Successfully loaded 382"), 1);
		char *csv = scripts_coverage(&scripts);
		assert_int_equal(csv_total(csv, "pcf").complete, 3);
		free(csv);
		free(words);
		scripts_close(&scripts);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_closed_window_leaves_the_script_running_and_the_next_start_follows_it),
		cmocka_unit_test(a_closed_window_does_not_forget_the_processes_that_were_to_come),
		cmocka_unit_test(what_ended_while_nobody_looked_is_told_and_not_done_again),
		cmocka_unit_test(a_long_log_of_a_run_that_lives_is_said_to_be_uncounted),
		cmocka_unit_test(a_run_whose_end_nobody_saw_is_lost_and_its_date_suspect),
		cmocka_unit_test(a_job_started_by_hand_holds_its_table_and_is_named),
		cmocka_unit_test(with_wait_the_end_of_a_job_started_by_hand_is_awaited),
	};
	return cmocka_run_group_tests(tests, NULL, scripts_forget);
}

/* Pipelines of scripts, run by the program itself: verdicts, stops, consoles that go and come. */
#include "tests/processes/support/yard.h"
#include "tests/support/scripts.h"
#include "tests/support/table.h"
#include "tests/test.h"

#include "base/clock.h"
#include "base/path.h"
#include "engine/background.h"

#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

#define P4	    "phase4_simulator"
#define P4_ENV(env) ", \"--no-resume\"], \"env\": {" env "}"
#define UPSTREAMS   "[\"upgc\", \"utgc\", \"tdza\", \"psza\"]"

static void run_expecting(const struct scripts *scripts, int status, const char *text)
{
	program_expect(SCRIPTS_RUN(scripts, "run"), status, text);
}

static char *coverage(const struct scripts *scripts)
{
	struct program_result result = SCRIPTS_RUN(scripts, "coverage", "--format", "csv");
	return result.output;
}

static bool cell_is(
	const struct scripts *scripts, const char *table, const char *date, const char *verdict)
{
	char *csv = coverage(scripts);
	bool is = csv_is(csv, table, date, verdict);
	if (!is)
		print_message("%s", csv);
	free(csv);
	return is;
}

static void four_scripts_and_the_one_below_run_to_the_end_once(void **state)
{
	(void)state;
	static const struct script_table tables[] = {{"upgc", "phase3_simulator", NULL, NULL},
		{"utgc", "phase3_simulator", NULL, NULL}, {"tdza", P4, P4_ENV(""), NULL},
		{"psza", P4, P4_ENV(""), NULL}, {"pcf", P4, P4_ENV(""), UPSTREAMS}, {0}};
	struct scripts scripts;
	scripts_open(&scripts, tables);
	run_expecting(&scripts, 0, "pcf 2021-11-18: 382 rows");
	char *csv = coverage(&scripts);
	for (const struct script_table *table = tables; table->name != NULL; table++) {
		struct csv_total total = csv_total(csv, table->name);
		assert_int_equal(total.complete, 3);
		assert_int_equal(total.rows, 3 * 382);
	}
	free(csv);
	assert_int_equal(scripts_runs(&scripts, NULL, NULL), 5);
	assert_int_equal(scripts_newest(&scripts, "pcf").outcome, LEDGER_SUCCEEDED);
	assert_int_equal(scripts_newest(&scripts, "pcf").done, 3);
	run_expecting(&scripts, 0, NULL);
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
	run_expecting(&scripts, 2, "tdza 2021-11-17 FAILED: MISSING_DEPENDENCY: Missing critical");
	assert_int_equal(scripts_runs(&scripts, "tdza", paths), 1);
	struct run_evidence evidence = yard_look(paths[0]);
	assert_int_equal(evidence.status.outcome, RUN_EXITED);
	assert_int_equal(evidence.status.code, 0); /* and yet */
	assert_int_equal(scripts_newest(&scripts, "tdza").outcome, LEDGER_FAILED);
	assert_int_equal(scripts_newest(&scripts, "tdza").failed, 1);
	assert_true(cell_is(&scripts, "tdza", "2021-11-17", "failed"));
	assert_true(cell_is(&scripts, "pcf", "2021-11-17", "blocked"));
	assert_true(cell_is(&scripts, "pcf", "2021-11-18", "complete"));
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
	run_expecting(&scripts, 1, "2021-11-17: the script says success, but not one row");
	assert_true(cell_is(&scripts, "psza", "2021-11-17", "empty"));
	assert_true(cell_is(&scripts, "psza", "2021-11-18", "complete"));
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
	run_expecting(&scripts, 1, "2021-11-17: the script leaves this date out");
	assert_int_equal(scripts_newest(&scripts, "psza").outcome, LEDGER_SUCCEEDED);
	assert_int_equal(scripts_newest(&scripts, "psza").failed, 0);
	assert_true(cell_is(&scripts, "psza", "2021-11-17", "empty")); /* and was expected */
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
	run_expecting(&scripts, 2, NULL);
	run_expecting(&scripts, 2, NULL);
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
	run_expecting(&scripts, 2, "pcf does not start: ");
	assert_int_equal(scripts_runs(&scripts, NULL, NULL), 0);
	assert_true(cell_is(&scripts, "pcf", "2021-11-16", "ready"));
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

/* --- stopping --------------------------------------------------------------------------------- */

/* The second date waits between its delete and its load until the test opens the gate. */
#define GATE "\"SIMULATE_GATE\": \"2021-11-17\""

static const struct script_table gated[] = {{"pcf", P4, P4_ENV(GATE), NULL}, {0}};
/* It would never come to the end of the third. */
static const struct script_table endless[] = {{"pcf", P4,
						      P4_ENV(GATE ", \"SIMULATE_HANG\": "
								  "\"2021-11-18\", "
								  "\"SIMULATE_STEP\": \"0.5\""),
						      NULL},
	{0}};

/* A run whose second date is deleted and not loaded; the path of its folder. */
static char *start_to_the_gate(const struct scripts *scripts, struct program *program)
{
	char *paths[SCRIPTS_RUNS_MAX];
	*program = SCRIPTS_START(scripts, "run");
	program_await(program, "pcf 2021-11-16: 382 rows");
	assert_int_equal(scripts_runs(scripts, "pcf", paths), 1);
	yard_await_log(paths[0], "Deleting existing data for 2021-11-17");
	return paths[0];
}

/* The date in hand came to its verdict, the next one did not come to its delete. */
static void check_stopped_after_two(const struct scripts *scripts)
{
	assert_int_equal(scripts_count(scripts, "pcf", "Success: 382 players\n"), 2);
	assert_int_equal(scripts_count(scripts, "pcf", "Deleting existing data"), 2);
	assert_int_equal(scripts_newest(scripts, "pcf").outcome, LEDGER_STOPPED);
	assert_int_equal(scripts_newest(scripts, "pcf").left, 1);
	assert_true(cell_is(scripts, "pcf", "2021-11-17", "complete"));
	assert_true(cell_is(scripts, "pcf", "2021-11-18", "ready"));
}

static void a_stop_lets_the_date_in_hand_come_to_its_verdict(void **state)
{
	(void)state;
	struct scripts scripts;
	scripts_open(&scripts, endless);
	struct program program;
	char *run = start_to_the_gate(&scripts, &program);
	kill(program.pid, SIGTERM);
	char *said = memory_format(
		"stopping after the dates in hand: SIGTERM from process %d (", (int)getpid());
	program_await(&program, said);
	free(said);
	scripts_open_gate(&scripts);
	program_expect(program_finish(&program), 1, "pcf: stopped, 2 done, 0 failed, 1 left");
	check_stopped_after_two(&scripts);
	free(run);
	scripts_close(&scripts);
}

static void the_verb_stop_does_it_from_outside(void **state)
{
	(void)state;
	struct scripts scripts;
	scripts_open(&scripts, endless);
	struct program program;
	char *run = start_to_the_gate(&scripts, &program);
	struct program stopping = SCRIPTS_START(&scripts, "stop", "pcf");
	program_await(&stopping, "stops after the date in hand");
	scripts_open_gate(&scripts);
	program_expect(program_finish(&stopping), 0, "1 stopped");
	program_expect(program_finish(&program), 1, "pcf: stopped, 2 done, 0 failed, 1 left");
	assert_int_equal(scripts_count(&scripts, "pcf", "Deleting existing data"), 2);
	program_expect(
		SCRIPTS_RUN(&scripts, "stop"), 3, "no command job of these tables is running");
	free(run);
	scripts_close(&scripts);
}

/* The third date waits for a file "on": a pause comes in time, however slow the machine. */
static const struct script_table patient[] = {
	{"pcf", P4, P4_ENV(GATE ", \"SIMULATE_WAIT\": \"2021-11-18\""), NULL}, {0}};

static void the_verb_pause_keeps_the_other_dates_and_resume_goes_on_with_them(void **state)
{
	(void)state;
	struct scripts scripts;
	scripts_open(&scripts, patient);
	struct program program;
	char *run = start_to_the_gate(&scripts, &program);
	program_expect(
		SCRIPTS_RUN(&scripts, "pause", "pcf"), 0, "pcf: pauses after the date in hand");
	scripts_open_gate(&scripts);
	program_await(&program, "pcf: stopped, 2 done, 0 failed, 1 left");
	assert_int_equal(scripts_runs(&scripts, "pcf", NULL), 1);
	scripts_let_on(&scripts);
	program_expect(SCRIPTS_RUN(&scripts, "resume", "pcf"), 0, "pcf: goes on");
	program_expect(program_finish(&program), 0, "pcf 2021-11-18: 382 rows");
	assert_int_equal(scripts_runs(&scripts, "pcf", NULL), 2);
	assert_int_equal(scripts_count(&scripts, "pcf", "Deleting existing data"), 3);
	program_expect(SCRIPTS_RUN(&scripts, "resume", "pcf"), 3, "nothing waits to go on");
	free(run);
	scripts_close(&scripts);
}

static void without_an_owner_a_pause_is_a_stop(void **state)
{
	(void)state;
	struct scripts scripts;
	scripts_open(&scripts, patient);
	struct program program;
	char *run = start_to_the_gate(&scripts, &program);
	kill(program.pid, SIGKILL);
	struct program_result killed = program_finish(&program);
	struct program pausing = SCRIPTS_START(&scripts, "pause", "pcf");
	program_await(&pausing, "nobody follows it");
	scripts_open_gate(&scripts);
	struct program_result pause = program_finish(&pausing);
	assert_int_equal(pause.status, 0);
	assert_int_equal(yard_await_end(run).status.asked, RUN_ASKED_TERMINATE);
	assert_int_equal(scripts_count(&scripts, "pcf", "Success: 382 players\n"), 2);
	assert_int_equal(scripts_count(&scripts, "pcf", "Deleting existing data"), 2);
	free(killed.output);
	free(pause.output);
	free(run);
	scripts_close(&scripts);
}

/* A shell that was stopped between its vfork and the exec of its child waits for that one: D. */
static void await_state(pid_t pid, bool is_stopped)
{
	int64_t deadline = clock_monotonic_ms() + YARD_DEADLINE_MS;
	struct process_stat stat;
	while (!process_read_stat(pid, &stat) ||
		(stat.state == 'T' || stat.state == 'D') != is_stopped) {
		assert_true(clock_monotonic_ms() < deadline);
		poll(NULL, 0, 5);
	}
}

static void a_freeze_stops_the_processes_where_they_are_and_resume_wakes_them(void **state)
{
	(void)state;
	struct scripts scripts;
	scripts_open(&scripts, gated);
	struct program program;
	char *run = start_to_the_gate(&scripts, &program);
	pid_t child = yard_child(run).pid;
	program_expect(SCRIPTS_RUN(&scripts, "pause", "--freeze", "pcf"), 0, "pcf: frozen");
	await_state(child, true);
	program_expect(SCRIPTS_RUN(&scripts, "resume", "pcf"), 0, "pcf: goes on");
	await_state(child, false);
	scripts_open_gate(&scripts);
	program_expect(program_finish(&program), 0, "pcf 2021-11-18: 382 rows");
	assert_int_equal(scripts_runs(&scripts, "pcf", NULL), 1);
	free(run);
	scripts_close(&scripts);
}

static void a_kill_between_delete_and_load_leaves_a_suspect_date(void **state)
{
	(void)state;
	struct scripts scripts;
	scripts_open(&scripts, gated);
	struct program program;
	char *run = start_to_the_gate(&scripts, &program);
	program_expect(SCRIPTS_RUN(&scripts, "stop", "--now"), 0, "1 stopped");
	program_expect(program_finish(&program), 1, "pcf: killed, 1 done, 0 failed, 2 left");
	assert_true(cell_is(&scripts, "pcf", "2021-11-17", "suspect"));
	assert_true(cell_is(&scripts, "pcf", "2021-11-18", "ready"));
	free(run);
	scripts_close(&scripts);
}

/* --- consoles that go and come ---------------------------------------------------------------- */

static void check_all_loaded_once(const struct scripts *scripts, const char *table)
{
	assert_int_equal(scripts_count(scripts, table, "Successfully loaded 382"), 3);
	char *csv = coverage(scripts);
	if (csv_total(csv, table).complete != 3)
		fail_msg("%s", csv);
	free(csv);
}

static void a_closed_window_leaves_the_script_running_and_the_next_start_follows_it(void **state)
{
	(void)state;
	struct scripts scripts;
	scripts_open(&scripts, gated);
	struct program program;
	char *run = start_to_the_gate(&scripts, &program);
	kill(program.pid, SIGHUP);
	program_expect(program_finish(&program), 1, "pcf: goes on in the background");
	assert_true(cell_is(&scripts, "pcf", "2021-11-17", "running"));
	program = SCRIPTS_START(&scripts, "run");
	program_await(&program, "of an earlier console still works");
	scripts_open_gate(&scripts);
	program_expect(program_finish(&program), 0, "pcf 2021-11-18: 382 rows");
	free(run);
	assert_int_equal(scripts_runs(&scripts, "pcf", NULL), 1);
	assert_int_equal(scripts_newest(&scripts, "pcf").outcome, LEDGER_SUCCEEDED);
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
	scripts_open(&scripts, gated);
	struct program program;
	char *run = start_to_the_gate(&scripts, &program);
	kill(program.pid, SIGKILL);
	struct program_result result = program_finish(&program);
	scripts_open_gate(&scripts);
	yard_await_end(run);
	run_expecting(&scripts, 0, "since you left: 2 dates done, 0 failed");
	assert_int_equal(scripts_runs(&scripts, "pcf", NULL), 1);
	assert_int_equal(scripts_newest(&scripts, "pcf").outcome, LEDGER_SUCCEEDED);
	check_all_loaded_once(&scripts, "pcf");
	free(run);
	free(result.output);
	scripts_close(&scripts);
}

/* Everybody dies at the worst moment; the date is done again, the run is lost for good. */
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

static void a_run_whose_end_nobody_saw_is_lost_and_its_date_suspect(void **state)
{
	(void)state;
	struct scripts scripts;
	scripts_open(&scripts, gated);
	struct program program;
	char *run = start_to_the_gate(&scripts, &program);
	kill(program.pid, SIGKILL);
	struct run_evidence evidence = yard_look(run);
	struct process_identity child = yard_child(run);
	yard_signal(evidence.process.supervisor, SIGKILL);
	yard_signal_group(child, SIGKILL);
	yard_await_process(evidence.process.supervisor);
	yard_await_process(child);
	scripts_open_gate(&scripts);
	struct program_result result = program_finish(&program);
	run_expecting(&scripts, 0, "since you left: 0 dates done, 0 failed, 1 cut; 1 run is lost");
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
	scripts_open(&scripts, gated);
	pid_t pid = start_by_hand(&scripts, "2021-11-17", "2021-11-17");
	char *words = memory_format("is being written by process %d", (int)pid);
	run_expecting(&scripts, 2, words);
	assert_int_equal(scripts_runs(&scripts, NULL, NULL), 0);
	kill(-pid, SIGKILL);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	scripts_open_gate(&scripts);
	run_expecting(&scripts, 0, NULL);
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
		char *csv = coverage(&scripts);
		assert_int_equal(csv_total(csv, "pcf").complete, 3);
		free(csv);
		free(words);
		scripts_close(&scripts);
	}
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
		cmocka_unit_test(a_stop_lets_the_date_in_hand_come_to_its_verdict),
		cmocka_unit_test(the_verb_stop_does_it_from_outside),
		cmocka_unit_test(the_verb_pause_keeps_the_other_dates_and_resume_goes_on_with_them),
		cmocka_unit_test(without_an_owner_a_pause_is_a_stop),
		cmocka_unit_test(a_freeze_stops_the_processes_where_they_are_and_resume_wakes_them),
		cmocka_unit_test(a_kill_between_delete_and_load_leaves_a_suspect_date),
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

/* Scripts that are stopped, paused, frozen and killed by the program that runs them. */
#include "tests/processes/support/gate.h"
#include "tests/processes/support/yard.h"
#include "tests/test.h"

#include "base/clock.h"

#include <poll.h>
#include <signal.h>

/* It would never come to the end of the third. */
static const struct script_table endless[] = {{"pcf", P4,
						      P4_ENV(GATE ", \"SIMULATE_HANG\": "
								  "\"2021-11-18\", "
								  "\"SIMULATE_STEP\": \"0.5\""),
						      NULL},
	{0}};

/* The date in hand came to its verdict, the next one did not come to its delete. */
static void check_stopped_after_two(const struct scripts *scripts)
{
	assert_int_equal(scripts_count(scripts, "pcf", "Success: 382 players\n"), 2);
	assert_int_equal(scripts_count(scripts, "pcf", "Deleting existing data"), 2);
	assert_int_equal(scripts_newest(scripts, "pcf").outcome, RUN_STOPPED);
	assert_int_equal(scripts_newest(scripts, "pcf").left, 1);
	assert_true(scripts_cell_is(scripts, "pcf", "2021-11-17", "complete"));
	assert_true(scripts_cell_is(scripts, "pcf", "2021-11-18", "ready"));
}

static void a_stop_lets_the_date_in_hand_come_to_its_verdict(void **state)
{
	(void)state;
	struct scripts scripts;
	scripts_open(&scripts, endless);
	struct program program;
	char *run = gate_reach(&scripts, &program);
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
	char *run = gate_reach(&scripts, &program);
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
	char *run = gate_reach(&scripts, &program);
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
	char *run = gate_reach(&scripts, &program);
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
	scripts_open(&scripts, gate_script);
	struct program program;
	char *run = gate_reach(&scripts, &program);
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
	scripts_open(&scripts, gate_script);
	struct program program;
	char *run = gate_reach(&scripts, &program);
	program_expect(SCRIPTS_RUN(&scripts, "stop", "--now"), 0, "1 stopped");
	program_expect(program_finish(&program), 1, "pcf: killed, 1 done, 0 failed, 2 left");
	assert_true(scripts_cell_is(&scripts, "pcf", "2021-11-17", "suspect"));
	assert_true(scripts_cell_is(&scripts, "pcf", "2021-11-18", "ready"));
	free(run);
	scripts_close(&scripts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_stop_lets_the_date_in_hand_come_to_its_verdict),
		cmocka_unit_test(the_verb_stop_does_it_from_outside),
		cmocka_unit_test(the_verb_pause_keeps_the_other_dates_and_resume_goes_on_with_them),
		cmocka_unit_test(without_an_owner_a_pause_is_a_stop),
		cmocka_unit_test(a_freeze_stops_the_processes_where_they_are_and_resume_wakes_them),
		cmocka_unit_test(a_kill_between_delete_and_load_leaves_a_suspect_date),
	};
	return cmocka_run_group_tests(tests, NULL, scripts_forget);
}

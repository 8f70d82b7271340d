/* A job whose supervisor was killed: seen as what it is, held, and followed to its end; and that a
 * console never takes a job of its own for somebody else's. */
#include "tests/test.h"

#include "jobs/run_folder.h"
#include "tests/pty/support/operator.h"

#include <signal.h>

#define DELETED_SECOND "Deleting existing data for 2021-11-17"

/* The second date waits between its delete and its load until the test opens the gate. */
static const struct script_table gated[] = {{"pcf", "phase4_simulator",
						    "], \"env\": {\"SIMULATE_GATE\": "
						    "\"2021-11-17\"}",
						    NULL},
	{0}};

static struct pty *start_to_the_gate(const struct scripts *scripts)
{
	struct pty *pty = OPERATOR_START_SCRIPTS(scripts, "--start-unasked");
	pty_wait_for(pty, "0/3");
	pty_send(pty, "s");
	pty_wait_for(pty, DELETED_SECOND); /* in the pane of the log */
	return pty;
}

static void kill_supervisor(const struct scripts *scripts)
{
	char *paths[SCRIPTS_RUNS_MAX];
	struct run_evidence evidence;
	assert_int_equal(scripts_runs(scripts, "pcf", paths), 1);
	assert_true(run_look(paths[0], &evidence, NULL));
	assert_true(evidence.is_supervisor_alive);
	assert_int_equal(kill(evidence.process.supervisor.pid, SIGKILL), 0);
	free(paths[0]);
}

/* Found out by hand: asking for jobs of others is answered after the scan. */
static void ask_for_others(struct pty *pty)
{
	pty_send(pty, "A");
	pty_wait_for(pty, "nobody outside this console writes pcf");
	assert_false(pty_shows(pty, "is being written here and by"));
	assert_false(pty_shows(pty, "is written twice"));
}

static void a_job_of_our_own_is_nobody_elses(void **state)
{
	(void)state;
	struct scripts scripts;
	scripts_open(&scripts, gated);
	struct pty *pty = start_to_the_gate(&scripts);
	ask_for_others(pty);
	pty_wait_for(pty, "RUNNING");
	scripts_open_gate(&scripts);
	pty_wait_for(pty, "3 complete");
	operator_leave(pty, "q", "s");
	scripts_close(&scripts);
}

static void expect_status(const struct scripts *scripts, const char *text)
{
	struct program_result result = SCRIPTS_RUN(scripts, "status");
	if (strstr(result.output, text) == NULL)
		fail_msg("no \"%s\" in:\n%s", text, result.output);
	free(result.output);
}

static void a_job_without_its_supervisor_is_shown_so_held_and_followed(void **state)
{
	(void)state;
	struct scripts scripts;
	scripts_open(&scripts, gated);
	struct pty *pty = start_to_the_gate(&scripts);
	kill_supervisor(&scripts);
	pty_wait_for(pty, "ORPHANED");
	ask_for_others(pty);
	expect_status(&scripts, "running unattended, started ");
	operator_leave(pty, "q", "d");
	expect_status(&scripts, "running unattended, started ");
	/* The next console knows it again, and starts nothing beside it. */
	pty = OPERATOR_START_SCRIPTS(&scripts, "--start-unasked");
	pty_wait_for(pty, "ORPHANED");
	ask_for_others(pty);
	pty_send(pty, "s");
	pty_wait_for(pty, "all that is left of pcf is queued or running");
	scripts_open_gate(&scripts);
	pty_wait_for(pty, "3 complete");
	operator_leave(pty, "q", "s");
	assert_int_equal(scripts_runs(&scripts, "pcf", NULL), 1);
	assert_int_equal(scripts_count(&scripts, "pcf", "Deleting existing data"), 3);
	struct ledger_run run = scripts_newest(&scripts, "pcf");
	assert_int_equal(run.outcome, RUN_LOST); /* no exit status: no success */
	assert_int_equal(run.done, 3);
	scripts_close(&scripts);
}

/* What a script has written in a day, as far as the reader is concerned. */
static void lengthen_log(const struct scripts *scripts)
{
	char *paths[SCRIPTS_RUNS_MAX];
	assert_int_equal(scripts_runs(scripts, "pcf", paths), 1);
	char *path = memory_format("%s/%s", paths[0], RUN_FILE_LOG);
	FILE *log = fopen(path, "a");
	assert_non_null(log);
	for (int i = 0; i < 300000; i++)
		fprintf(log, "2025-12-03 14:05:58,123 - __main__ - INFO - chatter number %d\n", i);
	assert_int_equal(fclose(log), 0);
	free(path);
	free(paths[0]);
}

static void the_end_of_a_large_log_is_seen_before_the_rest_is_read(void **state)
{
	(void)state;
	struct scripts scripts;
	scripts_open(&scripts, gated);
	struct pty *pty = start_to_the_gate(&scripts);
	operator_leave(pty, "q", "d");
	lengthen_log(&scripts);
	pty = OPERATOR_START_SCRIPTS(&scripts, "--start-unasked");
	pty_send(pty, "2");
	pty_wait_for(pty, "chatter number 299998");
	scripts_open_gate(&scripts);
	pty_wait_for(pty, "3 complete");
	/* Each line once: what was shown first does not come again. */
	pty_send(pty, "&299997|the end of a log\r");
	pty_wait_for(pty, "following  line 2");
	pty_wait_for(pty, "[the end of a log of 18 MiB]");
	pty_send(pty, "1");
	operator_leave(pty, "q", "s");
	scripts_close(&scripts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_job_of_our_own_is_nobody_elses),
		cmocka_unit_test(the_end_of_a_large_log_is_seen_before_the_rest_is_read),
		cmocka_unit_test(a_job_without_its_supervisor_is_shown_so_held_and_followed),
	};
	return cmocka_run_group_tests(tests, NULL, scripts_forget);
}

/* Several consoles and runs over the same tables, at random moments: every date is computed once.
 */
#include "tests/test.h"

#include "base/path.h"
#include "tests/pty/support/operator.h"

#include <poll.h>
#include <signal.h>

#define P4	  "phase4_simulator"
#define SLOWLY	  "], \"env\": {\"SIMULATE_STEP\": \"0.01\"}"
#define ROUNDS	  6
#define MOMENT_MS 300 /* whatever moment comes: nothing is waited for */

static const struct script_table one[] = {{"upgc", P4, SLOWLY, NULL}, {0}};
static const struct script_table chain[] = {{"upgc", P4, SLOWLY, NULL}, {"utgc", P4, SLOWLY, NULL},
	{"pcf", P4, SLOWLY, "[\"upgc\", \"utgc\"]"}, {0}};

static void some_moment(unsigned *seed)
{
	(void)poll(NULL, 0, rand_r(seed) % MOMENT_MS);
}

static void check_computed_once(const struct scripts *scripts, const struct script_table *tables)
{
	static const char *const dates[] = {"2021-11-16", "2021-11-17", "2021-11-18"};
	for (const struct script_table *table = tables; table->name != NULL; table++)
		for (size_t i = 0; i < ARRAY_COUNT(dates); i++) {
			char *line = memory_format("Deleting existing data for %s", dates[i]);
			assert_int_equal(scripts_count(scripts, table->name, line), 1);
			free(line);
		}
}

static int finish(struct program *program, const char *refusal, int *refused)
{
	struct program_result result = program_finish(program);
	bool is_refused = strstr(result.output, refusal) != NULL;
	if (!is_refused && result.status != 0)
		fail_msg("exit status %d:\n%s", result.status, result.output);
	*refused += is_refused;
	free(result.output);
	return result.status;
}

/* Their locks are not the same: only the processes themselves tell them of each other. */
static void two_state_folders_start_a_script_once(void **state)
{
	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		struct scripts scripts;
		int refused = 0;
		scripts_open(&scripts, one);
		struct scripts other = scripts;
		char *folder = path_join(scripts.home, "other");
		other.state = folder;
		struct program here = SCRIPTS_START(&scripts, "run");
		struct program there = SCRIPTS_START(&scripts, "run", "--state", folder);
		finish(&here, "upgc is being written by process", &refused);
		finish(&there, "upgc is being written by process", &refused);
		/* Who came behind the end of the first does not know of it, and is right to start.
		 */
		int runs = scripts_runs(&scripts, NULL, NULL) + scripts_runs(&other, NULL, NULL);
		assert_int_equal(runs + refused, 2);
		assert_true(runs == 1 || refused == 0);
		free(folder);
		scripts_close(&scripts);
	}
}

static void two_runs_over_one_folder_compute_every_date_once(void **state)
{
	(void)state;
	unsigned seed = 7;
	for (int round = 0; round < ROUNDS; round++) {
		struct scripts scripts;
		int refused = 0;
		scripts_open(&scripts, chain);
		struct program all = SCRIPTS_START(&scripts, "run");
		some_moment(&seed);
		struct program again = SCRIPTS_START(&scripts, "run");
		struct program low = SCRIPTS_START(&scripts, "run", "upgc");
		finish(&all, "is held by process", &refused);
		finish(&again, "is held by process", &refused);
		finish(&low, "is held by process", &refused);
		/* Whoever was first, the rest is done now. */
		free(SCRIPTS_RUN(&scripts, "run").output);
		check_computed_once(&scripts, chain);
		scripts_close(&scripts);
	}
}

static void a_console_and_a_run_compute_every_date_once(void **state)
{
	(void)state;
	unsigned seed = 11;
	for (int round = 0; round < ROUNDS; round++) {
		struct scripts scripts;
		int refused = 0;
		scripts_open(&scripts, chain);
		struct program first = {0}, second;
		bool is_console_late = round % 2 == 0;
		if (is_console_late)
			first = SCRIPTS_START(&scripts, "run");
		some_moment(&seed);
		struct pty *pty = OPERATOR_START_SCRIPTS(&scripts, "--start-unasked");
		pty_wait_for(pty, "/3");
		pty_send(pty, "S");
		some_moment(&seed);
		second = SCRIPTS_START(&scripts, "run");
		finish(&second, "is held by process", &refused);
		if (is_console_late)
			finish(&first, "is held by process", &refused);
		kill(pty_process(pty), SIGHUP); /* what the console started goes on */
		pty_wait_for_end(pty);
		pty_finish(pty);
		free(SCRIPTS_RUN(&scripts, "run").output);
		check_computed_once(&scripts, chain);
		scripts_close(&scripts);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_state_folders_start_a_script_once),
		cmocka_unit_test(two_runs_over_one_folder_compute_every_date_once),
		cmocka_unit_test(a_console_and_a_run_compute_every_date_once),
	};
	return cmocka_run_group_tests(tests, NULL, scripts_forget);
}

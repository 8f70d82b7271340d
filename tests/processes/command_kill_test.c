/*
 * kill -9 of the console at random points, with four command jobs running: nothing runs twice, and
 * in the end every date is known.
 */
#include "tests/processes/support/yard.h"
#include "tests/support/scripts.h"
#include "tests/support/table.h"
#include "tests/support/seed.h"
#include "tests/test.h"

#include <signal.h>
#include <time.h>

/* The sanitizers slow everything down: they look at fewer deaths. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define DEATHS_DEFAULT 5
#else
#define DEATHS_DEFAULT 25
#endif
#define WAIT_MOST_MS 400

#define P4   "phase4_simulator"
#define STEP "], \"env\": {\"SIMULATE_STEP\": \"0.02\"}"

static const struct script_table tables[] = {{"upgc", "phase3_simulator", STEP, NULL},
	{"utgc", "phase3_simulator", STEP, NULL}, {"tdza", P4, STEP, NULL},
	{"psza", P4, STEP, NULL}, {"pcf", P4, STEP, "[\"upgc\", \"utgc\", \"tdza\", \"psza\"]"},
	{0}};

static uint64_t seed;

/* BACKCOURT_DEATHS asks for more. */
static int death_count(void)
{
	const char *wanted = getenv("BACKCOURT_DEATHS");
	return wanted != NULL ? (int)strtol(wanted, NULL, 10) : DEATHS_DEFAULT;
}

static bool die_somewhere(const struct scripts *scripts)
{
	struct program program = SCRIPTS_START(scripts, "run");
	uint32_t wait_ms = seed_below(&seed, WAIT_MOST_MS);
	struct timespec moment = {.tv_nsec = (long)wait_ms * 1000000};
	nanosleep(&moment, NULL); /* the random point, not a wait for anything */
	kill(program.pid, SIGKILL);
	struct program_result result = program_finish(&program);
	bool has_ended = result.status == 0;
	free(result.output);
	return has_ended;
}

static void check(const struct scripts *scripts)
{
	struct program_result result = SCRIPTS_RUN(scripts, "run");
	if (result.status != 0)
		fail_msg("exit status %d:\n%s", result.status, result.output);
	struct program_result csv = SCRIPTS_RUN(scripts, "coverage", "--format", "csv");
	for (const struct script_table *table = tables; table->name != NULL; table++) {
		int loads = scripts_count(scripts, table->name, "Successfully loaded 382");
		struct csv_total total = csv_total(csv.output, table->name);
		if (loads != 3 || total.complete != 3 || total.rows != 3L * 382)
			fail_msg("%s: %d loads\n%s\n%s", table->name, loads, csv.output,
				result.output);
		assert_int_equal(scripts_newest(scripts, table->name).outcome, RUN_SUCCEEDED);
	}
	free(csv.output);
	free(result.output);
}

static void a_console_killed_anywhere_loses_no_date_and_runs_none_twice(void **state)
{
	(void)state;
	int deaths = 0, seasons = 0;
	seed = seed_of_tests();
	while (deaths < death_count()) {
		struct scripts scripts;
		scripts_open(&scripts, tables);
		/* Several deaths of the same chain, until it has come to its end. */
		for (int i = 0; i < 4; i++)
			deaths += !die_somewhere(&scripts);
		check(&scripts);
		scripts_close(&scripts);
		seasons++;
	}
	print_message("# %d deaths, %d times to the end\n", deaths, seasons);
	scripts_forget(NULL);
}

int main(void)
{
	const struct CMUnitTest tests_here[] = {
		cmocka_unit_test(a_console_killed_anywhere_loses_no_date_and_runs_none_twice),
	};
	return RUN(tests_here);
}

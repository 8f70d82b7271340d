/*
 * The chain of the hand-off of 2025-12-03, in the real console: upcoming_player_game_context has
 * data until 11-16 only, player_composite_factors waits for it with reasons; one key retries what
 * failed, and what lay below starts by itself.
 */
#include "tests/test.h"

#include "tests/pty/support/operator.h"

#define P4    "phase4_simulator"
#define RANGE "2021-11-15..2021-11-19"

static const char *const dates[] = {
	"2021-11-15", "2021-11-16", "2021-11-17", "2021-11-18", "2021-11-19"};

static const struct script_table tables[] = {
	{"upgc", "phase3_simulator", "], \"env\": {\"SIMULATE_UNTIL\": \"2021-11-16\"}", NULL},
	{"utgc", "phase3_simulator", NULL, NULL}, {"tdza", P4, NULL, NULL},
	{"psza", P4, NULL, NULL}, {"pcf", P4, NULL, "[\"upgc\", \"utgc\", \"tdza\", \"psza\"]"},
	{"mlfs", P4, NULL, "[\"pcf\"]"}, {0}};

/* The verb, beside the console. */
static void expect_why(const struct scripts *scripts, const char *table, const char *date,
	const char *first, const char *second)
{
	struct program_result result = SCRIPTS_RUN(scripts, "why", table, date);
	if (strstr(result.output, first) == NULL || strstr(result.output, second) == NULL)
		fail_msg("no \"%s\", \"%s\" in:\n%s", first, second, result.output);
	free(result.output);
}

static int writes_of(const struct scripts *scripts, const char *table, const char *date)
{
	char *phase3 = memory_format("Deleted existing records for %s", date);
	char *phase4 = memory_format("Deleting existing data for %s", date);
	int count = scripts_count(scripts, table, phase3) + scripts_count(scripts, table, phase4);
	free(phase3);
	free(phase4);
	return count;
}

static void check_gated(const struct scripts *scripts)
{
	for (size_t i = 0; i < ARRAY_COUNT(dates); i++) {
		bool is_there = i < 2;
		assert_int_equal(writes_of(scripts, "upgc", dates[i]), is_there);
		assert_int_equal(writes_of(scripts, "utgc", dates[i]), 1);
		assert_int_equal(writes_of(scripts, "pcf", dates[i]), is_there);
		assert_int_equal(writes_of(scripts, "mlfs", dates[i]), is_there);
		if (is_there)
			continue;
		expect_why(scripts, "pcf", dates[i], "x BLOCKED_UPSTREAM_FAILED\nblocked by upgc",
			"because upgc");
		expect_why(scripts, "mlfs", dates[i], "blocked by pcf", "Error extracting players");
	}
	struct program_result gaps = SCRIPTS_RUN(scripts, "gaps", "--range", RANGE);
	if (strstr(gaps.output, "1 root cause, 3 cells and 6 held up by them") == NULL)
		fail_msg("%s", gaps.output);
	free(gaps.output);
}

static void the_chain_is_gated_repaired_by_a_retry_and_released_by_itself(void **state)
{
	(void)state;
	struct scripts scripts;
	scripts_open(&scripts, tables);
	struct pty *pty = OPERATOR_START_SCRIPTS(&scripts, "--start-unasked", "--range", RANGE);
	pty_wait_for(pty, "0/5");
	pty_send(pty, "S");
	/* 5 of each of the three whole ones, 2 of each of the others */
	pty_wait_for(pty, "21 complete");
	pty_wait_for(pty, "6 blocked");
	pty_wait_for(pty, "3 failed");
	pty_wait_for(pty, "mlfs: run 6 finished, 2 done");
	check_gated(&scripts);
	scripts_touch(&scripts, "mended");
	pty_send(pty, "gr"); /* the first table: upgc */
	pty_wait_for(pty, "30 complete");
	pty_wait_for(pty, "mlfs: run 9 finished, 3 done");
	operator_leave(pty, "q", "s");
	for (const struct script_table *table = tables; table->name != NULL; table++)
		for (size_t i = 0; i < ARRAY_COUNT(dates); i++)
			assert_int_equal(writes_of(&scripts, table->name, dates[i]), 1);
	assert_int_equal(scripts_runs(&scripts, "utgc", NULL), 1);
	assert_int_equal(scripts_runs(&scripts, "upgc", NULL), 2);
	assert_int_equal(scripts_newest(&scripts, "upgc").planned, 3); /* what failed, no more */
	assert_int_equal(scripts_newest(&scripts, "pcf").planned, 3);
	assert_int_equal(scripts_newest(&scripts, "pcf").outcome, RUN_SUCCEEDED);
	scripts_close(&scripts);
	scripts_forget(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_chain_is_gated_repaired_by_a_retry_and_released_by_itself),
	};
	return RUN(tests);
}

/* The table of verdicts (design: coverage, Verdicts), row by row: what runs and upstreams say, and
 * their precedence. */
#include "tests/support/judged.h"
#include "tests/test.h"

static void suspect_is_cut_while_it_was_written_whatever_the_rows(void **state)
{
	(void)state;
	struct world world = judged_open();
	judged_fill_upstreams(&world, DAY);
	judged_attempt(&world, ATTEMPT_SUSPECT, 3000);
	judged_expect(&world, VERDICT_SUSPECT, REASON_INTERRUPTED_IN_WRITE);
	judged_write(&world, LOW, DAY, 10); /* receipts of this world are from 1000 ms on */
	judged_expect(&world, VERDICT_SUSPECT, REASON_INTERRUPTED_IN_WRITE);
	world_close(&world);
}

static void running_and_queued_beat_what_the_rows_say(void **state)
{
	(void)state;
	struct world world = judged_open();
	judged_fill_upstreams(&world, DAY);
	judged_write(&world, LOW, DAY, 20);
	judged_attempt(&world, ATTEMPT_RUNNING, 3000);
	judged_expect(&world, VERDICT_RUNNING, REASON_RUNNING);
	coverage_set_progress(world.coverage, LOW, world_day(&world, DAY), 3, 30);
	judged_expect_words(&world, LOW, DAY, "being computed now, 3 of 30");
	judged_attempt(&world, ATTEMPT_QUEUED, 3000);
	judged_expect(&world, VERDICT_QUEUED, REASON_QUEUED);
	world_close(&world);
}

static void ready_never_ran_and_everything_above_is_complete_or_excused(void **state)
{
	(void)state;
	struct world world = judged_open();
	judged_expect_at(&world, BASE, DAY, VERDICT_READY, REASON_NEVER_RUN);
	judged_fill_upstreams(&world, DAY);
	judged_expect(&world, VERDICT_READY, REASON_NEVER_RUN);
	struct excuse no_base = {.table = BASE,
		.date = world_day(&world, 6),
		.until = DATE_NONE,
		.words = "no data (mk)"};
	coverage_set_excuse(world.coverage, &no_base);
	judged_write(&world, GUARD, 6, 4);
	judged_expect_at(&world, LOW, 6, VERDICT_READY, REASON_NEVER_RUN);
	world_close(&world);
}

static void blocked_names_what_the_upstream_is(void **state)
{
	(void)state;
	static const struct {
		int64_t rows; /* -1: none */
		enum attempt_state state;
		enum reason reason;
	} cases[] = {
		{-1, ATTEMPT_NONE, REASON_BLOCKED_UPSTREAM_MISSING},
		{2, ATTEMPT_NONE, REASON_BLOCKED_UPSTREAM_THIN},
		{0, ATTEMPT_NONE, REASON_BLOCKED_UPSTREAM_THIN},
		{8, ATTEMPT_NONE, REASON_BLOCKED_UPSTREAM_THIN},
		{-1, ATTEMPT_FAILED, REASON_BLOCKED_UPSTREAM_FAILED},
		{-1, ATTEMPT_TIMED_OUT, REASON_BLOCKED_UPSTREAM_FAILED},
		{-1, ATTEMPT_KILLED, REASON_BLOCKED_UPSTREAM_FAILED},
		{-1, ATTEMPT_LOST, REASON_BLOCKED_UPSTREAM_FAILED},
		{4, ATTEMPT_SUSPECT, REASON_BLOCKED_UPSTREAM_FAILED},
		{-1, ATTEMPT_RUNNING, REASON_BLOCKED_UPSTREAM_RUNNING},
		{4, ATTEMPT_QUEUED, REASON_BLOCKED_UPSTREAM_RUNNING},
	};
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct world world = judged_open();
		judged_write(&world, GUARD, DAY, 4);
		if (cases[i].rows >= 0)
			judged_write(&world, BASE, DAY, cases[i].rows);
		coverage_set_attempt(
			world.coverage, BASE, world_day(&world, DAY), cases[i].state, "", 3000);
		judged_expect(&world, VERDICT_BLOCKED, cases[i].reason);
		assert_int_equal(judged_cell(&world, LOW, DAY)->because, BASE);
		world_close(&world);
	}
}

static void blocked_by_a_guard_or_by_a_stale_upstream(void **state)
{
	(void)state;
	struct world world = judged_open();
	judged_write(&world, BASE, DAY, 4);
	judged_expect(&world, VERDICT_BLOCKED, REASON_BLOCKED_GUARD);
	judged_expect_words(&world, LOW, DAY, "blocked by its guard guard: ready to be built");
	judged_write(&world, GUARD, DAY, 4);
	judged_write(&world, LOW, DAY, 10);
	judged_write(&world, BASE, DAY, 4);
	judged_expect_at(&world, TWIN, DAY, VERDICT_BLOCKED, REASON_BLOCKED_UPSTREAM_STALE);
	world_close(&world);
}

static void blocked_by_what_the_job_itself_demands(void **state)
{
	(void)state;
	struct world world = judged_open();
	judged_expect_at(&world, PICKY, DAY, VERDICT_BLOCKED, REASON_BLOCKED_UPSTREAM_MISSING);
	judged_write(&world, BASE, DAY, 4); /* complete, and too few for the job */
	judged_expect_at(&world, PICKY, DAY, VERDICT_BLOCKED, REASON_BLOCKED_JOB_MINIMUM);
	judged_expect_words(&world, PICKY, DAY,
		"blocked: the job refuses fewer than 5 rows of base; there are 4");
	world_close(&world);
}

static void failed_and_killed_say_how(void **state)
{
	(void)state;
	static const struct {
		enum attempt_state state;
		enum verdict verdict;
		enum reason reason;
		const char *words;
	} cases[] = {
		{ATTEMPT_FAILED, VERDICT_FAILED, REASON_FAILED,
			"the newest attempt failed: CATEGORY: why"},
		{ATTEMPT_TIMED_OUT, VERDICT_FAILED, REASON_TIMEOUT,
			"the newest attempt took too long: CATEGORY: why"},
		{ATTEMPT_KILLED, VERDICT_KILLED, REASON_KILLED,
			"stopped before it was written: CATEGORY: why"},
		{ATTEMPT_LOST, VERDICT_KILLED, REASON_LOST,
			"nobody saw the end of the newest attempt: CATEGORY: why"},
	};
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct world world = judged_open();
		judged_attempt(&world, cases[i].state, 3000);
		judged_expect(&world, cases[i].verdict, cases[i].reason); /* whatever lies above */
		judged_fill_upstreams(&world, DAY);
		judged_expect(&world, cases[i].verdict, cases[i].reason);
		judged_write(&world, LOW, DAY, 3); /* beats thin */
		judged_expect(&world, cases[i].verdict, cases[i].reason);
		judged_expect_words(&world, LOW, DAY, cases[i].words);
		world_close(&world);
	}
}

static void a_failure_over_rows_that_pass_is_a_disagreement(void **state)
{
	(void)state;
	struct world world = judged_open();
	judged_fill_upstreams(&world, DAY);
	judged_write(&world, LOW, DAY, 10);
	judged_attempt(&world, ATTEMPT_FAILED, 3000);
	judged_expect(&world, VERDICT_COMPLETE, REASON_LEDGER_DISAGREES);
	judged_expect_words(&world, LOW, DAY,
		"complete: 10 rows, 9 to 10 expected; but the newest attempt failed: CATEGORY: "
		"why");
	judged_attempt(&world, ATTEMPT_TIMED_OUT, 3000);
	judged_expect(&world, VERDICT_COMPLETE, REASON_LEDGER_DISAGREES);
	world_close(&world);
}

static void a_receipt_newer_than_the_newest_attempt_is_the_truth(void **state)
{
	(void)state;
	struct world world = judged_open();
	judged_fill_upstreams(&world, DAY);
	struct receipt receipt = world_receipt(&world, LOW, world_day(&world, DAY), 10);
	receipt.verified_ms = 3001;
	coverage_set_receipt(world.coverage, &receipt, 4000);
	static const enum attempt_state states[] = {
		ATTEMPT_FAILED, ATTEMPT_TIMED_OUT, ATTEMPT_KILLED, ATTEMPT_LOST, ATTEMPT_SUSPECT};
	for (size_t i = 0; i < ARRAY_COUNT(states); i++) {
		judged_attempt(&world, states[i], 3000);
		judged_expect(&world, VERDICT_COMPLETE, REASON_COMPLETE);
	}
	judged_attempt(&world, ATTEMPT_SUSPECT, 3002);
	judged_expect(&world, VERDICT_SUSPECT, REASON_INTERRUPTED_IN_WRITE);
	judged_attempt(&world, ATTEMPT_RUNNING, 3000);
	judged_expect(&world, VERDICT_RUNNING, REASON_RUNNING);
	world_close(&world);
}

static void unknown_is_said_where_the_witness_that_decides_could_not_be_asked(void **state)
{
	(void)state;
	struct world world = judged_open();
	judged_fill_upstreams(&world, DAY);
	judged_write(&world, LOW, DAY, 10);
	coverage_set_unknown(world.coverage);
	judged_expect(&world, VERDICT_UNKNOWN, REASON_WITNESS_UNAVAILABLE);
	judged_expect_words(&world, LOW, DAY,
		"unknown: the warehouse could not be asked; 10 rows when it last could");
	judged_expect_at(&world, LOW, OFF_DAY, VERDICT_OFF, REASON_NOT_EXPECTED_OFF_DAY);
	judged_attempt(&world, ATTEMPT_RUNNING, 3000);
	judged_expect(&world, VERDICT_RUNNING, REASON_RUNNING);
	world_close(&world);
}

static void an_unknown_upstream_makes_a_cell_that_never_ran_unknown(void **state)
{
	(void)state;
	struct world world = judged_open();
	judged_fill_upstreams(&world, DAY);
	for (size_t unknown = BASE; unknown <= GUARD; unknown++) {
		judged_cell(&world, unknown, DAY)->rows_known = false;
		judged_cell(&world, BASE + GUARD - unknown, DAY)->rows_known = true;
		judged_cell(&world, BASE + GUARD - unknown, DAY)->rows = 1; /* thin besides */
		judged_expect(&world, VERDICT_UNKNOWN, REASON_WITNESS_UNAVAILABLE);
		assert_int_equal(judged_cell(&world, LOW, DAY)->because, unknown);
	}
	judged_expect_words(
		&world, LOW, DAY, "unknown: guard could not be asked or was not checked");
	world_close(&world);
}

static void rows_that_do_not_pass_are_no_measure_for_others(void **state)
{
	(void)state;
	struct world world = judged_open();
	judged_fill_upstreams(&world, DAY);
	judged_write(&world, TWIN, DAY, 10);
	judged_write(&world, COUSIN, DAY, 10);
	judged_expect_at(&world, TWIN, DAY, VERDICT_STALE, REASON_STALE_COMPUTED_ON_THIN);
	judged_expect_at(&world, COUSIN, DAY, VERDICT_UNKNOWN, REASON_WITNESS_UNAVAILABLE);
	judged_expect_words(
		&world, COUSIN, DAY, "unknown: it is to hold as many rows as low, which is ready");
	judged_write(&world, LOW, DAY, 10);
	judged_write(&world, TWIN, DAY, 5);
	judged_write(&world, COUSIN, DAY, 4);
	judged_expect_at(&world, TWIN, DAY, VERDICT_COMPLETE, REASON_COMPLETE);
	judged_expect_at(&world, COUSIN, DAY, VERDICT_THIN, REASON_THIN_ROWS);
	world_close(&world);
}

/* cousin is to hold as many rows as low, and is no neighbour of it otherwise. */
static void judging_what_changed_follows_the_measure_of_a_rule(void **state)
{
	(void)state;
	struct world world = judged_open();
	judged_fill_upstreams(&world, DAY);
	judged_write(&world, LOW, DAY, 10);
	judged_write(&world, COUSIN, DAY, 10);
	judged_expect_at(&world, COUSIN, DAY, VERDICT_COMPLETE, REASON_COMPLETE);
	world_write(&world, LOW, world_day(&world, DAY), 9);
	coverage_judge_changes(world.coverage);
	assert_int_equal(judged_cell(&world, COUSIN, DAY)->reason, REASON_THICK_ROWS);
	world_close(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(suspect_is_cut_while_it_was_written_whatever_the_rows),
		cmocka_unit_test(running_and_queued_beat_what_the_rows_say),
		cmocka_unit_test(ready_never_ran_and_everything_above_is_complete_or_excused),
		cmocka_unit_test(blocked_names_what_the_upstream_is),
		cmocka_unit_test(blocked_by_a_guard_or_by_a_stale_upstream),
		cmocka_unit_test(blocked_by_what_the_job_itself_demands),
		cmocka_unit_test(failed_and_killed_say_how),
		cmocka_unit_test(a_failure_over_rows_that_pass_is_a_disagreement),
		cmocka_unit_test(a_receipt_newer_than_the_newest_attempt_is_the_truth),
		cmocka_unit_test(unknown_is_said_where_the_witness_that_decides_could_not_be_asked),
		cmocka_unit_test(an_unknown_upstream_makes_a_cell_that_never_ran_unknown),
		cmocka_unit_test(rows_that_do_not_pass_are_no_measure_for_others),
		cmocka_unit_test(judging_what_changed_follows_the_measure_of_a_rule),
	};
	return RUN(tests);
}

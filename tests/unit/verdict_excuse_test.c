/* The table of verdicts (design: coverage, Verdicts), row by row: dates of which nothing is
 * expected, and evidence that is kept. */
#include "tests/support/judged.h"
#include "tests/test.h"

static void off_days_and_bootstrap_expect_nothing_and_show_rows_that_are_there(void **state)
{
	(void)state;
	struct world world = judged_open();
	judged_expect_at(&world, LOW, OFF_DAY, VERDICT_OFF, REASON_NOT_EXPECTED_OFF_DAY);
	judged_expect_at(&world, LOW, 1, VERDICT_BOOTSTRAP, REASON_BOOTSTRAP);
	judged_expect_at(
		&world, LOW, 2, VERDICT_BOOTSTRAP, REASON_BOOTSTRAP); /* before first_date */
	judged_expect_at(&world, TWIN, 1, VERDICT_BOOTSTRAP, REASON_BOOTSTRAP); /* as many as low */
	judged_write(&world, LOW, OFF_DAY, 1);
	judged_expect_words(&world, LOW, OFF_DAY, "no games: nothing expected; 1 row is there");
	judged_write(&world, LOW, 1, 7);
	judged_expect_words(
		&world, LOW, 1, "too early in the season: nothing expected; 7 rows are there");
	assert_int_equal(coverage_summary(world.coverage, LOW).expected, 4);
	world_close(&world);
}

static void an_excuse_holds_until_its_day(void **state)
{
	(void)state;
	struct world world = judged_open();
	judged_attempt(&world, ATTEMPT_FAILED, 3000);
	judged_excuse(&world, DAY, "covid (mk)", world_day(&world, 90));
	judged_expect(&world, VERDICT_EXCUSED, REASON_EXCUSED);
	judged_expect_words(&world, LOW, DAY, "excused: covid (mk), until 2022-01-17");
	judged_expect_at(&world, TWIN, DAY, VERDICT_EXCUSED, REASON_EXCUSED); /* as many as none */
	assert_int_equal(coverage_summary(world.coverage, LOW).expected, 3);
	coverage_set_today(world.coverage, world_day(&world, 90));
	judged_expect(&world, VERDICT_EXCUSED, REASON_EXCUSED);
	coverage_set_today(world.coverage, world_day(&world, 91));
	judged_expect(&world, VERDICT_FAILED, REASON_FAILED);
	judged_excuse(&world, DAY, "for good (mk)", DATE_NONE);
	judged_expect(&world, VERDICT_EXCUSED, REASON_EXCUSED);
	judged_excuse(&world, DAY, NULL, DATE_NONE);
	judged_expect(&world, VERDICT_FAILED, REASON_FAILED);
	world_close(&world);
}

static void excuses_of_many_cells_do_not_mix(void **state)
{
	(void)state;
	struct world world = judged_open();
	static const int days[] = {6, 4, 7, 5};
	for (size_t i = 0; i < ARRAY_COUNT(days); i++)
		judged_excuse(&world, days[i], "x", DATE_NONE);
	judged_excuse(&world, 6, NULL, DATE_NONE);
	judged_excuse(&world, 99, "outside the range", DATE_NONE);
	coverage_judge(world.coverage);
	for (int day = 4; day <= 7; day++) {
		assert_int_equal(
			judged_cell(&world, LOW, day)->verdict == VERDICT_EXCUSED, day != 6);
		assert_int_not_equal(judged_cell(&world, BASE, day)->verdict, VERDICT_EXCUSED);
	}
	assert_null(coverage_excuse(world.coverage, LOW, world_day(&world, 99)));
	world_close(&world);
}

static void what_retention_removed_is_no_gap(void **state)
{
	(void)state;
	struct world world = judged_open();
	judged_fill_upstreams(&world, 4);
	coverage_set_retention(world.coverage, LOW, world_day(&world, DAY));
	judged_expect_at(&world, LOW, 4, VERDICT_EXPIRED, REASON_EXPIRED_RETENTION);
	judged_expect_at(&world, LOW, 1, VERDICT_BOOTSTRAP, REASON_BOOTSTRAP);
	judged_expect_at(&world, LOW, DAY, VERDICT_BLOCKED, REASON_BLOCKED_UPSTREAM_MISSING);
	assert_int_equal(coverage_summary(world.coverage, LOW).expected, 3);
	judged_write(&world, LOW, 4, 10); /* still there */
	judged_expect_at(&world, LOW, 4, VERDICT_COMPLETE, REASON_COMPLETE);
	world_close(&world);
}

/* The key of the pipeline, counted back from today; the day after takes one date more. */
static void retention_of_the_pipeline_moves_with_the_day(void **state)
{
	(void)state;
	static const char kept[] =
		"{\"version\": 1, \"name\": \"kept\", \"calendar\": {\"bootstrap_days\": 0, "
		"\"seasons\": [{\"name\": \"S\", \"first\": \"2021-10-19\", \"last\": "
		"\"2022-04-10\"}]}, \"tables\": [{\"name\": \"short\", \"expect\": "
		"{\"per_game\": 2}, \"retention_days\": 30}, {\"name\": \"long\", "
		"\"expect\": {\"per_game\": 2}}]}";
	struct world world;
	world_open(&world, kept, "333");
	coverage_judge(world.coverage);
	assert_int_equal(judged_cell(&world, 0, 0)->verdict, VERDICT_READY); /* no day is set */
	coverage_set_today(world.coverage, world_day(&world, 31));
	judged_expect_at(&world, 0, 0, VERDICT_EXPIRED, REASON_EXPIRED_RETENTION);
	judged_expect_at(&world, 0, 1, VERDICT_READY, REASON_NEVER_RUN);
	coverage_set_today(world.coverage, world_day(&world, 32));
	judged_expect_at(&world, 0, 1, VERDICT_EXPIRED, REASON_EXPIRED_RETENTION);
	judged_expect_at(&world, 1, 0, VERDICT_READY, REASON_NEVER_RUN);
	world_close(&world);
}

static void another_range_keeps_the_evidence(void **state)
{
	(void)state;
	struct world world = judged_open();
	judged_fill_upstreams(&world, DAY);
	judged_write(&world, LOW, DAY, 10);
	judged_write(&world, BASE, DAY, 4);
	judged_attempt(&world, ATTEMPT_FAILED, 3000);
	judged_excuse(&world, 6, "x (mk)", DATE_NONE);
	struct coverage *other = coverage_new(world.pipeline, world.calendar,
		(struct date_range){world_day(&world, 4), world_day(&world, 9)});
	coverage_keep(other, world.coverage);
	coverage_free(world.coverage);
	world.coverage = other;
	judged_expect(&world, VERDICT_STALE, REASON_STALE_UPSTREAM_NEWER);
	assert_string_equal(judged_cell(&world, LOW, DAY)->attempt_words, "CATEGORY: why");
	judged_expect_at(&world, LOW, 6, VERDICT_EXCUSED, REASON_EXCUSED);
	assert_null(judged_cell(&world, LOW, 3));
	world_close(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			off_days_and_bootstrap_expect_nothing_and_show_rows_that_are_there),
		cmocka_unit_test(an_excuse_holds_until_its_day),
		cmocka_unit_test(excuses_of_many_cells_do_not_mix),
		cmocka_unit_test(what_retention_removed_is_no_gap),
		cmocka_unit_test(retention_of_the_pipeline_moves_with_the_day),
		cmocka_unit_test(another_range_keeps_the_evidence),
	};
	return RUN(tests);
}

/* The table of verdicts (design: coverage, Verdicts), row by row: what the rows say, and how fresh
 * they are. */
#include "tests/support/judged.h"
#include "tests/test.h"

static void complete_rows_pass_the_rule_and_are_fresh(void **state)
{
	(void)state;
	struct world world = judged_open();
	judged_fill_upstreams(&world, DAY);
	judged_write(&world, LOW, DAY, 9);
	judged_expect(&world, VERDICT_COMPLETE, REASON_COMPLETE);
	judged_write(&world, LOW, DAY, 10);
	judged_expect(&world, VERDICT_COMPLETE, REASON_COMPLETE);
	judged_expect_words(&world, LOW, DAY, "complete: 10 rows, 9 to 10 expected");
	world_close(&world);
}

static void thin_is_too_few_rows_or_too_many_nulls(void **state)
{
	(void)state;
	struct world world = judged_open();
	judged_fill_upstreams(&world, DAY);
	judged_write(&world, LOW, DAY, 8);
	judged_expect(&world, VERDICT_THIN, REASON_THIN_ROWS);
	judged_attempt(&world, ATTEMPT_SUCCEEDED, 3000);
	judged_expect_words(
		&world, LOW, DAY, "thin: 8 rows, 9 to 10 expected; but its run reported success");
	judged_count(&world, 10, 10, 2);
	judged_expect(&world, VERDICT_COMPLETE, REASON_COMPLETE);
	judged_count(&world, 10, 10, 3);
	judged_expect(&world, VERDICT_THIN, REASON_NULL_CRITICAL);
	judged_expect_words(&world, LOW, DAY,
		"thin: 10 rows, 9 to 10 expected; but its run reported success; c is NULL in 3 of "
		"10 rows, 30 % (20 % allowed)");
	world_close(&world);
}

static void set_receipt_with_nulls(struct world *world, const char *nulls)
{
	struct receipt receipt = world_receipt(world, LOW, world_day(world, DAY), 10);
	text_copy(receipt.nulls, sizeof(receipt.nulls), nulls);
	coverage_set_receipt(world->coverage, &receipt, 2000);
}

static void every_critical_column_has_its_own_ratio(void **state)
{
	(void)state;
	struct world world = judged_open();
	judged_fill_upstreams(&world, DAY);
	set_receipt_with_nulls(&world, "pace:0 c:2");
	judged_expect(&world, VERDICT_COMPLETE, REASON_COMPLETE);
	assert_false(coverage_lacks_nulls(world.coverage));
	set_receipt_with_nulls(&world, "c:2 pace:1");
	judged_expect(&world, VERDICT_THIN, REASON_NULL_CRITICAL);
	assert_int_equal(judged_cell(&world, LOW, DAY)->null_column, 1);
	judged_expect_words(&world, LOW, DAY,
		"thin: 10 rows, 9 to 10 expected; pace is NULL in 1 of 10 rows, 10 % (1 % "
		"allowed)");
	set_receipt_with_nulls(&world, "c:5 pace:5");
	judged_expect_words(&world, LOW, DAY,
		"thin: 10 rows, 9 to 10 expected; c is NULL in 5 of 10 rows, 50 % (20 % allowed); "
		"pace is NULL in 5 of 10 rows, 50 % (1 % allowed)");
	judged_expect_at(&world, TWIN, DAY, VERDICT_BLOCKED, REASON_BLOCKED_UPSTREAM_THIN);
	world_close(&world);
}

static void a_receipt_names_the_columns_that_it_tells_of(void **state)
{
	(void)state;
	char names[RECEIPT_NULLS_BYTES];
	const char *columns[3] = {NULL};
	struct receipt receipt = {.nulls = "pace:12 threes:0"};
	assert_int_equal(receipt_null_columns(&receipt, names, columns, 3), 2);
	assert_string_equal(columns[0], "pace");
	assert_string_equal(columns[1], "threes");
	assert_int_equal(receipt_null_columns(&receipt, names, columns, 1), 1);
	receipt.nulls[0] = '\0';
	assert_int_equal(receipt_null_columns(&receipt, names, columns, 3), 0);
}

/* As those of an older backcourt, or of another list of critical columns. */
static void nulls_that_were_not_counted_are_not_zero(void **state)
{
	(void)state;
	struct world world = judged_open();
	date_t date = world_day(&world, DAY);
	judged_fill_upstreams(&world, DAY);
	set_receipt_with_nulls(&world, "");
	assert_int_equal(coverage_nulls(world.coverage, LOW, date, 0), -1);
	assert_true(coverage_lacks_nulls(world.coverage));
	set_receipt_with_nulls(&world, "c:0 spacex:1");
	assert_int_equal(coverage_nulls(world.coverage, LOW, date, 0), 0);
	assert_int_equal(coverage_nulls(world.coverage, LOW, date, 1), -1);
	assert_true(coverage_lacks_nulls(world.coverage));
	judged_count(&world, 10, 10, 0);
	assert_false(coverage_lacks_nulls(world.coverage));
	world_close(&world);
}

static void empty_is_a_success_without_rows(void **state)
{
	(void)state;
	struct world world = judged_open();
	judged_fill_upstreams(&world, DAY);
	judged_expect(&world, VERDICT_READY, REASON_NEVER_RUN);
	judged_attempt(&world, ATTEMPT_SUCCEEDED, 3000);
	judged_expect(&world, VERDICT_EMPTY, REASON_EMPTY_SUCCESS);
	judged_attempt(&world, ATTEMPT_NONE, 0);
	judged_write(&world, LOW, DAY, 0);
	judged_expect(&world, VERDICT_EMPTY, REASON_EMPTY_SUCCESS);
	judged_write(&world, LOW, DAY, 10);
	judged_count(&world, 0, 0, 0); /* the rows vanished behind the receipt */
	judged_expect(&world, VERDICT_EMPTY, REASON_EMPTY_SUCCESS);
	world_close(&world);
}

static void duplicate_is_more_rows_than_keys_else_more_than_the_rule_allows(void **state)
{
	(void)state;
	struct world world = judged_open();
	judged_fill_upstreams(&world, DAY);
	judged_count(&world, 10, 5, 0); /* as many rows as expected, but twice the same */
	judged_expect(&world, VERDICT_DUPLICATE, REASON_DUPLICATE_ROWS);
	judged_expect_words(
		&world, LOW, DAY, "duplicate: 10 rows, 9 to 10 expected, 5 different keys, 2.0x");
	judged_count(&world, 40, -1, 0);
	judged_expect(&world, VERDICT_DUPLICATE, REASON_THICK_ROWS);
	judged_expect_words(&world, LOW, DAY, "too many: 40 rows, 9 to 10 expected, 4.0x");
	judged_count(&world, 11, 11, 0);
	judged_expect(&world, VERDICT_DUPLICATE, REASON_THICK_ROWS);
	world_close(&world);
}

static void stale_is_an_upstream_or_guard_written_later(void **state)
{
	(void)state;
	for (size_t other = BASE; other <= GUARD; other++) {
		struct world world = judged_open();
		judged_fill_upstreams(&world, DAY);
		judged_write(&world, LOW, DAY, 10);
		judged_write(&world, other, DAY, 4);
		judged_expect(&world, VERDICT_STALE, REASON_STALE_UPSTREAM_NEWER);
		assert_int_equal(judged_cell(&world, LOW, DAY)->because, other);
		judged_write(&world, LOW, DAY, 10);
		judged_expect(&world, VERDICT_COMPLETE, REASON_COMPLETE);
		world_close(&world);
	}
}

static void an_upstream_found_unchanged_makes_nothing_stale(void **state)
{
	(void)state;
	struct world world = judged_open();
	judged_fill_upstreams(&world, DAY);
	struct receipt receipt = world_receipt(&world, BASE, world_day(&world, DAY), 4);
	coverage_set_receipt(world.coverage, &receipt, 2000);
	judged_write(&world, LOW, DAY, 10);
	receipt.verified_ms = 9000; /* the same sequence: the rows had the same hash */
	coverage_set_receipt(world.coverage, &receipt, 9000);
	judged_expect(&world, VERDICT_COMPLETE, REASON_COMPLETE);
	world_close(&world);
}

static void without_receipts_the_later_write_time_makes_stale(void **state)
{
	(void)state;
	struct world world = judged_open();
	judged_fill_upstreams(&world, DAY);
	judged_write(&world, LOW, DAY, 10);
	for (size_t table = BASE; table <= LOW; table++)
		judged_cell(&world, table, DAY)->has_receipt = false;
	judged_expect(&world, VERDICT_COMPLETE, REASON_COMPLETE);
	judged_cell(&world, BASE, DAY)->written_ms = judged_cell(&world, LOW, DAY)->written_ms + 1;
	judged_expect(&world, VERDICT_STALE, REASON_STALE_UPSTREAM_NEWER);
	judged_cell(&world, BASE, DAY)->written_ms = 0; /* a counts file knows no times */
	judged_expect(&world, VERDICT_COMPLETE, REASON_COMPLETE);
	world_close(&world);
}

static void stale_is_computed_while_an_upstream_was_missing_or_thin(void **state)
{
	(void)state;
	struct world world = judged_open();
	judged_write(&world, BASE, DAY, 4);
	judged_write(&world, LOW, DAY, 10);
	judged_expect(&world, VERDICT_STALE, REASON_STALE_COMPUTED_ON_THIN);
	assert_int_equal(judged_cell(&world, LOW, DAY)->because, GUARD);
	judged_expect_words(&world, LOW, DAY, "stale: computed while guard was missing or thin");
	judged_write(&world, GUARD, DAY, 4); /* it is there now, and was not then */
	judged_expect(&world, VERDICT_STALE, REASON_STALE_COMPUTED_ON_THIN);
	judged_write(&world, LOW, DAY, 10);
	judged_expect(&world, VERDICT_COMPLETE, REASON_COMPLETE);
	static const int64_t wrong[] = {0, 3, 8};
	for (size_t i = 0; i < ARRAY_COUNT(wrong); i++) {
		judged_write(&world, BASE, DAY, wrong[i]);
		judged_write(&world, LOW, DAY, 10);
		judged_expect(&world, VERDICT_STALE, REASON_STALE_COMPUTED_ON_THIN);
	}
	/* It stays so while the upstream is worked on. */
	coverage_set_attempt(
		world.coverage, BASE, world_day(&world, DAY), ATTEMPT_RUNNING, "", 4000);
	judged_expect(&world, VERDICT_STALE, REASON_STALE_COMPUTED_ON_THIN);
	world_close(&world);
}

static void stale_goes_down_the_chain(void **state)
{
	(void)state;
	struct world world = judged_open();
	judged_fill_upstreams(&world, DAY);
	judged_write(&world, LOW, DAY, 10);
	judged_write(&world, TWIN, DAY, 10);
	judged_expect_at(&world, TWIN, DAY, VERDICT_COMPLETE, REASON_COMPLETE);
	judged_write(&world, BASE, DAY, 4);
	judged_expect_at(&world, TWIN, DAY, VERDICT_STALE, REASON_STALE_UPSTREAM_NEWER);
	judged_attempt(&world, ATTEMPT_QUEUED, 4000);
	judged_expect_at(&world, TWIN, DAY, VERDICT_STALE, REASON_STALE_UPSTREAM_NEWER);
	judged_attempt(&world, ATTEMPT_SUSPECT, 4000);
	judged_expect_at(&world, TWIN, DAY, VERDICT_STALE, REASON_STALE_COMPUTED_ON_THIN);
	world_close(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(complete_rows_pass_the_rule_and_are_fresh),
		cmocka_unit_test(thin_is_too_few_rows_or_too_many_nulls),
		cmocka_unit_test(every_critical_column_has_its_own_ratio),
		cmocka_unit_test(a_receipt_names_the_columns_that_it_tells_of),
		cmocka_unit_test(nulls_that_were_not_counted_are_not_zero),
		cmocka_unit_test(empty_is_a_success_without_rows),
		cmocka_unit_test(duplicate_is_more_rows_than_keys_else_more_than_the_rule_allows),
		cmocka_unit_test(stale_is_an_upstream_or_guard_written_later),
		cmocka_unit_test(an_upstream_found_unchanged_makes_nothing_stale),
		cmocka_unit_test(without_receipts_the_later_write_time_makes_stale),
		cmocka_unit_test(stale_is_computed_while_an_upstream_was_missing_or_thin),
		cmocka_unit_test(stale_goes_down_the_chain),
	};
	return RUN(tests);
}

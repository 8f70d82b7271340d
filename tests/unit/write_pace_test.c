/* The writes of one table within ten seconds, by a clock of the test's. */
#include "tests/test.h"

#include "warehouse/write_pace.h"

static struct write_pace pace;

static int set_up(void **state)
{
	(void)state;
	pace = (struct write_pace)WRITE_PACE_NEW;
	return 0;
}

static int64_t take(const char *table, size_t most, int64_t now_ms)
{
	return write_pace_take(&pace, table, most, now_ms);
}

static void the_fifth_write_waits_until_the_first_is_ten_seconds_old(void **state)
{
	(void)state;
	for (int64_t i = 0; i < 4; i++)
		assert_int_equal(take("t", 4, 1000 + i), 0);
	assert_int_equal(take("t", 4, 1004), 9996);
	assert_int_equal(take("t", 4, 10999), 1); /* asking is no write */
	assert_int_equal(take("t", 4, 11000), 0);
	assert_int_equal(take("t", 4, 11000), 1);
	assert_int_equal(take("t", 4, 11001), 0);
	assert_int_equal(take("other", 4, 11001), 0);
}

/* No window of ten seconds, wherever it begins, has more than four. */
static void no_ten_seconds_have_more_than_the_most(void **state)
{
	static int64_t at_ms[400];
	int64_t now_ms = 0;
	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(at_ms); i++) {
		now_ms += (int64_t)(i * 7919 % 4001);
		int64_t wait_ms = take("t", 4, now_ms);
		now_ms += wait_ms;
		if (wait_ms > 0)
			assert_int_equal(take("t", 4, now_ms), 0);
		at_ms[i] = now_ms;
		if (i >= 4)
			assert_true(at_ms[i] - at_ms[i - 4] >= WRITE_PACE_WINDOW_MS);
	}
}

static void a_partitioned_table_may_be_written_more_often(void **state)
{
	(void)state;
	for (int64_t i = 0; i < 100; i++) {
		size_t most = WRITE_PACE_PARTITION_WRITES;
		assert_int_equal(take("t", most, i * 250), 0); /* exactly forty in ten seconds */
	}
	assert_int_equal(take("t", WRITE_PACE_PARTITION_WRITES, INT64_C(99) * 250), 250);
}

static void the_table_that_was_idle_longest_is_forgotten(void **state)
{
	char name[20];
	(void)state;
	for (int i = 0; i < 4; i++)
		assert_int_equal(take("busy", 4, 0), 0);
	for (int i = 0; i < WRITE_PACE_TABLES_MAX - 1; i++) {
		snprintf(name, sizeof(name), "t%d", i);
		assert_int_equal(take(name, 4, 1), 0);
	}
	assert_int_equal(take("busy", 4, 2), 9998); /* all have room */
	assert_int_equal(take("one more", 4, 2), 0);
	assert_int_equal(take("busy", 4, 2), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(
			the_fifth_write_waits_until_the_first_is_ten_seconds_old, set_up),
		cmocka_unit_test_setup(no_ten_seconds_have_more_than_the_most, set_up),
		cmocka_unit_test_setup(a_partitioned_table_may_be_written_more_often, set_up),
		cmocka_unit_test_setup(the_table_that_was_idle_longest_is_forgotten, set_up),
	};
	return RUN(tests);
}

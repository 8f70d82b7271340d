/* When an alert that did not get out is tried again: arithmetic, by a clock of the test's. */
#include "tests/test.h"

#include "alert/alert.h"

#define FIRST_MS 1000000
#define MINUTE	 60000

static int64_t next(int tries, int64_t passed_ms, int64_t retry_after_ms)
{
	int64_t now_ms = FIRST_MS + passed_ms;
	int64_t due_ms =
		alert_next_try_ms(&alert_schedule_default, tries, FIRST_MS, now_ms, retry_after_ms);
	return due_ms < 0 ? -1 : due_ms - now_ms;
}

static void an_alert_is_tried_five_times_more_within_ten_minutes(void **state)
{
	(void)state;
	static const int64_t waits_ms[] = {2000, 10000, 45000, 120000, 300000};
	int64_t passed_ms = 0;
	for (int i = 0; i < 5; i++) {
		assert_int_equal(next(i + 1, passed_ms, -1), waits_ms[i]);
		passed_ms += waits_ms[i] + 20000; /* a slow one */
		assert_true(passed_ms <= INT64_C(10) * MINUTE);
	}
	assert_int_equal(next(6, passed_ms, -1), -1);
	assert_int_equal(next(6, 0, -1), -1);
}

static void what_the_other_side_says_only_makes_a_wait_longer(void **state)
{
	(void)state;
	assert_int_equal(next(1, 0, 0), 2000);
	assert_int_equal(next(1, 0, 1999), 2000);
	assert_int_equal(next(1, 0, 2001), 2001);
	assert_int_equal(next(2, 5000, 120000), 120000);
	assert_int_equal(next(0, 0, 7000), 7000); /* put off, and not tried */
	assert_int_equal(next(0, INT64_C(10) * MINUTE, 1), -1);
}

static void nothing_begins_later_than_ten_minutes_after_the_first_try(void **state)
{
	(void)state;
	assert_int_equal(next(1, 0, INT64_C(10) * MINUTE), INT64_C(10) * MINUTE);
	assert_int_equal(next(1, 0, INT64_C(10) * MINUTE + 1), -1);
	assert_int_equal(next(5, INT64_C(5) * MINUTE, -1), INT64_C(5) * MINUTE);
	assert_int_equal(next(5, INT64_C(5) * MINUTE + 1, -1), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_alert_is_tried_five_times_more_within_ten_minutes),
		cmocka_unit_test(what_the_other_side_says_only_makes_a_wait_longer),
		cmocka_unit_test(nothing_begins_later_than_ten_minutes_after_the_first_try),
	};
	return RUN(tests);
}

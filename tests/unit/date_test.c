#include "base/date.h"
#include "tests/test.h"

static void every_day_of_two_centuries_survives_a_round_trip(void **state)
{
	(void)state;
	for (date_t date = date_of(1900, 1, 1); date <= date_of(2199, 12, 31); date++) {
		int year, month, day;
		date_split(date, &year, &month, &day);
		assert_int_equal(date_of(year, month, day), date);
	}
}

static void refuses_days_that_do_not_exist(void **state)
{
	(void)state;
	static const char *const bad[] = {"2021-02-29", "2021-13-01", "2021-00-10", "2021-1-1",
		"2021-11-31", "20211116", "", "2021-11-16 ", "1899-12-31", "2200-01-01"};
	for (size_t i = 0; i < ARRAY_COUNT(bad); i++) {
		date_t date = 7;
		assert_false(date_parse(bad[i], &date));
		assert_int_equal(date, 7);
	}
}

static void thanksgiving_2021_was_a_thursday(void **state)
{
	(void)state;
	assert_int_equal(date_weekday(date_of(2021, 11, 25)), 3);
	assert_int_equal(date_weekday(date_of(1969, 12, 31)), 2);
}

static void reads_the_three_forms_of_a_range(void **state)
{
	(void)state;
	struct date_range range;
	struct error err;
	assert_true(date_range_parse("2021-10-19..2021-11-30", &range, &err));
	assert_int_equal(date_range_days(range), 43);
	assert_true(date_range_parse("2020-02", &range, &err));
	assert_int_equal(date_range_days(range), 29);
	assert_true(date_range_parse("2021-11-16", &range, &err));
	assert_int_equal(date_range_days(range), 1);
	assert_false(date_range_parse("2021-11-30..2021-10-19", &range, &err));
	assert_non_null(strstr(err.text, "ends before it begins"));
	assert_false(date_range_parse("1900-01-01..2199-12-31", &range, &err));
	assert_int_equal(DATE_RANGE_ALWAYS.first, date_of(1900, 1, 1));
	assert_int_equal(DATE_RANGE_ALWAYS.last, date_of(2199, 12, 31));
	assert_int_equal(err.kind, ERROR_LIMIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_day_of_two_centuries_survives_a_round_trip),
		cmocka_unit_test(refuses_days_that_do_not_exist),
		cmocka_unit_test(thanksgiving_2021_was_a_thursday),
		cmocka_unit_test(reads_the_three_forms_of_a_range),
	};
	return RUN(tests);
}

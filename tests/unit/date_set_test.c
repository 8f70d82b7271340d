#include "tests/test.h"

#include "base/date_set.h"

static bool find_name(
	const void *context, const char *name, struct date_set *into, struct error *err)
{
	date_t first = *(const date_t *)context;
	if (strcmp(name, "season:2021-22") == 0)
		date_set_add(into, (struct date_range){first, first + 200});
	else if (strcmp(name, "@gaps") == 0) {
		date_set_add(into, (struct date_range){first + 3, first + 4});
		date_set_add(into, (struct date_range){first + 9, first + 9});
	} else if (strcmp(name, "@none") != 0)
		return error_set(err, ERROR_USAGE, "no dates are called '%s'", name);
	return true;
}

static const date_t day_one = 18919; /* 2021-10-19 */
static const struct date_names names = {
	.find = find_name, .context = &day_one, .everything = {18919, 18928}};

static void people_write_sets_of_dates(void **state)
{
	(void)state;
	static const struct {
		const char *text, *set;
	} cases[] = {
		{"2021-11-16", "2021-11-16"}, {"2021-11-16..2021-11-30", "2021-11-16..2021-11-30"},
		{"2021-11", "2021-11-01..2021-11-30"},
		{"2021-11-16,2021-11-18", "2021-11-16,2021-11-18"},
		{"2021-11-18 2021-11-16", "2021-11-16,2021-11-18"},
		{"2021-11-16, 2021-11-17", "2021-11-16..2021-11-17"},
		{" ,2021-11-16,, 2021-11-16..2021-11-18\n", "2021-11-16..2021-11-18"},
		{"2021-11-16..2021-11-18,2021-11-14..2021-11-20", "2021-11-14..2021-11-20"},
		{"2021-11-16..2021-11-30 !2021-11-25",
			"2021-11-16..2021-11-24,2021-11-26..2021-11-30"},
		{"!2021-11-25 2021-11-16..2021-11-30", /* the order means nothing */
			"2021-11-16..2021-11-24,2021-11-26..2021-11-30"},
		{"2021-11 !2021-11-01..2021-11-29", "2021-11-30"}, {"2021-11 !2021-11", ""},
		{"2021-11-05 !2021-12", "2021-11-05"}, {"season:2021-22", "2021-10-19..2022-05-07"},
		{"@gaps", "2021-10-22..2021-10-23,2021-10-28"},
		{"@gaps !2021-10-23", "2021-10-22,2021-10-28"},
		{"2021-10 !@gaps",
			"2021-10-01..2021-10-21,2021-10-24..2021-10-27,2021-10-29..2021-10-31"},
		{"!2021-10-20", "2021-10-19,2021-10-21..2021-10-28"}, {"@none", ""},
		{"@none !2021-10-20", ""}, /* something was named: not everything */
	};
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct date_set set = {0}, again = {0};
		struct buffer text = {0};
		struct error err;
		if (!date_set_parse(cases[i].text, &names, &set, &err))
			fail_msg("%s: %s", cases[i].text, err.text);
		date_set_format(&set, &text);
		assert_string_equal(buffer_text(&text), cases[i].set);
		if (set.count > 0) {
			assert_true(date_set_parse(buffer_text(&text), &names, &again, &err));
			assert_int_equal(date_set_days(&again), date_set_days(&set));
		}
		date_set_release(&set);
		date_set_release(&again);
		buffer_release(&text);
	}
}

static void mistakes_are_told_and_change_nothing(void **state)
{
	(void)state;
	static const struct {
		const char *text, *message;
	} cases[] = {
		{"", "no dates: write"},
		{" , ", "no dates: write"},
		{"!", "'' is not a range"},
		{"2021-11-31", "'2021-11-31' is not a range"},
		{"2021-11-16 yesterday", "'yesterday' is not a range"},
		{"2021-11-16..2021-11-15", "ends before it begins"},
		{"1950-01-01..2021-11-15", "more than 7400 days"},
		{"!!2021-11-16", "'!2021-11-16' is not a range"},
		{"@gap", "no dates are called '@gap'"},
		{"2021-11-16..............................................................",
			"is longer than 64 bytes"},
	};
	struct date_set set = {0};
	struct error err;
	date_set_add(&set, (struct date_range){5, 6});
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		assert_false(date_set_parse(cases[i].text, &names, &set, &err));
		if (strstr(err.text, cases[i].message) == NULL)
			fail_msg("'%s' gave: %s", cases[i].text, err.text);
		assert_int_equal(date_set_days(&set), 2);
	}
	static const struct date_names no_names = {.everything = {0, -1}};
	assert_false(date_set_parse("@gaps", &no_names, &set, &err));
	assert_true(date_set_parse("!2021-11-16", &no_names, &set, &err));
	assert_int_equal(date_set_days(&set), 0);
	date_set_release(&set);
}

static void the_limit_of_the_text_holds(void **state)
{
	(void)state;
	char text[DATE_SET_TEXT_BYTES_MAX + 2];
	struct date_set set = {0};
	struct error err;
	memset(text, ' ', sizeof(text));
	memcpy(text, "2021-11-16", 10);
	text[DATE_SET_TEXT_BYTES_MAX + 1] = '\0';
	assert_false(date_set_parse(text, &names, &set, &err));
	assert_int_equal(err.kind, ERROR_LIMIT);
	text[DATE_SET_TEXT_BYTES_MAX] = '\0';
	assert_true(date_set_parse(text, &names, &set, &err));
	assert_int_equal(date_set_days(&set), 1);
	date_set_release(&set);
}

#define SMALL 40

static void check_against(const struct date_set *set, const bool days[SMALL], uint32_t seed)
{
	int count = 0;
	date_t next = date_set_first(set);
	for (int i = 0; i < SMALL; i++) {
		count += days[i];
		if (date_set_has(set, i) != days[i])
			fail_msg("seed %u: day %d", seed, i);
		if (days[i]) {
			assert_int_equal(next, i);
			next = date_set_next(set, next);
		}
	}
	assert_int_equal(next, DATE_NONE);
	assert_int_equal(date_set_days(set), count);
	for (size_t i = 1; i < set->count; i++)
		assert_true(set->ranges[i - 1].last + 1 < set->ranges[i].first);
}

static void adding_and_removing_is_that_of_sets(void **state)
{
	(void)state;
	uint32_t random = 7;
	for (uint32_t seed = 0; seed < 2000; seed++) {
		struct date_set set = {0};
		bool days[SMALL] = {false};
		for (int round = 0; round < 12; round++) {
			random = random * 1664525u + 1013904223u;
			struct date_range range = {(date_t)(random >> 8) % SMALL, 0};
			range.last = range.first + (date_t)(random >> 20) % 7 - 1;
			bool adds = (random >> 28) % 3 != 0;
			for (date_t i = range.first; i <= range.last && i < SMALL; i++)
				days[i] = adds;
			if (range.last >= SMALL)
				range.last = SMALL - 1;
			if (adds)
				date_set_add(&set, range);
			else
				date_set_remove(&set, range);
			check_against(&set, days, seed);
		}
		date_set_release(&set);
	}
}

static void the_ends_of_time_do_not_overflow(void **state)
{
	(void)state;
	struct date_set set = {0};
	date_set_add(&set, (struct date_range){INT32_MAX - 1, INT32_MAX});
	date_set_add(&set, (struct date_range){INT32_MIN, INT32_MIN + 1});
	date_set_add(&set, (struct date_range){0, 1});
	assert_int_equal(set.count, 3);
	date_set_add(&set, (struct date_range){INT32_MIN, INT32_MAX});
	assert_int_equal(set.count, 1);
	date_set_remove(&set, (struct date_range){INT32_MIN, INT32_MAX});
	assert_int_equal(set.count, 0);
	assert_int_equal(date_set_span(&set).last, -1);
	date_set_release(&set);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(people_write_sets_of_dates),
		cmocka_unit_test(mistakes_are_told_and_change_nothing),
		cmocka_unit_test(the_limit_of_the_text_holds),
		cmocka_unit_test(adding_and_removing_is_that_of_sets),
		cmocka_unit_test(the_ends_of_time_do_not_overflow),
	};
	return RUN(tests);
}

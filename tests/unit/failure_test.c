/* Failures that say nothing about the dates after them. */
#include "tests/test.h"

#include "jobs/failure.h"

static void an_early_date_that_lacks_data_says_nothing_to_fail(void **state)
{
	(void)state;
	static const struct {
		const char *words;
		bool says_nothing;
	} cases[] = {
		{"MISSING_DEPENDENCY: no shot zones", true},
		{"MISSING_DEPENDENCY", true},
		{"INSUFFICIENT_DATA: only 3 games, need 15", true},
		{"MISSING_UPSTREAM: psza", true},
		{"CIRCUIT_BREAKER_ACTIVE: until tomorrow", true},
		{"MISSING_UPSTREAM_IN_BACKFILL: pcf", false},
		{"INCOMPLETE_UPSTREAM: pdc 3 of 20", false},
		{"PROCESSING_ERROR: MISSING_DEPENDENCY", false},
		{"UNKNOWN", false},
		{"missing_dependency: x", false},
		{"", false},
	};
	struct pipeline *pipeline;
	struct error err;
	assert_true(pipeline_load("nba", &pipeline, &err));
	date_t opening = pipeline->seasons[1].first;
	int early_days = pipeline_early_days(pipeline);
	assert_int_equal(early_days, 14 + 30);
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		assert_int_equal(failure_counts_in_row(pipeline, opening, cases[i].words),
			!cases[i].says_nothing);
		assert_true(failure_counts_in_row(pipeline, opening + early_days, cases[i].words));
		assert_true(failure_counts_in_row(pipeline, opening - 1, cases[i].words));
	}
	assert_false(
		failure_counts_in_row(pipeline, opening + early_days - 1, "MISSING_DEPENDENCY: x"));
	pipeline_free(pipeline);
}

static void the_same_reason_of_two_dates_is_one(void **state)
{
	(void)state;
	static const struct {
		const char *a, *b;
		bool is_same;
	} cases[] = {
		{"cannot load t$20211116: no", "cannot load t$20211117: no", true},
		{"no rows of 2021-11-16", "no rows of 2021-11-17", true},
		{"no rows of 2021-11-16", "no rows of 20211117", true},
		{"no rows", "no rows", true},
		{"", "", true},
		{"status 503", "status 404", false},
		{"job 123456789", "job 123456788", false},
		{"no rows of 2021-11-16", "no rows of 2021-11-16!", false},
		{"2021-11-16", "", false},
		{"no rows of 2021-11-16", "no rows of today", false},
	};
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++)
		if (failure_is_same(cases[i].a, cases[i].b) != cases[i].is_same ||
			failure_is_same(cases[i].b, cases[i].a) != cases[i].is_same)
			fail_msg("\"%s\" and \"%s\"", cases[i].a, cases[i].b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_early_date_that_lacks_data_says_nothing_to_fail),
		cmocka_unit_test(the_same_reason_of_two_dates_is_one),
	};
	return RUN(tests);
}

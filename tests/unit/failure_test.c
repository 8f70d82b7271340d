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
		{"CIRCUIT_BREAKER_ACTIVE: until tomorrow", false},
		{"MISSING_UPSTREAM_IN_BACKFILL: pcf", false},
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_early_date_that_lacks_data_says_nothing_to_fail),
	};
	return RUN(tests);
}

/* What failed, and which of it was to be expected. */
#include "tests/test.h"

#include "coverage/failures.h"
#include "tests/support/world.h"

static const char two_tables[] =
	"{\"version\": 1, \"name\": \"two\", \"range\": \"2021-10-19..2022-01-25\","
	"\"calendar\": {\"bootstrap_days\": 14, \"seasons\": [{\"name\": \"S\","
	" \"first\": \"2021-10-19\", \"last\": \"2022-04-10\"}]}, \"tables\": ["
	"{\"name\": \"players\", \"short\": \"p\", \"expect\": {\"per_game\": 10}},"
	"{\"name\": \"teams\", \"short\": \"t\", \"expect\": {\"per_game\": 2}}]}";

enum { PLAYERS, TEAMS };

/* All of it while the season is young, then up to the share of the users' own runs. */
static void too_early_is_expected_while_the_season_is_young_and_up_to_a_share(void **state)
{
	(void)state;
	static const struct {
		int day;
		int64_t failed, rows;
		bool expected;
	} rows[] = {{0, 100, 0, true}, {43, 100, 0, true}, {43, 100, -1, true}, {44, 30, 70, true},
		{44, 31, 69, false}, {44, 1, -1, false}, {59, 30, 70, true}, {60, 20, 80, true},
		{60, 21, 79, false}, {170, 20, 80, true}, {170, 1, 0, false}, {-1, 1, 99, false}};
	for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
		struct season_day day = {rows[i].day, 44};
		if (failure_is_expected("INSUFFICIENT_DATA", &day, rows[i].failed, rows[i].rows) !=
			rows[i].expected)
			fail_msg("row %zu", i);
	}
}

static void what_is_wrong_is_never_expected(void **state)
{
	(void)state;
	static const char *const wrong[] = {"PROCESSING_ERROR", "CALCULATION_ERROR",
		"calculation_error", "UNKNOWN", "TIMEOUT", "INCOMPLETE_UPSTREAM",
		"UPSTREAM_INCOMPLETE", "MISSING_UPSTREAM_IN_BACKFILL", "", "insufficient_data",
		"MISSING_UPSTREAM_", "CIRCUIT_BREAKER"};
	for (size_t i = 0; i < ARRAY_COUNT(wrong); i++)
		if (failure_is_expected(wrong[i], &(struct season_day){0, 44}, 1, 1000))
			fail_msg("\"%s\" is expected", wrong[i]);
}

/* Every name that scripts and processors have for it; late in a season there is a share. */
static void every_name_of_too_early_is_known(void **state)
{
	(void)state;
	static const char *const names[] = {"INSUFFICIENT_DATA", "INCOMPLETE_DATA",
		"INCOMPLETE_DATA_SKIPPED", "EXPECTED_INCOMPLETE", "MISSING_DEPENDENCY",
		"MISSING_DEPENDENCIES", "MISSING_UPSTREAM", "MINIMUM_THRESHOLD_NOT_MET",
		"NO_SHOT_ZONE", "CIRCUIT_BREAKER_ACTIVE"};
	for (size_t i = 0; i < ARRAY_COUNT(names); i++)
		if (!failure_is_expected(names[i], &(struct season_day){3, 44}, 100, 0) ||
			failure_is_expected(names[i], &(struct season_day){60, 44}, 21, 79))
			fail_msg("\"%s\" is not judged as too early", names[i]);
}

static struct world open_world(void)
{
	char games[WORLD_GAMES_MAX + 1];
	struct world world;
	memset(games, '5', sizeof(games) - 1);
	games[sizeof(games) - 1] = '\0';
	world_open(&world, two_tables, games);
	return world;
}

static void fail_date(struct world *world, size_t table, int day, const char *words)
{
	coverage_set_attempt(
		world->coverage, table, world_day(world, day), ATTEMPT_FAILED, words, 1000);
}

static void dates_and_entities_are_grouped_real_ones_first(void **state)
{
	(void)state;
	struct world world = open_world();
	struct failures failures;
	for (int day = 20; day < 24; day++)
		fail_date(&world, TEAMS, day, "PROCESSING_ERROR: the disk is full");
	fail_date(&world, TEAMS, 30, "no category here");
	fail_date(&world, TEAMS, 3, "MISSING_DEPENDENCY: Missing: ['a: b']");
	world_write(&world, PLAYERS, world_day(&world, 50), 50);
	world_write(&world, PLAYERS, world_day(&world, 51), 50);
	fail_date(&world, PLAYERS, 51, "PROCESSING_ERROR: but the rows pass");
	coverage_judge(world.coverage);
	struct failure_count records[] = {
		{"players", world_day(&world, 50), "INSUFFICIENT_DATA", 20, "Only 3 games"},
		{"players", world_day(&world, 50), "PROCESSING_ERROR", 2, "NaN"},
		{"players", world_day(&world, 51), "INCOMPLETE_DATA", 3, "a"},
		{"players", world_day(&world, 51), "INSUFFICIENT_DATA", 20, "Only 4 games"},
		{"players", world_day(&world, 400), "PROCESSING_ERROR", 9, "outside"},
		{"strangers", world_day(&world, 50), "PROCESSING_ERROR", 9, "no such table"}};
	struct lock_count locks[] = {{"teams", world_day(&world, 21), 4, 0, 0},
		{"teams", world_day(&world, 22), 1, 7, 99000},
		{"teams", world_day(&world, 60), 2, 0, 0}};
	struct try_count tries[] = {{TEAMS, world_day(&world, 21), 2},
		{TEAMS, world_day(&world, 22), 5}, {TEAMS, world_day(&world, 60), 9}};
	struct failure_counts all_records = {records, ARRAY_COUNT(records), 0};
	struct lock_counts all_locks = {locks, ARRAY_COUNT(locks), 0};
	struct failure_evidence evidence = {&all_records, &all_locks, tries, ARRAY_COUNT(tries)};
	failures_find(world.coverage, &evidence, &failures);
	static const struct {
		size_t table;
		const char *category;
		bool is_expected;
		int whole_dates;
		int64_t entities;
		int tries;
		int64_t at_risk, locked;
	} wanted[] = {{TEAMS, "PROCESSING_ERROR", false, 4, 0, 5, 5, 7},
		{TEAMS, "FAILED", false, 1, 0, 0, 0, 0},
		/* 23 of 73 are more than the 30 of 100 of that day, 20 of 70 are not */
		{PLAYERS, "INSUFFICIENT_DATA", false, 0, 20, 0, 0, 0},
		{PLAYERS, "INCOMPLETE_DATA", false, 0, 3, 0, 0, 0},
		{PLAYERS, "PROCESSING_ERROR", false, 0, 2, 0, 0, 0},
		{TEAMS, "MISSING_DEPENDENCY", true, 1, 0, 0, 0, 0},
		{PLAYERS, "INSUFFICIENT_DATA", true, 0, 20, 0, 0, 0}};
	assert_int_equal(failures.count, ARRAY_COUNT(wanted));
	for (size_t i = 0; i < ARRAY_COUNT(wanted); i++) {
		const struct failure_group *group = &failures.groups[i];
		assert_int_equal(group->table, wanted[i].table);
		assert_string_equal(group->category, wanted[i].category);
		assert_int_equal(group->is_expected, wanted[i].is_expected);
		assert_int_equal(group->whole_dates, wanted[i].whole_dates);
		assert_int_equal(group->entities, wanted[i].entities);
		assert_int_equal(group->tries, wanted[i].tries);
		assert_int_equal(group->at_risk, wanted[i].at_risk);
		assert_int_equal(group->locked, wanted[i].locked);
	}
	assert_string_equal(failures.groups[0].words, "the disk is full");
	assert_string_equal(failures.groups[1].words, "no category here");
	assert_string_equal(failures.groups[5].words, "Missing: ['a: b']");
	assert_int_equal(date_set_days(&failures.groups[0].dates), 4);
	assert_int_equal(failures.real.dates, 5);
	assert_int_equal(failures.real.entities, 25);
	assert_int_equal(failures.expected.dates, 1);
	assert_int_equal(failures.expected.entities, 20);
	assert_int_equal(failures.at_risk, 7);
	assert_int_equal(failures.locked, 7);
	assert_int_equal(failures.until_ms, 99000);
	failures_release(&failures);
	world_close(&world);
}

static void nothing_asked_is_nothing_found(void **state)
{
	(void)state;
	struct world world = open_world();
	struct failures failures;
	coverage_judge(world.coverage);
	failures_find(world.coverage, &(struct failure_evidence){0}, &failures);
	assert_int_equal(failures.count, 0);
	assert_int_equal(failures.real.dates, 0);
	failures_release(&failures);
	failures_release(&failures);
	world_close(&world);
}

/* Categories come from the warehouse: there may be any number of them. */
static void more_groups_than_a_list_holds_are_in_the_sums(void **state)
{
	(void)state;
	struct world world = open_world();
	struct failures failures;
	size_t count = FAILURE_GROUPS_MAX + 7;
	struct failure_count *records = memory_new_array(count, sizeof(*records));
	coverage_judge(world.coverage);
	for (size_t i = 0; i < count; i++) {
		records[i] = (struct failure_count){
			"teams", world_day(&world, 20), "", (int64_t)i + 1, "words"};
		snprintf(records[i].category, sizeof(records[i].category), "KIND_%zu", i);
	}
	struct failure_counts all = {records, count, 0};
	failures_find(world.coverage, &(struct failure_evidence){.records = &all}, &failures);
	assert_int_equal(failures.count, FAILURE_GROUPS_MAX);
	assert_int_equal(failures.left_out, 7);
	assert_int_equal(failures.real.entities, count * (count + 1) / 2);
	failures_release(&failures);
	free(records);
	world_close(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(too_early_is_expected_while_the_season_is_young_and_up_to_a_share),
		cmocka_unit_test(what_is_wrong_is_never_expected),
		cmocka_unit_test(every_name_of_too_early_is_known),
		cmocka_unit_test(dates_and_entities_are_grouped_real_ones_first),
		cmocka_unit_test(nothing_asked_is_nothing_found),
		cmocka_unit_test(more_groups_than_a_list_holds_are_in_the_sums),
	};
	return RUN(tests);
}

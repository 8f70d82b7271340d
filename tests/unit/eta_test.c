#include "tests/test.h"

#include <inttypes.h>

#include "coverage/eta.h"
#include "tests/support/world.h"

static void a_speed_is_the_median_of_at_least_three_dates(void **state)
{
	(void)state;
	const int64_t durations[] = {900, 100, 500, 300, 700, 1, 2, 3, 4, 5, 1000000, 1000000};
	assert_int_equal(eta_median_ms(durations, 0), -1);
	assert_int_equal(eta_median_ms(durations, 2), -1);
	assert_int_equal(eta_median_ms(durations, 3), 500);
	assert_int_equal(eta_median_ms(durations, 4), 400);
	assert_int_equal(eta_median_ms(durations, 5), 500);
	assert_int_equal(eta_median_ms(durations, ETA_DATES_MAX), 52);
	assert_int_equal(eta_median_ms(durations, 12), 52); /* what is older does not count */
	const int64_t huge[] = {INT64_MAX, INT64_MAX - 2, INT64_MAX, INT64_MAX - 2};
	assert_int_equal(eta_median_ms(huge, 4), INT64_MAX - 1);
}

static void a_table_needs_its_speed_for_every_date(void **state)
{
	(void)state;
	assert_int_equal(eta_table_ms(500, 7), 3500);
	assert_int_equal(eta_table_ms(500, 0), 0);
	assert_int_equal(eta_table_ms(-1, 0), 0);
	assert_int_equal(eta_table_ms(-1, 1), -1);
	assert_int_equal(eta_table_ms(0, 3), 0);
	assert_int_equal(eta_table_ms(INT64_MAX / 2, 3), INT64_MAX);
}

/* a and b are free; c reads a; d is guarded by b and reads the history of c; e is free. */
static const char five[] =
	"{\"version\": 1, \"name\": \"five\", \"tables\": [{\"name\": \"a\"}, {\"name\": \"b\"}, "
	"{\"name\": \"c\", \"upstreams\": [\"a\"]}, {\"name\": \"d\", \"guards\": [\"b\"], "
	"\"history\": [{\"table\": \"c\", \"days\": 3}]}, {\"name\": \"e\"}]}";

static void the_plan_waits_for_workers_and_for_upstreams(void **state)
{
	(void)state;
	static const struct {
		const char *what;
		int64_t speeds[5];
		int remaining[5];
		int workers;
		int64_t plan_ms;
	} cases[] = {
		{"nothing is left", {-1, -1, -1, -1, -1}, {0, 0, 0, 0, 0}, 2, 0},
		{"one table", {10, -1, -1, -1, -1}, {5, 0, 0, 0, 0}, 2, 50},
		{"two at a time", {10, 20, -1, -1, -1}, {5, 5, 0, 0, 0}, 2, 100},
		{"one at a time", {10, 20, -1, -1, -1}, {5, 5, 0, 0, 0}, 1, 150},
		{"no worker is one worker", {10, 20, -1, -1, -1}, {5, 5, 0, 0, 0}, 0, 150},
		{"a chain", {10, -1, 10, 10, -1}, {1, 0, 2, 3, 0}, 4, 60},
		{"a guard", {-1, 30, -1, 10, -1}, {0, 2, 0, 1, 0}, 4, 70},
		{"a chain beside a long table", {10, 10, 10, 10, 10}, {1, 1, 1, 1, 9}, 2, 100},
		{"a gap in the chain", {10, -1, -1, 10, -1}, {4, 0, 0, 4, 0}, 4, 40},
		{"a new table takes the median", {10, 30, 50, -1, -1}, {0, 0, 0, 0, 2}, 1, 60},
		{"no speed at all", {-1, -1, -1, -1, -1}, {0, 0, 1, 0, 0}, 1, -1},
		{"instant", {0, 0, 0, 0, 0}, {9, 9, 9, 9, 9}, 1, 0},
	};
	struct world world;
	world_open(&world, five, "1");
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct eta_table tables[5] = {0};
		for (size_t k = 0; k < 5; k++) {
			tables[k].date_ms = cases[i].speeds[k];
			tables[k].remaining = cases[i].remaining[k];
		}
		int64_t plan_ms = eta_plan_ms(world.pipeline, tables, cases[i].workers);
		if (plan_ms != cases[i].plan_ms)
			fail_msg("%s: %" PRId64 ", not %" PRId64, cases[i].what, plan_ms,
				cases[i].plan_ms);
	}
	world_close(&world);
}

static void what_runs_keeps_its_worker(void **state)
{
	(void)state;
	struct world world;
	world_open(&world, five, "1");
	struct eta_table tables[5] = {
		{.date_ms = 10, .remaining = 1}, {0}, {0}, {0}, {.date_ms = 10, .remaining = 5}};
	assert_int_equal(eta_plan_ms(world.pipeline, tables, 1), 60);
	tables[2] = (struct eta_table){.date_ms = 10, .remaining = 2};
	tables[4].running = true; /* then a, then c */
	assert_int_equal(eta_plan_ms(world.pipeline, tables, 1), 80);
	tables[0].running = true; /* workers were taken away: both go on */
	assert_int_equal(eta_plan_ms(world.pipeline, tables, 1), 70);
	world_close(&world);
}

static void a_pause_makes_the_plan_unknown_while_dates_remain(void **state)
{
	(void)state;
	struct world world;
	world_open(&world, five, "1");
	struct eta_table tables[5] = {{.date_ms = 10, .remaining = 1}, {.paused = true}};
	assert_int_equal(eta_plan_ms(world.pipeline, tables, 2), 10);
	tables[1].remaining = 1;
	assert_int_equal(eta_plan_ms(world.pipeline, tables, 2), -1);
	world_close(&world);
}

/* Never shorter than the longest chain or the shared work, never longer than one after another. */
static void random_plans_lie_between_the_bounds(void **state)
{
	(void)state;
	for (uint32_t seed = 1; seed <= 3000; seed++) {
		struct world world;
		world_random_new(&world, seed);
		struct eta_table tables[WORLD_TABLES_MAX] = {0};
		int64_t chains[WORLD_TABLES_MAX] = {0}, sum = 0, longest = 0;
		int workers = 1 + (int)world_random(&world, 4);
		for (size_t i = 0; i < world.pipeline->table_count; i++) {
			size_t table = world.pipeline->order[i];
			const struct pipeline_table *described = &world.pipeline->tables[table];
			tables[table].date_ms = world_random(&world, 100);
			tables[table].remaining = (int)world_random(&world, 9);
			int64_t need = tables[table].date_ms * tables[table].remaining;
			for (size_t k = 0; need > 0 && k < WORLD_EDGE_COUNT(described); k++)
				if (chains[world_edge(described, k)] > chains[table])
					chains[table] = chains[world_edge(described, k)];
			chains[table] += need;
			sum += need;
			longest = chains[table] > longest ? chains[table] : longest;
		}
		int64_t plan_ms = eta_plan_ms(world.pipeline, tables, workers);
		if (plan_ms < longest || plan_ms * workers < sum || plan_ms > sum)
			fail_msg("seed %u: %" PRId64 " ms for chains of %" PRId64
				 " and work of %" PRId64 " on %d workers",
				seed, plan_ms, longest, sum, workers);
		world_close(&world);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_speed_is_the_median_of_at_least_three_dates),
		cmocka_unit_test(a_table_needs_its_speed_for_every_date),
		cmocka_unit_test(the_plan_waits_for_workers_and_for_upstreams),
		cmocka_unit_test(what_runs_keeps_its_worker),
		cmocka_unit_test(a_pause_makes_the_plan_unknown_while_dates_remain),
		cmocka_unit_test(random_plans_lie_between_the_bounds),
	};
	return RUN(tests);
}

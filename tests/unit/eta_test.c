#include "tests/test.h"

#include <inttypes.h>

#include "coverage/eta.h"
#include "tests/support/world.h"

/* Speed */

static struct eta_speed speed_of(const int64_t *durations_ms, const int *games, size_t count)
{
	struct eta_sample samples[64];
	for (size_t i = 0; i < count; i++)
		samples[i] = (struct eta_sample){durations_ms[i], games == NULL ? 0 : games[i], 1};
	return eta_speed_of(samples, count);
}

static void before_three_dates_there_is_no_speed(void **state)
{
	(void)state;
	const int64_t durations_ms[] = {700, 700, 700};
	for (size_t count = 0; count < 3; count++) {
		struct eta_speed speed = speed_of(durations_ms, NULL, count);
		assert_int_equal(speed.date_ms, -1);
		assert_int_equal(eta_date_ms(&speed, 5), -1);
	}
	assert_int_equal(speed_of(durations_ms, NULL, 3).date_ms, 700);
	/* Two dates told together are two dates. */
	const struct eta_sample told[] = {{3000, 0, 2}, {1500, 0, 1}};
	assert_int_equal(eta_speed_of(told, 1).date_ms, -1);
	assert_int_equal(eta_speed_of(told, 2).date_ms, 1500);
}

static void one_date_that_hung_counts_at_most_twice(void **state)
{
	(void)state;
	const int64_t durations_ms[] = {
		1000, 1000, 900000, 1000, 1000, 1000, 1000, 1000, 1000, 1000};
	struct eta_speed speed = speed_of(durations_ms, NULL, 10);
	assert_int_equal(speed.date_ms, 1100);
	assert_int_equal(speed.dates, 10);
}

/* 30 newest samples at most; nothing overflows. */
static void limits_hold(void **state)
{
	(void)state;
	int64_t durations_ms[64];
	for (size_t i = 0; i < 64; i++)
		durations_ms[i] = i < ETA_DATES_MAX ? 1000 : INT64_MAX;
	struct eta_speed speed = speed_of(durations_ms, NULL, 64);
	assert_int_equal(speed.date_ms, 1000);
	assert_int_equal(speed.dates, ETA_DATES_MAX);
	for (size_t i = 0; i < 64; i++)
		durations_ms[i] = INT64_MAX;
	speed = speed_of(durations_ms, NULL, 64);
	assert_int_equal(speed.date_ms, INT64_MAX);
	assert_int_equal(eta_date_ms(&speed, 0), INT64_MAX);
	memset(durations_ms, 0, sizeof(durations_ms));
	speed = speed_of(durations_ms, NULL, 64);
	assert_int_equal(speed.date_ms, 0);
	assert_int_equal(eta_date_ms(&speed, 9), 0);
}

/* With many dates the share of the games is found to a few percent, whatever it is. */
static void the_part_that_goes_with_the_games_is_found(void **state)
{
	(void)state;
	static const struct {
		int fixed_ms, game_ms;
	} jobs[] = {{0, 1000}, {3500, 500}, {7000, 0}};
	for (size_t k = 0; k < ARRAY_COUNT(jobs); k++) {
		int64_t durations_ms[30];
		int games[30];
		for (int i = 0; i < 30; i++) {
			games[i] = 1 + i * 7 % 13;
			durations_ms[i] = jobs[k].fixed_ms + (int64_t)jobs[k].game_ms * games[i];
		}
		struct eta_speed speed = speed_of(durations_ms, games, 30);
		for (int of_date = 4; of_date <= 12; of_date++) {
			int64_t right_ms = jobs[k].fixed_ms + (int64_t)jobs[k].game_ms * of_date;
			int64_t said_ms = eta_date_ms(&speed, of_date);
			if (llabs(said_ms - right_ms) > right_ms / 10)
				fail_msg("%d + %d a game: %" PRId64 " for %d games",
					jobs[k].fixed_ms, jobs[k].game_ms, said_ms, of_date);
		}
		assert_int_equal(eta_date_ms(&speed, 0), speed.date_ms);
	}
}

static void where_no_games_are_known_all_dates_are_alike(void **state)
{
	(void)state;
	const int64_t durations_ms[] = {1000, 1200, 800, 1000};
	const int games[] = {3, 0, 0, 0};
	struct eta_speed speed = speed_of(durations_ms, games, 4);
	assert_int_equal(speed.date_ms, 1000);
	assert_int_equal(eta_date_ms(&speed, 14), 1000);
}

/* Newest first: five at twice the time are the new speed, fewer are bad luck. */
static void a_table_that_became_slower_is_believed_after_a_block(void **state)
{
	(void)state;
	int64_t durations_ms[20];
	for (size_t slow = 0; slow <= 8; slow++) {
		for (size_t i = 0; i < 20; i++)
			durations_ms[i] = (i < slow ? 2000 : 1000) + (i % 3 == 0 ? 60 : -30);
		struct eta_speed speed = speed_of(durations_ms, NULL, 20);
		if (slow < ETA_BLOCK - 1)
			assert_in_range(speed.date_ms, 950, 1250);
		if (slow >= ETA_BLOCK)
			assert_in_range(speed.date_ms, 1900, 2100);
	}
	for (size_t i = 0; i < 20; i++)
		durations_ms[i] = i < 6 ? 500 : 1000; /* faster */
	assert_int_equal(speed_of(durations_ms, NULL, 20).date_ms, 500);
}

/* Plan */

/* a and b are free; c reads a; d is guarded by b and reads the history of c; e is free. */
static const char five[] =
	"{\"version\": 1, \"name\": \"five\", \"tables\": [{\"name\": \"a\"}, {\"name\": \"b\"}, "
	"{\"name\": \"c\", \"upstreams\": [\"a\"]}, {\"name\": \"d\", \"guards\": [\"b\"], "
	"\"history\": [{\"table\": \"c\", \"days\": 3}]}, {\"name\": \"e\"}]}";

enum { FIVE = 5, DAYS = 200 };

struct queue_of_five {
	struct world world;
	struct eta_table tables[FIVE];
	int32_t days[DAYS];
	int games[DAYS];
	struct eta_queue queue;
};

static void open_queue(struct queue_of_five *five_tables, int workers)
{
	memset(five_tables, 0, sizeof(*five_tables));
	world_open(&five_tables->world, five, "1");
	for (int32_t i = 0; i < DAYS; i++)
		five_tables->days[i] = i;
	for (size_t i = 0; i < FIVE; i++)
		five_tables->tables[i] = (struct eta_table){
			.speed = ETA_UNKNOWN, .days = five_tables->days, .left_ms = -1};
	five_tables->queue = (struct eta_queue){
		five_tables->world.pipeline, five_tables->tables, five_tables->games, workers};
}

static void want(struct queue_of_five *five_tables, size_t table, int64_t date_ms, size_t count)
{
	five_tables->tables[table].count = count;
	five_tables->tables[table].speed = (struct eta_speed){.date_ms = date_ms, .dates = 10};
}

static void the_plan_waits_for_workers_and_for_what_it_reads(void **state)
{
	(void)state;
	static const struct {
		const char *what;
		int64_t speeds[FIVE];
		size_t dates[FIVE];
		int workers;
		bool by_range;
		int64_t p50_ms;
	} cases[] = {
		{"nothing is left", {-1, -1, -1, -1, -1}, {0}, 2, false, 0},
		{"one table", {10, -1, -1, -1, -1}, {5}, 2, false, 50},
		{"two at a time", {10, 20, -1, -1, -1}, {5, 5}, 2, false, 100},
		{"one at a time", {10, 20, -1, -1, -1}, {5, 5}, 1, false, 150},
		{"no worker is one worker", {10, 20, -1, -1, -1}, {5, 5}, 0, false, 150},
		{"date by date", {10, -1, 10, -1, -1}, {4, 0, 4}, 4, false, 50},
		{"the slower below", {10, -1, 30, -1, -1}, {4, 0, 4}, 4, false, 130},
		{"by the range", {10, -1, 10, -1, -1}, {4, 0, 4}, 4, true, 80},
		{"a guard by the range", {-1, 30, -1, 10, -1}, {0, 2, 0, 1}, 4, true, 70},
		{"history", {-1, -1, 10, 10, -1}, {0, 0, 4, 4}, 4, false, 40},
		{"foundations go first", {10, 10, 10, 10, 10}, {1, 1, 1, 1, 9}, 2, false, 110},
		{"instant", {0, 0, 0, 0, 0}, {9, 9, 9, 9, 9}, 1, false, 0},
		{"no speed at all", {-1, -1, -1, -1, -1}, {0, 0, 1}, 1, false, -1},
	};
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct queue_of_five tables;
		struct eta_plan plan;
		open_queue(&tables, cases[i].workers);
		for (size_t k = 0; k < FIVE; k++) {
			want(&tables, k, cases[i].speeds[k], cases[i].dates[k]);
			tables.tables[k].waits_for_all = cases[i].by_range;
		}
		eta_plan_make(&tables.queue, &plan);
		if (plan.p50_ms != cases[i].p50_ms)
			fail_msg("%s: %" PRId64 ", not %" PRId64, cases[i].what, plan.p50_ms,
				cases[i].p50_ms);
		world_close(&tables.world);
	}
}

/* As the scheduler: 32 dates a turn while more tables than workers could start. */
static void tables_take_turns(void **state)
{
	(void)state;
	struct queue_of_five tables;
	struct eta_plan plan;
	open_queue(&tables, 1);
	want(&tables, 0, 10, 100);
	want(&tables, 4, 10, 20);
	tables.tables[0].last_turn = 1; /* e waited longer, then a has 100 dates alone */
	eta_plan_make(&tables.queue, &plan);
	assert_int_equal(plan.p50_ms, 1200);
	assert_int_equal(plan.path_count, 2);
	assert_int_equal(plan.path[0].table, 4);
	tables.tables[4].last_turn = 2; /* a 32, e 20, a 68: a table is named where it ends */
	eta_plan_make(&tables.queue, &plan);
	assert_int_equal(plan.p50_ms, 1200);
	assert_int_equal(plan.path[0].table, 4);
	assert_int_equal(plan.path[0].duration_ms, 200);
	assert_int_equal(plan.path[1].dates, 100);
	world_close(&tables.world);
}

static void the_critical_path_names_who_decides(void **state)
{
	(void)state;
	struct queue_of_five tables;
	struct eta_plan plan;
	open_queue(&tables, 4);
	want(&tables, 0, 10, 10);
	want(&tables, 2, 30, 10);
	want(&tables, 4, 10, 20);
	eta_plan_make(&tables.queue, &plan);
	assert_int_equal(plan.p50_ms, 310);
	assert_int_equal(plan.path_count, 2);
	assert_int_equal(plan.path[0].table, 0);
	assert_int_equal(plan.path[0].dates, 1);
	assert_int_equal(plan.path[1].table, 2);
	assert_int_equal(plan.path[1].duration_ms, 300);
	want(&tables, 4, 100, 20);
	eta_plan_make(&tables.queue, &plan);
	assert_int_equal(plan.path_count, 1);
	assert_int_equal(plan.path[0].table, 4);
	world_close(&tables.world);
}

static void what_runs_keeps_its_worker_and_its_date(void **state)
{
	(void)state;
	struct queue_of_five tables;
	struct eta_plan plan;
	open_queue(&tables, 1);
	want(&tables, 0, 10, 1);
	want(&tables, 2, 10, 2);
	want(&tables, 4, 10, 5);
	tables.tables[4].batch = 5;
	eta_plan_make(&tables.queue, &plan);
	assert_int_equal(plan.p50_ms, 80);
	tables.tables[4].left_ms = 3; /* of the first */
	eta_plan_make(&tables.queue, &plan);
	assert_int_equal(plan.p50_ms, 73);
	tables.tables[0].batch = 1; /* workers were taken away: both go on */
	eta_plan_make(&tables.queue, &plan);
	assert_int_equal(plan.p50_ms, 63);
	world_close(&tables.world);
}

/* On the second date are nine games, which only a feels: the sooner it comes, the sooner c can. */
static void dates_run_in_the_order_that_they_are_given(void **state)
{
	(void)state;
	static int32_t orders[][3] = {{0, 1, 2}, {1, 0, 2}, {2, 0, 1}};
	static const int64_t ends_ms[] = {10 + 90 + 2 * 30, 90 + 3 * 30, 10 + 10 + 90 + 30};
	struct queue_of_five tables;
	struct eta_plan plan;
	open_queue(&tables, 2);
	want(&tables, 0, 10, 3);
	want(&tables, 2, 30, 3);
	tables.tables[0].speed.usual_games = 1;
	tables.tables[0].speed.games_share = 1;
	for (size_t i = 0; i < 3; i++)
		tables.games[i] = i == 1 ? 9 : 1;
	for (size_t i = 0; i < ARRAY_COUNT(orders); i++) {
		tables.tables[0].days = tables.tables[2].days = orders[i];
		eta_plan_make(&tables.queue, &plan);
		assert_int_equal(plan.p50_ms, ends_ms[i]);
	}
	world_close(&tables.world);
}

/* d looks back three days on c; of these the one that comes last in the order of c counts. */
static void the_past_is_there_when_its_last_date_in_run_order_is(void **state)
{
	(void)state;
	static int32_t order[] = {4, 0, 3, 1, 2}, wanted[] = {4};
	struct queue_of_five tables;
	struct eta_plan plan;
	open_queue(&tables, 2);
	want(&tables, 2, 10, 5);
	want(&tables, 3, 100, 1);
	tables.tables[2].days = order;
	tables.tables[3].days = wanted; /* waits for 1, 2 and 3: until 50 */
	eta_plan_make(&tables.queue, &plan);
	assert_int_equal(plan.p50_ms, 150);
	wanted[0] = 1; /* for 0 */
	eta_plan_make(&tables.queue, &plan);
	assert_int_equal(plan.p50_ms, 120);
	wanted[0] = 3; /* for 0, 1 and 2; 2 comes last */
	eta_plan_make(&tables.queue, &plan);
	assert_int_equal(plan.p50_ms, 150);
	world_close(&tables.world);
}

/* b is a foundation and e is none. */
static void what_a_plan_put_first_goes_before_everything_else(void **state)
{
	(void)state;
	struct queue_of_five tables;
	struct eta_plan plan;
	open_queue(&tables, 1);
	want(&tables, 1, 10, 5); /* a foundation */
	want(&tables, 4, 100, 3);
	eta_plan_make(&tables.queue, &plan);
	assert_int_equal(plan.path[0].table, 1);
	tables.tables[4].first_count = 1;
	eta_plan_make(&tables.queue, &plan);
	assert_int_equal(plan.p50_ms, 350);
	assert_int_equal(plan.path[0].table, 1); /* named where it ends: e 1, b, e 2 */
	tables.tables[4].count = 1;
	eta_plan_make(&tables.queue, &plan);
	assert_int_equal(plan.path_count, 2);
	assert_int_equal(plan.path[0].table, 4);
	world_close(&tables.world);
}

static void unknown_speeds_make_it_a_least_time_and_a_pause_unknown(void **state)
{
	(void)state;
	struct queue_of_five tables;
	struct eta_plan plan;
	open_queue(&tables, 2);
	want(&tables, 0, 10, 3);
	eta_plan_make(&tables.queue, &plan);
	assert_false(plan.is_least);
	want(&tables, 2, -1, 3);
	eta_plan_make(&tables.queue, &plan);
	assert_int_equal(plan.p50_ms, 30);
	assert_true(plan.is_least);
	tables.tables[1].paused = true; /* nothing to do there */
	eta_plan_make(&tables.queue, &plan);
	assert_int_equal(plan.p50_ms, 30);
	want(&tables, 1, 10, 1);
	eta_plan_make(&tables.queue, &plan);
	assert_int_equal(plan.p50_ms, -1);
	assert_int_equal(plan.path_count, 0);
	world_close(&tables.world);
}

static void the_range_grows_with_the_scatter_and_shrinks_with_what_is_known(void **state)
{
	(void)state;
	struct queue_of_five tables;
	struct eta_plan calm, wild, known;
	open_queue(&tables, 1);
	want(&tables, 0, 1000, 50);
	eta_plan_make(&tables.queue, &calm);
	assert_int_equal(calm.p90_ms, calm.p50_ms);
	tables.tables[0].speed.scatter = 0.3;
	eta_plan_make(&tables.queue, &wild);
	assert_true(wild.p90_ms > wild.p50_ms + 1000);
	tables.tables[0].speed.dates = 30;
	eta_plan_make(&tables.queue, &known);
	assert_true(known.p90_ms < wild.p90_ms && known.p90_ms > known.p50_ms);
	want(&tables, 0, INT64_MAX, 50); /* for ever */
	tables.tables[0].speed.scatter = 9;
	eta_plan_make(&tables.queue, &wild);
	assert_true(wild.p50_ms > INT64_MAX / 8 && wild.p90_ms >= wild.p50_ms);
	world_close(&tables.world);
}

static void the_forecast_is_said_in_words(void **state)
{
	(void)state;
	static const struct {
		struct eta_plan eta;
		int workers;
		const char *words, *end, *path;
	} cases[] = {
		{{.p50_ms = 3900000,
			 .p90_ms = 4800000,
			 .path = {{0, 3, 2400000}, {2, 1, 0}},
			 .path_count = 2},
			4, "about 1h05 with 4 workers, hardly more than 1h20",
			"about 13:05:00, hardly after 13:20:00", "a 40m00 > c --"},
		{{.p50_ms = 60000, .p90_ms = 90000, .is_least = true}, 1,
			"at least 1m00 with 1 worker", "not before 12:01:00", ""},
		{{.p50_ms = 43200000, .p90_ms = 86400000}, 2,
			"about 12h00 with 2 workers, hardly more than 1d00",
			"about 2021-11-17 00:00:00, hardly after 2021-11-17 12:00:00", ""},
		{{.p50_ms = -1, .p90_ms = -1, .is_least = true}, 2, "-- with 2 workers", "--", ""},
		{{.p50_ms = 0}, 2, "about 0ms with 2 workers",
			"about 12:00:00, hardly after 12:00:00", ""},
		{{.p50_ms = INT64_MAX / 4, .p90_ms = INT64_MAX / 4}, 2,
			"about 26687997791d19 with 2 workers, hardly more than 26687997791d19",
			"never", ""},
	};
	struct queue_of_five tables;
	int64_t noon_ms = INT64_C(1637064000000); /* 2021-11-16T12:00:00Z */
	open_queue(&tables, 1);
	assert_int_equal(setenv("TZ", "UTC", 1), 0);
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct buffer words = {0}, end = {0}, path = {0};
		eta_say(&cases[i].eta, cases[i].workers, &words);
		eta_say_end(&cases[i].eta, noon_ms, &end);
		eta_say_path(tables.world.pipeline, &cases[i].eta, &path);
		assert_string_equal(buffer_text(&words), cases[i].words);
		assert_string_equal(buffer_text(&end), cases[i].end);
		assert_string_equal(buffer_text(&path), cases[i].path);
		buffer_release(&words);
		buffer_release(&end);
		buffer_release(&path);
	}
	world_close(&tables.world);
}

/* Never shorter than the work of one table or the shared work, never longer than one after another;
 * the critical path adds up to it, and other workers change nothing but the time. */
static void random_plans_lie_between_the_bounds(void **state)
{
	(void)state;
	for (uint32_t seed = 1; seed <= 3000; seed++) {
		struct world world;
		world_random_new(&world, seed);
		struct eta_table tables[WORLD_TABLES_MAX];
		int32_t days[WORLD_TABLES_MAX][WORLD_DAYS_MAX];
		int games[WORLD_DAYS_MAX];
		struct eta_plan plan;
		int64_t sum = 0, longest = 0, path = 0;
		int workers = 1 + (int)world_random(&world, 4);
		for (int i = 0; i < WORLD_DAYS_MAX; i++)
			games[i] = (int)world_random(&world, 12);
		for (size_t i = 0; i < world.pipeline->table_count; i++) {
			size_t count = 0;
			for (int32_t day = 0; day < WORLD_DAYS_MAX; day++)
				if (world_random(&world, 3) == 0)
					days[i][count++] = world.pipeline->run_order == ORDER_OLDEST
								   ? day
								   : WORLD_DAYS_MAX - 1 - day;
			int64_t date_ms = world_random(&world, 100);
			tables[i] = (struct eta_table){.speed = {.date_ms = date_ms, .dates = 5},
				.days = days[i],
				.count = count,
				.left_ms = -1,
				.waits_for_all = world_random(&world, 2) == 0};
			sum += date_ms * (int64_t)count;
			if (date_ms * (int64_t)count > longest)
				longest = date_ms * (int64_t)count;
		}
		eta_plan_make(&(struct eta_queue){world.pipeline, tables, games, workers}, &plan);
		for (size_t i = 0; i < plan.path_count; i++)
			path += plan.path[i].duration_ms;
		if (plan.p50_ms < longest || plan.p50_ms * workers < sum || plan.p50_ms > sum ||
			path != plan.p50_ms)
			fail_msg("seed %u: %" PRId64 " ms for %" PRId64 " and work of %" PRId64
				 " on %d workers, path %" PRId64,
				seed, plan.p50_ms, longest, sum, workers, path);
		world_close(&world);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(before_three_dates_there_is_no_speed),
		cmocka_unit_test(one_date_that_hung_counts_at_most_twice),
		cmocka_unit_test(limits_hold),
		cmocka_unit_test(the_part_that_goes_with_the_games_is_found),
		cmocka_unit_test(where_no_games_are_known_all_dates_are_alike),
		cmocka_unit_test(a_table_that_became_slower_is_believed_after_a_block),
		cmocka_unit_test(the_plan_waits_for_workers_and_for_what_it_reads),
		cmocka_unit_test(tables_take_turns),
		cmocka_unit_test(the_critical_path_names_who_decides),
		cmocka_unit_test(what_runs_keeps_its_worker_and_its_date),
		cmocka_unit_test(dates_run_in_the_order_that_they_are_given),
		cmocka_unit_test(the_past_is_there_when_its_last_date_in_run_order_is),
		cmocka_unit_test(what_a_plan_put_first_goes_before_everything_else),
		cmocka_unit_test(unknown_speeds_make_it_a_least_time_and_a_pause_unknown),
		cmocka_unit_test(the_range_grows_with_the_scatter_and_shrinks_with_what_is_known),
		cmocka_unit_test(the_forecast_is_said_in_words),
		cmocka_unit_test(random_plans_lie_between_the_bounds),
	};
	return RUN(tests);
}

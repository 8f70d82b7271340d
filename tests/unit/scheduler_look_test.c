/* What is looked at again after a change is what a look at everything would see, over three seasons
 * and whatever happens between two looks. */
#include "tests/test.h"

#include "core/jobs/scheduler_parts.h"
#include "tests/support/world.h"

#define ROUNDS 400
#define GAMES  "1231.21212....2121.12131....12123212121"

#define ROWS "\"expect\": {\"per_game\": 2}"
static const char json[] =
	"{\"version\": 1, \"name\": \"seasons\", \"calendar\": {\"bootstrap_days\": 1, "
	"\"seasons\": [{\"name\": \"A\", \"first\": \"2021-10-19\", \"last\": \"2021-10-29\"}, "
	"{\"name\": \"B\", \"first\": \"2021-11-02\", \"last\": \"2021-11-12\"}, "
	"{\"name\": \"C\", \"first\": \"2021-11-16\", \"last\": \"2021-11-27\"}]}, "
	"\"run\": {\"workers\": 2, \"auto_launch\": true, \"release\": \"date\"}, \"tables\": ["
	"{\"name\": \"top\", " ROWS "}, {\"name\": \"guard\", " ROWS "}, "
	"{\"name\": \"low\", " ROWS ", \"upstreams\": [\"top\"], \"guards\": [\"guard\"]}, "
	"{\"name\": \"near\", " ROWS ", \"upstreams\": [\"guard\"], "
	"\"history\": [{\"table\": \"low\", \"days\": 3}]}, "
	"{\"name\": \"past\", " ROWS
	", \"history\": [{\"table\": \"near\", \"span\": \"season\"}]}, "
	"{\"name\": \"last\", " ROWS ", \"upstreams\": [\"past\", \"low\"]}]}";

struct bench {
	struct world world;
	struct scheduler *scheduler;
	uint8_t *outlooks;
	int32_t *planned;
};

static void open_bench(struct bench *bench, uint32_t seed)
{
	world_open(&bench->world, json, GAMES);
	bench->world.random = seed;
	coverage_judge(bench->world.coverage);
	bench->scheduler = scheduler_new(bench->world.pipeline, bench->world.coverage->range);
	size_t cells = bench->world.pipeline->table_count * ((size_t)bench->scheduler->days + 1);
	bench->outlooks = memory_new_array(cells, sizeof(*bench->outlooks));
	bench->planned = memory_new_array(cells, sizeof(*bench->planned));
}

static void close_bench(struct bench *bench)
{
	scheduler_free(bench->scheduler);
	free(bench->outlooks);
	free(bench->planned);
	world_close(&bench->world);
}

static void run_something(struct bench *bench, size_t table, date_t date)
{
	struct coverage *coverage = bench->world.coverage;
	bool succeeds = world_random(&bench->world, 3) > 0;
	if (succeeds)
		world_write(
			&bench->world, table, date, world_right_rows(&bench->world, table, date));
	coverage_set_attempt(
		coverage, table, date, succeeds ? ATTEMPT_SUCCEEDED : ATTEMPT_FAILED, "", 3000);
	coverage_judge_changes(coverage);
	scheduler_date_done(bench->scheduler, table, date, succeeds);
	if (world_random(&bench->world, 4) == 0)
		scheduler_batch_done(bench->scheduler, table, world_random(&bench->world, 2) == 0);
}

static void change_coverage(struct bench *bench, size_t table, date_t date)
{
	static const enum attempt_state states[] = {
		ATTEMPT_NONE, ATTEMPT_QUEUED, ATTEMPT_RUNNING, ATTEMPT_KILLED};
	coverage_set_attempt(bench->world.coverage, table, date,
		states[world_random(&bench->world, 4)], "", 2000);
}

static void change_scheduler(struct bench *bench, size_t table, date_t date)
{
	struct scheduler *scheduler = bench->scheduler;
	struct turn batch;
	switch (world_random(&bench->world, 7)) {
	case 0:
		scheduler_queue_all(scheduler, bench->world.coverage);
		break;
	case 1:
		scheduler_queue(scheduler, bench->world.coverage, table, DATE_NONE, QUEUE_GAPS);
		break;
	case 2:
		scheduler_queue(scheduler, bench->world.coverage, table, date, QUEUE_RETRY);
		break;
	case 3:
		scheduler_unqueue(scheduler, table);
		break;
	case 4:
		scheduler_set_auto_launch(scheduler, world_random(&bench->world, 4) > 0);
		break;
	case 5:
		scheduler_take_stuck(scheduler, bench->world.coverage, &batch);
		break;
	case 6:
		scheduler_next(scheduler, bench->world.coverage, &batch);
		break;
	}
}

static void change(struct bench *bench)
{
	struct coverage *coverage = bench->world.coverage;
	size_t table = world_random(&bench->world, (uint32_t)bench->world.pipeline->table_count);
	date_t date = world_day(
		&bench->world, (int)world_random(&bench->world, (uint32_t)coverage->days));
	switch (world_random(&bench->world, 3)) {
	case 0:
		run_something(bench, table, date);
		break;
	case 1:
		change_coverage(bench, table, date);
		break;
	case 2:
		change_scheduler(bench, table, date);
		break;
	}
	coverage_judge_changes(coverage);
}

static void check_look(struct bench *bench, uint32_t seed)
{
	struct look *look = bench->scheduler->look;
	size_t tables = bench->world.pipeline->table_count, days = (size_t)bench->scheduler->days;
	scheduler_look_ahead(bench->scheduler, bench->world.coverage);
	memcpy(bench->outlooks, look->outlooks, tables * days);
	memcpy(bench->planned, look->planned_before, tables * (days + 1) * sizeof(*bench->planned));
	scheduler_forget_look(bench->scheduler);
	scheduler_look_ahead(bench->scheduler, bench->world.coverage);
	for (size_t i = 0; i < tables * days; i++)
		if (bench->outlooks[i] != look->outlooks[i])
			fail_msg("seed %u: table %zu, day %zu: %u, not %u", seed, i / days,
				i % days, bench->outlooks[i], look->outlooks[i]);
	for (size_t i = 0; i < tables * (days + 1); i++)
		assert_int_equal(bench->planned[i], look->planned_before[i]);
}

static void what_is_looked_at_again_is_what_a_look_at_everything_sees(void **state)
{
	(void)state;
	for (uint32_t seed = 1; seed <= world_count(20); seed++) {
		struct bench bench;
		open_bench(&bench, seed);
		for (int round = 0; round < ROUNDS; round++) {
			change(&bench);
			if (world_random(&bench.world, 2) == 0)
				check_look(&bench, seed);
		}
		close_bench(&bench);
	}
}

static void nothing_is_looked_at_again_while_nothing_changes(void **state)
{
	(void)state;
	struct bench bench;
	struct turn batch;
	open_bench(&bench, 1);
	scheduler_queue_all(bench.scheduler, bench.world.coverage);
	while (scheduler_next(bench.scheduler, bench.world.coverage, &batch))
		;
	scheduler_look_ahead(bench.scheduler, bench.world.coverage);
	uint64_t looks = bench.scheduler->look->number;
	assert_true(looks > 0);
	for (int i = 0; i < 3; i++) {
		coverage_judge_changes(bench.world.coverage);
		assert_false(scheduler_take_stuck(bench.scheduler, bench.world.coverage, &batch));
		assert_false(scheduler_next(bench.scheduler, bench.world.coverage, &batch));
	}
	assert_int_equal(bench.scheduler->look->number, looks);
	close_bench(&bench);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_looked_at_again_is_what_a_look_at_everything_sees),
		cmocka_unit_test(nothing_is_looked_at_again_while_nothing_changes),
	};
	return RUN(tests);
}

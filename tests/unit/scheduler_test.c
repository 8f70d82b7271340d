#include "tests/test.h"

#include "jobs/scheduler.h"
#include "tests/support/world.h"

#define HEAD                                                                                       \
	"{\"version\": 1, \"name\": \"small\", \"calendar\": {\"bootstrap_days\": 0, "             \
	"\"seasons\": [{\"name\": \"S\", \"first\": \"2021-10-19\", \"last\": \"2022-04-10\"}]}, " \
	"\"run\": {\"workers\": 2, \"auto_launch\": true, \"release\": \"%s\"}, \"tables\": ["
#define ROWS "\"expect\": {\"per_game\": 2}"

/* top and guard have nothing above them; low reads top and is guarded by guard; last reads low;
 * past reads the history of guard. */
static const char tables[] = "{\"name\": \"top\", " ROWS "}, {\"name\": \"guard\", " ROWS "}, "
			     "{\"name\": \"low\", " ROWS ", \"upstreams\": [\"top\"], "
			     "\"guards\": [\"guard\"]}, "
			     "{\"name\": \"last\", " ROWS ", \"upstreams\": [\"low\"]}, "
			     "{\"name\": \"past\", " ROWS ", \"history\": [{\"table\": \"guard\", "
			     "\"span\": \"season\"}]}]}";
enum { TOP, GUARD, LOW, LAST, PAST };

struct stage {
	struct world world;
	struct scheduler *scheduler;
};

static struct stage open_stage(const char *release, const char *games)
{
	struct stage stage;
	char *json = memory_format(HEAD "%s", release, tables);
	world_open(&stage.world, json, games);
	free(json);
	stage.scheduler = scheduler_new(stage.world.pipeline, stage.world.coverage->range);
	return stage;
}

static void close_stage(struct stage *stage)
{
	scheduler_free(stage->scheduler);
	world_close(&stage->world);
}

static bool next(struct stage *stage, struct turn *batch)
{
	coverage_judge(stage->world.coverage);
	return scheduler_next(stage->scheduler, stage->world.coverage, batch);
}

/* Runs one date of a started batch to its end. */
static void finish(struct stage *stage, size_t table, date_t date, bool succeeds)
{
	struct world *world = &stage->world;
	if (succeeds)
		world_write(world, table, date, world_right_rows(world, table, date));
	coverage_set_attempt(world->coverage, table, date,
		succeeds ? ATTEMPT_SUCCEEDED : ATTEMPT_FAILED, "", 3000);
	coverage_judge(world->coverage);
	scheduler_date_done(stage->scheduler, table, date, succeeds);
}

static void finish_batch(struct stage *stage, const struct turn *batch, bool succeeds)
{
	for (size_t i = 0; i < batch->count; i++)
		finish(stage, batch->table, batch->dates[i], succeeds);
	scheduler_batch_done(stage->scheduler, batch->table, false);
}

static int queue(struct stage *stage, size_t table, int day)
{
	coverage_judge(stage->world.coverage);
	return scheduler_queue(stage->scheduler, stage->world.coverage, table,
		day < 0 ? DATE_NONE : world_day(&stage->world, day), QUEUE_GAPS);
}

/* "top 19 20 22" of a batch that starts now, "-" when none does. */
static const char *started(struct stage *stage, struct turn *batch)
{
	static char text[512];
	if (!next(stage, batch))
		return "-";
	int length = snprintf(
		text, sizeof(text), "%s", stage->world.pipeline->tables[batch->table].name);
	for (size_t i = 0; i < batch->count; i++)
		length += snprintf(text + length, sizeof(text) - (size_t)length, " %d",
			date_day(batch->dates[i]));
	return text;
}

static void nothing_starts_before_something_was_queued(void **state)
{
	(void)state;
	struct stage stage = open_stage("date", "111");
	struct turn batch;
	for (size_t table = TOP; table <= LOW; table++)
		for (int day = 0; day < 3; day++)
			if (table != LOW)
				finish(&stage, table, world_day(&stage.world, day), true);
	assert_string_equal(started(&stage, &batch), "-");
	assert_true(scheduler_is_idle(stage.scheduler, stage.world.coverage));
	assert_int_equal(scheduler_queue_all(stage.scheduler, stage.world.coverage), 3); /* past */
	assert_int_equal(scheduler_to_come(stage.scheduler, stage.world.coverage, LOW), 3);
	assert_int_equal(scheduler_to_come(stage.scheduler, stage.world.coverage, LAST), 3);
	assert_false(scheduler_is_idle(stage.scheduler, stage.world.coverage));
	close_stage(&stage);
}

static void foundations_start_first_and_readers_of_history_wait_for_them(void **state)
{
	(void)state;
	struct stage stage = open_stage("range", "12.1");
	struct turn guard, top, past, low, last;
	assert_int_equal(scheduler_queue_all(stage.scheduler, stage.world.coverage), 9);
	assert_string_equal(started(&stage, &guard), "guard 19 20 22");
	assert_string_equal(started(&stage, &top), "top 19 20 22");
	assert_string_equal(started(&stage, &past), "-"); /* no worker is free */
	scheduler_set_workers(stage.scheduler, 3);
	assert_string_equal(started(&stage, &past), "past 19"); /* nothing lies before the 19th */
	assert_int_equal(scheduler_running_count(stage.scheduler), 3);
	finish_batch(&stage, &past, true);
	assert_string_equal(started(&stage, &past), "-");
	finish(&stage, GUARD, guard.dates[0], true);
	assert_string_equal(started(&stage, &past), "past 20");
	finish_batch(&stage, &past, true);
	finish(&stage, GUARD, guard.dates[1], true);
	finish(&stage, GUARD, guard.dates[2], true);
	scheduler_batch_done(stage.scheduler, GUARD, false);
	assert_string_equal(started(&stage, &past), "past 22");
	assert_string_equal(started(&stage, &low), "-"); /* top is not done */
	finish_batch(&stage, &past, true);
	finish_batch(&stage, &top, true);
	assert_string_equal(started(&stage, &low), "low 19 20 22");
	assert_true(low.launched);
	assert_string_equal(started(&stage, &last), "-");
	finish_batch(&stage, &low, true);
	assert_string_equal(started(&stage, &last), "last 19 20 22");
	finish_batch(&stage, &last, true);
	assert_true(scheduler_is_idle(stage.scheduler, stage.world.coverage));
	struct table_summary total = coverage_total(stage.world.coverage);
	assert_int_equal(total.complete, total.expected);
	close_stage(&stage);
}

static void released_by_date_a_downstream_follows_at_once(void **state)
{
	(void)state;
	struct stage stage = open_stage("date", "111");
	struct turn guard, top, low, last;
	scheduler_set_workers(stage.scheduler, 9);
	scheduler_queue_all(stage.scheduler, stage.world.coverage);
	assert_string_equal(started(&stage, &guard), "guard 19 20 21");
	assert_string_equal(started(&stage, &top), "top 19 20 21");
	struct turn past;
	assert_string_equal(started(&stage, &past), "past 19");
	finish(&stage, TOP, top.dates[0], true);
	assert_string_equal(started(&stage, &low), "-");
	finish(&stage, GUARD, guard.dates[0], true);
	assert_string_equal(started(&stage, &low), "low 19");
	finish_batch(&stage, &low, true);
	finish(&stage, TOP, top.dates[1], true);
	finish(&stage, GUARD, guard.dates[1], true);
	assert_string_equal(started(&stage, &last), "last 19"); /* has waited longest */
	assert_string_equal(started(&stage, &low), "low 20");
	close_stage(&stage);
}

static void a_failure_keeps_what_lies_below_closed_and_the_run_ends(void **state)
{
	(void)state;
	struct stage stage = open_stage("range", "111");
	struct turn batch;
	scheduler_set_workers(stage.scheduler, 1);
	for (size_t i = TOP; i <= LAST; i++)
		assert_int_equal(queue(&stage, i, -1), 3);
	while (next(&stage, &batch)) {
		for (size_t i = 0; i < batch.count; i++)
			finish(&stage, batch.table, batch.dates[i], batch.table != TOP || i != 1);
		scheduler_batch_done(stage.scheduler, batch.table, false);
	}
	assert_true(scheduler_is_idle(stage.scheduler, stage.world.coverage));
	assert_int_equal(scheduler_queued_count(stage.scheduler, LOW), 1);
	assert_true(scheduler_is_queued(stage.scheduler, LAST, world_day(&stage.world, 1)));
	assert_true(scheduler_take_stuck(stage.scheduler, stage.world.coverage, &batch));
	assert_int_equal(batch.table, LOW);
	assert_int_equal(batch.count, 1);
	assert_true(scheduler_take_stuck(stage.scheduler, stage.world.coverage, &batch));
	assert_int_equal(batch.table, LAST);
	assert_int_equal(batch.dates[0], world_day(&stage.world, 1));
	assert_false(scheduler_take_stuck(stage.scheduler, stage.world.coverage, &batch));
	assert_int_equal(coverage_summary(stage.world.coverage, LAST).complete, 2);

	assert_int_equal(
		scheduler_queue(stage.scheduler, stage.world.coverage, TOP, DATE_NONE, QUEUE_RETRY),
		1);
	assert_string_equal(started(&stage, &batch), "top 20");
	finish_batch(&stage, &batch, true);
	assert_string_equal(started(&stage, &batch), "low 20");
	finish_batch(&stage, &batch, true);
	assert_string_equal(started(&stage, &batch), "last 20");
	close_stage(&stage);
}

static void a_cell_is_not_started_by_itself_again_until_its_upstream_is_new(void **state)
{
	(void)state;
	struct stage stage = open_stage("date", "1");
	struct turn batch;
	finish(&stage, GUARD, world_day(&stage.world, 0), true);
	assert_int_equal(queue(&stage, TOP, -1), 1);
	assert_string_equal(started(&stage, &batch), "top 19");
	finish_batch(&stage, &batch, true);
	assert_string_equal(started(&stage, &batch), "low 19");
	finish_batch(&stage, &batch, false);
	assert_string_equal(started(&stage, &batch), "-");
	assert_true(scheduler_is_idle(stage.scheduler, stage.world.coverage));

	world_write(&stage.world, TOP, world_day(&stage.world, 0), 1); /* gets thin */
	assert_int_equal(queue(&stage, TOP, 0), 1);
	assert_string_equal(started(&stage, &batch), "top 19");
	finish_batch(&stage, &batch, true);
	assert_string_equal(started(&stage, &batch), "low 19");
	finish_batch(&stage, &batch, true);
	assert_string_equal(started(&stage, &batch), "last 19");
	close_stage(&stage);
}

static void one_date_started_by_hand_moves_that_date_only(void **state)
{
	(void)state;
	struct stage stage = open_stage("range", "111");
	struct turn batch;
	for (int day = 0; day < 3; day++)
		finish(&stage, GUARD, world_day(&stage.world, day), true);
	finish(&stage, TOP, world_day(&stage.world, 0), true); /* low 19 is ready */
	assert_int_equal(queue(&stage, TOP, 1), 1);
	assert_string_equal(started(&stage, &batch), "top 20");
	finish_batch(&stage, &batch, true);
	assert_string_equal(started(&stage, &batch), "low 20");
	close_stage(&stage);
}

static void what_was_taken_back_stays_back_until_started_again(void **state)
{
	(void)state;
	struct stage stage = open_stage("range", "11");
	struct turn batch;
	scheduler_set_workers(stage.scheduler, 9);
	scheduler_queue_all(stage.scheduler, stage.world.coverage);
	assert_int_equal(scheduler_unqueue(stage.scheduler, PAST), 2);
	assert_int_equal(scheduler_unqueue(stage.scheduler, LOW), 0);
	assert_string_equal(started(&stage, &batch), "guard 19 20");
	finish_batch(&stage, &batch, true);
	assert_string_equal(started(&stage, &batch), "top 19 20");
	finish_batch(&stage, &batch, true);
	assert_string_equal(started(&stage, &batch), "-");
	assert_int_equal(queue(&stage, LOW, -1), 2);
	assert_string_equal(started(&stage, &batch), "low 19 20");
	assert_false(batch.launched);
	finish(&stage, LOW, batch.dates[0], true);
	scheduler_unqueue(stage.scheduler, LOW); /* stopped after a date */
	scheduler_batch_done(stage.scheduler, LOW, false);
	assert_string_equal(started(&stage, &batch), "last 19");
	finish_batch(&stage, &batch, true);
	assert_string_equal(started(&stage, &batch), "-");
	close_stage(&stage);
}

static void a_pause_stops_new_batches_and_requeued_dates_go_on_after_it(void **state)
{
	(void)state;
	struct stage stage = open_stage("range", "1111");
	struct turn batch;
	assert_int_equal(queue(&stage, TOP, -1), 4);
	scheduler_set_paused(stage.scheduler, TOP, true);
	assert_true(scheduler_is_paused(stage.scheduler, TOP));
	assert_string_equal(started(&stage, &batch), "-");
	scheduler_set_paused(stage.scheduler, TOP, false);
	assert_string_equal(started(&stage, &batch), "top 19 20 21 22");
	finish(&stage, TOP, batch.dates[0], true);
	scheduler_set_paused(stage.scheduler, TOP, true);
	scheduler_batch_done(stage.scheduler, TOP, true);
	assert_int_equal(scheduler_queued_count(stage.scheduler, TOP), 3);
	assert_string_equal(started(&stage, &batch), "-");
	assert_true(scheduler_is_idle(stage.scheduler, stage.world.coverage));
	scheduler_set_paused(stage.scheduler, TOP, false);
	assert_string_equal(started(&stage, &batch), "top 20 21 22");
	close_stage(&stage);
}

static void batches_are_short_while_others_wait_for_a_worker(void **state)
{
	(void)state;
	char games[SCHEDULER_TURN_DATES + 5] = "";
	memset(games, '1', sizeof(games) - 1);
	struct stage stage = open_stage("range", games);
	struct turn batch;
	scheduler_set_workers(stage.scheduler, 1);
	scheduler_queue_all(stage.scheduler, stage.world.coverage);
	assert_true(next(&stage, &batch));
	assert_int_equal(batch.table, GUARD);
	assert_int_equal(batch.count, SCHEDULER_TURN_DATES);
	finish_batch(&stage, &batch, true);
	assert_true(next(&stage, &batch));
	assert_int_equal(batch.table, GUARD); /* a foundation is finished first */
	finish_batch(&stage, &batch, true);
	assert_true(next(&stage, &batch));
	assert_int_equal(batch.table, TOP);
	assert_int_equal(batch.count, SCHEDULER_TURN_DATES);
	finish_batch(&stage, &batch, true);
	assert_true(next(&stage, &batch));
	assert_int_equal(batch.table, PAST); /* the others take turns */
	close_stage(&stage);
}

static void another_range_keeps_what_both_have(void **state)
{
	(void)state;
	struct stage stage = open_stage("range", "1111");
	struct turn batch;
	assert_int_equal(queue(&stage, TOP, -1), 4);
	scheduler_set_range(stage.scheduler,
		(struct date_range){world_day(&stage.world, 2), world_day(&stage.world, 9)});
	assert_int_equal(scheduler_queued_count(stage.scheduler, TOP), 2);
	assert_string_equal(started(&stage, &batch), "top 21 22");
	scheduler_set_range(stage.scheduler,
		(struct date_range){world_day(&stage.world, 3), world_day(&stage.world, 9)});
	assert_true(scheduler_is_running(stage.scheduler, TOP));
	finish(&stage, TOP, world_day(&stage.world, 2), true);
	scheduler_batch_done(stage.scheduler, TOP, true);
	assert_int_equal(scheduler_queued_count(stage.scheduler, TOP), 1);
	scheduler_set_range(stage.scheduler, (struct date_range){0, -1});
	assert_int_equal(scheduler_queued_count(stage.scheduler, TOP), 0);
	assert_string_equal(started(&stage, &batch), "-");
	assert_false(scheduler_is_queued(stage.scheduler, TOP, world_day(&stage.world, 0)));
	close_stage(&stage);
}

static void an_unknown_upstream_starts_nothing_and_loses_nothing(void **state)
{
	(void)state;
	struct stage stage = open_stage("date", "11");
	struct turn batch;
	assert_int_equal(queue(&stage, TOP, -1), 2);
	assert_int_equal(queue(&stage, GUARD, -1), 2);
	assert_int_equal(queue(&stage, LOW, -1), 2);
	for (size_t table = TOP; table <= GUARD; table++) {
		assert_true(next(&stage, &batch));
		finish_batch(&stage, &batch, true);
	}
	coverage_set_unknown(stage.world.coverage);
	assert_string_equal(started(&stage, &batch), "-");
	assert_false(scheduler_take_stuck(stage.scheduler, stage.world.coverage, &batch));
	assert_int_equal(scheduler_queued_count(stage.scheduler, LOW), 2);
	close_stage(&stage);
}

static void expect_why(
	struct stage *stage, size_t table, int day, enum queue_kind kind, const char *expected)
{
	struct buffer text = {0};
	coverage_judge(stage->world.coverage);
	scheduler_why_nothing(stage->world.coverage, table,
		day < 0 ? DATE_NONE : world_day(&stage->world, day), kind, &text);
	assert_string_equal(buffer_text(&text), expected);
	buffer_release(&text);
}

static void nothing_to_queue_is_explained(void **state)
{
	(void)state;
	struct stage stage = open_stage("range", "1.1");
	expect_why(&stage, LOW, -1, QUEUE_GAPS,
		"no gap of low can start; the first is 2021-10-19: top is ready");
	expect_why(&stage, LOW, 0, QUEUE_GAPS, "low 2021-10-19 cannot start: top is ready");
	expect_why(&stage, PAST, 2, QUEUE_GAPS,
		"past 2021-10-21 cannot start: it waits for earlier dates of guard");
	expect_why(&stage, TOP, 1, QUEUE_GAPS,
		"top 2021-10-20 has nothing to run: no games: nothing expected");
	expect_why(&stage, TOP, 7, QUEUE_GAPS, "top 2021-10-26 is outside the range");
	expect_why(&stage, TOP, 0, QUEUE_RETRY,
		"top 2021-10-19 has nothing to run: never ran; everything it needs is complete");
	expect_why(&stage, TOP, -1, QUEUE_RETRY,
		"no date of top that failed, is thin, empty, killed or suspect can start");
	coverage_set_attempt(
		stage.world.coverage, TOP, world_day(&stage.world, 0), ATTEMPT_RUNNING, "", 1);
	expect_why(&stage, TOP, 0, QUEUE_GAPS, "top 2021-10-19 is running already");
	finish(&stage, TOP, world_day(&stage.world, 0), true);
	finish(&stage, TOP, world_day(&stage.world, 2), true);
	expect_why(&stage, TOP, -1, QUEUE_GAPS, "every expected date of top is complete");
	coverage_set_unknown(stage.world.coverage);
	expect_why(&stage, TOP, -1, QUEUE_GAPS, "what top holds is not known");
	close_stage(&stage);
}

static void what_needs_you_runs_when_it_is_retried_only(void **state)
{
	(void)state;
	struct stage stage = open_stage("date", "11");
	date_t date = world_day(&stage.world, 0);
	coverage_set_attempt(
		stage.world.coverage, TOP, date, ATTEMPT_FAILED, "SCHEMA: no such column", 1);
	assert_int_equal(queue(&stage, TOP, 0), 0);
	expect_why(&stage, TOP, 0, QUEUE_GAPS,
		"top 2021-10-19 cannot start: no run cures it; retry it when its cause is gone");
	assert_int_equal(queue(&stage, TOP, -1), 1); /* the 20th */
	assert_int_equal(
		scheduler_queue(stage.scheduler, stage.world.coverage, TOP, date, QUEUE_RETRY), 1);
	close_stage(&stage);
}

/* The real flow: `S`, and everything below starts by itself. */
static void the_embedded_pipeline_runs_from_its_summaries_to_its_features(void **state)
{
	(void)state;
	struct pipeline *pipeline;
	struct error err;
	assert_true(pipeline_load(NULL, &pipeline, &err));
	struct scheduler *scheduler = scheduler_new(pipeline, pipeline->range);
	struct raw_day days[43];
	struct raw_days raw = {.items = days,
		.count = 43,
		.first_game = pipeline->range.first,
		.last_game = pipeline->range.last};
	for (int i = 0; i < 43; i++)
		days[i] = (struct raw_day){.date = pipeline->range.first + i,
			.regular_games = 5,
			.box_rows = 100,
			.roster_rows = 150};
	struct stage stage = {.world = {.pipeline = pipeline, .first = pipeline->range.first},
		.scheduler = scheduler};
	stage.world.calendar = calendar_new(pipeline, &raw);
	stage.world.coverage = coverage_new(pipeline, stage.world.calendar, pipeline->range);
	coverage_set_receipts(stage.world.coverage, &(struct receipts){0}, 1);
	coverage_judge(stage.world.coverage);
	assert_int_equal(scheduler_queue_all(scheduler, stage.world.coverage), 5 * 43 + 2 * 29);
	char order[1024] = "";
	struct turn batch;
	while (next(&stage, &batch)) {
		if (strstr(order, pipeline->tables[batch.table].short_name) == NULL) {
			strncat(order, pipeline->tables[batch.table].short_name,
				sizeof(order) - strlen(order) - 1);
			strncat(order, " ", sizeof(order) - strlen(order) - 1);
		}
		for (size_t i = 0; i < batch.count; i++) {
			int64_t rows = batch.table == pipeline_find(pipeline, "upgc")
					       ? 150
					       : world_right_rows(
							 &stage.world, batch.table, batch.dates[i]);
			world_write(&stage.world, batch.table, batch.dates[i],
				pipeline->tables[batch.table].expect.rule ==
						EXPECT_AT_LEAST_PREVIOUS
					? 40
					: rows);
			coverage_judge(stage.world.coverage);
			scheduler_date_done(scheduler, batch.table, batch.dates[i], true);
		}
		scheduler_batch_done(scheduler, batch.table, false);
	}
	assert_string_equal(order, "pgs togs tdgs upgc utgc tdza psza pcf pdc mlfs ");
	struct table_summary total = coverage_total(stage.world.coverage);
	assert_int_equal(total.expected, 5 * 43 + 5 * 29);
	assert_int_equal(total.complete, total.expected);
	close_stage(&stage);
}

static int queue_plan(struct stage *stage, size_t table, const int *days, size_t first_count)
{
	date_t dates[8];
	size_t count = 0;
	for (; days[count] >= 0; count++)
		dates[count] = world_day(&stage->world, days[count]);
	coverage_judge(stage->world.coverage);
	return scheduler_queue_dates(
		stage->scheduler, stage->world.coverage, table, dates, count, first_count);
}

static void a_plan_says_in_which_order_dates_start(void **state)
{
	(void)state;
	struct stage stage = open_stage("date", "12.1");
	struct turn batch;
	assert_int_equal(queue_plan(&stage, TOP, (const int[]){3, 0, 1, -1}, 0), 3);
	assert_string_equal(started(&stage, &batch), "top 22 19 20");
	finish_batch(&stage, &batch, true);
	/* An off day is no gap, what is complete neither; what nobody named is not started. */
	assert_int_equal(queue_plan(&stage, TOP, (const int[]){2, 3, -1}, 0), 0);
	assert_string_equal(started(&stage, &batch), "-");
	close_stage(&stage);
}

/* In a batch of their own: a batch runs its dates in the order of the calendar. */
static void what_a_plan_puts_first_starts_before_everything_else(void **state)
{
	(void)state;
	struct stage stage = open_stage("date", "11111");
	struct turn batch, other;
	scheduler_set_auto_launch(stage.scheduler, false);
	scheduler_set_workers(stage.scheduler, 1);
	assert_int_equal(queue(&stage, GUARD, -1), 5); /* a foundation: it would go first */
	assert_int_equal(queue_plan(&stage, TOP, (const int[]){4, 0, 1, 2, -1}, 1), 4);
	assert_string_equal(started(&stage, &batch), "top 23");
	assert_string_equal(started(&stage, &other), "-");
	finish_batch(&stage, &batch, true);
	assert_string_equal(started(&stage, &batch), "guard 19 20 21 22 23");
	finish_batch(&stage, &batch, true);
	assert_string_equal(started(&stage, &batch), "top 19 20 21");
	close_stage(&stage);
}

/* With auto-launch, too: a plan names everything that it runs. */
static void a_plan_starts_nothing_below_what_it_names(void **state)
{
	(void)state;
	struct stage stage = open_stage("date", "1");
	struct turn batch;
	assert_int_equal(queue_plan(&stage, TOP, (const int[]){0, -1}, 0), 1);
	assert_int_equal(queue_plan(&stage, GUARD, (const int[]){0, -1}, 0), 1);
	assert_string_equal(started(&stage, &batch), "guard 19");
	finish_batch(&stage, &batch, true);
	assert_string_equal(started(&stage, &batch), "top 19");
	finish_batch(&stage, &batch, true);
	assert_string_equal(started(&stage, &batch), "-");
	assert_true(scheduler_is_idle(stage.scheduler, stage.world.coverage));
	close_stage(&stage);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_starts_before_something_was_queued),
		cmocka_unit_test(a_plan_says_in_which_order_dates_start),
		cmocka_unit_test(what_a_plan_puts_first_starts_before_everything_else),
		cmocka_unit_test(a_plan_starts_nothing_below_what_it_names),
		cmocka_unit_test(foundations_start_first_and_readers_of_history_wait_for_them),
		cmocka_unit_test(released_by_date_a_downstream_follows_at_once),
		cmocka_unit_test(a_failure_keeps_what_lies_below_closed_and_the_run_ends),
		cmocka_unit_test(a_cell_is_not_started_by_itself_again_until_its_upstream_is_new),
		cmocka_unit_test(one_date_started_by_hand_moves_that_date_only),
		cmocka_unit_test(what_was_taken_back_stays_back_until_started_again),
		cmocka_unit_test(a_pause_stops_new_batches_and_requeued_dates_go_on_after_it),
		cmocka_unit_test(batches_are_short_while_others_wait_for_a_worker),
		cmocka_unit_test(another_range_keeps_what_both_have),
		cmocka_unit_test(an_unknown_upstream_starts_nothing_and_loses_nothing),
		cmocka_unit_test(nothing_to_queue_is_explained),
		cmocka_unit_test(what_needs_you_runs_when_it_is_retried_only),
		cmocka_unit_test(the_embedded_pipeline_runs_from_its_summaries_to_its_features),
	};
	return RUN(tests);
}

/* What the model foresees: speeds from its events, and which dates are still to come. */
#include "tests/test.h"

#include "tests/support/model_world.h"

static void the_speed_is_that_of_the_newest_dates(void **state)
{
	(void)state;
	struct model_world world = model_world_new();
	model_world_finish_date(&world, A, 0, 400);
	model_world_finish_date(&world, A, 1, 400);
	assert_int_equal(model_date_ms(world.model, A), -1);
	model_world_finish_date(&world, A, 2, 400);
	assert_int_equal(model_date_ms(world.model, A), 400);
	for (int i = 0; i < ETA_DATES_MAX; i++)
		model_world_finish_date(&world, A, 4, 1000);
	assert_int_equal(model_date_ms(world.model, A), 1000);
	model_world_free(&world);
}

/* Neither a date of which nobody saw how long it took, nor one without rows, nor an off day. */
static void only_dates_with_work_say_how_fast_a_table_is(void **state)
{
	(void)state;
	struct model_world world = model_world_new();
	model_world_schedule(&world);
	for (int i = 0; i < 5; i++)
		model_world_finish_date(&world, A, i, -1);
	for (int i = 0; i < 5; i++)
		model_world_finish_date(&world, A, OFF, 10);
	for (int i = 0; i < 5; i++) {
		struct event event = {.kind = EVENT_DATE_FINISHED,
			.table = A,
			.date = world.first + i,
			.finished = {.duration_ms = 10, .is_reported = true}};
		model_world_apply(&world, event);
	}
	assert_int_equal(world.model->tables[A].speed.date_ms, -1);
	for (int i = 0; i < 3; i++)
		model_world_finish_date(&world, A, i, 700);
	assert_int_equal(model_date_ms(world.model, A), 700);
	model_world_free(&world);
}

/* The first of a burst seems to have taken the time of all, a pause seems to be work. */
static void bursts_count_as_one_and_pauses_not_at_all(void **state)
{
	(void)state;
	struct model_world world = model_world_new();
	for (int burst = 0; burst < 3; burst++) {
		model_world_finish_date(&world, A, 0, 3000);
		for (int i = 1; i < 3; i++) {
			struct event event = {.kind = EVENT_DATE_FINISHED,
				.at_ms = world.now_ms + i,
				.table = A,
				.date = world.first + i,
				.finished = {.duration_ms = 1}};
			event.finished.receipt = model_world_receipt(&world, A, i, ROWS);
			model_world_apply(&world, event);
		}
	}
	assert_int_equal(model_date_ms(world.model, A), 1000);
	model_world_start_date(&world, A, 4);
	model_world_apply(
		&world, (struct event){.kind = EVENT_CONTROL,
				.control = {.workers = 2, .all_paused = true, .paused_table = -1}});
	model_world_finish_date(&world, A, 4, 9000000);
	assert_int_equal(model_date_ms(world.model, A), 1000);
	model_world_start_date(&world, A, 5);
	model_world_finish_date(&world, A, 6, 1000);
	assert_int_equal(model_date_ms(world.model, A), 1000);
	model_world_free(&world);
}

static void remember(struct model_world *world, size_t table, int64_t duration_ms, int64_t at_ms)
{
	struct event event = {.kind = EVENT_HISTORY};
	event.history.count = 4;
	event.history.items = memory_new_array(4, sizeof(*event.history.items));
	for (size_t i = 0; i < 4; i++)
		event.history.items[i] = (struct cell_attempt){.table = table,
			.date = date_of(2021, 1, 1) + (date_t)i,
			.state = ATTEMPT_SUCCEEDED,
			.at_ms = at_ms,
			.duration_ms = duration_ms,
			.rows = -1};
	model_world_apply(world, event);
}

static void earlier_runs_serve_until_there_are_three_dates_and_say_so(void **state)
{
	(void)state;
	struct model_world world = model_world_new();
	model_world_schedule(&world);
	remember(&world, A, 5000, START - 1000);
	model_world_queue(&world, A, true, 0, 5);
	assert_int_equal(model_date_ms(world.model, A), -1);
	assert_int_equal(model_table_eta_ms(world.model, A), 25000);
	assert_int_equal(model_eta(world.model)->p50_ms, 25000);
	assert_true(model_eta(world.model)->is_old);
	for (int i = 0; i < 3; i++)
		model_world_finish_date(&world, A, i + 6, 5000);
	assert_int_equal(model_date_ms(world.model, A), 5000);
	assert_false(model_eta(world.model)->is_old);
	/* What this console did is in the ledger too, and is not counted twice. */
	remember(&world, A, 5000, world.now_ms + 1);
	assert_int_equal(world.model->tables[A].worked.past_count, 0);
	model_world_free(&world);
}

static void let_auto_launch(struct model_world *world, bool on)
{
	model_world_apply(
		world, (struct event){.kind = EVENT_CONTROL,
			       .control = {.workers = 2, .auto_launch = on, .paused_table = -1}});
}

static void tell_reach(struct model_world *world, size_t table, bool queued, enum queue_reach reach)
{
	model_world_apply(world, (struct event){.kind = EVENT_QUEUED,
					 .table = table,
					 .queue = {.queued = queued, .reach = reach}});
}

static void learn_speeds(struct model_world *world)
{
	for (int i = 0; i < 3; i++) {
		model_world_finish_date(world, A, i, 2000);
		model_world_finish_date(world, B, i, 1000);
		model_world_finish_date(world, C, i, 4000);
	}
}

static void expect_eta(const struct model_world *world, int64_t p50_ms)
{
	assert_int_equal(model_eta(world->model)->p50_ms, p50_ms);
}

static void the_eta_counts_what_waits_and_what_will_be_released(void **state)
{
	(void)state;
	struct model_world world = model_world_new();
	model_world_schedule(&world);
	expect_eta(&world, 0);
	model_world_queue(&world, A, true, 6, 4);
	assert_int_equal(model_table_eta_ms(world.model, A), -1);
	expect_eta(&world, -1);
	learn_speeds(&world);
	assert_int_equal(model_table_eta_ms(world.model, A), 8000);
	expect_eta(&world, 8000);
	/* c reads a and b: where b is missing, it stays closed. */
	let_auto_launch(&world, true);
	expect_eta(&world, 8000);
	model_world_queue(&world, B, true, 6, 2);
	assert_int_equal(model_table_eta_ms(world.model, B), 2000);
	expect_eta(&world, 8000 + 2 * 4000);
	assert_int_equal(model_table_eta_ms(world.model, C), 0);
	assert_int_equal(model_eta(world.model)->path_count, 2);
	let_auto_launch(&world, false);
	expect_eta(&world, 8000);
	model_world_free(&world);
}

static void only_what_was_started_is_followed_by_what_lies_below(void **state)
{
	(void)state;
	struct model_world world = model_world_new();
	model_world_schedule(&world);
	learn_speeds(&world);
	let_auto_launch(&world, true);
	for (int i = 3; i < 9; i++) {
		model_world_finish_date(&world, A, i, 2000);
		model_world_finish_date(&world, B, i, 1000);
	}
	/* Day 9 alone was started: the other gaps of c wait for somebody. */
	model_world_queue(&world, A, true, 9, 1);
	model_world_queue(&world, B, true, 9, 1);
	expect_eta(&world, 2000 + 4000);
	tell_reach(&world, A, true, REACH_TABLE);
	expect_eta(&world, 2000 + 6 * 4000); /* days 3, 4, 6 to 9 */
	tell_reach(&world, C, false, REACH_TABLE);
	expect_eta(&world, 2000);
	tell_reach(&world, 0, true, REACH_EVERYTHING);
	expect_eta(&world, 2000 + 6 * 4000);
	model_world_free(&world);
}

static void what_an_earlier_console_began_is_followed_by_nothing(void **state)
{
	(void)state;
	struct model_world world = model_world_new();
	model_world_schedule(&world);
	learn_speeds(&world);
	let_auto_launch(&world, true);
	for (size_t table = A; table <= B; table++) {
		model_world_apply(&world, (struct event){.kind = EVENT_RUN_FOUND, .table = table});
		model_world_queue(&world, table, true, 6, 2);
	}
	expect_eta(&world, 4000);
	model_world_finish_run(&world, A, RUN_SUCCEEDED);
	model_world_queue(&world, A, true, 8, 1);
	model_world_queue(&world, B, true, 8, 1); /* still found */
	expect_eta(&world, 6000 + 4000);
	model_world_free(&world);
}

/* The end stays where it is while the date in hand takes its time, and slips when it is late. */
static void the_end_stays_while_time_goes_by(void **state)
{
	(void)state;
	struct model_world world = model_world_new();
	model_world_schedule(&world);
	learn_speeds(&world);
	model_world_queue(&world, A, true, 6, 2);
	model_world_start_run(&world, A, 0);
	model_world_start_date(&world, A, 6);
	int64_t end_ms = world.now_ms + 4000;
	for (int i = 0; i < 2; i++) {
		model_world_apply(&world, (struct event){.kind = EVENT_CLOCK});
		expect_eta(&world, end_ms - world.now_ms);
	}
	model_world_apply(&world, (struct event){.kind = EVENT_CLOCK});
	expect_eta(&world, 2000); /* a second late */
	model_world_apply(&world, (struct event){.kind = EVENT_DATE_PROGRESS,
					  .table = A,
					  .date = world.first + 6,
					  .progress = {.done = 4, .total = 8}});
	model_world_apply(&world, (struct event){.kind = EVENT_CLOCK});
	expect_eta(&world, 2000 + 4000); /* it took four seconds for one half */
	model_world_free(&world);
}

static void queue_planned(struct model_world *world, size_t table, bool newest_first)
{
	struct event event = {.kind = EVENT_QUEUED, .table = table};
	event.queue.queued = event.queue.is_planned = true;
	event.queue.count = 5;
	event.queue.dates = memory_new_array(5, sizeof(date_t));
	for (int i = 0; i < 5; i++)
		event.queue.dates[i] = world->first + (newest_first ? 4 - i : i);
	model_world_apply(world, event);
}

/* Each date of c needs a and b: where these meet only in the middle, c begins late. */
static int64_t end_of_plan(bool meets_in_the_middle)
{
	struct model_world world = model_world_new();
	model_world_schedule(&world);
	world.pipeline->release = RELEASE_DATE;
	model_world_apply(&world, (struct event){.kind = EVENT_CONTROL,
					  .control = {.workers = 3, .paused_table = -1}});
	for (size_t table = 0; table < TABLES; table++)
		world.model->tables[table].speed = (struct eta_speed){.date_ms = 1000, .dates = 10};
	queue_planned(&world, A, false);
	queue_planned(&world, B, meets_in_the_middle);
	queue_planned(&world, C, false);
	int64_t end_ms = model_eta(world.model)->p50_ms;
	model_world_free(&world);
	return end_ms;
}

static void the_forecast_follows_the_order_in_which_a_plan_was_started(void **state)
{
	(void)state;
	assert_int_equal(end_of_plan(false), 6000);
	assert_int_equal(end_of_plan(true), 10000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_forecast_follows_the_order_in_which_a_plan_was_started),
		cmocka_unit_test(the_speed_is_that_of_the_newest_dates),
		cmocka_unit_test(only_dates_with_work_say_how_fast_a_table_is),
		cmocka_unit_test(bursts_count_as_one_and_pauses_not_at_all),
		cmocka_unit_test(earlier_runs_serve_until_there_are_three_dates_and_say_so),
		cmocka_unit_test(the_eta_counts_what_waits_and_what_will_be_released),
		cmocka_unit_test(only_what_was_started_is_followed_by_what_lies_below),
		cmocka_unit_test(what_an_earlier_console_began_is_followed_by_nothing),
		cmocka_unit_test(the_end_stays_while_time_goes_by),
	};
	return RUN(tests);
}

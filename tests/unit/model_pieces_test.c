/* Causes and forecast of very many cells, made a piece at a time: the same as all at once. */
#include "tests/test.h"

#include "model/model.h"

#define FIRST	    date_of(2015, 1, 1)
#define LAST	    date_of(2025, 1, 1)
#define GAME_DAYS   400
#define PIECES_MOST 10000

static struct pipeline *pipeline;
/* They are told the same; the first is asked for pieces. */
static struct model *models[2];

static int close_models(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2; i++)
		model_free(models[i]);
	pipeline_free(pipeline);
	return 0;
}

static void tell(struct event event)
{
	for (size_t i = 0; i < 2; i++)
		model_apply(models[i], &event);
}

static struct event coverage_from(date_t first_game)
{
	struct event event = {.kind = EVENT_COVERAGE, .at_ms = 500};
	struct raw_days *days = &event.coverage.raw_days;
	days->items = memory_new_array(GAME_DAYS, sizeof(*days->items));
	days->count = days->capacity = GAME_DAYS;
	for (int i = 0; i < GAME_DAYS; i++)
		days->items[i] = (struct raw_day){.date = first_game + i, .regular_games = 5};
	days->first_game = first_game;
	days->last_game = first_game + GAME_DAYS - 1;
	event.coverage.range = (struct date_range){FIRST, LAST};
	return event;
}

/* What is kept of an event is its own: each model gets one. */
static void know_games_from(date_t first_game)
{
	for (size_t i = 0; i < 2; i++) {
		struct event event = coverage_from(first_game);
		model_apply(models[i], &event);
		event_release(&event);
	}
}

static int open_models(void **state)
{
	struct error err;
	(void)state;
	assert_true(pipeline_load(NULL, &pipeline, &err));
	for (size_t i = 0; i < 2; i++)
		models[i] = model_new(pipeline, (struct date_range){FIRST, LAST});
	assert_true(model_slow_ms(models[0]) > 0);
	know_games_from(date_of(2018, 1, 1));
	for (size_t i = 0; i < 2; i++) {
		model_causes(models[i]);
		model_eta(models[i]);
	}
	model_set_pieces(models[0], true);
	return 0;
}

static void let_time_pass(void)
{
	tell((struct event){
		.kind = EVENT_CLOCK, .at_ms = models[0]->now_ms + model_slow_ms(models[0]) + 1000});
}

static void fail_date(size_t table, date_t date)
{
	tell((struct event){.kind = EVENT_DATE_FAILED, .table = table, .at_ms = 600, .date = date});
}

static void queue_everything(void)
{
	for (size_t table = 0; table < pipeline->table_count; table++) {
		date_t dates[GAME_DAYS];
		for (int i = 0; i < GAME_DAYS; i++)
			dates[i] = date_of(2018, 1, 1) + i;
		tell((struct event){.kind = EVENT_QUEUED,
			.table = table,
			.at_ms = 700,
			.queue = {.dates = dates, .count = GAME_DAYS, .queued = true}});
		for (size_t i = 0; i < 2; i++)
			models[i]->tables[table].speed =
				(struct eta_speed){.date_ms = 1000 + (int64_t)table * 100,
					.scatter = 0.2,
					.dates = 10};
	}
}

static int make_all_pieces(void)
{
	int count = 0;
	while (model_has_pieces(models[0])) {
		model_make_piece(models[0]);
		assert_true(++count < PIECES_MOST);
	}
	return count;
}

static void check_same_causes(void)
{
	const struct causes *some = model_causes(models[0]), *all = model_causes(models[1]);
	assert_int_equal(some->count, all->count);
	assert_int_equal(some->held_up, all->held_up);
	for (size_t i = 0; i < some->count; i++) {
		const struct cause *one = &some->items[i], *other = &all->items[i];
		assert_int_equal(one->table, other->table);
		assert_int_equal(one->reason, other->reason);
		assert_int_equal(one->cells, other->cells);
		assert_int_equal(one->holds_up, other->holds_up);
		assert_int_equal(one->frees, other->frees);
	}
}

static int failed_cells(const struct causes *causes)
{
	int cells = 0;
	for (size_t i = 0; i < causes->count; i++)
		cells += causes->items[i].verdict == VERDICT_FAILED ? causes->items[i].cells : 0;
	return cells;
}

static void causes_in_pieces_are_those_that_are_made_at_once(void **state)
{
	(void)state;
	fail_date(0, date_of(2018, 1, 5));
	let_time_pass();
	assert_int_equal(failed_cells(model_causes(models[0])), 0); /* what there is */
	assert_int_equal(failed_cells(model_causes(models[1])), 1);
	assert_true(make_all_pieces() > 100);
	assert_int_equal(failed_cells(model_causes(models[0])), 1);
	check_same_causes();
}

static void nothing_is_made_for_whoever_does_not_ask(void **state)
{
	(void)state;
	fail_date(0, date_of(2018, 1, 5));
	let_time_pass();
	assert_false(model_has_pieces(models[0]));
}

/* However far they were: what they looked at is not there any more. */
static void an_event_between_two_pieces_begins_them_anew(void **state)
{
	(void)state;
	for (int pieces = 0; pieces < 60; pieces += 7) {
		fail_date(0, date_of(2018, 1, 5) + pieces);
		let_time_pass();
		model_causes(models[0]);
		for (int i = 0; i < pieces; i++)
			model_make_piece(models[0]);
		fail_date(1, date_of(2018, 1, 5) + pieces);
		if (pieces > 30) /* another calendar, another coverage */
			know_games_from(date_of(2018, 1, 2));
		make_all_pieces();
		let_time_pass();
		check_same_causes();
	}
}

static void check_same_forecast(void)
{
	assert_int_equal(model_eta(models[0])->p50_ms, model_eta(models[1])->p50_ms);
	assert_int_equal(model_eta(models[0])->p90_ms, model_eta(models[1])->p90_ms);
	assert_int_equal(model_eta(models[0])->path_count, model_eta(models[1])->path_count);
	for (size_t table = 0; table < pipeline->table_count; table++)
		assert_int_equal(
			model_table_eta_ms(models[0], table), model_table_eta_ms(models[1], table));
}

static void a_forecast_in_pieces_is_the_one_that_is_made_at_once(void **state)
{
	(void)state;
	queue_everything();
	assert_int_equal(model_eta(models[0])->p50_ms, 0); /* nothing was to do */
	assert_true(model_eta(models[1])->p50_ms > 0);
	assert_true(make_all_pieces() > 5);
	check_same_forecast();
	/* A worker more, in the middle of it. */
	let_time_pass();
	model_eta(models[0]);
	for (int i = 0; i < 5; i++)
		model_make_piece(models[0]);
	tell((struct event){.kind = EVENT_CONTROL,
		.at_ms = models[0]->now_ms,
		.control = {.workers = 7, .auto_launch = true, .paused_table = -1}});
	make_all_pieces();
	check_same_forecast();
}

static void of_another_range_nothing_is_shown_meanwhile(void **state)
{
	(void)state;
	struct event event = coverage_from(date_of(2018, 1, 1));
	event.coverage.range = (struct date_range){date_of(2016, 1, 1), date_of(2024, 1, 1)};
	model_apply(models[0], &event);
	event_release(&event);
	const struct causes *causes = model_causes(models[0]);
	assert_false(model_has_pieces(models[0]));
	assert_true(causes->count > 0);
	for (size_t i = 0; i < causes->count; i++)
		assert_true(
			date_range_has(models[0]->range, date_set_first(&causes->items[i].dates)));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_models, close_models)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(causes_in_pieces_are_those_that_are_made_at_once),
		TEST(nothing_is_made_for_whoever_does_not_ask),
		TEST(an_event_between_two_pieces_begins_them_anew),
		TEST(a_forecast_in_pieces_is_the_one_that_is_made_at_once),
		TEST(of_another_range_nothing_is_shown_meanwhile),
	};
	return RUN(tests);
}

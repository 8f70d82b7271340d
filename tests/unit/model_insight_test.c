#include "tests/test.h"

#include "model/model.h"

static struct pipeline *pipeline;
static struct model *model;

static int open_model(void **state)
{
	struct error err;
	(void)state;
	assert_true(pipeline_load(NULL, &pipeline, &err));
	model = model_new(
		pipeline, (struct date_range){date_of(2021, 11, 16), date_of(2021, 11, 30)});
	return 0;
}

/* Everything is known: games on one day, and no rows. */
static void check_coverage(int64_t at_ms)
{
	struct event event = {.kind = EVENT_COVERAGE, .at_ms = at_ms};
	struct raw_days *days = &event.coverage.raw_days;
	days->items = memory_new_array(1, sizeof(*days->items));
	days->items[0] = (struct raw_day){.date = date_of(2021, 11, 17), .regular_games = 5};
	days->count = days->capacity = 1;
	days->first_game = days->last_game = date_of(2021, 11, 17);
	event.coverage.range = model->range;
	model_apply(model, &event);
	event_release(&event);
}

static int close_model(void **state)
{
	(void)state;
	model_free(model);
	pipeline_free(pipeline);
	return 0;
}

static void apply(enum event_kind kind, int64_t at_ms)
{
	struct event event = {.kind = kind, .at_ms = at_ms};
	model_apply(model, &event);
}

/* The memory of what was worked out tells whether it was worked out again. */
static void causes_are_worked_out_once_for_each_judgement(void **state)
{
	(void)state;
	check_coverage(500);
	const struct cause *items = model_causes(model)->items;
	uint64_t judgement = model->judgement;
	assert_true(model_causes(model)->count > 0);
	apply(EVENT_CLOCK, 1000);
	apply(EVENT_SIZE, 2000);
	assert_int_equal(model->judgement, judgement);
	assert_ptr_equal(model_causes(model)->items, items);
	struct event event = {.kind = EVENT_DATE_FAILED,
		.at_ms = 3000,
		.date = date_of(2021, 11, 17),
		.message.text = "SCHEMA: no column"};
	model_apply(model, &event);
	assert_int_equal(model->judgement, judgement + 1);
	bool has_failure = false;
	for (size_t i = 0; i < model_causes(model)->count; i++)
		has_failure |= model_causes(model)->items[i].verdict == VERDICT_FAILED;
	assert_true(has_failure);
}

static int open_large_model(void **state)
{
	struct error err;
	(void)state;
	assert_true(pipeline_load(NULL, &pipeline, &err));
	model = model_new(pipeline, (struct date_range){date_of(2015, 1, 1), date_of(2025, 1, 1)});
	assert_true(date_range_days(model->range) * (int)pipeline->table_count > MODEL_MANY_CELLS);
	return 0;
}

static void fail_date(int64_t at_ms)
{
	struct event event = {
		.kind = EVENT_DATE_FAILED, .at_ms = at_ms, .date = date_of(2021, 11, 17)};
	model_apply(model, &event);
}

static int failed_cells(const struct causes *causes)
{
	int cells = 0;
	for (size_t i = 0; i < causes->count; i++)
		cells += causes->items[i].verdict == VERDICT_FAILED ? causes->items[i].cells : 0;
	return cells;
}

static void causes_of_very_many_cells_are_worked_out_so_seldom(void **state)
{
	(void)state;
	check_coverage(500);
	assert_int_equal(failed_cells(model_causes(model)), 0);
	fail_date(600);
	assert_int_equal(failed_cells(model_causes(model)), 0);
	apply(EVENT_CLOCK, 500 + model_slow_ms(model) - 1);
	assert_int_equal(failed_cells(model_causes(model)), 0);
	apply(EVENT_CLOCK, 500 + model_slow_ms(model));
	assert_int_equal(failed_cells(model_causes(model)), 1);
}

static void whoever_cannot_wait_gets_the_causes_that_there_are(void **state)
{
	(void)state;
	model_set_hurry(model, true);
	check_coverage(500);
	assert_true(model_causes(model)->count > 0); /* there were none */
	fail_date(600);
	apply(EVENT_CLOCK, 500 + 10 * model_slow_ms(model));
	assert_int_equal(failed_cells(model_causes(model)), 0);
	model_set_hurry(model, false);
	assert_int_equal(failed_cells(model_causes(model)), 1);
}

/* What was made of other dates must not be looked up in these. */
static void causes_of_another_range_are_never_kept(void **state)
{
	(void)state;
	check_coverage(500);
	model_causes(model);
	model_set_hurry(model, true);
	struct event event = {.kind = EVENT_COVERAGE, .at_ms = 501};
	event.coverage.range = (struct date_range){date_of(2016, 1, 1), date_of(2024, 1, 1)};
	model_apply(model, &event);
	event_release(&event);
	const struct causes *causes = model_causes(model);
	for (size_t i = 0; i < causes->count; i++)
		assert_true(date_range_has(model->range, date_set_first(&causes->items[i].dates)));
}

static void causes_of_few_cells_are_anew_for_whoever_can_wait(void **state)
{
	(void)state;
	check_coverage(500);
	assert_int_equal(model_slow_ms(model), 0);
	assert_int_equal(failed_cells(model_causes(model)), 0);
	fail_date(501);
	model_set_hurry(model, true);
	assert_int_equal(failed_cells(model_causes(model)), 0);
	model_set_hurry(model, false);
	assert_int_equal(failed_cells(model_causes(model)), 1);
}

static void why_is_that_of_the_selected_cell(void **state)
{
	(void)state;
	const char *sentence = model_why(model)->sentence;
	assert_ptr_equal(model_why(model)->sentence, sentence);
	assert_int_equal(model_why(model)->table, model_selected_table(model));
	model->view.table++;
	assert_int_equal(model_why(model)->table, model_selected_table(model));
	model->view.date++;
	assert_int_equal(model_why(model)->date, model->view.date);
	model->view.date = date_of(2022, 1, 1);
	assert_null(model_why(model));
}

/* No new why is made for a clock that moves: its facts grow older. */
static void facts_grow_older_with_the_clock(void **state)
{
	(void)state;
	check_coverage(5000);
	apply(EVENT_CLOCK, 9000);
	const struct why *why = model_why(model);
	const struct why_fact *warehouse = NULL;
	for (size_t i = 0; i < why->fact_count; i++)
		if (text_equal(why->facts[i].witness, "warehouse"))
			warehouse = &why->facts[i];
	assert_non_null(warehouse);
	assert_int_equal(model_why_age_ms(model, warehouse), 4000);
	apply(EVENT_CLOCK, 15000);
	assert_ptr_equal(model_why(model)->facts, why->facts);
	assert_int_equal(model_why_age_ms(model, warehouse), 10000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			causes_are_worked_out_once_for_each_judgement, open_model, close_model),
		cmocka_unit_test_setup_teardown(
			why_is_that_of_the_selected_cell, open_model, close_model),
		cmocka_unit_test_setup_teardown(
			facts_grow_older_with_the_clock, open_model, close_model),
		cmocka_unit_test_setup_teardown(causes_of_very_many_cells_are_worked_out_so_seldom,
			open_large_model, close_model),
		cmocka_unit_test_setup_teardown(whoever_cannot_wait_gets_the_causes_that_there_are,
			open_large_model, close_model),
		cmocka_unit_test_setup_teardown(
			causes_of_another_range_are_never_kept, open_large_model, close_model),
		cmocka_unit_test_setup_teardown(
			causes_of_few_cells_are_anew_for_whoever_can_wait, open_model, close_model),
	};
	return RUN(tests);
}

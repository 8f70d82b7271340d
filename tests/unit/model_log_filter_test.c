/* The filter, the mark and the times of the log view. */
#include "tests/test.h"

#include "tests/support/model_world.h"

static void fill(struct model_world *world, int lines)
{
	for (int i = 0; i < lines; i++) {
		char text[32];
		snprintf(text, sizeof(text), "%s %d", i % 10 == 0 ? "ten" : "other", i);
		model_world_log(world, A, 0, 'I', text);
	}
}

static const struct table_log *shown(const struct model_world *world)
{
	return model_shown_log(world->model, model_selected_table(world->model));
}

static const char *text_of(const struct model_world *world, uint64_t number)
{
	return shown(world)->lines[(number - 1) % MODEL_LOG_LINES_MAX].text;
}

static uint64_t count(const struct model_world *world)
{
	return shown(world)->next - shown(world)->first;
}

static void filter(struct model_world *world, const char *text)
{
	model_world_act(world, ACTION_FILTER, 10);
	assert_int_equal(world->model->view.dialog, DIALOG_FILTER);
	while (world->model->view.typed[0] != '\0')
		model_world_act(world, ACTION_ERASE, 10);
	model_world_type(world, text);
	model_world_act(world, ACTION_ACCEPT, 10);
}

static void only_lines_that_pass_are_shown_and_later_ones_join_them(void **state)
{
	(void)state;
	struct model_world world = model_world_new();
	fill(&world, 100);
	model_world_act(&world, ACTION_VIEW_LOG, 10);
	filter(&world, "^ten");
	assert_int_equal(count(&world), 10);
	assert_string_equal(text_of(&world, 2), "ten 10");
	model_world_log(&world, A, 0, 'I', "ten more");
	model_world_log(&world, A, 0, 'I', "not this one");
	assert_int_equal(count(&world), 11);
	assert_string_equal(text_of(&world, 11), "ten more");
	model_world_log(&world, B, 0, 'I', "ten elsewhere");
	assert_int_equal(count(&world), 11);
	model_world_free(&world);
}

static void an_exclamation_mark_hides_what_has_the_text(void **state)
{
	(void)state;
	struct model_world world = model_world_new();
	fill(&world, 100);
	model_world_act(&world, ACTION_VIEW_LOG, 10);
	filter(&world, "!^ten");
	assert_int_equal(count(&world), 90);
	filter(&world, "");
	assert_int_equal(count(&world), 100);
	model_world_free(&world);
}

static void the_place_stays_when_the_filter_comes_and_goes(void **state)
{
	(void)state;
	struct model_world world = model_world_new();
	fill(&world, 200);
	model_world_act(&world, ACTION_VIEW_LOG, 10);
	model_world_act(&world, ACTION_TOP, 10);
	for (int i = 0; i < 55; i++)
		model_world_act(&world, ACTION_DOWN, 10);
	assert_string_equal(text_of(&world, world.model->view.log_top), "other 55");
	filter(&world, "ten");
	assert_string_equal(text_of(&world, world.model->view.log_top), "ten 60");
	model_world_act(&world, ACTION_UP, 10);
	assert_string_equal(text_of(&world, world.model->view.log_top), "ten 50");
	filter(&world, "");
	assert_string_equal(text_of(&world, world.model->view.log_top), "ten 50");
	model_world_free(&world);
}

static void new_lines_that_pass_are_counted_while_nobody_follows(void **state)
{
	(void)state;
	struct model_world world = model_world_new();
	fill(&world, 200);
	model_world_act(&world, ACTION_VIEW_LOG, 10);
	filter(&world, "ten");
	model_world_act(&world, ACTION_TOP, 10);
	fill(&world, 30);
	assert_int_equal(world.model->view.log_new, 3);
	model_world_free(&world);
}

static void the_filter_holds_for_other_tables_and_not_outside_the_log(void **state)
{
	(void)state;
	struct model_world world = model_world_new();
	fill(&world, 100);
	model_world_log(&world, B, 0, 'I', "ten");
	model_world_log(&world, B, 0, 'I', "eleven");
	model_world_act(&world, ACTION_VIEW_LOG, 10);
	filter(&world, "ten");
	model_world_act(&world, ACTION_NEXT_TABLE, 10);
	assert_int_equal(count(&world), 1);
	model_world_act(&world, ACTION_VIEW_OVERVIEW, 10);
	assert_int_equal(count(&world), 2);
	model_world_act(&world, ACTION_VIEW_LOG, 10);
	model_world_act(&world, ACTION_PREVIOUS_TABLE, 10);
	assert_int_equal(count(&world), 10);
	model_world_free(&world);
}

static void escape_takes_the_search_off_and_then_the_filter(void **state)
{
	(void)state;
	struct model_world world = model_world_new();
	fill(&world, 100);
	model_world_act(&world, ACTION_VIEW_LOG, 10);
	filter(&world, "ten");
	model_world_act(&world, ACTION_SEARCH, 10);
	model_world_type(&world, "50");
	model_world_act(&world, ACTION_ACCEPT, 10);
	assert_string_equal(text_of(&world, world.model->view.log_mark), "ten 50");
	model_world_act(&world, ACTION_CLOSE, 10);
	assert_int_equal(count(&world), 10);
	model_world_act(&world, ACTION_CLOSE, 10);
	assert_int_equal(count(&world), 100);
	model_world_free(&world);
}

/* More lines than are held: those that passed stay, and none is looked at twice. */
static void lines_that_are_no_longer_held_do_no_harm(void **state)
{
	(void)state;
	struct model_world world = model_world_new();
	model_world_act(&world, ACTION_VIEW_LOG, 10);
	filter(&world, "!other");
	fill(&world, MODEL_LOG_LINES_MAX + 500);
	assert_int_equal(count(&world), MODEL_LOG_LINES_MAX / 10 + 50);
	filter(&world, "!ten");
	assert_int_equal(count(&world), MODEL_LOG_LINES_MAX * 9 / 10);
	model_world_free(&world);
}

static void a_marked_line_is_found_again_through_filter_and_scrolling(void **state)
{
	(void)state;
	struct model_world world = model_world_new();
	fill(&world, 200);
	model_world_act(&world, ACTION_VIEW_LOG, 10);
	model_world_act(&world, ACTION_GO_TO_PLACE, 10);
	assert_string_equal(world.model->message, "no line is marked");
	model_world_act(&world, ACTION_TOP, 10);
	for (int i = 0; i < 60; i++)
		model_world_act(&world, ACTION_DOWN, 10);
	model_world_act(&world, ACTION_SET_PLACE, 10);
	model_world_act(&world, ACTION_BOTTOM, 10);
	model_world_act(&world, ACTION_GO_TO_PLACE, 10);
	assert_string_equal(text_of(&world, world.model->view.log_mark), "ten 60");
	filter(&world, "ten");
	model_world_act(&world, ACTION_BOTTOM, 10);
	model_world_act(&world, ACTION_GO_TO_PLACE, 10);
	assert_string_equal(text_of(&world, world.model->view.log_mark), "ten 60");
	filter(&world, "!ten");
	model_world_act(&world, ACTION_GO_TO_PLACE, 10);
	assert_string_equal(world.model->message, "the marked line is not among these");
	model_world_act(&world, ACTION_NEXT_TABLE, 10);
	model_world_act(&world, ACTION_GO_TO_PLACE, 10);
	assert_string_equal(world.model->message, "the marked line is not among these");
	model_world_free(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_lines_that_pass_are_shown_and_later_ones_join_them),
		cmocka_unit_test(an_exclamation_mark_hides_what_has_the_text),
		cmocka_unit_test(the_place_stays_when_the_filter_comes_and_goes),
		cmocka_unit_test(new_lines_that_pass_are_counted_while_nobody_follows),
		cmocka_unit_test(the_filter_holds_for_other_tables_and_not_outside_the_log),
		cmocka_unit_test(escape_takes_the_search_off_and_then_the_filter),
		cmocka_unit_test(lines_that_are_no_longer_held_do_no_harm),
		cmocka_unit_test(a_marked_line_is_found_again_through_filter_and_scrolling),
	};
	return RUN(tests);
}

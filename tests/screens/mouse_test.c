/* What is clicked is what is seen: tabs, keys, dialogs, headings; and no click does harm. */
#include "tests/screens/support/hand.h"
#include "tests/screens/support/keys.h"
#include "tests/screens/support/scenes.h"
#include "tests/test.h"

static void a_click_on_a_tab_goes_to_the_view_and_one_beside_it_nowhere(void **state)
{
	(void)state;
	struct hand hand = hand_on(stage_middle());
	const struct view_state *view = &hand.stage->model->view;
	int x, y;
	hand_find(&hand, " 3 Matrix ", &x, &y);
	hand_click(&hand, x - 1, y);
	assert_int_equal(view->view, VIEW_LOG);
	hand_find(&hand, " 3 Matrix ", &x, &y);
	hand_click(&hand, x + 9, y);
	assert_int_equal(view->view, VIEW_MATRIX);
	hand_find(&hand, " 7 Health ", &x, &y);
	hand_click(&hand, x + 10, y);
	assert_int_equal(view->view, VIEW_MATRIX);
	hand_click(&hand, x + 9, y);
	assert_int_equal(view->view, VIEW_HEALTH);
	assert_int_equal(hand.wish, WISH_HEALTH);
	hand_let_go(&hand);
}

static void a_click_on_a_key_of_the_footer_does_what_the_key_does(void **state)
{
	(void)state;
	struct hand hand = hand_on(stage_middle());
	int x, y;
	hand_find(&hand, "S start all", &x, &y);
	hand_click(&hand, x + 10, y);
	assert_int_equal(hand.wish, WISH_START_ALL);
	hand_click(&hand, x + 11, y); /* the gap between two keys */
	assert_int_equal(hand.wish, WISH_NONE);
	hand_click_on(&hand, "w why");
	assert_int_equal(hand.stage->model->view.dialog, DIALOG_WHY);
	hand_let_go(&hand);
}

static void a_footer_key_that_was_bound_anew_is_the_new_key(void **state)
{
	(void)state;
	struct stage *stage = stage_middle();
	assert_true(keymap_bind(stage->keymap, "start-all", "F12", NULL));
	struct hand hand = hand_on(stage);
	hand_click_on(&hand, "F12 start all");
	assert_int_equal(hand.wish, WISH_START_ALL);
	hand_let_go(&hand);
}

static void a_click_puts_the_cursor_on_a_table_and_a_double_one_opens_its_log(void **state)
{
	(void)state;
	struct hand hand = hand_on(stage_middle());
	const struct model *model = hand.stage->model;
	int x, y;
	hand_find(&hand, "team_defense_zone", &x, &y);
	hand_click(&hand, x, y);
	assert_int_equal(model_selected_table(model), hand_table(&hand, "tdza"));
	assert_int_equal(model->view.view, VIEW_OVERVIEW);
	hand_click_on(&hand, "player_game_summary");
	hand_click(&hand, x, y + 1); /* its second line */
	assert_int_equal(model_selected_table(model), hand_table(&hand, "tdza"));
	hand.now_ms += MOUSE_DOUBLE_MS + 1; /* too late */
	hand_use(&hand, MOUSE_PRESS, x, y + 1);
	assert_int_equal(model->view.view, VIEW_OVERVIEW);
	hand.now_ms += MOUSE_DOUBLE_MS;
	hand_use(&hand, MOUSE_PRESS, x, y + 1);
	assert_int_equal(model->view.view, VIEW_LOG);
	assert_int_equal(model_selected_table(model), hand_table(&hand, "tdza"));
	hand_let_go(&hand);
}

static void two_clicks_on_a_key_are_no_double_one(void **state)
{
	(void)state;
	struct hand hand = hand_on(stage_middle());
	int x, y;
	hand_find(&hand, "S start all", &x, &y);
	hand_click_twice(&hand, x, y);
	assert_int_equal(hand.wish, WISH_START_ALL);
	assert_int_equal(hand.stage->model->view.view, VIEW_OVERVIEW);
	hand_let_go(&hand);
}

static void keys_of_a_dialog_are_clicked_and_what_lies_under_it_is_not(void **state)
{
	(void)state;
	struct hand hand = hand_on(stage_middle());
	const struct model *model = hand.stage->model;
	press(hand.stage, "q");
	hand_look(&hand);
	assert_int_equal(model->view.dialog, DIALOG_QUIT);
	hand_click(&hand, 3, 39); /* a key of the footer, faded */
	hand_click(&hand, 3, 1);
	assert_int_equal(model->view.dialog, DIALOG_QUIT);
	assert_int_equal(model->view.view, VIEW_OVERVIEW);
	hand_click_on(&hand, "d  ");
	assert_int_equal(hand.wish, WISH_DETACH);
	hand_let_go(&hand);
}

static void a_command_of_the_palette_is_chosen_by_a_click_and_run_by_two(void **state)
{
	(void)state;
	struct hand hand = hand_on(stage_middle());
	const struct model *model = hand.stage->model;
	int x, y;
	press(hand.stage, ":");
	type(hand.stage, "view");
	hand_look(&hand);
	hand_find(&hand, "view-matrix", &x, &y);
	hand_click(&hand, x, y);
	assert_int_equal(model->view.dialog, DIALOG_PALETTE);
	hand_click_twice(&hand, x, y);
	assert_int_equal(model->view.dialog, DIALOG_NONE);
	assert_int_equal(model->view.view, VIEW_MATRIX);
	hand_let_go(&hand);
}

static void clicks_on_a_heading_sort_by_it_then_the_other_way_round_then_no_longer(void **state)
{
	(void)state;
	struct hand hand = hand_on(stage_middle());
	const struct view_state *view = &hand.stage->model->view;
	static const struct {
		const char *text;
		enum table_sort sort;
	} heads[] = {{"table  ", SORT_NAME}, {"state  ", SORT_STATE}, {"progress ", SORT_PROGRESS},
		{"gaps ", SORT_GAPS}, {" ETA ", SORT_ETA}};
	int x, y, at;
	hand_find(&hand, "progress ", &x, &y);
	for (size_t i = 0; i < ARRAY_COUNT(heads); i++) {
		const char *line = stage_paint(hand.stage);
		for (int row = 0; row < y; row++)
			line = strchr(line, '\n') + 1;
		char *before = memory_copy_span(line, (size_t)(strstr(line, heads[i].text) - line));
		at = canvas_text_width(hand.stage->canvas, before) + 1;
		free(before);
		hand_click(&hand, at, y);
		assert_int_equal(view->lists[VIEW_OVERVIEW].sort, heads[i].sort);
		assert_false(view->lists[VIEW_OVERVIEW].is_reversed);
		hand_click(&hand, at, y);
		assert_int_equal(view->lists[VIEW_OVERVIEW].sort, heads[i].sort);
		assert_true(view->lists[VIEW_OVERVIEW].is_reversed);
		hand_click(&hand, at, y);
		assert_int_equal(view->lists[VIEW_OVERVIEW].sort, SORT_PIPELINE);
		y = stage_row_of(hand.stage, "progress ");
	}
	hand_let_go(&hand);
}

static void a_click_on_a_frame_that_is_gone_does_nothing(void **state)
{
	(void)state;
	struct hand hand = hand_on(stage_middle());
	const struct model *model = hand.stage->model;
	int x, y;
	hand_find(&hand, "S start all", &x, &y);
	press(hand.stage, "X"); /* asks: s there would mean something else */
	hand_use_blindly(&hand, MOUSE_PRESS, x, y);
	assert_int_equal(hand.wish, WISH_NONE);
	press(hand.stage, "Esc");
	press(hand.stage, "3");
	hand_use_blindly(&hand, MOUSE_PRESS, x, y);
	assert_int_equal(hand.wish, WISH_NONE);
	assert_int_equal(model->view.view, VIEW_MATRIX);
	hand_let_go(&hand);
}

static void M_switches_the_mouse_of_the_log_apart_from_all_others(void **state)
{
	(void)state;
	struct stage *stage = stage_middle();
	struct model *model = stage->model;
	assert_false(model_takes_mouse(model));
	press(stage, "M");
	assert_true(model_takes_mouse(model));
	assert_true(stage_shows(stage, "the mouse works, but in the log"));
	press(stage, "2");
	assert_false(model_takes_mouse(model));
	press(stage, "M");
	assert_true(model_takes_mouse(model));
	press(stage, "M");
	assert_true(stage_shows(stage, "it selects text"));
	press(stage, "3");
	assert_true(model_takes_mouse(model));
	press(stage, "M");
	assert_false(model_takes_mouse(model));
	stage_free(stage);
}

static uint32_t next_number(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 8;
}

/* Every place of the screen, pure; then some of them one after the other, wherever they lead. */
static void click_everywhere(struct hand *hand, uint32_t *seed)
{
	const struct stage *stage = hand->stage;
	int width = stage->model->width, height = stage->model->height;
	hand_look(hand);
	for (size_t i = 0; i < hand->spots->count; i++) {
		struct rect rect = hand->spots->items[i].rect;
		assert_true(rect.x >= 0 && rect.y >= 0 && rect.width > 0 && rect.height > 0);
		assert_true(rect.x + rect.width <= width && rect.y + rect.height <= height);
	}
	for (int y = -1; y <= height; y++)
		for (int x = -1; x <= width; x++) {
			struct controller_answer answer;
			struct pointing pointing = mouse_point(&hand->presses, hand->spots,
				(struct mouse_event){MOUSE_PRESS, x, y}, 0);
			controller_mouse(stage->model, stage->keymap, &pointing, 0, &answer);
			for (int i = 0; i < answer.event_count; i++)
				event_release(&answer.events[i]);
		}
	for (int i = 0; i < 12; i++) {
		int x = (int)(next_number(seed) % (uint32_t)(width + 2)) - 1;
		int y = (int)(next_number(seed) % (uint32_t)(height + 2)) - 1;
		enum mouse_kind kind = (enum mouse_kind)(1 + next_number(seed) % 5);
		hand->now_ms += (int64_t)(next_number(seed) % 500);
		hand_use(hand, kind, x, y);
		if (kind == MOUSE_PRESS)
			hand_use(hand, kind, x, y);
	}
}

static void no_click_anywhere_at_any_size_harms(void **state)
{
	(void)state;
	static const int widths[] = {1, 2, 39, 40, 59, 60, 80, 99, 100, 120, 180, 200, 400};
	static const int heights[] = {1, 2, 7, 8, 14, 15, 24, 29, 30, 40, 60, 120};
	uint32_t seed = 1;
	for (size_t i = 0; i < scene_count; i++) {
		struct hand hand = hand_on(scenes[i].set());
		for (size_t w = 0; w < ARRAY_COUNT(widths); w++) {
			int height = heights[(w + i) % ARRAY_COUNT(heights)];
			hand.stage->model->view.view = (enum view_id)((w + i / 3) % VIEW_COUNT);
			stage_size(hand.stage, widths[w], height);
			click_everywhere(&hand, &seed);
		}
		hand_let_go(&hand);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_click_on_a_tab_goes_to_the_view_and_one_beside_it_nowhere),
		cmocka_unit_test(a_click_on_a_key_of_the_footer_does_what_the_key_does),
		cmocka_unit_test(a_footer_key_that_was_bound_anew_is_the_new_key),
		cmocka_unit_test(a_click_puts_the_cursor_on_a_table_and_a_double_one_opens_its_log),
		cmocka_unit_test(two_clicks_on_a_key_are_no_double_one),
		cmocka_unit_test(keys_of_a_dialog_are_clicked_and_what_lies_under_it_is_not),
		cmocka_unit_test(a_command_of_the_palette_is_chosen_by_a_click_and_run_by_two),
		cmocka_unit_test(
			clicks_on_a_heading_sort_by_it_then_the_other_way_round_then_no_longer),
		cmocka_unit_test(a_click_on_a_frame_that_is_gone_does_nothing),
		cmocka_unit_test(M_switches_the_mouse_of_the_log_apart_from_all_others),
		cmocka_unit_test(no_click_anywhere_at_any_size_harms),
	};
	return RUN(tests);
}

/* What is clicked is what is seen: cells, rows, days and lines of the views, and the wheel over
 * them. */
#include "tests/screens/support/hand.h"
#include "tests/screens/support/keys.h"
#include "tests/screens/support/scenes.h"
#include "tests/test.h"

#include "coverage/failures.h"

/* The column of the cursor is where its day stands: from the first to the last one that is seen. */
static void the_first_and_the_last_column_of_a_cell_of_the_matrix_mean_its_date(void **state)
{
	(void)state;
	static const int widths[] = {60, 80, 120, 200, 400};
	for (size_t i = 0; i < ARRAY_COUNT(widths); i++) {
		struct hand hand = hand_on(stage_middle());
		stage_size(hand.stage, widths[i], 40);
		press(hand.stage, "3");
		hand_look(&hand);
		const struct spot *cells = &hand.spots->items[0];
		for (size_t s = 0; s < hand.spots->count; s++)
			if (hand.spots->items[s].dates.each > 0)
				cells = &hand.spots->items[s];
		assert_true(cells->dates.each > 0);
		struct spot spot = *cells;
		int last = spot.rect.x + spot.rect.width - 1;
		date_t date = zoom_span(spot.dates.zoom, spot.dates.first).first;
		hand_click(&hand, spot.rect.x, spot.rect.y);
		assert_int_equal(hand.stage->model->view.date, date);
		assert_int_equal(model_selected_table(hand.stage->model), spot.table);
		assert_int_equal(
			spot_date(&spot, last), date + spot.rect.width / spot.dates.each - 1);
		assert_int_equal(spot_date(&spot, spot.rect.x + spot.dates.each - 1), date);
		assert_int_equal(spot_date(&spot, spot.rect.x - 1), DATE_NONE);
		hand_let_go(&hand);
	}
}

static void a_click_on_a_cell_puts_the_cursor_there_and_a_double_one_says_why(void **state)
{
	(void)state;
	struct hand hand = hand_on(scene_at("middle", "3", VIEW_MATRIX));
	stage_size(hand.stage, 120, 40);
	hand_look(&hand);
	const struct model *model = hand.stage->model;
	int x, y, heading_y;
	hand_find(&hand, "team_defense_zone", &x, &y);
	for (date_t date = model->range.last; date > model->range.last - 9; date--) {
		struct spot spot = *spots_at(hand.spots, 50, y, false);
		for (x = 0; x < 120 && spot_date(&spot, x) != date; x++)
			;
		assert_true(x < 120);
		hand_click_twice(&hand, x, y);
		assert_int_equal(model->view.date, date);
		assert_int_equal(model_selected_table(model), hand_table(&hand, "tdza"));
		assert_int_equal(model->view.dialog, DIALOG_WHY);
		hand_click(&hand, 0, 39); /* beside it: it closes */
		assert_int_equal(model->view.dialog, DIALOG_NONE);
	}
	hand_find(&hand, "Oct 2021", &x, &heading_y);
	hand_click(&hand, x, heading_y);
	assert_int_equal(model->view.date, model->range.first);
	assert_int_equal(model_selected_table(model), hand_table(&hand, "tdza"));
	hand_let_go(&hand);
}

static void weeks_and_months_that_the_range_begins_in_lead_to_its_first_date(void **state)
{
	(void)state;
	struct date_range range = {date_of(2021, 10, 19), date_of(2021, 11, 30)};
	struct spot spot = {.rect = {10, 0, 60, 1},
		.dates = {ZOOM_WEEK, zoom_unit(ZOOM_WEEK, range.first), 3, 0, range}};
	assert_int_equal(spot_date(&spot, 10), range.first); /* a Tuesday */
	assert_int_equal(spot_date(&spot, 13), date_of(2021, 10, 25));
	spot.dates.zoom = ZOOM_MONTH;
	spot.dates.first = zoom_unit(ZOOM_MONTH, range.first);
	assert_int_equal(spot_date(&spot, 12), range.first);
	assert_int_equal(spot_date(&spot, 13), date_of(2021, 11, 1));
	assert_int_equal(spot_date(&spot, 16), DATE_NONE); /* behind the range */
	spot.dates.each = 0;
	assert_int_equal(spot_date(&spot, 12), DATE_NONE);
}

static void a_day_of_the_calendar_is_its_weekday_and_its_week(void **state)
{
	(void)state;
	struct hand hand = hand_on(scene_at("middle", "4", VIEW_CALENDAR));
	stage_size(hand.stage, 120, 40);
	hand_look(&hand);
	const struct model *model = hand.stage->model;
	int x, y, found = 0;
	hand_find(&hand, "We ", &x, &y);
	for (x = 0; x < 120; x++) {
		const struct spot *spot = spots_at(hand.spots, x, y, false);
		date_t date = spot == NULL ? DATE_NONE : spot_date(spot, x);
		if (date == DATE_NONE || !date_range_has(model->range, date))
			continue;
		hand_click(&hand, x, y);
		assert_int_equal(date_weekday(model->view.date), 2);
		assert_int_equal(model->view.date, date);
		found++;
	}
	assert_true(found >= 6); /* weeks of the range */
	hand_let_go(&hand);
}

static void a_click_puts_the_cursor_on_a_row_of_every_list(void **state)
{
	(void)state;
	struct hand hand = hand_on(scene_set("events"));
	stage_size(hand.stage, 120, 40);
	hand_look(&hand);
	const struct model *model = hand.stage->model;
	size_t groups = model_failures(model)->count;
	assert_true(groups > 1);
	int x, y;
	hand_find(&hand, "events ", &x, &y);
	hand_click(&hand, 5, y + 3);
	assert_int_equal(model_events_row(model), groups + 2);
	hand_find(&hand, "category", &x, &y);
	hand_click(&hand, 5, y + 2);
	assert_int_equal(model_events_row(model), 1);
	hand_let_go(&hand);

	hand = hand_on(scene_set("health"));
	stage_size(hand.stage, 120, 40);
	hand_look(&hand);
	hand_find(&hand, "not seen: nobody", &x, &y);
	hand_click(&hand, 3, y); /* a title is no row */
	assert_int_equal(hand.stage->model->view.finding, 0);
	hand_click(&hand, 3, y + 1);
	assert_int_not_equal(hand.stage->model->view.finding, 0);
	assert_int_equal(model_finding(hand.stage->model)->severity, HEALTH_UNKNOWN);
	hand_let_go(&hand);

	hand = hand_on(scene_at("failures", "5", VIEW_PLAN));
	stage_size(hand.stage, 120, 40);
	hand_look(&hand);
	hand_find(&hand, "takes", &x, &y);
	hand_click(&hand, 3, y + 2);
	assert_int_equal(hand.stage->model->view.plan_row, 1);
	hand_let_go(&hand);
}

static void a_root_cause_leads_to_its_oldest_cell(void **state)
{
	(void)state;
	struct hand hand = hand_on(scene_set("failures"));
	stage_size(hand.stage, 120, 40);
	hand_look(&hand);
	const struct causes *causes = model_causes(hand.stage->model);
	size_t table = causes->items[0].table;
	date_t first = date_set_first(&causes->items[0].dates);
	int x, y;
	hand_find(&hand, "root causes", &x, &y);
	const struct spot *spot = spots_at(hand.spots, x + 4, y + 1, false);
	int at = spot == NULL ? y + 2 : y + 1; /* below the heading */
	hand_click(&hand, x + 4, at);
	assert_int_equal(model_selected_table(hand.stage->model), table);
	assert_int_equal(hand.stage->model->view.date, first);
	hand_let_go(&hand);
}

static void a_line_of_the_log_is_where_the_search_goes_on(void **state)
{
	(void)state;
	struct hand hand = hand_on(scene_set("strange-log"));
	press(hand.stage, "2");
	stage_size(hand.stage, 120, 40);
	hand_look(&hand);
	const struct model *model = hand.stage->model;
	const struct spot *last = &hand.spots->items[0];
	for (size_t i = 0; i < hand.spots->count; i++)
		if (hand.spots->items[i].kind == SPOT_ROW)
			last = &hand.spots->items[i];
	assert_int_equal(last->kind, SPOT_ROW);
	struct spot spot = *last;
	hand_click(&hand, spot.rect.x + 20, spot.rect.y);
	const struct table_log *log = model_shown_log(model, model_selected_table(model));
	assert_int_equal(model->view.log_mark, log->first + spot.row);
	hand_let_go(&hand);
}

static void the_wheel_moves_what_lies_under_it_and_nothing_else(void **state)
{
	(void)state;
	struct hand hand = hand_on(stage_middle());
	const struct model *model = hand.stage->model;
	int x, y;
	press(hand.stage, "g");
	hand_look(&hand);
	hand_find(&hand, "team_defense_zone", &x, &y);
	hand_use(&hand, MOUSE_WHEEL_DOWN, x, y);
	assert_int_equal(model->view.table, 1);
	hand_use(&hand, MOUSE_WHEEL_UP, x, y);
	assert_int_equal(model->view.table, 0);
	hand_use(&hand, MOUSE_WHEEL_RIGHT, x, y);
	hand_find(&hand, "root causes", &x, &y);
	date_t date = model->view.date;
	hand_use(&hand, MOUSE_WHEEL_DOWN, x, y);
	hand_use(&hand, MOUSE_WHEEL_DOWN, x, 0);
	assert_int_equal(model->view.table, 0);
	assert_int_equal(model->view.date, date);
	press(hand.stage, "3");
	press(hand.stage, "g");
	hand_look(&hand);
	hand_find(&hand, "team_defense_zone", &x, &y);
	hand_use(&hand, MOUSE_WHEEL_RIGHT, x, y);
	assert_int_equal(model->view.date, model->range.first + 1);
	hand_use(&hand, MOUSE_WHEEL_DOWN, x, y);
	assert_int_equal(model->view.table, 1);
	press(hand.stage, "?");
	hand_look(&hand);
	hand_use(&hand, MOUSE_WHEEL_DOWN, x, y);
	assert_int_equal(model->view.scroll, 3);
	hand_let_go(&hand);
}

/* The first notch goes to the list, the next ones move in it. */
static void the_wheel_over_the_other_list_of_the_events_goes_there_first(void **state)
{
	(void)state;
	struct hand hand = hand_on(scene_set("events"));
	stage_size(hand.stage, 120, 40);
	press(hand.stage, "g");
	hand_look(&hand);
	const struct model *model = hand.stage->model;
	size_t groups = model_failures(model)->count;
	int x, y;
	hand_find(&hand, "events ", &x, &y);
	hand_use(&hand, MOUSE_WHEEL_DOWN, x, y + 2);
	assert_int_equal(model_events_row(model), groups);
	hand_use(&hand, MOUSE_WHEEL_DOWN, x, y + 2);
	assert_int_equal(model_events_row(model), groups + 3);
	hand_find(&hand, "category", &x, &y);
	hand_use(&hand, MOUSE_WHEEL_UP, x, y);
	assert_int_equal(model_events_row(model), 0);
	hand_let_go(&hand);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			the_first_and_the_last_column_of_a_cell_of_the_matrix_mean_its_date),
		cmocka_unit_test(a_click_on_a_cell_puts_the_cursor_there_and_a_double_one_says_why),
		cmocka_unit_test(weeks_and_months_that_the_range_begins_in_lead_to_its_first_date),
		cmocka_unit_test(a_day_of_the_calendar_is_its_weekday_and_its_week),
		cmocka_unit_test(a_click_puts_the_cursor_on_a_row_of_every_list),
		cmocka_unit_test(a_root_cause_leads_to_its_oldest_cell),
		cmocka_unit_test(a_line_of_the_log_is_where_the_search_goes_on),
		cmocka_unit_test(the_wheel_moves_what_lies_under_it_and_nothing_else),
		cmocka_unit_test(the_wheel_over_the_other_list_of_the_events_goes_there_first),
	};
	return RUN(tests);
}

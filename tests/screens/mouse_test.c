/* What is clicked is what is seen: the spots of a painted frame, and what they do. */
#include "tests/test.h"

#include "coverage/failures.h"
#include "tests/screens/support/keys.h"
#include "tests/screens/support/scenes.h"

struct hand {
	struct stage *stage;
	struct spots *spots;
	struct mouse_presses presses;
	int64_t now_ms;
	enum wish_kind wish;
};

static void look(struct hand *hand)
{
	struct stage *stage = hand->stage;
	scene_paint_spots(stage->canvas, stage->model, stage->keymap, "dark", hand->spots);
}

static struct hand hand_on(struct stage *stage)
{
	struct hand hand = {.stage = stage, .spots = memory_new(sizeof(*hand.spots))};
	look(&hand);
	return hand;
}

static void let_go(struct hand *hand)
{
	stage_free(hand->stage);
	free(hand->spots);
}

/* Without a new look: as if the frame had not come yet. */
static void use_blindly(struct hand *hand, enum mouse_kind kind, int x, int y)
{
	struct stage *stage = hand->stage;
	struct controller_answer answer;
	struct mouse_event event = {kind, x, y};
	struct pointing pointing = mouse_point(&hand->presses, hand->spots, event, hand->now_ms);
	controller_mouse(stage->model, stage->keymap, &pointing, STAGE_NOW_MS, &answer);
	assert_true(answer.event_count <= CONTROLLER_EVENTS_MAX);
	for (int i = 0; i < answer.event_count; i++)
		stage_apply(stage, &answer.events[i]);
	hand->wish = answer.wish.kind;
}

static void use(struct hand *hand, enum mouse_kind kind, int x, int y)
{
	use_blindly(hand, kind, x, y);
	look(hand);
}

static void click(struct hand *hand, int x, int y)
{
	hand->now_ms += MOUSE_DOUBLE_MS + 1;
	use(hand, MOUSE_PRESS, x, y);
}

static void click_twice(struct hand *hand, int x, int y)
{
	click(hand, x, y);
	hand->now_ms += MOUSE_DOUBLE_MS;
	use(hand, MOUSE_PRESS, x, y);
}

/* Where the text stands on the screen, counted in columns: what is before it is ASCII or one wide.
 */
static void find(struct hand *hand, const char *text, int *x, int *y)
{
	*y = stage_row_of(hand->stage, text);
	if (*y < 0)
		fail_msg("no %s on\n%s", text, stage_paint(hand->stage));
	const char *line = stage_paint(hand->stage);
	for (int i = 0; i < *y; i++)
		line = strchr(line, '\n') + 1;
	char *before = memory_copy_span(line, (size_t)(strstr(line, text) - line));
	*x = canvas_text_width(hand->stage->canvas, before);
	free(before);
}

static void click_on(struct hand *hand, const char *text)
{
	int x, y;
	find(hand, text, &x, &y);
	click(hand, x, y);
}

static size_t table_of(const struct hand *hand, const char *name)
{
	return pipeline_find(hand->stage->pipeline, name);
}

static void a_click_on_a_tab_goes_to_the_view_and_one_beside_it_nowhere(void **state)
{
	(void)state;
	struct hand hand = hand_on(stage_middle());
	const struct view_state *view = &hand.stage->model->view;
	int x, y;
	find(&hand, " 3 Matrix ", &x, &y);
	click(&hand, x - 1, y);
	assert_int_equal(view->view, VIEW_LOG);
	find(&hand, " 3 Matrix ", &x, &y);
	click(&hand, x + 9, y);
	assert_int_equal(view->view, VIEW_MATRIX);
	find(&hand, " 7 Health ", &x, &y);
	click(&hand, x + 10, y);
	assert_int_equal(view->view, VIEW_MATRIX);
	click(&hand, x + 9, y);
	assert_int_equal(view->view, VIEW_HEALTH);
	assert_int_equal(hand.wish, WISH_HEALTH);
	let_go(&hand);
}

static void a_click_on_a_key_of_the_footer_does_what_the_key_does(void **state)
{
	(void)state;
	struct hand hand = hand_on(stage_middle());
	int x, y;
	find(&hand, "S start all", &x, &y);
	click(&hand, x + 10, y);
	assert_int_equal(hand.wish, WISH_START_ALL);
	click(&hand, x + 11, y); /* the gap between two keys */
	assert_int_equal(hand.wish, WISH_NONE);
	click_on(&hand, "w why");
	assert_int_equal(hand.stage->model->view.dialog, DIALOG_WHY);
	let_go(&hand);
}

static void a_footer_key_that_was_bound_anew_is_the_new_key(void **state)
{
	(void)state;
	struct stage *stage = stage_middle();
	assert_true(keymap_bind(stage->keymap, "start-all", "F12", NULL));
	struct hand hand = hand_on(stage);
	click_on(&hand, "F12 start all");
	assert_int_equal(hand.wish, WISH_START_ALL);
	let_go(&hand);
}

static void a_click_puts_the_cursor_on_a_table_and_a_double_one_opens_its_log(void **state)
{
	(void)state;
	struct hand hand = hand_on(stage_middle());
	const struct model *model = hand.stage->model;
	int x, y;
	find(&hand, "team_defense_zone", &x, &y);
	click(&hand, x, y);
	assert_int_equal(model_selected_table(model), table_of(&hand, "tdza"));
	assert_int_equal(model->view.view, VIEW_OVERVIEW);
	click_on(&hand, "player_game_summary");
	click(&hand, x, y + 1); /* its second line */
	assert_int_equal(model_selected_table(model), table_of(&hand, "tdza"));
	hand.now_ms += MOUSE_DOUBLE_MS + 1; /* too late */
	use(&hand, MOUSE_PRESS, x, y + 1);
	assert_int_equal(model->view.view, VIEW_OVERVIEW);
	hand.now_ms += MOUSE_DOUBLE_MS;
	use(&hand, MOUSE_PRESS, x, y + 1);
	assert_int_equal(model->view.view, VIEW_LOG);
	assert_int_equal(model_selected_table(model), table_of(&hand, "tdza"));
	let_go(&hand);
}

static void two_clicks_on_a_key_are_no_double_one(void **state)
{
	(void)state;
	struct hand hand = hand_on(stage_middle());
	int x, y;
	find(&hand, "S start all", &x, &y);
	click_twice(&hand, x, y);
	assert_int_equal(hand.wish, WISH_START_ALL);
	assert_int_equal(hand.stage->model->view.view, VIEW_OVERVIEW);
	let_go(&hand);
}

/* The column of the cursor is where its day stands: from the first to the last one that is seen. */
static void the_first_and_the_last_column_of_a_cell_of_the_matrix_mean_its_date(void **state)
{
	(void)state;
	static const int widths[] = {60, 80, 120, 200, 400};
	for (size_t i = 0; i < ARRAY_COUNT(widths); i++) {
		struct hand hand = hand_on(stage_middle());
		stage_size(hand.stage, widths[i], 40);
		press(hand.stage, "3");
		look(&hand);
		const struct spot *cells = &hand.spots->items[0];
		for (size_t s = 0; s < hand.spots->count; s++)
			if (hand.spots->items[s].dates.each > 0)
				cells = &hand.spots->items[s];
		assert_true(cells->dates.each > 0);
		struct spot spot = *cells;
		int last = spot.rect.x + spot.rect.width - 1;
		date_t date = zoom_span(spot.dates.zoom, spot.dates.first).first;
		click(&hand, spot.rect.x, spot.rect.y);
		assert_int_equal(hand.stage->model->view.date, date);
		assert_int_equal(model_selected_table(hand.stage->model), spot.table);
		assert_int_equal(
			spot_date(&spot, last), date + spot.rect.width / spot.dates.each - 1);
		assert_int_equal(spot_date(&spot, spot.rect.x + spot.dates.each - 1), date);
		assert_int_equal(spot_date(&spot, spot.rect.x - 1), DATE_NONE);
		let_go(&hand);
	}
}

static void a_click_on_a_cell_puts_the_cursor_there_and_a_double_one_says_why(void **state)
{
	(void)state;
	struct hand hand = hand_on(scene_at("middle", "3", VIEW_MATRIX));
	stage_size(hand.stage, 120, 40);
	look(&hand);
	const struct model *model = hand.stage->model;
	int x, y, heading_y;
	find(&hand, "team_defense_zone", &x, &y);
	for (date_t date = model->range.last; date > model->range.last - 9; date--) {
		struct spot spot = *spots_at(hand.spots, 50, y, false);
		for (x = 0; x < 120 && spot_date(&spot, x) != date; x++)
			;
		assert_true(x < 120);
		click_twice(&hand, x, y);
		assert_int_equal(model->view.date, date);
		assert_int_equal(model_selected_table(model), table_of(&hand, "tdza"));
		assert_int_equal(model->view.dialog, DIALOG_WHY);
		click(&hand, 0, 39); /* beside it: it closes */
		assert_int_equal(model->view.dialog, DIALOG_NONE);
	}
	find(&hand, "Oct 2021", &x, &heading_y);
	click(&hand, x, heading_y);
	assert_int_equal(model->view.date, model->range.first);
	assert_int_equal(model_selected_table(model), table_of(&hand, "tdza"));
	let_go(&hand);
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
	look(&hand);
	const struct model *model = hand.stage->model;
	int x, y, found = 0;
	find(&hand, "We ", &x, &y);
	for (x = 0; x < 120; x++) {
		const struct spot *spot = spots_at(hand.spots, x, y, false);
		date_t date = spot == NULL ? DATE_NONE : spot_date(spot, x);
		if (date == DATE_NONE || !date_range_has(model->range, date))
			continue;
		click(&hand, x, y);
		assert_int_equal(date_weekday(model->view.date), 2);
		assert_int_equal(model->view.date, date);
		found++;
	}
	assert_true(found >= 6); /* weeks of the range */
	let_go(&hand);
}

static void a_click_puts_the_cursor_on_a_row_of_every_list(void **state)
{
	(void)state;
	struct hand hand = hand_on(scene_set("events"));
	stage_size(hand.stage, 120, 40);
	look(&hand);
	const struct model *model = hand.stage->model;
	size_t groups = model_failures(model)->count;
	assert_true(groups > 1);
	int x, y;
	find(&hand, "events ", &x, &y);
	click(&hand, 5, y + 3);
	assert_int_equal(model_events_row(model), groups + 2);
	find(&hand, "category", &x, &y);
	click(&hand, 5, y + 2);
	assert_int_equal(model_events_row(model), 1);
	let_go(&hand);

	hand = hand_on(scene_set("health"));
	stage_size(hand.stage, 120, 40);
	look(&hand);
	find(&hand, "not seen: nobody", &x, &y);
	click(&hand, 3, y); /* a title is no row */
	assert_int_equal(hand.stage->model->view.finding, 0);
	click(&hand, 3, y + 1);
	assert_int_not_equal(hand.stage->model->view.finding, 0);
	assert_int_equal(model_finding(hand.stage->model)->severity, HEALTH_UNKNOWN);
	let_go(&hand);

	hand = hand_on(scene_at("failures", "5", VIEW_PLAN));
	stage_size(hand.stage, 120, 40);
	look(&hand);
	find(&hand, "takes", &x, &y);
	click(&hand, 3, y + 2);
	assert_int_equal(hand.stage->model->view.plan_row, 1);
	let_go(&hand);
}

static void a_root_cause_leads_to_its_oldest_cell(void **state)
{
	(void)state;
	struct hand hand = hand_on(scene_set("failures"));
	stage_size(hand.stage, 120, 40);
	look(&hand);
	const struct causes *causes = model_causes(hand.stage->model);
	size_t table = causes->items[0].table;
	date_t first = date_set_first(&causes->items[0].dates);
	int x, y;
	find(&hand, "root causes", &x, &y);
	const struct spot *spot = spots_at(hand.spots, x + 4, y + 1, false);
	int at = spot == NULL ? y + 2 : y + 1; /* below the heading */
	click(&hand, x + 4, at);
	assert_int_equal(model_selected_table(hand.stage->model), table);
	assert_int_equal(hand.stage->model->view.date, first);
	let_go(&hand);
}

static void a_line_of_the_log_is_where_the_search_goes_on(void **state)
{
	(void)state;
	struct hand hand = hand_on(scene_set("strange-log"));
	press(hand.stage, "2");
	stage_size(hand.stage, 120, 40);
	look(&hand);
	const struct model *model = hand.stage->model;
	const struct spot *last = &hand.spots->items[0];
	for (size_t i = 0; i < hand.spots->count; i++)
		if (hand.spots->items[i].kind == SPOT_ROW)
			last = &hand.spots->items[i];
	assert_int_equal(last->kind, SPOT_ROW);
	struct spot spot = *last;
	click(&hand, spot.rect.x + 20, spot.rect.y);
	const struct table_log *log = model_shown_log(model, model_selected_table(model));
	assert_int_equal(model->view.log_mark, log->first + spot.row);
	let_go(&hand);
}

static void the_wheel_moves_what_lies_under_it_and_nothing_else(void **state)
{
	(void)state;
	struct hand hand = hand_on(stage_middle());
	const struct model *model = hand.stage->model;
	int x, y;
	press(hand.stage, "g");
	look(&hand);
	find(&hand, "team_defense_zone", &x, &y);
	use(&hand, MOUSE_WHEEL_DOWN, x, y);
	assert_int_equal(model->view.table, 1);
	use(&hand, MOUSE_WHEEL_UP, x, y);
	assert_int_equal(model->view.table, 0);
	use(&hand, MOUSE_WHEEL_RIGHT, x, y);
	find(&hand, "root causes", &x, &y);
	date_t date = model->view.date;
	use(&hand, MOUSE_WHEEL_DOWN, x, y);
	use(&hand, MOUSE_WHEEL_DOWN, x, 0);
	assert_int_equal(model->view.table, 0);
	assert_int_equal(model->view.date, date);
	press(hand.stage, "3");
	press(hand.stage, "g");
	look(&hand);
	find(&hand, "team_defense_zone", &x, &y);
	use(&hand, MOUSE_WHEEL_RIGHT, x, y);
	assert_int_equal(model->view.date, model->range.first + 1);
	use(&hand, MOUSE_WHEEL_DOWN, x, y);
	assert_int_equal(model->view.table, 1);
	press(hand.stage, "?");
	look(&hand);
	use(&hand, MOUSE_WHEEL_DOWN, x, y);
	assert_int_equal(model->view.scroll, 3);
	let_go(&hand);
}

/* The first notch goes to the list, the next ones move in it. */
static void the_wheel_over_the_other_list_of_the_events_goes_there_first(void **state)
{
	(void)state;
	struct hand hand = hand_on(scene_set("events"));
	stage_size(hand.stage, 120, 40);
	press(hand.stage, "g");
	look(&hand);
	const struct model *model = hand.stage->model;
	size_t groups = model_failures(model)->count;
	int x, y;
	find(&hand, "events ", &x, &y);
	use(&hand, MOUSE_WHEEL_DOWN, x, y + 2);
	assert_int_equal(model_events_row(model), groups);
	use(&hand, MOUSE_WHEEL_DOWN, x, y + 2);
	assert_int_equal(model_events_row(model), groups + 3);
	find(&hand, "category", &x, &y);
	use(&hand, MOUSE_WHEEL_UP, x, y);
	assert_int_equal(model_events_row(model), 0);
	let_go(&hand);
}

static void keys_of_a_dialog_are_clicked_and_what_lies_under_it_is_not(void **state)
{
	(void)state;
	struct hand hand = hand_on(stage_middle());
	const struct model *model = hand.stage->model;
	press(hand.stage, "q");
	look(&hand);
	assert_int_equal(model->view.dialog, DIALOG_QUIT);
	click(&hand, 3, 39); /* a key of the footer, faded */
	click(&hand, 3, 1);
	assert_int_equal(model->view.dialog, DIALOG_QUIT);
	assert_int_equal(model->view.view, VIEW_OVERVIEW);
	click_on(&hand, "d  ");
	assert_int_equal(hand.wish, WISH_DETACH);
	let_go(&hand);
}

static void a_command_of_the_palette_is_chosen_by_a_click_and_run_by_two(void **state)
{
	(void)state;
	struct hand hand = hand_on(stage_middle());
	const struct model *model = hand.stage->model;
	int x, y;
	press(hand.stage, ":");
	type(hand.stage, "view");
	look(&hand);
	find(&hand, "view-matrix", &x, &y);
	click(&hand, x, y);
	assert_int_equal(model->view.dialog, DIALOG_PALETTE);
	click_twice(&hand, x, y);
	assert_int_equal(model->view.dialog, DIALOG_NONE);
	assert_int_equal(model->view.view, VIEW_MATRIX);
	let_go(&hand);
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
	find(&hand, "progress ", &x, &y);
	for (size_t i = 0; i < ARRAY_COUNT(heads); i++) {
		const char *line = stage_paint(hand.stage);
		for (int row = 0; row < y; row++)
			line = strchr(line, '\n') + 1;
		char *before = memory_copy_span(line, (size_t)(strstr(line, heads[i].text) - line));
		at = canvas_text_width(hand.stage->canvas, before) + 1;
		free(before);
		click(&hand, at, y);
		assert_int_equal(view->lists[VIEW_OVERVIEW].sort, heads[i].sort);
		assert_false(view->lists[VIEW_OVERVIEW].is_reversed);
		click(&hand, at, y);
		assert_int_equal(view->lists[VIEW_OVERVIEW].sort, heads[i].sort);
		assert_true(view->lists[VIEW_OVERVIEW].is_reversed);
		click(&hand, at, y);
		assert_int_equal(view->lists[VIEW_OVERVIEW].sort, SORT_PIPELINE);
		y = stage_row_of(hand.stage, "progress ");
	}
	let_go(&hand);
}

static void a_click_on_a_frame_that_is_gone_does_nothing(void **state)
{
	(void)state;
	struct hand hand = hand_on(stage_middle());
	const struct model *model = hand.stage->model;
	int x, y;
	find(&hand, "S start all", &x, &y);
	press(hand.stage, "X"); /* asks: s there would mean something else */
	use_blindly(&hand, MOUSE_PRESS, x, y);
	assert_int_equal(hand.wish, WISH_NONE);
	press(hand.stage, "Esc");
	press(hand.stage, "3");
	use_blindly(&hand, MOUSE_PRESS, x, y);
	assert_int_equal(hand.wish, WISH_NONE);
	assert_int_equal(model->view.view, VIEW_MATRIX);
	let_go(&hand);
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

static const struct {
	const char *bytes;
	struct mouse_event event;
} reports[] = {{"0;1;1M", {MOUSE_PRESS, 0, 0}}, {"0;80;24M", {MOUSE_PRESS, 79, 23}},
	{"4;10;3M", {MOUSE_PRESS, 9, 2}}, {"64;2;3M", {MOUSE_WHEEL_UP, 1, 2}},
	{"65;2;3M", {MOUSE_WHEEL_DOWN, 1, 2}}, {"66;2;3M", {MOUSE_WHEEL_LEFT, 1, 2}},
	{"67;2;3M", {MOUSE_WHEEL_RIGHT, 1, 2}}, {"68;2;3M", {MOUSE_WHEEL_LEFT, 1, 2}},
	{"69;2;3M", {MOUSE_WHEEL_RIGHT, 1, 2}}, {"0;1;1m", {MOUSE_NONE, 0, 0}},
	{"1;1;1M", {MOUSE_NONE, 0, 0}}, {"32;1;1M", {MOUSE_NONE, 0, 0}},
	{"128;1;1M", {MOUSE_NONE, 0, 0}}, {"0;0;0M", {MOUSE_PRESS, -1, -1}},
	{"0;99999999999999999999;7M", {MOUSE_PRESS, MOUSE_NUMBER_MAX - 1, 6}},
	{"0;1M", {MOUSE_NONE, 0, -1}}, {"0;1;1;1M", {MOUSE_NONE, 0, 0}},
	{"M", {MOUSE_NONE, -1, -1}}, {"0;-1;1M", {MOUSE_NONE, 0, 0}},
	{"0;1;1x", {MOUSE_NONE, 0, 0}}, {";;;;;;;;M", {MOUSE_NONE, -1, -1}}};

static void reports_are_read_and_absurd_ones_mean_nothing(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(reports); i++) {
		struct mouse_report report = {0};
		const char *at = reports[i].bytes;
		while (mouse_read(&report, (input_t)*at) == MOUSE_GOES_ON)
			at++;
		assert_int_equal(at[1], '\0');
		struct mouse_event event = mouse_read_event(&report, (input_t)*at);
		if (memcmp(&event, &reports[i].event, sizeof(event)) != 0)
			fail_msg("%s: %d at %d,%d", reports[i].bytes, event.kind, event.x, event.y);
	}
}

/* Letters are what came to be keys, P a click. */
static void keys_between_reports_stay_keys(void **state)
{
	(void)state;
	static const char bytes[] = "a<0;1;1Mb<0;1<0;2;2Mc<9;9;9me<1\033f<1;2Qg";
	struct mouse_reader reader = {0};
	char keys[sizeof(bytes)] = "";
	size_t count = 0;
	for (const char *at = bytes; *at != '\0'; at++) {
		if (!mouse_take(&reader, *at == '<', (input_t)*at))
			keys[count++] = *at;
		else if (reader.event.kind == MOUSE_PRESS)
			keys[count++] = 'P';
	}
	assert_string_equal(keys, "aPbPce\033fg");
}

static void a_key_within_a_report_ends_it(void **state)
{
	(void)state;
	static const input_t keys[] = {
		INPUT_ESCAPE, INPUT_ENTER, INPUT_TAB, INPUT_BACKSPACE, 0xe4, INPUT_F1, 3};
	for (size_t i = 0; i < ARRAY_COUNT(keys); i++) {
		struct mouse_report report = {0};
		assert_int_equal(mouse_read(&report, '1'), MOUSE_GOES_ON);
		assert_int_equal(mouse_read(&report, keys[i]), MOUSE_IS_BROKEN);
	}
}

static void spots_have_a_limit_and_lie_within_the_clip(void **state)
{
	(void)state;
	struct spots *spots = memory_new(sizeof(*spots));
	struct rect clip = {10, 10, 20, 5};
	spots_add(NULL, clip, (struct spot){.rect = clip});
	spots_add(spots, clip, (struct spot){.rect = {0, 0, 10, 99}});
	assert_int_equal(spots->count, 0);
	for (int i = 0; i < SPOTS_MAX + 3; i++)
		spots_add(spots, clip,
			(struct spot){
				.rect = {0, 0, 400, 400}, .kind = SPOT_ROW, .row = (size_t)i});
	assert_int_equal(spots->count, SPOTS_MAX);
	assert_int_equal(spots_at(spots, 10, 10, false)->row, SPOTS_MAX - 1);
	assert_non_null(spots_at(spots, 29, 14, false));
	assert_null(spots_at(spots, 9, 10, false));
	assert_null(spots_at(spots, 30, 10, false));
	assert_null(spots_at(spots, 29, 15, false));
	assert_null(spots_at(spots, 29, 14, true));
	free(spots);
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
	look(hand);
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
		use(hand, kind, x, y);
		if (kind == MOUSE_PRESS)
			use(hand, kind, x, y);
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
		let_go(&hand);
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
		cmocka_unit_test(keys_of_a_dialog_are_clicked_and_what_lies_under_it_is_not),
		cmocka_unit_test(a_command_of_the_palette_is_chosen_by_a_click_and_run_by_two),
		cmocka_unit_test(
			clicks_on_a_heading_sort_by_it_then_the_other_way_round_then_no_longer),
		cmocka_unit_test(a_click_on_a_frame_that_is_gone_does_nothing),
		cmocka_unit_test(M_switches_the_mouse_of_the_log_apart_from_all_others),
		cmocka_unit_test(reports_are_read_and_absurd_ones_mean_nothing),
		cmocka_unit_test(keys_between_reports_stay_keys),
		cmocka_unit_test(a_key_within_a_report_ends_it),
		cmocka_unit_test(spots_have_a_limit_and_lie_within_the_clip),
		cmocka_unit_test(no_click_anywhere_at_any_size_harms),
	};
	return RUN(tests);
}

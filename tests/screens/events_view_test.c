#include "tests/test.h"

#include "witness/audit.h"
#include "coverage/failures.h"
#include "tests/screens/support/cells.h"
#include "tests/screens/support/golden.h"
#include "tests/screens/support/scenes.h"

static void failures_and_events_in_every_form(void **state)
{
	(void)state;
	static const char *const names[] = {"events", "events-awaited", "events-quiet"};
	for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
		struct stage *stage = scene_set(names[i]);
		golden_check_sizes(stage, names[i]);
		if (i == 0) {
			golden_check_forms(stage, names[i]);
			golden_check(stage, names[i], 80, 24, GOLDEN_MONO);
		}
		golden_check(stage, names[i], 59, 20, GOLDEN_UNICODE);
		golden_check(stage, names[i], 40, 8, GOLDEN_UNICODE);
		stage_free(stage);
	}
}

static void a_cursor_in_the_trail(void **state)
{
	(void)state;
	struct stage *stage = scene_set("events");
	stage_action(stage, ACTION_NEXT_PANE, 0, NULL);
	stage_action(stage, ACTION_DOWN, 0, NULL);
	golden_check(stage, "events-trail", 120, 40, GOLDEN_UNICODE);
	golden_check(stage, "events-trail", 120, 40, GOLDEN_MONO);
	assert_true(stage_shows(stage, "tdza-7.log from byte 20480"));
	stage_free(stage);
}

static struct audit_line line_at_cursor(const struct stage *stage)
{
	size_t count, hidden;
	const struct audit_line *lines = model_trail(stage->model, &count, &hidden);
	size_t row = model_events_row(stage->model) - model_failures(stage->model)->count;
	assert_true(row < count);
	return lines[row];
}

static void say(struct stage *stage, int64_t at_ms, const char *text)
{
	struct event event = {
		.kind = EVENT_MESSAGE, .at_ms = at_ms, .message.severity = SEVERITY_INFO};
	text_copy(event.message.text, sizeof(event.message.text), text);
	stage_apply(stage, &event);
}

static void the_cursor_stays_with_its_line_while_others_come(void **state)
{
	(void)state;
	struct stage *stage = scene_set("events");
	stage_action(stage, ACTION_NEXT_PANE, 0, NULL);
	assert_non_null(strstr(line_at_cursor(stage).text, "run failed"));
	say(stage, STAGE_NOW_MS, "something new");
	/* on the first line it stays on the first: the newest is what one waits for */
	assert_string_equal(line_at_cursor(stage).text, "something new");
	for (int i = 0; i < 3; i++)
		stage_action(stage, ACTION_DOWN, 0, NULL);
	struct audit_line before = line_at_cursor(stage);
	for (int i = 0; i < 40; i++)
		say(stage, STAGE_NOW_MS + i, "more");
	assert_string_equal(line_at_cursor(stage).text, before.text);
	assert_int_equal(line_at_cursor(stage).at_ms, before.at_ms);
	stage_action(stage, ACTION_UP, 0, NULL);
	assert_int_not_equal(line_at_cursor(stage).at_ms, before.at_ms);
	/* 40 lines of one time are not one line */
	stage_action(stage, ACTION_TOP, 0, NULL);
	stage_action(stage, ACTION_NEXT_PANE, 0, NULL);
	for (int i = 0; i < 25; i++)
		stage_action(stage, ACTION_DOWN, 0, NULL);
	assert_int_equal(model_events_row(stage->model) - model_failures(stage->model)->count, 25);
	stage_free(stage);
}

static void every_row_is_reached_and_chooses_its_table_and_date(void **state)
{
	(void)state;
	struct stage *stage = scene_set("events");
	size_t rows = model_events_row_count(stage->model);
	stage_action(stage, ACTION_TOP, 0, NULL);
	for (size_t row = 0; row < rows; row++) {
		assert_int_equal(model_events_row(stage->model), row);
		assert_int_equal(canvas_at(stage->canvas, 0, 0) != NULL, 1); /* there is a screen */
		stage_paint(stage);
		int selected = 0;
		for (int y = 0; y < stage->canvas->height; y++)
			selected += canvas_at(stage->canvas, 5, y)->pen.ground == ROLE_SELECTED;
		assert_int_equal(selected, 1);
		if (row >= model_failures(stage->model)->count && line_at_cursor(stage).table >= 0)
			assert_int_equal(
				model_selected_table(stage->model), line_at_cursor(stage).table);
		stage_action(stage, ACTION_DOWN, 0, NULL);
	}
	assert_int_equal(model_events_row(stage->model), rows - 1);
	stage_action(stage, ACTION_TOP, 0, NULL);
	assert_int_equal(
		model_selected_table(stage->model), pipeline_find(stage->pipeline, "tdza"));
	assert_int_equal(stage->model->view.date, date_of(2021, 11, 9));
	stage_free(stage);
}

static void the_filter_shows_what_has_it_or_what_has_it_not(void **state)
{
	(void)state;
	static const struct {
		const char *filter, *shown, *hidden;
	} rows[] = {{"mk@", "postponed", "naji@"}, {"psza|excused", "run lost", "run finished"},
		{"2021-11-14", "failed: PROC", "naji@"}, {"!run", "postponed", "run started"},
		{"HAND", "", "hand-off written"}, {"[", "", "hand-off written"}};
	for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
		struct stage *stage = scene_set("events");
		stage_size(stage, 120, 40);
		stage_action(stage, ACTION_FILTER, 0, NULL);
		assert_true(stage_shows(stage, "filter the events"));
		stage_action(stage, ACTION_TYPE, 0, rows[i].filter);
		stage_action(stage, ACTION_ACCEPT, 0, NULL);
		assert_int_equal(stage->model->view.view, VIEW_EVENTS);
		assert_int_equal(stage->model->view.dialog, DIALOG_NONE);
		if (!stage_shows(stage, rows[i].shown) || stage_shows(stage, rows[i].hidden))
			fail_msg("filter %s:\n%s", rows[i].filter, stage_paint(stage));
		assert_true(stage_shows(stage, " hidden"));
		stage_action(stage, ACTION_CLOSE, 0, NULL);
		assert_true(stage_shows(stage, rows[i].hidden));
		stage_free(stage);
	}
}

static void events_follow_the_filter_while_it_is_typed(void **state)
{
	(void)state;
	struct stage *stage = scene_set("events");
	size_t all, kept, hidden;
	stage_size(stage, 120, 40);
	model_trail(stage->model, &all, &hidden);
	stage_action(stage, ACTION_FILTER, 0, NULL);
	stage_action(stage, ACTION_TYPE, 0, "mk@");
	assert_true(stage_shows(stage, "filter the events"));
	assert_true(stage_shows(stage, " hidden"));
	model_trail(stage->model, &kept, &hidden);
	assert_true(kept > 0 && kept < all);
	stage_action(stage, ACTION_CLOSE, 0, NULL);
	assert_int_equal(stage->model->view.view, VIEW_EVENTS);
	model_trail(stage->model, &kept, &hidden);
	assert_int_equal(kept, all);
	stage_free(stage);
}

static void what_the_ledger_tells_is_not_told_twice(void **state)
{
	(void)state;
	struct stage *stage = scene_set("events-awaited");
	stage_size(stage, 120, 40);
	assert_true(stage_shows(stage, " failed: schema: column"));
	cells_answer_audit(stage);
	assert_false(stage_shows(stage, " failed: schema: column"));
	assert_true(stage_shows(stage, "failed: PROCESSING_ERROR"));
	/* newer than what was read: the ledger will tell it, but has not yet */
	struct event failure = {.kind = EVENT_DATE_FAILED,
		.table = pipeline_find(stage->pipeline, "tdza"),
		.date = date_of(2021, 11, 20),
		.at_ms = STAGE_NOW_MS + 1};
	text_copy(failure.message.text, sizeof(failure.message.text), "TIMEOUT: too long");
	stage_apply(stage, &failure);
	assert_true(stage_shows(stage, "tdza 11-20                    failed: TIMEOUT: too long"));
	stage_free(stage);
}

static void open_leads_to_the_cell_or_to_the_log(void **state)
{
	(void)state;
	struct stage *stage = scene_set("events");
	stage_action(stage, ACTION_OPEN, 10, NULL);
	assert_int_equal(stage->model->view.view, VIEW_MATRIX);
	assert_int_equal(stage->model->view.dialog, DIALOG_WHY);
	assert_int_equal(stage->model->view.date, date_of(2021, 11, 9));
	stage_free(stage);

	stage = scene_set("events");
	stage_action(stage, ACTION_NEXT_PANE, 0, NULL);
	stage_action(stage, ACTION_DOWN, 0, NULL); /* tdza 11-14 failed */
	stage_action(stage, ACTION_OPEN, 10, NULL);
	assert_int_equal(stage->model->view.dialog, DIALOG_WHY);
	assert_int_equal(stage->model->view.date, date_of(2021, 11, 14));
	stage_free(stage);

	stage = scene_set("events");
	stage_action(stage, ACTION_NEXT_PANE, 0, NULL); /* a run's end has no date */
	stage_action(stage, ACTION_OPEN, 10, NULL);
	assert_int_equal(stage->model->view.view, VIEW_EVENTS);
	assert_int_equal(stage->model->view.dialog, DIALOG_LOG);
	assert_true(stage_shows(stage, "tdza-7.log: its end"));
	assert_true(stage_shows(stage, "reading the log"));
	stage_free(stage);
}

static void the_log_opens_at_the_date_where_it_is_held(void **state)
{
	(void)state;
	struct stage *stage = scene_set("events");
	for (int day = 10; day < 20; day++)
		for (int i = 0; i < 5; i++)
			stage_log(stage, "tdza", date_of(2021, 11, day), 'I', "a line");
	stage_action(stage, ACTION_NEXT_PANE, 0, NULL);
	stage_action(stage, ACTION_DOWN, 0, NULL);
	stage_action(stage, ACTION_VIEW_LOG, 10, NULL);
	assert_int_equal(stage->model->view.view, VIEW_LOG);
	assert_int_equal(stage->model->view.log_mark, 4 * 5 + 1); /* the first of 11-14 */
	assert_false(stage->model->view.log_follow);
	stage_free(stage);

	stage = scene_set("events");
	stage_action(stage, ACTION_NEXT_PANE, 0, NULL);
	stage_action(stage, ACTION_DOWN, 0, NULL);
	stage_action(stage, ACTION_VIEW_LOG, 10, NULL);
	assert_int_equal(stage->model->view.dialog, DIALOG_LOG);
	assert_int_equal(stage->model->log_place.offset, 20480);
	cells_answer_log(stage);
	golden_check_sizes(stage, "dialog-log");
	golden_check(stage, "dialog-log", 80, 24, GOLDEN_ASCII);
	golden_check(stage, "dialog-log", 120, 40, GOLDEN_MONO);
	stage_action(stage, ACTION_CLOSE, 0, NULL);
	assert_int_equal(stage->model->view.view, VIEW_EVENTS); /* where one came from */
	stage_free(stage);
}

static void a_piece_that_comes_too_late_is_not_shown(void **state)
{
	(void)state;
	struct stage *stage = scene_set("events");
	stage_action(stage, ACTION_NEXT_PANE, 0, NULL);
	stage_action(stage, ACTION_OPEN, 10, NULL);
	struct event event = {.kind = EVENT_LOG_PIECE};
	event.log_piece.generation = stage->model->view.log_piece_generation - 1;
	text_copy(event.log_piece.text, sizeof(event.log_piece.text), "of another line");
	stage_apply(stage, &event);
	assert_false(stage_shows(stage, "of another line"));
	event = (struct event){.kind = EVENT_LOG_PIECE};
	event.log_piece.generation = stage->model->view.log_piece_generation;
	text_copy(event.log_piece.text, sizeof(event.log_piece.text), "cannot open the log");
	stage_apply(stage, &event);
	assert_true(stage_shows(stage, "cannot open the log"));
	stage_free(stage);
}

static void the_end_of_a_log_is_shown_from_its_last_line(void **state)
{
	(void)state;
	struct stage *stage = stage_new(120, 40);
	struct log_window *piece = memory_new(sizeof(*piece));
	for (int i = 0; i < 400; i++) {
		ARRAY_GROW(piece->items, piece->count, piece->capacity);
		piece->items[piece->count++] = (struct log_window_line){
			.text = memory_format("line %03d %0*d", i, i % 2 == 0 ? 150 : 1, 0)};
	}
	struct event event = {.kind = EVENT_LOG_PIECE, .log_piece.piece = piece};
	stage->model->view.dialog = DIALOG_LOG;
	stage->model->log_place.offset = -1;
	stage_apply(stage, &event);
	assert_true(stage_shows(stage, "line 399"));
	stage_action(stage, ACTION_DOWN, 20, NULL);
	assert_true(stage_shows(stage, "line 399"));
	stage_action(stage, ACTION_UP, 20, NULL);
	assert_false(stage_shows(stage, "line 399"));
	assert_true(stage_shows(stage, "line 398"));
	stage_action(stage, ACTION_DOWN, 20, NULL);
	assert_true(stage_shows(stage, "line 399"));
	stage_action(stage, ACTION_TOP, 20, NULL);
	assert_true(stage_shows(stage, "its end"));
	assert_true(stage_shows(stage, "line 000"));
	stage_free(stage);
}

static void the_rows_of_a_cell_lead_to_its_log(void **state)
{
	(void)state;
	struct stage *stage = scene_set("rows-teams");
	stage_size(stage, 120, 40);
	stage_action(stage, ACTION_VIEW_LOG, 10, NULL);
	assert_int_equal(stage->model->view.dialog, DIALOG_LOG);
	assert_true(stage_shows(stage, "togs-3.log from byte 20480"));
	stage_free(stage);
	stage = scene_set("rows-counts"); /* without an attempt there is no log but the table's */
	stage_action(stage, ACTION_VIEW_LOG, 10, NULL);
	assert_int_equal(stage->model->view.dialog, DIALOG_NONE);
	assert_int_equal(stage->model->view.view, VIEW_LOG);
	stage_free(stage);
}

static void a_retry_says_before_whom_it_may_lock_out(void **state)
{
	(void)state;
	struct stage *stage = scene_set("events");
	stage_action(stage, ACTION_SHOW, DIALOG_RETRY, NULL);
	golden_check(stage, "dialog-retry", 80, 24, GOLDEN_UNICODE);
	golden_check(stage, "dialog-retry", 80, 24, GOLDEN_ASCII);
	golden_check(stage, "dialog-retry", 80, 24, GOLDEN_MONO);
	stage_size(stage, 80, 24);
	assert_true(stage_shows(stage, "failed 2 times"));
	assert_true(stage_shows(stage, "locks out 29 more for 7 days"));
	assert_true(stage_shows(stage, "9 are locked out now"));
	stage_free(stage);
}

static void an_empty_list_has_no_row_to_stand_on(void **state)
{
	(void)state;
	struct stage *stage = scene_set("events-quiet");
	static const enum action actions[] = {ACTION_UP, ACTION_DOWN, ACTION_TOP, ACTION_BOTTOM,
		ACTION_PAGE_UP, ACTION_PAGE_DOWN, ACTION_NEXT_PANE, ACTION_OPEN, ACTION_VIEW_LOG,
		ACTION_VIEW_EVENTS, ACTION_CLOSE, ACTION_WHY};
	assert_int_equal(model_events_row_count(stage->model), 0);
	for (size_t i = 0; i < ARRAY_COUNT(actions); i++) {
		stage_action(stage, actions[i], 10, NULL);
		stage_paint(stage);
	}
	stage_free(stage);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(failures_and_events_in_every_form),
		cmocka_unit_test(a_cursor_in_the_trail),
		cmocka_unit_test(the_cursor_stays_with_its_line_while_others_come),
		cmocka_unit_test(every_row_is_reached_and_chooses_its_table_and_date),
		cmocka_unit_test(the_filter_shows_what_has_it_or_what_has_it_not),
		cmocka_unit_test(events_follow_the_filter_while_it_is_typed),
		cmocka_unit_test(what_the_ledger_tells_is_not_told_twice),
		cmocka_unit_test(open_leads_to_the_cell_or_to_the_log),
		cmocka_unit_test(the_log_opens_at_the_date_where_it_is_held),
		cmocka_unit_test(a_piece_that_comes_too_late_is_not_shown),
		cmocka_unit_test(the_end_of_a_log_is_shown_from_its_last_line),
		cmocka_unit_test(the_rows_of_a_cell_lead_to_its_log),
		cmocka_unit_test(a_retry_says_before_whom_it_may_lock_out),
		cmocka_unit_test(an_empty_list_has_no_row_to_stand_on),
	};
	return RUN(tests);
}

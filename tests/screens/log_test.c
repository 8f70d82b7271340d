#include "tests/test.h"

#include "tests/screens/support/golden.h"
#include "tests/screens/support/scenes.h"

/* A log of `count` lines of the running table, with a warning and an error in it. */
static struct stage *long_log(int count)
{
	struct stage *stage = scene_set("middle");
	char text[64];
	for (int i = 11; i <= count; i++) {
		snprintf(text, sizeof(text), "line %d of player %d", i, i * 7);
		stage_log(stage, "upgc", date_of(2021, 11, 21),
			i == 40	  ? 'W'
			: i == 80 ? 'E'
				  : 'I',
			text);
	}
	stage_action(stage, ACTION_VIEW_LOG, 0, NULL);
	return stage;
}

static void following_at_every_size_and_in_every_form(void **state)
{
	(void)state;
	struct stage *stage = long_log(120);
	golden_check_sizes(stage, "log-following");
	golden_check_forms(stage, "log-following");
	assert_true(stage_shows(stage, "line 120 of player 840"));
	assert_true(stage_shows(stage, "following  line 120"));
	stage_free(stage);
}

static void scrolled_with_a_search(void **state)
{
	(void)state;
	struct stage *stage = long_log(120);
	stage_action(stage, ACTION_VIEW_LOG, 0, NULL);
	stage_action(stage, ACTION_SEARCH, 20, NULL);
	stage_action(stage, ACTION_TYPE, 0, "player [0-9]*5$");
	stage_action(stage, ACTION_ACCEPT, 20, NULL);
	stage_log(stage, "upgc", date_of(2021, 11, 21), 'I', "came later");
	golden_check_sizes(stage, "log-search");
	golden_check_forms(stage, "log-search");
	assert_true(stage_shows(stage, "1 new"));
	stage_free(stage);
}

static void filtered_with_a_mark_and_without_times(void **state)
{
	(void)state;
	struct stage *stage = long_log(120);
	stage_action(stage, ACTION_FILTER, 20, NULL);
	stage_action(stage, ACTION_TYPE, 0, "player [0-9]*5$");
	stage_action(stage, ACTION_ACCEPT, 20, NULL);
	stage_action(stage, ACTION_UP, 20, NULL);
	stage_action(stage, ACTION_SET_PLACE, 20, NULL);
	golden_check(stage, "log-filter", 80, 24, GOLDEN_UNICODE);
	golden_check(stage, "log-filter", 120, 40, GOLDEN_UNICODE);
	stage_action(stage, ACTION_TIMES, 20, NULL);
	golden_check(stage, "log-filter-untimed", 80, 24, GOLDEN_UNICODE);
	assert_true(stage_shows(stage, "&player [0-9]*5$"));
	stage_action(stage, ACTION_SHOW, DIALOG_FILTER, NULL);
	assert_string_equal(stage->model->view.typed, "player [0-9]*5$");
	stage_action(stage, ACTION_TYPE, 0, "x");
	stage_action(stage, ACTION_ACCEPT, 20, NULL);
	assert_true(stage_shows(stage, "no line passes the filter"));
	stage_free(stage);
}

static void other_situations(void **state)
{
	(void)state;
	static const char *const names[] = {"handoff", "complete", "failures", "read-only",
		"long-names", "season", "unchecked"};
	for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
		struct stage *stage = scene_set(names[i]);
		char *name = memory_format("log-%s", names[i]);
		stage_action(stage, ACTION_VIEW_LOG, 0, NULL);
		golden_check_sizes(stage, name);
		free(name);
		stage_free(stage);
	}
}

static void strange_lines_do_no_harm(void **state)
{
	(void)state;
	struct stage *stage = scene_set("strange-log");
	golden_check(stage, "log-strange", 80, 24, GOLDEN_UNICODE);
	golden_check(stage, "log-strange", 120, 40, GOLDEN_UNICODE);
	golden_check(stage, "log-strange", 120, 40, GOLDEN_ASCII);
	stage_action(stage, ACTION_WRAP, 0, NULL);
	golden_check(stage, "log-strange-wrapped", 80, 24, GOLDEN_UNICODE);
	golden_check(stage, "log-strange-wrapped", 60, 15, GOLDEN_UNICODE);
	stage_free(stage);
}

/* Whatever the lines hold, no cell holds a control character, and no wide one is cut in half. */
static void no_control_character_reaches_a_cell(void **state)
{
	(void)state;
	struct stage *stage = scene_set("strange-log");
	for (int wrap = 0; wrap < 2; wrap++) {
		for (int width = 40; width < 130; width++) {
			stage_size(stage, width, 30);
			stage_paint(stage);
			for (int y = 0; y < 30; y++)
				for (int x = 0; x < width; x++) {
					uint32_t glyph = canvas_at(stage->canvas, x, y)->glyph;
					assert_true(glyph == 0 || glyph >= 32);
					assert_false(glyph >= 127 && glyph < 160);
					assert_false(glyph == 0 && x == 0);
				}
		}
		stage_action(stage, ACTION_WRAP, 0, NULL);
	}
	stage_free(stage);
}

static void small_screens(void **state)
{
	(void)state;
	struct stage *stage = long_log(120);
	golden_check(stage, "log-following", 59, 20, GOLDEN_UNICODE);
	golden_check(stage, "log-following", 80, 12, GOLDEN_UNICODE);
	golden_check(stage, "log-following", 40, 8, GOLDEN_UNICODE);
	stage_free(stage);
}

static void the_scrollbar_shows_where_trouble_is(void **state)
{
	(void)state;
	struct stage *stage = long_log(400);
	stage_size(stage, 120, 40);
	stage_paint(stage);
	int errors = 0, warnings = 0, thumb = 0;
	for (int y = 5; y < 37; y++) {
		const struct canvas_cell *cell = canvas_at(stage->canvas, 118, y);
		errors += cell->glyph == 'E';
		warnings += cell->glyph == 'W';
		thumb += cell->glyph == stage->canvas->glyphs[GLYPH_SCROLL_THUMB];
	}
	assert_int_equal(errors, 2); /* line 9 and line 80 */
	assert_int_equal(warnings, 1);
	assert_true(thumb >= 1 && thumb < 8);
	stage_free(stage);
}

static void note_shown(struct stage *stage, bool seen[151])
{
	for (int i = 11; i <= 150; i++) {
		char text[32];
		snprintf(text, sizeof(text), "line %d of", i);
		seen[i] |= stage_shows(stage, text);
	}
}

/* From the top, page by page. */
static void paging_misses_no_line(void **state)
{
	(void)state;
	struct stage *stage = long_log(150);
	stage_size(stage, 80, 24);
	struct layout layout = layout_of_model(stage->model);
	int page = view_log.page(stage->model, &layout);
	bool seen[151] = {false};
	stage_action(stage, ACTION_TOP, page, NULL);
	for (int pages = 0; pages < 30 && !stage->model->view.log_follow; pages++) {
		note_shown(stage, seen);
		stage_action(stage, ACTION_PAGE_DOWN, page, NULL);
	}
	assert_true(stage->model->view.log_follow);
	note_shown(stage, seen);
	for (int i = 11; i <= 150; i++)
		if (!seen[i])
			fail_msg("line %d was never shown", i);
	stage_free(stage);
}

static void a_found_line_is_on_the_screen_and_marked(void **state)
{
	(void)state;
	struct stage *stage = long_log(150);
	stage_size(stage, 80, 24);
	stage_action(stage, ACTION_PREVIOUS_ERROR, 10, NULL);
	int row = stage_row_of(stage, "line 80 of player 560");
	assert_true(row > 4 && row < 22);
	assert_int_equal(canvas_at(stage->canvas, 30, row)->pen.ground, ROLE_SELECTED);
	assert_int_equal(canvas_at(stage->canvas, 30, row)->pen.role, ROLE_ERROR);
	stage_free(stage);
}

static void matches_are_marked_where_they_are(void **state)
{
	(void)state;
	struct stage *stage = scene_set("middle");
	stage_log(stage, "upgc", date_of(2021, 11, 21), 'I',
		"\xe6\xbc\xa2 needle, and a second needle");
	stage_action(stage, ACTION_VIEW_LOG, 0, NULL);
	stage_action(stage, ACTION_SEARCH, 10, NULL);
	stage_action(stage, ACTION_TYPE, 0, "needle");
	stage_action(stage, ACTION_ACCEPT, 10, NULL);
	int row = stage_row_of(stage, "second needle"), marked = 0;
	int text = 9 + 6 + 2; /* time, date, sign */
	for (int x = 0; x < 80; x++)
		marked += canvas_at(stage->canvas, x, row)->pen.role == ROLE_MATCH;
	assert_int_equal(marked, 12);
	assert_int_equal(canvas_at(stage->canvas, text + 3, row)->pen.role, ROLE_MATCH);
	assert_int_equal(canvas_at(stage->canvas, text + 9, row)->pen.role, ROLE_TEXT);
	stage_free(stage);
}

static void long_lines_are_read_by_moving_sideways(void **state)
{
	(void)state;
	struct stage *stage = long_log(40);
	struct buffer text = {0};
	for (int i = 0; i < 200; i++)
		buffer_add_format(&text, "%03d,", i);
	stage_log(stage, "upgc", date_of(2021, 11, 21), 'I', buffer_text(&text));
	buffer_release(&text);
	stage_size(stage, 120, 40);
	assert_true(stage_shows(stage, " 000,001,"));
	assert_false(stage_shows(stage, "030,"));
	for (int i = 0; i < 10; i++)
		stage_action(stage, ACTION_RIGHT, 0, NULL);
	assert_true(stage_shows(stage, " 020,021,"));
	assert_true(stage_shows(stage, "from column 81"));
	assert_true(stage_shows(stage, "030,"));
	for (int i = 0; i < 300; i++)
		stage_action(stage, ACTION_RIGHT, 0, NULL);
	assert_false(stage_shows(stage, "199,"));
	stage_free(stage);
}

static void a_match_far_to_the_right_is_moved_into_sight(void **state)
{
	(void)state;
	struct stage *stage = long_log(40);
	char line[400];
	memset(line, '.', sizeof(line));
	text_copy(line + 300, 10, "needle");
	stage_log(stage, "upgc", date_of(2021, 11, 21), 'I', line);
	stage_action(stage, ACTION_VIEW_LOG, 0, NULL);
	stage_action(stage, ACTION_SEARCH, 10, NULL);
	stage_action(stage, ACTION_TYPE, 0, "needle");
	stage_action(stage, ACTION_ACCEPT, 10, NULL);
	assert_true(stage_shows(stage, "....needle"));
	stage->model->view.log_mark = 0;
	text_copy(stage->model->view.search, MODEL_TYPED_BYTES, "line 30 of");
	stage_action(stage, ACTION_SEARCH_PREVIOUS, 10, NULL);
	assert_int_equal(stage->model->view.log_left, 0);
	assert_true(stage_shows(stage, "line 30 of player"));
	/* A long match that begins in sight stays where it is. */
	text_copy(stage->model->view.search, MODEL_TYPED_BYTES, "\\.+needle");
	stage_action(stage, ACTION_SEARCH_NEXT, 10, NULL);
	assert_int_equal(stage->model->view.log_left, 0);
	stage_free(stage);
}

/* A wide character that does not fit at the end of a row goes to the next one, whole. */
static void wrapping_loses_no_character(void **state)
{
	(void)state;
	struct stage *stage = scene_set("middle");
	struct buffer text = {0};
	for (int i = 0; i < 90; i++)
		buffer_add_text(&text, i % 7 == 0 ? "\xe6\xbc\xa2" : "x");
	stage_log(stage, "upgc", date_of(2021, 11, 21), 'I', buffer_text(&text));
	buffer_release(&text);
	stage_action(stage, ACTION_VIEW_LOG, 0, NULL);
	stage_action(stage, ACTION_WRAP, 0, NULL);
	for (int width = 60; width < 80; width++) {
		stage_size(stage, width, 24);
		stage_paint(stage);
		int wide = 0;
		for (int y = 0; y < 24; y++)
			for (int x = 0; x < width; x++)
				wide += canvas_at(stage->canvas, x, y)->glyph == 0x6f22;
		assert_int_equal(wide, 13);
	}
	stage_free(stage);
}

static void known_noise_is_hidden_and_counted_until_it_is_asked_for(void **state)
{
	(void)state;
	struct stage *stage = long_log(60);
	stage_size(stage, 120, 40);
	for (int i = 0; i < 5; i++)
		stage_log(stage, "upgc", date_of(2021, 11, 21), LOG_LINE_NOISE, "AWS SES error");
	stage_log(stage, "upgc", date_of(2021, 11, 21), 'I', "after the noise");
	assert_false(stage_shows(stage, "AWS SES"));
	assert_true(stage_shows(stage, "after the noise"));
	assert_true(stage_shows(stage, "5 noise hidden (L)"));
	assert_true(stage_shows(stage, "line 61"));
	stage_action(stage, ACTION_NOISE, 20, NULL);
	assert_true(stage_shows(stage, "AWS SES"));
	assert_true(stage_shows(stage, "5 noise shown (L)"));
	assert_true(stage_shows(stage, "line 66"));
	/* what came after stays in both */
	stage_log(stage, "upgc", date_of(2021, 11, 21), 'I', "the newest line");
	assert_true(stage_shows(stage, "the newest line"));
	stage_action(stage, ACTION_NOISE, 20, NULL);
	assert_true(stage_shows(stage, "the newest line"));
	assert_false(stage_shows(stage, "AWS SES"));
	stage_free(stage);
}

static void what_was_at_the_top_stays_there_when_noise_comes_and_goes(void **state)
{
	(void)state;
	struct stage *stage = long_log(40);
	for (int i = 0; i < 30; i++)
		stage_log(stage, "upgc", date_of(2021, 11, 21), LOG_LINE_NOISE, "noise");
	for (int i = 0; i < 60; i++)
		stage_log(stage, "upgc", date_of(2021, 11, 21), 'I',
			i == 20 ? "the line at the top" : "some line");
	struct view_state *view = &stage->model->view;
	view->log_follow = false;
	view->log_top = 61;
	assert_true(stage_shows(stage, "the line at the top"));
	stage_action(stage, ACTION_NOISE, 20, NULL);
	assert_int_equal(view->log_top, 91);
	assert_true(stage_shows(stage, "the line at the top"));
	stage_action(stage, ACTION_NOISE, 20, NULL);
	assert_int_equal(view->log_top, 61);
	stage_free(stage);
}

/* Both rings are full and turn. */
static void the_log_is_bounded_with_and_without_noise(void **state)
{
	(void)state;
	struct stage *stage = long_log(20);
	size_t table = model_selected_table(stage->model);
	for (int i = 0; i < 2 * MODEL_LOG_LINES_MAX + 10; i++)
		stage_log(stage, "upgc", DATE_NONE, i % 2 == 0 ? LOG_LINE_NOISE : 'I', "x");
	const struct table_model *logs = &stage->model->tables[table];
	assert_int_equal(logs->log.next - logs->log.first, MODEL_LOG_LINES_MAX);
	assert_int_equal(logs->whole.next - logs->whole.first, MODEL_LOG_LINES_MAX);
	assert_int_equal(logs->noise_count, MODEL_LOG_LINES_MAX + 5);
	stage_free(stage);
}

static void open_excerpt(struct stage *stage, date_t date, const char *text)
{
	struct event event = {
		.kind = EVENT_EXCERPT, .table = model_selected_table(stage->model), .date = date};
	if (text == NULL) {
		text_copy(event.log_piece.text, sizeof(event.log_piece.text), "it is gone");
	} else {
		struct log_window *piece = memory_new(sizeof(*piece));
		ARRAY_GROW(piece->items, piece->count, piece->capacity);
		piece->items[piece->count++] = (struct log_window_line){
			.text = memory_copy_text(text), .severity = LOG_ERROR, .date = date};
		event.log_piece.piece = piece;
	}
	stage_apply(stage, &event);
}

static void the_lines_of_a_date_are_shown_until_the_log_is_followed_again(void **state)
{
	(void)state;
	struct stage *stage = long_log(40);
	stage_size(stage, 120, 40);
	stage_action(stage, ACTION_VIEW_MATRIX, 0, NULL);
	open_excerpt(stage, date_of(2021, 11, 18), NULL);
	assert_int_equal(stage->model->view.view, VIEW_MATRIX);
	assert_string_equal(stage->model->message, "it is gone");
	open_excerpt(stage, date_of(2021, 11, 18), "Missing critical dependencies");
	assert_int_equal(stage->model->view.view, VIEW_LOG);
	assert_true(
		stage_shows(stage, "log file: upgc from 2021-11-18 on (F: back to the newest)"));
	assert_true(stage_shows(stage, "Missing critical"));
	assert_false(stage_shows(stage, "line 40"));
	stage_action(stage, ACTION_FOLLOW, 20, NULL);
	assert_true(stage_shows(stage, "line 40"));
	char text[LOG_LINE_BYTES_MAX + 2] = "";
	while (strlen(text) < LOG_LINE_BYTES_MAX)
		text_copy(text + strlen(text), 4, "é");
	open_excerpt(stage, date_of(2021, 11, 18), text);
	const char *held = stage->model->excerpt.log.lines[0].text;
	assert_int_equal(strlen(held), LOG_LINE_BYTES_MAX - 2);
	open_excerpt(stage, date_of(2021, 11, 18), "Missing critical dependencies");
	stage_action(stage, ACTION_VIEW_OVERVIEW, 0, NULL);
	stage_action(stage, ACTION_VIEW_LOG, 0, NULL);
	assert_true(stage_shows(stage, "line 40"));
	stage_free(stage);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(following_at_every_size_and_in_every_form),
		cmocka_unit_test(scrolled_with_a_search),
		cmocka_unit_test(filtered_with_a_mark_and_without_times),
		cmocka_unit_test(other_situations),
		cmocka_unit_test(strange_lines_do_no_harm),
		cmocka_unit_test(no_control_character_reaches_a_cell),
		cmocka_unit_test(small_screens),
		cmocka_unit_test(the_scrollbar_shows_where_trouble_is),
		cmocka_unit_test(paging_misses_no_line),
		cmocka_unit_test(a_found_line_is_on_the_screen_and_marked),
		cmocka_unit_test(matches_are_marked_where_they_are),
		cmocka_unit_test(long_lines_are_read_by_moving_sideways),
		cmocka_unit_test(a_match_far_to_the_right_is_moved_into_sight),
		cmocka_unit_test(wrapping_loses_no_character),
		cmocka_unit_test(known_noise_is_hidden_and_counted_until_it_is_asked_for),
		cmocka_unit_test(what_was_at_the_top_stays_there_when_noise_comes_and_goes),
		cmocka_unit_test(the_log_is_bounded_with_and_without_noise),
		cmocka_unit_test(the_lines_of_a_date_are_shown_until_the_log_is_followed_again),
	};
	return RUN(tests);
}

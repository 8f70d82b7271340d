#include "tests/test.h"

#include "tests/screens/support/cells.h"
#include "tests/screens/support/golden.h"
#include "tests/screens/support/keys.h"
#include "tests/screens/support/scenes.h"

static const struct {
	const char *name, *scene;
	enum dialog_id dialog;
} dialogs[] = {{"sample", "first-start", DIALOG_SAMPLE}, {"import", "import", DIALOG_IMPORT},
	{"pace", "ready", DIALOG_PACE}, {"quit-idle", "complete", DIALOG_QUIT},
	{"quit-busy", "handoff", DIALOG_QUIT}, {"kill", "middle", DIALOG_KILL},
	{"stop-outside", "outside", DIALOG_STOP_OUTSIDE},
	{"kill-outside", "outside", DIALOG_KILL_OUTSIDE}, {"launch", "launch", DIALOG_LAUNCH},
	{"help", "middle", DIALOG_HELP}, {"why", "handoff", DIALOG_WHY},
	{"why-failed", "failures", DIALOG_WHY}, {"palette", "middle", DIALOG_PALETTE},
	{"search", "middle", DIALOG_SEARCH}, {"filter", "middle", DIALOG_FILTER},
	{"excuse", "failures", DIALOG_EXCUSE}, {"range", "middle", DIALOG_RANGE},
	{"save-plan", "middle", DIALOG_SAVE_PLAN}, {"resume", "middle", DIALOG_RESUME},
	{"freeze", "middle", DIALOG_FREEZE}};

static struct stage *open_dialog(size_t i)
{
	struct stage *stage = scene_set(dialogs[i].scene);
	stage_action(stage, ACTION_SHOW, (int)dialogs[i].dialog, NULL);
	return stage;
}

static size_t number_of(enum dialog_id dialog)
{
	size_t i = 0;
	while (dialogs[i].dialog != dialog || strcmp(dialogs[i].name, "quit-idle") == 0)
		i++;
	return i;
}

static void every_dialog_at_two_sizes_and_in_every_form(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(dialogs); i++) {
		struct stage *stage = open_dialog(i);
		char *name = memory_format("dialog-%s", dialogs[i].name);
		golden_check(stage, name, 80, 24, GOLDEN_UNICODE);
		golden_check(stage, name, 120, 40, GOLDEN_UNICODE);
		if (dialogs[i].dialog == DIALOG_LAUNCH)
			golden_check(stage, name, 200, 60, GOLDEN_UNICODE);
		golden_check(stage, name, 80, 24, GOLDEN_ASCII);
		golden_check(stage, name, 80, 24, GOLDEN_MONO);
		golden_check(stage, name, 44, 10, GOLDEN_UNICODE);
		free(name);
		stage_free(stage);
	}
}

/* Those that need a wide screen to show what they can. */
static void what_a_cell_holds_in_every_form(void **state)
{
	(void)state;
	static const char *const names[] = {"rows-teams", "rows-players"};
	for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
		struct stage *stage = scene_set(names[i]);
		golden_check_sizes(stage, names[i]);
		golden_check_forms(stage, names[i]);
		golden_check(stage, names[i], 80, 24, GOLDEN_MONO);
		golden_check(stage, names[i], 44, 10, GOLDEN_UNICODE);
		stage_free(stage);
	}
	static const char *const others[] = {"rows-counts", "rows-unknown", "rows-awaited"};
	for (size_t i = 0; i < ARRAY_COUNT(others); i++) {
		struct stage *stage = scene_set(others[i]);
		golden_check(stage, others[i], 80, 24, GOLDEN_UNICODE);
		stage_free(stage);
	}
}

static void why_on_a_wide_screen(void **state)
{
	(void)state;
	static const char *const names[][2] = {
		{"handoff", "dialog-why"}, {"failures", "dialog-why-failed"}};
	for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
		struct stage *stage = scene_set(names[i][0]);
		stage_action(stage, ACTION_SHOW, DIALOG_WHY, NULL);
		golden_check(stage, names[i][1], 200, 60, GOLDEN_UNICODE);
		golden_check(stage, names[i][1], 200, 60, GOLDEN_ASCII);
		golden_check(stage, names[i][1], 120, 40, GOLDEN_MONO);
		stage_free(stage);
	}
}

static void the_rows_scroll_both_ways_under_their_names(void **state)
{
	(void)state;
	struct stage *stage = scene_set("rows-players");
	assert_true(stage_shows(stage, "player_lookup"));
	assert_true(stage_shows(stage, "fatigue_score"));
	assert_false(stage_shows(stage, "opponent_strength_score"));
	for (int i = 0; i < 4; i++)
		stage_action(stage, ACTION_RIGHT, 0, NULL);
	assert_false(stage_shows(stage, "fatigue_score"));
	for (int i = 0; i < 20; i++)
		stage_action(stage, ACTION_RIGHT, 0, NULL);
	assert_true(stage_shows(stage, "player_lookup")); /* the key stays */
	assert_true(stage_shows(stage, "2021-11-16  "));
	for (int i = 0; i < 20; i++)
		stage_action(stage, ACTION_LEFT, 0, NULL);
	for (int i = 0; i < 40; i++)
		stage_action(stage, ACTION_DOWN, 0, NULL);
	assert_true(stage_row_of(stage, "player_lookup") == 1);
	assert_true(stage_row_of(stage, "player25") > 1);
	assert_false(stage_shows(stage, "counted"));
	stage_action(stage, ACTION_BOTTOM, 0, NULL);
	assert_true(stage_shows(stage, "player49"));
	/* nothing that came with a value commands the terminal */
	for (int y = 0; y < stage->canvas->height; y++)
		for (int x = 0; x < stage->canvas->width; x++)
			assert_int_not_equal(canvas_at(stage->canvas, x, y)->glyph, 27);
	stage_free(stage);
}

static void the_verdict_follows_what_was_counted(void **state)
{
	(void)state;
	struct stage *stage = scene_set("rows-teams");
	size_t table = model_selected_table(stage->model);
	assert_int_equal(coverage_verdict(stage->model->coverage, table, stage->model->view.date),
		VERDICT_THIN);
	assert_true(stage_shows(stage, "3 rows of 8"));
	stage_action(stage, ACTION_ROWS, 0, NULL);
	cells_answer_counts(stage);
	assert_true(stage_shows(stage, "6 rows of 8"));
	assert_int_equal(
		coverage_cell(stage->model->coverage, table, stage->model->view.date)->rows, 6);
	stage_free(stage);
}

static void an_answer_to_an_earlier_wish_is_not_shown(void **state)
{
	(void)state;
	struct stage *stage = scene_set("rows-awaited");
	struct event late = {.kind = EVENT_CELL_ROWS};
	late.cell_rows.generation = stage->model->view.rows_generation - 1;
	text_copy(late.cell_rows.text, sizeof(late.cell_rows.text), "too late");
	stage_apply(stage, &late);
	assert_false(stage_shows(stage, "too late"));
	assert_true(stage_shows(stage, "asking the warehouse"));
	stage_free(stage);
}

static void every_dialog_fits_its_text_and_names_the_keys_that_work(void **state)
{
	(void)state;
	static const struct {
		enum dialog_id dialog;
		const char *texts[3];
	} rows[] = {
		{DIALOG_SAMPLE, {"Enter  make and import", "c  not now", "backcourt import DIR"}},
		{DIALOG_PACE, {"w  watch it", "f  full speed", "S starts everything"}},
		{DIALOG_KILL, {"y  stop at once", "c  cancel", "rolled back"}},
		{DIALOG_WHY, {"Enter cause", "s start", "why: "}},
		{DIALOG_HELP, {"arrows scroll", "JOBS", "start the gaps of this table"}}};
	struct stage *stage = scene_set("middle");
	for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
		stage_action(stage, ACTION_SHOW, (int)rows[i].dialog, NULL);
		for (size_t k = 0; k < ARRAY_COUNT(rows[i].texts); k++)
			if (!stage_shows(stage, rows[i].texts[k]))
				fail_msg("'%s' is not in dialog %d", rows[i].texts[k],
					rows[i].dialog);
	}
	stage_free(stage);
}

/* On a screen that is too small for the text: what is asked stays, and all that can be answered; on
 * the smallest one the question is seen first, and scrolls with the rest. */
static void question_and_answers_are_never_hidden_and_the_text_between_scrolls(void **state)
{
	(void)state;
	static const struct {
		enum dialog_id dialog;
		const char *texts[3], *between[2]; /* the first and the last words of the middle */
	} rows[] = {
		{DIALOG_SAMPLE, {"There is no raw data", "Enter  make and import", "c  not now"},
			{"backcourt can make", "seconds."}},
		{DIALOG_PACE, {"The native processors", "w  watch it", "f  full speed"}, {0}},
		{DIALOG_QUIT, {"4 tables are being", "s  stop after", "c  cancel"},
			{"All of it can go on", "written."}},
		{DIALOG_KILL, {"upcoming_player_game_context", "y  stop at once", "c  cancel"},
			{"The date in hand is", "leave the queue."}},
		{DIALOG_STOP_OUTSIDE, {"process 974361", "y  stop it after", "c  cancel"},
			{".venv/bin/python", "delete."}},
		{DIALOG_KILL_OUTSIDE, {"process 974361", "y  kill it", "c  cancel"},
			{".venv/bin/python", "rows."}},
		{DIALOG_RESUME, {"cells are left", "Enter  go on", "c  leave it"},
			{"Native work went on", "is intact."}},
		{DIALOG_FREEZE, {"upcoming_player_game_context", "y  freeze it", "c  cancel"},
			{"Its processes stop", "are warned."}}};
	for (size_t i = 0; i < ARRAY_COUNT(rows); i++)
		for (int height = 8; height <= 10; height++) {
			struct stage *stage = open_dialog(number_of(rows[i].dialog));
			bool seen[2] = {false, false};
			stage_size(stage, 40, height);
			for (int line = 0; line < 30; line++) {
				for (size_t k = 0; k < 3; k++)
					if ((k > 0 || line == 0 || height > 8) &&
						!stage_shows(stage, rows[i].texts[k]))
						fail_msg("dialog %d of %d rows hides '%s'",
							rows[i].dialog, height, rows[i].texts[k]);
				for (size_t k = 0; k < 2 && rows[i].between[0] != NULL; k++)
					seen[k] |= stage_shows(stage, rows[i].between[k]);
				press(stage, "Down");
			}
			if (rows[i].between[0] != NULL && (!seen[0] || !seen[1]))
				fail_msg("dialog %d of %d rows never shows '%s'", rows[i].dialog,
					height, rows[i].between[seen[0]]);
			assert_int_equal(stage->model->view.dialog, rows[i].dialog);
			stage_free(stage);
		}
}

/* To the end, and far beyond it: the next step back is seen at once. */
static void the_way_back_begins_where_the_text_ends(void **state)
{
	(void)state;
	static const char *const there[][2] = {{"G", "End"}, {"PgDn", "Down"}};
	static const char *const back[][2] = {{"g", "Home"}, {"PgUp", "Up"}};
	static const struct {
		const char *scene;
		enum dialog_id dialog;
	} rows[] = {{"middle", DIALOG_HELP}, {"failures", DIALOG_WHY}, {"launch", DIALOG_LAUNCH},
		{"rows-players", DIALOG_NONE}, {"outside", DIALOG_KILL_OUTSIDE},
		{"log-piece", DIALOG_NONE}};
	for (size_t i = 0; i < ARRAY_COUNT(rows); i++)
		for (size_t way = 0; way < 2; way++) {
			struct stage *stage = scene_set(rows[i].scene);
			stage_size(stage, 44, 10);
			if (rows[i].dialog != DIALOG_NONE)
				stage_action(stage, ACTION_SHOW, (int)rows[i].dialog, NULL);
			bool from_end = model_shows_end_of_log(stage->model);
			for (int k = 0; k < 300; k++)
				press(stage, from_end ? back[way][k % 2] : there[way][k % 2]);
			char *end = memory_copy_text(stage_paint(stage));
			press(stage, from_end ? "Down" : "Up");
			if (strcmp(end, stage_paint(stage)) == 0)
				fail_msg("nothing moves in %s:\n%s", rows[i].scene, end);
			press(stage, from_end ? "Up" : "Down");
			assert_string_equal(stage_paint(stage), end);
			free(end);
			stage_free(stage);
		}
}

static void what_lies_under_a_dialog_is_faded_and_the_dialog_is_not(void **state)
{
	(void)state;
	struct stage *stage = scene_set("middle");
	stage_action(stage, ACTION_SHOW, DIALOG_QUIT, NULL);
	stage_paint(stage);
	for (int y = 0; y < 24; y++)
		for (int x = 0; x < 80; x++) {
			struct pen pen = canvas_at(stage->canvas, x, y)->pen;
			if (pen.role == ROLE_FADED)
				assert_int_equal(pen.ground, ROLE_TEXT);
			else
				assert_int_equal(pen.ground, ROLE_DIALOG);
		}
	stage_free(stage);
}

static void help_reaches_every_line_by_scrolling(void **state)
{
	(void)state;
	static const int sizes[][2] = {{80, 24}, {44, 12}, {120, 40}};
	for (size_t s = 0; s < ARRAY_COUNT(sizes); s++) {
		struct stage *stage = scene_set("middle");
		bool shown[ACTION_COUNT] = {false};
		stage_size(stage, sizes[s][0], sizes[s][1]);
		stage_action(stage, ACTION_HELP, 0, NULL);
		for (int line = 0; line < 150; line++) {
			const char *screen = stage_paint(stage);
			for (int i = 1; i < ACTION_COUNT; i++) {
				char help[24];
				text_copy(help, sizeof(help), action_row((enum action)i)->help);
				shown[i] |= strstr(screen, help) != NULL;
			}
			stage_action(stage, ACTION_DOWN, 0, NULL);
		}
		for (int i = 1; i < ACTION_COUNT; i++) {
			char where = action_row((enum action)i)->where;
			if (where != 'D' && where != 'T' && !shown[i])
				fail_msg("help at %dx%d never shows %s", sizes[s][0], sizes[s][1],
					action_row((enum action)i)->name);
		}
		stage_free(stage);
	}
}

static void help_begins_with_the_view_at_hand(void **state)
{
	(void)state;
	static const struct {
		enum action action;
		const char *first;
	} rows[] = {{ACTION_VIEW_OVERVIEW, "JOBS"}, {ACTION_VIEW_LOG, "LOG"},
		{ACTION_VIEW_MATRIX, "MATRIX"}};
	for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
		struct stage *stage = scene_set("middle");
		stage_action(stage, rows[i].action, 0, NULL);
		stage_action(stage, ACTION_HELP, 0, NULL);
		assert_true(stage_row_of(stage, rows[i].first) <= 2);
		stage_free(stage);
	}
}

static void why_tells_the_whole_chain_down_to_the_root(void **state)
{
	(void)state;
	struct stage *stage = scene_set("failures");
	stage_select(stage, "mlfs");
	stage_action(stage, ACTION_VIEW_MATRIX, 0, NULL);
	stage_size(stage, 120, 40);
	stage->model->view.date = date_of(2021, 11, 9);
	stage_action(stage, ACTION_WHY, 0, NULL);
	const char *screen = stage_paint(stage);
	const char *at = strstr(screen, "chain");
	static const char *const order[] = {"ml_feature_store_v2",
		"player_composite_factors: blocked",
		"team_defense_zone_analysis (root cause): the newest attempt failed", "next",
		"repair", "evidence", "expectation", "warehouse", "ledger", "ruled out"};
	assert_non_null(at);
	for (size_t i = 0; i < ARRAY_COUNT(order); i++) {
		at = strstr(at, order[i]);
		if (at == NULL)
			fail_msg("%s is missing in:\n%s", order[i], screen);
	}
	stage_free(stage);
}

static void a_long_reason_is_wrapped_not_cut(void **state)
{
	(void)state;
	struct stage *stage = scene_set("failures");
	size_t table = model_selected_table(stage->model);
	stage->model->view.view = VIEW_MATRIX;
	stage->model->view.date = stage->model->tables[table].trouble_date;
	stage_action(stage, ACTION_WHY, 0, NULL);
	assert_true(stage_shows(stage, "computed on empty shot zones"));
	/* Of an older failure the cell keeps 95 bytes. */
	stage->model->view.date--;
	assert_true(stage_shows(stage, "has no value in 30 of"));
	stage_free(stage);
}

static void the_field_shows_the_end_of_what_is_typed(void **state)
{
	(void)state;
	struct stage *stage = scene_set("middle");
	stage_action(stage, ACTION_SEARCH, 0, NULL);
	for (int i = 0; i < 100; i++)
		stage_action(stage, ACTION_TYPE, 0, i == 99 ? "Z" : "x");
	assert_true(stage_shows(stage, "xxxZ"));
	stage_action(stage, ACTION_TYPE, 0, "\xe6\xbc\xa2");
	assert_true(stage_shows(stage, "xxxZ\xe6\xbc\xa2"));
	stage_free(stage);
}

static void the_palette_narrows_while_one_types_and_keeps_its_choice_in_sight(void **state)
{
	(void)state;
	struct stage *stage = scene_set("middle");
	stage_action(stage, ACTION_PALETTE, 0, NULL);
	assert_true(stage_shows(stage, "help for this view"));
	for (int i = 0; i < 30; i++)
		stage_action(stage, ACTION_DOWN, 0, NULL);
	stage_paint(stage);
	int selected = 0;
	for (int y = 0; y < 24; y++)
		selected += canvas_at(stage->canvas, 40, y)->pen.ground == ROLE_SELECTED;
	assert_int_equal(selected, 1);
	stage_action(stage, ACTION_TYPE, 0, "start-a");
	assert_true(stage_shows(stage, "start all that are ready"));
	assert_false(stage_shows(stage, "help for this view"));
	stage_action(stage, ACTION_TYPE, 0, "zzz");
	assert_true(stage_shows(stage, "no command has that"));
	stage_free(stage);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_dialog_at_two_sizes_and_in_every_form),
		cmocka_unit_test(what_a_cell_holds_in_every_form),
		cmocka_unit_test(why_on_a_wide_screen),
		cmocka_unit_test(the_rows_scroll_both_ways_under_their_names),
		cmocka_unit_test(the_verdict_follows_what_was_counted),
		cmocka_unit_test(an_answer_to_an_earlier_wish_is_not_shown),
		cmocka_unit_test(every_dialog_fits_its_text_and_names_the_keys_that_work),
		cmocka_unit_test(
			question_and_answers_are_never_hidden_and_the_text_between_scrolls),
		cmocka_unit_test(the_way_back_begins_where_the_text_ends),
		cmocka_unit_test(what_lies_under_a_dialog_is_faded_and_the_dialog_is_not),
		cmocka_unit_test(help_reaches_every_line_by_scrolling),
		cmocka_unit_test(help_begins_with_the_view_at_hand),
		cmocka_unit_test(why_tells_the_whole_chain_down_to_the_root),
		cmocka_unit_test(a_long_reason_is_wrapped_not_cut),
		cmocka_unit_test(the_field_shows_the_end_of_what_is_typed),
		cmocka_unit_test(the_palette_narrows_while_one_types_and_keeps_its_choice_in_sight),
	};
	return RUN(tests);
}

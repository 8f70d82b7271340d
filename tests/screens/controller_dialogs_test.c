/* Keys in dialogs: leaving, the sample, typed text, the palette, help. */
#include "tests/test.h"

#include "tests/screens/support/keys.h"
#include "tests/screens/support/scenes.h"
#include "tui/dialogs.h"

static void interrupt_asks_and_never_leaves_by_itself(void **state)
{
	(void)state;
	struct stage *stage = stage_middle();
	for (int i = 0; i < 3; i++) {
		assert_int_equal(press(stage, "^C").kind, WISH_NONE);
		assert_int_equal(stage->model->view.dialog, DIALOG_QUIT);
	}
	press(stage, "c");
	assert_int_equal(stage->model->view.dialog, DIALOG_NONE);
	press(stage, "?");
	press(stage, "^C");
	assert_int_equal(stage->model->view.dialog, DIALOG_QUIT);
	stage_free(stage);
}

static void Esc_leaves_every_dialog(void **state)
{
	(void)state;
	for (int dialog = DIALOG_NONE + 1; dialog < DIALOG_COUNT; dialog++) {
		struct stage *stage = stage_middle();
		stage_action(stage, ACTION_SHOW, dialog, NULL);
		assert_int_equal(stage->model->view.dialog, dialog);
		press(stage, "Esc");
		if (stage->model->view.dialog == (enum dialog_id)dialog)
			fail_msg("dialog %d stays", dialog);
		stage_free(stage);
	}
}

static void quitting_while_work_runs_lets_it_go_on_unless_told_to_stop(void **state)
{
	(void)state;
	struct stage *stage = stage_middle();
	press(stage, "q");
	assert_int_equal(stage->model->view.dialog, DIALOG_QUIT);
	assert_int_equal(press(stage, "Enter").kind, WISH_DETACH);
	assert_true(stage->model->leaving);
	press(stage, "q");
	assert_int_equal(press(stage, "d").kind, WISH_DETACH);
	press(stage, "q");
	struct wish wish = press(stage, "s");
	assert_int_equal(wish.kind, WISH_LEAVE);
	assert_false(wish.flag);
	press(stage, "q");
	wish = press(stage, "y");
	assert_int_equal(wish.kind, WISH_LEAVE);
	assert_true(wish.flag);
	stage_free(stage);
}

static void quitting_when_nothing_runs_leaves_at_once(void **state)
{
	(void)state;
	static const char *const keys[] = {"Enter", "y", "s"};
	for (size_t i = 0; i < ARRAY_COUNT(keys); i++) {
		struct stage *stage = stage_new(80, 24);
		stage_complete(stage);
		press(stage, "q");
		struct wish wish = press(stage, keys[i]);
		assert_int_equal(wish.kind, WISH_LEAVE);
		assert_true(wish.flag);
		assert_false(stage->model->leaving);
		stage_free(stage);
	}
}

static void back_closes_then_goes_to_the_overview_then_asks(void **state)
{
	(void)state;
	struct stage *stage = stage_middle();
	press_all(stage, (const char *const[]){"3", "?", "q", NULL});
	assert_int_equal(stage->model->view.dialog, DIALOG_NONE);
	assert_int_equal(stage->model->view.view, VIEW_MATRIX);
	press(stage, "q");
	assert_int_equal(stage->model->view.view, VIEW_OVERVIEW);
	assert_int_equal(stage->model->view.dialog, DIALOG_NONE);
	press(stage, "q");
	assert_int_equal(stage->model->view.dialog, DIALOG_QUIT);
	stage_free(stage);
}

static void the_sample_is_imported_and_then_paced(void **state)
{
	(void)state;
	struct stage *stage = stage_new(80, 24);
	stage_action(stage, ACTION_SHOW, DIALOG_SAMPLE, NULL);
	assert_int_equal(press(stage, "s").kind, WISH_NONE);
	assert_int_equal(press(stage, "Enter").kind, WISH_IMPORT_SAMPLE);
	assert_int_equal(stage->model->view.dialog, DIALOG_IMPORT);
	assert_int_equal(press(stage, "Enter").kind, WISH_NONE);
	assert_int_equal(stage->model->view.dialog, DIALOG_IMPORT);
	stage_apply(stage, &(struct event){.kind = EVENT_IMPORT_FINISHED});
	assert_int_equal(stage->model->view.dialog, DIALOG_PACE);
	struct wish wish = press(stage, "f");
	assert_int_equal(wish.kind, WISH_PACE);
	assert_false(wish.flag);
	stage_action(stage, ACTION_SHOW, DIALOG_PACE, NULL);
	assert_true(press(stage, "Enter").flag);
	stage_action(stage, ACTION_SHOW, DIALOG_PACE, NULL);
	assert_true(press(stage, "w").flag);
	stage_action(stage, ACTION_SHOW, DIALOG_SAMPLE, NULL);
	assert_int_equal(press(stage, "Esc").kind, WISH_NONE);
	assert_int_equal(stage->model->view.dialog, DIALOG_NONE);
	stage_free(stage);
}

static void an_import_can_go_on_behind_the_screen(void **state)
{
	(void)state;
	struct stage *stage = stage_new(80, 24);
	stage_action(stage, ACTION_SHOW, DIALOG_IMPORT, NULL);
	struct event event = {.kind = EVENT_IMPORT_PROGRESS,
		.import = {.done = 1, .total = 4, .what = "shots.csv"}};
	stage_apply(stage, &event);
	press(stage, "Esc");
	assert_int_equal(stage->model->view.dialog, DIALOG_NONE);
	assert_true(stage_shows(stage, "importing shots.csv: 25%"));
	stage_apply(stage, &(struct event){.kind = EVENT_IMPORT_FINISHED});
	assert_int_equal(stage->model->view.dialog, DIALOG_NONE);
	stage_free(stage);
}

static void a_range_is_read_and_a_bad_one_keeps_the_dialog(void **state)
{
	(void)state;
	struct stage *stage = stage_middle();
	press(stage, "@");
	assert_string_equal(stage->model->view.typed, "2021-10-19..2021-11-30");
	for (int i = 0; i < 22; i++)
		press(stage, "Backspace");
	type(stage, "2021-13");
	assert_int_equal(press(stage, "Enter").kind, WISH_NONE);
	assert_int_equal(stage->model->view.dialog, DIALOG_RANGE);
	assert_int_equal(stage->model->message_severity, SEVERITY_ERROR);
	press(stage, "Backspace");
	type(stage, "2");
	struct wish wish = press(stage, "Enter");
	assert_int_equal(wish.kind, WISH_RANGE);
	assert_int_equal(wish.range.first, date_of(2021, 12, 1));
	assert_int_equal(wish.range.last, date_of(2021, 12, 31));
	assert_int_equal(stage->model->view.dialog, DIALOG_NONE);
	stage_free(stage);
}

static void a_range_has_names_of_the_pipeline(void **state)
{
	(void)state;
	const struct {
		const char *name;
		date_t first, last;
	} rows[] = {{"goal", date_of(2021, 10, 19), date_of(2021, 11, 1)},
		{"@goal", date_of(2021, 10, 19), date_of(2021, 11, 1)},
		{"season:2021-22", date_of(2021, 10, 19), date_of(2022, 4, 10)}};
	for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
		struct stage *stage = stage_middle();
		press(stage, "@");
		for (int k = 0; k < 22; k++)
			press(stage, "Backspace");
		type(stage, rows[i].name);
		struct wish wish = press(stage, "Enter");
		assert_int_equal(wish.kind, WISH_RANGE);
		assert_int_equal(wish.range.first, rows[i].first);
		assert_int_equal(wish.range.last, rows[i].last);
		stage_free(stage);
	}
}

/* Every letter is text in a dialog that reads text: none acts. */
static void typed_dialogs_take_every_character(void **state)
{
	(void)state;
	static const enum dialog_id dialogs[] = {DIALOG_SEARCH, DIALOG_PALETTE, DIALOG_RANGE,
		DIALOG_SAVE_PLAN, DIALOG_FILTER, DIALOG_EXCUSE};
	for (size_t i = 0; i < ARRAY_COUNT(dialogs); i++)
		for (int c = '!'; c <= '~'; c++) {
			struct stage *stage = stage_middle();
			char key[2] = {(char)c, '\0'};
			stage_action(stage, ACTION_SHOW, (int)dialogs[i], NULL);
			stage->model->view.typed[0] = '\0';
			assert_int_equal(press(stage, key).kind, WISH_NONE);
			assert_string_equal(stage->model->view.typed, key);
			assert_int_equal(stage->model->view.dialog, dialogs[i]);
			stage_free(stage);
		}
}

static void typed_dialogs_close_with_escape_and_interrupt(void **state)
{
	(void)state;
	static const char *const keys[] = {"Esc", "^C"};
	for (size_t i = 0; i < ARRAY_COUNT(keys); i++) {
		struct stage *stage = stage_middle();
		press(stage, "/");
		type(stage, "player");
		press(stage, keys[i]);
		assert_int_equal(stage->model->view.dialog, DIALOG_NONE);
		assert_string_equal(stage->model->view.search, "");
		stage_free(stage);
	}
}

static void the_palette_carries_out_the_chosen_action(void **state)
{
	(void)state;
	struct stage *stage = stage_middle();
	press(stage, ":");
	type(stage, "pause-a");
	struct wish wish = press(stage, "Enter");
	assert_int_equal(wish.kind, WISH_PAUSE_ALL);
	assert_int_equal(stage->model->view.dialog, DIALOG_NONE);
	press(stage, ":");
	type(stage, "sta");
	press(stage, "Down");
	assert_int_equal(press(stage, "Enter").kind, WISH_START_ALL);
	press(stage, ":");
	type(stage, "help");
	press(stage, "Enter");
	assert_int_equal(stage->model->view.dialog, DIALOG_HELP);
	press_all(stage, (const char *const[]){"Esc", ":", NULL});
	type(stage, "no such command");
	assert_int_equal(press(stage, "Enter").kind, WISH_NONE);
	assert_int_equal(stage->model->view.dialog, DIALOG_NONE);
	stage_free(stage);
}

/* Whatever has a place of its own can be called from the palette by its name. */
static void the_palette_finds_every_action_by_name(void **state)
{
	(void)state;
	struct stage *stage = stage_middle();
	for (int i = ACTION_NONE + 1; i < ACTION_COUNT; i++) {
		const struct action_row *row = action_row((enum action)i);
		enum action choices[ACTION_COUNT];
		if (row->where == 'G' || row->where == 'D' || row->where == 'T' ||
			row->where == 'S')
			continue;
		text_copy(stage->model->view.typed, sizeof(stage->model->view.typed), row->name);
		size_t count = palette_choices(stage->model, choices, ACTION_COUNT);
		bool found = false;
		for (size_t k = 0; k < count; k++)
			found |= choices[k] == (enum action)i;
		if (!found)
			fail_msg("the palette does not find %s", row->name);
	}
	stage_free(stage);
}

static void help_scrolls_and_closes_by_its_own_key(void **state)
{
	(void)state;
	static const char *const keys[] = {"?", "F1", "Esc", "q", "Enter", "c"};
	for (size_t i = 0; i < ARRAY_COUNT(keys); i++) {
		struct stage *stage = stage_middle();
		press(stage, "?");
		press(stage, "PgDn");
		assert_true(stage->model->view.scroll > 1);
		press(stage, "Home");
		assert_int_equal(stage->model->view.scroll, 0);
		press(stage, keys[i]);
		assert_int_equal(stage->model->view.dialog, DIALOG_NONE);
		stage_free(stage);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(interrupt_asks_and_never_leaves_by_itself),
		cmocka_unit_test(Esc_leaves_every_dialog),
		cmocka_unit_test(quitting_while_work_runs_lets_it_go_on_unless_told_to_stop),
		cmocka_unit_test(quitting_when_nothing_runs_leaves_at_once),
		cmocka_unit_test(back_closes_then_goes_to_the_overview_then_asks),
		cmocka_unit_test(the_sample_is_imported_and_then_paced),
		cmocka_unit_test(an_import_can_go_on_behind_the_screen),
		cmocka_unit_test(a_range_is_read_and_a_bad_one_keeps_the_dialog),
		cmocka_unit_test(a_range_has_names_of_the_pipeline),
		cmocka_unit_test(typed_dialogs_take_every_character),
		cmocka_unit_test(typed_dialogs_close_with_escape_and_interrupt),
		cmocka_unit_test(the_palette_carries_out_the_chosen_action),
		cmocka_unit_test(the_palette_finds_every_action_by_name),
		cmocka_unit_test(help_scrolls_and_closes_by_its_own_key),
	};
	return RUN(tests);
}

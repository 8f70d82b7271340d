/* The settings: what is painted, and what a key wishes for. */
#include "tests/test.h"

#include "settings.h"
#include "tests/screens/support/golden.h"
#include "tests/screens/support/keys.h"
#include "tests/screens/support/scenes.h"

#include <limits.h>

static const char *no_variable(const char *variable)
{
	return strcmp(variable, "BACKCOURT_RULES") == 0 ? "original" : NULL;
}

/* Flags, a variable, and a file that is not there. */
static struct settings *make_settings(void)
{
	static const char *const argv[] = {"backcourt", "--theme", "light", "--workers=6",
		"--alert-hook", "/usr/local/bin/page --key 4711"};
	struct config config;
	struct error err = {0};
	setenv("XDG_CONFIG_HOME", "/home/naji/.config", 1);
	if (!config_load((int)ARRAY_COUNT(argv), (char *const *)argv, no_variable, &config, &err))
		fail_msg("%s", err.text);
	struct settings *settings = settings_new(&config);
	config_release(&config);
	settings_resolve(settings, CONFIG_OPTION_warehouse,
		"/home/naji/.local/share/backcourt/nba/warehouse.db");
	settings_resolve(settings, CONFIG_OPTION_auto_launch, "yes");
	return settings;
}

struct hall {
	struct settings *settings;
	struct stage *stage;
};

static struct hall open_hall(void)
{
	struct hall hall = {make_settings(), stage_middle()};
	hall.stage->model->settings = hall.settings;
	hall.stage->model->setting_count = settings_count(hall.settings);
	press(hall.stage, "F2");
	assert_int_equal(hall.stage->model->view.dialog, DIALOG_SETTINGS);
	return hall;
}

static void close_hall(struct hall *hall)
{
	stage_free(hall->stage);
	settings_free(hall->settings);
}

static void select_row(struct hall *hall, const char *name)
{
	press(hall->stage, "Home");
	for (size_t i = 0; i < settings_count(hall->settings); i++) {
		struct setting setting =
			settings_at(hall->settings, hall->stage->model->view.setting);
		if (strcmp(setting.about.name, name) == 0)
			return;
		press(hall->stage, "Down");
	}
	fail_msg("%s is not in the list", name);
}

static void change(struct hall *hall, enum config_option option, const char *text)
{
	struct error err = {0};
	if (!settings_change(hall->settings, option, text, &err))
		fail_msg("%s", err.text);
}

static void the_list_at_every_size_and_in_every_form(void **state)
{
	(void)state;
	struct hall hall = open_hall();
	change(&hall, CONFIG_OPTION_pace, "20");
	select_row(&hall, "theme");
	hall.stage->model->message[0] = '\0';
	golden_check_sizes(hall.stage, "settings");
	golden_check_forms(hall.stage, "settings");
	golden_check(hall.stage, "settings", 80, 24, GOLDEN_MONO);
	golden_check(hall.stage, "settings", 44, 10, GOLDEN_UNICODE);
	close_hall(&hall);
}

static void the_field_and_the_question_at_every_size(void **state)
{
	(void)state;
	struct hall hall = open_hall();
	select_row(&hall, "workers");
	press(hall.stage, "Enter");
	press(hall.stage, "5");
	golden_check_sizes(hall.stage, "settings-field");
	golden_check(hall.stage, "settings-field", 44, 10, GOLDEN_UNICODE);
	press_all(hall.stage, (const char *const[]){"Esc", "W", NULL});
	golden_check_sizes(hall.stage, "settings-write");
	golden_check(hall.stage, "settings-write", 44, 10, GOLDEN_UNICODE);
	close_hall(&hall);
}

static void every_setting_can_be_reached_on_a_small_screen(void **state)
{
	(void)state;
	struct hall hall = open_hall();
	stage_size(hall.stage, 80, 12);
	press(hall.stage, "Home");
	for (size_t i = 0; i < settings_count(hall.settings); i++) {
		struct setting setting = settings_at(hall.settings, i);
		assert_int_equal(hall.stage->model->view.setting, i);
		assert_true(stage_shows(hall.stage, setting.about.name));
		assert_true(stage_shows(hall.stage, setting.about.variable));
		press(hall.stage, "Down");
	}
	assert_int_equal(hall.stage->model->view.setting, settings_count(hall.settings) - 1);
	press(hall.stage, "PgUp");
	assert_int_equal(hall.stage->model->view.setting, settings_count(hall.settings) - 11);
	press(hall.stage, "Home");
	press(hall.stage, "Up");
	assert_int_equal(hall.stage->model->view.setting, 0);
	close_hall(&hall);
}

static void what_has_few_values_changes_with_a_key(void **state)
{
	(void)state;
	struct hall hall = open_hall();
	select_row(&hall, "alert-notify");
	struct wish wish = press(hall.stage, "Enter");
	assert_int_equal(wish.kind, WISH_SETTING);
	assert_int_equal(wish.number, hall.stage->model->view.setting);
	assert_string_equal(wish.text, "osc9");
	select_row(&hall, "auto-launch");
	assert_string_equal(press(hall.stage, "Enter").text, "no");
	close_hall(&hall);
}

static void what_is_typed_is_judged_while_it_is_typed_and_a_bad_one_stays(void **state)
{
	(void)state;
	struct hall hall = open_hall();
	select_row(&hall, "workers");
	assert_int_equal(press(hall.stage, "Enter").kind, WISH_NONE);
	assert_int_equal(hall.stage->model->view.dialog, DIALOG_SETTING);
	assert_string_equal(hall.stage->model->view.typed, "6");
	assert_false(stage_shows(hall.stage, "wants a number"));
	type(hall.stage, "5");
	assert_true(stage_shows(hall.stage, "workers wants a number from 1 to 64, not \"65\""));
	assert_int_equal(press(hall.stage, "Enter").kind, WISH_NONE);
	assert_int_equal(hall.stage->model->view.dialog, DIALOG_SETTING);
	press_all(hall.stage, (const char *const[]){"Backspace", "4", NULL});
	assert_false(stage_shows(hall.stage, "wants a number"));
	struct wish wish = press(hall.stage, "Enter");
	assert_int_equal(wish.kind, WISH_SETTING);
	assert_string_equal(wish.text, "64");
	settings_refuse(hall.settings, "64", "the reason of the console");
	assert_true(stage_shows(hall.stage, "the reason of the console"));
	press(hall.stage, "Backspace");
	assert_false(stage_shows(hall.stage, "the reason of the console"));
	press(hall.stage, "Esc");
	assert_int_equal(hall.stage->model->view.dialog, DIALOG_SETTINGS);
	assert_int_equal(hall.stage->model->view.setting, wish.number);
	close_hall(&hall);
}

static void writing_asks_first_and_says_what_beats_the_file(void **state)
{
	(void)state;
	struct hall hall = open_hall();
	select_row(&hall, "theme");
	assert_true(stage_shows(hall.stage, "--theme beats the file"));
	assert_int_equal(press(hall.stage, "W").kind, WISH_NONE);
	assert_int_equal(hall.stage->model->view.dialog, DIALOG_WRITE_SETTING);
	assert_true(stage_shows(hall.stage, "theme = light"));
	assert_true(stage_shows(hall.stage, "--theme was given at this start"));
	assert_int_equal(press(hall.stage, "c").kind, WISH_NONE);
	assert_int_equal(hall.stage->model->view.dialog, DIALOG_SETTINGS);
	press(hall.stage, "W");
	struct wish wish = press(hall.stage, "Enter");
	assert_int_equal(wish.kind, WISH_WRITE_SETTING);
	assert_int_equal(wish.number, hall.stage->model->view.setting);
	assert_int_equal(hall.stage->model->view.dialog, DIALOG_SETTINGS);
	close_hall(&hall);
}

static void nothing_to_write_and_secrets_are_not_asked_about(void **state)
{
	(void)state;
	struct hall hall = open_hall();
	static const char *const names[] = {"range", "alert-hook"};
	for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
		select_row(&hall, names[i]);
		assert_int_equal(press(hall.stage, "W").kind, WISH_NONE);
		assert_int_equal(hall.stage->model->view.dialog, DIALOG_SETTINGS);
	}
	assert_false(stage_shows(hall.stage, "4711"));
	assert_int_equal(press(hall.stage, "Enter").kind, WISH_NONE);
	assert_true(stage_shows(hall.stage, "it may hold a secret"));
	close_hall(&hall);
}

static void a_read_only_console_may_look(void **state)
{
	(void)state;
	static const char *const keys[] = {"Enter", "W"};
	struct hall hall = open_hall();
	hall.stage->model->read_only = true;
	for (size_t row = 0; row < settings_count(hall.settings); row++) {
		for (size_t i = 0; i < ARRAY_COUNT(keys); i++) {
			assert_int_equal(press(hall.stage, keys[i]).kind, WISH_NONE);
			assert_int_equal(hall.stage->model->view.dialog, DIALOG_SETTINGS);
		}
		press(hall.stage, "Down");
	}
	assert_true(stage_shows(hall.stage, "read-only: the settings are only shown"));
	close_hall(&hall);
}

static void the_keys_that_open_and_close_it(void **state)
{
	(void)state;
	static const char *const keys[] = {"F2", "Esc", "q"};
	struct hall hall = open_hall();
	for (size_t i = 0; i < ARRAY_COUNT(keys); i++) {
		press(hall.stage, keys[i]);
		assert_int_equal(hall.stage->model->view.dialog, DIALOG_NONE);
		press(hall.stage, "F2");
	}
	press(hall.stage, "Esc");
	press(hall.stage, ":");
	type(hall.stage, "settings");
	press(hall.stage, "Enter");
	assert_int_equal(hall.stage->model->view.dialog, DIALOG_SETTINGS);
	close_hall(&hall);
}

/* Each means what its key means, whatever is shown, and does nothing twice. */
static void a_switch_holds_in_every_view_and_an_absurd_one_does_nothing(void **state)
{
	(void)state;
	static const char *const keys[] = {[VIEW_SWITCH_mouse] = "M",
		[VIEW_SWITCH_log_wrap] = "W",
		[VIEW_SWITCH_log_noise] = "L",
		[VIEW_SWITCH_log_times] = "t"};
	static const int absurd[] = {-1, 2 * VIEW_SWITCH_COUNT, INT_MAX, INT_MIN};
	for (int view = 0; view < VIEW_COUNT; view++) {
		struct stage *stage = stage_middle();
		const struct model *model = stage->model;
		stage->model->view.view = (enum view_id)view;
		assert_true(model_switch(model, VIEW_SWITCH_log_times));
		for (int which = 0; which < VIEW_SWITCH_COUNT; which++)
			for (int step = 0; step < 4; step++) {
				bool on = step / 2 == 0;
				stage_action(stage, ACTION_SWITCH, 2 * which + on, NULL);
				assert_int_equal(model_switch(model, (enum view_switch)which), on);
			}
		struct view_state before = model->view;
		for (size_t i = 0; i < ARRAY_COUNT(absurd); i++)
			stage_action(stage, ACTION_SWITCH, absurd[i], NULL);
		assert_memory_equal(&before, &model->view, sizeof(before));
		for (int which = 0; which < VIEW_SWITCH_COUNT; which++) {
			press(stage, which == VIEW_SWITCH_mouse ? "1" : "2");
			press(stage, keys[which]);
			assert_true(model_switch(model, (enum view_switch)which));
		}
		stage_free(stage);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_list_at_every_size_and_in_every_form),
		cmocka_unit_test(the_field_and_the_question_at_every_size),
		cmocka_unit_test(every_setting_can_be_reached_on_a_small_screen),
		cmocka_unit_test(what_has_few_values_changes_with_a_key),
		cmocka_unit_test(what_is_typed_is_judged_while_it_is_typed_and_a_bad_one_stays),
		cmocka_unit_test(writing_asks_first_and_says_what_beats_the_file),
		cmocka_unit_test(nothing_to_write_and_secrets_are_not_asked_about),
		cmocka_unit_test(a_read_only_console_may_look),
		cmocka_unit_test(the_keys_that_open_and_close_it),
		cmocka_unit_test(a_switch_holds_in_every_view_and_an_absurd_one_does_nothing),
	};
	return RUN(tests);
}

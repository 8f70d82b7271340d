/* F2 as an operator uses it: what is changed holds at once, what is written holds at the next
 * start. */
#include "tests/test.h"

#include "base/path.h"
#include "tests/pty/support/operator.h"
#include "tests/support/sample_home.h"

static struct pty *start(const char *home, const char *flag, const char *value)
{
	struct pty *pty = OPERATOR_START(home, flag, value);
	pty_wait_for(pty, "player_game_summary");
	return pty;
}

static void open_settings(struct pty *pty)
{
	pty_send(pty, "\x1bOQ"); /* F2 */
	pty_wait_for(pty, "next start");
}

/* The cursor is on the row of that help. */
static void go_down_to(struct pty *pty, int rows, const char *help)
{
	for (int i = 0; i < rows; i++)
		pty_send(pty, "j");
	pty_wait_for(pty, help);
}

static void type_instead(struct pty *pty, size_t length, const char *text)
{
	while (length-- > 0)
		pty_send(pty, "\x7f");
	pty_send(pty, text);
	pty_send(pty, "\r");
}

/* Of the header. */
static int ground(struct pty *pty)
{
	return pty_cell_at(pty, 60, 0).background;
}

static char *config_text(const char *path)
{
	struct buffer text = {0};
	struct error err;
	if (!path_read_file(path, 4096, &text, &err))
		fail_msg("%s", err.text);
	return text.bytes;
}

static void the_theme_changes_at_once_and_is_remembered_once_it_is_written(void **state)
{
	(void)state;
	char *home = sample_home();
	struct pty *pty = start(home, "--no-ascii", NULL);
	int dark = ground(pty);
	open_settings(pty);
	go_down_to(pty, 11, "colours of the screen");
	pty_send(pty, "\r");
	pty_wait_for(pty, "set theme");
	type_instead(pty, 4, "nonesuch");
	pty_wait_for(pty, "no theme is called nonesuch");
	type_instead(pty, 8, "light");
	pty_wait_for(pty, "theme = light: holds now");
	pty_send(pty, "W");
	pty_wait_for(pty, "Enter  write it");
	pty_send(pty, "\r");
	pty_wait_for(pty, "written: theme = light");
	pty_send(pty, "q");
	pty_wait_until_gone(pty, "next start");
	int light = ground(pty);
	assert_int_not_equal(dark, light);
	operator_leave(pty, "\x03", "s");

	pty = start(home, "--no-ascii", NULL);
	assert_int_equal(ground(pty), light);
	open_settings(pty);
	pty_wait_for(pty, "file ");
	operator_leave(pty, "\x03", "s");
	free(home);
}

/* By hand, by keys of the views, and by another program: nothing of the file gets lost. */
static void the_rest_of_the_file_stays_whoever_wrote_it(void **state)
{
	(void)state;
	char *home = sample_home();
	struct error err;
	pty_finish(start(home, "--read-only", NULL)); /* the folders are there */
	char *path = memory_format("%s/config/backcourt/config", home);
	const char *mine = "# mine\nslow-factor=7\n\nworkers = 2 \n# end\n";
	assert_true(path_make_parent(path, &err));
	assert_true(path_write_file(path, mine, strlen(mine), &err));
	struct pty *pty = start(home, "--pace", "7");
	pty_wait_for(pty, "workers 0/2");
	pty_send(pty, "++-"); /* each counts, though the screen has not heard of the one before */
	pty_wait_for(pty, "workers 0/3");
	open_settings(pty);
	go_down_to(pty, 5, "tables computed at the same time");
	pty_wait_for(pty, "changed here");
	pty_send(pty, "W\r");
	pty_wait_for(pty, "written: workers = 3");
	char *text = config_text(path);
	assert_string_equal(text, "# mine\nslow-factor=7\n\nworkers = 3 \n# end\n");
	free(text);
	const char *others = "# theirs\n";
	assert_true(path_write_file(path, others, strlen(others), &err));
	go_down_to(pty, 1, "--pace beats the file");
	pty_send(pty, "W\r");
	pty_wait_for(pty, "changed since it was read");
	pty_send(pty, "W\r");
	pty_wait_for(pty, "written: pace = 7; --pace beats it where given");
	text = config_text(path);
	assert_string_equal(text, "# theirs\npace = 7\n");
	free(text);
	pty_send(pty, "q");
	operator_leave(pty, "\x03", "s");
	free(path);
	free(home);
}

/* Until its file has a mistake: then the built-in keys hold, and the mistake is told. */
static void a_file_of_keys_holds_from_the_next_start_on(void **state)
{
	(void)state;
	char *home = sample_home();
	struct error err;
	char *path = memory_format("%s/config/backcourt/keys", home);
	const char *mine = "view-matrix = S\nstart-all = 3\n", *wrong = "start = S\n";
	assert_true(path_make_parent(path, &err));
	assert_true(path_write_file(path, mine, strlen(mine), &err));
	struct pty *pty = start(home, "--no-ascii", NULL);
	pty_wait_for(pty, "3 start all");
	pty_send(pty, "S");
	pty_wait_for(pty, "} month");
	operator_leave(pty, "\x03", "s");

	assert_true(path_write_file(path, wrong, strlen(wrong), &err));
	pty = start(home, "--no-ascii", NULL);
	pty_wait_for(pty, "keys:1: keys of start: S is taken by start-all");
	pty_wait_for(pty, "S start all");
	operator_leave(pty, "\x03", "s");

	pty = start(home, "--keys", "/nowhere/at/all");
	pty_wait_for(pty, "cannot open /nowhere/at/all");
	operator_leave(pty, "\x03", "s");
	free(path);
	free(home);
}

static void wait_for_mouse(struct pty *pty)
{
	while (!pty_takes_mouse(pty))
		assert_true(pty_read(pty, PTY_PATIENCE_MS));
}

static void what_a_key_switches_is_a_setting_and_the_other_way_round(void **state)
{
	(void)state;
	char *home = sample_home();
	struct pty *pty = start(home, "--no-ascii", NULL);
	pty_send(pty, "2");
	pty_wait_for(pty, "wrap off");
	pty_send(pty, "W");
	pty_wait_for(pty, "wrap on");
	open_settings(pty);
	go_down_to(pty, 14, "the Log wraps long lines");
	pty_wait_for(pty, "changed here");
	pty_send(pty, "W\r");
	pty_wait_for(pty, "written: log-wrap = yes");
	pty_send(pty, "k");
	pty_wait_for(pty, "take the mouse, but in the log");
	pty_send(pty, "\r");
	pty_wait_for(pty, "mouse = yes: holds now");
	pty_send(pty, "q");
	pty_wait_until_gone(pty, "next start");
	assert_false(pty_takes_mouse(pty)); /* it is the log's own */
	pty_send(pty, "1");
	wait_for_mouse(pty);
	operator_leave(pty, "\x03", "s");

	pty = start(home, "--no-ascii", NULL);
	pty_send(pty, "2");
	pty_wait_for(pty, "wrap on");
	pty_send(pty, "1");
	pty_wait_until_gone(pty, "wrap on");
	assert_false(pty_takes_mouse(pty)); /* was not written */
	operator_leave(pty, "\x03", "s");
	free(home);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_theme_changes_at_once_and_is_remembered_once_it_is_written),
		cmocka_unit_test(the_rest_of_the_file_stays_whoever_wrote_it),
		cmocka_unit_test(a_file_of_keys_holds_from_the_next_start_on),
		cmocka_unit_test(what_a_key_switches_is_a_setting_and_the_other_way_round),
	};
	int failed = RUN(tests);
	sample_home_forget();
	return failed;
}

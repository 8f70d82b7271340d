/* The settings of a console, and what they do to the user's file. */
#include "tests/test.h"

#include "base/path.h"
#include "settings.h"

#include <sys/stat.h>

static const char *variable_name, *variable_value;

static const char *lookup(const char *variable)
{
	return variable_name != NULL && strcmp(variable, variable_name) == 0 ? variable_value
									     : NULL;
}

/* A settings file with that text (NULL: none), read by a start with these arguments. */
static struct settings *open_settings(char **path, const char *text, const char *flag)
{
	char *folder = test_folder();
	struct config config;
	struct error err = {0};
	setenv("XDG_CONFIG_HOME", folder, 1);
	*path = memory_format("%s/backcourt/config", folder);
	free(folder);
	assert_true(path_make_parent(*path, &err));
	if (text != NULL)
		assert_true(path_write_file(*path, text, strlen(text), &err));
	const char *argv[] = {"backcourt", flag};
	if (!config_load(flag == NULL ? 1 : 2, (char *const *)argv, lookup, &config, &err))
		fail_msg("%s", err.text);
	struct settings *settings = settings_new(&config);
	config_release(&config);
	return settings;
}

static size_t row_of(const struct settings *settings, const char *name)
{
	for (size_t i = 0; i < settings_count(settings); i++)
		if (strcmp(settings_at(settings, i).about.name, name) == 0)
			return i;
	fail_msg("%s is no setting", name);
}

static struct setting at(const struct settings *settings, const char *name)
{
	return settings_at(settings, row_of(settings, name));
}

static void change(struct settings *settings, const char *name, const char *text)
{
	struct error err = {0};
	if (!settings_change(settings, at(settings, name).option, text, &err))
		fail_msg("%s", err.text);
}

static void holds(const char *path, const char *wanted)
{
	struct buffer text = {0};
	struct error err;
	assert_true(path_read_file(path, CONFIG_FILE_BYTES_MAX, &text, &err));
	assert_string_equal(buffer_text(&text), wanted);
	buffer_release(&text);
}

static void finish(struct settings *settings, char *path)
{
	settings_free(settings);
	free(path);
	variable_name = NULL;
}

static void every_value_knows_where_it_came_from(void **state)
{
	(void)state;
	char *path, winner[72];
	variable_name = "BACKCOURT_RULES";
	variable_value = "original";
	struct settings *settings =
		open_settings(&path, "theme = mono\nworkers = 2\n", "--workers=5");
	assert_int_equal(at(settings, "budget").origin, ORIGIN_DEFAULT);
	assert_int_equal(at(settings, "theme").origin, ORIGIN_FILE);
	assert_int_equal(at(settings, "rules").origin, ORIGIN_ENVIRONMENT);
	assert_int_equal(at(settings, "workers").origin, ORIGIN_FLAG);
	assert_string_equal(at(settings, "workers").value, "5");
	struct setting setting = at(settings, "theme");
	assert_null(settings_winner(&setting, winner));
	setting = at(settings, "rules");
	assert_string_equal(settings_winner(&setting, winner), "BACKCOURT_RULES");
	setting = at(settings, "workers");
	assert_string_equal(settings_winner(&setting, winner), "--workers");
	finish(settings, path);
}

static void verbs_and_single_calls_are_no_settings(void **state)
{
	(void)state;
	static const char *const none[] = {
		"help", "version", "config", "json", "fix", "now", "plan"};
	char *path;
	struct settings *settings = open_settings(&path, NULL, NULL);
	for (size_t i = 0; i < settings_count(settings); i++)
		for (size_t k = 0; k < ARRAY_COUNT(none); k++)
			assert_string_not_equal(settings_at(settings, i).about.name, none[k]);
	assert_false(settings_file_exists(settings));
	assert_string_equal(settings_file(settings), path);
	finish(settings, path);
}

static void what_was_not_given_shows_what_stands_for_it(void **state)
{
	(void)state;
	char *path;
	struct settings *settings = open_settings(&path, NULL, NULL);
	assert_string_equal(at(settings, "workers").value, "");
	settings_resolve(settings, CONFIG_OPTION_workers, "4");
	assert_string_equal(at(settings, "workers").value, "4");
	assert_false(at(settings, "workers").is_changed);
	change(settings, "workers", "6");
	settings_resolve(settings, CONFIG_OPTION_workers, "4");
	assert_string_equal(at(settings, "workers").value, "6");
	finish(settings, path);
}

static void a_change_holds_at_once_and_the_file_knows_nothing_of_it(void **state)
{
	(void)state;
	char *path;
	struct settings *settings = open_settings(&path, "# mine\ntheme = dark\n", NULL);
	change(settings, "theme", "light");
	change(settings, "alert-bell", "no");
	assert_string_equal(settings_config(settings)->theme, "light");
	assert_int_equal(settings_config(settings)->alert_bell, 0);
	assert_true(at(settings, "theme").is_changed);
	holds(path, "# mine\ntheme = dark\n");
	finish(settings, path);
}

static void a_bad_value_is_refused_with_its_reason_and_changes_nothing(void **state)
{
	(void)state;
	static const char *const rows[][3] = {{"workers", "65", "1 to 64"},
		{"workers", "four", "1 to 64"}, {"rules", "new", "corrected|original"},
		{"ascii", "maybe", "yes or no"}, {"theme", "", "NAME|FILE"},
		{"theme", "dark ", "blanks"}};
	char *path;
	struct settings *settings = open_settings(&path, "theme = dark\n", NULL);
	for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
		struct error err = {0};
		assert_false(
			settings_check(settings, row_of(settings, rows[i][0]), rows[i][1], &err));
		if (strstr(err.text, rows[i][2]) == NULL)
			fail_msg("\"%s\" lacks \"%s\"", err.text, rows[i][2]);
	}
	struct error err;
	assert_false(settings_change(settings, CONFIG_OPTION_workers, "65", &err));
	assert_false(at(settings, "workers").is_changed);
	assert_true(settings_check(settings, row_of(settings, "workers"), "64", &err));
	finish(settings, path);
}

static void few_values_are_gone_through_round_and_round(void **state)
{
	(void)state;
	static const char *const rows[][3] = {{"alert-notify", "off", "osc9"},
		{"alert-notify", "osc777", "off"}, {"ascii", "no", "yes"},
		{"auto-launch", "yes", "no"}, {"rules", "corrected", "original"}};
	char *path;
	struct settings *settings = open_settings(&path, NULL, NULL);
	for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
		struct buffer next = {0};
		change(settings, rows[i][0], rows[i][1]);
		assert_true(settings_next(settings, row_of(settings, rows[i][0]), &next));
		assert_string_equal(buffer_text(&next), rows[i][2]);
		buffer_release(&next);
	}
	struct buffer none = {0};
	assert_false(settings_next(settings, row_of(settings, "theme"), &none));
	assert_int_equal(none.length, 0);
	finish(settings, path);
}

static void what_may_hold_a_secret_is_neither_shown_nor_written(void **state)
{
	(void)state;
	char *path;
	struct error err = {0};
	const char *text = "alert-hook = /bin/tell --token s3cret\n";
	struct settings *settings = open_settings(&path, text, NULL);
	size_t row = row_of(settings, "alert-hook");
	assert_string_equal(settings_at(settings, row).value, "/bin/tell ...");
	assert_false(settings_change(settings, CONFIG_OPTION_alert_hook, "/bin/other", &err));
	assert_false(settings_write(settings, row, &err));
	assert_null(strstr(err.text, "s3cret"));
	holds(path, text);
	finish(settings, path);
}

static void a_written_value_is_the_only_difference_and_the_mode_stays(void **state)
{
	(void)state;
	char *path;
	struct stat found;
	struct error err = {0};
	struct settings *settings = open_settings(&path, "# mine\n  theme=dark   \n\n# end", NULL);
	assert_int_equal(chmod(path, 0644), 0);
	change(settings, "theme", "light");
	assert_true(settings_write(settings, row_of(settings, "theme"), &err));
	holds(path, "# mine\n  theme=light   \n\n# end");
	assert_true(at(settings, "theme").is_written);
	assert_int_equal(stat(path, &found), 0);
	assert_int_equal(found.st_mode & 07777, 0644);
	change(settings, "workers", "3");
	assert_true(settings_write(settings, row_of(settings, "workers"), &err));
	holds(path, "# mine\n  theme=light   \n\n# end\nworkers = 3\n");
	change(settings, "theme", "mono");
	assert_false(at(settings, "theme").is_written);
	finish(settings, path);
}

static void a_file_that_is_not_there_is_made_for_its_owner_alone(void **state)
{
	(void)state;
	char *path;
	struct stat found;
	struct error err = {0};
	struct settings *settings = open_settings(&path, NULL, NULL);
	change(settings, "pace", "20");
	assert_true(settings_write(settings, row_of(settings, "pace"), &err));
	holds(path, "pace = 20\n");
	assert_int_equal(stat(path, &found), 0);
	assert_int_equal(found.st_mode & 07777, 0600);
	finish(settings, path);
}

/* Another editor is not overwritten; who asks twice adds to what is there now. */
static void a_file_that_changed_meanwhile_is_refused_once(void **state)
{
	(void)state;
	char *path;
	struct error err = {0};
	const char *others = "theme = mono\nworkers = 9\n";
	struct settings *settings = open_settings(&path, "theme = dark\n", NULL);
	change(settings, "theme", "light");
	assert_true(path_write_file(path, others, strlen(others), &err));
	assert_false(settings_write(settings, row_of(settings, "theme"), &err));
	assert_int_equal(err.kind, ERROR_BUSY);
	holds(path, others);
	assert_true(settings_write(settings, row_of(settings, "theme"), &err));
	holds(path, "theme = light\nworkers = 9\n");
	/* one that appeared, or has gone, changed, too */
	assert_int_equal(unlink(path), 0);
	assert_false(settings_write(settings, row_of(settings, "theme"), &err));
	assert_false(path_exists(path));
	assert_true(settings_write(settings, row_of(settings, "theme"), &err));
	finish(settings, path);
}

static void a_link_stays_a_link_and_what_it_names_is_written(void **state)
{
	(void)state;
	char *path;
	struct stat found;
	struct error err = {0};
	struct settings *settings = open_settings(&path, "theme = dark\n", NULL);
	char *real = memory_format("%s.dotfiles", path);
	assert_int_equal(rename(path, real), 0);
	assert_int_equal(symlink(real, path), 0);
	change(settings, "theme", "light");
	if (!settings_write(settings, row_of(settings, "theme"), &err))
		fail_msg("%s", err.text);
	assert_int_equal(lstat(path, &found), 0);
	assert_true(S_ISLNK(found.st_mode));
	holds(real, "theme = light\n");
	assert_int_equal(unlink(real), 0); /* a link to nothing is no place */
	assert_false(settings_write(settings, row_of(settings, "theme"), &err));
	free(real);
	finish(settings, path);
}

static void what_is_no_file_of_this_user_is_left_alone(void **state)
{
	(void)state;
	char *path;
	struct error err = {0};
	struct settings *settings = open_settings(&path, NULL, NULL);
	change(settings, "theme", "light");
	assert_int_equal(mkdir(path, 0700), 0);
	assert_false(settings_write(settings, row_of(settings, "theme"), &err));
	assert_non_null(strstr(err.text, "not a regular file"));
	assert_int_equal(rmdir(path), 0);
	if (geteuid() == 0) { /* only root can give a file away */
		assert_true(path_write_file(path, "", 0, &err));
		assert_int_equal(chown(path, 12345, (gid_t)-1), 0);
		assert_false(settings_write(settings, row_of(settings, "theme"), &err));
		assert_non_null(strstr(err.text, "not yours"));
		holds(path, "");
	}
	finish(settings, path);
}

static void what_is_written_is_read_by_the_next_start(void **state)
{
	(void)state;
	char *path;
	struct error err = {0};
	struct config config;
	struct settings *settings = open_settings(&path, NULL, NULL);
	change(settings, "theme", "mono");
	change(settings, "auto-launch", "no");
	change(settings, "range", "2021-11, !2021-11-25");
	assert_true(settings_write(settings, row_of(settings, "theme"), &err));
	assert_true(settings_write(settings, row_of(settings, "auto-launch"), &err));
	assert_true(settings_write(settings, row_of(settings, "range"), &err));
	const char *argv[] = {"backcourt"};
	assert_true(config_load(1, (char *const *)argv, lookup, &config, &err));
	assert_string_equal(config.theme, "mono");
	assert_int_equal(config.auto_launch, 0);
	assert_string_equal(config.range, "2021-11, !2021-11-25");
	assert_int_equal(config.origins[CONFIG_OPTION_range], ORIGIN_FILE);
	config_release(&config);
	finish(settings, path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_value_knows_where_it_came_from),
		cmocka_unit_test(verbs_and_single_calls_are_no_settings),
		cmocka_unit_test(what_was_not_given_shows_what_stands_for_it),
		cmocka_unit_test(a_change_holds_at_once_and_the_file_knows_nothing_of_it),
		cmocka_unit_test(a_bad_value_is_refused_with_its_reason_and_changes_nothing),
		cmocka_unit_test(few_values_are_gone_through_round_and_round),
		cmocka_unit_test(what_may_hold_a_secret_is_neither_shown_nor_written),
		cmocka_unit_test(a_written_value_is_the_only_difference_and_the_mode_stays),
		cmocka_unit_test(a_file_that_is_not_there_is_made_for_its_owner_alone),
		cmocka_unit_test(a_file_that_changed_meanwhile_is_refused_once),
		cmocka_unit_test(a_link_stays_a_link_and_what_it_names_is_written),
		cmocka_unit_test(what_is_no_file_of_this_user_is_left_alone),
		cmocka_unit_test(what_is_written_is_read_by_the_next_start),
	};
	return RUN(tests);
}

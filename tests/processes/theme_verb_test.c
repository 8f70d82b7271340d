/* backcourt theme: a list, a theme, a check. */
#include "tests/test.h"

#include "base/path.h"
#include "tests/support/program.h"

static void write_theme(const char *home, const char *text)
{
	struct error err;
	char *folder = memory_format("%s/config/backcourt/themes", home);
	char *path = path_join(folder, "mine.theme");
	if (!path_make_folder(folder, &err) || !path_write_file(path, text, strlen(text), &err))
		fail_msg("%s", err.text);
	free(path);
	free(folder);
}

static void expect(
	const char *home, int status, const char *text, const char *option, const char *name)
{
	struct program_result result = PROGRAM_RUN(home, "theme", option, name);
	assert_int_equal(result.status, status);
	if (strstr(result.output, text) == NULL)
		fail_msg("'%s' is not in '%s'", text, result.output);
	free(result.output);
}

static void a_theme_that_was_printed_can_be_changed_and_checked(void **state)
{
	(void)state;
	char *home = test_folder();
	struct program_result dark = PROGRAM_RUN(home, "theme", "--print", "dark");
	assert_int_equal(dark.status, 0);
	write_theme(home, dark.output);
	expect(home, 0, "dark: its states can be told apart and read", "--check", "mine");
	char *poor = memory_format("%sstale = 81\nname = mine\n", dark.output);
	write_theme(home, poor);
	expect(home, 1, "complete and stale are 0.0 apart", "--check", "mine");
	write_theme(home, "inherit = dark\nstale = blink\n");
	expect(home, 3, "mine:2: not a colour: 'blink'", "--check", "mine");
	expect(home, 3, "did you mean dark", "--check", "drak");
	expect(home, 3, "mine is no built-in theme", "--print", "mine");
	free(poor);
	free(dark.output);
	free(home);
}

static void the_list_names_every_built_in_theme_and_the_folder(void **state)
{
	(void)state;
	char *home = test_folder();
	struct program_result result = PROGRAM_RUN(home, "theme");
	assert_int_equal(result.status, 0);
	assert_non_null(strstr(result.output, "dark\nlight\n"));
	assert_non_null(strstr(result.output, "tritanopia\nmono\n"));
	assert_non_null(strstr(result.output, "/config/backcourt/themes"));
	free(result.output);
	free(home);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_theme_that_was_printed_can_be_changed_and_checked),
		cmocka_unit_test(the_list_names_every_built_in_theme_and_the_folder),
	};
	return RUN(tests);
}

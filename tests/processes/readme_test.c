/* The README says what the program is: its tables are the program's own lists. */
#include "tests/test.h"

#include "base/path.h"
#include "tests/support/program.h"

static void every_table_of_the_readme_is_the_one_of_help(void **state)
{
	(void)state;
	static const char *const topics[] = {
		"verbs", "options", "keys", "verdicts", "reasons", "json", "alerts"};
	struct buffer readme = {0};
	struct error err;
	char *home = test_folder();
	if (!path_read_file("README.md", PATH_FILE_BYTES_MAX, &readme, &err))
		fail_msg("%s", err.text);
	for (size_t i = 0; i < ARRAY_COUNT(topics); i++) {
		struct program_result help = PROGRAM_RUN(home, "help", topics[i]);
		assert_int_equal(help.status, 0);
		assert_true(strlen(help.output) > 80);
		if (strstr(buffer_text(&readme), help.output) == NULL)
			fail_msg("the table of %s is old: make readme", topics[i]);
		free(help.output);
	}
	buffer_release(&readme);
	free(home);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_table_of_the_readme_is_the_one_of_help),
	};
	return RUN(tests);
}

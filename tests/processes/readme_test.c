/* The README says what the program is: its tables are the program's own lists. */
#include "tests/test.h"

#include "base/embedded.h"
#include "base/path.h"
#include "tests/support/program.h"
#include "verbs/verbs.h"

static void every_table_of_the_readme_is_the_one_of_help(void **state)
{
	(void)state;
	static const char *const topics[] = {"verbs", "verdicts"};
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

static void every_page_of_the_manual_is_named_by_the_readme(void **state)
{
	(void)state;
	struct buffer readme = {0};
	struct error err;
	size_t pages = 0;
	if (!path_read_file("README.md", PATH_FILE_BYTES_MAX, &readme, &err))
		fail_msg("%s", err.text);
	for (size_t i = 0; i < embedded_file_count; i++) {
		if (strncmp(embedded_files[i].name, "core/manual/", 12) != 0)
			continue;
		char *link = memory_format("](%s)", embedded_files[i].name);
		if (strstr(buffer_text(&readme), link) == NULL)
			fail_msg("the README does not name %s", embedded_files[i].name);
		free(link);
		pages++;
	}
	assert_true(pages > 0);
	buffer_release(&readme);
}

static void every_verb_has_a_line_of_help_and_shows_its_page(void **state)
{
	(void)state;
	char *home = test_folder();
#define X(id, name, page, arguments, text)                                             \
	{                                                                              \
		struct program_result help = PROGRAM_RUN(home, "help", name);          \
		assert_int_equal(help.status, 0);                                      \
		assert_ptr_equal(strstr(help.output, "backcourt " name), help.output); \
		assert_non_null(strstr(help.output, text));                            \
		free(help.output);                                                     \
	}
	VERB_LIST(X)
#undef X
	struct program_result jobs = PROGRAM_RUN(home, "help", "pause");
	assert_non_null(strstr(jobs.output, "\n\n# Scripts"));
	free(jobs.output);
	struct program_result none = PROGRAM_RUN(home, "help", "nothing");
	assert_int_equal(none.status, 3);
	free(none.output);
	free(home);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_table_of_the_readme_is_the_one_of_help),
		cmocka_unit_test(every_page_of_the_manual_is_named_by_the_readme),
		cmocka_unit_test(every_verb_has_a_line_of_help_and_shows_its_page),
	};
	return RUN(tests);
}

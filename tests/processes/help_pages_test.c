/* The manual page and the completion are made from the program's own lists, and bash takes them. */
#include "tests/test.h"

#include "base/embedded.h"
#include "verbs/verbs.h"
#include "config.h"
#include "tests/support/program.h"

static char *help(const char *topic)
{
	char *home = test_folder();
	struct program_result result = PROGRAM_RUN(home, "help", topic);
	assert_int_equal(result.status, 0);
	free(home);
	return result.output;
}

static void expect(const char *shown, const char *text)
{
	if (strstr(shown, text) == NULL)
		fail_msg("the page says nothing of %s", text);
}

static void the_manual_names_every_verb_and_option(void **state)
{
	(void)state;
	char *page = help("man");
	struct option_about about;
	expect(page, ".TH BACKCOURT 1");
#define X(id, name, topic, arguments, text) expect(page, "\\fB" name "\\fR");
	VERB_LIST(X)
#undef X
	for (size_t i = 0; config_option_at(i, &about); i++)
		expect(page, about.variable);
	/* A text that begins with a dot or a quote would be taken for a request. */
	for (const char *at = page; (at = strstr(at, "\n.")) != NULL; at++)
		assert_non_null(strchr("TSbPI", at[2]));
	assert_null(strstr(page, "\n'"));
	free(page);
}

/* Sources the completion in bash and asks it for the last of the words. */
static char *complete(const char *words, int count)
{
	char *page = help("bash");
	char *command = memory_format("bash -u -c '%s\nCOMP_WORDS=(\"%s\" %s)\nCOMP_CWORD=%d\n"
				      "_backcourt && echo \"${COMPREPLY[@]}\"'",
		page, program_path(), words, count);
	FILE *answer = popen(command, "re");
	assert_non_null(answer);
	char text[4096];
	size_t length = fread(text, 1, sizeof(text) - 1, answer);
	text[length] = '\0';
	assert_int_equal(pclose(answer), 0);
	free(command);
	free(page);
	return memory_copy_text(text);
}

static void expect_completion(const char *words, int count, const char *wanted)
{
	char *answer = complete(words, count);
	assert_string_equal(answer, wanted);
	free(answer);
}

static void bash_completes_verbs_options_words_and_tables(void **state)
{
	(void)state;
	expect_completion("cov", 1, "coverage\n");
	expect_completion("--no-a", 1, "--no-auto-launch --no-alert-bell\n");
	expect_completion("coverage --format m", 3, "md\n");
	expect_completion("--rules \"\"", 2, "corrected original\n");
	expect_completion("run player_da", 2, "player_daily_cache\n");
	expect_completion("run --range 2021-11 team_o", 4, "team_offense_game_summary\n");
	expect_completion("--range \"\"", 2, "\n");
	expect_completion("import Makef", 2, "Makefile\n");
	expect_completion("nonsense", 1, "\n");
}

/* The page of a verb is in VERB_LIST: it is there, and it is what `help VERB` shows. */
static void a_verb_is_told_of_on_its_page(void **state)
{
	(void)state;
	static const struct {
		const char *verb, *page;
	} verbs[] = {
#define X(id, name, page, arguments, help) {name, page},
		VERB_LIST(X)
#undef X
	};
	size_t count = 0;
	for (size_t i = 0; i < ARRAY_COUNT(verbs); i++) {
		char *shown = help(verbs[i].verb);
		if (verbs[i].page != NULL) {
			size_t length;
			char *file = memory_format("core/manual/%s.md", verbs[i].page);
			const char *text = embedded_find(file, &length);
			if (text == NULL || memmem(shown, strlen(shown), text, length) == NULL)
				fail_msg("help %s does not show %s", verbs[i].verb, file);
			free(file);
			count++;
		}
		free(shown);
	}
	assert_true(count > ARRAY_COUNT(verbs) / 2);
}

/* However long a verb's arguments are, the helps stand below each other. */
static void the_helps_of_all_verbs_begin_in_one_column(void **state)
{
	(void)state;
	char *home = test_folder();
	struct program_result result = PROGRAM_RUN(home, "--help");
#define X(id, name, page, arguments, text)                             \
	{                                                              \
		const char *at = strstr(result.output, " " text "\n"); \
		assert_non_null(at);                                   \
		const char *line = at;                                 \
		while (line[-1] != '\n')                               \
			line--;                                        \
		assert_int_equal(at - line, 34);                       \
	}
	VERB_LIST(X)
#undef X
	free(result.output);
	free(home);
}

static void help_on_nothing_known_names_what_there_is(void **state)
{
	(void)state;
	char *home = test_folder();
	struct program_result result = PROGRAM_RUN(home, "help", "cooking");
	assert_int_equal(result.status, 3);
	assert_non_null(strstr(result.output, "cooking"));
	assert_non_null(strstr(result.output, "verdicts"));
	free(result.output);
	free(home);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_manual_names_every_verb_and_option),
		cmocka_unit_test(bash_completes_verbs_options_words_and_tables),
		cmocka_unit_test(a_verb_is_told_of_on_its_page),
		cmocka_unit_test(the_helps_of_all_verbs_begin_in_one_column),
		cmocka_unit_test(help_on_nothing_known_names_what_there_is),
	};
	return RUN(tests);
}

/* The verbs that say what is wrong and what to do about it, as programs over the real slice. */
#include "tests/test.h"

#include "tests/support/program.h"
#include "tests/support/table.h"

#include <jansson.h>

#define RANGE "2021-11-01..2021-11-06"

static struct program_result run_expecting(
	const char *home, int status, const char *const *arguments)
{
	struct program_result result = program_run(home, arguments);
	if (result.status != status)
		fail_msg("exit status %d, not %d:\n%s", result.status, status, result.output);
	return result;
}
#define EXPECT(home, status, ...) \
	free(run_expecting(home, status, (const char *const[]){__VA_ARGS__, NULL}).output)
#define OUTPUT(home, status, ...) \
	run_expecting(home, status, (const char *const[]){__VA_ARGS__, NULL}).output

static char *import_slice(const char *slice)
{
	char *home = test_folder();
	EXPECT(home, 0, "import", slice);
	return home;
}

static json_t *parse(char *text)
{
	json_error_t where;
	json_t *root = json_loads(text, 0, &where);
	if (root == NULL)
		fail_msg("line %d: %s in:\n%s", where.line, where.text, text);
	free(text);
	return root;
}

static json_t *with_table(json_t *list, const char *table)
{
	size_t i;
	json_t *item;
	json_array_foreach(list, i,
		item) if (strcmp(json_string_value(json_object_get(item, "table")), table) ==
			  0) return item;
	return NULL;
}

static void the_missing_table_is_the_cause_of_what_it_holds_up(void **state)
{
	(void)state;
	NEED_DATA(slice, "nba/slice_2021_oct_nov");
	char *home = import_slice(slice);
	EXPECT(home, 0, "run", "--range", "2021-10-19..2021-11-01");
	EXPECT(home, 0, "run", "pgs", "togs", "tdgs", "utgc", "tdza", "psza", "--range", RANGE);
	json_t *root = parse(OUTPUT(home, 1, "gaps", "--json", "--range", RANGE));
	json_t *causes = json_object_get(root, "causes");
	json_t *cause = with_table(causes, "upcoming_player_game_context");
	assert_int_equal(json_array_size(causes), 1);
	assert_non_null(cause);
	assert_string_equal(json_string_value(json_object_get(cause, "reason")), "NEVER_RUN");
	assert_int_equal(json_integer_value(json_object_get(cause, "cells")), 5);
	assert_int_equal(json_integer_value(json_object_get(cause, "frees")), 15);
	assert_int_equal(json_integer_value(json_object_get(root, "held_up")), 15);
	json_decref(root);
	free(home);
	free(slice);
}

/* Runs one line of `plan --shell`. */
static void run_line(const char *home, char *line)
{
	const char *arguments[PROGRAM_ARGUMENTS_MAX] = {NULL};
	size_t count = 0;
	char *rest = line;
	assert_string_equal(strsep(&rest, " "), "backcourt");
	for (char *word; (word = strsep(&rest, " ")) != NULL;)
		arguments[count++] = word;
	arguments[count] = NULL;
	free(run_expecting(home, 0, arguments).output);
}

static void the_commands_of_the_plan_cure_every_gap(void **state)
{
	(void)state;
	NEED_DATA(slice, "nba/slice_2021_oct_nov");
	char *home = import_slice(slice);
	char *commands = OUTPUT(home, 1, "plan", "--shell", "--range", "2021-10-19..2021-11-06");
	char *rest = commands;
	int lines = 0;
	for (char *line; (line = strsep(&rest, "\n")) != NULL && *line != '\0'; lines++)
		run_line(home, line);
	assert_int_equal(lines, 10);
	EXPECT(home, 0, "status", "--range", "2021-10-19..2021-11-06");
	char *after = OUTPUT(home, 0, "plan", "--range", "2021-10-19..2021-11-06");
	assert_string_equal(after, "nothing to run\n");
	free(after);
	free(commands);
	free(home);
	free(slice);
}

static void a_plan_says_what_waits_when_its_causes_are_not_chosen(void **state)
{
	(void)state;
	NEED_DATA(slice, "nba/slice_2021_oct_nov");
	char *home = import_slice(slice);
	json_t *root = parse(OUTPUT(home, 1, "plan", "pcf", "--json", "--range", RANGE));
	json_t *left = with_table(json_object_get(root, "left"), "player_composite_factors");
	assert_int_equal(json_array_size(json_object_get(root, "steps")), 0);
	assert_non_null(left);
	assert_false(json_boolean_value(json_object_get(left, "needs_you")));
	json_decref(root);
	free(home);
	free(slice);
}

static void a_run_takes_the_language_of_dates(void **state)
{
	(void)state;
	NEED_DATA(slice, "nba/slice_2021_oct_nov");
	char *home = import_slice(slice);
	EXPECT(home, 0, "run", "pgs", "--range", "2021-11-02,2021-11-04..2021-11-05");
	char *csv = OUTPUT(home, 1, "coverage", "--csv", "--range", RANGE);
	assert_int_equal(csv_total(csv, "player_game_summary").complete, 3);
	assert_true(csv_is(csv, "player_game_summary", "2021-11-03", "ready"));
	free(csv);
	EXPECT(home, 0, "run", "pgs", "--range", "@gaps,!2021-11-03"); /* of the last range */
	csv = OUTPUT(home, 1, "coverage", "--csv", "--range", RANGE);
	assert_true(csv_is(csv, "player_game_summary", "2021-11-03", "ready"));
	free(csv);
	char *refused = OUTPUT(home, 3, "run", "pgs", "--range", "@gap");
	assert_non_null(strstr(refused, "no verdict is called 'gap'"));
	free(refused);
	refused = OUTPUT(home, 3, "run", "pgs", "--range", "season:1999-00");
	assert_non_null(strstr(refused, "season:1999-00"));
	free(refused);
	free(home);
	free(slice);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_missing_table_is_the_cause_of_what_it_holds_up),
		cmocka_unit_test(the_commands_of_the_plan_cure_every_gap),
		cmocka_unit_test(a_plan_says_what_waits_when_its_causes_are_not_chosen),
		cmocka_unit_test(a_run_takes_the_language_of_dates),
	};
	return RUN(tests);
}

/* backcourt doctor, as a program: lines, JSON, exit statuses. */
#include "tests/test.h"

#include "base/path.h"
#include "tests/processes/support/verb.h"
#include "tests/support/program.h"

#include <sqlite3.h>

/* On some machines logind does not answer; then the status is 1. */
static struct program_result run(const char *home, const char *const *arguments)
{
	struct program_result result = program_run(home, arguments);
	assert_true(result.status != 2 && result.status < 5);
	return result;
}

static const json_t *find_check(const json_t *root, const char *name)
{
	const json_t *checks = json_object_get(root, "checks");
	for (size_t i = 0; i < json_array_size(checks); i++)
		if (strcmp(verb_text(json_array_get(checks, i), "check"), name) == 0)
			return json_array_get(checks, i);
	fail_msg("there is no check \"%s\"", name);
}

static void the_json_has_every_result_and_advice_where_it_is_not_good(void **state)
{
	(void)state;
	char *home = test_folder();
	struct program_result result = run(home, (const char *const[]){"doctor", "--json", NULL});
	json_t *root = verb_parse(result.output);
	assert_int_equal(json_integer_value(json_object_get(root, "version")), 1);
	const json_t *terminal = find_check(root, "terminal"); /* TERM=dumb */
	assert_string_equal(verb_text(terminal, "result"), "warning");
	assert_non_null(strstr(verb_text(terminal, "advice"), "TERM"));
	const json_t *pipeline = find_check(root, "pipeline");
	assert_string_equal(verb_text(pipeline, "result"), "good");
	assert_true(json_is_null(json_object_get(pipeline, "advice")));
	json_decref(root);
	free(home);
}

static void what_failed_stands_beside_what_to_do(void **state)
{
	(void)state;
	char *home = test_folder();
	char *output = VERB_OUTPUT(home, 3, "doctor", "--pipeline", "nba-scripts");
	assert_non_null(strstr(output, "failed   job"));
	assert_non_null(strstr(output, "-> Correct the job's cwd or argv"));
	for (const char *line = output; *line != '\0'; line += strcspn(line, "\n") + 1)
		assert_true(strcspn(line, "\n") <= 200);
	free(output);
	free(home);
}

static void a_warehouse_that_is_none_ends_with_4(void **state)
{
	(void)state;
	char *home = test_folder();
	char *path = path_join(home, "not.db");
	struct error err;
	assert_true(
		path_write_file(path, "this is no database, but long enough to be read", 46, &err));
	free(VERB_OUTPUT(home, 4, "doctor", "--warehouse", path));
	free(VERB_OUTPUT(home, 3, "doctor", "too", "much"));
	free(path);
	free(home);
}

/* What a program before this one let happen. */
static void put_a_real_game_into(const char *path)
{
	sqlite3 *database;
	assert_int_equal(sqlite3_open(path, &database), SQLITE_OK);
	assert_int_equal(sqlite3_exec(database,
				 "UPDATE nba_raw__games SET game_id = '0022100001' WHERE game_id = "
				 "(SELECT min(game_id) FROM nba_raw__games)",
				 NULL, NULL, NULL),
		SQLITE_OK);
	assert_int_equal(sqlite3_changes(database), 1);
	assert_int_equal(sqlite3_close(database), SQLITE_OK);
}

static void invented_games_are_named_and_fail_among_real_ones(void **state)
{
	(void)state;
	char *home = test_folder();
	char *path = path_join(home, "sample.db");
	VERB_EXPECT(home, 0, "sample", "--warehouse", path);
	struct program_result result =
		run(home, (const char *const[]){"doctor", "--warehouse", path, NULL});
	assert_non_null(strstr(result.output, "its games are the sample's: invented"));
	free(result.output);
	put_a_real_game_into(path);
	char *output = VERB_OUTPUT(home, 4, "doctor", "--warehouse", path);
	assert_non_null(strstr(output, "the sample's invented games lie among real ones"));
	free(output);
	output = VERB_OUTPUT(home, 3, "sample", "--warehouse", path);
	assert_non_null(strstr(output, "sample.db holds games of the sample and real ones"));
	free(output);
	free(path);
	free(home);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_json_has_every_result_and_advice_where_it_is_not_good),
		cmocka_unit_test(what_failed_stands_beside_what_to_do),
		cmocka_unit_test(a_warehouse_that_is_none_ends_with_4),
		cmocka_unit_test(invented_games_are_named_and_fail_among_real_ones),
	};
	return RUN(tests);
}

/* backcourt rows, as a program: what a table holds on a date, and who is missing there. */
#include "tests/test.h"

#include "tests/processes/support/verb.h"

#include <sqlite3.h>
#include <stdbool.h>

static void run_sql(const char *home, const char *sql)
{
	sqlite3 *database;
	char *message = NULL;
	char *path = memory_format("%s/data/backcourt/nba/warehouse.db", home);
	assert_int_equal(sqlite3_open_v2(path, &database, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
	if (sqlite3_exec(database, sql, NULL, NULL, &message) != SQLITE_OK)
		fail_msg("%s: %s", sql, message);
	sqlite3_close(database);
	free(path);
}

static int64_t number(const json_t *object, const char *name)
{
	return json_integer_value(json_object_get(object, name));
}

static void expect_trouble(const char *home, const char *table, const char *trouble)
{
	json_t *root = verb_parse(VERB_OUTPUT(home, 1, "rows", table, "2021-11-05", "--json"));
	const json_t *names = json_object_get(root, "names");
	assert_string_equal(verb_text(names, "by"), "nothing");
	assert_string_equal(verb_text(names, "trouble"), trouble);
	json_decref(root);
}

/* A rule that only counts rows: nobody is missing by name, and why is said. */
static void where_nobody_can_be_named_it_says_why(void **state)
{
	(void)state;
	char *home = test_folder();
	VERB_EXPECT(home, 0, "sample");
	VERB_EXPECT(home, 1, "run", "psza", "pdc", "--range", "2021-11-05");
	expect_trouble(home, "psza",
		"the rule counts rows (no fewer than on the date before), it knows no names");
	char *said = VERB_OUTPUT(home, 1, "rows", "psza", "2021-11-05");
	assert_non_null(strstr(said, "nobody can be named: the rule counts rows (no fewer than"));
	free(said);
	free(home);
}

static void teams_and_players_are_missing_by_name(void **state)
{
	(void)state;
	char *home = test_folder();
	VERB_EXPECT(home, 0, "sample");
	VERB_EXPECT(home, 0, "run", "pgs", "togs", "--range", "2021-11-05..2021-11-06");
	json_t *root = verb_parse(VERB_OUTPUT(home, 0, "rows", "togs", "2021-11-05", "--json"));
	assert_string_equal(verb_text(root, "table"), "team_offense_game_summary");
	assert_string_equal(verb_text(root, "verdict"), "complete");
	assert_int_equal(number(root, "rows"), number(root, "expected"));
	assert_int_equal(json_array_size(json_object_get(root, "differences")), 0);
	json_t *sample = json_object_get(root, "sample");
	json_t *first = json_array_get(json_object_get(sample, "rows"), 0);
	size_t column = 0;
	while (strcmp(json_string_value(json_array_get(json_object_get(sample, "columns"), column)),
		       "team_abbr") != 0)
		column++;
	char *team = memory_copy_text(json_string_value(json_array_get(first, column)));
	json_decref(root);

	char *sql = memory_format("DELETE FROM nba_analytics__team_offense_game_summary WHERE "
				  "game_date = '2021-11-05' AND team_abbr = '%s';"
				  "DELETE FROM nba_analytics__player_game_summary WHERE "
				  "game_date = '2021-11-05' AND team_abbr = '%s'",
		team, team);
	run_sql(home, sql);
	VERB_EXPECT(home, 0, "coverage", "togs", "--range", "2021-11-05"); /* says the receipt */
	root = verb_parse(VERB_OUTPUT(home, 1, "rows", "togs", "2021-11-05", "--json"));
	assert_string_equal(verb_text(root, "verdict"), "thin");
	assert_int_equal(json_array_size(json_object_get(root, "differences")), 2);
	json_t *groups = json_object_get(json_object_get(root, "names"), "groups");
	for (size_t i = 0; i < json_array_size(groups); i++) {
		const json_t *group = json_array_get(groups, i);
		bool is_gone = strcmp(verb_text(group, "name"), team) == 0;
		assert_int_equal(number(group, "there"), is_gone ? 0 : 1);
	}
	json_decref(root);

	char *text = VERB_OUTPUT(home, 1, "rows", "pgs", "2021-11-05");
	char *line = memory_format("%s 0 of ", team);
	assert_non_null(strstr(text, line));
	assert_non_null(strstr(text, "differ      the receipt says "));
	assert_non_null(strstr(text, "the first 10 in the order of the key:\n"));
	char *player = memory_format("(%s)", team);
	assert_non_null(strstr(text, player));
	free(player);
	free(line);
	free(text);
	free(sql);
	free(team);
	free(home);
}

static void what_is_wrong_with_the_question_is_said(void **state)
{
	(void)state;
	char *home = test_folder();
	VERB_EXPECT(home, 3, "rows");
	VERB_EXPECT(home, 3, "rows", "pgs");
	VERB_EXPECT(home, 3, "rows", "pgs", "yesterday");
	VERB_EXPECT(home, 3, "rows", "psg", "2021-11-05");
	VERB_EXPECT(home, 4, "rows", "pgs", "2021-11-05"); /* there is no warehouse */
	free(home);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(where_nobody_can_be_named_it_says_why),
		cmocka_unit_test(teams_and_players_are_missing_by_name),
		cmocka_unit_test(what_is_wrong_with_the_question_is_said),
	};
	return RUN(tests);
}

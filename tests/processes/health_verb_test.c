/* backcourt health, as a program: findings, JSON, and a repair that is asked for. */
#include "tests/test.h"

#include "tests/processes/support/verb.h"

#include <sqlite3.h>

#define FINDING "data-hash:player_daily_cache"

/* A sample season whose player_daily_cache has lost its hash. */
static char *make_home(void)
{
	char *home = test_folder();
	sqlite3 *database;
	VERB_EXPECT(home, 0, "sample");
	char *path = memory_format("%s/data/backcourt/nba/warehouse.db", home);
	assert_int_equal(sqlite3_open(path, &database), SQLITE_OK);
	assert_int_equal(
		sqlite3_exec(database,
			"ALTER TABLE nba_precompute__player_daily_cache DROP COLUMN data_hash",
			NULL, NULL, NULL),
		SQLITE_OK);
	sqlite3_close(database);
	free(path);
	return home;
}

static void findings_are_told_with_the_statement_that_mends_them(void **state)
{
	(void)state;
	char *home = make_home();
	char *output = VERB_OUTPUT(home, 1, "health");
	assert_non_null(
		strstr(output, "warning  nba_precompute.player_daily_cache: has no column"));
	assert_non_null(strstr(output, "ADD COLUMN \"data_hash\" TEXT"));
	assert_non_null(strstr(output, "backcourt health --fix " FINDING));
	assert_non_null(strstr(output, "\n1 warning (looked at"));
	free(output);
	json_t *root = verb_parse(VERB_OUTPUT(home, 1, "health", "--json"));
	const json_t *finding = json_array_get(json_object_get(root, "findings"), 0);
	assert_int_equal(json_array_size(json_object_get(root, "findings")), 1);
	assert_string_equal(verb_text(finding, "id"), FINDING);
	assert_string_equal(verb_text(finding, "severity"), "warning");
	assert_true(json_is_true(json_object_get(finding, "can_fix")));
	assert_true(strlen(verb_text(finding, "seen")) > 20);
	json_decref(root);
	free(home);
}

static void nothing_is_mended_without_a_yes(void **state)
{
	(void)state;
	char *home = make_home();
	char *output = VERB_OUTPUT(home, 3, "health", "--fix", FINDING);
	assert_non_null(strstr(output, "--yes runs the statement"));
	free(output);
	VERB_EXPECT(home, 3, "health", "--fix", FINDING, "--yes", "--read-only");
	VERB_EXPECT(home, 1, "health"); /* it is still there */
	output = VERB_OUTPUT(home, 0, "health", "--fix", FINDING, "--yes");
	assert_non_null(strstr(output, FINDING " is mended"));
	assert_non_null(strstr(output, "nothing is wrong with the tables"));
	free(output);
	VERB_EXPECT(home, 0, "health");
	VERB_EXPECT(home, 3, "health", "--fix", FINDING, "--yes");
	VERB_EXPECT(home, 3, "health", "me");
	free(home);
}

/* As it was in the hand-off: the mail had stopped, and nobody knew. */
static void alerts_that_cannot_go_out_are_a_finding(void **state)
{
	(void)state;
	char *home = make_home();
	char *output = VERB_OUTPUT(home, 1, "health", "--alert-mail", "/nope/mail");
	assert_non_null(strstr(output, "warning  alerts by mail: cannot open"));
	assert_non_null(strstr(output, "mend /nope/mail: the next alert reads it anew\n"));
	assert_non_null(strstr(output, "\n2 warnings (looked at"));
	free(output);
	free(home);
}

static void where_there_are_no_tables_health_says_so(void **state)
{
	(void)state;
	char *home = test_folder();
	char *output = VERB_OUTPUT(home, 4, "health");
	assert_non_null(strstr(output, "no warehouse is there"));
	free(output);
	char *counts = verb_write_hand_off(home);
	char *spec = memory_format("counts:%s", counts);
	output = VERB_OUTPUT(home, 4, "health", "--warehouse", spec);
	assert_non_null(strstr(output, "unknown  counts:"));
	assert_non_null(strstr(output, ": a file of row counts has no tables to look at\n"));
	assert_non_null(strstr(output, "\n1 not seen (looked at "));
	assert_null(strstr(output, "error"));
	free(output);
	free(spec);
	free(counts);
	free(home);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(findings_are_told_with_the_statement_that_mends_them),
		cmocka_unit_test(nothing_is_mended_without_a_yes),
		cmocka_unit_test(alerts_that_cannot_go_out_are_a_finding),
		cmocka_unit_test(where_there_are_no_tables_health_says_so),
	};
	return RUN(tests);
}

/* backcourt diff, as a program: what changed between two looks at the coverage. */
#include "tests/test.h"

#include "base/path.h"
#include "tests/processes/support/verb.h"

#define HEAD "table,date,rows,expected,verdict,min,max,distinct,reason,games\n"

static char *write_file(const char *home, const char *name, const char *text)
{
	struct error err;
	char *path = path_join(home, name);
	assert_true(path_write_file(path, text, strlen(text), &err));
	return path;
}

static bool has_dates(const json_t *table, const char *member, const char *first, size_t count)
{
	const json_t *dates = json_object_get(table, member);
	return json_array_size(dates) == count &&
	       (count == 0 || strcmp(json_string_value(json_array_get(dates, 0)), first) == 0);
}

static void two_files_differ_by_table_and_date(void **state)
{
	(void)state;
	char *home = test_folder();
	char *before = write_file(home, "before.csv",
		HEAD "pgs,2021-11-16,0,60,ready,,,0,NEVER_RUN,3\n"
		     "pgs,2021-11-17,232,236,complete,,,232,COMPLETE,11\n"
		     "pgs,2021-11-18,100,129,complete,,,100,COMPLETE,6\n"
		     "pgs,2021-11-19,0,190,ready,,,0,NEVER_RUN,9\n"
		     "togs,2021-11-16,6,6,complete,,,6,COMPLETE,3\n"
		     "gone,2021-11-16,1,1,complete,,,1,COMPLETE,3\n");
	char *after = write_file(home, "after.csv", /* other columns, another order */
		"verdict,rows,date,table\n"
		"excused,0,2021-11-19,pgs\n"
		"complete,64,2021-11-16,pgs\n"
		"failed,,2021-11-17,pgs\n"
		"complete,130,2021-11-18,pgs\n"
		"complete,6,2021-11-16,togs\n"
		"complete,7,2021-11-17,togs\n");
	json_t *root = verb_parse(VERB_OUTPUT(home, 1, "diff", before, after, "--json"));
	json_t *tables = json_object_get(root, "tables");
	json_t *pgs = verb_table(tables, "pgs");
	assert_int_equal(json_array_size(tables), 3);
	assert_true(json_is_false(json_object_get(root, "equal")));
	assert_true(has_dates(pgs, "completed", "2021-11-16", 1));
	assert_true(has_dates(pgs, "became_gaps", "2021-11-17", 1));
	assert_true(has_dates(pgs, "other_verdicts", "2021-11-19", 1));
	assert_true(has_dates(pgs, "rows_changed", "2021-11-16", 3));
	assert_int_equal(json_integer_value(json_object_get(pgs, "rows_before")), 332);
	assert_int_equal(json_integer_value(json_object_get(pgs, "rows_after")), 194);
	assert_int_equal(json_array_size(json_object_get(pgs, "cells")), 4);
	json_t *cell = json_array_get(json_object_get(pgs, "cells"), 1);
	assert_string_equal(verb_text(cell, "verdict_after"), "failed");
	assert_true(json_is_null(json_object_get(cell, "rows_after"))); /* unknown is not 0 */
	assert_true(has_dates(verb_table(tables, "togs"), "only_after", "2021-11-17", 1));
	assert_true(has_dates(verb_table(tables, "gone"), "only_before", "2021-11-16", 1));
	json_decref(root);
	char *text = VERB_OUTPUT(home, 1, "diff", before, after);
	assert_non_null(strstr(text, "pgs  332 -> 194 rows\n"));
	assert_non_null(strstr(text, "became complete     1  2021-11-16\n"));
	free(text);
	text = VERB_OUTPUT(home, 0, "diff", before, before);
	assert_string_equal(text, "no difference\n");
	free(text);
	free(after);
	free(before);
	free(home);
}

static void a_file_is_compared_with_what_is_there_now(void **state)
{
	(void)state;
	NEED_DATA(slice, "nba/slice_2021_oct_nov");
	char *home = test_folder();
	VERB_EXPECT(home, 0, "import", slice);
	VERB_EXPECT(home, 0, "run", "pgs", "--range", "2021-10-19..2021-10-22");
	char *csv = VERB_OUTPUT(home, 1, "coverage", "pgs", "togs", "--format", "csv", "--range",
		"2021-10-19..2021-10-24");
	char *path = write_file(home, "then.csv", csv);
	VERB_EXPECT(home, 0, "run", "pgs", "--range", "2021-10-23..2021-10-24");
	json_t *root = verb_parse(VERB_OUTPUT(home, 1, "diff", path, "--json"));
	json_t *tables = json_object_get(root, "tables");
	json_t *pgs = verb_table(tables, "player_game_summary");
	assert_true(has_dates(pgs, "completed", "2021-10-23", 2));
	assert_null(verb_table(tables, "team_offense_game_summary"));
	json_decref(root);
	VERB_EXPECT(home, 0, "diff", path, "--range", "2021-10-19..2021-10-22");
	free(path);
	free(csv);
	csv = VERB_OUTPUT(home, 1, "coverage", "--csv", "--range", "2021-10-19..2021-10-24");
	path = write_file(home, "now.csv", csv);
	char *same = VERB_OUTPUT(home, 0, "diff", path);
	assert_string_equal(same, "no difference\n");
	free(same);
	free(path);
	free(csv);
	free(home);
	free(slice);
}

static void what_is_no_coverage_is_refused_by_line(void **state)
{
	(void)state;
	static const struct {
		const char *text, *said;
	} wrong[] = {
		{"", "the file is empty"},
		{"table,date,rows\n", "no column is called \"verdict\""},
		{HEAD "pgs,2021-11-16,0,60,ready\n", "line 2 has 5 fields, not 10"},
		{HEAD "pgs,11-16,0,,ready,,,,,\n", "line 2: \"11-16\" is no date"},
		{HEAD "pgs,2021-11-16,-1,,ready,,,,,\n", "line 2: \"-1\" is no rows"},
		{HEAD "pgs,2021-11-16,1,,odd,,,,,\n", "line 2: \"odd\" is no verdict"},
		{HEAD ",2021-11-16,1,,ready,,,,,\n", "line 2: \"\" is no table"},
		{HEAD "pgs,2021-11-16,1,,ready,,,,,\npgs,2021-11-16,1,,ready,,,,,\n",
			"2021-11-16 of pgs stands there twice"},
	};
	char *home = test_folder();
	for (size_t i = 0; i < ARRAY_COUNT(wrong); i++) {
		char *path = write_file(home, "wrong.csv", wrong[i].text);
		char *said = VERB_OUTPUT(home, 3, "diff", path, path);
		if (strstr(said, wrong[i].said) == NULL)
			fail_msg("not \"%s\" but:\n%s", wrong[i].said, said);
		free(said);
		free(path);
	}
	VERB_EXPECT(home, 3, "diff");
	VERB_EXPECT(home, 3, "diff", "a", "b", "c");
	char *head = write_file(home, "head.csv", HEAD);
	VERB_EXPECT(home, 3, "diff", head);
	VERB_EXPECT(home, 0, "diff", head, head);
	free(head);
	free(home);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_files_differ_by_table_and_date),
		cmocka_unit_test(a_file_is_compared_with_what_is_there_now),
		cmocka_unit_test(what_is_no_coverage_is_refused_by_line),
	};
	return RUN(tests);
}

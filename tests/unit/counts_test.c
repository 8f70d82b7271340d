#include "tests/test.h"

#include "base/path.h"
#include "warehouse/warehouse.h"

#include <string.h>

static char *write_counts(const char *text)
{
	struct error err;
	char *folder = test_folder();
	char *path = path_join(folder, "counts.csv");
	if (!path_write_file(path, text, strlen(text), &err))
		fail_msg("%s", err.text);
	free(folder);
	return path;
}

static struct warehouse *open_text(const char *text, struct error *err)
{
	struct warehouse *warehouse = NULL;
	char *path = write_counts(text);
	char *spec = memory_format("counts:%s", path);
	*err = (struct error){0};
	bool opened = warehouse_open(spec, WAREHOUSE_READ, &warehouse, err);
	assert_int_equal(opened, warehouse != NULL);
	free(spec);
	free(path);
	return warehouse;
}

static const struct table_layout pgs = {.dataset = "a", .name = "pgs", .date_column = "d"};
static const struct table_layout utgc = {.dataset = "a", .name = "utgc", .date_column = "d"};

/* Rows that the file tells of a table and date; -1 unknown. */
static int64_t rows_of(
	struct warehouse *warehouse, const struct table_layout *layout, const char *date)
{
	const struct count_table table = {.layout = layout};
	struct day_counts counts;
	struct date_range range;
	struct error err;
	int64_t rows = 0;
	assert_true(date_range_parse(date, &range, &err));
	assert_true(warehouse_count_days(warehouse, &table, 1, range, &counts, &err));
	for (size_t i = 0; i < counts.count; i++)
		if (counts.items[i].date == range.first)
			rows = counts.items[i].rows;
	day_counts_release(&counts);
	return rows;
}

static void reads_the_wide_form_with_comments_and_games(void **state)
{
	(void)state;
	struct error err;
	struct raw_days days;
	struct date_range all = {date_of(2021, 11, 1), date_of(2021, 11, 30)};
	struct warehouse *warehouse = open_text("# \"quoted, comment\n"
						"game_date,games,pgs,utgc\n"
						"2021-11-16,3,0,6\r\n"
						"# between\n"
						"2021-11-15,11,241,\n"
						"2021-11-25,0,0,0",
		&err);
	if (warehouse == NULL)
		fail_msg("%s", err.text);
	assert_true(warehouse_counts_only(warehouse));
	assert_int_equal(rows_of(warehouse, &pgs, "2021-11-15"), 241);
	assert_int_equal(rows_of(warehouse, &pgs, "2021-11-16"), 0);
	assert_int_equal(rows_of(warehouse, &utgc, "2021-11-15"), -1); /* said to be unknown */
	assert_int_equal(rows_of(warehouse, &utgc, "2021-11-17"), -1); /* not in the file */
	assert_true(warehouse_raw_days(warehouse, all, &days, &err));
	assert_int_equal(days.count, 2);
	assert_int_equal(days.items[0].regular_games, 11);
	assert_int_equal(days.first_game, date_of(2021, 11, 15));
	assert_int_equal(days.last_game, date_of(2021, 11, 25));
	free(days.items);
	warehouse_close(warehouse);
}

static void reads_what_the_verb_coverage_prints(void **state)
{
	(void)state;
	struct error err;
	struct warehouse *warehouse =
		open_text("table,date,rows,expected,verdict,min,max,distinct,reason,games\n"
			  "pgs,2021-11-15,241,241,complete,241,241,240,COMPLETE,11\n"
			  "utgc,2021-11-15,,22,unknown,22,22,,WITNESS_UNAVAILABLE,11\n",
			&err);
	if (warehouse == NULL)
		fail_msg("%s", err.text);
	assert_int_equal(rows_of(warehouse, &pgs, "2021-11-15"), 241);
	assert_int_equal(rows_of(warehouse, &utgc, "2021-11-15"), -1);
	warehouse_close(warehouse);
}

static void mistakes_are_told_with_their_place(void **state)
{
	(void)state;
	static const struct {
		const char *text, *what;
	} cases[] = {
		{"", "the file is empty"},
		{"# only a comment\n", "the file is empty"},
		{"a,b\n", ":1:1: no column is called date"},
		{"table,date\n", ":1:1: no column is called rows"},
		{"date,pgs,pgs\n", ":1:10: this column is here twice"},
		{"date,date\n", ":1:6: this column is here twice"},
		{"date,\n", ":1:6: a table has no name"},
		{"date,pgs\n2021-11-15,x\n", ":2:12: this is not a count"},
		{"date,pgs\n2021-11-15,-1\n", ":2:12: this is not a count"},
		{"date,pgs\n2021-02-30,1\n", ":2:1: this is not a date"},
		{"date,pgs\n#\n\n2021-11-15\n", ":4:1: this line has not as many columns"},
		{"date,pgs\n2021-11-15,1\n2021-11-15,1\n", "pgs 2021-11-15 is counted twice"},
		{"table,date,rows,games\na,2021-11-15,1,2\nb,2021-11-15,1,3\n",
			"2021-11-15 has both 2 and 3 games"},
	};
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct error err;
		struct warehouse *warehouse = open_text(cases[i].text, &err);
		assert_null(warehouse);
		assert_int_equal(err.kind, ERROR_INPUT);
		if (strstr(err.text, cases[i].what) == NULL)
			fail_msg("\"%s\" is not in: %s", cases[i].what, err.text);
	}
}

static void nothing_can_be_read_from_or_written_to_it(void **state)
{
	(void)state;
	struct error err;
	struct warehouse *warehouse = NULL;
	char *path = write_counts("date,pgs\n2021-11-15,1\n");
	char *spec = memory_format("counts:%s", path);
	assert_false(warehouse_open(spec, WAREHOUSE_WRITE, &warehouse, &err));
	assert_false(warehouse_open(spec, WAREHOUSE_CREATE, &warehouse, &err));
	assert_null(warehouse);
	assert_true(warehouse_open(spec, WAREHOUSE_READ, &warehouse, &err));
	assert_false(warehouse_load_begin(warehouse, &pgs, &err));
	assert_non_null(strstr(err.text, "counts only"));
	warehouse_close(warehouse);
	free(spec);
	free(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_the_wide_form_with_comments_and_games),
		cmocka_unit_test(reads_what_the_verb_coverage_prints),
		cmocka_unit_test(mistakes_are_told_with_their_place),
		cmocka_unit_test(nothing_can_be_read_from_or_written_to_it),
	};
	return RUN(tests);
}

#include "tests/test.h"

#include "base/path.h"
#include "warehouse/raw_tables.h"
#include "warehouse/warehouse.h"

#include <sqlite3.h>
#include <signal.h>
#include <sys/wait.h>

#define LIST(X)                                     \
	X(player, TEXT, COLUMN_KEY | COLUMN_HASHED) \
	X(day, DATE, COLUMN_KEY | COLUMN_HASHED)    \
	X(points, INTEGER, COLUMN_HASHED)           \
	X(share, REAL, COLUMN_HASHED)               \
	X(is_home, BOOLEAN, COLUMN_HASHED) X(data_hash, TEXT, 0) X(made_at, TIMESTAMP, COLUMN_STAMP)

enum { LIST(COLUMN_INDEX) };
static const struct column columns[] = {LIST(COLUMN_ROW)};
static const struct table_layout layout = {
	"lab", "points", "day", columns, ARRAY_COUNT(columns), HASH_PAIRS};
static const struct table_layout *const layouts[] = {&layout};

struct place {
	char *folder, *path;
	struct warehouse *warehouse;
};

static struct place new_place(void)
{
	struct error err;
	struct place place = {.folder = test_folder()};
	place.path = path_join(place.folder, "new/warehouse.db");
	assert_true(warehouse_open(place.path, WAREHOUSE_CREATE, &place.warehouse, &err));
	assert_true(warehouse_prepare(place.warehouse, layouts, 1, &err));
	return place;
}

static void leave(struct place *place)
{
	warehouse_close(place->warehouse);
	free(place->folder);
	free(place->path);
}

static void add_row(struct rows *rows, const char *player, date_t day, int points)
{
	rows_add(rows);
	rows_set_text(rows, COL_player, player);
	rows_set_date(rows, COL_day, day);
	rows_set_integer(rows, COL_points, points);
	rows_set_real(rows, COL_share, points / 8.0);
	rows_set_boolean(rows, COL_is_home, points % 2 == 0);
	rows_set_text(rows, COL_made_at, "2021-11-16T00:00:00Z");
}

static struct receipt write_players(
	struct warehouse *warehouse, date_t day, int count, int factor, bool *unchanged)
{
	struct rows rows;
	struct receipt receipt;
	struct error err = {0};
	rows_init(&rows, &layout);
	for (int i = 0; i < count; i++) {
		char name[16];
		snprintf(name, sizeof(name), "player%d", i);
		add_row(&rows, name, day, i * factor);
	}
	struct failure failure = {"late", "INSUFFICIENT_DATA", "2 of 5 games", true};
	struct receipt_source source = {"upstream", 7};
	struct day_write write = {.layout = &layout,
		.date = day,
		.run = "run-1",
		.rows = &rows,
		.failures = &failure,
		.failure_count = 1,
		.sources = &source,
		.source_count = 1,
		.now_ms = 1000,
		.critical = (const char *const[]){"data_hash", "points", "no_such_column"},
		.critical_count = 3};
	if (!warehouse_replace_day(warehouse, &write, &receipt, unchanged, &err))
		fail_msg("%s", err.text);
	rows_release(&rows);
	return receipt;
}

static void a_day_is_replaced_and_its_receipt_tells_what_was_written(void **state)
{
	(void)state;
	struct place place = new_place();
	date_t day = date_of(2021, 11, 16);
	bool unchanged;
	struct receipt first = write_players(place.warehouse, day, 3, 2, &unchanged);
	assert_false(unchanged);
	assert_int_equal(first.rows, 3);
	assert_int_equal(first.distinct_keys, 3);
	struct receipt same = write_players(place.warehouse, day, 3, 2, &unchanged);
	assert_true(unchanged);
	assert_int_equal(same.sequence, first.sequence);
	struct receipt other = write_players(place.warehouse, day, 2, 2, &unchanged);
	assert_false(unchanged);
	assert_true(other.sequence > first.sequence);
	assert_string_not_equal(other.hash, first.hash);

	struct receipts receipts;
	struct error err;
	struct date_range range = {day - 1, day + 1};
	assert_true(warehouse_receipts(place.warehouse, range, &receipts, &err));
	assert_int_equal(receipts.count, 1);
	const struct receipt *found = receipts_find(&receipts, "points", day);
	assert_non_null(found);
	assert_int_equal(found->rows, 2);
	assert_string_equal(found->sources[0].table, "upstream");
	assert_int_equal(found->sources[0].sequence, 7);
	assert_null(receipts_find(&receipts, "points", day + 1));
	receipts_release(&receipts);
	leave(&place);
}

static void rows_that_were_taken_away_are_written_again(void **state)
{
	(void)state;
	struct place place = new_place();
	date_t day = date_of(2021, 11, 16);
	bool unchanged;
	write_players(place.warehouse, day, 3, 2, &unchanged);
	sqlite3 *other;
	assert_int_equal(sqlite3_open(place.path, &other), SQLITE_OK);
	assert_int_equal(
		sqlite3_exec(other, "DELETE FROM lab__points", NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(other);
	write_players(place.warehouse, day, 3, 2, &unchanged);
	assert_false(unchanged);
	leave(&place);
}

static void reading_gives_typed_columns_in_order_with_one_select(void **state)
{
	(void)state;
	struct place place = new_place();
	date_t day = date_of(2021, 11, 16);
	bool unchanged;
	write_players(place.warehouse, day, 2, 3, &unchanged);
	write_players(place.warehouse, day + 1, 1, 3, &unchanged);
	int64_t before = warehouse_select_count(place.warehouse);
	struct symbols *symbols = symbols_new();
	struct frame frame;
	struct error err;
	struct read_request request = {.layout = &layout,
		.columns = (const char *const[]){"player", "day", "points", "share", "is_home"},
		.column_count = 5,
		.range = {day, day + 9},
		.order_by = (const char *const[]){"player", "day"},
		.order_by_count = 2};
	assert_true(warehouse_read(place.warehouse, &request, symbols, &frame, &err));
	assert_int_equal(warehouse_select_count(place.warehouse) - before, 1);
	assert_int_equal(frame.row_count, 3);
	assert_ptr_equal(frame_text(&frame, 0, 0), frame_text(&frame, 0, 1));
	assert_int_equal(frame_date(&frame, 1, 1), day + 1);
	assert_int_equal(frame_integer(&frame, 2, 2), 3);
	assert_true(frame_real(&frame, 3, 2) == 0.375);
	assert_true(frame_is_null(&frame, 0, 0) == false);
	frame_release(&frame);

	request.columns = (const char *const[]){"no_such_column"};
	request.column_count = 1;
	assert_false(warehouse_read(place.warehouse, &request, symbols, &frame, &err));
	assert_non_null(strstr(err.text, "no_such_column"));
	symbols_free(symbols);
	leave(&place);
}

/* data_hash is not filled here. */
static void a_receipt_tells_the_nulls_of_the_critical_columns(void **state)
{
	(void)state;
	struct place place = new_place();
	struct receipts receipts;
	struct error err;
	date_t day = date_of(2021, 11, 16);
	bool unchanged;
	struct receipt written = write_players(place.warehouse, day, 3, 2, &unchanged);
	assert_string_equal(written.nulls, "data_hash:3 points:0");
	assert_true(warehouse_receipts(
		place.warehouse, (struct date_range){day, day}, &receipts, &err));
	assert_int_equal(receipt_nulls(&receipts.items[0], "data_hash"), 3);
	assert_int_equal(receipt_nulls(&receipts.items[0], "points"), 0);
	assert_int_equal(receipt_nulls(&receipts.items[0], "point"), -1);
	assert_int_equal(receipt_nulls(&receipts.items[0], "no_such_column"), -1);
	receipts_release(&receipts);
	leave(&place);
}

static void run_sql(const char *path, const char *sql)
{
	sqlite3 *database;
	assert_int_equal(sqlite3_open(path, &database), SQLITE_OK);
	if (sqlite3_exec(database, sql, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s", sqlite3_errmsg(database));
	sqlite3_close(database);
}

static int64_t points_nulls(struct warehouse *warehouse, date_t day)
{
	struct receipts receipts;
	struct error err;
	if (!warehouse_receipts(warehouse, (struct date_range){day, day}, &receipts, &err))
		fail_msg("%s", err.text);
	assert_int_equal(receipts.count, 1);
	assert_int_equal(receipts.items[0].rows, 3);
	int64_t nulls = receipt_nulls(&receipts.items[0], "points");
	receipts_release(&receipts);
	return nulls;
}

static void a_file_of_schema_1_is_read_as_it_is_and_brought_up_to_date_by_who_writes(void **state)
{
	(void)state;
	struct place place = new_place();
	struct warehouse *reader;
	struct error err;
	date_t day = date_of(2021, 11, 16);
	bool unchanged;
	write_players(place.warehouse, day, 3, 2, &unchanged);
	write_players(place.warehouse, day + 1, 3, 2, &unchanged);
	warehouse_close(place.warehouse);
	run_sql(place.path, "ALTER TABLE backcourt__receipts DROP COLUMN null_counts;"
			    "PRAGMA user_version = 1");
	assert_true(warehouse_open(place.path, WAREHOUSE_READ, &reader, &err));
	assert_int_equal(points_nulls(reader, day), -1); /* not counted, never 0 */
	assert_true(warehouse_open(place.path, WAREHOUSE_WRITE, &place.warehouse, &err));
	assert_int_equal(points_nulls(place.warehouse, day), -1);
	for (int i = 0; i < 2; i++)
		if (!warehouse_prepare(place.warehouse, layouts, 1, &err))
			fail_msg("%s", err.text);
	assert_int_equal(points_nulls(place.warehouse, day), -1);
	write_players(place.warehouse, day, 3, 2, &unchanged);
	assert_true(unchanged); /* the receipt is renewed, and now it knows */
	assert_int_equal(points_nulls(place.warehouse, day), 0);
	assert_int_equal(points_nulls(place.warehouse, day + 1), -1);
	assert_int_equal(points_nulls(reader, day), -1); /* opened before: it does not look again */
	warehouse_close(reader);
	leave(&place);
}

static void counting_is_one_query_and_a_missing_table_is_an_error(void **state)
{
	(void)state;
	struct place place = new_place();
	date_t day = date_of(2021, 11, 16);
	bool unchanged;
	write_players(place.warehouse, day, 4, 2, &unchanged);
	struct day_counts counts;
	struct error err;
	const char *const critical[] = {"points", "share"};
	const struct count_table players[] = {{&layout, critical, 2}};
	struct date_range range = {day - 5, day + 5};
	int64_t before = warehouse_select_count(place.warehouse);
	assert_true(warehouse_count_days(place.warehouse, players, 1, range, &counts, &err));
	assert_int_equal(warehouse_select_count(place.warehouse) - before, 1);
	assert_int_equal(counts.count, 1);
	assert_int_equal(counts.items[0].rows, 4);
	assert_int_equal(counts.null_count, 2);
	assert_int_equal(counts.nulls[0], 0);
	assert_int_equal(counts.nulls[1], 0);
	day_counts_release(&counts);
	struct table_layout missing = layout;
	missing.name = "nowhere";
	const struct count_table both[] = {{.layout = &layout}, {.layout = &missing}};
	assert_false(warehouse_count_days(place.warehouse, both, 2, range, &counts, &err));
	assert_int_equal(err.kind, ERROR_WAREHOUSE);
	assert_non_null(strstr(err.text, "nowhere"));
	leave(&place);
}

static void loading_the_same_rows_twice_changes_nothing(void **state)
{
	(void)state;
	struct place place = new_place();
	struct error err;
	struct raw_load_result result;
	for (int pass = 0; pass < 3; pass++) {
		assert_true(warehouse_load_begin(place.warehouse, &layout, &err));
		for (int i = 0; i < 10; i++) {
			char name[16];
			snprintf(name, sizeof(name), "player%d", i);
			bool differs = pass == 2 && i == 0;
			const struct value values[] = {{VALUE_TEXT, {.text = name}},
				{VALUE_TEXT, {.text = "2021-11-16"}},
				{VALUE_INTEGER, {.integer = differs ? 99 : i}}, {VALUE_NULL},
				{VALUE_BOOLEAN, {.integer = 1}}, {VALUE_NULL}, {VALUE_NULL}};
			assert_true(warehouse_load_row(place.warehouse, values, &err));
		}
		assert_true(warehouse_load_commit(place.warehouse, &result, &err));
		assert_int_equal(result.added, pass == 0 ? 10 : 0);
		assert_int_equal(result.changed, pass == 2 ? 1 : 0);
		assert_int_equal(result.same, pass == 0 ? 0 : pass == 1 ? 10 : 9);
	}
	assert_true(warehouse_load_begin(place.warehouse, &layout, &err));
	warehouse_load_abandon(place.warehouse);
	leave(&place);
}

static void a_file_of_somebody_else_is_refused(void **state)
{
	(void)state;
	char *folder = test_folder();
	char *path = path_join(folder, "theirs.db");
	sqlite3 *theirs;
	struct warehouse *warehouse;
	struct error err;
	assert_false(warehouse_open(path, WAREHOUSE_READ, &warehouse, &err));
	assert_non_null(strstr(err.text, "no warehouse is there"));
	sqlite3_open(path, &theirs);
	sqlite3_exec(theirs, "CREATE TABLE notes(text)", NULL, NULL, NULL);
	assert_false(warehouse_open(path, WAREHOUSE_WRITE, &warehouse, &err));
	assert_non_null(strstr(err.text, "not made by backcourt"));
	sqlite3_exec(theirs, "PRAGMA application_id = 1650682723; PRAGMA user_version = 99", NULL,
		NULL, NULL);
	assert_false(warehouse_open(path, WAREHOUSE_WRITE, &warehouse, &err));
	assert_non_null(strstr(err.text, "newer"));
	sqlite3_close(theirs);
	assert_true(path_write_file(
		path, "not a database at all, but long enough to be read", 50, &err));
	assert_false(warehouse_open(path, WAREHOUSE_WRITE, &warehouse, &err));
	assert_int_equal(err.kind, ERROR_WAREHOUSE);
	free(folder);
	free(path);
}

/* A child writes days for ever and is killed: every day is whole or absent. */
static void a_killed_writer_leaves_whole_days_only(void **state)
{
	(void)state;
	struct place place = new_place();
	struct error err;
	int ends[2];
	assert_int_equal(pipe(ends), 0);
	pid_t child = fork();
	if (child == 0) {
		struct warehouse *own;
		bool unchanged;
		if (!warehouse_open(place.path, WAREHOUSE_WRITE, &own, &err))
			_exit(1);
		for (int i = 0; i < 5000; i++) {
			write_players(own, 18000 + i % 7, 200, i + 1, &unchanged);
			if (i == 20 && write(ends[1], "x", 1) != 1)
				_exit(1);
		}
		_exit(0);
	}
	char byte;
	assert_int_equal(read(ends[0], &byte, 1), 1);
	kill(child, SIGKILL);
	int status;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	struct day_counts counts;
	const struct count_table players[] = {{.layout = &layout}};
	struct date_range range = {18000, 18010};
	assert_true(warehouse_count_days(place.warehouse, players, 1, range, &counts, &err));
	assert_int_equal(counts.count, 7);
	for (size_t i = 0; i < counts.count; i++)
		assert_int_equal(counts.items[i].rows, 200);
	day_counts_release(&counts);
	close(ends[0]);
	close(ends[1]);
	leave(&place);
}

static void an_attempt_trips_and_a_reset_clears_it(void **state)
{
	(void)state;
	struct place place = new_place();
	struct error err;
	struct date_range range = {18000, 18010};
	struct attempt_row attempt = {.date = 18001, .entity = "playera"};
	for (int i = 1; i <= 3; i++) {
		attempt.attempts = i;
		attempt.tripped = i == 3;
		attempt.until_ms = i == 3 ? 5000 : 0;
		assert_true(warehouse_add_attempt(
			place.warehouse, "points", &attempt, 81.25, "incomplete", 1000, &err));
	}
	struct attempt_rows rows;
	assert_true(warehouse_read_attempts(place.warehouse, "points", range, &rows, &err));
	assert_int_equal(rows.count, 1);
	assert_int_equal(rows.items[0].attempts, 3);
	assert_true(rows.items[0].tripped);
	free(rows.items);
	int64_t count;
	assert_true(warehouse_reset_breaker(place.warehouse, "points", range, 2000, &count, &err));
	assert_int_equal(count, 1);
	assert_true(warehouse_read_attempts(place.warehouse, "points", range, &rows, &err));
	assert_int_equal(rows.items[0].attempts, 4);
	assert_false(rows.items[0].tripped);
	free(rows.items);
	leave(&place);
}

static void hashes_do_not_depend_on_the_order_of_rows_or_on_stamps(void **state)
{
	(void)state;
	struct rows one, two;
	char first[DIGEST_TEXT_BYTES], second[DIGEST_TEXT_BYTES];
	rows_init(&one, &layout);
	rows_init(&two, &layout);
	add_row(&one, "a", 18000, 1);
	add_row(&one, "b", 18000, 2);
	add_row(&two, "b", 18000, 2);
	rows_set_text(&two, COL_made_at, "later");
	add_row(&two, "a", 18000, 1);
	assert_string_equal(rows_hash(&one, first), rows_hash(&two, second));
	assert_int_equal(rows_distinct_keys(&one), 2);
	rows_set_real(&two, COL_share, 0.5);
	assert_string_not_equal(rows_hash(&one, first), rows_hash(&two, second));
	rows_release(&one);
	rows_release(&two);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_day_is_replaced_and_its_receipt_tells_what_was_written),
		cmocka_unit_test(rows_that_were_taken_away_are_written_again),
		cmocka_unit_test(reading_gives_typed_columns_in_order_with_one_select),
		cmocka_unit_test(a_receipt_tells_the_nulls_of_the_critical_columns),
		cmocka_unit_test(
			a_file_of_schema_1_is_read_as_it_is_and_brought_up_to_date_by_who_writes),
		cmocka_unit_test(counting_is_one_query_and_a_missing_table_is_an_error),
		cmocka_unit_test(loading_the_same_rows_twice_changes_nothing),
		cmocka_unit_test(a_file_of_somebody_else_is_refused),
		cmocka_unit_test(a_killed_writer_leaves_whole_days_only),
		cmocka_unit_test(an_attempt_trips_and_a_reset_clears_it),
		cmocka_unit_test(hashes_do_not_depend_on_the_order_of_rows_or_on_stamps),
	};
	return RUN(tests);
}

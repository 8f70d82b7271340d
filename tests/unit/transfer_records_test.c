/* What went wrong goes with the tables: failures, the breaker's attempts; and what may not meet. */
#include "tests/support/filled_rows.h"
#include "tests/test.h"

#include "base/path.h"
#include "native/processor.h"
#include "transfer/transfer.h"
#include "warehouse/fault.h"
#include "warehouse/raw_tables.h"
#include "warehouse/records.h"

#include <sqlite3.h>

#define DAY   date_of(2021, 11, 16)
#define TABLE "player_composite_factors"
#define OTHER "upcoming_team_game_context"
#define SPAN  ((struct date_range){DAY, DAY + 9})
#define TRIES 3

struct place {
	struct warehouse *from, *to;
	char *path_from;
	struct transfer_report report;
	struct error err;
};

static struct warehouse *new_warehouse(char **path)
{
	struct warehouse *warehouse;
	struct error err;
	char *folder = test_folder();
	*path = path_join(folder, "w.db");
	assert_true(warehouse_open(*path, WAREHOUSE_CREATE, &warehouse, &err));
	assert_true(processors_prepare(warehouse, &err));
	free(folder);
	return warehouse;
}

static int set_up(void **state)
{
	struct place *place = memory_new(sizeof(*place));
	char *path_to;
	place->from = new_warehouse(&place->path_from);
	place->to = new_warehouse(&path_to);
	free(path_to);
	*state = place;
	return 0;
}

static int tear_down(void **state)
{
	struct place *place = *state;
	warehouse_fault_set(NULL, NULL);
	warehouse_close(place->from);
	warehouse_close(place->to);
	free(place->path_from);
	free(place);
	return 0;
}

static bool copy_to(struct place *place, struct warehouse *from, struct warehouse *to, bool is_dry)
{
	const struct table_layout *layout = processor_find(TABLE)->layout;
	const struct transfer_wish wish = {
		.from = {from, true}, .to = {to, false}, .range = SPAN, .is_dry = is_dry};
	return transfer_tables(&wish, &layout, 1, &place->report, &place->err);
}

static void copy(struct place *place)
{
	if (!copy_to(place, place->from, place->to, false))
		fail_msg("%s", place->err.text);
}

static void copy_back(struct place *place)
{
	if (!copy_to(place, place->to, place->from, false))
		fail_msg("%s", place->err.text);
}

static void expect_sent(
	const struct place *place, int64_t failures, int64_t dates, int64_t attempts)
{
	assert_int_equal(place->report.failures, failures);
	assert_int_equal(place->report.failure_dates, dates);
	assert_int_equal(place->report.attempts, attempts);
}

/* A run that wrote the date at that time, with so many failures. */
static void compute(struct warehouse *warehouse, const char *table, date_t date, const char *run,
	int failures, int64_t now_ms, int flavour)
{
	static const struct failure all[] = {{"a\"b", "INSUFFICIENT_DATA", "few 'games'", true},
		{"c", "PROCESSING_ERROR", NULL, false}, {"d", "X", "", true}};
	const struct table_layout *layout = processor_find(table)->layout;
	struct rows rows;
	struct receipt receipt;
	struct error err;
	bool unchanged;
	rows_init(&rows, layout);
	filled_rows_add(&rows, date, 3, flavour);
	const struct day_write write = {.layout = layout,
		.date = date,
		.run = run,
		.rows = &rows,
		.failures = all,
		.failure_count = (size_t)failures,
		.now_ms = now_ms};
	if (!warehouse_replace_day(warehouse, &write, &receipt, &unchanged, &err))
		fail_msg("%s", err.text);
	rows_release(&rows);
}

static void try_once(struct warehouse *warehouse, const char *table, const char *entity,
	int64_t number, int64_t at_ms)
{
	struct attempt_row attempt = {.date = DAY, .attempts = number};
	struct error err;
	text_copy(attempt.entity, sizeof(attempt.entity), entity);
	attempt.tripped = number >= TRIES;
	attempt.until_ms = attempt.tripped ? at_ms + 1000 : 0;
	assert_true(warehouse_add_attempt(warehouse, table, &attempt, 50.5, "r", at_ms, &err));
}

static void reset(struct warehouse *warehouse, int64_t at_ms, int64_t wanted)
{
	struct error err;
	int64_t count;
	assert_true(warehouse_reset_breaker(warehouse, TABLE, SPAN, at_ms, &count, &err));
	assert_int_equal(count, wanted);
}

static int64_t locked_in(struct warehouse *warehouse, int64_t now_ms)
{
	struct lock_counts locks;
	struct error err;
	int64_t locked = 0;
	assert_true(warehouse_count_locks(warehouse, SPAN, TRIES, now_ms, &locks, &err));
	for (size_t i = 0; i < locks.count; i++)
		locked += locks.items[i].locked;
	free(locks.items);
	return locked;
}

/* The newest number of the entity; 0: it was never tried. */
static int64_t tries_in(struct warehouse *warehouse, const char *entity)
{
	struct attempt_rows attempts;
	struct error err;
	int64_t number = 0;
	assert_true(warehouse_read_attempts(warehouse, TABLE, SPAN, &attempts, &err));
	for (size_t i = 0; i < attempts.count; i++)
		if (strcmp(attempts.items[i].entity, entity) == 0)
			number = attempts.items[i].attempts;
	free(attempts.items);
	return number;
}

static struct frame read_all(
	struct warehouse *warehouse, enum record_kind kind, struct symbols *symbols)
{
	const struct table_layout *layout = warehouse_record_layout(warehouse, kind);
	const char *names[TRIED_COLUMNS];
	struct frame frame;
	struct error err;
	for (size_t i = 0; i < layout->column_count; i++)
		names[i] = layout->columns[i].name;
	const struct read_request request = {.layout = layout,
		.columns = names,
		.column_count = layout->column_count,
		.range = {DAY - 99, DAY + 99}};
	if (!warehouse_read(warehouse, &request, symbols, &frame, &err))
		fail_msg("%s", err.text);
	return frame;
}

static size_t count_in(struct warehouse *warehouse, enum record_kind kind)
{
	struct symbols *symbols = symbols_new();
	struct frame frame = read_all(warehouse, kind, symbols);
	size_t count = frame.row_count;
	frame_release(&frame);
	symbols_free(symbols);
	return count;
}

static void what_went_wrong_goes_with_its_table_and_range(void **state)
{
	struct place *place = *state;
	compute(place->from, TABLE, DAY, "r1", 3, 100, 0);
	compute(place->from, TABLE, DAY + 1, "r1", 1, 100, 0);
	compute(place->from, TABLE, DAY - 1, "r1", 2, 100, 0); /* out of the range */
	compute(place->from, OTHER, DAY, "r1", 2, 100, 0);
	for (int i = 1; i <= TRIES; i++)
		try_once(place->from, TABLE, "lebron", i, 100 + i);
	try_once(place->from, OTHER, "lebron", 1, 100);
	assert_true(copy_to(place, place->from, place->to, true));
	expect_sent(place, 4, 2, 3);
	assert_int_equal(count_in(place->to, RECORD_FAILURES), 0); /* it was a dry one */
	copy(place);
	expect_sent(place, 4, 2, 3);
	assert_int_equal(count_in(place->to, RECORD_FAILURES), 4);
	assert_int_equal(count_in(place->to, RECORD_ATTEMPTS), 3);
	assert_int_equal(locked_in(place->to, 200), 1);
	assert_int_equal(locked_in(place->to, 2000), 0);
	for (int again = 0; again < 2; again++) {
		copy(place);
		expect_sent(place, 0, 0, 0);
		copy_back(place);
		expect_sent(place, 0, 0, 0);
	}
}

/* Every cell, NULLs and quotes included, but for what only one kind of warehouse keeps. */
static void records_keep_their_words_and_their_time(void **state)
{
	struct place *place = *state;
	struct symbols *symbols = symbols_new();
	compute(place->from, TABLE, DAY, "r1", 3, 100, 0);
	for (int i = 1; i <= TRIES; i++)
		try_once(place->from, TABLE, "lebron", i, 100 + i);
	reset(place->from, 200, 1);
	copy(place);
	for (int kind = 0; kind < RECORD_KINDS; kind++) {
		struct frame from = read_all(place->from, (enum record_kind)kind, symbols);
		struct frame to = read_all(place->to, (enum record_kind)kind, symbols);
		assert_int_equal(from.row_count, to.row_count);
		assert_true(from.row_count >= 3);
		struct rows one, other;
		char first[DIGEST_TEXT_BYTES], second[DIGEST_TEXT_BYTES];
		rows_init(&one, warehouse_record_layout(place->from, (enum record_kind)kind));
		rows_init(&other, one.layout);
		for (size_t row = 0; row < from.row_count; row++) {
			rows_add(&one);
			rows_add(&other);
			for (size_t i = 0; i < from.column_count; i++) {
				rows_copy_cell(&one, i, &from, i, row);
				rows_copy_cell(&other, i, &to, i, row);
			}
		}
		assert_string_equal(rows_hash(&one, first), rows_hash(&other, second));
		rows_release(&one);
		rows_release(&other);
		frame_release(&from);
		frame_release(&to);
	}
	symbols_free(symbols);
}

static void a_reset_there_stands_until_something_newer_comes(void **state)
{
	struct place *place = *state;
	for (int i = 1; i <= TRIES; i++)
		try_once(place->from, TABLE, "lebron", i, INT64_C(100) * i);
	copy(place);
	reset(place->to, 400, 1);
	copy(place);
	expect_sent(place, 0, 0, 0);
	assert_int_equal(locked_in(place->to, 401), 0);
	/* Here it went on, later: its fourth is the fifth there, behind the reset. */
	try_once(place->from, TABLE, "lebron", 4, 500);
	copy(place);
	expect_sent(place, 0, 0, 1);
	assert_int_equal(tries_in(place->to, "lebron"), 5);
	assert_int_equal(count_in(place->to, RECORD_ATTEMPTS), 5);
	assert_int_equal(locked_in(place->to, 501), 1);
	copy(place);
	expect_sent(place, 0, 0, 0);
	/* And back: both sides agree, and stay so. */
	copy_back(place);
	assert_int_equal(tries_in(place->from, "lebron"), 5);
	for (int again = 0; again < 2; again++) {
		copy(place);
		expect_sent(place, 0, 0, 0);
		copy_back(place);
		expect_sent(place, 0, 0, 0);
	}
}

static void a_reset_is_brought_back_by_a_pull(void **state)
{
	struct place *place = *state;
	for (int i = 1; i <= TRIES; i++)
		try_once(place->from, TABLE, "lebron", i, INT64_C(100) * i);
	copy(place);
	reset(place->to, 400, 1);
	copy_back(place);
	expect_sent(place, 0, 0, 1);
	assert_int_equal(locked_in(place->from, 401), 0);
	assert_int_equal(tries_in(place->from, "lebron"), 4);
}

/* The number decides what counts, so a reset by a machine whose clock is slow is one all the same.
 */
static void a_reset_by_a_slow_clock_is_no_older_than_what_it_resets(void **state)
{
	struct place *place = *state;
	for (int i = 1; i <= TRIES; i++)
		try_once(place->from, TABLE, "lebron", i, INT64_C(100) * i);
	copy(place);
	reset(place->to, 50, 1);
	copy(place);
	expect_sent(place, 0, 0, 0);
	copy_back(place);
	expect_sent(place, 0, 0, 1);
	assert_int_equal(locked_in(place->from, 301), 0);
	copy_back(place);
	expect_sent(place, 0, 0, 0);
}

/* What is written is checked once more against what is there by then. */
static void an_attempt_that_came_meanwhile_is_not_overtaken(void **state)
{
	struct place *place = *state;
	struct rows rows;
	const struct record_write write = {RECORD_ATTEMPTS, TABLE, &rows, NULL, 0};
	rows_init(&rows, warehouse_record_layout(place->to, RECORD_ATTEMPTS));
	rows_add(&rows);
	rows_set_text(&rows, TRIED_TABLE, TABLE);
	rows_set_date(&rows, TRIED_DATE, DAY);
	rows_set_text(&rows, TRIED_ENTITY, "lebron");
	rows_set_integer(&rows, TRIED_NUMBER, 2);
	rows_set_integer(&rows, TRIED_AT_MS, 150);
	rows_set_boolean(&rows, TRIED_IS_TRIPPED, true);
	try_once(place->to, TABLE, "lebron", 2, 100);
	assert_true(warehouse_put_records(place->to, &write, &place->err)); /* the same number */
	rows_set_integer(&rows, TRIED_NUMBER, 3);
	rows_set_integer(&rows, TRIED_AT_MS, 99);
	assert_true(warehouse_put_records(place->to, &write, &place->err)); /* an older time */
	assert_int_equal(count_in(place->to, RECORD_ATTEMPTS), 1);
	rows_set_integer(&rows, TRIED_AT_MS, 100);
	assert_true(warehouse_put_records(place->to, &write, &place->err));
	assert_int_equal(count_in(place->to, RECORD_ATTEMPTS), 2);
	rows_release(&rows);
}

static void a_later_run_there_has_the_last_word(void **state)
{
	struct place *place = *state;
	compute(place->from, TABLE, DAY, "here", 3, 100, 0);
	compute(place->from, TABLE, DAY + 1, "here", 3, 100, 0);
	compute(place->to, TABLE, DAY, "there", 0, 200, 0); /* the same rows, and all went well */
	compute(place->to, TABLE, DAY + 1, "there", 1, 200, 0);
	copy(place);
	assert_int_equal(place->report.same, 2);
	expect_sent(place, 0, 0, 0);
	assert_int_equal(count_in(place->to, RECORD_FAILURES), 1);
	compute(place->from, TABLE, DAY, "again", 2, 300, 0);
	compute(place->from, TABLE, DAY + 1, "again", 0, 300, 0);
	copy(place);
	expect_sent(place, 2, 2, 0);
	assert_int_equal(count_in(place->to, RECORD_FAILURES), 2);
	copy_back(place);
	expect_sent(place, 0, 0, 0);
}

static void rows_take_their_failures_along_and_the_old_ones_away(void **state)
{
	struct place *place = *state;
	compute(place->to, TABLE, DAY, "there", 3, 900, 1);
	compute(place->to, TABLE, DAY + 1, "there", 3, 900, 1);
	compute(place->from, TABLE, DAY, "here", 1, 100, 0);
	compute(place->from, TABLE, DAY + 1, "here", 0, 100, 0);
	copy(place);
	assert_int_equal(place->report.sent, 2);
	expect_sent(place, 1, 2, 0);
	assert_int_equal(count_in(place->to, RECORD_FAILURES), 1);
	copy(place);
	expect_sent(place, 0, 0, 0);
}

/* Rows and receipts were copied by a program that knew nothing of failures. */
static void what_an_older_push_left_behind_is_brought_later(void **state)
{
	struct place *place = *state;
	compute(place->from, TABLE, DAY, "r1", 2, 100, 0);
	compute(place->to, TABLE, DAY, "r1", 0, 500, 0); /* by its run, at the push's time */
	copy(place);
	assert_int_equal(place->report.same, 1);
	expect_sent(place, 2, 1, 0);
	/* The other way round nothing is taken away from the side that knows. */
	compute(place->to, TABLE, DAY + 1, "r1", 2, 100, 0);
	compute(place->from, TABLE, DAY + 1, "r1", 0, 500, 0);
	copy(place);
	expect_sent(place, 0, 0, 0);
	assert_int_equal(count_in(place->to, RECORD_FAILURES), 4);
}

/* Breaks at the wanted pass of any point of a write. */
struct breaking {
	int at, passed;
};

static bool break_at(const char *point, void *context)
{
	struct breaking *breaking = context;
	(void)point;
	return breaking->passed++ == breaking->at;
}

static void a_copy_that_breaks_anywhere_is_finished_by_the_next(void **state)
{
	struct place *place;
	int broken = 0;
	for (bool is_broken = true; is_broken; broken += is_broken) {
		struct breaking breaking = {.at = broken};
		tear_down(state);
		set_up(state);
		place = *state;
		compute(place->to, TABLE, DAY, "older", 3, 900, 1);
		compute(place->to, TABLE, DAY + 1, "older", 3, 900, 1);
		compute(place->from, TABLE, DAY, "r1", 2, 100, 0);
		compute(place->from, TABLE, DAY + 1, "r1", 0, 100, 0);
		for (int i = 1; i <= TRIES; i++)
			try_once(place->from, TABLE, "lebron", i, 100 + i);
		warehouse_fault_set(break_at, &breaking);
		is_broken = !copy_to(place, place->from, place->to, false);
		warehouse_fault_set(NULL, NULL);
		copy(place);
		assert_int_equal(count_in(place->to, RECORD_FAILURES), 2);
		assert_int_equal(count_in(place->to, RECORD_ATTEMPTS), 3);
		assert_int_equal(locked_in(place->to, 200), 1);
		copy(place);
		expect_sent(place, 0, 0, 0);
	}
	print_message("# broken at %d points\n", broken);
	assert_true(broken > 10);
}

static void put_many(const struct place *place, int64_t count)
{
	sqlite3 *database;
	char sql[400];
	snprintf(sql, sizeof(sql),
		"DELETE FROM nba_processing__precompute_failures;"
		"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %lld)"
		" INSERT INTO nba_processing__precompute_failures SELECT 'x', 'r', '2021-11-16',"
		" 'e', 'C', NULL, 1, 1 FROM n",
		(long long)count);
	assert_int_equal(sqlite3_open(place->path_from, &database), SQLITE_OK);
	if (sqlite3_exec(database, sql, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s", sqlite3_errmsg(database));
	sqlite3_close(database);
}

static void records_have_a_limit(void **state)
{
	struct place *place = *state;
	struct rows rows;
	date_t *dates = memory_new_array(RECORD_DATES_MAX + 1, sizeof(*dates));
	for (int i = 0; i <= RECORD_DATES_MAX; i++)
		dates[i] = date_of(1950, 1, 1) + i;
	rows_init(&rows, warehouse_record_layout(place->to, RECORD_FAILURES));
	struct record_write write = {RECORD_FAILURES, TABLE, &rows, dates, RECORD_DATES_MAX};
	assert_true(warehouse_put_records(place->to, &write, &place->err));
	write.date_count++;
	assert_false(warehouse_put_records(place->to, &write, &place->err));
	assert_int_equal(place->err.kind, ERROR_LIMIT);
	rows_release(&rows);
	free(dates);
	compute(place->from, TABLE, DAY, "r1", 0, 100, 0);
	put_many(place, TRANSFER_RECORDS_MAX);
	copy(place);
	put_many(place, TRANSFER_RECORDS_MAX + 1);
	assert_false(copy_to(place, place->from, place->to, false));
	assert_int_equal(place->err.kind, ERROR_LIMIT);
}

static void load_game(struct warehouse *warehouse, const char *id)
{
	const struct table_layout *layout = raw_table_layout(RAW_GAMES);
	struct raw_load_result result;
	struct rows rows;
	struct error err;
	rows_init(&rows, layout);
	filled_rows_add(&rows, DAY, 1, 0);
	rows_set_text(&rows, table_column(layout, "game_id"), id);
	if (!warehouse_load_begin(warehouse, layout, &err) ||
		!warehouse_load_row(warehouse, rows.values, &err) ||
		!warehouse_load_commit(warehouse, &result, &err))
		fail_msg("%s", err.text);
	rows_release(&rows);
}

#define REAL_ID	   "0022100001"
#define SAMPLE_ID  "0022150001"
#define UNKNOWN_ID "friendly"

static void real_and_invented_games_never_meet(void **state)
{
	static const struct {
		const char *from, *from_too, *to;
		bool raw_goes, computed_goes;
	} cases[] = {
		{REAL_ID, NULL, NULL, true, true},
		{SAMPLE_ID, NULL, NULL, true, true},
		{REAL_ID, NULL, REAL_ID, true, true},
		{SAMPLE_ID, NULL, SAMPLE_ID, true, true},
		{REAL_ID, NULL, SAMPLE_ID, false, false},
		{SAMPLE_ID, NULL, REAL_ID, false, false},
		{SAMPLE_ID, REAL_ID, NULL, false, true},
		{SAMPLE_ID, REAL_ID, REAL_ID, false, false},
		/* Not known is not the same. */
		{UNKNOWN_ID, NULL, NULL, true, true},
		{UNKNOWN_ID, NULL, REAL_ID, false, true},
		{UNKNOWN_ID, NULL, UNKNOWN_ID, false, true},
		{REAL_ID, NULL, UNKNOWN_ID, false, true},
		{NULL, NULL, REAL_ID, false, true},
		{NULL, NULL, NULL, true, true},
	};
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		tear_down(state);
		set_up(state);
		struct place *place = *state;
		const struct table_layout *teams = raw_table_layout(RAW_TEAMS);
		const struct transfer_wish wish = {.from = {place->from, true},
			.to = {place->to, false},
			.range = SPAN,
			.is_raw = true};
		const char *loaded[] = {cases[i].from, cases[i].from_too};
		for (size_t k = 0; k < ARRAY_COUNT(loaded); k++)
			if (loaded[k] != NULL)
				load_game(place->from, loaded[k]);
		if (cases[i].to != NULL)
			load_game(place->to, cases[i].to);
		filled_rows_load(place->from, teams, DATE_NONE, 2, 0);
		compute(place->from, TABLE, DAY, "r1", 0, 100, 0);
		bool is_copied = copy_to(place, place->from, place->to, false);
		bool is_loaded = transfer_tables(&wish, &teams, 1, &place->report, &place->err);
		if (is_loaded != cases[i].raw_goes || is_copied != cases[i].computed_goes)
			fail_msg("case %zu: %s", i, place->err.text);
		assert_int_equal(place->report.sent, is_loaded);
		if (!is_loaded)
			assert_int_equal(place->err.kind, ERROR_INPUT);
	}
}

int main(void)
{
#define AT_A_PLACE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		AT_A_PLACE(what_went_wrong_goes_with_its_table_and_range),
		AT_A_PLACE(records_keep_their_words_and_their_time),
		AT_A_PLACE(a_reset_there_stands_until_something_newer_comes),
		AT_A_PLACE(a_reset_is_brought_back_by_a_pull),
		AT_A_PLACE(a_reset_by_a_slow_clock_is_no_older_than_what_it_resets),
		AT_A_PLACE(an_attempt_that_came_meanwhile_is_not_overtaken),
		AT_A_PLACE(a_later_run_there_has_the_last_word),
		AT_A_PLACE(rows_take_their_failures_along_and_the_old_ones_away),
		AT_A_PLACE(what_an_older_push_left_behind_is_brought_later),
		AT_A_PLACE(a_copy_that_breaks_anywhere_is_finished_by_the_next),
		AT_A_PLACE(records_have_a_limit),
		AT_A_PLACE(real_and_invented_games_never_meet),
	};
	return RUN(tests);
}

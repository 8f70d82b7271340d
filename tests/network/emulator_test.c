/* The BigQuery warehouse against emulators that others wrote: their SQL, their idea of the wire. */
#include "tests/network/support/emulator.h"
#include "tests/support/pipeline_run.h"
#include "tests/test.h"

#include "native/processor.h"
#include "warehouse/bigquery.h"
#include "warehouse/raw_tables.h"
#include "warehouse/records.h"

static const struct column columns[] = {
	{"game_date", COLUMN_DATE, COLUMN_KEY},
	{"player_lookup", COLUMN_TEXT, COLUMN_KEY},
	{"points", COLUMN_INTEGER, COLUMN_HASHED},
	{"ts_pct", COLUMN_REAL, COLUMN_HASHED},
	{"is_starter", COLUMN_BOOLEAN, 0},
	{"issues", COLUMN_LIST, 0},
	{"processed_at", COLUMN_TIMESTAMP, COLUMN_STAMP},
};
static const struct table_layout factors = {
	"nba_precompute", "factors", "game_date", columns, ARRAY_COUNT(columns), HASH_NONE};
static const struct table_layout absent = {
	"nba_precompute", "absent", "game_date", columns, ARRAY_COUNT(columns), HASH_NONE};

#define DAY    date_of(2021, 11, 16)
#define NOW_MS 1637200000000

struct place {
	struct emulator emulator;
	struct warehouse *warehouse;
	struct error err;
};

static void check(bool done, const struct place *place)
{
	if (!done)
		fail_msg("%s: %s", emulator_abilities[place->emulator.kind].name, place->err.text);
}

static bool open_place(struct place *place, enum emulator_kind kind)
{
	const struct table_layout *layouts[] = {&factors};
	*place = (struct place){0};
	if (!emulator_start(&place->emulator, kind)) {
		print_message("# skipped: %s\n", place->emulator.reason);
		return false;
	}
	check(warehouse_open("bigquery:test", WAREHOUSE_CREATE, &place->warehouse, &place->err),
		place);
	check(warehouse_prepare(place->warehouse, layouts, 1, &place->err), place);
	return true;
}

static void close_place(struct place *place)
{
	warehouse_close(place->warehouse);
	emulator_stop(&place->emulator);
}

static void add_row(struct rows *rows, date_t date, const char *player, int64_t points)
{
	rows_add(rows);
	rows_set_date(rows, 0, date);
	rows_set_text(rows, 1, player);
	if (points >= 0)
		rows_set_integer(rows, 2, points);
	rows_set_real(rows, 3, 0.1 * (double)points);
	rows_set_boolean(rows, 4, points % 2 == 1);
	rows_set_text(rows, 5, "[\"a\", \"b\"]");
	rows_set_text(rows, 6, "2021-11-16T10:00:00.5Z");
}

static struct receipt write_rows(
	struct place *place, date_t date, const struct rows *rows, int64_t now_ms)
{
	static const struct failure failures[] = {{"x'\"y", "INSUFFICIENT_DATA", "few", true},
		{"z", "PROCESSING_ERROR", NULL, false}};
	static const struct receipt_source sources[] = {{"upstream", 7}};
	const struct day_write write = {
		&factors, date, "run-1", rows, failures, 2, sources, 1, now_ms};
	struct receipt receipt;
	bool unchanged;
	check(warehouse_replace_day(place->warehouse, &write, &receipt, &unchanged, &place->err),
		place);
	return receipt;
}

static void expect_counts(
	struct place *place, struct date_range range, size_t days, int64_t rows, int64_t nulls)
{
	const char *const critical[] = {"points", "ts_pct"};
	const struct count_table tables[] = {{&factors, critical, 2}, {.layout = &absent}};
	struct day_counts counts;
	check(warehouse_count_days(place->warehouse, tables, 2, range, &counts, &place->err),
		place);
	assert_int_equal(counts.count, days);
	if (days > 0) {
		assert_int_equal(counts.items[0].rows, rows);
		assert_int_equal(counts.items[0].distinct_keys, rows);
		assert_int_equal(counts.nulls[counts.items[0].first_null], nulls);
	}
	assert_false(day_counts_is_missing(&counts, 0));
	assert_true(day_counts_is_missing(&counts, 1));
	day_counts_release(&counts);
}

static void expect_rows(struct place *place, date_t date)
{
	static const char *const names[] = {"game_date", "player_lookup", "points", "ts_pct",
		"is_starter", "issues", "processed_at"};
	static const char *const order[] = {"player_lookup"};
	const struct read_request request = {
		&factors, names, ARRAY_COUNT(names), {date, date}, order, 1};
	struct symbols *symbols = symbols_new();
	struct frame frame;
	check(warehouse_read(place->warehouse, &request, symbols, &frame, &place->err), place);
	assert_int_equal(frame.row_count, 2);
	assert_int_equal(frame_date(&frame, 0, 0), date);
	assert_string_equal(frame_text(&frame, 1, 0), "jok\xc3\xafm");
	assert_int_equal(frame_integer(&frame, 2, 0), 7);
	assert_float_equal(frame_real(&frame, 3, 0), 0.7, 1e-15);
	assert_int_equal(frame_integer(&frame, 4, 0), 1);
	assert_string_equal(frame_text(&frame, 5, 0), "[\"a\", \"b\"]");
	assert_string_equal(frame_text(&frame, 6, 0), "2021-11-16T10:00:00.500000Z");
	assert_true(frame_is_null(&frame, 2, 1));
	frame_release(&frame);
	symbols_free(symbols);
}

/* Two dates; one is replaced, then emptied; the other must not notice. */
static void days_are_replaced(struct place *place)
{
	struct rows rows, neighbour;
	rows_init(&rows, &factors);
	rows_init(&neighbour, &factors);
	add_row(&rows, DAY, "jok\xc3\xafm", 7);
	add_row(&rows, DAY, "lebron\"james", -1);
	add_row(&neighbour, DAY + 1, "other", 3);
	struct receipt first = write_rows(place, DAY, &rows, NOW_MS);
	write_rows(place, DAY + 1, &neighbour, NOW_MS);
	expect_rows(place, DAY);
	expect_counts(place, (struct date_range){DAY - 30, DAY}, 1, 2, 1);
	struct receipt second = write_rows(place, DAY, &rows, NOW_MS + 1);
	assert_int_equal(second.sequence, first.sequence);
	assert_string_equal(second.hash, first.hash);
	rows_clear(&rows);
	struct receipt third = write_rows(place, DAY, &rows, NOW_MS + 2);
	assert_true(third.sequence > first.sequence);
	expect_counts(place, (struct date_range){DAY, DAY}, 0, 0, 0);
	expect_counts(place, (struct date_range){DAY, DAY + 1}, 1, 1, 0);
	rows_release(&rows);
	rows_release(&neighbour);
}

static void receipts_are_the_newest(struct place *place)
{
	struct receipts receipts;
	check(warehouse_receipts(
		      place->warehouse, (struct date_range){DAY, DAY + 1}, &receipts, &place->err),
		place);
	assert_int_equal(receipts.count, 2);
	const struct receipt *receipt = receipts_find(&receipts, "factors", DAY);
	assert_non_null(receipt);
	assert_int_equal(receipt->rows, 0);
	assert_int_equal(receipt->verified_ms, NOW_MS + 2);
	assert_string_equal(receipt->sources[0].table, "upstream");
	assert_int_equal(receipt->sources[0].sequence, 7);
	receipts_release(&receipts);
}

static void breakers_trip_and_are_reset(struct place *place)
{
	const struct date_range range = {DAY, DAY};
	struct attempt_row attempt = {DAY, "lebron", 1, false, 0};
	struct attempt_rows attempts;
	int64_t reset;
	for (int i = 1; i <= 3; i++) {
		attempt.attempts = i;
		attempt.tripped = i == 3;
		attempt.until_ms = i == 3 ? NOW_MS + 1000 : 0;
		check(warehouse_add_attempt(place->warehouse, "factors", &attempt, 50.5, NULL,
			      NOW_MS, &place->err),
			place);
	}
	check(warehouse_read_attempts(place->warehouse, "factors", range, &attempts, &place->err),
		place);
	assert_int_equal(attempts.count, 1);
	assert_int_equal(attempts.items[0].attempts, 3);
	assert_true(attempts.items[0].tripped);
	assert_int_equal(attempts.items[0].until_ms, NOW_MS + 1000);
	free(attempts.items);
	for (int wanted = 1; wanted >= 0; wanted--) {
		check(warehouse_reset_breaker(
			      place->warehouse, "factors", range, NOW_MS, &reset, &place->err),
			place);
		assert_int_equal(reset, wanted);
	}
}

static int64_t failures_of(struct place *place, date_t date)
{
	struct failure_counts counts;
	int64_t entities = 0;
	check(warehouse_count_failures(
		      place->warehouse, (struct date_range){date, date}, &counts, &place->err),
		place);
	for (size_t i = 0; i < counts.count; i++)
		entities += counts.items[i].entities;
	free(counts.items);
	return entities;
}

/* A date's failures are replaced, and another date does not notice. */
static void failures_come_from_another_warehouse(struct place *place)
{
	struct rows rows;
	const date_t date = DAY;
	const struct record_write write = {RECORD_FAILURES, "factors", &rows, &date, 1};
	rows_init(&rows, warehouse_record_layout(place->warehouse, RECORD_FAILURES));
	rows_add(&rows);
	rows_set_text(&rows, FAILED_TABLE, "factors");
	rows_set_text(&rows, FAILED_RUN, "elsewhere");
	rows_set_date(&rows, FAILED_DATE, DAY);
	rows_set_text(&rows, FAILED_ENTITY, "o'n\"eal");
	rows_set_text(&rows, FAILED_CATEGORY, "X");
	rows_set_boolean(&rows, FAILED_CAN_RETRY, true);
	rows_set_integer(&rows, FAILED_AT_MS, NOW_MS);
	assert_int_equal(failures_of(place, DAY), 2);
	check(warehouse_put_records(place->warehouse, &write, &place->err), place);
	assert_int_equal(failures_of(place, DAY), 1);
	assert_int_equal(failures_of(place, DAY + 1), 2);
	rows_clear(&rows);
	check(warehouse_put_records(place->warehouse, &write, &place->err), place);
	assert_int_equal(failures_of(place, DAY), 0);
	assert_int_equal(failures_of(place, DAY + 1), 2);
	rows_release(&rows);
}

static void try_elsewhere(struct place *place, int64_t number, int64_t at_ms)
{
	struct rows rows;
	const struct record_write write = {RECORD_ATTEMPTS, "factors", &rows, NULL, 0};
	rows_init(&rows, warehouse_record_layout(place->warehouse, RECORD_ATTEMPTS));
	rows_add(&rows);
	rows_set_text(&rows, TRIED_TABLE, "factors");
	rows_set_date(&rows, TRIED_DATE, DAY + 1);
	rows_set_text(&rows, TRIED_ENTITY, "kobe");
	rows_set_integer(&rows, TRIED_NUMBER, number);
	rows_set_integer(&rows, TRIED_AT_MS, at_ms);
	rows_set_boolean(&rows, TRIED_IS_TRIPPED, true);
	rows_set_integer(&rows, TRIED_UNTIL_MS, at_ms + 1);
	check(warehouse_put_records(place->warehouse, &write, &place->err), place);
	rows_release(&rows);
}

/* What is no newer than what is there is left out. */
static void attempts_come_from_another_warehouse(struct place *place)
{
	const struct date_range range = {DAY + 1, DAY + 1};
	struct attempt_rows attempts;
	try_elsewhere(place, 4, NOW_MS);
	try_elsewhere(place, 4, NOW_MS + 5);
	try_elsewhere(place, 5, NOW_MS - 5);
	check(warehouse_read_attempts(place->warehouse, "factors", range, &attempts, &place->err),
		place);
	assert_int_equal(attempts.count, 1);
	assert_int_equal(attempts.items[0].attempts, 4);
	assert_int_equal(attempts.items[0].until_ms, NOW_MS + 1);
	free(attempts.items);
	try_elsewhere(place, 5, NOW_MS + 5);
	check(warehouse_read_attempts(place->warehouse, "factors", range, &attempts, &place->err),
		place);
	assert_int_equal(attempts.items[0].attempts, 5);
	free(attempts.items);
}

static void load_games(struct place *place, const char *points, int64_t added, int64_t changed)
{
	const struct table_layout *games = raw_table_layout(RAW_GAMES);
	struct value values[32] = {{0}};
	struct raw_load_result result;
	int64_t home_pts;
	assert_true(text_to_integer(points, &home_pts));
	check(warehouse_load_begin(place->warehouse, games, &place->err), place);
	for (int i = 0; i < 2; i++) {
		const char *ids[] = {"0022100001", "0042100001"};
		values[0] = (struct value){VALUE_TEXT, {.text = ids[i]}};
		values[1] = (struct value){VALUE_TEXT, {.text = "2021-22"}};
		values[2] = (struct value){VALUE_TEXT, {.text = "2021-11-16"}};
		values[3] = (struct value){VALUE_TEXT, {.text = "LAL"}};
		values[4] = (struct value){VALUE_TEXT, {.text = "BOS"}};
		values[5] = (struct value){VALUE_INTEGER, {.integer = home_pts + i}};
		values[6] = (struct value){VALUE_INTEGER, {.integer = 100}};
		check(warehouse_load_row(place->warehouse, values, &place->err), place);
		home_pts = 100; /* the second game never changes */
	}
	check(warehouse_load_commit(place->warehouse, &result, &place->err), place);
	assert_int_equal(result.added, added);
	assert_int_equal(result.changed, changed);
	assert_int_equal(result.same, 2 - added - changed);
}

static void raw_rows_are_merged_by_key(struct place *place)
{
	const struct table_layout *layouts[] = {raw_table_layout(RAW_GAMES),
		raw_table_layout(RAW_PLAYER_BOX), raw_table_layout(RAW_DID_NOT_PLAY)};
	struct raw_days days;
	/* Before the first import there is no schedule, as in a new file. */
	check(warehouse_raw_days(
		      place->warehouse, (struct date_range){DAY, DAY}, &days, &place->err),
		place);
	assert_int_equal(days.count, 0);
	assert_int_equal(days.first_game, DATE_NONE);
	check(warehouse_prepare(place->warehouse, layouts, 3, &place->err), place);
	load_games(place, "110", 2, 0);
	load_games(place, "110", 0, 0);
	load_games(place, "111", 0, 1);
	check(warehouse_raw_days(
		      place->warehouse, (struct date_range){DAY - 5, DAY + 5}, &days, &place->err),
		place);
	assert_int_equal(days.count, 1);
	assert_int_equal(days.items[0].regular_games, 1);
	assert_int_equal(days.items[0].other_games, 1);
	assert_int_equal(days.items[0].roster_rows, 0);
	assert_int_equal(days.first_game, DAY);
	free(days.items);
}

/* The table of abilities says the truth: what it denies is tried, and must fail. */
static void abilities_are_as_written(struct place *place)
{
	const struct emulator_ability *ability = &emulator_abilities[place->emulator.kind];
	struct warehouse *loading;
	struct rows rows;
	struct receipt receipt;
	bool unchanged;
	int64_t bytes;
	static const char *const names[] = {"game_date", "player_lookup"};
	const struct read_request request = {&factors, names, 2, {DAY, DAY + 1}, NULL, 0};
	check(warehouse_estimate_read(place->warehouse, &request, &bytes, &place->err), place);
	assert_int_equal(bytes > 0, ability->estimates_bytes);
	check(warehouse_open("bigquery:test?writes=load", WAREHOUSE_WRITE, &loading, &place->err),
		place);
	rows_init(&rows, &factors);
	add_row(&rows, DAY + 9, "lebron", 1);
	const struct day_write write = {
		.layout = &factors, .date = DAY + 9, .run = "r", .rows = &rows, .now_ms = NOW_MS};
	bool is_loaded = warehouse_replace_day(loading, &write, &receipt, &unchanged, &place->err);
	assert_int_equal(is_loaded, ability->knows_decorators);
	print_message("# %s: %s\n", ability->name, is_loaded ? "decorators" : place->err.text);
	rows_release(&rows);
	warehouse_close(loading);
}

/* The statement of an overview, by who can run it: their lists of tables do not say that a table is
 * partitioned, so that the warehouse itself does not ask them. */
static void partitions_are_as_written(struct place *place)
{
	const struct emulator_ability *ability = &emulator_abilities[place->emulator.kind];
	struct bigquery *client;
	struct bigquery_result result = {0};
	const struct count_table table = {.layout = &factors};
	char endpoint[64];
	snprintf(endpoint, sizeof(endpoint), "http://127.0.0.1:%d", place->emulator.port);
	struct day_counts counts;
	const struct bigquery_settings settings = {
		.project = "test", .endpoint = endpoint, .is_emulator = true};
	const struct bigquery_parameter days[] = {
		{"first", "STRING", "20211101"}, {"last", "STRING", "20211231"}};
	struct buffer sql = {0};
	bigquery_add_partitions(&sql,
		&(const struct bigquery_partitions){0, "test", "nba_precompute"}, "'factors'");
	const struct bigquery_query query = {.name = "partitions",
		.sql = buffer_text(&sql),
		.parameters = days,
		.parameter_count = ARRAY_COUNT(days),
		.rows_max = 100};
	check(bigquery_new(&settings, &client, &place->err), place);
	bool is_known = bigquery_select(client, &query, NULL, NULL, &result, &place->err);
	print_message("# %s: %lld partitions, %s\n", ability->name, (long long)result.row_count,
		is_known ? "" : place->err.text);
	assert_int_equal(is_known, ability->knows_partitions);
	assert_int_equal(result.row_count > 0, ability->knows_partitions);
	bigquery_free(client);
	buffer_release(&sql);
	bool is_answered = warehouse_overview(
		place->warehouse, &table, 1, (struct date_range){DAY, DAY}, &counts, &place->err);
	assert_true(!is_answered || day_counts_is_unseen(&counts, 0));
	if (is_answered)
		day_counts_release(&counts);
}

static void everything_on(enum emulator_kind kind)
{
	struct place place;
	if (!open_place(&place, kind))
		skip();
	days_are_replaced(&place);
	receipts_are_the_newest(&place);
	breakers_trip_and_are_reset(&place);
	failures_come_from_another_warehouse(&place);
	attempts_come_from_another_warehouse(&place);
	raw_rows_are_merged_by_key(&place);
	abilities_are_as_written(&place);
	partitions_are_as_written(&place);
	close_place(&place);
}

static void the_warehouse_works_on_bqemulator(void **state)
{
	(void)state;
	everything_on(EMULATOR_BQEMULATOR);
}

static void the_warehouse_works_on_goccy(void **state)
{
	(void)state;
	everything_on(EMULATOR_GOCCY);
}

/* What the users do: raw rows in, every table of the pipeline out, complete, and the same rows as
 * in the embedded warehouse. */
static void the_pipeline_gives_the_same_rows_as_in_the_embedded_warehouse(void **state)
{
	(void)state;
	struct emulator emulator;
	struct pipeline_run here, there;
	struct receipts ours, theirs;
	const struct sample_options options = {.seasons = 1, .seed = SAMPLE_SEED};
	const struct date_range range = {date_of(2021, 10, 19), date_of(2021, 11, 2)};
	if (!emulator_start(&emulator, EMULATOR_BQEMULATOR)) {
		print_message("# skipped: %s\n", emulator.reason);
		skip();
	}
	pipeline_run_open(&there, "bigquery:test", &options, range);
	pipeline_run_compute_last(&there, range);
	pipeline_run_check(warehouse_receipts(there.warehouse, range, &theirs, &there.err), &there);
	pipeline_run_open(&here, NULL, &options, range);
	pipeline_run_compute_last(&here, range);
	pipeline_run_check(warehouse_receipts(here.warehouse, range, &ours, &here.err), &here);
	assert_int_equal(theirs.count, ours.count);
	for (size_t i = 0; i < here.pipeline->table_count; i++)
		assert_non_null(receipts_find(&ours, here.pipeline->tables[i].name, range.last));
	for (size_t i = 0; i < ours.count; i++) {
		const struct receipt *receipt =
			receipts_find(&theirs, ours.items[i].table, ours.items[i].date);
		char date[DATE_TEXT_BYTES];
		assert_non_null(receipt);
		if (strcmp(receipt->hash, ours.items[i].hash) != 0 ||
			receipt->rows != ours.items[i].rows)
			fail_msg("%s of %s: %d rows there, %d here", receipt->table,
				date_format(receipt->date, date), (int)receipt->rows,
				(int)ours.items[i].rows);
	}
	receipts_release(&ours);
	receipts_release(&theirs);
	pipeline_run_close(&here);
	pipeline_run_close(&there);
	emulator_stop(&emulator);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_warehouse_works_on_bqemulator),
		cmocka_unit_test(the_warehouse_works_on_goccy),
		cmocka_unit_test(the_pipeline_gives_the_same_rows_as_in_the_embedded_warehouse),
	};
	return RUN(tests);
}

/* Days of a table on their way to BigQuery: how many at once, in which order, and what a reader
 * sees while they are neither here nor there. */
#include "tests/network/support/fake_bigquery.h"
#include "tests/support/filled_rows.h"
#include "tests/support/program.h"
#include "tests/test.h"

#include "base/path.h"
#include "native/processor.h"
#include "warehouse/fault.h"

#define DAY	   date_of(2021, 11, 16)
#define DAYS	   7
#define ROWS	   3
#define AT_ONCE	   4 /* loads of one connection */
#define TABLE	   "upcoming_team_game_context"
#define REMOTE	   "bigquery:p?writes=load"
#define OLD_MS	   INT64_C(1637100000000)
#define NEW_MS	   INT64_C(1637200000000)
#define UNTIL(day) ((struct date_range){DAY, DAY + (day)-1})

struct place {
	struct fake_bigquery *service;
	struct fake *server;
	struct warehouse *warehouse;
	const struct table_layout *layout;
	struct rows rows[DAYS];
	struct day_write writes[DAYS];
	struct receipt receipts[DAYS];
	bool unchanged[DAYS];
	size_t written;
	struct error err;
};

static int set_up(void **state)
{
	struct place *place = memory_new(sizeof(*place));
	place->service = fake_bigquery_publish();
	place->server = fake_bigquery_server(place->service);
	place->layout = processor_find(TABLE)->layout;
	if (!warehouse_open(REMOTE, WAREHOUSE_WRITE, &place->warehouse, &place->err) ||
		!warehouse_prepare(place->warehouse, &place->layout, 1, &place->err))
		fail_msg("%s", place->err.text);
	*state = place;
	return 0;
}

static void forget_rows(struct place *place)
{
	for (int i = 0; i < DAYS; i++)
		rows_release(&place->rows[i]);
	memset(place->rows, 0, sizeof(place->rows));
}

static int tear_down(void **state)
{
	struct place *place = *state;
	warehouse_fault_set(NULL, NULL);
	forget_rows(place);
	warehouse_close(place->warehouse);
	fake_bigquery_withdraw(place->service);
	free(place);
	return 0;
}

/* Another flavour is other rows under the same keys. */
static void make_days(struct place *place, int flavour, int64_t now_ms)
{
	forget_rows(place);
	for (int i = 0; i < DAYS; i++) {
		rows_init(&place->rows[i], place->layout);
		filled_rows_add(&place->rows[i], DAY + i, ROWS, flavour);
		place->writes[i] = (struct day_write){.layout = place->layout,
			.date = DAY + i,
			.run = "r",
			.rows = &place->rows[i],
			.now_ms = now_ms};
	}
}

static bool write_days(struct place *place)
{
	return warehouse_replace_days(place->warehouse, place->writes, DAYS, place->receipts,
		place->unchanged, &place->written, &place->err);
}

static void expect_written(struct place *place)
{
	if (!write_days(place))
		fail_msg("%s", place->err.text);
	assert_int_equal(place->written, DAYS);
}

static int64_t count(struct place *place, const char *where)
{
	char sql[300];
	snprintf(sql, sizeof(sql), "SELECT count(*) FROM `p.nba_analytics." TABLE "` WHERE %s",
		where);
	return fake_bigquery_number(place->service, sql);
}

static struct receipts read_receipts(struct place *place)
{
	struct warehouse *reader;
	struct receipts receipts;
	assert_true(warehouse_open(REMOTE, WAREHOUSE_READ, &reader, &place->err));
	if (!warehouse_receipts(reader, UNTIL(DAYS), &receipts, &place->err))
		fail_msg("%s", place->err.text);
	warehouse_close(reader);
	return receipts;
}

static size_t receipt_statements(struct place *place)
{
	size_t posts = fake_count(place->server, "POST /jobs"), count = 0;
	for (size_t i = 0; i < posts; i++)
		count += strstr(fake_body(place->server, "POST /jobs", i),
				 "INSERT INTO `p.backcourt_ops.receipts`") != NULL;
	return count;
}

static size_t open_count(const struct receipts *receipts)
{
	size_t count = 0;
	for (size_t i = 0; i < receipts->count; i++)
		count += receipts->items[i].is_open;
	return count;
}

static void a_few_loads_are_under_way_in_order_and_never_two_of_a_date(void **state)
{
	struct place *place = *state;
	fake_bigquery_limit(place->service, &(const struct fake_limits){.looks_of_load = 2});
	make_days(place, 0, OLD_MS);
	size_t before = fake_count(place->server, "");
	expect_written(place);
	struct fake_traffic traffic = fake_bigquery_traffic(place->service);
	assert_int_equal(traffic.most, AT_ONCE);
	assert_int_equal(traffic.clashes, 0);
	assert_int_equal(traffic.now, 0);
	assert_int_equal(fake_count(place->server, "POST /upload/"), DAYS);
	for (int i = 0; i < DAYS; i++) {
		char partition[40];
		snprintf(partition, sizeof(partition), TABLE "$202111%d", 16 + i);
		const char *body = fake_body(place->server, "POST /upload/", (size_t)i);
		assert_non_null(strstr(body, partition));
	}
	/* Seven uploads and two looks at each; the table, two queries (the receipts that were
	 * there, the recount): insert, wait and page; and two statements (the announcement, the
	 * receipts): insert and wait. */
	assert_int_equal(fake_count(place->server, "") - before, 3 * DAYS + 1 + 2 * 3 + 2 * 2);
	assert_int_equal(count(place, "TRUE"), DAYS * ROWS);
}

static size_t a_free_column(const struct table_layout *layout)
{
	size_t i = 0;
	while (layout->columns[i].flags != 0 || layout->columns[i].type != COLUMN_INTEGER)
		i++;
	return i;
}

/* The service refuses the third date: rows without a value where one has become compulsory. */
static void a_date_that_fails_takes_none_with_it(void **state)
{
	struct place *place = *state;
	make_days(place, 0, OLD_MS);
	size_t column = a_free_column(place->layout);
	json_t *change =
		json_deep_copy(fake_bigquery_table(place->service, "nba_analytics." TABLE));
	json_object_set_new(
		json_array_get(
			json_object_get(json_object_get(change, "schema"), "fields"), column),
		"mode", json_string("REQUIRED"));
	char *members = json_dumps(change, 0);
	fake_bigquery_change(place->service, "nba_analytics." TABLE, members);
	free(members);
	json_decref(change);
	fake_bigquery_limit(place->service, &(const struct fake_limits){.looks_of_load = 1});
	for (size_t i = 0; i < (size_t)DAYS * ROWS; i++)
		place->rows[i / ROWS].values[i % ROWS * place->layout->column_count + column] =
			(struct value){VALUE_INTEGER, {.integer = 1}};
	place->rows[2].values[column] = (struct value){VALUE_NULL};
	assert_false(write_days(place));
	assert_int_equal(place->written, 2);
	assert_non_null(strstr(place->err.text, "Missing required field"));
	/* What was under way beside it came to its end, and has its receipt. */
	assert_int_equal(fake_bigquery_traffic(place->service).now, 0);
	struct receipts receipts = read_receipts(place);
	assert_int_equal(open_count(&receipts), 0);
	for (int i = 0; i < DAYS; i++) {
		char where[60];
		snprintf(where, sizeof(where), "game_date = '2021-11-%d'", 16 + i);
		bool is_there = count(place, where) > 0;
		assert_int_equal(is_there, receipts_find(&receipts, TABLE, DAY + i) != NULL);
		assert_int_equal(is_there, i != 2 && i < 2 + AT_ONCE);
	}
	receipts_release(&receipts);
}

static bool fail_at(const char *point, void *context)
{
	return strcmp(point, context) == 0;
}

/* Between rows and receipt the old receipt is seen to prove nothing, and the next write mends it.
 */
static void an_old_receipt_is_open_while_its_rows_are_replaced(void **state)
{
	struct place *place = *state;
	make_days(place, 0, OLD_MS);
	expect_written(place);
	make_days(place, 1, NEW_MS);
	warehouse_fault_set(fail_at, (void *)"before the receipt");
	assert_false(write_days(place));
	assert_int_equal(place->written, 0);
	struct receipts receipts = read_receipts(place);
	assert_int_equal(receipts.count, DAYS);
	assert_int_equal(open_count(&receipts), DAYS);
	for (size_t i = 0; i < receipts.count; i++)
		assert_string_equal(receipts.items[i].hash, "");
	receipts_release(&receipts);
	warehouse_fault_set(NULL, NULL);
	make_days(place, 1, NEW_MS - 50); /* by a clock that is behind */
	expect_written(place);
	receipts = read_receipts(place);
	assert_int_equal(receipts.count, DAYS);
	assert_int_equal(open_count(&receipts), 0);
	for (size_t i = 0; i < receipts.count; i++) {
		assert_string_equal(receipts.items[i].hash, place->receipts[i].hash);
		assert_int_equal(receipts.items[i].verified_ms, place->receipts[i].verified_ms);
		assert_true(receipts.items[i].verified_ms >= NEW_MS);
	}
	receipts_release(&receipts);
}

/* Nothing was begun, or the service has refused it: the old receipts hold as before. */
static void rows_that_were_not_touched_keep_their_receipt(void **state)
{
	struct place *place = *state;
	make_days(place, 0, OLD_MS);
	expect_written(place);
	make_days(place, 1, NEW_MS);
	warehouse_fault_set(fail_at, (void *)"before the write");
	assert_false(write_days(place));
	warehouse_fault_set(NULL, NULL);
	fake_bigquery_limit(place->service, &(const struct fake_limits){.loads_per_day = 1});
	assert_false(write_days(place));
	assert_non_null(strstr(place->err.text, "not tried again today"));
	struct receipts receipts = read_receipts(place);
	assert_int_equal(receipts.count, DAYS);
	assert_int_equal(open_count(&receipts), 0);
	for (size_t i = 0; i < receipts.count; i++)
		assert_string_equal(receipts.items[i].hash, place->receipts[i].hash);
	receipts_release(&receipts);
}

/* First writes are announced, others opened: one statement, whatever their number. */
static void a_turn_is_opened_by_one_statement(void **state)
{
	struct place *place = *state;
	for (int turn = 1; turn <= 2; turn++) {
		size_t before = receipt_statements(place);
		make_days(place, 0, turn == 1 ? OLD_MS : NEW_MS);
		expect_written(place);
		assert_int_equal(receipt_statements(place) - before, 2);
		assert_int_equal(fake_bigquery_number(place->service,
					 "SELECT count(*) FROM `p.backcourt_ops.receipts`"),
			2 * turn * DAYS);
	}
	for (int i = 0; i < DAYS; i++) {
		assert_true(place->unchanged[i]);
		assert_int_equal(place->receipts[i].verified_ms, NEW_MS);
		assert_int_equal(place->receipts[i].written_ms, OLD_MS);
	}
}

/* kill -9 of a push */

#define RANGE "2021-11-16..2021-11-22"

static void fill(const char *path, int flavour)
{
	struct warehouse *warehouse;
	struct error err;
	assert_true(warehouse_open(path, WAREHOUSE_CREATE, &warehouse, &err));
	assert_true(processors_prepare(warehouse, &err));
	for (int i = 0; i < DAYS; i++)
		filled_rows_write(
			warehouse, processor_find(TABLE)->layout, DAY + i, ROWS, flavour, NULL, 0);
	warehouse_close(warehouse);
}

/* The rows as they lie there now. */
static void read_rows(struct place *place, struct rows rows[DAYS])
{
	const char *names[TABLE_COLUMNS_MAX];
	struct symbols *symbols = symbols_new();
	struct frame frame;
	size_t column = table_column(place->layout, place->layout->date_column);
	for (int i = 0; i < DAYS; i++)
		rows_init(&rows[i], place->layout);
	for (size_t i = 0; i < place->layout->column_count; i++)
		names[i] = place->layout->columns[i].name;
	const struct read_request request = {.layout = place->layout,
		.columns = names,
		.column_count = place->layout->column_count,
		.range = UNTIL(DAYS)};
	if (!warehouse_read(place->warehouse, &request, symbols, &frame, &place->err))
		fail_msg("%s", place->err.text);
	for (size_t row = 0; row < frame.row_count; row++) {
		struct rows *into = &rows[frame_date(&frame, column, row) - DAY];
		rows_add(into);
		for (size_t i = 0; i < frame.column_count; i++)
			rows_copy_cell(into, i, &frame, i, row);
	}
	frame_release(&frame);
	symbols_free(symbols);
}

/* A receipt that is not open tells the truth about the rows beside it. */
static size_t expect_no_lie(struct place *place)
{
	struct receipts receipts = read_receipts(place);
	struct rows rows[DAYS];
	char hash[DIGEST_TEXT_BYTES];
	read_rows(place, rows);
	assert_int_equal(receipts.count, DAYS);
	for (size_t i = 0; i < receipts.count; i++) {
		if (!receipts.items[i].is_open)
			assert_string_equal(receipts.items[i].hash, rows_hash(&rows[i], hash));
		rows_release(&rows[i]);
	}
	size_t open = open_count(&receipts);
	receipts_release(&receipts);
	return open;
}

static void push(const char *home, int status)
{
	struct program_result result =
		PROGRAM_RUN(home, "push", "--remote", REMOTE, TABLE, "--range", RANGE);
	if (result.status != status)
		fail_msg("%d: %s", result.status, result.output);
	free(result.output);
}

static bool push_until(struct place *place, const char *home, int request, bool is_after)
{
	static const char *const words[] = {
		"push", "--remote", REMOTE, TABLE, "--range", RANGE, NULL};
	fake_bigquery_kill_at(place->service, request, is_after);
	struct program program = program_start(home, words);
	fake_bigquery_aim(place->service, program.pid);
	struct program_result result = program_finish(&program);
	free(result.output);
	return fake_bigquery_has_killed(place->service);
}

/* At every request that there is; every other one is carried out before. */
static void no_kill_leaves_an_old_receipt_beside_new_rows(void **state)
{
	struct place *place = *state;
	char *home = test_folder();
	char *path = path_join(home, "data/backcourt/nba/warehouse.db");
	size_t most_open = 0;
	int kills = 0, flavour = 0;
	fill(path, flavour);
	push(home, 0);
	for (bool is_killed = true; is_killed; kills += is_killed) {
		fill(path, ++flavour);
		is_killed = push_until(place, home, kills, kills % 2 == 1);
		size_t open = expect_no_lie(place);
		most_open = open > most_open ? open : most_open;
		push(home, 0);
		assert_int_equal(expect_no_lie(place), 0);
	}
	print_message("# killed %d times\n", kills);
	assert_int_equal(most_open, DAYS);
	assert_true(kills > 30);
	free(path);
	free(home);
}

int main(void)
{
#define AT_A_PLACE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		AT_A_PLACE(a_few_loads_are_under_way_in_order_and_never_two_of_a_date),
		AT_A_PLACE(a_date_that_fails_takes_none_with_it),
		AT_A_PLACE(an_old_receipt_is_open_while_its_rows_are_replaced),
		AT_A_PLACE(rows_that_were_not_touched_keep_their_receipt),
		AT_A_PLACE(a_turn_is_opened_by_one_statement),
		AT_A_PLACE(no_kill_leaves_an_old_receipt_beside_new_rows),
	};
	return RUN(tests);
}

/*
 * A load that a dead writer, or another machine, has left at the service: it never lands on rows
 * that are proved already. It is waited for, or cancelled, before its date is written again; what
 * cannot be seen stops the write.
 */
#include "tests/network/support/fake_bigquery.h"
#include "tests/network/support/no_time.h"
#include "tests/support/filled_rows.h"
#include "tests/test.h"

#include "base/cancel.h"
#include "core/warehouse/bigquery_backend.h"
#include "native/processor.h"

#include <pthread.h>

#define DAY   date_of(2021, 11, 16)
#define DAYS  40
#define TABLE "upcoming_team_game_context"
#define NAME  TABLE "_20211116" /* of the jobs into the first day */
#define PLACE "bigquery:p?writes=load"
#define ROWS  3
#define OURS  1
#define LEFT  2 /* the flavour of the rows that the other writer has sent */
#define MS    INT64_C(1637100000000)
#define NEVER 1000000

struct place {
	struct fake_bigquery *service;
	struct fake *server;
	const struct table_layout *layout;
	struct warehouse *warehouse;
	struct bigquery *other; /* the client of the other writer */
	struct buffer rows;	/* that it has sent */
	struct buffer heard;
	struct receipt receipt;
	struct error err;
};

static void hear(void *context, char severity, const char *line)
{
	struct place *place = context;
	buffer_add_format(&place->heard, "%c %s\n", severity, line);
}

/* On a clock that its own sleeps turn. */
static struct bigquery *make_client(struct place *place)
{
	struct bigquery *client;
	const struct bigquery_settings settings = {.project = "p",
		.endpoint = fake_url(place->server),
		.policy = &no_time,
		.is_emulator = true};
	if (!bigquery_new(&settings, &client, &place->err))
		fail_msg("%s", place->err.text);
	return client;
}

static struct warehouse *open_it(struct place *place, const char *spec)
{
	struct warehouse *warehouse;
	if (!warehouse_open(spec, WAREHOUSE_WRITE, &warehouse, &place->err) ||
		!warehouse_prepare(warehouse, &place->layout, 1, &place->err))
		fail_msg("%s", place->err.text);
	bigquery_free(connection_of(warehouse)->client);
	connection_of(warehouse)->client = make_client(place);
	warehouse_hear_details(warehouse, &(const struct detail_listener){place, hear});
	return warehouse;
}

static int set_up(void **state)
{
	struct place *place = memory_new(sizeof(*place));
	no_time_reset();
	place->service = fake_bigquery_publish();
	place->server = fake_bigquery_server(place->service);
	place->layout = processor_find(TABLE)->layout;
	place->warehouse = open_it(place, PLACE);
	place->other = make_client(place);
	*state = place;
	return 0;
}

static int tear_down(void **state)
{
	struct place *place = *state;
	warehouse_close(place->warehouse);
	bigquery_free(place->other);
	fake_bigquery_withdraw(place->service);
	buffer_release(&place->rows);
	buffer_release(&place->heard);
	free(place);
	return 0;
}

static void make_rows(const struct place *place, date_t date, int flavour, struct rows *rows)
{
	rows_init(rows, place->layout);
	filled_rows_add(rows, date, ROWS, flavour);
}

/* The receipt that somebody has left open. */
static void leave_open(struct place *place, date_t date)
{
	struct receipt receipt = {.date = date,
		.rows = -1,
		.distinct_keys = -1,
		.is_open = true,
		.verified_ms = MS - 1000};
	text_copy(receipt.table, sizeof(receipt.table), TABLE);
	if (!warehouse_store_receipts(place->warehouse, &receipt, 1, &place->err))
		fail_msg("%s", place->err.text);
}

/* Another writer dies while its load of the first day is under way. */
static void leave_a_load(struct place *place, int looks)
{
	struct bigquery_loading loading;
	struct rows rows;
	leave_open(place, DAY);
	make_rows(place, DAY, LEFT, &rows);
	for (size_t i = 0; i < ROWS; i++)
		assert_true(bigquery_add_row(&place->rows, place->layout, NULL,
			&rows.values[i * place->layout->column_count], &place->err));
	rows_release(&rows);
	const struct bigquery_load load = {.name = NAME,
		.dataset = place->layout->dataset,
		.table = TABLE "$20211116",
		.rows = buffer_text(&place->rows),
		.rows_bytes = place->rows.length,
		.disposition = LOAD_REPLACES};
	fake_bigquery_limit(place->service, &(const struct fake_limits){.looks_of_load = looks});
	if (!bigquery_begin_load(place->other, &load, &loading, &place->err))
		fail_msg("%s", place->err.text);
	fake_bigquery_limit(place->service, &(const struct fake_limits){0});
	assert_true(fake_bigquery_traffic(place->service).now > 0);
}

static bool try_day(struct place *place, date_t date)
{
	struct rows rows;
	bool unchanged;
	make_rows(place, date, OURS, &rows);
	const struct day_write write = {
		.layout = place->layout, .date = date, .run = "r", .rows = &rows, .now_ms = MS};
	bool done = warehouse_replace_day(
		place->warehouse, &write, &place->receipt, &unchanged, &place->err);
	rows_release(&rows);
	return done;
}

static void write_day(struct place *place, date_t date)
{
	if (!try_day(place, date))
		fail_msg("%s", place->err.text);
}

/* The rows as they lie there when everything that was under way has ended. */
static void expect_rows_of(struct place *place, int flavour)
{
	const char *names[TABLE_COLUMNS_MAX];
	char hash[DIGEST_TEXT_BYTES], wanted[DIGEST_TEXT_BYTES];
	struct symbols *symbols = symbols_new();
	struct rows rows, theirs;
	struct frame frame;
	for (size_t i = 0; i < place->layout->column_count; i++)
		names[i] = place->layout->columns[i].name;
	const struct read_request request = {.layout = place->layout,
		.columns = names,
		.column_count = place->layout->column_count,
		.range = {DAY, DAY}};
	fake_bigquery_land(place->service);
	if (!warehouse_read(place->warehouse, &request, symbols, &frame, &place->err))
		fail_msg("%s", place->err.text);
	make_rows(place, DAY, flavour, &rows);
	rows_init(&theirs, place->layout);
	for (size_t row = 0; row < frame.row_count; row++) {
		rows_add(&theirs);
		for (size_t i = 0; i < frame.column_count; i++)
			rows_copy_cell(&theirs, i, &frame, i, row);
	}
	assert_string_equal(rows_hash(&theirs, hash), rows_hash(&rows, wanted));
	rows_release(&rows);
	rows_release(&theirs);
	frame_release(&frame);
	symbols_free(symbols);
}

static struct receipt read_receipt(struct place *place)
{
	struct receipts receipts;
	if (!warehouse_receipts(
		    place->warehouse, (struct date_range){DAY, DAY}, &receipts, &place->err))
		fail_msg("%s", place->err.text);
	assert_int_equal(receipts.count, 1);
	struct receipt receipt = receipts.items[0];
	receipts_release(&receipts);
	return receipt;
}

static void expect_heard(const struct place *place, const char *words)
{
	if (strstr(buffer_text((struct buffer *)&place->heard), words) == NULL)
		fail_msg(
			"\"%s\" is not in: %s", words, buffer_text((struct buffer *)&place->heard));
}

static size_t listings(struct place *place)
{
	return fake_count(place->server, "GET /jobs?");
}

static void a_load_that_was_left_ends_before_its_date_is_written(void **state)
{
	struct place *place = *state;
	leave_a_load(place, 3);
	write_day(place, DAY);
	assert_int_equal(fake_bigquery_traffic(place->service).clashes, 0);
	assert_int_equal(fake_count(place->server, "/cancel"), 0);
	expect_rows_of(place, OURS);
	assert_false(read_receipt(place).is_open);
	expect_heard(place, "W " TABLE " of 2021-11-16 is in doubt, and the job backcourt_" NAME);
	expect_heard(place, "has ended");
}

static void one_that_does_not_end_is_cancelled(void **state)
{
	struct place *place = *state;
	leave_a_load(place, NEVER);
	write_day(place, DAY);
	assert_int_equal(fake_count(place->server, "/cancel"), 1);
	assert_int_equal(fake_bigquery_traffic(place->service).now, 0);
	expect_rows_of(place, OURS);
	expect_heard(place, "does not end: it is cancelled");
}

/* Its rows would land on ours: they are not sent. */
static void one_that_cannot_be_cancelled_fails_the_date(void **state)
{
	struct place *place = *state;
	leave_a_load(place, NEVER);
	fake_bigquery_limit(place->service, &(const struct fake_limits){.cancels_in_vain = true});
	size_t uploads = fake_count(place->server, "POST /upload/");
	assert_false(try_day(place, DAY));
	assert_int_equal(place->err.kind, ERROR_BUSY);
	assert_non_null(strstr(place->err.text, "was cancelled in vain; try again later"));
	assert_int_equal(fake_count(place->server, "POST /upload/"), uploads);
	assert_true(read_receipt(place).is_open);
	expect_rows_of(place, LEFT);
	write_day(place, DAY); /* it has ended meanwhile */
	expect_rows_of(place, OURS);
}

/* Whether the one that was waited for got its receipt in the meantime, ours is the newer one. */
static void the_receipt_that_came_meanwhile_is_seen(void **state)
{
	struct place *place = *state;
	struct receipt sealed = {.date = DAY,
		.rows = ROWS,
		.sequence = MS * 2,
		.verified_ms = MS + 5000,
		.hash = "left"};
	text_copy(sealed.table, sizeof(sealed.table), TABLE);
	leave_a_load(place, 2);
	/* It is there when the date is looked at again, and not before. */
	fake_bigquery_number(place->service,
		"CREATE TEMP TRIGGER meanwhile AFTER INSERT ON `p.nba_analytics." TABLE "`"
		" WHEN NOT EXISTS (SELECT 1 FROM `p.backcourt_ops.receipts` WHERE `hash` = 'left')"
		" BEGIN INSERT INTO `p.backcourt_ops.receipts` (table_name, date, run, row_count,"
		" distinct_keys, `hash`, sequence, written_ms, verified_ms, computed_from)"
		" VALUES ('" TABLE "', '2021-11-16', 'other', 3, 3, 'left', 3274200000000,"
		" 1637100005000, 1637100005000, ''); END");
	write_day(place, DAY);
	struct receipt newest = read_receipt(place);
	assert_string_equal(newest.hash, place->receipt.hash);
	assert_true(newest.verified_ms > sealed.verified_ms);
	assert_true(newest.sequence > sealed.sequence);
	expect_rows_of(place, OURS);
}

static void many_dates_in_doubt_cost_one_listing_and_others_none(void **state)
{
	struct place *place = *state;
	size_t plain[2], doubted[2];
	for (size_t i = 0; i < 2; i++) {
		size_t before = fake_count(place->server, "");
		write_day(place, DAY + DAYS + (date_t)i);
		plain[i] = fake_count(place->server, "") - before;
	}
	assert_int_equal(listings(place), 0);
	for (int i = 0; i < DAYS; i++)
		leave_open(place, DAY + i);
	for (int i = 0; i < DAYS; i++) {
		size_t before = fake_count(place->server, "");
		write_day(place, DAY + i);
		doubted[i > 0] = fake_count(place->server, "") - before;
	}
	assert_int_equal(listings(place), 1);
	assert_int_equal(doubted[0], doubted[1] + 1);
	assert_true(doubted[1] <= plain[1]); /* they are announced already */
}

static void jobs_of_other_dates_and_tables_are_in_nobodys_way(void **state)
{
	struct place *place = *state;
	leave_a_load(place, NEVER);
	leave_open(place, DAY + 1);
	write_day(place, DAY + 1);
	assert_int_equal(listings(place), 1);
	assert_int_equal(fake_bigquery_traffic(place->service).now, 1);
	assert_int_equal(fake_count(place->server, "GET /jobs/backcourt_" NAME), 0);
}

static void where_only_ones_own_jobs_are_shown_that_is_said(void **state)
{
	struct place *place = *state;
	leave_a_load(place, 2);
	fake_bigquery_limit(place->service, &(const struct fake_limits){.lists = FAKE_LISTS_OWN});
	write_day(place, DAY);
	assert_int_equal(listings(place), 2);
	expect_heard(place, "the jobs of this login alone (bigquery.jobs.list is missing)");
	expect_rows_of(place, OURS);
}

static void what_cannot_be_seen_is_not_taken_for_nothing(void **state)
{
	struct place *place = *state;
	leave_a_load(place, NEVER);
	fake_bigquery_limit(place->service, &(const struct fake_limits){.lists = FAKE_LISTS_NONE});
	size_t uploads = fake_count(place->server, "POST /upload/");
	assert_false(try_day(place, DAY));
	assert_int_equal(place->err.kind, ERROR_REFUSED);
	assert_non_null(strstr(place->err.text, "cannot see what is still under way there"));
	assert_int_equal(fake_count(place->server, "POST /upload/"), uploads);
	assert_true(read_receipt(place).is_open);
}

/* More than a page of them. */
static void the_list_is_read_to_its_end(void **state)
{
	struct place *place = *state;
	fake_bigquery_limit(place->service, &(const struct fake_limits){.looks_of_load = NEVER});
	for (int i = 0; i < 1001; i++) {
		struct bigquery_loading loading;
		const struct bigquery_load load = {.name = "elsewhere",
			.dataset = place->layout->dataset,
			.table = TABLE "$20211201",
			.rows = "",
			.disposition = LOAD_REPLACES};
		if (!bigquery_begin_load(place->other, &load, &loading, &place->err))
			fail_msg("%s", place->err.text);
	}
	leave_a_load(place, 2);
	write_day(place, DAY);
	assert_int_equal(listings(place), 2);
	assert_int_equal(fake_count(place->server, "GET /jobs/backcourt_" NAME), 3);
}

struct stop {
	struct fake *server;
	struct cancel *cancel;
};

static void *stop_soon(void *argument)
{
	struct stop *stop = argument;
	fake_wait_for(stop->server, "GET /jobs/backcourt_" NAME, 1);
	cancel_raise(stop->cancel, CANCEL_NOW);
	return NULL;
}

/* Nothing of ours runs yet, and the other's job is not ours to end. */
static void a_stop_while_it_is_waited_for_leaves_all_as_it_was(void **state)
{
	struct place *place = *state;
	struct stop stop = {.server = place->server};
	pthread_t thread;
	leave_a_load(place, NEVER);
	fake_bigquery_limit(place->service, &(const struct fake_limits){.cancels_in_vain = true});
	assert_true(cancel_new(&stop.cancel, &place->err));
	warehouse_set_cancel(place->warehouse, stop.cancel);
	assert_int_equal(pthread_create(&thread, NULL, stop_soon, &stop), 0);
	size_t uploads = fake_count(place->server, "POST /upload/");
	assert_false(try_day(place, DAY));
	pthread_join(thread, NULL);
	warehouse_set_cancel(place->warehouse, NULL);
	cancel_free(stop.cancel);
	assert_int_equal(fake_count(place->server, "POST /upload/"), uploads);
	assert_int_equal(fake_bigquery_traffic(place->service).now, 1);
	assert_true(read_receipt(place).is_open);
}

/* What merges and deletes is told apart by its date as well. */
static void every_job_that_changes_a_date_bears_its_name(void **state)
{
	struct place *place = *state;
	warehouse_close(place->warehouse);
	place->warehouse = open_it(place, "bigquery:p?writes=dml");
	write_day(place, DAY);
	size_t posts = fake_count(place->server, "POST /jobs"), merges = 0;
	for (size_t i = 0; i < posts; i++) {
		const char *body = fake_body(place->server, "POST /jobs", i);
		if (strstr(body, "MERGE `p.nba_analytics." TABLE "`") == NULL)
			continue;
		assert_non_null(strstr(body, "\"jobId\":\"backcourt_" NAME "_"));
		merges++;
	}
	assert_int_equal(merges, 1);
}

int main(void)
{
#define AT_A_PLACE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		AT_A_PLACE(a_load_that_was_left_ends_before_its_date_is_written),
		AT_A_PLACE(one_that_does_not_end_is_cancelled),
		AT_A_PLACE(one_that_cannot_be_cancelled_fails_the_date),
		AT_A_PLACE(the_receipt_that_came_meanwhile_is_seen),
		AT_A_PLACE(many_dates_in_doubt_cost_one_listing_and_others_none),
		AT_A_PLACE(jobs_of_other_dates_and_tables_are_in_nobodys_way),
		AT_A_PLACE(where_only_ones_own_jobs_are_shown_that_is_said),
		AT_A_PLACE(what_cannot_be_seen_is_not_taken_for_nothing),
		AT_A_PLACE(the_list_is_read_to_its_end),
		AT_A_PLACE(a_stop_while_it_is_waited_for_leaves_all_as_it_was),
		AT_A_PLACE(every_job_that_changes_a_date_bears_its_name),
	};
	return RUN(tests);
}

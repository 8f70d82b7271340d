/*
 * A write that begins after the receipts were read and before the tables are counted: its rows are
 * counted, and its announcement was not there yet. It is never taken for complete.
 */
#include "tests/network/support/fake_bigquery.h"
#include "tests/support/filled_rows.h"
#include "tests/support/program.h"
#include "tests/test.h"

#include "native/processor.h"
#include "warehouse/fault.h"
#include "witness/witnesses.h"

#define TABLE "upcoming_team_game_context"
#define DAY   date_of(2021, 10, 19)
#define SPAN  ((struct date_range){DAY, DAY + 2})
#define RANGE "2021-10-19..2021-10-21"
#define PLACE "bigquery:p?writes=load"
#define MS    INT64_C(1637100000000)

struct place {
	char *home;
	struct fake_bigquery *service;
	struct fake *server;
	struct pipeline *pipeline;
	struct warehouse *writer; /* another machine's */
	int rows;		  /* that the day has when it is complete */
	int flavour, written;	  /* what is written meanwhile */
	const char *breaks_at;	  /* NULL: the write comes to its end */
	bool is_done;
	size_t readings; /* of the receipts */
	struct error err;
};

#define DO(...) free(PROGRAM_WELL(place->home, __VA_ARGS__))

static int64_t number(struct place *place, const char *sql)
{
	return fake_bigquery_number(place->service, sql);
}

static int set_up(void **state)
{
	struct place *place = memory_new(sizeof(*place));
	place->home = test_folder();
	place->service = fake_bigquery_publish();
	place->server = fake_bigquery_server(place->service);
	DO("sample", "--range", "2021-10-19..2021-10-25");
	DO("push", "--raw", "--create", "--remote", PLACE, "--range", RANGE);
	DO("run", TABLE, "--warehouse", PLACE, "--range", RANGE);
	place->rows = (int)number(place,
		"SELECT count(*) FROM `p.nba_analytics." TABLE "` WHERE game_date = '2021-10-19'");
	number(place, "DELETE FROM `p.nba_analytics." TABLE "`");
	number(place, "DELETE FROM `p.backcourt_ops.receipts`");
	if (!pipeline_load(NULL, &place->pipeline, &place->err) ||
		!warehouse_open(PLACE, WAREHOUSE_WRITE, &place->writer, &place->err))
		fail_msg("%s", place->err.text);
	*state = place;
	return 0;
}

static int tear_down(void **state)
{
	struct place *place = *state;
	warehouse_fault_set(NULL, NULL);
	warehouse_close(place->writer);
	pipeline_free(place->pipeline);
	fake_bigquery_withdraw(place->service);
	free(place->home);
	free(place);
	return 0;
}

static bool fail_at(const char *point, void *context)
{
	return strcmp(point, context) == 0;
}

/* Fails where the write is to break. */
static bool write_day(struct place *place, int count, int flavour, int64_t now_ms)
{
	struct receipt receipt;
	struct rows rows;
	bool unchanged;
	rows_init(&rows, processor_find(TABLE)->layout);
	filled_rows_add(&rows, DAY, count, flavour);
	const struct day_write write = {
		.layout = rows.layout, .date = DAY, .run = "r", .rows = &rows, .now_ms = now_ms};
	bool done = warehouse_replace_day(place->writer, &write, &receipt, &unchanged, &place->err);
	rows_release(&rows);
	return done;
}

/* What a count costs is told after the receipts were read, and before it is made. */
static void write_meanwhile(void *context, const char *sentence)
{
	struct place *place = context;
	if (place->is_done || place->written == 0 || strstr(sentence, "could not") != NULL)
		return;
	place->is_done = true;
	if (place->breaks_at != NULL)
		warehouse_fault_set(fail_at, (void *)place->breaks_at);
	bool done = write_day(place, place->written, place->flavour, MS + 60000);
	warehouse_fault_set(NULL, NULL);
	assert_int_equal(done, place->breaks_at == NULL);
}

static size_t receipt_readings(struct place *place)
{
	return fake_count(place->server, "maxResults=10000") == 0
		       ? 0
		       : fake_count(place->server, "GET /queries/backcourt_receipts");
}

static enum verdict look(struct place *place, bool recount)
{
	struct witnesses witnesses;
	struct calendar *calendar;
	size_t before = receipt_readings(place);
	const struct witness_request request = {.pipeline = place->pipeline,
		.warehouse = PLACE,
		.range = SPAN,
		.recount = recount,
		.hear = write_meanwhile,
		.hear_context = place};
	if (!witnesses_read(&request, &witnesses, &place->err))
		fail_msg("%s", place->err.text);
	assert_true(witnesses.has_counts);
	assert_true(place->is_done || place->written == 0);
	struct coverage *coverage =
		witnesses_judge(&witnesses, place->pipeline, SPAN, MS + 120000, &calendar);
	enum verdict verdict =
		coverage_cell(coverage, pipeline_find(place->pipeline, TABLE), DAY)->verdict;
	coverage_free(coverage);
	calendar_free(calendar);
	witnesses_release(&witnesses);
	place->readings = (receipt_readings(place) - before) / 2; /* wait and page */
	return verdict;
}

static void a_first_write_that_is_under_way_is_not_complete(void **state)
{
	struct place *place = *state;
	place->written = place->rows;
	place->breaks_at = "before the receipt";
	assert_int_equal(look(place, true), VERDICT_SUSPECT);
	assert_int_equal(look(place, true), VERDICT_SUSPECT); /* as at the next look */
}

static void nor_is_it_by_the_partitions_alone(void **state)
{
	struct place *place = *state;
	place->written = place->rows;
	place->breaks_at = "before the receipt";
	assert_int_equal(look(place, false), VERDICT_SUSPECT);
}

static void a_rewrite_that_is_under_way_is_not_complete(void **state)
{
	struct place *place = *state;
	assert_true(write_day(place, place->rows - 1, 0, MS));
	place->written = place->rows;
	place->breaks_at = "before the receipt";
	assert_int_equal(look(place, true), VERDICT_SUSPECT);
}

static void a_write_that_has_ended_meanwhile_is_complete(void **state)
{
	struct place *place = *state;
	place->written = place->rows;
	assert_int_equal(look(place, true), VERDICT_COMPLETE);
	number(place, "DELETE FROM `p.nba_analytics." TABLE "`");
	assert_int_equal(look(place, true), VERDICT_EMPTY); /* its rows have vanished since */
}

/* Nobody announced them: they are somebody's own. */
static void rows_without_a_receipt_are_still_counted(void **state)
{
	struct place *place = *state;
	assert_true(write_day(place, place->rows, 0, MS));
	number(place, "DELETE FROM `p.backcourt_ops.receipts`");
	assert_int_equal(look(place, true), VERDICT_COMPLETE);
	assert_int_equal(place->readings, 2);
}

static void what_agrees_is_not_asked_for_twice(void **state)
{
	struct place *place = *state;
	assert_int_equal(look(place, true), VERDICT_READY);
	assert_int_equal(place->readings, 1);
	assert_true(write_day(place, place->rows, 0, MS));
	assert_int_equal(look(place, true), VERDICT_COMPLETE);
	assert_int_equal(place->readings, 1);
	assert_int_equal(look(place, false), VERDICT_COMPLETE);
	assert_int_equal(place->readings, 1);
	place->breaks_at = "before the receipt";
	warehouse_fault_set(fail_at, (void *)place->breaks_at);
	assert_false(write_day(place, place->rows, 1, MS + 1000));
	warehouse_fault_set(NULL, NULL);
	assert_int_equal(look(place, true), VERDICT_SUSPECT);
	assert_int_equal(place->readings, 1);
}

/* A receipt that is newer than the counts speaks for its cell. */
static void a_newer_receipt_takes_the_place_of_a_count(void **state)
{
	struct pipeline *pipeline;
	struct error err;
	(void)state;
	assert_true(pipeline_load(NULL, &pipeline, &err));
	const size_t tables[] = {pipeline_find(pipeline, TABLE)};
	struct day_counts counts = {0};
	struct receipt receipt = {.date = DAY, .rows = 7, .distinct_keys = 6, .written_ms = MS};
	text_copy(receipt.table, sizeof(receipt.table), TABLE);
	day_counts_add(&counts, &(struct day_count){.date = DAY + 1, .rows = 3}, NULL, 0);
	witnesses_merge_count(pipeline, &counts, tables, 1, &receipt);
	assert_int_equal(counts.count, 2);
	receipt.rows = 9;
	witnesses_merge_count(pipeline, &counts, tables, 1, &receipt);
	assert_int_equal(counts.count, 2);
	assert_int_equal(counts.items[1].date, DAY);
	assert_int_equal(counts.items[1].rows, 9);
	assert_int_equal(counts.items[1].distinct_keys, 6);
	text_copy(receipt.table, sizeof(receipt.table), "nobody_knows_it");
	witnesses_merge_count(pipeline, &counts, tables, 1, &receipt);
	assert_int_equal(counts.count, 2);
	day_counts_release(&counts);
	pipeline_free(pipeline);
}

int main(void)
{
#define AT_A_PLACE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		AT_A_PLACE(a_first_write_that_is_under_way_is_not_complete),
		AT_A_PLACE(nor_is_it_by_the_partitions_alone),
		AT_A_PLACE(a_rewrite_that_is_under_way_is_not_complete),
		AT_A_PLACE(a_write_that_has_ended_meanwhile_is_complete),
		AT_A_PLACE(rows_without_a_receipt_are_still_counted),
		AT_A_PLACE(what_agrees_is_not_asked_for_twice),
		cmocka_unit_test(a_newer_receipt_takes_the_place_of_a_count),
	};
	return RUN(tests);
}

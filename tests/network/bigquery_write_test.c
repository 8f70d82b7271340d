/* The BigQuery warehouse: what it writes, what it refuses to write, and what it believes
 * afterwards. */
#include "tests/network/support/canned_service.h"
#include "tests/test.h"

#include "warehouse/fault.h"

static void a_day_is_one_load_into_its_partition_counted_again(void **state)
{
	struct service *service = *state;
	struct receipt receipt;
	bool unchanged;
	struct error err;
	if (!canned_write_day(service, NOW_MS, &receipt, &unchanged, &err))
		fail_msg("%s", err.text);
	assert_false(unchanged);
	assert_int_equal(receipt.rows, 2);
	assert_int_equal(receipt.distinct_keys, 2);
	assert_int_equal(receipt.sequence, 1637100000000); /* the service's clock */
	assert_int_equal(receipt.written_ms, NOW_MS);
	const char *load = fake_body(service->fake, "POST /upload/", 0);
	assert_non_null(strstr(load, "\"tableId\":\"factors$20211116\""));
	assert_non_null(strstr(load, "\"datasetId\":\"nba_precompute\""));
	assert_non_null(strstr(load,
		"{\"game_date\":\"2021-11-16\",\"player_lookup\":\"lebron\\\"james\",\"points\":7,"
		"\"ts_pct\":0.1,\"issues\":[\"a\", \"b\"]}\n"
		"{\"game_date\":\"2021-11-16\",\"player_lookup\":\"jok\\u00efc\",\"points\":8}\n"));
	assert_int_equal(fake_count(service->fake, "POST /upload/"), 1);
	/* receipt before; announcement; recount; failures deleted and inserted; receipt after */
	assert_int_equal(fake_count(service->fake, "POST /jobs?prettyPrint"), 6);
	const char *announced = fake_body(service->fake, "POST /jobs?prettyPrint", 1);
	assert_non_null(strstr(announced, "INSERT INTO `p.backcourt_ops.receipts`"));
	assert_null(strstr(announced, receipt.hash));
	const char *inserted = fake_body(service->fake, "POST /jobs?prettyPrint", 5);
	assert_non_null(strstr(inserted, receipt.hash));
	assert_non_null(strstr(inserted, "INSERT INTO `p.backcourt_ops.receipts`"));
	assert_non_null(strstr(inserted, "upstream:12"));
	assert_non_null(strstr(inserted, "ts_pct:1 points:0"));
	assert_int_equal(receipt_nulls(&receipt, "ts_pct"), 1);
	assert_int_equal(receipt_nulls(&receipt, "points"), 0);
	assert_int_equal(receipt_nulls(&receipt, "no_such_column"), -1);
	assert_non_null(strstr(fake_body(service->fake, "POST /jobs?prettyPrint", 4), "x'y"));
}

static void a_receipt_of_equal_rows_keeps_its_number(void **state)
{
	struct service *service = *state;
	struct receipt first, second;
	bool unchanged;
	struct error err;
	char rows[1024];
	assert_true(canned_write_day(service, NOW_MS, &first, &unchanged, &err));
	snprintf(rows, sizeof(rows),
		ROWS(ONE("a") "," ONE("b") "," ONE("c") "," ONE("d") "," ONE("e") "," ONE(
			     "f") "," ONE("g") "," ONE("h") "," ONE("i") "," ONE("j") "," ONE("k"),
			"\"totalRows\":\"1\",\"rows\":[{\"f\":[{\"v\":\"factors\"},{\"v\":"
			"\"2021-11-16\"},{\"v\":\"run-0\"},{\"v\":\"2\"},{\"v\":\"2\"},{\"v\":\"%s"
			"\"},{\"v\":\"55\"},{\"v\":\"1000\"},{\"v\":\"2000\"},{\"v\":\"up:3\"},{"
			"\"v\":"
			"null}]}]"),
		first.hash);
	service->receipts = rows;
	assert_true(canned_write_day(service, NOW_MS + 1, &second, &unchanged, &err));
	assert_true(unchanged);
	assert_int_equal(second.sequence, 55);
	assert_int_equal(second.written_ms, 1000);
	assert_int_equal(second.verified_ms, NOW_MS + 1);
	assert_string_equal(second.run, "run-1");
	assert_int_equal(second.sources[0].sequence, 12);
	assert_string_equal(second.nulls, "ts_pct:1 points:0"); /* the one before told none */
}

static void nothing_is_written_into_a_table_that_would_lose_or_spoil_it(void **state)
{
	struct service *service = *state;
	static const struct {
		const char *table;
		const char *words;
	} cases[] = {
		{TABLE(SCHEMA(FIELDS ISSUES)), "not partitioned by day"},
		{TABLE(SCHEMA(FIELDS ISSUES) ",\"timePartitioning\":{\"type\":\"MONTH\",\"field\":"
					     "\"game_date\"}"),
			"MONTH of game_date"},
		{TABLE(SCHEMA(FIELDS ISSUES) ",\"timePartitioning\":{\"type\":\"DAY\",\"field\":"
					     "\"game_date\",\"expirationMs\":\"86400000\"}"),
			"1 days only"},
		{TABLE(SCHEMA(FIELDS ISSUES) BY_DAY
			 ",\"streamingBuffer\":{\"estimatedRows\":\"3\"}"),
			"streaming buffer"},
		{TABLE(SCHEMA(FIELDS) BY_DAY), "lacks the column issues"},
		{TABLE(SCHEMA(FIELDS ",{\"name\":\"issues\",\"type\":\"INTEGER\"}") BY_DAY),
			"issues is of type INT64 there"},
		{TABLE(SCHEMA(FIELDS ISSUES ",{\"name\":\"x\",\"type\":\"STRING\",\"mode\":"
					    "\"REQUIRED\"}") BY_DAY),
			"x must not be NULL there"},
		{"{\"tableReference\":{\"tableId\":\"factors\"},\"type\":\"VIEW\"}", "is a VIEW"},
	};
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		service->table = cases[i].table;
		canned_expect_refusal(service, cases[i].words);
	}
	assert_int_equal(fake_count(service->fake, "POST"), 0);
}

static void a_partition_that_expires_tomorrow_is_still_written(void **state)
{
	struct service *service = *state;
	struct receipt receipt;
	bool unchanged;
	struct error err;
	/* 2021-11-16 begins at 1637020800000; it is kept for one day. */
	service->table = TABLE(SCHEMA(FIELDS ISSUES) ",\"timePartitioning\":{\"type\":\"DAY\","
						     "\"field\":\"game_date\",\"expirationMs\":"
						     "\"86400000\"}");
	assert_true(
		canned_write_day(service, 1637020800000 + 86399999, &receipt, &unchanged, &err));
	assert_false(
		canned_write_day(service, 1637020800000 + 86400000, &receipt, &unchanged, &err));
}

static void rows_that_are_not_there_afterwards_are_a_failure(void **state)
{
	struct service *service = *state;
	service->recount = NONE;
	canned_expect_refusal(service, "2 rows were written, and 0 are there");
	service->recount = RECOUNT("2");
	service->stored = "1";
	canned_expect_refusal(service, "stored 1 of 2 rows");
	/* Never a receipt for any of it: both were announced, nothing more. */
	size_t announced = 0;
	for (size_t i = 0; i < fake_count(service->fake, "POST /jobs"); i++) {
		const char *body = fake_body(service->fake, "POST /jobs", i);
		bool is_receipt = strstr(body, "INSERT INTO `p.backcourt_ops.receipts`") != NULL;
		announced += is_receipt;
		if (is_receipt) /* the number of an announcement: its parameter @s0 */
			assert_non_null(strstr(body,
				"{\"name\":\"s0\",\"parameterType\":{\"type\":\"INT64\"},"
				"\"parameterValue\":{\"value\":\"0\"}}"));
	}
	assert_int_equal(announced, 2);
}

static void rows_of_another_date_never_leave_this_machine(void **state)
{
	struct service *service = *state;
	struct rows rows;
	struct receipt receipt;
	bool unchanged;
	struct error err;
	canned_fill(&rows);
	const struct day_write write = {.layout = &canned_factors,
		.date = DAY + 1,
		.run = "r",
		.rows = &rows,
		.now_ms = NOW_MS};
	assert_false(warehouse_replace_day(service->warehouse, &write, &receipt, &unchanged, &err));
	assert_non_null(strstr(err.text, "belongs to another date"));
	rows_release(&rows);
	assert_int_equal(fake_count(service->fake, ""), 0);
}

static bool fail_at(const char *point, void *context)
{
	return strcmp(point, context) == 0;
}

static void a_crash_before_the_receipt_leaves_none(void **state)
{
	struct service *service = *state;
	warehouse_fault_set(fail_at, (char *)"before the receipt");
	struct receipt receipt;
	bool unchanged;
	struct error err;
	bool done = canned_write_day(service, NOW_MS, &receipt, &unchanged, &err);
	warehouse_fault_set(NULL, NULL);
	assert_false(done);
	assert_int_equal(fake_count(service->fake, "POST /upload/"), 1);
	/* The next run writes the same rows again, and then there is a receipt. */
	assert_true(canned_write_day(service, NOW_MS, &receipt, &unchanged, &err));
	assert_int_equal(fake_count(service->fake, "POST /upload/"), 2);
}

static void a_raw_file_is_counted_and_merged_by_key(void **state)
{
	struct service *service = *state;
	struct raw_load_result result;
	struct error err;
	const struct value values[] = {{VALUE_TEXT, {.text = "2021-11-16"}},
		{VALUE_TEXT, {.text = "x"}}, {VALUE_INTEGER, {.integer = 1}}, {VALUE_NULL},
		{VALUE_NULL}};
	assert_true(warehouse_load_begin(service->warehouse, &canned_factors, &err));
	assert_true(warehouse_load_row(service->warehouse, values, &err));
	warehouse_load_abandon(service->warehouse);
	assert_int_equal(fake_count(service->fake, "POST /upload/"), 0);
	assert_int_equal(fake_count(service->fake, "DELETE"), 1);
	assert_true(warehouse_load_begin(service->warehouse, &canned_factors, &err));
	const struct value bad[] = {{VALUE_TEXT, {.text = "2021-11-16"}}, {VALUE_NULL},
		{VALUE_INTEGER, {.integer = 1}}, {VALUE_NULL}, {VALUE_NULL}};
	assert_false(warehouse_load_row(service->warehouse, bad, &err));
	assert_non_null(strstr(err.text, "without player_lookup"));
	assert_true(warehouse_load_row(service->warehouse, values, &err));
	/* The answer to "changes" is missing here: no MERGE, and the staging table goes. */
	assert_false(warehouse_load_commit(service->warehouse, &result, &err));
	assert_int_equal(fake_count(service->fake, "DELETE"), 2);
	for (size_t i = 0; i < fake_count(service->fake, "POST /jobs"); i++)
		assert_null(strstr(fake_body(service->fake, "POST /jobs", i), "MERGE"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_A_SERVICE(a_day_is_one_load_into_its_partition_counted_again),
		ON_A_SERVICE(a_receipt_of_equal_rows_keeps_its_number),
		ON_A_SERVICE(nothing_is_written_into_a_table_that_would_lose_or_spoil_it),
		ON_A_SERVICE(a_partition_that_expires_tomorrow_is_still_written),
		ON_A_SERVICE(rows_that_are_not_there_afterwards_are_a_failure),
		ON_A_SERVICE(rows_of_another_date_never_leave_this_machine),
		ON_A_SERVICE(a_crash_before_the_receipt_leaves_none),
		ON_A_SERVICE(a_raw_file_is_counted_and_merged_by_key),
	};
	return RUN(tests);
}

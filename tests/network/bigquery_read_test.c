/* The BigQuery warehouse: how much it asks for what it reads and counts, and what it takes for an
 * answer. */
#include "tests/network/support/canned_service.h"
#include "tests/test.h"

#define COUNTED(rows) \
	ROWS(ONE("t") "," ONE("d") "," ONE("n") "," ONE("k") "," ONE("c0") "," ONE("c1"), rows)

static void many_tables_and_dates_are_one_query(void **state)
{
	struct service *service = *state;
	const char *const critical[] = {"points", "ts_pct"};
	struct count_table tables[] = {{&canned_factors, critical, 2}, {.layout = &canned_cache},
		{.layout = &canned_features}};
	const struct date_range range = {date_of(2018, 10, 1), date_of(2021, 11, 30)};
	struct day_counts counts;
	struct error err;
	service->tables = "{\"tables\":[{\"tableReference\":{\"tableId\":\"factors\"}}]}";
	service->coverage = COUNTED(
		"\"totalRows\":\"2\",\"rows\":["
		"{\"f\":[{\"v\":\"0\"},{\"v\":\"2021-11-17\"},{\"v\":\"9\"},{\"v\":\"8\"},{\"v\":"
		"\"1\"},{\"v\":\"4\"}]},"
		"{\"f\":[{\"v\":\"0\"},{\"v\":\"2021-11-16\"},{\"v\":\"5\"},{\"v\":\"5\"},{\"v\":"
		"\"0\"},{\"v\":\"3\"}]}]");
	if (!warehouse_count_days(service->warehouse, tables, 3, range, &counts, &err))
		fail_msg("%s", err.text);
	assert_int_equal(counts.count, 2);
	assert_int_equal(counts.items[0].date, DAY);
	assert_int_equal(counts.items[1].rows, 9);
	assert_int_equal(counts.items[1].distinct_keys, 8);
	assert_int_equal(counts.nulls[counts.items[1].first_null], 1);
	assert_int_equal(counts.nulls[counts.items[1].first_null + 1], 4);
	assert_int_equal(counts.nulls[counts.items[0].first_null + 1], 3);
	/* Not there is not the same as no rows. */
	assert_false(day_counts_is_missing(&counts, 0));
	assert_true(day_counts_is_missing(&counts, 1));
	assert_true(day_counts_is_missing(&counts, 2));
	day_counts_release(&counts);
	assert_int_equal(fake_count(service->fake, "POST"), 1);
	assert_int_equal(fake_count(service->fake, "/tables?"), 2); /* a list per dataset */
	assert_int_equal(warehouse_select_count(service->warehouse), 1);
	const char *body = fake_body(service->fake, "POST", 0);
	assert_non_null(strstr(body, "WHERE `game_date` BETWEEN @first AND @last GROUP BY d"));
	assert_non_null(strstr(
		body, "COUNTIF(`points` IS NULL) AS c0, COUNTIF(`ts_pct` IS NULL) AS c1 FROM"));
	assert_non_null(strstr(body, "COUNT(DISTINCT CONCAT(CAST(`player_lookup` AS STRING)))"));
	assert_null(strstr(body, "p.nba_precompute.cache"));
	const struct table_layout named = {
		.dataset = "nba_precompute", .name = "factors", .date_column = "game_date"};
	tables[0].layout = &named; /* only the name is known: its keys are not counted */
	assert_true(warehouse_count_days(service->warehouse, tables, 1, range, &counts, &err));
	day_counts_release(&counts);
	assert_non_null(strstr(fake_body(service->fake, "POST", 1), "-1 AS k"));
	assert_non_null(strstr(body, "\"maximumBytesBilled\":\"10737418240\""));
}

static void a_count_that_is_none_is_an_error(void **state)
{
	struct service *service = *state;
	const char *const critical[] = {"points", "ts_pct"};
	const struct count_table table = {&canned_factors, critical, 2};
	static const char *const rows[] = {
		COUNTED("\"totalRows\":\"1\",\"rows\":[{\"f\":[{\"v\":\"0\"},{\"v\":null},{\"v\":"
			"\"9\"},{\"v\":\"8\"},{\"v\":\"1\"},{\"v\":\"0\"}]}]"),
		COUNTED("\"totalRows\":\"1\",\"rows\":[{\"f\":[{\"v\":\"0\"},{\"v\":\"2021-11-16\"}"
			",{\"v\":null},{\"v\":\"8\"},{\"v\":\"1\"},{\"v\":\"0\"}]}]"),
		COUNTED("\"totalRows\":\"1\",\"rows\":[{\"f\":[{\"v\":\"999\"},{\"v\":"
			"\"2021-11-16\"},{\"v\":\"9\"},{\"v\":\"8\"},{\"v\":\"1\"},{\"v\":\"0\"}]}"
			"]"),
		COUNTED("\"totalRows\":\"1\",\"rows\":[{\"f\":[{\"v\":\"0\"},{\"v\":\"2021-11-16\"}"
			",{\"v\":\"9\"},{\"v\":\"8\"},{\"v\":\"1\"},{\"v\":null}]}]"),
		NUMBER("5"),
	};
	service->tables = "{\"tables\":[{\"tableReference\":{\"tableId\":\"factors\"}}]}";
	for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
		struct day_counts counts;
		struct error err;
		service->coverage = rows[i];
		assert_false(warehouse_count_days(service->warehouse, &table, 1,
			(struct date_range){DAY, DAY}, &counts, &err));
		assert_int_equal(err.kind, ERROR_WAREHOUSE);
	}
}

static void a_read_is_one_query_whatever_its_range(void **state)
{
	struct service *service = *state;
	static const char *const names[] = {
		"game_date", "player_lookup", "points", "ts_pct", "issues"};
	static const char *const order[] = {"player_lookup"};
	const struct read_request request = {.layout = &canned_factors,
		.columns = names,
		.column_count = 5,
		.range = {date_of(2018, 10, 1), DAY},
		.order_by = order,
		.order_by_count = 1};
	struct symbols *symbols = symbols_new();
	struct frame frame;
	struct error err;
	service->read = ROWS(ONE("a") "," ONE("b") "," ONE("c") "," ONE("d") "," ONE("e"),
		"\"totalRows\":\"2\",\"rows\":[{\"f\":[{\"v\":\"2021-11-16\"},{\"v\":\"x\"},{\"v\":"
		"\"9223372036854775807\"},{\"v\":\"1.5E-3\"},{\"v\":\"[\\\"a\\\",\\\"b\\\"]\"}]},"
		"{\"f\":[{\"v\":\"2021-11-16\"},{\"v\":\"y\"},{\"v\":null},{\"v\":null},{\"v\":"
		"null}"
		"]}]");
	if (!warehouse_read(service->warehouse, &request, symbols, &frame, &err))
		fail_msg("%s", err.text);
	assert_int_equal(frame.row_count, 2);
	assert_int_equal(frame_date(&frame, 0, 0), DAY);
	assert_int_equal(frame_integer(&frame, 2, 0), INT64_MAX);
	assert_float_equal(frame_real(&frame, 3, 0), 0.0015, 1e-12);
	assert_string_equal(frame_text(&frame, 4, 0), "[\"a\", \"b\"]");
	assert_true(frame_is_null(&frame, 2, 1));
	assert_int_equal(frame_integer(&frame, 2, 1), 0);
	assert_null(frame_text(&frame, 4, 1));
	frame_release(&frame);
	assert_int_equal(fake_count(service->fake, "POST"), 1);
	assert_non_null(strstr(fake_body(service->fake, "POST", 0), "TO_JSON_STRING(`issues`)"));
	service->read = ROWS(ONE("a") "," ONE("b") "," ONE("c") "," ONE("d") "," ONE("e"),
		"\"totalRows\":\"1\",\"rows\":[{\"f\":[{\"v\":\"2021-11-16\"},{\"v\":\"x\"},{\"v\":"
		"\"seven\"},{\"v\":\"NaN\"},{\"v\":null}]}]");
	assert_false(warehouse_read(service->warehouse, &request, symbols, &frame, &err));
	assert_non_null(strstr(err.text, "column points"));
	symbols_free(symbols);
}

/* Whatever columns the table has; the service cuts what is long, and one day is all it reads. */
static void a_sample_is_one_query_of_one_day_under_the_cost_limit(void **state)
{
	struct service *service = *state;
	static const char *const order[] = {"player_lookup"};
	struct sample_request request = {.dataset = "nba_precompute",
		.table = "factors",
		.date_column = "game_date",
		.date = DAY,
		.order_by = order,
		.order_by_count = 1,
		.row_count = 2};
	struct row_sample sample;
	struct error err;
	service->read = ROWS(ONE("a") "," ONE("b") "," ONE("c") "," ONE("d") "," ONE("e"),
		"\"totalRows\":\"2\",\"rows\":[{\"f\":[{\"v\":\"2021-11-16\"},{\"v\":\"x\"},{\"v\":"
		"\"12\"},{\"v\":\"1.5E-3\"},{\"v\":\"[\\\"a\\\"]\"}]},"
		"{\"f\":[{\"v\":\"2021-11-16\"},{\"v\":\"\\u001b[31m\"},{\"v\":null},{\"v\":null},"
		"{\"v\":\"[]\"}]}]");
	if (!warehouse_sample_rows(service->warehouse, &request, &sample, &err))
		fail_msg("%s", err.text);
	assert_int_equal(sample.column_count, 5);
	assert_int_equal(sample.row_count, 2);
	assert_string_equal(sample.columns[1], "Player_Lookup");
	assert_string_equal(sample.values[3].text, "1.5E-3");
	assert_string_equal(sample.values[4].text, "[\"a\"]");
	assert_string_equal(sample.values[6].text, "\033[31m");
	assert_null(sample.values[7].text);
	row_sample_release(&sample);
	assert_int_equal(fake_count(service->fake, "POST"), 1);
	const char *body = fake_body(service->fake, "POST", 0);
	assert_non_null(strstr(body, "SUBSTR(`Player_Lookup`, 1, 201)"));
	assert_non_null(strstr(body, "IF(`issues` IS NULL, NULL, SUBSTR(TO_JSON_STRING(`issues`), "
				     "1, 201))"));
	assert_non_null(strstr(body, "WHERE `game_date` = @day ORDER BY `player_lookup` LIMIT 2"));
	assert_non_null(strstr(body, "maximumBytesBilled"));
	request.row_count = 1; /* a service that sends more than was asked for is not believed */
	assert_false(warehouse_sample_rows(service->warehouse, &request, &sample, &err));
	assert_non_null(strstr(err.text, "more rows came"));
}

static void what_failed_is_counted_there_in_one_query_each(void **state)
{
	struct service *service = *state;
	struct failure_counts failures;
	struct lock_counts locks;
	struct error err;
	struct date_range range = {DAY - 30, DAY};
	service->failed = ROWS(ONE("a") "," ONE("b") "," ONE("c") "," ONE("d") "," ONE("e"),
		"\"totalRows\":\"1\",\"rows\":[{\"f\":[{\"v\":\"factors\"},{\"v\":\"2021-11-16\"},"
		"{\"v\":\"INSUFFICIENT_DATA\"},{\"v\":\"12\"},{\"v\":null}]}]");
	service->locked = ROWS(ONE("a") "," ONE("b") "," ONE("c") "," ONE("d") "," ONE("e"),
		"\"totalRows\":\"2\",\"rows\":[{\"f\":[{\"v\":\"factors\"},{\"v\":\"2021-11-16\"},"
		"{\"v\":\"3\"},{\"v\":\"1\"},{\"v\":\"99\"}]},{\"f\":[{\"v\":\"factors\"},{\"v\":"
		"\"2021-11-15\"},{\"v\":\"0\"},{\"v\":\"0\"},{\"v\":\"0\"}]}]");
	if (!warehouse_count_failures(service->warehouse, range, &failures, &err) ||
		!warehouse_count_locks(service->warehouse, range, 3, 1000, &locks, &err))
		fail_msg("%s", err.text);
	assert_int_equal(failures.count, 1);
	assert_int_equal(failures.items[0].entities, 12);
	assert_string_equal(failures.items[0].reason, "");
	assert_int_equal(locks.count, 1); /* a date without either is left out */
	assert_int_equal(locks.items[0].at_risk, 3);
	assert_int_equal(locks.items[0].until_ms, 99);
	free(failures.items);
	free(locks.items);
	assert_int_equal(fake_count(service->fake, "POST"), 2);
	assert_non_null(strstr(fake_body(service->fake, "POST", 1), "a.attempt_number >= 2"));
	assert_non_null(strstr(fake_body(service->fake, "POST", 1), "maximumBytesBilled"));
	service->failed = NUMBER("7");
	assert_false(warehouse_count_failures(service->warehouse, range, &failures, &err));
	assert_non_null(strstr(err.text, "malformed"));
}

static void without_a_receipts_table_there_are_no_receipts(void **state)
{
	struct service *service = *state;
	struct receipts receipts;
	struct error err;
	service->receipts =
		"{\"jobComplete\":true,\"schema\":{\"fields\":[]},\"errors\":[{\"reason\":"
		"\"notFound\",\"message\":\"Not found: Table\"}]}";
	/* jobs.get says that the job is fine: the two disagree, and that is no answer. */
	assert_true(warehouse_receipts(
		service->warehouse, (struct date_range){DAY, DAY}, &receipts, &err));
	assert_int_equal(receipts.count, 0);
	receipts_release(&receipts);
}

/* Reading takes the table as it is; the first write adds the column. */
static void receipts_of_an_older_backcourt_are_read_and_brought_up_to_date(void **state)
{
	struct service *service = *state;
	struct receipts receipts;
	struct receipt receipt;
	bool unchanged;
	struct error err;
	service->is_old = true;
	service->receipts = ROWS(
		ONE("a") "," ONE("b") "," ONE("c") "," ONE("d") "," ONE("e") "," ONE("f") "," ONE(
			"g") "," ONE("h") "," ONE("i") "," ONE("j") "," ONE("k"),
		"\"totalRows\":\"1\",\"rows\":[{\"f\":[{\"v\":\"factors\"},{\"v\":"
		"\"2021-11-16\"},{\"v\":\"run-0\"},{\"v\":\"2\"},{\"v\":\"2\"},{\"v\":\"h\"},"
		"{\"v\":\"55\"},{\"v\":\"1000\"},{\"v\":\"2000\"},{\"v\":\"up:3\"},{\"v\":"
		"null}]}]");
	if (!warehouse_receipts(service->warehouse, (struct date_range){DAY, DAY}, &receipts, &err))
		fail_msg("%s", err.text);
	assert_int_equal(receipts.count, 1);
	assert_int_equal(receipt_nulls(&receipts.items[0], "points"), -1); /* never 0 */
	receipts_release(&receipts);
	assert_true(service->is_old);
	if (!canned_write_day(service, NOW_MS, &receipt, &unchanged, &err))
		fail_msg("%s", err.text);
	assert_false(service->is_old);
	assert_int_equal(receipt_nulls(&receipt, "points"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_A_SERVICE(many_tables_and_dates_are_one_query),
		ON_A_SERVICE(a_count_that_is_none_is_an_error),
		ON_A_SERVICE(a_read_is_one_query_whatever_its_range),
		ON_A_SERVICE(a_sample_is_one_query_of_one_day_under_the_cost_limit),
		ON_A_SERVICE(what_failed_is_counted_there_in_one_query_each),
		ON_A_SERVICE(without_a_receipts_table_there_are_no_receipts),
		ON_A_SERVICE(receipts_of_an_older_backcourt_are_read_and_brought_up_to_date),
	};
	return RUN(tests);
}

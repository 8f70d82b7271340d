/* The BigQuery warehouse: how much it asks, what it refuses to write, what it believes. */
#include "tests/network/support/fake_server.h"
#include "tests/test.h"

#include "base/cancel.h"
#include "warehouse/fault.h"
#include "warehouse/warehouse.h"

#include <jansson.h>

#define DAY date_of(2021, 11, 16)

static const struct column columns[] = {
	{"game_date", COLUMN_DATE, COLUMN_KEY},
	{"player_lookup", COLUMN_TEXT, COLUMN_KEY},
	{"points", COLUMN_INTEGER, COLUMN_REQUIRED},
	{"ts_pct", COLUMN_REAL, 0},
	{"issues", COLUMN_LIST, 0},
};
static const struct table_layout factors = {
	"nba_precompute", "factors", "game_date", columns, ARRAY_COUNT(columns), HASH_NONE};
static const struct table_layout cache = {
	"nba_precompute", "cache", "game_date", columns, ARRAY_COUNT(columns), HASH_NONE};
static const struct table_layout features = {
	"nba_predictions", "features", "game_date", columns, ARRAY_COUNT(columns), HASH_NONE};

#define FIELDS                                                              \
	"{\"name\":\"game_date\",\"type\":\"DATE\",\"mode\":\"REQUIRED\"}," \
	"{\"name\":\"Player_Lookup\",\"type\":\"STRING\"},"                 \
	"{\"name\":\"points\",\"type\":\"INTEGER\"},{\"name\":\"ts_pct\",\"type\":\"FLOAT64\"}"
#define ISSUES		  ",{\"name\":\"issues\",\"type\":\"STRING\",\"mode\":\"REPEATED\"}"
#define BY_DAY		  ",\"timePartitioning\":{\"type\":\"DAY\",\"field\":\"game_date\"}"
#define SCHEMA(f)	  "\"schema\":{\"fields\":[" f "]}"
#define TABLE(rest)	  "{\"tableReference\":{\"tableId\":\"factors\"},\"type\":\"TABLE\"," rest "}"
#define ROWS(names, rows) "{\"jobComplete\":true," SCHEMA(names) "," rows "}"
#define ONE(name)	  "{\"name\":\"" name "\",\"type\":\"STRING\"}"
#define NUMBER(n)	  ROWS(ONE("n"), "\"totalRows\":\"1\",\"rows\":[{\"f\":[{\"v\":\"" n "\"}]}]")
#define RECOUNT(n)                                                                                 \
	ROWS(ONE("d") "," ONE("n"), "\"totalRows\":\"1\",\"rows\":[{\"f\":[{\"v\":\"2021-11-16\"}" \
				    ",{\"v\":\"" n "\"}]}]")
#define NONE ROWS(ONE("n"), "\"totalRows\":\"0\"")

/* A service of canned answers: the job's own name, which is in the path, chooses among them. */
struct service {
	struct fake *fake;
	struct warehouse *warehouse;
	const char *table;    /* tables.get */
	const char *tables;   /* tables.list of nba_precompute */
	const char *recount;  /* rows of "recount" */
	const char *coverage; /* rows of "coverage" */
	const char *receipts; /* rows of "receipts" */
	const char *read;     /* rows of a read */
	const char *failed;   /* rows of "failure_counts" */
	const char *locked;   /* rows of "lock_counts" */
	const char *stored;   /* "outputRows" of a load */
	bool is_old;	      /* the receipts have no column null_counts yet */
	bool asks_new;	      /* the newest job names it */
	char job[512];
};

static const char *rows_for(const struct service *service, const char *path)
{
	const struct {
		const char *job;
		const char *rows;
	} known[] = {
		{"/backcourt_recount_", service->recount},
		{"/backcourt_coverage_", service->coverage},
		{"/backcourt_receipts_", service->receipts},
		{"/backcourt_factors_", service->read},
		{"/backcourt_sample_", service->read},
		{"/backcourt_failure_counts_", service->failed},
		{"/backcourt_lock_counts_", service->locked},
	};
	for (size_t i = 0; i < ARRAY_COUNT(known); i++)
		if (strstr(path, known[i].job) != NULL && known[i].rows != NULL)
			return known[i].rows;
	return NONE;
}

static void answer_get(
	struct service *service, const struct fake_request *request, struct fake_answer *answer)
{
	if (service->is_old && service->asks_new &&
		strstr(request->path, "/backcourt_receipt") != NULL) {
		answer->status = 400;
		answer->body = "{\"error\":{\"code\":400,\"message\":\"Unrecognized name: "
			       "null_counts at [1:120]\",\"errors\":[{\"reason\":"
			       "\"invalidQuery\"}]}}";
	} else if (strstr(request->path, "/queries/") != NULL) {
		answer->body = rows_for(service, request->path);
	} else if (strstr(request->path, "/jobs/") != NULL) {
		snprintf(service->job, sizeof(service->job),
			"{\"status\":{\"state\":\"DONE\"},\"statistics\":{\"endTime\":"
			"\"1637100000000\",\"query\":{\"numDmlAffectedRows\":\"1\"},\"load\":{"
			"\"outputRows\":\"%s\"}}}",
			service->stored);
		answer->body = service->job;
	} else if (strstr(request->path, "/nba_precompute/tables?") != NULL) {
		answer->body = service->tables;
	} else if (strstr(request->path, "/tables/") != NULL) {
		answer->body = service->table;
	} else {
		answer->status = 404;
		answer->body = "{\"error\":{\"code\":404,\"message\":\"Not found: Dataset\","
			       "\"errors\":[{\"reason\":\"notFound\"}]}}";
	}
}

static void serve(const struct fake_request *request, struct fake_answer *answer, void *context)
{
	struct service *service = context;
	answer->body = "{}";
	if (strcmp(request->method, "GET") == 0)
		answer_get(service, request, answer);
	else {
		service->is_old &= strstr(buffer_text(&request->body), "ADD COLUMN") == NULL;
		service->asks_new = strstr(buffer_text(&request->body), "null_counts") != NULL;
	}
}

static int set_up(void **state)
{
	struct service *service = memory_new(sizeof(*service));
	struct error err;
	service->table = TABLE(SCHEMA(FIELDS ISSUES) BY_DAY);
	service->tables = "{\"tables\":[]}";
	service->stored = "2";
	service->recount = RECOUNT("2");
	service->fake = fake_start();
	fake_handle(service->fake, serve, service);
	setenv("BIGQUERY_EMULATOR_HOST", fake_url(service->fake), 1);
	if (!warehouse_open(
		    "bigquery:p?writes=load&run=r1", WAREHOUSE_WRITE, &service->warehouse, &err))
		fail_msg("%s", err.text);
	*state = service;
	return 0;
}

static int tear_down(void **state)
{
	struct service *service = *state;
	warehouse_close(service->warehouse);
	fake_finish(service->fake);
	free(service);
	unsetenv("BIGQUERY_EMULATOR_HOST");
	return 0;
}

static void fill(struct rows *rows)
{
	rows_init(rows, &factors);
	for (int i = 0; i < 2; i++) {
		rows_add(rows);
		rows_set_date(rows, 0, DAY);
		rows_set_text(rows, 1,
			i == 0 ? "lebron\"james"
			       : "jok\xc3\xaf"
				 "c");
		rows_set_integer(rows, 2, 7 + i);
		if (i == 0) {
			rows_set_real(rows, 3, 0.1);
			rows_set_text(rows, 4, "[\"a\", \"b\"]");
		}
	}
}

static bool write_day(struct service *service, int64_t now_ms, struct receipt *receipt,
	bool *unchanged, struct error *err)
{
	struct rows rows;
	static const struct failure failures[] = {{"x'y", "INSUFFICIENT_DATA", NULL, true}};
	static const struct receipt_source sources[] = {{"upstream", 12}};
	fill(&rows);
	static const char *const critical[] = {"ts_pct", "points", "no_such_column"};
	const struct day_write write = {
		&factors, DAY, "run-1", &rows, failures, 1, sources, 1, now_ms, critical, 3};
	*err = (struct error){0};
	bool done = warehouse_replace_day(service->warehouse, &write, receipt, unchanged, err);
	rows_release(&rows);
	return done;
}

#define NOW_MS 1637200000000

static void expect_refusal(struct service *service, const char *words)
{
	struct receipt receipt;
	bool unchanged;
	struct error err;
	if (write_day(service, NOW_MS, &receipt, &unchanged, &err))
		fail_msg("it was written");
	if (strstr(err.text, words) == NULL)
		fail_msg("\"%s\" is not in: %s", words, err.text);
}

/* 0.0.0.0 leads here, but is no name of this machine's: it stands for an emulator elsewhere. */
static void an_emulator_elsewhere_is_spoken_to_where_that_was_allowed(void **state)
{
	struct service *service = *state;
	struct warehouse *elsewhere;
	struct receipt receipt;
	struct error err;
	bool unchanged;
	char host[40];
	snprintf(host, sizeof(host), "0.0.0.0:%d", fake_port(service->fake));
	setenv("BIGQUERY_EMULATOR_HOST", host, 1);
	assert_false(warehouse_open("bigquery:p", WAREHOUSE_WRITE, &elsewhere, &err));
	assert_int_equal(fake_count(service->fake, ""), 0);
	if (!warehouse_open(
		    "bigquery:p?writes=load&remote_emulator=1", WAREHOUSE_WRITE, &elsewhere, &err))
		fail_msg("%s", err.text);
	warehouse_close(service->warehouse);
	service->warehouse = elsewhere;
	if (!write_day(service, NOW_MS, &receipt, &unchanged, &err))
		fail_msg("%s", err.text);
	assert_true(fake_count(service->fake, "POST /upload/") > 0);
}

static void a_day_is_one_load_into_its_partition_counted_again(void **state)
{
	struct service *service = *state;
	struct receipt receipt;
	bool unchanged;
	struct error err;
	if (!write_day(service, NOW_MS, &receipt, &unchanged, &err))
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
	assert_true(write_day(service, NOW_MS, &first, &unchanged, &err));
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
	assert_true(write_day(service, NOW_MS + 1, &second, &unchanged, &err));
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
		expect_refusal(service, cases[i].words);
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
	assert_true(write_day(service, 1637020800000 + 86399999, &receipt, &unchanged, &err));
	assert_false(write_day(service, 1637020800000 + 86400000, &receipt, &unchanged, &err));
}

static void rows_that_are_not_there_afterwards_are_a_failure(void **state)
{
	struct service *service = *state;
	service->recount = NONE;
	expect_refusal(service, "2 rows were written, and 0 are there");
	service->recount = RECOUNT("2");
	service->stored = "1";
	expect_refusal(service, "stored 1 of 2 rows");
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
	fill(&rows);
	const struct day_write write = {
		.layout = &factors, .date = DAY + 1, .run = "r", .rows = &rows, .now_ms = NOW_MS};
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
	bool done = write_day(service, NOW_MS, &receipt, &unchanged, &err);
	warehouse_fault_set(NULL, NULL);
	assert_false(done);
	assert_int_equal(fake_count(service->fake, "POST /upload/"), 1);
	/* The next run writes the same rows again, and then there is a receipt. */
	assert_true(write_day(service, NOW_MS, &receipt, &unchanged, &err));
	assert_int_equal(fake_count(service->fake, "POST /upload/"), 2);
}

#define COUNTED(rows) \
	ROWS(ONE("t") "," ONE("d") "," ONE("n") "," ONE("k") "," ONE("c0") "," ONE("c1"), rows)

static void many_tables_and_dates_are_one_query(void **state)
{
	struct service *service = *state;
	const char *const critical[] = {"points", "ts_pct"};
	struct count_table tables[] = {
		{&factors, critical, 2}, {.layout = &cache}, {.layout = &features}};
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
	const struct count_table table = {&factors, critical, 2};
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
	const struct read_request request = {.layout = &factors,
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
	if (!write_day(service, NOW_MS, &receipt, &unchanged, &err))
		fail_msg("%s", err.text);
	assert_false(service->is_old);
	assert_int_equal(receipt_nulls(&receipt, "points"), 0);
}

static void a_spec_says_what_it_means_or_is_refused(void **state)
{
	(void)state;
	static const struct {
		const char *spec;
		const char *words;
	} cases[] = {
		{"bigquery:?location=E/U", "not a location"},
		{"bigquery:p`q", "not a project"},
		{"bigquery:p?colour=red", "no option \"colour\""},
		{"bigquery:p?location", "key=value"},
		{"bigquery:p?location=E/U", "not a location"},
		{"bigquery:p?writes=stream", "load or dml"},
		{"bigquery:p?billed_mb=9", "from 10"},
		{"bigquery:p?read_only=yes", "0 or 1"},
		{"bigquery:p?read_only=1&remote_emulator=1", "is read-only"},
		{"bigquery:p", "not this machine"},
	};
	struct warehouse *warehouse;
	struct error err;
	setenv("BIGQUERY_EMULATOR_HOST", "10.0.0.1:9050", 1);
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		assert_false(warehouse_open(cases[i].spec, WAREHOUSE_WRITE, &warehouse, &err));
		if (strstr(err.text, cases[i].words) == NULL)
			fail_msg("\"%s\" is not in: %s", cases[i].words, err.text);
	}
	assert_true(warehouse_open("bigquery:p?remote_emulator=1&location=us-east1&billed_mb=10",
		WAREHOUSE_WRITE, &warehouse, &err));
	assert_string_equal(warehouse_name(warehouse), "bigquery:p (EMULATOR)");
	warehouse_close(warehouse);
	setenv("BIGQUERY_EMULATOR_HOST", "localhost:9050/bigquery/v2/", 1);
	assert_true(warehouse_is_emulated("bigquery:p"));
	assert_false(warehouse_is_emulated("/tmp/warehouse.db"));
	assert_false(warehouse_is_emulated("bigquery:p?endpoint=https://example.org"));
	assert_true(warehouse_open("bigquery:p?read_only=1", WAREHOUSE_READ, &warehouse, &err));
	warehouse_close(warehouse);
	assert_true(warehouse_exists("bigquery:p"));
	assert_false(warehouse_exists("bigquery:p?x=y"));
	unsetenv("BIGQUERY_EMULATOR_HOST");
}

static void a_stop_reaches_every_call(void **state)
{
	struct service *service = *state;
	struct cancel *cancel;
	struct receipts receipts;
	struct error err;
	assert_true(cancel_new(&cancel, &err));
	cancel_raise(cancel, CANCEL_NOW);
	warehouse_set_cancel(service->warehouse, cancel);
	assert_false(warehouse_receipts(
		service->warehouse, (struct date_range){DAY, DAY}, &receipts, &err));
	assert_int_equal(err.kind, ERROR_CANCELLED);
	expect_refusal(service, "stopped");
	warehouse_set_cancel(service->warehouse, NULL);
	cancel_free(cancel);
}

static void a_raw_file_is_counted_and_merged_by_key(void **state)
{
	struct service *service = *state;
	struct raw_load_result result;
	struct error err;
	const struct value values[] = {{VALUE_TEXT, {.text = "2021-11-16"}},
		{VALUE_TEXT, {.text = "x"}}, {VALUE_INTEGER, {.integer = 1}}, {VALUE_NULL},
		{VALUE_NULL}};
	assert_true(warehouse_load_begin(service->warehouse, &factors, &err));
	assert_true(warehouse_load_row(service->warehouse, values, &err));
	warehouse_load_abandon(service->warehouse);
	assert_int_equal(fake_count(service->fake, "POST /upload/"), 0);
	assert_int_equal(fake_count(service->fake, "DELETE"), 1);
	assert_true(warehouse_load_begin(service->warehouse, &factors, &err));
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
#define ON_A_SERVICE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		ON_A_SERVICE(an_emulator_elsewhere_is_spoken_to_where_that_was_allowed),
		ON_A_SERVICE(a_day_is_one_load_into_its_partition_counted_again),
		ON_A_SERVICE(a_receipt_of_equal_rows_keeps_its_number),
		ON_A_SERVICE(nothing_is_written_into_a_table_that_would_lose_or_spoil_it),
		ON_A_SERVICE(a_partition_that_expires_tomorrow_is_still_written),
		ON_A_SERVICE(rows_that_are_not_there_afterwards_are_a_failure),
		ON_A_SERVICE(rows_of_another_date_never_leave_this_machine),
		ON_A_SERVICE(a_crash_before_the_receipt_leaves_none),
		ON_A_SERVICE(many_tables_and_dates_are_one_query),
		ON_A_SERVICE(a_count_that_is_none_is_an_error),
		ON_A_SERVICE(a_read_is_one_query_whatever_its_range),
		ON_A_SERVICE(a_sample_is_one_query_of_one_day_under_the_cost_limit),
		ON_A_SERVICE(what_failed_is_counted_there_in_one_query_each),
		ON_A_SERVICE(without_a_receipts_table_there_are_no_receipts),
		ON_A_SERVICE(receipts_of_an_older_backcourt_are_read_and_brought_up_to_date),
		cmocka_unit_test(a_spec_says_what_it_means_or_is_refused),
		ON_A_SERVICE(a_stop_reaches_every_call),
		ON_A_SERVICE(a_raw_file_is_counted_and_merged_by_key),
	};
	return RUN(tests);
}

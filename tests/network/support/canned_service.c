#include "tests/network/support/canned_service.h"

#include "tests/test.h"

static const struct column columns[] = {
	{"game_date", COLUMN_DATE, COLUMN_KEY},
	{"player_lookup", COLUMN_TEXT, COLUMN_KEY},
	{"points", COLUMN_INTEGER, COLUMN_REQUIRED},
	{"ts_pct", COLUMN_REAL, 0},
	{"issues", COLUMN_LIST, 0},
};
const struct table_layout canned_factors = {
	"nba_precompute", "factors", "game_date", columns, ARRAY_COUNT(columns), HASH_NONE};
const struct table_layout canned_cache = {
	"nba_precompute", "cache", "game_date", columns, ARRAY_COUNT(columns), HASH_NONE};
const struct table_layout canned_features = {
	"nba_predictions", "features", "game_date", columns, ARRAY_COUNT(columns), HASH_NONE};

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

int canned_set_up(void **state)
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

int canned_tear_down(void **state)
{
	struct service *service = *state;
	warehouse_close(service->warehouse);
	fake_finish(service->fake);
	free(service);
	unsetenv("BIGQUERY_EMULATOR_HOST");
	return 0;
}

void canned_fill(struct rows *rows)
{
	rows_init(rows, &canned_factors);
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

bool canned_write_day(struct service *service, int64_t now_ms, struct receipt *receipt,
	bool *unchanged, struct error *err)
{
	struct rows rows;
	static const struct failure failures[] = {{"x'y", "INSUFFICIENT_DATA", NULL, true}};
	static const struct receipt_source sources[] = {{"upstream", 12}};
	canned_fill(&rows);
	static const char *const critical[] = {"ts_pct", "points", "no_such_column"};
	const struct day_write write = {
		&canned_factors, DAY, "run-1", &rows, failures, 1, sources, 1, now_ms, critical, 3};
	*err = (struct error){0};
	bool done = warehouse_replace_day(service->warehouse, &write, receipt, unchanged, err);
	rows_release(&rows);
	return done;
}

void canned_expect_refusal(struct service *service, const char *words)
{
	struct receipt receipt;
	bool unchanged;
	struct error err;
	if (canned_write_day(service, NOW_MS, &receipt, &unchanged, &err))
		fail_msg("it was written");
	if (strstr(err.text, words) == NULL)
		fail_msg("\"%s\" is not in: %s", words, err.text);
}

/* The health of tables in BigQuery: what is asked, how often, and what is sent to mend it. */
#include "tests/network/support/fake_server.h"
#include "tests/test.h"

#include "witness/health_look.h"
#include "native/processor.h"
#include "warehouse/warehouse.h"

#include <jansson.h>

#define MISSING                                                      \
	"{\"error\":{\"code\":404,\"message\":\"Not found: Table\"," \
	"\"errors\":[{\"reason\":\"notFound\"}]}}"
#define DENIED                                                                \
	"{\"error\":{\"code\":403,\"message\":\"Access Denied: tables.get\"," \
	"\"errors\":[{\"reason\":\"accessDenied\"}]}}"
#define NO_BREAKERS	    "{\"jobComplete\":true,\"schema\":{\"fields\":[]},\"totalRows\":\"0\"}"
#define CELL(value)	    "{\"v\":\"" value "\"}"
#define BREAKER_FIELD(name) "{\"name\":\"" name "\",\"type\":\"STRING\"}"
#define ONE_BREAKER                                                                                                                                                                                                       \
	"{\"jobComplete\":true,\"schema\":{\"fields\":[" BREAKER_FIELD("ours") "," BREAKER_FIELD("processor_name") "," BREAKER_FIELD("entities") "," BREAKER_FIELD("cells") "," BREAKER_FIELD("first") "," BREAKER_FIELD( \
		"last") "," BREAKER_FIELD("until_ms") "]},"                                                                                                                                                               \
						      "\"totalRows\":"                                                                                                                                                    \
						      "\"1\",\"rows\":"                                                                                                                                                   \
						      "[{\"f\":"                                                                                                                                                          \
						      "[" CELL("0") "," CELL(                                                                                                                                             \
							      "player_"                                                                                                                                                   \
							      "composi"                                                                                                                                                   \
							      "te_"                                                                                                                                                       \
							      "factor"                                                                                                                                                    \
							      "s") "," CELL("2") "," CELL("5") "," CELL("2021-11-16") "," CELL("2021-11-18") "," CELL("4102444800000") "]}]}"
#define SPAN(first, last) ((struct date_range){date_of(2021, 11, first), date_of(2021, 11, last)})

/* What the service has; a test changes what it is about. */
struct service {
	struct fake *fake;
	struct pipeline *pipeline;
	const char *partition_rest; /* of every table */
	const char *dataset;
	const char *history;  /* NULL: it is not there */
	const char *attempts; /* the users' breaker; NULL: not there */
	const char *breakers; /* the answer of the query */
	const char *jobs;
	const char *more_jobs; /* the pages behind it; NULL: refused */
	const char *denied;    /* a table that we may not look at */
	bool has_no_hash;      /* player_daily_cache, until it is altered */
	struct buffer table;
};

static const char *type_name(enum column_type type)
{
	static const char *const names[] = {[COLUMN_TEXT] = "STRING",
		[COLUMN_INTEGER] = "INTEGER",
		[COLUMN_REAL] = "FLOAT",
		[COLUMN_BOOLEAN] = "BOOLEAN",
		[COLUMN_DATE] = "DATE",
		[COLUMN_TIMESTAMP] = "TIMESTAMP",
		[COLUMN_LIST] = "STRING"};
	return names[type];
}

/* The table as its processor lays it out. */
static const char *make_table(struct service *service, const char *name)
{
	const struct processor *processor = processor_find(name);
	struct buffer *table = &service->table;
	buffer_clear(table);
	buffer_add_format(table,
		"{\"tableReference\":{\"tableId\":\"%s\"},\"type\":\"TABLE\",\"timePartitioning\":{"
		"\"type\":\"DAY\",\"field\":\"%s\"%s},\"schema\":{\"fields\":[",
		name, processor->layout->date_column, service->partition_rest);
	const char *separator = "";
	for (size_t i = 0; i < processor->layout->column_count; i++) {
		const struct column *column = &processor->layout->columns[i];
		bool is_left_out = service->has_no_hash &&
				   strcmp(name, "player_daily_cache") == 0 &&
				   strcmp(column->name, "data_hash") == 0;
		if (is_left_out)
			continue;
		buffer_add_format(table, "%s{\"name\":\"%s\",\"type\":\"%s\"}", separator,
			column->name, type_name(column->type));
		separator = ",";
	}
	buffer_add_text(table, "]}}");
	return buffer_text(table);
}

static void answer_table(
	struct service *service, const struct fake_request *request, struct fake_answer *answer)
{
	const char *name = strstr(request->path, "/tables/") + strlen("/tables/");
	char *table = memory_copy_span(name, strcspn(name, "?"));
	if (service->denied != NULL && strcmp(table, service->denied) == 0)
		*answer = (struct fake_answer){.status = 403, .body = DENIED};
	else if (processor_find(table) != NULL)
		answer->body = make_table(service, table);
	else if (strcmp(table, "precompute_processor_runs") == 0)
		answer->body = service->history;
	else if (strstr(request->path, "nba_orchestration") != NULL)
		answer->body = service->attempts;
	else
		answer->body = NULL;
	if (answer->body == NULL)
		*answer = (struct fake_answer){.status = 404, .body = MISSING};
	free(table);
}

static void answer_jobs(
	struct service *service, const struct fake_request *request, struct fake_answer *answer)
{
	bool is_first = strstr(request->path, "pageToken=") == NULL;
	answer->body = is_first ? service->jobs : service->more_jobs;
	if (answer->body == NULL)
		*answer = (struct fake_answer){.status = 403, .body = DENIED};
}

static void serve(const struct fake_request *request, struct fake_answer *answer, void *context)
{
	struct service *service = context;
	answer->body = "{}";

	if (strcmp(request->method, "POST") == 0)
		service->has_no_hash = service->has_no_hash &&
				       strstr(buffer_text(&request->body), "ADD COLUMN") == NULL;
	else if (strstr(request->path, "/queries/") != NULL)
		answer->body = service->breakers;
	else if (strstr(request->path, "/tables/") != NULL)
		answer_table(service, request, answer);
	else if (strstr(request->path, "/jobs?") != NULL)
		answer_jobs(service, request, answer);
	else if (strstr(request->path, "/jobs/") != NULL)
		answer->body = "{\"status\":{\"state\":\"DONE\"},\"statistics\":{\"query\":{"
			       "\"numDmlAffectedRows\":\"0\"}}}";
	else
		answer->body = service->dataset;
}

static int set_up(void **state)
{
	struct service *service = memory_new(sizeof(*service));
	struct error err;
	assert_true(pipeline_load(NULL, &service->pipeline, &err));
	service->partition_rest = "";
	service->dataset = service->jobs = "{}";
	service->breakers = NO_BREAKERS;
	service->fake = fake_start();
	fake_handle(service->fake, serve, service);
	setenv("BIGQUERY_EMULATOR_HOST", fake_url(service->fake), 1);
	*state = service;
	return 0;
}

static int tear_down(void **state)
{
	struct service *service = *state;
	fake_finish(service->fake);
	pipeline_free(service->pipeline);
	buffer_release(&service->table);
	free(service);
	unsetenv("BIGQUERY_EMULATOR_HOST");
	return 0;
}

static struct health_request request_of(const struct service *service, struct date_range range)
{
	return (struct health_request){
		.pipeline = service->pipeline, .warehouse = "bigquery:p", .range = range};
}

static struct health_findings look(const struct service *service, struct date_range range)
{
	const struct health_request request = request_of(service, range);
	struct health_findings findings;
	struct error err;
	if (!health_look(&request, &findings, &err))
		fail_msg("%s", err.text);
	return findings;
}

static void expect(const struct health_findings *findings, const char *id, const char *words)
{
	const struct health_finding *finding = health_find(findings, id);
	for (size_t i = 0; finding == NULL && i < findings->count; i++)
		print_error("%s: %s\n", findings->items[i].id, findings->items[i].evidence);
	if (finding == NULL || strstr(finding->evidence, words) == NULL)
		fail_msg("%s with \"%s\" is not there", id, words);
}

static void tables_as_they_should_be_give_no_finding(void **state)
{
	struct health_findings findings = look(*state, SPAN(1, 30));
	for (size_t i = 0; i < findings.count; i++)
		print_error("%s: %s\n", findings.items[i].id, findings.items[i].evidence);
	assert_int_equal(findings.count, 0);
}

/* One per table and dataset, and four; the range does not matter. */
static void the_number_of_requests_does_not_depend_on_the_range(void **state)
{
	struct service *service = *state;
	size_t tables = service->pipeline->table_count;
	struct health_findings findings = look(service, SPAN(16, 16));
	health_findings_release(&findings);
	size_t first = fake_count(service->fake, "");
	assert_int_equal(fake_count(service->fake, "/tables/"), tables + 3);
	assert_int_equal(fake_count(service->fake, "/jobs?"), 1);
	assert_int_equal(first, tables + 3 /* datasets */ + 3 + 1);
	findings = look(service, (struct date_range){0, 40000});
	health_findings_release(&findings);
	assert_int_equal(fake_count(service->fake, "") - first, first);
	assert_int_equal(fake_count(service->fake, "POST"), 0); /* nothing that could cost */
}

static void the_traps_of_the_hand_off_are_found(void **state)
{
	struct service *service = *state;
	service->partition_rest = ",\"expirationMs\":\"7776000000\"";
	service->dataset = "{\"defaultPartitionExpirationMs\":\"2592000000\"}";
	service->history = "{\"tableReference\":{\"tableId\":\"x\"},\"schema\":{\"fields\":[{"
			   "\"name\":\"success\",\"type\":\"BOOLEAN\",\"mode\":\"REQUIRED\"}]}}";
	service->has_no_hash = true;
	struct health_findings findings = look(service, SPAN(16, 30));
	assert_int_equal(health_count(&findings, HEALTH_ERROR), 10); /* every table expires */
	expect(&findings, "partitions-expire:player_composite_factors", "after 90 days");
	expect(&findings, "dataset-default:nba_precompute.partitions", "after 30 days");
	expect(&findings, "run-history:precompute_processor_runs", "success");
	expect(&findings, "data-hash:player_daily_cache", "data_hash");
	health_findings_release(&findings);
}

static void the_users_breaker_is_read_in_one_query(void **state)
{
	struct service *service = *state;
	service->attempts = "{\"tableReference\":{\"tableId\":\"reprocess_attempts\"}}";
	service->breakers = ONE_BREAKER;
	struct health_findings findings = look(service, SPAN(16, 30));
	expect(&findings, "breaker:player_composite_factors",
		"2 players or teams are locked out in 5");
	assert_int_equal(fake_count(service->fake, "POST /bigquery/v2/projects/p/jobs"), 1);
	const char *body = fake_body(service->fake, "POST", 0);
	assert_non_null(strstr(body, "nba_orchestration.reprocess_attempts"));
	assert_null(strstr(body, "UNION ALL")); /* ours is not there */
	assert_non_null(strstr(body, "maximumBytesBilled"));
	health_findings_release(&findings);
}

/* `count` loads of player_daily_cache, and one query of 30 MiB. */
static void make_jobs(struct buffer *jobs, const char *token, int count)
{
	buffer_add_format(jobs,
		"{\"nextPageToken\":\"%s\",\"jobs\":[{\"statistics\":{\"query\":{"
		"\"totalBytesBilled\":\"31457280\"}}}",
		token);
	for (int i = 0; i < count; i++)
		buffer_add_format(jobs,
			",{\"configuration\":{\"load\":{\"destinationTable\":{\"datasetId\":"
			"\"nba_precompute\",\"tableId\":\"player_daily_cache$2021%04d\"}}}}",
			i);
	buffer_add_text(jobs, "]}");
}

static void expect_jobs(
	struct service *service, const char *quota, const char *billed, size_t pages)
{
	size_t before = fake_count(service->fake, "/jobs?maxResults=1000");
	struct health_findings findings = look(service, SPAN(16, 30));
	expect(&findings, "quota:player_daily_cache", quota);
	expect(&findings, "billed:p", billed);
	assert_null(health_find(&findings, "quota:player_composite_factors"));
	assert_int_equal(fake_count(service->fake, "/jobs?maxResults=1000") - before, pages);
	health_findings_release(&findings);
}

static void loads_of_today_are_counted_by_table_over_all_pages(void **state)
{
	struct service *service = *state;
	struct buffer first = {0}, second = {0};
	make_jobs(&first, "more+x", 999);
	make_jobs(&second, "", 231);
	service->jobs = buffer_text(&first);
	service->more_jobs = buffer_text(&second);
	expect_jobs(service, "1230 of 1500", "1232 jobs of yours today, 60 MiB", 2);
	assert_non_null(
		strstr(fake_path(service->fake, "/jobs?maxResults=1000", 1), "pageToken=more%2Bx"));
	buffer_release(&first);
	buffer_release(&second);
}

static void loads_that_were_not_all_seen_are_at_least_so_many(void **state)
{
	struct service *service = *state;
	struct buffer first = {0}, same = {0};
	make_jobs(&first, "more", 1200);
	service->jobs = buffer_text(&first); /* and the second page is refused */
	expect_jobs(service, "at least 1200 of 1500", "at least 1201 jobs of yours today", 2);
	make_jobs(&same, "more", 60); /* and it never ends */
	service->jobs = service->more_jobs = buffer_text(&same);
	expect_jobs(service, "at least 1200 of 1500", "at least 1220 jobs of yours today", 20);
	buffer_release(&first);
	buffer_release(&same);
}

static void a_table_that_may_not_be_looked_at_is_unknown_and_the_others_are_seen(void **state)
{
	struct service *service = *state;
	service->denied = "player_daily_cache";
	service->partition_rest = ",\"expirationMs\":\"7776000000\"";
	struct health_findings findings = look(service, SPAN(16, 30));
	expect(&findings, "not-seen:nba_precompute.player_daily_cache", "Access Denied");
	assert_int_equal(health_count(&findings, HEALTH_UNKNOWN), 1);
	assert_int_equal(health_count(&findings, HEALTH_ERROR), 9);
	health_findings_release(&findings);
}

static void an_answer_that_is_not_json_is_no_health(void **state)
{
	struct service *service = *state;
	service->dataset = "<html>proxy</html>";
	service->jobs = "[1,2";
	struct health_findings findings = look(service, SPAN(16, 30));
	assert_true(health_count(&findings, HEALTH_UNKNOWN) >= 2);
	expect(&findings, "not-seen:nba_analytics", "not JSON");
	health_findings_release(&findings);
}

static void a_repair_sends_its_statement_and_looks_again(void **state)
{
	struct service *service = *state;
	struct health_findings findings;
	struct error err;
	bool is_gone;
	const struct health_request request = request_of(service, SPAN(16, 30));
	service->has_no_hash = true;
	if (!health_repair(&request, "data-hash:player_daily_cache", &findings, &is_gone, &err))
		fail_msg("%s", err.text);
	assert_true(is_gone);
	assert_int_equal(findings.count, 0);
	health_findings_release(&findings);
	assert_int_equal(fake_count(service->fake, "POST"), 1);
	assert_non_null(strstr(fake_body(service->fake, "POST", 0),
		"ALTER TABLE `p.nba_precompute.player_daily_cache` ADD COLUMN IF NOT EXISTS "
		"`data_hash` STRING"));
}

/* The statement ran, and the service still shows what it showed. */
static void a_repair_that_did_not_help_is_no_success(void **state)
{
	struct service *service = *state;
	struct health_findings findings;
	struct error err;
	bool is_gone;
	const struct health_request request = request_of(service, SPAN(16, 30));
	service->partition_rest = ",\"expirationMs\":\"7776000000\"";
	if (!health_repair(
		    &request, "partitions-expire:player_daily_cache", &findings, &is_gone, &err))
		fail_msg("%s", err.text);
	assert_false(is_gone);
	health_findings_release(&findings);
}

static void a_read_only_warehouse_is_looked_at_and_never_mended(void **state)
{
	struct service *service = *state;
	struct health_findings findings;
	struct error err;
	bool is_gone;
	struct health_request request = request_of(service, SPAN(16, 30));
	request.warehouse = "bigquery:p?read_only=1";
	service->has_no_hash = true;
	assert_true(health_look(&request, &findings, &err));
	health_findings_release(&findings);
	assert_false(
		health_repair(&request, "data-hash:player_daily_cache", &findings, &is_gone, &err));
	assert_non_null(strstr(err.text, "read-only"));
	assert_int_equal(fake_count(service->fake, "POST"), 0);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(tables_as_they_should_be_give_no_finding),
		TEST(the_number_of_requests_does_not_depend_on_the_range),
		TEST(the_traps_of_the_hand_off_are_found),
		TEST(the_users_breaker_is_read_in_one_query),
		TEST(loads_of_today_are_counted_by_table_over_all_pages),
		TEST(loads_that_were_not_all_seen_are_at_least_so_many),
		TEST(a_table_that_may_not_be_looked_at_is_unknown_and_the_others_are_seen),
		TEST(an_answer_that_is_not_json_is_no_health),
		TEST(a_repair_sends_its_statement_and_looks_again),
		TEST(a_repair_that_did_not_help_is_no_success),
		TEST(a_read_only_warehouse_is_looked_at_and_never_mended),
	};
	return RUN(tests);
}

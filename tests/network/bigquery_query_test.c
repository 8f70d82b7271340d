/* The BigQuery client: what a question is made of, and what it never holds. */
#include "tests/network/support/client_place.h"
#include "tests/test.h"

static void a_query_is_one_job_of_ours_with_named_dates(void **state)
{
	struct place *place = *state;
	const struct fake_step steps[] = {INSERTED, COMPLETE, ONE_ROW};
	FAKE_SCRIPT(place->fake, steps);
	client_expect_rows(place, "7,-;");
	json_t *job = client_sent(place, "POST /jobs", 0);
	const json_t *configuration = json_object_get(job, "configuration");
	const json_t *query = json_object_get(configuration, "query");
	assert_true(text_starts_with(client_member(json_object_get(job, "jobReference"), "jobId"),
		"backcourt_coverage_"));
	assert_true(json_is_false(json_object_get(query, "useLegacySql")));
	assert_string_equal(client_member(query, "maximumBytesBilled"), "52428800");
	assert_string_equal(client_member(query, "parameterMode"), "NAMED");
	char *parameters = json_dumps(
		json_object_get(query, "queryParameters"), JSON_COMPACT | JSON_SORT_KEYS);
	assert_string_equal(parameters,
		"[{\"name\":\"first\",\"parameterType\":{\"type\":\"DATE\"},\"parameterValue\":"
		"{\"value\":\"2021-11-16\"}},{\"name\":\"none\",\"parameterType\":{\"type\":"
		"\"STRING\"},\"parameterValue\":{}}]");
	const json_t *labels = json_object_get(configuration, "labels");
	assert_string_equal(client_member(labels, "app"), "backcourt");
	assert_string_equal(client_member(labels, "run"), "run_17");
	assert_string_equal(client_member(configuration, "jobTimeoutMs"), "3600000");
	assert_non_null(strstr(fake_path(place->fake, "POST /jobs", 0), "prettyPrint=false"));
	/* The location of the answer goes with every later question. */
	const char *waiting = fake_path(place->fake, "GET /queries/", 0);
	assert_non_null(strstr(waiting, "location=EU"));
	assert_non_null(strstr(waiting, "maxResults=0"));
	assert_non_null(strstr(waiting, "timeoutMs=10000"));
	/* The same form on every page, or times lose their microseconds. */
	for (size_t i = 0; i < 2; i++)
		assert_non_null(strstr(fake_path(place->fake, "GET /queries/", i),
			"formatOptions.useInt64Timestamp=true"));
	assert_non_null(strstr(fake_path(place->fake, "GET /queries/", 1), "maxResults=10000"));
	assert_null(strstr(fake_headers(place->fake, "POST /jobs", 0), "Authorization"));
	free(parameters);
	json_decref(job);
}

/* The service's own ids and its regions hold dashes. */
static void a_region_goes_with_every_question(void **state)
{
	struct place *place = *state;
	struct bigquery_settings settings = client_settings(place);
	settings.location = "europe-west1";
	client_open(place, &settings);
#define WHERE "\"jobReference\":{\"jobId\":\"job_a-b\",\"location\":\"europe-west4\"}"
	const struct fake_step steps[] = {{"POST /jobs", {.body = "{" WHERE "}"}},
		{"GET /queries/job_a-b?formatOptions.useInt64Timestamp=true&location=europe-west4&",
			{.body = "{" WHERE ",\"jobComplete\":true}"}},
		{"GET /queries/job_a-b?formatOptions.useInt64Timestamp=true&location=europe-west4&",
			{.body = "{" SCHEMA ",\"totalRows\":\"0\"}"}}};
	FAKE_SCRIPT(place->fake, steps);
	client_expect_rows(place, "");
	json_t *job = client_sent(place, "POST /jobs", 0);
	assert_string_equal(
		client_member(json_object_get(job, "jobReference"), "location"), "europe-west1");
	json_decref(job);
}

static void read_only_asks_by_queries_alone_and_refuses_writes(void **state)
{
	struct place *place = *state;
	struct bigquery_settings settings = client_settings(place);
	settings.is_read_only = true;
	client_open(place, &settings);
	const struct fake_step steps[] = {
		{"POST /bigquery/v2/projects/p/queries",
			{.body = "{" REFERENCE ",\"jobComplete\":false}"}},
		COMPLETE, ONE_ROW};
	FAKE_SCRIPT(place->fake, steps);
	client_expect_rows(place, "7,-;");
	json_t *body = client_sent(place, "POST /queries", 0);
	assert_true(json_is_false(json_object_get(body, "useLegacySql")));
	assert_int_equal(strlen(client_member(body, "requestId")), 32);
	json_decref(body);
	struct bigquery_query query = {.name = "delete", .sql = "DELETE FROM t WHERE TRUE"};
	struct bigquery_load load = {
		.name = "l", .dataset = "d", .table = "t", .rows = "{}\n", .rows_bytes = 3};
	struct bigquery_result result;
	struct bigquery_loaded loaded;
	struct error err;
	assert_false(bigquery_execute(place->bigquery, &query, &result, &err));
	assert_non_null(strstr(err.text, "read-only"));
	assert_false(bigquery_load_rows(place->bigquery, &load, &loaded, &err));
	assert_false(bigquery_make_dataset(place->bigquery, "d", &err));
	assert_false(bigquery_drop_table(place->bigquery, "d", "t", &err));
	assert_int_equal(fake_count(place->fake, ""), 3);
}

static void an_estimate_is_a_dry_run(void **state)
{
	struct place *place = *state;
	const struct fake_step steps[] = {
		{"POST /queries",
			{.body = "{\"jobReference\":{\"projectId\":\"p\"},\"jobComplete\":"
				 "true,\"totalBytesProcessed\":\"8000\"}"}},
		{"POST /queries", {.body = "{\"jobComplete\":true}"}}};
	FAKE_SCRIPT(place->fake, steps);
	struct bigquery_query query = {.name = "coverage", .sql = "SELECT 1"};
	struct error err;
	int64_t bytes;
	assert_true(bigquery_estimate(place->bigquery, &query, &bytes, &err));
	assert_int_equal(bytes, 8000);
	json_t *body = client_sent(place, "POST /queries", 0);
	assert_true(json_is_true(json_object_get(body, "dryRun")));
	json_decref(body);
	assert_false(bigquery_estimate(place->bigquery, &query, &bytes, &err));
}

static void names_that_could_break_a_statement_are_refused(void **state)
{
	(void)state;
	struct bigquery_settings settings = {.project = "p`; DROP"};
	struct bigquery *bigquery;
	struct error err;
	assert_false(bigquery_new(&settings, &bigquery, &err));
	assert_true(bigquery_is_name("domain.com:my-proj", true));
	assert_false(bigquery_is_name("domain.com:my-proj", false));
	assert_true(bigquery_is_name("nba_raw", false));
	assert_false(bigquery_is_name("", false));
	assert_false(bigquery_is_name("a\\b", true));
	assert_false(bigquery_is_name("a`b", true));
	assert_true(bigquery_is_word("europe-west1"));
	assert_false(bigquery_is_word("EU&x=y"));
	assert_false(bigquery_is_word(""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_A_SERVER(a_query_is_one_job_of_ours_with_named_dates),
		ON_A_SERVER(a_region_goes_with_every_question),
		ON_A_SERVER(read_only_asks_by_queries_alone_and_refuses_writes),
		ON_A_SERVER(an_estimate_is_a_dry_run),
		cmocka_unit_test(names_that_could_break_a_statement_are_refused),
	};
	return RUN(tests);
}

/* The BigQuery client: what it asks, what it makes of the answers, and what it never does. */
#include "tests/network/support/fake_server.h"
#include "tests/network/support/no_time.h"
#include "tests/test.h"

#include "base/cancel.h"
#include "warehouse/access_token.h"
#include "warehouse/bigquery.h"

#include <jansson.h>
#include <pthread.h>

#define REFERENCE \
	"\"jobReference\":{\"projectId\":\"p\",\"jobId\":\"job_of_server\",\"location\":\"EU\"}"
#define INSERTED                                                                     \
	{                                                                            \
		"POST /bigquery/v2/projects/p/jobs",                                 \
		{                                                                    \
			.body = "{" REFERENCE ",\"status\":{\"state\":\"RUNNING\"}}" \
		}                                                                    \
	}
#define COMPLETE                                                                           \
	{                                                                                  \
		"GET /queries/job_of_server",                                              \
		{                                                                          \
			.body = "{" REFERENCE ",\"jobComplete\":true,\"totalRows\":\"0\"}" \
		}                                                                          \
	}
#define SCHEMA                                                                                    \
	"\"schema\":{\"fields\":[{\"name\":\"a\",\"type\":\"INTEGER\"},{\"name\":\"b\",\"type\":" \
	"\"STRING\"}]}"
#define ONE_ROW                                                                                    \
	{                                                                                          \
		"GET /queries/job_of_server",                                                      \
		{                                                                                  \
			.body = "{" SCHEMA ",\"totalRows\":\"1\",\"rows\":[{\"f\":[{\"v\":\"7\"}," \
				"{\"v\":null}]}]}"                                                 \
		}                                                                                  \
	}

struct place {
	struct fake *fake;
	struct bigquery *bigquery;
	struct cancel *cancel;
	struct credential *credential;
	struct token_source *tokens;
	struct buffer rows; /* "7,-;" */
};

static struct bigquery_settings settings_of(struct place *place)
{
	return (struct bigquery_settings){.project = "p",
		.endpoint = fake_url(place->fake),
		.cancel = place->cancel,
		.policy = &no_time,
		.run = "Run 17",
		.is_emulator = true};
}

static void open_client(struct place *place, const struct bigquery_settings *settings)
{
	struct error err;
	bigquery_free(place->bigquery);
	assert_true(bigquery_new(settings, &place->bigquery, &err));
}

static int set_up(void **state)
{
	struct place *place = memory_new(sizeof(*place));
	struct error err;
	assert_true(cancel_new(&place->cancel, &err));
	place->fake = fake_start();
	no_time_reset();
	struct bigquery_settings settings = settings_of(place);
	open_client(place, &settings);
	*state = place;
	return 0;
}

static int tear_down(void **state)
{
	struct place *place = *state;
	bigquery_free(place->bigquery);
	token_source_free(place->tokens);
	credential_free(place->credential);
	fake_finish(place->fake);
	cancel_free(place->cancel);
	buffer_release(&place->rows);
	free(place);
	return 0;
}

static bool note_row(const char *const *cells, size_t cell_count, void *context, struct error *err)
{
	struct place *place = context;
	(void)err;
	for (size_t i = 0; i < cell_count; i++)
		buffer_add_format(&place->rows, "%s%s", cells[i] == NULL ? "-" : cells[i],
			i + 1 == cell_count ? ";" : ",");
	return true;
}

static bool ask(struct place *place, struct bigquery_result *result, struct error *err)
{
	static const struct bigquery_parameter parameters[] = {
		{"first", "DATE", "2021-11-16"}, {"none", "STRING", NULL}};
	const struct bigquery_query query = {.name = "coverage",
		.sql = "SELECT 1",
		.parameters = parameters,
		.parameter_count = 2,
		.billed_bytes_max = 52428800,
		.rows_max = 100};
	*err = (struct error){0};
	return bigquery_select(place->bigquery, &query, note_row, place, result, err);
}

static void expect_rows(struct place *place, const char *rows)
{
	struct bigquery_result result;
	struct error err;
	if (!ask(place, &result, &err))
		fail_msg("%s", err.text);
	assert_string_equal(buffer_text(&place->rows), rows);
}

static void expect_trouble(struct place *place, enum bigquery_trouble trouble, const char *words)
{
	struct bigquery_result result;
	struct error err;
	if (ask(place, &result, &err))
		fail_msg("it went well");
	if (strstr(err.text, words) == NULL)
		fail_msg("\"%s\" is not in: %s", words, err.text);
	assert_int_equal(bigquery_last_failure(place->bigquery)->trouble, trouble);
}

static json_t *sent(struct place *place, const char *text, size_t nth)
{
	json_t *tree = json_loads(fake_body(place->fake, text, nth), 0, NULL);
	assert_non_null(tree);
	return tree;
}

static const char *text_of(const json_t *tree, const char *name)
{
	const char *text = json_string_value(json_object_get(tree, name));
	assert_non_null(text);
	return text;
}

static void a_query_is_one_job_of_ours_with_named_dates(void **state)
{
	struct place *place = *state;
	const struct fake_step steps[] = {INSERTED, COMPLETE, ONE_ROW};
	FAKE_SCRIPT(place->fake, steps);
	expect_rows(place, "7,-;");
	json_t *job = sent(place, "POST /jobs", 0);
	const json_t *configuration = json_object_get(job, "configuration");
	const json_t *query = json_object_get(configuration, "query");
	assert_true(text_starts_with(
		text_of(json_object_get(job, "jobReference"), "jobId"), "backcourt_coverage_"));
	assert_true(json_is_false(json_object_get(query, "useLegacySql")));
	assert_string_equal(text_of(query, "maximumBytesBilled"), "52428800");
	assert_string_equal(text_of(query, "parameterMode"), "NAMED");
	char *parameters = json_dumps(
		json_object_get(query, "queryParameters"), JSON_COMPACT | JSON_SORT_KEYS);
	assert_string_equal(parameters,
		"[{\"name\":\"first\",\"parameterType\":{\"type\":\"DATE\"},\"parameterValue\":"
		"{\"value\":\"2021-11-16\"}},{\"name\":\"none\",\"parameterType\":{\"type\":"
		"\"STRING\"},\"parameterValue\":{}}]");
	const json_t *labels = json_object_get(configuration, "labels");
	assert_string_equal(text_of(labels, "app"), "backcourt");
	assert_string_equal(text_of(labels, "run"), "run_17");
	assert_string_equal(text_of(configuration, "jobTimeoutMs"), "3600000");
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
	struct bigquery_settings settings = settings_of(place);
	settings.location = "europe-west1";
	open_client(place, &settings);
#define WHERE "\"jobReference\":{\"jobId\":\"job_a-b\",\"location\":\"europe-west4\"}"
	const struct fake_step steps[] = {{"POST /jobs", {.body = "{" WHERE "}"}},
		{"GET /queries/job_a-b?formatOptions.useInt64Timestamp=true&location=europe-west4&",
			{.body = "{" WHERE ",\"jobComplete\":true}"}},
		{"GET /queries/job_a-b?formatOptions.useInt64Timestamp=true&location=europe-west4&",
			{.body = "{" SCHEMA ",\"totalRows\":\"0\"}"}}};
	FAKE_SCRIPT(place->fake, steps);
	expect_rows(place, "");
	json_t *job = sent(place, "POST /jobs", 0);
	assert_string_equal(
		text_of(json_object_get(job, "jobReference"), "location"), "europe-west1");
	json_decref(job);
}

static void waiting_and_pages_end_with_every_row(void **state)
{
	struct place *place = *state;
	const struct fake_step not_yet = {
		"GET /queries/job_of_server", {.body = "{" REFERENCE ",\"jobComplete\":false}"}};
	const struct fake_step steps[] = {INSERTED, not_yet, not_yet, not_yet, COMPLETE,
		{"GET maxResults=10000",
			{.body = "{" SCHEMA ",\"totalRows\":\"3\",\"pageToken\":\"a=b&c\",\"rows\":"
				 "[{\"f\":[{\"v\":\"9223372036854775807\"},{\"v\":\"x\"}]}]}"}},
		{"GET &pageToken=a%3Db%26c",
			{.body = "{" SCHEMA ",\"totalRows\":\"3\",\"pageToken\":\"d\",\"rows\":"
				 "[{\"f\":[{\"v\":\"NaN\"},{\"v\":[{\"v\":\"1\"},{\"v\":null}]}]}]"
				 "}"}},
		{"GET &pageToken=d", {.body = "{\"totalRows\":\"3\",\"rows\":"
					      "[{\"f\":[{\"v\":\"1\"},{\"v\":[]}]}]}"}}};
	FAKE_SCRIPT(place->fake, steps);
	expect_rows(place, "9223372036854775807,x;NaN,[\"1\",null];1,[];");
}

static void an_empty_answer_has_no_rows_and_is_fine(void **state)
{
	struct place *place = *state;
	const struct fake_step steps[] = {INSERTED, COMPLETE,
		{"GET", {.body = "{" SCHEMA ",\"totalRows\":\"0\",\"jobComplete\":true}"}}};
	FAKE_SCRIPT(place->fake, steps);
	expect_rows(place, "");
}

static void fewer_rows_than_promised_are_a_failure(void **state)
{
	struct place *place = *state;
	const struct fake_step steps[] = {INSERTED, COMPLETE,
		{"GET", {.body = "{" SCHEMA ",\"totalRows\":\"2\",\"rows\":[{\"f\":[{\"v\":\"7\"},{"
				 "\"v\":null}]}]}"}},
		INSERTED, COMPLETE,
		{"GET", {.body = "{" SCHEMA ",\"totalRows\":\"2\",\"pageToken\":\"x\"}"}}, INSERTED,
		COMPLETE,
		{"GET", {.body = "{" SCHEMA
				 ",\"totalRows\":\"1\",\"rows\":[{\"f\":[{\"v\":\"7\"}]}]"
				 "}"}}};
	FAKE_SCRIPT(place->fake, steps);
	expect_trouble(place, TROUBLE_NONE, "promised 2 rows and sent 1");
	expect_trouble(place, TROUBLE_NONE, "an empty page");
	expect_trouble(place, TROUBLE_NONE, "not as many cells");
}

static void more_rows_than_asked_for_are_a_failure(void **state)
{
	struct place *place = *state;
	struct buffer page = {0};
	buffer_add_text(&page, "{" SCHEMA ",\"totalRows\":\"101\",\"rows\":[");
	for (int i = 0; i < 101; i++)
		buffer_add_format(
			&page, "%s{\"f\":[{\"v\":\"%d\"},{\"v\":null}]}", i == 0 ? "" : ",", i);
	buffer_add_text(&page, "]}");
	const struct fake_step steps[] = {INSERTED, COMPLETE, {"GET", {.body = page.bytes}}};
	FAKE_SCRIPT(place->fake, steps);
	expect_trouble(place, TROUBLE_NONE, "more than 100 rows");
	buffer_release(&page);
}

static void a_lost_answer_to_an_insert_is_recovered_and_never_repeated(void **state)
{
	struct place *place = *state;
	const struct fake_step steps[] = {
		{"POST /jobs", {.fault = FAKE_CLOSES}}, /* arrived, its answer did not */
		{"POST /jobs", {.status = 409,
				       .body = "{\"error\":{\"code\":409,\"message\":\"Already "
					       "Exists: Job "
					       "p:x\",\"errors\":[{\"reason\":\"duplicate\"}]}}"}},
		{"GET /jobs/backcourt_coverage_",
			{.status = 404,
				.body = "{\"error\":{\"code\":404,\"message\":\"Not found: Job\","
					"\"errors\":[{\"reason\":\"notFound\"}]}}"}},
		{"GET /jobs/backcourt_coverage_",
			{.body = "{" REFERENCE ",\"status\":{\"state\":\"DONE\"}}"}},
		COMPLETE, ONE_ROW};
	FAKE_SCRIPT(place->fake, steps);
	expect_rows(place, "7,-;");
	json_t *first = sent(place, "POST /jobs", 0);
	json_t *second = sent(place, "POST /jobs", 1);
	assert_true(json_equal(first, second)); /* the same id above all */
	json_decref(first);
	json_decref(second);
}

#define ERROR_BODY(code, reason, message)                                                     \
	"{\"error\":{\"code\":" #code ",\"message\":\"" message "\",\"errors\":[{\"domain\":" \
	"\"global\",\"reason\":\"" reason "\",\"message\":\"" message "\"}]}}"

static void a_query_over_its_limit_is_asked_exactly_once(void **state)
{
	struct place *place = *state;
	const struct fake_step steps[] = {INSERTED,
		{"GET /queries/",
			{.status = 500,
				.body = ERROR_BODY(500, "bytesBilledLimitExceeded",
					"Query exceeded limit for bytes billed: 500. 10485760 or "
					"higher required.")}}};
	FAKE_SCRIPT(place->fake, steps);
	expect_trouble(place, TROUBLE_EXPENSIVE, "10485760 or higher required");
	assert_int_equal(fake_count(place->fake, ""), 2);
	assert_int_equal(fake_count(place->fake, "POST"), 1);
	assert_int_equal(no_time_wait_count(), 0);
}

struct told {
	int status;
	const char *body;
	enum bigquery_trouble trouble;
	const char *words;
};

static void refusals_are_told_apart_and_not_repeated(void **state)
{
	struct place *place = *state;
	static const struct told cases[] = {
		{403, ERROR_BODY(403, "quotaExceeded", "Quota exceeded: load jobs per table"),
			TROUBLE_QUOTA,
			"load jobs per table (quotaExceeded, status 403); it is not "
			"tried again today"},
		{403, ERROR_BODY(403, "accessDenied", "Access Denied: Table p:d.t"), TROUBLE_DENIED,
			"Access Denied: Table p:d.t"},
		{404, ERROR_BODY(404, "notFound", "Not found: Table p:d.t was not found in US"),
			TROUBLE_MISSING, "Not found: Table"},
		{400, ERROR_BODY(400, "invalidQuery", "Syntax error at [1:1]"), TROUBLE_INVALID,
			"[1:1]"},
		{400,
			ERROR_BODY(400, "invalid",
				"UPDATE or DELETE statement over table p.d.t would affect rows in "
				"the streaming buffer, which is not supported"),
			TROUBLE_STREAMING, "90 minutes"},
		{400, ERROR_BODY(400, "responseTooLarge", "too large"), TROUBLE_BIG, "too large"},
		{412, ERROR_BODY(412, "conditionNotMet", "stale"), TROUBLE_STALE, "stale"},
		{501, ERROR_BODY(501, "notImplemented", "no"), TROUBLE_UNSUPPORTED, "no"},
		{407, "<html>proxy</html>", TROUBLE_PROXY, "https_proxy"},
		{418, "\xff\xfe not json", TROUBLE_UNKNOWN, "status 418"},
		{400, "{\"error\":{\"code\":400,\"message\":\"a\\u001b[31mb\\u0007\"}}",
			TROUBLE_INVALID, "a?[31mb?"},
		{400,
			"{\"error\":{\"code\":400,\"message\":\"upload says no\",\"status\":"
			"\"INVALID_ARGUMENT\"}}",
			TROUBLE_INVALID, "upload says no"},
	};
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		const struct fake_step steps[] = {
			{"POST /jobs", {.status = cases[i].status, .body = cases[i].body}}};
		FAKE_SCRIPT(place->fake, steps);
		expect_trouble(place, cases[i].trouble, cases[i].words);
	}
	assert_int_equal(fake_count(place->fake, ""), ARRAY_COUNT(cases));
	assert_int_equal(no_time_wait_count(), 0);
}

static void passing_refusals_are_waited_out(void **state)
{
	struct place *place = *state;
	const struct fake_step steps[] = {
		{"POST /jobs",
			{.status = 403, .body = ERROR_BODY(403, "rateLimitExceeded", "slower")}},
		{"POST /jobs", {.status = 429,
				       .headers = "Retry-After: 3\r\n",
				       .body = ERROR_BODY(429, "rateLimitExceeded", "slower")}},
		{"POST /jobs", {.status = 503, .body = ERROR_BODY(503, "backendError", "later")}},
		{"POST /jobs", {.status = 502, .body = "<html>bad gateway</html>"}},
		{"POST /jobs", {.fault = FAKE_RESETS}},
		{"POST /jobs", {.body = "{" REFERENCE "}", .fault = FAKE_GZIP_CUT}}, /* garbled */
		INSERTED, COMPLETE, ONE_ROW};
	FAKE_SCRIPT(place->fake, steps);
	expect_rows(place, "7,-;");
	assert_int_equal(no_time_wait_count(), 6);
	assert_int_equal(no_time_wait_ms(1), 3000);
}

/* An overload is waited out for minutes, what is broken inside is not. */
static void an_internal_error_is_asked_again_a_few_times_only(void **state)
{
	struct place *place = *state;
	const struct fake_step broken = {
		"POST /jobs", {.status = 500, .body = ERROR_BODY(500, "internalError", "inside")}};
	const struct fake_step busy = {
		"POST /jobs", {.status = 503, .body = ERROR_BODY(503, "backendError", "later")}};
	const struct fake_step steps[] = {busy, broken, busy, broken, broken, busy, broken};
	FAKE_SCRIPT(place->fake, steps);
	expect_trouble(place, TROUBLE_SERVER, "inside (internalError, status 500)");
	assert_int_equal(fake_count(place->fake, ""), ARRAY_COUNT(steps));
	/* One fewer, and it goes on. */
	const struct fake_step enough[] = {broken, broken, broken, INSERTED, COMPLETE, ONE_ROW};
	FAKE_SCRIPT(place->fake, enough);
	expect_rows(place, "7,-;");
}

/* The question about a job has its own count, which an answer renews. */
static void internal_errors_while_waiting_end_it_unless_it_answers(void **state)
{
	struct place *place = *state;
#define BROKEN                                                                                  \
	{"GET /queries/", {.status = 500, .body = ERROR_BODY(500, "internalError", "inside")}}, \
	{                                                                                       \
		"GET /jobs/job_of_server",                                                      \
		{                                                                               \
			.body = "{\"status\":{\"state\":\"RUNNING\"}}"                          \
		}                                                                               \
	}
	const struct fake_step steps[] = {INSERTED, BROKEN, BROKEN, BROKEN,
		{"GET /queries/job_of_server", {.body = "{" REFERENCE ",\"jobComplete\":false}"}},
		BROKEN, BROKEN, BROKEN, COMPLETE, ONE_ROW, INSERTED, BROKEN, BROKEN, BROKEN,
		{"GET /queries/",
			{.status = 500, .body = ERROR_BODY(500, "internalError", "inside")}}};
	FAKE_SCRIPT(place->fake, steps);
	expect_rows(place, "7,-;");
	expect_trouble(place, TROUBLE_SERVER, "inside");
}

static void garbled_answers_are_a_failure(void **state)
{
	struct place *place = *state;
	struct buffer deep = {0};
	for (int i = 0; i < 3000; i++)
		buffer_add_text(&deep, "{\"a\":");
	const char *const bodies[] = {
		"not json", "{\"a\":1,\"a\":2}", "{\"a\":\"\xff\"}", deep.bytes, "[]"};
	for (size_t i = 0; i < ARRAY_COUNT(bodies); i++) {
		/* Asked once more: it may have been cut on its way. */
		const struct fake_step steps[] = {
			{"POST /jobs", {.body = bodies[i]}}, {"POST /jobs", {.body = bodies[i]}}};
		FAKE_SCRIPT(place->fake, steps);
		expect_trouble(place, TROUBLE_NETWORK, "the answer is not JSON");
	}
	buffer_release(&deep);
}

static void a_job_that_the_service_spoiled_gets_a_successor_with_a_new_id(void **state)
{
	struct place *place = *state;
	const struct fake_step steps[] = {INSERTED,
		/* Is it the question or the job that failed? The job knows. */
		{"GET /queries/", {.status = 500, .body = ERROR_BODY(500, "backendError", "oops")}},
		{"GET /jobs/job_of_server", {.body = "{\"status\":{\"state\":\"RUNNING\"}}"}},
		{"GET /queries/", {.status = 500, .body = ERROR_BODY(500, "backendError", "oops")}},
		{"GET /jobs/job_of_server",
			{.body = "{\"status\":{\"state\":\"DONE\",\"errorResult\":{\"reason\":"
				 "\"backendError\",\"message\":\"oops\"}}}"}},
		INSERTED, COMPLETE, ONE_ROW};
	FAKE_SCRIPT(place->fake, steps);
	expect_rows(place, "7,-;");
	json_t *first = sent(place, "POST /jobs", 0);
	json_t *second = sent(place, "POST /jobs", 1);
	assert_string_not_equal(text_of(json_object_get(first, "jobReference"), "jobId"),
		text_of(json_object_get(second, "jobReference"), "jobId"));
	json_decref(first);
	json_decref(second);
}

static void *stop_soon(void *argument)
{
	struct place *place = argument;
	fake_wait_for(place->fake, "GET /queries/", 1);
	cancel_raise(place->cancel, CANCEL_NOW);
	return NULL;
}

static void a_stop_cancels_the_job_too(void **state)
{
	struct place *place = *state;
	pthread_t thread;
	const struct fake_step steps[] = {INSERTED, {"GET /queries/", {.fault = FAKE_SILENT}},
		{"POST /jobs/job_of_server/cancel?location=EU",
			{.body = "{\"kind\":\"bigquery#jobCancelResponse\"}"}}};
	FAKE_SCRIPT(place->fake, steps);
	assert_int_equal(pthread_create(&thread, NULL, stop_soon, place), 0);
	expect_trouble(place, TROUBLE_STOPPED, "stopped");
	pthread_join(thread, NULL);
}

static void a_stop_before_anything_is_sent_asks_for_no_cancel(void **state)
{
	struct place *place = *state;
	const struct bigquery_load load = {
		.name = "l", .dataset = "d", .table = "t", .rows = "{}\n", .rows_bytes = 3};
	struct bigquery_loaded loaded;
	struct error err;
	cancel_raise(place->cancel, CANCEL_NOW);
	expect_trouble(place, TROUBLE_STOPPED, "stopped");
	assert_false(bigquery_load_rows(place->bigquery, &load, &loaded, &err));
	assert_int_equal(err.kind, ERROR_CANCELLED);
	assert_int_equal(fake_count(place->fake, ""), 0);
}

static void *stop_at_the_insert(void *argument)
{
	struct place *place = argument;
	fake_wait_for(place->fake, "POST ", 1);
	cancel_raise(place->cancel, CANCEL_NOW);
	return NULL;
}

/* The request is on its way, and nobody knows whether it arrived: the job has the id that we gave.
 */
static void a_stop_while_it_is_sent_cancels_what_may_be_there(void **state)
{
	struct place *place = *state;
	pthread_t thread;
	const struct fake_step steps[] = {{"POST /jobs", {.fault = FAKE_SILENT}},
		{"POST /jobs/backcourt_coverage_", {.status = 404, .body = "{}"}}};
	FAKE_SCRIPT(place->fake, steps);
	assert_int_equal(pthread_create(&thread, NULL, stop_at_the_insert, place), 0);
	expect_trouble(place, TROUBLE_STOPPED, "stopped");
	pthread_join(thread, NULL);
	assert_non_null(strstr(fake_path(place->fake, "POST /jobs/", 0), "_a1/cancel"));
}

static struct cancel *to_raise;

static void stop_instead_of_sleeping(struct cancel *cancel, int ms)
{
	(void)cancel;
	(void)ms;
	cancel_raise(to_raise, CANCEL_NOW);
}

/* The job runs on while the question about it is not answered: a stop in between is none of the
 * network's. */
static void a_stop_between_two_questions_cancels_the_job_too(void **state)
{
	struct place *place = *state;
	struct retry policy = no_time;
	struct bigquery_settings settings = settings_of(place);
	policy.sleep_ms = stop_instead_of_sleeping;
	settings.policy = &policy;
	to_raise = place->cancel;
	open_client(place, &settings);
	const struct fake_step steps[] = {INSERTED, {"GET /queries/", {.fault = FAKE_RESETS}},
		{"GET /jobs/job_of_server", {.body = "{\"status\":{\"state\":\"RUNNING\"}}"}},
		{"POST /jobs/job_of_server/cancel?location=EU", {.body = "{}"}}};
	FAKE_SCRIPT(place->fake, steps);
	expect_trouble(place, TROUBLE_STOPPED, "stopped");
}

static void use_token(struct place *place, const char *quota_project)
{
	struct bigquery_settings settings = settings_of(place);
	const char *text = "{\"type\":\"authorized_user\",\"client_id\":\"id\",\"client_secret\":"
			   "\"secret\",\"refresh_token\":\"refresh\"}";
	struct error err;
	assert_true(credential_parse(text, strlen(text), "key.json", &place->credential, &err));
	const struct token_settings tokens = {.credential = place->credential,
		.scope = SCOPE_BIGQUERY,
		.test_origin = fake_url(place->fake)};
	place->tokens = token_source_new(&tokens);
	settings.tokens = place->tokens;
	settings.quota_project = quota_project;
	open_client(place, &settings);
}

#define TOKEN(name)                                                                   \
	{                                                                             \
		"POST /token",                                                        \
		{                                                                     \
			.body = "{\"access_token\":\"" name "\",\"expires_in\":3599}" \
		}                                                                     \
	}
#define UNAUTHORIZED                                                                               \
	{                                                                                          \
		"POST /jobs",                                                                      \
		{                                                                                  \
			.status = 401, .body = ERROR_BODY(401, "authError", "Invalid Credentials") \
		}                                                                                  \
	}

static void a_refused_token_is_renewed_once(void **state)
{
	struct place *place = *state;
	const struct fake_step steps[] = {TOKEN("token-1"), UNAUTHORIZED, TOKEN("token-2"),
		INSERTED, COMPLETE, ONE_ROW, UNAUTHORIZED, TOKEN("token-3"), UNAUTHORIZED};
	use_token(place, NULL);
	FAKE_SCRIPT(place->fake, steps);
	expect_rows(place, "7,-;");
	assert_non_null(strstr(fake_headers(place->fake, "POST /jobs", 0), "Bearer token-1"));
	assert_non_null(strstr(fake_headers(place->fake, "POST /jobs", 1), "Bearer token-2"));
	expect_trouble(place, TROUBLE_LOGIN, "gcloud auth application-default login");
}

static void a_quota_project_without_the_right_is_left_out(void **state)
{
	struct place *place = *state;
	const struct fake_step steps[] = {TOKEN("token-1"),
		{"POST /jobs", {.status = 403,
				       .body = ERROR_BODY(403, "forbidden",
					       "Caller does not have required permission to use "
					       "project q. "
					       "Grant roles/serviceusage.serviceUsageConsumer")}},
		INSERTED, COMPLETE, ONE_ROW};
	use_token(place, "q");
	FAKE_SCRIPT(place->fake, steps);
	expect_rows(place, "7,-;");
	assert_non_null(
		strstr(fake_headers(place->fake, "POST /jobs", 0), "X-Goog-User-Project: q\r\n"));
	assert_null(strstr(fake_headers(place->fake, "POST /jobs", 1), "X-Goog-User-Project"));
}

static void read_only_asks_by_queries_alone_and_refuses_writes(void **state)
{
	struct place *place = *state;
	struct bigquery_settings settings = settings_of(place);
	settings.is_read_only = true;
	open_client(place, &settings);
	const struct fake_step steps[] = {
		{"POST /bigquery/v2/projects/p/queries",
			{.body = "{" REFERENCE ",\"jobComplete\":false}"}},
		COMPLETE, ONE_ROW};
	FAKE_SCRIPT(place->fake, steps);
	expect_rows(place, "7,-;");
	json_t *body = sent(place, "POST /queries", 0);
	assert_true(json_is_false(json_object_get(body, "useLegacySql")));
	assert_int_equal(strlen(text_of(body, "requestId")), 32);
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

/* Runs a statement of so many bytes, with so many parameters of so many bytes each. */
static bool ask_much(
	struct place *place, size_t sql_bytes, size_t count, size_t value_bytes, struct error *err)
{
	struct bigquery_parameter *parameters = memory_new_array(count, sizeof(*parameters));
	struct bigquery_result result;
	char *sql = memory_format("%-*s", (int)sql_bytes, "SELECT 1"),
	     *value = memory_format("%-*s", (int)value_bytes, "x");
	for (size_t i = 0; i < count; i++)
		parameters[i] = (struct bigquery_parameter){"p", "STRING", value};
	const struct bigquery_query query = {.name = "much",
		.sql = sql,
		.parameters = parameters,
		.parameter_count = count,
		.rows_max = 1};
	*err = (struct error){0};
	bool done = bigquery_select(place->bigquery, &query, note_row, place, &result, err);
	free(parameters);
	free(sql);
	free(value);
	return done;
}

static void expect_too_much(struct place *place, const struct error *err, const char *words)
{
	assert_int_equal(err->kind, ERROR_LIMIT);
	assert_int_equal(bigquery_last_failure(place->bigquery)->trouble, TROUBLE_BIG);
	if (strstr(err->text, words) == NULL)
		fail_msg("\"%s\" is not in: %s", words, err->text);
}

static void what_the_service_would_refuse_for_its_size_is_not_sent(void **state)
{
	struct place *place = *state;
	struct error err;
	int64_t bytes;
	const struct fake_step steps[] = {INSERTED, COMPLETE, ONE_ROW, INSERTED, COMPLETE, ONE_ROW};
	FAKE_SCRIPT(place->fake, steps);
	assert_true(ask_much(place, BIGQUERY_SQL_BYTES_MAX, 0, 1, &err));
	assert_false(ask_much(place, BIGQUERY_SQL_BYTES_MAX + 1, 0, 1, &err));
	expect_too_much(place, &err, "statement in bytes is limited to 1048576; nothing was sent");
	assert_true(ask_much(place, 8, BIGQUERY_QUERY_PARAMETERS_MAX, 1, &err));
	assert_false(ask_much(place, 8, BIGQUERY_QUERY_PARAMETERS_MAX + 1, 1, &err));
	expect_too_much(place, &err, "a statement in parameters is limited to 10000");
	assert_int_equal(fake_count(place->fake, ""), 6);
	char *sql = memory_format("%-*s", BIGQUERY_SQL_BYTES_MAX + 1, "SELECT 1");
	const struct bigquery_query query = {.name = "much", .sql = sql};
	assert_false(bigquery_estimate(place->bigquery, &query, &bytes, &err));
	expect_too_much(place, &err, "cannot estimate \"much\": the text of a statement");
	free(sql);
	assert_int_equal(fake_count(place->fake, ""), 6);
}

/* The largest request that may be sent is exactly as long as the limit. */
static void a_request_may_be_as_long_as_the_limit(void **state)
{
	struct place *place = *state;
	struct error err;
	const struct fake_step probe[] = {INSERTED, COMPLETE, ONE_ROW};
	FAKE_SCRIPT(place->fake, probe);
	assert_true(ask_much(place, 8, 1, 1, &err));
	size_t rest = BIGQUERY_REQUEST_BYTES_MAX - strlen(fake_body(place->fake, "POST /jobs", 0));
	FAKE_SCRIPT(place->fake, probe);
	assert_true(ask_much(place, 8, 1, 1 + rest, &err));
	assert_int_equal(
		strlen(fake_body(place->fake, "POST /jobs", 1)), BIGQUERY_REQUEST_BYTES_MAX);
	assert_false(ask_much(place, 8, 1, 2 + rest, &err));
	expect_too_much(place, &err, "a request in bytes is limited to 10485760");
	assert_int_equal(fake_count(place->fake, ""), 6);
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
	json_t *body = sent(place, "POST /queries", 0);
	assert_true(json_is_true(json_object_get(body, "dryRun")));
	json_decref(body);
	assert_false(bigquery_estimate(place->bigquery, &query, &bytes, &err));
}

static void an_emulator_that_fails_with_200_is_heard(void **state)
{
	struct place *place = *state;
	const struct fake_step steps[] = {INSERTED,
		{"GET /queries/",
			{.body = "{" REFERENCE ",\"jobComplete\":true,\"schema\":{\"fields\":[]},"
				 "\"errors\":[{\"reason\":\"invalidQuery\",\"message\":\"no "
				 "table\"}]}"}},
		{"GET /jobs/",
			{.body = "{\"status\":{\"state\":\"DONE\",\"errorResult\":{\"reason\":"
				 "\"invalidQuery\",\"message\":\"no table\"}}}"}}};
	FAKE_SCRIPT(place->fake, steps);
	expect_trouble(place, TROUBLE_INVALID, "no table");
}

static void tables_are_listed_over_all_pages_and_sorted(void **state)
{
	struct place *place = *state;
	const struct fake_step steps[] = {
		{"GET /datasets/d/tables?maxResults=1000",
			{.body = "{\"nextPageToken\":\"n\",\"tables\":[{\"tableReference\":"
				 "{\"tableId\":\"b\"},\"type\":\"TABLE\",\"timePartitioning\":"
				 "{\"type\":\"DAY\",\"field\":\"game_date\",\"expirationMs\":"
				 "\"7776000000\"}}]}"}},
		{"GET &pageToken=n",
			{.body = "{\"tables\":[{\"tableReference\":{\"tableId\":\"a\"},\"type\":"
				 "\"VIEW\"}]}"}},
		{"GET /datasets/none/tables",
			{.status = 404,
				.body = ERROR_BODY(404, "notFound", "Not found: Dataset")}}};
	FAKE_SCRIPT(place->fake, steps);
	struct bigquery_tables tables;
	struct error err;
	bool is_missing;
	assert_true(bigquery_list_tables(place->bigquery, "d", &tables, &is_missing, &err));
	assert_false(is_missing);
	assert_int_equal(tables.count, 2);
	assert_string_equal(tables.items[0].kind, "VIEW");
	const struct bigquery_table *table = bigquery_find_table(&tables, "b");
	assert_string_equal(table->partition_field, "game_date");
	assert_int_equal(table->expiration_ms, 7776000000);
	assert_null(bigquery_find_table(&tables, "c"));
	bigquery_tables_release(&tables);
	assert_true(bigquery_list_tables(place->bigquery, "none", &tables, &is_missing, &err));
	assert_true(is_missing);
	assert_int_equal(tables.count, 0);
}

static void a_table_is_looked_at(void **state)
{
	struct place *place = *state;
	const struct fake_step steps[] = {{"GET /datasets/d/tables/t",
		{.body = "{\"tableReference\":{\"tableId\":\"t\"},\"numRows\":\"5\",\"schema\":"
			 "{\"fields\":[{\"name\":\"d\",\"type\":\"DATE\",\"mode\":\"REQUIRED\"},"
			 "{\"name\":\"n\",\"type\":\"INTEGER\"},{\"name\":\"l\",\"type\":\"FLOAT\","
			 "\"mode\":\"REPEATED\"}]},\"streamingBuffer\":{\"estimatedRows\":\"12\"}"
			 "}"}}};
	FAKE_SCRIPT(place->fake, steps);
	struct bigquery_table table;
	struct error err;
	assert_true(bigquery_get_table(place->bigquery, "d", "t", &table, &err));
	assert_int_equal(table.field_count, 3);
	assert_true(table.fields[0].is_required);
	assert_string_equal(table.fields[1].type, "INT64");
	assert_true(table.fields[2].is_repeated);
	assert_int_equal(table.streaming_rows, 12);
	assert_null(table.partition_type);
	bigquery_table_release(&table);
}

#define LOADED                                                                                  \
	{                                                                                       \
		"GET /jobs/",                                                                   \
		{                                                                               \
			.body = "{\"status\":{\"state\":\"DONE\"},\"statistics\":{\"endTime\":" \
				"\"1637020801000\",\"load\":{\"outputRows\":\"2\"}}}"           \
		}                                                                               \
	}

static bool load(struct place *place, const char *rows, size_t bytes, struct error *err)
{
	const struct bigquery_load request = {.name = "t_20211116",
		.dataset = "d",
		.table = "t$20211116",
		.rows = rows,
		.rows_bytes = bytes};
	struct bigquery_loaded loaded;
	*err = (struct error){0};
	bool done = bigquery_load_rows(place->bigquery, &request, &loaded, err);
	if (done) {
		assert_int_equal(loaded.rows, 2);
		assert_int_equal(loaded.end_ms, 1637020801000);
	}
	return done;
}

static void a_small_load_is_one_multipart_request(void **state)
{
	struct place *place = *state;
	const struct fake_step steps[] = {
		{"POST /upload/bigquery/v2/projects/p/jobs?uploadType=multipart",
			{.body = "{\"kind\":\"bigquery#job\"}"}}, /* no status: an emulator's */
		{"GET /jobs/backcourt_t_20211116_",
			{.body = "{\"status\":{\"state\":\"PENDING\"}}"}},
		LOADED};
	FAKE_SCRIPT(place->fake, steps);
	struct error err;
	if (!load(place, "{\"a\":1}\n{\"a\":2}\n", 16, &err))
		fail_msg("%s", err.text);
	const char *body = fake_body(place->fake, "POST", 0);
	assert_non_null(strstr(body, "\"tableId\":\"t$20211116\""));
	assert_non_null(strstr(body, "\"writeDisposition\":\"WRITE_TRUNCATE\""));
	assert_non_null(strstr(body, "\"createDisposition\":\"CREATE_NEVER\""));
	assert_null(strstr(body, "\"schema\""));
	assert_non_null(strstr(body, "\"maxBadRecords\":0"));
	assert_non_null(strstr(body, "\"ignoreUnknownValues\":false"));
	assert_non_null(strstr(body, "\"app\":\"backcourt\",\"run\":\"run_17\""));
	assert_non_null(strstr(body, "octet-stream\r\n\r\n{\"a\":1}\n{\"a\":2}\n\r\n--"));
	assert_int_equal(no_time_wait_ms(0), 500);
}

static void a_long_job_is_looked_at_less_and_less_often(void **state)
{
	struct place *place = *state;
#define RUNNING                                                        \
	{                                                              \
		"GET /jobs/",                                          \
		{                                                      \
			.body = "{\"status\":{\"state\":\"RUNNING\"}}" \
		}                                                      \
	}
	const struct fake_step steps[] = {{"POST /upload/", {.body = "{" REFERENCE "}"}}, RUNNING,
		RUNNING, RUNNING, RUNNING, RUNNING, RUNNING, LOADED};
	static const int waits_ms[] = {500, 1000, 2000, 4000, 5000, 5000};
	FAKE_SCRIPT(place->fake, steps);
	struct error err;
	assert_true(load(place, "{}\n", 3, &err));
	assert_int_equal(no_time_wait_count(), ARRAY_COUNT(waits_ms));
	for (size_t i = 0; i < ARRAY_COUNT(waits_ms); i++)
		assert_int_equal(no_time_wait_ms(i), waits_ms[i]);
}

static void a_load_tells_which_row_was_bad(void **state)
{
	struct place *place = *state;
	const struct fake_step steps[] = {{"POST /upload/", {.body = "{" REFERENCE "}"}},
		{"GET /jobs/job_of_server?location=EU",
			{.body = "{\"status\":{\"state\":\"DONE\",\"errorResult\":{\"reason\":"
				 "\"invalid\",\"message\":\"too many errors\"},\"errors\":[{"
				 "\"message\":\"too many errors\"},{\"message\":\"Row 2: Could not "
				 "parse 'x' as INT64 for field n\"}]}}"}}};
	FAKE_SCRIPT(place->fake, steps);
	struct error err;
	assert_false(load(place, "{}\n", 3, &err));
	assert_non_null(strstr(
		err.text, "Row 2: Could not parse 'x' as INT64 for field n: too many errors"));
}

static void a_lost_answer_to_a_load_is_recovered(void **state)
{
	struct place *place = *state;
	const struct fake_step steps[] = {{"POST /upload/", {.fault = FAKE_RESETS}},
		{"POST /upload/",
			{.status = 409,
				.body = ERROR_BODY(409, "duplicate", "Already Exists: Job")}},
		LOADED};
	FAKE_SCRIPT(place->fake, steps);
	struct error err;
	assert_true(load(place, "{}\n", 3, &err));
}

#define BIG_BYTES ((size_t)10 * 1024 * 1024)
#define SESSION(fake) \
	memory_format("Location: %s/upload/session?upload_id=secret\r\n", fake_url(fake))

static void a_big_load_goes_on_where_it_broke(void **state)
{
	struct place *place = *state;
	char *session = SESSION(place->fake);
	char *rows = memory_new(BIG_BYTES + 1);
	memset(rows, '\n', BIG_BYTES);
	const struct fake_step steps[] = {
		{"POST /upload/bigquery/v2/projects/p/jobs?uploadType=resumable",
			{.headers = session}},
		{"PUT /upload/session", {.status = 308, .headers = "Range: bytes=0-524287\r\n"}},
		{"PUT /upload/session", {.fault = FAKE_RESETS}},
		{"PUT /upload/session", {.status = 308, .headers = "Range: bytes=0-1048575\r\n"}},
		{"PUT /upload/session",
			{.status = 503, .body = ERROR_BODY(503, "backendError", "later")}},
		{"PUT /upload/session", {.status = 404, .body = "gone"}},
		{"POST /upload/", {.headers = session}}, /* from the beginning */
		{"PUT /upload/session", {.status = 308, .headers = "Range: bytes=0-8388607\r\n"}},
		{"PUT /upload/session", {.body = "{" REFERENCE "}"}}, LOADED};
	FAKE_SCRIPT(place->fake, steps);
	struct error err;
	if (!load(place, rows, BIG_BYTES, &err))
		fail_msg("%s", err.text);
	static const char *const ranges[] = {"bytes 0-8388607/10485760",
		"bytes 524288-8912895/10485760", "bytes */10485760",
		"bytes 1048576-9437183/10485760", "bytes */10485760", "bytes 0-8388607/10485760",
		"bytes 8388608-10485759/10485760"};
	for (size_t i = 0; i < ARRAY_COUNT(ranges); i++)
		if (strstr(fake_headers(place->fake, "PUT", i), ranges[i]) == NULL)
			fail_msg("%s is not in %s", ranges[i], fake_headers(place->fake, "PUT", i));
	free(rows);
	free(session);
}

static void an_upload_to_another_host_is_not_sent(void **state)
{
	struct place *place = *state;
	char *rows = memory_new(BIG_BYTES + 1);
	memset(rows, '\n', BIG_BYTES);
	const struct fake_step steps[] = {
		{"POST /upload/", {.headers = "Location: http://127.0.0.1:1/steal\r\n"}}};
	FAKE_SCRIPT(place->fake, steps);
	struct error err;
	assert_false(load(place, rows, BIG_BYTES, &err));
	assert_non_null(strstr(err.text, "another host"));
	free(rows);
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
#define ON_A_SERVER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		ON_A_SERVER(a_query_is_one_job_of_ours_with_named_dates),
		ON_A_SERVER(a_region_goes_with_every_question),
		ON_A_SERVER(waiting_and_pages_end_with_every_row),
		ON_A_SERVER(an_empty_answer_has_no_rows_and_is_fine),
		ON_A_SERVER(fewer_rows_than_promised_are_a_failure),
		ON_A_SERVER(more_rows_than_asked_for_are_a_failure),
		ON_A_SERVER(a_lost_answer_to_an_insert_is_recovered_and_never_repeated),
		ON_A_SERVER(a_query_over_its_limit_is_asked_exactly_once),
		ON_A_SERVER(refusals_are_told_apart_and_not_repeated),
		ON_A_SERVER(passing_refusals_are_waited_out),
		ON_A_SERVER(an_internal_error_is_asked_again_a_few_times_only),
		ON_A_SERVER(internal_errors_while_waiting_end_it_unless_it_answers),
		ON_A_SERVER(garbled_answers_are_a_failure),
		ON_A_SERVER(a_job_that_the_service_spoiled_gets_a_successor_with_a_new_id),
		ON_A_SERVER(a_stop_cancels_the_job_too),
		ON_A_SERVER(a_stop_between_two_questions_cancels_the_job_too),
		ON_A_SERVER(a_stop_before_anything_is_sent_asks_for_no_cancel),
		ON_A_SERVER(a_stop_while_it_is_sent_cancels_what_may_be_there),
		ON_A_SERVER(a_refused_token_is_renewed_once),
		ON_A_SERVER(a_quota_project_without_the_right_is_left_out),
		ON_A_SERVER(read_only_asks_by_queries_alone_and_refuses_writes),
		ON_A_SERVER(what_the_service_would_refuse_for_its_size_is_not_sent),
		ON_A_SERVER(a_request_may_be_as_long_as_the_limit),
		ON_A_SERVER(an_estimate_is_a_dry_run),
		ON_A_SERVER(an_emulator_that_fails_with_200_is_heard),
		ON_A_SERVER(tables_are_listed_over_all_pages_and_sorted),
		ON_A_SERVER(a_table_is_looked_at),
		ON_A_SERVER(a_small_load_is_one_multipart_request),
		ON_A_SERVER(a_long_job_is_looked_at_less_and_less_often),
		ON_A_SERVER(a_load_tells_which_row_was_bad),
		ON_A_SERVER(a_lost_answer_to_a_load_is_recovered),
		ON_A_SERVER(a_big_load_goes_on_where_it_broke),
		ON_A_SERVER(an_upload_to_another_host_is_not_sent),
		cmocka_unit_test(names_that_could_break_a_statement_are_refused),
	};
	return RUN(tests);
}

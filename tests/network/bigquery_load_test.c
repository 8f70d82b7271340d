/* The BigQuery client: loads, in one request or in pieces. */
#include "tests/network/support/client_place.h"
#include "tests/network/support/no_time.h"
#include "tests/test.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_A_SERVER(a_small_load_is_one_multipart_request),
		ON_A_SERVER(a_long_job_is_looked_at_less_and_less_often),
		ON_A_SERVER(a_load_tells_which_row_was_bad),
		ON_A_SERVER(a_lost_answer_to_a_load_is_recovered),
		ON_A_SERVER(a_big_load_goes_on_where_it_broke),
		ON_A_SERVER(an_upload_to_another_host_is_not_sent),
	};
	return RUN(tests);
}

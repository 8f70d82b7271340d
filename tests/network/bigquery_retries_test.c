/* The BigQuery client: what passes is waited out, and nothing is done twice for it. */
#include "tests/network/support/client_place.h"
#include "tests/network/support/no_time.h"
#include "tests/test.h"

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
	client_expect_rows(place, "7,-;");
	json_t *first = client_sent(place, "POST /jobs", 0);
	json_t *second = client_sent(place, "POST /jobs", 1);
	assert_true(json_equal(first, second)); /* the same id above all */
	json_decref(first);
	json_decref(second);
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
	client_expect_rows(place, "7,-;");
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
	client_expect_trouble(place, TROUBLE_SERVER, "inside (internalError, status 500)");
	assert_int_equal(fake_count(place->fake, ""), ARRAY_COUNT(steps));
	/* One fewer, and it goes on. */
	const struct fake_step enough[] = {broken, broken, broken, INSERTED, COMPLETE, ONE_ROW};
	FAKE_SCRIPT(place->fake, enough);
	client_expect_rows(place, "7,-;");
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
	client_expect_rows(place, "7,-;");
	client_expect_trouble(place, TROUBLE_SERVER, "inside");
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
	client_expect_rows(place, "7,-;");
	json_t *first = client_sent(place, "POST /jobs", 0);
	json_t *second = client_sent(place, "POST /jobs", 1);
	assert_string_not_equal(client_member(json_object_get(first, "jobReference"), "jobId"),
		client_member(json_object_get(second, "jobReference"), "jobId"));
	json_decref(first);
	json_decref(second);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_A_SERVER(a_lost_answer_to_an_insert_is_recovered_and_never_repeated),
		ON_A_SERVER(passing_refusals_are_waited_out),
		ON_A_SERVER(an_internal_error_is_asked_again_a_few_times_only),
		ON_A_SERVER(internal_errors_while_waiting_end_it_unless_it_answers),
		ON_A_SERVER(a_job_that_the_service_spoiled_gets_a_successor_with_a_new_id),
	};
	return RUN(tests);
}

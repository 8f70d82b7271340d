/* The BigQuery client: a stop, at whatever moment, leaves no job behind. */
#include "tests/network/support/client_place.h"
#include "tests/network/support/no_time.h"
#include "tests/test.h"

#include "base/cancel.h"

#include <pthread.h>

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
	client_expect_trouble(place, TROUBLE_STOPPED, "stopped");
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
	client_expect_trouble(place, TROUBLE_STOPPED, "stopped");
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
	client_expect_trouble(place, TROUBLE_STOPPED, "stopped");
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
	struct bigquery_settings settings = client_settings(place);
	policy.sleep_ms = stop_instead_of_sleeping;
	settings.policy = &policy;
	to_raise = place->cancel;
	client_open(place, &settings);
	const struct fake_step steps[] = {INSERTED, {"GET /queries/", {.fault = FAKE_RESETS}},
		{"GET /jobs/job_of_server", {.body = "{\"status\":{\"state\":\"RUNNING\"}}"}},
		{"POST /jobs/job_of_server/cancel?location=EU", {.body = "{}"}}};
	FAKE_SCRIPT(place->fake, steps);
	client_expect_trouble(place, TROUBLE_STOPPED, "stopped");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_A_SERVER(a_stop_cancels_the_job_too),
		ON_A_SERVER(a_stop_between_two_questions_cancels_the_job_too),
		ON_A_SERVER(a_stop_before_anything_is_sent_asks_for_no_cancel),
		ON_A_SERVER(a_stop_while_it_is_sent_cancels_what_may_be_there),
	};
	return RUN(tests);
}

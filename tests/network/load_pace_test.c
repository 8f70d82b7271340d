/* Loads of one table keep below what the service takes within ten seconds. */
#include "tests/network/support/fake_server.h"
#include "tests/network/support/no_time.h"
#include "tests/test.h"

#include "base/cancel.h"
#include "warehouse/bigquery.h"
#include "warehouse/write_pace.h"

struct place {
	struct fake *fake;
	struct cancel *cancel;
	struct write_pace pace;
	struct retry policy;
	struct bigquery *bigquery;
};

static void answer(const struct fake_request *request, struct fake_answer *given, void *context)
{
	(void)context;
	*given = (struct fake_answer){
		.body = strcmp(request->method, "GET") == 0
				? "{\"status\":{\"state\":\"DONE\"}}"
				: "{\"jobReference\":{\"projectId\":\"p\",\"jobId\":\"job_1\"}}"};
}

static void open_client(struct place *place, struct write_pace *pace)
{
	struct error err;
	const struct bigquery_settings settings = {.project = "p",
		.endpoint = fake_url(place->fake),
		.cancel = place->cancel,
		.policy = &place->policy,
		.pace = pace,
		.is_emulator = true};
	bigquery_free(place->bigquery);
	assert_true(bigquery_new(&settings, &place->bigquery, &err));
}

static int set_up(void **state)
{
	struct place *place = memory_new(sizeof(*place));
	struct error err;
	assert_true(cancel_new(&place->cancel, &err));
	place->fake = fake_start();
	place->pace = (struct write_pace)WRITE_PACE_NEW;
	place->policy = no_time;
	fake_handle(place->fake, answer, NULL);
	no_time_reset();
	open_client(place, &place->pace);
	*state = place;
	return 0;
}

static int tear_down(void **state)
{
	struct place *place = *state;
	bigquery_free(place->bigquery);
	fake_finish(place->fake);
	cancel_free(place->cancel);
	free(place);
	return 0;
}

static bool load(struct place *place, const char *table, struct error *err)
{
	const struct bigquery_load request = {
		.name = "l", .dataset = "d", .table = table, .rows = "{}\n", .rows_bytes = 3};
	struct bigquery_loaded loaded;
	return bigquery_load_rows(place->bigquery, &request, &loaded, err);
}

static void load_often(struct place *place, const char *table, int count)
{
	struct error err;
	for (int i = 0; i < count; i++)
		if (!load(place, table, &err))
			fail_msg("%s", err.text);
}

static void a_table_is_loaded_four_times_within_ten_seconds(void **state)
{
	struct place *place = *state;
	load_often(place, "t", 4);
	assert_int_equal(no_time_wait_count(), 0);
	load_often(place, "t", 1);
	assert_int_equal(no_time_wait_count(), 1);
	assert_int_equal(no_time_wait_ms(0), WRITE_PACE_WINDOW_MS);
	load_often(place, "other", 4);
	assert_int_equal(no_time_wait_count(), 1);
}

/* Whichever the partitions: the limit is the table's. */
static void a_partitioned_table_is_loaded_forty_times(void **state)
{
	struct place *place = *state;
	load_often(place, "t$20211116", 20);
	load_often(place, "t$20211117", 20);
	assert_int_equal(no_time_wait_count(), 0);
	load_often(place, "t$20211118", 1);
	assert_int_equal(no_time_wait_count(), 1);
}

/* Workers have a client each. */
static void another_client_of_the_process_is_counted_too(void **state)
{
	struct place *place = *state;
	load_often(place, "t", 3);
	open_client(place, &place->pace);
	load_often(place, "t", 2);
	assert_int_equal(no_time_wait_count(), 1);
}

static void an_emulator_has_no_such_limit(void **state)
{
	struct place *place = *state;
	open_client(place, NULL);
	load_often(place, "t", 20);
	assert_int_equal(no_time_wait_count(), 0);
}

static void stop_instead_of_sleeping(struct cancel *cancel, int ms)
{
	assert_true(ms > 0);
	cancel_raise(cancel, CANCEL_NOW);
}

static void a_stop_ends_the_wait_and_nothing_is_sent(void **state)
{
	struct place *place = *state;
	struct error err;
	load_often(place, "t", 4);
	size_t sent = fake_count(place->fake, "");
	place->policy.sleep_ms = stop_instead_of_sleeping;
	assert_false(load(place, "t", &err));
	assert_int_equal(err.kind, ERROR_CANCELLED);
	assert_int_equal(bigquery_last_failure(place->bigquery)->trouble, TROUBLE_STOPPED);
	assert_int_equal(fake_count(place->fake, ""), sent);
}

int main(void)
{
#define ON_A_SERVER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		ON_A_SERVER(a_table_is_loaded_four_times_within_ten_seconds),
		ON_A_SERVER(a_partitioned_table_is_loaded_forty_times),
		ON_A_SERVER(another_client_of_the_process_is_counted_too),
		ON_A_SERVER(an_emulator_has_no_such_limit),
		ON_A_SERVER(a_stop_ends_the_wait_and_nothing_is_sent),
	};
	return RUN(tests);
}

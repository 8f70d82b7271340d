/*
 * Statements that change a table wait for each other: two run, twenty wait, and one more is
 * refused. It waits here then, under a new id each time, and is never taken for one that is wrong.
 */
#include "tests/network/support/fake_bigquery.h"
#include "tests/network/support/no_time.h"
#include "tests/support/filled_rows.h"
#include "tests/test.h"

#include "core/warehouse/bigquery_backend.h"
#include "native/processor.h"

#define DAY	 date_of(2021, 11, 16)
#define DAYS	 3
#define ROWS	 3
#define TABLE	 "upcoming_team_game_context"
#define MS	 INT64_C(1637100000000)
#define JOBS_MAX 200
#define FULL                                                                              \
	"Resources exceeded during query execution: Too many DML statements outstanding " \
	"against table p:d.t, limit is 20."
#define CONFLICT  "Could not serialize access to table p:d.t due to concurrent update"
#define REFUSED_S "{\"error\":{\"code\":400,\"message\":\"%s\",\"errors\":[{\"reason\":\"%s\"}]}}"

/* Refuses so many jobs, then takes one. */
struct service {
	struct fake *fake;
	struct bigquery *client;
	const char *reason, *message;
	int refusals;
	bool at_insert; /* refused there, else when their answer is asked for */
	char ids[JOBS_MAX][BIGQUERY_JOB_ID_BYTES];
	int inserted;
	char body[1000];
	struct error err;
};

static void note_id(struct service *service, const struct fake_request *request)
{
	const char *id = strstr(buffer_text((struct buffer *)&request->body), "\"jobId\":\"");
	assert_non_null(id);
	assert_true(service->inserted < JOBS_MAX);
	sscanf(id + 9, "%159[^\"]", service->ids[service->inserted++]);
}

static void refuse(struct service *service, struct fake_answer *answer)
{
	answer->status = 400;
	snprintf(
		service->body, sizeof(service->body), REFUSED_S, service->message, service->reason);
}

static void serve(const struct fake_request *request, struct fake_answer *answer, void *context)
{
	struct service *service = context;
	bool is_insert = strcmp(request->method, "POST") == 0;
	if (is_insert)
		note_id(service, request);
	bool is_refused = service->inserted <= service->refusals;
	bool is_look = strstr(request->path, "/jobs/") != NULL;
	answer->body = service->body;
	if (is_refused && !is_look && is_insert == service->at_insert)
		refuse(service, answer);
	else if (is_insert)
		snprintf(service->body, sizeof(service->body), "{}");
	else if (is_refused && is_look)
		snprintf(service->body, sizeof(service->body),
			"{\"status\":{\"state\":\"DONE\",\"errorResult\":{\"reason\":\"%s\","
			"\"message\":\"%s\"}}}",
			service->reason, service->message);
	else
		snprintf(service->body, sizeof(service->body),
			"{\"jobComplete\":true,\"totalRows\":\"0\",\"numDmlAffectedRows\":\"1\"}");
}

static void open_service(struct service *service, const char *reason, const char *message)
{
	service->reason = reason;
	service->message = message;
	service->fake = fake_start();
	fake_handle(service->fake, serve, service);
	const struct bigquery_settings settings = {.project = "p",
		.endpoint = fake_url(service->fake),
		.policy = &no_time,
		.is_emulator = true};
	no_time_reset();
	if (!bigquery_new(&settings, &service->client, &service->err))
		fail_msg("%s", service->err.text);
}

static void close_service(struct service *service)
{
	bigquery_free(service->client);
	fake_finish(service->fake);
}

static bool change(struct service *service)
{
	const struct bigquery_query query = {
		.name = "change", .sql = "DELETE FROM `p.d.t` WHERE TRUE"};
	struct bigquery_result result;
	return bigquery_execute(service->client, &query, &result, &service->err);
}

static void expect_changed(struct service *service, int jobs)
{
	if (!change(service))
		fail_msg("%s", service->err.text);
	assert_int_equal(service->inserted, jobs);
	assert_int_equal(no_time_wait_count(), jobs - 1);
}

static void the_one_too_many_waits_under_a_new_id_each_time(void **state)
{
	static struct service service = {.refusals = 8};
	(void)state;
	open_service(&service, "resourcesExceeded", FULL);
	expect_changed(&service, 9); /* more often than a job that fails may */
	for (int i = 1; i < service.inserted; i++)
		assert_string_not_equal(service.ids[i], service.ids[i - 1]);
	assert_int_equal(no_time_wait_ms(0), 1000);
	assert_int_equal(no_time_wait_ms(7), 32000);
	close_service(&service);
}

/* It is no job yet: the same one is sent again. */
static void one_that_is_refused_as_it_comes_waits_too(void **state)
{
	static struct service service = {.refusals = 4, .at_insert = true};
	(void)state;
	open_service(&service, "resourcesExceeded", FULL);
	expect_changed(&service, 5);
	for (int i = 1; i < service.inserted; i++)
		assert_string_equal(service.ids[i], service.ids[0]);
	close_service(&service);
}

static void a_queue_that_stays_full_is_told_after_ten_minutes(void **state)
{
	static struct service service = {.refusals = JOBS_MAX};
	(void)state;
	open_service(&service, "resourcesExceeded", FULL);
	int64_t start_ms = no_time_now_ms();
	assert_false(change(&service));
	assert_non_null(strstr(service.err.text, "Too many DML statements outstanding"));
	int64_t waited_ms = no_time_now_ms() - start_ms;
	assert_true(waited_ms > 540000 && waited_ms <= 600000);
	assert_true(service.inserted > BIGQUERY_JOB_ATTEMPTS_MAX);
	close_service(&service);
}

/* What really is too large stays so. */
static void other_exceeded_resources_are_not_asked_for_again(void **state)
{
	static struct service service = {.refusals = JOBS_MAX};
	(void)state;
	open_service(&service, "resourcesExceeded",
		"Resources exceeded during query execution: The query could not be executed in "
		"the allotted memory");
	assert_false(change(&service));
	assert_int_equal(service.inserted, 1);
	assert_int_equal(bigquery_last_failure(service.client)->trouble, TROUBLE_BIG);
	close_service(&service);
}

/* Of two that meet one is aborted, and has changed nothing. */
static void one_that_was_aborted_for_another_is_begun_anew(void **state)
{
	static struct service service = {.refusals = 2};
	(void)state;
	open_service(&service, "invalidQuery", CONFLICT);
	expect_changed(&service, 3);
	close_service(&service);
	static struct service again = {.refusals = JOBS_MAX};
	open_service(&again, "invalidQuery", CONFLICT);
	assert_false(change(&again));
	assert_int_equal(again.inserted, BIGQUERY_JOB_ATTEMPTS_MAX);
	close_service(&again);
}

/* MERGE mode */

struct place {
	struct fake_bigquery *service;
	struct fake *server;
	struct warehouse *warehouse;
	const struct table_layout *layout;
	int waits_until_room;
	struct error err;
};

static struct place *waiting_place; /* of the sleep below, which is told nothing */

/* Others' statements end while somebody sleeps. */
static void sleep_until_there_is_room(struct cancel *cancel, int ms)
{
	no_time.sleep_ms(cancel, ms);
	if (--waiting_place->waits_until_room == 0)
		fake_bigquery_number(waiting_place->service, "DROP TRIGGER full");
}

static void use_test_clock(struct place *place, const struct retry *policy)
{
	struct bigquery_connection *connection = connection_of(place->warehouse);
	const struct bigquery_settings settings = {.project = "p",
		.endpoint = fake_url(place->server),
		.policy = policy,
		.is_emulator = true};
	bigquery_free(connection->client);
	connection->client = NULL;
	if (!bigquery_new(&settings, &connection->client, &place->err))
		fail_msg("%s", place->err.text);
}

static int set_up(void **state)
{
	struct place *place = memory_new(sizeof(*place));
	place->service = fake_bigquery_publish();
	place->server = fake_bigquery_server(place->service);
	place->layout = processor_find(TABLE)->layout;
	if (!warehouse_open(
		    "bigquery:p?writes=dml", WAREHOUSE_WRITE, &place->warehouse, &place->err) ||
		!warehouse_prepare(place->warehouse, &place->layout, 1, &place->err))
		fail_msg("%s", place->err.text);
	waiting_place = place;
	no_time_reset();
	*state = place;
	return 0;
}

static int tear_down(void **state)
{
	struct place *place = *state;
	warehouse_close(place->warehouse);
	fake_bigquery_withdraw(place->service);
	free(place);
	return 0;
}

static void write_days(struct place *place, int flavour)
{
	static const struct failure failures[] = {{"x", "INSUFFICIENT_DATA", "few", true}};
	struct rows rows[DAYS];
	struct day_write writes[DAYS];
	struct receipt receipts[DAYS];
	bool unchanged[DAYS];
	size_t written;
	for (int i = 0; i < DAYS; i++) {
		rows_init(&rows[i], place->layout);
		filled_rows_add(&rows[i], DAY + i, ROWS, flavour);
		writes[i] = (struct day_write){.layout = place->layout,
			.date = DAY + i,
			.run = "r",
			.rows = &rows[i],
			.failures = failures,
			.failure_count = 1,
			.now_ms = MS + flavour};
	}
	if (!warehouse_replace_days(
		    place->warehouse, writes, DAYS, receipts, unchanged, &written, &place->err))
		fail_msg("%s", place->err.text);
	assert_int_equal(written, DAYS);
	for (int i = 0; i < DAYS; i++)
		rows_release(&rows[i]);
}

static bool changes_a_table(const char *body)
{
	return strstr(body, "\"query\":\"MERGE ") != NULL ||
	       strstr(body, "\"query\":\"DELETE ") != NULL;
}

/* One connection never has two under way: each is seen to end before the next is sent. */
static void a_writer_takes_one_place_in_the_queue(void **state)
{
	struct place *place = *state;
	write_days(place, 0);
	write_days(place, 1);
	size_t count = fake_count(place->server, ""), changes = 0;
	char open[BIGQUERY_JOB_ID_BYTES] = "";
	for (size_t i = 0; i < count; i++) {
		const char *body = fake_body(place->server, "", i);
		if (open[0] != '\0' && strstr(fake_path(place->server, "", i), open) != NULL)
			open[0] = '\0';
		if (!changes_a_table(body))
			continue;
		if (open[0] != '\0')
			fail_msg("%s is under way, and another is sent: %s", open, body);
		sscanf(strstr(body, "\"jobId\":\"") + 9, "%159[^\"]", open);
		changes++;
	}
	assert_int_equal(changes, 2 * DAYS + 2 * DAYS); /* MERGEs, and failures replaced */
	assert_string_equal(open, "");
}

static void a_merge_that_finds_the_queue_full_waits_and_replaces_the_date(void **state)
{
	struct place *place = *state;
	struct retry policy = no_time;
	policy.sleep_ms = sleep_until_there_is_room;
	write_days(place, 0);
	use_test_clock(place, &policy);
	place->waits_until_room = 5;
	fake_bigquery_number(place->service,
		"CREATE TEMP TRIGGER full BEFORE INSERT ON `p.nba_analytics." TABLE "`"
		" BEGIN SELECT RAISE(ABORT, '" FULL "'); END");
	write_days(place, 1);
	assert_true(place->waits_until_room <= 0);
	assert_int_equal(fake_bigquery_number(place->service,
				 "SELECT count(*) FROM `p.nba_analytics." TABLE "`"),
		DAYS * ROWS);
	assert_int_equal(
		fake_bigquery_number(place->service,
			"SELECT count(*) FROM `p.backcourt_ops.receipts` WHERE `hash` <> ''"),
		2 * DAYS);
	use_test_clock(place, &no_time); /* the other one ends with this function */
}

int main(void)
{
#define AT_A_PLACE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_one_too_many_waits_under_a_new_id_each_time),
		cmocka_unit_test(one_that_is_refused_as_it_comes_waits_too),
		cmocka_unit_test(a_queue_that_stays_full_is_told_after_ten_minutes),
		cmocka_unit_test(other_exceeded_resources_are_not_asked_for_again),
		cmocka_unit_test(one_that_was_aborted_for_another_is_begun_anew),
		AT_A_PLACE(a_writer_takes_one_place_in_the_queue),
		AT_A_PLACE(a_merge_that_finds_the_queue_full_waits_and_replaces_the_date),
	};
	return RUN(tests);
}

/*
 * A stop ends what runs there, too: whatever request it comes into, the job that we have begun is
 * cancelled under its id and at its place, and nothing of it is written afterwards.
 */
#include "tests/network/support/fake_bigquery.h"
#include "tests/network/support/no_time.h"
#include "tests/network/support/stop_soon.h"
#include "tests/support/filled_rows.h"
#include "tests/test.h"

#include "base/cancel.h"
#include "native/processor.h"
#include "warehouse/bigquery.h"
#include "warehouse/warehouse.h"

#define DAY	  date_of(2021, 11, 16)
#define DAYS	  6
#define BIG_BYTES ((size_t)10 * 1024 * 1024)
#define TABLE	  "upcoming_team_game_context"
#define REFERENCE "\"jobReference\":{\"jobId\":\"job_of_server\",\"location\":\"EU\"}"
#define INSERTED                          \
	{                                 \
		.body = "{" REFERENCE "}" \
	}
#define CANCELLED                                                   \
	{                                                           \
		.body = "{\"kind\":\"bigquery#jobCancelResponse\"}" \
	}

/* Loads (or asks, without rows) while a stop comes at that request; told is what it ended with. */
static void stop_at(const char *request, const struct fake_step *steps, size_t step_count,
	size_t row_bytes, struct error *told)
{
	struct fake *fake = fake_start();
	struct bigquery *client;
	struct stop_soon stop;
	char *rows = memory_new(row_bytes + 1);
	memset(rows, '\n', row_bytes);
	fake_script(fake, steps, step_count);
	stop_soon_begin(&stop, fake, request, 1);
	const struct bigquery_settings settings = {.project = "p",
		.endpoint = fake_url(fake),
		.cancel = stop.cancel,
		.policy = &no_time,
		.is_emulator = true};
	const struct bigquery_load load = {.name = "t",
		.dataset = "d",
		.table = "t$20211116",
		.rows = rows,
		.rows_bytes = row_bytes};
	const struct bigquery_query query = {.name = "q", .sql = "SELECT 1", .rows_max = 1};
	struct bigquery_loaded loaded;
	struct bigquery_result result;
	*told = (struct error){0};
	no_time_reset();
	assert_true(bigquery_new(&settings, &client, told));
	assert_false(row_bytes > 0 ? bigquery_load_rows(client, &load, &loaded, told)
				   : bigquery_select(client, &query, NULL, NULL, &result, told));
	assert_int_equal(told->kind, ERROR_CANCELLED);
	assert_int_equal(bigquery_last_failure(client)->trouble, TROUBLE_STOPPED);
	bigquery_free(client);
	stop_soon_end(&stop);
	free(rows);
	fake_finish(fake);
}

#define STOP_AT(request, steps, bytes) stop_at(request, steps, ARRAY_COUNT(steps), bytes, &err)

static void a_load_that_is_waited_for_is_cancelled_at_its_place(void **state)
{
	struct error err;
	(void)state;
	const struct fake_step steps[] = {{"POST /upload/", INSERTED},
		{"GET /jobs/job_of_server?location=EU", {.fault = FAKE_SILENT}},
		{"POST /jobs/job_of_server/cancel?location=EU", CANCELLED}};
	STOP_AT("GET /jobs/", steps, 3);
	assert_non_null(strstr(err.text, "the job job_of_server was cancelled"));
}

/* Nobody knows whether it has arrived: it is cancelled under the id that we gave it. */
static void a_job_whose_insert_was_not_answered_is_cancelled_by_our_id(void **state)
{
	struct error err;
	(void)state;
	const struct fake_step query[] = {{"POST /projects/p/jobs", {.fault = FAKE_SILENT}},
		{"POST /jobs/backcourt_q_", CANCELLED}};
	STOP_AT("POST /projects/p/jobs", query, 0);
	const struct fake_step load[] = {
		{"POST /upload/", {.fault = FAKE_SILENT}}, {"POST /jobs/backcourt_t_", CANCELLED}};
	STOP_AT("POST /upload/", load, 3);
}

static void an_upload_in_pieces_is_cancelled_too(void **state)
{
	struct error err;
	(void)state;
	const struct fake_step steps[] = {
		{"POST /upload/", {.fault = FAKE_SILENT}}, {"POST /jobs/backcourt_t_", CANCELLED}};
	STOP_AT("POST /upload/", steps, BIG_BYTES);
}

struct days {
	struct rows rows[DAYS];
	struct day_write writes[DAYS];
	struct receipt receipts[DAYS];
	bool unchanged[DAYS];
	size_t written;
};

static void fill(struct days *days, const struct table_layout *layout)
{
	for (int i = 0; i < DAYS; i++) {
		rows_init(&days->rows[i], layout);
		filled_rows_add(&days->rows[i], DAY + i, 3, 0);
		days->writes[i] = (struct day_write){.layout = layout,
			.date = DAY + i,
			.run = "r",
			.rows = &days->rows[i],
			.now_ms = INT64_C(1637100000000)};
	}
}

static void all_loads_that_are_under_way_are_cancelled_and_nothing_is_written(void **state)
{
	(void)state;
	static struct days days;
	struct fake_bigquery *service = fake_bigquery_publish();
	struct fake *server = fake_bigquery_server(service);
	const struct table_layout *layout = processor_find(TABLE)->layout;
	struct warehouse *warehouse;
	struct stop_soon stop;
	struct error err;
	if (!warehouse_open("bigquery:p?writes=load", WAREHOUSE_WRITE, &warehouse, &err) ||
		!warehouse_prepare(warehouse, &layout, 1, &err))
		fail_msg("%s", err.text);
	fill(&days, layout);
	fake_bigquery_limit(service, &(struct fake_limits){.looks_of_load = 1000000});
	stop_soon_begin(&stop, server, "GET /jobs/", 1);
	warehouse_set_cancel(warehouse, stop.cancel);
	assert_false(warehouse_replace_days(
		warehouse, days.writes, DAYS, days.receipts, days.unchanged, &days.written, &err));
	assert_int_equal(err.kind, ERROR_CANCELLED);
	assert_int_equal(days.written, 0);
	size_t uploads = fake_count(server, "POST /upload/");
	assert_true(uploads > 1 && uploads < DAYS);
	/* That of a statement may come besides. */
	assert_true(fake_count(server, "/cancel") >= uploads);
	assert_int_equal(fake_bigquery_traffic(service).now, 0);
	assert_int_equal(
		fake_bigquery_number(service, "SELECT count(*) FROM `p.nba_analytics." TABLE "`"),
		0);
	warehouse_set_cancel(warehouse, NULL);
	stop_soon_end(&stop);
	fake_bigquery_limit(service, &(struct fake_limits){0});
	if (!warehouse_replace_days(warehouse, days.writes, DAYS, days.receipts, days.unchanged,
		    &days.written, &err))
		fail_msg("%s", err.text);
	assert_int_equal(days.written, DAYS);
	for (int i = 0; i < DAYS; i++)
		rows_release(&days.rows[i]);
	warehouse_close(warehouse);
	fake_bigquery_withdraw(service);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_load_that_is_waited_for_is_cancelled_at_its_place),
		cmocka_unit_test(a_job_whose_insert_was_not_answered_is_cancelled_by_our_id),
		cmocka_unit_test(an_upload_in_pieces_is_cancelled_too),
		cmocka_unit_test(all_loads_that_are_under_way_are_cancelled_and_nothing_is_written),
	};
	return RUN(tests);
}

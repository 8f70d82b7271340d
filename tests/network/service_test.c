/*
 * The client against a BigQuery with its rules: quotas by the clock, the least that is billed,
 * partitions that expire, the streaming buffer, uploads in pieces, rows of another date.
 */
#include "tests/network/support/fake_bigquery.h"
#include "tests/network/support/no_time.h"
#include "tests/support/filled_rows.h"
#include "tests/test.h"

#include "native/processor.h"
#include "warehouse/bigquery.h"
#include "warehouse/http.h"
#include "warehouse/warehouse.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>

/*
 * Every group of faults that a client of BigQuery meets, and the tests that show what becomes of it
 * (the first test here looks for each name in the sources of tests/network).
 */
static const struct {
	const char *group;
	const char *file;
	const char *tests[6];
} groups[] = {
	{"1 waiting, pages, empty answers, cells of every kind", "bigquery_paging_test.c",
		{"waiting_and_pages_end_with_every_row", "an_empty_answer_has_no_rows_and_is_fine",
			"fewer_rows_than_promised_are_a_failure"}},
	{"2 logins", "token_test.c",
		{"a_wrong_clock_is_measured_and_signed_around",
			"a_user_is_asked_to_log_in_again_when_the_grant_is_over",
			"a_token_is_renewed_before_its_end_and_bridges_an_outage",
			"token_answers_are_read_with_care"}},
	{"2 logins: a 401, once and twice", "bigquery_login_test.c",
		{"a_refused_token_is_renewed_once"}},
	{"3 refusals", "bigquery_errors_test.c",
		{"refusals_are_told_apart_and_not_repeated",
			"a_query_over_its_limit_is_asked_exactly_once",
			"garbled_answers_are_a_failure"}},
	{"3 outages", "bigquery_retries_test.c", {"passing_refusals_are_waited_out"}},
	{"3 broken connections and bodies", "http_test.c",
		{"every_length_has_its_limit", "a_connection_that_breaks_may_be_tried_again",
			"a_connection_without_a_byte_is_given_up",
			"plain_http_and_broken_tls_are_refused",
			"an_outage_ends_after_ten_minutes_with_the_last_answer"}},
	{"4 jobs: lost", "bigquery_retries_test.c",
		{"a_lost_answer_to_an_insert_is_recovered_and_never_repeated"}},
	{"4 jobs: cancelled", "bigquery_cancel_test.c", {"a_stop_cancels_the_job_too"}},
	{"4 jobs: loads, lost and failed", "bigquery_load_test.c",
		{"a_load_tells_which_row_was_bad", "a_lost_answer_to_a_load_is_recovered"}},
	{"5 loads: partitions, parts, pieces", "service_test.c",
		{"rows_of_another_date_are_refused_by_the_service",
			"rows_that_expire_at_once_are_missed",
			"a_big_load_goes_in_pieces_that_fit_together",
			"what_is_no_upload_is_refused"}},
	{"5 loads: a session that breaks or is lost", "bigquery_load_test.c",
		{"a_big_load_goes_on_where_it_broke", "an_upload_to_another_host_is_not_sent"}},
	{"6 tables: drift, expiration, the streaming buffer", "bigquery_write_test.c",
		{"nothing_is_written_into_a_table_that_would_lose_or_spoil_it"}},
	{"6 tables: a DELETE beside a stream, a stale etag", "service_test.c",
		{"a_delete_beside_a_stream_is_refused", "a_change_of_what_has_changed_is_refused"}},
	{"7 quotas", "service_test.c",
		{"a_quota_of_the_day_stops_at_once", "writes_that_come_too_fast_wait"}},
	{"8 bytes: estimates and the least that is billed", "service_test.c",
		{"a_query_is_billed_ten_mebibytes_a_table"}},
	{"8 bytes: the estimate before, the budget of a day", "terms_test.c",
		{"a_count_says_what_it_costs_before_it_is_paid",
			"what_is_over_the_budget_is_not_sent"}},
	{"9 ways of emulators", "bigquery_errors_test.c",
		{"an_emulator_that_fails_with_200_is_heard"}},
	{"9 ways of emulators: load answers, seconds for times", "emulator_test.c",
		{"the_warehouse_works_on_goccy", "the_warehouse_works_on_bqemulator"}},
	{"10 Google's bq as a referee", "service_test.c",
		{"google_s_own_bq_takes_the_fake_for_the_service"}},
};

extern char **environ;

static const struct column columns[] = {
	{"day", COLUMN_DATE, COLUMN_KEY},
	{"name", COLUMN_TEXT, COLUMN_KEY},
	{"points", COLUMN_INTEGER, 0},
};
static const struct table_layout layout = {
	"d", "t", "day", columns, ARRAY_COUNT(columns), HASH_NONE};

struct place {
	struct fake_bigquery *service;
	struct fake *server;
	struct bigquery *client;
	struct error err;
};

static int set_up(void **state)
{
	struct place *place = memory_new(sizeof(*place));
	no_time_set(INT64_C(1637200000000)); /* 2021-11-18 */
	no_time_reset();
	place->service = fake_bigquery_start();
	place->server = fake_bigquery_server(place->service);
	fake_bigquery_set_clock(place->service, no_time_now_ms);
	const struct bigquery_settings settings = {.project = "p",
		.endpoint = fake_url(place->server),
		.policy = &no_time,
		.is_emulator = true};
	if (!bigquery_new(&settings, &place->client, &place->err) ||
		!bigquery_make_dataset(place->client, "d", &place->err) ||
		!bigquery_make_table(place->client, "d", "t", &layout, 0, &place->err))
		fail_msg("%s", place->err.text);
	*state = place;
	return 0;
}

static int tear_down(void **state)
{
	struct place *place = *state;
	bigquery_free(place->client);
	fake_bigquery_finish(place->service);
	free(place);
	return 0;
}

#define ROW(day, name) "{\"day\":\"" day "\",\"name\":\"" name "\",\"points\":7}\n"

static bool load(struct place *place, const char *table, const char *rows)
{
	const struct bigquery_load wish = {.name = "t",
		.dataset = "d",
		.table = table,
		.rows = rows,
		.rows_bytes = strlen(rows),
		.disposition = LOAD_REPLACES};
	struct bigquery_loaded loaded;
	return bigquery_load_rows(place->client, &wish, &loaded, &place->err);
}

static void expect_loaded(struct place *place, const char *table, const char *rows)
{
	if (!load(place, table, rows))
		fail_msg("%s", place->err.text);
}

static void expect_trouble(
	const struct place *place, enum bigquery_trouble trouble, const char *words)
{
	assert_int_equal(bigquery_last_failure(place->client)->trouble, trouble);
	if (strstr(place->err.text, words) == NULL)
		fail_msg("\"%s\" is not in: %s", words, place->err.text);
}

static bool is_a_test(const char *file, const char *name)
{
	char path[200], *text = memory_new(1 << 18), wanted[200];
	snprintf(path, sizeof(path), "tests/network/%s", file);
	FILE *source = fopen(path, "r");
	assert_non_null(source);
	size_t length = fread(text, 1, (1 << 18) - 1, source);
	fclose(source);
	text[length] = '\0';
	snprintf(wanted, sizeof(wanted), "%s)", name); /* in the list that main() runs */
	bool is_there = strstr(text, wanted) != NULL;
	free(text);
	return is_there;
}

static void every_group_of_faults_has_its_tests(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(groups); i++)
		for (size_t k = 0; groups[i].tests[k] != NULL; k++)
			if (!is_a_test(groups[i].file, groups[i].tests[k]))
				fail_msg("%s: %s has no test %s", groups[i].group, groups[i].file,
					groups[i].tests[k]);
}

static void a_quota_of_the_day_stops_at_once(void **state)
{
	struct place *place = *state;
	fake_bigquery_limit(place->service, &(const struct fake_limits){.loads_per_day = 2});
	expect_loaded(place, "t$20211116", ROW("2021-11-16", "a"));
	expect_loaded(place, "t$20211117", ROW("2021-11-17", "a"));
	assert_false(load(place, "t$20211118", ROW("2021-11-18", "a")));
	expect_trouble(place, TROUBLE_QUOTA, "it is not tried again today");
	assert_int_equal(fake_count(place->server, "POST /upload/"), 3);
	no_time_set(no_time_now_ms() + 86400000); /* tomorrow */
	expect_loaded(place, "t$20211118", ROW("2021-11-18", "a"));
}

static void writes_that_come_too_fast_wait(void **state)
{
	struct place *place = *state;
	fake_bigquery_limit(
		place->service, &(const struct fake_limits){.writes_per_ten_seconds = 2});
	int64_t start_ms = no_time_now_ms();
	for (int i = 0; i < 5; i++)
		expect_loaded(place, "t$20211116", ROW("2021-11-16", "a"));
	assert_true(no_time_now_ms() - start_ms >= 20000);
	assert_true(fake_count(place->server, "POST /upload/") > 5);
	assert_int_equal(fake_bigquery_number(place->service, "SELECT count(*) FROM `p.d.t`"), 1);
}

static void rows_of_another_date_are_refused_by_the_service(void **state)
{
	struct place *place = *state;
	expect_loaded(place, "t$20211116", ROW("2021-11-16", "a"));
	assert_false(load(place, "t$20211116", ROW("2021-11-16", "a") ROW("2021-11-17", "b")));
	expect_trouble(place, TROUBLE_INVALID,
		"Some rows belong to different partitions rather than destination partition "
		"20211116");
	assert_int_equal(fake_bigquery_number(place->service, "SELECT count(*) FROM `p.d.t`"), 1);
	assert_false(
		load(place, "t$20211116", "{\"day\":\"2021-11-16\",\"name\":\"a\",\"x\":1}\n"));
	expect_trouble(place, TROUBLE_INVALID, "No such field: x");
}

/* The service has gone on to a day on which the partition is too old; only counting tells. */
static void rows_that_expire_at_once_are_missed(void **state)
{
	struct place *place = *state;
	struct warehouse *warehouse;
	struct receipt receipt;
	struct rows rows;
	bool unchanged;
	const struct table_layout *own = processor_find("upcoming_team_game_context")->layout;
	date_t day = date_of(2021, 11, 16);
	setenv("BIGQUERY_EMULATOR_HOST", fake_url(place->server), 1);
	assert_true(
		warehouse_open("bigquery:p?writes=load", WAREHOUSE_WRITE, &warehouse, &place->err));
	assert_true(warehouse_prepare(warehouse, &own, 1, &place->err));
	fake_bigquery_change(place->service, "nba_analytics.upcoming_team_game_context",
		"{\"timePartitioning\":{\"type\":\"DAY\",\"field\":\"game_date\",\"expirationMs\":"
		"\"86400000\"}}");
	rows_init(&rows, own);
	filled_rows_add(&rows, day, 2, 0);
	const struct day_write write = {.layout = own,
		.date = day,
		.run = "r",
		.rows = &rows,
		.now_ms = INT64_C(1637020800000)};
	no_time_set(INT64_C(1637200000000));
	assert_false(warehouse_replace_day(warehouse, &write, &receipt, &unchanged, &place->err));
	assert_non_null(strstr(place->err.text, "2 rows were written, and 0 are there"));
	assert_int_equal(fake_bigquery_number(place->service,
				 "SELECT count(*) FROM `p.backcourt_ops.receipts`"
				 " WHERE `hash` <> ''"),
		0); /* it was announced, no more */
	rows_release(&rows);
	warehouse_close(warehouse);
	unsetenv("BIGQUERY_EMULATOR_HOST");
}

static void a_delete_beside_a_stream_is_refused(void **state)
{
	struct place *place = *state;
	struct bigquery_result result;
	const struct bigquery_query query = {
		.name = "delete", .sql = "DELETE FROM `p.d.t` WHERE `day` = '2021-11-16'"};
	expect_loaded(place, "t$20211116", ROW("2021-11-16", "a"));
	fake_bigquery_change(
		place->service, "d.t", "{\"streamingBuffer\":{\"estimatedRows\":\"3\"}}");
	assert_false(bigquery_execute(place->client, &query, &result, &place->err));
	expect_trouble(place, TROUBLE_STREAMING, "wait until the buffer is empty");
	assert_int_equal(fake_bigquery_number(place->service, "SELECT count(*) FROM `p.d.t`"), 1);
	fake_bigquery_change(place->service, "d.t", "{\"streamingBuffer\":null}");
	assert_true(bigquery_execute(place->client, &query, &result, &place->err));
	assert_int_equal(result.affected_rows, 1);
}

static void a_query_is_billed_ten_mebibytes_a_table(void **state)
{
	struct place *place = *state;
	struct bigquery_result result;
	int64_t bytes;
	struct bigquery_query query = {.name = "count",
		.sql = "SELECT COUNT(*) AS n FROM `p.d.t`",
		.billed_bytes_max = BIGQUERY_BILLED_MIN - 1,
		.rows_max = 10};
	expect_loaded(place, "t$20211116", ROW("2021-11-16", "a"));
	assert_true(bigquery_estimate(place->client, &query, &bytes, &place->err));
	assert_int_equal(bytes, 8);
	size_t asked = fake_count(place->server, "");
	assert_false(bigquery_select(place->client, &query, NULL, NULL, &result, &place->err));
	expect_trouble(place, TROUBLE_EXPENSIVE, "10485760 or higher required");
	assert_int_equal(fake_count(place->server, ""), asked + 1);
	query.billed_bytes_max = BIGQUERY_BILLED_MIN;
	assert_true(bigquery_select(place->client, &query, NULL, NULL, &result, &place->err));
	assert_int_equal(result.bytes_billed, BIGQUERY_BILLED_MIN);
}

static void a_big_load_goes_in_pieces_that_fit_together(void **state)
{
	struct place *place = *state;
	struct buffer rows = {0};
	int64_t count = 0;
	for (; rows.length < 20000000; count++)
		buffer_add_format(&rows, ROW("2021-11-16", "player %lld"), (long long)count);
	expect_loaded(place, "t$20211116", buffer_text(&rows));
	assert_int_equal(
		fake_bigquery_number(place->service, "SELECT count(*) FROM `p.d.t`"), count);
	assert_int_equal(fake_count(place->server, "PUT /upload/session"), 3);
	assert_non_null(strstr(
		fake_headers(place->server, "PUT", 1), "Content-Range: bytes 8388608-16777215/"));
	buffer_release(&rows);
}

static long send_raw(struct place *place, enum http_method method, const char *path,
	const char *header, const char *body)
{
	char url[200];
	struct http *http;
	struct http_reply reply = {0};
	const struct http_settings settings = {.policy = &no_time};
	const char *headers[] = {header};
	snprintf(url, sizeof(url), "%s%s", fake_url(place->server), path);
	const struct http_request request = {.method = method,
		.url = url,
		.content_type = strchr(header, '/') != NULL && header[0] == 'm'
					? header
					: "application/json",
		.body = body,
		.body_bytes = strlen(body),
		.headers = headers,
		.header_count = header[0] == 'm' ? 0 : 1,
		.reply_bytes_max = 65536,
		.is_plain_allowed = true};
	assert_true(http_new(&settings, &http, &place->err));
	if (http_send(http, &request, &reply, &place->err) != HTTP_ANSWERED)
		fail_msg("%s", place->err.text);
	long status = reply.status;
	http_reply_release(&reply);
	http_free(http);
	return status;
}

/* The fake is a fair referee only if it refuses what the service would. */
static void what_is_no_upload_is_refused(void **state)
{
	struct place *place = *state;
	static const char upload[] = "/upload/bigquery/v2/projects/p/jobs?uploadType=";
	char path[120];
	snprintf(path, sizeof(path), "%smultipart", upload);
	assert_int_equal(send_raw(place, HTTP_POST, path, "multipart/related; boundary=X",
				 "--X\r\n\r\n{}\r\n--X--\r\n"),
		400);
	assert_int_equal(send_raw(place, HTTP_POST, path, "multipart/related; boundary=X",
				 "--X\r\n\r\n{}\r\n--X\r\n\r\n{}\r\n--X\r\n\r\n{}\r\n--X--\r\n"),
		400);
	assert_int_equal(send_raw(place, HTTP_PUT, "/upload/session?id=1",
				 "Content-Range: bytes 0-1/2", "{}"),
		404);
	snprintf(path, sizeof(path), "%sresumable", upload);
	assert_int_equal(send_raw(place, HTTP_POST, path, "X-Upload-Content-Length: 9", "{}"), 200);
	assert_int_equal(send_raw(place, HTTP_PUT, "/upload/session?id=1",
				 "Content-Range: bytes 4-5/9", "{}"),
		400);
	assert_int_equal(send_raw(place, HTTP_PUT, "/upload/session?id=1",
				 "Content-Range: bytes 0-1/9", "{}"),
		308);
}

/* Who changes a table says which state of it he has seen. */
static void a_change_of_what_has_changed_is_refused(void **state)
{
	struct place *place = *state;
	static const char path[] = "/bigquery/v2/projects/p/datasets/d/tables/t";
	char header[80];
	const char *etag = json_string_value(
		json_object_get(fake_bigquery_table(place->service, "d.t"), "etag"));
	snprintf(header, sizeof(header), "If-Match: %s", etag);
	assert_int_equal(send_raw(place, HTTP_PATCH, path, header, "{\"description\":\"a\"}"), 200);
	assert_int_equal(send_raw(place, HTTP_PATCH, path, header, "{\"description\":\"b\"}"), 412);
	assert_string_equal(json_string_value(json_object_get(
				    fake_bigquery_table(place->service, "d.t"), "description")),
		"a");
	assert_int_equal(bigquery_trouble_of(412, "conditionNotMet", "changed"), TROUBLE_STALE);
}

/* Runs bq; returns what it said. NULL: there is none. */
static char *run_bq(const struct place *place, const char *folder, const char *const *arguments)
{
	char api[100], *argv[24] = {(char *)"bq"};
	size_t count = 1;
	int ends[2], status;
	pid_t pid;
	posix_spawn_file_actions_t actions;
	struct buffer said = {0};
	snprintf(api, sizeof(api), "--api=%s", fake_url(place->server));
	argv[count++] = api;
	argv[count++] = (char *)"--project_id=p";
	for (size_t i = 0; arguments[i] != NULL; i++)
		argv[count++] = (char *)arguments[i];
	char *token = memory_format("%s/token", folder);
	FILE *file = fopen(token, "w");
	assert_non_null(file);
	fputs("dummy\n", file);
	fclose(file);
	setenv("CLOUDSDK_CONFIG", folder, 1);
	setenv("CLOUDSDK_AUTH_ACCESS_TOKEN_FILE", token, 1);
	setenv("CLOUDSDK_CORE_DISABLE_PROMPTS", "1", 1);
	setenv("CLOUDSDK_CORE_DISABLE_USAGE_REPORTING", "true", 1);
	setenv("CLOUDSDK_COMPONENT_MANAGER_DISABLE_UPDATE_CHECK", "true", 1);
	assert_int_equal(pipe(ends), 0);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
	posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);
	posix_spawn_file_actions_addclose(&actions, ends[0]);
	int failed = posix_spawnp(&pid, "bq", &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	close(ends[1]);
	char bytes[4096];
	for (ssize_t got; failed == 0 && (got = read(ends[0], bytes, sizeof(bytes))) > 0;)
		buffer_add(&said, bytes, (size_t)got);
	close(ends[0]);
	free(token);
	if (failed != 0)
		return NULL;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	buffer_add_format(&said, "\nstatus %d\n", WIFEXITED(status) ? WEXITSTATUS(status) : -1);
	char *text = memory_copy_text(buffer_text(&said));
	buffer_release(&said);
	return text;
}

static void expect_bq(const struct place *place, const char *folder, const char *words,
	const char *const *arguments)
{
	char *said = run_bq(place, folder, arguments);
	assert_non_null(said);
	size_t length = strlen(said); /* what matters stands at the end of a long trace */
	if (length > 800)
		memmove(said, said + length - 800, 801);
	if (strstr(said, words) == NULL || strstr(said, "status 0") == NULL)
		fail_msg("bq %s: \"%s\" is not in: %s", arguments[0], words, said);
	free(said);
}

#define BQ(words, ...) expect_bq(place, folder, words, (const char *const[]){__VA_ARGS__, NULL})

static void google_s_own_bq_takes_the_fake_for_the_service(void **state)
{
	struct place *place = *state;
	char *folder = test_folder();
	char *said = run_bq(place, folder, (const char *const[]){"version", NULL});
	if (said == NULL || strstr(said, "status 0") == NULL) {
		print_message("# skipped: Google's bq is not on this machine\n");
		free(said);
		free(folder);
		skip();
	}
	free(said);
	char *path = memory_format("%s/rows.json", folder);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	fputs(ROW("2021-11-16", "a") ROW("2021-11-16", "b"), file);
	fclose(file);
	BQ("", "load", "--replace", "--source_format=NEWLINE_DELIMITED_JSON", "p:d.t$20211116",
		path);
	assert_int_equal(fake_bigquery_number(place->service, "SELECT count(*) FROM `p.d.t`"), 2);
	BQ("| 2 |", "query", "--use_legacy_sql=false", "SELECT COUNT(*) AS n FROM `p.d.t`");
	BQ("16 bytes", "query", "--use_legacy_sql=false", "--dry_run", "SELECT name FROM `p.d.t`");
	BQ("points: int64", "show", "p:d.t");
	BQ("TABLE", "ls", "p:d");
	free(path);
	free(folder);
}

int main(void)
{
#define AT_A_PLACE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_group_of_faults_has_its_tests),
		AT_A_PLACE(a_quota_of_the_day_stops_at_once),
		AT_A_PLACE(writes_that_come_too_fast_wait),
		AT_A_PLACE(rows_of_another_date_are_refused_by_the_service),
		AT_A_PLACE(rows_that_expire_at_once_are_missed),
		AT_A_PLACE(a_delete_beside_a_stream_is_refused),
		AT_A_PLACE(a_query_is_billed_ten_mebibytes_a_table),
		AT_A_PLACE(a_big_load_goes_in_pieces_that_fit_together),
		AT_A_PLACE(what_is_no_upload_is_refused),
		AT_A_PLACE(a_change_of_what_has_changed_is_refused),
		AT_A_PLACE(google_s_own_bq_takes_the_fake_for_the_service),
	};
	return RUN(tests);
}

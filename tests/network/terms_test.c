/* The terms on which BigQuery is asked: for looking alone, and within a day's budget. */
#include "tests/network/support/remote_place.h"
#include "tests/support/filled_rows.h"
#include "tests/test.h"

#include "base/path.h"
#include "native/processor.h"
#include "warehouse/budget.h"
#include "warehouse/raw_tables.h"

#define DAY	    date_of(2021, 11, 16)
#define RANGE	    "2021-11-16..2021-11-17"
#define SPEC	    "bigquery:p?writes=load"
#define AT	    "--warehouse", SPEC, "--range", RANGE
#define RUN_IT(...) PROGRAM_RUN(place->home, __VA_ARGS__)

static void write_game(struct warehouse *warehouse, date_t date, const char *id)
{
	struct rows rows;
	struct receipt receipt;
	struct error err;
	bool unchanged;
	rows_init(&rows, raw_table_layout(RAW_GAMES));
	filled_rows_add(&rows, date, 1, 0);
	rows_set_text(&rows, table_column(rows.layout, "game_id"), id);
	const struct day_write write = {
		.layout = rows.layout, .date = date, .run = "r", .rows = &rows, .now_ms = 1};
	if (!warehouse_replace_day(warehouse, &write, &receipt, &unchanged, &err))
		fail_msg("%s", err.text);
	rows_release(&rows);
}

/* A schedule and all tables, empty but for the games. */
static void fill(void)
{
	struct warehouse *warehouse;
	struct error err;
	if (!warehouse_open(SPEC, WAREHOUSE_WRITE, &warehouse, &err) ||
		!processors_prepare(warehouse, &err))
		fail_msg("%s", err.text);
	for (int i = 0; i < 2; i++)
		write_game(warehouse, DAY + i, i == 0 ? "0022100001" : "0022100002");
	warehouse_close(warehouse);
}

static int set_up(void **state)
{
	place_set_up(state);
	fill();
	return 0;
}

static void read_only_looks_by_queries_and_sends_no_write(void **state)
{
	struct place *place = *state;
	size_t jobs = fake_count(place->server, "POST /jobs");
	size_t changes =
		fake_count(place->server, "POST /datasets") + fake_count(place->server, "DELETE");
	place_expect(place, RUN_IT("coverage", AT, "--read-only"), 1);
	place_expect(place, RUN_IT("status", AT, "--read-only", "--verify"), 1);
	assert_true(fake_count(place->server, "POST /queries") >= 5);
	assert_int_equal(fake_count(place->server, "POST /jobs"), jobs);
	assert_int_equal(
		fake_count(place->server, "POST /datasets") + fake_count(place->server, "DELETE"),
		changes);
	size_t all = fake_count(place->server, "");
	place_expect(place, RUN_IT("run", AT, "--read-only"), 3);
	place_expect(place, RUN_IT("push", "--raw", AT, "--read-only"), 3);
	assert_int_equal(fake_count(place->server, ""), all);
}

/* Whatever is asked of a warehouse for looking alone, no request that writes leaves the machine. */
static void no_call_of_a_read_only_warehouse_can_write(void **state)
{
	struct place *place = *state;
	struct warehouse *warehouse;
	struct error err;
	const struct table_layout *games = raw_table_layout(RAW_GAMES);
	const struct table_layout *absent[] = {&(const struct table_layout){
		"nba_raw", "absent", NULL, games->columns, games->column_count, HASH_NONE}};
	char *spec = warehouse_read_only_spec(SPEC);
	char *plain = warehouse_read_only_spec("/a/path?.db");
	assert_string_equal(spec, SPEC "&read_only=1");
	assert_string_equal(plain, "/a/path?.db");
	assert_false(warehouse_open(spec, WAREHOUSE_WRITE, &warehouse, &err));
	assert_true(warehouse_open(spec, WAREHOUSE_READ, &warehouse, &err));
	size_t posts = fake_count(place->server, "POST /jobs") +
		       fake_count(place->server, "POST /upload/") +
		       fake_count(place->server, "POST /datasets");
	struct rows rows;
	struct receipt receipt = {.table = "games", .date = DAY};
	struct attempt_row attempt = {DAY, "x", 1, true, 5};
	bool unchanged;
	int64_t reset;
	rows_init(&rows, games);
	filled_rows_add(&rows, DAY, 2, 1);
	struct day_write write = {
		.layout = games, .date = DAY, .run = "r", .rows = &rows, .now_ms = 1};
	assert_false(warehouse_replace_day(warehouse, &write, &receipt, &unchanged, &err));
	assert_non_null(strstr(err.text, "read-only"));
	rows_clear(&rows); /* an empty date is a DELETE */
	assert_false(warehouse_replace_day(warehouse, &write, &receipt, &unchanged, &err));
	assert_false(warehouse_store_receipts(warehouse, &receipt, 1, &err));
	assert_false(warehouse_load_begin(warehouse, games, &err));
	assert_false(warehouse_add_attempt(warehouse, "games", &attempt, 1, NULL, 1, &err));
	assert_true(warehouse_reset_breaker(
			    warehouse, "games", (struct date_range){DAY, DAY}, 1, &reset, &err) ||
		    strstr(err.text, "read-only") != NULL);
	assert_false(warehouse_prepare(warehouse, absent, 1, &err));
	assert_int_equal(fake_count(place->server, "POST /jobs") +
				 fake_count(place->server, "POST /upload/") +
				 fake_count(place->server, "POST /datasets"),
		posts);
	rows_release(&rows);
	warehouse_close(warehouse);
	free(spec);
	free(plain);
}

/* The metadata server is told which scopes a token is for. */
static void the_token_is_asked_for_the_read_only_scope(void **state)
{
	(void)state;
	static const struct {
		const char *spec;
		const char *scope;
	} cases[] = {{"bigquery:p", "auth%2Fbigquery"},
		{"bigquery:p?read_only=1", "auth%2Fcloud-platform.read-only"}};
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct warehouse *warehouse;
		struct receipts receipts;
		struct error err;
		struct fake *fake = fake_start();
		char host[64], *folder = test_folder();
		static const struct fake_step steps[] = {
			{"GET /", {.headers = "Metadata-Flavor: Google\r\n"}},
			{"GET /computeMetadata/",
				{.headers = "Metadata-Flavor: Google\r\n",
					.body = "{\"access_token\":\"t\",\"expires_in\":3599,"
						"\"token_type\":\"Bearer\"}"}}};
		snprintf(host, sizeof(host), "127.0.0.1:%d", fake_port(fake));
		setenv("GCE_METADATA_HOST", host, 1);
		setenv("GCE_METADATA_TIMEOUT", "60", 1); /* a second is not much */
		setenv("CLOUDSDK_CONFIG", folder, 1);
		unsetenv("BIGQUERY_EMULATOR_HOST");
		unsetenv("GOOGLE_APPLICATION_CREDENTIALS");
		/* Plain http to BigQuery is refused on this side: only the token is asked for. */
		setenv("CLOUDSDK_API_ENDPOINT_OVERRIDES_BIGQUERY", "http://127.0.0.1:1/", 1);
		FAKE_SCRIPT(fake, steps);
		if (!warehouse_open(cases[i].spec, WAREHOUSE_READ, &warehouse, &err))
			fail_msg("%s", err.text);
		assert_false(warehouse_receipts(
			warehouse, (struct date_range){DAY, DAY}, &receipts, &err));
		if (strstr(fake_path(fake, "GET /computeMetadata/", 0), cases[i].scope) == NULL)
			fail_msg("%s is not in %s", cases[i].scope,
				fake_path(fake, "GET /computeMetadata/", 0));
		warehouse_close(warehouse);
		fake_finish(fake);
		unsetenv("GCE_METADATA_HOST");
		unsetenv("GCE_METADATA_TIMEOUT");
		unsetenv("CLOUDSDK_CONFIG");
		unsetenv("CLOUDSDK_API_ENDPOINT_OVERRIDES_BIGQUERY");
		free(folder);
	}
}

static void a_count_says_what_it_costs_before_it_is_paid(void **state)
{
	struct place *place = *state;
	size_t dry = fake_count(place->server, "POST /queries");
	place_expect(place, RUN_IT("status", AT, "--verify", "--budget", "1024"), 1);
	/* Ten tables at 10 MiB; the schedule (30, twice) and the receipts (10) were asked before.
	 */
	place_expect_words(place,
		"counting 10 tables in BigQuery reads 100.0 MiB; today 70.0 MiB of 1.0 GiB are "
		"used");
	assert_int_equal(fake_count(place->server, "POST /queries"), dry + 1);
	assert_non_null(strstr(fake_body(place->server, "POST /queries", dry), "\"dryRun\":true"));
	/* Without --verify nothing is counted, and nothing is estimated. */
	place_expect(place, RUN_IT("status", AT, "--budget", "1024"), 1);
	assert_int_equal(fake_count(place->server, "POST /queries"), dry + 1);
}

static void what_is_over_the_budget_is_not_sent(void **state)
{
	struct place *place = *state;
	place_expect(place, RUN_IT("status", AT, "--verify", "--budget", "150"), 4);
	place_expect_words(place, "this costs at least 100 MiB, and 80 of 150 MiB are left today");
	place_expect_words(place, "--budget MIB raises it");
	/* Another console of the same state folder: what was spent is spent, and the service itself
	 * refuses what is dearer than the rest. */
	place_expect(place, RUN_IT("status", AT, "--budget", "90"), 4);
	place_expect_words(place, "the daily budget of BigQuery has no more than 20 MiB left");
	place_expect(place, RUN_IT("status", AT, "--budget", "200"), 1);
	size_t asked = fake_count(place->server, "POST /jobs");
	place_expect(place, RUN_IT("status", AT, "--budget", "150"), 4);
	place_expect_words(place, "the daily budget of BigQuery is spent");
	assert_int_equal(fake_count(place->server, "POST /jobs"), asked);
	/* One of its own has its own. */
	place_expect(place, RUN_IT("status", AT, "--budget", "90", "--state", place->home), 1);
}

int main(void)
{
#define AT_A_PLACE(test) cmocka_unit_test_setup_teardown(test, set_up, place_tear_down)
	const struct CMUnitTest tests[] = {
		AT_A_PLACE(read_only_looks_by_queries_and_sends_no_write),
		AT_A_PLACE(no_call_of_a_read_only_warehouse_can_write),
		AT_A_PLACE(the_token_is_asked_for_the_read_only_scope),
		AT_A_PLACE(a_count_says_what_it_costs_before_it_is_paid),
		AT_A_PLACE(what_is_over_the_budget_is_not_sent),
	};
	return RUN(tests);
}

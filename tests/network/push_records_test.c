/* push and pull: failures and the circuit breaker's attempts go with the tables. */
#include "tests/network/support/push_place.h"
#include "tests/support/filled_rows.h"
#include "tests/test.h"

#include "base/path.h"
#include "native/processor.h"
#include "warehouse/bigquery.h"

#define FAILURES "`p.backcourt_ops.failures`"
#define ATTEMPTS "`p.backcourt_ops.attempts`"
#define TRIES	 3
#define LOCKED	 INT64_C(3) /* entities: one a date */
#define FAILED	 INT64_C(6)
#define AT_MS	 INT64_C(4102444800000) /* later than any push of this test */
#define SPAN	 ((struct date_range){DAY, DAY + DATES - 1})

static struct warehouse *open_at(const char *spec, enum warehouse_mode mode)
{
	struct warehouse *warehouse;
	struct error err;
	if (!warehouse_open(spec, mode, &warehouse, &err))
		fail_msg("%s", err.text);
	return warehouse;
}

static void fail_date(struct warehouse *warehouse, date_t date, int count, int flavour)
{
	static const struct failure all[] = {
		{"a\"b", "INSUFFICIENT_DATA", "few 'games'", true}, {"c", "X", NULL, false}};
	struct rows rows;
	struct receipt receipt;
	struct error err;
	bool unchanged;
	rows_init(&rows, push_layout(FACTORS));
	filled_rows_add(&rows, date, 6, flavour);
	const struct day_write write = {.layout = rows.layout,
		.date = date,
		.run = flavour == 0 ? "failed" : "later",
		.rows = &rows,
		.failures = all,
		.failure_count = (size_t)count,
		.now_ms = AT_MS + flavour};
	if (!warehouse_replace_day(warehouse, &write, &receipt, &unchanged, &err))
		fail_msg("%s", err.text);
	rows_release(&rows);
}

static void try_once(struct warehouse *warehouse, date_t date, int64_t number, int64_t at_ms)
{
	struct attempt_row attempt = {.date = date, .entity = "le bron", .attempts = number};
	struct error err;
	attempt.tripped = number >= TRIES;
	attempt.until_ms = attempt.tripped ? at_ms + 1000 : 0;
	if (!warehouse_add_attempt(warehouse, FACTORS, &attempt, 50.5, NULL, at_ms, &err))
		fail_msg("%s", err.text);
}

/* Every date failed, twice, and one entity is locked out on each. */
static void fail_here(const struct place *place)
{
	struct warehouse *warehouse = open_at(place->path, WAREHOUSE_WRITE);
	for (int i = 0; i < DATES; i++) {
		fail_date(warehouse, DAY + i, 2, 0);
		for (int number = 1; number <= TRIES; number++)
			try_once(warehouse, DAY + i, number, AT_MS + number);
	}
	warehouse_close(warehouse);
}

static void reset_at(const char *spec, int64_t at_ms, int64_t wanted)
{
	struct warehouse *warehouse = open_at(spec, WAREHOUSE_WRITE);
	struct error err;
	int64_t count;
	assert_true(warehouse_reset_breaker(warehouse, FACTORS, SPAN, at_ms, &count, &err));
	assert_int_equal(count, wanted);
	warehouse_close(warehouse);
}

/* What health and why ask: failed entities, and those that are locked out at the time. */
static void expect_known_at(const char *spec, int64_t failed, int64_t locked)
{
	struct warehouse *warehouse = open_at(spec, WAREHOUSE_READ);
	struct failure_counts failures;
	struct lock_counts locks;
	struct error err;
	int64_t failed_there = 0, locked_there = 0;
	assert_true(warehouse_count_failures(warehouse, SPAN, &failures, &err));
	assert_true(warehouse_count_locks(warehouse, SPAN, TRIES, AT_MS + TRIES, &locks, &err));
	for (size_t i = 0; i < failures.count; i++)
		failed_there += failures.items[i].entities;
	for (size_t i = 0; i < locks.count; i++)
		locked_there += locks.items[i].locked;
	assert_int_equal(failed_there, failed);
	assert_int_equal(locked_there, locked);
	free(failures.items);
	free(locks.items);
	warehouse_close(warehouse);
}

static void push_tables(struct place *place)
{
	place_expect(place, PUSH(FACTORS, CONTEXT, "--range", RANGE, "--create"), 0);
}

static void expect_nothing_to_send(struct place *place)
{
	place_expect(place, PUSH(FACTORS, CONTEXT, "--range", RANGE, "--dry-run"), 0);
	place_expect(place, PULL(FACTORS, CONTEXT, "--range", RANGE, "--dry-run"), 0);
}

static void expect_once_there(struct place *place)
{
	push_expect_number(place, "SELECT count(*) FROM " FAILURES, FAILED);
	push_expect_number(place, "SELECT count(*) FROM " ATTEMPTS, TRIES * LOCKED);
	expect_known_at("bigquery:p", FAILED, DATES);
}

static void what_went_wrong_is_known_there_after_a_push(void **state)
{
	struct place *place = *state;
	fail_here(place);
	place_expect(place,
		PUSH(FACTORS, CONTEXT, "--range", RANGE, "--create", "--dry-run", "--json"), 1);
	place_expect_words(place, "\"failures\": 6");
	place_expect_words(place, "\"failure_dates\": 3");
	place_expect_words(place, "\"attempts\": 9");
	assert_null(fake_bigquery_table(place->service, "backcourt_ops.failures"));
	push_tables(place);
	place_expect_words(place, FACTORS " 6 failure records\n");
	place_expect_words(place, FACTORS " 9 breaker attempts\n");
	place_expect_words(
		place, "sent with them: 6 failure records of 3 dates, 9 breaker attempts");
	expect_once_there(place);
	push_expect_number(place,
		"SELECT count(*) FROM " FAILURES
		" WHERE failure_reason = 'few ''games''' AND can_retry AND created_ms = "
		"4102444800000",
		DATES);
	push_expect_number(place,
		"SELECT count(*) FROM " ATTEMPTS " WHERE tripped AND until_ms = 4102444801003",
		DATES);
	expect_nothing_to_send(place);
}

/* How many statements, estimates included, a push of the range needs when all is there. */
static size_t statements_of(struct place *place, const char *range)
{
	size_t before = fake_count(place->server, "POST"),
	       writes = fake_count(place->server, "PUT");
	place_expect(place, PUSH(FACTORS, CONTEXT, "--range", range), 0);
	assert_int_equal(fake_count(place->server, "PUT"), writes);
	return fake_count(place->server, "POST") - before;
}

static void a_push_of_what_is_there_asks_as_much_for_one_date_as_for_three(void **state)
{
	struct place *place = *state;
	fail_here(place);
	push_tables(place);
	size_t uploads = fake_count(place->server, "POST /upload/");
	size_t one = statements_of(place, "2021-11-16..2021-11-16");
	assert_int_equal(statements_of(place, RANGE), one);
	assert_int_equal(fake_count(place->server, "POST /upload/"), uploads);
	/* Receipts, counts, failures, attempts; each was estimated, the counts once more. */
	assert_int_equal(one, 9);
}

/* Their rows are there; what failed goes by one staging table and one statement for all dates. */
static void what_is_sent_takes_a_statement_of_each_kind_for_all_dates(void **state)
{
	struct place *place = *state;
	push_tables(place);
	fail_here(place);
	size_t merges = fake_count(place->server, "POST"), uploads = 0;
	place_expect(place, PUSH(FACTORS, "--range", RANGE), 0);
	for (size_t i = merges; i < fake_count(place->server, "POST"); i++) {
		const char *body = fake_body(place->server, "POST", i);
		uploads += strstr(body, "\"tableId\":\"backcourt_staging_") != NULL &&
			   strstr(body, "writeDisposition") != NULL;
		assert_null(strstr(body, "DELETE FROM `p.backcourt_ops.failures`"));
	}
	assert_int_equal(uploads, 2);
	expect_once_there(place);
	push_expect_number(place, "SELECT count(*) FROM " FAILURES " WHERE run_id = 'failed'", 6);
}

static void a_reset_there_stands_and_a_pull_brings_it(void **state)
{
	struct place *place = *state;
	fail_here(place);
	push_tables(place);
	reset_at("bigquery:p", AT_MS + 10, DATES);
	push_tables(place);
	expect_known_at("bigquery:p", FAILED, 0);
	expect_known_at(place->path, FAILED, DATES);
	place_expect(place, PULL(FACTORS, "--range", RANGE), 0);
	place_expect_words(place, FACTORS " 3 breaker attempts\n");
	expect_known_at(place->path, FAILED, 0);
	expect_nothing_to_send(place);
	/* Later than the reset it trips again here: then that is the newest there too. */
	struct warehouse *warehouse = open_at(place->path, WAREHOUSE_WRITE);
	try_once(warehouse, DAY, 5, AT_MS + 20);
	warehouse_close(warehouse);
	push_tables(place);
	expect_known_at("bigquery:p", FAILED, 1);
	expect_nothing_to_send(place);
}

static void a_later_run_there_has_the_last_word(void **state)
{
	struct place *place = *state;
	fail_here(place);
	push_tables(place);
	struct warehouse *warehouse = open_at("bigquery:p?writes=load", WAREHOUSE_WRITE);
	fail_date(warehouse, DAY, 1, 1);
	warehouse_close(warehouse);
	place_expect(place, PULL(FACTORS, "--range", RANGE), 0);
	place_expect_words(place, "1 failure records of 1 dates");
	expect_known_at(place->path, FAILED - 1, DATES);
	expect_nothing_to_send(place);
}

static void drop_there(const struct place *place, const char *name)
{
	struct bigquery *client;
	struct error err;
	const struct bigquery_settings settings = {
		.project = "p", .endpoint = fake_url(place->server), .is_emulator = true};
	assert_true(bigquery_new(&settings, &client, &err));
	assert_true(bigquery_drop_table(client, "backcourt_ops", name, &err));
	bigquery_free(client);
}

static void where_a_table_of_theirs_is_missing_nothing_is_sent_unless_it_is_to_be_made(void **state)
{
	struct place *place = *state;
	push_tables(place);
	drop_there(place, "failures");
	drop_there(place, "attempts");
	/* Nothing has failed yet: nobody misses them. */
	place_expect(place, PUSH(FACTORS, "--range", RANGE), 0);
	assert_null(fake_bigquery_table(place->service, "backcourt_ops.failures"));
	fail_here(place);
	place_expect(place, PUSH(FACTORS, "--range", RANGE), 4);
	place_expect_words(place, "--create makes them");
	place_expect_words(place, "backcourt_ops.failures; backcourt_ops.attempts");
	push_tables(place);
	expect_once_there(place);
	/* Who may only read has none to pull. */
	drop_there(place, "failures");
	drop_there(place, "attempts");
	place_expect(place, PULL(FACTORS, CONTEXT, "--range", RANGE), 0);
	expect_known_at(place->path, FAILED, DATES);
}

static void a_table_of_theirs_that_differs_is_never_touched(void **state)
{
	struct place *place = *state;
	fail_here(place);
	push_tables(place);
	size_t uploads = fake_count(place->server, "POST /upload/");
	fake_bigquery_change(place->service, "backcourt_ops.attempts",
		"{\"schema\":{\"fields\":[{\"name\":\"processor_name\",\"type\":\"STRING\"}]}}");
	place_expect(place, PUSH(FACTORS, "--range", RANGE), 4);
	place_expect_words(place, "attempts: it lacks the column analysis_date");
	assert_int_equal(fake_count(place->server, "POST /upload/"), uploads);
}

static void a_push_that_is_killed_anywhere_loses_and_doubles_nothing(void **state)
{
	struct place *place = *state;
	static const char *const arguments[] = {
		"push", REMOTE, FACTORS, "--range", RANGE, "--create", NULL};
	int kills = 0;
	fail_here(place);
	for (bool is_killed = true; is_killed; kills += is_killed) {
		push_place_renew_service(place);
		is_killed = push_until(place, kills, arguments);
		push_tables(place);
		expect_once_there(place);
		expect_nothing_to_send(place);
	}
	print_message("# killed at %d points\n", kills);
	assert_true(kills > 30);
}

/* The rows are new here, and so are their failures: others were there before. */
static void a_pull_that_is_killed_anywhere_loses_and_doubles_nothing(void **state)
{
	struct place *place = *state;
	char *copy = path_join(place->home, "copy.db");
	const char *const arguments[] = {
		"pull", REMOTE, FACTORS, "--range", RANGE, "--warehouse", copy, "--create", NULL};
	int kills = 0;
	fail_here(place);
	push_tables(place);
	for (bool is_killed = true; is_killed; kills += is_killed) {
		remove(copy);
		struct warehouse *warehouse = open_at(copy, WAREHOUSE_CREATE);
		struct error err;
		assert_true(processors_prepare(warehouse, &err));
		fail_date(warehouse, DAY, 1, 1);
		warehouse_close(warehouse);
		is_killed = push_until(place, kills, arguments);
		place_expect(place, program_run(place->home, arguments), 0);
		expect_known_at(copy, FAILED, DATES);
		place_expect(place, program_run(place->home, arguments), 0);
		place_expect_words(
			place, FACTORS "             3       0        0          0  0 B\n");
		assert_null(strstr(place->said, "sent with them"));
	}
	print_message("# killed at %d points\n", kills);
	assert_true(kills > 10);
	free(copy);
}

static void a_read_only_look_says_what_would_go(void **state)
{
	struct place *place = *state;
	fail_here(place);
	place_expect(place, PUSH(FACTORS, "--range", RANGE, "--read-only"), 3);
	push_tables(place);
	drop_there(place, "attempts");
	place_expect(
		place, PUSH(FACTORS, "--range", RANGE, "--create", "--dry-run", "--read-only"), 1);
	place_expect_words(place, "9 breaker attempts would go");
	place_expect_words(place, "to go with them: 0 failure records of 0 dates, 9 breaker");
	assert_null(fake_bigquery_table(place->service, "backcourt_ops.attempts"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		AT_A_PLACE(what_went_wrong_is_known_there_after_a_push),
		AT_A_PLACE(a_push_of_what_is_there_asks_as_much_for_one_date_as_for_three),
		AT_A_PLACE(what_is_sent_takes_a_statement_of_each_kind_for_all_dates),
		AT_A_PLACE(a_reset_there_stands_and_a_pull_brings_it),
		AT_A_PLACE(a_later_run_there_has_the_last_word),
		AT_A_PLACE(
			where_a_table_of_theirs_is_missing_nothing_is_sent_unless_it_is_to_be_made),
		AT_A_PLACE(a_table_of_theirs_that_differs_is_never_touched),
		AT_A_PLACE(a_push_that_is_killed_anywhere_loses_and_doubles_nothing),
		AT_A_PLACE(a_pull_that_is_killed_anywhere_loses_and_doubles_nothing),
		AT_A_PLACE(a_read_only_look_says_what_would_go),
	};
	return RUN(tests);
}

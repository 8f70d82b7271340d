/* What is billed: every query has a limit, and the budget of the day counts all of them. */
#include "tests/network/support/fake_bigquery.h"
#include "tests/support/filled_rows.h"
#include "tests/test.h"

#include "base/cancel.h"
#include "base/path.h"
#include "native/processor.h"
#include "warehouse/budget.h"
#include "warehouse/raw_tables.h"

#include <jansson.h>
#include <pthread.h>

#define DAY   date_of(2021, 11, 16)
#define TABLE "upcoming_team_game_context"
#define SPAN  ((struct date_range){DAY, DAY + 2})
#define DAILY (INT64_C(1) << 40)
#define MIB   INT64_C(1048576)

struct place {
	struct fake_bigquery *service;
	struct fake *server;
	struct warehouse *warehouse;
	const struct table_layout *layout;
	char *folder;
	struct error err;
};

static void check(bool done, const struct place *place)
{
	if (!done)
		fail_msg("%s", place->err.text);
}

static void open_place(struct place *place, const char *spec)
{
	*place = (struct place){.folder = test_folder(), .layout = processor_find(TABLE)->layout};
	char *file = path_join(place->folder, BUDGET_FILE);
	budget_set(file, DAILY);
	free(file);
	place->service = fake_bigquery_publish();
	place->server = fake_bigquery_server(place->service);
	check(warehouse_open(spec, WAREHOUSE_WRITE, &place->warehouse, &place->err), place);
}

static void close_place(struct place *place)
{
	warehouse_close(place->warehouse);
	fake_bigquery_withdraw(place->service);
	budget_set(NULL, 0);
	free(place->folder);
}

/* Everything that asks or changes something by a statement. */
static void do_everything(struct place *place)
{
	const struct table_layout *layouts[] = {place->layout, raw_table_layout(RAW_GAMES),
		raw_table_layout(RAW_PLAYER_BOX), raw_table_layout(RAW_DID_NOT_PLAY)};
	const struct count_table counted = {.layout = place->layout};
	const struct attempt_row attempt = {
		.date = DAY, .entity = "atl", .attempts = 1, .tripped = true, .until_ms = 1};
	const struct sample_request sample = {place->layout->dataset, TABLE, "game_date", DAY,
		(const char *const[]){"game_date"}, 1, 3};
	struct symbols *symbols = symbols_new();
	const struct read_request request = {
		layouts[1], (const char *const[]){"game_id"}, 1, SPAN, NULL, 0};
	struct warehouse *warehouse = place->warehouse;
	struct frame frame;
	struct receipts receipts;
	struct day_counts counts;
	struct raw_days days;
	struct failure_counts failures;
	struct row_sample rows;
	struct attempt_rows attempts;
	int64_t reset;
	check(warehouse_prepare(warehouse, layouts, ARRAY_COUNT(layouts), &place->err), place);
	filled_rows_load(warehouse, layouts[1], DAY, 3, 0);
	filled_rows_write(warehouse, place->layout, DAY, 4, 0, NULL, 0);
	filled_rows_write(warehouse, place->layout, DAY, 4, 1, NULL, 0);
	filled_rows_write(warehouse, place->layout, DAY, 0, 1, NULL, 0);
	check(warehouse_read(warehouse, &request, symbols, &frame, &place->err), place);
	check(warehouse_receipts(warehouse, SPAN, &receipts, &place->err), place);
	check(warehouse_count_days(warehouse, &counted, 1, SPAN, &counts, &place->err), place);
	day_counts_release(&counts);
	check(warehouse_overview(warehouse, &counted, 1, SPAN, &counts, &place->err), place);
	check(warehouse_raw_days(warehouse, SPAN, &days, &place->err), place);
	check(warehouse_add_attempt(warehouse, TABLE, &attempt, 50, "r", 1, &place->err), place);
	check(warehouse_read_attempts(warehouse, TABLE, SPAN, &attempts, &place->err), place);
	check(warehouse_reset_breaker(warehouse, TABLE, SPAN, 2, &reset, &place->err), place);
	check(warehouse_count_failures(warehouse, SPAN, &failures, &place->err), place);
	check(warehouse_sample_rows(warehouse, &sample, &rows, &place->err), place);
	frame_release(&frame);
	receipts_release(&receipts);
	day_counts_release(&counts);
	row_sample_release(&rows);
	free(days.items);
	free(attempts.items);
	free(failures.items);
	symbols_free(symbols);
}

/* The limit of each statement that was sent; returns how many there were. */
static int expect_limits(struct place *place)
{
	int statements = 0;
	size_t posts = fake_count(place->server, "POST /bigquery/v2/projects/p/jobs");
	for (size_t i = 0; i < posts; i++) {
		const char *body = fake_body(place->server, "POST /bigquery/v2/projects/p/jobs", i);
		json_t *tree = json_loads(body, 0, NULL);
		const json_t *query =
			json_object_get(json_object_get(tree, "configuration"), "query");
		const char *limit = json_string_value(json_object_get(query, "maximumBytesBilled"));
		int64_t bytes = 0;
		if (query != NULL &&
			(limit == NULL || !text_to_integer(limit, &bytes) || bytes <= 0))
			fail_msg("without a limit: %s", body);
		statements += query != NULL;
		json_decref(tree);
	}
	return statements;
}

/* Of the statement that was sent last. */
static int64_t newest_limit(struct place *place)
{
	static const char posts[] = "POST /bigquery/v2/projects/p/jobs";
	int64_t bytes = 0;
	json_t *tree = json_loads(
		fake_body(place->server, posts, fake_count(place->server, posts) - 1), 0, NULL);
	const json_t *query = json_object_get(json_object_get(tree, "configuration"), "query");
	const char *limit = json_string_value(json_object_get(query, "maximumBytesBilled"));
	assert_true(limit != NULL && text_to_integer(limit, &bytes));
	json_decref(tree);
	return bytes;
}

static void everything_has_a_limit_and_is_counted(const char *spec)
{
	struct place place;
	struct budget_state state;
	open_place(&place, spec);
	do_everything(&place);
	int statements = expect_limits(&place);
	print_message("# %s: %d statements\n", spec, statements);
	assert_true(statements > 20);
	/* What the service says that it has billed is what the budget has counted. */
	assert_true(budget_look(&state, &place.err));
	assert_int_equal(state.used_bytes, fake_bigquery_billed(place.service));
	assert_true(state.used_bytes > 0);
	close_place(&place);
}

static void loads_are_counted(void **state)
{
	(void)state;
	everything_has_a_limit_and_is_counted("bigquery:p?writes=load");
}

static void merges_are_counted(void **state)
{
	(void)state;
	everything_has_a_limit_and_is_counted("bigquery:p?writes=dml");
}

/* The service itself sees to it that what is under way together stays below the limit. */
static void a_statement_may_bill_what_was_reserved_for_it(void **state)
{
	struct place place;
	struct budget_hold other;
	struct receipts receipts;
	struct day_counts counts;
	char *file;
	(void)state;
	open_place(&place, "bigquery:p?writes=load");
	const struct count_table counted = {.layout = place.layout};
	check(warehouse_prepare(place.warehouse, &counted.layout, 1, &place.err), &place);
	file = path_join(place.folder, BUDGET_FILE ".2");
	budget_set(file, 100 * MIB);
	check(budget_reserve(MIB, 60 * MIB, &other, &place.err), &place);
	check(warehouse_receipts(place.warehouse, SPAN, &receipts, &place.err), &place);
	assert_int_equal(newest_limit(&place), 40 * MIB);
	/* By its estimate, and a quarter more. */
	check(warehouse_count_days(place.warehouse, &counted, 1, SPAN, &counts, &place.err),
		&place);
	assert_int_equal(newest_limit(&place), 12 * MIB + MIB / 2);
	check(budget_settle(&other, 60 * MIB, &place.err), &place);
	check(warehouse_receipts(place.warehouse, SPAN, &receipts, &place.err), &place);
	assert_int_equal(newest_limit(&place), 20 * MIB);
	receipts_release(&receipts);
	day_counts_release(&counts);
	free(file);
	close_place(&place);
}

/* Refused by the budget is not told as a table that is not there, which was the failure before. */
static void what_the_budget_refuses_is_no_empty_answer(void **state)
{
	struct place place;
	struct budget_hold other;
	struct receipts receipts;
	struct raw_days days;
	char *file;
	(void)state;
	open_place(&place, "bigquery:p?writes=load");
	check(warehouse_raw_days(place.warehouse, SPAN, &days, &place.err), &place);
	assert_int_equal(days.count, 0); /* there is no such table yet */
	file = path_join(place.folder, BUDGET_FILE ".2");
	budget_set(file, 100 * MIB);
	check(budget_reserve(MIB, 95 * MIB, &other, &place.err), &place);
	check(budget_settle(&other, 95 * MIB, &place.err), &place);
	assert_false(warehouse_receipts(place.warehouse, SPAN, &receipts, &place.err));
	assert_int_equal(place.err.kind, ERROR_LIMIT);
	free(file);
	close_place(&place);
}

static void *settle_it(void *context)
{
	struct error err;
	return budget_settle(context, MIB, &err) ? context : NULL;
}

/* Statements under way hold all of it: one more waits, and is stopped like any other. */
static void who_finds_the_budget_reserved_waits(void **state)
{
	struct place place;
	struct budget_hold other;
	struct receipts receipts;
	struct cancel *cancel;
	pthread_t thread;
	void *settled;
	(void)state;
	open_place(&place, "bigquery:p?writes=load");
	check(cancel_new(&cancel, &place.err), &place);
	check(budget_reserve(MIB, DAILY, &other, &place.err), &place);
	cancel_raise(cancel, CANCEL_NOW);
	warehouse_set_cancel(place.warehouse, cancel);
	size_t asked = fake_count(place.server, "");
	assert_false(warehouse_receipts(place.warehouse, SPAN, &receipts, &place.err));
	assert_int_equal(place.err.kind, ERROR_CANCELLED);
	assert_non_null(strstr(place.err.text, "statements under way have reserved"));
	assert_int_equal(fake_count(place.server, ""), asked);
	warehouse_set_cancel(place.warehouse, NULL);
	assert_int_equal(pthread_create(&thread, NULL, settle_it, &other), 0);
	check(warehouse_receipts(place.warehouse, SPAN, &receipts, &place.err), &place);
	pthread_join(thread, &settled);
	assert_non_null(settled);
	receipts_release(&receipts);
	cancel_free(cancel);
	close_place(&place);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(loads_are_counted),
		cmocka_unit_test(merges_are_counted),
		cmocka_unit_test(a_statement_may_bill_what_was_reserved_for_it),
		cmocka_unit_test(what_the_budget_refuses_is_no_empty_answer),
		cmocka_unit_test(who_finds_the_budget_reserved_waits),
	};
	return RUN(tests);
}

/*
 * First writes: no receipt is there yet that could be opened, so they are announced. Rows that a
 * killed writer has left are in doubt for every machine, dates that it did not reach are simply not
 * written, and whoever runs again repairs it all.
 */
#include "tests/network/support/fake_bigquery.h"
#include "tests/support/filled_rows.h"
#include "tests/support/program.h"
#include "tests/test.h"

#include "native/processor.h"
#include "warehouse/warehouse.h"

#include <jansson.h>

#define TABLE "upcoming_team_game_context"
#define DAY   date_of(2021, 10, 19)
#define RANGE "2021-10-19..2021-10-21"
#define DAYS  3
#define SPAN  ((struct date_range){DAY, DAY + DAYS - 1})
#define ROWS  3
#define LOAD  "bigquery:p?writes=load"
#define MERGE "bigquery:p?writes=dml"
#define MS    INT64_C(1637100000000)
#define MANY  40 /* more than one statement announces */

struct place {
	char *home, *third, *elsewhere; /* machines; the last one only looks */
	struct fake_bigquery *service;
	struct fake *server;
	const struct table_layout *layout;
	char hashes[DAYS][DIGEST_TEXT_BYTES]; /* of a run that nobody disturbs */
	int doubts, voids;		      /* cells that were seen so */
	struct error err;
};

static int set_up(void **state)
{
	struct place *place = memory_new(sizeof(*place));
	place->home = test_folder();
	place->third = test_folder();
	place->elsewhere = test_folder();
	place->service = fake_bigquery_publish();
	place->server = fake_bigquery_server(place->service);
	place->layout = processor_find(TABLE)->layout;
	*state = place;
	return 0;
}

static int tear_down(void **state)
{
	struct place *place = *state;
	fake_bigquery_withdraw(place->service);
	free(place->home);
	free(place->third);
	free(place->elsewhere);
	free(place);
	return 0;
}

static struct warehouse *open_it(struct place *place, const char *spec)
{
	struct warehouse *warehouse;
	if (!warehouse_open(spec, WAREHOUSE_WRITE, &warehouse, &place->err))
		fail_msg("%s", place->err.text);
	return warehouse;
}

static struct receipts read_receipts(struct place *place, struct date_range range)
{
	struct warehouse *warehouse = open_it(place, LOAD);
	struct receipts receipts;
	if (!warehouse_receipts(warehouse, range, &receipts, &place->err))
		fail_msg("%s", place->err.text);
	warehouse_close(warehouse);
	return receipts;
}

static int64_t count_rows(struct place *place, date_t date)
{
	char sql[200], text[DATE_TEXT_BYTES];
	snprintf(sql, sizeof(sql),
		"SELECT count(*) FROM `p.nba_analytics." TABLE "` WHERE game_date = '%s'",
		date_format(date, text));
	return fake_bigquery_number(place->service, sql);
}

static void forget_what_was_written(struct place *place)
{
	fake_bigquery_number(place->service, "DELETE FROM `p.nba_analytics." TABLE "`");
	fake_bigquery_number(place->service,
		"DELETE FROM `p.backcourt_ops.receipts` WHERE table_name = '" TABLE "'");
}

/* How many statements wrote receipts, announcements among them, since the request `from`. */
static size_t receipt_statements(struct place *place, size_t from)
{
	size_t posts = fake_count(place->server, "POST /jobs"), count = 0;
	for (size_t i = from; i < posts; i++)
		count += strstr(fake_body(place->server, "POST /jobs", i),
				 "INSERT INTO `p.backcourt_ops.receipts`") != NULL;
	return count;
}

/* The program on two machines */

#define DO(home, ...) free(PROGRAM_WELL(home, __VA_ARGS__))

static const char *verdict_of(const json_t *tree, date_t date)
{
	char text[DATE_TEXT_BYTES];
	size_t i;
	json_t *cell;
	date_format(date, text);
	json_array_foreach(json_object_get(tree, "cells"), i,
		cell) if (text_equal(json_string_value(json_object_get(cell, "date")),
				  text)) return json_string_value(json_object_get(cell, "verdict"));
	return NULL;
}

/* What the other machine says of each date, beside what is really there. */
static void expect_no_lie(struct place *place, const char *spec, const char *witness, int request)
{
	const char *const words[] = {
		"coverage", TABLE, "--warehouse", spec, "--range", RANGE, "--json", witness, NULL};
	char *output = program_run_well(place->elsewhere, words);
	const char *begin = strstr(output, "{\n");
	json_t *tree = begin == NULL ? NULL : json_loads(begin, JSON_DISABLE_EOF_CHECK, NULL);
	struct receipts receipts = read_receipts(place, SPAN);
	assert_non_null(tree);
	for (int i = 0; i < DAYS; i++) {
		const struct receipt *receipt = receipts_find(&receipts, TABLE, DAY + i);
		bool is_closed = receipt != NULL && !receipt->is_open;
		bool has_rows = count_rows(place, DAY + i) > 0;
		const char *wanted = is_closed ? "complete" : has_rows ? "suspect" : "ready";
		if (!text_equal(verdict_of(tree, DAY + i), wanted))
			fail_msg("killed at request %d, date %d is %s, not %s: %s", request, i,
				verdict_of(tree, DAY + i), wanted, output);
		if (is_closed)
			assert_string_equal(receipt->hash, place->hashes[i]);
		place->doubts += !is_closed && has_rows;
		place->voids += receipt != NULL && !is_closed && !has_rows;
	}
	receipts_release(&receipts);
	json_decref(tree);
	free(output);
}

static void expect_repaired(struct place *place, int request)
{
	struct receipts receipts = read_receipts(place, SPAN);
	for (int i = 0; i < DAYS; i++) {
		const struct receipt *receipt = receipts_find(&receipts, TABLE, DAY + i);
		if (receipt == NULL || strcmp(receipt->hash, place->hashes[i]) != 0)
			fail_msg("killed at request %d: date %d was not repaired", request, i);
	}
	receipts_release(&receipts);
}

static void note_hashes(struct place *place)
{
	struct receipts receipts = read_receipts(place, SPAN);
	for (int i = 0; i < DAYS; i++) {
		const struct receipt *receipt = receipts_find(&receipts, TABLE, DAY + i);
		assert_non_null(receipt);
		assert_true(receipt->hash[0] != '\0');
		text_copy(place->hashes[i], sizeof(place->hashes[i]), receipt->hash);
	}
	receipts_release(&receipts);
}

/* The first request of `from` on that announces. */
static int find_announcement(struct place *place, size_t from)
{
	size_t count = fake_count(place->server, "");
	for (size_t i = from; i < count; i++)
		if (strstr(fake_body(place->server, "", i),
			    "INSERT INTO `p.backcourt_ops.receipts`") != NULL)
			return (int)(i - from);
	fail_msg("nothing was announced");
}

static bool run_until(struct place *place, const char *const *words, int request, bool is_after)
{
	fake_bigquery_kill_at(place->service, request, is_after);
	struct program program = program_start(place->home, words);
	fake_bigquery_aim(place->service, program.pid);
	struct program_result result = program_finish(&program);
	free(result.output);
	return fake_bigquery_has_killed(place->service);
}

/* At every `step`th request from the announcement on. A load that is under way when its writer
 * dies comes to its end all the same. */
static void kill_everywhere(struct place *place, const char *spec, int step)
{
	const char *const run[] = {"run", TABLE, "--warehouse", spec, "--range", RANGE, NULL};
	int kills = 0;
	DO(place->home, "sample", "--range", "2021-10-19..2021-10-25");
	DO(place->home, "push", "--raw", "--create", "--remote", LOAD, "--range", RANGE);
	size_t from = fake_count(place->server, "");
	free(program_run_well(place->home, run));
	note_hashes(place);
	int request = find_announcement(place, from);
	fake_bigquery_limit(place->service, &(const struct fake_limits){.looks_of_load = 1});
	forget_what_was_written(place);
	while (run_until(place, run, request, kills % 2 == 1)) {
		if (kills % 4 < 2) /* seen while it is under way, and afterwards */
			expect_no_lie(place, spec, NULL, request);
		fake_bigquery_land(place->service);
		expect_no_lie(place, spec, kills % 3 == 0 ? NULL : "--verify", request);
		/* Another machine repairs it as well as the first. */
		free(program_run_well(kills % 2 == 0 ? place->third : place->home, run));
		expect_repaired(place, request);
		forget_what_was_written(place);
		request += kills++ % 2 == 1 ? step : 0;
	}
	print_message("# %s: killed %d times, %d cells in doubt, %d void\n", spec, kills,
		place->doubts, place->voids);
	assert_true(kills >= 4);
	assert_true(place->doubts > 0 && place->voids > 0);
}

static void a_first_load_that_is_killed_is_never_complete_by_a_count(void **state)
{
	kill_everywhere(*state, LOAD, 1);
}

static void nor_is_a_first_merge(void **state)
{
	kill_everywhere(*state, MERGE, 5);
}

/* One machine's calls */

static bool try_day(struct place *place, struct warehouse *warehouse, date_t date,
	const date_t *coming, size_t coming_count)
{
	struct rows rows;
	struct receipt receipt;
	bool unchanged;
	rows_init(&rows, place->layout);
	filled_rows_add(&rows, date, ROWS, 0);
	const struct day_write write = {.layout = place->layout,
		.date = date,
		.run = "r",
		.rows = &rows,
		.now_ms = MS,
		.coming = coming,
		.coming_count = coming_count};
	bool done = warehouse_replace_day(warehouse, &write, &receipt, &unchanged, &place->err);
	rows_release(&rows);
	return done;
}

static void write_day(struct place *place, struct warehouse *warehouse, date_t date,
	const date_t *coming, size_t coming_count)
{
	if (!try_day(place, warehouse, date, coming, coming_count))
		fail_msg("%s", place->err.text);
}

static struct warehouse *open_prepared(struct place *place)
{
	struct warehouse *warehouse = open_it(place, LOAD);
	if (!warehouse_prepare(warehouse, &place->layout, 1, &place->err))
		fail_msg("%s", place->err.text);
	return warehouse;
}

static size_t open_count(const struct receipts *receipts)
{
	size_t count = 0;
	for (size_t i = 0; i < receipts->count; i++)
		count += receipts->items[i].is_open;
	return count;
}

static void expect_receipts(struct place *place, size_t count, size_t open)
{
	struct receipts receipts = read_receipts(place, (struct date_range){DAY, DAY + 2 * MANY});
	assert_int_equal(receipts.count, count);
	assert_int_equal(open_count(&receipts), open);
	receipts_release(&receipts);
}

/* The dates that are coming ride in the statement of the first: two statements for forty dates. */
static void a_run_announces_many_dates_at_once(void **state)
{
	struct place *place = *state;
	struct warehouse *warehouse = open_prepared(place);
	date_t dates[MANY];
	size_t requests[MANY];
	for (int i = 0; i < MANY; i++)
		dates[i] = DAY + 2 * i;
	size_t from = fake_count(place->server, "POST /jobs");
	for (size_t i = 0; i < MANY; i++) {
		size_t before = fake_count(place->server, "");
		write_day(place, warehouse, dates[i], &dates[i + 1], MANY - 1 - i);
		requests[i] = fake_count(place->server, "") - before;
		if (i == 0)
			expect_receipts(place, DAYS_WRITTEN_MAX, DAYS_WRITTEN_MAX - 1);
	}
	print_message(
		"# %zu requests with an announcement, %zu without\n", requests[0], requests[1]);
	for (size_t i = 0; i < MANY; i++)
		assert_int_equal(
			requests[i], i % DAYS_WRITTEN_MAX == 0 ? requests[1] + 2 : requests[1]);
	assert_int_equal(receipt_statements(place, from), MANY + 2);
	expect_receipts(place, MANY, 0);
	warehouse_close(warehouse);
}

static void what_is_not_written_is_withdrawn(void **state)
{
	struct place *place = *state;
	struct warehouse *warehouse = open_prepared(place);
	const date_t coming[] = {DAY + 1, DAY + 2, DAY + 3};
	write_day(place, warehouse, DAY + 1, NULL, 0); /* it has a receipt, and keeps it */
	write_day(place, warehouse, DAY, coming, ARRAY_COUNT(coming));
	expect_receipts(place, 4, 2);
	assert_true(warehouse_withdraw(warehouse, &place->err));
	expect_receipts(place, 2, 0);
	size_t asked = fake_count(place->server, "");
	assert_true(warehouse_withdraw(warehouse, &place->err)); /* there is nothing more */
	assert_int_equal(fake_count(place->server, ""), asked);
	write_day(place, warehouse, DAY + 2, NULL, 0);
	expect_receipts(place, 3, 0);
	warehouse_close(warehouse);
}

static void what_was_refused_is_withdrawn(void **state)
{
	struct place *place = *state;
	struct warehouse *warehouse = open_prepared(place);
	const date_t coming[] = {DAY + 1};
	write_day(place, warehouse, DAY, coming, 1);
	expect_receipts(place, 2, 1);
	fake_bigquery_limit(place->service, &(const struct fake_limits){.loads_per_day = 1});
	assert_false(try_day(place, warehouse, DAY + 1, NULL, 0)); /* announced before */
	assert_false(try_day(place, warehouse, DAY + 2, NULL, 0)); /* and with itself */
	expect_receipts(place, 1, 0);
	warehouse_close(warehouse);
}

/* Whichever of two machines comes first to a date that the other has announced. */
static void what_another_machine_has_written_is_not_taken_back(void **state)
{
	struct place *place = *state;
	struct warehouse *one = open_prepared(place), *other = open_it(place, LOAD);
	const date_t coming[] = {DAY + 1, DAY + 2};
	write_day(place, one, DAY, coming, ARRAY_COUNT(coming));
	write_day(place, other, DAY + 1, NULL, 0);
	expect_receipts(place, 3, 1);
	assert_true(warehouse_withdraw(one, &place->err));
	expect_receipts(place, 2, 0);
	write_day(place, one, DAY + 1, NULL, 0);
	expect_receipts(place, 2, 0);
	warehouse_close(one);
	warehouse_close(other);
}

int main(void)
{
#define AT_A_PLACE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		AT_A_PLACE(a_first_load_that_is_killed_is_never_complete_by_a_count),
		AT_A_PLACE(nor_is_a_first_merge),
		AT_A_PLACE(a_run_announces_many_dates_at_once),
		AT_A_PLACE(what_is_not_written_is_withdrawn),
		AT_A_PLACE(what_was_refused_is_withdrawn),
		AT_A_PLACE(what_another_machine_has_written_is_not_taken_back),
	};
	return RUN(tests);
}

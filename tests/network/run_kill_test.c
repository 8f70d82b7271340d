/*
 * The program is killed (kill -9) while it computes there, and in the middle of an upload that goes
 * in pieces: nothing is lost and nothing is there twice once it is called again.
 */
#include "tests/network/support/remote_place.h"
#include "tests/support/filled_rows.h"
#include "tests/test.h"

#include "warehouse/raw_tables.h"

#define RANGE	 "2021-10-19..2021-10-21"
#define CONTEXT	 "upcoming_team_game_context"
#define DEFENSE	 "team_defense_game_summary"
#define RUN_ROWS 44 /* of each of the two */
#define STEP	 29 /* requests from one kill to the next */
#define BIG_ROWS 40000

static void expect_good(const struct place *place, const char *const *arguments)
{
	program_expect(program_run(place->home, arguments), 0, NULL);
}

#define DO(...) expect_good(place, (const char *const[]){__VA_ARGS__, NULL})

static int64_t number(const struct place *place, const char *sql)
{
	return fake_bigquery_number(place->service, sql);
}

static void expect_number(const struct place *place, int request, const char *sql, int64_t wanted)
{
	int64_t found = number(place, sql);
	if (found != wanted)
		fail_msg("killed at request %d: %s: %lld, not %lld", request, sql, (long long)found,
			(long long)wanted);
}

static void forget_what_was_computed(const struct place *place)
{
	static const char *const names[] = {
		"nba_analytics." CONTEXT, "nba_analytics." DEFENSE, "backcourt_ops.receipts"};
	for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
		char *sql = memory_format("DELETE FROM `p.%s`", names[i]);
		if (fake_bigquery_table(place->service, names[i]) != NULL)
			number(place, sql);
		free(sql);
	}
}

static void expect_computed(const struct place *place, int request)
{
	static const char *const names[] = {CONTEXT, DEFENSE};
	for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
		char *all = memory_format("SELECT count(*) FROM `p.nba_analytics.%s`", names[i]);
		char *each = memory_format("SELECT count(*) FROM (SELECT DISTINCT * FROM "
					   "`p.nba_analytics.%s`)",
			names[i]);
		expect_number(place, request, all, RUN_ROWS);
		expect_number(place, request, each, RUN_ROWS);
		free(all);
		free(each);
	}
	/* A receipt each, whose rows are there. */
	expect_number(place, request,
		"SELECT count(DISTINCT table_name || date) FROM `p.backcourt_ops.receipts` WHERE "
		"table_name IN ('" CONTEXT "', '" DEFENSE "')",
		6);
}

static void a_run_that_is_killed_anywhere_is_finished_by_the_next(void **state)
{
	struct place *place = *state;
	static const char *const run[] = {"run", CONTEXT, DEFENSE, "--warehouse",
		"bigquery:p?writes=load", "--range", RANGE, NULL};
	int kills = 0;
	DO("sample", "--range", "2021-10-19..2021-10-25");
	DO("push", "--raw", "--create", "--remote", "bigquery:p?writes=load", "--range", RANGE);
	for (int request = 0; place_die_at(place, request, kills % 2 == 1, run); request += STEP) {
		kills++;
		expect_good(place, run);
		expect_computed(place, request);
		/* Nothing is left to do, so nothing is written again. */
		size_t uploads = fake_count(place->server, "POST /upload/");
		expect_good(place, run);
		assert_int_equal(fake_count(place->server, "POST /upload/"), uploads);
		forget_what_was_computed(place);
	}
	print_message("# killed at %d points\n", kills);
	assert_true(kills >= 3);
}

static void fill_a_big_day(const struct place *place)
{
	struct warehouse *warehouse;
	struct error err;
	const struct table_layout *shots = raw_table_layout(RAW_SHOTS);
	if (!warehouse_open(place->path, WAREHOUSE_CREATE, &warehouse, &err) ||
		!warehouse_prepare(warehouse, &shots, 1, &err))
		fail_msg("%s", err.text);
	filled_rows_load(warehouse, shots, date_of(2021, 11, 16), BIG_ROWS, 0);
	warehouse_close(warehouse);
}

/* How many requests come before the first of an upload, from the request number `from` on. */
static int count_before_upload(const struct place *place, size_t from)
{
	size_t count = fake_count(place->server, "");
	for (size_t i = from; i < count; i++)
		if (strstr(fake_path(place->server, "", i), "/upload/") != NULL)
			return (int)(i - from);
	fail_msg("there is no upload");
}

/* After its first request, between each two pieces, and when all of it is there. */
static void an_upload_in_pieces_that_is_killed_comes_whole_the_next_time(void **state)
{
	struct place *place = *state;
	static const char *const push[] = {
		"push", "--raw", "shots", "--create", "--remote", "bigquery:p?writes=load", NULL};
	static const char count[] = "SELECT count(*) FROM `p.backcourt_raw.shots`";
	fill_a_big_day(place);
	expect_good(place, push);
	number(place, "DELETE FROM `p.backcourt_raw.shots`");
	size_t from = fake_count(place->server, "");
	expect_good(place, push);
	int first = count_before_upload(place, from);
	int pieces = (int)fake_count(place->server, "PUT /upload/session") / 2;
	assert_true(pieces > 1);
	for (int i = 0; i <= pieces; i++) {
		number(place, "DELETE FROM `p.backcourt_raw.shots`");
		assert_true(place_die_at(place, first + i, true, push));
		int64_t rows = number(place, count);
		if (rows != (i < pieces ? 0 : BIG_ROWS))
			fail_msg("killed at request %d: %lld rows", first + i, (long long)rows);
		expect_good(place, push);
		expect_number(place, first + i, count, BIG_ROWS);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		AT_A_REMOTE(a_run_that_is_killed_anywhere_is_finished_by_the_next),
		AT_A_REMOTE(an_upload_in_pieces_that_is_killed_comes_whole_the_next_time),
	};
	return RUN(tests);
}

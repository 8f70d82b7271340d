/* push and pull against the fake: what they make, send, leave alone, and survive. */
#include "tests/network/support/push_place.h"
#include "tests/support/filled_rows.h"
#include "tests/test.h"

#include "base/path.h"
#include "native/processor.h"
#include "warehouse/raw_tables.h"

/* The rows are there, once each, and receipts that both sides believe. */
static void expect_all_there(struct place *place)
{
	push_expect_number(place, "SELECT count(*) FROM `p.backcourt_raw.games`", 9);
	push_expect_number(place, "SELECT count(DISTINCT game_id) FROM `p.backcourt_raw.games`", 9);
	push_expect_number(place, "SELECT count(*) FROM `p.backcourt_raw.teams`", 5);
	push_expect_number(place, "SELECT count(*) FROM `p.nba_precompute." FACTORS "`", 18);
	push_expect_number(place,
		"SELECT count(DISTINCT player_lookup || game_date) FROM `p.nba_precompute." FACTORS
		"`",
		18);
	push_expect_number(place, "SELECT count(*) FROM `p.nba_analytics." CONTEXT "`", 12);
	place_expect(place, PULL(FACTORS, CONTEXT, "--range", RANGE, "--dry-run"), 0);
	place_expect(place, PULL("--raw", "games", "--dry-run"), 0);
}

static void push_all(struct place *place)
{
	place_expect(place, PUSH("--raw", "games", "teams", "--create"), 0);
	place_expect(place, PUSH(FACTORS, CONTEXT, "--range", RANGE, "--create"), 0);
}

static void what_is_missing_is_made_only_when_asked(void **state)
{
	struct place *place = *state;
	place_expect(place, PUSH("--raw", "games", "teams"), 4);
	place_expect_words(place, "--create makes them");
	place_expect_words(place, "backcourt_raw.games; backcourt_raw.teams");
	assert_int_equal(fake_count(place->server, "POST"), 0);
	push_all(place);
	expect_all_there(place);
	const json_t *games = fake_bigquery_table(place->service, "backcourt_raw.games");
	char *partitions = json_dumps(json_object_get(games, "timePartitioning"), JSON_SORT_KEYS);
	char *clustering = json_dumps(json_object_get(games, "clustering"), JSON_SORT_KEYS);
	assert_string_equal(partitions, "{\"field\": \"game_date\", \"type\": \"DAY\"}");
	assert_string_equal(clustering, "{\"fields\": [\"game_id\"]}");
	const json_t *teams = fake_bigquery_table(place->service, "backcourt_raw.teams");
	assert_null(json_object_get(teams, "timePartitioning"));
	free(partitions);
	free(clustering);
}

static void what_is_the_same_is_not_sent_again(void **state)
{
	struct place *place = *state;
	push_all(place);
	size_t uploads = fake_count(place->server, "POST /upload/");
	assert_int_equal(uploads, 3 * DATES + 1); /* a partition each, and one staging table */
	size_t dry = push_count_dry_runs(place);
	assert_int_equal(fake_count(place->server, "POST /bigquery/v2/projects/p/queries"), dry);
	push_all(place);
	assert_int_equal(fake_count(place->server, "POST /upload/"), uploads);
	place_expect_words(place, FACTORS "             3       0        0          0  0 B");
	/* Rows that somebody took away there go again, whatever the receipt says. */
	fake_bigquery_number(place->service,
		"DELETE FROM `p.nba_precompute." FACTORS "` WHERE game_date = '2021-11-17'");
	place_expect(place, PUSH(FACTORS, "--range", RANGE), 0);
	assert_int_equal(fake_count(place->server, "POST /upload/"), uploads + 1);
	place_expect_words(place, FACTORS " 2021-11-17 6 rows");
	expect_all_there(place);
}

static void rows_that_were_refused_are_told(void **state)
{
	struct place *place = *state;
	fake_bigquery_limit(place->service, &(struct fake_limits){.bad_rows = 2});
	place_expect(place, PUSH(CONTEXT, "--range", RANGE, "--create"), 4);
	place_expect_words(place, "\n  refused: Error while reading data; row 2: no number\n");
	place_expect_words(place, "the first of several errors: Error while reading data; row 1");
	fake_bigquery_limit(place->service, &(struct fake_limits){0});
	push_all(place);
	expect_all_there(place);
}

static void every_partition_is_one_atomic_load_of_ours(void **state)
{
	struct place *place = *state;
	place_expect(place, PUSH(CONTEXT, "--range", RANGE, "--create"), 0);
	for (int i = 0; i < DATES; i++) {
		char wanted[80];
		const char *load = fake_body(place->server, "POST /upload/", (size_t)i);
		snprintf(wanted, sizeof(wanted), "\"tableId\":\"" CONTEXT "$202111%d\"", 16 + i);
		assert_non_null(strstr(load, wanted));
		assert_non_null(strstr(load, "\"writeDisposition\":\"WRITE_TRUNCATE\""));
		assert_non_null(strstr(load, "\"createDisposition\":\"CREATE_NEVER\""));
		assert_non_null(strstr(load, "\"jobId\":\"backcourt_" CONTEXT "_202111"));
	}
	/* What is asked beside the loads does not grow with the dates: the receipts, once more
	 * before the write, one announcement, a recount, one statement of receipts. (A table just
	 * made is not counted.) */
	assert_int_equal(fake_count(place->server, "POST /jobs?"), DATES + 5);
}

static void a_dry_run_says_what_would_go_and_changes_nothing(void **state)
{
	struct place *place = *state;
	place_expect(place, PUSH("--raw", "games", "--create", "--dry-run"), 1);
	place_expect_words(place, "games would be made");
	place_expect_words(place, "games 2021-11-17 3 rows would go, ");
	place_expect_words(place, "KiB");
	assert_int_equal(fake_count(place->server, "POST /upload/"), 0);
	assert_int_equal(fake_count(place->server, "/datasets?"), 0);
	assert_null(fake_bigquery_table(place->service, "backcourt_raw.games"));
	push_all(place);
	place_expect(place, PUSH("--raw", "games", "teams", "--dry-run"), 0);
	place_expect(place, PUSH(FACTORS, "--range", RANGE, "--dry-run", "--json"), 0);
	place_expect_words(place, "\"same\": 3");
}

/* What a native step of a plan would read: free questions, as many for one date as for three. */
static void what_a_step_would_read_is_asked_and_not_read(void **state)
{
	struct place *place = *state;
	const date_t dates[] = {DAY + 2, DAY, DAY + 1}; /* in any order */
	struct pipeline *pipeline;
	struct warehouse *warehouse;
	struct error err;
	place_expect(place, PUSH("--raw", "--create"), 0);
	assert_true(pipeline_load("nba", &pipeline, &err));
	struct calendar *calendar = calendar_new(pipeline, NULL);
	assert_true(warehouse_open("bigquery:p", WAREHOUSE_READ, &warehouse, &err));
	size_t dry = push_count_dry_runs(place), asked = fake_count(place->server, "POST");
	const struct processor *teams = processor_find("upcoming_team_game_context");
	int64_t one = processor_estimate(teams, warehouse, calendar, dates, 1);
	size_t questions = push_count_dry_runs(place) - dry;
	int64_t three = processor_estimate(teams, warehouse, calendar, dates, DATES);
	assert_true(one > 0 && three >= one);
	assert_in_range(questions, 1, 8);
	assert_int_equal(push_count_dry_runs(place) - dry, 2 * questions);
	assert_int_equal(fake_count(place->server, "POST") - asked, 2 * questions);
	/* Of a table that is not there nobody can say it. */
	assert_int_equal(processor_estimate(processor_find("player_composite_factors"), warehouse,
				 calendar, dates, DATES),
		-1);
	asked = push_count_dry_runs(place);
	for (size_t i = 0; i < processor_count(); i++)
		processor_estimate(processor_at(i), warehouse, calendar, dates, DATES);
	assert_true(push_count_dry_runs(place) > asked);
	warehouse_close(warehouse);
	/* Here reading is free, and no number of bytes means anything. */
	assert_true(warehouse_open(place->path, WAREHOUSE_READ, &warehouse, &err));
	assert_int_equal(processor_estimate(teams, warehouse, calendar, dates, DATES), -1);
	warehouse_close(warehouse);
	calendar_free(calendar);
	pipeline_free(pipeline);
}

static void a_table_that_differs_is_never_touched(void **state)
{
	struct place *place = *state;
	push_all(place);
	size_t asked = fake_count(place->server, "POST");
	fake_bigquery_change(place->service, "backcourt_raw.teams",
		"{\"schema\":{\"fields\":[{\"name\":\"season\",\"type\":\"STRING\"},{\"name\":"
		"\"team\",\"type\":\"INTEGER\"},{\"name\":\"x\",\"type\":\"STRING\",\"mode\":"
		"\"REQUIRED\"}]}}");
	fake_bigquery_change(place->service, "backcourt_raw.games", "{\"timePartitioning\":null}");
	place_expect(place, PUSH("--raw", "games", "teams", "--create"), 4);
	place_expect_words(place, "nothing was changed");
	place_expect_words(place, "games: it is not partitioned by day of game_date");
	place_expect_words(
		place, "teams: team is of type INT64 there, it lacks the column team_id");
	assert_int_equal(fake_count(place->server, "POST"), asked);
}

static void what_would_vanish_is_not_sent(void **state)
{
	struct place *place = *state;
	push_all(place);
	fake_bigquery_change(place->service, "nba_precompute." FACTORS,
		"{\"timePartitioning\":{\"type\":\"DAY\",\"field\":\"game_date\",\"expirationMs\":"
		"\"7776000000\"}}");
	fake_bigquery_number(place->service, "DELETE FROM `p.nba_precompute." FACTORS "`");
	size_t uploads = fake_count(place->server, "POST /upload/");
	place_expect(place, PUSH(FACTORS, "--range", RANGE), 4);
	place_expect_words(place, "keeps its rows for 90 days only");
	assert_int_equal(fake_count(place->server, "POST /upload/"), uploads);
}

static void dates_that_only_the_other_side_has_are_told_and_left(void **state)
{
	struct place *place = *state;
	struct warehouse *warehouse;
	struct error err;
	push_all(place);
	remove(place->path);
	assert_true(warehouse_open(place->path, WAREHOUSE_CREATE, &warehouse, &err));
	assert_true(processors_prepare(warehouse, &err));
	filled_rows_load(warehouse, raw_table_layout(RAW_GAMES), DAY + 1, 3, 0);
	warehouse_close(warehouse);
	place_expect(place, PUSH("--raw", "games"), 0);
	place_expect_words(place, "games has rows of 2 dates there that are not here (2021-11-16");
	push_expect_number(place, "SELECT count(*) FROM `p.backcourt_raw.games`", 9);
}

static void a_pull_brings_back_what_was_pushed(void **state)
{
	struct place *place = *state;
	struct warehouse *warehouse;
	struct receipts before, after;
	struct error err;
	struct raw_days days;
	const struct date_range range = {DAY, DAY + DATES - 1};
	char *copy = path_join(place->home, "copy.db");
	push_all(place);
	place_expect(place, PULL("--raw", "--warehouse", copy), 4);
	place_expect(place, PULL("--raw", "--warehouse", copy, "--create"), 0);
	place_expect_words(place, "shots is not in bigquery:p (EMULATOR): left out");
	place_expect(place, PULL(FACTORS, CONTEXT, "--range", RANGE, "--warehouse", copy), 0);
	assert_true(warehouse_open(place->path, WAREHOUSE_READ, &warehouse, &err));
	assert_true(warehouse_receipts(warehouse, range, &before, &err));
	warehouse_close(warehouse);
	assert_true(warehouse_open(copy, WAREHOUSE_READ, &warehouse, &err));
	assert_true(warehouse_receipts(warehouse, range, &after, &err));
	assert_int_equal(after.count, before.count);
	for (size_t i = 0; i < after.count; i++) {
		const struct receipt *own = receipts_find(&after, CONTEXT, after.items[i].date);
		assert_string_equal(after.items[i].hash, before.items[i].hash);
		assert_string_equal(after.items[i].run, "filled");
		if (strcmp(after.items[i].table, FACTORS) == 0)
			assert_int_equal(after.items[i].sources[0].sequence, own->sequence);
	}
	/* The schedule is kept with what was loaded. */
	assert_true(warehouse_raw_days(warehouse, range, &days, &err));
	warehouse_close(warehouse);
	free(days.items);
	receipts_release(&before);
	receipts_release(&after);
	place_expect(place, PULL("--raw", "games", "teams", "--warehouse", copy), 0);
	place_expect_words(place, "games                                3       0 ");
	free(copy);
}

/* A push that dies between rows and receipt leaves rows there that nobody vouches for. */
static void push_until_rows_are_in_doubt(struct place *place)
{
	static const char *const computed[] = {
		"push", REMOTE, CONTEXT, "--range", RANGE, "--create", NULL};
	for (int request = 0;; request++) {
		push_place_renew_service(place);
		push_all(place);
		push_expect_number(place, "DELETE FROM `p.nba_analytics." CONTEXT "`", -1);
		push_expect_number(place, "DELETE FROM `p.backcourt_ops.receipts`", -1);
		if (!push_until(place, request, computed))
			fail_msg("no push died between rows and receipt");
		if (fake_bigquery_number(place->service,
			    "SELECT count(*) FROM `p.nba_analytics." CONTEXT "`") > 0)
			return;
	}
}

static void rows_in_doubt_are_not_pulled(void **state)
{
	struct place *place = *state;
	char *copy = path_join(place->home, "copy.db");
	push_until_rows_are_in_doubt(place);
	place_expect(place, PULL(CONTEXT, "--range", RANGE, "--warehouse", copy, "--create"), 1);
	place_expect_words(
		place, CONTEXT " was interrupted on 1 date (2021-11-16 is the first); left out");
	push_all(place);
	place_expect(place, PULL(CONTEXT, "--range", RANGE, "--warehouse", copy), 0);
	place_expect_words(place, CONTEXT "           0       3 ");
	free(copy);
}

static void read_only_pushes_nothing(void **state)
{
	struct place *place = *state;
	place_expect(place, PUSH("--raw", "games", "--create", "--read-only"), 3);
	place_expect(place, PROGRAM_RUN(place->home, "push", "--raw"), 3);
	place_expect_words(place, "wants --remote bigquery:PROJECT");
	place_expect(place, PUSH("--raw", "gamez"), 3);
	place_expect_words(place, "did you mean games?");
	assert_int_equal(fake_count(place->server, ""), 0);
}

/* At every request there is: nothing is lost and nothing is there twice once it is called again. */
static void a_push_that_is_killed_anywhere_is_finished_by_the_next(void **state)
{
	struct place *place = *state;
	static const char *const raw[] = {
		"push", REMOTE, "--raw", "games", "teams", "--create", NULL};
	static const char *const computed[] = {
		"push", REMOTE, FACTORS, CONTEXT, "--range", RANGE, "--create", NULL};
	int kills = 0;
	for (int table = 0; table < 2; table++)
		for (int request = 0;; request++, kills++) {
			push_place_renew_service(place);
			place_expect(place,
				table == 0 ? PUSH(FACTORS, CONTEXT, "--range", RANGE, "--create")
					   : PUSH("--raw", "games", "teams", "--create"),
				0);
			bool is_killed = push_until(place, request, table == 0 ? raw : computed);
			push_all(place);
			expect_all_there(place);
			if (!is_killed)
				break;
		}
	print_message("# killed at %d points\n", kills);
	assert_true(kills > 30);
}

/* Each dies a little later than the one before: what was sealed is not sent again. */
static void pushes_that_are_killed_again_and_again_get_on(void **state)
{
	struct place *place = *state;
	static const char *const computed[] = {
		"push", REMOTE, FACTORS, CONTEXT, "--range", RANGE, "--create", NULL};
	for (int request = 2; push_until(place, request, computed);)
		request += 3;
	push_all(place);
	expect_all_there(place);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		AT_A_PLACE(what_is_missing_is_made_only_when_asked),
		AT_A_PLACE(what_is_the_same_is_not_sent_again),
		AT_A_PLACE(rows_that_were_refused_are_told),
		AT_A_PLACE(every_partition_is_one_atomic_load_of_ours),
		AT_A_PLACE(a_dry_run_says_what_would_go_and_changes_nothing),
		AT_A_PLACE(what_a_step_would_read_is_asked_and_not_read),
		AT_A_PLACE(a_table_that_differs_is_never_touched),
		AT_A_PLACE(what_would_vanish_is_not_sent),
		AT_A_PLACE(dates_that_only_the_other_side_has_are_told_and_left),
		AT_A_PLACE(a_pull_brings_back_what_was_pushed),
		AT_A_PLACE(rows_in_doubt_are_not_pulled),
		AT_A_PLACE(read_only_pushes_nothing),
		AT_A_PLACE(a_push_that_is_killed_anywhere_is_finished_by_the_next),
		AT_A_PLACE(pushes_that_are_killed_again_and_again_get_on),
	};
	return RUN(tests);
}

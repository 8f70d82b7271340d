/* push and pull: what comparing costs is said before it is paid; what must not meet does not. */
#include "tests/network/support/push_place.h"
#include "tests/test.h"

#include "base/path.h"
#include "raw/sample.h"
#include "warehouse/budget.h"

#define MEBIBYTE INT64_C(1048576)

static void push_all(struct place *place)
{
	place_expect(place, PUSH("--raw", "games", "teams", "--create"), 0);
	place_expect(place, PUSH(FACTORS, CONTEXT, "--range", RANGE, "--create"), 0);
}

static int64_t told_bytes(const struct place *place)
{
	const char *json = strstr(place->said, "\n{");
	json_t *tree = json_loads(json != NULL ? json : place->said, 0, NULL);
	assert_non_null(tree);
	const json_t *compare = json_object_get(tree, "compare");
	int64_t bytes = json_integer_value(json_object_get(compare, "bytes"));
	assert_int_equal(
		json_integer_value(json_object_get(compare, "budget_bytes")), 102400 * MEBIBYTE);
	json_decref(tree);
	return bytes;
}

/* A dry call of what is there asks nothing but to compare: that is what was said, to the byte. */
static void expect_honest(struct place *place, struct program_result result, int64_t billed)
{
	place_expect(place, result, 0);
	assert_int_equal(told_bytes(place), fake_bigquery_billed(place->service) - billed);
}

static void what_comparing_costs_is_said_and_is_true(void **state)
{
	struct place *place = *state;
	push_all(place);
	for (int of_row = 8; of_row > 0; of_row += 7000000) {
		fake_bigquery_limit(place->service, &(struct fake_limits){.bytes_of_row = of_row});
		int64_t billed = fake_bigquery_billed(place->service);
		expect_honest(place,
			PUSH(FACTORS, CONTEXT, "--range", RANGE, "--dry-run", "--json"), billed);
		billed = fake_bigquery_billed(place->service);
		expect_honest(
			place, PUSH("--raw", "games", "teams", "--dry-run", "--json"), billed);
		billed = fake_bigquery_billed(place->service);
		expect_honest(place, PULL("--raw", "games", "--dry-run", "--json"), billed);
		if (of_row > 10000000)
			break;
	}
	place_expect(place, PUSH(FACTORS, CONTEXT, "--range", RANGE), 0);
	place_expect_words(place, "comparing reads about ");
	place_expect_words(place, " in bigquery:p (EMULATOR): 0.");
	place_expect_words(place, " % of the day's 100.0 GiB, of which ");
}

/* How many dates will go nobody knows yet: what each sixteen of them cost is said beside it. */
static void what_writing_costs_besides_is_said_and_is_true(void **state)
{
	struct place *place = *state;
	push_all(place);
	fake_bigquery_number(place->service, "DELETE FROM `p.nba_analytics." CONTEXT "`");
	place_expect(place, PUSH(CONTEXT, "--range", RANGE, "--dry-run", "--json"), 1);
	int64_t compared = told_bytes(place);
	assert_null(strstr(place->said, "of a table that go"));
	int64_t billed = fake_bigquery_billed(place->service);
	place_expect(place, PUSH(CONTEXT, "--range", RANGE), 0);
	place_expect_words(place, "each 16 dates of a table that go read 40.0 MiB more at least");
	place_expect_words(place, CONTEXT " 2021-11-18 ");
	assert_int_equal(fake_bigquery_billed(place->service) - billed - compared, 40 * MEBIBYTE);
	place_expect(place, PULL(CONTEXT, "--range", RANGE, "--dry-run"), 0);
	place_expect_words(place, "the rows that come are read on top of that");
}

static size_t dry_runs_of(struct place *place, const char *range)
{
	size_t before = push_count_dry_runs(place);
	place_expect(place, PUSH(FACTORS, CONTEXT, "--range", range, "--dry-run"), 0);
	return push_count_dry_runs(place) - before;
}

static void the_estimate_takes_as_many_questions_for_one_date_as_for_three(void **state)
{
	struct place *place = *state;
	push_all(place);
	size_t one = dry_runs_of(place, "2021-11-17..2021-11-17");
	assert_int_equal(dry_runs_of(place, RANGE), one);
	assert_in_range(one, 4, 6);
}

static void over_the_budget_nothing_is_asked_that_costs(void **state)
{
	struct place *place = *state;
	push_all(place);
	int64_t billed = fake_bigquery_billed(place->service);
	char *file = memory_format("%s/state/backcourt/nba/bigquery-bytes", place->home);
	remove(file);
	free(file);
	place_expect(place, PUSH(FACTORS, CONTEXT, "--range", RANGE, "--budget", "50"), 4);
	place_expect_words(place, "comparing reads about 60.0 MiB");
	place_expect_words(place, "120.00 % of the day's 50.0 MiB");
	place_expect_words(place, "the daily budget of BigQuery is spent");
	assert_int_equal(fake_bigquery_billed(place->service), billed);
	place_expect(place, PUSH(FACTORS, CONTEXT, "--range", RANGE, "--budget", "60"), 0);
	assert_true(fake_bigquery_billed(place->service) > billed);
}

/* What the budget's file has counted of the day; nothing is owed or reserved any more. */
static int64_t counted_bytes(const struct place *place)
{
	struct buffer text = {0};
	struct error err;
	char *file = memory_format("%s/state/backcourt/nba/" BUDGET_FILE, place->home);
	if (!path_read_file(file, 100000, &text, &err))
		fail_msg("%s", err.text);
	const char *number = strchr(buffer_text(&text), ' ');
	char *end = NULL;
	assert_non_null(number);
	int64_t bytes = strtoll(number, &end, 10);
	assert_true(*end == '\n');
	for (const char *line = strchr(buffer_text(&text), '\n') + 1; *line != '\0';
		line = strchr(line, '\n') + 1)
		assert_memory_equal(line, "00000000000000000000 ", 21);
	buffer_release(&text);
	free(file);
	return bytes;
}

/* Statements whose process dies under way are billed all the same: the next one asks for how much,
 * and neither forgets them nor takes all for spent that was reserved. */
static void a_statement_that_outlives_its_process_is_counted_by_its_bill(void **state)
{
	struct place *place = *state;
	static const char *const words[] = {"push", REMOTE, CONTEXT, "--range", RANGE, NULL};
	int request = 0;
	push_all(place);
	/* What asked for a table that was not there yet counts, and was billed nothing. */
	int64_t more = counted_bytes(place) - fake_bigquery_billed(place->service);
	for (bool is_killed = true; is_killed; request += is_killed) {
		fake_bigquery_number(place->service, "DELETE FROM `p.nba_analytics." CONTEXT "`");
		is_killed = push_until(place, request, words);
		place_expect(place, PUSH(CONTEXT, "--range", RANGE), 0);
		assert_int_equal(counted_bytes(place) - fake_bigquery_billed(place->service), more);
	}
	print_message("# killed at %d points\n", request);
	assert_true(request > 15);
}

/* The games of the service become the sample's, or of a kind that nobody knows. */
static void make_games_there(struct place *place, const char *number)
{
	char sql[200];
	snprintf(sql, sizeof(sql),
		"UPDATE `p.backcourt_raw.games` SET game_id = '00221' || (%s + rowid)", number);
	fake_bigquery_number(place->service, sql);
}

static void expect_refused(struct place *place, struct program_result result)
{
	size_t uploads = fake_count(place->server, "POST /upload/");
	place_expect(place, result, 3);
	place_expect_words(place, "nothing was changed. Take another project (--remote) or another "
				  "warehouse (--warehouse)");
	assert_int_equal(fake_count(place->server, "POST /upload/"), uploads);
}

static void real_games_and_invented_ones_never_meet(void **state)
{
	struct place *place = *state;
	push_all(place);
	make_games_there(place, "50001");
	expect_refused(place, PUSH("--raw", "teams"));
	place_expect_words(place,
		"warehouse.db holds real games, and bigquery:p (EMULATOR) holds the "
		"sample season");
	expect_refused(place, PULL("--raw", "teams"));
	place_expect_words(place, "bigquery:p (EMULATOR) holds the sample season, and sqlite:");
	expect_refused(place, PUSH("--raw", "games", "--dry-run"));
	expect_refused(place, PUSH(FACTORS, "--range", RANGE));
	/* Of which kind they are is not known: that is not the same kind. */
	make_games_there(place, "5000100");
	expect_refused(place, PUSH("--raw", "teams"));
	place_expect_words(place, "games that are neither the league's nor the sample's");
	place_expect(place, PUSH(FACTORS, "--range", RANGE), 0);
	make_games_there(place, "10000");
	place_expect(place, PUSH("--raw", "teams"), 0);
}

static void a_sample_goes_into_an_empty_project_and_back(void **state)
{
	struct place *place = *state;
	char *sample = memory_format("%s/sample", place->home);
	char *store = memory_format("%s/sample.db", place->home);
	place_expect(place, PROGRAM_RUN(place->home, "sample", sample), 0);
	place_expect(place, PROGRAM_RUN(place->home, "import", sample, "--warehouse", store), 0);
	place_expect(place, PUSH("--raw", "games", "players", "--create", "--warehouse", store), 0);
	place_expect(place, PUSH("--raw", "games", "players", "--warehouse", store), 0);
	place_expect(place, PULL("--raw", "games", "--warehouse", store, "--dry-run"), 0);
	/* The real ones of the usual warehouse stay out of it. */
	expect_refused(place, PUSH("--raw", "games"));
	expect_refused(place, PULL("--raw", "games"));
	free(sample);
	free(store);
}

/* Only some tables of a sample were pushed, or a push of them was cut: their rows name its games.
 */
static void a_sample_is_known_by_any_of_its_rows(void **state)
{
	struct place *place = *state;
	char *sample = memory_format("%s/sample", place->home);
	char *store = memory_format("%s/sample.db", place->home);
	place_expect(place, PROGRAM_RUN(place->home, "sample", sample), 0);
	place_expect(place, PROGRAM_RUN(place->home, "import", sample, "--warehouse", store), 0);
	place_expect(place, PUSH("--raw", "odds", "--create", "--warehouse", store), 0);
	expect_refused(place, PUSH("--raw", "games", "--create"));
	place_expect_words(place, "holds the sample season");
	place_expect(place, PUSH("--raw", "odds", "--warehouse", store), 0);
	free(sample);
	free(store);
}

static void a_dry_run_that_is_read_only_inserts_no_job(void **state)
{
	struct place *place = *state;
	push_all(place);
	size_t jobs = fake_count(place->server, "POST /bigquery/v2/projects/p/jobs");
	size_t queries = fake_count(place->server, "POST /bigquery/v2/projects/p/queries");
	place_expect(place, PUSH("--raw", "games", "teams", "--dry-run", "--read-only"), 0);
	assert_int_equal(fake_count(place->server, "POST /bigquery/v2/projects/p/jobs"), jobs);
	assert_true(fake_count(place->server, "POST /bigquery/v2/projects/p/queries") > queries);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		AT_A_PLACE(what_comparing_costs_is_said_and_is_true),
		AT_A_PLACE(what_writing_costs_besides_is_said_and_is_true),
		AT_A_PLACE(the_estimate_takes_as_many_questions_for_one_date_as_for_three),
		AT_A_PLACE(over_the_budget_nothing_is_asked_that_costs),
		AT_A_PLACE(a_statement_that_outlives_its_process_is_counted_by_its_bill),
		AT_A_PLACE(real_games_and_invented_ones_never_meet),
		AT_A_PLACE(a_sample_goes_into_an_empty_project_and_back),
		AT_A_PLACE(a_sample_is_known_by_any_of_its_rows),
		AT_A_PLACE(a_dry_run_that_is_read_only_inserts_no_job),
	};
	return RUN(tests);
}

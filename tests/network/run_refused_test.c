/*
 * The program itself computes there, and the service refuses for good, or goes away for a while:
 * what is refused is not asked for again date after date, and what passes is waited out.
 */
#include "tests/network/support/remote_place.h"
#include "tests/test.h"

#include "base/path.h"
#include "warehouse/http.h"

#define RANGE	"2021-10-19..2021-10-21"
#define CONTEXT "upcoming_team_game_context"
#define ROWS	44 /* of it in the range */

static int set_up(void **state)
{
	place_set_up(state);
	struct place *place = *state;
	program_expect(
		PROGRAM_RUN(place->home, "sample", "--range", "2021-10-19..2021-10-25"), 0, NULL);
	program_expect(PROGRAM_RUN(place->home, "push", "--raw", "--create", "--remote",
			       "bigquery:p?writes=load", "--range", RANGE),
		0, NULL);
	return 0;
}

#define RUN_CONTEXT                                                                       \
	PROGRAM_RUN(place->home, "run", CONTEXT, "--warehouse", "bigquery:p?writes=load", \
		"--range", RANGE)

static size_t uploads_of(const struct place *place, const char *table)
{
	size_t count = 0, all = fake_count(place->server, "POST /upload/");
	for (size_t i = 0; i < all; i++)
		count += strstr(fake_body(place->server, "POST /upload/", i), table) != NULL;
	return count;
}

static void a_quota_that_is_used_up_stops_the_table(void **state)
{
	struct place *place = *state;
	fake_bigquery_limit(place->service, &(struct fake_limits){.loads_per_day = 1});
	program_expect(RUN_CONTEXT, 2, "the dates after it would be refused too: stopping");
	/* The second date was refused, the third was not tried. */
	assert_int_equal(uploads_of(place, CONTEXT "$"), 2);
	fake_bigquery_limit(place->service, &(struct fake_limits){0});
	program_expect(RUN_CONTEXT, 0, NULL);
	assert_int_equal(uploads_of(place, CONTEXT "$"), 4);
}

/* Which rows it was is what somebody needs who wants to mend them. */
static void the_rows_that_were_refused_are_in_the_log(void **state)
{
	struct place *place = *state;
	char *folder = test_folder();
	fake_bigquery_limit(place->service, &(struct fake_limits){.bad_rows = 12});
	program_expect(PROGRAM_RUN(place->home, "run", CONTEXT, "--warehouse",
			       "bigquery:p?writes=load", "--range", RANGE, "--state", folder),
		2, "the first of several errors: Error while reading data; row 1");
	static const char *const words[] = {
		" - WARNING - refused: Error while reading data; row 1: no number\n",
		"refused: Error while reading data; row 10: no number\n", "refused: 2 more rows\n"};
	char *log = program_only_log(folder);
	for (size_t i = 0; i < ARRAY_COUNT(words); i++)
		if (strstr(log, words[i]) == NULL)
			fail_msg("\"%s\" is not in: %s", words[i], log);
	assert_null(strstr(log, "refused: Error while reading data; row 11"));
	free(log);
	free(folder);
	fake_bigquery_limit(place->service, &(struct fake_limits){0});
	program_expect(RUN_CONTEXT, 0, NULL);
}

/* Everything reads as not found there, but nothing is missing. */
static void a_wrong_location_is_no_empty_warehouse(void **state)
{
	struct place *place = *state;
	static const char elsewhere[] = "bigquery:p?writes=load&location=europe-west1";
	program_expect(RUN_CONTEXT, 0, NULL);
	size_t uploads = fake_count(place->server, "POST /upload/");
	program_expect(
		PROGRAM_RUN(place->home, "coverage", "--warehouse", elsewhere, "--range", RANGE), 3,
		"is the location right?");
	program_expect(PROGRAM_RUN(place->home, "run", CONTEXT, "--warehouse", elsewhere, "--range",
			       RANGE),
		3, "is the location right?");
	program_expect(
		PROGRAM_RUN(place->home, "status", "--warehouse", elsewhere, "--range", RANGE), 3,
		"location");
	assert_int_equal(fake_count(place->server, "POST /upload/"), uploads);
	/* The tables themselves are found wherever one looks from: the dry run finds it out. */
	program_expect(
		PROGRAM_RUN(place->home, "doctor", "--warehouse", elsewhere), 4, "europe-west1");
}

static void drop(const struct place *place, const char *table)
{
	struct http *http;
	struct http_reply reply;
	struct error err;
	char *url = memory_format("%s/bigquery/v2/projects/p/datasets/nba_analytics/tables/%s",
		fake_url(place->server), table);
	const struct http_request request = {.method = HTTP_DELETE,
		.url = url,
		.reply_bytes_max = 10000,
		.is_plain_allowed = true};
	assert_true(http_new(&(struct http_settings){0}, &http, &err));
	assert_int_equal(http_send(http, &request, &reply, &err), HTTP_ANSWERED);
	assert_true(reply.status < 300);
	http_reply_release(&reply);
	http_free(http);
	free(url);
}

/* Somebody drops the table while its first date is on its way. */
static void a_table_that_is_dropped_in_mid_run_is_told_and_made_anew_by_the_next(void **state)
{
	struct place *place = *state;
	fake_bigquery_limit(place->service, &(struct fake_limits){.looks_of_load = 2});
	size_t before = fake_count(place->server, "POST /upload/");
	struct program program = PROGRAM_START(place->home, "run", CONTEXT, "--warehouse",
		"bigquery:p?writes=load", "--range", RANGE);
	fake_wait_for(place->server, "POST /upload/", before + 1);
	drop(place, CONTEXT);
	program_expect(program_finish(&program), 2, "Not found: Table");
	assert_null(fake_bigquery_table(place->service, "nba_analytics." CONTEXT));
	fake_bigquery_limit(place->service, &(struct fake_limits){0});
	program_expect(RUN_CONTEXT, 0, NULL);
	assert_int_equal(fake_bigquery_number(place->service,
				 "SELECT count(*) FROM `p.nba_analytics." CONTEXT "`"),
		ROWS);
}

/* Two machines, each with a state folder of its own, that know nothing of each other. */
static void two_consoles_of_one_project_double_nothing(void **state)
{
	struct place *place = *state;
	char *other = test_folder();
	fake_bigquery_limit(place->service, &(struct fake_limits){.looks_of_load = 1});
	static const char *const run[] = {
		"run", CONTEXT, "--warehouse", "bigquery:p?writes=load", "--range", RANGE, NULL};
	struct program first = program_start(place->home, run);
	struct program second = program_start(other, run);
	program_expect(program_finish(&first), 0, NULL);
	program_expect(program_finish(&second), 0, NULL);
	assert_int_equal(fake_bigquery_number(place->service,
				 "SELECT count(*) FROM `p.nba_analytics." CONTEXT "`"),
		ROWS);
	assert_int_equal(
		fake_bigquery_number(place->service, "SELECT count(*) FROM (SELECT DISTINCT * FROM "
						     "`p.nba_analytics." CONTEXT "`)"),
		ROWS);
	/* What the receipts say is what is there. */
	program_expect(PROGRAM_RUN(place->home, "coverage", CONTEXT, "--warehouse",
			       "bigquery:p?writes=load", "--range", RANGE),
		0, NULL);
	free(other);
}

int main(void)
{
#define AT_A_PLACE(test) cmocka_unit_test_setup_teardown(test, set_up, place_tear_down)
	const struct CMUnitTest tests[] = {
		AT_A_PLACE(a_quota_that_is_used_up_stops_the_table),
		AT_A_PLACE(the_rows_that_were_refused_are_in_the_log),
		AT_A_PLACE(a_wrong_location_is_no_empty_warehouse),
		AT_A_PLACE(a_table_that_is_dropped_in_mid_run_is_told_and_made_anew_by_the_next),
		AT_A_PLACE(two_consoles_of_one_project_double_nothing),
	};
	return RUN(tests);
}

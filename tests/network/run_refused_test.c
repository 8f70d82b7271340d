/*
 * The program itself computes there, and the service refuses for good, or goes away for a while:
 * what is refused is not asked for again date after date, and what passes is waited out.
 */
#include "tests/network/support/fake_bigquery.h"
#include "tests/support/program.h"
#include "tests/test.h"

#define RANGE	"2021-10-19..2021-10-21"
#define CONTEXT "upcoming_team_game_context"

struct place {
	char *home;
	struct fake_bigquery *service;
	struct fake *server;
};

static struct program_result call(const struct place *place, const char *const *arguments)
{
	return program_run(place->home, arguments);
}

#define CALL(...) call(place, (const char *const[]){__VA_ARGS__, NULL})

static void expect(struct program_result result, int status, const char *words)
{
	if (result.status != status || strstr(result.output, words) == NULL)
		fail_msg("ended with %d, not %d with \"%s\": %s", result.status, status, words,
			result.output);
	free(result.output);
}

static int set_up(void **state)
{
	struct place *place = memory_new(sizeof(*place));
	place->home = test_folder();
	place->service = fake_bigquery_start();
	place->server = fake_bigquery_server(place->service);
	setenv("BIGQUERY_EMULATOR_HOST", fake_url(place->server), 1);
	expect(CALL("sample", "--range", "2021-10-19..2021-10-25"), 0, "");
	expect(CALL("push", "--raw", "--create", "--remote", "bigquery:p?writes=load", "--range",
		       RANGE),
		0, "");
	*state = place;
	return 0;
}

static int tear_down(void **state)
{
	struct place *place = *state;
	fake_bigquery_finish(place->service);
	unsetenv("BIGQUERY_EMULATOR_HOST");
	free(place->home);
	free(place);
	return 0;
}

#define RUN_CONTEXT CALL("run", CONTEXT, "--warehouse", "bigquery:p?writes=load", "--range", RANGE)

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
	expect(RUN_CONTEXT, 2, "the dates after it would be refused too: stopping");
	/* The second date was refused, the third was not tried. */
	assert_int_equal(uploads_of(place, CONTEXT "$"), 2);
	fake_bigquery_limit(place->service, &(struct fake_limits){0});
	expect(RUN_CONTEXT, 0, "");
	assert_int_equal(uploads_of(place, CONTEXT "$"), 4);
}

/* Everything reads as not found there, but nothing is missing. */
static void a_wrong_location_is_no_empty_warehouse(void **state)
{
	struct place *place = *state;
	static const char elsewhere[] = "bigquery:p?writes=load&location=europe-west1";
	expect(RUN_CONTEXT, 0, "");
	size_t uploads = fake_count(place->server, "POST /upload/");
	expect(CALL("coverage", "--warehouse", elsewhere, "--range", RANGE), 3,
		"is the location right?");
	expect(CALL("run", CONTEXT, "--warehouse", elsewhere, "--range", RANGE), 3,
		"is the location right?");
	expect(CALL("status", "--warehouse", elsewhere, "--range", RANGE), 3, "location");
	assert_int_equal(fake_count(place->server, "POST /upload/"), uploads);
	/* The tables themselves are found wherever one looks from: the dry run finds it out. */
	expect(CALL("doctor", "--warehouse", elsewhere), 4, "europe-west1");
}

int main(void)
{
#define AT_A_PLACE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		AT_A_PLACE(a_quota_that_is_used_up_stops_the_table),
		AT_A_PLACE(a_wrong_location_is_no_empty_warehouse),
	};
	return RUN(tests);
}

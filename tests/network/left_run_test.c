/*
 * A run is killed while its load is under way; that of another machine waits for it, and says so.
 */
#include "tests/network/support/fake_bigquery.h"
#include "tests/support/program.h"
#include "tests/test.h"

#include "base/path.h"

#define TABLE "upcoming_team_game_context"
#define RANGE "2021-10-19..2021-10-21"
#define PLACE "bigquery:p?writes=load"

struct place {
	struct fake_bigquery *service;
	struct fake *server;
};

static int set_up(void **state)
{
	struct place *place = memory_new(sizeof(*place));
	place->service = fake_bigquery_publish();
	place->server = fake_bigquery_server(place->service);
	*state = place;
	return 0;
}

static int tear_down(void **state)
{
	struct place *place = *state;
	fake_bigquery_withdraw(place->service);
	free(place);
	return 0;
}

static size_t listings(struct place *place)
{
	return fake_count(place->server, "GET /jobs?");
}

#define DO(home, ...) free(PROGRAM_WELL(home, __VA_ARGS__))

static void forget_what_was_written(struct place *place)
{
	fake_bigquery_number(place->service, "DELETE FROM `p.nba_analytics." TABLE "`");
	fake_bigquery_number(place->service,
		"DELETE FROM `p.backcourt_ops.receipts` WHERE table_name = '" TABLE "'");
}

/* How many requests the words make before they upload. */
static int count_before_upload(struct place *place, const char *home, const char *const *words)
{
	size_t from = fake_count(place->server, "");
	int count = 0;
	free(program_run_well(home, words));
	while (strstr(fake_path(place->server, "", from + (size_t)count), "/upload/") == NULL)
		count++;
	forget_what_was_written(place);
	return count;
}

static void die_after_the_first_upload(
	struct place *place, const char *home, const char *const *words)
{
	count_before_upload(place, home, words); /* the tables are there from now on */
	int request = count_before_upload(place, home, words);
	fake_bigquery_limit(place->service, &(const struct fake_limits){.looks_of_load = 3});
	fake_bigquery_kill_at(place->service, request, true);
	struct program program = program_start(home, words);
	fake_bigquery_aim(place->service, program.pid);
	struct program_result result = program_finish(&program);
	free(result.output);
	assert_true(fake_bigquery_has_killed(place->service));
	assert_int_equal(fake_bigquery_traffic(place->service).now, 1);
}

static void expect_in_the_log(const char *state, const char *words)
{
	char *log = program_only_log(state);
	if (strstr(log, words) == NULL)
		fail_msg("\"%s\" is not in: %s", words, log);
	free(log);
}

static void the_log_of_the_run_that_waited_says_so(void **state)
{
	struct place *place = *state;
	char *home = test_folder(), *other = test_folder(), *folder = test_folder();
	const char *const run[] = {"run", TABLE, "--warehouse", PLACE, "--range", RANGE, NULL};
	DO(home, "sample", "--range", "2021-10-19..2021-10-25");
	DO(home, "push", "--raw", "--create", "--remote", PLACE, "--range", RANGE);
	die_after_the_first_upload(place, home, run);
	size_t listed = listings(place);
	DO(other, "run", TABLE, "--warehouse", PLACE, "--range", RANGE, "--state", folder);
	assert_int_equal(listings(place), listed + 1);
	assert_int_equal(fake_bigquery_traffic(place->service).clashes, 0);
	expect_in_the_log(folder, " - WARNING - " TABLE " of 2021-10-19 is in doubt, and the job "
				  "backcourt_" TABLE "_20211019_");
	free(home);
	free(other);
	free(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			the_log_of_the_run_that_waited_says_so, set_up, tear_down),
	};
	return RUN(tests);
}

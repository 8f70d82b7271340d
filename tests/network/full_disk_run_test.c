/*
 * The disk of the state folder is full while rows are written to BigQuery: they are there, and
 * neither the ledger nor the log can say so. What is there decides, and nothing is claimed that it
 * does not bear out.
 */
#include "tests/network/support/fake_bigquery.h"
#include "tests/processes/support/small_disk.h"
#include "tests/support/program.h"
#include "tests/test.h"

#include "base/path.h"

#define TABLE	     "upcoming_team_game_context"
#define RANGE	     "2021-10-19..2021-10-21"
#define DAYS	     3
#define PLACE	     "bigquery:p?writes=load"
#define DISK_OPTIONS "size=16m"
#define NEVER	     1000000
#define OF_TABLE     " WHERE table_name = '" TABLE "' AND `hash` <> ''"
#define SEALED	     "SELECT count(*) FROM `p.backcourt_ops.receipts`" OF_TABLE
#define ROWS	     "SELECT count(*) FROM `p.nba_analytics." TABLE "`"
#define IN_RANGE     TABLE, "--warehouse", PLACE, "--range", RANGE, "--state", place->state
#define LEDGER_SAYS  "cannot write the ledger: database or disk is full"

struct place {
	char *home, *state, *filler;
	struct fake_bigquery *service;
	struct fake *server;
};

#define DO(...) PROGRAM_RUN(place->home, __VA_ARGS__)

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
	place->state = test_folder();
	place->filler = path_join(place->state, "filler");
	place->service = fake_bigquery_publish();
	place->server = fake_bigquery_server(place->service);
	*state = place;
	return 0;
}

static int tear_down(void **state)
{
	struct place *place = *state;
	fake_bigquery_withdraw(place->service);
	free(place->filler);
	free(place->state);
	free(place->home);
	free(place);
	return 0;
}

static void fill_the_warehouse(struct place *place)
{
	expect(DO("sample", "--range", "2021-10-19..2021-10-25"), 0, "");
	expect(DO("push", "--raw", "--create", "--remote", PLACE, "--range", RANGE), 0, "");
}

/* From the moment on at which the first date is on its way. */
static struct program_result run_on_a_full_disk(struct place *place)
{
	size_t before = fake_count(place->server, "POST /upload/");
	size_t looks = fake_count(place->server, "GET /jobs/");
	fake_bigquery_limit(place->service, &(const struct fake_limits){.looks_of_load = NEVER});
	struct program program = PROGRAM_START(place->home, "run", IN_RANGE);
	fake_wait_for(place->server, "POST /upload/", before + 1);
	small_disk_fill(place->state, "filler");
	fake_bigquery_limit(place->service, &(const struct fake_limits){0});
	fake_wait_for(place->server, "GET /jobs/", looks + 1); /* it has begun */
	fake_bigquery_land(place->service);
	return program_finish(&program);
}

static int64_t number(struct place *place, const char *sql)
{
	return fake_bigquery_number(place->service, sql);
}

/* Nothing is left to do, and nothing is done twice. */
static void expect_all_done(struct place *place)
{
	size_t uploads = fake_count(place->server, "POST /upload/");
	expect(DO("coverage", IN_RANGE, "--verify"), 0, "3/3");
	expect(DO("run", IN_RANGE), 0, "");
	assert_int_equal(fake_count(place->server, "POST /upload/"), uploads);
}

static void rows_that_the_ledger_missed_are_believed_and_not_written_again(void **state)
{
	struct place *place = *state;
	small_disk_mount(place->state, DISK_OPTIONS);
	fill_the_warehouse(place);
	expect(run_on_a_full_disk(place), 0, LEDGER_SAYS);
	assert_int_equal(number(place, SEALED), DAYS);
	expect(DO("coverage", IN_RANGE), 0, "3/3"); /* the disk is still full */
	assert_int_equal(unlink(place->filler), 0);
	expect_all_done(place);
	small_disk_unmount(place->state);
}

/* Neither here nor there is anything that proves them. */
static void rows_without_receipt_and_ledger_are_in_doubt(void **state)
{
	struct place *place = *state;
	small_disk_mount(place->state, DISK_OPTIONS);
	fill_the_warehouse(place);
	number(place, "CREATE TEMP TRIGGER refusal BEFORE INSERT ON `p.backcourt_ops.receipts`"
		      " WHEN NEW.`hash` <> ''"
		      " BEGIN SELECT RAISE(ABORT, 'Quota exceeded'); END");
	expect(run_on_a_full_disk(place), 2, LEDGER_SAYS);
	assert_int_equal(number(place, SEALED), 0);
	assert_true(number(place, ROWS) > 0);
	expect(DO("coverage", IN_RANGE, "--verify"), 1, "0/3");
	expect(DO("coverage", TABLE, "--warehouse", PLACE, "--range", RANGE, "--verify"), 1,
		"0/3"); /* nor for a machine that knows nothing of the run */
	number(place, "DROP TRIGGER refusal");
	assert_int_equal(unlink(place->filler), 0);
	expect(DO("run", IN_RANGE), 0, "");
	assert_int_equal(number(place, SEALED), DAYS);
	expect_all_done(place);
	small_disk_unmount(place->state);
}

int main(void)
{
#define AT_A_PLACE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		AT_A_PLACE(rows_that_the_ledger_missed_are_believed_and_not_written_again),
		AT_A_PLACE(rows_without_receipt_and_ledger_are_in_doubt),
	};
	small_disk_enter();
	return RUN(tests);
}

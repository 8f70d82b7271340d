/*
 * A login that ends in the middle of a run or a push, with the file that `gcloud auth
 * application-default login` makes, a token's file, and gcloud itself.
 *
 * What was written stays, what was not is no success, the sentence says what to do, nothing is
 * asked for again and again; and after a new login the same command does the rest.
 */
#include "tests/network/support/login_place.h"
#include "tests/network/support/test_key.h"
#include "tests/test.h"

#include "base/path.h"

#define FIRST	  "2021-10-19"
#define SECOND	  "2021-10-20"
#define UPLOAD	  "POST /upload/"
#define ITS_LOAD  "GET /bigquery/v2/projects/p/jobs/backcourt_" LOGIN_CONTEXT "_20211019"
#define ADVICE	  "(run: gcloud auth application-default login)"
#define FEW	  20 /* requests, of somebody who has understood that he is out */
#define RUN_IT(l) LOGIN_DO(l, "run", LOGIN_CONTEXT)

static void expect(struct login_place *login, struct program_result result, int status)
{
	place_expect(login->place, result, status);
}

static void expect_words(const struct login_place *login, const char *words)
{
	place_expect_words(login->place, words);
}

static size_t requests(const struct login_place *login, const char *words)
{
	return fake_count(login->place->server, words);
}

static void expect_rows(const struct login_place *login, int64_t wanted)
{
	assert_int_equal(fake_bigquery_number(login->place->service,
				 "SELECT count(*) FROM `p.nba_analytics." LOGIN_CONTEXT "`"),
		wanted);
}

/* While one is out nobody takes silence for an empty warehouse. */
static void expect_nothing_is_known(struct login_place *login)
{
	expect(login, LOGIN_DO(login, "coverage", LOGIN_CONTEXT), 4);
	expect_words(login, ADVICE);
	expect(login, LOGIN_DO(login, "status"), 4);
	expect_words(login, ADVICE);
}

/* "TABLE,DATE,ROWS,EXPECTED,VERDICT,..." of `coverage --csv`. */
static void expect_verdict(struct login_place *login, const char *date, const char *verdict)
{
	expect(login, LOGIN_DO(login, "coverage", LOGIN_CONTEXT, "--csv"), 1);
	char *begin = memory_format(LOGIN_CONTEXT ",%s,", date);
	const char *line = strstr(login->place->said, begin);
	assert_non_null(line);
	char *row = memory_copy_span(line, strcspn(line, "\n"));
	char *wanted = memory_format(",%s,", verdict);
	if (strstr(row, wanted) == NULL)
		fail_msg("not %s: %s", verdict, row);
	free(row);
	free(begin);
	free(wanted);
}

static void expect_the_rest_after_a_new_login(struct login_place *login)
{
	login_place_log_in(login);
	expect(login, RUN_IT(login), 0);
	expect_rows(login, LOGIN_ROWS);
	expect(login, LOGIN_DO(login, "coverage", LOGIN_CONTEXT), 0);
}

/* The second of three dates comes too late, by what the service says (`tries` of it). */
static void end_at_the_second_date(struct login_place *login, int end, size_t tries)
{
	const struct fake_login ending = {
		.life_seconds = 3599, .ends_at = UPLOAD, .ends_nth = 1, .end = end};
	fake_bigquery_log_in(login->place->service, &ending);
	size_t uploads = requests(login, UPLOAD);
	expect(login, RUN_IT(login), 2);
	expect_words(login, FIRST ": 4 rows");
	expect_words(login, SECOND " FAILED: ");
	expect_words(login, ADVICE);
	expect_words(login, "1 done, 1 failed, 1 left");
	assert_int_equal(requests(login, UPLOAD), uploads + 1 + tries);
	expect_rows(login, 4);
}

static void a_login_that_ends_between_two_dates_ends_the_run(void **state)
{
	struct login_place *login = *state;
	end_at_the_second_date(login, FAKE_LOGIN_ENDS, 1);
	size_t asked = requests(login, "");
	expect_nothing_is_known(login);
	assert_true(requests(login, "") - asked <= FEW);
	login_place_log_in(login);
	expect_verdict(login, SECOND, "failed");
	expect_verdict(login, FIRST, "complete");
	expect_the_rest_after_a_new_login(login);
}

/* One refresh, one more try, and that was it. */
static void tokens_that_are_all_refused_end_the_run(void **state)
{
	struct login_place *login = *state;
	end_at_the_second_date(login, FAKE_TOKENS_END, 2);
	size_t asked = requests(login, "");
	expect_nothing_is_known(login);
	assert_true(requests(login, "") - asked <= FEW);
	expect_the_rest_after_a_new_login(login);
}

/* The rows may come, or not: nobody can ask. It is no success, and the next run finds out. */
static void end_while_a_load_is_under_way(struct login_place *login, struct fake_login ending)
{
	struct fake_bigquery *service = login->place->service;
	ending.ends_at = ITS_LOAD;
	fake_bigquery_limit(service, &(struct fake_limits){.looks_of_load = 1000});
	fake_bigquery_log_in(service, &ending);
	size_t uploads = requests(login, UPLOAD);
	expect(login, RUN_IT(login), 2);
	expect_words(login, FIRST " FAILED: ");
	expect_words(login, ADVICE);
	expect_words(login, "0 done, 1 failed, 2 left");
	assert_int_equal(requests(login, UPLOAD), uploads + 1);
	login_place_log_in(login);
	expect_verdict(login, FIRST, "failed");
	fake_bigquery_land(service);
	fake_bigquery_limit(service, &(struct fake_limits){0});
	expect_verdict(login, FIRST, "suspect");
	expect_the_rest_after_a_new_login(login);
	assert_int_equal(fake_bigquery_traffic(service).clashes, 0);
}

static void a_login_that_ends_while_a_load_is_under_way_leaves_its_date_in_doubt(void **state)
{
	struct login_place *login = *state;
	end_while_a_load_is_under_way(
		login, (struct fake_login){.life_seconds = 3599, .end = FAKE_LOGIN_ENDS});
}

/* Every question wants a new token, since none lives for long: the last one is used up to its end,
 * a second later. */
static void a_token_that_runs_out_and_is_not_renewed_ends_the_run(void **state)
{
	struct login_place *login = *state;
	end_while_a_load_is_under_way(
		login, (struct fake_login){.life_seconds = 1, .end = FAKE_GRANT_ENDS});
}

#define PUSH(l, ...)                                                                               \
	login_place_do(l, (const char *const[]){"push", LOGIN_CONTEXT, "--remote", (l)->warehouse, \
				  "--range", LOGIN_RANGE, __VA_ARGS__, NULL})

static void a_login_that_ends_during_a_push_ends_it(void **state)
{
	struct login_place *login = *state;
	const struct fake_login ending = {.life_seconds = 3599, .ends_at = UPLOAD, .ends_nth = 1};
	program_expect(
		PROGRAM_RUN(login->place->home, "run", LOGIN_CONTEXT, "--range", LOGIN_RANGE), 0,
		NULL);
	fake_bigquery_log_in(login->place->service, &ending);
	size_t asked = requests(login, "POST /token");
	expect(login, PUSH(login, "--create"), 4);
	expect_words(login, ADVICE);
	assert_true(requests(login, "POST /token") - asked <= FEW);
	expect(login, PUSH(login, "--dry-run"), 4);
	expect_words(login, ADVICE);
	login_place_log_in(login);
	expect(login, PUSH(login, "--dry-run"), 1);
	expect(login, PUSH(login, "--create"), 0);
	expect_rows(login, LOGIN_ROWS);
	expect(login, PUSH(login, "--dry-run"), 0);
}

static void a_token_of_a_file_that_is_refused_wants_a_new_one(void **state)
{
	struct login_place *login = *state;
	char *token = test_key_write(login->place->home, "token", "ya29.of-yesterday\n", 0600);
	login_place_use(login, "CLOUDSDK_AUTH_ACCESS_TOKEN_FILE", token);
	expect(login, LOGIN_DO(login, "coverage", LOGIN_CONTEXT), 4);
	expect_words(login, "the login is refused (put a new token into its file)");
	assert_null(strstr(login->place->said, "ya29"));
	free(token);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		AT_A_LOGIN(a_login_that_ends_between_two_dates_ends_the_run),
		AT_A_LOGIN(tokens_that_are_all_refused_end_the_run),
		AT_A_LOGIN(a_login_that_ends_while_a_load_is_under_way_leaves_its_date_in_doubt),
		AT_A_LOGIN(a_token_that_runs_out_and_is_not_renewed_ends_the_run),
		AT_A_LOGIN(a_login_that_ends_during_a_push_ends_it),
		AT_A_LOGIN(a_token_of_a_file_that_is_refused_wants_a_new_one),
	};
	return RUN(tests);
}

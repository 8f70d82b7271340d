/*
 * What the program itself makes of ca_file=... and auth=... in a warehouse's name, before a server
 * that speaks TLS under an authority of its own.
 */
#include "tests/network/support/login_place.h"
#include "tests/network/support/test_certificate.h"
#include "tests/network/support/test_key.h"
#include "tests/network/support/tls_front.h"
#include "tests/test.h"

#include "base/path.h"

static void name_warehouse(struct login_place *login, const char *ca_file, const char *more)
{
	free(login->warehouse);
	login->warehouse = memory_format("bigquery:p?writes=load%s%s%s",
		ca_file == NULL ? "" : "&ca_file=", ca_file == NULL ? "" : ca_file, more);
}

static void expect(
	struct login_place *login, struct program_result result, int status, const char *words)
{
	place_expect(login->place, result, status);
	place_expect_words(login->place, words);
}

/* The state and the name of a check of the doctor's, as its line begins. */
static void expect_finding(struct login_place *login, const char *begin, const char *words)
{
	const char *line = strstr(login->place->said, begin);
	if (line == NULL)
		fail_msg("no \"%s\" in: %s", begin, login->place->said);
	char *text = memory_copy_span(line, strcspn(line, "\n"));
	if (strstr(text, words) == NULL)
		fail_msg("\"%s\" is not in: %s", words, text);
	free(text);
}

static void the_named_authority_opens_the_way(void **state)
{
	struct login_place *login = *state;
	expect(login, LOGIN_DO(login, "coverage", LOGIN_CONTEXT), 1, "0/3");
	/* The doctor misses the tables that nobody has computed yet. */
	expect(login, LOGIN_DO(login, "doctor"), 4, "nba_analytics.player_game_summary");
	expect_finding(login, "good     token ", "good for 59m");
	expect_finding(login, "good     certificates ", "authority.pem");
	expect_finding(login, "good     dry run ", "SELECT 1 would run");
	expect(login, LOGIN_DO(login, "run", LOGIN_CONTEXT), 0, "3 done");
	assert_int_equal(fake_bigquery_number(login->place->service,
				 "SELECT count(*) FROM `p.nba_analytics." LOGIN_CONTEXT "`"),
		LOGIN_ROWS);
}

static char *write_wrong_authority(const struct login_place *login)
{
	struct test_certificate other;
	test_certificate_make(&other, "DNS:evil.example", false);
	char *path = test_key_write(login->place->home, "wrong.pem", other.pem, 0600);
	test_certificate_release(&other);
	return path;
}

/* No certificate, no token, no request: and none of it is taken for an empty warehouse. */
static void without_it_nothing_is_sent_and_it_is_said_why(void **state)
{
	struct login_place *login = *state;
	char *wrong = write_wrong_authority(login);
	char *garbage = test_key_write(login->place->home, "garbage.pem", "no PEM\n", 0600);
	const struct {
		const char *ca_file, *words;
		const char *check, *check_words; /* of the certificates, by the doctor */
		int status;			 /* of the doctor: 1: nothing known to be wrong */
	} cases[] = {
		{NULL, "name its CA file", "good     certificates ", "libcurl", 1},
		{wrong, "name its CA file", "good     certificates ", "wrong.pem", 1},
		{garbage, "garbage.pem", "failed   certificates ", "garbage.pem", 4},
		{"/nowhere/ca.pem", "/nowhere/ca.pem", "failed   certificates ",
			"/nowhere/ca.pem: No such file", 4},
		{login->place->home, "error setting certificate", "failed   certificates ",
			login->place->home, 4},
	};
	size_t asked = fake_count(login->place->server, "");
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		name_warehouse(login, cases[i].ca_file, "");
		expect(login, LOGIN_DO(login, "coverage", LOGIN_CONTEXT), 4, cases[i].words);
		expect(login, LOGIN_DO(login, "doctor"), cases[i].status, "not asked");
		expect_finding(login, cases[i].check, cases[i].check_words);
		expect_finding(login, "unknown  token ", "cannot talk to oauth2.googleapis.com");
	}
	assert_int_equal(fake_count(login->place->server, ""), asked);
	assert_int_equal(tls_front_counts(login->front).handshakes, 0);
	free(wrong);
	free(garbage);
}

static void a_run_without_the_authority_fails_and_writes_nothing(void **state)
{
	struct login_place *login = *state;
	size_t asked = fake_count(login->place->server, "");
	name_warehouse(login, "/nowhere/ca.pem", "");
	expect(login, LOGIN_DO(login, "run", LOGIN_CONTEXT), 4, "/nowhere/ca.pem");
	assert_int_equal(fake_count(login->place->server, ""), asked);
}

/* Nothing is asked, of nobody: the words are wrong, not the warehouse. */
static void any_other_login_than_gcloud_is_a_misspelt_one(void **state)
{
	struct login_place *login = *state;
	static const struct {
		const char *more, *words;
	} cases[] = {
		{"&auth=adc", "auth is gcloud (which then prints the tokens), not \"adc\""},
		{"&auth=GCLOUD", "not \"GCLOUD\""},
		{"&auth=gcloud%20", "not \"gcloud%20\""},
		{"&auth=", "not \"\""},
		{"&auth", "\"auth\" is not an option of the form key=value"},
		{"&Auth=gcloud", "there is no option \"Auth\""},
	};
	size_t asked = fake_count(login->place->server, "");
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		name_warehouse(login, login->authority, cases[i].more);
		expect(login, LOGIN_DO(login, "coverage", LOGIN_CONTEXT), 3, cases[i].words);
		expect(login, LOGIN_DO(login, "run", LOGIN_CONTEXT), 3, cases[i].words);
		expect(login, LOGIN_DO(login, "doctor"), 4, "failed   endpoint");
	}
	assert_int_equal(fake_count(login->place->server, ""), asked);
}

/* A "gcloud" of the test's, the first on the path; it notes how it was started. */
static char *come_before_gcloud(const struct login_place *login)
{
	const char *home = login->place->home;
	char *before = memory_copy_text(getenv("PATH"));
	char *text = memory_format(
		"#!/bin/sh\necho \"$*\" >%s/started\necho ya29.of-the-fake-0\n", home);
	free(test_key_write(home, "gcloud", text, 0700));
	char *path = memory_format("%s:%s", home, before);
	setenv("PATH", path, 1);
	free(path);
	free(text);
	return before;
}

static void gcloud_gives_the_tokens_where_it_is_asked_for(void **state)
{
	struct login_place *login = *state;
	struct buffer started = {0};
	struct error err;
	char *path = come_before_gcloud(login);
	char *notes = path_join(login->place->home, "started");
	name_warehouse(login, login->authority, "");
	expect(login, LOGIN_DO(login, "coverage", LOGIN_CONTEXT), 1, "0/3");
	assert_false(path_exists(notes)); /* nobody has asked for it */
	name_warehouse(login, login->authority, "&auth=gcloud");
	size_t given = fake_count(login->place->server, "POST /token");
	expect(login, LOGIN_DO(login, "coverage", LOGIN_CONTEXT), 1, "0/3");
	assert_int_equal(fake_count(login->place->server, "POST /token"), given);
	assert_true(path_read_file(notes, 4096, &started, &err));
	assert_string_equal(buffer_text(&started), "auth print-access-token --quiet\n");
	expect(login, LOGIN_DO(login, "doctor"), 4, "nba_analytics");
	expect_finding(login, "good     identity ", "gcloud auth print-access-token (gcloud)");
	buffer_release(&started);
	setenv("PATH", path, 1);
	free(notes);
	free(path);
}

/* The token of gcloud's is refused in the middle of a run, and so is the next that it prints. */
static void tokens_of_gcloud_s_that_are_refused_end_the_run(void **state)
{
	struct login_place *login = *state;
	const struct fake_login ending = {.life_seconds = 3599,
		.ends_at = "POST /upload/",
		.ends_nth = 1,
		.end = FAKE_TOKENS_END};
	char *path = come_before_gcloud(login);
	name_warehouse(login, login->authority, "&auth=gcloud");
	fake_bigquery_log_in(login->place->service, &ending);
	expect(login, LOGIN_DO(login, "run", LOGIN_CONTEXT), 2, "2021-10-20 FAILED: ");
	place_expect_words(login->place, "the login is refused (run: gcloud auth login)");
	place_expect_words(login->place, "1 done, 1 failed, 1 left");
	setenv("PATH", path, 1);
	free(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		AT_A_LOGIN(the_named_authority_opens_the_way),
		AT_A_LOGIN(without_it_nothing_is_sent_and_it_is_said_why),
		AT_A_LOGIN(a_run_without_the_authority_fails_and_writes_nothing),
		AT_A_LOGIN(any_other_login_than_gcloud_is_a_misspelt_one),
		AT_A_LOGIN(gcloud_gives_the_tokens_where_it_is_asked_for),
		AT_A_LOGIN(tokens_of_gcloud_s_that_are_refused_end_the_run),
	};
	return RUN(tests);
}

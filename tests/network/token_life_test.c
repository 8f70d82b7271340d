/* How long a token is used before another is had, by a clock of the test's. */
#include "tests/network/support/fake_server.h"
#include "tests/network/support/no_time.h"
#include "tests/network/support/test_key.h"
#include "tests/test.h"

#include "base/path.h"
#include "warehouse/access_token.h"

#include <sys/stat.h>

#define UNSAID_MS INT64_C(300000)
#define BEGIN_MS  INT64_C(1637107200000) /* 2021-11-17T00:00:00Z */

static int64_t now_ms;

static int64_t tell_now(void)
{
	return now_ms;
}

struct place {
	struct fake *fake;
	struct http *http;
	char *folder;
	struct credential *credential;
	struct token_source *source;
};

static int set_up(void **state)
{
	struct place *place = memory_new(sizeof(*place));
	place->fake = fake_start();
	place->folder = test_folder();
	assert_true(
		http_new(&(const struct http_settings){.policy = &no_time}, &place->http, NULL));
	setenv("HOME", place->folder, 1);
	now_ms = BEGIN_MS;
	*state = place;
	return 0;
}

static int tear_down(void **state)
{
	struct place *place = *state;
	unsetenv("CLOUDSDK_AUTH_ACCESS_TOKEN_FILE");
	token_source_free(place->source);
	credential_free(place->credential);
	http_free(place->http);
	fake_finish(place->fake);
	free(place->folder);
	free(place);
	return 0;
}

static void log_in(struct place *place, const struct credential_search *search)
{
	struct error err;
	if (!credential_find(search, &place->credential, &err))
		fail_msg("%s", err.text);
	const struct token_settings settings = {.credential = place->credential,
		.scope = SCOPE_BIGQUERY,
		.now_ms = tell_now,
		.test_origin = fake_url(place->fake)};
	place->source = token_source_new(&settings);
}

static void expect_token(struct place *place, const char *wanted)
{
	struct error err;
	char *token;
	if (!token_source_get(place->source, place->http, NULL, &token, &err))
		fail_msg("%s", err.text);
	assert_string_equal(token, wanted);
	secret_free(token);
}

static void write_token(const struct place *place, const char *token)
{
	free(test_key_write(place->folder, "token", token, 0600));
}

static void name_token_file(const struct place *place)
{
	char *path = path_join(place->folder, "token");
	setenv("CLOUDSDK_AUTH_ACCESS_TOKEN_FILE", path, 1);
	free(path);
}

static void a_token_file_is_read_again_after_five_minutes(void **state)
{
	struct place *place = *state;
	write_token(place, "ya29.one\n");
	name_token_file(place);
	log_in(place, &(const struct credential_search){0});
	expect_token(place, "ya29.one");
	write_token(place, "ya29.two\n");
	now_ms = BEGIN_MS + UNSAID_MS - 1;
	expect_token(place, "ya29.one");
	now_ms = BEGIN_MS + UNSAID_MS;
	expect_token(place, "ya29.two");
}

/* Its start takes seconds: once in five minutes is often enough. */
static void gcloud_is_started_again_after_five_minutes(void **state)
{
	struct place *place = *state;
	char *script = memory_format("#!/bin/sh\necho x >>%s/runs\necho ya29.$(wc -l <%s/runs)\n",
		place->folder, place->folder);
	free(test_key_write(place->folder, "gcloud", script, 0700));
	free(script);
	char *search = memory_format("%s:/bin:/usr/bin", place->folder);
	setenv("PATH", search, 1);
	free(search);
	log_in(place, &(const struct credential_search){.is_gcloud_asked = true});
	expect_token(place, "ya29.1");
	now_ms = BEGIN_MS + UNSAID_MS - 1;
	expect_token(place, "ya29.1");
	now_ms = BEGIN_MS + UNSAID_MS;
	expect_token(place, "ya29.2");
}

/* What it was had with says nothing of its end; it does itself. */
static void a_token_that_says_its_end_is_renewed_ahead_of_that(void **state)
{
	struct place *place = *state;
	static const struct fake_step steps[] = {
		{"POST", {.body = "{\"accessToken\":\"ya29.first\","
				  "\"expireTime\":\"2021-11-17T01:00:00Z\"}"}},
		{"POST", {.body = "{\"accessToken\":\"ya29.second\","
				  "\"expireTime\":\"2021-11-17T02:00:00Z\"}"}}};
	FAKE_SCRIPT(place->fake, steps);
	write_token(place, "ya29.one\n");
	name_token_file(place);
	log_in(place,
		&(const struct credential_search){.impersonate = "a@p.iam.gserviceaccount.com"});
	expect_token(place, "ya29.first");
	now_ms = BEGIN_MS + 3600000 - TOKEN_AHEAD_MS - 1;
	expect_token(place, "ya29.first");
	now_ms++;
	expect_token(place, "ya29.second");
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_token_file_is_read_again_after_five_minutes),
		TEST(gcloud_is_started_again_after_five_minutes),
		TEST(a_token_that_says_its_end_is_renewed_ahead_of_that),
	};
	return RUN(tests);
}

/* TLS as it is met in the world: wrong certificates, old versions, proxies in between. */
#include "tests/network/support/fake_server.h"
#include "tests/network/support/no_time.h"
#include "tests/network/support/test_key.h"
#include "tests/network/support/tls_front.h"
#include "tests/test.h"

#include "base/path.h"
#include "warehouse/access_token.h"
#include "warehouse/bigquery.h"

struct place {
	struct fake *fake;
	struct tls_front *front;
	struct http *http;
	char *folder, *authority;
	char url[64];
};

static int set_up(void **state)
{
	struct place *place = memory_new(sizeof(*place));
	place->fake = fake_start();
	place->folder = test_folder();
	no_time_reset();
	*state = place;
	return 0;
}

static void close_front(struct place *place)
{
	http_free(place->http);
	place->http = NULL;
	if (place->front != NULL)
		tls_front_finish(place->front);
	place->front = NULL;
	free(place->authority);
	place->authority = NULL;
}

static int tear_down(void **state)
{
	struct place *place = *state;
	close_front(place);
	fake_finish(place->fake);
	free(place->folder);
	free(place);
	return 0;
}

/* A client that trusts the authority of the front, or (is_trusted false) those of the system. */
static void open_front(struct place *place, struct tls_front_manners manners, bool is_trusted)
{
	struct error err;
	close_front(place);
	place->front = tls_front_start(fake_port(place->fake), manners);
	place->authority = test_key_write(
		place->folder, "authority.pem", tls_front_certificate(place->front), 0600);
	snprintf(place->url, sizeof(place->url), "https://127.0.0.1:%d/x",
		tls_front_port(place->front));
	const struct http_settings settings = {
		.ca_file = is_trusted ? place->authority : NULL, .policy = &no_time};
	assert_true(http_new(&settings, &place->http, &err));
	no_time_reset();
}

static enum http_result call(struct place *place, const char *url, struct error *err)
{
	struct http_reply reply = {0};
	const struct http_request request = {
		.url = url, .bearer = "ya29.never-shown", .reply_bytes_max = 100000};
	*err = (struct error){0};
	enum http_result result =
		http_call(place->http, &request, http_judge_status, NULL, &reply, err);
	http_reply_release(&reply);
	assert_null(strstr(err->text, "ya29"));
	return result;
}

static void a_server_that_is_vouched_for_is_spoken_to_and_offered_http2(void **state)
{
	struct place *place = *state;
	struct error err;
	const struct fake_step steps[] = {{"GET /x", {.body = "{}"}}};
	FAKE_SCRIPT(place->fake, steps);
	open_front(place, (struct tls_front_manners){0}, true);
	if (call(place, place->url, &err) != HTTP_ANSWERED)
		fail_msg("%s", err.text);
	struct tls_front_count counts = tls_front_counts(place->front);
	assert_int_equal(counts.handshakes, 1);
	assert_true(counts.is_http2_offered);
	assert_non_null(strstr(fake_headers(place->fake, "GET", 0), "Bearer ya29.never-shown\r\n"));
}

/* Nothing is sent, nothing is tried twice, and it is said why. */
static void a_wrong_certificate_ends_it_before_the_token_goes_out(void **state)
{
	struct place *place = *state;
	static const struct {
		struct tls_front_manners manners;
		bool is_trusted;
		const char *words;
	} cases[] = {
		{{0}, false, "name its CA file"},
		{{.names = "DNS:evil.example"}, true, "no alternative certificate subject name"},
		{{.names = "DNS:evil.example"}, false, "SSL certificate problem"},
		{{.is_over = true}, true, "certificate has expired"},
	};
	struct error err;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		open_front(place, cases[i].manners, cases[i].is_trusted);
		assert_int_equal(call(place, place->url, &err), HTTP_REFUSED);
		if (strstr(err.text, cases[i].words) == NULL)
			fail_msg("\"%s\" is not in: %s", cases[i].words, err.text);
		assert_non_null(strstr(err.text, "cannot talk to 127.0.0.1"));
		assert_int_equal(tls_front_counts(place->front).connections, 1);
		assert_int_equal(no_time_wait_count(), 0);
	}
	assert_int_equal(fake_count(place->fake, ""), 0);
}

static void a_tls_of_yesterday_is_not_spoken(void **state)
{
	struct place *place = *state;
	struct error err;
	open_front(place, (struct tls_front_manners){.is_old = true}, true);
	assert_int_not_equal(call(place, place->url, &err), HTTP_ANSWERED);
	assert_int_equal(tls_front_counts(place->front).handshakes, 0);
	assert_int_equal(fake_count(place->fake, ""), 0);
	assert_int_equal(no_time_wait_count(), 1); /* a handshake that breaks is tried once more */
}

/* The proxy opens TLS with a certificate of its own, which ca_file vouches for. */
static void a_proxy_that_opens_tls_is_taken_when_it_is_named(void **state)
{
	struct place *place = *state;
	struct error err;
	char proxy[64];
	const struct fake_step steps[] = {{"GET /y", {.body = "{}"}}};
	FAKE_SCRIPT(place->fake, steps);
	open_front(place, (struct tls_front_manners){.is_proxy = true}, true);
	snprintf(proxy, sizeof(proxy), "http://127.0.0.1:%d", tls_front_port(place->front));
	setenv("https_proxy", proxy, 1);
	enum http_result result = call(place, "https://bigquery.googleapis.com/y", &err);
	unsetenv("https_proxy");
	if (result != HTTP_ANSWERED)
		fail_msg("%s", err.text);
	assert_non_null(
		strstr(fake_headers(place->fake, "GET", 0), "Host: bigquery.googleapis.com\r\n"));
}

/* One question to the proxy, none behind it, and the words that help. */
static void a_proxy_that_wants_a_login_is_asked_once(void **state)
{
	struct place *place = *state;
	struct error err;
	char proxy[100];
	static const struct fake_step steps[] = {{"CONNECT",
		{.status = 407, .headers = "Proxy-Authenticate: Basic realm=\"x\"\r\n"}}};
	FAKE_SCRIPT(place->fake, steps); /* a second request would fail the test */
	open_front(place, (struct tls_front_manners){0}, true);
	snprintf(proxy, sizeof(proxy), "http://127.0.0.1:%d", fake_port(place->fake));
	setenv("https_proxy", proxy, 1);
	enum http_result result = call(place, "https://bigquery.googleapis.com/y", &err);
	unsetenv("https_proxy");
	assert_int_equal(result, HTTP_REFUSED);
	assert_non_null(strstr(err.text, "407"));
	assert_non_null(strstr(err.text, "https_proxy"));
	assert_int_equal(no_time_wait_count(), 0);
}

/* The whole way of a service account to its first row, as if Google were there. */
static void a_key_a_token_and_a_query_go_to_google_s_own_names(void **state)
{
	struct place *place = *state;
	char proxy[64], *text = test_key_file(2048);
	struct credential *credential;
	struct bigquery *client;
	struct error err;
	int64_t bytes;
	const struct fake_step steps[] = {
		{"POST /token", {.body = "{\"access_token\":\"ya29.mine\",\"expires_in\":3599}"}},
		{"POST /bigquery/v2/projects/p/queries",
			{.body = "{\"jobComplete\":true,\"totalBytesProcessed\":\"7\"}"}}};
	FAKE_SCRIPT(place->fake, steps);
	open_front(place, (struct tls_front_manners){.is_proxy = true}, true);
	snprintf(proxy, sizeof(proxy), "http://127.0.0.1:%d", tls_front_port(place->front));
	assert_true(credential_parse(text, strlen(text), "key.json", &credential, &err));
	const struct token_settings tokens = {.credential = credential, .scope = SCOPE_BIGQUERY};
	struct token_source *source = token_source_new(&tokens);
	const struct bigquery_settings settings = {
		.project = "p", .ca_file = place->authority, .tokens = source, .policy = &no_time};
	const struct bigquery_query query = {.name = "q", .sql = "SELECT 1"};
	assert_true(bigquery_new(&settings, &client, &err));
	setenv("https_proxy", proxy, 1);
	bool done = bigquery_estimate(client, &query, &bytes, &err);
	unsetenv("https_proxy");
	if (!done)
		fail_msg("%s", err.text);
	assert_int_equal(bytes, 7);
	assert_non_null(strstr(
		fake_headers(place->fake, "POST /token", 0), "Host: oauth2.googleapis.com\r\n"));
	const char *sent = fake_headers(place->fake, "POST /bigquery", 0);
	assert_non_null(strstr(sent, "Host: bigquery.googleapis.com\r\n"));
	assert_non_null(strstr(sent, "Authorization: Bearer ya29.mine\r\n"));
	bigquery_free(client);
	token_source_free(source);
	credential_free(credential);
	free(text);
}

static char *key_log;

/* A variable that libcurl's OpenSSL would obey: the keys of every connection into a file. */
static int ask_for_a_key_log(void **state)
{
	char *folder = test_folder();
	(void)state;
	key_log = path_join(folder, "keys");
	setenv("SSLKEYLOGFILE", key_log, 1);
	free(folder);
	return 0;
}

/* The last of the tests: all handshakes are over. */
static void no_key_of_a_connection_was_written_down(void **state)
{
	(void)state;
	assert_null(getenv("SSLKEYLOGFILE"));
	assert_false(path_exists(key_log));
}

static int free_key(void **state)
{
	(void)state;
	free(key_log);
	test_key_free();
	return 0;
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_server_that_is_vouched_for_is_spoken_to_and_offered_http2),
		TEST(a_wrong_certificate_ends_it_before_the_token_goes_out),
		TEST(a_tls_of_yesterday_is_not_spoken),
		TEST(a_proxy_that_opens_tls_is_taken_when_it_is_named),
		TEST(a_proxy_that_wants_a_login_is_asked_once),
		TEST(a_key_a_token_and_a_query_go_to_google_s_own_names),
		cmocka_unit_test(no_key_of_a_connection_was_written_down),
	};
	return cmocka_run_group_tests(tests, ask_for_a_key_log, free_key);
}

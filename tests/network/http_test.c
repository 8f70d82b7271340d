/* The HTTP client against a server that does everything wrong that a server can. */
#include "tests/network/support/fake_server.h"
#include "tests/network/support/no_time.h"
#include "tests/test.h"

#include "base/cancel.h"
#include "warehouse/http.h"

#include <curl/curl.h>
#include <pthread.h>

#define SECRET "ya29.a-token-that-nobody-may-see"

struct place {
	struct fake *fake;
	struct http *http;
	struct cancel *cancel;
	char url[128];
};

static int set_up(void **state)
{
	struct place *place = memory_new(sizeof(*place));
	struct error err;
	assert_true(cancel_new(&place->cancel, &err));
	struct http_settings settings = {.cancel = place->cancel, .policy = &no_time};
	assert_true(http_new(&settings, &place->http, &err));
	place->fake = fake_start();
	snprintf(place->url, sizeof(place->url), "%s/path?q=secret-query", fake_url(place->fake));
	no_time_reset();
	*state = place;
	return 0;
}

static int tear_down(void **state)
{
	struct place *place = *state;
	http_free(place->http);
	fake_finish(place->fake);
	cancel_free(place->cancel);
	free(place);
	return 0;
}

static struct http_request get(const struct place *place)
{
	return (struct http_request){.url = place->url,
		.bearer = SECRET,
		.reply_bytes_max = 100000,
		.is_plain_allowed = true};
}

/* One try that must end so; the message may hold nothing secret. */
static void expect_failure(struct place *place, enum http_result wanted, const char *words)
{
	struct http_request request = get(place);
	struct http_reply reply;
	struct error err;
	enum http_result result = http_send(place->http, &request, &reply, &err);
	if (result != wanted || strstr(err.text, words) == NULL)
		fail_msg("result %d: %s", (int)result, err.text);
	assert_null(strstr(err.text, "ya29"));
	assert_null(strstr(err.text, "secret-query"));
}

static void an_answer_comes_with_its_status_headers_and_body(void **state)
{
	struct place *place = *state;
	const struct fake_step steps[] = {{"POST /path?q=",
		{.status = 308,
			.body = "{}",
			.headers = "Location: http://elsewhere/x\r\nRange: bytes=0-9\r\n"
				   "Retry-After: 7\r\nMetadata-Flavor: Google\r\n"
				   "Date: Tue, 16 Nov 2021 00:00:01 GMT\r\n"}}};
	FAKE_SCRIPT(place->fake, steps);
	const char *extra[] = {"X-Goog-User-Project: mine"};
	struct http_request request = get(place);
	request.method = HTTP_POST;
	request.content_type = "application/json";
	request.body = "{\"a\": 1}";
	request.body_bytes = 8;
	request.headers = extra;
	request.header_count = 1;
	struct http_reply reply;
	struct error err;
	assert_int_equal(http_send(place->http, &request, &reply, &err), HTTP_ANSWERED);
	assert_int_equal(reply.status, 308); /* not followed */
	assert_string_equal(buffer_text(&reply.body), "{}");
	assert_string_equal(reply.location, "http://elsewhere/x");
	assert_string_equal(reply.range, "bytes=0-9");
	assert_int_equal(reply.retry_after_ms, 7000);
	assert_int_equal(reply.date_ms, 1637020801000);
	assert_true(reply.is_metadata);
	http_reply_release(&reply);
	assert_string_equal(fake_body(place->fake, "", 0), "{\"a\": 1}");
	const char *sent = fake_headers(place->fake, "", 0);
	assert_non_null(strstr(sent, "Authorization: Bearer " SECRET "\r\n"));
	assert_non_null(strstr(sent, "Content-Type: application/json\r\n"));
	assert_non_null(strstr(sent, "X-Goog-User-Project: mine\r\n"));
	assert_non_null(strstr(sent, "Accept-Encoding: gzip\r\n"));
	assert_non_null(strstr(sent, "(gzip)"));
	assert_null(strstr(sent, "Expect"));
}

static void a_packed_answer_is_unpacked(void **state)
{
	struct place *place = *state;
	const struct fake_step steps[] = {{"GET", {.body = "unpacked", .fault = FAKE_GZIP}}};
	FAKE_SCRIPT(place->fake, steps);
	struct http_request request = get(place);
	struct http_reply reply;
	struct error err;
	assert_int_equal(http_send(place->http, &request, &reply, &err), HTTP_ANSWERED);
	assert_string_equal(buffer_text(&reply.body), "unpacked");
	http_reply_release(&reply);
}

static void every_length_has_its_limit(void **state)
{
	struct place *place = *state;
	const struct fake_step steps[] = {
		{"GET", {.fault = FAKE_ENDLESS_BODY}},
		{"GET", {.fault = FAKE_ENDLESS_HEADERS}},
		{"GET", {.fault = FAKE_GZIP_BOMB}},
	};
	FAKE_SCRIPT(place->fake, steps);
	expect_failure(place, HTTP_REFUSED, "the answer is longer than the limit of 100000 bytes");
	expect_failure(place, HTTP_REFUSED, "header");
	expect_failure(place, HTTP_REFUSED, "the answer is longer than the limit of 100000 bytes");
	struct http_request request = get(place);
	struct http_reply reply;
	struct error err;
	request.method = HTTP_POST;
	request.body = "";
	request.body_bytes = HTTP_REQUEST_BYTES_MAX + (size_t)1;
	assert_int_equal(http_send(place->http, &request, &reply, &err), HTTP_REFUSED);
	assert_int_equal(err.kind, ERROR_LIMIT);
}

static void an_answer_of_exactly_the_limit_is_taken(void **state)
{
	struct place *place = *state;
	const struct fake_step steps[] = {
		{"GET", {.body = "0123456789"}}, {"GET", {.body = "0123456789a"}}};
	FAKE_SCRIPT(place->fake, steps);
	struct http_request request = get(place);
	struct http_reply reply;
	struct error err;
	request.reply_bytes_max = 10;
	assert_int_equal(http_send(place->http, &request, &reply, &err), HTTP_ANSWERED);
	http_reply_release(&reply);
	assert_int_equal(http_send(place->http, &request, &reply, &err), HTTP_REFUSED);
}

static void expect_length(
	struct place *place, int status, const char *body, enum http_result wanted)
{
	const struct fake_step steps[] = {{"GET", {.status = status, .body = body}}};
	struct http_request request = get(place);
	struct http_reply reply = {0};
	struct error err = {0};
	request.reply_bytes_max = (size_t)4 * HTTP_ERROR_BYTES_MAX;
	FAKE_SCRIPT(place->fake, steps);
	enum http_result result = http_send(place->http, &request, &reply, &err);
	if (result != wanted)
		fail_msg("status %d, %zu bytes: %d: %s", status, strlen(body), (int)result,
			err.text);
	if (result == HTTP_REFUSED)
		assert_non_null(strstr(err.text, "longer than the limit of 1048576 bytes"));
	http_reply_release(&reply);
}

static void the_body_of_an_error_is_shorter_than_that_of_an_answer(void **state)
{
	struct place *place = *state;
	static char most[HTTP_ERROR_BYTES_MAX + 1], more[HTTP_ERROR_BYTES_MAX + 2];
	memset(most, 'x', sizeof(most) - 1);
	memset(more, 'x', sizeof(more) - 1);
	expect_length(place, 200, more, HTTP_ANSWERED);
	expect_length(place, 400, most, HTTP_ANSWERED);
	expect_length(place, 400, more, HTTP_REFUSED);
	expect_length(place, 503, more, HTTP_REFUSED);
}

static void a_connection_that_breaks_may_be_tried_again(void **state)
{
	struct place *place = *state;
	const struct fake_step steps[] = {
		{"GET", {.fault = FAKE_CLOSES}},
		{"GET", {.fault = FAKE_RESETS}},
		{"GET", {.fault = FAKE_CUTS, .body = "half of this"}},
	};
	FAKE_SCRIPT(place->fake, steps);
	for (size_t i = 0; i < ARRAY_COUNT(steps); i++)
		expect_failure(place, HTTP_UNHEARD, "cannot talk to 127.0.0.1");
}

static void a_connection_without_a_byte_is_given_up(void **state)
{
	struct place *place = *state;
	const struct fake_step steps[] = {{"GET", {.fault = FAKE_STALLS, .body = "half of this"}}};
	FAKE_SCRIPT(place->fake, steps);
	struct http_settings settings = {.stall_seconds = 1, .policy = &no_time};
	struct error err;
	http_free(place->http);
	assert_true(http_new(&settings, &place->http, &err));
	expect_failure(place, HTTP_UNHEARD, "cannot talk to 127.0.0.1");
}

/* How often the thread that waits for the network was woken. */
static _Atomic int wake_count;

CURLMcode __real_curl_multi_wakeup(CURLM *multi);
CURLMcode __wrap_curl_multi_wakeup(CURLM *multi);

CURLMcode __wrap_curl_multi_wakeup(CURLM *multi)
{
	wake_count++;
	return __real_curl_multi_wakeup(multi);
}

struct stop {
	struct place *place;
	int woken; /* until the stop came */
};

static void *raise_later(void *argument)
{
	struct stop *stop = argument;
	fake_wait_for(stop->place->fake, "", 1);
	stop->woken = wake_count;
	cancel_raise(stop->place->cancel, CANCEL_NOW);
	return NULL;
}

static void a_silent_server_is_left_at_once(void **state)
{
	struct place *place = *state;
	const struct fake_step steps[] = {{"GET", {.fault = FAKE_SILENT}}};
	FAKE_SCRIPT(place->fake, steps);
	struct stop stop = {.place = place};
	struct http_request request = get(place);
	struct http_reply reply;
	struct error err;
	pthread_t thread;
	assert_int_equal(pthread_create(&thread, NULL, raise_later, &stop), 0);
	enum http_result result =
		http_call(place->http, &request, http_judge_status, NULL, &reply, &err);
	pthread_join(thread, NULL);
	assert_int_equal(result, HTTP_STOPPED);
	assert_int_equal(err.kind, ERROR_CANCELLED);
	/* Else it would be left when libcurl next looks how long it is silent. */
	assert_true(wake_count > stop.woken);
}

static void plain_http_and_broken_tls_are_refused(void **state)
{
	struct place *place = *state;
	struct http_request request = get(place);
	struct http_reply reply;
	struct error err;
	request.is_plain_allowed = false;
	assert_int_equal(http_send(place->http, &request, &reply, &err), HTTP_REFUSED);
	assert_int_equal(fake_count(place->fake, ""), 0);
	request.url = "file:///etc/passwd";
	assert_int_equal(http_send(place->http, &request, &reply, &err), HTTP_REFUSED);
	char url[64];
	snprintf(url, sizeof(url), "https://127.0.0.1:%d/", fake_port(place->fake));
	request.url = url;
	enum http_result result =
		http_call(place->http, &request, http_judge_status, NULL, &reply, &err);
	assert_int_not_equal(result, HTTP_ANSWERED);
	assert_true(no_time_wait_count() <= 1); /* a handshake that fails is tried once more */
}

/* A host that is none of ours must be refused before a byte goes out; the others are let pass as
 * far as this machine's end of the connection. */
static void plain_http_stays_near(void **state)
{
	struct place *place = *state;
	static const char *const elsewhere[] = {"http://localhost.evil.example/",
		"http://127.0.0.1.evil.example/", "http://evil.example/?http://127.0.0.1/",
		"http://127.0.0.1@evil.example/", "http://127.0.0.1:80@evil.example/",
		"http://user:127.0.0.1@evil.example/", "http://evil.example#@127.0.0.1/",
		"http://127.0.0.1\\@evil.example/", "http:\\\\127.0.0.1/", "http:evil.example/",
		"http:///evil.example/", "HTTP://evil.example/", "http://127.0.0.1%2eevil.example/",
		"http://127.0.0.1%00.evil.example/", "http://127.0.0.1.5/",
		"http://localhost.evil/", "http://0.0.0.0/", "http://[::]/",
		"http://[::ffff:127.0.0.1]/", "http://[::1", "http://10.0.0.1/",
		"http://126.255.255.255/", "http://128.0.0.1/",
		"http://metadata.google.internal.evil.example/",
		"http://metadata.google.internal@evil.example/", "http://metadata/",
		"http://metadata.google.internal:8080/", "http://169.254.169.254.evil.example/",
		"http://169.254.169.253/", "http://169.254.169.254:8080/", "http://", "http://@/"};
	for (size_t i = 0; i < ARRAY_COUNT(elsewhere); i++) {
		struct http_request request = get(place);
		struct http_reply reply;
		struct error err = {0};
		request.url = elsewhere[i];
		if (http_send(place->http, &request, &reply, &err) != HTTP_REFUSED ||
			strstr(err.text, "only https is spoken outside this machine") == NULL)
			fail_msg("%s: %s", elsewhere[i], err.text);
	}
	assert_int_equal(http_request_count(place->http), 0);
	assert_true(http_is_metadata("http://169.254.169.254/computeMetadata/v1/"));
	assert_true(http_is_metadata("http://metadata.google.internal:80/x"));
	assert_true(http_is_loopback("http://localhost@127.0.0.1/"));
	assert_true(http_is_loopback("http://127.255.255.255/"));
}

static void this_machine_is_near_by_each_of_its_names(void **state)
{
	struct place *place = *state;
	const struct fake_step steps[] = {{"GET", {.body = "{}"}}, {"GET", {.body = "{}"}},
		{"GET", {.body = "{}"}}, {"GET", {.body = "{}"}}};
	static const char *const hosts[] = {
		"127.0.0.1", "localhost", "LOCALHOST", "evil.example@127.0.0.1"};
	FAKE_SCRIPT(place->fake, steps);
	setenv("http_proxy", "http://127.0.0.1:1", 1);
	for (size_t i = 0; i < ARRAY_COUNT(hosts); i++) {
		struct http_request request = get(place);
		struct http_reply reply;
		struct error err;
		char url[128];
		snprintf(url, sizeof(url), "http://%s:%d/", hosts[i], fake_port(place->fake));
		request.url = url;
		if (http_send(place->http, &request, &reply, &err) != HTTP_ANSWERED)
			fail_msg("%s: %s", url, err.text);
		http_reply_release(&reply);
	}
	unsetenv("http_proxy");
	assert_int_equal(fake_count(place->fake, "GET"), ARRAY_COUNT(hosts));
}

/* 0.0.0.0 leads to this machine, but no rule knows that: it stands for another one. */
static void plain_http_goes_elsewhere_only_to_the_origin_that_was_named(void **state)
{
	struct place *place = *state;
	const struct fake_step steps[] = {{"GET", {.body = "{}"}}};
	struct http_request request = get(place);
	struct http_reply reply;
	struct error err;
	char url[128], origin[64];
	FAKE_SCRIPT(place->fake, steps);
	snprintf(origin, sizeof(origin), "http://0.0.0.0:%d", fake_port(place->fake));
	snprintf(url, sizeof(url), "%s/path", origin);
	request.url = url;
	assert_int_equal(http_send(place->http, &request, &reply, &err), HTTP_REFUSED);
	request.plain_origin = "http://0.0.0.0:1";
	assert_int_equal(http_send(place->http, &request, &reply, &err), HTTP_REFUSED);
	request.plain_origin = origin;
	request.is_plain_allowed = false;
	assert_int_equal(http_send(place->http, &request, &reply, &err), HTTP_REFUSED);
	request.is_plain_allowed = true;
	setenv("http_proxy", "http://127.0.0.1:1", 1);
	if (http_send(place->http, &request, &reply, &err) != HTTP_ANSWERED)
		fail_msg("%s", err.text);
	unsetenv("http_proxy");
	http_reply_release(&reply);
	assert_int_equal(fake_count(place->fake, ""), 1);
}

static void a_proxy_never_sees_the_token(void **state)
{
	struct place *place = *state;
	const struct fake_step steps[] = {
		{"CONNECT", {.status = 407}},
	};
	FAKE_SCRIPT(place->fake, steps);
	struct http_request request = get(place);
	struct http_reply reply;
	struct error err;
	request.is_plain_allowed = false;
	request.url = "https://bigquery.invalid/";
	setenv("https_proxy", fake_url(place->fake), 1);
	enum http_result result = http_send(place->http, &request, &reply, &err);
	unsetenv("https_proxy");
	assert_int_not_equal(result, HTTP_ANSWERED);
	assert_non_null(strstr(fake_headers(place->fake, "CONNECT", 0), "bigquery.invalid:443"));
	assert_null(strstr(fake_headers(place->fake, "CONNECT", 0), "ya29"));
}

static void passing_troubles_are_waited_out(void **state)
{
	struct place *place = *state;
	const struct fake_step steps[] = {
		{"GET", {.status = 503}},
		{"GET", {.status = 429, .headers = "Retry-After: 40\r\n"}},
		{"GET", {.fault = FAKE_RESETS}},
		{"GET", {.status = 502, .body = "<html>bad gateway</html>"}},
		{"GET", {.body = "at last"}},
	};
	FAKE_SCRIPT(place->fake, steps);
	struct http_request request = get(place);
	struct http_reply reply;
	struct error err;
	assert_int_equal(http_call(place->http, &request, http_judge_status, NULL, &reply, &err),
		HTTP_ANSWERED);
	assert_string_equal(buffer_text(&reply.body), "at last");
	http_reply_release(&reply);
	assert_int_equal(no_time_wait_count(), 4);
	assert_int_equal(no_time_wait_ms(0), 1000);
	assert_int_equal(no_time_wait_ms(1), 40000); /* the server's wish, beyond the longest */
	assert_int_equal(no_time_wait_ms(2), 4000);
	assert_int_equal(no_time_wait_ms(3), 8000);
	assert_int_equal(http_request_count(place->http), 5);
}

static void unavailable(
	const struct fake_request *request, struct fake_answer *answer, void *context)
{
	(void)request;
	(void)context;
	answer->status = 503;
}

static void an_outage_ends_after_ten_minutes_with_the_last_answer(void **state)
{
	struct place *place = *state;
	struct http_request request = get(place);
	struct http_reply reply;
	struct error err;
	fake_handle(place->fake, unavailable, NULL);
	int64_t start_ms = no_time_now_ms();
	assert_int_equal(http_call(place->http, &request, http_judge_status, NULL, &reply, &err),
		HTTP_ANSWERED);
	assert_int_equal(reply.status, 503);
	http_reply_release(&reply);
	assert_true(no_time_now_ms() - start_ms <= 600000);
	assert_true(no_time_now_ms() - start_ms > 560000);
	for (size_t i = 0; i < no_time_wait_count(); i++)
		assert_true(no_time_wait_ms(i) <= 32000);
}

static void the_policy_is_the_services_own(void **state)
{
	(void)state;
	assert_int_equal(retry_default.first_ms, 1000);
	assert_int_equal(retry_default.longest_ms, 32000);
	assert_int_equal(retry_default.total_ms, 600000);
}

static uint32_t half(void)
{
	return UINT32_MAX / 2;
}

/* Anything from nothing to the longest: clients that failed together do not come back together. */
static void each_wait_is_drawn_from_nothing_to_its_longest(void **state)
{
	(void)state;
	struct retry drawn = no_time;
	struct retry_state call;
	drawn.dice = half;
	no_time_reset();
	retry_begin(&call, &drawn);
	for (int i = 0; i < 4; i++)
		assert_true(retry_wait(&call, -1, NULL));
	static const int waits_ms[] = {500, 1000, 2000, 4000};
	for (size_t i = 0; i < ARRAY_COUNT(waits_ms); i++)
		assert_in_range(no_time_wait_ms(i), waits_ms[i] - 1, waits_ms[i] + 1);
}

/* By the server's own clock where it says the time: ours may be wrong. */
static void a_retry_after_may_be_a_date(void **state)
{
	struct place *place = *state;
	const struct fake_step steps[] = {
		{"GET", {.status = 503,
				.headers = "Date: Tue, 16 Nov 2021 00:00:01 GMT\r\n"
					   "Retry-After: Tue, 16 Nov 2021 00:00:31 GMT\r\n"}}};
	struct http_request request = get(place);
	struct http_reply reply;
	struct error err;
	FAKE_SCRIPT(place->fake, steps);
	assert_int_equal(http_send(place->http, &request, &reply, &err), HTTP_ANSWERED);
	assert_int_equal(reply.retry_after_ms, 30000);
	http_reply_release(&reply);
}

static void an_outage_does_not_multiply_the_load(void **state)
{
	(void)state;
	struct retry_state calls[200];
	no_time_reset();
	int64_t start_ms = no_time_now_ms();
	for (size_t i = 0; i < ARRAY_COUNT(calls); i++)
		retry_begin(&calls[i], &no_time);
	size_t repeats = 0;
	for (size_t i = 0; i < ARRAY_COUNT(calls); i++)
		repeats += retry_wait(&calls[i], -1, NULL);
	int64_t seconds = (no_time_now_ms() - start_ms) / 1000;
	/* As many as the budget holds at once; then one each two seconds. */
	assert_true(repeats <= RETRY_BUDGET_MAX + 20 + (size_t)seconds / 2 + 1);
	assert_true(repeats > RETRY_BUDGET_MAX);
}

static void urls_are_compared_by_what_they_reach(void **state)
{
	(void)state;
	assert_true(http_is_loopback("http://127.0.0.1:9050"));
	assert_true(http_is_loopback("http://localhost:9050/bigquery/v2"));
	assert_true(http_is_loopback("http://[::1]:9050"));
	assert_false(http_is_loopback("http://127.0.0.1.example.com"));
	assert_false(http_is_loopback("http://localhost.example.com"));
	assert_false(http_is_loopback("http://user@10.0.0.1"));
	assert_false(http_is_loopback("http://127.0.0.1@10.0.0.1"));
	assert_false(http_is_loopback("http://127.0.0.1.5"));
	assert_false(http_is_loopback("nonsense://"));
	assert_true(http_same_origin("https://a.example/x", "HTTPS://A.example:443/y?z"));
	assert_false(http_same_origin("https://a.example/x", "http://a.example/x"));
	assert_false(http_same_origin("https://a.example/x", "https://a.example.evil/x"));
	assert_false(http_same_origin("https://a.example/x", "https://a.example@evil/x"));
	struct buffer url = {0};
	http_add_escaped(&url, "domain.com:proj/t$20211116 ä");
	assert_string_equal(buffer_text(&url), "domain.com%3Aproj%2Ft%2420211116%20%C3%A4");
	buffer_release(&url);
	char text[] = "a\x1b[31mb\xff\nc\xc3\xa4\xc2\x9b.";
	http_clean_text(text);
	assert_string_equal(text, "a?[31mb? c\xc3\xa4??.");
}

int main(void)
{
#define ON_A_SERVER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		ON_A_SERVER(an_answer_comes_with_its_status_headers_and_body),
		ON_A_SERVER(a_packed_answer_is_unpacked),
		ON_A_SERVER(every_length_has_its_limit),
		ON_A_SERVER(an_answer_of_exactly_the_limit_is_taken),
		ON_A_SERVER(the_body_of_an_error_is_shorter_than_that_of_an_answer),
		ON_A_SERVER(a_connection_that_breaks_may_be_tried_again),
		ON_A_SERVER(a_connection_without_a_byte_is_given_up),
		ON_A_SERVER(a_silent_server_is_left_at_once),
		ON_A_SERVER(plain_http_and_broken_tls_are_refused),
		ON_A_SERVER(plain_http_stays_near),
		ON_A_SERVER(this_machine_is_near_by_each_of_its_names),
		ON_A_SERVER(plain_http_goes_elsewhere_only_to_the_origin_that_was_named),
		ON_A_SERVER(a_proxy_never_sees_the_token),
		ON_A_SERVER(passing_troubles_are_waited_out),
		ON_A_SERVER(an_outage_ends_after_ten_minutes_with_the_last_answer),
		cmocka_unit_test(the_policy_is_the_services_own),
		cmocka_unit_test(each_wait_is_drawn_from_nothing_to_its_longest),
		ON_A_SERVER(a_retry_after_may_be_a_date),
		cmocka_unit_test(an_outage_does_not_multiply_the_load),
		cmocka_unit_test(urls_are_compared_by_what_they_reach),
	};
	return RUN(tests);
}

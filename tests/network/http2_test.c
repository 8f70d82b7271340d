/* HTTP/2 as it is met: a server of another's (nghttpx) carries the requests of several clients over
 * one connection, ends streams and goes away. */
#include "tests/network/support/asker.h"
#include "tests/network/support/fake_server.h"
#include "tests/network/support/http2_front.h"
#include "tests/network/support/no_time.h"
#include "tests/network/support/test_key.h"
#include "tests/test.h"

#include "base/cancel.h"
#include "config.h"
#include "doctor/doctor.h"

#include <semaphore.h>
#include <signal.h>

#define SERVERS	    3
#define LARGE_BYTES 3000000

/* Each server answers one request after the other: what shall be at once goes to different ones. */
static const char *const paths[SERVERS] = {"/a", "/b", "/"};

struct place {
	struct fake *servers[SERVERS];
	struct http2_front *front;
	char *folder;
};

static void prepare(struct asker *asker, const struct place *place, const char *path)
{
	asker_prepare(
		asker, http2_front_port(place->front), path, http2_front_certificate(place->front));
}

static void expect_body(const struct asker *asker, const char *body)
{
	assert_int_equal(asker->reply.status, 200);
	assert_string_equal(asker->reply.protocol, "HTTP/2");
	assert_string_equal(buffer_text(&asker->reply.body), body);
}

static int set_up(void **state)
{
	struct place *place = memory_new(sizeof(*place));
	struct http2_route routes[SERVERS];
	*state = place;
	for (size_t i = 0; i < SERVERS; i++) {
		place->servers[i] = fake_start();
		routes[i] = (struct http2_route){paths[i], fake_port(place->servers[i])};
	}
	place->folder = test_folder();
	no_time_reset();
	if (!http2_front_is_there())
		return 0;
	place->front = http2_front_new(place->folder, routes, SERVERS);
	http2_front_start(place->front);
	return 0;
}

static int tear_down(void **state)
{
	struct place *place = *state;
	if (place->front != NULL)
		http2_front_free(place->front);
	for (size_t i = 0; i < SERVERS; i++)
		fake_finish(place->servers[i]);
	free(place->folder);
	free(place);
	return 0;
}

static struct place *need_front(void **state)
{
	struct place *place = *state;
	if (place->front == NULL) {
		print_message("# skipped: there is no nghttpx (package nghttp2-proxy)\n");
		skip();
	}
	return place;
}

static const struct fake_step waits[] = {{"GET", {.fault = FAKE_WAITS, .body = "waited"}}};

static void a_request_goes_over_http2_and_the_reply_says_so(void **state)
{
	struct place *place = need_front(state);
	struct asker asker;
	static const struct fake_step steps[] = {{"GET /a/1", {.body = "{}"}}};
	FAKE_SCRIPT(place->servers[0], steps);
	prepare(&asker, place, "/a/1");
	asker_start(&asker);
	asker_finish(&asker, HTTP_ANSWERED);
	expect_body(&asker, "{}");
	assert_string_equal(http2_front_line(place->front, "/a/1").protocol, "HTTP/2");
	assert_non_null(strstr(fake_headers(place->servers[0], "", 0), ASKER_TOKEN));
	asker_release(&asker);
}

/* All three are under way before one of them is answered. */
static void requests_at_once_share_one_connection(void **state)
{
	struct place *place = need_front(state);
	static const char *const asked[SERVERS] = {"/a/1", "/b/1", "/c"};
	struct asker askers[SERVERS];
	int port = 0;
	for (size_t i = 0; i < SERVERS; i++) {
		FAKE_SCRIPT(place->servers[i], waits);
		prepare(&askers[i], place, asked[i]);
	}
	for (size_t i = 0; i < SERVERS; i++)
		asker_start(&askers[i]);
	for (size_t i = 0; i < SERVERS; i++)
		fake_wait_for(place->servers[i], "", 1);
	for (size_t i = 0; i < SERVERS; i++) {
		fake_release(place->servers[i]);
		asker_finish(&askers[i], HTTP_ANSWERED);
		expect_body(&askers[i], "waited");
		int its_port = http2_front_line(place->front, asked[i]).client_port;
		if (i > 0)
			assert_int_equal(its_port, port);
		port = its_port;
	}
	for (size_t i = 0; i < SERVERS; i++)
		asker_release(&askers[i]);
}

/* It has waited long enough for a connection, had there been none: it is on its way all the same.
 */
static void a_request_on_its_way_is_not_sent_again_when_it_takes_long(void **state)
{
	struct place *place = need_front(state);
	static const struct fake_step steps[] = {{"GET /a/1", {.body = "{}"}},
		{"GET /a/2", {.fault = FAKE_WAITS, .body = "waited"}}};
	static const struct fake_step others[] = {{"GET /b/1", {.body = "{}"}}};
	struct asker first, slow, other;
	FAKE_SCRIPT(place->servers[0], steps);
	FAKE_SCRIPT(place->servers[1], others);
	prepare(&first, place, "/a/1");
	asker_ask(&first, HTTP_ANSWERED);
	prepare(&slow, place, "/a/2");
	slow.share_ms = 1;
	asker_start(&slow);
	fake_wait_for(place->servers[0], "/a/2", 1);
	prepare(&other, place, "/b/1"); /* the network thread has looked at both meanwhile */
	asker_ask(&other, HTTP_ANSWERED);
	fake_release(place->servers[0]);
	asker_finish(&slow, HTTP_ANSWERED);
	expect_body(&slow, "waited");
	assert_int_equal(fake_count(place->servers[0], "/a/2"), 1);
	assert_int_equal(http2_front_line(place->front, "/a/2").client_port,
		http2_front_line(place->front, "/a/1").client_port);
	asker_release(&first);
	asker_release(&slow);
	asker_release(&other);
}

/* More than any window of HTTP/2 holds, up and down, all at once. */
static void large_bodies_are_carried_whole_beside_each_other(void **state)
{
	struct place *place = need_front(state);
	static const char *const asked[SERVERS] = {"/a/1", "/b/1", "/c"};
	struct asker askers[SERVERS];
	char *body = memory_new((size_t)LARGE_BYTES + 1);
	for (size_t i = 0; i < LARGE_BYTES; i++)
		body[i] = (char)('a' + i % 23);
	const struct fake_step steps[] = {{"POST", {.body = body}}};
	for (size_t i = 0; i < SERVERS; i++) {
		FAKE_SCRIPT(place->servers[i], steps);
		prepare(&askers[i], place, asked[i]);
		askers[i].body = body;
		askers[i].body_bytes = LARGE_BYTES;
		askers[i].reply_bytes_max = LARGE_BYTES;
	}
	for (size_t i = 0; i < SERVERS; i++)
		asker_start(&askers[i]);
	int port = 0;
	for (size_t i = 0; i < SERVERS; i++) {
		asker_finish(&askers[i], HTTP_ANSWERED);
		assert_true(strcmp(buffer_text(&askers[i].reply.body), body) == 0);
		assert_true(strcmp(fake_body(place->servers[i], "", 0), body) == 0);
		int its_port = http2_front_line(place->front, asked[i]).client_port;
		assert_true(i == 0 || its_port == port);
		port = its_port;
	}
	for (size_t i = 0; i < SERVERS; i++)
		asker_release(&askers[i]);
	free(body);
}

/* A connection that one client may use is open: the other does not trust who is at its end. */
static void a_connection_is_not_lent_to_who_trusts_others(void **state)
{
	struct place *place = need_front(state);
	struct asker trusting, strict;
	static const struct fake_step steps[] = {{"GET /a/1", {.body = "{}"}}};
	FAKE_SCRIPT(place->servers[0], steps);
	prepare(&trusting, place, "/a/1");
	asker_ask(&trusting, HTTP_ANSWERED);
	asker_prepare(&strict, http2_front_port(place->front), "/a/2", NULL);
	asker_ask(&strict, HTTP_REFUSED);
	assert_non_null(strstr(strict.err.text, "name its CA file"));
	assert_int_equal(fake_count(place->servers[0], ""), 1);
	asker_release(&trusting);
	asker_release(&strict);
}

/* /b/1 is under way while something happens to /a/1; /b/2 follows. One connection has carried both,
 * so nothing has happened to it. */
struct beside {
	struct asker first, second;
};

static void start_beside(struct beside *beside, struct place *place)
{
	static const struct fake_step steps[] = {
		{"GET /b/1", {.fault = FAKE_WAITS, .body = "waited"}},
		{"GET /b/2", {.body = "second"}}};
	FAKE_SCRIPT(place->servers[1], steps);
	prepare(&beside->first, place, "/b/1");
	prepare(&beside->second, place, "/b/2");
	asker_start(&beside->first);
	fake_wait_for(place->servers[1], "/b/1", 1);
}

static int finish_beside(struct beside *beside, struct place *place)
{
	fake_release(place->servers[1]);
	asker_finish(&beside->first, HTTP_ANSWERED);
	expect_body(&beside->first, "waited");
	asker_start(&beside->second);
	asker_finish(&beside->second, HTTP_ANSWERED);
	expect_body(&beside->second, "second");
	int port = http2_front_line(place->front, "/b/1").client_port;
	assert_int_equal(http2_front_line(place->front, "/b/2").client_port, port);
	asker_release(&beside->first);
	asker_release(&beside->second);
	return port;
}

static void a_cancel_ends_its_stream_alone(void **state)
{
	struct place *place = need_front(state);
	struct beside beside;
	struct asker asker;
	static const struct fake_step steps[] = {{"GET /a/1", {.fault = FAKE_SILENT}}};
	FAKE_SCRIPT(place->servers[0], steps);
	start_beside(&beside, place);
	prepare(&asker, place, "/a/1");
	asker_start(&asker);
	fake_wait_for(place->servers[0], "", 1);
	cancel_raise(asker.cancel, CANCEL_NOW);
	asker_finish(&asker, HTTP_STOPPED);
	assert_int_equal(asker.err.kind, ERROR_CANCELLED);
	finish_beside(&beside, place);
	asker_release(&asker);
}

static void a_limit_ends_its_stream_alone(void **state)
{
	struct place *place = need_front(state);
	struct beside beside;
	static const struct fake_step steps[] = {{"GET", {.body = "0123456789"}},
		{"GET", {.body = "0123456789a"}}, {"GET", {.fault = FAKE_ENDLESS_BODY}},
		{"GET", {.fault = FAKE_GZIP_BOMB}}};
	FAKE_SCRIPT(place->servers[0], steps);
	start_beside(&beside, place);
	for (size_t i = 0; i < ARRAY_COUNT(steps); i++) {
		struct asker asker;
		prepare(&asker, place, "/a/1");
		asker.reply_bytes_max = 10;
		asker_start(&asker);
		asker_finish(&asker, i == 0 ? HTTP_ANSWERED : HTTP_REFUSED);
		if (i > 0)
			assert_non_null(
				strstr(asker.err.text, "longer than the limit of 10 bytes"));
		asker_release(&asker);
	}
	finish_beside(&beside, place);
}

/* The server behind ends in the middle of a body: nghttpx resets that stream. */
static void a_stream_that_is_reset_is_asked_for_again(void **state)
{
	struct place *place = need_front(state);
	struct beside beside;
	struct asker asker;
	static const struct fake_step steps[] = {
		{"GET /a/1", {.fault = FAKE_CUTS, .body = "half of this"}},
		{"GET /a/1", {.status = 503}}, {"GET /a/1", {.body = "at last"}}};
	FAKE_SCRIPT(place->servers[0], steps);
	start_beside(&beside, place);
	prepare(&asker, place, "/a/1");
	asker_start(&asker);
	asker_finish(&asker, HTTP_ANSWERED);
	expect_body(&asker, "at last");
	assert_int_equal(no_time_wait_count(), 2);
	assert_int_equal(no_time_wait_ms(0), 1000);
	assert_int_equal(no_time_wait_ms(1), 2000);
	assert_int_equal(
		finish_beside(&beside, place), http2_front_line(place->front, "/a/1").client_port);
	asker_release(&asker);
}

static struct place *retiring;
static int start_count;

/* Instead of a wait before a request is repeated. */
static void start_another(struct cancel *cancel, int ms)
{
	no_time.sleep_ms(cancel, ms);
	if (start_count++ == 0)
		http2_front_start(retiring->front);
}

/*
 * What was asked before the GOAWAY is answered over the old connection, whatever comes later finds
 * the server that took its place. When exactly the GOAWAY is seen is not ours to know: until then
 * the old one may answer.
 */
static void a_server_that_goes_away_finishes_what_it_has(void **state)
{
	struct place *place = need_front(state);
	struct retry policy = no_time;
	struct asker held, later;
	struct http2_line line;
	static const struct fake_step steps[] = {{"GET /b/1", {.body = "later"}}};
	policy.sleep_ms = start_another;
	retiring = place;
	start_count = 0;
	FAKE_SCRIPT(place->servers[0], waits);
	prepare(&held, place, "/a/1");
	asker_start(&held);
	fake_wait_for(place->servers[0], "", 1);
	http2_front_retire(place->front);
	while (start_count == 0) {
		FAKE_SCRIPT(place->servers[1], steps);
		prepare(&later, place, "/b/1");
		later.policy = &policy;
		asker_ask(&later, HTTP_ANSWERED);
		expect_body(&later, "later");
		asker_release(&later);
	}
	line = http2_front_line(place->front, "/b/1");
	assert_string_equal(line.protocol, "HTTP/2");
	fake_release(place->servers[0]);
	asker_finish(&held, HTTP_ANSWERED);
	expect_body(&held, "waited");
	asker_release(&held);
}

static sem_t is_there_again;

static void wait_for_the_next(struct cancel *cancel, int ms)
{
	no_time.sleep_ms(cancel, ms);
	while (sem_wait(&is_there_again) != 0)
		;
}

static void a_server_that_dies_is_asked_again_when_it_is_back(void **state)
{
	struct place *place = need_front(state);
	struct retry policy = no_time;
	struct asker asker;
	static const struct fake_step steps[] = {
		{"GET /a/1", {.fault = FAKE_WAITS}}, {"GET /a/1", {.body = "back"}}};
	policy.sleep_ms = wait_for_the_next;
	assert_int_equal(sem_init(&is_there_again, 0, 0), 0);
	FAKE_SCRIPT(place->servers[0], steps);
	prepare(&asker, place, "/a/1");
	asker.policy = &policy;
	asker_start(&asker);
	fake_wait_for(place->servers[0], "", 1);
	http2_front_kill(place->front);
	http2_front_start(place->front);
	assert_int_equal(sem_post(&is_there_again), 0);
	asker_finish(&asker, HTTP_ANSWERED);
	expect_body(&asker, "back");
	assert_int_equal(no_time_wait_count(), 1);
	assert_int_equal(http_request_count(asker.http), 2);
	asker_release(&asker);
	sem_destroy(&is_there_again);
}

static void answer_google(
	const struct fake_request *request, struct fake_answer *answer, void *context)
{
	(void)context;
	answer->body = strstr(request->path, "/queries") != NULL
			       ? "{\"jobComplete\":true,\"totalBytesProcessed\":\"0\"}"
			       : "{}";
}

static const char *no_variable(const char *name)
{
	(void)name;
	return NULL;
}

static void the_doctor_says_over_what_the_service_was_asked(void **state)
{
	struct place *place = need_front(state);
	char *token = test_key_write(place->folder, "token", "ya29.never-shown", 0600);
	char *spec = memory_format("bigquery:p?ca_file=%s", http2_front_certificate(place->front));
	char *argv[] = {(char *)"backcourt", (char *)"doctor", (char *)"--warehouse", spec, NULL};
	char origin[64];
	struct config config;
	struct doctor_report report;
	struct error err;
	const char *said = NULL;
	fake_handle(place->servers[2], answer_google, NULL);
	setenv("CLOUDSDK_AUTH_ACCESS_TOKEN_FILE", token, 1);
	snprintf(origin, sizeof(origin), "https://127.0.0.1:%d", http2_front_port(place->front));
	if (!config_load(4, argv, no_variable, &config, &err))
		fail_msg("%s", err.text);
	doctor_look(&config, &no_time, origin, &report);
	for (size_t i = 0; i < report.count; i++)
		if (report.items[i].check == DOCTOR_DRY_RUN)
			said = report.items[i].text;
	assert_non_null(said);
	assert_string_equal(said, "SELECT 1 would run, asked over HTTP/2");
	unsetenv("CLOUDSDK_AUTH_ACCESS_TOKEN_FILE");
	doctor_report_release(&report);
	config_release(&config);
	free(spec);
	free(token);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_request_goes_over_http2_and_the_reply_says_so),
		TEST(requests_at_once_share_one_connection),
		TEST(a_request_on_its_way_is_not_sent_again_when_it_takes_long),
		TEST(large_bodies_are_carried_whole_beside_each_other),
		TEST(a_connection_is_not_lent_to_who_trusts_others),
		TEST(a_cancel_ends_its_stream_alone),
		TEST(a_limit_ends_its_stream_alone),
		TEST(a_stream_that_is_reset_is_asked_for_again),
		TEST(the_doctor_says_over_what_the_service_was_asked),
		TEST(a_server_that_goes_away_finishes_what_it_has),
		TEST(a_server_that_dies_is_asked_again_when_it_is_back),
	};
	signal(SIGPIPE, SIG_IGN); /* as the program does */
	return RUN(tests);
}

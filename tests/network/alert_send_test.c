/* Alerts on their way out: what is sent, what is refused, and that no secret is ever said. */
#include "tests/network/support/fake_server.h"
#include "tests/network/support/fake_smtp.h"
#include "tests/network/support/test_key.h"
#include "tests/test.h"

#include "alert/alert_send.h"
#include "base/path.h"

#include <jansson.h>
#include <signal.h>

#define NOW_MS INT64_C(1637107200000) /* 2021-11-17T00:00:00Z */
#define SECRET "hush-secret"

struct place {
	struct fake *fake;
	char *folder;
	struct alert alert;
	struct alert_told told;
	int64_t retry_after_ms; /* of the newest answer */
};

static int set_up(void **state)
{
	struct place *place = memory_new(sizeof(*place));
	signal(SIGPIPE, SIG_IGN); /* as the program does */
	place->fake = fake_start();
	place->folder = test_folder();
	place->alert = (struct alert){.kind = ALERT_SAME_ERROR,
		.date = date_of(2021, 11, 16),
		.run = 17,
		.at_ms = NOW_MS,
		.times = 2,
		.text = "pcf <stopped>: 3 dates & more failed",
		.lines = {"ERROR: first", "ERROR: second"}};
	place->told =
		(struct alert_told){.alert = &place->alert, .pipeline = "nba", .table = "pcf"};
	*state = place;
	return 0;
}

static int tear_down(void **state)
{
	struct place *place = *state;
	fake_finish(place->fake);
	free(place->folder);
	free(place);
	return 0;
}

/* A file that names the fake's URL with a secret in its path. */
static char *webhook_file(const struct place *place, const char *more, unsigned mode)
{
	char *text = memory_format(
		"# mine\nurl = %s/services/" SECRET "\n%s", fake_url(place->fake), more);
	char *path = test_key_write(place->folder, "way", text, mode);
	free(text);
	return path;
}

static bool send_by(struct place *place, enum alert_way way, const char *more, struct error *err)
{
	char *file = webhook_file(place, more, 0600);
	*err = (struct error){0};
	bool done = alert_way_send(way, file, &place->told, &place->retry_after_ms, err);
	assert_null(strstr(err->text, SECRET));
	free(file);
	return done;
}

static void expect_failure(
	struct place *place, enum alert_way way, enum error_kind kind, const char *words)
{
	struct error err;
	assert_false(send_by(place, way, "", &err));
	if (strstr(err.text, words) == NULL)
		fail_msg("\"%s\" is not in: %s", words, err.text);
	assert_int_equal(err.kind, kind);
}

static void slack_gets_a_text_that_is_no_markup(void **state)
{
	struct place *place = *state;
	struct error err;
	static const struct fake_step steps[] = {{"POST /services/", {.body = "ok"}}};
	FAKE_SCRIPT(place->fake, steps);
	if (!send_by(place, ALERT_BY_SLACK, "", &err))
		fail_msg("%s", err.text);
	json_t *body = json_loads(fake_body(place->fake, "", 0), 0, NULL);
	assert_string_equal(json_string_value(json_object_get(body, "text")),
		"[error] nba: pcf &lt;stopped&gt;: 3 dates &amp; more failed (2 times)\n"
		"ERROR: first\nERROR: second");
	json_decref(body);
}

static void the_webhook_gets_facts_that_are_signed(void **state)
{
	struct place *place = *state;
	struct error err;
	char expected[ALERT_SIGNATURE_BYTES];
	static const struct fake_step steps[] = {{"POST /services/", {.status = 204}}};
	FAKE_SCRIPT(place->fake, steps);
	if (!send_by(place, ALERT_BY_WEBHOOK, "secret = key", &err))
		fail_msg("%s", err.text);
	const char *text = fake_body(place->fake, "", 0);
	json_t *body = json_loads(text, 0, NULL);
	assert_string_equal(json_string_value(json_object_get(body, "event")), "same-error");
	assert_string_equal(json_string_value(json_object_get(body, "severity")), "error");
	assert_string_equal(json_string_value(json_object_get(body, "date")), "2021-11-16");
	assert_int_equal(json_integer_value(json_object_get(body, "times")), 2);
	assert_int_equal(json_integer_value(json_object_get(body, "run")), 17);
	assert_int_equal(json_array_size(json_object_get(body, "lines")), 2);
	assert_int_equal(strlen(json_string_value(json_object_get(body, "id"))), 32);
	json_decref(body);
	const char *header = strstr(fake_headers(place->fake, "", 0), "X-Signature: t=");
	assert_non_null(header);
	int64_t seconds = strtoll(header + strlen("X-Signature: t="), NULL, 10);
	alert_sign("key", seconds, text, expected);
	assert_memory_equal(header + strlen("X-Signature: "), expected, strlen(expected));
}

/* Made by: printf '1.{}' | openssl dgst -sha256 -hmac key */
static void the_signature_is_the_one_that_openssl_makes(void **state)
{
	(void)state;
	char made[ALERT_SIGNATURE_BYTES];
	assert_string_equal(alert_sign("key", 1, "{}", made),
		"t=1,v1=1ba6b8171186efc613e8bcc0cbdab2748f24984d7c5a84faa2637afa0e40d224");
}

static void what_passes_is_told_apart_with_how_long_the_other_side_wants_peace(void **state)
{
	struct place *place = *state;
	struct error err;
	static const struct fake_step steps[] = {
		{"POST", {.status = 429, .headers = "Retry-After: 3\r\n"}},
		{"POST", {.fault = FAKE_CLOSES}}, {"POST", {.status = 503}}, {"POST", {0}}};
	static const int64_t retry_after_ms[] = {3000, -1, -1};
	FAKE_SCRIPT(place->fake, steps);
	place->told.id = "0123456789abcdef0123456789abcdef";
	for (size_t i = 0; i < ARRAY_COUNT(retry_after_ms); i++) {
		expect_failure(place, ALERT_BY_WEBHOOK, ERROR_NETWORK, "");
		assert_int_equal(place->retry_after_ms, retry_after_ms[i]);
		assert_int_equal(fake_count(place->fake, ""), i + 1); /* one call is one try */
	}
	if (!send_by(place, ALERT_BY_WEBHOOK, "", &err))
		fail_msg("%s", err.text);
	for (size_t i = 0; i < ARRAY_COUNT(steps); i++)
		assert_non_null(strstr(fake_body(place->fake, "", i), place->told.id));
	assert_null(strstr(fake_headers(place->fake, "", 0), "X-Signature")); /* no secret */
}

static void a_refusal_for_good_is_told_apart(void **state)
{
	struct place *place = *state;
	static const struct fake_step steps[] = {
		{"POST", {.status = 410, .body = "channel_is_archived"}},
		{"POST", {.status = 403, .body = "<html>\033[31m</html>"}}};
	FAKE_SCRIPT(place->fake, steps);
	expect_failure(place, ALERT_BY_SLACK, ERROR_CONFIG, "status 410 channel_is_archived");
	expect_failure(place, ALERT_BY_WEBHOOK, ERROR_CONFIG, "webhook of alerts refused one");
}

/* Sends to a URL with that path, which is refused with that body; the error's text. */
static void refuse_with(
	struct place *place, const char *path, const char *body, char text[ERROR_TEXT_BYTES])
{
	const struct fake_step steps[] = {{"POST", {.status = 404, .body = body}}};
	struct error err = {0};
	char *file_text = memory_format("url = %s%s\n", fake_url(place->fake), path);
	char *file = test_key_write(place->folder, "way", file_text, 0600);
	FAKE_SCRIPT(place->fake, steps);
	assert_false(
		alert_way_send(ALERT_BY_SLACK, file, &place->told, &place->retry_after_ms, &err));
	text_copy(text, ERROR_TEXT_BYTES, err.text);
	free(file);
	free(file_text);
}

/* 79 characters. */
#define TEN	  "abcdefghij"
#define LONG_CODE TEN TEN TEN TEN TEN TEN TEN "abcdefghi"

static void a_refusal_that_repeats_the_url_is_not_repeated(void **state)
{
	struct place *place = *state;
	static const char plain[] = "the slack of alerts refused one: status 404";
	static const struct {
		const char *path, *body, *reason;
	} cases[] = {
		{"/services/T0/B0/tokenofmine", "no_service", " no_service"},
		{"/services/T0/B0/tokenofmine", "no team here\r\n", " no team here"},
		{"/services/T0/B0/tokenofmine", "tokenofmine", ""},
		{"/services/T0/B0/tokenofmine", "invalid token", ""},
		{"/services/T0/B0/TOKENofmine", "there is no ofmi", ""},
		{"/services/T0/B0/TokeN", "bad token", ""},
		{"/services/T0/B0/x", "/services/T0/B0/x", ""},
		{"/services/T0/B0/x", "no_team\n/services/T0/B0/x", ""},
		{"/services/T0/B0/x", "No Such Hook: T0%2FB0%2Fx", ""},
		{"/services/T0/B0/x", "{\"error\":\"x\"}", ""},
		{"/hook?key=hushed", "hushed", ""},
		{"/hook?key=hushed", "hook", ""},
		{"/abc", "the abc is closed", " the abc is closed"}, /* too short to be a secret */
		{"?hushed", "hushed up", ""},
		{"/x", LONG_CODE, " " LONG_CODE},
		{"/x", LONG_CODE "j", ""},
	};
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		char text[ERROR_TEXT_BYTES];
		char *wanted = memory_format("%s%s", plain, cases[i].reason);
		refuse_with(place, cases[i].path, cases[i].body, text);
		if (strcmp(text, wanted) != 0)
			fail_msg("%s, %s: %s", cases[i].path, cases[i].body, text);
		free(wanted);
	}
}

static void a_server_that_redirects_is_not_followed(void **state)
{
	struct place *place = *state;
	static const struct fake_step steps[] = {
		{"POST", {.status = 302, .headers = "Location: http://127.0.0.1:1/\r\n"}}};
	FAKE_SCRIPT(place->fake, steps);
	expect_failure(place, ALERT_BY_SLACK, ERROR_CONFIG, "status 302");
}

static void files_that_others_can_read_or_that_are_wrong_send_nothing(void **state)
{
	struct place *place = *state;
	struct error err;
	static const struct {
		enum alert_way way;
		const char *text, *words;
		unsigned mode;
	} cases[] = {
		{ALERT_BY_SLACK, "url = https://x/" SECRET, "others can read", 0644},
		{ALERT_BY_SLACK, "url = https://x/" SECRET, "others can write", 0620},
		{ALERT_BY_SLACK, "url = http://10.0.0.1/" SECRET, "must be https", 0600},
		{ALERT_BY_SLACK, "URL = https://x/" SECRET, "knows no", 0600},
		{ALERT_BY_SLACK, "url https://x/" SECRET, "name = value", 0600},
		{ALERT_BY_SLACK, "https://x/" SECRET "?a=b", "knows no such name", 0600},
		{ALERT_BY_WEBHOOK, "url = https://x/\n" SECRET "=", "knows no such name", 0600},
		{ALERT_BY_SLACK, "# nothing\n", "url is missing", 0600},
		{ALERT_BY_MAIL, "server = smtp://h\nfrom = a@b\n", "to is missing", 0600},
		{ALERT_BY_MAIL, "server = http://h\nfrom = a@b\nto = c@d", "smtp://", 0600},
		{ALERT_BY_MAIL, "server = smtp://h\nfrom = a b\nto = c@d", "from is not", 0600},
		{ALERT_BY_MAIL, "server = smtp://h\nfrom = a@b\nto = c@d>,e@f", "to must", 0600},
	};
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		char *file = test_key_write(place->folder, "wrong", cases[i].text, cases[i].mode);
		bool passed = alert_way_check(cases[i].way, file, &err);
		if (passed || strstr(err.text, cases[i].words) == NULL)
			fail_msg("%zu: \"%s\" is not in: %s", i, cases[i].words, err.text);
		assert_null(strstr(err.text, SECRET));
		assert_false(alert_way_send(
			cases[i].way, file, &place->told, &place->retry_after_ms, &err));
		assert_int_equal(unlink(file), 0);
		free(file);
	}
	assert_int_equal(fake_count(place->fake, ""), 0);
}

static void a_long_text_is_cut_between_characters(void **state)
{
	struct place *place = *state;
	struct buffer body = {0};
	struct buffer pipeline = {0};
	for (size_t i = 0; i < 2500; i++)
		buffer_add_text(&pipeline, "\xc3\xa9");
	place->told.pipeline = buffer_text(&pipeline);
	alert_write_slack(&place->told, &body);
	json_t *tree = json_loads(buffer_text(&body), 0, NULL);
	const char *text = json_string_value(json_object_get(tree, "text"));
	assert_true(strlen(text) <= ALERT_SLACK_TEXT_MAX && strlen(text) > 2990);
	assert_true(text_is_utf8(text, strlen(text)));
	json_decref(tree);
	buffer_release(&body);
	buffer_release(&pipeline);
}

/* Mail */

static char *mail_file(const struct place *place, const struct fake_smtp *server, bool trusts)
{
	char *ca = test_key_write(place->folder, "ca.pem", fake_smtp_certificate(server), 0600);
	char *text = memory_format("server = smtp://127.0.0.1:%d\nfrom = me@example.org\n"
				   "to = you@example.org, them@example.org\nuser = me\n"
				   "password = " SECRET "\n%s%s\n",
		fake_smtp_port(server), trusts ? "ca_file = " : "#", ca);
	char *path = test_key_write(place->folder, "mail", text, 0600);
	free(text);
	free(ca);
	return path;
}

static bool send_mail(struct place *place, struct fake_smtp *server, bool trusts, struct error *err)
{
	char *file = mail_file(place, server, trusts);
	*err = (struct error){0};
	bool done = alert_way_send(ALERT_BY_MAIL, file, &place->told, &place->retry_after_ms, err);
	fake_smtp_wait(server);
	assert_null(strstr(err->text, SECRET));
	assert_null(strstr(fake_smtp_plain(server), "MAIL FROM"));
	assert_null(strstr(fake_smtp_plain(server), "AUTH"));
	free(file);
	return done;
}

static void a_mail_is_sent_over_tls_only(void **state)
{
	struct place *place = *state;
	struct error err;
	struct fake_smtp *server = fake_smtp_start((struct fake_smtp_manners){0});
	if (!send_mail(place, server, true, &err))
		fail_msg("%s", err.text);
	const char *mail = fake_smtp_secret(server);
	assert_non_null(strstr(mail, "MAIL FROM:<me@example.org>"));
	assert_non_null(strstr(mail, "RCPT TO:<them@example.org>"));
	assert_non_null(strstr(mail, "Date: Wed, 17 Nov 2021 00:00:00 +0000\r\n"));
	assert_non_null(strstr(mail, "Subject: =?utf-8?B?"));
	assert_non_null(strstr(mail, "Auto-Submitted: auto-generated\r\n"));
	/* "nba: pcf <stopped>..." */
	assert_non_null(strstr(mail, "\r\n\r\nbmJhOiBwY2YgPHN0b3BwZWQ+"));
	fake_smtp_free(server);
}

static void without_tls_nothing_is_sent(void **state)
{
	struct place *place = *state;
	struct error err;
	struct fake_smtp *server = fake_smtp_start((struct fake_smtp_manners){.has_no_tls = true});
	assert_false(send_mail(place, server, true, &err));
	assert_int_equal(err.kind, ERROR_CONFIG);
	fake_smtp_free(server);
}

static void a_certificate_that_nobody_vouches_for_gets_no_mail(void **state)
{
	struct place *place = *state;
	struct error err;
	struct fake_smtp *server = fake_smtp_start((struct fake_smtp_manners){0});
	assert_false(send_mail(place, server, false, &err));
	assert_int_equal(err.kind, ERROR_CONFIG);
	assert_null(strstr(fake_smtp_secret(server), "MAIL"));
	fake_smtp_free(server);
}

static void a_refused_mail_is_for_good_and_a_busy_server_is_not(void **state)
{
	struct place *place = *state;
	struct error err;
	struct fake_smtp *server =
		fake_smtp_start((struct fake_smtp_manners){.refusal = "550 no such user " SECRET});
	assert_false(send_mail(place, server, true, &err));
	assert_int_equal(err.kind, ERROR_CONFIG);
	assert_non_null(strstr(err.text, "550"));
	fake_smtp_free(server);
	server = fake_smtp_start(
		(struct fake_smtp_manners){.busy_count = 1, .is_never_there = true});
	assert_false(send_mail(place, server, true, &err));
	assert_int_equal(err.kind, ERROR_NETWORK);
	fake_smtp_free(server);
}

/* The whole URL is a secret: it goes to Slack, or to a host that the file names beside it. */
static void slack_s_url_is_pinned_to_its_host(void **state)
{
	struct place *place = *state;
	static const struct {
		const char *text;
		bool is_good;
	} cases[] = {
		{"url = https://hooks.slack.com/services/T0/B0/x\n", true},
		{"url = https://HOOKS.slack.com:443/services/T0/B0/x\n", true},
		{"url = https://hooks.slack.com.example.org/services/T0/B0/x\n", false},
		{"url = https://hooks.slack.com@example.org/services/T0/B0/x\n", false},
		{"url = https://hooks.slack.com:444/services/T0/B0/x\n", false},
		{"url = https://chat.example.org/hooks/x\n", false},
		{"url = https://chat.example.org/hooks/x\nhost = chat.example.org\n", true},
		{"url = https://chat.example.org:8065/x\nhost = chat.example.org:8065\n", true},
		{"url = https://hooks.slack.com/services/x\nhost = chat.example.org\n", false},
		{"url = http://hooks.slack.com/services/x\n", false},
	};
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct error err = {0};
		char *file = test_key_write(place->folder, "slack", cases[i].text, 0600);
		if (alert_way_check(ALERT_BY_SLACK, file, &err) != cases[i].is_good)
			fail_msg("%s: %s", cases[i].text, err.text);
		assert_null(strstr(err.text, "/x"));
		free(file);
	}
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(slack_gets_a_text_that_is_no_markup),
		TEST(the_webhook_gets_facts_that_are_signed),
		cmocka_unit_test(the_signature_is_the_one_that_openssl_makes),
		TEST(what_passes_is_told_apart_with_how_long_the_other_side_wants_peace),
		TEST(a_refusal_for_good_is_told_apart),
		TEST(a_refusal_that_repeats_the_url_is_not_repeated),
		TEST(a_server_that_redirects_is_not_followed),
		TEST(files_that_others_can_read_or_that_are_wrong_send_nothing),
		TEST(a_long_text_is_cut_between_characters),
		TEST(a_mail_is_sent_over_tls_only),
		TEST(without_tls_nothing_is_sent),
		TEST(a_certificate_that_nobody_vouches_for_gets_no_mail),
		TEST(a_refused_mail_is_for_good_and_a_busy_server_is_not),
		TEST(slack_s_url_is_pinned_to_its_host),
	};
	return RUN(tests);
}

/*
 * What libcurl is told for every request and every mail, read back option by option: most of these
 * matter on the day when something is wrong, which no other test can wait for.
 */
#include "tests/network/support/fake_server.h"
#include "tests/network/support/no_time.h"
#include "tests/network/support/test_key.h"
#include "tests/test.h"

#include "alert/alert_send.h"
#include "warehouse/access_token.h"
#include "warehouse/credential.h"
#include "warehouse/http.h"

#include <curl/curl.h>
#include <stdarg.h>

#define OPTIONS_MAX 64

/* The last value of each option since the test began. */
static struct {
	CURLoption option;
	long number;
	char text[64]; /* of those whose value is a text */
} told[OPTIONS_MAX];
static size_t told_count;

CURLcode __real_curl_easy_setopt(CURL *easy, CURLoption option, ...);
CURLcode __wrap_curl_easy_setopt(CURL *easy, CURLoption option, ...);

static bool is_text(CURLoption option)
{
	static const CURLoption texts[] = {CURLOPT_PROTOCOLS_STR, CURLOPT_PROXY, CURLOPT_CAINFO,
		CURLOPT_USERAGENT, CURLOPT_ACCEPT_ENCODING, CURLOPT_CUSTOMREQUEST, CURLOPT_URL,
		CURLOPT_MAIL_FROM, CURLOPT_USERNAME, CURLOPT_PASSWORD};
	for (size_t i = 0; i < ARRAY_COUNT(texts); i++)
		if (texts[i] == option)
			return true;
	return false;
}

static void note(CURLoption option, long number, const char *text)
{
	size_t i = 0;
	while (i < told_count && told[i].option != option)
		i++;
	assert_true(i < OPTIONS_MAX);
	told_count += i == told_count;
	told[i].option = option;
	told[i].number = number;
	text_copy(told[i].text, sizeof(told[i].text), text);
}

CURLcode __wrap_curl_easy_setopt(CURL *easy, CURLoption option, ...)
{
	va_list arguments;
	CURLcode code;
	va_start(arguments, option);
	if (option < CURLOPTTYPE_OBJECTPOINT) {
		long number = va_arg(arguments, long);
		note(option, number, NULL);
		code = __real_curl_easy_setopt(easy, option, number);
	} else if (option >= CURLOPTTYPE_OFF_T && option < CURLOPTTYPE_BLOB) {
		curl_off_t number = va_arg(arguments, curl_off_t);
		note(option, (long)number, NULL);
		code = __real_curl_easy_setopt(easy, option, number);
	} else {
		void *pointer = va_arg(arguments, void *);
		note(option, pointer != NULL, is_text(option) ? pointer : NULL);
		code = __real_curl_easy_setopt(easy, option, pointer);
	}
	va_end(arguments);
	assert_int_equal(code, CURLE_OK); /* this libcurl knows it */
	return code;
}

/* How the next transfers end, whatever they did. */
static CURLcode ending = CURLE_OK;

CURLMsg *__real_curl_multi_info_read(CURLM *multi, int *left);
CURLMsg *__wrap_curl_multi_info_read(CURLM *multi, int *left);

CURLMsg *__wrap_curl_multi_info_read(CURLM *multi, int *left)
{
	CURLMsg *message = __real_curl_multi_info_read(multi, left);
	if (message != NULL && ending != CURLE_OK)
		message->data.result = ending;
	return message;
}

static size_t find(CURLoption option)
{
	for (size_t i = 0; i < told_count; i++)
		if (told[i].option == option)
			return i;
	return OPTIONS_MAX;
}

#define EXPECT_NUMBER(name, wanted)                                        \
	do {                                                               \
		size_t at = find(name);                                    \
		if (at == OPTIONS_MAX || told[at].number != (wanted))      \
			fail_msg(#name " is not " #wanted " but %ld",      \
				at == OPTIONS_MAX ? -1 : told[at].number); \
	} while (0)
#define EXPECT_TEXT(name, wanted)                                                \
	do {                                                                     \
		size_t at = find(name);                                          \
		if (at == OPTIONS_MAX || strcmp(told[at].text, wanted) != 0)     \
			fail_msg(#name " is not \"%s\" but \"%s\"", wanted,      \
				at == OPTIONS_MAX ? "not told" : told[at].text); \
	} while (0)
#define EXPECT_UNTOLD(name)                          \
	do {                                         \
		if (find(name) != OPTIONS_MAX)       \
			fail_msg(#name " was told"); \
	} while (0)

static void send_one(const struct http_settings *settings, const struct http_request *request)
{
	struct http *http;
	struct http_reply reply = {0};
	struct error err;
	told_count = 0;
	assert_true(http_new(settings, &http, &err));
	if (http_send(http, request, &reply, &err) == HTTP_ANSWERED)
		http_reply_release(&reply);
	http_free(http);
}

static void expect_what_every_request_has(void)
{
	EXPECT_NUMBER(CURLOPT_NOSIGNAL, 1);
	EXPECT_NUMBER(CURLOPT_ERRORBUFFER, 1);
	EXPECT_NUMBER(CURLOPT_CONNECTTIMEOUT_MS, 10000);
	EXPECT_NUMBER(CURLOPT_LOW_SPEED_LIMIT, 1);
	EXPECT_NUMBER(CURLOPT_LOW_SPEED_TIME, 60);
	EXPECT_NUMBER(CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_2TLS);
	EXPECT_NUMBER(CURLOPT_SSL_VERIFYPEER, 1);
	EXPECT_NUMBER(CURLOPT_SSL_VERIFYHOST, 2);
	EXPECT_NUMBER(CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2);
	EXPECT_NUMBER(CURLOPT_FOLLOWLOCATION, 0);
	EXPECT_NUMBER(CURLOPT_HEADEROPT, CURLHEADER_SEPARATE);
	EXPECT_NUMBER(CURLOPT_WRITEFUNCTION, 1);
	EXPECT_NUMBER(CURLOPT_HEADERFUNCTION, 1);
	EXPECT_NUMBER(CURLOPT_QUICK_EXIT, 1);
	EXPECT_TEXT(CURLOPT_ACCEPT_ENCODING, "gzip");
	EXPECT_TEXT(CURLOPT_USERAGENT, "backcourt/1 (gzip)");
	/* The body and the headers are looked at by us: an error's body is wanted too. */
	EXPECT_UNTOLD(CURLOPT_FAILONERROR);
	EXPECT_UNTOLD(CURLOPT_VERBOSE);
	EXPECT_UNTOLD(CURLOPT_SHARE);
}

static void a_request_is_sent_over_tls_alone_and_by_the_proxies_of_the_environment(void **state)
{
	(void)state;
	/* Nobody listens there, and it is no name of this machine: what was told is what matters.
	 */
	const struct http_request request = {.url = "https://0.0.0.0:1/",
		.bearer = "token",
		.reply_bytes_max = 10,
		.time_ms_max = 12345};
	send_one(&(struct http_settings){.ca_file = "/nowhere/ca.pem"}, &request);
	expect_what_every_request_has();
	EXPECT_TEXT(CURLOPT_PROTOCOLS_STR, "https");
	EXPECT_NUMBER(CURLOPT_PIPEWAIT, 1);
	EXPECT_NUMBER(CURLOPT_TIMEOUT_MS, 12345);
	EXPECT_TEXT(CURLOPT_CAINFO, "/nowhere/ca.pem");
	EXPECT_TEXT(CURLOPT_CUSTOMREQUEST, "GET");
	EXPECT_UNTOLD(CURLOPT_PROXY);
	EXPECT_UNTOLD(CURLOPT_POST);
}

static void what_is_near_or_was_named_is_spoken_to_without_a_proxy(void **state)
{
	(void)state;
	static const struct http_request requests[] = {{.url = "https://127.0.0.1:1/"},
		{.url = "https://[::1]:1/"}, {.url = "https://localhost:1/"},
		{.url = "https://0.0.0.0:1/x", .plain_origin = "https://0.0.0.0:1"}};
	for (size_t i = 0; i < ARRAY_COUNT(requests); i++) {
		send_one(&(struct http_settings){0}, &requests[i]);
		EXPECT_TEXT(CURLOPT_PROTOCOLS_STR, "https");
		EXPECT_TEXT(CURLOPT_PROXY, "");
	}
}

static void a_plain_request_to_this_machine_goes_past_every_proxy(void **state)
{
	(void)state;
	struct fake *fake = fake_start();
	const struct fake_step steps[] = {{"POST /", {.body = "{}"}}};
	const struct http_request request = {.method = HTTP_POST,
		.url = fake_url(fake),
		.body = "abc",
		.body_bytes = 3,
		.reply_bytes_max = 10,
		.is_plain_allowed = true};
	FAKE_SCRIPT(fake, steps);
	send_one(&(struct http_settings){0}, &request);
	expect_what_every_request_has();
	EXPECT_TEXT(CURLOPT_PROTOCOLS_STR, "http");
	EXPECT_TEXT(CURLOPT_PROXY, "");
	EXPECT_NUMBER(CURLOPT_PIPEWAIT, 0);
	EXPECT_NUMBER(CURLOPT_TIMEOUT_MS, 0); /* the stall rule alone */
	EXPECT_NUMBER(CURLOPT_POSTFIELDSIZE_LARGE, 3);
	EXPECT_UNTOLD(CURLOPT_CAINFO);
	assert_null(strcasestr(fake_headers(fake, "POST", 0), "Expect:"));
	fake_finish(fake);
}

/* Nobody listens at the port: a first question that is not answered is the only one. */
static void the_first_question_to_a_metadata_server_is_short_and_past_every_proxy(void **state)
{
	(void)state;
	static const struct {
		const char *timeout, *retries;
		long ms, tries;
	} cases[] = {{NULL, NULL, 1000, 3}, {"7", "5", 7000, 5}, {NULL, "1", 1000, 1}};
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		const struct credential_search search = {0};
		struct credential *credential;
		struct http *http;
		struct error err;
		char *token, *folder = test_folder();
		setenv("CLOUDSDK_CONFIG", folder, 1);
		unsetenv("GOOGLE_APPLICATION_CREDENTIALS");
		unsetenv("CLOUDSDK_AUTH_ACCESS_TOKEN_FILE");
		unsetenv("NO_GCE_CHECK");
		setenv("GCE_METADATA_HOST", "metadata.example", 1);
		setenv("GCE_METADATA_IP", "127.0.0.1:1", 1);
		unsetenv("GCE_METADATA_TIMEOUT");
		if (cases[i].timeout != NULL)
			setenv("GCE_METADATA_TIMEOUT", cases[i].timeout, 1);
		unsetenv("GCE_METADATA_DETECT_RETRIES");
		if (cases[i].retries != NULL)
			setenv("GCE_METADATA_DETECT_RETRIES", cases[i].retries, 1);
		assert_true(credential_find(&search, &credential, &err));
		const struct token_settings settings = {
			.credential = credential, .scope = SCOPE_BIGQUERY};
		struct token_source *source = token_source_new(&settings);
		assert_true(http_new(&(struct http_settings){.policy = &no_time}, &http, &err));
		told_count = 0;
		assert_false(token_source_get(source, http, NULL, &token, &err));
		EXPECT_TEXT(CURLOPT_URL, "http://127.0.0.1:1/");
		EXPECT_TEXT(CURLOPT_PROXY, "");
		EXPECT_NUMBER(CURLOPT_TIMEOUT_MS, cases[i].ms);
		assert_int_equal(http_request_count(http), cases[i].tries);
		http_free(http);
		token_source_free(source);
		credential_free(credential);
		free(folder);
	}
}

static void a_mail_takes_a_connection_of_its_own_over_tls(void **state)
{
	(void)state;
	char *folder = test_folder();
	char *file = test_key_write(folder, "mail",
		"server = smtp://127.0.0.1:1\nfrom = a@example.org\nto = b@example.org\n"
		"user = u\npassword = p\n",
		0600);
	const struct alert alert = {.kind = ALERT_FAILED, .date = DATE_NONE, .times = 1};
	const struct alert_told sent = {.alert = &alert, .pipeline = "nba", .table = "t"};
	struct error err;
	int64_t retry_after_ms;
	told_count = 0;
	assert_false(alert_way_send(ALERT_BY_MAIL, file, &sent, &retry_after_ms, &err));
	assert_int_equal(retry_after_ms, -1);
	EXPECT_NUMBER(CURLOPT_NOSIGNAL, 1);
	EXPECT_NUMBER(CURLOPT_USE_SSL, CURLUSESSL_ALL);
	EXPECT_NUMBER(CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2);
	EXPECT_NUMBER(CURLOPT_FRESH_CONNECT, 1);
	EXPECT_NUMBER(CURLOPT_FORBID_REUSE, 1);
	EXPECT_TEXT(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	EXPECT_TEXT(CURLOPT_MAIL_FROM, "<a@example.org>");
	EXPECT_NUMBER(CURLOPT_UPLOAD, 1);
	EXPECT_UNTOLD(CURLOPT_SSL_VERIFYPEER); /* as libcurl has them: on */
	EXPECT_UNTOLD(CURLOPT_SSL_VERIFYHOST);
	EXPECT_UNTOLD(CURLOPT_VERBOSE);
	free(file);
	free(folder);
}

/* What may pass is tried again until the policy's time is over, what is doubtful once, the rest
 * never. */
static void an_end_without_an_answer_is_tried_again_where_that_may_help(void **state)
{
	(void)state;
	enum { NEVER = 1, ONCE = 2, OFTEN = 3 };
	static const struct {
		CURLcode code;
		size_t tries;
	} cases[] = {{CURLE_COULDNT_RESOLVE_HOST, OFTEN}, {CURLE_COULDNT_RESOLVE_PROXY, OFTEN},
		{CURLE_COULDNT_CONNECT, OFTEN}, {CURLE_OPERATION_TIMEDOUT, OFTEN},
		{CURLE_GOT_NOTHING, OFTEN}, {CURLE_SEND_ERROR, OFTEN}, {CURLE_RECV_ERROR, OFTEN},
		{CURLE_PARTIAL_FILE, OFTEN}, {CURLE_HTTP2, OFTEN}, {CURLE_HTTP2_STREAM, OFTEN},
		{CURLE_SSL_CONNECT_ERROR, ONCE}, {CURLE_BAD_CONTENT_ENCODING, ONCE},
		{CURLE_PEER_FAILED_VERIFICATION, NEVER}, {CURLE_SSL_CACERT_BADFILE, NEVER},
		{CURLE_WRITE_ERROR, NEVER}, {CURLE_ABORTED_BY_CALLBACK, NEVER},
		{CURLE_UNSUPPORTED_PROTOCOL, NEVER}, {CURLE_URL_MALFORMAT, NEVER}};
	const struct http_settings settings = {.policy = &no_time};
	struct http *http;
	struct error err;
	assert_true(http_new(&settings, &http, &err));
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		const struct http_request request = {.url = "http://127.0.0.1:1/",
			.reply_bytes_max = 10,
			.is_plain_allowed = true};
		struct http_reply reply = {0};
		int64_t before = http_request_count(http);
		no_time_reset();
		ending = cases[i].code;
		assert_int_not_equal(
			http_call(http, &request, http_judge_status, NULL, &reply, &err),
			HTTP_ANSWERED);
		size_t tries = (size_t)(http_request_count(http) - before);
		if (tries != cases[i].tries && !(cases[i].tries == OFTEN && tries > OFTEN))
			fail_msg("%s: %zu tries", curl_easy_strerror(cases[i].code), tries);
	}
	ending = CURLE_OK;
	http_free(http);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_request_is_sent_over_tls_alone_and_by_the_proxies_of_the_environment),
		cmocka_unit_test(what_is_near_or_was_named_is_spoken_to_without_a_proxy),
		cmocka_unit_test(a_plain_request_to_this_machine_goes_past_every_proxy),
		cmocka_unit_test(
			the_first_question_to_a_metadata_server_is_short_and_past_every_proxy),
		cmocka_unit_test(a_mail_takes_a_connection_of_its_own_over_tls),
		cmocka_unit_test(an_end_without_an_answer_is_tried_again_where_that_may_help),
	};
	return RUN(tests);
}

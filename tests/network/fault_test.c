/*
 * What becomes of a query when the service, or what is between it and us, does everything wrong for
 * good: how often it is asked, whether that takes time, and the words that tell what happened.
 */
#include "tests/network/support/fake_server.h"
#include "tests/network/support/no_time.h"
#include "tests/test.h"

#include "warehouse/bigquery.h"

#define PASSING 12 /* at least so many tries before ten minutes are over */

#define PROBLEM(code, reason, message)                                             \
	"{\"error\":{\"code\":" #code ",\"message\":\"" message "\",\"errors\":[{" \
	"\"reason\":\"" reason "\",\"message\":\"" message "\"}]}}"

struct fault {
	const char *name;
	struct fake_answer answer;
	size_t requests; /* exactly; PASSING: at least */
	enum bigquery_trouble trouble;
	const char *words;
};

static const struct fault faults[] = {
	{"401", {.status = 401, .body = PROBLEM(401, "authError", "Invalid Credentials")}, 1,
		TROUBLE_LOGIN, "gcloud auth application-default login"},
	{"403 rate", {.status = 403, .body = PROBLEM(403, "rateLimitExceeded", "Exceeded rate")},
		PASSING, TROUBLE_RATE, "Exceeded rate (rateLimitExceeded, status 403)"},
	{"403 quota", {.status = 403, .body = PROBLEM(403, "quotaExceeded", "Quota exceeded: x")},
		1, TROUBLE_QUOTA, "Quota exceeded: x (quotaExceeded, status 403); it is not tried"},
	{"403 denied", {.status = 403, .body = PROBLEM(403, "accessDenied", "Access Denied: T")}, 1,
		TROUBLE_DENIED, "Access Denied: T"},
	{"429", {.status = 429, .headers = "Retry-After: 100\r\n"}, 7, TROUBLE_RATE, "status 429"},
	{"500 bytes",
		{.status = 500,
			.body = PROBLEM(500, "bytesBilledLimitExceeded",
				"Query exceeded limit for bytes billed: 5. 10485760 or higher "
				"required.")},
		1, TROUBLE_EXPENSIVE, "10485760 or higher required"},
	{"502 HTML", {.status = 502, .body = "<html>\033[2Jbad gateway</html>"}, PASSING,
		TROUBLE_SERVER, "the answer is not one of BigQuery's (status 502)"},
	{"closed before the headers", {.fault = FAKE_CLOSES}, PASSING, TROUBLE_NETWORK,
		"cannot talk to 127.0.0.1"},
	{"reset before the headers", {.fault = FAKE_RESETS}, PASSING, TROUBLE_NETWORK,
		"cannot talk to 127.0.0.1"},
	{"cut in the body", {.fault = FAKE_CUTS, .body = "{\"jobReference\":{}}"}, PASSING,
		TROUBLE_NETWORK, "cannot talk to 127.0.0.1"},
	{"endless body", {.fault = FAKE_ENDLESS_BODY}, 1, TROUBLE_NETWORK,
		"the answer is longer than the limit of"},
	{"endless headers", {.fault = FAKE_ENDLESS_HEADERS}, 1, TROUBLE_NETWORK, "header"},
	{"gzip bomb", {.fault = FAKE_GZIP_BOMB}, 1, TROUBLE_NETWORK,
		"the answer is longer than the limit of"},
	{"gzip cut", {.fault = FAKE_GZIP_CUT, .body = "{\"a\":\"aaaaaaaaaaaaaaaaaaaaaaaa\"}"}, 2,
		TROUBLE_NETWORK, ""},
	{"invalid UTF-8", {.body = "{\"jobReference\":{\"jobId\":\"\xff\xfe\"}}"}, 2,
		TROUBLE_NETWORK, "the answer is not JSON"},
	{"redirect", {.status = 302, .headers = "Location: http://127.0.0.1:1/steal\r\n"}, 1,
		TROUBLE_UNKNOWN,
		"leads elsewhere, which is not followed: is the endpoint right? (status 302)"},
	{"redirect for good", {.status = 301, .body = "<html>moved</html>"}, 1, TROUBLE_UNKNOWN,
		"is the endpoint right? (status 301)"},
	{"407", {.status = 407, .body = "<html>proxy</html>"}, 1, TROUBLE_PROXY,
		"the proxy wants a login: see https_proxy"},
	{"no content", {.status = 204}, 2, TROUBLE_NETWORK, "the answer is not JSON"},
};

static void answer(const struct fake_request *request, struct fake_answer *into, void *context)
{
	const struct fault *fault = context;
	(void)request;
	*into = fault->answer;
}

static void look(const struct fault *fault)
{
	struct fake *fake = fake_start();
	struct bigquery *client;
	struct bigquery_result result;
	struct error err = {0};
	const struct bigquery_settings settings = {.project = "p",
		.endpoint = fake_url(fake),
		.policy = &no_time,
		.is_emulator = true};
	const struct bigquery_query query = {.name = "q", .sql = "SELECT 1", .rows_max = 1};
	no_time_reset();
	fake_handle(fake, answer, (void *)fault);
	assert_true(bigquery_new(&settings, &client, &err));
	int64_t start_ms = no_time_now_ms();
	assert_false(bigquery_select(client, &query, NULL, NULL, &result, &err));
	size_t requests = fake_count(fake, "");
	enum bigquery_trouble trouble = bigquery_last_failure(client)->trouble;
	if (requests < fault->requests ||
		(fault->requests != PASSING && requests != fault->requests))
		fail_msg("%s: %zu requests: %s", fault->name, requests, err.text);
	if (trouble != fault->trouble || strstr(err.text, fault->words) == NULL)
		fail_msg("%s: trouble %d, \"%s\" is not in: %s", fault->name, (int)trouble,
			fault->words, err.text);
	assert_non_null(strstr(err.text, "BigQuery: "));
	assert_null(strpbrk(err.text, "\033\n\r"));
	assert_true(no_time_now_ms() - start_ms <= 600000);
	bigquery_free(client);
	fake_finish(fake);
}

static void every_fault_has_its_count_and_its_words(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(faults); i++)
		look(&faults[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_fault_has_its_count_and_its_words),
	};
	return RUN(tests);
}

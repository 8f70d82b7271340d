/* The BigQuery client: what a refusal means, and that none for good is repeated. */
#include "tests/network/support/client_place.h"
#include "tests/network/support/no_time.h"
#include "tests/test.h"

static void a_query_over_its_limit_is_asked_exactly_once(void **state)
{
	struct place *place = *state;
	const struct fake_step steps[] = {INSERTED,
		{"GET /queries/",
			{.status = 500,
				.body = ERROR_BODY(500, "bytesBilledLimitExceeded",
					"Query exceeded limit for bytes billed: 500. 10485760 or "
					"higher required.")}}};
	FAKE_SCRIPT(place->fake, steps);
	client_expect_trouble(place, TROUBLE_EXPENSIVE, "10485760 or higher required");
	assert_int_equal(fake_count(place->fake, ""), 2);
	assert_int_equal(fake_count(place->fake, "POST"), 1);
	assert_int_equal(no_time_wait_count(), 0);
}

struct told {
	int status;
	const char *body;
	enum bigquery_trouble trouble;
	const char *words;
};

static void refusals_are_told_apart_and_not_repeated(void **state)
{
	struct place *place = *state;
	static const struct told cases[] = {
		{403, ERROR_BODY(403, "quotaExceeded", "Quota exceeded: load jobs per table"),
			TROUBLE_QUOTA,
			"load jobs per table (quotaExceeded, status 403); it is not "
			"tried again today"},
		{403, ERROR_BODY(403, "accessDenied", "Access Denied: Table p:d.t"), TROUBLE_DENIED,
			"Access Denied: Table p:d.t"},
		{404, ERROR_BODY(404, "notFound", "Not found: Table p:d.t was not found in US"),
			TROUBLE_MISSING, "Not found: Table"},
		{400, ERROR_BODY(400, "invalidQuery", "Syntax error at [1:1]"), TROUBLE_INVALID,
			"[1:1]"},
		{400,
			ERROR_BODY(400, "invalid",
				"UPDATE or DELETE statement over table p.d.t would affect rows in "
				"the streaming buffer, which is not supported"),
			TROUBLE_STREAMING, "90 minutes"},
		{400, ERROR_BODY(400, "responseTooLarge", "too large"), TROUBLE_BIG, "too large"},
		{412, ERROR_BODY(412, "conditionNotMet", "stale"), TROUBLE_STALE, "stale"},
		{501, ERROR_BODY(501, "notImplemented", "no"), TROUBLE_UNSUPPORTED, "no"},
		{407, "<html>proxy</html>", TROUBLE_PROXY, "https_proxy"},
		{418, "\xff\xfe not json", TROUBLE_UNKNOWN, "status 418"},
		{400, "{\"error\":{\"code\":400,\"message\":\"a\\u001b[31mb\\u0007\"}}",
			TROUBLE_INVALID, "a?[31mb?"},
		{400,
			"{\"error\":{\"code\":400,\"message\":\"upload says no\",\"status\":"
			"\"INVALID_ARGUMENT\"}}",
			TROUBLE_INVALID, "upload says no"},
	};
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		const struct fake_step steps[] = {
			{"POST /jobs", {.status = cases[i].status, .body = cases[i].body}}};
		FAKE_SCRIPT(place->fake, steps);
		client_expect_trouble(place, cases[i].trouble, cases[i].words);
	}
	assert_int_equal(fake_count(place->fake, ""), ARRAY_COUNT(cases));
	assert_int_equal(no_time_wait_count(), 0);
}

static void garbled_answers_are_a_failure(void **state)
{
	struct place *place = *state;
	struct buffer deep = {0};
	for (int i = 0; i < 3000; i++)
		buffer_add_text(&deep, "{\"a\":");
	const char *const bodies[] = {
		"not json", "{\"a\":1,\"a\":2}", "{\"a\":\"\xff\"}", deep.bytes, "[]"};
	for (size_t i = 0; i < ARRAY_COUNT(bodies); i++) {
		/* Asked once more: it may have been cut on its way. */
		const struct fake_step steps[] = {
			{"POST /jobs", {.body = bodies[i]}}, {"POST /jobs", {.body = bodies[i]}}};
		FAKE_SCRIPT(place->fake, steps);
		client_expect_trouble(place, TROUBLE_NETWORK, "the answer is not JSON");
	}
	buffer_release(&deep);
}

static void an_emulator_that_fails_with_200_is_heard(void **state)
{
	struct place *place = *state;
	const struct fake_step steps[] = {INSERTED,
		{"GET /queries/",
			{.body = "{" REFERENCE ",\"jobComplete\":true,\"schema\":{\"fields\":[]},"
				 "\"errors\":[{\"reason\":\"invalidQuery\",\"message\":\"no "
				 "table\"}]}"}},
		{"GET /jobs/",
			{.body = "{\"status\":{\"state\":\"DONE\",\"errorResult\":{\"reason\":"
				 "\"invalidQuery\",\"message\":\"no table\"}}}"}}};
	FAKE_SCRIPT(place->fake, steps);
	client_expect_trouble(place, TROUBLE_INVALID, "no table");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_A_SERVER(a_query_over_its_limit_is_asked_exactly_once),
		ON_A_SERVER(refusals_are_told_apart_and_not_repeated),
		ON_A_SERVER(garbled_answers_are_a_failure),
		ON_A_SERVER(an_emulator_that_fails_with_200_is_heard),
	};
	return RUN(tests);
}

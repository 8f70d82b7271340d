/*
 * What is done about each reason that the service gives: asked again, asked with a new job, or told
 * at once. The table is Google's, row by row, for a request that is refused and for a job that has
 * ended.
 */
#include "tests/network/support/fake_server.h"
#include "tests/network/support/no_time.h"
#include "tests/test.h"

#include "warehouse/bigquery.h"

enum deed {
	IS_TOLD,	  /* one request, no wait */
	IS_ASKED_AGAIN,	  /* the same request, the same job id */
	TAKES_A_NEW_JOB,  /* under a new id */
	IS_THERE_ALREADY, /* the job is looked at */
};

struct row {
	const char *reason; /* "": none is given */
	int status;
	enum deed refused; /* when the request was */
	enum deed ended;   /* when the job has ended so */
	enum bigquery_trouble trouble;
};

static const struct row rows[] = {
	{"bytesBilledLimitExceeded", 500, IS_TOLD, IS_TOLD, TROUBLE_EXPENSIVE},
	{"rateLimitExceeded", 403, IS_ASKED_AGAIN, TAKES_A_NEW_JOB, TROUBLE_RATE},
	{"rateLimitExceeded", 429, IS_ASKED_AGAIN, TAKES_A_NEW_JOB, TROUBLE_RATE},
	{"backendError", 500, IS_ASKED_AGAIN, TAKES_A_NEW_JOB, TROUBLE_SERVER},
	{"backendError", 502, IS_ASKED_AGAIN, TAKES_A_NEW_JOB, TROUBLE_SERVER},
	{"backendError", 503, IS_ASKED_AGAIN, TAKES_A_NEW_JOB, TROUBLE_SERVER},
	{"backendError", 504, IS_ASKED_AGAIN, TAKES_A_NEW_JOB, TROUBLE_SERVER},
	{"internalError", 500, IS_ASKED_AGAIN, TAKES_A_NEW_JOB, TROUBLE_SERVER},
	/* By the reason first: its status is one of those that are told. */
	{"internalError", 400, IS_ASKED_AGAIN, TAKES_A_NEW_JOB, TROUBLE_SERVER},
	{"badGateway", 502, IS_ASKED_AGAIN, TAKES_A_NEW_JOB, TROUBLE_SERVER},
	{"badGateway", 400, IS_ASKED_AGAIN, TAKES_A_NEW_JOB, TROUBLE_SERVER},
	{"jobBackendError", 400, TAKES_A_NEW_JOB, TAKES_A_NEW_JOB, TROUBLE_JOB},
	{"jobInternalError", 400, TAKES_A_NEW_JOB, TAKES_A_NEW_JOB, TROUBLE_JOB},
	{"jobRateLimitExceeded", 400, TAKES_A_NEW_JOB, TAKES_A_NEW_JOB, TROUBLE_JOB},
	{"tableUnavailable", 400, IS_ASKED_AGAIN, TAKES_A_NEW_JOB, TROUBLE_SERVER},
	{"quotaExceeded", 403, IS_TOLD, IS_TOLD, TROUBLE_QUOTA},
	{"accessDenied", 403, IS_TOLD, IS_TOLD, TROUBLE_DENIED},
	{"billingNotEnabled", 403, IS_TOLD, IS_TOLD, TROUBLE_DENIED},
	{"blocked", 403, IS_TOLD, IS_TOLD, TROUBLE_DENIED},
	{"insufficientPermissions", 403, IS_TOLD, IS_TOLD, TROUBLE_DENIED},
	{"accessNotConfigured", 403, IS_TOLD, IS_TOLD, TROUBLE_DENIED},
	{"authError", 401, IS_TOLD, IS_TOLD, TROUBLE_LOGIN},
	{"required", 401, IS_TOLD, IS_TOLD, TROUBLE_LOGIN},
	{"required", 400, IS_TOLD, IS_TOLD, TROUBLE_INVALID},
	{"invalid", 400, IS_TOLD, IS_TOLD, TROUBLE_INVALID},
	/* By the reason first again: 500 alone would be asked again. */
	{"invalid", 500, IS_TOLD, IS_TOLD, TROUBLE_INVALID},
	{"invalidQuery", 400, IS_TOLD, IS_TOLD, TROUBLE_INVALID},
	{"attributeError", 400, IS_TOLD, IS_TOLD, TROUBLE_INVALID},
	{"invalidUser", 400, IS_TOLD, IS_TOLD, TROUBLE_INVALID},
	{"badRequest", 400, IS_TOLD, IS_TOLD, TROUBLE_INVALID},
	{"notFound", 404, IS_TOLD, IS_TOLD, TROUBLE_MISSING},
	{"duplicate", 409, IS_THERE_ALREADY, IS_TOLD, TROUBLE_EXISTS},
	{"conditionNotMet", 412, IS_TOLD, IS_TOLD, TROUBLE_STALE},
	{"resourceInUse", 400, IS_TOLD, IS_TOLD, TROUBLE_IN_USE},
	{"resourcesExceeded", 400, IS_TOLD, IS_TOLD, TROUBLE_BIG},
	{"billingTierLimitExceeded", 400, IS_TOLD, IS_TOLD, TROUBLE_BIG},
	{"responseTooLarge", 403, IS_TOLD, IS_TOLD, TROUBLE_BIG},
	{"stopped", 200, IS_TOLD, IS_TOLD, TROUBLE_STOPPED},
	{"timeout", 400, IS_TOLD, IS_TOLD, TROUBLE_TIMEOUT},
	{"proxyAuthenticationRequired", 407, IS_TOLD, IS_TOLD, TROUBLE_PROXY},
	{"notImplemented", 501, IS_TOLD, IS_TOLD, TROUBLE_UNSUPPORTED},
	{"notHeardOfYet", 429, IS_ASKED_AGAIN, IS_TOLD, TROUBLE_RATE},
	{"notHeardOfYet", 500, IS_ASKED_AGAIN, IS_TOLD, TROUBLE_SERVER},
	{"notHeardOfYet", 418, IS_TOLD, IS_TOLD, TROUBLE_UNKNOWN},
	{"", 429, IS_ASKED_AGAIN, IS_TOLD, TROUBLE_RATE},
	{"", 500, IS_ASKED_AGAIN, IS_TOLD, TROUBLE_SERVER},
	{"", 502, IS_ASKED_AGAIN, IS_TOLD, TROUBLE_SERVER},
	{"", 503, IS_ASKED_AGAIN, IS_TOLD, TROUBLE_SERVER},
	{"", 504, IS_ASKED_AGAIN, IS_TOLD, TROUBLE_SERVER},
	{"", 400, IS_TOLD, IS_TOLD, TROUBLE_INVALID},
	{"", 403, IS_TOLD, IS_TOLD, TROUBLE_DENIED},
	{"", 404, IS_TOLD, IS_TOLD, TROUBLE_MISSING},
	{"", 418, IS_TOLD, IS_TOLD, TROUBLE_UNKNOWN},
	{"", 501, IS_TOLD, IS_TOLD, TROUBLE_UNSUPPORTED},
};

#define INSERTED                                                 \
	{                                                        \
		.body = "{\"jobReference\":{\"jobId\":\"job\"}," \
			"\"status\":{\"state\":\"RUNNING\"}}"    \
	}
#define LOADED                                                                       \
	{                                                                            \
		.body = "{\"status\":{\"state\":\"DONE\"},\"statistics\":{\"load\":" \
			"{\"outputRows\":\"1\"}}}"                                   \
	}

struct attempt {
	struct fake *fake;
	bool is_done;
	enum bigquery_trouble trouble;
	struct error err;
};

static void load_a_row(struct attempt *attempt)
{
	static const struct bigquery_load load = {.name = "t",
		.dataset = "d",
		.table = "t$20211116",
		.rows = "{}\n",
		.rows_bytes = 3};
	struct bigquery_loaded loaded;
	struct bigquery *client;
	const struct bigquery_settings settings = {.project = "p",
		.endpoint = fake_url(attempt->fake),
		.policy = &no_time,
		.is_emulator = true};
	no_time_reset();
	assert_true(bigquery_new(&settings, &client, &attempt->err));
	attempt->is_done = bigquery_load_rows(client, &load, &loaded, &attempt->err);
	attempt->trouble = bigquery_last_failure(client)->trouble;
	bigquery_free(client);
}

/* "backcourt_..." out of the nth insert. */
static char *job_id(struct fake *fake, size_t nth)
{
	const char *start = strstr(fake_body(fake, "POST /upload/", nth), "\"backcourt_");
	return start == NULL ? memory_copy_text("") : memory_copy_span(start, strcspn(start, ","));
}

static void check_ids(const struct row *row, struct fake *fake, enum deed deed)
{
	char *first = job_id(fake, 0), *second = job_id(fake, 1);
	bool is_new = strcmp(first, second) != 0;
	if (first[0] == '\0' || is_new != (deed == TAKES_A_NEW_JOB))
		fail_msg("%s %d: %s then %s", row->reason, row->status, first, second);
	free(first);
	free(second);
}

static void check(const struct row *row, struct attempt *attempt, enum deed deed, bool is_ended)
{
	size_t inserts = fake_count(attempt->fake, "POST /upload/");
	bool is_twice = deed == IS_ASKED_AGAIN || deed == TAKES_A_NEW_JOB;
	const char *when = is_ended ? "at the end of the job" : "to the request";
	if (inserts != (is_twice ? 2 : 1) || attempt->is_done != (deed != IS_TOLD))
		fail_msg("%s %d %s: %zu inserts, %s: %s", row->reason, row->status, when, inserts,
			attempt->is_done ? "done" : "not done", attempt->err.text);
	if (is_twice)
		check_ids(row, attempt->fake, deed);
	if (is_twice != (no_time_wait_count() > 0))
		fail_msg("%s %d %s: %zu waits", row->reason, row->status, when,
			no_time_wait_count());
	if (deed != IS_TOLD)
		return;
	if (!is_ended && attempt->trouble != row->trouble)
		fail_msg("%s %d: trouble %d", row->reason, row->status, (int)attempt->trouble);
	if (strstr(attempt->err.text, "its own words") == NULL)
		fail_msg("%s %d %s: %s", row->reason, row->status, when, attempt->err.text);
}

static void try_refusal(const struct row *row)
{
	char *body = row->reason[0] == '\0'
			     ? memory_format("{\"error\":{\"message\":\"its own words\"}}")
			     : memory_format("{\"error\":{\"message\":\"its own words\",\"errors\":"
					     "[{\"reason\":\"%s\"}]}}",
				       row->reason);
	struct attempt attempt = {.fake = fake_start()};
	const struct fake_step steps[] = {{"POST /upload/", {.status = row->status, .body = body}},
		{row->refused == IS_THERE_ALREADY ? "GET /jobs/backcourt_t_" : "POST /upload/",
			row->refused == IS_THERE_ALREADY ? (struct fake_answer)LOADED
							 : (struct fake_answer)INSERTED},
		{"GET /jobs/job", LOADED}};
	static const size_t lengths[] = {
		[IS_TOLD] = 1, [IS_ASKED_AGAIN] = 3, [TAKES_A_NEW_JOB] = 3, [IS_THERE_ALREADY] = 2};
	fake_script(attempt.fake, steps, lengths[row->refused]);
	load_a_row(&attempt);
	check(row, &attempt, row->refused, false);
	fake_finish(attempt.fake);
	free(body);
}

static void a_refused_request_is_treated_by_its_reason(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(rows); i++)
		if (rows[i].status != 200) /* "stopped" is said of jobs alone */
			try_refusal(&rows[i]);
}

static void try_end(const struct row *row)
{
	char *body = memory_format("{\"status\":{\"state\":\"DONE\",\"errorResult\":{\"reason\":"
				   "\"%s\",\"message\":\"its own words\"}}}",
		row->reason);
	struct attempt attempt = {.fake = fake_start()};
	const struct fake_step steps[] = {{"POST /upload/", INSERTED},
		{"GET /jobs/job", {.body = body}}, {"POST /upload/", INSERTED},
		{"GET /jobs/job", LOADED}};
	fake_script(attempt.fake, steps, row->ended == TAKES_A_NEW_JOB ? 4 : 2);
	load_a_row(&attempt);
	check(row, &attempt, row->ended, true);
	fake_finish(attempt.fake);
	free(body);
}

static void a_job_that_has_failed_is_treated_by_its_reason(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(rows); i++)
		if (rows[i].reason[0] != '\0')
			try_end(&rows[i]);
}

static void a_job_that_was_cancelled_there_is_no_failure_of_ours(void **state)
{
	(void)state;
	struct attempt attempt = {.fake = fake_start()};
	const struct fake_step steps[] = {{"POST /upload/", INSERTED},
		{"GET /jobs/job", {.body = "{\"status\":{\"state\":\"DONE\",\"errorResult\":"
					   "{\"reason\":\"stopped\",\"message\":\"x\"}}}"}}};
	FAKE_SCRIPT(attempt.fake, steps);
	load_a_row(&attempt);
	assert_int_equal(attempt.trouble, TROUBLE_STOPPED);
	assert_int_equal(attempt.err.kind, ERROR_CANCELLED);
	fake_finish(attempt.fake);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_refused_request_is_treated_by_its_reason),
		cmocka_unit_test(a_job_that_has_failed_is_treated_by_its_reason),
		cmocka_unit_test(a_job_that_was_cancelled_there_is_no_failure_of_ours),
	};
	return RUN(tests);
}

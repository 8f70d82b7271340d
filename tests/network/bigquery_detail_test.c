/* What the service says beyond one sentence: bad rows, the place in a statement, a long wait. */
#include "tests/network/support/fake_server.h"
#include "tests/network/support/no_time.h"
#include "tests/test.h"

#include "warehouse/bigquery.h"

#define REFERENCE "\"jobReference\":{\"projectId\":\"p\",\"jobId\":\"job_1\",\"location\":\"EU\"}"
#define UPLOADED                                  \
	{                                         \
		"POST /upload/",                  \
		{                                 \
			.body = "{" REFERENCE "}" \
		}                                 \
	}
#define INSERTED                                  \
	{                                         \
		"POST /jobs",                     \
		{                                 \
			.body = "{" REFERENCE "}" \
		}                                 \
	}

struct place {
	struct fake *fake;
	struct bigquery *bigquery;
	struct buffer heard; /* "W line\n" */
};

static void hear(void *context, char severity, const char *line)
{
	struct place *place = context;
	assert_true(strlen(line) < DETAIL_LINE_BYTES);
	buffer_add_format(&place->heard, "%c %s\n", severity, line);
}

static int set_up(void **state)
{
	struct place *place = memory_new(sizeof(*place));
	struct error err;
	place->fake = fake_start();
	no_time_reset();
	const struct bigquery_settings settings = {.project = "p",
		.endpoint = fake_url(place->fake),
		.policy = &no_time,
		.is_emulator = true};
	assert_true(bigquery_new(&settings, &place->bigquery, &err));
	bigquery_hear_details(place->bigquery, &(const struct detail_listener){place, hear});
	*state = place;
	return 0;
}

static int tear_down(void **state)
{
	struct place *place = *state;
	bigquery_free(place->bigquery);
	fake_finish(place->fake);
	buffer_release(&place->heard);
	free(place);
	return 0;
}

static void expect_in(const char *text, const char *words)
{
	if (strstr(text, words) == NULL)
		fail_msg("\"%s\" is not in: %s", words, text);
}

static bool load(struct place *place, struct error *err)
{
	static const struct bigquery_load request = {.name = "t",
		.dataset = "d",
		.table = "t$20211116",
		.rows = "{}\n",
		.rows_bytes = 3};
	struct bigquery_loaded loaded;
	*err = (struct error){0};
	return bigquery_load_rows(place->bigquery, &request, &loaded, err);
}

static bool ask(struct place *place, const char *sql, struct error *err)
{
	const struct bigquery_query query = {.name = "q", .sql = sql, .rows_max = 10};
	struct bigquery_result result;
	*err = (struct error){0};
	return bigquery_execute(place->bigquery, &query, &result, err);
}

/* A job that failed with so many bad rows; the result is said once more among them. */
static char *make_failed_job(size_t count)
{
	struct buffer text = {0};
	buffer_add_text(&text, "{\"status\":{\"state\":\"DONE\",\"errorResult\":{\"reason\":"
			       "\"invalid\",\"message\":\"too many errors\"},\"errors\":["
			       "{\"reason\":\"invalid\",\"message\":\"too many errors\"}");
	for (size_t i = 1; i <= count; i++)
		buffer_add_format(&text,
			",{\"reason\":\"invalid\",\"message\":\"Row %zu: bad\\u001b[1m x\"}", i);
	buffer_add_text(&text, "]}}");
	return text.bytes;
}

static void refuse_rows(struct place *place, size_t count, struct error *err)
{
	char *job = make_failed_job(count);
	const struct fake_step steps[] = {UPLOADED, {"GET /jobs/job_1", {.body = job}}};
	buffer_clear(&place->heard);
	FAKE_SCRIPT(place->fake, steps);
	assert_false(load(place, err));
	free(job);
}

static void the_first_ten_rows_that_a_load_refused_are_told(void **state)
{
	struct place *place = *state;
	struct error err;
	refuse_rows(place, 10, &err);
	expect_in(err.text, "d.t$20211116: the first of several errors: Row 1: bad?[1m x: too many "
			    "errors (invalid)");
	expect_in(buffer_text(&place->heard), "W refused: Row 1: bad?[1m x\nW refused: Row 2:");
	expect_in(buffer_text(&place->heard), "W refused: Row 10: bad?[1m x\n");
	assert_null(strstr(buffer_text(&place->heard), "more"));
	assert_null(strstr(buffer_text(&place->heard), "too many"));
	refuse_rows(place, 12, &err);
	expect_in(err.text, "the first of several errors: Row 1");
	expect_in(buffer_text(&place->heard), "Row 10: bad?[1m x\nW refused: 2 more rows\n");
	assert_null(strstr(buffer_text(&place->heard), "Row 11"));
	struct error other = err;
	refuse_rows(place, 3, &err);
	assert_string_equal(err.text, other.text); /* one reason, however many rows it met */
	refuse_rows(place, 1, &err);
	expect_in(err.text, "d.t$20211116: Row 1: bad?[1m x: too many errors (invalid)");
	refuse_rows(place, 0, &err);
	expect_in(err.text, "too many errors (invalid)");
	assert_string_equal(buffer_text(&place->heard), "");
}

/* A row's text is cut between two bytes of a letter, and the sentence is told all the same. */
static void a_bad_row_of_any_length_keeps_its_sentence(void **state)
{
	struct place *place = *state;
	struct error err;
	struct buffer job = {0};
	buffer_add_text(&job, "{\"status\":{\"state\":\"DONE\",\"errorResult\":{\"reason\":"
			      "\"invalid\",\"message\":\"too many errors\"},\"errors\":["
			      "{\"message\":\"Row 1: ");
	for (int i = 0; i < 1000; i++)
		buffer_add_text(&job, "é");
	buffer_add_text(&job, "\"},{\"message\":\"Row 2\"}]}}");
	const struct fake_step steps[] = {UPLOADED, {"GET /jobs/job_1", {.body = job.bytes}}};
	FAKE_SCRIPT(place->fake, steps);
	assert_false(load(place, &err));
	expect_in(err.text, "the first of several errors: Row 1: éé");
	expect_in(err.text, ": too many errors (invalid)");
	assert_true(text_is_utf8(err.text, strlen(err.text)));
	assert_true(text_is_utf8(buffer_text(&place->heard), place->heard.length));
	buffer_release(&job);
}

static void fail_statement(
	struct place *place, const char *sql, const char *message, struct error *err)
{
	char *body = memory_format("{\"error\":{\"code\":400,\"message\":\"%s\",\"errors\":"
				   "[{\"reason\":\"invalidQuery\",\"message\":\"x\"}]}}",
		message);
	const struct fake_step steps[] = {
		INSERTED, {"GET /queries/", {.status = 400, .body = body}}};
	buffer_clear(&place->heard);
	FAKE_SCRIPT(place->fake, steps);
	assert_false(ask(place, sql, err));
	free(body);
}

static void the_place_in_a_statement_is_shown(void **state)
{
	struct place *place = *state;
	struct error err;
	fail_statement(place, "SELECT 'é',\n  'é' FORM t\nWHERE TRUE",
		"Syntax error: Unexpected [1:2] \\\"FORM\\\" at [2:7]", &err);
	assert_string_equal(
		buffer_text(&place->heard), "W   'é' FORM t\nW       ^ here in the statement\n");
	expect_in(err.text, "at [2:7] (invalidQuery, status 400); there: \"FORM t\"");
	/* Nobody wants the sentence, and the place is shown all the same. */
	const struct fake_step again[] = {INSERTED,
		{"GET /queries/",
			{.status = 400, .body = "{\"error\":{\"message\":\"at [1:8]\"}}"}}};
	struct bigquery_query query = {.name = "q", .sql = "SELECT x"};
	struct bigquery_result result;
	FAKE_SCRIPT(place->fake, again);
	assert_false(bigquery_execute(place->bigquery, &query, &result, NULL));
	expect_in(buffer_text(&place->heard), "W SELECT x\nW        ^ here");
	/* At its end there is nothing to show but the caret. */
	fail_statement(place, "SELECT (1", "Syntax error: Expected \\\")\\\" at [1:10]", &err);
	assert_string_equal(
		buffer_text(&place->heard), "W SELECT (1\nW          ^ here in the statement\n");
	assert_null(strstr(err.text, "there:"));
}

/* Of a line of any length as much as fits beside it. */
static void a_long_line_is_shown_around_the_place(void **state)
{
	struct place *place = *state;
	struct error err;
	char sql[1001];
	memset(sql, 'a', sizeof(sql) - 1);
	sql[1000] = '\0';
	sql[499] = 'X';
	fail_statement(place, sql, "No such name at [1:500]", &err);
	const char *line = buffer_text(&place->heard);
	const char *caret = strchr(strchr(line, '\n') + 1, '^');
	assert_int_equal(strcspn(line, "\n"), 2 + 76);
	assert_int_equal(strcspn(line, "X"), 2 + 38 - 1);
	assert_int_equal(caret - strchr(line, '\n') - 1, strcspn(line, "X"));
	expect_in(err.text, "there: \"Xaaa");
	assert_true(strlen(strstr(err.text, "there:")) < 60);
}

static void a_place_that_is_none_is_not_shown(void **state)
{
	struct place *place = *state;
	static const char *const messages[] = {"no place", "at [0:1]", "at [1:0]", "at [3:1]",
		"at [1:11]", "at [1:99999999999999999999]", "at [1:9999999]", "at [1",
		"at [1:", "at [1:2", "[", "at [-1:2]"};
	for (size_t i = 0; i < ARRAY_COUNT(messages); i++) {
		struct error err;
		fail_statement(place, "SELECT (1\n", messages[i], &err);
		expect_in(err.text, messages[i]);
		assert_null(strstr(err.text, "there:"));
		if (place->heard.length > 0)
			fail_msg("%s: %s", messages[i], buffer_text(&place->heard));
	}
}

#define PENDING                                                                              \
	{                                                                                    \
		"GET /jobs/job_1",                                                           \
		{                                                                            \
			.body = "{" REFERENCE ",\"status\":{\"state\":\"PENDING\"},"         \
				"\"statistics\":{\"quotaDeferments\":[\"loads_per_minute\"," \
				"\"loads\\u0007_per_day\"]}}"                                \
		}                                                                            \
	}

/* 0.5, 1, 2, 4 and then 5 seconds apart: it is told after 30 s, a minute, two. */
static void a_load_that_does_not_begin_is_told_with_its_age_and_why(void **state)
{
	struct place *place = *state;
	struct error err;
	struct fake_step steps[33] = {UPLOADED};
	for (size_t i = 1; i < ARRAY_COUNT(steps) - 1; i++)
		steps[i] = (struct fake_step)PENDING;
	steps[ARRAY_COUNT(steps) - 1] = (struct fake_step){
		"GET /jobs/job_1", {.body = "{\"status\":{\"state\":\"DONE\"}}"}};
	FAKE_SCRIPT(place->fake, steps);
	assert_true(load(place, &err));
#define TOLD(age)                                         \
	"W BigQuery has not begun the job job_1 for " age \
	"; held back by the quota: loads_per_minute, loads?_per_day\n"
	assert_string_equal(buffer_text(&place->heard), TOLD("32s") TOLD("1m02") TOLD("2m02"));
}

static _Atomic int64_t seconds_passed; /* by the server's thread */

/* The service holds every question for ten seconds. */
static int64_t passing_now_ms(void)
{
	return seconds_passed * 1000;
}

static void pass_ten_seconds(
	const struct fake_request *request, struct fake_answer *answer, void *context)
{
	(void)context;
	if (strstr(request->path, "/queries/") != NULL) {
		seconds_passed += 10;
		*answer = (struct fake_answer){
			.body = seconds_passed < 70 ? "{" REFERENCE ",\"jobComplete\":false}"
						    : "{" REFERENCE
						      ",\"jobComplete\":true,\"totalRows\":\"0\","
						      "\"numDmlAffectedRows\":\"1\"}"};
	} else if (strcmp(request->method, "GET") == 0) {
		*answer = (struct fake_answer){
			.body = seconds_passed < 60
					? "{" REFERENCE ",\"status\":{\"state\":\"PENDING\"}}"
					: "{" REFERENCE ",\"status\":{\"state\":\"RUNNING\"}}"};
	} else
		*answer = (struct fake_answer){.body = "{" REFERENCE "}"};
}

/* The answer to "is it complete" does not tell a statement in a queue from one that runs. */
static void a_statement_in_the_queue_is_told_too(void **state)
{
	struct place *place = *state;
	struct error err;
	struct retry policy = no_time;
	policy.now_ms = passing_now_ms;
	seconds_passed = 0;
	const struct bigquery_settings settings = {.project = "p",
		.endpoint = fake_url(place->fake),
		.policy = &policy,
		.is_emulator = true};
	bigquery_free(place->bigquery);
	assert_true(bigquery_new(&settings, &place->bigquery, &err));
	fake_handle(place->fake, pass_ten_seconds, NULL);
	/* Nobody hears: the job is not asked for. */
	assert_true(ask(place, "DELETE FROM t WHERE TRUE", &err));
	assert_int_equal(fake_count(place->fake, "GET /jobs/"), 0);
	bigquery_hear_details(place->bigquery, &(const struct detail_listener){place, hear});
	seconds_passed = 0;
	assert_true(ask(place, "DELETE FROM t WHERE TRUE", &err));
	assert_int_equal(fake_count(place->fake, "GET /jobs/"), 2);
	assert_string_equal(
		buffer_text(&place->heard), "W BigQuery has not begun the job job_1 for 30s\n");
}

int main(void)
{
#define ON_A_SERVER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		ON_A_SERVER(the_first_ten_rows_that_a_load_refused_are_told),
		ON_A_SERVER(a_bad_row_of_any_length_keeps_its_sentence),
		ON_A_SERVER(the_place_in_a_statement_is_shown),
		ON_A_SERVER(a_long_line_is_shown_around_the_place),
		ON_A_SERVER(a_place_that_is_none_is_not_shown),
		ON_A_SERVER(a_load_that_does_not_begin_is_told_with_its_age_and_why),
		ON_A_SERVER(a_statement_in_the_queue_is_told_too),
	};
	return RUN(tests);
}

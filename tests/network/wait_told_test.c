/* Nobody sits before a silent program: that a service is asked again is told. */
#include "tests/network/support/client_place.h"
#include "tests/support/program.h"
#include "tests/test.h"
#include "warehouse/detail.h"

#include <stdlib.h>

#define BUSY                                                                            \
	{                                                                               \
		"POST /jobs",                                                           \
		{                                                                       \
			.status = 503, .body = ERROR_BODY(503, "backendError", "later") \
		}                                                                       \
	}

static void hear(void *context, char severity, const char *line)
{
	struct buffer *heard = context;
	buffer_add_format(heard, "%c %s|", severity, line);
}

static void expect_heard(struct buffer *heard, const char *lines)
{
	assert_string_equal(buffer_text(heard), lines);
	buffer_release(heard);
}

static void one_repeat_is_not_worth_a_word(void **state)
{
	struct place *place = *state;
	struct buffer heard = {0};
	const struct fake_step steps[] = {BUSY, INSERTED, COMPLETE, ONE_ROW};
	bigquery_hear_details(place->bigquery, &(const struct detail_listener){&heard, hear});
	FAKE_SCRIPT(place->fake, steps);
	client_expect_rows(place, "7,-;");
	expect_heard(&heard, "");
	buffer_release(&heard);
}

static void a_service_that_stays_busy_is_told_once_to_who_listens(void **state)
{
	struct place *place = *state;
	struct buffer own = {0}, common = {0};
	const struct detail_listener by_default = {&common, hear};
	const struct fake_step steps[] = {BUSY, BUSY, BUSY, BUSY, INSERTED, COMPLETE, ONE_ROW};
	const char *line =
		"W 127.0.0.1 answers with status 503; asking again for up to 10 minutes|";
	detail_listen_by_default(&by_default);
	FAKE_SCRIPT(place->fake, steps);
	client_expect_rows(place, "7,-;");
	expect_heard(&common, line);
	bigquery_hear_details(place->bigquery, &(const struct detail_listener){&own, hear});
	FAKE_SCRIPT(place->fake, steps);
	client_expect_rows(place, "7,-;7,-;");
	expect_heard(&own, line);
	expect_heard(&common, "");
	detail_listen_by_default(NULL);
	buffer_release(&own);
	buffer_release(&common);
}

static void what_does_not_answer_is_told_by_its_reason(void **state)
{
	struct place *place = *state;
	struct buffer heard = {0};
	const struct fake_step steps[] = {{"POST /jobs", {.fault = FAKE_RESETS}},
		{"POST /jobs", {.fault = FAKE_RESETS}}, INSERTED, COMPLETE, ONE_ROW};
	bigquery_hear_details(place->bigquery, &(const struct detail_listener){&heard, hear});
	FAKE_SCRIPT(place->fake, steps);
	client_expect_rows(place, "7,-;");
	assert_non_null(strstr(buffer_text(&heard), "W cannot talk to 127.0.0.1"));
	assert_non_null(strstr(buffer_text(&heard), "; asking again for up to"));
	buffer_release(&heard);
}

/* The program itself, with its real waits: the service says at last that the table is not there. */
static void a_verb_says_so_where_it_would_be_silent(void **state)
{
	struct place *place = *state;
	char *home = test_folder();
	const struct fake_step refused = {
		"", {.status = 403, .body = ERROR_BODY(403, "accessDenied", "no")}};
	const struct fake_step busy = {
		"", {.status = 503, .body = ERROR_BODY(503, "backendError", "later")}};
	const struct fake_step steps[] = {busy, busy, refused};
	FAKE_SCRIPT(place->fake, steps);
	setenv("BIGQUERY_EMULATOR_HOST", fake_url(place->fake), 1);
	struct program_result result = PROGRAM_RUN(home, "coverage", "--warehouse", "bigquery:p");
	unsetenv("BIGQUERY_EMULATOR_HOST");
	if (strstr(result.output, "127.0.0.1 answers with status 503; asking again") == NULL)
		fail_msg("%d, %s", result.status, result.output);
	assert_int_not_equal(result.status, 0);
	free(result.output);
	free(home);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_A_SERVER(one_repeat_is_not_worth_a_word),
		ON_A_SERVER(a_service_that_stays_busy_is_told_once_to_who_listens),
		ON_A_SERVER(what_does_not_answer_is_told_by_its_reason),
		ON_A_SERVER(a_verb_says_so_where_it_would_be_silent),
	};
	return RUN(tests);
}

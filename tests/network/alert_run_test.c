/* Alerts of a real run reach a webhook, and what it refuses is said once and left alone. */
#include "tests/network/support/fake_server.h"
#include "tests/network/support/test_key.h"
#include "tests/support/scripts.h"
#include "tests/test.h"

#include "alert/alert.h"
#include "base/clock.h"

#include <jansson.h>

static const struct script_table tables[] = {
	{"pcf", "phase4_simulator", "], \"env\": {\"SIMULATE_EMPTY\": \"2021-11-16\"}", NULL},
	{"pdc", "phase4_simulator", "], \"env\": {\"SIMULATE_EMPTY\": \"2021-11-16\"}", NULL}, {0}};

static char *webhook_file(const struct scripts *scripts, const struct fake *fake)
{
	char *text = memory_format("url = %s/hush\nsecret = key\n", fake_url(fake));
	char *path = test_key_write(scripts->home, "webhook", text, 0600);
	free(text);
	return path;
}

static struct program_result run(struct scripts *scripts, const struct fake *fake)
{
	scripts_open(scripts, tables);
	char *file = webhook_file(scripts, fake);
	struct program_result result = SCRIPTS_RUN(scripts, "run", "--alert-webhook", file);
	assert_null(strstr(result.output, "hush"));
	free(file);
	return result;
}

struct arrivals {
	size_t count;
	int64_t at_ms[2];
};

static void note_arrival(
	const struct fake_request *request, struct fake_answer *answer, void *context)
{
	struct arrivals *arrivals = context;
	(void)request;
	(void)answer;
	if (arrivals->count < ARRAY_COUNT(arrivals->at_ms))
		arrivals->at_ms[arrivals->count] = clock_monotonic_ms();
	arrivals->count++;
}

/* One message each, and no more than one a second. */
static void the_webhook_hears_of_each_table(void **state)
{
	(void)state;
	struct scripts scripts;
	struct fake *fake = fake_start();
	struct arrivals arrivals = {0};
	fake_handle(fake, note_arrival, &arrivals);
	struct program_result result = run(&scripts, fake);
	bool has[2] = {false};
	for (size_t i = 0; i < 2; i++) {
		json_t *body = json_loads(fake_body(fake, "", i), 0, NULL);
		assert_string_equal(
			json_string_value(json_object_get(body, "event")), "empty-success");
		const char *table = json_string_value(json_object_get(body, "table"));
		assert_true(json_integer_value(json_object_get(body, "run")) > 0);
		has[0] |= strcmp(table, "pcf") == 0;
		has[1] |= strcmp(table, "pdc") == 0;
		json_decref(body);
		assert_non_null(strstr(fake_headers(fake, "", i), "X-Signature: t="));
	}
	assert_true(has[0] && has[1]);
	assert_int_equal(arrivals.count, 2);
	assert_true(arrivals.at_ms[1] - arrivals.at_ms[0] >= alert_schedule_default.gap_ms - 50);
	assert_null(strstr(result.output, "said once"));
	fake_finish(fake);
	free(result.output);
	scripts_close(&scripts);
}

static void a_webhook_that_is_gone_is_said_once_and_left_alone(void **state)
{
	(void)state;
	struct scripts scripts;
	struct fake *fake = fake_start();
	static const struct fake_step steps[] = {{"POST /hush", {.status = 410, .body = "gone"}}};
	FAKE_SCRIPT(fake, steps); /* a second request would fail the test */
	struct program_result result = run(&scripts, fake);
	const char *said =
		strstr(result.output, "webhook of alerts refused one: status 410 gone (said once)");
	if (said == NULL || strstr(said + 30, "refused one") != NULL)
		fail_msg("%s", result.output);
	fake_finish(fake);
	free(result.output);
	scripts_close(&scripts);
}

/* The first message is held until its sender gives up; then the webhook is gone. */
static void hold_the_first(
	const struct fake_request *request, struct fake_answer *answer, void *context)
{
	int *count = context;
	(void)request;
	if ((*count)++ == 0)
		answer->fault = FAKE_SILENT;
	else
		answer->status = 410;
}

/* Both tables have ended long before the first message is given up. */
static void a_webhook_that_takes_everything_and_says_nothing_delays_no_date(void **state)
{
	(void)state;
	struct scripts scripts;
	int count = 0;
	struct fake *fake = fake_start();
	fake_handle(fake, hold_the_first, &count);
	struct program_result result = run(&scripts, fake);
	const char *given_up = strstr(result.output, "(said once)");
	if (given_up == NULL)
		fail_msg("%s", result.output);
	for (size_t i = 0; tables[i].name != NULL; i++) {
		char *words = memory_format("%s: finished, 3 done", tables[i].name);
		const char *ended = strstr(result.output, words);
		if (ended == NULL || ended > given_up)
			fail_msg("\"%s\" does not come first in: %s", words, result.output);
		free(words);
	}
	assert_null(strstr(given_up + 1, "(said once)"));
	assert_int_equal(fake_count(fake, "POST /hush"), 2);
	fake_finish(fake);
	free(result.output);
	scripts_close(&scripts);
	scripts_forget(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_webhook_hears_of_each_table),
		cmocka_unit_test(a_webhook_that_is_gone_is_said_once_and_left_alone),
		cmocka_unit_test(a_webhook_that_takes_everything_and_says_nothing_delays_no_date),
	};
	return RUN(tests);
}

/* `backcourt alerts test`: which ways out work is known before the night in which they matter. */
#include "tests/network/support/fake_server.h"
#include "tests/network/support/test_key.h"
#include "tests/support/program.h"
#include "tests/test.h"

#include "base/path.h"

#include <jansson.h>

struct place {
	char *home;
	struct fake *fake;
	struct program_result result;
};

static int set_up(void **state)
{
	struct place *place = memory_new(sizeof(*place));
	place->home = test_folder();
	place->fake = fake_start();
	*state = place;
	return 0;
}

static int tear_down(void **state)
{
	struct place *place = *state;
	fake_finish(place->fake);
	free(place->result.output);
	free(place->home);
	free(place);
	return 0;
}

static char *way_file(const struct place *place, const char *name)
{
	char *text = memory_format("url = %s/%s/hush\n", fake_url(place->fake), name);
	char *path = test_key_write(place->home, name, text, 0600);
	free(text);
	return path;
}

static void expect(struct place *place, struct program_result result, int status, const char *words)
{
	free(place->result.output);
	place->result = result;
	if (result.status != status || strstr(result.output, words) == NULL)
		fail_msg("status %d, not %d, with \"%s\": %s", result.status, status, words,
			result.output);
	assert_null(strstr(result.output, "hush"));
}

static void each_way_gets_one_alert_and_those_that_fail_say_why(void **state)
{
	struct place *place = *state;
	static const struct fake_step steps[] = {
		{"POST /slack/", {.status = 404, .body = "no_team"}}, {"POST /webhook/", {0}}};
	char *slack = way_file(place, "slack"), *webhook = way_file(place, "webhook");
	char *out = path_join(place->home, "out");
	char *script = memory_format(
		"#!/bin/sh\necho \"$BACKCOURT_ALERT_KIND $BACKCOURT_ALERT_SEVERITY\" >>%s\n", out);
	char *hook = test_key_write(place->home, "hook", script, 0700);
	FAKE_SCRIPT(place->fake, steps);
	expect(place,
		PROGRAM_RUN(place->home, "alerts", "test", "--alert-hook", hook, "--alert-slack",
			slack, "--alert-webhook", webhook),
		4,
		"hook     sent\n"
		"slack    FAILED: the slack of alerts refused one: status 404 no_team\n"
		"webhook  sent\n");
	json_t *body = json_loads(fake_body(place->fake, "/webhook/", 0), 0, NULL);
	assert_string_equal(json_string_value(json_object_get(body, "event")), "test");
	assert_string_equal(json_string_value(json_object_get(body, "severity")), "info");
	assert_true(json_is_null(json_object_get(body, "date")));
	json_decref(body);
	struct buffer heard = {0};
	struct error err;
	assert_true(path_read_file(out, 1000, &heard, &err));
	assert_string_equal(buffer_text(&heard), "test info\n");
	buffer_release(&heard);
	free(slack);
	free(webhook);
	free(out);
	free(script);
	free(hook);
}

static void all_that_arrive_are_a_success(void **state)
{
	struct place *place = *state;
	static const struct fake_step steps[] = {{"POST /webhook/", {.status = 204}}};
	char *webhook = way_file(place, "webhook");
	FAKE_SCRIPT(place->fake, steps);
	expect(place, PROGRAM_RUN(place->home, "alerts", "test", "--alert-webhook", webhook), 0,
		"webhook  sent\n");
	free(webhook);
}

static void where_no_way_is_set_it_says_which_there_are(void **state)
{
	struct place *place = *state;
	expect(place, PROGRAM_RUN(place->home, "alerts", "test"), 3, "--alert-hook");
	expect(place, PROGRAM_RUN(place->home, "alerts"), 3, "alerts wants: test");
	expect(place, PROGRAM_RUN(place->home, "alerts", "tset"), 3, "alerts wants: test");
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(each_way_gets_one_alert_and_those_that_fail_say_why),
		TEST(all_that_arrive_are_a_success),
		TEST(where_no_way_is_set_it_says_which_there_are),
	};
	return RUN(tests);
}

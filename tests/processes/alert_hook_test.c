/* Alerts of a real run reach the hook, and nothing waits for it. */
#include "tests/support/scripts.h"
#include "tests/support/table.h"
#include "tests/test.h"

#include "base/path.h"

#include <sys/stat.h>

static char *hook_script(const struct scripts *scripts, const char *lines)
{
	struct error err;
	char *path = path_join(scripts->home, "hook");
	char *text = memory_format("#!/bin/sh\n%s\n", lines);
	assert_true(path_write_file(path, text, strlen(text), &err));
	assert_int_equal(chmod(path, 0700), 0);
	free(text);
	return path;
}

static char *read_all(const char *path)
{
	struct buffer text = {0};
	struct error err;
	if (!path_read_file(path, 100000, &text, &err))
		fail_msg("%s", err.text);
	return text.bytes != NULL ? text.bytes : memory_copy_text("");
}

static void an_empty_success_of_a_script_starts_the_hook(void **state)
{
	(void)state;
	static const struct script_table tables[] = {
		{"pcf", "phase4_simulator", "], \"env\": {\"SIMULATE_EMPTY\": \"2021-11-17\"}",
			NULL},
		{0}};
	struct scripts scripts;
	scripts_open(&scripts, tables);
	char *out = path_join(scripts.home, "out");
	char *lines = memory_format("echo \"$BACKCOURT_ALERT_KIND $BACKCOURT_ALERT_TABLE "
				    "$BACKCOURT_ALERT_DATE\" >>%s",
		out);
	char *hook = hook_script(&scripts, lines);
	struct program_result result = SCRIPTS_RUN(&scripts, "run", "--alert-hook", hook);
	assert_non_null(strstr(result.output, "ALERT empty-success: pcf: 2021-11-17"));
	char *heard = read_all(out);
	assert_string_equal(heard, "empty-success pcf 2021-11-17\n");
	free(heard);
	free(result.output);
	free(hook);
	free(lines);
	free(out);
	scripts_close(&scripts);
}

static void the_failure_of_a_hook_changes_nothing_and_is_said_once(void **state)
{
	(void)state;
	static const struct script_table tables[] = {
		{"pcf", "phase4_simulator", "], \"env\": {\"SIMULATE_EMPTY\": \"2021-11-16\"}",
			NULL},
		{"pdc", "phase4_simulator", "], \"env\": {\"SIMULATE_EMPTY\": \"2021-11-16\"}",
			NULL},
		{0}};
	struct scripts scripts;
	scripts_open(&scripts, tables);
	char *hook = hook_script(&scripts, "exit 7");
	struct program_result result = SCRIPTS_RUN(&scripts, "run", "--alert-hook", hook);
	const char *said = strstr(result.output, "ended with status 7 (said once)");
	if (said == NULL || strstr(said + 1, "ended with status 7") != NULL)
		fail_msg("%s", result.output);
	free(result.output);
	free(hook);
	scripts_close(&scripts);
	scripts_forget(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_success_of_a_script_starts_the_hook),
		cmocka_unit_test(the_failure_of_a_hook_changes_nothing_and_is_said_once),
	};
	return RUN(tests);
}

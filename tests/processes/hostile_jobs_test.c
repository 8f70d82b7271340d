/*
 * Scripts and files that mean no good, or know what they should not tell: what a script prints and
 * what a checkpoint holds reaches the words of every verb, and there it neither commands a terminal
 * nor deceives its reader; the secrets of a job stay in the job.
 */
#include "tests/support/scripts.h"
#include "tests/test.h"

#include "base/path.h"
#include "base/text.h"
#include "jobs/run_folder.h"

#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

#define P4     "phase4_simulator"
#define SECRET "hunter2-hunter2"
#define LONGER SECRET "-and-more"

/* OSC, DCS, CSI, C1 both as a byte and as UTF-8, a bell, bidirectional controls, zero width, a tag,
 * bytes that are no UTF-8. For printf(1), within JSON. */
#define EVIL                                                                                \
	"\\\\033]0;OWNED\\\\007\\\\033P+q\\\\033\\\\134\\\\033[2J\\\\302\\\\2332J\\\\2332J" \
	"\\\\007 \\\\342\\\\200\\\\256desrever\\\\342\\\\200\\\\254 "                       \
	"zero\\\\342\\\\200\\\\213width "                                                   \
	"\\\\363\\\\240\\\\201\\\\201tag \\\\342\\\\201\\\\246isolate \\\\377\\\\376end"

/* Nothing but letters, signs and newlines that are seen where they stand. */
static void check_plain(const char *verb, const char *text)
{
	size_t length = strlen(text);
	for (size_t at = 0, used; at < length; at += used) {
		uint32_t c;
		used = text_decode_utf8(text + at, length - at, &c);
		bool is_bad = (c < ' ' && c != '\n') || (c >= 0x7F && c <= 0x9F) || c == 0x200B ||
			      (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) ||
			      (c >= 0xE0000 && c <= 0xE007F) ||
			      (used == 1 && (unsigned char)text[at] >= 0x80);
		if (is_bad)
			fail_msg("%s lets U+%04X through: %s", verb, (unsigned)c, text);
	}
}

static const char *const verbs[][4] = {{"status"}, {"gaps"}, {"why", "pcf", "2021-11-17"},
	{"handoff"}, {"coverage"}, {"plan"}, {"plan", "--shell"}, {"rows", "pcf", "2021-11-17"}};

/* All that the verbs say, one after the other. */
static char *say_all(const struct scripts *scripts, bool must_be_plain)
{
	struct buffer said = {0};
	for (size_t i = 0; i < ARRAY_COUNT(verbs); i++) {
		const char *arguments[5] = {NULL};
		memcpy(arguments, verbs[i], sizeof(verbs[i]));
		struct program_result result = scripts_run(scripts, arguments);
		if (must_be_plain)
			check_plain(verbs[i][0], result.output);
		buffer_add_text(&said, result.output);
		free(result.output);
	}
	char *copy = memory_copy_text(buffer_text(&said));
	buffer_release(&said);
	return copy;
}

static void what_a_script_prints_commands_no_terminal_and_deceives_nobody(void **state)
{
	(void)state;
	static const struct script_table tables[] = {
		{"pcf", P4,
			"], \"env\": {\"SIMULATE_FAILED\": \"2021-11-17\", \"SIMULATE_SAY\": "
			"\"ERROR:precompute_base:PrecomputeProcessorBase Error: evil " EVIL "\"}",
			NULL},
		{0}};
	struct scripts scripts;
	scripts_open(&scripts, tables);
	struct program_result result = SCRIPTS_RUN(&scripts, "run");
	assert_int_equal(result.status, 2);
	check_plain("run", result.output);
	assert_non_null(strstr(result.output, "PROCESSING_ERROR: evil "));
	assert_null(strstr(result.output, "OWNED")); /* the sequence is left out whole */
	free(result.output);
	char *said = say_all(&scripts, true);
	assert_non_null(strstr(said, "evil "));
	assert_non_null(strstr(said, "desrever"));
	free(said);
	scripts_close(&scripts);
}

/* What a job says is read in a hand-off, and formats nothing there. For printf(1), within JSON. */
static void what_a_script_prints_formats_no_hand_off(void **state)
{
	(void)state;
	static const struct {
		const char *said, *code;
	} cases[] = {
		{"plain words", "`PROCESSING_ERROR: plain words`"},
		{"a `tick` | <b>x</b> [y](z) **c** \\\\\\\\ &lt; _d_",
			"``PROCESSING_ERROR: a `tick` | <b>x</b> [y](z) **c** \\ &lt; _d_``"},
		{"``` ends no fence", "````PROCESSING_ERROR: ``` ends no fence````"},
		{"at its end `", "`` PROCESSING_ERROR: at its end ` ``"},
		{"<!-- all the rest", "`PROCESSING_ERROR: <!-- all the rest`"},
	};
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct scripts scripts;
		char *more = memory_format(
			"], \"env\": {\"SIMULATE_ERROR\": \"2021-11-17\", \"SIMULATE_SAY\": "
			"\"ERROR:precompute_base:PrecomputeProcessorBase Error: %s\"}",
			cases[i].said);
		const struct script_table tables[] = {{"pcf", P4, more, NULL}, {0}};
		scripts_open(&scripts, tables);
		free(SCRIPTS_RUN(&scripts, "run").output);
		struct program_result result = SCRIPTS_RUN(&scripts, "handoff");
		char *line = memory_format("\n- 1 date (2021-11-17): the newest attempt failed: "
					   "%s\n",
			cases[i].code);
		if (strstr(result.output, line) == NULL)
			fail_msg("\"%s\" is not in %s", line, result.output);
		free(line);
		free(result.output);
		free(more);
		scripts_close(&scripts);
	}
}

/* Nor does what a person wrote, in prose. */
static void what_an_excuse_says_formats_no_hand_off(void **state)
{
	(void)state;
	static const struct script_table tables[] = {{"pcf", P4, NULL, NULL}, {0}};
	struct scripts scripts;
	scripts_open(&scripts, tables);
	struct program_result result = SCRIPTS_RUN(&scripts, "excuse", "pcf", "2021-11-17",
		"no *games* in `pgs_2`, _so_ <b> [a](b) | c & d");
	assert_int_equal(result.status, 0);
	free(result.output);
	result = SCRIPTS_RUN(&scripts, "handoff");
	if (strstr(result.output, "1. **pcf is excused** on 2021-11-17: no \\*games\\* in "
				  "\\`pgs_2\\`, \\_so\\_ \\<b\\> \\[a\\](b) \\| c \\& d (") == NULL)
		fail_msg("%s", result.output);
	free(result.output);
	scripts_close(&scripts);
}

/* The folder of the checkpoints is anybody's: /tmp. */
static void what_a_checkpoint_holds_does_neither(void **state)
{
	(void)state;
	static const char *const files[] = {"{\"job_name\": \"\xE2\x80\xAE\x1b]0;OWNED\x07",
		"\x1b[2J\xC2\x9B\xE2\x80\x8B",
		"{\"job_name\": \"x\", \"start_date\": \"\\u001b[2J\\u202e\"}", "[[[[\x9b"};
	struct error err;
	for (size_t i = 0; i < ARRAY_COUNT(files); i++) {
		struct scripts scripts;
		char *folder = test_folder();
		char *more =
			memory_format("], \"checkpoint\": \"%s/pcf_{start}_{end}.json\"", folder);
		const struct script_table tables[] = {{"pcf", P4, more, NULL}, {0}};
		char *path = path_join(folder, "pcf_2021-11-16_2021-11-18.json");
		assert_true(path_write_file(path, files[i], strlen(files[i]), &err));
		scripts_open(&scripts, tables);
		char *said = say_all(&scripts, true);
		assert_non_null(strstr(said, "the checkpoint "));
		free(said);
		scripts_close(&scripts);
		free(path);
		free(more);
		free(folder);
	}
}

static void check_untold(const char *what, const char *bytes, size_t length)
{
	if (memmem(bytes, length, SECRET, strlen(SECRET)) != NULL)
		fail_msg("%s tells the secret", what);
}

static void check_file(const char *folder, const char *name)
{
	struct buffer bytes = {0};
	struct error err;
	char *path = path_join(folder, name);
	if (!path_read_file(path, PATH_FILE_BYTES_MAX, &bytes, &err))
		fail_msg("%s", err.text);
	check_untold(path, buffer_text(&bytes), bytes.length);
	buffer_release(&bytes);
	free(path);
}

static void check_run_folder(const struct scripts *scripts)
{
	char *paths[SCRIPTS_RUNS_MAX];
	assert_int_equal(scripts_runs(scripts, "pcf", paths), 1);
	check_file(paths[0], RUN_FILE_ABOUT);
	check_file(paths[0], RUN_FILE_STATUS);
	assert_true(scripts_count(scripts, "pcf", LONGER) > 0); /* the script's own file */
	free(paths[0]);
}

/* A hook that keeps what it is told: an alert goes to other machines. */
static char *make_hook(const struct scripts *scripts)
{
	struct error err;
	char *path = path_join(scripts->home, "hook.sh");
	char *text = memory_format(
		"#!/bin/sh\nenv | grep BACKCOURT_ALERT >> %s/alerts\n", scripts->home);
	assert_true(path_write_file(path, text, strlen(text), &err));
	assert_int_equal(chmod(path, 0700), 0);
	free(text);
	return path;
}

/* It is in an argument, in another variable, and in what the script says when it fails. */
static void a_secret_stays_in_its_job(void **state)
{
	(void)state;
	static const struct script_table tables[] = {
		{"pcf", P4,
			"], \"env\": {\"TOKEN\": \"" SECRET "\", \"LONG_TOKEN\": \"" LONGER
			"\", \"WEBHOOK\": \"https://example.net/" LONGER
			"\", \"SIMULATE_ERROR\": \"2021-11-16 2021-11-17 2021-11-18\", "
			"\"SIMULATE_SAY\": \"ERROR:precompute_base:PrecomputeProcessorBase Error: "
			"403 for https://example.net/" LONGER "\"}, \"secret_env\": [\"TOKEN\", "
			"\"LONG_TOKEN\"]",
			NULL},
		{0}};
	struct scripts scripts;
	scripts_open(&scripts, tables);
	char *hook = make_hook(&scripts);
	struct program_result result =
		SCRIPTS_RUN(&scripts, "run", "--events", "--alert-hook", hook);
	assert_int_equal(result.status, 2);
	check_untold("run --events", result.output, strlen(result.output));
	assert_non_null(strstr(result.output, "403 for https://example.net/***"));
	assert_null(strstr(result.output, "***-and-more"));
	free(result.output);
	check_run_folder(&scripts);
	check_file(scripts.state, "ledger.db");
	check_file(scripts.home, "alerts");
	char *said = say_all(&scripts, false);
	check_untold("a verb", said, strlen(said));
	assert_non_null(strstr(said, "TOKEN=\"$TOKEN\""));
	free(said);
	free(hook);
	scripts_close(&scripts);
}

/* Somebody types it into a command line of the same script: `ps` shows it, we do not. */
static void a_secret_of_a_job_from_outside_is_not_told(void **state)
{
	(void)state;
	static const struct script_table tables[] = {
		{"pcf", P4, "], \"env\": {\"T\": \"" SECRET "\"}, \"secret_env\": [\"T\"]", NULL},
		{0}};
	static const char token[] = "--token=" SECRET;
	static const char waits[] = "sleep 1000\nexit 0\n";
	struct scripts scripts;
	struct error err;
	scripts_open(&scripts, tables);
	char *script = path_join(scripts.home, "pcf.sh");
	assert_true(path_write_file(script, waits, strlen(waits), &err));
	pid_t pid = SCRIPTS_START_BY_HAND(
		&scripts, "sh", script, token, "\033]0;OWNED\007\xE2\x80\xAE");
	struct program_result result = SCRIPTS_RUN(&scripts, "run");
	kill(-pid, SIGKILL);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	check_plain("run", result.output);
	check_untold("run", result.output, strlen(result.output));
	assert_non_null(strstr(result.output, "pcf is being written by process"));
	assert_non_null(strstr(result.output, "--token=*")); /* a message has an end */
	free(result.output);
	free(script);
	scripts_close(&scripts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_script_prints_commands_no_terminal_and_deceives_nobody),
		cmocka_unit_test(what_a_script_prints_formats_no_hand_off),
		cmocka_unit_test(what_an_excuse_says_formats_no_hand_off),
		cmocka_unit_test(what_a_checkpoint_holds_does_neither),
		cmocka_unit_test(a_secret_stays_in_its_job),
		cmocka_unit_test(a_secret_of_a_job_from_outside_is_not_told),
	};
	return cmocka_run_group_tests(tests, NULL, scripts_forget);
}

/*
 * Command jobs from the pipeline file to the exit status: simulators of the users' scripts (tests/
 * data/jobs) started as the engine starts them.
 */
#include "tests/processes/support/yard.h"
#include "tests/test.h"

#include "base/clock.h"
#include "base/path.h"
#include "core/jobs/command_start.h"
#include "jobs/git_state.h"

#include <signal.h>

/* In a folder of this test's own: a start looks for others that run the same script. */
static void copy_simulator(const struct yard *yard, const char *name)
{
	struct buffer text = {0};
	struct error err;
	char *from = memory_format("tests/data/jobs/%s.sh", name);
	char *to = memory_format("%s/%s.sh", yard->folder, name);
	if (!path_read_file(from, YARD_FILE_BYTES_MAX, &text, &err) ||
		!path_write_file(to, text.bytes, text.length, &err))
		fail_msg("%s", err.text);
	buffer_release(&text);
	free(from);
	free(to);
}

static struct command *job(const struct yard *yard, const char *simulator, const char *more)
{
	struct pipeline *pipeline = NULL;
	struct command *command = NULL;
	struct error err = {0};
	copy_simulator(yard, simulator);
	char *json = memory_format(
		"{\"version\": 1, \"name\": \"p\", \"tables\": [{\"name\": \"pcf\", \"job\": "
		"{\"executor\": \"command\", \"cwd\": \"%s\", \"argv\": [\"sh\", \"%s.sh\", "
		"\"--start-date\", \"{start}\", \"--end-date\", \"{end}\"%s}}]}",
		yard->folder, simulator, more);
	if (!pipeline_parse(json, strlen(json), "p.json", &pipeline, &err) ||
		!command_parse(pipeline, 0, &command, &err))
		fail_msg("%s: %s", json, err.text);
	pipeline_free(pipeline);
	free(json);
	return command;
}

#define NO_RESUME ", \"--no-resume\"]"
#define LIST	  ", \"argv_dates\": [\"sh\", \"phase4_simulator.sh\", \"--dates\", \"{dates}\"]"

static bool try_start(struct yard *yard, const struct command *command,
	const struct command_run *run, const char *id, struct error *err)
{
	struct command_start start = {.pipeline = "p",
		.command = command,
		.run = run,
		.state_folder = yard->folder,
		.supervisor = yard->supervisor,
		.id = id,
		.attempt = 1,
		.now_ms = clock_wall_ms(),
		.free_bytes_min = 1};
	return command_start(&start, err);
}

static char *start(struct yard *yard, const struct command *command, const struct command_run *run,
	const char *id)
{
	struct error err = {0};
	if (!try_start(yard, command, run, id, &err))
		fail_msg("%s", err.text);
	return run_folder_of(yard->folder, id);
}

static struct command_runs plan(const struct command *command, const char *const *texts)
{
	static date_t dates[31];
	struct command_dates all = {.dates = dates};
	struct command_runs runs = {0};
	for (; texts[all.date_count] != NULL; all.date_count++)
		assert_true(date_parse(texts[all.date_count], &dates[all.date_count]));
	command_plan(command, &all, &runs);
	return runs;
}

static void check_log(const char *run, const char *const *wanted)
{
	char *log = yard_read(run, RUN_FILE_LOG);
	for (size_t i = 0; wanted[i] != NULL; i++)
		if (strstr(log, wanted[i]) == NULL)
			fail_msg("no '%s' in:\n%s", wanted[i], log);
	free(log);
}

static void a_range_runs_as_in_the_hand_off_and_its_exit_status_lies(void **state)
{
	(void)state;
	static const char *const dates[] = {"2021-11-16", "2021-11-17", "2021-11-18", NULL};
	static const char *const wanted[] = {"player_composite_factors_2021-11-16_2021-11-18.json",
		"INFO:__main__:Processing day 1/3: 2021-11-16\n",
		"ERROR:__main__:  ✗ Failed: Unknown\n", "INFO:__main__:  ✓ Success: 7 players\n",
		"Successful: 1, Skipped: 0, Failed: 2\n", "Checkpoint status: done\n", NULL};
	struct yard yard;
	yard_open(&yard);
	struct command *command = job(&yard, "phase4_simulator",
		NO_RESUME LIST ", \"env\": {\"SIMULATE_FAILED\": \"2021-11-16 2021-11-18\", "
			       "\"SIMULATE_ROWS\": \"7\"}, \"nice\": 7, \"timeout\": \"1h\"");
	struct command_runs runs = plan(command, dates);
	assert_int_equal(runs.count, 1);
	char *run = start(&yard, command, &runs.items[0], "r");
	struct run_evidence evidence = yard_await_end(run);
	assert_int_equal(evidence.status.outcome, RUN_EXITED);
	assert_int_equal(evidence.status.code, 0); /* with two of three dates failed */
	check_log(run, wanted);
	free(run);
	command_runs_release(&runs);
	command_free(command);
	yard_close(&yard);
}

static void a_retry_of_scattered_dates_is_one_list_or_one_run_each(void **state)
{
	(void)state;
	static const char *const dates[] = {"2021-11-16", "2021-11-23", NULL};
	static const char *const listed[] = {"Processing day 1/2: 2021-11-16\n",
		"Processing day 2/2: 2021-11-23\n", "Successful: 2,", NULL};
	static const char *const first[] = {"Processing date 1/1: 2021-11-16\n", NULL};
	static const char *const second[] = {
		"Processing date 1/1: 2021-11-23\n", "✅ 2021-11-23: Processed 382 players", NULL};
	struct yard yard;
	yard_open(&yard);
	struct command *command = job(&yard, "phase4_simulator", NO_RESUME LIST);
	struct command_runs runs = plan(command, dates);
	assert_int_equal(runs.count, 1);
	char *run = start(&yard, command, &runs.items[0], "list");
	yard_await_end(run);
	check_log(run, listed);
	free(run);
	command_runs_release(&runs);
	command_free(command);

	command = job(&yard, "phase3_simulator", "]");
	runs = plan(command, dates);
	assert_int_equal(runs.count, 2);
	run = start(&yard, command, &runs.items[0], "one");
	yard_await_end(run);
	check_log(run, first);
	free(run);
	run = start(&yard, command, &runs.items[1], "two");
	yard_await_end(run);
	check_log(run, second);
	free(run);
	command_runs_release(&runs);
	command_free(command);
	yard_close(&yard);
}

static void a_flag_that_the_script_does_not_know_ends_with_status_two(void **state)
{
	(void)state;
	static const char *const dates[] = {"2021-11-16", NULL};
	static const char *const wanted[] = {
		"phase3_simulator.sh: error: unrecognized arguments: --no-resume\n", NULL};
	struct yard yard;
	yard_open(&yard);
	struct command *command = job(&yard, "phase3_simulator", NO_RESUME);
	struct command_runs runs = plan(command, dates);
	char *run = start(&yard, command, &runs.items[0], "r");
	assert_int_equal(yard_await_end(run).status.code, 2);
	check_log(run, wanted);
	free(run);
	command_runs_release(&runs);
	command_free(command);
	yard_close(&yard);
}

/* TERM at the first line after a verdict: the delete of the next date has not begun. */
static void a_stop_after_a_date_cuts_no_delete(void **state)
{
	(void)state;
	static const char *const dates[] = {"2021-11-16", "2021-11-17", "2021-11-18", NULL};
	struct yard yard;
	yard_open(&yard);
	struct command *command =
		job(&yard, "phase4_simulator", "], \"env\": {\"SIMULATE_HANG\": \"2021-11-17\"}");
	struct command_runs runs = plan(command, dates);
	char *run = start(&yard, command, &runs.items[0], "r");
	yard_await_log(run, "Processing day 2/3: 2021-11-17");
	yard_request(run, RUN_VERB_TERMINATE);
	struct run_evidence evidence = yard_await_end(run);
	assert_int_equal(evidence.status.outcome, RUN_SIGNALLED);
	assert_int_equal(evidence.status.code, SIGTERM);
	char *log = yard_read(run, RUN_FILE_LOG);
	assert_non_null(strstr(log, "Deleting existing data for 2021-11-16"));
	assert_null(strstr(log, "Deleting existing data for 2021-11-17"));
	assert_null(strstr(log, "SUMMARY"));
	free(log);
	free(run);
	command_runs_release(&runs);
	command_free(command);
	yard_close(&yard);
}

static void a_deaf_script_is_killed_after_its_own_wait(void **state)
{
	(void)state;
	static const char *const dates[] = {"2021-11-16", NULL};
	struct yard yard;
	yard_open(&yard);
	struct command *command = job(&yard, "phase4_simulator",
		"], \"env\": {\"SIMULATE_HANG\": \"2021-11-16\", \"SIMULATE_DEAF\": \"1\"}, "
		"\"stop\": {\"kill_after\": \"1s\"}");
	struct command_runs runs = plan(command, dates);
	char *run = start(&yard, command, &runs.items[0], "r");
	yard_await_log(run, "Processing day 1/1");
	yard_request(run, RUN_VERB_TERMINATE);
	assert_int_equal(yard_await_end(run).status.code, SIGKILL);
	free(run);
	command_runs_release(&runs);
	command_free(command);
	yard_close(&yard);
}

/* What is shown for copying, given to a shell, is what would have run. */
static void a_shown_command_pasted_into_a_shell_does_the_same(void **state)
{
	(void)state;
	static const char *const dates[] = {"2021-11-16", NULL};
	struct yard yard;
	struct buffer shown = {0};
	yard_open(&yard);
	struct command *command = job(&yard, "phase4_simulator",
		"], \"env\": {\"SIMULATE_FAILED\": \"it's $HOME `x` \\\\ \\\" * 2021-11-16\"}");
	struct command_runs runs = plan(command, dates);
	char *run = start(&yard, command, &runs.items[0], "r");
	yard_await_end(run);
	command_show(command, &runs.items[0], &shown);
	char *pasted = yard_start(&yard, "pasted", "pcf", shown.bytes);
	yard_await_end(pasted);
	char *log = yard_read(run, RUN_FILE_LOG), *again = yard_read(pasted, RUN_FILE_LOG);
	assert_non_null(strstr(log, "✗ Failed: Unknown"));
	assert_string_equal(log, again);
	free(log);
	free(again);
	free(pasted);
	free(run);
	buffer_release(&shown);
	command_runs_release(&runs);
	command_free(command);
	yard_close(&yard);
}

/* Two consoles with a state folder each: no lock is shared, the processes are seen. */
static void a_writer_outside_this_console_refuses_a_start_and_is_described(void **state)
{
	(void)state;
	static const char *const dates[] = {"2021-11-16", "2021-11-17", NULL};
	struct yard yard, other;
	struct error err = {0};
	yard_open(&yard);
	yard_open(&other);
	struct command *command =
		job(&yard, "phase4_simulator", "], \"env\": {\"SIMULATE_HANG\": \"2021-11-17\"}");
	struct command_runs runs = plan(command, dates);
	char *run = start(&other, command, &runs.items[0], "theirs");
	yard_await_log(run, "Processing day 2/2");
	assert_false(try_start(&yard, command, &runs.items[0], "ours", &err));
	assert_int_equal(err.kind, ERROR_BUSY);
	assert_non_null(strstr(err.text, "pcf is being written by process "));
	assert_non_null(strstr(err.text, "by another console, 2021-11-16..2021-11-17: sh "));
	assert_false(try_start(&other, command, &runs.items[0], "second", &err));
	assert_non_null(strstr(err.text, "pcf is being written by run theirs (started by"));
	yard_request(run, RUN_VERB_KILL);
	yard_await_end(run);
	free(run);
	run = start(&yard, command, &runs.items[0], "ours");
	yard_await_log(run, "Processing day 2/2");
	struct process_identity child = yard_child(run);
	child.start_ticks++;
	assert_false(process_signal(child, SIGKILL, &err));
	child.start_ticks--;
	assert_true(process_signal(child, SIGKILL, &err));
	assert_int_equal(yard_await_end(run).status.asked, RUN_ASKED_NOTHING);
	free(run);
	command_runs_release(&runs);
	command_free(command);
	yard_close(&yard);
	yard_close(&other);
}

/* --- the commit that a run ran at ------------------------------------------------------------- */

#define COMMIT "7ea43e9c73a7de0123456789abcdef0123456789"

static void the_answer_of_git_is_read(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		bool is_known, is_dirty;
	} cases[] = {
		{"# branch.oid " COMMIT "\n# branch.head main\n", true, false},
		{"# branch.oid " COMMIT "\n# branch.head main\n1 .M N... 1 1 1 a a x.py\n", true,
			true},
		{"# branch.oid " COMMIT "\n# branch.ab +1 -0\n# stash 2\n", true, false},
		{"# branch.oid (initial)\n# branch.head main\n", false, false},
		{"# branch.oid 7ea43e9\n", false, false},
		{"# branch.oid " COMMIT, false, false},
		{"x # branch.oid " COMMIT "\n", false, false},
		{"", false, false},
	};
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct git_state git = git_state_parse(cases[i].text);
		assert_int_equal(git.is_known, cases[i].is_known);
		assert_int_equal(git.is_dirty, cases[i].is_dirty);
		assert_string_equal(git.commit, cases[i].is_known ? COMMIT : "");
	}
}

static void git_in(struct yard *yard, const char *id, const char *folder, const char *script)
{
	char *whole = memory_format("cd %s && %s", folder, script);
	char *run = yard_start(yard, id, "git", whole);
	struct run_evidence evidence = yard_await_end(run);
	if (evidence.status.code != 0) {
		print_message("# skipped: git cannot be used here\n");
		free(run);
		free(whole);
		skip();
	}
	free(run);
	free(whole);
}

static void a_checkout_tells_its_commit_and_whether_it_was_changed(void **state)
{
	(void)state;
	struct yard yard;
	struct error err;
	yard_open(&yard);
	char *folder = path_join(yard.folder, "checkout"), *file = path_join(folder, "x.py");
	assert_true(path_make_folder(folder, &err) && path_write_file(file, "1\n", 2, &err));
	assert_false(git_state_read(folder).is_known); /* no repository */
	assert_false(git_state_read("/no/such/folder").is_known);
	git_in(&yard, "init", folder,
		"git init -q . && git add x.py && git -c user.name=x -c user.email=x@x commit -qm "
		"x");
	struct git_state clean = git_state_read(folder);
	assert_true(clean.is_known);
	assert_false(clean.is_dirty);
	assert_int_equal(strlen(clean.commit), 40);
	assert_true(path_write_file(file, "22\n", 3, &err));
	struct git_state dirty = git_state_read(folder);
	assert_true(dirty.is_dirty);
	assert_string_equal(dirty.commit, clean.commit);
	free(file);
	free(folder);
	yard_close(&yard);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_range_runs_as_in_the_hand_off_and_its_exit_status_lies),
		cmocka_unit_test(a_retry_of_scattered_dates_is_one_list_or_one_run_each),
		cmocka_unit_test(a_flag_that_the_script_does_not_know_ends_with_status_two),
		cmocka_unit_test(a_stop_after_a_date_cuts_no_delete),
		cmocka_unit_test(a_deaf_script_is_killed_after_its_own_wait),
		cmocka_unit_test(a_shown_command_pasted_into_a_shell_does_the_same),
		cmocka_unit_test(a_writer_outside_this_console_refuses_a_start_and_is_described),
		cmocka_unit_test(the_answer_of_git_is_read),
		cmocka_unit_test(a_checkout_tells_its_commit_and_whether_it_was_changed),
	};
	return RUN(tests);
}

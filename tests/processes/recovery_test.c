/* What is known of a run after whoever started or supervised it is gone. */
#include "tests/processes/support/yard.h"
#include "tests/test.h"

#include "base/path.h"

#include <signal.h>

static void a_second_start_on_a_table_is_refused_with_the_holders_name(void **state)
{
	(void)state;
	struct yard yard;
	struct error err = {0};
	char holder[LOCK_HOLDER_BYTES];
	yard_open(&yard);
	char *run = yard_start(&yard, "first", "pcf", "echo up; exec sleep 1000");
	assert_false(yard_try(&yard, "second", "pcf", "exit 0", &err));
	assert_int_equal(err.kind, ERROR_BUSY);
	assert_non_null(strstr(err.text, "pcf is being written by run first (started by process "));
	char *second = run_folder_of(yard.folder, "second");
	assert_false(path_exists(second));
	assert_true(table_lock_is_held(yard.folder, "pcf", holder));
	assert_non_null(strstr(holder, "run first"));
	char *other = yard_start(&yard, "third", "mlfs", "exit 0"); /* another table is free */
	yard_await_end(other);
	yard_request(run, RUN_VERB_TERMINATE);
	yard_await_end(run);
	assert_false(table_lock_is_held(yard.folder, "pcf", holder));
	free(second);
	second = yard_start(&yard, "second", "pcf", "exit 0");
	yard_await_end(second);
	free(second);
	free(other);
	free(run);
	yard_close(&yard);
}

/* Its end is told, and what it left behind holds the table for another while. */
static void a_start_waits_for_a_run_that_has_told_its_end(void **state)
{
	(void)state;
	struct yard yard;
	yard_open(&yard);
	char *run = yard_start(
		&yard, "first", "pcf", "(setsid sh -c 'echo up; exec sleep 1000' &); exit 4");
	yard_await_file(run, RUN_FILE_STATUS);
	assert_int_equal(yard_state(run), RUN_STATE_ENDING);
	char *second = yard_start(&yard, "second", "pcf", "exit 5");
	assert_int_equal(yard_state(run), RUN_STATE_FINISHED);
	assert_int_equal(yard_await_end(second).status.code, 5);
	free(second);
	free(run);
	yard_close(&yard);
}

static void a_run_that_does_not_come_to_its_end_is_named_and_not_waited_for_for_ever(void **state)
{
	(void)state;
	struct yard yard;
	struct error err = {0};
	yard_open(&yard);
	yard.launch.kill_after_ms = 60000;
	char *run = yard_start(&yard, "first", "pcf",
		"(setsid sh -c 'trap \"\" TERM HUP; echo up; while :; do sleep 0.2; done' &); exit "
		"4");
	yard_await_log(run, "up\n");
	yard_await_file(run, RUN_FILE_STATUS);
	assert_false(yard_try(&yard, "second", "pcf", "exit 5", &err));
	assert_int_equal(err.kind, ERROR_BUSY);
	assert_non_null(strstr(err.text, "pcf is being written by run first ("));
	yard_request(run, RUN_VERB_KILL);
	yard_await_end(run);
	free(run);
	yard_close(&yard);
}

static void a_run_id_is_used_once(void **state)
{
	(void)state;
	static const char *const bad[] = {"", ".hidden", "../up", "a/b", "with blank"};
	struct yard yard;
	struct error err = {0};
	yard_open(&yard);
	char *run = yard_start(&yard, "r", "pcf", "exit 3");
	yard_await_end(run);
	assert_false(yard_try(&yard, "r", "pcf", "exit 0", &err));
	assert_int_equal(err.kind, ERROR_BUSY);
	assert_int_equal(yard_look(run).status.code, 3);
	for (size_t i = 0; i < ARRAY_COUNT(bad); i++) {
		assert_false(yard_try(&yard, bad[i], "pcf", "exit 0", &err));
		assert_true(err.kind == ERROR_INPUT);
	}
	free(run);
	yard_close(&yard);
}

static void a_killed_supervisor_leaves_a_run_that_holds_its_table_and_is_lost_at_its_end(
	void **state)
{
	(void)state;
	struct yard yard;
	struct error err = {0};
	struct buffer words = {0};
	char holder[LOCK_HOLDER_BYTES];
	yard_open(&yard);
	char *go = path_join(yard.folder, "go");
	char *script = memory_format(
		"echo up; while [ ! -e %s ]; do sleep 0.05; done; echo done; exit 0", go);
	char *run = yard_start(&yard, "r", "pcf", script);
	yard_await_log(run, "up\n");
	struct run_evidence evidence = yard_look(run);
	assert_int_equal(run_judge(&evidence), RUN_STATE_RUNNING);
	yard_signal(evidence.process.supervisor, SIGKILL);
	yard_await_process(evidence.process.supervisor);
	evidence = yard_look(run);
	assert_int_equal(run_judge(&evidence), RUN_STATE_UNATTENDED);
	assert_true(evidence.is_child_alive);
	assert_true(table_lock_is_held(yard.folder, "pcf", holder));
	assert_false(yard_try(&yard, "twice", "pcf", "exit 0", &err));
	assert_int_equal(err.kind, ERROR_BUSY);
	run_explain(&evidence, &words);
	assert_non_null(strstr(words.bytes, "running unattended"));
	buffer_clear(&words);

	assert_true(path_write_file(go, "", 0, &err));
	yard_await_process(evidence.process.child);
	evidence = yard_look(run);
	assert_int_equal(run_judge(&evidence), RUN_STATE_LOST); /* though it had exit status 0 */
	run_explain(&evidence, &words);
	assert_string_equal(words.bytes, "lost: its supervisor is gone and left no status");
	assert_false(table_lock_is_held(yard.folder, "pcf", holder));
	buffer_release(&words);
	free(run);
	free(script);
	free(go);
	yard_close(&yard);
}

/* The daemon left the group and the session long ago; its lock descriptor tells on it. */
static void an_unattended_run_can_be_frozen_and_killed_with_its_daemons(void **state)
{
	(void)state;
	struct yard yard;
	struct error err = {0};
	yard_open(&yard);
	char *run = yard_start(&yard, "r", "pcf",
		"(setsid sh -c 'trap \"\" TERM; echo up; while :; do sleep 0.2; done; : "
		"unattended-one' "
		"&); while :; do sleep 0.2; done");
	yard_await_log(run, "up\n");
	struct run_evidence evidence = yard_look(run);
	yard_signal(evidence.process.supervisor, SIGKILL);
	yard_await_process(evidence.process.supervisor);
	yard_request(run, RUN_VERB_FREEZE);
	struct process_stat child;
	do
		assert_true(process_read_stat(evidence.process.child.pid, &child));
	while (child.state != 'T' && child.state != 'D'); /* within its vfork: D */
	assert_int_equal(yard_state(run), RUN_STATE_UNATTENDED);
	assert_false(run_request(run, RUN_VERB_PAUSE, "x", &err));
	assert_non_null(strstr(err.text, "needs the supervisor"));
	while (yard_state(run) == RUN_STATE_UNATTENDED)
		run_request(run, RUN_VERB_KILL, "the test", &err);
	assert_int_equal(yard_state(run), RUN_STATE_LOST);
	assert_int_equal(yard_count_processes("unattended-one"), 0);
	assert_false(run_request(run, RUN_VERB_KILL, "the test", &err));
	assert_int_equal(err.kind, ERROR_INPUT);
	assert_non_null(strstr(err.text, "there is nothing to kill: lost"));
	free(run);
	yard_close(&yard);
}

static void replace_text(const char *run, const char *name, const char *old, const char *new)
{
	struct error err;
	char *text = yard_read(run, name);
	char *at = strstr(text, old);
	assert_non_null(at);
	char *changed = memory_format("%.*s%s%s", (int)(at - text), text, new, at + strlen(old));
	char *path = path_join(run, name);
	assert_true(path_write_file(path, changed, strlen(changed), &err));
	free(path);
	free(changed);
	free(text);
}

static void forget_status(const char *run)
{
	char *path = path_join(run, RUN_FILE_STATUS);
	assert_int_equal(unlink(path), 0);
	free(path);
}

/* After a reboot other processes have the numbers: here, this test itself. */
static void after_a_reboot_an_unfinished_run_is_lost_whoever_has_its_numbers(void **state)
{
	(void)state;
	struct yard yard;
	struct process_stat self;
	struct buffer words = {0};
	char boot[RUN_BOOT_ID_BYTES];
	yard_open(&yard);
	char *run = yard_start(&yard, "r", "pcf", "exit 0");
	struct run_evidence evidence = yard_await_end(run);
	forget_status(run);
	assert_true(process_read_stat(getpid(), &self));
	char *child = memory_format("child %d %llu", (int)evidence.process.child.pid,
		(unsigned long long)evidence.process.child.start_ticks);
	char *mine =
		memory_format("child %d %llu", (int)getpid(), (unsigned long long)self.start_ticks);
	replace_text(run, RUN_FILE_PROCESS, child, mine);
	assert_int_equal(yard_state(run), RUN_STATE_UNATTENDED); /* as long as it is this boot */
	assert_true(process_boot_id(boot));
	replace_text(run, RUN_FILE_PROCESS, boot, "00000000-0000-0000-0000-000000000000");
	evidence = yard_look(run);
	assert_int_equal(run_judge(&evidence), RUN_STATE_LOST);
	run_explain(&evidence, &words);
	assert_non_null(strstr(words.bytes, "the machine was started anew"));
	buffer_release(&words);
	free(mine);
	free(child);
	free(run);
	yard_close(&yard);
}

static void a_recycled_number_is_not_taken_for_the_job(void **state)
{
	(void)state;
	struct yard yard;
	yard_open(&yard);
	char *run = yard_start(&yard, "r", "pcf", "exit 0");
	struct run_evidence evidence = yard_await_end(run);
	forget_status(run);
	char *child = memory_format("child %d ", (int)evidence.process.child.pid);
	char *mine = memory_format("child %d 1", (int)getpid()); /* our number, another start */
	replace_text(run, RUN_FILE_PROCESS, child, mine);
	assert_int_equal(yard_state(run), RUN_STATE_LOST);
	free(mine);
	free(child);
	free(run);
	yard_close(&yard);
}

static void a_status_that_cannot_be_read_is_no_success(void **state)
{
	(void)state;
	struct yard yard;
	struct error err;
	yard_open(&yard);
	char *run = yard_start(&yard, "r", "pcf", "exit 0");
	yard_await_end(run);
	char *whole = yard_read(run, RUN_FILE_STATUS);
	char *path = path_join(run, RUN_FILE_STATUS);
	for (size_t length = 0; length < strlen(whole); length += 7) {
		assert_true(path_write_file(path, whole, length, &err));
		assert_int_equal(yard_state(run), RUN_STATE_LOST);
	}
	assert_true(path_write_file(path, whole, strlen(whole), &err));
	assert_int_equal(yard_state(run), RUN_STATE_FINISHED);
	free(path);
	free(whole);
	free(run);
	yard_close(&yard);
}

static void what_was_started_can_be_read_back(void **state)
{
	(void)state;
	struct yard yard;
	struct run_about about;
	struct error err;
	char *environment[] = {(char *)"PYTHONPATH=.", (char *)"SLACK_WEBHOOK_URL=***", NULL};
	date_t dates[] = {date_of(2021, 11, 16), date_of(2021, 11, 18)};
	yard_open(&yard);
	yard.about.environment = environment;
	yard.about.dates = dates;
	yard.about.date_count = 2;
	yard.about.attempt = 3;
	yard.about.git_commit = (char *)"7ccb8501";
	yard.about.git_dirty = true;
	char *run = yard_start(&yard, "r", "pcf", "printf '\"quoted\" \\\\ \xe2\x9c\x93'");
	yard_await_end(run);
	assert_true(run_folder_read(run, &about, &err));
	assert_string_equal(about.id, "r");
	assert_string_equal(about.table, "pcf");
	assert_string_equal(about.argv[2], "printf '\"quoted\" \\\\ \xe2\x9c\x93'");
	assert_null(about.argv[3]);
	assert_string_equal(about.environment[1], "SLACK_WEBHOOK_URL=***");
	assert_int_equal(about.date_count, 2);
	assert_int_equal(about.dates[1], dates[1]);
	assert_int_equal(about.attempt, 3);
	assert_string_equal(about.git_commit, "7ccb8501");
	assert_true(about.git_dirty);
	assert_int_equal(about.console_pid, getpid());
	run_about_release(&about);
	free(run);
	yard_close(&yard);
}

static void a_log_past_its_limit_is_said(void **state)
{
	(void)state;
	struct yard yard;
	struct buffer words = {0};
	yard_open(&yard);
	char *script = memory_format(
		"truncate -s %lld %s/runs/r/log", RUN_LOG_LARGE_BYTES, yard.folder); /* sparse */
	char *run = yard_start(&yard, "r", "pcf", script);
	struct run_evidence evidence = yard_await_end(run);
	run_explain(&evidence, &words);
	assert_null(strstr(words.bytes, "log"));
	buffer_clear(&words);
	evidence.log_bytes++;
	run_explain(&evidence, &words);
	assert_non_null(strstr(words.bytes, "its log has 1024 MiB"));
	buffer_release(&words);
	free(run);
	free(script);
	yard_close(&yard);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_second_start_on_a_table_is_refused_with_the_holders_name),
		cmocka_unit_test(a_start_waits_for_a_run_that_has_told_its_end),
		cmocka_unit_test(
			a_run_that_does_not_come_to_its_end_is_named_and_not_waited_for_for_ever),
		cmocka_unit_test(a_run_id_is_used_once),
		cmocka_unit_test(
			a_killed_supervisor_leaves_a_run_that_holds_its_table_and_is_lost_at_its_end),
		cmocka_unit_test(an_unattended_run_can_be_frozen_and_killed_with_its_daemons),
		cmocka_unit_test(after_a_reboot_an_unfinished_run_is_lost_whoever_has_its_numbers),
		cmocka_unit_test(a_recycled_number_is_not_taken_for_the_job),
		cmocka_unit_test(a_status_that_cannot_be_read_is_no_success),
		cmocka_unit_test(what_was_started_can_be_read_back),
		cmocka_unit_test(a_log_past_its_limit_is_said),
	};
	return RUN(tests);
}

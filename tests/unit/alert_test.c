/* What is worth a word while jobs run: rules over facts and an injected time. */
#include "tests/support/model_world.h"
#include "tests/test.h"

#include "alert/alert.h"
#include "base/clock.h"
#include "base/path.h"
#include "jobs/process_scan.h"

#include <sys/stat.h>
#include <unistd.h>

#define MINUTE 60000LL

struct watch {
	struct model_world world;
	struct alerts *alerts;
	struct alert alert; /* the newest */
};

static struct watch new_watch(const struct alert_settings *settings)
{
	static const struct alert_settings usual;
	struct watch watch = {.world = model_world_new()};
	model_world_schedule(&watch.world);
	watch.alerts = alerts_new(TABLES, settings == NULL ? &usual : settings);
	return watch;
}

static void free_watch(struct watch *watch)
{
	alerts_free(watch->alerts);
	model_world_free(&watch->world);
}

/* To the model, then to the rules; a second later than the one before. */
static void happen(struct watch *watch, struct event event)
{
	if (event.at_ms == 0)
		event.at_ms = watch->world.now_ms += 1000;
	model_apply(watch->world.model, &event);
	alerts_note(watch->alerts, watch->world.model, &event);
	event_release(&event);
}

static void at(struct watch *watch, int64_t now_ms)
{
	watch->world.now_ms = now_ms;
	happen(watch, (struct event){.kind = EVENT_CLOCK, .at_ms = now_ms});
}

static bool next(struct watch *watch)
{
	return alerts_next(watch->alerts, watch->world.model, watch->world.now_ms, &watch->alert);
}

static int64_t due(const struct watch *watch)
{
	return alerts_due_ms(watch->alerts, watch->world.model);
}

static void start_date(struct watch *watch, int day)
{
	happen(watch,
		(struct event){
			.kind = EVENT_DATE_STARTED, .table = A, .date = watch->world.first + day});
}

static void start(struct watch *watch, int day)
{
	model_world_start_run(&watch->world, A, 0);
	start_date(watch, day);
}

static void finish(struct watch *watch, int day, int64_t rows, int64_t duration_ms)
{
	struct event event = {
		.kind = EVENT_DATE_FINISHED, .table = A, .date = watch->world.first + day};
	event.finished.receipt = model_world_receipt(&watch->world, A, day, rows);
	event.finished.duration_ms = duration_ms;
	happen(watch, event);
}

static void fail_date(struct watch *watch, int day, const char *reason)
{
	struct event event = {
		.kind = EVENT_DATE_FAILED, .table = A, .date = watch->world.first + day};
	text_copy(event.message.text, sizeof(event.message.text), reason);
	start_date(watch, day);
	happen(watch, event);
}

static void expect(struct watch *watch, enum alert_kind kind, const char *text)
{
	if (!next(watch))
		fail_msg("no alert, but %s", text);
	assert_int_equal(watch->alert.kind, kind);
	if (strstr(watch->alert.text, text) == NULL)
		fail_msg("\"%s\" is not in \"%s\"", text, watch->alert.text);
}

/* The scene (h) of the operators: nothing in the log for eleven minutes. */
static void a_log_that_is_silent_for_eleven_minutes_is_told_once(void **state)
{
	(void)state;
	struct watch watch = new_watch(NULL);
	assert_int_equal(due(&watch), INT64_MAX);
	start(&watch, 0);
	int64_t begin = watch.world.now_ms;
	assert_int_equal(due(&watch), begin + 10 * MINUTE + 1);
	at(&watch, begin + 5 * MINUTE);
	assert_false(model_is_half_silent(watch.world.model, A));
	at(&watch, begin + 5 * MINUTE + 1);
	assert_true(model_is_half_silent(watch.world.model, A)); /* amber */
	assert_false(next(&watch));
	at(&watch, begin + 10 * MINUTE);
	assert_false(next(&watch));
	at(&watch, begin + 11 * MINUTE);
	assert_true(model_silent_ms(watch.world.model, A) == 11 * MINUTE);
	expect(&watch, ALERT_SILENT, "a: silent for 11m00");
	assert_int_equal(watch.alert.date, watch.world.first);
	assert_int_equal(alert_row(watch.alert.kind)->severity, SEVERITY_ERROR);
	assert_false(next(&watch));
	at(&watch, begin + 40 * MINUTE);
	assert_false(next(&watch)); /* it is the same silence */
	assert_int_equal(due(&watch), INT64_MAX);
	free_watch(&watch);
}

static void a_line_ends_the_silence_and_the_next_one_is_told_again(void **state)
{
	(void)state;
	struct watch watch = new_watch(NULL);
	start(&watch, 0);
	int64_t begin = watch.world.now_ms;
	at(&watch, begin + 11 * MINUTE);
	expect(&watch, ALERT_SILENT, "silent");
	struct event event = {.kind = EVENT_DATE_PROGRESS, .table = A, .date = watch.world.first};
	event.progress.done = 1;
	event.progress.total = 2;
	happen(&watch, event);
	int64_t spoke = watch.world.now_ms;
	expect(&watch, ALERT_RECOVERED, "a: prints again, after 11m01 of silence");
	assert_false(next(&watch));
	at(&watch, spoke + 11 * MINUTE);
	expect(&watch, ALERT_SILENT, "a: silent for 11m00");
	assert_int_equal(watch.alert.times, 1);
	free_watch(&watch);
}

static void paused_and_ended_tables_may_be_silent(void **state)
{
	(void)state;
	struct watch watch = new_watch(NULL);
	start(&watch, 0);
	int64_t begin = watch.world.now_ms;
	struct event event = {.kind = EVENT_CONTROL, .at_ms = begin + 1};
	event.control.workers = 1;
	event.control.paused_table = -1;
	event.control.all_paused = true;
	happen(&watch, event);
	at(&watch, begin + 60 * MINUTE);
	assert_false(next(&watch));
	assert_int_equal(due(&watch), INT64_MAX);
	model_world_finish_run(&watch.world, A, RUN_STOPPED);
	at(&watch, begin + 90 * MINUTE);
	assert_false(next(&watch));
	free_watch(&watch);
}

static void a_date_that_takes_three_times_the_median_is_slow(void **state)
{
	(void)state;
	struct watch watch = new_watch(NULL);
	model_world_start_run(&watch.world, A, 0);
	for (int day = 0; day < 3; day++) {
		start_date(&watch, day);
		finish(&watch, day, ROWS, MINUTE);
	}
	start_date(&watch, 3);
	int64_t begin = watch.world.now_ms;
	assert_int_equal(due(&watch), begin + 3 * MINUTE);
	at(&watch, begin + 3 * MINUTE - 1);
	assert_false(next(&watch));
	at(&watch, begin + 3 * MINUTE);
	expect(&watch, ALERT_SLOW, "takes 3m00 by now, the others took 1m00");
	assert_false(next(&watch));
	at(&watch, begin + 4 * MINUTE);
	assert_false(next(&watch)); /* once for a date */
	free_watch(&watch);
}

static void fast_dates_are_not_slow_within_ten_seconds(void **state)
{
	(void)state;
	struct watch watch = new_watch(NULL);
	model_world_start_run(&watch.world, A, 0);
	for (int day = 0; day < 3; day++) {
		start_date(&watch, day);
		finish(&watch, day, ROWS, 20);
	}
	start_date(&watch, 3);
	assert_int_equal(due(&watch), watch.world.now_ms + ALERT_SLOW_FLOOR_MS);
	free_watch(&watch);
}

static void the_same_error_in_a_row_is_told_with_the_lines_that_matter(void **state)
{
	(void)state;
	struct watch watch = new_watch(NULL);
	int limit = watch.world.pipeline->failures_in_row;
	assert_true(limit >= 2);
	model_world_start_run(&watch.world, A, 0);
	model_world_log(&watch.world, A, 0, 'I', "Processing date 1/4");
	model_world_log(&watch.world, A, 0, 'E', "first cause");
	model_world_log(&watch.world, A, 0, 'I', "noise");
	model_world_log(&watch.world, A, 0, 'W', "second");
	model_world_log(&watch.world, A, 0, 'E', "third");
	for (int day = 0; day < limit; day++) {
		assert_false(next(&watch));
		fail_date(&watch, day, "PROCESSING_ERROR: no such table");
	}
	expect(&watch, ALERT_SAME_ERROR, "failed for the same reason: PROCESSING_ERROR: no such");
	assert_string_equal(watch.alert.lines[0], "first cause");
	assert_string_equal(watch.alert.lines[1], "second");
	assert_string_equal(watch.alert.lines[2], "third");
	assert_false(next(&watch));
	free_watch(&watch);
}

static void what_is_expected_early_in_a_season_is_no_row(void **state)
{
	(void)state;
	struct watch watch = new_watch(NULL);
	int limit = watch.world.pipeline->failures_in_row;
	model_world_start_run(&watch.world, A, 0);
	for (int day = 0; day < 2 * limit; day++)
		fail_date(&watch, day, "MISSING_DEPENDENCY: no shot zones");
	assert_false(next(&watch));
	free_watch(&watch);
}

static void different_errors_and_successes_between_are_no_row(void **state)
{
	(void)state;
	struct watch watch = new_watch(NULL);
	int limit = watch.world.pipeline->failures_in_row;
	model_world_start_run(&watch.world, A, 0);
	for (int i = 0; i < 3 * limit; i++)
		fail_date(&watch, i % 4, i % 2 == 0 ? "X: one" : "X: two");
	for (int i = 0; i < limit - 1; i++)
		fail_date(&watch, i % 4, "X: three");
	finish(&watch, 6, ROWS, 10);
	fail_date(&watch, 7, "X: three");
	assert_false(next(&watch));
	free_watch(&watch);
}

static void an_empty_success_and_thin_rows_are_told(void **state)
{
	(void)state;
	struct watch watch = new_watch(NULL);
	start(&watch, 0);
	finish(&watch, 0, 0, 10);
	expect(&watch, ALERT_EMPTY, "a: 2021-10-19: success was reported, and not one row");
	start_date(&watch, 1);
	finish(&watch, 1, 2, 10);
	expect(&watch, ALERT_THIN, "a: 2021-10-20: 2 rows, at least ");
	assert_int_equal(alert_row(ALERT_THIN)->severity, SEVERITY_WARNING);
	start_date(&watch, 2);
	finish(&watch, 2, ROWS, 10);
	start_date(&watch, OFF);
	finish(&watch, OFF, 0, 10); /* nothing is expected there */
	assert_false(next(&watch));
	free_watch(&watch);
}

static void a_second_writer_of_a_running_table_is_named(void **state)
{
	(void)state;
	struct watch watch = new_watch(NULL);
	struct found_process stranger = {.identity = {4711, 1},
		.command = A,
		.started_ms = START,
		.line = (char *)"python a.py --start-date 2021-11-16"};
	struct found_processes found = {&stranger, 1, 1};
	struct event event = {.kind = EVENT_PROCESSES, .at_ms = START + 5};
	event.processes.found = &found;
	alerts_note(watch.alerts, watch.world.model, &event);
	assert_false(next(&watch)); /* it is the only one */
	start(&watch, 0);
	alerts_note(watch.alerts, watch.world.model, &event);
	expect(&watch, ALERT_OVERLAP, "a: it is being written here and by process 4711");
	free_watch(&watch);
}

static void end(struct watch *watch, enum run_outcome outcome, int failed, int left)
{
	struct event event = {.kind = EVENT_RUN_FINISHED, .table = A};
	event.run_finished.outcome = outcome;
	event.run_finished.done = 3;
	event.run_finished.failed = failed;
	event.run_finished.left = left;
	happen(watch, event);
}

static void the_end_of_a_long_run_is_told_and_that_of_a_short_one_is_not(void **state)
{
	(void)state;
	struct watch watch = new_watch(NULL);
	start(&watch, 0);
	end(&watch, RUN_SUCCEEDED, 0, 0);
	assert_false(next(&watch));
	start(&watch, 0);
	watch.world.now_ms += 2 * MINUTE;
	end(&watch, RUN_SUCCEEDED, 0, 0);
	expect(&watch, ALERT_DONE, "a: done: 3 dates in 2m0");
	assert_int_equal(alert_row(ALERT_DONE)->severity, SEVERITY_INFO);
	free_watch(&watch);
}

static void a_run_that_failed_is_told_however_short(void **state)
{
	(void)state;
	struct watch watch = new_watch(NULL);
	start(&watch, 0);
	end(&watch, RUN_FAILED, 0, 2);
	expect(&watch, ALERT_FAILED, "a: the run failed after");
	assert_non_null(strstr(watch.alert.text, "3 done, 0 failed, 2 left"));
	assert_false(next(&watch));
	free_watch(&watch);
	watch = new_watch(NULL); /* exit status 0, as these scripts have when dates failed */
	start(&watch, 0);
	fail_date(&watch, 20, "ERROR: x");
	end(&watch, RUN_SUCCEEDED, 1, 0);
	expect(&watch, ALERT_FAILED, "1 failed");
	free_watch(&watch);
	watch = new_watch(NULL);
	start(&watch, 0);
	end(&watch, RUN_LOST, 0, 3);
	expect(&watch, ALERT_FAILED, "a: the run was lost");
	free_watch(&watch);
}

static void a_table_that_failed_and_is_done_has_recovered(void **state)
{
	(void)state;
	struct watch watch = new_watch(NULL);
	start(&watch, 0);
	end(&watch, RUN_FAILED, 0, 2);
	expect(&watch, ALERT_FAILED, "the run failed");
	start(&watch, 0);
	end(&watch, RUN_STOPPED, 0, 2); /* says nothing of it */
	start(&watch, 0);
	end(&watch, RUN_SUCCEEDED, 0, 0);
	expect(&watch, ALERT_RECOVERED, "a: done: 3 dates in");
	assert_non_null(strstr(watch.alert.text, "after a run that failed"));
	start(&watch, 0);
	end(&watch, RUN_SUCCEEDED, 0, 0);
	assert_false(next(&watch));
	free_watch(&watch);
}

static void an_end_that_was_wished_or_is_told_already_is_no_alert(void **state)
{
	(void)state;
	static const enum run_outcome wished[] = {RUN_STOPPED, RUN_KILLED, RUN_GOES_ON};
	struct watch watch = new_watch(NULL);
	for (size_t i = 0; i < ARRAY_COUNT(wished); i++) {
		start(&watch, 0);
		watch.world.now_ms += 2 * MINUTE;
		end(&watch, wished[i], 0, 3);
		assert_false(next(&watch));
	}
	start(&watch, 0);
	for (int day = 20; day < 23; day++)
		fail_date(&watch, day, "ERROR: the same");
	expect(&watch, ALERT_SAME_ERROR, "3 dates failed for the same reason");
	end(&watch, RUN_FAILED, 3, 1);
	assert_false(next(&watch));
	free_watch(&watch);
}

static void what_flaps_is_merged_and_its_count_is_told_later(void **state)
{
	(void)state;
	struct watch watch = new_watch(NULL);
	start(&watch, 0);
	int64_t begin = watch.world.now_ms;
	finish(&watch, 0, 1, 10);
	expect(&watch, ALERT_THIN, "2021-10-19");
	for (int day = 1; day < 4; day++) {
		start_date(&watch, day);
		finish(&watch, day, 1, 10);
		assert_false(next(&watch));
	}
	model_world_finish_run(&watch.world, A, RUN_SUCCEEDED);
	int64_t told = begin + 1000;
	assert_int_equal(due(&watch), told + ALERT_AGAIN_MS);
	at(&watch, told + ALERT_AGAIN_MS);
	expect(&watch, ALERT_THIN, "2021-10-22"); /* the newest of them */
	assert_int_equal(watch.alert.times, 3);
	assert_false(next(&watch));
	assert_int_equal(due(&watch), INT64_MAX);
	free_watch(&watch);
}

static void kinds_can_be_turned_off_by_name(void **state)
{
	(void)state;
	struct alert_settings settings = {0};
	struct error err;
	assert_true(alert_settings_parse_off("thin, silent,", &settings, &err));
	struct watch watch = new_watch(&settings);
	start(&watch, 0);
	finish(&watch, 0, 1, 10);
	assert_false(next(&watch));
	start_date(&watch, 1);
	finish(&watch, 1, 0, 10);
	expect(&watch, ALERT_EMPTY, "not one row");
	free_watch(&watch);
	assert_true(alert_settings_parse_off(NULL, &settings, &err));
	assert_int_equal(settings.off, 0);
	assert_false(alert_settings_parse_off("thin,loud", &settings, &err));
	assert_non_null(strstr(err.text, "no alert \"loud\""));
	assert_int_equal(settings.off, 0);
}

static struct alert some_alert(void)
{
	struct alert alert = {.kind = ALERT_SAME_ERROR, .date = 18947, .at_ms = START, .times = 2};
	text_copy(alert.text, sizeof(alert.text), "pcf: $(touch x) `id` \"quoted\"; rm -rf /");
	text_copy(alert.lines[0], ALERT_LINE_BYTES, "first");
	text_copy(alert.lines[1], ALERT_LINE_BYTES, "second");
	return alert;
}

static void the_hook_gets_the_facts_and_no_shell_sees_them(void **state)
{
	(void)state;
	struct alert alert = some_alert();
	alert.run = 17;
	struct error err = {0};
	struct buffer text = {0};
	char *folder = test_folder();
	char *script = path_join(folder, "hook"), *out = path_join(folder, "out");
	static const char source[] =
		"#!/bin/sh\n{ echo \"$2|$3\"; env | grep ^BACKCOURT_ALERT_ | sort; "
		"cat; } >\"$1\"\necho lost\n";
	assert_true(path_write_file(script, source, strlen(source), &err));
	assert_int_equal(chmod(script, 0700), 0);
	char *command = memory_format("  %s  %s $HOME ;ls ", script, out);
	struct alert_call call = {
		command, "nba", "player_composite_factors", &alert, ALERT_HOOK_TIMEOUT_MS};
	if (!alert_hook_run(&call, &err))
		fail_msg("%s", err.text);
	assert_true(path_read_file(out, 10000, &text, &err));
	assert_string_equal(buffer_text(&text),
		"$HOME|;ls\n"
		"BACKCOURT_ALERT_AT=2021-10-19T11:00:00.000+00:00\n"
		"BACKCOURT_ALERT_DATE=2021-11-16\n"
		"BACKCOURT_ALERT_KIND=same-error\n"
		"BACKCOURT_ALERT_LINES=first\n"
		"BACKCOURT_ALERT_PIPELINE=nba\n"
		"BACKCOURT_ALERT_RUN=17\n"
		"BACKCOURT_ALERT_SEVERITY=error\n"
		"BACKCOURT_ALERT_TABLE=player_composite_factors\n"
		"BACKCOURT_ALERT_TEXT=pcf: $(touch x) `id` \"quoted\"; rm -rf /\n"
		"BACKCOURT_ALERT_TIMES=2\n");
	buffer_release(&text);
	free(command);
	free(out);
	free(script);
	free(folder);
}

static void a_hook_that_fails_or_is_not_there_is_told(void **state)
{
	(void)state;
	static const struct {
		const char *command, *message;
	} cases[] = {{"/no/such/hook", "cannot start the alert hook /no/such/hook"},
		{"   ", "names no program"}, {"false", "ended with status 1"},
		{"sh -c kill\t-9\t$$", "ended with"}};
	struct alert alert = some_alert();
	struct error err;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct alert_call call = {
			cases[i].command, "nba", "t", &alert, ALERT_HOOK_TIMEOUT_MS};
		assert_false(alert_hook_run(&call, &err));
		if (strstr(err.text, cases[i].message) == NULL)
			fail_msg("%s: %s", cases[i].command, err.text);
	}
}

/* How many of them have said who they are; none of those lives. */
static int count_dead(const char *path)
{
	struct buffer pids = {0};
	int count = 0;
	(void)path_read_file(path, 10000, &pids, NULL);
	for (const char *at = buffer_text(&pids); *at != '\0'; at = strchr(at, '\n') + 1) {
		struct process_stat stat;
		pid_t pid = (pid_t)strtol(at, NULL, 10);
		if (process_read_stat(pid, &stat) && stat.state != 'Z' && stat.state != 'X')
			fail_msg("process %d (%s) lives on", (int)pid, stat.name);
		count++;
	}
	buffer_release(&pids);
	return count;
}

/* Neither the worker nor the table waits for it: it is killed with its children, the one among them
 * that ignores signals and the one that went into a session of its own. */
static void a_hook_that_hangs_is_killed_with_all_that_it_started(void **state)
{
	(void)state;
	static const char source[] =
		"#!/bin/sh\n"
		"setsid sh -c 'echo $$ >>\"$0\"; exec sleep 1000' \"$1\" &\n"
		"sh -c 'trap \"\" TERM; echo $$ >>\"$0\"; while :; do sleep 1; done' \"$1\" &\n"
		"echo $$ >>\"$1\"\n"
		"wait\n";
	struct alert alert = some_alert();
	struct error err = {0};
	char *folder = test_folder();
	char *script = path_join(folder, "hook"), *out = path_join(folder, "out");
	char *command = memory_format("%s %s", script, out);
	int count = 0;
	assert_true(path_write_file(script, source, strlen(source), &err));
	assert_int_equal(chmod(script, 0700), 0);
	/* On a slow machine it may be killed before all of it was there: then with more time. */
	for (int limit_ms = 1000; count < 3 && limit_ms <= 64000; limit_ms *= 4) {
		(void)unlink(out);
		struct alert_call call = {command, "nba", "t", &alert, limit_ms};
		assert_false(alert_hook_run(&call, &err));
		assert_non_null(strstr(err.text, "s and was killed"));
		count = count_dead(out);
	}
	assert_int_equal(count, 3);
	free(command);
	free(out);
	free(script);
	free(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_log_that_is_silent_for_eleven_minutes_is_told_once),
		cmocka_unit_test(a_line_ends_the_silence_and_the_next_one_is_told_again),
		cmocka_unit_test(paused_and_ended_tables_may_be_silent),
		cmocka_unit_test(a_date_that_takes_three_times_the_median_is_slow),
		cmocka_unit_test(fast_dates_are_not_slow_within_ten_seconds),
		cmocka_unit_test(the_same_error_in_a_row_is_told_with_the_lines_that_matter),
		cmocka_unit_test(what_is_expected_early_in_a_season_is_no_row),
		cmocka_unit_test(different_errors_and_successes_between_are_no_row),
		cmocka_unit_test(an_empty_success_and_thin_rows_are_told),
		cmocka_unit_test(a_second_writer_of_a_running_table_is_named),
		cmocka_unit_test(the_end_of_a_long_run_is_told_and_that_of_a_short_one_is_not),
		cmocka_unit_test(a_run_that_failed_is_told_however_short),
		cmocka_unit_test(a_table_that_failed_and_is_done_has_recovered),
		cmocka_unit_test(an_end_that_was_wished_or_is_told_already_is_no_alert),
		cmocka_unit_test(what_flaps_is_merged_and_its_count_is_told_later),
		cmocka_unit_test(kinds_can_be_turned_off_by_name),
		cmocka_unit_test(the_hook_gets_the_facts_and_no_shell_sees_them),
		cmocka_unit_test(a_hook_that_fails_or_is_not_there_is_told),
		cmocka_unit_test(a_hook_that_hangs_is_killed_with_all_that_it_started),
	};
	return RUN(tests);
}

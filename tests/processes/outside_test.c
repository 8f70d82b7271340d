/*
 * Jobs that somebody starts by hand, in the forms of the users' own notes, beside an engine that
 * finds and follows them: simulators of the scripts, real processes, real logs.
 */
#include "tests/processes/support/yard.h"
#include "tests/support/scripts.h"
#include "tests/test.h"

#include "base/clock.h"
#include "base/path.h"
#include "engine/engine.h"
#include "jobs/outside.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>

#define PATIENCE_MS 120000
#define GATE	    "SIMULATE_GATE=2021-11-17 "
#define RANGE	    "--start-date 2021-11-16 --end-date 2021-11-18"

enum { PCF, TDZA };

static const struct script_table tables[] = {
	{"pcf", "phase4_simulator", NULL, NULL}, {"tdza", "phase4_simulator", NULL, NULL}, {0}};

/* The part of a console that is not its screen. */
struct desk {
	struct scripts scripts;
	struct pipeline *pipeline;
	struct event_queue *queue;
	struct engine *engine;
	struct model *model;
	struct buffer said; /* messages, a line each */
	int finished;	    /* runs */
	pid_t shells[4];
	int shell_count;
};

extern char **environ;

static void sit_down(struct desk *desk)
{
	struct error err;
	if (!pipeline_load(desk->scripts.pipeline, &desk->pipeline, &err))
		fail_msg("%s", err.text);
	struct engine_options options = {.pipeline = desk->pipeline,
		.warehouse = desk->scripts.warehouse,
		.state_folder = desk->scripts.state,
		.workers = 4,
		.follow_outside = true};
	desk->model = model_new(desk->pipeline, desk->pipeline->range);
	if (!event_queue_new(&desk->queue, &err) ||
		!engine_new(&options, desk->queue, &desk->engine, &err))
		fail_msg("%s", err.text);
	engine_refresh(desk->engine, desk->pipeline->range, false);
}

static void open_desk(struct desk *desk)
{
	*desk = (struct desk){0};
	scripts_open(&desk->scripts, tables);
}

static void until(struct desk *desk, bool (*is_there)(const struct desk *desk), const char *what)
{
	int64_t deadline = clock_monotonic_ms() + PATIENCE_MS;
	struct event event;
	while (!is_there(desk)) {
		struct pollfd wait = {.fd = event_queue_descriptor(desk->queue), .events = POLLIN};
		int left_ms = (int)(deadline - clock_monotonic_ms());
		if (left_ms <= 0 || poll(&wait, 1, left_ms) <= 0)
			fail_msg("%s did not come; said:\n%s", what, buffer_text(&desk->said));
		if (!event_queue_take(desk->queue, &event))
			continue;
		if (event.kind == EVENT_MESSAGE)
			buffer_add_format(&desk->said, "%s\n", event.message.text);
		desk->finished += event.kind == EVENT_RUN_FINISHED;
		engine_apply(desk->engine, desk->model, &event);
		engine_step(desk->engine, desk->model);
	}
}

static bool is_idle(const struct desk *desk)
{
	return engine_is_idle(desk->engine);
}

static void stand_up(struct desk *desk)
{
	engine_leave(desk->engine, LEAVE_AFTER_DATES);
	until(desk, is_idle, "the end of all work");
	engine_free(desk->engine);
	model_free(desk->model);
	event_queue_free(desk->queue);
	pipeline_free(desk->pipeline);
}

static void close_desk(struct desk *desk)
{
	stand_up(desk);
	for (int i = 0; i < desk->shell_count; i++) {
		kill(-desk->shells[i], SIGKILL);
		waitpid(desk->shells[i], NULL, 0);
	}
	buffer_release(&desk->said);
	scripts_close(&desk->scripts);
}

/* What a user types at a shell, in the folder of the scripts. */
static pid_t type(struct desk *desk, const char *line)
{
	char *argv[] = {(char *)"bash", (char *)"-c", (char *)line, NULL};
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	pid_t pid;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addchdir_np(&actions, desk->scripts.home);
	posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
	assert_int_equal(posix_spawnp(&pid, "bash", &actions, &attributes, argv, environ), 0);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	desk->shells[desk->shell_count++] = pid;
	return pid;
}

static void await_line(const struct desk *desk, const char *file, const char *text)
{
	int64_t deadline = clock_monotonic_ms() + PATIENCE_MS;
	char *path = path_join(desk->scripts.home, file);
	struct buffer log = {0};
	struct error err;
	for (;;) {
		buffer_clear(&log);
		if (path_read_file(path, YARD_FILE_BYTES_MAX, &log, &err) &&
			strstr(buffer_text(&log), text) != NULL)
			break;
		if (clock_monotonic_ms() > deadline)
			fail_msg("no '%s' in %s:\n%s", text, path, buffer_text(&log));
		poll(NULL, 0, 5);
	}
	buffer_release(&log);
	free(path);
}

static void open_gate(const struct desk *desk)
{
	struct error err;
	char *go = path_join(desk->scripts.home, "go");
	assert_true(path_write_file(go, "", 0, &err));
	free(go);
}

static enum attempt_state attempt(const struct desk *desk, size_t table, int day)
{
	return coverage_cell(desk->model->coverage, table, date_of(2021, 11, day))->attempt;
}

static bool pcf_is_at_the_gate(const struct desk *desk)
{
	return attempt(desk, PCF, 17) == ATTEMPT_RUNNING;
}

static bool both_are_at_the_gate(const struct desk *desk)
{
	return pcf_is_at_the_gate(desk) && attempt(desk, TDZA, 17) == ATTEMPT_RUNNING;
}

static bool one_has_finished(const struct desk *desk)
{
	return desk->finished >= 1;
}

static bool two_have_finished(const struct desk *desk)
{
	return desk->finished >= 2;
}

static bool all_is_read(const struct desk *desk)
{
	return desk->model->checked_ms > 0 && engine_is_idle(desk->engine);
}

static bool has_said(const struct desk *desk, const char *text)
{
	return strstr(buffer_text(&desk->said), text) != NULL;
}

static void check_newest(
	const struct desk *desk, const char *table, enum run_outcome outcome, int done, int failed)
{
	struct ledger_run run = scripts_newest(&desk->scripts, table);
	assert_string_equal(run.executor, OUTSIDE_EXECUTOR);
	assert_int_equal(run.outcome, outcome);
	assert_int_equal(run.done, done);
	assert_int_equal(run.failed, failed);
}

/* --- progress --------------------------------------------------------------------------------- */

static void a_job_under_nohup_is_followed_date_by_date_and_its_table_is_held(void **state)
{
	(void)state;
	struct desk desk;
	struct buffer now = {0};
	open_desk(&desk);
	type(&desk, GATE "nohup sh pcf.sh " RANGE " > pcf.log 2>&1 & wait");
	await_line(&desk, "pcf.log", "Deleting existing data for 2021-11-17");
	sit_down(&desk);
	until(&desk, pcf_is_at_the_gate, "the second date");
	const struct table_model *pcf = &desk.model->tables[PCF];
	assert_int_equal(attempt(&desk, PCF, 16), ATTEMPT_SUCCEEDED);
	assert_int_equal(pcf->state, JOB_RUNNING);
	assert_true(pcf->outside.pid > 0);
	assert_int_equal(pcf->run_done, 1);
	assert_int_equal(pcf->run_dates, 3);
	assert_non_null(strstr(pcf->outside.line, "pcf.sh " RANGE));
	assert_true(pcf->outside.user[0] != '\0');
	model_now_or_why(desk.model, PCF, &now);
	assert_non_null(strstr(buffer_text(&now), "by hand ("));
	/* an overlapping start is refused, and the holder is named */
	assert_int_equal(engine_start(desk.engine, desk.model, PCF, DATE_NONE), 0);
	engine_pause(desk.engine, PCF, true); /* of what is not ours: no effect */
	engine_stop(desk.engine, PCF, true);
	open_gate(&desk);
	until(&desk, one_has_finished, "the end of the job");
	assert_true(has_said(&desk, "pcf is being written by process"));
	assert_true(has_said(&desk, "is not stopped unasked"));
	assert_int_equal(pcf->run_done, 3);
	assert_int_equal(pcf->outside.pid, 0);
	check_newest(&desk, "pcf", RUN_SUCCEEDED, 3, 0);
	assert_true(text_ends_with(scripts_newest(&desk.scripts, "pcf").log_path, "/pcf.log"));
	buffer_release(&now);
	close_desk(&desk);
}

static void close_scripts(struct desk *desk)
{
	for (int i = 0; i < desk->shell_count; i++)
		waitpid(desk->shells[i], NULL, 0);
	scripts_close(&desk->scripts);
}

static int count_of(const char *text, const char *part)
{
	int count = 0;
	for (const char *at = text; (at = strstr(at, part)) != NULL; at += strlen(part))
		count++;
	return count;
}

/* No console looks; the plan is asked. */
static void the_plan_says_who_writes_a_table_by_hand(void **state)
{
	(void)state;
	struct desk desk;
	open_desk(&desk);
	type(&desk, GATE "nohup sh pcf.sh " RANGE " > pcf.log 2>&1 & wait");
	await_line(&desk, "pcf.log", "Deleting existing data for 2021-11-17");
	struct program_result said = SCRIPTS_RUN(&desk.scripts, "plan", "--json");
	const char *held = strstr(said.output, "\"held_by\": \"process ");
	assert_int_equal(count_of(said.output, "\"held_by\": "), 2);
	assert_int_equal(count_of(said.output, ", started outside\""), 1);
	assert_non_null(held);
	assert_true(held < strstr(said.output, "\"table\": \"tdza\""));
	free(said.output);
	said = SCRIPTS_RUN(&desk.scripts, "plan");
	assert_int_equal(count_of(said.output, "  held by process "), 1);
	free(said.output);
	open_gate(&desk);
	await_line(&desk, "pcf.log", "2021-11-18");
	waitpid(desk.shells[0], NULL, 0);
	desk.shell_count = 0;
	said = SCRIPTS_RUN(&desk.scripts, "plan", "--json");
	assert_int_equal(count_of(said.output, "\"held_by\": null"), 2);
	free(said.output);
	close_scripts(&desk);
}

static void two_jobs_at_a_time_are_followed_each_by_its_own_log(void **state)
{
	(void)state;
	struct desk desk;
	open_desk(&desk);
	type(&desk, GATE "SIMULATE_FAILED=2021-11-16 sh pcf.sh " RANGE " 2>&1 | tee pcf.log");
	type(&desk, GATE "nohup sh tdza.sh " RANGE " > tdza.log 2>&1 & wait");
	await_line(&desk, "pcf.log", "Deleting existing data for 2021-11-17");
	await_line(&desk, "tdza.log", "Deleting existing data for 2021-11-17");
	sit_down(&desk);
	until(&desk, both_are_at_the_gate, "the second date of both");
	assert_int_equal(attempt(&desk, PCF, 16), ATTEMPT_FAILED);
	assert_int_equal(attempt(&desk, TDZA, 16), ATTEMPT_SUCCEEDED);
	assert_int_not_equal(
		desk.model->tables[PCF].outside.pid, desk.model->tables[TDZA].outside.pid);
	open_gate(&desk);
	until(&desk, two_have_finished, "the end of both");
	check_newest(&desk, "pcf", RUN_FAILED, 2, 1);
	check_newest(&desk, "tdza", RUN_SUCCEEDED, 3, 0);
	close_desk(&desk);
}

static void a_job_that_starts_later_is_found_by_the_next_look(void **state)
{
	(void)state;
	struct desk desk;
	open_desk(&desk);
	sit_down(&desk);
	until(&desk, all_is_read, "the first coverage");
	engine_scan(desk.engine, PCF, true);
	until(&desk, is_idle, "the end of the look");
	type(&desk, GATE "sh pcf.sh " RANGE " 2>&1 | tee pcf.log");
	await_line(&desk, "pcf.log", "Deleting existing data for 2021-11-17");
	engine_scan(desk.engine, PCF, true);
	until(&desk, pcf_is_at_the_gate, "the second date");
	assert_true(has_said(&desk, "nobody outside this console writes pcf"));
	int before = (int)desk.model->tables[PCF].run;
	engine_scan(desk.engine, PCF, true); /* once more: it is followed already */
	open_gate(&desk);
	until(&desk, one_has_finished, "the end of the job");
	assert_int_equal(desk.model->tables[PCF].run, before);
	check_newest(&desk, "pcf", RUN_SUCCEEDED, 3, 0);
	close_desk(&desk);
}

/* --- logs that move --------------------------------------------------------------------------- */

/* What the process writes is followed, not what has the name now. */
static void a_log_that_is_rotated_or_removed_is_followed_to_its_end(void **state)
{
	(void)state;
	static const char *const acts[] = {"mv pcf.log pcf.log.1 && echo 'INFO:__main__:Processing "
					   "day 1/1: 2021-11-18' > pcf.log",
		"rm pcf.log"};
	for (size_t i = 0; i < ARRAY_COUNT(acts); i++) {
		struct desk desk;
		open_desk(&desk);
		type(&desk, GATE "nohup sh pcf.sh " RANGE " > pcf.log 2>&1 & wait");
		await_line(&desk, "pcf.log", "Deleting existing data for 2021-11-17");
		sit_down(&desk);
		until(&desk, pcf_is_at_the_gate, "the second date");
		waitpid(type(&desk, acts[i]), NULL, 0);
		desk.shell_count--;
		open_gate(&desk);
		until(&desk, one_has_finished, "the end of the job");
		check_newest(&desk, "pcf", RUN_SUCCEEDED, 3, 0);
		close_desk(&desk);
	}
}

/* A log that is appended to has the runs of other days in front, with other verdicts. */
static void what_an_earlier_run_wrote_into_the_log_is_not_taken_for_this_one(void **state)
{
	(void)state;
	struct desk desk;
	open_desk(&desk);
	type(&desk, "{ SIMULATE_EMPTY='2021-11-16 2021-11-17 2021-11-18' sh pcf.sh " RANGE "; " GATE
		    "sh pcf.sh --start-date 2021-11-17 --end-date 2021-11-18; } >> pcf.log 2>&1");
	await_line(&desk, "pcf.log",
		"Deleting existing data for 2021-11-17\nINFO:precompute_base:✅ "
		"Deleted");
	await_line(&desk, "pcf.log", "Processing day 1/2: 2021-11-17");
	sit_down(&desk);
	until(&desk, pcf_is_at_the_gate, "the first date of the second run");
	assert_int_equal(attempt(&desk, PCF, 16), ATTEMPT_NONE);
	open_gate(&desk);
	until(&desk, one_has_finished, "the end of the job");
	check_newest(&desk, "pcf", RUN_SUCCEEDED, 2, 0);
	close_desk(&desk);
}

/* --- ends ------------------------------------------------------------------------------------- */

static void a_job_that_is_killed_is_lost_and_its_date_suspect(void **state)
{
	(void)state;
	struct desk desk;
	open_desk(&desk);
	pid_t shell = type(&desk, GATE "exec sh pcf.sh " RANGE " > pcf.log 2>&1");
	await_line(&desk, "pcf.log", "Deleting existing data for 2021-11-17");
	sit_down(&desk);
	until(&desk, pcf_is_at_the_gate, "the second date");
	kill(shell, SIGKILL);
	until(&desk, one_has_finished, "its end");
	check_newest(&desk, "pcf", RUN_LOST, 1, 0);
	assert_int_equal(attempt(&desk, PCF, 17), ATTEMPT_SUSPECT);
	assert_true(has_said(&desk, "its exit status is not known"));
	close_desk(&desk);
}

/* After the question, for the process that was shown, and not within a date. */
static void a_confirmed_stop_ends_that_very_process_after_its_date(void **state)
{
	(void)state;
	struct desk desk;
	open_desk(&desk);
	type(&desk, GATE "SIMULATE_HANG=2021-11-18 sh pcf.sh " RANGE " 2>&1 | tee pcf.log");
	await_line(&desk, "pcf.log", "Deleting existing data for 2021-11-17");
	sit_down(&desk);
	until(&desk, pcf_is_at_the_gate, "the second date");
	int pid = desk.model->tables[PCF].outside.pid;
	engine_stop_outside(desk.engine, PCF, false, pid + 1);
	engine_stop_outside(desk.engine, PCF, false, pid);
	open_gate(&desk);
	until(&desk, one_has_finished, "its end");
	assert_true(has_said(&desk, "nothing was stopped"));
	check_newest(&desk, "pcf", RUN_STOPPED, 2, 0);
	struct process_stat stat;
	assert_false(process_read_stat(pid, &stat) && stat.state != 'Z');
	close_desk(&desk);
}

/* Workers have the file that they wait for in their command line. */
static int count_workers(const struct desk *desk)
{
	char *pool = path_join(desk->scripts.home, "pool");
	int count = yard_count_processes(pool);
	free(pool);
	return count;
}

/* A script's pool of workers ends with it, whatever group they are in; the tee beside it ends by
 * itself, with every line written. */
static void a_confirmed_stop_ends_what_the_process_started_too(void **state)
{
	(void)state;
	struct desk desk;
	open_desk(&desk);
	/* -m: a pipeline is a group of its own, led by the script, as at an interactive shell */
	type(&desk, "set -m; " GATE
		    "SIMULATE_POOL='near away' SIMULATE_HANG=2021-11-18 sh pcf.sh " RANGE
		    " 2>&1 | tee pcf.log; echo \"tee $?\" >ended");
	await_line(&desk, "pcf.log", "Deleting existing data for 2021-11-17");
	assert_int_equal(count_workers(&desk), 2);
	sit_down(&desk);
	until(&desk, pcf_is_at_the_gate, "the second date");
	engine_stop_outside(desk.engine, PCF, false, desk.model->tables[PCF].outside.pid);
	open_gate(&desk);
	until(&desk, one_has_finished, "its end");
	check_newest(&desk, "pcf", RUN_STOPPED, 2, 0);
	assert_int_equal(count_workers(&desk), 0);
	await_line(&desk, "ended", "tee 0");
	close_desk(&desk);
}

static bool ignored_is_said(const struct desk *desk)
{
	return strstr(buffer_text(&desk->said), "SIGTERM: only a kill ends") != NULL;
}

static void what_ignores_the_signal_is_said_holds_the_table_and_ends_by_a_kill(void **state)
{
	(void)state;
	static const char *const cases[] = {
		"SIMULATE_POOL='deaf near' ", "SIMULATE_DEAF=1 SIMULATE_POOL=near "};
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct desk desk;
		open_desk(&desk);
		char *line = memory_format("%s" GATE "SIMULATE_HANG=2021-11-18 sh pcf.sh " RANGE
					   " 2>&1 | tee pcf.log",
			cases[i]);
		type(&desk, line);
		await_line(&desk, "pcf.log", "Deleting existing data for 2021-11-17");
		sit_down(&desk);
		until(&desk, pcf_is_at_the_gate, "the second date");
		int pid = desk.model->tables[PCF].outside.pid;
		engine_stop_outside(desk.engine, PCF, false, pid);
		open_gate(&desk);
		until(&desk, ignored_is_said, "what ignores the signal");
		assert_int_equal(engine_start(desk.engine, desk.model, PCF, DATE_NONE), 0);
		assert_int_equal(desk.finished, 0);
		engine_stop_outside(desk.engine, PCF, true, pid);
		until(&desk, one_has_finished, "its end");
		assert_int_equal(count_workers(&desk), 0);
		check_newest(&desk, "pcf", RUN_KILLED, 2, 0);
		close_desk(&desk);
		free(line);
	}
}

/* --- consoles that go and come ---------------------------------------------------------------- */

static void leaving_leaves_it_alone_and_the_next_console_tells_what_became_of_it(void **state)
{
	(void)state;
	struct desk desk;
	open_desk(&desk);
	pid_t shell = type(&desk, GATE "exec sh pcf.sh " RANGE " > pcf.log 2>&1");
	await_line(&desk, "pcf.log", "Deleting existing data for 2021-11-17");
	sit_down(&desk);
	until(&desk, pcf_is_at_the_gate, "the second date");
	stand_up(&desk); /* "stop after the dates in hand": not of this one */
	assert_int_equal(kill(shell, 0), 0);
	assert_int_equal(scripts_newest(&desk.scripts, "pcf").outcome, RUN_GOES_ON);
	desk.finished = 0;
	sit_down(&desk);
	until(&desk, pcf_is_at_the_gate, "the second date again");
	stand_up(&desk);
	open_gate(&desk);
	assert_int_equal(waitpid(shell, NULL, 0), shell);
	desk.shell_count--;
	sit_down(&desk);
	until(&desk, all_is_read, "the first coverage");
	assert_true(has_said(&desk, "since you left: 2 dates done, 0 failed"));
	check_newest(&desk, "pcf", RUN_SUCCEEDED, 3, 0);
	close_desk(&desk);
}

/* --- freezing --------------------------------------------------------------------------------- */

static bool pcf_is_frozen(const struct desk *desk)
{
	return desk->model->tables[PCF].frozen_ms > 0;
}

static bool pcf_is_woken(const struct desk *desk)
{
	return !pcf_is_frozen(desk);
}

/* A shell that was stopped between its vfork and the exec of its child waits for that one: D. */
static bool is_stopped(const char *run)
{
	struct process_stat stat;
	assert_true(process_read_stat(yard_child(run).pid, &stat));
	return stat.state == 'T' || stat.state == 'D';
}

/* Also what the verb asks for reaches the model, by the folder of the run. */
static void a_script_of_ours_is_frozen_where_it_is_and_woken(void **state)
{
	(void)state;
	static const struct script_table gated[] = {{"pcf", "phase4_simulator",
							    "], \"env\": {\"SIMULATE_GATE\": "
							    "\"2021-11-17\"}",
							    NULL},
		{0}};
	struct desk desk = {0};
	char *runs[SCRIPTS_RUNS_MAX];
	scripts_open(&desk.scripts, gated);
	sit_down(&desk);
	until(&desk, all_is_read, "the first coverage");
	engine_freeze(desk.engine, PCF, true); /* nothing runs: it says so */
	assert_true(engine_start(desk.engine, desk.model, PCF, DATE_NONE) > 0);
	engine_step(desk.engine, desk.model);
	until(&desk, pcf_is_at_the_gate, "the second date");
	assert_int_equal(scripts_runs(&desk.scripts, "pcf", runs), 1);
	engine_freeze(desk.engine, PCF, true);
	until(&desk, pcf_is_frozen, "the freeze");
	while (!is_stopped(runs[0]))
		poll(NULL, 0, 5);
	engine_freeze(desk.engine, PCF, false);
	until(&desk, pcf_is_woken, "the end of the freeze");
	open_gate(&desk);
	until(&desk, one_has_finished, "the end of the job");
	assert_int_equal(scripts_newest(&desk.scripts, "pcf").outcome, RUN_SUCCEEDED);
	assert_true(has_said(&desk, "pcf is frozen"));
	free(runs[0]);
	close_desk(&desk);
}

int main(void)
{
	const struct CMUnitTest tests_of_jobs[] = {
		cmocka_unit_test(a_job_under_nohup_is_followed_date_by_date_and_its_table_is_held),
		cmocka_unit_test(the_plan_says_who_writes_a_table_by_hand),
		cmocka_unit_test(two_jobs_at_a_time_are_followed_each_by_its_own_log),
		cmocka_unit_test(a_job_that_starts_later_is_found_by_the_next_look),
		cmocka_unit_test(a_log_that_is_rotated_or_removed_is_followed_to_its_end),
		cmocka_unit_test(what_an_earlier_run_wrote_into_the_log_is_not_taken_for_this_one),
		cmocka_unit_test(a_job_that_is_killed_is_lost_and_its_date_suspect),
		cmocka_unit_test(a_confirmed_stop_ends_that_very_process_after_its_date),
		cmocka_unit_test(a_confirmed_stop_ends_what_the_process_started_too),
		cmocka_unit_test(
			what_ignores_the_signal_is_said_holds_the_table_and_ends_by_a_kill),
		cmocka_unit_test(a_script_of_ours_is_frozen_where_it_is_and_woken),
		cmocka_unit_test(
			leaving_leaves_it_alone_and_the_next_console_tells_what_became_of_it),
	};
	return cmocka_run_group_tests(tests_of_jobs, NULL, scripts_forget);
}

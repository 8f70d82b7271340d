/* Jobs started by hand, as real processes: found, with their dates and their log. */
#include "tests/processes/support/yard.h"
#include "tests/test.h"

#include "base/clock.h"
#include "base/path.h"
#include "core/jobs/run_watch.h"
#include "jobs/process_scan.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>

/* In every process of this test's, so that two tests at once do not find each other's. */
#define SCRIPT "backfill_jobs/precompute/pcf/pcf_precompute_backfill.py"
#define DATES  "--start-date 2021-11-16 --end-date 2021-11-30"

extern char **environ;

struct site {
	struct yard yard;
	char *cwd; /* the "checkout" */
	struct pipeline *pipeline;
	struct command *command;
	struct found_processes found;
};

static char *read_whole(const char *path)
{
	struct buffer text = {0};
	struct error err;
	if (!path_read_file(path, YARD_FILE_BYTES_MAX, &text, &err))
		fail_msg("%s", err.text);
	return text.bytes;
}

/* A checkout whose script is the simulator; the job starts it with sh. */
static void open_site(struct site *site)
{
	struct error err = {0};
	*site = (struct site){0};
	yard_open(&site->yard);
	char *cwd = path_join(site->yard.folder, "checkout");
	site->cwd = cwd;
	char *script = path_join(cwd, SCRIPT);
	char *simulator = read_whole("tests/data/jobs/phase4_simulator.sh");
	assert_true(path_make_parent(script, &err));
	assert_true(path_write_file(script, simulator, strlen(simulator), &err));
	char *json = memory_format(
		"{\"version\": 1, \"name\": \"p\", \"tables\": [{\"name\": \"pcf\", \"job\": "
		"{\"executor\": \"command\", \"cwd\": \"%s\", \"argv\": [\"sh\", \"%s/" SCRIPT
		"\", \"--start-date\", \"{start}\", \"--end-date\", \"{end}\"], \"argv_dates\": "
		"[\"sh\", \"x\", \"--dates\", \"{dates}\"], \"external_log\": \"%s/pcf.log\", "
		"\"env\": {\"SIMULATE_STEP\": \"\"}}}]}",
		cwd, cwd, cwd);
	if (!pipeline_parse(json, strlen(json), "p.json", &site->pipeline, &err) ||
		!command_parse(site->pipeline, 0, &site->command, &err))
		fail_msg("%s", err.text);
	free(json);
	free(simulator);
	free(script);
}

static void close_site(struct site *site)
{
	found_processes_release(&site->found);
	command_free(site->command);
	pipeline_free(site->pipeline);
	free(site->cwd);
	yard_close(&site->yard);
}

static void scan(struct site *site, const struct process_identity *own, size_t own_count)
{
	struct error err;
	const struct command *commands[] = {NULL, site->command};
	struct process_search search = {
		.commands = commands, .command_count = 2, .own = own, .own_count = own_count};
	found_processes_release(&site->found);
	if (!process_scan(&search, &site->found, &err))
		fail_msg("%s", err.text);
}

/* What a user types at a shell, in the checkout; the job hangs in 2021-11-18. */
static pid_t type(const struct site *site, const char *before, const char *after)
{
	char *whole = memory_format("cd %s && export SIMULATE_HANG=2021-11-18 "
				    "SIMULATE_FAILED=2021-11-16 && %ssh %s/" SCRIPT " %s",
		site->cwd, before, site->cwd, after);
	char *argv[] = {(char *)"bash", (char *)"-c", whole, NULL};
	posix_spawn_file_actions_t actions;
	pid_t pid;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
	posix_spawnattr_t attributes;
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
	assert_int_equal(posix_spawnp(&pid, "bash", &actions, &attributes, argv, environ), 0);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	free(whole);
	return pid;
}

/* Until the scan finds one with such a log (both ends of a pipe do not start at once). */
static const struct found_process *await_found(struct site *site, enum process_log log)
{
	int64_t deadline = clock_monotonic_ms() + YARD_DEADLINE_MS;
	for (;;) {
		scan(site, NULL, 0);
		if (site->found.count == 1 && site->found.items[0].log == log)
			return &site->found.items[0];
		if (clock_monotonic_ms() > deadline)
			fail_msg("found %zu, log %d", site->found.count,
				site->found.count > 0 ? (int)site->found.items[0].log : -1);
		poll(NULL, 0, 5);
	}
}

static void end(pid_t shell)
{
	kill(-shell, SIGKILL);
}

static void check_found(const struct site *site, const struct found_process *job, pid_t shell)
{
	struct buffer words = {0};
	assert_int_equal(job->command, 1);
	assert_true(process_is_alive(job->identity));
	assert_int_equal(getpgid(job->identity.pid), shell);
	assert_true(clock_wall_ms() - job->started_ms < 2L * YARD_DEADLINE_MS);
	assert_true(clock_wall_ms() - job->started_ms > -2000);
	assert_string_equal(job->cwd, site->cwd);
	assert_true(job->dates.is_known);
	assert_int_equal(job->dates.range.first, date_of(2021, 11, 16));
	assert_int_equal(job->dates.range.last, date_of(2021, 11, 30));
	assert_false(job->is_supervised);
	found_process_describe(job, &words);
	assert_non_null(strstr(words.bytes, "outside this console, 2021-11-16..2021-11-30: sh /"));
	buffer_release(&words);
}

static void a_job_under_nohup_is_found_with_its_log(void **state)
{
	(void)state;
	struct site site;
	open_site(&site);
	char *log = path_join(site.cwd, "by_hand.log");
	pid_t shell = type(&site, "{ nohup ", DATES " > by_hand.log 2>&1 & } ; wait");
	const struct found_process *job = await_found(&site, PROCESS_LOG_OUTPUT);
	check_found(&site, job, shell);
	assert_string_equal(job->log_path, log);
	assert_false(job->log_is_deleted);
	end(shell);
	free(log);
	close_site(&site);
}

static void a_job_under_tee_is_found_with_the_file_of_the_tee(void **state)
{
	(void)state;
	struct site site;
	open_site(&site);
	char *log = path_join(site.cwd, "pcf_backfill.log");
	pid_t shell = type(&site, "", DATES " --no-resume 2>&1 | tee pcf_backfill.log");
	const struct found_process *job = await_found(&site, PROCESS_LOG_TEE);
	check_found(&site, job, shell);
	assert_string_equal(job->log_path, log);
	end(shell);
	free(log);
	close_site(&site);
}

static void a_log_two_pipes_away_is_found(void **state)
{
	(void)state;
	struct site site;
	open_site(&site);
	pid_t shell = type(&site, "", DATES " 2>&1 | cat | cat | tee far.log");
	const struct found_process *job = await_found(&site, PROCESS_LOG_TEE);
	check_found(&site, job, shell);
	assert_true(text_ends_with(job->log_path, "/far.log"));
	end(shell);
	close_site(&site);
}

/* A user who removes the log of a running job can still be shown it. */
static void a_log_whose_name_is_gone_can_still_be_read(void **state)
{
	(void)state;
	struct site site;
	open_site(&site);
	pid_t shell = type(&site, "", DATES " > gone.log 2>&1");
	await_found(&site, PROCESS_LOG_OUTPUT);
	char *log = path_join(site.cwd, "gone.log");
	struct buffer text = {0};
	struct error err;
	int64_t deadline = clock_monotonic_ms() + YARD_DEADLINE_MS;
	assert_int_equal(unlink(log), 0);
	const struct found_process *job = await_found(&site, PROCESS_LOG_OUTPUT);
	assert_true(job->log_is_deleted);
	while (strstr(buffer_text(&text), "Processing day 3/15") == NULL) {
		assert_true(clock_monotonic_ms() < deadline);
		buffer_clear(&text);
		assert_true(path_read_file(job->log_path, YARD_FILE_BYTES_MAX, &text, &err));
		poll(NULL, 0, 5);
	}
	end(shell);
	buffer_release(&text);
	free(log);
	close_site(&site);
}

static void without_a_file_the_configured_log_is_taken_if_it_is_there(void **state)
{
	(void)state;
	struct site site;
	struct error err;
	open_site(&site);
	pid_t shell = type(&site, "", DATES " >/dev/null 2>&1");
	await_found(&site, PROCESS_LOG_NONE);
	char *log = path_join(site.cwd, "pcf.log");
	assert_true(path_write_file(log, "x", 1, &err));
	const struct found_process *job = await_found(&site, PROCESS_LOG_CONFIGURED);
	assert_string_equal(job->log_path, log);
	end(shell);
	free(log);
	close_site(&site);
}

static void the_workers_of_a_job_are_not_told_apart_from_it(void **state)
{
	(void)state;
	struct site site;
	open_site(&site);
	/* the script forks a shell of the same command line, as a pool of processes does */
	char *script = path_join(site.cwd, SCRIPT);
	const char *pool = "( while :; do sleep 1000; done ) & ( while :; do sleep 1000; done ) & "
			   "echo pool up; wait\n";
	struct error err;
	assert_true(path_write_file(script, pool, strlen(pool), &err));
	pid_t shell = type(&site, "", DATES " > pool.log 2>&1");
	int64_t deadline = clock_monotonic_ms() + YARD_DEADLINE_MS;
	while (yard_count_processes(site.cwd) < 4) { /* bash, the job, two workers */
		assert_true(clock_monotonic_ms() < deadline);
		poll(NULL, 0, 5);
	}
	await_found(&site, PROCESS_LOG_OUTPUT);
	end(shell);
	free(script);
	close_site(&site);
}

static void our_own_runs_are_not_found_and_those_of_another_console_are(void **state)
{
	(void)state;
	struct site site;
	open_site(&site);
	char *script = path_join(site.cwd, SCRIPT);
	char *argv[] = {
		(char *)"sh", script, (char *)"--dates", (char *)"2021-11-23,2021-11-16", NULL};
	struct error err;
	setenv("SIMULATE_HANG", "2021-11-16", 1);
	site.yard.launch.environment = environ;
	assert_true(yard_try_command(&site.yard, "r", "pcf", argv, &err));
	unsetenv("SIMULATE_HANG");
	char *run = run_folder_of(site.yard.folder, "r");
	yard_await_log(run, "Processing day 2/2: 2021-11-16");
	struct run_evidence evidence = yard_look(run);
	struct process_identity own[] = {evidence.process.supervisor};
	scan(&site, own, 1); /* its child is below it */
	assert_int_equal(site.found.count, 0);
	own[0] = yard_child(run);
	scan(&site, own, 1);
	assert_int_equal(site.found.count, 0);
	own[0].start_ticks++; /* a recycled number is not ours */
	scan(&site, own, 1);
	assert_int_equal(site.found.count, 1);
	assert_true(site.found.items[0].is_supervised);
	assert_int_equal(site.found.items[0].dates.date_count, 2);
	assert_true(text_ends_with(site.found.items[0].log_path, "/runs/r/log"));
	yard_request(run, RUN_VERB_KILL);
	yard_await_end(run);
	scan(&site, NULL, 0);
	assert_int_equal(site.found.count, 0);
	free(run);
	free(script);
	close_site(&site);
}

static void hear_nothing(void *context, const struct log_fact *fact)
{
	(void)context;
	(void)fact;
}

static struct run_watch *watch_process(
	struct process_identity identity, const struct log_rules *rules)
{
	struct found_process process = {.identity = identity};
	struct log_listener listener = {NULL, hear_nothing, NULL};
	struct run_watch *watch;
	struct error err;
	if (!run_watch_open_outside(&process, rules, &listener, &watch, &err))
		fail_msg("%s", err.text);
	run_watch_step(watch, -1, 0);
	return watch;
}

/* The number was given away: the job has ended, and whoever has it now is left alone. */
static void a_recycled_number_is_neither_followed_nor_signalled(void **state)
{
	(void)state;
	struct site site;
	struct process_stat stat;
	struct log_rules *rules = log_rules_new();
	open_site(&site);
	pid_t shell = type(&site, "", DATES " > x.log 2>&1");
	assert_true(process_read_stat(shell, &stat));
	struct process_identity now = {shell, stat.start_ticks}, before = {shell, 1};
	struct run_watch *watch = watch_process(before, rules);
	assert_true(run_watch_is_over(watch));
	run_watch_kill(watch);
	run_watch_close(watch);
	assert_true(process_is_alive(now));
	watch = watch_process(now, rules);
	assert_false(run_watch_is_over(watch));
	run_watch_kill(watch);
	yard_await_process(now);
	int64_t deadline = clock_monotonic_ms() + YARD_DEADLINE_MS;
	while (!run_watch_is_over(watch) && clock_monotonic_ms() < deadline)
		run_watch_step(watch, -1, YARD_DEADLINE_MS);
	assert_true(run_watch_is_over(watch));
	run_watch_close(watch);
	end(shell);
	log_rules_free(rules);
	close_site(&site);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_job_under_nohup_is_found_with_its_log),
		cmocka_unit_test(a_job_under_tee_is_found_with_the_file_of_the_tee),
		cmocka_unit_test(a_log_two_pipes_away_is_found),
		cmocka_unit_test(a_log_whose_name_is_gone_can_still_be_read),
		cmocka_unit_test(without_a_file_the_configured_log_is_taken_if_it_is_there),
		cmocka_unit_test(the_workers_of_a_job_are_not_told_apart_from_it),
		cmocka_unit_test(a_recycled_number_is_neither_followed_nor_signalled),
		cmocka_unit_test(our_own_runs_are_not_found_and_those_of_another_console_are),
	};
	return RUN(tests);
}

/* What backcourt-supervise promises, shown on real processes. */
#include "tests/processes/support/yard.h"
#include "tests/test.h"

#include "base/path.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>

extern char **environ;

static void exit_statuses_are_kept(void **state)
{
	(void)state;
	static const int codes[] = {0, 1, 3, 137, 255};
	struct yard yard;
	yard_open(&yard);
	for (size_t i = 0; i < ARRAY_COUNT(codes); i++) {
		char *id = memory_format("exit-%d", codes[i]);
		char *script = memory_format("exit %d", codes[i]);
		char *run = yard_start(&yard, id, "pcf", script);
		struct run_evidence evidence = yard_await_end(run);
		assert_int_equal(run_judge(&evidence), RUN_STATE_FINISHED);
		assert_int_equal(evidence.status.outcome, RUN_EXITED);
		assert_int_equal(evidence.status.code, codes[i]);
		assert_int_equal(evidence.status.asked, RUN_ASKED_NOTHING);
		assert_true(evidence.status.ended_ms >= evidence.process.started_ms);
		assert_true(evidence.status.peak_kib > 0);
		free(id);
		free(script);
		free(run);
	}
	yard_close(&yard);
}

static void death_by_signal_is_told_apart_from_an_exit_status(void **state)
{
	(void)state;
	static const int signals[] = {SIGTERM, SIGKILL, SIGSEGV, SIGINT, SIGHUP};
	struct yard yard;
	yard_open(&yard);
	for (size_t i = 0; i < ARRAY_COUNT(signals); i++) {
		char *id = memory_format("signal-%d", signals[i]);
		char *script = memory_format("kill -%d $$", signals[i]);
		char *run = yard_start(&yard, id, "pcf", script);
		struct run_evidence evidence = yard_await_end(run);
		assert_int_equal(evidence.status.outcome, RUN_SIGNALLED);
		assert_int_equal(evidence.status.code, signals[i]);
		assert_int_equal(evidence.status.asked, RUN_ASKED_NOTHING);
		free(id);
		free(script);
		free(run);
	}
	yard_close(&yard);
}

static void both_outputs_reach_the_log_in_their_order(void **state)
{
	(void)state;
	struct yard yard;
	yard_open(&yard);
	char *environment[] = {
		(char *)"TOKEN=of the environment", (char *)"PATH=/usr/bin:/bin", NULL};
	yard.launch.environment = environment;
	char *run = yard_start(&yard, "r", "pcf",
		"pwd; echo one; echo two >&2; echo \"$TOKEN\"; cat; echo three >&2; printf last");
	yard_await_end(run);
	char *log = yard_read(run, RUN_FILE_LOG);
	assert_string_equal(log, "/tmp\none\ntwo\nof the environment\nthree\nlast");
	free(log);
	free(run);
	yard_close(&yard);
}

/* Whatever the console has open or blocked must not reach the job. */
static void a_job_inherits_nothing_but_its_log_and_its_locks(void **state)
{
	(void)state;
	struct yard yard;
	sigset_t all, before;
	yard_open(&yard);
	int forgotten = open("/dev/null", O_RDONLY);
	int far = fcntl(forgotten, F_DUPFD, 500);
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	signal(SIGPIPE, SIG_IGN);
	char *run = yard_start(&yard, "r", "pcf",
		"exec 2>/dev/null; grep -E 'Sig(Blk|Ign)' /proc/self/status; cd /proc/self/fd; "
		"for n in *; do echo fd $n; done");
	yard_await_end(run);
	signal(SIGPIPE, SIG_DFL);
	sigprocmask(SIG_SETMASK, &before, NULL);
	close(forgotten);
	close(far);
	char *log = yard_read(run, RUN_FILE_LOG);
	/* 3 is the folder that the shell reads for '*'; 32 and 33 belong to the C library */
	assert_string_equal(log, "SigBlk:\t0000000000000000\nSigIgn:\t0000000180000000\n"
				 "fd 0\nfd 1\nfd 2\nfd 20\nfd 21\nfd 3\n");
	free(log);
	free(run);
	yard_close(&yard);
}

static void what_cannot_start_says_so_at_once(void **state)
{
	(void)state;
	static const struct {
		const char *program, *cwd, *message;
	} cases[] = {
		{"/no/such/python", "/tmp", "cannot start /no/such/python in /tmp: No such file"},
		{"python-that-is-not-there", "/tmp", "No such file"},
		{"/etc/passwd", "/tmp", "Permission denied"},
		{"/bin/true", "/no/such/folder", "in /no/such/folder: No such file"},
		{"/tmp", "/tmp", "Permission denied"},
	};
	struct yard yard;
	yard_open(&yard);
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct error err = {0};
		char *argv[] = {(char *)cases[i].program, NULL};
		char *id = memory_format("r%zu", i);
		free(yard.about.cwd);
		yard.about.cwd = memory_copy_text(cases[i].cwd);
		assert_false(yard_try_command(&yard, id, "pcf", argv, &err));
		assert_int_equal(err.kind, ERROR_CONFIG);
		if (strstr(err.text, cases[i].message) == NULL)
			fail_msg("%s: %s", cases[i].program, err.text);
		char *run = run_folder_of(yard.folder, id);
		assert_int_equal(yard_state(run), RUN_STATE_NOT_STARTED);
		free(run);
		free(id);
	}
	yard_close(&yard);
}

static void a_job_that_ignores_sigterm_is_killed(void **state)
{
	(void)state;
	struct yard yard;
	yard_open(&yard);
	yard.launch.kill_after_ms = 200;
	char *run = yard_start(
		&yard, "r", "pcf", "trap '' TERM; echo deaf; while :; do sleep 1000; done");
	yard_await_log(run, "deaf\n");
	yard_request(run, RUN_VERB_TERMINATE);
	struct run_evidence evidence = yard_await_end(run);
	assert_int_equal(evidence.status.outcome, RUN_SIGNALLED);
	assert_int_equal(evidence.status.code, SIGKILL);
	assert_int_equal(evidence.status.asked, RUN_ASKED_TERMINATE);
	free(run);
	yard_close(&yard);
}

static void stop_lets_the_job_finish_in_its_own_time(void **state)
{
	(void)state;
	struct yard yard;
	yard_open(&yard);
	yard.launch.kill_after_ms = 1; /* must not matter */
	char *run = yard_start(&yard, "r", "pcf",
		"trap 'echo asked; stop=1' TERM; echo ready; "
		"while [ -z $stop ]; do sleep 0.05; done; sleep 0.3; echo finished; exit 7");
	yard_await_log(run, "ready\n");
	yard_request(run, RUN_VERB_STOP);
	struct run_evidence evidence = yard_await_end(run);
	char *log = yard_read(run, RUN_FILE_LOG);
	assert_non_null(strstr(log, "asked\nfinished\n"));
	assert_int_equal(evidence.status.outcome, RUN_EXITED);
	assert_int_equal(evidence.status.code, 7);
	assert_int_equal(evidence.status.asked, RUN_ASKED_STOP);
	free(log);
	free(run);
	yard_close(&yard);
}

static void the_signal_that_asks_can_be_chosen(void **state)
{
	(void)state;
	struct yard yard;
	yard_open(&yard);
	yard.launch.stop_signal = SIGINT;
	char *run = yard_start(&yard, "r", "pcf",
		"trap '' TERM; trap 'echo interrupted; exit 5' INT; echo ready; "
		"while :; do sleep 0.05; done");
	yard_await_log(run, "ready\n");
	yard_request(run, RUN_VERB_TERMINATE);
	struct run_evidence evidence = yard_await_end(run);
	assert_int_equal(evidence.status.code, 5);
	free(run);
	yard_close(&yard);
}

/* setsid and a parent that is gone: out of the group, out of the session, nobody's child. */
static char *daemon_script(const char *trap, const char *name, const char *then)
{
	return memory_format("(setsid sh -c '%s echo up; while :; do sleep 0.2; done; : %s' &); %s",
		trap, name, then);
}

static void a_kill_reaches_daemonised_grandchildren(void **state)
{
	(void)state;
	struct yard yard;
	yard_open(&yard);
	char *script = daemon_script(
		"trap \"\" TERM HUP INT;", "grandchild-one", "while :; do sleep 1000; done");
	char *run = yard_start(&yard, "r", "pcf", script);
	yard_await_log(run, "up\n");
	assert_true(
		yard_count_processes("grandchild-one") >= 2); /* the job, its shell, the daemon */
	yard_request(run, RUN_VERB_KILL);
	struct run_evidence evidence = yard_await_end(run);
	assert_int_equal(evidence.status.code, SIGKILL);
	assert_int_equal(evidence.status.asked, RUN_ASKED_KILL);
	assert_int_equal(yard_count_processes("grandchild-one"), 0);
	free(script);
	free(run);
	yard_close(&yard);
}

/* Every process lives for a moment, starts the next one as a daemon, and ignores what it can. */
static void a_kill_ends_processes_that_keep_starting_each_other(void **state)
{
	(void)state;
	struct yard yard;
	yard_open(&yard);
	char *hydra = path_join(yard.folder, "hydra");
	char *text = memory_format("trap '' TERM HUP INT\necho head\n(setsid sh %s &)\n"
				   "(setsid sleep 1000 &)\nsleep 0.03\n",
		hydra);
	struct error err;
	assert_true(path_write_file(hydra, text, strlen(text), &err));
	char *script = memory_format("sh %s; sleep 1000", hydra);
	char *run = yard_start(&yard, "r", "pcf", script);
	yard_await_log(run, "head\nhead\nhead\nhead\nhead\nhead\nhead\nhead\nhead\nhead\n");
	yard_request(run, RUN_VERB_KILL);
	struct run_evidence evidence = yard_await_end(run);
	assert_int_equal(evidence.status.asked, RUN_ASKED_KILL);
	assert_int_equal(yard_count_processes(hydra), 0);
	free(run);
	free(script);
	free(text);
	free(hydra);
	yard_close(&yard);
}

/* Something stands where the status belongs; it is written as soon as the place is free. */
static void a_status_that_cannot_be_written_is_kept_and_tried_again(void **state)
{
	(void)state;
	struct yard yard;
	yard_open(&yard);
	char *script = memory_format("mkdir %s/runs/r/status && touch %s/runs/r/status/x; exit 3",
		yard.folder, yard.folder);
	char *run = yard_start(&yard, "r", "pcf", script);
	struct run_evidence evidence = yard_look(run);
	yard_await_process(evidence.process.child);
	assert_int_equal(yard_state(run), RUN_STATE_RUNNING); /* ended, but nobody can say how */
	char *folder = path_join(run, RUN_FILE_STATUS), *file = path_join(folder, "x");
	while (unlink(file) != 0 || rmdir(folder) != 0)
		poll(NULL, 0, 1);
	evidence = yard_await_end(run);
	assert_int_equal(run_judge(&evidence), RUN_STATE_FINISHED);
	assert_int_equal(evidence.status.code, 3);
	free(file);
	free(folder);
	free(run);
	free(script);
	yard_close(&yard);
}

static void what_a_job_leaves_behind_ends_with_it_and_holds_the_table_till_then(void **state)
{
	(void)state;
	struct yard yard;
	char holder[LOCK_HOLDER_BYTES];
	yard_open(&yard);
	yard.launch.kill_after_ms = 3000; /* by then it was seen */
	char *script = daemon_script("trap \"\" TERM HUP;", "left-behind", "sleep 0.3; exit 4");
	char *run = yard_start(&yard, "r", "pcf", script);
	yard_await_log(run, "up\n");
	struct run_evidence evidence = yard_look(run);
	yard_await_process(evidence.process.child);
	while (!(evidence = yard_look(run)).has_status)
		poll(NULL, 0, 1);
	assert_int_equal(run_judge(&evidence), RUN_STATE_ENDING);
	assert_int_equal(evidence.status.code, 4);
	assert_true(table_lock_is_held(yard.folder, "pcf", holder));
	evidence = yard_await_end(run);
	assert_int_equal(run_judge(&evidence), RUN_STATE_FINISHED);
	assert_int_equal(yard_count_processes("left-behind"), 0);
	assert_false(table_lock_is_held(yard.folder, "pcf", holder));
	free(script);
	free(run);
	yard_close(&yard);
}

static void a_timeout_ends_the_job_and_is_named(void **state)
{
	(void)state;
	struct yard yard;
	yard_open(&yard);
	yard.about.timeout_ms = 300;
	char *run = yard_start(&yard, "r", "pcf", "sleep 1000");
	struct run_evidence evidence = yard_await_end(run);
	assert_int_equal(evidence.status.code, SIGTERM);
	assert_int_equal(evidence.status.asked, RUN_ASKED_TIMEOUT);
	free(run);
	yard_close(&yard);
}

static char state_of(pid_t pid)
{
	struct process_stat stat;
	assert_true(process_read_stat(pid, &stat));
	return stat.state;
}

static void await_state(pid_t pid, char wanted)
{
	int tries = YARD_DEADLINE_MS;
	while (state_of(pid) != wanted && tries-- > 0)
		poll(NULL, 0, 1);
	assert_int_equal(state_of(pid), wanted);
}

static void a_frozen_job_does_not_use_up_its_time(void **state)
{
	(void)state;
	struct yard yard;
	yard_open(&yard);
	yard.about.timeout_ms = 8000; /* by then it is frozen */
	char *run = yard_start(&yard, "r", "pcf", "echo up; exec sleep 1000");
	yard_await_log(run, "up\n");
	yard_request(run, RUN_VERB_FREEZE);
	int child = process_open(yard_child(run));
	struct pollfd end = {.fd = child, .events = POLLIN};
	await_state(yard_child(run).pid, 'T');
	assert_int_equal(poll(&end, 1, 8500), 0); /* more than its time, and it lives */
	yard_request(run, RUN_VERB_CONTINUE);
	struct run_evidence evidence = yard_await_end(run);
	assert_int_equal(evidence.status.asked, RUN_ASKED_TIMEOUT);
	close(child);
	free(run);
	yard_close(&yard);
}

static void a_frozen_job_can_be_terminated(void **state)
{
	(void)state;
	struct yard yard;
	yard_open(&yard);
	char *run = yard_start(&yard, "r", "pcf", "echo up; exec sleep 1000");
	yard_await_log(run, "up\n");
	yard_request(run, RUN_VERB_FREEZE);
	await_state(yard_child(run).pid, 'T');
	yard_request(run, RUN_VERB_TERMINATE);
	struct run_evidence evidence = yard_await_end(run);
	assert_int_equal(evidence.status.code, SIGTERM);
	free(run);
	yard_close(&yard);
}

static void hangups_and_interrupts_do_not_reach_the_supervisor(void **state)
{
	(void)state;
	static const int ignored[] = {SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGUSR1, SIGALRM, SIGXFSZ};
	struct yard yard;
	yard_open(&yard);
	char *go = path_join(yard.folder, "go");
	char *script = memory_format("echo up; while [ ! -e %s ]; do sleep 0.05; done; exit 9", go);
	char *run = yard_start(&yard, "r", "pcf", script);
	struct error err;
	yard_await_log(run, "up\n");
	struct run_evidence evidence = yard_look(run);
	for (size_t i = 0; i < ARRAY_COUNT(ignored); i++)
		yard_signal(evidence.process.supervisor, ignored[i]);
	assert_true(path_write_file(go, "", 0, &err));
	evidence = yard_await_end(run);
	assert_int_equal(evidence.status.outcome, RUN_EXITED);
	assert_int_equal(evidence.status.code, 9);
	free(run);
	free(script);
	free(go);
	yard_close(&yard);
}

/* A shutdown sends it to everybody. */
static void sigterm_to_the_supervisor_ends_the_job_and_is_written_down(void **state)
{
	(void)state;
	struct yard yard;
	yard_open(&yard);
	char *run = yard_start(&yard, "r", "pcf", "echo up; exec sleep 1000");
	yard_await_log(run, "up\n");
	yard_signal(yard_look(run).process.supervisor, SIGTERM);
	struct run_evidence evidence = yard_await_end(run);
	assert_int_equal(evidence.status.code, SIGTERM);
	assert_int_equal(evidence.status.asked, RUN_ASKED_SIGNAL);
	free(run);
	yard_close(&yard);
}

/* Nobody will ever look for its status: it does not stay to try again and again. */
static void a_supervisor_whose_folder_was_removed_ends_with_its_job(void **state)
{
	(void)state;
	struct yard yard;
	struct error err;
	yard_open(&yard);
	char *go = path_join(yard.folder, "go");
	char *script = memory_format("echo up; while [ ! -e %s ]; do sleep 0.05; done", go);
	char *run = yard_start(&yard, "r", "pcf", script);
	yard_await_log(run, "up\n");
	struct process_identity child = yard_child(run);
	struct process_identity supervisor = yard_look(run).process.supervisor;
	char *argv[] = {(char *)"rm", (char *)"-r", run, NULL};
	pid_t remover;
	assert_int_equal(posix_spawnp(&remover, "rm", NULL, NULL, argv, environ), 0);
	assert_int_equal(waitpid(remover, NULL, 0), remover);
	assert_true(process_is_alive(child));
	assert_true(path_write_file(go, "", 0, &err));
	yard_await_process(supervisor);
	free(run);
	free(script);
	free(go);
	yard_close(&yard);
}

/* Here the status cannot be put in its place, as on a full disk. */
static void a_status_that_cannot_be_written_is_given_up_at_a_shutdown(void **state)
{
	(void)state;
	struct yard yard;
	yard_open(&yard);
	char *run = yard_start(&yard, "r", "pcf", "echo up; exec sleep 1000");
	char *status = path_join(run, RUN_FILE_STATUS);
	yard_await_log(run, "up\n");
	struct process_identity child = yard_child(run);
	struct process_identity supervisor = yard_look(run).process.supervisor;
	assert_int_equal(mkdir(status, 0700), 0);
	yard_signal(child, SIGKILL);
	yard_await_process(child);
	assert_true(process_is_alive(supervisor)); /* it tries again */
	yard_signal(supervisor, SIGTERM);
	yard_await_process(supervisor);
	assert_int_equal(yard_state(run), RUN_STATE_LOST);
	free(status);
	free(run);
	yard_close(&yard);
}

static void append_raw(const char *run, const char *bytes, size_t length)
{
	char *path = path_join(run, RUN_FILE_CONTROL);
	int file = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
	assert_true(file >= 0);
	assert_int_equal(write(file, bytes, length), length);
	close(file);
	free(path);
}

static void rubbish_in_control_is_passed_over_and_requests_in_pieces_are_obeyed(void **state)
{
	(void)state;
	struct yard yard;
	char rubbish[3 * RUN_TEXT_BYTES_MAX];
	yard_open(&yard);
	char *run = yard_start(&yard, "r", "pcf", "echo up; exec sleep 1000");
	yard_await_log(run, "up\n");
	memset(rubbish, 'k', sizeof(rubbish));
	append_raw(run, rubbish, sizeof(rubbish));
	append_raw(run, "\nkill\0kill\nterminat\nKILL\n kill\nkillall\n\n\n", 41);
	append_raw(run, "kill ", 5); /* a request of more than a line is none */
	append_raw(run, rubbish, RUN_CONTROL_LINE_MAX - 4);
	append_raw(run, "\n", 1);
	append_raw(run, rubbish, RUN_TEXT_BYTES_MAX); /* nor is what ends a line of any length */
	append_raw(run, "kill\nfreeze now\n", 16);
	await_state(yard_child(run).pid, 'T'); /* everything before was read */
	append_raw(run, "cont", 4);
	append_raw(run, "inue\nter", 8);
	await_state(yard_child(run).pid, 'S');
	append_raw(run, "minate because\n", 15);
	struct run_evidence evidence = yard_await_end(run);
	assert_int_equal(evidence.status.code, SIGTERM);
	assert_int_equal(evidence.status.asked, RUN_ASKED_TERMINATE);
	free(run);
	yard_close(&yard);
}

static void a_flood_reaches_the_log_whole(void **state)
{
	(void)state;
	struct yard yard;
	yard_open(&yard);
	char *run = yard_start(&yard, "r", "pcf",
		"yes 'INFO:__main__:Processing day 1/15: 2021-11-16' | head -c 200000000");
	struct run_evidence evidence = yard_await_end(run);
	assert_int_equal(evidence.log_bytes, 200000000);
	free(run);
	yard_close(&yard);
}

static void a_job_past_its_file_size_limit_is_told_by_its_signal(void **state)
{
	(void)state;
	struct yard yard;
	yard_open(&yard);
	char *run = yard_start(&yard, "r", "pcf", "ulimit -f 16; exec yes");
	struct run_evidence evidence = yard_await_end(run);
	assert_int_equal(evidence.status.outcome, RUN_SIGNALLED);
	assert_int_equal(evidence.status.code, SIGXFSZ);
	free(run);
	yard_close(&yard);
}

static void a_supervisor_that_may_not_write_starts_nothing(void **state)
{
	(void)state;
	struct yard yard;
	struct error err = {0};
	yard_open(&yard);
	char *evidence_of_life = path_join(yard.folder, "alive");
	char *script = memory_format("echo x > %s", evidence_of_life);
	char *argv[] = {(char *)"/bin/sh", (char *)"-c", script, NULL};
	char *wrapper = memory_format("%s/small", yard.folder);
	char *text = memory_format("#!/bin/sh\nulimit -f 0\nexec \"%s\" \"$@\"\n", yard.supervisor);
	assert_true(path_write_file(wrapper, text, strlen(text), &err));
	assert_int_equal(chmod(wrapper, 0700), 0);
	yard.launch.supervisor = wrapper;
	assert_false(yard_try_command(&yard, "r", "pcf", argv, &err));
	assert_int_equal(err.kind, ERROR_SYSTEM);
	assert_false(path_exists(evidence_of_life));
	char *run = run_folder_of(yard.folder, "r");
	assert_int_equal(yard_state(run), RUN_STATE_NOT_STARTED);
	free(run);
	free(text);
	free(wrapper);
	free(script);
	free(evidence_of_life);
	yard_close(&yard);
}

static void a_folder_serves_one_run_only(void **state)
{
	(void)state;
	struct yard yard;
	yard_open(&yard);
	char *run = yard_start(&yard, "r", "pcf", "exit 6");
	yard_await_end(run);
	char *again = memory_format("\"%s\" \"%s\" -- /bin/true", yard.supervisor, run);
	char *other = yard_start(&yard, "s", "pcf", again);
	struct run_evidence evidence = yard_await_end(other);
	assert_int_equal(evidence.status.code, RUN_SUPERVISOR_NOT_WRITABLE);
	assert_int_equal(yard_look(run).status.code, 6);
	free(again);
	free(other);
	free(run);
	yard_close(&yard);
}

static void bad_options_are_refused(void **state)
{
	(void)state;
	static const char *const options[] = {"", "--", "--cwd relative -- true",
		"--nice 20 -- true", "--nice x -- true", "--timeout-ms -1 -- true",
		"--what 1 -- true", "--nice 1", "--stop-signal 0 -- true"};
	struct yard yard;
	yard_open(&yard);
	for (size_t i = 0; i < ARRAY_COUNT(options); i++) {
		char *id = memory_format("r%zu", i);
		char *script = memory_format("mkdir -p \"%s/x\"; \"%s\" \"%s/x\" %s", yard.folder,
			yard.supervisor, yard.folder, options[i]);
		char *run = yard_start(&yard, id, "pcf", script);
		struct run_evidence evidence = yard_await_end(run);
		if (evidence.status.code != RUN_SUPERVISOR_USAGE)
			fail_msg("'%s' gave %d", options[i], evidence.status.code);
		free(run);
		free(script);
		free(id);
	}
	yard_close(&yard);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(exit_statuses_are_kept),
		cmocka_unit_test(death_by_signal_is_told_apart_from_an_exit_status),
		cmocka_unit_test(both_outputs_reach_the_log_in_their_order),
		cmocka_unit_test(a_job_inherits_nothing_but_its_log_and_its_locks),
		cmocka_unit_test(what_cannot_start_says_so_at_once),
		cmocka_unit_test(a_job_that_ignores_sigterm_is_killed),
		cmocka_unit_test(stop_lets_the_job_finish_in_its_own_time),
		cmocka_unit_test(the_signal_that_asks_can_be_chosen),
		cmocka_unit_test(a_kill_reaches_daemonised_grandchildren),
		cmocka_unit_test(
			what_a_job_leaves_behind_ends_with_it_and_holds_the_table_till_then),
		cmocka_unit_test(a_kill_ends_processes_that_keep_starting_each_other),
		cmocka_unit_test(a_status_that_cannot_be_written_is_kept_and_tried_again),
		cmocka_unit_test(a_timeout_ends_the_job_and_is_named),
		cmocka_unit_test(a_frozen_job_does_not_use_up_its_time),
		cmocka_unit_test(a_frozen_job_can_be_terminated),
		cmocka_unit_test(hangups_and_interrupts_do_not_reach_the_supervisor),
		cmocka_unit_test(sigterm_to_the_supervisor_ends_the_job_and_is_written_down),
		cmocka_unit_test(a_supervisor_whose_folder_was_removed_ends_with_its_job),
		cmocka_unit_test(a_status_that_cannot_be_written_is_given_up_at_a_shutdown),
		cmocka_unit_test(
			rubbish_in_control_is_passed_over_and_requests_in_pieces_are_obeyed),
		cmocka_unit_test(a_flood_reaches_the_log_whole),
		cmocka_unit_test(a_job_past_its_file_size_limit_is_told_by_its_signal),
		cmocka_unit_test(a_supervisor_that_may_not_write_starts_nothing),
		cmocka_unit_test(a_folder_serves_one_run_only),
		cmocka_unit_test(bad_options_are_refused),
	};
	return RUN(tests);
}

/* The console, its terminal and the supervisor die at any moment: no run is lost or made up. */
#include "tests/processes/support/yard.h"
#include "tests/test.h"

#include "base/clock.h"
#include "base/path.h"

#include <dirent.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>

#define DEATHS	       100
#define RUNS_PER_DEATH 4

/* A console that starts one job after the other, until it is killed. */
static void be_a_console(struct yard *yard, int death, const char *marks)
{
	for (int i = 0; i < RUNS_PER_DEATH; i++) {
		struct error err;
		char *id = memory_format("d%02d-%d", death, i);
		char *table = memory_format("t%d", i);
		char *script = memory_format("echo %s >> %s; exit 5", id, marks);
		yard_try(yard, id, table, script, &err);
	}
	_exit(0);
}

static int count_marks(const char *marks, const char *id)
{
	struct buffer text = {0};
	char *line = memory_format("%s\n", id);
	int count = 0;
	path_read_file(marks, YARD_FILE_BYTES_MAX, &text, NULL);
	for (const char *at = buffer_text(&text); (at = strstr(at, line)) != NULL; at++)
		count++;
	free(line);
	buffer_release(&text);
	return count;
}

/* The start may still be under way when the console is gone: its lock tells when it is over. */
static struct run_evidence await_rest(const char *run)
{
	int64_t deadline = clock_monotonic_ms() + YARD_DEADLINE_MS;
	struct run_evidence evidence = yard_look(run);
	while ((evidence.is_locked || evidence.is_supervisor_alive) &&
		clock_monotonic_ms() < deadline) {
		poll(NULL, 0, 1);
		evidence = yard_look(run);
	}
	return evidence;
}

static void check_run(struct yard *yard, const char *id, const char *marks, int counts[])
{
	char *run = run_folder_of(yard->folder, id);
	if (!path_exists(run)) {
		assert_int_equal(count_marks(marks, id), 0); /* no folder: nothing ran */
		free(run);
		return;
	}
	struct run_evidence evidence = await_rest(run);
	enum run_state state = run_judge(&evidence);
	counts[state]++;
	switch (state) {
	case RUN_STATE_FINISHED:
		assert_int_equal(evidence.status.code, 5);
		assert_int_equal(count_marks(marks, id), 1);
		break;
	case RUN_STATE_NOT_STARTED:
		assert_int_equal(count_marks(marks, id), 0);
		break;
	case RUN_STATE_RUNNING:
	case RUN_STATE_ENDING:
	case RUN_STATE_UNATTENDED:
	case RUN_STATE_LOST:
		fail_msg("%s is %s", id, run_state_word(state));
	}
	free(run);
}

static void a_console_killed_at_any_moment_loses_no_run_and_starts_none_twice(void **state)
{
	(void)state;
	struct yard yard;
	int counts[RUN_STATE_LOST + 1] = {0};
	yard_open(&yard);
	char *marks = path_join(yard.folder, "marks");
	for (int death = 0; death < DEATHS; death++) {
		struct timespec moment = {.tv_nsec = (long)death * 1000000};
		pid_t console = fork();
		if (console == 0)
			be_a_console(&yard, death, marks);
		/* The last one comes to its end: however slow the machine, something has run. */
		if (death < DEATHS - 1) {
			nanosleep(&moment, NULL); /* the random point, not a wait for anything */
			kill(console, SIGKILL);
		}
		assert_int_equal(waitpid(console, NULL, 0), console);
	}
	for (int death = 0; death < DEATHS; death++)
		for (int i = 0; i < RUNS_PER_DEATH; i++) {
			char *id = memory_format("d%02d-%d", death, i);
			check_run(&yard, id, marks, counts);
			free(id);
		}
	print_message("# %d finished, %d not started, of %d deaths\n", counts[RUN_STATE_FINISHED],
		counts[RUN_STATE_NOT_STARTED], DEATHS);
	assert_true(counts[RUN_STATE_FINISHED] > 0);
	free(marks);
	yard_close(&yard);
}

static bool is_supervisor_of(const char *pid, const char *folder)
{
	struct buffer line = {0};
	char *path = memory_format("/proc/%s/cmdline", pid);
	bool is = path_read_file(path, YARD_FILE_BYTES_MAX, &line, NULL) && line.length > 0 &&
		  text_ends_with(line.bytes, "backcourt-supervise") &&
		  memmem(line.bytes, line.length, folder, strlen(folder)) != NULL;
	buffer_release(&line);
	free(path);
	return is;
}

static void kill_supervisors(const char *folder)
{
	DIR *all = opendir("/proc");
	assert_non_null(all);
	for (struct dirent *entry = readdir(all); entry != NULL; entry = readdir(all))
		if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9' &&
			is_supervisor_of(entry->d_name, folder))
			kill((pid_t)strtol(entry->d_name, NULL, 10), SIGKILL);
	closedir(all);
}

/* What ran is finished or lost, what is said never to have started did not run, all once. */
static void a_supervisor_killed_at_any_moment_never_makes_a_success(void **state)
{
	(void)state;
	struct yard yard;
	int counts[RUN_STATE_LOST + 1] = {0};
	yard_open(&yard);
	char *marks = path_join(yard.folder, "marks");
	for (int death = 0; death < DEATHS; death++) {
		struct timespec moment = {.tv_nsec = (long)death * 300000};
		char *id = memory_format("s%02d", death);
		char *script = memory_format("echo %s >> %s; exit 5", id, marks);
		pid_t console = fork();
		struct error err;
		if (console == 0)
			_exit(yard_try(&yard, id, "pcf", script, &err) ? 0 : 1);
		nanosleep(&moment, NULL); /* the random point, not a wait for anything */
		kill_supervisors(yard.folder);
		assert_int_equal(waitpid(console, NULL, 0), console);
		char *run = run_folder_of(yard.folder, id);
		struct run_evidence evidence = await_rest(run);
		enum run_state judged = run_judge(&evidence);
		int mark_count = count_marks(marks, id);
		counts[judged]++;
		assert_true(mark_count <= 1);
		if (judged == RUN_STATE_FINISHED)
			assert_true(mark_count == 1 && evidence.status.code == 5);
		else if (judged == RUN_STATE_NOT_STARTED)
			assert_int_equal(mark_count, 0);
		else
			assert_int_equal(judged, RUN_STATE_LOST);
		free(run);
		free(script);
		free(id);
	}
	print_message("# %d finished, %d not started, %d lost, of %d deaths\n",
		counts[RUN_STATE_FINISHED], counts[RUN_STATE_NOT_STARTED], counts[RUN_STATE_LOST],
		DEATHS);
	free(marks);
	yard_close(&yard);
}

static void the_supervisor_of_a_dead_console_goes_on(void **state)
{
	(void)state;
	struct yard yard;
	struct error err;
	yard_open(&yard);
	char *go = path_join(yard.folder, "go");
	char *script = memory_format(
		"echo up; while [ ! -e %s ]; do sleep 0.05; done; echo went on; exit 8", go);
	pid_t console = fork();
	if (console == 0)
		_exit(yard_try(&yard, "r", "pcf", script, &err) ? 0 : 1);
	int ended;
	assert_int_equal(waitpid(console, &ended, 0), console);
	assert_int_equal(ended, 0);
	char *run = run_folder_of(yard.folder, "r");
	yard_await_log(run, "up\n");
	assert_int_equal(yard_state(run), RUN_STATE_RUNNING);
	assert_true(path_write_file(go, "", 0, &err));
	struct run_evidence evidence = yard_await_end(run);
	char *log = yard_read(run, RUN_FILE_LOG);
	assert_string_equal(log, "up\nwent on\n");
	assert_int_equal(evidence.status.code, 8);
	free(log);
	free(run);
	free(script);
	free(go);
	yard_close(&yard);
}

/* The console in a terminal of its own; closing it sends SIGHUP to everything that lives there. */
static void a_closed_terminal_does_not_end_the_job(void **state)
{
	(void)state;
	struct yard yard;
	struct error err;
	int terminal, ended;
	yard_open(&yard);
	char *go = path_join(yard.folder, "go");
	char *script = memory_format(
		"echo up; while [ ! -e %s ]; do sleep 0.05; done; [ -t 0 ] || echo no terminal; "
		"exit 8",
		go);
	pid_t console = forkpty(&terminal, NULL, NULL, NULL);
	if (console == 0) {
		yard_try(&yard, "r", "pcf", script, &err);
		for (;;)
			pause();
	}
	char *run = run_folder_of(yard.folder, "r");
	while (!path_exists(run))
		poll(NULL, 0, 1);
	yard_await_log(run, "up\n");
	close(terminal);
	assert_int_equal(waitpid(console, &ended, 0), console);
	assert_true(WIFSIGNALED(ended) && WTERMSIG(ended) == SIGHUP); /* the console is gone */
	assert_int_equal(yard_state(run), RUN_STATE_RUNNING);
	assert_true(path_write_file(go, "", 0, &err));
	struct run_evidence evidence = yard_await_end(run);
	char *log = yard_read(run, RUN_FILE_LOG);
	assert_string_equal(log, "up\nno terminal\n");
	assert_int_equal(evidence.status.code, 8);
	free(log);
	free(run);
	free(script);
	free(go);
	yard_close(&yard);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_console_killed_at_any_moment_loses_no_run_and_starts_none_twice),
		cmocka_unit_test(a_supervisor_killed_at_any_moment_never_makes_a_success),
		cmocka_unit_test(the_supervisor_of_a_dead_console_goes_on),
		cmocka_unit_test(a_closed_terminal_does_not_end_the_job),
	};
	return RUN(tests);
}

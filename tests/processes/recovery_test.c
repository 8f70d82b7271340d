/* What is known of a run after whoever started or supervised it is gone. */
#include "tests/processes/support/yard.h"
#include "tests/test.h"

#include "base/clock.h"
#include "base/path.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

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

/* --- the console dies at any moment ----------------------------------------------------------- */

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
		nanosleep(&moment, NULL); /* the random point, not a wait for anything */
		kill(console, SIGKILL);
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

/* --- and so does the supervisor --------------------------------------------------------------- */

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

/* --- old folders ------------------------------------------------------------------------------ */

static void make_older(const char *run, int64_t by_ms)
{
	char *about = path_join(run, RUN_FILE_ABOUT);
	int64_t then_ms = clock_wall_ms() - by_ms;
	struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}, {.tv_sec = then_ms / 1000}};
	assert_int_equal(utimensat(AT_FDCWD, about, times, 0), 0);
	free(about);
}

static void old_runs_are_removed_and_those_that_live_are_not(void **state)
{
	(void)state;
	static const int64_t day_ms = 86400000;
	struct yard yard;
	struct error err;
	struct run_list list = {0};
	size_t removed;
	yard_open(&yard);
	char *alive = yard_start(&yard, "alive", "pcf", "exec sleep 1000");
	make_older(alive, 100 * day_ms);
	for (int i = 0; i < 6; i++) {
		char *id = memory_format("r%d", i);
		char *run = yard_start(&yard, id, "mlfs", "echo x");
		yard_await_end(run);
		make_older(run, 10 * day_ms * i);
		free(run);
		free(id);
	}
	struct run_keep keep = {.now_ms = clock_wall_ms(), .age_ms = 45 * day_ms, .count = 4};
	assert_true(run_folder_prune(yard.folder, &keep, &removed, &err));
	assert_int_equal(removed, 2); /* r5 by age, r4 by count */
	assert_true(run_folder_list(yard.folder, &list, &err));
	assert_int_equal(list.count, 5);
	assert_string_equal(list.ids[0], "r0");
	assert_string_equal(list.ids[3], "r3");
	assert_string_equal(list.ids[4], "alive");
	assert_int_equal(yard_state(alive), RUN_STATE_RUNNING);
	run_list_release(&list);
	yard_request(alive, RUN_VERB_KILL);
	yard_await_end(alive);
	keep.count = 0;
	assert_true(run_folder_prune(yard.folder, &keep, &removed, &err));
	assert_int_equal(removed, 5);
	assert_true(run_folder_list(yard.folder, &list, &err));
	assert_int_equal(list.count, 0);
	run_list_release(&list);
	free(alive);
	yard_close(&yard);
}

static void what_a_dying_console_left_half_made_is_swept(void **state)
{
	(void)state;
	struct yard yard;
	struct error err;
	size_t removed;
	yard_open(&yard);
	char *half = memory_format("%s/runs/.new-abcdef", yard.folder);
	char *foreign = memory_format("%s/runs/notes", yard.folder);
	char *note = path_join(foreign, "note.txt");
	assert_true(path_make_folder(half, &err) && path_make_folder(foreign, &err));
	assert_true(path_write_file(note, "mine", 4, &err));
	struct timespec long_ago[2] = {{.tv_sec = 1}, {.tv_sec = 1}};
	assert_int_equal(utimensat(AT_FDCWD, half, long_ago, 0), 0);
	struct run_keep keep = {.now_ms = clock_wall_ms()};
	assert_true(run_folder_prune(yard.folder, &keep, &removed, &err));
	assert_false(path_exists(half));
	free(note);
	free(foreign);
	free(half);
	yard_close(&yard);
}

static void too_little_space_refuses_a_start(void **state)
{
	(void)state;
	struct yard yard;
	struct error err = {0};
	yard_open(&yard);
	yard.launch.free_bytes_min = INT64_MAX;
	assert_false(yard_try(&yard, "r", "pcf", "exit 0", &err));
	assert_int_equal(err.kind, ERROR_LIMIT);
	assert_non_null(strstr(err.text, "too little space"));
	char *run = run_folder_of(yard.folder, "r");
	assert_false(path_exists(run));
	free(run);
	yard_close(&yard);
}

static void a_supervisor_that_is_not_there_is_named(void **state)
{
	(void)state;
	struct yard yard;
	struct error err = {0};
	char *path;
	yard_open(&yard);
	assert_false(launch_find_supervisor("/no/such/supervisor", &path, &err));
	assert_non_null(strstr(err.text, "/no/such/supervisor: No such file"));
	yard.launch.supervisor = "/no/such/supervisor";
	assert_false(yard_try(&yard, "r", "pcf", "exit 0", &err));
	char *run = run_folder_of(yard.folder, "r");
	assert_false(path_exists(run));
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
		cmocka_unit_test(a_console_killed_at_any_moment_loses_no_run_and_starts_none_twice),
		cmocka_unit_test(a_supervisor_killed_at_any_moment_never_makes_a_success),
		cmocka_unit_test(the_supervisor_of_a_dead_console_goes_on),
		cmocka_unit_test(a_closed_terminal_does_not_end_the_job),
		cmocka_unit_test(old_runs_are_removed_and_those_that_live_are_not),
		cmocka_unit_test(what_a_dying_console_left_half_made_is_swept),
		cmocka_unit_test(too_little_space_refuses_a_start),
		cmocka_unit_test(a_supervisor_that_is_not_there_is_named),
		cmocka_unit_test(a_log_past_its_limit_is_said),
	};
	return RUN(tests);
}

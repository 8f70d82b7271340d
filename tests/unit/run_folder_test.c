/* The pure parts of run folders: what the files mean, and what the evidence amounts to. */
#include "tests/test.h"

#include "jobs/run_folder.h"

#include <poll.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define STATUS                                                                                  \
	"outcome signalled\ncode 9\nasked kill\nended_ms 1637070000000\nuser_ms 12\nsystem_ms " \
	"3\npeak_kib 2048\nreason \nend\n"
#define PROCESS                                                                                \
	"supervisor 4711 86400\nchild 4712 86401\nboot a3f3e1e3-504c-41c9-b4fa-207b508489c3\n" \
	"started_ms 1637060000000\nend\n"

static void a_status_is_read_whole_or_not_at_all(void **state)
{
	(void)state;
	struct run_status status;
	char text[sizeof(STATUS)];
	assert_true(run_status_parse(STATUS, &status));
	assert_int_equal(status.outcome, RUN_SIGNALLED);
	assert_int_equal(status.code, 9);
	assert_int_equal(status.asked, RUN_ASKED_KILL);
	assert_int_equal(status.ended_ms, 1637070000000);
	assert_int_equal(status.peak_kib, 2048);
	for (size_t length = 0; length < strlen(STATUS); length++) {
		memcpy(text, STATUS, length);
		text[length] = '\0';
		assert_false(run_status_parse(text, &status));
	}
	assert_false(run_status_parse("\nend\n", &status));
	assert_false(run_status_parse("outcome exited\ncode 0\nend\n", &status));
	assert_false(run_status_parse("outcome exited\ncode 256\nasked nothing\nended_ms 1\n"
				      "user_ms 1\nsystem_ms 1\npeak_kib 1\nreason \nend\n",
		&status));
	assert_false(run_status_parse("outcome fine\ncode 0\nasked nothing\nended_ms 1\n"
				      "user_ms 1\nsystem_ms 1\npeak_kib 1\nreason \nend\n",
		&status));
}

static void a_process_file_is_read_whole_or_not_at_all(void **state)
{
	(void)state;
	struct run_process process;
	char text[sizeof(PROCESS)];
	assert_true(run_process_parse(PROCESS, &process));
	assert_int_equal(process.supervisor.pid, 4711);
	assert_int_equal(process.child.start_ticks, 86401);
	assert_string_equal(process.boot_id, "a3f3e1e3-504c-41c9-b4fa-207b508489c3");
	for (size_t length = 0; length < strlen(PROCESS); length++) {
		memcpy(text, PROCESS, length);
		text[length] = '\0';
		assert_false(run_process_parse(text, &process));
	}
	assert_false(run_process_parse("supervisor 99999999999 1\nchild 0 0\nboot x\n"
				       "started_ms 1\nend\n",
		&process));
}

/* Every combination of the evidence: success needs a status, whatever else is seen. */
static void no_evidence_but_a_status_makes_a_run_finished(void **state)
{
	(void)state;
	for (unsigned bits = 0; bits < 128; bits++) {
		struct run_evidence evidence = {
			.has_status = bits & 1,
			.has_process = bits & 2,
			.is_status_broken = bits & 4,
			.is_locked = bits & 8,
			.is_same_boot = bits & 16,
			.is_supervisor_alive = bits & 32,
			.is_child_alive = bits & 64,
			.status = {.outcome = RUN_EXITED},
		};
		enum run_state judged = run_judge(&evidence);
		bool is_known = judged == RUN_STATE_FINISHED || judged == RUN_STATE_ENDING;
		assert_int_equal(is_known, evidence.has_status);
		if (!evidence.has_status && (evidence.is_locked || evidence.is_child_alive))
			assert_true(judged == RUN_STATE_RUNNING || judged == RUN_STATE_UNATTENDED);
		if (judged == RUN_STATE_NOT_STARTED)
			assert_false(evidence.has_process || evidence.is_locked);
		struct buffer words = {0};
		run_explain(&evidence, &words);
		assert_true(words.length > 10);
		buffer_release(&words);
	}
}

static void the_states_are_told_in_words(void **state)
{
	(void)state;
	static const struct {
		struct run_evidence evidence;
		enum run_state state;
		const char *words;
	} cases[] = {
		{{.is_locked = true}, RUN_STATE_RUNNING, "being started"},
		{{.has_process = true,
			 .is_locked = true,
			 .is_supervisor_alive = true,
			 .process = {.child = {.pid = 4712}}},
			RUN_STATE_RUNNING, "process 4712 has ended, its status is still to be"},
		{{.has_process = true,
			 .is_supervisor_alive = true,
			 .is_child_alive = true,
			 .process = {.child = {.pid = 4712}}},
			RUN_STATE_RUNNING, "running, process 4712"},
		{{0}, RUN_STATE_NOT_STARTED, "never started"},
		{{.has_status = true,
			 .status = {.outcome = RUN_NOT_STARTED,
				 .code = 2,
				 .reason = "no such python"}},
			RUN_STATE_NOT_STARTED, "not started: no such python"},
		{{.has_status = true, .status = {.outcome = RUN_EXITED, .code = 3}},
			RUN_STATE_FINISHED, "with exit status 3"},
		{{.has_status = true,
			 .status = {.outcome = RUN_SIGNALLED,
				 .code = 9,
				 .asked = RUN_ASKED_TIMEOUT}},
			RUN_STATE_FINISHED, "by signal 9 (KILL), asked to: timeout"},
		{{.is_status_broken = true}, RUN_STATE_LOST, "cannot be read"},
	};
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct buffer words = {0};
		assert_int_equal(run_judge(&cases[i].evidence), cases[i].state);
		run_explain(&cases[i].evidence, &words);
		if (strstr(words.bytes, cases[i].words) == NULL)
			fail_msg("%s instead of %s", words.bytes, cases[i].words);
		buffer_release(&words);
	}
}

#define AFTER_NAME \
	" S 4000 4711 4710 34816 -1 4194560 1 0 0 0 5 6 0 0 20 0 1 0 987654 1000 100 1844"

static void a_name_with_brackets_and_blanks_does_not_shift_the_fields(void **state)
{
	(void)state;
	static const char *const names[] = {"python3", "a) S 1 1 1", "(((", "x y z", "", ") R 9 ("};
	for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
		struct process_stat stat;
		char *text = memory_format("4711 (%s)" AFTER_NAME, names[i]);
		assert_true(process_parse_stat(text, &stat));
		assert_int_equal(stat.pid, 4711);
		assert_string_equal(stat.name, names[i]);
		assert_int_equal(stat.state, 'S');
		assert_int_equal(stat.parent, 4000);
		assert_int_equal(stat.group, 4711);
		assert_int_equal(stat.session, 4710);
		assert_int_equal(stat.start_ticks, 987654);
		free(text);
	}
}

static void a_stat_that_is_none_is_refused(void **state)
{
	(void)state;
	static const char *const texts[] = {"", "4711", "4711 (sh", "4711 (sh) S 1 2",
		"x (sh)" AFTER_NAME, "0 (sh)" AFTER_NAME, ") ( 4711" AFTER_NAME,
		"4711 (sh) S 4000 4711 4710 34816 -1 4194560 1 0 0 0 5 6 0 0 20 0 1 0 -5 1000",
		"4711 (sh) S 4000 4711 4710 34816 -1 4194560 1 0 0 0 5 6 0 0 20 0 1 0 "
		"99999999999999999999999999 1"};
	struct process_stat stat;
	for (size_t i = 0; i < ARRAY_COUNT(texts); i++)
		if (process_parse_stat(texts[i], &stat))
			fail_msg("'%s' was taken", texts[i]);
}

static void a_process_knows_itself(void **state)
{
	(void)state;
	struct process_stat stat;
	assert_true(process_read_stat(getpid(), &stat));
	assert_int_equal(stat.parent, getppid());
	struct process_identity self = {getpid(), stat.start_ticks};
	assert_true(process_is_alive(self));
	self.start_ticks++;
	assert_false(process_is_alive(self));
	assert_int_equal(process_open(self), -1);
	assert_int_equal(process_open((struct process_identity){0}), -1);
	assert_true(process_started_ms(stat.start_ticks) > 1600000000000);
}

static void *wait_for_the_end(void *unused)
{
	char byte;
	ssize_t got = read(STDIN_FILENO, &byte, 1);
	(void)got;
	_exit(0); /* and not the thread: a sanitizer has one of its own, which would stay */
	return unused;
}

#define WITHOUT_FIRST_THREAD "--without-first-thread"

/* This program once more, as a process of which only the second thread lives until its input ends.
 */
static int live_without_first_thread(void)
{
	pthread_t thread;
	if (pthread_create(&thread, NULL, wait_for_the_end, NULL) != 0)
		return 1;
	syscall(SYS_exit, 0); /* the thread, not the process */
	return 1;
}

static pid_t start_process_without_first_thread(int end, int other)
{
	pid_t pid = fork();
	if (pid != 0)
		return pid;
	dup2(end, STDIN_FILENO);
	close(end);
	close(other);
	execl("/proc/self/exe", "run_folder_test", WITHOUT_FIRST_THREAD, (char *)NULL);
	_exit(1);
}

/* Locks are held until its last thread is gone. */
static void a_process_lives_as_long_as_one_of_its_threads(void **state)
{
	(void)state;
	struct process_stat stat;
	int ends[2];
	assert_int_equal(pipe(ends), 0);
	pid_t pid = start_process_without_first_thread(ends[0], ends[1]);
	do
		assert_true(process_read_stat(pid, &stat));
	while (stat.state != 'Z');
	struct process_identity identity = {pid, stat.start_ticks};
	assert_true(process_is_alive(identity));
	struct pollfd end = {.fd = process_open(identity), .events = POLLIN};
	assert_true(end.fd >= 0);
	assert_int_equal(poll(&end, 1, 0), 0);
	close(ends[1]);
	assert_int_equal(poll(&end, 1, 60000), 1);
	assert_false(process_is_alive(identity));
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	close(end.fd);
	close(ends[0]);
}

int main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], WITHOUT_FIRST_THREAD) == 0)
		return live_without_first_thread();
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_status_is_read_whole_or_not_at_all),
		cmocka_unit_test(a_process_file_is_read_whole_or_not_at_all),
		cmocka_unit_test(no_evidence_but_a_status_makes_a_run_finished),
		cmocka_unit_test(the_states_are_told_in_words),
		cmocka_unit_test(a_name_with_brackets_and_blanks_does_not_shift_the_fields),
		cmocka_unit_test(a_stat_that_is_none_is_refused),
		cmocka_unit_test(a_process_knows_itself),
		cmocka_unit_test(a_process_lives_as_long_as_one_of_its_threads),
	};
	return RUN(tests);
}

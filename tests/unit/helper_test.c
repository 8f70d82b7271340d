/* Small programs of others: what they print, and that none of them outlives its limits. */
#include "tests/test.h"

#include "base/cancel.h"
#include "base/helper.h"
#include "base/path.h"

#include <pthread.h>
#include <signal.h>
#include <sys/stat.h>

#define LONG_MS	 600000
#define SHORT_MS 300

/* Runs a script; both outputs have the room that is asked for. */
struct said {
	struct helper_result result;
	char output[5000], complaint[5000];
};

static struct said run(const char *script, int limit_ms, size_t room)
{
	struct said said;
	struct helper_output output = {said.output, room, 0};
	struct helper_output complaint = {said.complaint, room, 0};
	char *argv[] = {(char *)"sh", (char *)"-c", (char *)script, NULL};
	struct helper helper = {
		.argv = argv, .limit_ms = limit_ms, .output = &output, .complaint = &complaint};
	struct error err;
	if (!helper_run(&helper, &said.result, &err))
		fail_msg("%s", err.text);
	assert_int_equal(said.output[output.length], '\0');
	assert_int_equal(said.complaint[complaint.length], '\0');
	assert_int_equal(strlen(said.output), output.length);
	return said;
}

static void what_it_prints_and_how_it_ends_is_told(void **state)
{
	(void)state;
	struct said said = run("echo here; echo there >&2; exit 3", LONG_MS, 100);
	assert_int_equal(said.result.end, HELPER_EXITED);
	assert_int_equal(said.result.code, 3);
	assert_string_equal(said.output, "here\n");
	assert_string_equal(said.complaint, "there\n");
	said = run("kill -9 $$", LONG_MS, 100);
	assert_int_equal(said.result.end, HELPER_SIGNALLED);
	assert_int_equal(said.result.code, SIGKILL);
	said = run("cat; echo read nothing", LONG_MS, 100);
	assert_string_equal(said.output, "read nothing\n");
}

static void an_output_of_exactly_its_room_is_taken(void **state)
{
	(void)state;
	struct said said = run("printf 123456789", LONG_MS, 10);
	assert_int_equal(said.result.end, HELPER_EXITED);
	assert_string_equal(said.output, "123456789");
	said = run("printf 1234567890", LONG_MS, 10);
	assert_int_equal(said.result.end, HELPER_TALKED);
	said = run("yes", LONG_MS, 5000);
	assert_int_equal(said.result.end, HELPER_TALKED);
}

static void a_complaint_without_end_does_not_cost_the_answer(void **state)
{
	(void)state;
	struct said said = run("yes 1234 | head -n 50000 >&2; echo answer", LONG_MS, 10);
	assert_int_equal(said.result.end, HELPER_EXITED);
	assert_string_equal(said.output, "answer\n");
	assert_string_equal(said.complaint, "1234\n1234");
}

static void what_hangs_is_killed_whatever_it_does_with_its_outputs(void **state)
{
	(void)state;
	static const char *const scripts[] = {"sleep 1000", "sleep 1000 & sleep 1000",
		"exec >/dev/null 2>&1; sleep 1000", "trap '' TERM HUP INT; sleep 1000; sleep 1000",
		"while :; do echo; sleep 0.01; done"};
	for (size_t i = 0; i < ARRAY_COUNT(scripts); i++)
		assert_int_equal(run(scripts[i], SHORT_MS, 5000).result.end, HELPER_LATE);
}

/* The child keeps the pipe open; it would be a long wait for its end. */
static void what_it_leaves_behind_is_not_waited_for(void **state)
{
	(void)state;
	struct said said = run("echo answer; sleep 1000 & echo $!", LONG_MS, 100);
	assert_int_equal(said.result.end, HELPER_EXITED);
	assert_true(strncmp(said.output, "answer\n", 7) == 0);
	pid_t left = (pid_t)strtol(said.output + 7, NULL, 10);
	assert_true(left > 1);
	assert_int_equal(kill(left, SIGKILL), 0);
}

struct stopper {
	char *fifo;
	struct cancel *cancel;
};

/* The program has written into the FIFO: it runs. */
static void *stop_when_it_runs(void *argument)
{
	struct stopper *stopper = argument;
	FILE *opened = fopen(stopper->fifo, "r");
	if (opened != NULL)
		(void)fclose(opened);
	cancel_raise(stopper->cancel, CANCEL_NOW);
	return NULL;
}

static void a_cancel_ends_it_at_once(void **state)
{
	(void)state;
	struct stopper stopper;
	struct helper_result result;
	struct error err;
	pthread_t thread;
	char *folder = test_folder();
	stopper.fifo = path_join(folder, "fifo");
	assert_int_equal(mkfifo(stopper.fifo, 0600), 0);
	assert_true(cancel_new(&stopper.cancel, &err));
	assert_int_equal(pthread_create(&thread, NULL, stop_when_it_runs, &stopper), 0);
	char *argv[] = {
		(char *)"sh", (char *)"-c", (char *)": >$0; sleep 1000", stopper.fifo, NULL};
	struct helper helper = {.argv = argv, .limit_ms = LONG_MS, .cancel = stopper.cancel};
	if (!helper_run(&helper, &result, &err))
		fail_msg("%s", err.text);
	assert_int_equal(result.end, HELPER_STOPPED);
	pthread_join(thread, NULL);
	cancel_free(stopper.cancel);
	free(stopper.fifo);
	free(folder);
}

static void it_is_not_deaf_because_we_are(void **state)
{
	(void)state;
	sigset_t blocked, before;
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGTERM);
	void (*ignored)(int) = signal(SIGHUP, SIG_IGN);
	assert_int_equal(pthread_sigmask(SIG_BLOCK, &blocked, &before), 0);
	struct said terminated = run("kill -TERM $$; echo deaf", LONG_MS, 100);
	struct said hung_up = run("kill -HUP $$; echo deaf", LONG_MS, 100);
	assert_int_equal(pthread_sigmask(SIG_SETMASK, &before, NULL), 0);
	(void)signal(SIGHUP, ignored);
	assert_int_equal(terminated.result.code, SIGTERM);
	assert_int_equal(hung_up.result.code, SIGHUP);
	assert_string_equal(terminated.output, "");
	assert_string_equal(hung_up.output, "");
}

/* Libraries open what a program must not get. */
static void it_gets_none_of_our_descriptors(void **state)
{
	(void)state;
	int ends[2];
	assert_int_equal(pipe(ends), 0);
	struct said said = run("for d in /proc/self/fd/*; do readlink $d; done", LONG_MS, 5000);
	char *pipe_name = memory_format("/proc/self/fd/%d", ends[0]);
	char target[64] = "";
	assert_true(readlink(pipe_name, target, sizeof(target) - 1) > 0);
	assert_non_null(strstr(said.output, "/dev/null"));
	assert_null(strstr(said.output, target));
	close(ends[0]);
	close(ends[1]);
	free(pipe_name);
}

static void a_question_has_an_answer_only_where_all_went_well(void **state)
{
	(void)state;
	static const struct {
		const char *script;
		int limit_ms;
		bool is_answered;
	} cases[] = {
		{"printf answer", LONG_MS, true},
		{"printf answer; exit 1", LONG_MS, false},
		{"printf answer; kill -9 $$", LONG_MS, false},
		{"printf answer; sleep 1000", SHORT_MS, false},
		{"yes", LONG_MS, false}, /* more than anybody wants to know */
		{"test \"$A\" = b && printf answer", LONG_MS, true},
	};
	char *environment[] = {(char *)"A=b", (char *)"PATH=/usr/bin:/bin", NULL};
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		char *argv[] = {(char *)"sh", (char *)"-c", (char *)cases[i].script, NULL};
		struct buffer answer = {0};
		if (helper_ask(argv, environment, cases[i].limit_ms, &answer) !=
			cases[i].is_answered)
			fail_msg("%s", cases[i].script);
		assert_string_equal(buffer_text(&answer), cases[i].is_answered ? "answer" : "");
		buffer_release(&answer);
	}
}

static void what_is_not_there_is_named(void **state)
{
	(void)state;
	char *argv[] = {(char *)"no-such-helper", NULL};
	struct helper helper = {.argv = argv, .limit_ms = LONG_MS};
	struct helper_result result;
	struct buffer answer = {0};
	struct error err;
	assert_false(helper_run(&helper, &result, &err));
	assert_string_equal(err.text, "cannot start no-such-helper: No such file or directory");
	helper.name = "the thing";
	assert_false(helper_run(&helper, &result, &err));
	assert_non_null(strstr(err.text, "cannot start the thing: "));
	assert_false(helper_ask(argv, NULL, LONG_MS, &answer));
	assert_string_equal(buffer_text(&answer), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_it_prints_and_how_it_ends_is_told),
		cmocka_unit_test(an_output_of_exactly_its_room_is_taken),
		cmocka_unit_test(a_complaint_without_end_does_not_cost_the_answer),
		cmocka_unit_test(what_hangs_is_killed_whatever_it_does_with_its_outputs),
		cmocka_unit_test(what_it_leaves_behind_is_not_waited_for),
		cmocka_unit_test(a_cancel_ends_it_at_once),
		cmocka_unit_test(it_is_not_deaf_because_we_are),
		cmocka_unit_test(it_gets_none_of_our_descriptors),
		cmocka_unit_test(a_question_has_an_answer_only_where_all_went_well),
		cmocka_unit_test(what_is_not_there_is_named),
	};
	return RUN(tests);
}

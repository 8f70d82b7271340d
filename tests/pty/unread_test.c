/* A terminal that nobody reads: ssh that stalls, tmux in its copy mode, ^S. Work goes on. */
#include "tests/test.h"

#include "base/clock.h"
#include "tests/pty/support/operator.h"
#include "tests/support/sample_home.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/pidfd.h>
#include <termios.h>

#define WIDTH	    200
#define HEIGHT	    60
#define FRAMES	    40 /* of these a pseudo-terminal holds no more than a few */
#define EXIT_MS_MAX 60000
#define LOOK_MS	    200

static struct pty *start(const char *home)
{
	struct pty *pty = OPERATOR_START_AT(home, WIDTH, HEIGHT, "--no-ascii");
	pty_wait_for(pty, "0/42");
	return pty;
}

/* Each of them answered by a frame of its own, were there room for it. */
static void fill(struct pty *pty)
{
	for (int i = 0; i < FRAMES; i++)
		pty_send(pty, "3421");
}

/* The terminal is asked nothing: another process is. */
static void await_the_end_of_the_run(const char *home)
{
	int64_t until = clock_monotonic_ms() + PTY_PATIENCE_MS;
	for (int status = -1; status != 0;) {
		struct program_result result = PROGRAM_RUN(home, "status");
		status = result.status;
		if (status != 0 && clock_monotonic_ms() > until)
			fail_msg("the run does not end: %s", result.output);
		free(result.output);
		poll(NULL, 0, LOOK_MS); /* the work is nicer than who asks */
	}
}

/* The rows between header and messages, which have a clock. */
static char *middle_of(struct pty *pty)
{
	const char *first = pty_screen(pty);
	for (int row = 0; row < 3; row++)
		first = strchr(first, '\n') + 1;
	const char *last = strrchr(first, '\n');
	for (int row = 0; row < 3; row++)
		last = memrchr(first, '\n', (size_t)(last - first));
	return memory_format("%.*s", (int)(last - first), first);
}

/* A frame of a screen that was cleared is the terminal's only way to be right for certain. */
static void check_picture(struct pty *pty)
{
	char *before = middle_of(pty);
	int64_t bytes = pty_bytes(pty);
	pty_send(pty, "\x0c");
	while (pty_bytes(pty) < bytes + WIDTH * HEIGHT / 4)
		assert_true(pty_read(pty, PTY_PATIENCE_MS));
	pty_wait_for(pty, "q quit");
	char *after = middle_of(pty);
	assert_string_equal(before, after);
	free(before);
	free(after);
}

static int open_terminal_of(struct pty *pty)
{
	char *path = memory_format("/proc/%ld/fd/1", (long)pty_process(pty));
	int terminal = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);
	assert_true(terminal >= 0);
	free(path);
	return terminal;
}

static void await_end(struct pty *pty)
{
	int process = pidfd_open(pty_process(pty), 0);
	assert_true(process >= 0);
	struct pollfd end = {.fd = process, .events = POLLIN};
	assert_int_equal(poll(&end, 1, EXIT_MS_MAX), 1);
	close(process);
}

static void a_run_goes_to_its_end_unseen_and_is_seen_when_somebody_looks(void **state)
{
	(void)state;
	char *home = sample_home();
	struct pty *pty = start(home);
	fill(pty);
	pty_send(pty, "S");
	fill(pty);
	await_the_end_of_the_run(home);
	pty_wait_for(pty, "350 complete");
	pty_wait_for(pty, "newest first");
	pty_send(pty, "3");
	pty_wait_until_gone(pty, "newest first");
	pty_wait_for(pty, "Days Processed"); /* the log comes after the view ... */
	pty_wait_for(pty, "no gaps");	     /* ... and so do the causes */
	pty_wait_for(pty, "zoom");	     /* in the last row, which is painted last */
	check_picture(pty);
	operator_quit(pty, "1\x03", "s");
	assert_true(pty_shows(pty, "complete, all 350 cells"));
	pty_finish(pty);
	free(home);
}

static void a_terminal_that_was_stopped_shows_the_newest_frame_when_it_goes_on(void **state)
{
	(void)state;
	char *home = sample_home();
	struct pty *pty = start(home);
	int terminal = open_terminal_of(pty);
	assert_int_equal(tcflow(terminal, TCOOFF), 0);
	pty_send(pty, "S4321");
	await_the_end_of_the_run(home);
	assert_int_equal(tcflow(terminal, TCOON), 0);
	close(terminal);
	pty_wait_for(pty, "350 complete");
	pty_finish(pty);
	free(home);
}

static void leaving_does_not_wait_for_a_terminal_that_is_not_read(void **state)
{
	(void)state;
	char *home = sample_home();
	struct pty *pty = start(home);
	int terminal = open_terminal_of(pty);
	fill(pty);
	/* Both keys and signal are waited for by the end of the process alone. */
	kill(pty_process(pty), SIGTERM);
	await_end(pty);
	struct termios settings;
	assert_int_equal(tcgetattr(terminal, &settings), 0);
	assert_true((settings.c_lflag & (ICANON | ECHO)) == (ICANON | ECHO));
	close(terminal);
	assert_int_equal(pty_wait_for_end(pty), 0);
	assert_false(pty_is_alternate(pty));
	pty_finish(pty);
	free(home);
}

static void nor_does_a_crash(void **state)
{
	(void)state;
	char *home = sample_home();
	struct pty *pty = start(home);
	fill(pty);
	kill(pty_process(pty), SIGSEGV);
	await_end(pty);
	pty_wait_for_end(pty);
	assert_false(pty_is_alternate(pty));
	pty_finish(pty);
	free(home);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_run_goes_to_its_end_unseen_and_is_seen_when_somebody_looks),
		cmocka_unit_test(
			a_terminal_that_was_stopped_shows_the_newest_frame_when_it_goes_on),
		cmocka_unit_test(leaving_does_not_wait_for_a_terminal_that_is_not_read),
		cmocka_unit_test(nor_does_a_crash),
	};
	int failed = RUN(tests);
	sample_home_forget();
	return failed;
}

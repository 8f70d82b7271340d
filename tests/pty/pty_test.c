#include "tests/test.h"

#include "tests/pty/support/pty.h"

/* The instrument itself: what a shell-free program prints is what the tests read. */
static void reads_text_colours_and_the_end_of_a_program(void **state)
{
	(void)state;
	char *home = test_folder();
	struct pty *pty = pty_start(home, "xterm-256color", 40, 5,
		(const char *const[]){
			"/usr/bin/printf", "plain \\033[31mred\\033[0m\\r\\nnext", NULL});
	assert_int_equal(pty_wait_for_end(pty), 0);
	assert_true(pty_shows(pty, "plain red"));
	assert_true(pty_shows(pty, "next"));
	assert_false(pty_shows(pty, "absent"));
	assert_true(pty_has_colour(pty));
	assert_false(pty_is_alternate(pty));
	pty_finish(pty);
	free(home);
}

static void sends_keys_and_sees_the_alternate_screen(void **state)
{
	(void)state;
	char *home = test_folder();
	struct pty *pty =
		pty_start(home, "xterm-256color", 40, 5, (const char *const[]){"/bin/cat", NULL});
	pty_send(pty, "hello\r");
	pty_wait_for(pty, "hello");
	pty_send(pty, "\x04");
	assert_int_equal(pty_wait_for_end(pty), 0);
	pty_finish(pty);
	pty = pty_start(home, "xterm-256color", 40, 5,
		(const char *const[]){"/usr/bin/printf", "\\033[?1049hinside", NULL});
	pty_wait_for_end(pty);
	assert_true(pty_is_alternate(pty));
	pty_finish(pty);
	free(home);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_text_colours_and_the_end_of_a_program),
		cmocka_unit_test(sends_keys_and_sees_the_alternate_screen),
	};
	return RUN(tests);
}

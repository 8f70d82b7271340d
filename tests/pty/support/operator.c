#include "tests/pty/support/operator.h"

#include "tests/test.h"

#define TERM_NAME "xterm-256color"

static void add_options(const char **argv, size_t count, const char *const *options)
{
	for (; *options != NULL; options++) {
		assert_true(count < PROGRAM_ARGUMENTS_MAX);
		argv[count++] = *options;
	}
}

struct pty *operator_start(const char *home, int width, int height, const char *const *options)
{
	const char *argv[PROGRAM_ARGUMENTS_MAX + 1] = {program_path()};
	add_options(argv, 1, options);
	return pty_start(home, TERM_NAME, width, height, argv);
}

struct pty *operator_start_scripts(const struct scripts *scripts, const char *const *options)
{
	const char *argv[PROGRAM_ARGUMENTS_MAX + 1] = {program_path(), "--pipeline",
		scripts->pipeline, "--warehouse", scripts->warehouse, "--no-ascii"};
	add_options(argv, 6, options);
	return pty_start(scripts->home, TERM_NAME, 120, 40, argv);
}

void operator_quit(struct pty *pty, const char *keys, const char *answer)
{
	pty_send(pty, keys);
	pty_wait_for(pty, "cancel");
	pty_send(pty, answer);
	assert_int_equal(pty_wait_for_end(pty), 0);
	assert_false(pty_is_alternate(pty));
}

void operator_leave(struct pty *pty, const char *keys, const char *answer)
{
	operator_quit(pty, keys, answer);
	pty_finish(pty);
}

/* Descriptors: the console closes what it opens, and gives nothing of it to what it starts. */
#include "tests/test.h"

#include "base/path.h"
#include "base/text.h"
#include "tests/pty/support/operator.h"

#include <fcntl.h>
#include <sys/stat.h>

#define P4    "phase4_simulator"
#define EMPTY "], \"env\": {\"SIMULATE_EMPTY\": \"2021-11-17\"}" /* an alert */

static const struct script_table tables[] = {
	{"upgc", P4, EMPTY, NULL}, {"utgc", P4, "]", NULL}, {"pcf", P4, "]", "[\"utgc\"]"}, {0}};

/* Runs everything in the console, with a hook that lists what it was given. */
static void run_in_console(
	const struct scripts *scripts, const char *const *wrapper, const char *hook)
{
	const char *argv[20];
	size_t count = 0;
	for (; wrapper[count] != NULL; count++)
		argv[count] = wrapper[count];
	const char *const own[] = {program_path(), "--pipeline", scripts->pipeline, "--warehouse",
		scripts->warehouse, "--no-ascii", "--start-unasked", "--alert-hook", hook, NULL};
	memcpy(argv + count, own, sizeof(own));
	struct pty *pty = pty_start(scripts->home, "xterm-256color", 120, 40, argv);
	pty_wait_for(pty, "0/3");
	pty_send(pty, "S");
	pty_wait_for(pty, "8 complete");
	pty_wait_until_gone(pty, "running");
	operator_leave(pty, "q", "s");
}

static char *read_all(const char *path)
{
	struct buffer text = {0};
	struct error err;
	if (!path_read_file(path, PATH_FILE_BYTES_MAX, &text, &err))
		fail_msg("%s", err.text);
	return text.bytes != NULL ? text.bytes : memory_copy_text("");
}

static bool is_given_on(int descriptor)
{
	int flags = fcntl(descriptor, F_GETFD);
	return flags >= 0 && (flags & FD_CLOEXEC) == 0;
}

static void a_hook_gets_its_three_descriptors_and_no_other(void **state)
{
	(void)state;
	static const char *const plain[] = {NULL};
	struct scripts scripts;
	struct error err;
	scripts_open(&scripts, tables);
	char *hook = path_join(scripts.home, "hook"), *out = path_join(scripts.home, "out");
	char *text = memory_format("#!/bin/sh\nexec ls /proc/self/fd >%s\n", out);
	assert_true(path_write_file(hook, text, strlen(text), &err));
	assert_int_equal(chmod(hook, 0700), 0);
	run_in_console(&scripts, plain, hook);
	char *heard = read_all(out);
	assert_int_equal(strncmp(heard, "0\n1\n", 4), 0);
	for (const char *line = heard; *line != '\0'; line += strcspn(line, "\n") + 1) {
		int descriptor = (int)strtol(line, NULL, 10);
		/* 3 is the folder that ls reads; what this program was given it gives on */
		if (descriptor > 3 && !is_given_on(descriptor))
			fail_msg("the hook has descriptor %d", descriptor);
	}
	free(heard);
	free(text);
	free(out);
	free(hook);
	scripts_close(&scripts);
}

/* One block for each open one: its own line, then who opened it, or that it was inherited. */
static void check_report(const char *report)
{
	static const char begin[] = "Open file descriptor ";
	assert_non_null(strstr(report, "FILE DESCRIPTORS: "));
	for (const char *at = strstr(report, begin); at != NULL; at = strstr(at + 1, begin)) {
		const char *next = strchr(at, '\n');
		size_t length = next == NULL ? 0 : strcspn(next + 1, "\n");
		if (next == NULL || memmem(next + 1, length, "<inherited from parent>", 23) == NULL)
			fail_msg("%s", at);
	}
}

static void valgrind_finds_no_descriptor_left_open_by_a_whole_session(void **state)
{
	(void)state;
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
	print_message("# skipped: valgrind and the sanitizers do not go together\n");
	skip();
#endif
	if (access("/usr/bin/valgrind", X_OK) != 0) {
		print_message("# skipped: valgrind is not installed\n");
		skip();
	}
	struct scripts scripts;
	scripts_open(&scripts, tables);
	char *log = path_join(scripts.home, "descriptors");
	char *option = memory_format("--log-file=%s", log);
	const char *const wrapper[] = {
		"/usr/bin/valgrind", "--tool=none", "--track-fds=yes", option, NULL};
	run_in_console(&scripts, wrapper, "true");
	char *report = read_all(log);
	check_report(report);
	free(report);
	free(option);
	free(log);
	scripts_close(&scripts);
	scripts_forget(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_hook_gets_its_three_descriptors_and_no_other),
		cmocka_unit_test(valgrind_finds_no_descriptor_left_open_by_a_whole_session),
	};
	return RUN(tests);
}

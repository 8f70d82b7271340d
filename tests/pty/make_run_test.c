/*
 * `make run` in a clean copy of the sources, as somebody does who has just fetched them. The other
 * tests look at a program that is built; this one builds it, so the sanitizers leave it out.
 */
#include "tests/test.h"

#include "tests/pty/support/operator.h"
#include "tests/support/program.h"

#include <spawn.h>
#include <sys/wait.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define IS_SANITIZED true
#else
#define IS_SANITIZED false
#endif

extern char **environ;

static void copy_sources(const char *folder)
{
	const char *argv[] = {"/bin/cp", "-r", "Makefile", ".ci", "core", "include", "themes",
		"tui", folder, NULL};
	pid_t pid;
	int status;
	assert_int_equal(posix_spawn(&pid, argv[0], NULL, NULL, (char *const *)argv, environ), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static void a_clean_copy_reaches_the_overview_and_runs_the_pipeline(void **state)
{
	(void)state;
	if (IS_SANITIZED) {
		print_message("# skipped: what is built here has no sanitizer\n");
		skip();
	}
	char *home = test_folder(), *sources = test_folder();
	copy_sources(sources);
	struct pty *pty = pty_start(home, "xterm-256color", 120, 40,
		(const char *const[]){"/usr/bin/make", "-C", sources, "run", NULL});
	pty_wait_for(pty, "welcome to backcourt");
	pty_send(pty, "\r");
	pty_wait_for(pty, "the sample season is in");
	pty_send(pty, "f");
	pty_wait_for(pty, "0/42");
	pty_send(pty, "S");
	pty_wait_for(pty, "350 complete");
	operator_leave(pty, "q", "s");
	free(home);
	free(sources);
}

static void without_a_terminal_the_same_command_does_the_whole_job(void **state)
{
	(void)state;
	char *home = test_folder();
	struct program_result result = program_run(home, (const char *const[]){NULL});
	if (result.status != 0)
		fail_msg("exit status %d:\n%s", result.status, result.output);
	assert_non_null(strstr(result.output, "the sample season is imported"));
	assert_non_null(strstr(result.output, "ml_feature_store_v2 2021-11-30: "));
	assert_non_null(strstr(result.output, "ml_feature_store_v2             28/28"));
	free(result.output);
	free(home);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_clean_copy_reaches_the_overview_and_runs_the_pipeline),
		cmocka_unit_test(without_a_terminal_the_same_command_does_the_whole_job),
	};
	return RUN(tests);
}

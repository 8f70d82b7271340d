#include "tests/support/program.h"

#include "base/path.h"
#include "base/text.h"
#include "tests/test.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>

#define ENVIRONMENT_ROWS 12
#define LOG_BYTES_MAX	 100000

const char *program_path(void)
{
	const char *path = getenv("BACKCOURT");
	if (path == NULL)
		fail_msg("BACKCOURT does not name the program (run this with `make check`)");
	return path;
}

char **program_environment(const char *home, const char *term)
{
	static char *rows[ENVIRONMENT_ROWS];
	for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
		free(rows[i]);
		rows[i] = NULL;
	}
	const char *sanitizer = getenv("TSAN_OPTIONS");
	const char *emulator = getenv("BIGQUERY_EMULATOR_HOST"); /* set by a test alone */
	const char *path = getenv("PATH");
	size_t count = 0;
	rows[count++] = memory_format("HOME=%s", home);
	rows[count++] = memory_format("XDG_STATE_HOME=%s/state", home);
	rows[count++] = memory_format("XDG_DATA_HOME=%s/data", home);
	rows[count++] = memory_format("XDG_CONFIG_HOME=%s/config", home);
	rows[count++] = memory_format("TERM=%s", term);
	rows[count++] = memory_format("PATH=%s", path != NULL ? path : "/usr/bin:/bin");
	rows[count++] = memory_copy_text("TZ=UTC");
	rows[count++] = memory_copy_text("LC_ALL=C.UTF-8");
	if (emulator != NULL)
		rows[count++] = memory_format("BIGQUERY_EMULATOR_HOST=%s", emulator);
	if (sanitizer != NULL)
		rows[count++] = memory_format("TSAN_OPTIONS=%s", sanitizer);
	return rows;
}

/* Lent like the environment itself. */
static char **add_variables(char **environment, const char *const *variables)
{
	static char *all[ENVIRONMENT_ROWS + PROGRAM_VARIABLES_MAX + 1];
	size_t count = 0;
	for (; environment[count] != NULL; count++)
		all[count] = environment[count];
	for (size_t i = 0; variables != NULL && variables[i] != NULL; i++) {
		assert_true(i < PROGRAM_VARIABLES_MAX);
		all[count++] = (char *)variables[i];
	}
	all[count] = NULL;
	return all;
}

struct program program_start(const char *home, const char *const *arguments)
{
	return program_start_with(home, NULL, arguments);
}

struct program program_start_with(
	const char *home, const char *const *variables, const char *const *arguments)
{
	char *argv[PROGRAM_ARGUMENTS_MAX + 2] = {(char *)program_path()};
	for (size_t i = 0; arguments[i] != NULL; i++) {
		assert_true(i < PROGRAM_ARGUMENTS_MAX);
		argv[i + 1] = (char *)arguments[i];
	}
	int ends[2];
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	posix_spawn_file_actions_t actions;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
	posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);
	struct program program = {.output = ends[0]};
	char **environment = add_variables(program_environment(home, "dumb"), variables);
	int failed = posix_spawn(&program.pid, argv[0], &actions, NULL, argv, environment);
	assert_int_equal(failed, 0);
	posix_spawn_file_actions_destroy(&actions);
	close(ends[1]);
	return program;
}

void program_await(struct program *program, const char *text)
{
	struct buffer seen = {0};
	while (strstr(buffer_text(&seen), text) == NULL) {
		char byte;
		ssize_t got = read(program->output, &byte, 1);
		if (got < 0 && errno == EINTR)
			continue;
		if (got != 1)
			fail_msg("no \"%s\" in:\n%s", text, buffer_text(&seen));
		buffer_add_char(&seen, byte);
	}
	buffer_release(&seen);
}

void program_skip_lines(const struct program *program, uint32_t lines)
{
	char byte;
	while (lines > 0 && read(program->output, &byte, 1) == 1)
		lines -= byte == '\n';
}

struct program_result program_finish(struct program *program)
{
	struct buffer output = {0};
	char bytes[4096];
	ssize_t got;
	while ((got = read(program->output, bytes, sizeof(bytes))) > 0 ||
		(got < 0 && errno == EINTR))
		if (got > 0)
			buffer_add(&output, bytes, (size_t)got);
	close(program->output);
	int status = 0;
	while (waitpid(program->pid, &status, 0) < 0)
		assert_int_equal(errno, EINTR);
	struct program_result result = {
		.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
		.output = memory_copy_text(buffer_text(&output)),
	};
	buffer_release(&output);
	return result;
}

void program_expect(struct program_result result, int status, const char *words)
{
	if (result.status != status)
		fail_msg("exit status %d, not %d:\n%s", result.status, status, result.output);
	if (words != NULL && strstr(result.output, words) == NULL)
		fail_msg("\"%s\" is not in:\n%s", words, result.output);
	free(result.output);
}

struct program_result program_run(const char *home, const char *const *arguments)
{
	struct program program = program_start(home, arguments);
	return program_finish(&program);
}

char *program_run_well(const char *home, const char *const *arguments)
{
	struct program_result result = program_run(home, arguments);
	if (result.status != 0 && result.status != 1)
		fail_msg("%s ended with %d: %s", arguments[0], result.status, result.output);
	return result.output;
}

char *program_only_log(const char *state_folder)
{
	glob_t found;
	struct buffer text = {0};
	struct error err;
	char *pattern = memory_format("%s/logs/*.log", state_folder);
	assert_int_equal(glob(pattern, 0, NULL, &found), 0);
	assert_int_equal(found.gl_pathc, 1);
	if (!path_read_file(found.gl_pathv[0], LOG_BYTES_MAX, &text, &err))
		fail_msg("%s", err.text);
	globfree(&found);
	free(pattern);
	return text.bytes;
}

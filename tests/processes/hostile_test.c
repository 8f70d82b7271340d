/* The program where the world does not keep its side: closed descriptors, bytes that command a
 * terminal, names that are no UTF-8, files that are not what they should be. */
#include "tests/test.h"

#include "tests/support/program.h"

#include "base/path.h"

#include <fcntl.h>
#include <jansson.h>
#include <spawn.h>
#include <sys/wait.h>

static char *sample_home(void)
{
	char *home = test_folder();
	struct program_result result = PROGRAM_RUN(home, "sample");
	if (result.status != 0)
		fail_msg("%s", result.output);
	free(result.output);
	return home;
}

static char *read_text(const char *home, const char *name)
{
	char *path = path_join(home, name);
	struct buffer text = {0};
	struct error err;
	if (!path_read_file(path, 1 << 20, &text, &err))
		fail_msg("%s", err.text);
	char *copy = memory_copy_text(buffer_text(&text));
	buffer_release(&text);
	free(path);
	return copy;
}

static int status_with_closed(const char *home, int descriptor, const char *const *arguments)
{
	char *argv[PROGRAM_ARGUMENTS_MAX + 2] = {(char *)program_path()};
	for (size_t i = 0; arguments[i] != NULL; i++)
		argv[i + 1] = (char *)arguments[i];
	posix_spawn_file_actions_t actions;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addclose(&actions, descriptor);
	pid_t pid;
	assert_int_equal(
		posix_spawn(&pid, argv[0], &actions, NULL, argv, program_environment(home, "dumb")),
		0);
	posix_spawn_file_actions_destroy(&actions);
	int status = 0;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void a_closed_stdout_is_no_success_and_nothing_is_printed_into_our_files(void **state)
{
	(void)state;
	char *home = sample_home();
	const char *const arguments[] = {"run", "tdgs", "--range", "2021-10-19..2021-10-21", NULL};
	assert_int_equal(status_with_closed(home, STDOUT_FILENO, arguments), 4);
	char *lock = read_text(home, "state/backcourt/nba/owner.lock");
	assert_int_equal(strncmp(lock, "process ", 8), 0);
	assert_null(strchr(lock, '\n'));
	free(lock);
	free(home);
}

static void control_bytes_of_arguments_do_not_reach_the_terminal(void **state)
{
	(void)state;
	static const char *const wishes[][4] = {{"run\033[31m"}, {"coverage", "\033[31mx"},
		{"status", "--range", "\033[2J2021"}, {"--bogus\033]0;title\a"},
		{"coverage", "--format", "\033[5m"},
		{"import", "/nope\x9b"
			   "31m"},
		{"pipeline", "--check",
			"/nope\xc2\x9b"
			"31m"},
		{"status", "--pipeline", "/nope\r\b\x7f"}};
	char *home = test_folder();
	for (size_t i = 0; i < ARRAY_COUNT(wishes); i++) {
		const char *arguments[5] = {NULL};
		memcpy(arguments, wishes[i], sizeof(wishes[i]));
		struct program_result result = program_run(home, arguments);
		assert_int_not_equal(result.status, 0);
		for (const char *at = result.output; *at != '\0'; at++)
			if (((unsigned char)*at < ' ' && *at != '\n') || (unsigned char)*at >= 0x7f)
				fail_msg("wish %zu lets byte %02x through: %s", i,
					(unsigned char)*at, result.output);
		free(result.output);
	}
	free(home);
}

static void json_has_all_its_keys_where_a_folder_is_no_utf8(void **state)
{
	(void)state;
	char *home = sample_home();
	char *folder = memory_format("%s/caf\xe9", home);
	struct program_result result = PROGRAM_RUN(
		home, "run", "tdgs", "--range", "2021-10-19..2021-10-21", "--state", folder);
	assert_int_equal(result.status, 0);
	free(result.output);
	result = PROGRAM_RUN(home, "status", "tdgs", "--json", "--state", folder);
	json_t *root = json_loads(result.output, 0, NULL);
	assert_non_null(root);
	json_t *run =
		json_object_get(json_array_get(json_object_get(root, "tables"), 0), "last_run");
	const char *log = json_string_value(json_object_get(run, "log"));
	assert_non_null(log);
	assert_non_null(strstr(log, "/caf\xef\xbf\xbd/"));
	json_decref(root);
	free(result.output);
	free(folder);
	free(home);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_closed_stdout_is_no_success_and_nothing_is_printed_into_our_files),
		cmocka_unit_test(control_bytes_of_arguments_do_not_reach_the_terminal),
		cmocka_unit_test(json_has_all_its_keys_where_a_folder_is_no_utf8),
	};
	return RUN(tests);
}

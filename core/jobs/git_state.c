#include "jobs/git_state.h"

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* "# branch.oid <commit>", more headers, then a line per changed file. */
struct git_state git_state_parse(const char *text)
{
	static const char oid[] = "# branch.oid ";
	struct git_state state = {0};
	const char *line = strstr(text, oid);
	if (line == NULL || (line != text && line[-1] != '\n'))
		return state;
	line += strlen(oid);
	size_t length = strspn(line, "0123456789abcdef");
	if ((length != 40 && length != 64) || line[length] != '\n')
		return state; /* "(initial)": no commit yet */
	memcpy(state.commit, line, length);
	state.is_known = true;
	for (line = text; *line != '\0' && !state.is_dirty; line++) {
		state.is_dirty = *line != '#';
		line = strchr(line, '\n');
		if (line == NULL)
			break;
	}
	return state;
}

/* GIT_OPTIONAL_LOCKS=0: asking must not disturb the users' own git in that folder. */
static char **environment_of_git(void)
{
	size_t count = 0, used = 0;
	while (environ[count] != NULL)
		count++;
	char **list = memory_new_array(count + 2, sizeof(*list));
	list[used++] = (char *)"GIT_OPTIONAL_LOCKS=0";
	for (size_t i = 0; i < count; i++)
		if (!text_starts_with(environ[i], "GIT_"))
			list[used++] = environ[i];
	return list;
}

static int start(const char *folder, int output, pid_t *pid)
{
	char *argv[] = {(char *)"git", (char *)"-C", (char *)folder, (char *)"status",
		(char *)"--porcelain=v2", (char *)"--branch", (char *)"--untracked-files=no", NULL};
	char **environment = environment_of_git();
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none, all;
	sigemptyset(&none);
	sigfillset(&all);
	posix_spawn_file_actions_init(&actions);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setflags(&attributes,
		POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setsigdefault(&attributes, &all);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
	posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	int reason = posix_spawnp(pid, argv[0], &actions, &attributes, argv, environment);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attributes);
	free(environment);
	return reason;
}

/* Until the end of the output; false when it takes too long or says too much. */
static bool collect(int input, struct buffer *into)
{
	int64_t deadline = clock_monotonic_ms() + GIT_STATE_MS;
	char piece[4096];
	for (;;) {
		struct pollfd source = {.fd = input, .events = POLLIN};
		int64_t left = deadline - clock_monotonic_ms();
		if (left <= 0 || poll(&source, 1, (int)left) == 0)
			return false;
		ssize_t got = read(input, piece, sizeof(piece));
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return got == 0;
		buffer_add(into, piece, (size_t)got);
		if (into->length > GIT_ANSWER_BYTES_MAX)
			return false;
	}
}

static bool ended_well(pid_t pid)
{
	int status;
	pid_t got;
	do
		got = waitpid(pid, &status, 0);
	while (got < 0 && errno == EINTR);
	return got == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

struct git_state git_state_read(const char *folder)
{
	struct git_state state = {0};
	struct buffer text = {0};
	int ends[2];
	pid_t pid;
	if (pipe2(ends, O_CLOEXEC) != 0)
		return state;
	int reason = start(folder, ends[1], &pid);
	close(ends[1]);
	if (reason == 0) {
		bool is_whole = collect(ends[0], &text);
		if (!is_whole)
			kill(-pid, SIGKILL);
		if (ended_well(pid) && is_whole)
			state = git_state_parse(buffer_text(&text));
	}
	close(ends[0]);
	buffer_release(&text);
	return state;
}

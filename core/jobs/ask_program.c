#include "ask_program.h"

#include "base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

static int start(char *const *argv, char *const *environment, int output, pid_t *pid)
{
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
	return reason;
}

/* Until the end of the output; false when it takes too long or says too much. */
static bool collect(int input, int timeout_ms, struct buffer *into)
{
	int64_t deadline = clock_monotonic_ms() + timeout_ms;
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
		if (into->length > ASK_ANSWER_BYTES_MAX)
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

bool ask_program(char *const *argv, char *const *environment, int timeout_ms, struct buffer *answer)
{
	int ends[2];
	pid_t pid;
	bool is_answered = false;
	if (pipe2(ends, O_CLOEXEC) != 0)
		return false;
	int reason = start(argv, environment, ends[1], &pid);
	close(ends[1]);
	if (reason == 0) {
		bool is_whole = collect(ends[0], timeout_ms, answer);
		if (!is_whole)
			kill(-pid, SIGKILL);
		is_answered = ended_well(pid) && is_whole;
	}
	close(ends[0]);
	return is_answered;
}

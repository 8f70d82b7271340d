/* gcloud as a program: started, bounded, listened to. */
#include "gcloud.h"

#include "base/clock.h"
#include "base/memory.h"
#include "token_request.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define COMPLAINT_BYTES 200

extern char **environ;

/* What it prints on both of its ends. */
struct listening {
	int descriptors[2];
	char token[GCLOUD_BYTES_MAX];
	char complaint[GCLOUD_BYTES_MAX];
	size_t lengths[2];
};

/* A group of its own, nothing blocked, nothing ignored, nobody to ask. */
static int spawn(const int outputs[2], pid_t *pid)
{
	char *const argv[] = {(char *)"gcloud", (char *)"auth", (char *)"print-access-token",
		(char *)"--quiet", NULL};
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
	posix_spawn_file_actions_adddup2(&actions, outputs[0], STDOUT_FILENO);
	posix_spawn_file_actions_adddup2(&actions, outputs[1], STDERR_FILENO);
	int reason = posix_spawnp(pid, argv[0], &actions, &attributes, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attributes);
	return reason;
}

/* False: that end has no more to say. */
static bool take(struct listening *listening, int which)
{
	char *into = which == 0 ? listening->token : listening->complaint;
	size_t used = listening->lengths[which];
	ssize_t got = read(listening->descriptors[which], into + used, GCLOUD_BYTES_MAX - 1 - used);
	if (got < 0)
		return errno == EINTR;
	listening->lengths[which] += (size_t)got;
	return got > 0;
}

/* Until both ends are closed, one has said too much, or the time is over. */
static void listen_to(struct listening *listening, int64_t deadline_ms)
{
	struct pollfd ends[2] = {{.fd = listening->descriptors[0], .events = POLLIN},
		{.fd = listening->descriptors[1], .events = POLLIN}};
	while (ends[0].fd >= 0 || ends[1].fd >= 0) {
		int64_t left_ms = deadline_ms - clock_monotonic_ms();
		int ready = left_ms > 0 ? poll(ends, 2, (int)left_ms) : 0;
		if (ready == 0)
			return;
		for (int i = 0; i < 2; i++) {
			if (ready > 0 && ends[i].revents != 0 && !take(listening, i))
				ends[i].fd = -1;
			if (listening->lengths[i] == GCLOUD_BYTES_MAX - 1)
				return;
		}
	}
}

static bool judge(struct listening *listening, bool in_time, int status, struct error *err)
{
	char complaint[COMPLAINT_BYTES];
	if (!in_time)
		return error_set(err, ERROR_CONFIG,
			"gcloud auth print-access-token took more than %d s",
			GCLOUD_TIME_MS / 1000);
	text_copy(complaint, sizeof(complaint), listening->complaint);
	http_clean_text(complaint);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		return error_set(err, ERROR_CONFIG,
			"gcloud auth print-access-token failed: %s (run: gcloud auth login)",
			complaint[0] == '\0' ? "it says nothing" : complaint);
	listening->token[strcspn(listening->token, "\r\n")] = '\0';
	return token_is_wellformed(listening->token) ||
	       error_set(err, ERROR_CONFIG, "gcloud auth print-access-token printed no token");
}

/* Ended by itself, or ended here; false: the second. */
static bool await(pid_t pid, int64_t deadline_ms, int *status)
{
	int64_t left_ms = deadline_ms - clock_monotonic_ms();
	int descriptor = (int)syscall(SYS_pidfd_open, pid, 0);
	struct pollfd end = {.fd = descriptor, .events = POLLIN};
	bool in_time = descriptor >= 0 && poll(&end, 1, left_ms > 0 ? (int)left_ms : 0) > 0;
	if (descriptor >= 0)
		close(descriptor);
	if (!in_time)
		kill(-pid, SIGKILL);
	while (waitpid(pid, status, 0) < 0 && errno == EINTR)
		;
	return in_time;
}

static bool run(struct listening *listening, int outputs[2], struct error *err)
{
	pid_t pid;
	int status = 0, reason = spawn(outputs, &pid);
	int64_t deadline_ms = clock_monotonic_ms() + GCLOUD_TIME_MS;
	close(outputs[0]);
	close(outputs[1]);
	if (reason == 0)
		listen_to(listening, deadline_ms);
	/* One that prints without end is left alone with it. */
	close(listening->descriptors[0]);
	close(listening->descriptors[1]);
	if (reason != 0)
		return error_set_system(err, reason, "cannot start gcloud (auth=gcloud)");
	bool in_time = await(pid, deadline_ms, &status);
	return judge(listening, in_time, status, err);
}

bool gcloud_print_token(char **token, struct error *err)
{
	struct listening listening = {0};
	int first[2], second[2];
	if (pipe2(first, O_CLOEXEC) != 0)
		return error_set_system(err, errno, "cannot start gcloud (auth=gcloud)");
	if (pipe2(second, O_CLOEXEC) != 0) {
		close(first[0]);
		close(first[1]);
		return error_set_system(err, errno, "cannot start gcloud (auth=gcloud)");
	}
	listening.descriptors[0] = first[0];
	listening.descriptors[1] = second[0];
	bool done = run(&listening, (int[]){first[1], second[1]}, err);
	if (done)
		*token = memory_copy_text(listening.token);
	OPENSSL_cleanse(&listening, sizeof(listening));
	return done;
}

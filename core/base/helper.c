#include "base/helper.h"

#include "base/cancel.h"
#include "base/clock.h"
#include "base/memory.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* One side of the pipes of both outputs; -1: not asked for, or at its end. */
struct ends {
	int output, complaint;
};

static void close_ends(struct ends *ends)
{
	if (ends->output >= 0)
		close(ends->output);
	if (ends->complaint >= 0)
		close(ends->complaint);
	*ends = (struct ends){-1, -1};
}

/* Only our side must not wait: to most programs a pipe that does not wait is broken. */
static bool make_pipe(const struct helper_output *asked, int *ours, int *theirs)
{
	int ends[2] = {-1, -1};
	if (asked != NULL && pipe2(ends, O_CLOEXEC) != 0)
		return false;
	if (asked != NULL)
		(void)fcntl(ends[0], F_SETFL, O_NONBLOCK);
	*ours = ends[0];
	*theirs = ends[1];
	return true;
}

static void give(posix_spawn_file_actions_t *actions, int end, int standard)
{
	if (end >= 0)
		posix_spawn_file_actions_adddup2(actions, end, standard);
	else
		posix_spawn_file_actions_addopen(actions, standard, "/dev/null", O_RDWR, 0);
}

void helper_init_attributes(posix_spawnattr_t *attributes, short apart)
{
	sigset_t none, all;
	sigemptyset(&none);
	sigfillset(&all);
	posix_spawnattr_init(attributes);
	posix_spawnattr_setflags(
		attributes, (short)(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | apart));
	posix_spawnattr_setsigmask(attributes, &none);
	posix_spawnattr_setsigdefault(attributes, &all);
}

static int spawn(const struct helper *helper, struct ends theirs, pid_t *pid)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	posix_spawn_file_actions_init(&actions);
	helper_init_attributes(&attributes, POSIX_SPAWN_SETPGROUP);
	give(&actions, -1, STDIN_FILENO);
	give(&actions, theirs.output, STDOUT_FILENO);
	give(&actions, theirs.complaint, STDERR_FILENO);
	/* libcurl opens its sockets without close-on-exec. */
	posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
	int reason = posix_spawnp(pid, helper->argv[0], &actions, &attributes, helper->argv,
		helper->environment != NULL ? helper->environment : environ);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attributes);
	return reason;
}

/* Fills *ours and *pid, or says why not. */
static bool start(const struct helper *helper, struct ends *ours, pid_t *pid, struct error *err)
{
	struct ends theirs = {-1, -1};
	bool has_pipes = make_pipe(helper->output, &ours->output, &theirs.output) &&
			 make_pipe(helper->complaint, &ours->complaint, &theirs.complaint);
	int reason = has_pipes ? spawn(helper, theirs, pid) : errno;
	close_ends(&theirs);
	if (reason == 0)
		return true;
	close_ends(ours);
	return error_set_system(err, reason, "cannot start %s",
		helper->name != NULL ? helper->name : helper->argv[0]);
}

enum taken { TAKEN_SOME, TAKEN_NOTHING, TAKEN_TOO_MUCH };

static enum taken take(int *end, struct helper_output *into)
{
	char lost[4096];
	if (*end < 0)
		return TAKEN_NOTHING;
	size_t room = into->room - 1 - into->length;
	ssize_t got = room > 0 ? read(*end, into->bytes + into->length, room)
			       : read(*end, lost, sizeof(lost));
	if (got < 0 && (errno == EINTR || errno == EAGAIN))
		return TAKEN_NOTHING;
	if (got <= 0) {
		close(*end);
		*end = -1;
		return TAKEN_NOTHING;
	}
	if (room == 0)
		return TAKEN_TOO_MUCH;
	into->length += (size_t)got;
	return TAKEN_SOME;
}

/* The program has ended: what it wrote is in the pipes. */
static bool take_rest(const struct helper *helper, struct ends *ends)
{
	enum taken taken = TAKEN_SOME;
	while (taken == TAKEN_SOME)
		taken = take(&ends->output, helper->output);
	while (take(&ends->complaint, helper->complaint) == TAKEN_SOME)
		;
	return taken != TAKEN_TOO_MUCH;
}

/* HELPER_EXITED: it has ended, somehow. Else it is to be killed. */
static enum helper_end listen_to(const struct helper *helper, struct ends *ends, int process)
{
	int64_t deadline_ms = clock_monotonic_ms() + helper->limit_ms;
	int stop = helper->cancel != NULL ? cancel_descriptor(helper->cancel) : -1;
	for (;;) {
		struct pollfd seen[] = {{.fd = process, .events = POLLIN},
			{.fd = stop, .events = POLLIN}, {.fd = ends->output, .events = POLLIN},
			{.fd = ends->complaint, .events = POLLIN}};
		int64_t left_ms = deadline_ms - clock_monotonic_ms();
		int ready = left_ms > 0 ? poll(seen, 4, (int)left_ms) : 0;
		if (ready == 0)
			return HELPER_LATE;
		if (ready < 0)
			continue;
		if (seen[1].revents != 0)
			return HELPER_STOPPED;
		if (seen[0].revents != 0)
			return take_rest(helper, ends) ? HELPER_EXITED : HELPER_TALKED;
		if (seen[2].revents != 0 && take(&ends->output, helper->output) == TAKEN_TOO_MUCH)
			return HELPER_TALKED;
		if (seen[3].revents != 0)
			(void)take(&ends->complaint, helper->complaint);
	}
}

/* It may have left its group, and what it started may be there. */
static void end_all(const struct helper *helper, pid_t pid)
{
	if (helper->kill_all != NULL)
		helper->kill_all(pid);
	kill(-pid, SIGKILL);
	kill(pid, SIGKILL);
}

static struct helper_result await(const struct helper *helper, struct ends *ends, pid_t pid)
{
	int status = 0, process = (int)syscall(SYS_pidfd_open, pid, 0);
	enum helper_end end = process >= 0 ? listen_to(helper, ends, process) : HELPER_LOST;
	pid_t got;
	if (process >= 0)
		close(process);
	if (end != HELPER_EXITED)
		end_all(helper, pid);
	do
		got = waitpid(pid, &status, 0);
	while (got < 0 && errno == EINTR);
	if (end != HELPER_EXITED)
		return (struct helper_result){.end = end};
	if (got == pid && WIFEXITED(status))
		return (struct helper_result){HELPER_EXITED, WEXITSTATUS(status)};
	if (got == pid && WIFSIGNALED(status))
		return (struct helper_result){HELPER_SIGNALLED, WTERMSIG(status)};
	return (struct helper_result){.end = HELPER_LOST};
}

static void begin(struct helper_output *output)
{
	if (output == NULL)
		return;
	assert(output->room > 0);
	output->length = 0;
}

static void finish(struct helper_output *output)
{
	if (output != NULL)
		output->bytes[output->length] = '\0';
}

bool helper_run(const struct helper *helper, struct helper_result *result, struct error *err)
{
	struct ends ends = {-1, -1};
	pid_t pid = -1;
	begin(helper->output);
	begin(helper->complaint);
	if (!start(helper, &ends, &pid, err))
		return false;
	*result = await(helper, &ends, pid);
	close_ends(&ends);
	finish(helper->output);
	finish(helper->complaint);
	return true;
}

bool helper_ask(char *const *argv, char *const *environment, int limit_ms, struct buffer *answer)
{
	struct helper_output output = {.room = (size_t)HELPER_ANSWER_BYTES_MAX + 1};
	const struct helper helper = {
		.argv = argv, .environment = environment, .limit_ms = limit_ms, .output = &output};
	struct helper_result result;
	output.bytes = memory_new(output.room);
	bool is_answered = helper_run(&helper, &result, NULL) && result.end == HELPER_EXITED &&
			   result.code == 0;
	if (is_answered)
		buffer_add(answer, output.bytes, output.length);
	free(output.bytes);
	return is_answered;
}

/* A pager or an editor on the log of the newest run of the table: it has the terminal until it
 * ends, events are taken meanwhile. */
#include "tui/console_parts.h"

#include "base/clock.h"
#include "base/memory.h"
#include "jobs/process.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#define READER_WORDS_MAX 16

extern char **environ;

/* What the operator's environment names, as other programs take it: words, no shell. */
static const char *command_of(bool edits)
{
	static const char *const variables[2][2] = {{"PAGER", NULL}, {"VISUAL", "EDITOR"}};
	for (int i = 0; i < 2 && variables[edits][i] != NULL; i++) {
		const char *command = getenv(variables[edits][i]);
		if (command != NULL && command[strspn(command, " \t")] != '\0')
			return command;
	}
	return edits ? "vi" : "less";
}

/* In our process group, so that it has the terminal. ^Z would stop it behind our back. */
static int start(char *const *words, pid_t *pid)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN}, before;
	posix_spawnattr_t attributes;
	sigset_t none, defaults;
	sigemptyset(&none);
	sigfillset(&defaults);
	sigdelset(&defaults, SIGTSTP);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setsigdefault(&attributes, &defaults);
	sigaction(SIGTSTP, &ignore, &before);
	int reason = posix_spawnp(pid, words[0], NULL, &attributes, words, environ);
	sigaction(SIGTSTP, &before, NULL);
	posix_spawnattr_destroy(&attributes);
	return reason;
}

/* What ends the console ends the reader first; the keys' own signals are meant for it alone. */
static bool must_leave(struct console *console, int *signal)
{
	struct signalfd_siginfo info;
	bool leaves = false;
	while (read(console->signals, &info, sizeof(info)) == (ssize_t)sizeof(info))
		if (info.ssi_signo == SIGTERM || info.ssi_signo == SIGHUP) {
			*signal = (int)info.ssi_signo;
			leaves = true;
		}
	return leaves;
}

/* Returns the signal that asked the console to leave meanwhile, or 0. */
static int wait_for_reader(struct console *console, pid_t pid)
{
	int reader = pidfd_open(pid, 0), signal = 0;
	for (bool ended = reader < 0; !ended;) {
		struct pollfd sources[] = {{.fd = reader, .events = POLLIN},
			{.fd = event_queue_descriptor(console->queue), .events = POLLIN},
			{.fd = console->signals, .events = POLLIN}};
		if (poll(sources, ARRAY_COUNT(sources), CONSOLE_HEARTBEAT_MS) < 0 && errno != EINTR)
			break;
		if ((sources[2].revents & POLLIN) && must_leave(console, &signal))
			kill(pid, signal);
		console_take_events(console);
		ended = (sources[0].revents & POLLIN) != 0;
	}
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	if (reader >= 0)
		close(reader);
	return signal;
}

/* Returns the signal that asked the console to leave meanwhile, or 0. */
static int read_in_program(struct console *console, char *path, bool edits)
{
	char *words[READER_WORDS_MAX + 2] = {NULL};
	if (!terminal_lend(console->terminal)) {
		console_say(console, SEVERITY_WARNING, "the terminal took nothing: no reader");
		return 0;
	}
	char *command = memory_copy_text(command_of(edits));
	size_t count = text_split_words(command, words, READER_WORDS_MAX);
	pid_t pid;
	words[count] = path;
	int reason = start(words, &pid), signal = reason == 0 ? wait_for_reader(console, pid) : 0;
	terminal_take_back(console->terminal);
	if (reason != 0)
		console_say(console, SEVERITY_ERROR, "cannot start %s: %s (%s names another)",
			words[0], strerror(reason), edits ? "VISUAL" : "PAGER");
	free(command);
	return signal;
}

void console_read_log(struct console *console)
{
	char *path = console->log_path;
	console->log_path = NULL;
	int signal = read_in_program(console, path, console->log_is_edited);
	free(path);
	console_take_size(console);
	console->key_changed = true;
	if (signal != 0)
		console_told_to_leave(console, signal);
}

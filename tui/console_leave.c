/* Leaving without the operator: a signal, or a window that was closed. */
#include "tui/console_parts.h"

#include "base/clock.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#define STATUS_OF_SIGNAL 128

static void leave_gently(struct console *console, bool detached)
{
	struct event event = {.kind = EVENT_ACTION,
		.at_ms = clock_wall_ms(),
		.action = {.action = ACTION_QUIT_STOP}};
	console_apply(console, &event);
	if (detached)
		engine_detach(console->engine, console->model);
	else
		engine_leave(console->engine, LEAVE_AFTER_DATES);
	console->leaving = true;
	console->key_changed = true;
}

/* Nothing is waited for: what a native date has written goes back with its transaction, and scripts
 * have supervisors of their own. */
_Noreturn static void leave_at_once(struct console *console, int signal_number)
{
	static const char words[] =
		"backcourt left at once: dates that native work had in hand are as they were, "
		"scripts go on. The next backcourt follows them.\n";
	terminal_close(console->terminal, words);
	_exit(STATUS_OF_SIGNAL + signal_number);
}

void console_told_to_leave(struct console *console, int signal_number)
{
	bool is_hangup = signal_number == SIGHUP;
	if (!is_hangup && console->was_terminated)
		leave_at_once(console, signal_number);
	console->was_terminated |= !is_hangup;
	leave_gently(console, is_hangup);
}

/* Of the signals only those that are less patient matter now. */
static void read_terminations(struct console *console)
{
	struct signalfd_siginfo info;
	while (read(console->signals, &info, sizeof(info)) == (ssize_t)sizeof(info))
		if (info.ssi_signo == SIGTERM)
			console_told_to_leave(console, SIGTERM);
}

/* Without a keyboard only events are left: the dates in hand are finished, the rest goes on in the
 * background. */
void console_drain(struct console *console)
{
	engine_detach(console->engine, console->model);
	while (!engine_is_idle(console->engine)) {
		struct pollfd sources[] = {
			{.fd = event_queue_descriptor(console->queue), .events = POLLIN},
			{.fd = console->signals, .events = POLLIN}};
		if (poll(sources, ARRAY_COUNT(sources), CONSOLE_HEARTBEAT_MS) < 0 && errno != EINTR)
			return;
		if (sources[1].revents & POLLIN)
			read_terminations(console);
		console_take_events(console);
	}
}

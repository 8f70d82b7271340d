/* The terminal is given back when the program ends without being asked. */
#include "tui/terminal_parts.h"

#include "base/memory.h"
#include "tui/terminal_output.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#define LEAVE_BYTES_MAX 512
#define ALTERNATE_STACK 65536

/* What the crash handler needs; it may call nothing but write and tc...attr, tcflush. */
static struct {
	struct termios settings;
	char leave[LEAVE_BYTES_MAX];
	size_t leave_length;
	volatile sig_atomic_t active;
} rescue;

static const int crash_signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};

void terminal_rescue_restore(void)
{
	tcsetattr(STDIN_FILENO, TCSANOW, &rescue.settings);
}

/* A terminal that is not read takes it in the place of what it has not shown yet, or not at all. */
void terminal_rescue_leave(void)
{
	int screen = terminal_output_descriptor();
	if (write(screen, rescue.leave, rescue.leave_length) != (ssize_t)rescue.leave_length) {
		tcflush(screen, TCOFLUSH);
		ssize_t written = write(screen, rescue.leave, rescue.leave_length);
		(void)written;
	}
	terminal_rescue_restore();
}

static void restore_now(void)
{
	if (!rescue.active)
		return;
	rescue.active = 0;
	terminal_rescue_leave();
}

static void crash(int signal_number)
{
	static const char words[] =
		"\r\nbackcourt crashed; every date is still absent or complete. "
		"`ulimit -c unlimited` and `coredumpctl gdb` give a backtrace.\r\n";
	struct termios settings;
	restore_now();
	bool is_terminal = tcgetattr(STDERR_FILENO, &settings) == 0;
	ssize_t written = write(is_terminal ? terminal_output_descriptor() : STDERR_FILENO, words,
		sizeof(words) - 1);
	(void)written;
	signal(signal_number, SIG_DFL);
	raise(signal_number);
}

void terminal_rescue_add(const char *text)
{
	size_t length = text == NULL ? 0 : strlen(text);
	if (rescue.leave_length + length > sizeof(rescue.leave))
		return;
	memcpy(rescue.leave + rescue.leave_length, text == NULL ? "" : text, length);
	rescue.leave_length += length;
}

void terminal_rescue_begin(void)
{
	rescue.leave_length = 0;
	tcgetattr(STDIN_FILENO, &rescue.settings);
}

void terminal_rescue_set_needed(bool needed)
{
	rescue.active = needed;
}

void terminal_rescue_arm(void)
{
	static char stack[ALTERNATE_STACK];
	rescue.active = 1;
	sigaltstack(&(stack_t){.ss_sp = stack, .ss_size = sizeof(stack)}, NULL);
	struct sigaction action = {.sa_handler = crash, .sa_flags = SA_ONSTACK | SA_RESETHAND};
	for (size_t i = 0; i < ARRAY_COUNT(crash_signals); i++)
		sigaction(crash_signals[i], &action, NULL);
	memory_on_exhausted(restore_now);
	atexit(restore_now);
}

void terminal_rescue_disarm(void)
{
	for (size_t i = 0; i < ARRAY_COUNT(crash_signals); i++)
		signal(crash_signals[i], SIG_DFL);
	memory_on_exhausted(NULL);
}

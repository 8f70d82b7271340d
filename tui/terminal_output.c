#include "tui/terminal_output.h"

#include "base/clock.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#define PIECE_BYTES_MAX 64 /* where a write may wait */

static struct {
	int descriptor;
	bool is_ours; /* else it is standard output */
	struct buffer bytes;
	size_t written; /* of them */
} output = {.descriptor = STDOUT_FILENO};

/* The controlling terminal may be opened by everybody who has it, whoever owns its device. */
static int open_again(void)
{
	const int flags = O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
	int descriptor = open("/proc/self/fd/1", flags);
	if (descriptor < 0 && tcgetsid(STDOUT_FILENO) == getsid(0))
		descriptor = open("/dev/tty", flags);
	return descriptor;
}

void terminal_output_open(void)
{
	int descriptor = open_again();
	output.is_ours = descriptor >= 0;
	output.descriptor = output.is_ours ? descriptor : STDOUT_FILENO;
}

static void forget(void)
{
	buffer_clear(&output.bytes);
	output.written = 0;
}

void terminal_output_close(void)
{
	if (output.is_ours)
		close(output.descriptor);
	output.is_ours = false;
	output.descriptor = STDOUT_FILENO;
	output.written = 0;
	buffer_release(&output.bytes);
}

int terminal_output_descriptor(void)
{
	return output.descriptor;
}

bool terminal_output_waits(void)
{
	return output.written < output.bytes.length;
}

static bool has_room(int ms)
{
	struct pollfd room = {.fd = output.descriptor, .events = POLLOUT};
	return poll(&room, 1, ms) > 0;
}

/* False when the terminal takes no more now. */
static bool write_some(void)
{
	size_t length = output.bytes.length - output.written;
	if (!output.is_ours && !has_room(0))
		return false;
	if (!output.is_ours && length > PIECE_BYTES_MAX)
		length = PIECE_BYTES_MAX;
	ssize_t written = write(output.descriptor, output.bytes.bytes + output.written, length);
	if (written > 0)
		output.written += (size_t)written;
	if (written >= 0)
		return written > 0;
	if (errno != EAGAIN && errno != EINTR)
		forget(); /* the window was closed: the keyboard tells */
	return errno == EINTR;
}

void terminal_output_flush(void)
{
	while (terminal_output_waits() && write_some())
		;
	if (!terminal_output_waits())
		forget();
}

/* What is out makes room for what comes. */
static void move_up(void)
{
	if (output.written == 0)
		return;
	output.bytes.length -= output.written;
	memmove(output.bytes.bytes, output.bytes.bytes + output.written, output.bytes.length);
	output.written = 0;
}

void terminal_output_add(const char *bytes, size_t length)
{
	if (length > TERMINAL_OUTPUT_BYTES_MAX - (output.bytes.length - output.written))
		return;
	move_up();
	buffer_add(&output.bytes, bytes, length);
	terminal_output_flush();
}

bool terminal_output_drain(int ms)
{
	int64_t until = clock_monotonic_ms() + ms, left = ms;
	terminal_output_flush();
	while (terminal_output_waits() && left > 0) {
		has_room((int)left);
		terminal_output_flush();
		left = until - clock_monotonic_ms();
	}
	return !terminal_output_waits();
}

void terminal_output_drop(void)
{
	forget();
	tcflush(output.descriptor, TCOFLUSH);
}

#include "tests/pty/support/pty.h"

#include "base/clock.h"
#include "base/text.h"
#include "jobs/process.h"
#include "tests/pty/support/words.h"
#include "tests/support/program.h"
#include "tests/test.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <vterm.h>

struct pty {
	pid_t pid;
	int terminal;
	int width, height;
	bool has_ended;
	int status;
	bool alternate;
	bool takes_mouse;
	int64_t bytes;
	VTerm *vterm;
	VTermScreen *screen;
	struct buffer text;
	struct words words;
};

static int note_property(VTermProp property, VTermValue *value, void *context)
{
	struct pty *pty = context;
	if (property == VTERM_PROP_ALTSCREEN)
		pty->alternate = value->boolean;
	if (property == VTERM_PROP_MOUSE)
		pty->takes_mouse = value->number != VTERM_PROP_MOUSE_NONE;
	return 1;
}

static const VTermScreenCallbacks callbacks = {.settermprop = note_property};

/* The replies of the terminal (cursor reports, device attributes) go back to the program. */
static void send_reply(const char *bytes, size_t length, void *context)
{
	struct pty *pty = context;
	ssize_t written = write(pty->terminal, bytes, length);
	(void)written; /* the program may be gone already */
}

static void start_child(const char *home, const char *term, const char *const *argv)
{
	extern char **environ;
	environ = program_environment(home, term);
	execv(argv[0], (char *const *)argv);
	_exit(127);
}

struct pty *pty_start(
	const char *home, const char *term, int width, int height, const char *const *argv)
{
	struct pty *pty = memory_new(sizeof(*pty));
	struct winsize size = {.ws_row = (unsigned short)height, .ws_col = (unsigned short)width};
	pty->width = width;
	pty->height = height;
	pty->pid = forkpty(&pty->terminal, NULL, NULL, &size);
	assert_true(pty->pid >= 0);
	if (pty->pid == 0)
		start_child(home, term, argv);
	fcntl(pty->terminal, F_SETFD, FD_CLOEXEC);
	fcntl(pty->terminal, F_SETFL, O_NONBLOCK);
	pty->vterm = vterm_new(height, width);
	vterm_set_utf8(pty->vterm, 1);
	vterm_output_set_callback(pty->vterm, send_reply, pty);
	pty->screen = vterm_obtain_screen(pty->vterm);
	vterm_screen_enable_altscreen(pty->screen, 1);
	vterm_screen_set_callbacks(pty->screen, &callbacks, pty);
	vterm_screen_reset(pty->screen, 1);
	return pty;
}

/* A program that waits for its frame to be read takes no more keys meanwhile. */
static void make_room(struct pty *pty)
{
	struct pollfd wait = {.fd = pty->terminal, .events = POLLIN | POLLOUT};
	assert_true(poll(&wait, 1, PTY_PATIENCE_MS) > 0);
	if (wait.revents & POLLIN)
		pty_read(pty, 0);
}

void pty_send(struct pty *pty, const char *keys)
{
	size_t length = strlen(keys);
	while (length > 0) {
		ssize_t written = write(pty->terminal, keys, length);
		if (written < 0 && errno == EAGAIN) {
			make_room(pty);
			continue;
		}
		assert_true(written > 0);
		keys += written;
		length -= (size_t)written;
	}
}

void pty_resize(struct pty *pty, int width, int height)
{
	struct winsize size = {.ws_row = (unsigned short)height, .ws_col = (unsigned short)width};
	pty->width = width;
	pty->height = height;
	vterm_set_size(pty->vterm, height, width);
	assert_int_equal(ioctl(pty->terminal, TIOCSWINSZ, &size), 0);
}

static void note_end(struct pty *pty)
{
	if (pty->has_ended)
		return;
	int status = 0;
	while (waitpid(pty->pid, &status, 0) < 0)
		assert_int_equal(errno, EINTR);
	pty->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	pty->has_ended = true;
}

bool pty_read(struct pty *pty, int ms)
{
	struct pollfd wait = {.fd = pty->terminal, .events = POLLIN};
	if (pty->has_ended || poll(&wait, 1, ms) <= 0)
		return false;
	char bytes[65536];
	ssize_t got = read(pty->terminal, bytes, sizeof(bytes));
	if (got <= 0) { /* EIO: the other end is closed */
		note_end(pty);
		return false;
	}
	vterm_input_write(pty->vterm, bytes, (size_t)got);
	words_read(&pty->words, bytes, (size_t)got);
	pty->bytes += got;
	return true;
}

static void add_cell(struct pty *pty, int row, int column)
{
	VTermScreenCell cell;
	char bytes[4];
	vterm_screen_get_cell(pty->screen, (VTermPos){.row = row, .col = column}, &cell);
	if (cell.chars[0] == (uint32_t)-1)
		return; /* the right half of a wide character */
	if (cell.chars[0] == 0)
		buffer_add_char(&pty->text, ' ');
	for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell.chars[i] != 0; i++)
		buffer_add(&pty->text, bytes, text_encode_utf8(cell.chars[i], bytes));
}

const char *pty_screen(struct pty *pty)
{
	buffer_clear(&pty->text);
	for (int row = 0; row < pty->height; row++) {
		for (int column = 0; column < pty->width; column++)
			add_cell(pty, row, column);
		buffer_add_char(&pty->text, '\n');
	}
	return buffer_text(&pty->text);
}

bool pty_shows(struct pty *pty, const char *text)
{
	return strstr(pty_screen(pty), text) != NULL;
}

static void wait_until(struct pty *pty, const char *text, bool shown)
{
	int64_t until = clock_monotonic_ms() + PTY_PATIENCE_MS;
	while (pty_shows(pty, text) != shown) {
		int64_t left = until - clock_monotonic_ms();
		if (left <= 0 || (!pty_read(pty, (int)left) && pty->has_ended))
			break;
	}
	if (pty_shows(pty, text) == shown)
		return;
	print_message("the screen %s \"%s\"%s:\n%s", shown ? "never showed" : "still shows", text,
		pty->has_ended ? " and the program has ended" : "", pty_screen(pty));
	fail();
}

void pty_wait_for(struct pty *pty, const char *text)
{
	wait_until(pty, text, true);
}

void pty_wait_until_gone(struct pty *pty, const char *text)
{
	wait_until(pty, text, false);
}

bool pty_is_alternate(const struct pty *pty)
{
	return pty->alternate;
}

bool pty_takes_mouse(const struct pty *pty)
{
	return pty->takes_mouse;
}

bool pty_has_colour(struct pty *pty)
{
	for (int row = 0; row < pty->height; row++)
		for (int column = 0; column < pty->width; column++) {
			VTermScreenCell cell;
			VTermPos at = {.row = row, .col = column};
			vterm_screen_get_cell(pty->screen, at, &cell);
			if (!VTERM_COLOR_IS_DEFAULT_FG(&cell.fg))
				return true;
		}
	return false;
}

static int palette_number(const VTermColor *colour, bool own)
{
	if (own)
		return -1;
	return VTERM_COLOR_IS_INDEXED(colour) ? colour->indexed.idx : -2;
}

struct pty_cell pty_cell_at(struct pty *pty, int x, int y)
{
	VTermScreenCell cell;
	vterm_screen_get_cell(pty->screen, (VTermPos){.row = y, .col = x}, &cell);
	return (struct pty_cell){
		.foreground = palette_number(&cell.fg, VTERM_COLOR_IS_DEFAULT_FG(&cell.fg)),
		.background = palette_number(&cell.bg, VTERM_COLOR_IS_DEFAULT_BG(&cell.bg)),
		.bold = cell.attrs.bold,
		.underline = cell.attrs.underline != 0,
		.reverse = cell.attrs.reverse};
}

int64_t pty_bytes(const struct pty *pty)
{
	return pty->bytes;
}

const struct words *pty_words(const struct pty *pty)
{
	return &pty->words;
}

pid_t pty_process(const struct pty *pty)
{
	return pty->pid;
}

void pty_wait_until_stopped(const struct pty *pty)
{
	int64_t until = clock_monotonic_ms() + PTY_PATIENCE_MS;
	struct process_stat stat;
	for (;;) {
		assert_true(process_read_stat(pty->pid, &stat));
		if (stat.state == 'T')
			return;
		assert_true(clock_monotonic_ms() < until);
		poll(NULL, 0, 1);
	}
}

int pty_wait_for_end(struct pty *pty)
{
	int64_t until = clock_monotonic_ms() + PTY_PATIENCE_MS;
	while (!pty->has_ended && clock_monotonic_ms() < until)
		pty_read(pty, 1000);
	if (!pty->has_ended) {
		print_message("the program does not end:\n%s", pty_screen(pty));
		fail();
	}
	return pty->status;
}

void pty_finish(struct pty *pty)
{
	if (!pty->has_ended)
		kill(pty->pid, SIGKILL);
	note_end(pty);
	close(pty->terminal);
	vterm_free(pty->vterm);
	buffer_release(&pty->text);
	words_release(&pty->words);
	free(pty);
}

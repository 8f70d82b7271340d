/*
 * pty: the whole program on a pseudo-terminal, its screen read by libvterm.
 *
 * Order of calls: pty_start, then any of the others, then pty_finish. Tests wait for text, never
 * for time: a wait that comes to nothing within PTY_PATIENCE_MS fails the test and prints the
 * screen.
 */
#ifndef BACKCOURT_TESTS_PTY_H
#define BACKCOURT_TESTS_PTY_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define PTY_PATIENCE_MS 180000

struct pty;
struct words;

/* Starts the program (or, with `argv` whose first entry is a path, another one) with a test's own
 * environment below `home` (see program.h). */
struct pty *pty_start(
	const char *home, const char *term, int width, int height, const char *const *argv);
void pty_send(struct pty *pty, const char *keys);
void pty_resize(struct pty *pty, int width, int height);
/* Reads until the screen has the text somewhere in one row. */
void pty_wait_for(struct pty *pty, const char *text);
/* Reads until the screen has it nowhere. */
void pty_wait_until_gone(struct pty *pty, const char *text);
/* Reads what is there within `ms`, for the measurements; returns whether anything came. */
bool pty_read(struct pty *pty, int ms);
bool pty_shows(struct pty *pty, const char *text);
/* The whole screen as text, rows ended by newlines; lives until the next call. */
const char *pty_screen(struct pty *pty);
/* Whether the program is on the alternate screen now. */
bool pty_is_alternate(const struct pty *pty);
/* Whether the program asked for reports of the mouse. */
bool pty_takes_mouse(const struct pty *pty);
/* Whether some cell of the screen has another foreground than the terminal's own. */
bool pty_has_colour(struct pty *pty);
/* Palette numbers of a cell as it is seen, -1 the terminal's own; reverse is not undone. */
struct pty_cell {
	int foreground, background;
	bool bold, underline, reverse;
};
struct pty_cell pty_cell_at(struct pty *pty, int x, int y);
int64_t pty_bytes(const struct pty *pty); /* read so far */
/* Bells and notifications so far; lent. */
const struct words *pty_words(const struct pty *pty);
pid_t pty_process(const struct pty *pty);
/* Until the program is stopped, as by ^Z: it tells before it stops, and what goes on before that
 * would be lost. */
void pty_wait_until_stopped(const struct pty *pty);
/* Reads until the program ends; exit status, or 128 + signal. The screen can still be looked at. */
int pty_wait_for_end(struct pty *pty);
void pty_finish(struct pty *pty); /* kills the program if it still runs */

#endif

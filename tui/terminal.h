/*
 * terminal: the real screen and keyboard. terminal.c is the only file that includes curses.
 *
 * The alternate screen is left and the terminal's settings restored on every way out: close, exit,
 * a caught signal, a crash (SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT), exhausted memory. One
 * terminal at a time; UI thread only. The window signals are the caller's business (a signalfd):
 * it calls terminal_resize and terminal_suspend.
 */
#ifndef BACKCOURT_TUI_TERMINAL_H
#define BACKCOURT_TUI_TERMINAL_H

#include "base/error.h"
#include "tui/canvas.h"
#include "tui/keymap.h"
#include "tui/mouse.h"
#include "tui/theme.h"

#define TERMINAL_ESCAPE_DELAY_MS       25
/* While the mouse is taken: a report whose first byte came alone would turn into keys. */
#define TERMINAL_MOUSE_ESCAPE_DELAY_MS 100
#define TERMINAL_PAIRS_MAX	       1024
#define TERMINAL_PATIENCE_MS	       1000 /* with a terminal that is not read, where it must be */

struct terminal;

/*
 * Fails where standard input or output is no terminal, or TERM is not known or too simple. `color`
 * is "auto" (NULL too; NO_COLOR is obeyed), "always" or "never".
 */
bool terminal_open(struct terminal **opened, const char *color, struct error *err);
/* `words` are the last ones, on the normal screen. A terminal that is not read gets back its
 * settings and its screen, and no words; it is waited for no longer than TERMINAL_PATIENCE_MS. */
void terminal_close(struct terminal *terminal, const char *words);

int terminal_width(const struct terminal *terminal);
int terminal_height(const struct terminal *terminal);
/* Number of colours: 0 for monochrome (also when colours are not wanted), 8, 16, 256. */
int terminal_colours(const struct terminal *terminal);
/* The locale is not UTF-8, or the terminal is a Linux console. */
bool terminal_wants_ascii(const struct terminal *terminal);
void terminal_set_theme(struct terminal *terminal, const struct theme *theme);
void terminal_set_title(struct terminal *terminal, const char *title);

/* Readable when there may be keys. Then terminal_key until it gives INPUT_NONE; never waits. */
int terminal_descriptor(const struct terminal *terminal);
input_t terminal_key(struct terminal *terminal);
/* What the INPUT_MOUSE that came last was. */
struct mouse_event terminal_mouse(const struct terminal *terminal);
/* Whether the terminal tells of its mouse; else it selects text with it. Off at first. */
void terminal_take_mouse(struct terminal *terminal, bool takes);

/*
 * Paints what differs from the last frame; returns the number of cells that did. It never waits for
 * the terminal: what is not taken at once goes out later, and until then other frames are not
 * painted (0 is returned): the newest one of then is, so none is ever shown in half.
 */
int terminal_draw(struct terminal *terminal, const struct canvas *canvas);
/* While something waits for the terminal: when this descriptor takes bytes again, terminal_send.
 * -1: nothing waits. */
int terminal_output(const struct terminal *terminal);
void terminal_send(struct terminal *terminal);
/* The next draw paints everything. */
void terminal_redraw(struct terminal *terminal);
/* Takes the size that the terminal has now; false when it is the same. */
bool terminal_resize(struct terminal *terminal);
/* Another program has the terminal from the first to the second. False, and all is as it was, where
 * the terminal has not taken within TERMINAL_PATIENCE_MS what waits for it. */
bool terminal_lend(struct terminal *terminal);
void terminal_take_back(struct terminal *terminal);
/* Leaves the screen, stops the process (as the shell expects of ^Z), comes back to a full frame.
 * False as terminal_lend. */
bool terminal_suspend(struct terminal *terminal);
/*
 * OSC 9 (a text) or OSC 777 (a title too), by `form` as the option alert-notify has it; "off" does
 * nothing. Within tmux it is wrapped so that tmux hands it on (its option allow-passthrough must be
 * on; tmux(1)). The second makes the sequence: pure.
 */
void terminal_notify(struct terminal *terminal, const char *form, const char *text);
void terminal_make_notification(const char *form, const char *text, struct buffer *into);
void terminal_bell(struct terminal *terminal);
/* Puts text on the clipboard with OSC 52; many terminals ignore it. */
void terminal_copy(struct terminal *terminal, const char *text);

#endif

/*
 * terminal_parts: what tui/terminal*.c share. Nobody else includes this.
 */
#ifndef BACKCOURT_TUI_TERMINAL_PARTS_H
#define BACKCOURT_TUI_TERMINAL_PARTS_H

#include "tui/terminal.h"

bool terminal_has_title(const struct terminal *terminal);

/* tui/terminal_words.c */
void terminal_write(const char *text);
/* Whether terminals of that name take titles, and what is told in the same way. */
bool terminal_is_title_capable(const char *name);

/*
 * tui/terminal_rescue.c: what gives the terminal back after a crash, an exit, or exhausted memory.
 * Its handler calls nothing but write, tcflush, tcgetattr and tcsetattr, and never waits. Order of
 * calls: begin (while the terminal is as it was), add whatever makes it leave the screen, arm,
 * set_needed as the screen is left and taken, disarm.
 */
void terminal_rescue_begin(void);
void terminal_rescue_add(const char *text); /* NULL: nothing */
void terminal_rescue_arm(void);
void terminal_rescue_set_needed(bool needed);
void terminal_rescue_disarm(void);
/* What the handler does: the way out of the screen, as far as the terminal takes it, and the
 * settings as they were; the second does the settings alone. */
void terminal_rescue_leave(void);
void terminal_rescue_restore(void);

#endif

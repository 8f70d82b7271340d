/*
 * terminal_output: what is on its way to the terminal. Shared by tui/terminal*.c alone.
 *
 * A terminal need not be read: ssh stalls, tmux is in its copy mode, somebody pressed ^S. So bytes
 * go out through a descriptor that never waits, and what the terminal does not take now stays here
 * until the loop finds room. The descriptor is an open file of its own (the terminal is opened once
 * more): O_NONBLOCK on standard output would hold for the shell and for every other program on it.
 * Where the terminal cannot be opened again (another person's, after su) standard output is written
 * to, in small pieces and only where there is room; there alone a write may still wait.
 *
 * Bytes are taken whole or not at all, so that no sequence is ever cut. One at a time; UI thread.
 */
#ifndef BACKCOURT_TUI_TERMINAL_OUTPUT_H
#define BACKCOURT_TUI_TERMINAL_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

/* Many times the largest frame (some 30 bytes a cell, 400 columns, 120 rows). */
#define TERMINAL_OUTPUT_BYTES_MAX ((size_t)4 * 1024 * 1024)

void terminal_output_open(void);
void terminal_output_close(void);
/* For poll, and for the crash handler. */
int terminal_output_descriptor(void);
/* Behind what is waiting, and writes what the terminal takes now. Dropped where more than the
 * limit would wait. */
void terminal_output_add(const char *bytes, size_t length);
/* Writes what the terminal takes now; never waits. */
void terminal_output_flush(void);
bool terminal_output_waits(void);
/* Waits until nothing is left, at most `ms`; true when nothing is. */
bool terminal_output_drain(int ms);
/* What waits is forgotten, and what lies unread in the terminal too: there is room for a last word.
 * A sequence may have been cut: only for one that begins with an escape. */
void terminal_output_drop(void);

#endif

/*
 * terminal_frame: a frame reaches the terminal in one piece. Shared by tui/terminal*.c alone.
 *
 * ncurses writes after every move of the cursor, some sixty times a frame; each of them may wait
 * for the terminal's reader, who shows half frames meanwhile. So its descriptor leads to a file in
 * memory while it paints, and what it wrote there goes to the output at once, which never waits
 * (terminal_output.h). Between begin and end ncurses knows no terminal: it changes no settings, and
 * what is said with it (endwin, too) is bytes alone.
 */
#ifndef BACKCOURT_TUI_TERMINAL_FRAME_H
#define BACKCOURT_TUI_TERMINAL_FRAME_H

#include "base/text.h"

#include <stdio.h>

struct terminal_frame {
	FILE *screen; /* what ncurses writes to: standard output, but within a frame */
	int memory;   /* -1: the system has none, and frames go out in pieces */
	struct buffer bytes;
};

/* Gives a `screen` for newterm, or NULL in it when there are no descriptors left. */
void terminal_frame_open(struct terminal_frame *frame);
void terminal_frame_close(struct terminal_frame *frame);
void terminal_frame_begin(struct terminal_frame *frame);
void terminal_frame_end(struct terminal_frame *frame);

#endif

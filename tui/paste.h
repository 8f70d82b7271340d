/*
 * paste: whether what comes from the keyboard was pasted.
 *
 * A terminal puts marks around what it pastes (bracketed paste). The end mark may never come: a
 * connection that broke, a program that prints the first mark. So the first input after
 * PASTE_QUIET_BEATS beats of the console (a second each, CONSOLE_HEARTBEAT_MS) without any is a key
 * again. Beats are counted, not time: while the console stands still, what was pasted waits and is
 * no silence. There is no limit to its length: the rest of a long one would press keys at random.
 *
 * All zero at first. UI thread.
 */
#ifndef BACKCOURT_TUI_PASTE_H
#define BACKCOURT_TUI_PASTE_H

#include "tui/keymap.h"

#define PASTE_QUIET_BEATS 5

struct paste {
	bool is_on;
	int quiet_beats; /* since something of it came */
};

/* Every input, first of all. True for the marks themselves, which mean nothing else. */
bool paste_take(struct paste *paste, input_t input);
/* A second went by. */
void paste_beat(struct paste *paste);

#endif

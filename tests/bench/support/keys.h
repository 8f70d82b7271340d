/*
 * keys: how long a console on a pseudo-terminal needs to answer: from the byte of a key until the
 * last byte of the frame that answers it. Matrix and Overview are shown in turn, each known by its
 * own bottom row, which is written last.
 */
#ifndef BACKCOURT_TESTS_BENCH_KEYS_H
#define BACKCOURT_TESTS_BENCH_KEYS_H

#include "tests/bench/support/measure.h"
#include "tests/pty/support/pty.h"

#define KEYS_MAX 1000

struct keys {
	double times_ms[KEYS_MAX];
	int count;
	double ran_ms, waited_ms; /* of the console's first thread: on a core, and for one */
};

/* Presses keys while `goes_on` (NULL: always) until there are `limit` of them; the Overview is
 * shown before and afterwards. Ends the program with the screen when a key is not answered. */
void keys_press(struct keys *keys, struct pty *pty, int limit, bool (*goes_on)(struct pty *pty));
/* One line for the p50 and one for the p99, against what a terminal and its reader need for a line
 * that cat gives back. `limit_ms`: of the p99. */
void keys_print(struct keys *keys, const char *what, double limit_ms);

#endif

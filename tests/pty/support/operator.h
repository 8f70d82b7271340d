/*
 * operator: the console as an operator starts it on a terminal, of 120 x 40 where nothing else is
 * said, and leaves it.
 */
#ifndef BACKCOURT_TESTS_OPERATOR_H
#define BACKCOURT_TESTS_OPERATOR_H

#include "tests/pty/support/pty.h"
#include "tests/support/scripts.h"

/* The console with these options; NULL ends them. */
struct pty *operator_start(const char *home, int width, int height, const char *const *options);
#define OPERATOR_START_AT(home, width, height, ...) \
	operator_start(home, width, height, (const char *const[]){__VA_ARGS__, NULL})
#define OPERATOR_START(home, ...) OPERATOR_START_AT(home, 120, 40, __VA_ARGS__)
/* The same over a pipeline of scripts, in Unicode. */
struct pty *operator_start_scripts(const struct scripts *scripts, const char *const *options);
#define OPERATOR_START_SCRIPTS(scripts, ...) \
	operator_start_scripts(scripts, (const char *const[]){__VA_ARGS__, NULL})

/* Asks to leave by these keys and answers the question with that one ("s": the dates in hand are
 * finished, "d": scripts go on without us). It ends well, and the last screen can still be looked
 * at.
 */
void operator_quit(struct pty *pty, const char *keys, const char *answer);
/* The same, and is done with it. */
void operator_leave(struct pty *pty, const char *keys, const char *answer);

#endif

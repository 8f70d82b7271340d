/*
 * sweep: does something with an SQLite file again and again, with another call failing each time.
 *
 * For every call of the kind (or a sample, where there are many), first alone and then with all
 * calls after it: the act fails with a reason and the file holds what it held before, or it
 * succeeds (the failure did no harm) and the file holds what it should; and in both cases the act
 * then succeeds when it is tried again without failures. What a reader returns must be the same as
 * without failures, or an error: never less. Where memory fails, the process of the act may also
 * end through memory_exhausted.
 */
#ifndef BACKCOURT_TESTS_SWEEP_H
#define BACKCOURT_TESTS_SWEEP_H

#include "base/text.h"
#include "base/error.h"

struct sweep_act {
	const char *name;
	/* Makes what is there before; NULL: nothing is. */
	void (*before)(const char *folder);
	/* Opens, acts, closes; what it read goes into `said`. */
	bool (*act)(const char *folder, struct buffer *said, struct error *err);
	bool in_steps; /* more than one transaction: it may fail after the one that changes the file
			*/
};

/* `file` is the name of the SQLite file in the folder that `before` and `act` are given. */
void sweep_run(const char *file, const struct sweep_act *act);

#endif

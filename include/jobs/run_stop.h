/*
 * run_stop: ends command runs from outside the console that follows them, or when none does.
 *
 * "After the date" needs somebody who reads the log (a signal at any other moment may fall between
 * delete and load): run_stop does that, and so it blocks until every run has ended. Any thread.
 */
#ifndef BACKCOURT_JOBS_RUN_STOP_H
#define BACKCOURT_JOBS_RUN_STOP_H

#include "base/error.h"

#include <stddef.h>

struct log_rules;

enum run_stop_how {
	RUN_STOP_AFTER_DATE,
	RUN_STOP_ANYWHERE, /* the job's own policy allows it: its stop signal at once */
	RUN_STOP_NOW,	   /* kill */
};

/* A run that is to be stopped. */
struct run_to_stop {
	const char *path; /* of its run folder */
	enum run_stop_how how;
};

struct run_stop {
	const struct run_to_stop *runs;
	size_t count;
	const struct log_rules *rules;
	/* Called when the log of runs[run] is watched from where it ends now: the date in hand is
	 * the one of this moment, not of an earlier one. */
	void (*begun)(void *context, size_t run);
	void *context;
};

/* False: some run could not be looked at; the others were stopped all the same. */
bool run_stop(const struct run_stop *stop, struct error *err);

#endif

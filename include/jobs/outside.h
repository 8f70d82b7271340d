/*
 * outside: jobs that somebody started by hand, followed by their logs.
 *
 * outside_run is what a worker does with one that a scan found (struct run_task, outside): its log
 * is read from where this process began in it, and told to ledger and screen as that of a command
 * run; the ledger calls its executor OUTSIDE_EXECUTOR. The process is never ours: its exit status
 * stays unknown (only a summary in its log makes a success), it is not paused, leaving the console
 * leaves it alone, and only a stop that the operator has confirmed sends it a signal: TERM after
 * the date in hand, or KILL; to that very process and all that it started (jobs/process_tree.h),
 * and to no other. What ignores TERM for OUTSIDE_GRACE_MS is said, and killed only when that is
 * asked for. The table counts as written until the last of them is gone.
 *
 * outside_settle once at the start of whoever owns the state folder: those that an earlier console
 * followed and that have ended since get their end, as far as their log tells it.
 */
#ifndef BACKCOURT_JOBS_OUTSIDE_H
#define BACKCOURT_JOBS_OUTSIDE_H

#include "jobs/executor.h"
#include "jobs/process_scan.h"
#include "jobs/run_adopt.h"

#define OUTSIDE_EXECUTOR "external"
#define OUTSIDE_DRAIN_MS 2000 /* a tee that outlives its job is waited for so long */
#define OUTSIDE_GRACE_MS 5000 /* from SIGTERM until it is said who ignores it */

/* Every process of a command job of the pipeline, started by whomever. False: some could not be
 * looked for; what was found stands in `found` all the same. Blocks a little: reads /proc. */
bool outside_scan(const struct pipeline *pipeline, const struct process_identity *own,
	size_t own_count, struct found_processes *found, struct error *err);
/* "process 4711 of ann, started outside": who holds a table. */
void outside_say_holder(int pid, const char *user, struct buffer *into);

/* On a worker thread, like executor->run. */
void outside_run(void *task);
/* Adds to the counts of `settled`. */
bool outside_settle(const struct pipeline *pipeline, const char *state_folder,
	const struct log_rules *rules, struct run_settlement *settled, struct error *err);

#endif

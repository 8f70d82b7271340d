/* outside_log: where in a log the newest run begins. Used by core/jobs/run_watch.c. */
#ifndef BACKCOURT_JOBS_OUTSIDE_LOG_H
#define BACKCOURT_JOBS_OUTSIDE_LOG_H

#include "jobs/log_rules.h"
#include "jobs/process_scan.h"

/*
 * Logs are appended to, and several jobs may write one after the other into one tee: what stands
 * before the newest line that begins a run is not of this process. Where that run has told its
 * summary while the process lives, or was about other dates, the process has said nothing yet: the
 * end of the file. 0: no line begins a run.
 */
int64_t outside_log_start(
	int log, const struct found_process *process, const struct log_rules *rules);

#endif

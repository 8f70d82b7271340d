/* process_log: where a process that we did not start writes. Used by core/jobs/process_scan.c. */
#ifndef BACKCOURT_JOBS_PROCESS_LOG_H
#define BACKCOURT_JOBS_PROCESS_LOG_H

#include "jobs/process_scan.h"

/* Fills log, log_path and log_is_deleted; `pids` are all processes (who reads a pipe?). */
void process_find_log(
	struct found_process *found, const pid_t *pids, size_t pid_count, const char *configured);

#endif

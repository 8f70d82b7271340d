/*
 * run_logs: the log files of native runs, logs/TIME-TABLE-NUMBER.log in the state folder.
 *
 * Names sort by time. Any thread; only the owner of the state folder prunes.
 */
#ifndef BACKCOURT_JOBS_RUN_LOGS_H
#define BACKCOURT_JOBS_RUN_LOGS_H

#include "base/error.h"

#include <stddef.h>

#define RUN_LOGS_KEPT 1000

/* Removes all but the newest `keep`; a folder that is not there is fine. *removed counts them. */
bool run_logs_prune(const char *state_folder, size_t keep, size_t *removed, struct error *err);

#endif

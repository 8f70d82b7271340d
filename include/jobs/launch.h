/*
 * launch: starts a command under backcourt-supervise, so that it outlives this process.
 *
 * launch_run does all of it in order: free space, the table's lock, the run folder, the spawn. It
 * returns when the job runs or has failed to start (milliseconds, up to LAUNCH_ENDING_MS where the
 * table's last run has told its end and is not quite gone; the supervisor detaches itself),
 * and keeps nothing: no child, no descriptor. Follow the run by its folder (jobs/run_folder.h). On
 * a worker thread.
 */
#ifndef BACKCOURT_JOBS_LAUNCH_H
#define BACKCOURT_JOBS_LAUNCH_H

#include "jobs/run_folder.h"
#include "jobs/table_lock.h"

#define LAUNCH_SUPERVISOR_VARIABLE "BACKCOURT_SUPERVISE"
/* For a run whose end is told to free its table: RUN_LEFT_BEHIND_MS, and a little. */
#define LAUNCH_ENDING_MS	   (RUN_LEFT_BEHIND_MS + 1000)

struct launch {
	const char *supervisor; /* path of the binary (launch_find_supervisor) */
	const char *state_folder;
	const struct run_about *about; /* shown and kept: secrets masked */
	char *const *argv;	       /* run */
	char *const *environment;      /* the whole of it, "NAME=value"; ends with NULL */
	int64_t kill_after_ms;	/* from the first signal to the last; 0 = RUN_KILL_AFTER_MS */
	int stop_signal;	/* 0 = SIGTERM */
	int64_t free_bytes_min; /* 0 = RUN_FREE_BYTES_MIN */
};

/* The path given, $BACKCOURT_SUPERVISE, or the one beside this program; free() it. */
bool launch_find_supervisor(const char *given, char **path, struct error *err);
/*
 * cwd, timeout, nice, table and id come from `about`. False: ERROR_BUSY (the table is being
 * written, err names the holder), ERROR_LIMIT (too little space), ERROR_SYSTEM, ERROR_CONFIG (the
 * command could not be started). The run folder is kept only when the supervisor wrote into it.
 */
bool launch_run(const struct launch *launch, struct error *err);

#endif

/*
 * command_start: starts one run of a command job, with everything that is checked before.
 *
 * In order: preflight, processes outside this console that write the same table, the commit of the
 * folder, then jobs/launch.h (free space, the table's lock, the run folder, the spawn). What is
 * kept in the run folder has its secrets masked. Blocks for milliseconds (git: up to GIT_STATE_MS):
 * on a worker thread.
 */
#ifndef BACKCOURT_JOBS_COMMAND_START_H
#define BACKCOURT_JOBS_COMMAND_START_H

#include "jobs/command.h"
#include "jobs/launch.h"

struct command_start {
	const char *pipeline; /* its name */
	const struct command *command;
	const struct command_run *run;
	const char *state_folder;
	const char *supervisor; /* launch_find_supervisor */
	const char *id;
	int64_t attempt;
	int64_t now_ms;
	int64_t free_bytes_min; /* 0 = RUN_FREE_BYTES_MIN */
};

/* False: as launch_run, and ERROR_BUSY when a job started by hand (or by a console with another
 * state folder) writes the table: err describes that process. Nothing was started then. */
bool command_start(const struct command_start *start, struct error *err);

#endif

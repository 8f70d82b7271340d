/*
 * background: native work that goes on without its console, `backcourt run --resume FILE` under the
 * supervisor.
 *
 * The run has a run folder like any command job (jobs/run_folder.h), with BACKGROUND_TABLE as its
 * table; its log is lines of events (event_lines.h). It owns the state folder as a console would,
 * so whoever starts it lets its own lock go first. What is left to run stands in `resume.json` of
 * the state folder from before the start until the run has come to its end or was told to stop:
 * where it is found and nobody works, something died. It obeys stop and terminate (signals, by the
 * supervisor), freeze and continue, pause and resume (itself). Any thread; background_stop blocks.
 */
#ifndef BACKCOURT_BACKGROUND_H
#define BACKCOURT_BACKGROUND_H

#include "config.h"
#include "jobs/run_folder.h"
#include "jobs/resume.h"

#define BACKGROUND_TABLE	   "@background" /* no table of a pipeline is called so */
/* Names the run folder to the run in it. */
#define BACKGROUND_FOLDER_VARIABLE "BACKCOURT_RUN_FOLDER"

struct background_start {
	const struct config *config;
	const struct pipeline *pipeline;
	const char *state_folder;
	const struct resume *resume;
};

/* Blocks until the run owns the state folder (some ten milliseconds) or has ended, ten seconds at
 * most. `id` is the run's. False: the file stays, so that the next console can
 * go on from it. */
bool background_start(
	const struct background_start *start, char id[RUN_ID_BYTES], struct error *err);

/* The path of the folder of the run that lives; NULL: none does. free() it. */
char *background_find(const char *state_folder);
/* Asks the run that lives to stop after the dates in hand (`now`: at once), and waits for its end.
 * *found: there was one. False: it could not be asked. */
bool background_stop(const char *state_folder, bool now, bool *found, struct error *err);

/* resume.json; free() it. */
char *background_resume_path(const char *state_folder);

#endif

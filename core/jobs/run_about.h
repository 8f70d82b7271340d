/* run_about: what the files of run folders share: run.json as text, and removal. Used by
 * core/jobs/run_*.c only. */
#ifndef BACKCOURT_JOBS_RUN_ABOUT_H
#define BACKCOURT_JOBS_RUN_ABOUT_H

#include "jobs/run_folder.h"

char *run_about_format(const struct run_about *about); /* free() */
/* `source` names the text in messages. */
bool run_about_parse(const char *json, size_t length, const char *source, struct run_about *into,
	struct error *err);

/* Removes the files that a run folder has, then the folder when nothing else is in it. */
void run_files_remove(const char *path);

#endif

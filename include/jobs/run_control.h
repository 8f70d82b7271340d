/*
 * run_control: the requests in the `control` file of a run folder (jobs/run_files.h), for a job
 * that obeys some of them itself, as a native run obeys pause and resume.
 *
 * run_control_open; then poll run_control_descriptor, and after it became readable take requests
 * with run_control_next until it returns false; run_control_close. Lines that were there before the
 * start count, too. A line longer than RUN_CONTROL_LINE_MAX or with another word is no request. One
 * thread at a time.
 */
#ifndef BACKCOURT_JOBS_RUN_CONTROL_H
#define BACKCOURT_JOBS_RUN_CONTROL_H

#include "base/error.h"
#include "jobs/run_files.h"

#include <stdbool.h>

struct run_control;

bool run_control_open(const char *folder, struct run_control **opened, struct error *err);
void run_control_close(struct run_control *control);
int run_control_descriptor(const struct run_control *control);
bool run_control_next(struct run_control *control, enum run_verb *verb);
/* The table that the newest request names; "" = none, it means all. Until the next call. */
const char *run_control_table(const struct run_control *control);

#endif

/*
 * native_run: the executor of the processors written in C.
 *
 * A run is one batch: its inputs are loaded once, then per date the rows are computed and written
 * in one transaction with their receipt (design: native, "How a range is computed").
 */
#ifndef BACKCOURT_JOBS_NATIVE_RUN_H
#define BACKCOURT_JOBS_NATIVE_RUN_H

#include "jobs/executor.h"

extern const struct executor native_executor;

#endif

/*
 * failure: whether a failed date says anything about the dates after it. Pure; any thread.
 *
 * While a season is young (pipeline_early_days) there is too little to compute from: such dates
 * fail, one after the other, and the later ones are right all the same. After that a table that
 * lacks its sources date after date is not worth the night.
 */
#ifndef BACKCOURT_JOBS_FAILURE_H
#define BACKCOURT_JOBS_FAILURE_H

#include "pipeline/pipeline.h"

/* Towards checks.failures_in_row. `words` begin with the category (coverage/failures.h):
 * "MISSING_DEPENDENCY: no shot zones". */
bool failure_counts_in_row(const struct pipeline *pipeline, date_t date, const char *words);

/* Do both say the same, but for the dates (2021-11-16, 20211116) in them? */
bool failure_is_same(const char *a, const char *b);

#endif

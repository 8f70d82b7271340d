/*
 * failure: whether a failed date says anything about the dates after it. Pure; any thread.
 *
 * In the first weeks of a season there is too little to compute from: such dates fail, one after
 * the other, and the later ones are right all the same. After five weeks the share of players that
 * are skipped for it is what it stays (operator needs, C5); then a table that lacks its sources
 * date after date is not worth the night.
 */
#ifndef BACKCOURT_JOBS_FAILURE_H
#define BACKCOURT_JOBS_FAILURE_H

#include "pipeline/pipeline.h"

#define FAILURE_EARLY_DAYS 42 /* from opening day on */

/* Towards checks.failures_in_row. `words` begin with the category (coverage/failures.h):
 * "MISSING_DEPENDENCY: no shot zones". */
bool failure_counts_in_row(const struct pipeline *pipeline, date_t date, const char *words);

#endif

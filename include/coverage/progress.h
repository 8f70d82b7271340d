/*
 * progress: how far the tables of each phase are, by dates. Pure; after coverage_judge.
 */
#ifndef BACKCOURT_COVERAGE_PROGRESS_H
#define BACKCOURT_COVERAGE_PROGRESS_H

#include "coverage/coverage.h"

#define PROGRESS_EARLY_DAYS_MAX 62 /* no season is young for longer; bounds the work of a frame */

/* "all of it is bootstrap for Phase 4; Phase 3 3 of 14 (2 unknown)": of the dates on which the
 * tables of a phase expect something, those on which all of them are complete or excused. */
void coverage_say_progress(const struct coverage *coverage, struct buffer *into);
/* Behind "no gaps" and the like: " as far as is known: 3 cells are unknown"; of none nothing. */
void coverage_say_unknown(int cells, struct buffer *into);
/* Some phase expects nothing of the range because the season is young. */
bool coverage_is_early(const struct coverage *coverage);

#endif

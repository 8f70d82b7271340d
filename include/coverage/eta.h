/*
 * eta: how long it will take. Pure; times are milliseconds; -1 is unknown.
 *
 * A table's speed is the median of its newest worked dates (design: coverage, ETA); before
 * ETA_DATES_MIN of them it is unknown. The plan's ETA simulates the queue with workers and gates.
 */
#ifndef BACKCOURT_COVERAGE_ETA_H
#define BACKCOURT_COVERAGE_ETA_H

#include "coverage/coverage.h"

#define ETA_DATES_MIN 3
#define ETA_DATES_MAX 10 /* older ones say little about the dates to come */

/* What the simulation knows of one table. */
struct eta_table {
	int64_t date_ms; /* per worked date; -1 unknown */
	int remaining;	 /* queued and running dates, and those that auto-launch will start */
	bool running;	 /* holds a worker now */
	bool paused;	 /* will not go on by itself: makes the plan unknown when it remains */
};

/* The median of the first ETA_DATES_MAX durations (newest first, or a ring in any order); -1 below
 * ETA_DATES_MIN of them. */
int64_t eta_median_ms(const int64_t *durations_ms, size_t count);
/* 0 when nothing remains; -1 when the speed is unknown. */
int64_t eta_table_ms(int64_t date_ms, int remaining);
/*
 * Until every table is done: `workers` tables at a time, a table after all that it depends on
 * (upstreams, guards, history) are done. tables: one per pipeline table. A table that has not
 * worked yet takes the median speed of the others; -1 when it needs one and no table has a speed.
 */
int64_t eta_plan_ms(const struct pipeline *pipeline, const struct eta_table *tables, int workers);

#endif

/*
 * eta_ends: when every date of a plan ends, and what it waited for; between
 * core/coverage/eta_queue.c, which runs the queue, and eta_plan.c, which says what that means.
 * Nobody else includes this.
 */
#ifndef BACKCOURT_COVERAGE_ETA_ENDS_H
#define BACKCOURT_COVERAGE_ETA_ENDS_H

#include "coverage/eta.h"

#define ETA_TIME_MOST (INT64_MAX / 4) /* no end lies later: sums of ends cannot overflow */

struct cell_end {
	int64_t end_ms;
	int32_t from; /* the cell whose end it waited for; -1: nothing */
	int32_t table;
};

/* By table in dependency order, then in run order. */
struct eta_ends {
	struct cell_end *cells;
	size_t count;
};

/* False when some dates would never start. Release the ends in both cases. */
bool eta_queue_run(const struct eta_queue *queue, struct eta_ends *ends);
void eta_ends_release(struct eta_ends *ends);

int64_t eta_later(int64_t from_ms, int64_t by_ms);

#endif

/* What the files of the plan share; nobody else includes this. */
#ifndef BACKCOURT_COVERAGE_PLAN_PARTS_H
#define BACKCOURT_COVERAGE_PLAN_PARTS_H

#include "coverage/plan.h"
#include "coverage_parts.h"

_Static_assert(PIPELINE_TABLES_MAX <= UINT8_MAX, "the tables below a cell are counted in bytes");

/* Those that keep nothing closed come last. */
enum fate {
	FATE_AS_IT_IS,
	FATE_OPEN, /* as it is, too: nothing waits for it */
	FATE_PLANNED,
	FATE_ENDS_WELL, /* queued or running now, on upstreams that are right or will be */
};

struct planner {
	const struct coverage *coverage;
	const struct plan_wish *wish;
	struct plan *plan;
	uint8_t *fates; /* enum fate, by table, then day */
	/* By history edge of the table at hand: the newest day before that at hand on which what it
	 * looks back on will be there; -1: none. */
	int32_t newest[PIPELINE_EDGES_MAX];
	int *planned_count;	   /* by table */
	struct table_bits *at_day; /* the planned tables of a day */
	bool *urgent;		   /* by table, then day: put first; NULL where nothing is */
};

static inline uint8_t *fates_of(const struct planner *planner, size_t table)
{
	return &planner->fates[table * (size_t)planner->coverage->days];
}

/* Before plan_fill_steps: what was put first, and all that it waits for. */
void plan_find_urgent(struct planner *planner);
/* The planned cells as steps. */
void plan_fill_steps(const struct planner *planner);

/* core/coverage/plan_step.c: puts the dates, oldest first until now, into run order. below: by
 * date, the tables that wait for it. */
void plan_step_order(struct plan_step *step, enum plan_order order, const uint8_t *below);

#endif

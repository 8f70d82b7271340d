/* What the files of the plan share; nobody else includes this. */
#ifndef BACKCOURT_COVERAGE_PLAN_PARTS_H
#define BACKCOURT_COVERAGE_PLAN_PARTS_H

#include "coverage/plan.h"

/* Puts the dates, oldest first until now, into run order. below: by date, the tables that wait for
 * it. */
void plan_step_order(struct plan_step *step, enum plan_order order, const uint8_t *below);

#endif

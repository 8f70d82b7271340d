/* One step of a plan: its dates, their order, and the command that runs it. */
#include "plan_parts.h"

#include "base/memory.h"
#include "coverage/select.h"

#include <stdlib.h>

static void reverse(struct plan_step *step)
{
	for (size_t i = 0; i < step->count / 2; i++) {
		date_t kept = step->dates[i];
		step->dates[i] = step->dates[step->count - 1 - i];
		step->dates[step->count - 1 - i] = kept;
	}
}

/* The oldest first of those for which as many wait. */
static void put_unblocking_first(struct plan_step *step, const uint8_t *below)
{
	size_t places[UINT8_MAX + 1] = {0}, next = 0;
	date_t *ordered = memory_new_array(step->count, sizeof(*ordered));
	for (size_t i = 0; i < step->count; i++)
		places[below[i]]++;
	for (size_t i = ARRAY_COUNT(places); i-- > 0;) {
		size_t count = places[i];
		places[i] = next;
		next += count;
	}
	for (size_t i = 0; i < step->count; i++)
		ordered[places[below[i]]++] = step->dates[i];
	free(step->dates);
	step->dates = ordered;
}

void plan_step_order(struct plan_step *step, enum plan_order order, const uint8_t *below)
{
	switch (order) {
	case PLAN_OLDEST:
		break;
	case PLAN_NEWEST:
		reverse(step);
		break;
	case PLAN_UNBLOCKING:
		put_unblocking_first(step, below);
		break;
	}
}

void plan_say_commands(
	const struct coverage *coverage, const struct plan *plan, struct buffer *into)
{
	for (size_t i = 0; i < plan->step_count; i++) {
		const struct plan_step *step = &plan->steps[i];
		struct date_set dates = {0};
		for (size_t k = 0; k < step->count; k++)
			date_set_add(&dates, (struct date_range){step->dates[k], step->dates[k]});
		buffer_add_format(into, "backcourt run %s --range ",
			coverage->pipeline->tables[step->table].short_name);
		date_set_format(&dates, into);
		buffer_add_char(into, '\n');
		date_set_release(&dates);
	}
}

void plan_step_dates(
	const struct coverage *coverage, const struct plan_step *step, struct date_set *into)
{
	struct date_set chosen = {0};
	for (size_t i = 0; i < step->count; i++)
		date_set_add(&chosen, (struct date_range){step->dates[i], step->dates[i]});
	for (date_t date = date_set_first(&chosen); date != DATE_NONE;
		date = date_set_next(&chosen, date))
		coverage_add_date(coverage, step->table, date, into);
	date_set_release(&chosen);
}

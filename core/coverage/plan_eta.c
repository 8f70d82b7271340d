#include "base/memory.h"
#include "coverage_parts.h"
#include "plan_parts.h"

#include <stdlib.h>
#include <string.h>

static struct eta_speed speed_of(const struct plan_wish *wish, size_t table)
{
	return wish->speeds == NULL ? ETA_UNKNOWN : wish->speeds[table];
}

static int games_of(const struct coverage *coverage, int32_t day)
{
	return coverage->memory->days[day].games;
}

static int64_t duration_of(const struct coverage *coverage, const struct plan_step *step,
	const struct eta_speed *speed)
{
	int64_t sum_ms = 0;
	for (size_t i = 0; i < step->count; i++) {
		int64_t date_ms = eta_date_ms(
			speed, games_of(coverage, step->dates[i] - coverage->range.first));
		if (date_ms < 0)
			return -1;
		if (__builtin_add_overflow(sum_ms, date_ms, &sum_ms))
			return INT64_MAX;
	}
	return sum_ms;
}

void plan_foresee(const struct coverage *coverage, const struct plan_wish *wish, struct plan *plan)
{
	size_t tables = coverage->pipeline->table_count, used = 0;
	struct eta_table *wanted = memory_new_array(tables, sizeof(*wanted));
	int32_t *days = memory_new_array((size_t)plan->cells + 1, sizeof(*days));
	int *games = memory_new_array((size_t)coverage->days + 1, sizeof(*games));
	for (int32_t day = 0; day < coverage->days; day++)
		games[day] = games_of(coverage, day);
	for (size_t i = 0; i < plan->step_count; i++) {
		struct plan_step *step = &plan->steps[i];
		struct eta_table *table = &wanted[step->table];
		*table = (struct eta_table){.speed = speed_of(wish, step->table),
			.days = &days[used],
			.count = step->count,
			.first_count = step->first_count};
		for (size_t k = 0; k < step->count; k++)
			days[used++] = step->dates[k] - coverage->range.first;
		step->duration_ms = duration_of(coverage, step, &table->speed);
	}
	eta_plan_make(&(struct eta_queue){.pipeline = coverage->pipeline,
			      .tables = wanted,
			      .games = games,
			      .workers = wish->workers},
		&plan->eta);
	plan->duration_ms = plan->eta.is_least ? -1 : plan->eta.p50_ms;
	free(wanted);
	free(days);
	free(games);
}

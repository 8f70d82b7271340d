/* What the run of the queue says: the end, its range and the critical path. */
#include "eta_parts.h"

#include "base/memory.h"

#include <math.h>
#include <stdlib.h>

#define P90	    1.2816 /* standard deviations of a normal sum */
/* Of the variance of one date, for a speed that stands on one: a mean has 1, and the share of the
 * games, found from the same dates, costs as much again. */
#define SPEED_ERROR 2.0

struct eta_walk {
	struct eta_queue queue;
	struct eta_plan plan;
	struct simulation *run; /* NULL: the end cannot be known */
};

static int32_t last_of(const struct simulation *run)
{
	int32_t last = -1;
	for (size_t i = 0; i < run->cell_count; i++)
		if (last < 0 || run->ends[i].end_ms > run->ends[last].end_ms)
			last = (int32_t)i;
	return last;
}

static void reverse_path(struct eta_plan *plan)
{
	for (size_t i = 0; i < plan->path_count / 2; i++) {
		struct eta_stretch first = plan->path[i];
		plan->path[i] = plan->path[plan->path_count - 1 - i];
		plan->path[plan->path_count - 1 - i] = first;
	}
}

/* From the last end back to the start. */
static void find_path(const struct simulation *run, struct eta_plan *plan)
{
	size_t places[PIPELINE_TABLES_MAX] = {0}; /* 1 + number on the path */
	for (int32_t cell = last_of(run); cell >= 0; cell = run->ends[cell].from) {
		const struct cell_end *end = &run->ends[cell];
		size_t table = (size_t)end->table;
		int64_t started_ms = end->from < 0 ? 0 : run->ends[end->from].end_ms;
		if (places[table] == 0) {
			plan->path[plan->path_count++] = (struct eta_stretch){.table = table};
			places[table] = plan->path_count;
		}
		struct eta_stretch *stretch = &plan->path[places[table] - 1];
		stretch->dates++;
		stretch->duration_ms += end->end_ms - started_ms;
	}
	reverse_path(plan);
}

/* Of the sum, squared, in milliseconds. */
static double variance_of(const struct eta_stretch *stretch, const struct eta_speed *speed)
{
	double all = (double)stretch->duration_ms, dates = (double)stretch->dates;
	double one = fmax(all / dates, (double)speed->date_ms) * speed->scatter;
	double level = all * speed->scatter;
	return one * one * dates + level * level * SPEED_ERROR / speed->dates;
}

/* P90 of Student's t (its expansion in 1/freedom): a scatter that was seen on few dates is itself
 * uncertain. Of a sum of several, freedom as Welch and Satterthwaite have it. */
static double deviations_at_p90(double variance, double weighed)
{
	double freedom = weighed > 0 ? variance * variance / weighed : INFINITY;
	return P90 + (P90 * P90 * P90 + P90) / (4 * freedom);
}

static void set_range(const struct eta_queue *queue, struct eta_plan *plan)
{
	double variance = 0, weighed = 0;
	plan->p50_ms = 0;
	for (size_t i = 0; i < plan->path_count; i++) {
		const struct eta_stretch *stretch = &plan->path[i];
		const struct eta_speed *speed = &queue->tables[stretch->table].speed;
		plan->p50_ms = eta_later(plan->p50_ms, stretch->duration_ms);
		if (speed->date_ms < 0)
			continue;
		double of_it = variance_of(stretch, speed);
		variance += of_it;
		weighed += of_it * of_it / fmax(speed->dates - 1, 1);
	}
	double more_ms = deviations_at_p90(variance, weighed) * sqrt(variance);
	plan->p90_ms =
		eta_later(plan->p50_ms, (int64_t)llround(fmin(more_ms, (double)ETA_TIME_MOST)));
}

/* False when the end cannot be known. */
static bool look_at_tables(const struct eta_queue *queue, struct eta_plan *plan)
{
	bool has_speed = false, has_dates = false;
	for (size_t i = 0; i < queue->pipeline->table_count; i++) {
		const struct eta_table *table = &queue->tables[i];
		if (table->count == 0)
			continue;
		if (table->paused)
			return false;
		has_dates = true;
		has_speed |= table->speed.date_ms >= 0;
		plan->is_least |= table->speed.date_ms < 0;
		plan->is_old |= table->speed.date_ms >= 0 && table->speed.is_old;
	}
	return has_speed || !has_dates;
}

struct eta_walk *eta_begin(const struct eta_queue *queue)
{
	struct eta_walk *walk = memory_new(sizeof(*walk));
	walk->queue = *queue;
	walk->plan = (struct eta_plan){.p50_ms = -1, .p90_ms = -1};
	if (look_at_tables(queue, &walk->plan))
		walk->run = eta_queue_open(&walk->queue);
	return walk;
}

bool eta_go_on(struct eta_walk *walk)
{
	return walk->run != NULL && eta_queue_go_on(walk->run);
}

void eta_end(struct eta_walk *walk, struct eta_plan *plan)
{
	if (walk == NULL)
		return;
	if (plan != NULL && walk->run != NULL && walk->run->open_count == 0) {
		find_path(walk->run, &walk->plan);
		set_range(&walk->queue, &walk->plan);
	}
	if (plan != NULL)
		*plan = walk->plan;
	eta_queue_close(walk->run);
	free(walk);
}

void eta_plan_make(const struct eta_queue *queue, struct eta_plan *plan)
{
	struct eta_walk *walk = eta_begin(queue);
	while (eta_go_on(walk))
		;
	eta_end(walk, plan);
}

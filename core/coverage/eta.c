#include "coverage/eta.h"

#include <stdlib.h>
#include <string.h>

static int compare_durations(const void *a, const void *b)
{
	int64_t first = *(const int64_t *)a, second = *(const int64_t *)b;
	return (first > second) - (first < second);
}

static int64_t median(int64_t *values, size_t count)
{
	qsort(values, count, sizeof(*values), compare_durations);
	if (count % 2 == 1)
		return values[count / 2];
	return values[count / 2 - 1] + (values[count / 2] - values[count / 2 - 1]) / 2;
}

int64_t eta_median_ms(const int64_t *durations_ms, size_t count)
{
	int64_t sorted[ETA_DATES_MAX];
	if (count > ETA_DATES_MAX)
		count = ETA_DATES_MAX;
	if (count < ETA_DATES_MIN)
		return -1;
	memcpy(sorted, durations_ms, count * sizeof(sorted[0]));
	return median(sorted, count);
}

static int64_t product(int64_t date_ms, int remaining)
{
	int64_t total;
	return __builtin_mul_overflow(date_ms, (int64_t)remaining, &total) ? INT64_MAX : total;
}

int64_t eta_table_ms(int64_t date_ms, int remaining)
{
	if (remaining <= 0)
		return 0;
	return date_ms < 0 ? -1 : product(date_ms, remaining);
}

/* The queue, simulated: what every table still needs, and when it is done. */
struct simulation {
	const struct pipeline *pipeline;
	int workers;
	int64_t now_ms;
	int64_t need_ms[PIPELINE_TABLES_MAX];
	int64_t ends_ms[PIPELINE_TABLES_MAX]; /* -1: does not run */
	bool done[PIPELINE_TABLES_MAX];
	int busy;
};

static bool is_unblocked(const struct simulation *simulation, size_t table)
{
	const struct pipeline *pipeline = simulation->pipeline;
	const struct pipeline_table *described = &pipeline->tables[table];
	for (size_t i = 0; i < pipeline->table_count; i++)
		if (!simulation->done[i] && pipeline_depends_on(pipeline, table, i))
			return false;
	for (size_t i = 0; i < described->history_count; i++)
		if (!simulation->done[described->history[i].table])
			return false;
	return true;
}

static void start(struct simulation *simulation, size_t table)
{
	simulation->ends_ms[table] = simulation->now_ms > INT64_MAX - simulation->need_ms[table]
					     ? INT64_MAX
					     : simulation->now_ms + simulation->need_ms[table];
	simulation->busy++;
}

static void start_what_can(struct simulation *simulation)
{
	const struct pipeline *pipeline = simulation->pipeline;
	for (size_t i = 0; i < pipeline->table_count; i++) {
		size_t table = pipeline->order[i];
		if (simulation->busy >= simulation->workers)
			return;
		if (!simulation->done[table] && simulation->ends_ms[table] < 0 &&
			is_unblocked(simulation, table))
			start(simulation, table);
	}
}

/* Ends the table that is done first; false when none runs. */
static bool finish_one(struct simulation *simulation)
{
	size_t next = simulation->pipeline->table_count;
	for (size_t i = 0; i < simulation->pipeline->table_count; i++) {
		if (simulation->done[i] || simulation->ends_ms[i] < 0)
			continue;
		if (next == simulation->pipeline->table_count ||
			simulation->ends_ms[i] < simulation->ends_ms[next])
			next = i;
	}
	if (next == simulation->pipeline->table_count)
		return false;
	simulation->now_ms = simulation->ends_ms[next];
	simulation->done[next] = true;
	simulation->busy--;
	return true;
}

static int64_t usual_speed(const struct eta_table *tables, size_t count)
{
	int64_t known[PIPELINE_TABLES_MAX];
	size_t known_count = 0;
	for (size_t i = 0; i < count; i++)
		if (tables[i].date_ms >= 0)
			known[known_count++] = tables[i].date_ms;
	return known_count == 0 ? -1 : median(known, known_count);
}

static bool set_needs(struct simulation *simulation, const struct eta_table *tables)
{
	size_t count = simulation->pipeline->table_count;
	int64_t usual_ms = usual_speed(tables, count);
	for (size_t i = 0; i < count; i++) {
		int64_t date_ms = tables[i].date_ms >= 0 ? tables[i].date_ms : usual_ms;
		simulation->need_ms[i] = eta_table_ms(date_ms, tables[i].remaining);
		simulation->ends_ms[i] = -1;
		simulation->done[i] = tables[i].remaining <= 0;
		if (simulation->need_ms[i] < 0 || (tables[i].paused && !simulation->done[i]))
			return false;
	}
	return true;
}

int64_t eta_plan_ms(const struct pipeline *pipeline, const struct eta_table *tables, int workers)
{
	struct simulation simulation = {.pipeline = pipeline, .workers = workers > 0 ? workers : 1};
	if (!set_needs(&simulation, tables))
		return -1;
	/* What runs keeps its worker, also when there are fewer workers now than there were. */
	for (size_t i = 0; i < pipeline->table_count; i++)
		if (tables[i].running && !simulation.done[i])
			start(&simulation, i);
	do
		start_what_can(&simulation);
	while (finish_one(&simulation));
	return simulation.now_ms;
}

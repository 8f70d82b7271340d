/* The steps of a plan: in which order, and with which dates first. */
#include "coverage/eta.h"
#include "coverage_parts.h"
#include "plan_parts.h"

#include <stdlib.h>
#include <string.h>

static void hurry(const struct planner *planner, size_t table, struct date_range dates)
{
	struct date_range range = planner->coverage->range;
	for (date_t date = dates.first > range.first ? dates.first : range.first;
		date <= dates.last && date <= range.last; date++)
		planner->urgent[table * (size_t)planner->coverage->days +
				(size_t)(date - range.first)] = true;
}

/* What an urgent cell waits for is as urgent. */
static void hurry_above(const struct planner *planner, size_t table, date_t date)
{
	const struct pipeline_table *described = &planner->coverage->pipeline->tables[table];
	for (size_t i = 0; i < pipeline_edge_count(described); i++)
		hurry(planner, pipeline_edge(described, i), (struct date_range){date, date});
	for (size_t i = 0; i < described->history_count; i++)
		hurry(planner, described->history[i].table,
			coverage_history_window(planner->coverage, &described->history[i], date));
	for (size_t i = 0; i < described->job.minimum_count; i++)
		hurry(planner, described->job.minimums[i].table, (struct date_range){date, date});
}

static bool is_urgent(const struct planner *planner, size_t table, int32_t day)
{
	return planner->urgent != NULL &&
	       planner->urgent[table * (size_t)planner->coverage->days + (size_t)day];
}

void plan_find_urgent(struct planner *planner)
{
	const struct coverage *coverage = planner->coverage;
	const struct pipeline *pipeline = coverage->pipeline;
	const struct date_set *first = planner->wish->first;
	if (first == NULL)
		return;
	planner->urgent = memory_new_array(
		pipeline->table_count * (size_t)coverage->days, sizeof(*planner->urgent));
	for (size_t i = pipeline->table_count; i-- > 0;) {
		size_t table = pipeline->order[i];
		for (size_t k = 0; k < first[table].count; k++)
			hurry(planner, table, first[table].ranges[k]);
		for (int32_t day = 0; day < coverage->days; day++)
			if (is_urgent(planner, table, day))
				hurry_above(planner, table, coverage->range.first + day);
	}
}

/* Every table that reads or is guarded by this one, directly or not. */
static struct table_bits tables_below(const struct pipeline *pipeline, size_t start)
{
	bool is_below[PIPELINE_TABLES_MAX];
	struct table_bits below = {0};
	pipeline_find_below(pipeline, start, is_below);
	for (size_t table = 0; table < pipeline->table_count; table++)
		if (is_below[table])
			table_bits_add(&below, table);
	return below;
}

static uint8_t count_below(const struct table_bits *below, const struct table_bits *planned)
{
	int count = 0;
	for (size_t word = 0; word < TABLE_WORDS; word++)
		if (below->words[word] != 0)
			count += __builtin_popcountll(below->words[word] & planned->words[word]);
	return (uint8_t)count;
}

/* By day of the plan; on most days as many tables are planned as on the day before. */
static void count_all_below(const struct planner *planner, size_t table, uint8_t *below)
{
	const uint8_t *fates = fates_of(planner, table);
	struct table_bits tables = tables_below(planner->coverage->pipeline, table);
	const struct table_bits *last = NULL;
	size_t count = 0;
	for (int32_t day = 0; day < planner->coverage->days; day++) {
		const struct table_bits *planned = &planner->at_day[day];
		if (fates[day] != FATE_PLANNED)
			continue;
		bool is_same = last != NULL && memcmp(last, planned, sizeof(*last)) == 0;
		below[count] = is_same ? below[count - 1] : count_below(&tables, planned);
		last = planned;
		count++;
	}
}

/* The others keep their order behind them. */
static void put_urgent_first(const struct planner *planner, struct plan_step *step)
{
	date_t *ordered = memory_new_array(step->count, sizeof(*ordered));
	size_t next = 0;
	for (int urgent = 1; urgent >= 0; urgent--) {
		for (size_t i = 0; i < step->count; i++)
			if (is_urgent(planner, step->table,
				    step->dates[i] - planner->coverage->range.first) == urgent)
				ordered[next++] = step->dates[i];
		if (urgent == 1)
			step->first_count = next;
	}
	free(step->dates);
	step->dates = ordered;
}

static void fill_step(const struct planner *planner, size_t table, struct plan_step *step)
{
	const uint8_t *fates = fates_of(planner, table);
	size_t count = (size_t)planner->planned_count[table];
	uint8_t *below = memory_new_array(count, sizeof(*below));
	count_all_below(planner, table, below);
	*step = (struct plan_step){.table = table, .duration_ms = -1, .bytes = -1};
	step->dates = memory_new_array(count, sizeof(*step->dates));
	for (int32_t day = 0; day < planner->coverage->days; day++) {
		if (fates[day] != FATE_PLANNED)
			continue;
		step->below += below[step->count];
		step->dates[step->count++] = planner->coverage->range.first + day;
	}
	plan_step_order(step, planner->wish->order, below);
	if (planner->urgent != NULL)
		put_urgent_first(planner, step);
	free(below);
}

/* Each behind what it waits for; of these, those with something urgent before the others: what an
 * urgent table waits for is urgent itself. */
void plan_fill_steps(const struct planner *planner)
{
	const struct pipeline *pipeline = planner->coverage->pipeline;
	struct plan *plan = planner->plan;
	struct plan_step *later = memory_new_array(pipeline->table_count, sizeof(*later));
	size_t later_count = 0;
	plan->steps = memory_new_array(pipeline->table_count, sizeof(*plan->steps));
	for (size_t i = 0; i < pipeline->table_count; i++) {
		struct plan_step step;
		size_t table = pipeline->order[i];
		if (planner->planned_count[table] == 0)
			continue;
		fill_step(planner, table, &step);
		plan->cells += planner->planned_count[table];
		if (step.first_count > 0 || planner->urgent == NULL)
			plan->steps[plan->step_count++] = step;
		else
			later[later_count++] = step;
	}
	for (size_t i = 0; i < later_count; i++)
		plan->steps[plan->step_count++] = later[i];
	free(later);
}

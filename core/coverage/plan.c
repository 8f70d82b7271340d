#include "coverage/plan.h"

#include "coverage/select.h"
#include "coverage_parts.h"
#include "plan_parts.h"

#include <stdlib.h>

static const struct cell *cell_of(const struct planner *planner, size_t table, int32_t day)
{
	return &planner->coverage->cells[table * (size_t)planner->coverage->days + (size_t)day];
}

static bool will_be_there(const struct planner *planner, size_t table, int32_t day)
{
	return fates_of(planner, table)[day] >= FATE_PLANNED;
}

struct obstacle {
	enum reason reason;
	int because;
};

static bool obstruct(struct obstacle *obstacle, enum reason reason, size_t because)
{
	*obstacle = (struct obstacle){reason, (int)because};
	return false;
}

static enum reason edge_reason(enum verdict verdict, bool is_guard)
{
	if (verdict == VERDICT_UNKNOWN)
		return REASON_WITNESS_UNAVAILABLE;
	return is_guard ? REASON_BLOCKED_GUARD : gate_reason(verdict);
}

static bool edges_will_open(
	const struct planner *planner, size_t table, int32_t day, struct obstacle *obstacle)
{
	const struct pipeline_table *described = &planner->coverage->pipeline->tables[table];
	for (size_t i = 0; i < pipeline_edge_count(described); i++) {
		size_t other = pipeline_edge(described, i);
		if (fates_of(planner, other)[day] == FATE_AS_IT_IS)
			return obstruct(obstacle,
				edge_reason(verdict_at(planner->coverage, other, day),
					i >= described->upstream_count),
				other);
	}
	return true;
}

static bool minimums_will_be_met(
	const struct planner *planner, size_t table, int32_t day, struct obstacle *obstacle)
{
	const struct pipeline_job *job = &planner->coverage->pipeline->tables[table].job;
	for (size_t i = 0; i < job->minimum_count; i++) {
		size_t other = job->minimums[i].table;
		const struct cell *cell = cell_of(planner, other, day);
		bool is_settled = will_be_there(planner, other, day);
		bool grows = is_settled && !cell->fresh;
		if (!grows && !cell->rows_known)
			return obstruct(obstacle, REASON_WITNESS_UNAVAILABLE, other);
		int64_t rows = grows ? rows_to_come(planner->coverage, other, day) : cell->rows;
		/* what passes may come out as it is */
		if (grows && cell->passes && (rows < 0 || cell->rows < rows))
			rows = cell->rows;
		if (rows >= 0 && rows < job->minimums[i].rows)
			return obstruct(obstacle,
				is_settled ? REASON_BLOCKED_JOB_MINIMUM
					   : minimum_reason(cell->verdict),
				other);
	}
	return true;
}

/* What the table looks back on from this day. */
static void note_past(struct planner *planner, size_t table, int32_t day)
{
	const struct pipeline_table *described = &planner->coverage->pipeline->tables[table];
	for (size_t i = 0; i < described->history_count; i++)
		if (day == 0)
			planner->newest[i] = -1;
		else if (will_be_there(planner, described->history[i].table, day - 1))
			planner->newest[i] = day - 1;
}

static bool is_planned_since(const struct planner *planner, size_t history, date_t first)
{
	int32_t newest = planner->newest[history];
	return newest >= 0 && planner->coverage->range.first + newest >= first;
}

static bool past_will_be_there(
	const struct planner *planner, size_t table, int32_t day, struct obstacle *obstacle)
{
	const struct coverage *coverage = planner->coverage;
	const struct pipeline_table *described = &coverage->pipeline->tables[table];
	for (size_t i = 0; i < described->history_count; i++) {
		const struct history_edge *edge = &described->history[i];
		date_t date = coverage->range.first + day;
		struct past past = past_of(coverage, edge, date);
		if (is_missing(&past) &&
			!is_planned_since(planner, i, window_of(coverage, edge, date).first))
			return obstruct(obstacle,
				past.unknown > 0 ? REASON_WITNESS_UNAVAILABLE
						 : REASON_BLOCKED_LOOKBACK,
				edge->table);
	}
	return true;
}

static void leave(struct planner *planner, const struct plan_left *what, date_t date)
{
	struct plan *plan = planner->plan;
	size_t i = plan->left_count;
	plan->left_cells++;
	/* Those of the same table are the newest; few reasons per table. */
	while (i > 0 && plan->left[i - 1].table == what->table &&
		(plan->left[i - 1].kind != what->kind || plan->left[i - 1].reason != what->reason ||
			plan->left[i - 1].because != what->because))
		i--;
	if (i == 0 || plan->left[i - 1].table != what->table) {
		ARRAY_GROW(plan->left, plan->left_count, plan->left_capacity);
		plan->left[plan->left_count] = *what;
		i = ++plan->left_count;
	}
	plan->left[i - 1].cells++;
	coverage_add_date(planner->coverage, what->table, date, &plan->left[i - 1].dates);
}

static bool is_chosen(const struct planner *planner, size_t table, date_t date)
{
	const struct plan_wish *wish = planner->wish;
	return (wish->tables == NULL || wish->tables[table]) &&
	       (wish->dates == NULL || date_set_has(wish->dates, date)) &&
	       (wish->only == NULL || date_set_has(&wish->only[table], date)) &&
	       (wish->out == NULL || !date_set_has(&wish->out[table], date));
}

/* What runs now has read its upstreams already: they must be right, not only get right. */
static bool edges_are_open(
	const struct planner *planner, size_t table, int32_t day, struct obstacle *obstacle)
{
	const struct pipeline_table *described = &planner->coverage->pipeline->tables[table];
	for (size_t i = 0; i < pipeline_edge_count(described); i++) {
		size_t other = pipeline_edge(described, i);
		enum verdict verdict = verdict_at(planner->coverage, other, day);
		if (!opens_gate(verdict))
			return obstruct(obstacle,
				edge_reason(verdict, i >= described->upstream_count), other);
	}
	return true;
}

static bool will_start(
	const struct planner *planner, size_t table, int32_t day, struct obstacle *obstacle)
{
	return edges_will_open(planner, table, day, obstacle) &&
	       minimums_will_be_met(planner, table, day, obstacle) &&
	       past_will_be_there(planner, table, day, obstacle);
}

/* Rows of which nobody can say how many there should be stay unknown, however their run ends. */
static bool rows_will_be_judged(
	const struct planner *planner, size_t table, int32_t day, struct obstacle *obstacle)
{
	const struct expectation *rule = &planner->coverage->pipeline->tables[table].expect;
	if (rule->rule != EXPECT_SAME_AS || cell_of(planner, table, day)->expected_min >= 0 ||
		will_be_there(planner, rule->same_as, day))
		return true;
	return obstruct(obstacle, REASON_WITNESS_UNAVAILABLE, rule->same_as);
}

static bool will_end_well(
	const struct planner *planner, size_t table, int32_t day, struct obstacle *obstacle)
{
	bool runs = verdict_at(planner->coverage, table, day) == VERDICT_RUNNING;
	return rows_will_be_judged(planner, table, day, obstacle) &&
	       (runs ? edges_are_open(planner, table, day, obstacle)
		     : will_start(planner, table, day, obstacle));
}

static void leave_waiting(
	struct planner *planner, size_t table, int32_t day, const struct obstacle *obstacle)
{
	bool refused = obstacle->reason == REASON_BLOCKED_JOB_MINIMUM;
	struct plan_left what = {.table = table,
		.kind = refused ? LEFT_NEEDS_YOU : LEFT_WAITS,
		.reason = obstacle->reason,
		.because = obstacle->because};
	leave(planner, &what, planner->coverage->range.first + day);
}

static void leave_to_you(struct planner *planner, size_t table, int32_t day)
{
	const struct cell *cell = cell_of(planner, table, day);
	struct plan_left what = {.table = table,
		.kind = LEFT_NEEDS_YOU,
		.reason = cell->reason,
		.because = cell->because};
	leave(planner, &what, planner->coverage->range.first + day);
}

static enum fate fate_of_gap(struct planner *planner, size_t table, int32_t day)
{
	struct obstacle obstacle;
	if (needs_you_at(planner->coverage, table, day))
		leave_to_you(planner, table, day);
	else if (will_start(planner, table, day, &obstacle))
		return FATE_PLANNED;
	else
		leave_waiting(planner, table, day, &obstacle);
	return FATE_AS_IT_IS;
}

static enum fate fate_of(struct planner *planner, size_t table, int32_t day)
{
	enum verdict verdict = verdict_at(planner->coverage, table, day);
	struct obstacle obstacle;
	if (opens_gate(verdict))
		return FATE_OPEN;
	if (verdict == VERDICT_RUNNING || verdict == VERDICT_QUEUED) {
		if (will_end_well(planner, table, day, &obstacle))
			return FATE_ENDS_WELL;
		leave_waiting(planner, table, day, &obstacle);
		return FATE_AS_IT_IS;
	}
	bool is_unknown =
		verdict == VERDICT_UNKNOWN && cell_of(planner, table, day)->expects == EXPECTED_YES;
	if ((!verdict_is_gap(verdict) && !is_unknown) ||
		!is_chosen(planner, table, planner->coverage->range.first + day))
		return FATE_AS_IT_IS;
	return fate_of_gap(planner, table, day);
}

static void plan_table(struct planner *planner, size_t table)
{
	uint8_t *fates = fates_of(planner, table);
	for (int32_t day = 0; day < planner->coverage->days; day++) {
		note_past(planner, table, day);
		fates[day] = (uint8_t)fate_of(planner, table, day);
		if (fates[day] != FATE_PLANNED)
			continue;
		planner->planned_count[table]++;
		table_bits_add(&planner->at_day[day], table);
	}
}

static void open_planner(struct planner *planner)
{
	const struct coverage *coverage = planner->coverage;
	size_t tables = coverage->pipeline->table_count;
	size_t days = (size_t)coverage->days;
	planner->fates = memory_new_array(tables * days, sizeof(*planner->fates));
	planner->planned_count = memory_new_array(tables, sizeof(*planner->planned_count));
	planner->at_day = memory_new_array(days, sizeof(*planner->at_day));
}

static void close_planner(const struct planner *planner)
{
	free(planner->planned_count);
	free(planner->fates);
	free(planner->at_day);
	free(planner->urgent);
}

void plan_make(const struct coverage *coverage, const struct plan_wish *wish, struct plan *plan)
{
	struct planner planner = {.coverage = coverage, .wish = wish, .plan = plan};
	*plan = (struct plan){0};
	open_planner(&planner);
	plan_find_urgent(&planner);
	for (size_t i = 0; i < coverage->pipeline->table_count; i++)
		plan_table(&planner, coverage->pipeline->order[i]);
	plan_fill_steps(&planner);
	plan_foresee(coverage, wish, plan);
	close_planner(&planner);
}

void plan_release(struct plan *plan)
{
	for (size_t i = 0; i < plan->step_count; i++)
		free(plan->steps[i].dates);
	for (size_t i = 0; i < plan->left_count; i++)
		date_set_release(&plan->left[i].dates);
	free(plan->steps);
	free(plan->left);
	*plan = (struct plan){0};
}

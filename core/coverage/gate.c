/* When a cell may start, and why not. */
#include "coverage_parts.h"

bool verdict_opens_gate(enum verdict verdict)
{
	return opens_gate(verdict);
}

enum reason gate_reason(enum verdict verdict)
{
	switch (verdict) {
	case VERDICT_UNKNOWN:
		return REASON_WITNESS_UNAVAILABLE;
	case VERDICT_RUNNING:
	case VERDICT_QUEUED:
		return REASON_BLOCKED_UPSTREAM_RUNNING;
	case VERDICT_FAILED:
	case VERDICT_KILLED:
	case VERDICT_SUSPECT:
		return REASON_BLOCKED_UPSTREAM_FAILED;
	case VERDICT_THIN:
	case VERDICT_EMPTY:
	case VERDICT_DUPLICATE:
		return REASON_BLOCKED_UPSTREAM_THIN;
	case VERDICT_STALE:
		return REASON_BLOCKED_UPSTREAM_STALE;
	case VERDICT_EXCUSED:
	case VERDICT_OFF:
	case VERDICT_BOOTSTRAP:
	case VERDICT_EXPIRED:
	case VERDICT_COMPLETE:
	case VERDICT_BLOCKED:
	case VERDICT_READY:
	case VERDICT_PARTIAL:
	case VERDICT_COUNT:
		return REASON_BLOCKED_UPSTREAM_MISSING;
	}
	return REASON_BLOCKED_UPSTREAM_MISSING;
}

struct date_range coverage_history_window(
	const struct coverage *coverage, const struct history_edge *edge, date_t date)
{
	return window_of(coverage, edge, date);
}

struct past coverage_past(
	const struct coverage *coverage, const struct history_edge *edge, date_t date)
{
	return past_of(coverage, edge, date);
}

struct gate {
	enum reason reason;
	int because;
};

static bool close_gate(struct gate *gate, enum reason reason, size_t because)
{
	*gate = (struct gate){reason, (int)because};
	return false;
}

/* An unknown among the upstreams and guards decides before anything else that closes. */
static bool edges_open(
	const struct coverage *coverage, size_t table, date_t date, struct gate *gate)
{
	const struct pipeline_table *described = &coverage->pipeline->tables[table];
	bool open = true;
	bool inside = date_range_has(coverage->range, date);
	for (size_t i = 0; i < pipeline_edge_count(described); i++) {
		size_t other = pipeline_edge(described, i);
		enum verdict verdict =
			inside ? verdict_at(coverage, other, date - coverage->range.first)
			       : VERDICT_UNKNOWN;
		if (verdict == VERDICT_UNKNOWN)
			return close_gate(gate, REASON_WITNESS_UNAVAILABLE, other);
		if (open && !opens_gate(verdict))
			open = close_gate(gate,
				i < described->upstream_count ? gate_reason(verdict)
							      : REASON_BLOCKED_GUARD,
				other);
	}
	return open;
}

int64_t rows_to_come(const struct coverage *coverage, size_t table, int32_t day)
{
	const struct expectation *rule = &coverage->pipeline->tables[table].expect;
	const struct cell *cell = &cells_of(coverage, table)[day];
	if (rule->rule == EXPECT_SAME_AS) {
		const struct cell *measure = &cells_of(coverage, rule->same_as)[day];
		return measure->fresh ? measure->rows : rows_to_come(coverage, rule->same_as, day);
	}
	return cell->expected_max == INT64_MAX ? -1 : cell->expected;
}

enum reason minimum_reason(enum verdict verdict)
{
	return opens_gate(verdict) ? REASON_BLOCKED_JOB_MINIMUM : gate_reason(verdict);
}

static bool minimums_met(
	const struct coverage *coverage, size_t table, date_t date, struct gate *gate)
{
	const struct pipeline_job *job = &coverage->pipeline->tables[table].job;
	for (size_t i = 0; i < job->minimum_count; i++) {
		const struct job_minimum *minimum = &job->minimums[i];
		const struct cell *cell = coverage_cell(coverage, minimum->table, date);
		if (cell == NULL || !cell->rows_known)
			return close_gate(gate, REASON_WITNESS_UNAVAILABLE, minimum->table);
		if (cell->rows < minimum->rows)
			return close_gate(gate, minimum_reason(cell->verdict), minimum->table);
	}
	return true;
}

static bool past_is_there(
	const struct coverage *coverage, size_t table, date_t date, struct gate *gate)
{
	const struct pipeline_table *described = &coverage->pipeline->tables[table];
	for (size_t i = 0; i < described->history_count; i++) {
		struct past past = past_of(coverage, &described->history[i], date);
		bool lacks_all = is_missing(&past);
		if (past.busy == 0 && lacks_all && past.unknown > 0)
			return close_gate(
				gate, REASON_WITNESS_UNAVAILABLE, described->history[i].table);
		if (past.busy > 0 || lacks_all)
			return close_gate(
				gate, REASON_BLOCKED_LOOKBACK, described->history[i].table);
	}
	return true;
}

bool coverage_gate(const struct coverage *coverage, size_t table, date_t date, enum reason *reason,
	int *because)
{
	struct gate gate = {REASON_NONE, -1};
	bool open = edges_open(coverage, table, date, &gate) &&
		    minimums_met(coverage, table, date, &gate) &&
		    past_is_there(coverage, table, date, &gate);
	*reason = gate.reason;
	*because = gate.because;
	return open;
}

/* The verdict on a cell: one ordered table of rules; the first that holds decides. */
#include "coverage/coverage.h"

#include "expectation.h"

#include <stdlib.h>

/* A cell with what the rules look at. */
struct facts {
	const struct coverage *coverage;
	size_t table;
	date_t date;
	struct cell *cell;
	enum expected_day expected;
	bool passes; /* the rows are what the rule allows, NULLs included */
	bool gate_open;
	enum reason gate_reason;
	int gate_because;
	enum reason stale_reason; /* REASON_NONE: fresh */
	int stale_because;
};

static const struct pipeline_table *table_of(const struct facts *facts)
{
	return &facts->coverage->pipeline->tables[facts->table];
}

static double null_ratio_allowed(const struct pipeline_table *table)
{
	return table->critical_count == 0 ? 1 : table->critical[0].max_null_ratio;
}

static bool has_too_many_nulls(const struct facts *facts)
{
	const struct cell *cell = facts->cell;
	return cell->rows > 0 && (double)cell->critical_nulls >
					 null_ratio_allowed(table_of(facts)) * (double)cell->rows;
}

static bool rows_pass(const struct facts *facts)
{
	const struct cell *cell = facts->cell;
	return cell->rows_known && cell->rows > 0 && cell->expected_min >= 0 &&
	       cell->rows >= cell->expected_min && cell->rows <= cell->expected_max &&
	       !has_too_many_nulls(facts);
}

bool verdict_opens_gate(enum verdict verdict)
{
	return verdict == VERDICT_COMPLETE || verdict == VERDICT_EXCUSED ||
	       verdict == VERDICT_OFF || verdict == VERDICT_BOOTSTRAP;
}

static enum reason blocked_by_upstream(enum verdict verdict)
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
	date_t season = calendar_season_first(coverage->calendar, date);
	date_t first = edge->span == HISTORY_SEASON ? season : date - edge->days;
	if (season != DATE_NONE && first < season)
		first = season;
	return (struct date_range){first, date - 1};
}

/* Work is under way in the window, or the window expects rows and has none at all. */
static bool history_blocks(
	const struct coverage *coverage, const struct history_edge *edge, date_t date)
{
	struct date_range window = coverage_history_window(coverage, edge, date);
	const struct pipeline_table *other = &coverage->pipeline->tables[edge->table];
	bool any_expected = false;
	bool any_rows = false;
	if (window.first < coverage->range.first) {
		window.first = coverage->range.first;
		any_rows = true; /* what lies before the range is not known to be missing */
	}
	for (date_t day = window.first; day <= window.last; day++) {
		const struct cell *cell = coverage_cell(coverage, edge->table, day);
		if (cell->attempt == ATTEMPT_QUEUED || cell->attempt == ATTEMPT_RUNNING)
			return true;
		any_rows = any_rows || (cell->rows_known && cell->rows > 0);
		any_expected = any_expected ||
			       calendar_expects(coverage->calendar, other, day) == EXPECTED_YES;
	}
	return any_expected && !any_rows;
}

static bool edge_blocks(const struct coverage *coverage, size_t other, date_t date, bool guard,
	enum reason *reason, int *because)
{
	const struct cell *cell = coverage_cell(coverage, other, date);
	if (cell != NULL && verdict_opens_gate(cell->verdict))
		return false;
	*because = (int)other;
	*reason = cell == NULL			     ? REASON_WITNESS_UNAVAILABLE
		  : cell->verdict == VERDICT_UNKNOWN ? REASON_WITNESS_UNAVAILABLE
		  : guard			     ? REASON_BLOCKED_GUARD
						     : blocked_by_upstream(cell->verdict);
	return true;
}

bool coverage_gate(const struct coverage *coverage, size_t table, date_t date, enum reason *reason,
	int *because)
{
	const struct pipeline_table *described = &coverage->pipeline->tables[table];
	*reason = REASON_NONE;
	*because = -1;
	for (size_t i = 0; i < described->upstream_count; i++)
		if (edge_blocks(coverage, described->upstreams[i], date, false, reason, because))
			return false;
	for (size_t i = 0; i < described->guard_count; i++)
		if (edge_blocks(coverage, described->guards[i], date, true, reason, because))
			return false;
	for (size_t i = 0; i < described->history_count; i++)
		if (history_blocks(coverage, &described->history[i], date)) {
			*reason = REASON_BLOCKED_LOOKBACK;
			*because = (int)described->history[i].table;
			return false;
		}
	return true;
}

/* An upstream or guard that was written after, or was missing when, this cell was computed. */
static bool edge_makes_stale(struct facts *facts, size_t other, size_t slot)
{
	const struct cell *upstream = coverage_cell(facts->coverage, other, facts->date);
	if (upstream == NULL || slot >= PIPELINE_EDGES_MAX)
		return false;
	int64_t recorded = facts->cell->source_sequence[slot];
	bool both_receipts = facts->cell->has_receipt && upstream->has_receipt;
	if (both_receipts && upstream->sequence > recorded)
		facts->stale_reason =
			recorded <= 0 ? REASON_STALE_COMPUTED_ON_THIN : REASON_STALE_UPSTREAM_NEWER;
	else if (upstream->verdict == VERDICT_THIN || upstream->verdict == VERDICT_EMPTY ||
		 upstream->verdict == VERDICT_DUPLICATE ||
		 (upstream->rows_known && upstream->rows == 0 && verdict_is_gap(upstream->verdict)))
		facts->stale_reason = REASON_STALE_COMPUTED_ON_THIN;
	else if (upstream->verdict == VERDICT_STALE)
		facts->stale_reason = REASON_STALE_UPSTREAM_NEWER;
	else
		return false;
	facts->stale_because = (int)other;
	return true;
}

static void find_staleness(struct facts *facts)
{
	const struct pipeline_table *table = table_of(facts);
	facts->stale_reason = REASON_NONE;
	facts->stale_because = -1;
	for (size_t i = 0; i < table->upstream_count; i++)
		if (edge_makes_stale(facts, table->upstreams[i], i))
			return;
	for (size_t i = 0; i < table->guard_count; i++)
		if (edge_makes_stale(facts, table->guards[i], table->upstream_count + i))
			return;
}

/* The conditions of the rules, in the words of design: coverage, Verdicts. */
static bool is_off(const struct facts *facts)
{
	return facts->expected == EXPECTED_NOT_OFF;
}
static bool is_early(const struct facts *facts)
{
	return facts->expected == EXPECTED_NOT_BOOTSTRAP || facts->expected == EXPECTED_NOT_FIRST;
}
static bool is_unscheduled(const struct facts *facts)
{
	return facts->expected == EXPECTED_UNKNOWN;
}
static bool is_running(const struct facts *facts)
{
	return facts->cell->attempt == ATTEMPT_RUNNING;
}
static bool is_queued(const struct facts *facts)
{
	return facts->cell->attempt == ATTEMPT_QUEUED;
}
static bool is_unwitnessed(const struct facts *facts)
{
	return !facts->cell->rows_known || facts->cell->expected_min < 0;
}
static bool is_suspect(const struct facts *facts)
{
	return facts->cell->attempt == ATTEMPT_SUSPECT;
}
static bool is_duplicate(const struct facts *facts)
{
	const struct cell *cell = facts->cell;
	return cell->distinct_keys >= 0 && cell->rows > cell->distinct_keys;
}
static bool is_thick(const struct facts *facts)
{
	return facts->cell->rows > facts->cell->expected_max;
}
static bool has_failed(const struct facts *facts)
{
	return facts->cell->attempt == ATTEMPT_FAILED && !facts->passes;
}
static bool was_killed(const struct facts *facts)
{
	return facts->cell->attempt == ATTEMPT_KILLED && !facts->passes;
}
static bool is_empty_success(const struct facts *facts)
{
	const struct cell *cell = facts->cell;
	return cell->rows == 0 && (cell->has_receipt || cell->attempt == ATTEMPT_SUCCEEDED);
}
static bool has_null_columns(const struct facts *facts)
{
	return has_too_many_nulls(facts);
}
static bool is_thin(const struct facts *facts)
{
	return facts->cell->rows > 0 && facts->cell->rows < facts->cell->expected_min;
}
static bool is_stale(const struct facts *facts)
{
	return facts->passes && facts->stale_reason != REASON_NONE;
}
static bool disagrees(const struct facts *facts)
{
	return facts->passes && facts->cell->attempt == ATTEMPT_FAILED;
}
static bool is_complete(const struct facts *facts)
{
	return facts->passes;
}
static bool has_unknown_upstream(const struct facts *facts)
{
	return !facts->gate_open && facts->gate_reason == REASON_WITNESS_UNAVAILABLE;
}
static bool is_blocked(const struct facts *facts)
{
	return !facts->gate_open;
}
static bool is_ready(const struct facts *facts)
{
	return facts->gate_open;
}

/* REASON_COUNT: the reason that the facts hold (stale, gate). */
static const struct {
	bool (*holds)(const struct facts *facts);
	enum verdict verdict;
	enum reason reason;
} rules[] = {
	{is_off, VERDICT_OFF, REASON_NOT_EXPECTED_OFF_DAY},
	{is_early, VERDICT_BOOTSTRAP, REASON_BOOTSTRAP},
	{is_unscheduled, VERDICT_UNKNOWN, REASON_WITNESS_UNAVAILABLE},
	{is_running, VERDICT_RUNNING, REASON_RUNNING},
	{is_queued, VERDICT_QUEUED, REASON_QUEUED},
	{is_unwitnessed, VERDICT_UNKNOWN, REASON_WITNESS_UNAVAILABLE},
	{is_suspect, VERDICT_SUSPECT, REASON_INTERRUPTED_IN_WRITE},
	{is_duplicate, VERDICT_DUPLICATE, REASON_DUPLICATE_ROWS},
	{is_thick, VERDICT_DUPLICATE, REASON_THICK_ROWS},
	{has_failed, VERDICT_FAILED, REASON_FAILED},
	{was_killed, VERDICT_KILLED, REASON_KILLED},
	{is_empty_success, VERDICT_EMPTY, REASON_EMPTY_SUCCESS},
	{has_null_columns, VERDICT_THIN, REASON_NULL_CRITICAL},
	{is_thin, VERDICT_THIN, REASON_THIN_ROWS},
	{is_stale, VERDICT_STALE, REASON_COUNT},
	{disagrees, VERDICT_COMPLETE, REASON_LEDGER_DISAGREES},
	{is_complete, VERDICT_COMPLETE, REASON_COMPLETE},
	{has_unknown_upstream, VERDICT_UNKNOWN, REASON_WITNESS_UNAVAILABLE},
	{is_blocked, VERDICT_BLOCKED, REASON_COUNT},
	{is_ready, VERDICT_READY, REASON_NEVER_RUN},
};

static void decide(struct facts *facts)
{
	struct cell *cell = facts->cell;
	for (size_t i = 0; i < ARRAY_COUNT(rules); i++) {
		if (!rules[i].holds(facts))
			continue;
		bool stale = rules[i].verdict == VERDICT_STALE;
		cell->verdict = rules[i].verdict;
		cell->reason = rules[i].reason;
		cell->because = -1;
		if (rules[i].reason == REASON_COUNT)
			cell->reason = stale ? facts->stale_reason : facts->gate_reason;
		if (stale)
			cell->because = facts->stale_because;
		else if (!facts->passes)
			cell->because = facts->gate_because;
		return;
	}
}

static void judge_cell(const struct coverage *coverage, size_t table, date_t date)
{
	struct facts facts = {.coverage = coverage, .table = table, .date = date};
	facts.cell = coverage_cell(coverage, table, date);
	facts.expected = calendar_expects(coverage->calendar, table_of(&facts), date);
	facts.cell->expected = facts.cell->expected_min = facts.cell->expected_max = -1;
	facts.gate_because = -1;
	if (facts.expected == EXPECTED_YES) {
		expectation_fill(coverage, table, date);
		facts.passes = rows_pass(&facts);
		if (facts.passes)
			find_staleness(&facts);
		else
			facts.gate_open = coverage_gate(
				coverage, table, date, &facts.gate_reason, &facts.gate_because);
	}
	decide(&facts);
}

void coverage_judge(struct coverage *coverage)
{
	for (size_t i = 0; i < coverage->pipeline->table_count; i++)
		for (date_t date = coverage->range.first; date <= coverage->range.last; date++)
			judge_cell(coverage, coverage->pipeline->order[i], date);
}

struct table_summary coverage_summary(const struct coverage *coverage, size_t table)
{
	struct table_summary summary = {0};
	for (date_t date = coverage->range.first; date <= coverage->range.last; date++) {
		const struct cell *cell = coverage_cell(coverage, table, date);
		summary.by_verdict[cell->verdict]++;
		summary.expected +=
			calendar_expects(coverage->calendar, &coverage->pipeline->tables[table],
				date) == EXPECTED_YES;
		summary.complete += cell->verdict == VERDICT_COMPLETE;
		summary.gaps += verdict_is_gap(cell->verdict);
		summary.rows += cell->rows_known ? cell->rows : 0;
	}
	return summary;
}

struct table_summary coverage_total(const struct coverage *coverage)
{
	struct table_summary total = {0};
	for (size_t table = 0; table < coverage->pipeline->table_count; table++) {
		struct table_summary one = coverage_summary(coverage, table);
		total.expected += one.expected;
		total.complete += one.complete;
		total.gaps += one.gaps;
		total.rows += one.rows;
		for (int i = 0; i < VERDICT_COUNT; i++)
			total.by_verdict[i] += one.by_verdict[i];
	}
	return total;
}

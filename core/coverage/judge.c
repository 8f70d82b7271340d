/* The verdict on a cell: one ordered table of rules; the first that holds decides. */
#include "coverage_parts.h"

#include <string.h>

/* A cell with what the rules look at. */
struct facts {
	const struct bench *bench;
	int32_t day;
	struct cell *cell;
	enum attempt_state attempt; /* the newest, unless a receipt is newer */
	bool is_excused;
	bool gate_open;
	enum reason gate_reason;
	int gate_because;
	enum reason stale_reason; /* REASON_NONE: fresh */
	int stale_because;
};

static date_t date_of_facts(const struct facts *facts)
{
	return facts->bench->coverage->range.first + facts->day;
}

/* NULLs that nobody counted are none above the ratio, and none below it. */
static int16_t worst_null_column(const struct bench *bench, int32_t day)
{
	const struct cell *cell = &bench->cells[day];
	int16_t worst = -1;
	double most = 0;
	if (!cell->rows_known || cell->rows <= 0)
		return -1;
	for (size_t i = 0; i < bench->described->critical_count; i++) {
		double allowed = bench->described->critical[i].max_null_ratio * (double)cell->rows;
		double above = (double)nulls_of(bench->coverage, bench->table, day)[i] - allowed;
		if (above <= most)
			continue;
		most = above;
		worst = (int16_t)i;
	}
	return worst;
}

static bool is_duplicated(const struct cell *cell)
{
	return cell->distinct_keys >= 0 && cell->rows > cell->distinct_keys;
}

/* The rows would do: whether their keys and NULLs do, nobody knows. */
static bool may_pass(const struct cell *cell)
{
	return cell->is_uncounted && cell->rows_known && cell->rows >= cell->expected_min &&
	       cell->rows <= cell->expected_max;
}

static bool rows_pass(const struct cell *cell)
{
	return cell->rows_known && cell->rows > 0 && cell->expected_min >= 0 &&
	       cell->rows >= cell->expected_min && cell->rows <= cell->expected_max &&
	       !is_duplicated(cell) && cell->null_column < 0 && !cell->is_uncounted;
}

/* A run of ours ended after the newest attempt that the ledger knows: the receipt is the truth. */
static enum attempt_state newest_attempt(const struct cell *cell)
{
	bool is_over = cell->attempt != ATTEMPT_QUEUED && cell->attempt != ATTEMPT_RUNNING &&
		       cell->attempt != ATTEMPT_NONE;
	bool is_older =
		cell->has_receipt && cell->attempt_ms > 0 && cell->proved_ms > cell->attempt_ms;
	return is_over && is_older ? ATTEMPT_SUCCEEDED : cell->attempt;
}

/* A first write was announced, and whoever counted has found nothing: it never came. */
static bool is_unwritten(const struct cell *cell)
{
	return cell->is_open && cell->sequence == 0 && cell->rows == 0 && cell->distinct_keys == 0;
}

static bool is_cut(const struct cell *cell)
{
	return cell->is_open && !is_unwritten(cell);
}

static bool is_in_doubt(const struct cell *cell)
{
	return is_cut(cell) || newest_attempt(cell) == ATTEMPT_SUSPECT;
}

/* Written after this cell was computed; *reason tells whether it was there at all before. */
static bool was_written_later(
	const struct cell *cell, const struct cell *upstream, int64_t recorded, enum reason *reason)
{
	*reason = recorded == 0 ? REASON_STALE_COMPUTED_ON_THIN : REASON_STALE_UPSTREAM_NEWER;
	if (cell->has_receipt && upstream->has_receipt && recorded >= 0)
		return upstream->sequence > recorded;
	return cell->written_ms > 0 && upstream->written_ms > cell->written_ms;
}

/* What is there does not pass, or is in doubt. */
static bool is_no_base(const struct cell *upstream)
{
	return is_in_doubt(upstream) || (upstream->rows_known && upstream->expected_min >= 0 &&
						!upstream->passes && !may_pass(upstream));
}

static void find_staleness(struct facts *facts)
{
	const struct coverage *coverage = facts->bench->coverage;
	const struct pipeline_table *described = facts->bench->described;
	size_t edges = pipeline_edge_count(described);
	const int64_t *sources =
		&coverage->memory->sources[facts->bench->table][edges * (size_t)facts->day];
	for (size_t i = 0; i < edges; i++) {
		size_t other = pipeline_edge(described, i);
		const struct cell *upstream =
			&coverage->cells[other * (size_t)coverage->days + (size_t)facts->day];
		enum reason reason;
		facts->stale_because = (int)other;
		if (was_written_later(facts->cell, upstream, sources[i], &reason))
			facts->stale_reason = reason;
		else if (is_expected(upstream) && is_no_base(upstream))
			facts->stale_reason = REASON_STALE_COMPUTED_ON_THIN;
		else if (is_expected(upstream) && upstream->passes && !upstream->fresh)
			facts->stale_reason = REASON_STALE_UPSTREAM_NEWER;
		if (facts->stale_reason != REASON_NONE)
			return;
	}
}

/* The conditions of the rules, in the words of design: coverage, Verdicts. */
static bool is_excused(const struct facts *facts)
{
	return facts->is_excused;
}
static bool is_expired(const struct facts *facts)
{
	date_t first_kept = facts->bench->coverage->memory->first_kept[facts->bench->table];
	return first_kept != DATE_NONE && date_of_facts(facts) < first_kept &&
	       !(facts->cell->rows_known && facts->cell->rows > 0);
}
static bool is_unscheduled(const struct facts *facts)
{
	return facts->cell->expects == EXPECTED_UNKNOWN;
}
static bool is_running(const struct facts *facts)
{
	return facts->attempt == ATTEMPT_RUNNING;
}
static bool is_queued(const struct facts *facts)
{
	return facts->attempt == ATTEMPT_QUEUED;
}
static bool is_unwitnessed(const struct facts *facts)
{
	return !facts->cell->rows_known || facts->cell->expected_min < 0;
}
static bool is_suspect(const struct facts *facts)
{
	return is_cut(facts->cell) || facts->attempt == ATTEMPT_SUSPECT;
}
static bool is_duplicate(const struct facts *facts)
{
	return is_duplicated(facts->cell);
}
static bool is_thick(const struct facts *facts)
{
	return facts->cell->rows > facts->cell->expected_max;
}
static bool is_uncounted(const struct facts *facts)
{
	return may_pass(facts->cell);
}
static bool has_failed(const struct facts *facts)
{
	return facts->attempt == ATTEMPT_FAILED && !facts->cell->passes;
}
static bool has_timed_out(const struct facts *facts)
{
	return facts->attempt == ATTEMPT_TIMED_OUT && !facts->cell->passes;
}
static bool was_killed(const struct facts *facts)
{
	return facts->attempt == ATTEMPT_KILLED && !facts->cell->passes;
}
static bool was_lost(const struct facts *facts)
{
	return facts->attempt == ATTEMPT_LOST && !facts->cell->passes;
}
static bool is_empty_success(const struct facts *facts)
{
	return facts->cell->rows == 0 &&
	       (facts->cell->has_receipt || facts->attempt == ATTEMPT_SUCCEEDED);
}
static bool has_null_columns(const struct facts *facts)
{
	return facts->cell->null_column >= 0;
}
static bool is_thin(const struct facts *facts)
{
	return facts->cell->rows > 0 && facts->cell->rows < facts->cell->expected_min;
}
static bool is_stale(const struct facts *facts)
{
	return facts->cell->passes && !facts->cell->fresh;
}
static bool disagrees(const struct facts *facts)
{
	return facts->cell->passes &&
	       (facts->attempt == ATTEMPT_FAILED || facts->attempt == ATTEMPT_TIMED_OUT);
}
static bool is_complete(const struct facts *facts)
{
	return facts->cell->passes;
}
static bool has_unknown_upstream(const struct facts *facts)
{
	return !facts->gate_open && facts->gate_reason == REASON_WITNESS_UNAVAILABLE;
}
static bool is_blocked(const struct facts *facts)
{
	return !facts->gate_open;
}

struct ruling {
	enum verdict verdict;
	enum reason reason;
};

/* What decides unless the cell is excused, whatever else is known; UNKNOWN: nothing does. */
static const struct ruling rulings_of_calendar[] = {
	[EXPECTED_YES] = {VERDICT_UNKNOWN, REASON_NONE},
	[EXPECTED_NOT_OFF] = {VERDICT_OFF, REASON_NOT_EXPECTED_OFF_DAY},
	[EXPECTED_NOT_BOOTSTRAP] = {VERDICT_BOOTSTRAP, REASON_BOOTSTRAP},
	[EXPECTED_NOT_FIRST] = {VERDICT_BOOTSTRAP, REASON_BOOTSTRAP},
	[EXPECTED_UNKNOWN] = {VERDICT_UNKNOWN, REASON_NONE},
};

/* Of the others the first that holds decides. COUNT: the reason that the facts hold (stale, gate).
 */
/* clang-format off */
#define RULE_LIST(X) \
	X(is_excused, EXCUSED, EXCUSED) \
	X(is_expired, EXPIRED, EXPIRED_RETENTION) \
	X(is_unscheduled, UNKNOWN, WITNESS_UNAVAILABLE) \
	X(is_running, RUNNING, RUNNING) \
	X(is_queued, QUEUED, QUEUED) \
	X(is_unwitnessed, UNKNOWN, WITNESS_UNAVAILABLE) \
	X(is_suspect, SUSPECT, INTERRUPTED_IN_WRITE) \
	X(is_duplicate, DUPLICATE, DUPLICATE_ROWS) \
	X(is_thick, DUPLICATE, THICK_ROWS) \
	X(has_failed, FAILED, FAILED) \
	X(has_timed_out, FAILED, TIMEOUT) \
	X(was_killed, KILLED, KILLED) \
	X(was_lost, KILLED, LOST) \
	X(is_uncounted, UNKNOWN, WITNESS_UNAVAILABLE) \
	X(is_empty_success, EMPTY, EMPTY_SUCCESS) \
	X(has_null_columns, THIN, NULL_CRITICAL) \
	X(is_thin, THIN, THIN_ROWS) \
	X(is_stale, STALE, COUNT) \
	X(disagrees, COMPLETE, LEDGER_DISAGREES) \
	X(is_complete, COMPLETE, COMPLETE) \
	X(has_unknown_upstream, UNKNOWN, COUNT) \
	X(is_blocked, BLOCKED, COUNT)
/* clang-format on */

static struct ruling rule_on(const struct facts *facts)
{
#define X(holds, verdict, reason) \
	if (holds(facts))         \
		return (struct ruling){VERDICT_##verdict, REASON_##reason};
	RULE_LIST(X)
#undef X
	return (struct ruling){VERDICT_READY, REASON_NEVER_RUN};
}

static void decide(const struct facts *facts)
{
	struct cell *cell = facts->cell;
	struct ruling ruling = rule_on(facts);
	bool stale = ruling.verdict == VERDICT_STALE;
	bool is_its_own = ruling.verdict == VERDICT_UNKNOWN && ruling.reason != REASON_COUNT;
	cell->verdict = ruling.verdict;
	cell->reason = ruling.reason;
	if (ruling.reason == REASON_COUNT)
		cell->reason = stale ? facts->stale_reason : facts->gate_reason;
	cell->because = stale ? facts->stale_because : facts->gate_because;
	if (!stale && (cell->passes || is_its_own))
		cell->because = -1;
	if (is_its_own && cell->expects == EXPECTED_YES && cell->rows_known && !may_pass(cell) &&
		facts->bench->described->expect.rule == EXPECT_SAME_AS)
		cell->because = (int)facts->bench->described->expect.same_as;
}

/* The cell whose rows this one is to have as many of, or NULL. */
static const struct cell *measure_of(const struct bench *bench, int32_t day)
{
	return bench->measures == NULL ? NULL : &bench->measures[day];
}

/* As many rows as another table is nothing where that one expects nothing. */
static enum expected_day expects(const struct bench *bench, int32_t day)
{
	const struct cell *measure = measure_of(bench, day);
	enum expected_day expected = (enum expected_day)bench->expects[day];
	return expected == EXPECTED_YES && measure != NULL ? measure->expects : expected;
}

static bool holds_excuse(const struct bench *bench, int32_t day)
{
	const struct coverage_memory *memory = bench->coverage->memory;
	const struct cell *measure = measure_of(bench, day);
	if (measure != NULL && measure->verdict == VERDICT_EXCUSED && measure->rows_known &&
		measure->rows == 0)
		return true;
	if (memory->excuse_count == 0)
		return false;
	const struct excuse *excuse =
		coverage_excuse(bench->coverage, bench->table, bench->coverage->range.first + day);
	return excuse != NULL && (excuse->until == DATE_NONE || memory->today == DATE_NONE ||
					 memory->today <= excuse->until);
}

static void judge_by_rules(struct bench *bench, int32_t day, bool is_excused)
{
	struct cell *cell = &bench->cells[day];
	struct facts facts = {.bench = bench,
		.day = day,
		.cell = cell,
		.is_excused = is_excused,
		.gate_because = -1,
		.stale_because = -1};
	if (cell->expects == EXPECTED_YES) {
		expectation_fill(bench, day);
		cell->passes = rows_pass(cell);
	} else
		expectation_clear(cell);
	facts.attempt = newest_attempt(cell);
	if (cell->passes) {
		find_staleness(&facts);
		cell->fresh = facts.stale_reason == REASON_NONE;
	} else if (cell->expects == EXPECTED_YES)
		facts.gate_open = coverage_gate(bench->coverage, bench->table,
			date_of_facts(&facts), &facts.gate_reason, &facts.gate_because);
	decide(&facts);
}

static void judge_by_calendar(struct cell *cell)
{
	expectation_clear(cell);
	cell->verdict = rulings_of_calendar[cell->expects].verdict;
	cell->reason = rulings_of_calendar[cell->expects].reason;
	cell->because = -1;
}

void judge_cell(struct bench *bench, int32_t day)
{
	struct cell *cell = &bench->cells[day];
	bool is_excused = holds_excuse(bench, day);
	cell->expects = expects(bench, day);
	cell->passes = cell->fresh = false;
	cell->null_column = worst_null_column(bench, day);
	if (!is_excused && rulings_of_calendar[cell->expects].verdict != VERDICT_UNKNOWN)
		judge_by_calendar(cell);
	else
		judge_by_rules(bench, day, is_excused);
	bench->verdicts[day] = (uint8_t)cell->verdict;
	bench->reasons[day] = (uint8_t)cell->reason;
	bench->becauses[day] = cell->because;
	if (cell->expects == EXPECTED_YES)
		expectation_remember(bench, day);
}

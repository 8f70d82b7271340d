/* The verdict on a cell: one ordered table of rules; the first that holds decides. */
#include "coverage_parts.h"

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

static bool has_too_many_nulls(const struct bench *bench, const struct cell *cell)
{
	double allowed = bench->described->critical_count == 0
				 ? 1
				 : bench->described->critical[0].max_null_ratio;
	return cell->rows > 0 && (double)cell->critical_nulls > allowed * (double)cell->rows;
}

static bool is_duplicated(const struct cell *cell)
{
	return cell->distinct_keys >= 0 && cell->rows > cell->distinct_keys;
}

static bool rows_pass(const struct bench *bench, const struct cell *cell)
{
	return cell->rows_known && cell->rows > 0 && cell->expected_min >= 0 &&
	       cell->rows >= cell->expected_min && cell->rows <= cell->expected_max &&
	       !is_duplicated(cell) && !has_too_many_nulls(bench, cell);
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

static bool attempt_is_suspect(const struct cell *cell)
{
	return newest_attempt(cell) == ATTEMPT_SUSPECT;
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

static bool is_expected(const struct cell *cell)
{
	return cell->expects == EXPECTED_YES && cell->verdict != VERDICT_EXCUSED &&
	       cell->verdict != VERDICT_EXPIRED;
}

/* What is there does not pass, or is in doubt. */
static bool is_no_base(const struct cell *upstream)
{
	return attempt_is_suspect(upstream) ||
	       (upstream->rows_known && upstream->expected_min >= 0 && !upstream->passes);
}

static void find_staleness(struct facts *facts)
{
	const struct coverage *coverage = facts->bench->coverage;
	const struct pipeline_table *described = facts->bench->described;
	size_t edges = edge_count(described);
	const int64_t *sources =
		&coverage->memory->sources[facts->bench->table][edges * (size_t)facts->day];
	for (size_t i = 0; i < edges; i++) {
		size_t other = edge_table(described, i);
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
static bool is_off(const struct facts *facts)
{
	return facts->cell->expects == EXPECTED_NOT_OFF;
}
static bool is_early(const struct facts *facts)
{
	return facts->cell->expects == EXPECTED_NOT_BOOTSTRAP ||
	       facts->cell->expects == EXPECTED_NOT_FIRST;
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
	return facts->attempt == ATTEMPT_SUSPECT;
}
static bool is_duplicate(const struct facts *facts)
{
	return is_duplicated(facts->cell);
}
static bool is_thick(const struct facts *facts)
{
	return facts->cell->rows > facts->cell->expected_max;
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
	return has_too_many_nulls(facts->bench, facts->cell);
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
	{is_excused, VERDICT_EXCUSED, REASON_EXCUSED},
	{is_off, VERDICT_OFF, REASON_NOT_EXPECTED_OFF_DAY},
	{is_early, VERDICT_BOOTSTRAP, REASON_BOOTSTRAP},
	{is_expired, VERDICT_EXPIRED, REASON_EXPIRED_RETENTION},
	{is_unscheduled, VERDICT_UNKNOWN, REASON_WITNESS_UNAVAILABLE},
	{is_running, VERDICT_RUNNING, REASON_RUNNING},
	{is_queued, VERDICT_QUEUED, REASON_QUEUED},
	{is_unwitnessed, VERDICT_UNKNOWN, REASON_WITNESS_UNAVAILABLE},
	{is_suspect, VERDICT_SUSPECT, REASON_INTERRUPTED_IN_WRITE},
	{is_duplicate, VERDICT_DUPLICATE, REASON_DUPLICATE_ROWS},
	{is_thick, VERDICT_DUPLICATE, REASON_THICK_ROWS},
	{has_failed, VERDICT_FAILED, REASON_FAILED},
	{has_timed_out, VERDICT_FAILED, REASON_TIMEOUT},
	{was_killed, VERDICT_KILLED, REASON_KILLED},
	{was_lost, VERDICT_KILLED, REASON_LOST},
	{is_empty_success, VERDICT_EMPTY, REASON_EMPTY_SUCCESS},
	{has_null_columns, VERDICT_THIN, REASON_NULL_CRITICAL},
	{is_thin, VERDICT_THIN, REASON_THIN_ROWS},
	{is_stale, VERDICT_STALE, REASON_COUNT},
	{disagrees, VERDICT_COMPLETE, REASON_LEDGER_DISAGREES},
	{is_complete, VERDICT_COMPLETE, REASON_COMPLETE},
	{has_unknown_upstream, VERDICT_UNKNOWN, REASON_COUNT},
	{is_blocked, VERDICT_BLOCKED, REASON_COUNT},
	{is_ready, VERDICT_READY, REASON_NEVER_RUN},
};

static void decide(const struct facts *facts)
{
	struct cell *cell = facts->cell;
	size_t i = 0;
	while (!rules[i].holds(facts))
		i++;
	bool stale = rules[i].verdict == VERDICT_STALE;
	bool is_its_own = rules[i].verdict == VERDICT_UNKNOWN && rules[i].reason != REASON_COUNT;
	cell->verdict = rules[i].verdict;
	cell->reason = rules[i].reason;
	if (rules[i].reason == REASON_COUNT)
		cell->reason = stale ? facts->stale_reason : facts->gate_reason;
	cell->because = stale ? facts->stale_because : facts->gate_because;
	if (!stale && (cell->passes || is_its_own))
		cell->because = -1;
	if (is_its_own && cell->expects == EXPECTED_YES && cell->rows_known &&
		facts->bench->described->expect.rule == EXPECT_SAME_AS)
		cell->because = (int)facts->bench->described->expect.same_as;
}

/* The cell whose rows this one is to have as many of, or NULL. */
static const struct cell *measure_of(const struct bench *bench, int32_t day)
{
	const struct expectation *rule = &bench->described->expect;
	return rule->rule == EXPECT_SAME_AS ? &cells_of(bench->coverage, rule->same_as)[day] : NULL;
}

/* As many rows as another table is nothing where that one expects nothing. */
static enum expected_day expects(const struct bench *bench, int32_t day)
{
	const struct coverage *coverage = bench->coverage;
	const struct cell *measure = measure_of(bench, day);
	enum expected_day expected = calendar_day_expects(coverage->calendar,
		coverage->memory->days[day], bench->described, coverage->range.first + day);
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

static void judge_cell(struct bench *bench, int32_t day)
{
	struct cell *cell = &bench->cells[day];
	struct facts facts = {
		.bench = bench, .day = day, .cell = cell, .gate_because = -1, .stale_because = -1};
	cell->expects = expects(bench, day);
	cell->passes = cell->fresh = false;
	if (cell->expects == EXPECTED_YES) {
		expectation_fill(bench, day);
		cell->passes = rows_pass(bench, cell);
	} else
		cell->expected = cell->expected_min = cell->expected_max = -1;
	facts.attempt = newest_attempt(cell);
	facts.is_excused = holds_excuse(bench, day);
	if (cell->passes) {
		find_staleness(&facts);
		cell->fresh = facts.stale_reason == REASON_NONE;
	} else if (cell->expects == EXPECTED_YES)
		facts.gate_open = coverage_gate(bench->coverage, bench->table,
			date_of_facts(&facts), &facts.gate_reason, &facts.gate_because);
	decide(&facts);
	bench->verdicts[day] = (uint8_t)cell->verdict;
	expectation_remember(bench, day);
}

static void count_day(const struct cell *cell, struct tally *before)
{
	bool has_rows = cell->rows_known && cell->rows > 0;
	bool is_busy = cell->verdict == VERDICT_QUEUED || cell->verdict == VERDICT_RUNNING;
	before[1].expected = before[0].expected + is_expected(cell);
	before[1].with_rows = before[0].with_rows + has_rows;
	before[1].unknown = before[0].unknown + (is_expected(cell) && !cell->rows_known);
	before[1].busy = before[0].busy + is_busy;
}

static void judge_table(const struct coverage *coverage, size_t table)
{
	struct bench bench = {.coverage = coverage,
		.described = &coverage->pipeline->tables[table],
		.table = table,
		.cells = cells_of(coverage, table),
		.verdicts = &coverage->memory->verdicts[table * (size_t)coverage->days],
		.previous_season = -1};
	struct tally *tallies = coverage->memory->tallies[table];
	for (int32_t day = 0; day < coverage->days; day++) {
		judge_cell(&bench, day);
		if (tallies != NULL)
			count_day(&bench.cells[day], &tallies[day]);
	}
}

void coverage_judge(struct coverage *coverage)
{
	for (int32_t day = 0; day < coverage->days; day++)
		coverage->memory->days[day] =
			calendar_day(coverage->calendar, coverage->range.first + day);
	for (size_t i = 0; i < coverage->pipeline->table_count; i++)
		judge_table(coverage, coverage->pipeline->order[i]);
}

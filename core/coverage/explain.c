#include "coverage_parts.h"

#include <inttypes.h>

static const char *name_of(const struct coverage *coverage, int table)
{
	return table < 0 ? "?" : coverage->pipeline->tables[table].name;
}

static void say_rows(const struct cell *cell, struct buffer *into)
{
	buffer_add_format(into, "%" PRId64 " %s", cell->rows, cell->rows == 1 ? "row" : "rows");
	if (cell->expected >= 0 && cell->expected_max == INT64_MAX)
		buffer_add_format(into, ", at least %" PRId64 " expected", cell->expected_min);
	else if (cell->expected >= 0 && cell->expected_min != cell->expected_max)
		buffer_add_format(into, ", %" PRId64 " to %" PRId64 " expected", cell->expected_min,
			cell->expected_max);
	else if (cell->expected >= 0)
		buffer_add_format(into, " of %" PRId64, cell->expected);
}

void say_refusal(const struct coverage *coverage, size_t table, size_t demanded, date_t date,
	struct buffer *into)
{
	const struct pipeline_job *job = &coverage->pipeline->tables[table].job;
	size_t i = 0;
	while (i < job->minimum_count && job->minimums[i].table != demanded)
		i++;
	if (i == job->minimum_count)
		return;
	const struct cell *other = coverage_cell(coverage, demanded, date);
	buffer_add_format(into, "refuses fewer than %" PRId64 " rows of %s; there %s %" PRId64,
		job->minimums[i].rows, name_of(coverage, (int)demanded),
		other->rows == 1 ? "is" : "are", other->rows);
}

static void say_minimum(const struct coverage *coverage, const struct cell *cell, size_t table,
	date_t date, struct buffer *into)
{
	buffer_add_text(into, "blocked: the job ");
	say_refusal(coverage, table, (size_t)cell->because, date, into);
}

/* What it reads is stale itself, or was written later, or was not right when it was read. */
static void say_stale(
	const struct coverage *coverage, const struct cell *cell, date_t date, struct buffer *into)
{
	const struct cell *other = coverage_cell(coverage, (size_t)cell->because, date);
	const char *name = name_of(coverage, cell->because);
	if (cell->reason != REASON_STALE_UPSTREAM_NEWER)
		buffer_add_format(into, "stale: computed while %s was missing or thin", name);
	else if (other->verdict == VERDICT_STALE)
		buffer_add_format(into, "stale: %s is stale itself", name);
	else
		buffer_add_format(into, "stale: %s was written later", name);
}

static void say_upstream(
	const struct coverage *coverage, const struct cell *cell, date_t date, struct buffer *into)
{
	const struct cell *other = coverage_cell(coverage, (size_t)cell->because, date);
	buffer_add_format(into, "blocked by %s%s: %s",
		cell->reason == REASON_BLOCKED_GUARD ? "its guard " : "",
		name_of(coverage, cell->because),
		other == NULL ? "unknown" : verdict_word(other->verdict));
	if (other == NULL)
		return;
	if (other->verdict == VERDICT_READY)
		buffer_add_text(into, " to be built");
	else if (other->verdict == VERDICT_THIN || other->verdict == VERDICT_EMPTY) {
		buffer_add_text(into, ", ");
		say_rows(other, into);
	} else if (other->verdict == VERDICT_FAILED && other->attempt_words[0] != '\0')
		buffer_add_format(into, ", %s", other->attempt_words);
	else if (other->verdict == VERDICT_BLOCKED && other->because >= 0)
		buffer_add_format(into, " itself by %s", name_of(coverage, other->because));
}

static void say_failure(const struct cell *cell, const char *what, struct buffer *into)
{
	buffer_add_text(into, what);
	if (cell->attempt_words[0] != '\0')
		buffer_add_format(into, ": %s", cell->attempt_words);
}

static void say_unknown(
	const struct coverage *coverage, const struct cell *cell, date_t date, struct buffer *into)
{
	if (cell->is_uncounted && cell->rows_known && cell->expected_min >= 0)
		buffer_add_format(into,
			"unknown: %" PRId64
			" rows, as expected, but a recount must tell their keys and NULLs",
			cell->rows);
	else if (cell->because >= 0 && cell->expected_min < 0)
		buffer_add_format(into, "unknown: it is to hold as many rows as %s, which is %s",
			name_of(coverage, cell->because),
			verdict_word(
				coverage_cell(coverage, (size_t)cell->because, date)->verdict));
	else if (cell->because >= 0)
		buffer_add_format(into, "unknown: %s could not be asked or was not checked",
			name_of(coverage, cell->because));
	else if (!cell->rows_known && cell->checked_ms > 0)
		buffer_add_format(into,
			"unknown: the warehouse could not be asked; %" PRId64
			" rows when it last could",
			cell->rows);
	else if (!cell->rows_known)
		buffer_add_text(into, "not checked yet");
	else if (cell->expects == EXPECTED_UNKNOWN)
		buffer_add_text(into, "unknown: the schedule does not say what to expect");
	else
		buffer_add_text(into, "unknown: what to expect could not be worked out");
}

static void say_blocked(const struct coverage *coverage, const struct cell *cell, size_t table,
	date_t date, struct buffer *into)
{
	if (cell->reason == REASON_BLOCKED_LOOKBACK)
		buffer_add_format(
			into, "waits for earlier dates of %s", name_of(coverage, cell->because));
	else if (cell->reason == REASON_BLOCKED_JOB_MINIMUM)
		say_minimum(coverage, cell, table, date, into);
	else
		say_upstream(coverage, cell, date, into);
}

/* How many times the rows stand there, or how far they are above the rule: "4.0x". */
static void say_factor(const struct cell *cell, struct buffer *into)
{
	int64_t base =
		cell->reason == REASON_DUPLICATE_ROWS ? cell->distinct_keys : cell->expected_max;
	if (cell->reason == REASON_DUPLICATE_ROWS)
		buffer_add_format(into, ", %" PRId64 " different keys", cell->distinct_keys);
	if (base > 0)
		buffer_add_format(into, ", %.1fx", (double)cell->rows / (double)base);
}

static void say_not_expected(const struct coverage *coverage, const struct cell *cell, size_t table,
	date_t date, struct buffer *into)
{
	const struct excuse *excuse = coverage_excuse(coverage, table, date);
	char until[DATE_TEXT_BYTES];
	if (cell->verdict == VERDICT_EXCUSED && excuse != NULL) {
		buffer_add_format(into, "excused: %s", excuse->words);
		if (excuse->until != DATE_NONE)
			buffer_add_format(into, ", until %s", date_format(excuse->until, until));
	} else
		buffer_add_text(into, verdict_meaning(cell->verdict));
	if (cell->rows_known && cell->rows > 0)
		buffer_add_format(into, "; %" PRId64 " %s there", cell->rows,
			cell->rows == 1 ? "row is" : "rows are");
}

static void say_by_verdict(const struct coverage *coverage, const struct cell *cell, size_t table,
	date_t date, struct buffer *into)
{
	switch (cell->verdict) {
	case VERDICT_BLOCKED:
		say_blocked(coverage, cell, table, date, into);
		break;
	case VERDICT_STALE:
		say_stale(coverage, cell, date, into);
		break;
	case VERDICT_FAILED:
		say_failure(cell,
			cell->reason == REASON_TIMEOUT ? "the newest attempt took too long"
						       : "the newest attempt failed",
			into);
		break;
	case VERDICT_KILLED:
		say_failure(cell,
			cell->reason == REASON_LOST ? "nobody saw the end of the newest attempt"
						    : "stopped before it was written",
			into);
		break;
	case VERDICT_UNKNOWN:
		say_unknown(coverage, cell, date, into);
		break;
	case VERDICT_RUNNING:
		buffer_add_text(into, "being computed now");
		if (cell->total > 0)
			buffer_add_format(into, ", %d of %d", cell->done, cell->total);
		break;
	case VERDICT_READY:
		buffer_add_text(into, "never ran; everything it needs is complete");
		break;
	case VERDICT_COMPLETE:
	case VERDICT_THIN:
	case VERDICT_EMPTY:
	case VERDICT_SUSPECT:
		buffer_add_format(into, "%s: ", verdict_word(cell->verdict));
		say_rows(cell, into);
		break;
	case VERDICT_DUPLICATE:
		buffer_add_format(into, "%s: ",
			cell->reason == REASON_THICK_ROWS ? "too many"
							  : verdict_word(cell->verdict));
		say_rows(cell, into);
		say_factor(cell, into);
		break;
	case VERDICT_EXCUSED:
	case VERDICT_OFF:
	case VERDICT_BOOTSTRAP:
	case VERDICT_EXPIRED:
		say_not_expected(coverage, cell, table, date, into);
		break;
	case VERDICT_QUEUED:
	case VERDICT_PARTIAL:
	case VERDICT_COUNT:
		buffer_add_text(into, verdict_meaning(cell->verdict));
		break;
	}
}

/* "The ledger says done, the warehouse says 2 of 16." */
static bool ledger_claims_success(const struct cell *cell)
{
	return cell->attempt == ATTEMPT_SUCCEEDED && cell->verdict == VERDICT_THIN;
}

/* "; pace is NULL in 12 of 382 rows, 3.1 % (1 % allowed)", of each column above its ratio. */
static void say_nulls(
	const struct coverage *coverage, size_t table, date_t date, struct buffer *into)
{
	const struct pipeline_table *described = &coverage->pipeline->tables[table];
	int64_t rows = coverage_cell(coverage, table, date)->rows;
	for (size_t i = 0; i < described->critical_count; i++) {
		const struct critical_column *critical = &described->critical[i];
		int64_t nulls = coverage_nulls(coverage, table, date, i);
		if ((double)nulls > critical->max_null_ratio * (double)rows)
			buffer_add_format(into,
				"; %s is NULL in %" PRId64 " of %" PRId64
				" rows, %.3g %% (%.3g %% allowed)",
				critical->column, nulls, rows, 100.0 * (double)nulls / (double)rows,
				100.0 * critical->max_null_ratio);
	}
}

void coverage_explain(
	const struct coverage *coverage, size_t table, date_t date, struct buffer *into)
{
	const struct cell *cell = coverage_cell(coverage, table, date);
	if (cell == NULL) {
		buffer_add_text(into, "outside the range");
		return;
	}
	say_by_verdict(coverage, cell, table, date, into);
	if (cell->reason == REASON_LEDGER_DISAGREES)
		buffer_add_format(into, "; but the newest attempt failed%s%s",
			cell->attempt_words[0] == '\0' ? "" : ": ", cell->attempt_words);
	if (ledger_claims_success(cell))
		buffer_add_text(into, "; but its run reported success");
	if (cell->reason == REASON_NULL_CRITICAL)
		say_nulls(coverage, table, date, into);
}

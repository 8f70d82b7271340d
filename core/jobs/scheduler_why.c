#include "jobs/scheduler.h"

static void say_gate(
	const struct coverage *coverage, size_t table, date_t date, struct buffer *into)
{
	enum reason reason;
	int because;
	if (coverage_gate(coverage, table, date, &reason, &because)) {
		buffer_add_text(into, "no run cures it; retry it when its cause is gone");
		return;
	}
	const char *name = because < 0 ? "?" : coverage->pipeline->tables[because].name;
	if (reason == REASON_BLOCKED_LOOKBACK) {
		buffer_add_format(into, "it waits for earlier dates of %s", name);
		return;
	}
	if (reason == REASON_BLOCKED_JOB_MINIMUM) {
		buffer_add_format(into, "its job refuses so few rows of %s", name);
		return;
	}
	const struct cell *other = coverage_cell(coverage, (size_t)because, date);
	buffer_add_format(
		into, "%s is %s", name, other == NULL ? "unknown" : verdict_word(other->verdict));
}

static void say_about_date(const struct coverage *coverage, size_t table, date_t date,
	enum queue_kind kind, struct buffer *into)
{
	const struct cell *cell = coverage_cell(coverage, table, date);
	char text[DATE_TEXT_BYTES];
	buffer_add_format(
		into, "%s %s ", coverage->pipeline->tables[table].name, date_format(date, text));
	if (cell == NULL)
		buffer_add_text(into, "is outside the range");
	else if (cell->verdict == VERDICT_RUNNING || cell->verdict == VERDICT_QUEUED)
		buffer_add_format(into, "is %s already", verdict_word(cell->verdict));
	else if (!verdict_is_gap(cell->verdict) || kind == QUEUE_RETRY) {
		buffer_add_text(into, "has nothing to run: ");
		coverage_explain(coverage, table, date, into);
	} else {
		buffer_add_text(into, "cannot start: ");
		say_gate(coverage, table, date, into);
	}
}

static date_t first_gap(const struct coverage *coverage, size_t table)
{
	for (date_t date = coverage->range.first; date <= coverage->range.last; date++)
		if (verdict_is_gap(coverage_cell(coverage, table, date)->verdict))
			return date;
	return DATE_NONE;
}

static void say_about_gaps(
	const struct coverage *coverage, size_t table, int gaps, struct buffer *into)
{
	char text[DATE_TEXT_BYTES];
	date_t date = first_gap(coverage, table);
	buffer_add_format(into,
		"no gap of %s can start; %s %s: ", coverage->pipeline->tables[table].name,
		gaps == 1 ? "it is" : "the first is", date_format(date, text));
	say_gate(coverage, table, date, into);
}

static void say_about_table(
	const struct coverage *coverage, size_t table, enum queue_kind kind, struct buffer *into)
{
	struct table_summary summary = coverage_summary(coverage, table);
	const char *name = coverage->pipeline->tables[table].name;
	int under_way = summary.by_verdict[VERDICT_QUEUED] + summary.by_verdict[VERDICT_RUNNING];
	if (kind == QUEUE_RETRY)
		buffer_add_format(into,
			"no date of %s that failed, is thin, empty, killed or suspect can start",
			name);
	else if (summary.gaps > 0)
		say_about_gaps(coverage, table, summary.gaps, into);
	else if (under_way > 0)
		buffer_add_format(into, "all that is left of %s is queued or running", name);
	else if (summary.expected > 0 && summary.complete == summary.expected)
		buffer_add_format(into, "every expected date of %s is complete", name);
	else if (summary.by_verdict[VERDICT_UNKNOWN] > 0)
		buffer_add_format(into, "what %s holds is not known", name);
	else
		buffer_add_format(into, "nothing is left to run of %s in the range", name);
}

void scheduler_why_nothing(const struct coverage *coverage, size_t table, date_t date,
	enum queue_kind kind, struct buffer *into)
{
	if (date == DATE_NONE)
		say_about_table(coverage, table, kind, into);
	else
		say_about_date(coverage, table, date, kind, into);
}

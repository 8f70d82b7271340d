/* From a cell up to what it waits for. */
#include "coverage_parts.h"

static bool is_closed(const struct coverage *coverage, const struct history_edge *edge, date_t date)
{
	struct past past = past_of(coverage, edge, date);
	return past.busy > 0 || is_missing(&past);
}

static bool tells(const struct coverage *coverage, size_t table, int32_t day, enum verdict wanted)
{
	enum verdict verdict = verdict_at(coverage, table, day);
	if (wanted != VERDICT_COUNT)
		return verdict == wanted;
	return verdict != VERDICT_EXCUSED && is_expected_at(coverage, table, day);
}

date_t newest_behind(const struct coverage *coverage, const struct history_edge *edge, date_t date,
	enum verdict wanted)
{
	struct date_range window = window_of(coverage, edge, date);
	date_t first = window.first < coverage->range.first ? coverage->range.first : window.first;
	for (date_t day = window.last; day >= first; day--)
		if (tells(coverage, edge->table, day - coverage->range.first, wanted))
			return day;
	return DATE_NONE;
}

static const struct history_edge *first_closed(
	const struct coverage *coverage, size_t table, date_t date)
{
	const struct pipeline_table *described = &coverage->pipeline->tables[table];
	for (size_t i = 0; i < described->history_count; i++)
		if (is_closed(coverage, &described->history[i], date))
			return &described->history[i];
	return NULL;
}

/* Work under way is what one waits for first. */
static date_t telling_past(
	const struct coverage *coverage, const struct history_edge *edge, date_t date)
{
	static const enum verdict wanted[] = {VERDICT_RUNNING, VERDICT_QUEUED, VERDICT_COUNT};
	for (size_t i = 0; i < ARRAY_COUNT(wanted); i++) {
		date_t day = newest_behind(coverage, edge, date, wanted[i]);
		if (day != DATE_NONE)
			return day;
	}
	return DATE_NONE;
}

/* Why the gate of a cell is closed; it was asked already where the verdict came of it. */
static bool is_gate_closed(const struct coverage *coverage, size_t table, date_t date,
	enum reason *reason, int *because)
{
	int32_t day = date - coverage->range.first;
	enum verdict verdict = verdict_at(coverage, table, day);
	if (opens_gate(verdict) || verdict == VERDICT_READY)
		return false;
	if (verdict != VERDICT_BLOCKED)
		return !coverage_gate(coverage, table, date, reason, because);
	*reason = reason_at(coverage, table, day);
	*because = because_at(coverage, table, day);
	return true;
}

bool step_up(const struct coverage *coverage, size_t *table, date_t *date)
{
	const struct history_edge *edge = NULL;
	enum reason reason;
	int because;
	if (!is_gate_closed(coverage, *table, *date, &reason, &because))
		return false;
	if (reason == REASON_BLOCKED_LOOKBACK)
		edge = first_closed(coverage, *table, *date);
	if (edge != NULL)
		*date = telling_past(coverage, edge, *date);
	*table = (size_t)because;
	return *date != DATE_NONE;
}

/* Which cells no run will ever fill: somebody has to do something first. */
#include "coverage/causes.h"

#include "coverage_parts.h"

static bool is_beyond_runs(enum verdict verdict, enum reason reason)
{
	return reason == REASON_BLOCKED_JOB_MINIMUM || verdict == VERDICT_EXPIRED ||
	       verdict == VERDICT_UNKNOWN;
}

bool cell_needs_you(const struct cell *cell)
{
	static const char *const categories[] = {
#define X(category, meaning) category,
		CAUSE_INCURABLE_LIST(X)
#undef X
	};
	if (is_beyond_runs(cell->verdict, cell->reason))
		return true;
	if (cell->verdict != VERDICT_FAILED)
		return false;
	for (size_t i = 0; i < ARRAY_COUNT(categories); i++)
		if (text_begins_with_word(cell->attempt_words, categories[i]))
			return true;
	return false;
}

bool needs_you_at(const struct coverage *coverage, size_t table, int32_t day)
{
	enum verdict verdict = verdict_at(coverage, table, day);
	if (verdict == VERDICT_FAILED)
		return cell_needs_you(&cells_of(coverage, table)[day]);
	return is_beyond_runs(verdict, reason_at(coverage, table, day));
}

bool coverage_needs_you(const struct coverage *coverage, size_t table, date_t date)
{
	return date_range_has(coverage->range, date) &&
	       needs_you_at(coverage, table, date - coverage->range.first);
}

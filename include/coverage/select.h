/*
 * select: the language of dates (base/date_set.h) with the names that a pipeline and its coverage
 * give: season:NAME, @gaps, and the word of every verdict (@failed, @thin, @stale, @blocked ...).
 * Pure; after coverage_judge.
 */
#ifndef BACKCOURT_COVERAGE_SELECT_H
#define BACKCOURT_COVERAGE_SELECT_H

#include "base/date_set.h"
#include "coverage/coverage.h"

/*
 * `table`: whose cells the @names look at; table_count: those of all tables. Without inclusions
 * everything is the range of the coverage. Errors as date_set_parse, with "did you mean".
 */
bool coverage_select(const struct coverage *coverage, size_t table, const char *text,
	struct date_set *dates, struct error *err);

/*
 * Adds a date; when only dates on which the table expects nothing lie between it and the newest
 * date of the set, the range goes on over them: "11-24..11-26" though the 25th was an off day. Add
 * dates in ascending order.
 */
void coverage_add_date(
	const struct coverage *coverage, size_t table, date_t date, struct date_set *into);

/* "2021-11-16, 2021-11-18..2021-11-20 and 3 more": at most `limit` ranges are named. */
void date_set_say(const struct date_set *dates, size_t limit, struct buffer *into);

#endif

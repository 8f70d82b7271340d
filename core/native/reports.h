/*
 * reports: the newest injury report of each player for a game date (native.md, decision 11).
 *
 * Only reports made on or before the game date count.
 */
#ifndef BACKCOURT_NATIVE_REPORTS_H
#define BACKCOURT_NATIVE_REPORTS_H

#include "native/processor.h"

struct report {
	date_t game_date, report_date;
	const char *lookup, *team;   /* of the batch's symbols */
	const char *status, *reason; /* NULL: not given */
};

struct reports;

/* One SELECT: reports made from a week before the first game date on. */
bool reports_load(const struct batch *batch, struct date_range games, struct reports **loaded,
	struct error *err);
void reports_free(struct reports *reports);
/* NULL when the player is in no report for the date. */
const struct report *reports_find(const struct reports *reports, date_t date, const char *lookup);
/* Whether there is any report for the date. */
bool reports_any(const struct reports *reports, date_t date);
/* Players of the team with this status in their newest report. */
int reports_count(const struct reports *reports, date_t date, const char *team, const char *status);

#endif

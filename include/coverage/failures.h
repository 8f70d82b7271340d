/*
 * failures: what failed, by table and category, told apart by whether it was to be expected.
 *
 * Early in a season nearly every player has too few games: thousands of records that mean nothing
 * would hide the few that do. So there are two sums. Pure; after coverage_judge. One thread.
 *
 * A date fails as a whole when its newest attempt did and its rows do not pass; entities (players,
 * teams) fail by the records beside the rows.
 */
#ifndef BACKCOURT_COVERAGE_FAILURES_H
#define BACKCOURT_COVERAGE_FAILURES_H

#include "base/date_set.h"
#include "coverage/coverage.h"

#define FAILURE_GROUPS_MAX 400 /* more are left out of the list, never of the sums */

/* How often a date was tried without success, since it last succeeded. */
struct try_count {
	size_t table;
	date_t date;
	int tries;
};

struct failure_evidence {
	const struct failure_counts *records; /* NULL: not asked */
	const struct lock_counts *locks;      /* NULL: not asked */
	const struct try_count *tries;	      /* by table, then date */
	size_t try_count;
};

/* Of one table, for one reason. */
struct failure_group {
	size_t table;
	char category[TABLE_NAME_BYTES];
	bool is_expected;
	struct date_set dates;
	int whole_dates;  /* of these, that failed as a whole */
	int64_t entities; /* on the others; 0 where no record tells of any */
	int tries;	  /* the most on one date */
	int64_t at_risk;  /* of the table on these dates: the next failing attempt locks them out */
	int64_t locked;
	const char *words; /* of one failure */
};

struct failure_sum {
	int dates; /* that failed as a whole */
	int64_t entities;
};

struct failures {
	struct failure_group *groups; /* real ones first, then by how much failed */
	size_t count, left_out;
	struct failure_sum real, expected;
	int64_t at_risk, locked, until_ms; /* of all tables of the pipeline */
	struct arena arena;
};

void failures_find(const struct coverage *coverage, const struct failure_evidence *evidence,
	struct failures *failures);
void failures_release(struct failures *failures); /* accepts a zeroed one */

/* The category says that it is too early for something, and not that something is wrong. */
bool failure_is_early(const char *category);

struct season_day {
	int number;	/* 0 on opening day; -1 outside */
	int early_days; /* pipeline_early_days */
};

/*
 * Too few games, or an upstream without them: expected while the season is young, and after that as
 * long as no more entities of the date failed by it than usual: of 100 thirty, from the sixtieth
 * day on twenty (the users' runs of 2021-22, player_shot_zone_analysis, the widest, rounded up).
 * rows -1: unknown, and for a date that failed as a whole 0. Any other category is never expected.
 */
bool failure_is_expected(
	const char *category, const struct season_day *day, int64_t failed, int64_t rows);

#endif

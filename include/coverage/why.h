/*
 * why: everything that is to be said about one cell, as a structure that a screen and a verb print.
 *
 * Pure; after coverage_judge; the clock is passed in. Texts live until why_release and hold no
 * control bytes but those that came with the words of an attempt or an excuse.
 */
#ifndef BACKCOURT_COVERAGE_WHY_H
#define BACKCOURT_COVERAGE_WHY_H

#include "coverage/coverage.h"
#include "coverage/eta.h"

/* What the coverage does not know. */
struct why_setting {
	int64_t now_ms; /* wall clock, for the ages; 0: no ages */
	bool auto_launch;
	bool paused;			/* the table, or everything */
	const struct eta_speed *speeds; /* by table; NULL: unknown */
};

/* A cell that this one waits for, or that made it stale. */
struct why_link {
	size_t table;
	date_t date; /* another date behind a history edge */
	enum verdict verdict;
	enum reason reason;
	const char *sentence; /* coverage_explain of that cell */
};

struct why_fact {
	const char *witness; /* "expectation", "warehouse", "ledger", "upstream", "guard" ... */
	const char *text;
	int64_t age_ms; /* since it was asked, or happened; -1 unknown */
	int table;	/* whose cell of the same date it speaks of; -1: this one, or the past */
};

struct why_below {
	size_t table;
	int cells;
};

struct why {
	size_t table;
	date_t date;
	enum verdict verdict;
	enum reason reason;
	const char *sentence;
	struct why_link *links; /* nearest first; the last is the root cause */
	size_t link_count;
	struct why_fact *facts;
	size_t fact_count;
	const char **ruled_out;
	size_t ruled_out_count;
	struct why_below *below; /* what cannot start before this is right, in dependency order */
	size_t below_count;
	int below_cells;
	const char *next;    /* what happens next, by itself or not */
	int64_t work_ms;     /* of all that has to run before it is right, itself included; -1 */
	const char *command; /* that would repair it; "" where no run does */
	struct arena arena;
};

/* False: the cell lies outside the range, or there is no such table. */
bool why_find(const struct coverage *coverage, size_t table, date_t date,
	const struct why_setting *setting, struct why *why, struct error *err);
void why_release(struct why *why);
/* What should be there, and by which rule: one of the facts. */
const char *why_expectation(const struct why *why);

/* As text of several lines, each at most one sentence. */
void why_say(const struct coverage *coverage, const struct why *why, struct buffer *into);

#endif

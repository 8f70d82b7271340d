/*
 * causes: what stands in the way, and how much each thing holds up. Pure; after coverage_judge.
 *
 * Every gap is either a cause itself or blocked by causes: from a blocked cell one walks up over
 * all closed edges to the cells that are not blocked themselves, and further up where these could
 * not run either. They are grouped by table and reason. When all listed causes are fixed, tables
 * above first, and what they held up has run, no cell is blocked.
 */
#ifndef BACKCOURT_COVERAGE_CAUSES_H
#define BACKCOURT_COVERAGE_CAUSES_H

#include "base/date_set.h"
#include "coverage/coverage.h"

struct cause {
	size_t table;
	enum verdict verdict; /* of its first date */
	enum reason reason;
	bool needs_you; /* no run can cure it */
	int cells;
	struct date_set dates; /* of the cells; ranges go on over dates without expectation */
	int holds_up; /* cells below, blocked or unknown, that cannot start before this is fixed */
	int frees;    /* of them: those that wait for nothing else */
};

struct causes {
	struct cause *items; /* what frees most first, then what holds up most */
	size_t count;
	int held_up; /* cells that are blocked, or unknown because of what lies above */
};

/* Fills *causes, which is the caller's to release. */
void coverage_causes(const struct coverage *coverage, struct causes *causes);

/*
 * The same in pieces of some thousand cells, for whoever has no time for all of it at once: begin,
 * go_on until it gives false, end. The coverage is lent, and must not change, until the last piece
 * is done; where it does, end it with NULL, and begin anew.
 */
struct causes_walk;
struct causes_walk *causes_begin(const struct coverage *coverage);
bool causes_go_on(struct causes_walk *walk);
/* Fills *causes, or throws away what there is (causes NULL). Frees the walk, which may be NULL. */
void causes_end(struct causes_walk *walk, struct causes *causes);
void causes_release(struct causes *causes);

/* "player_game_summary: failed on 6 dates (2021-11-16, 2021-11-18); holds up 18 cells". At most
 * three ranges are named. */
void cause_explain(const struct coverage *coverage, const struct cause *cause, struct buffer *into);

/*
 * Whether running the cell again is no cure: the job refuses the rows that there are, retention
 * removed it, a witness could not be asked, or its failure says so (CAUSE_INCURABLE_LIST).
 */
bool cell_needs_you(const struct cell *cell);
/* The same of a cell of the coverage, which is looked at only where its verdict does not say it. */
bool coverage_needs_you(const struct coverage *coverage, size_t table, date_t date);

/* Categories of failures (the words of an attempt begin with them) that a person must end first. */
#define CAUSE_INCURABLE_LIST(X)                             \
	X("SCHEMA", "table and job disagree about columns") \
	X("PRECISION", "a number does not fit its column")  \
	X("NO_SOURCE_DATA", "the raw data are not there")   \
	X("ARGUMENTS", "the job refused its arguments")     \
	X("ACCESS_DENIED", "the warehouse refused access")  \
	X("CREDENTIALS", "there are no valid credentials")

#endif

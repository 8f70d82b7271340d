/*
 * plan: what to run, in which order, so that everything that a run can cure is cured; what is left
 * out, and why; and what a re-run makes stale. Pure; after coverage_judge.
 *
 * A step holds the gap cells of one table that can start once the steps before it have succeeded;
 * never a complete, fresh cell. Cells that are queued or running already are in no step and are
 * taken to succeed, with the rows that were there; those that stand on something wrong are left.
 * Executed where every run
 * succeeds, the plan leaves only the cells of `left`.
 *
 * To edit a plan, change the wish and make it again: tables and dates that are not chosen are never
 * run, and what needs them is left.
 */
#ifndef BACKCOURT_COVERAGE_PLAN_H
#define BACKCOURT_COVERAGE_PLAN_H

#include "base/date_set.h"
#include "coverage/coverage.h"
#include "coverage/eta.h"

enum plan_order { PLAN_OLDEST, PLAN_NEWEST, PLAN_UNBLOCKING /* what frees most first */ };

/* Zeroed: everything, oldest first, of unknown duration, one table at a time. */
struct plan_wish {
	const bool *tables;	      /* by table: which to run; NULL: all */
	const struct date_set *dates; /* NULL: all of the range */
	const struct date_set *only;  /* by table: no other cells; NULL: all */
	const struct date_set *out;   /* by table: cells taken out; NULL: none */
	const struct date_set *first; /* by table: cells put first, what they need before; NULL */
	enum plan_order order;
	const struct eta_speed *speeds; /* by table; NULL: unknown */
	int workers;
};

struct plan_step {
	size_t table;
	date_t *dates; /* in run order */
	size_t count;
	size_t first_count;  /* of the dates: those put first, they or something that needs them */
	int below;	     /* cells of later steps that wait for one of these */
	int64_t duration_ms; /* all dates one after another; -1 unknown */
	int64_t bytes; /* that it would read; -1 until somebody asked a warehouse that knows */
};

enum plan_left_kind {
	LEFT_NEEDS_YOU, /* no run can cure it (cell_needs_you), or nobody knows what it holds */
	LEFT_WAITS,	/* for something that needs you, was not chosen, or could not be asked */
};

/* Cells that are left out, by table, kind, reason and `because`. */
struct plan_left {
	size_t table;
	enum plan_left_kind kind;
	enum reason reason; /* of the cell; why its gate stays closed for LEFT_WAITS */
	int because;	    /* table, -1 none */
	int cells;
	struct date_set dates; /* ranges go on over dates without expectation */
};

struct plan {
	struct plan_step *steps; /* a table after everything that it depends on */
	size_t step_count;
	struct plan_left *left;
	size_t left_count, left_capacity;
	int cells;	     /* of all steps */
	int left_cells;	     /* of all that is left */
	int64_t duration_ms; /* with the workers; -1: unknown, or only in part */
	struct eta_plan eta; /* what that stands on; as if all cells were queued at once */
};

void plan_make(const struct coverage *coverage, const struct plan_wish *wish, struct plan *plan);
void plan_release(struct plan *plan);
/* How long its steps take, and all of it; anew after their dates were put in another order. Of the
 * wish only speeds and workers count. */
void plan_foresee(const struct coverage *coverage, const struct plan_wish *wish, struct plan *plan);

/* Adds the dates of a step, in the order of the calendar, on over dates without expectation. */
void plan_step_dates(
	const struct coverage *coverage, const struct plan_step *step, struct date_set *into);

/* One command per step: "backcourt run pgs --range 2021-11-16,2021-11-18". */
void plan_say_commands(
	const struct coverage *coverage, const struct plan *plan, struct buffer *into);

/* Complete cells below, by table in dependency order. */
struct cascade_table {
	size_t table;
	int cells;
	struct date_set dates;
};

struct cascade {
	struct cascade_table *tables;
	size_t count;
	int cells;
};

/* What becomes stale when these cells of a table are run again and come out different. */
void cascade_find(const struct coverage *coverage, size_t table, const struct date_set *dates,
	struct cascade *cascade);
void cascade_release(struct cascade *cascade);

#endif

/* What the files of the scheduler share; nobody else includes this. */
#ifndef BACKCOURT_JOBS_SCHEDULER_PARTS_H
#define BACKCOURT_JOBS_SCHEDULER_PARTS_H

#include "jobs/scheduler.h"

/* Flags of a cell. */
enum {
	CELL_QUEUED = 1,
	CELL_RUNNING = 2, /* in a batch, not done */
	CELL_TRIED = 4,	  /* started; not by itself again */
	CELL_ARMED = 8,	  /* below something that the operator started */
	CELL_FIRST = 16,  /* put first by a plan */
};

/* What the future holds for a cell of the plan, best last. */
enum outlook {
	OUTLOOK_NOT_PLANNED, /* neither queued nor about to start by itself */
	OUTLOOK_STUCK,
	OUTLOOK_UNKNOWN, /* waits for something that could not be asked */
	OUTLOOK_WAITS,	 /* for cells that are in the plan themselves */
	OUTLOOK_OPEN,	 /* could start now, or runs */
};

struct lane {
	bool running, paused;
	bool held;	    /* taken back: not by itself until started again */
	bool is_foundation; /* others guard on it or read it as history */
	uint64_t last_turn;
	size_t queued_count; /* cells that are queued */
};

/* What the newest scheduler_look_ahead saw; scratch, so that const questions can fill it. */
struct look {
	uint8_t *outlooks;	 /* enum outlook, by table, then day */
	int32_t *planned_before; /* cells that wait or are open before a day; days + 1 per table */
	const struct coverage *coverage; /* that it saw; compared, never followed */
	uint64_t judgement;
	bool *is_stale;	    /* by day: the flags of a cell changed since */
	bool is_all_stale;  /* more changed than flags */
	int32_t *stretches; /* by day: the last day that may look back on it */
	uint64_t number;    /* counts the looks that saw something new */
	uint64_t changes;   /* counts the changes of the scheduler itself */
	struct span *spans; /* to look at again; room for every day */
	/* What a cell means for those below it, by its outlook and its verdict. */
	uint8_t below[OUTLOOK_OPEN + 1][VERDICT_COUNT];
	/* Of the days that are looked at: the verdicts of a table, and what those above a cell and
	 * its own past let it hope for. Room for every day. */
	uint8_t *verdicts, *hopes;
};

struct scheduler {
	const struct pipeline *pipeline; /* lent */
	struct date_range range;
	int32_t days;
	int workers;
	bool auto_launch;
	uint64_t turns;
	struct lane *lanes;
	uint8_t *flags; /* by table, then day; changed by scheduler_change alone */
	size_t queued_count, armed_count; /* cells with these flags */
	uint32_t *ranks; /* the same: in the order of a plan; 0: of no plan, behind them */
	uint32_t ranked; /* the newest rank */
	struct look *look;
	/* What scheduler_next and scheduler_take_stuck came to nothing for; asked again when it is
	 * another. */
	struct settled {
		uint64_t look, changes;
	} nothing_next, nothing_stuck;
};

/* NULL outside the range. */
const uint8_t *scheduler_flags(const struct scheduler *scheduler, size_t table, date_t date);
/* Takes flags from a cell of the range, then gives it others. */
void scheduler_change(
	struct scheduler *scheduler, size_t table, date_t date, unsigned taken, unsigned given);
uint32_t *scheduler_rank(const struct scheduler *scheduler, size_t table, date_t date);

struct look *scheduler_new_look(size_t tables, int32_t days);
void scheduler_free_look(struct look *look);
/* More than flags changed: everything is looked at again. */
void scheduler_forget_look(const struct scheduler *scheduler);

/*
 * Fills the outlook of every cell in the plan. Only the dates are looked at again of which a flag,
 * some evidence or a verdict changed since the last time, and those that may look back on them.
 */
void scheduler_look_ahead(const struct scheduler *scheduler, const struct coverage *coverage);
/* Looks at all dates of one table, after all tables that it depends on. */
void scheduler_look_at_table(
	const struct scheduler *scheduler, const struct coverage *coverage, size_t table);
enum outlook scheduler_outlook(const struct scheduler *scheduler, size_t table, date_t date);
/* The outlooks of a table, by day. */
const uint8_t *scheduler_outlooks(const struct scheduler *scheduler, size_t table);
/* The outlook that a cell would have if it were queued now; after scheduler_look_ahead. */
enum outlook scheduler_foresee(const struct scheduler *scheduler, const struct coverage *coverage,
	size_t table, date_t date);
/* How many cells of the table wait or are open, itself running included. */
int scheduler_planned_count(const struct scheduler *scheduler, size_t table);
#endif

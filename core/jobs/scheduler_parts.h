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
};

struct scheduler {
	const struct pipeline *pipeline; /* lent */
	struct date_range range;
	int32_t days;
	int workers;
	bool auto_launch;
	uint64_t turns;
	struct lane *lanes;
	uint8_t *flags;	 /* by table, then day */
	uint32_t *ranks; /* the same: in the order of a plan; 0: of no plan, behind them */
	uint32_t ranked; /* the newest rank */
	/* Of the newest scheduler_look_ahead; scratch, so that const questions can fill it. */
	uint8_t *outlooks;	 /* enum outlook, by table, then day */
	int32_t *planned_before; /* cells that wait or are open before a day; days + 1 per table */
};

uint8_t *scheduler_flags(const struct scheduler *scheduler, size_t table, date_t date);
uint32_t *scheduler_rank(const struct scheduler *scheduler, size_t table, date_t date);

/* Fills the outlook of every cell in the plan. */
void scheduler_look_ahead(const struct scheduler *scheduler, const struct coverage *coverage);
enum outlook scheduler_outlook(const struct scheduler *scheduler, size_t table, date_t date);
/* The outlook that a cell would have if it were queued now; after scheduler_look_ahead. */
enum outlook scheduler_foresee(const struct scheduler *scheduler, const struct coverage *coverage,
	size_t table, date_t date);
/* How many cells of the table wait or are open, itself running included. */
int scheduler_planned_count(const struct scheduler *scheduler, size_t table);
/* A gap that a run can cure. */
bool scheduler_is_curable(const struct cell *cell);

#endif

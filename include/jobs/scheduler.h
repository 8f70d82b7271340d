/*
 * scheduler: what runs next. Pure: no I/O, no clock, no threads; the engine acts on its answers.
 *
 * It keeps what is queued, what runs and what is paused; verdicts and gates come from the coverage
 * of each call, which must be judged. One run per table at a time. A cell starts only when
 * coverage_gate opens for it AND nothing that it depends on is still queued or running here, or
 * about to start by itself (the coverage learns of that later, through the event queue).
 *
 * Order of calls: scheduler_new, setters and scheduler_queue*, then after every change
 * scheduler_take_stuck and scheduler_next until they return false; scheduler_date_done for each
 * finished date and scheduler_batch_done at the end of a batch; scheduler_free. UI thread only.
 *
 * Semantics (design: coverage, Gate): scheduler_queue_all queues the gaps of the tables without
 * upstreams; tables that others guard on or read as history go first. With auto-launch the gaps of
 * the tables below start by themselves: RELEASE_RANGE when no upstream or guard has anything left
 * to run, RELEASE_DATE date by date. Which gaps: those below what the operator started (all dates
 * of the range after scheduler_queue_all or a whole table, one date after one date); so nothing
 * starts before the operator started something. A cell is started by itself once; again only after
 * an upstream or guard of its date was written anew, or after another scheduler_queue_all.
 */
#ifndef BACKCOURT_JOBS_SCHEDULER_H
#define BACKCOURT_JOBS_SCHEDULER_H

#include "coverage/coverage.h"

#define SCHEDULER_BATCH_MAX  128 /* dates in one batch */
#define SCHEDULER_TURN_DATES 32	 /* in one batch while more tables than workers could start */

struct scheduler;

struct turn {
	size_t table;
	date_t dates[SCHEDULER_BATCH_MAX]; /* in run order */
	size_t count;
	bool launched; /* started by auto-launch: at least one of its dates was not queued */
};

enum queue_kind {
	QUEUE_GAPS,  /* every gap that a run can cure (coverage/causes.h: cell_needs_you) */
	QUEUE_RETRY, /* failed, thin, empty, killed and suspect dates only, and those that needed
			you, too: their cause may be gone */
};

struct scheduler *scheduler_new(const struct pipeline *pipeline, struct date_range range);
void scheduler_free(struct scheduler *scheduler);

void scheduler_set_workers(struct scheduler *scheduler, int workers);
void scheduler_set_auto_launch(struct scheduler *scheduler, bool on);
void scheduler_set_paused(struct scheduler *scheduler, size_t table, bool paused);
bool scheduler_is_paused(const struct scheduler *scheduler, size_t table);
/* Another range: what is queued or running inside both ranges stays. A running batch goes on; the
 * end of its dates outside the new range is accepted and means nothing. */
void scheduler_set_range(struct scheduler *scheduler, struct date_range range);

/*
 * Queues cells of one table (`date`: DATE_NONE = all of the range) and returns how many. A blocked
 * cell is queued when what blocks it is queued, running or about to start by itself; queue tables
 * in pipeline->order.
 */
int scheduler_queue(struct scheduler *scheduler, const struct coverage *coverage, size_t table,
	date_t date, enum queue_kind kind);
/*
 * Queues these gaps of one table, to start in this order, the first `first_count` in batches of
 * their own and before those of other tables; returns how many. What lies below is not started by
 * itself: a plan names everything that it runs. Queue tables in the order of the plan.
 */
int scheduler_queue_dates(struct scheduler *scheduler, const struct coverage *coverage,
	size_t table, const date_t *dates, size_t count, size_t first_count);
/* The dates that scheduler_queue would queue, ascending; `dates` has room for the range. Queues
 * nothing. */
size_t scheduler_choose(struct scheduler *scheduler, const struct coverage *coverage, size_t table,
	date_t date, enum queue_kind kind, date_t *dates);
/* Returns how many cells were queued; scheduler_to_come tells what will start besides. */
int scheduler_queue_all(struct scheduler *scheduler, const struct coverage *coverage);
/* Why scheduler_queue returned 0, as one sentence. */
void scheduler_why_nothing(const struct coverage *coverage, size_t table, date_t date,
	enum queue_kind kind, struct buffer *into);
/* Takes the queue of a table back, and auto-launch leaves it alone until it is started again. */
int scheduler_unqueue(struct scheduler *scheduler, size_t table);

bool scheduler_is_queued(const struct scheduler *scheduler, size_t table, date_t date);
int scheduler_queued_count(const struct scheduler *scheduler, size_t table);
bool scheduler_is_running(const struct scheduler *scheduler, size_t table);
int scheduler_running_count(const struct scheduler *scheduler); /* tables */
/* Cells of a table that are not queued and that auto-launch will start, now or when what they need
 * is done (as far as can be said now). */
int scheduler_to_come(
	const struct scheduler *scheduler, const struct coverage *coverage, size_t table);

/* Whether the cell is queued, runs or would start by itself; after scheduler_to_come. */
bool scheduler_is_planned(const struct scheduler *scheduler, size_t table, date_t date);

/* The next batch to start now, marked as running; false when nothing can start now. */
bool scheduler_next(
	struct scheduler *scheduler, const struct coverage *coverage, struct turn *batch);
/*
 * Queued cells that can no longer start: something that they need failed, is thin or has nothing
 * left to run, or nothing is expected of them any more. They leave the queue, some dates of one
 * table per call; false when there are none. A cell that waits for an unknown stays queued. Tell
 * the coverage: a cell that looks queued keeps those closed that read it as history.
 */
bool scheduler_take_stuck(
	struct scheduler *scheduler, const struct coverage *coverage, struct turn *batch);
/* A batch that nobody here started runs already: these dates of a table that does not run. */
void scheduler_adopt(struct scheduler *scheduler, size_t table, const date_t *dates, size_t count);
/* One date of the running batch ended (well or not); call it after the coverage knows. */
void scheduler_date_done(struct scheduler *scheduler, size_t table, date_t date, bool succeeded);
/* The batch ended. Its dates that are not done go back to the queue, or are forgotten: tell the
 * coverage, which may still show them as queued. */
void scheduler_batch_done(struct scheduler *scheduler, size_t table, bool requeue);

/* Nothing runs and scheduler_next would start nothing. */
bool scheduler_is_idle(const struct scheduler *scheduler, const struct coverage *coverage);

#endif

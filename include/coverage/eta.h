/*
 * eta: how long it will take. Pure; no clock; times are milliseconds; -1 is unknown.
 *
 * Speed of a table, from its newest worked dates (at most ETA_DATES_MAX; nothing before
 * ETA_DATES_MIN): a part of a date takes as long whatever happens, the rest goes with its games.
 * That part is the median of the slopes between every two dates (Theil-Sen), held between "nothing"
 * and "everything" and drawn to one half while there are few dates. The level is the mean over the
 * dates after that, where one that hung counts at most twice the median. Older dates count only
 * while they agree: five by five, until nearly all lie ETA_CHANGE and more from the median of the
 * newer ones, and those from theirs.
 * So a table that became twice as slow is believed to be so after ETA_BLOCK dates. Dates that were
 * told at once (output that is buffered) are one sample: only their sum is known.
 *
 * End of a plan: one run of the queue as jobs/scheduler.h has it: workers, one turn per table at a
 * time, foundations first, then who waited longest, ETA_TURN_DATES a turn while more tables than
 * workers could start; a date starts after all that it reads on that date, and its history, is
 * done, or where gaps are released by the range after the last date of those tables. What a plan
 * put first goes before all foundations, in turns of its own. Every date remembers whose end it
 * waited for: the way back from the last one is the critical path.
 * Simpler than the scheduler: nothing fails, and the dates of a table start in their order, though
 * a later one may be ready before.
 *
 * p90: the dates on the critical path scatter independently of each other, the speed of a table is
 * known as well as its dates allow, and the sum is taken as Student's t has it for so many dates.
 * One date in so many hangs, though none of those seen did: its share is by Laplace's rule of
 * succession. The chance that another path becomes the longest one is left out, and so is a
 * machine that gets slower as a whole: what is measured says it within a block of dates.
 */
#ifndef BACKCOURT_COVERAGE_ETA_H
#define BACKCOURT_COVERAGE_ETA_H

#include "pipeline/pipeline.h"

#define ETA_DATES_MIN	3
#define ETA_DATES_MAX	30 /* samples; older ones say little about the dates to come */
#define ETA_BLOCK	5  /* samples */
#define ETA_CHANGE	1.4
#define ETA_TURN_DATES	32  /* SCHEDULER_TURN_DATES */
#define ETA_BATCH_DATES 128 /* SCHEDULER_BATCH_MAX */

/* A date that was worked on: not skipped, not resumed, its duration seen or said by the job; or
 * several dates of which only the sum is known. */
struct eta_sample {
	int64_t duration_ms;
	int games; /* 0 unknown */
	int dates; /* 0 is 1 */
};

struct eta_speed {
	int64_t date_ms;    /* with the usual number of games */
	double usual_games; /* 0: unknown, all dates are alike */
	double games_share; /* of date_ms that goes with the games, 0..1 */
	double scatter;	    /* standard deviation of one date, as a part of it */
	int dates;	    /* that it stands on */
	bool is_old;	    /* of earlier runs; set by the caller */
};

#define ETA_UNKNOWN ((struct eta_speed){.date_ms = -1})

/* Newest first. ETA_UNKNOWN where they are less than ETA_DATES_MIN dates. */
struct eta_speed eta_speed_of(const struct eta_sample *samples, size_t count);
/* Games of 0 are unknown: the usual number. */
int64_t eta_date_ms(const struct eta_speed *speed, int games);

/* What a plan still wants of one table. */
struct eta_table {
	struct eta_speed speed;
	const int32_t *days; /* numbers of the dates to do, in run order; lent */
	size_t count;
	size_t first_count; /* of them, that a plan put before everything else */
	size_t batch;	    /* so many of them, the first, are with a worker now */
	int64_t left_ms;    /* of the first of these, which is in hand; -1: none is */
	int64_t last_turn;  /* when it began; whoever waited longest goes first */
	bool waits_for_all; /* not before all tables that it reads are done */
	bool paused;
};

struct eta_queue {
	const struct pipeline *pipeline;
	const struct eta_table *tables; /* by table */
	const int *games;		/* by day */
	int workers;			/* below 1: one */
};

/* A part of the critical path. */
struct eta_stretch {
	size_t table;
	size_t dates;
	int64_t duration_ms;
};

struct eta_plan {
	int64_t p50_ms; /* until the end; -1: no speed is known, or a table with dates is paused */
	int64_t p90_ms;
	bool is_least; /* some tables have no speed yet: their time is not in it */
	bool is_old;   /* what it stands on is partly a speed of earlier runs */
	struct eta_stretch
		path[PIPELINE_TABLES_MAX]; /* a table once, in the order of its last dates */
	size_t path_count;
};

void eta_plan_make(const struct eta_queue *queue, struct eta_plan *plan);

/* The same in pieces of some thousand dates: begin, go_on until it gives false, end. What the queue
 * lends must not change before; where it does, end it with NULL, and begin anew. */
struct eta_walk;
struct eta_walk *eta_begin(const struct eta_queue *queue);
bool eta_go_on(struct eta_walk *walk);
/* Fills *plan (NULL: it is not wanted any more). Frees the walk, which may be NULL. */
void eta_end(struct eta_walk *walk, struct eta_plan *plan);

/* False: not even a least time is. */
static inline bool eta_is_known(const struct eta_plan *eta)
{
	return eta->p50_ms > 0 || (eta->p50_ms == 0 && !eta->is_least);
}

/* In words; what is unknown is "--". "about 1h05 with 4 workers, hardly more than 1h20". */
void eta_say(const struct eta_plan *eta, int workers, struct buffer *into);
/* "about 14:05:10, hardly after 14:20:40" */
void eta_say_end(const struct eta_plan *eta, int64_t now_ms, struct buffer *into);
/* "pgs 40m00 > pcf 25m00": who decides the end; nothing where nothing is foreseen. */
void eta_say_path(const struct pipeline *pipeline, const struct eta_plan *eta, struct buffer *into);

/* The sum, held below a limit under which sums of ends cannot overflow. */
int64_t eta_later(int64_t from_ms, int64_t by_ms);

#endif

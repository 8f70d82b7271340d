/*
 * backfill: a simulator of whole backfills, for the tests of the forecast. Nothing is computed and
 * no time passes: jobs take what a random number says, the clock is a variable.
 *
 * The scheduler and the model are the real ones; the simulator stands for engine, workers and jobs
 * and tells the model the events that these would tell. Order of calls: backfill_open,
 * backfill_start, backfill_go_on until it returns false, backfill_close.
 *
 * A job: a date takes base x (1 - share + share x games / 7), times noise (normal in the
 * logarithm), and one date in fifty three times as long. It says its durations itself, is watched
 * from outside, or talks in bursts: several dates at once, the first of them after all of their
 * time.
 */
#ifndef BACKCOURT_TESTS_BACKFILL_H
#define BACKCOURT_TESTS_BACKFILL_H

#include "jobs/scheduler.h"
#include "model/model.h"

#define BACKFILL_TABLES_MAX 6
#define BACKFILL_DAYS_MAX   110
#define BACKFILL_LANES_MAX  4
#define BACKFILL_USUAL	    7  /* games of a usual date */
#define BACKFILL_EARLIER    24 /* days of the schedule before the first of the range */

enum voice { VOICE_WATCHED, VOICE_SAYS, VOICE_BURSTS };

struct backfill_job {
	double base_ms, games_share, noise;
	double slower; /* 1: as ever */
	enum voice voice;
	int burst;	       /* dates that it tells at once */
	int done, done_slower; /* dates, since it became slower */
};

struct backfill_lane {
	struct turn turn;
	size_t at, told; /* dates done, dates told to the model */
	bool is_busy, is_in_date, is_found;
	int64_t began_ms, ends_ms; /* of the date in hand */
	int64_t told_ms;	   /* when the model last heard of it */
	int64_t durations_ms[SCHEDULER_BATCH_MAX];
};

struct backfill {
	struct pipeline *pipeline;
	struct model *model;
	struct scheduler *scheduler;
	uint32_t random;
	date_t first;
	int days, games[BACKFILL_EARLIER + BACKFILL_DAYS_MAX];
	int64_t now_ms, sequence;
	struct backfill_job jobs[BACKFILL_TABLES_MAX];
	struct backfill_lane lanes[BACKFILL_LANES_MAX];
	struct receipts receipts;
	struct cell_attempt attempts[BACKFILL_TABLES_MAX * (BACKFILL_EARLIER + BACKFILL_DAYS_MAX)];
	size_t attempt_count;
	bool is_paused;
	bool is_away; /* nobody looks: no event is told, nothing is started */
};

void backfill_open(struct backfill *backfill, uint32_t seed);
void backfill_close(struct backfill *backfill);
uint32_t backfill_random(struct backfill *backfill, uint32_t below);

/* Earlier runs of about the same speed are in the ledger. */
void backfill_remember_earlier_runs(struct backfill *backfill);
/* `S`. */
void backfill_start(struct backfill *backfill);
/* To the end of the next date, but not beyond `until_ms`; false when everything is done. */
bool backfill_go_on(struct backfill *backfill, int64_t until_ms);
void backfill_pause(struct backfill *backfill, bool paused);
/* The console goes away and its jobs go on; without jobs: what is in hand is lost. */
void backfill_leave(struct backfill *backfill, bool jobs_go_on);
/* A new console: it reads warehouse, ledger and logs, finds the jobs, and starts everything. */
void backfill_return(struct backfill *backfill);

#endif

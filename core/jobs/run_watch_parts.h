/*
 * run_watch_parts: a watch in two files. run_watch.c follows the run, run_watch_stop.c asks it to
 * end. Nobody else includes this.
 */
#ifndef BACKCOURT_JOBS_RUN_WATCH_PARTS_H
#define BACKCOURT_JOBS_RUN_WATCH_PARTS_H

#include "run_watch.h"

#include "jobs/log_follower.h"
#include "jobs/process_tree.h"
#include "jobs/run_control.h"

struct run_watch {
	char *path;		      /* of the run folder; NULL: a job from outside */
	char *log_path;		      /* NULL: it has none */
	struct log_listener listener; /* the caller's */
	struct log_follower *follower;
	struct followed_file *file;
	struct log_reader *reader;
	struct run_evidence evidence;
	int process; /* pidfd of whoever the end is waited for, -1: nobody */
	int64_t looked_ms;
	bool is_over;

	bool is_date_open; /* by the log: a date has begun and has no verdict */
	enum watch_stop stop;
	bool stop_due; /* the date that was in hand when it was wanted has its verdict */
	bool stop_asked, kill_asked;
	bool is_frozen;		     /* and nobody was told yet */
	struct run_control *control; /* NULL: not readable, or a job from outside */
	char trouble[ERROR_TEXT_BYTES];

	/* Of a job from outside. */
	struct process_identity job, writer;
	struct process_tree tree; /* the job and what it started */
	int64_t asked_ms;	  /* monotonic, of the stop; 0 */
	int log;	     /* its log, held open: the name may come to mean another file; -1 */
	int64_t skipped;     /* bytes at the start of the log that are not of this process */
	int64_t job_gone_ms; /* monotonic, when its end was seen; 0 */
};

/* Everything that the log has now was read. */
bool watch_has_caught_up(const struct run_watch *watch);

/* core/jobs/run_watch_stop.c */
/* Asks when a stop is wanted and this is the moment. */
void watch_consider_stop(struct run_watch *watch);
/* It was asked, and lives: asks again, or says who holds on. */
void watch_press_on(struct run_watch *watch);

#endif

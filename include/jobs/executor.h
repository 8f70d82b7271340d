/*
 * executor: what turns a list of dates of one table into rows.
 *
 * One executor per kind of job ("native": the processors in C; "command": scripts under a
 * supervisor, which outlive this program). The engine makes a run_task and
 * gives it to a worker thread, which calls executor->run; from then on the world hears of the run
 * through events only: EVENT_RUN_STARTED comes from the engine, EVENT_RUN_FINISHED is the last
 * event that the worker pushes, whatever happened. Adding an executor: one file, one line in
 * core/jobs/executors.c.
 */
#ifndef BACKCOURT_JOBS_EXECUTOR_H
#define BACKCOURT_JOBS_EXECUTOR_H

#include "event/event_queue.h"
#include "pipeline/pipeline.h"

struct command;
struct found_process;
struct log_rules;
struct rules;

struct run_task {
	uint32_t number; /* of the run in this console, from 1 */
	size_t table;
	date_t *dates; /* owned, ascending */
	size_t date_count;
	int worker;   /* lane */
	int niceness; /* of what follows the log of a script (worker_pool.h), not of the script */
	int pace_ms;  /* every date takes at least so long; 0 = full speed */
	const struct pipeline *pipeline; /* lent, like everything below */
	const struct rules *rules;
	const char *warehouse;	  /* spec */
	const char *state_folder; /* ledger and logs */
	/* Of a command job. */
	const struct command *command;
	const struct log_rules *log_rules;
	date_t *off_days; /* owned: between the dates, and nothing is expected there */
	size_t off_day_count;
	char adopted[EVENT_RUN_BYTES]; /* the run of an earlier console to follow; "" = start */
	struct found_process *outside; /* owned: a job to follow that nobody's console started */
	struct cancel *cancel;
	struct event_queue *queue;
};

void run_task_free(struct run_task *task);

struct executor {
	enum job_executor kind;
	/* On a worker thread. Owns the task and frees it. */
	void (*run)(void *task); /* a struct run_task */
};

/* NULL when this program cannot run jobs of that kind. */
const struct executor *executor_find(enum job_executor kind);

#endif

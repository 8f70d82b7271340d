/*
 * worker_pool: threads that run one task at a time.
 *
 * A thread is made when a task comes and none is idle, up to WORKER_POOL_THREADS_MAX; idle threads
 * wait without cost. How many tasks run at once is the engine's decision, not the pool's: a task is
 * never put in line, and worker_pool_run does not wait for its thread. A task tells its end by
 * pushing an event; the pool tells nothing.
 *
 * worker_pool_new, worker_pool_run and worker_pool_free belong to one thread (the UI thread).
 * Worker threads start with every signal blocked, so that signals reach the UI thread's descriptor.
 */
#ifndef BACKCOURT_JOBS_WORKER_POOL_H
#define BACKCOURT_JOBS_WORKER_POOL_H

#include "base/error.h"

#define WORKER_POOL_THREADS_MAX 80 /* PIPELINE_WORKERS_MAX jobs, and the io lane */

struct worker_pool;

/* `niceness` of its threads (0..19; 0: as the program's): whoever has less of it comes first where
 * cores are short. What such a thread starts inherits it for good, so no jobs are started there. */
struct worker_pool *worker_pool_new(int niceness);
/* For the task that calls it: from here on its thread is as nice as that (0: nothing changes), and
 * ends with the task, for it could not take it back. What it starts from here on inherits it. */
void worker_pool_be_nice(int niceness);
/* Waits for every task to return: cancel them first. */
void worker_pool_free(struct worker_pool *pool);
/* Runs task(argument) on a thread of the pool; `argument` is then the task's to free. False (the
 * argument untouched) when the system or the limit allows no further thread. */
bool worker_pool_run(
	struct worker_pool *pool, void (*task)(void *argument), void *argument, struct error *err);

#endif

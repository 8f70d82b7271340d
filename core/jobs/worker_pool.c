#include "jobs/worker_pool.h"

#include "base/memory.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

struct handed {
	void (*task)(void *argument);
	void *argument;
};

struct worker {
	struct worker_pool *pool;
	pthread_t thread;
	bool is_there; /* not joined; the pool's own thread alone looks at it */
};

struct worker_pool {
	pthread_mutex_t lock; /* guards everything below but the workers */
	pthread_cond_t has_task;
	/* Handed to threads that are idle or just being made: never more than those. Whoever hands
	 * over does not wait until a thread has come to a core. */
	struct handed handed[WORKER_POOL_THREADS_MAX];
	int handed_count;
	int idle; /* without what was handed over */
	bool closing;
	int niceness;
	struct worker workers[WORKER_POOL_THREADS_MAX];
};

/* Of this thread: it can never take back how nice it is, and ends with its task. */
static _Thread_local bool is_nice_for_good;

struct worker_pool *worker_pool_new(int niceness)
{
	struct worker_pool *pool = memory_new(sizeof(*pool));
	pool->niceness = niceness;
	pthread_mutex_init(&pool->lock, NULL);
	pthread_cond_init(&pool->has_task, NULL);
	return pool;
}

/* Waits for a task; false when the pool closes. Called and left with the lock held. */
static bool take_task(struct worker_pool *pool, struct handed *taken)
{
	while (pool->handed_count == 0 && !pool->closing)
		pthread_cond_wait(&pool->has_task, &pool->lock);
	if (pool->handed_count == 0)
		return false;
	*taken = pool->handed[--pool->handed_count];
	return true;
}

/* On Linux each thread has a niceness of its own. */
static void set_niceness(int niceness)
{
	if (niceness > 0)
		setpriority(PRIO_PROCESS, (id_t)gettid(), niceness);
}

void worker_pool_be_nice(int niceness)
{
	set_niceness(niceness);
	is_nice_for_good = niceness > 0;
}

static void *work(void *context)
{
	struct worker *worker = context;
	struct worker_pool *pool = worker->pool;
	struct handed taken;
	set_niceness(pool->niceness);
	pthread_mutex_lock(&pool->lock);
	while (!is_nice_for_good && take_task(pool, &taken)) {
		pthread_mutex_unlock(&pool->lock);
		taken.task(taken.argument);
		pthread_mutex_lock(&pool->lock);
		pool->idle += !is_nice_for_good;
	}
	pthread_mutex_unlock(&pool->lock);
	return NULL;
}

/* A place for a thread, or NULL. Nobody is waited for: what ends may not have come to a core. */
static struct worker *find_place(struct worker_pool *pool)
{
	for (int i = 0; i < WORKER_POOL_THREADS_MAX; i++) {
		struct worker *worker = &pool->workers[i];
		if (worker->is_there && pthread_tryjoin_np(worker->thread, NULL) == 0)
			worker->is_there = false;
		if (!worker->is_there)
			return worker;
	}
	return NULL;
}

static bool add_thread(struct worker_pool *pool, struct error *err)
{
	struct worker *worker = find_place(pool);
	if (worker == NULL)
		return error_set(err, ERROR_LIMIT, "all %d worker threads are busy",
			WORKER_POOL_THREADS_MAX);
	sigset_t all, before;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	worker->pool = pool;
	int failed = pthread_create(&worker->thread, NULL, work, worker);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (failed != 0)
		return error_set_system(err, failed, "cannot start a worker thread");
	worker->is_there = true;
	pool->idle++;
	return true;
}

bool worker_pool_run(
	struct worker_pool *pool, void (*task)(void *argument), void *argument, struct error *err)
{
	pthread_mutex_lock(&pool->lock);
	bool has_thread = pool->idle > 0 || add_thread(pool, err);
	if (has_thread) {
		pool->idle--;
		pool->handed[pool->handed_count++] = (struct handed){task, argument};
		pthread_cond_signal(&pool->has_task);
	}
	pthread_mutex_unlock(&pool->lock);
	return has_thread;
}

void worker_pool_free(struct worker_pool *pool)
{
	if (pool == NULL)
		return;
	pthread_mutex_lock(&pool->lock);
	pool->closing = true;
	pthread_cond_broadcast(&pool->has_task);
	pthread_mutex_unlock(&pool->lock);
	for (int i = 0; i < WORKER_POOL_THREADS_MAX; i++)
		if (pool->workers[i].is_there)
			pthread_join(pool->workers[i].thread, NULL);
	pthread_cond_destroy(&pool->has_task);
	pthread_mutex_destroy(&pool->lock);
	free(pool);
}

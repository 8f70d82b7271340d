#include "tests/test.h"

#include "jobs/worker_pool.h"

#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <errno.h>
#include <stdatomic.h>
#include <sys/resource.h>
#include <unistd.h>

struct gate {
	sem_t arrived, leave;
	_Atomic int blocked_signals;
};

static void wait_at_gate(void *argument)
{
	struct gate *gate = argument;
	sigset_t mask;
	pthread_sigmask(SIG_SETMASK, NULL, &mask);
	if (sigismember(&mask, SIGWINCH) && sigismember(&mask, SIGTERM))
		gate->blocked_signals++;
	sem_post(&gate->arrived);
	sem_wait(&gate->leave);
}

static void open_gate(struct gate *gate)
{
	sem_init(&gate->arrived, 0, 0);
	sem_init(&gate->leave, 0, 0);
	gate->blocked_signals = 0;
}

static void tasks_run_side_by_side_with_signals_blocked(void **state)
{
	(void)state;
	struct gate gate;
	struct error err;
	open_gate(&gate);
	struct worker_pool *pool = worker_pool_new(0);
	for (int i = 0; i < 8; i++)
		assert_true(worker_pool_run(pool, wait_at_gate, &gate, &err));
	for (int i = 0; i < 8; i++)
		sem_wait(&gate.arrived); /* all eight are there at once, or this never returns */
	for (int i = 0; i < 8; i++)
		sem_post(&gate.leave);
	worker_pool_free(pool);
	assert_int_equal(gate.blocked_signals, 8);
}

static void the_limit_of_threads_is_an_error_and_not_a_queue(void **state)
{
	(void)state;
	struct gate gate;
	struct error err = {0};
	open_gate(&gate);
	struct worker_pool *pool = worker_pool_new(0);
	for (int i = 0; i < WORKER_POOL_THREADS_MAX; i++)
		assert_true(worker_pool_run(pool, wait_at_gate, &gate, &err));
	assert_false(worker_pool_run(pool, wait_at_gate, &gate, &err));
	assert_int_equal(err.kind, ERROR_LIMIT);
	for (int i = 0; i < WORKER_POOL_THREADS_MAX; i++)
		sem_post(&gate.leave);
	worker_pool_free(pool);
}

static void count(void *argument)
{
	atomic_fetch_add((_Atomic int *)argument, 1);
}

static void a_thousand_tasks_one_after_the_other_all_run(void **state)
{
	(void)state;
	_Atomic int counter = 0;
	struct error err;
	struct worker_pool *pool = worker_pool_new(0);
	for (int i = 0; i < 1000; i++)
		while (!worker_pool_run(pool, count, &counter, &err))
			assert_int_equal(err.kind, ERROR_LIMIT);
	worker_pool_free(pool);
	assert_int_equal(counter, 1000);
}

static void note_niceness(void *argument)
{
	errno = 0;
	*(_Atomic int *)argument = getpriority(PRIO_PROCESS, (id_t)gettid());
}

static void its_threads_are_nice_and_whoever_made_it_is_not(void **state)
{
	(void)state;
	_Atomic int niceness = 0;
	struct error err;
	int own = getpriority(PRIO_PROCESS, (id_t)gettid());
	struct worker_pool *pool = worker_pool_new(19);
	assert_true(worker_pool_run(pool, note_niceness, (void *)&niceness, &err));
	worker_pool_free(pool);
	assert_int_equal(niceness, 19);
	assert_int_equal(getpriority(PRIO_PROCESS, (id_t)gettid()), own);
}

static void become_nice(void *argument)
{
	worker_pool_be_nice(19);
	note_niceness(argument);
}

/* A thread cannot become less nice again: the next task gets another one. */
static void a_task_that_becomes_nice_leaves_it_to_no_other(void **state)
{
	(void)state;
	struct error err;
	int own = getpriority(PRIO_PROCESS, (id_t)gettid());
	struct worker_pool *pool = worker_pool_new(0);
	for (int i = 0; i < 3 * WORKER_POOL_THREADS_MAX; i++) {
		_Atomic int nice = 100, after = 100;
		while (!worker_pool_run(pool, become_nice, (void *)&nice, &err))
			assert_int_equal(err.kind, ERROR_LIMIT);
		while (nice == 100)
			sched_yield();
		assert_int_equal(nice, 19);
		while (!worker_pool_run(pool, note_niceness, (void *)&after, &err))
			assert_int_equal(err.kind, ERROR_LIMIT);
		while (after == 100)
			sched_yield();
		assert_int_equal(after, own);
	}
	worker_pool_free(pool);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tasks_run_side_by_side_with_signals_blocked),
		cmocka_unit_test(the_limit_of_threads_is_an_error_and_not_a_queue),
		cmocka_unit_test(a_thousand_tasks_one_after_the_other_all_run),
		cmocka_unit_test(its_threads_are_nice_and_whoever_made_it_is_not),
		cmocka_unit_test(a_task_that_becomes_nice_leaves_it_to_no_other),
	};
	return RUN(tests);
}

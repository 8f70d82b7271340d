/*
 * retry: how long to wait before a request is sent again, and how often at all.
 *
 * Waits grow from first_ms by two up to longest_ms, each drawn from [0, that] ("full jitter", so
 * that many clients do not come back together); a server's Retry-After is a lower bound. A call
 * gives up when the next wait would end after total_ms. The budget, shared by all clients of the
 * process, spreads repeated requests out when there are many: an outage must not multiply the load.
 * The clock, the sleep and the dice are the policy's, so that tests need no time. Any thread.
 */
#ifndef BACKCOURT_WAREHOUSE_RETRY_H
#define BACKCOURT_WAREHOUSE_RETRY_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

struct cancel;

#define RETRY_BUDGET_MAX       60   /* repeats that may come at once */
#define RETRY_REFILL_MS	       2000 /* one more each ... */
#define RETRY_REQUESTS_PER_ONE 10   /* ... and one more per so many first requests */

struct retry_budget {
	pthread_mutex_t lock; /* guards the two below */
	double left;	      /* may be negative: then the next has to wait */
	int64_t counted_ms;
};
#define RETRY_BUDGET_FULL                                                   \
	{                                                                   \
		.lock = PTHREAD_MUTEX_INITIALIZER, .left = RETRY_BUDGET_MAX \
	}

struct retry {
	int first_ms;
	int longest_ms;
	int64_t total_ms;
	struct retry_budget *budget;
	int64_t (*now_ms)(void);
	void (*sleep_ms)(struct cancel *cancel, int ms);
	uint32_t (*dice)(void); /* any 32 bits */
};

/* 1 s, doubled up to 32 s, ten minutes in all; the process's budget. */
extern const struct retry retry_default;

/* The state of one call. */
struct retry_state {
	const struct retry *policy;
	int64_t start_ms;
	int attempts;
};

/* Counts a first request. */
void retry_begin(struct retry_state *state, const struct retry *policy);
/* Waits before the next try; false when the time is over or CANCEL_NOW came. */
bool retry_wait(struct retry_state *state, int64_t retry_after_ms, struct cancel *cancel);

#endif

/*
 * no_time: a policy for repeated requests whose clock is turned by its own sleeps, so that minutes
 * of waiting take none. One per test program.
 */
#ifndef BACKCOURT_TESTS_NO_TIME_H
#define BACKCOURT_TESTS_NO_TIME_H

#include "warehouse/retry.h"

#include <stddef.h>
#include <stdint.h>

#define NO_TIME_WAITS_MAX 256

/* The jitter of this policy is always the longest wait allowed; the budget is its own. */
extern const struct retry no_time;
/* Back to the beginning: no waits, a full budget. */
void no_time_reset(void);
size_t no_time_wait_count(void);
int no_time_wait_ms(size_t wait);
/* The clock, of any thread; and how it is set. */
int64_t no_time_now_ms(void);
void no_time_set(int64_t now_ms);

#endif

/*
 * users_log: a log in the users' shape, as large as one wants it.
 *
 * It is made of the samples in tests/data/logs, over and over; in each copy the dates are a day
 * later and the counts others, as in a log of a backfill that goes on: no number is said twice for
 * long, and what belongs together (a load and its verdict) still has the same.
 */
#ifndef BACKCOURT_TESTS_USERS_LOG_H
#define BACKCOURT_TESTS_USERS_LOG_H

#include <stdbool.h>
#include <stdint.h>

#define USERS_LOG_LAST_LINE "INFO:__main__:the last line of this log"

/* Writes at least `bytes`; false when that failed. */
bool users_log_write(const char *path, int64_t bytes);

#endif

/*
 * clock: the two clocks, and times as text. Everything else in core takes times as arguments.
 * Milliseconds throughout. Any thread.
 */
#ifndef BACKCOURT_BASE_CLOCK_H
#define BACKCOURT_BASE_CLOCK_H

#include "base/date.h"

#define CLOCK_TEXT_BYTES    40
#define DURATION_TEXT_BYTES 16

int64_t clock_wall_ms(void);	  /* since 1970-01-01 UTC */
int64_t clock_monotonic_ms(void); /* for durations; no meaning by itself */

/* "2021-11-16T14:05:58.123+01:00": local time with its zone (JSON, ledger, reports). */
char *clock_format_rfc3339(int64_t wall_ms, char into[CLOCK_TEXT_BYTES]);
/* "14:05:58": local (the screen, log lines). */
char *clock_format_time(int64_t wall_ms, char into[CLOCK_TEXT_BYTES]);
/* The day that it is locally. */
date_t clock_local_date(int64_t wall_ms);
/* "9ms" "0.4s" "37s" "3m00" "2h05" "4d03"; negative (unknown) gives "--". */
char *clock_format_duration(int64_t duration_ms, char into[DURATION_TEXT_BYTES]);

#endif

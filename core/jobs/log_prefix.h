/*
 * log_prefix: takes the prefix off a line.
 *
 * "LEVEL:logger.name:message", as the scripts really write, and "time - LEVEL - message" or "time -
 * logger - LEVEL - message", as they ask for. Pure.
 */
#ifndef BACKCOURT_JOBS_LOG_PREFIX_H
#define BACKCOURT_JOBS_LOG_PREFIX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum log_level { LEVEL_DEBUG, LEVEL_INFO, LEVEL_WARNING, LEVEL_ERROR, LEVEL_CRITICAL };

struct log_prefix {
	enum log_level level;
	const char *logger; /* NULL: the form without one */
	size_t logger_length;
	const char *time; /* NULL: the form without one; else "YYYY-MM-DD HH:MM:SS" */
	size_t message_start;
};

bool log_prefix_parse(const char *text, size_t length, struct log_prefix *prefix);
/* Where a second record begins within a message ("...5)INFO:a.b:..."): two processes wrote to the
 * file at once. 0 = nowhere. */
size_t log_prefix_find_glued(const char *text, size_t length, size_t from);
/* Local time from "YYYY-MM-DD HH:MM:SS" with or without separators; -1 when it is none. */
int64_t log_prefix_time_ms(const char *digits, size_t length);

/* The same many times over: what an hour is in UTC is asked of the system once. Offsets from UTC
 * change at whole hours. Zero-initialise. */
struct log_hour {
	int values[4]; /* year, month, day, hour */
	int64_t ms;
};
int64_t log_prefix_time_in(struct log_hour *hour, const char *digits, size_t length);

#endif

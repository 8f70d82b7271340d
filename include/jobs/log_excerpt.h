/*
 * log_excerpt: some lines of a log, from a place on, with their severities and the date in hand.
 *
 * Reads at most LOG_EXCERPT_BYTES_MAX and LOG_EXCERPT_LINES_MAX (event.h). Any thread but the UI's.
 */
#ifndef BACKCOURT_JOBS_LOG_EXCERPT_H
#define BACKCOURT_JOBS_LOG_EXCERPT_H

#include "event/event.h"
#include "jobs/log_rules.h"

/* `excerpt` has room for LOG_EXCERPT_LINES_MAX lines. False: the file cannot be read, or has
 * nothing there. */
bool log_excerpt_read(const char *path, int64_t offset, const struct log_rules *rules,
	struct log_excerpt *excerpt, struct error *err);

#endif

/*
 * log_piece: the lines of a log around one byte of it, for somebody who wants to know what a run
 * said there. However long the log is, only the piece is read (jobs/log_window.h).
 * Blocks; not on the UI thread.
 */
#ifndef BACKCOURT_LOG_PIECE_H
#define BACKCOURT_LOG_PIECE_H

#include "base/error.h"
#include "jobs/log_window.h"

#define LOG_PIECE_BEFORE     4 /* lines above the place */
#define LOG_PIECE_AFTER	     400
#define LOG_PIECE_PATH_BYTES 1024

struct log_place {
	char path[LOG_PIECE_PATH_BYTES];
	int64_t offset; /* -1: its end */
};

/*
 * A regular file that reaches as far as the place. `rules` (lent)
 * give the severities; NULL: they are made for this reading. *piece is the caller's to
 * log_piece_free.
 */
bool log_piece_read(const struct log_place *place, const struct log_rules *rules,
	struct log_window **piece, struct error *err);
/* From the place on, nothing above it, as much as a window holds. */
bool log_piece_read_below(const struct log_place *place, const struct log_rules *rules,
	struct log_window **piece, struct error *err);
void log_piece_free(struct log_window *piece); /* accepts NULL */

#endif

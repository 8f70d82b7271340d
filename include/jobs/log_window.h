/*
 * log_window: some lines of a log file, wherever they are, without reading the rest.
 *
 * What a log view shows: the tail, the lines around a date's offset, a page further up. A window
 * costs reading at most LOG_WINDOW_BYTES_MAX however large the file is. Severities come from the
 * rules as log_reader.h applies them; the lines at the top of a window do not know the record that
 * they continue.
 *
 * The log thread. `descriptor` is the file, open for reading; its position is not used.
 */
#ifndef BACKCOURT_JOBS_LOG_WINDOW_H
#define BACKCOURT_JOBS_LOG_WINDOW_H

#include "base/date.h"
#include "base/error.h"
#include "jobs/log_index.h"
#include "jobs/log_rules.h"
#include "jobs/log_search.h"

#define LOG_WINDOW_LINES_MAX 2000
#define LOG_WINDOW_BYTES_MAX 4194304
#define LOG_FIND_STEP_BYTES  8388608

struct log_window_line {
	int64_t offset;
	char *text; /* NUL-terminated, harmless (line_splitter.h) */
	enum log_severity severity;
	date_t date; /* in hand, as the log says since the window's first line */
	bool is_continuation;
	bool is_hidden; /* noise */
};

struct log_window {
	struct log_window_line *items;
	size_t count, capacity;
	int64_t begin, end; /* bytes of the file; end is where a window below would begin */
	int64_t file_bytes;
};

void log_window_release(struct log_window *window);

/*
 * The line that has the byte at `offset` and `after - 1` below it, and `before` above. An offset
 * at or behind the end is that of the last line: the tail. At most LOG_WINDOW_LINES_MAX lines, the
 * ones furthest up are left out. The window must be zeroed or released.
 */
bool log_window_read(int descriptor, int64_t offset, size_t before, size_t after,
	const struct log_rules *rules, struct log_window *window, struct error *err);

/* The offset at which line `number` (from 0) begins, by one look into a block of the index; the
 * end of what is indexed when there is no such line. */
bool log_window_find_line(int descriptor, const struct log_index *index, int64_t number,
	int64_t *offset, struct error *err);
/* The number of the line that has the byte at `offset`. */
bool log_window_find_number(int descriptor, const struct log_index *index, int64_t offset,
	int64_t *number, struct error *err);

/* A search that is done in steps, so that it can be given up and does not hold up the log thread.
 */
struct log_find {
	int64_t offset;	   /* in: the start of a line; after a step: where the next one goes on */
	bool is_backwards; /* finds lines that end before `offset` */
	bool is_over;	   /* the end of the file (or its start) was reached */
	int64_t found;	   /* the offset of the first line with it, or -1 */
};
bool log_window_find(
	int descriptor, const struct log_search *search, struct log_find *find, struct error *err);

#endif

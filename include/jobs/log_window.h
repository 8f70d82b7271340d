/*
 * log_window: some lines of a log file, wherever they are, without reading the rest.
 *
 * What a log view shows: the tail, the lines around a date's offset, a page further up. A window
 * costs reading at most LOG_WINDOW_BYTES_MAX however large the file is. Severities come from the
 * rules as log_reader.h applies them; the lines at the top of a window do not know the record that
 * they continue.
 *
 * Reads the file: never on the UI thread. `descriptor` is the file, open for reading; its position
 * is not used.
 */
#ifndef BACKCOURT_JOBS_LOG_WINDOW_H
#define BACKCOURT_JOBS_LOG_WINDOW_H

#include "base/date.h"
#include "base/error.h"
#include "jobs/log_rules.h"

#include <stddef.h>
#include <stdint.h>

#define LOG_WINDOW_LINES_MAX 2000
#define LOG_WINDOW_BYTES_MAX 4194304

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

#endif

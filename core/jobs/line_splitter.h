/*
 * line_splitter: bytes of a log become lines that are safe to match and to show.
 *
 * Order of calls: line_splitter_new, line_splitter_add as often as there are bytes, then
 * line_splitter_end when nothing more will come (it gives the last line, which has no newline).
 * However the bytes are cut into calls, the lines are the same. One thread at a time.
 *
 * What is done to a line:
 * - a carriage return redraws: what stood before it is forgotten ("10%\r20%\n" is "20%"); one or
 *   more right before the newline belong to the line's end;
 * - escape sequences are left out (CSI, OSC and the other strings; an unterminated one loses its
 *   introducer only, so that it cannot hide a line), and so are NUL and the other control bytes but
 *   TAB, and the C1 controls U+0080..U+009F;
 * - a byte that is not UTF-8 becomes U+FFFD;
 * - a line of more than LINE_BYTES_MAX bytes is cut and ends with " [cut: <bytes> bytes]".
 * NUL bytes before a line (the hole that a truncated file leaves) do not belong to it.
 *
 * A plain line costs no copy: `text` then points into the bytes that were given.
 */
#ifndef BACKCOURT_JOBS_LINE_SPLITTER_H
#define BACKCOURT_JOBS_LINE_SPLITTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LINE_BYTES_MAX	    16384 /* kept of one line */
#define LINE_CUT_MARK_BYTES 48	  /* room for the mark behind it */

struct line {
	const char *text; /* UTF-8, not NUL-terminated, valid until the taker returns */
	size_t length;
	int64_t offset;	    /* of its first byte in the file */
	int64_t file_bytes; /* what it takes up there, newline included */
	bool is_cut;
	bool has_newline; /* false: the last line of a file, or one that is still being written */
};

typedef void line_taker(void *context, const struct line *line);

struct line_splitter;

struct line_splitter *line_splitter_new(void);
void line_splitter_free(struct line_splitter *splitter);

/* The next byte is the one at `offset`; an unfinished line is forgotten. */
void line_splitter_restart(struct line_splitter *splitter, int64_t offset);
void line_splitter_add(struct line_splitter *splitter, const char *bytes, size_t length,
	line_taker *take, void *context);
void line_splitter_end(struct line_splitter *splitter, line_taker *take, void *context);

#endif

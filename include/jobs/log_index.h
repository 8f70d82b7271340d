/*
 * log_index: which byte of a log its n-th line begins at, in memory that does not grow with the
 * log.
 *
 * The log is cut into blocks of equal size; the index knows how many newlines stand before each.
 * When it has LOG_INDEX_BLOCKS_MAX blocks, two become one. A line is found by looking into one
 * block (log_window.h does that). Lines are numbered from 0. One thread at a time.
 */
#ifndef BACKCOURT_JOBS_LOG_INDEX_H
#define BACKCOURT_JOBS_LOG_INDEX_H

#include <stddef.h>
#include <stdint.h>

#define LOG_INDEX_BLOCKS_MAX  16384 /* 128 KiB */
#define LOG_INDEX_BLOCK_BYTES 32768 /* at first */

struct log_index;

struct log_index *log_index_new(void);
void log_index_free(struct log_index *index);
void log_index_clear(struct log_index *index);

/* The bytes of the file in order, from its first. */
void log_index_add(struct log_index *index, const char *bytes, size_t length);

int64_t log_index_bytes(const struct log_index *index);
/* Newlines so far: the number of whole lines. */
int64_t log_index_line_count(const struct log_index *index);

/* A place at or before the first byte of line `number`: *offset is the start of a block (which may
 * lie within a line) and *newlines is how many newlines stand before it. */
void log_index_find_line(
	const struct log_index *index, int64_t number, int64_t *offset, int64_t *newlines);
/* The same for the line that has the byte at `byte`. */
void log_index_find_byte(
	const struct log_index *index, int64_t byte, int64_t *offset, int64_t *newlines);

/* Counts newlines; what the index and others use. */
int64_t log_index_count_newlines(const char *bytes, size_t length);

#endif

/*
 * csv: reads comma-separated files (RFC 4180), plain or gzip, record by record.
 *
 * Quoted fields may hold commas, quotes and line ends; CR-LF and a UTF-8 byte order mark are
 * accepted; a last line without its end is told by `cut`. What cannot be read ends the file with an
 * error that names file, line and column: bytes after a closing quote, an open quote at the end, a
 * NUL byte, invalid UTF-8, and the limits below. One thread at a time.
 */
#ifndef BACKCOURT_BASE_CSV_H
#define BACKCOURT_BASE_CSV_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

#define CSV_FIELD_BYTES_MAX  1048576 /* 1 MiB */
#define CSV_RECORD_BYTES_MAX 4194304 /* 4 MiB */
#define CSV_FIELDS_MAX	     256

struct csv_field {
	const char *text; /* NUL-terminated; valid until the next record */
	size_t column;	  /* where it starts in its line, from 1 */
};

struct csv_record {
	struct csv_field fields[CSV_FIELDS_MAX];
	size_t field_count;
	int64_t line; /* of its first byte, from 1 */
	bool cut;     /* the file ended without a line end */
};

enum csv_result { CSV_RECORD, CSV_END, CSV_FAILED };

struct csv;

bool csv_open(const char *path, struct csv **opened, struct error *err);
/* Reads from memory instead (tests, fuzzers); `name` is for messages; the bytes are lent. */
struct csv *csv_open_bytes(const char *name, const char *bytes, size_t length);
void csv_close(struct csv *csv);
enum csv_result csv_next(struct csv *csv, struct csv_record *record, struct error *err);
/* Bytes of the file (compressed ones where it is) consumed so far, for progress. */
int64_t csv_position(const struct csv *csv);

#endif

/*
 * import: loads a folder of raw CSV files into the raw tables of a warehouse (native.md, Raw
 * input).
 *
 * Every header is checked before anything is written, and that sample and real games do not meet in
 * one warehouse (ERROR_INPUT; warehouse/raw_kind.h). The games come last: an import that was cut
 * has brought no schedule. One file is one transaction: it is loaded
 * whole or not at all. Rows that cannot be read (wrong column count, a letter in a number, an empty
 * required field, a key twice in one file) are told with file, line, column and reason, and kept in
 * NAME.rejected.csv; unknown columns are ignored with a note. The same files twice change nothing.
 * A raw table that is missing beside others is made anew, with a warning. Blocks; one thread at a
 * time.
 */
#ifndef BACKCOURT_RAW_IMPORT_H
#define BACKCOURT_RAW_IMPORT_H

#include "base/cancel.h"
#include "warehouse/raw_tables.h"
#include "warehouse/warehouse.h"

#define IMPORT_FILES_MAX	  256
#define IMPORT_NOTES_PER_FILE_MAX 20 /* further rejected rows are in NAME.rejected.csv only */

struct import_listener {
	void *context;
	/* Bytes of all files; `what` is the file at hand. Called at least once per file. */
	void (*progress)(void *context, const char *what, int64_t done, int64_t total);
	/* 'I' or 'W': one line. */
	void (*note)(void *context, char severity, const char *text);
};

struct import_options {
	const char *rejected_folder; /* made when a row is rejected */
	struct date_range range;     /* rows of other dates are left out; empty: everything */
	const struct import_listener *listener; /* may be NULL */
	const struct cancel *cancel;		/* may be NULL */
};

struct import_report {
	struct raw_load_result tables[RAW_TABLE_COUNT];
	int64_t rejected;
	int file_count;
};

bool raw_import_folder(struct warehouse *warehouse, const char *folder,
	const struct import_options *options, struct import_report *report, struct error *err);

#endif

/*
 * import_parts: what core/raw/import*.c share. Nobody else includes this.
 */
#ifndef BACKCOURT_RAW_IMPORT_PARTS_H
#define BACKCOURT_RAW_IMPORT_PARTS_H

#include "base/csv.h"
#include "raw/import.h"
#include "player_key.h"

#define NOT_A_COLUMN SIZE_MAX

struct import_file {
	char *path;
	const char *name; /* in path */
	enum raw_table table;
	int64_t bytes;
};

/* Which field of a record is which column of the layout. */
struct mapping {
	const struct table_layout *layout;
	size_t field_of_column[TABLE_COLUMNS_MAX]; /* NOT_A_COLUMN: not in the file */
	size_t field_count;
	size_t lookup_column; /* player_lookup, filled at import; NOT_A_COLUMN */
	size_t id_column, name_column;
};

struct import {
	struct warehouse *warehouse;
	const struct import_options *options;
	struct import_report *report;
	struct import_file files[IMPORT_FILES_MAX];
	size_t file_count;
	struct player_keys *keys;
	int64_t bytes_done, bytes_total;
};

void import_note(const struct import *import, char severity, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The files of the folder that are raw tables, in the order they must be loaded in. */
bool import_find_files(struct import *import, const char *folder, struct error *err);
/* Reads the header; false when a required column is missing. */
bool import_read_header(const struct import *import, const struct import_file *file,
	struct csv *csv, struct mapping *mapping, struct error *err);

/* One record as values of the layout. On false `reason` and `column` say what is wrong with it. */
struct complaint {
	char reason[160];
	size_t column;
};
bool import_convert(struct import *import, const struct mapping *mapping,
	const struct csv_record *record, struct value *values, struct arena *arena,
	struct complaint *complaint);

/* NAME.rejected.csv, opened at the first rejected row. Zero-initialise; rejects_close releases. */
struct rejects {
	void *file; /* FILE */
	char *path;
	int64_t count;
};
bool rejects_add(struct rejects *rejects, const struct import *import,
	const struct import_file *file, const struct csv_record *record,
	const struct complaint *complaint, struct error *err);
/* False when not everything that was added is in the file. */
bool rejects_close(struct rejects *rejects, struct error *err);

#endif

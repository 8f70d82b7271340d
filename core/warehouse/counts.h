/*
 * counts: a file of row counts by table and date, read whole into memory.
 *
 * Two shapes, told apart by the header. Long: columns table, date, rows, and where they are there
 * distinct and games (what `backcourt coverage --format csv` prints). Wide: a date column first,
 * games where it is there, and one column per table. Lines that begin with # are comments. An empty
 * count is unknown. Dates may come in any order; a table and date twice is an error.
 */
#ifndef BACKCOURT_WAREHOUSE_COUNTS_H
#define BACKCOURT_WAREHOUSE_COUNTS_H

#include "base/date.h"
#include "base/text.h"

#define COUNTS_FILE_BYTES_MAX (64UL * 1024 * 1024)
#define COUNTS_TABLES_MAX     250

struct counts_cell {
	size_t table; /* index in `tables` */
	date_t date;
	int64_t rows;	  /* -1 unknown */
	int64_t distinct; /* -1 not counted */
};

struct counts_day {
	date_t date;
	int64_t games; /* -1: not said */
};

struct counts {
	char *tables[COUNTS_TABLES_MAX];
	size_t table_count;
	struct counts_cell *cells; /* by table, then date */
	size_t cell_count, cell_capacity;
	struct counts_day *days; /* ascending */
	size_t day_count, day_capacity;
	bool has_games;
};

/* Errors name file, line and column. */
bool counts_read(const char *path, struct counts *counts, struct error *err);
void counts_release(struct counts *counts);
/* table_count when the file has no such table. */
size_t counts_find_table(const struct counts *counts, const char *name);

#endif

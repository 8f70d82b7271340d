/*
 * diff: what changed between two looks at the coverage, each a list of table, date, verdict, rows.
 *
 * A look is read from the CSV that `backcourt coverage --format csv` prints (any order of columns;
 * table, date, rows and verdict are needed), or taken from a coverage. Pure but for reading the
 * file; one thread at a time. Order of calls: look_read or look_take for both, diff_make,
 * diff_release, look_release.
 */
#ifndef BACKCOURT_DIFF_H
#define BACKCOURT_DIFF_H

#include "base/date_set.h"
#include "coverage/coverage.h"

#define DIFF_CELLS_MAX 2000000 /* of one look; 200 tables over twenty years are 1.5 million */

struct look_cell {
	char table[PIPELINE_NAME_BYTES];
	date_t date;
	enum verdict verdict;
	int64_t rows; /* -1: unknown */
};

struct look {
	struct look_cell *cells; /* by table name, then date */
	size_t count, capacity;
};

/* Errors name file and line: no such column, a date, number or verdict that is none, a cell that
 * stands there twice. */
bool look_read(const char *path, struct look *look, struct error *err);
void look_take(const struct coverage *coverage, struct look *look);
void look_release(struct look *look);
/* From the first to the last date; the empty range without cells. */
struct date_range look_span(const struct look *look);
/* Leaves out what lies outside the range. */
void look_cut(struct look *look, struct date_range range);
/* Leaves out the tables that the other look has no cell of. */
void look_cut_tables(struct look *look, const struct look *other);

/* One cell that is not the same; NULL: it is in one look only. Points into the looks. */
struct diff_cell {
	const struct look_cell *before, *after;
};

/* The changed cells of one table. */
struct diff_table {
	const char *name;
	struct diff_cell *cells; /* by date */
	size_t count, capacity;
	struct date_set completed;   /* became complete */
	struct date_set gaps;	     /* became a gap, or another gap */
	struct date_set others;	     /* another verdict, neither complete nor a gap */
	struct date_set rows;	     /* other rows */
	struct date_set only_before; /* the cell is in one of them only */
	struct date_set only_after;
	int64_t rows_before, rows_after; /* of all its cells that are known */
};

struct diff {
	struct diff_table *tables; /* with changed cells only, by name */
	size_t count, capacity;
};

void diff_make(const struct look *before, const struct look *after, struct diff *diff);
void diff_release(struct diff *diff);

#endif

/*
 * table: the CSV that `backcourt coverage` prints, as a test looks at it.
 */
#ifndef BACKCOURT_TESTS_TABLE_H
#define BACKCOURT_TESTS_TABLE_H

#include <stdbool.h>
#include <stdint.h>

/* What one table's lines of the CSV add up to. */
struct csv_total {
	int64_t rows;
	int complete;  /* dates with the verdict "complete" */
	int with_rows; /* dates with rows */
	int other;     /* dates that are neither complete, off nor bootstrap */
};

struct csv_total csv_total(const char *csv, const char *table);
/* Rows of one table and date; -1 when the field is empty; the test fails when the line is absent.
 */
int64_t csv_rows(const char *csv, const char *table, const char *date);
/* Whether the line of that table and date has the verdict. */
bool csv_is(const char *csv, const char *table, const char *date, const char *verdict);

#endif

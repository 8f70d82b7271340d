/*
 * sheet_rows: a CSV file in memory, for tests that check every row of it.
 */
#ifndef BACKCOURT_TESTS_SHEET_ROWS_H
#define BACKCOURT_TESTS_SHEET_ROWS_H

#include "base/date.h"
#include "base/memory.h"
#include "base/text.h"

#include <stdint.h>

struct sheet_rows {
	char **cells;			/* row by row, the header first */
	size_t column_count, row_count; /* without the header */
	struct arena arena;
};

/* Fails the test when the file cannot be read or a row has another number of fields. */
void sheet_rows_load(struct sheet_rows *sheet, const char *folder, const char *name);
void sheet_rows_release(struct sheet_rows *sheet);
/* Fails the test when there is no such column. */
size_t sheet_column(const struct sheet_rows *sheet, const char *name);
const char *sheet_cell(const struct sheet_rows *sheet, size_t row, const char *column);
/* Fails the test when the cell is no whole number. */
int sheet_number(const struct sheet_rows *sheet, size_t row, const char *column);
/* Fails the test when the cell is no date. */
date_t sheet_cell_date(const struct sheet_rows *sheet, size_t row, const char *column);
/* Numbers for texts, and for pairs of them, in the order of first sight. */
size_t sheet_text_number(struct symbols *keys, const char *text);
size_t sheet_pair_number(struct symbols *keys, const char *one, const char *other);

#endif

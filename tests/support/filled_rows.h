/*
 * filled_rows: rows of any layout with something in every column, for tests that move rows about.
 */
#ifndef BACKCOURT_TESTS_FILLED_ROWS_H
#define BACKCOURT_TESTS_FILLED_ROWS_H

#include "warehouse/warehouse.h"

/* Adds `count` rows of the date (DATE_NONE: of a table without dates); another `flavour` gives
 * other values under the same keys. */
void filled_rows_add(struct rows *rows, date_t date, int count, int flavour);

/* Replaces the date by such rows, computed from `sources`; returns the receipt. */
struct receipt filled_rows_write(struct warehouse *warehouse, const struct table_layout *layout,
	date_t date, int count, int flavour, const struct receipt *sources, size_t source_count);

/* Loads them into a raw table by key. */
void filled_rows_load(struct warehouse *warehouse, const struct table_layout *layout, date_t date,
	int count, int flavour);

#endif

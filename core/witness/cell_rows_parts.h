/*
 * cell_rows_parts: what core/witness/cell_rows.c and cell_names.c share. Nobody else includes this.
 */
#ifndef BACKCOURT_CELL_ROWS_PARTS_H
#define BACKCOURT_CELL_ROWS_PARTS_H

#include "witness/cell_rows.h"

/* Fills names, groups and missing; what keeps it from that goes into names_trouble. */
void cell_names_read(struct warehouse *warehouse, const struct cell_rows_request *request,
	struct cell_rows *rows);

#endif

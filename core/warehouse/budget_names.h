/*
 * budget_names: beside the file of the budget, what the statement of each reservation is called.
 *
 * A file of its own, since an older backcourt knows the budget's by its length. The name of a
 * record is BUDGET_NAME_BYTES at its number, filled up with NULs. Only who holds the record writes
 * it. Any thread.
 */
#ifndef BACKCOURT_WAREHOUSE_BUDGET_NAMES_H
#define BACKCOURT_WAREHOUSE_BUDGET_NAMES_H

#include "warehouse/budget.h"

/* "": it has none yet. False: an older name may still stand there. */
bool budget_name_write(const char *budget_file, int slot, const char *name, struct error *err);
/* "" where none is known. */
void budget_name_read(const char *budget_file, int slot, char name[BUDGET_NAME_BYTES]);

#endif

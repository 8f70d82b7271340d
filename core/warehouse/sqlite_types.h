/*
 * sqlite_types: how a column type is called in SQLite. Nobody outside the room includes this.
 */
#ifndef BACKCOURT_WAREHOUSE_SQLITE_TYPES_H
#define BACKCOURT_WAREHOUSE_SQLITE_TYPES_H

#include "warehouse/table.h"

/* core/warehouse/sqlite_schema.c */
const char *sqlite_type_of(enum column_type type);

#endif

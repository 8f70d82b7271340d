/*
 * table: what a warehouse table looks like, and rows on their way into it.
 *
 * A `struct table_layout` is a constant: the processors, the raw importer and the schema checks of
 * every backend read the same one. Table names in SQLite are "dataset__table".
 * `struct rows` belongs to one thread at a time.
 */
#ifndef BACKCOURT_WAREHOUSE_TABLE_H
#define BACKCOURT_WAREHOUSE_TABLE_H

#include "base/date.h"
#include "base/digest.h"
#include "base/memory.h"
#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TABLE_COLUMNS_MAX 160
#define TABLE_NAME_BYTES  64

enum column_type {
	COLUMN_TEXT,
	COLUMN_INTEGER,
	COLUMN_REAL,
	COLUMN_BOOLEAN,	  /* 0 / 1 in SQLite */
	COLUMN_DATE,	  /* "YYYY-MM-DD" */
	COLUMN_TIMESTAMP, /* RFC 3339, UTC */
	COLUMN_LIST,	  /* JSON text */
};

enum column_flag {
	COLUMN_KEY = 1,	     /* part of the primary key (and never NULL) */
	COLUMN_REQUIRED = 2, /* never NULL */
	COLUMN_HASHED = 4,   /* goes into data_hash */
	COLUMN_STAMP = 8,    /* when and how it was written: never in any hash */
};

/* How data_hash is made of the COLUMN_HASHED columns. */
enum hash_style {
	HASH_NONE,
	HASH_JSON,  /* phase 3, 2.6: one JSON object, keys sorted */
	HASH_PAIRS, /* phase 4, 2.5: "field:value" sorted, joined by "|" */
};

struct column {
	const char *name;
	enum column_type type;
	unsigned flags;
};

struct table_layout {
	const char *dataset;
	const char *name;
	const char *date_column; /* NULL for a table without dates (players, teams) */
	const struct column *columns;
	size_t column_count; /* at most TABLE_COLUMNS_MAX */
	enum hash_style hash_style;
};

/* Index of the column, or column_count when there is none. */
size_t table_column(const struct table_layout *layout, const char *name);

/*
 * For a table written as a list macro LIST(X) with X(name, TYPE, flags):
 *     enum { LIST(COLUMN_INDEX) };                       -> COL_name
 *     static const struct column columns[] = { LIST(COLUMN_ROW) };
 * (include the enum in a scope of its own, one list per .c file).
 */
#define COLUMN_INDEX(name, type, flags) COL_##name,
#define COLUMN_ROW(name, type, flags)	{#name, COLUMN_##type, flags},

enum value_kind { VALUE_NULL, VALUE_INTEGER, VALUE_REAL, VALUE_BOOLEAN, VALUE_TEXT };

struct value {
	enum value_kind kind;
	union {
		int64_t integer; /* VALUE_INTEGER, VALUE_BOOLEAN */
		double real;
		const char *text; /* owned by the rows that hold it */
	};
};

/* Rows of one table, in order. rows_init, then per row rows_add and the setters, then rows_release.
 */
struct rows {
	const struct table_layout *layout;
	struct arena arena;
	struct value *values; /* count * layout->column_count, row by row */
	size_t count;
	size_t capacity;
};

void rows_init(struct rows *rows, const struct table_layout *layout);
void rows_release(struct rows *rows);
void rows_clear(struct rows *rows); /* forgets the rows, keeps the memory of values */
void rows_add(struct rows *rows);   /* a new last row, all NULL; the setters fill it */
void rows_set_null(struct rows *rows, size_t column);
void rows_set_integer(struct rows *rows, size_t column, int64_t value);
void rows_set_boolean(struct rows *rows, size_t column, bool value);
/* NaN and infinity become NULL; -0.0 becomes 0.0, so that it never enters a hash. */
void rows_set_real(struct rows *rows, size_t column, double value);
void rows_set_text(
	struct rows *rows, size_t column, const char *text); /* copied; NULL gives NULL */
void rows_set_date(struct rows *rows, size_t column, date_t date);
const struct value *rows_value(const struct rows *rows, size_t row, size_t column);

/* The data_hash of one row by its layout's hash_style, from the COLUMN_HASHED columns. */
char *rows_row_hash(const struct rows *rows, size_t row, char into[DIGEST_TEXT_BYTES]);
/* Puts it into the column data_hash of every row; call it when everything else is set. */
void rows_fill_hashes(struct rows *rows);
/*
 * The hash of all rows: every column that is not COLUMN_STAMP, rows in key order (whatever order
 * they were added in). Equal content gives an equal hash on every backend.
 */
char *rows_hash(const struct rows *rows, char into[DIGEST_TEXT_BYTES]);
/* How many different keys there are. */
size_t rows_distinct_keys(const struct rows *rows);

#endif

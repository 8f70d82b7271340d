/*
 * sqlite: what the files of the SQLite backend share. Nobody else includes this.
 */
#ifndef BACKCOURT_WAREHOUSE_SQLITE_H
#define BACKCOURT_WAREHOUSE_SQLITE_H

#include "warehouse/warehouse.h"

#include <sqlite3.h>

#define RECEIPTS_TABLE "backcourt__receipts"
#define RAW_DAYS_TABLE "backcourt__raw_days"
#define FAILURES_TABLE "nba_processing__precompute_failures"
#define ATTEMPTS_TABLE "nba_orchestration__reprocess_attempts"

/* The file that is being loaded (warehouse_load_*). */
struct load {
	const struct table_layout *layout; /* NULL: none */
	sqlite3_stmt *insert;
	int64_t rows_before, rows_given, rows_touched;
	struct date_range dates; /* of the rows that were new or different */
};

struct warehouse {
	sqlite3 *database;
	char *name;
	int64_t selects;
	struct load load;
};

/* Fills *err with what SQLite says; returns false. */
bool sqlite_fail(const struct warehouse *warehouse, struct error *err, const char *what);
/* Runs statements without results. */
bool sqlite_run(struct warehouse *warehouse, const char *sql, struct error *err);
/* Prepares one statement (and counts it when it is a SELECT). */
bool sqlite_prepare(
	struct warehouse *warehouse, const char *sql, sqlite3_stmt **statement, struct error *err);
/* Steps a statement that gives no rows, finalizes it. */
bool sqlite_finish(struct warehouse *warehouse, sqlite3_stmt *statement, struct error *err);
void sqlite_bind_date(sqlite3_stmt *statement, int position, date_t date);
date_t sqlite_column_date(sqlite3_stmt *statement, int column);
/* Copies a text column into a fixed array. */
void sqlite_copy_text(sqlite3_stmt *statement, int column, char *into, size_t room);
/* "dataset__table" in double quotes. */
void sqlite_add_table(struct buffer *sql, const struct table_layout *layout);
/* One row of a SELECT of RECEIPT_COLUMNS. */
#define RECEIPT_COLUMNS                                                                \
	"table_name, date, run, row_count, distinct_keys, hash, sequence, written_ms," \
	" verified_ms, computed_from"
void sqlite_read_receipt(sqlite3_stmt *statement, struct receipt *receipt);
/* "INSERT INTO table VALUES(?, ...)" in the layout's order. */
void sqlite_add_insert(struct buffer *sql, const struct table_layout *layout);
/* Binds, steps and resets. */
bool sqlite_insert_values(struct warehouse *warehouse, sqlite3_stmt *insert,
	const struct value *values, size_t count, struct error *err);
bool sqlite_begin(struct warehouse *warehouse, struct error *err);
bool sqlite_commit(struct warehouse *warehouse, struct error *err);
void sqlite_rollback(struct warehouse *warehouse);

#endif

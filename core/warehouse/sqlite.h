/*
 * sqlite: what the files of the SQLite backend share. Nobody else includes this.
 */
#ifndef BACKCOURT_WAREHOUSE_SQLITE_H
#define BACKCOURT_WAREHOUSE_SQLITE_H

#include "backend.h"

#include <sqlite3.h>

#define SQLITE_APPLICATION_ID 0x62636b63 /* "bckc" */
/* 2: receipts tell NULLs. Reading takes a file as it is, preparing brings it up to date. */
#define SQLITE_SCHEMA_VERSION 2

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

struct connection {
	struct warehouse shared;
	sqlite3 *database;
	int64_t version; /* of the schema, as it was when the file was opened or prepared */
	struct load load;
};

/* Every warehouse of this backend is the head of a connection. */
static inline struct connection *connection_of(const struct warehouse *warehouse)
{
	return (struct connection *)warehouse;
}

/* Fills *err with what SQLite says; returns false. */
bool sqlite_fail(const struct warehouse *warehouse, struct error *err, const char *what);
#define sqlite_fail(...) (sqlite_fail(__VA_ARGS__), error_false())
/* Runs statements without results. */
bool sqlite_run(struct warehouse *warehouse, const char *sql, struct error *err);
/* Prepares one statement (and counts it when it is a SELECT). */
bool sqlite_prepare(
	struct warehouse *warehouse, const char *sql, sqlite3_stmt **statement, struct error *err);
/* Steps a statement that gives no rows, finalizes it. */
bool sqlite_finish(struct warehouse *warehouse, sqlite3_stmt *statement, struct error *err);
/* Binding fails for want of memory only, and ends the program then: with NULL in its place the
 * statement would find nothing, and that would pass for an answer. The text is copied. */
void sqlite_bind_text(sqlite3_stmt *statement, int position, const char *text);
void sqlite_bind_date(sqlite3_stmt *statement, int position, date_t date);
date_t sqlite_column_date(sqlite3_stmt *statement, int column);
/* Copies a text column into a fixed array. */
void sqlite_copy_text(sqlite3_stmt *statement, int column, char *into, size_t room);
/* "dataset__table" in double quotes. */
void sqlite_add_table(struct buffer *sql, const struct table_layout *layout);
/* One row of a SELECT of RECEIPT_COLUMNS and of sqlite_null_counts. */
#define RECEIPT_COLUMNS                                                                \
	"table_name, date, run, row_count, distinct_keys, hash, sequence, written_ms," \
	" verified_ms, computed_from"
void sqlite_read_receipt(sqlite3_stmt *statement, struct receipt *receipt);
/* ", null_counts", or the NULL of a file that has no such column yet. */
const char *sqlite_null_counts(const struct warehouse *warehouse);
/* "INSERT INTO table(columns) VALUES(?, ...)" in the layout's order. */
void sqlite_add_insert(struct buffer *sql, const struct table_layout *layout);
/* Binds, steps and resets. */
bool sqlite_insert_values(struct warehouse *warehouse, sqlite3_stmt *insert,
	const struct value *values, size_t count, struct error *err);
bool sqlite_begin(struct warehouse *warehouse, struct error *err);
bool sqlite_commit(struct warehouse *warehouse, struct error *err);
void sqlite_rollback(struct warehouse *warehouse);

/* The backend's functions. sqlite_schema.c: */
bool sqlite_prepare_tables(struct warehouse *warehouse, const struct table_layout *const *layouts,
	size_t count, struct error *err);
bool sqlite_fit(struct warehouse *warehouse, const struct table_layout *layout,
	bool is_to_be_written, enum table_fit *fit, struct buffer *why, struct error *err);
/* sqlite_read.c: */
bool sqlite_read_frame(struct warehouse *warehouse, const struct read_request *request,
	struct symbols *symbols, struct frame *frame, struct error *err);
bool sqlite_receipts(struct warehouse *warehouse, struct date_range range,
	struct receipts *receipts, struct error *err);
/* sqlite_days.c: */
bool sqlite_count_days(struct warehouse *warehouse, const struct count_table *tables, size_t count,
	struct date_range range, struct day_counts *counts, struct error *err);
bool sqlite_raw_days(struct warehouse *warehouse, struct date_range range, struct raw_days *days,
	struct error *err);
/* sqlite_write.c: */
bool sqlite_replace_day(struct warehouse *warehouse, const struct day_write *write,
	struct receipt *receipt, bool *unchanged, struct error *err);
bool sqlite_store_receipts(struct warehouse *warehouse, const struct receipt *receipts,
	size_t count, struct error *err);
/* sqlite_attempts.c: */
bool sqlite_read_attempts(struct warehouse *warehouse, const char *table, struct date_range range,
	struct attempt_rows *attempts, struct error *err);
bool sqlite_add_attempt(struct warehouse *warehouse, const char *table,
	const struct attempt_row *attempt, double completeness_pct, const char *skip_reason,
	int64_t now_ms, struct error *err);
bool sqlite_reset_breaker(struct warehouse *warehouse, const char *table, struct date_range range,
	int64_t now_ms, int64_t *reset_count, struct error *err);
/* sqlite_failures.c: */
bool sqlite_count_failures(struct warehouse *warehouse, struct date_range range,
	struct failure_counts *counts, struct error *err);
bool sqlite_count_locks(struct warehouse *warehouse, struct date_range range, int64_t tries,
	int64_t now_ms, struct lock_counts *counts, struct error *err);
bool sqlite_delete_failures(
	struct warehouse *warehouse, const char *table, date_t date, struct error *err);
/* sqlite_records.c: */
extern const struct table_layout sqlite_failures_layout;
extern const struct table_layout sqlite_attempts_layout;
bool sqlite_put_records(
	struct warehouse *warehouse, const struct record_write *write, struct error *err);
/* sqlite_sample.c: */
bool sqlite_sample_rows(struct warehouse *warehouse, const struct sample_request *request,
	struct row_sample *sample, struct error *err);
/* sqlite_look.c: */
bool sqlite_look(struct warehouse *warehouse, const struct table_layout *const *layouts,
	size_t count, struct health_facts *facts, struct error *err);
bool sqlite_repair(struct warehouse *warehouse, const char *statement, struct error *err);
/* sqlite_load.c: */
bool sqlite_load_begin(
	struct warehouse *warehouse, const struct table_layout *layout, struct error *err);
bool sqlite_load_row(struct warehouse *warehouse, const struct value *values, struct error *err);
bool sqlite_load_commit(
	struct warehouse *warehouse, struct raw_load_result *result, struct error *err);
void sqlite_load_abandon(struct warehouse *warehouse);

#endif

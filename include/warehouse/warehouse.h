/*
 * warehouse: where the tables live. One contract, several backends.
 *
 * Order of calls: warehouse_open, (warehouse_prepare once per process that writes), any of the
 * others, warehouse_close. A `struct warehouse` is one connection and belongs to one thread; open
 * one per worker. Every call may block: never from the UI thread.
 *
 * Backends: "sqlite:PATH" or a bare path (core/warehouse/sqlite_*.c); "counts:FILE", a read-only
 * file of row counts (core/warehouse/counts.h); "bigquery:PROJECT" (core/warehouse/bigquery_*.c;
 * without PROJECT the environment or the credential names it; its options follow a "?": location,
 * credentials, auth, impersonate, run, ca_file, billed_mb, read_only, writes, endpoint,
 * remote_emulator, as in "bigquery:p?location=EU").
 *
 * SQLite: WAL, synchronous=NORMAL, busy timeout 10 s, foreign files refused (application_id),
 * schema version checked. A write is one BEGIN IMMEDIATE transaction: no date is ever half written.
 */
#ifndef BACKCOURT_WAREHOUSE_WAREHOUSE_H
#define BACKCOURT_WAREHOUSE_WAREHOUSE_H

#include "base/error.h"
#include "warehouse/detail.h"
#include "warehouse/frame.h"
#include "warehouse/receipt.h"
#include "warehouse/table.h"

struct cancel;
struct warehouse;

enum warehouse_mode {
	WAREHOUSE_READ,	  /* must exist */
	WAREHOUSE_WRITE,  /* must exist */
	WAREHOUSE_CREATE, /* made (with its folder) when it does not exist */
};

/* The spec leads to an emulator: nothing that is there is real. Asks nobody. */
bool warehouse_is_emulated(const char *spec);
bool warehouse_open(
	const char *spec, enum warehouse_mode mode, struct warehouse **opened, struct error *err);
void warehouse_close(struct warehouse *warehouse);
/* CANCEL_NOW of it (lent, NULL: none) ends a call that waits for a network; the call then fails
 * with ERROR_CANCELLED. */
void warehouse_set_cancel(struct warehouse *warehouse, struct cancel *cancel);
/* "sqlite:/path": for messages; lives as long as the connection. */
const char *warehouse_name(const struct warehouse *warehouse);
/* The spec for looking alone, where a kind of warehouse has one (bigquery: the read-only scope, and
 * no request that writes): `spec` itself elsewhere. Free it. */
char *warehouse_read_only_spec(const char *spec);
/* False with ERROR_CONFIG when the spec names no place or a kind of warehouse that is unknown. */
bool warehouse_check_spec(const char *spec, struct error *err);
/* No rows and no receipts: only counts and the schedule can be asked for. */
bool warehouse_counts_only(const struct warehouse *warehouse);
/* The same of a spec, which nobody has to open for it. */
bool warehouse_spec_counts_only(const char *spec);
/* False when nothing is there yet. A spec that cannot be used is not "nothing": opening it says
 * why.
 */
bool warehouse_exists(const char *spec);
/* Nothing is there yet, and the first run makes it: until then it has no rows. Never of a file of
 * counts, which others write: opening it says what is wrong. */
bool warehouse_is_to_come(const char *spec);

/* Creates the tables that are missing (and those of this program: receipts, failures, attempts). */
bool warehouse_prepare(struct warehouse *warehouse, const struct table_layout *const *layouts,
	size_t count, struct error *err);
/* The newest warehouse_prepare of this connection made it: it was missing. */
bool warehouse_has_made(const struct warehouse *warehouse, const struct table_layout *layout);

/* One SELECT. A missing table is an error that names it. The frame is the caller's to release. */
bool warehouse_read(struct warehouse *warehouse, const struct read_request *request,
	struct symbols *symbols, struct frame *frame, struct error *err);

/* An entity that got no row, and why (nba_processing__precompute_failures). */
struct failure {
	const char *entity;   /* player_lookup or team */
	const char *category; /* INSUFFICIENT_DATA, MISSING_DEPENDENCY, PROCESSING_ERROR ... */
	const char *reason;
	bool can_retry;
};

struct day_write {
	const struct table_layout *layout;
	date_t date;
	const char *run; /* id of the run, for the receipt */
	const struct rows *rows;
	const struct failure *failures;
	size_t failure_count;
	const struct receipt_source *sources;
	size_t source_count;
	int64_t now_ms;
	const char *const *critical; /* columns whose NULLs the receipt tells; NULL: none */
	size_t critical_count;
	bool keeps_failures; /* those that are there stay; none are given */
	/* Dates of the table that are to be written next, ascending, each by a call of its own:
	 * where a write is announced (BigQuery) one statement does so for many. May be none. */
	const date_t *coming;
	size_t coming_count;
};

/*
 * Replaces the rows of one date: delete, insert, failures, receipt, in one transaction. When the
 * newest receipt has the same hash, the rows are left alone and only the receipt is renewed
 * (verified_ms, sources, run; *unchanged = true). *receipt is the receipt as it stands afterwards.
 * Works with 0 rows too (a receipt of an empty date is evidence).
 */
bool warehouse_replace_day(struct warehouse *warehouse, const struct day_write *write,
	struct receipt *receipt, bool *unchanged, struct error *err);

/*
 * The same for several dates of one table, ascending, with fewer questions where each of them costs
 * time (BigQuery: one look, one recount, one statement of receipts, a few loads under way at once).
 * The first *written dates have their rows and their receipts, also when it failed at a later one;
 * others behind that one may. A process that ends in between leaves whole dates with a receipt that
 * is open (struct receipt), an announcement where there was none: writing them again is right.
 */
#define DAYS_WRITTEN_MAX 32

bool warehouse_replace_days(struct warehouse *warehouse, const struct day_write *writes,
	size_t count, struct receipt *receipts, bool *unchanged, size_t *written,
	struct error *err);

/* Of the dates that were named as coming, those that were not written are not any more: a question
 * where there are some. What fails here leaves announcements that a count finds empty. */
bool warehouse_withdraw(struct warehouse *warehouse, struct error *err);

/* Receipts as they are given, instead of those of the same tables and dates: for what was computed
 * from other receipts without a change of the rows. At most DAYS_WRITTEN_MAX. */
bool warehouse_store_receipts(struct warehouse *warehouse, const struct receipt *receipts,
	size_t count, struct error *err);

/* Is a table there, and does it take (or give) the rows of its layout? Changes nothing. */
enum table_fit {
	TABLE_FITS,
	TABLE_MISSING, /* of this program's own tables one may be meant: see `why` */
	TABLE_DIFFERS,
};

/* `why` gets what is missing or every column that differs, in words. */
bool warehouse_fit(struct warehouse *warehouse, const struct table_layout *layout,
	bool is_to_be_written, enum table_fit *fit, struct buffer *why, struct error *err);

/* How many bytes the rows are on their way there; 0 where they make none. */
int64_t warehouse_rows_bytes(const struct warehouse *warehouse, const struct rows *rows);
/* How many bytes the service would read for it, by its own estimate (free); 0 where it is free. */
bool warehouse_estimate_read(struct warehouse *warehouse, const struct read_request *request,
	int64_t *bytes, struct error *err);

/*
 * From now on no row is read: every warehouse_read, and every other question that reads tables,
 * asks the service how many bytes it would read (free, as warehouse_estimate_read), adds them to
 * *bytes and finds nothing, and there are no attempts. NULL ends it. False where the warehouse
 * cannot say: nothing changes.
 */
bool warehouse_only_estimate(struct warehouse *warehouse, int64_t *bytes);
/* What a question is billed at least for each table that it reads; 0: nothing is billed. */
int64_t warehouse_billed_least(const struct warehouse *warehouse);
/* What a warehouse_replace_days is billed at least for its own questions, the recount among them,
 * however many dates it writes; 0: nothing. */
int64_t warehouse_billed_write_least(const struct warehouse *warehouse);

/* All receipts in the range, one query, sorted by table and date. */
bool warehouse_receipts(struct warehouse *warehouse, struct date_range range,
	struct receipts *receipts, struct error *err);

/* A table that is to be counted. */
struct count_table {
	const struct table_layout *layout;
	const char *const *critical; /* columns whose NULLs are counted too */
	size_t critical_count;
};

/* What a table really holds on a date: a recount, not a receipt. */
struct day_count {
	size_t table; /* index in the tables given */
	date_t date;
	int64_t rows;	       /* -1: the warehouse does not know */
	int64_t distinct_keys; /* -1: not counted */
	size_t first_null;     /* in day_counts.nulls: of the table's critical columns, in order */
	int64_t written_ms;    /* of an overview: by the service's clock; 0: not known */
};

#define DAY_COUNT_TABLES_MAX 256

struct day_counts {
	struct day_count *items; /* by table, then date; dates without rows are absent */
	size_t count;
	size_t capacity;
	int64_t *nulls; /* rows in which a critical column is NULL; -1: not counted */
	size_t null_count;
	size_t null_capacity;
	/* Tables that are not there at all: that is not the same as having no rows. Only BigQuery
	 * sets these (SQLite fails instead). */
	uint64_t missing[DAY_COUNT_TABLES_MAX / 64];
	/* Of an overview: it says nothing of the table; a recount counts its keys. */
	bool is_overview;
	uint64_t unseen[DAY_COUNT_TABLES_MAX / 64], keyed[DAY_COUNT_TABLES_MAX / 64];
};

static inline bool day_counts_is_missing(const struct day_counts *counts, size_t table)
{
	return (counts->missing[table / 64] >> (table % 64) & 1) != 0;
}
static inline void day_counts_set_missing(struct day_counts *counts, size_t table)
{
	counts->missing[table / 64] |= UINT64_C(1) << (table % 64);
}
static inline bool day_counts_is_unseen(const struct day_counts *counts, size_t table)
{
	return (counts->unseen[table / 64] >> (table % 64) & 1) != 0;
}
static inline void day_counts_set_unseen(struct day_counts *counts, size_t table)
{
	counts->unseen[table / 64] |= UINT64_C(1) << (table % 64);
}
static inline bool day_counts_is_keyed(const struct day_counts *counts, size_t table)
{
	return (counts->keyed[table / 64] >> (table % 64) & 1) != 0;
}
static inline void day_counts_set_keyed(struct day_counts *counts, size_t table)
{
	counts->keyed[table / 64] |= UINT64_C(1) << (table % 64);
}

/*
 * Hears what a recount is about to cost, by the service's own estimate, before it is paid: one
 * sentence. Only BigQuery tells; NULL takes the listener away.
 */
void warehouse_hear_costs(struct warehouse *warehouse,
	void (*hear)(void *context, const char *sentence), void *context);

/* Hears what is behind an error or a long wait (detail.h). Only BigQuery tells; a listener with
 * NULL in it takes the one before away. */
void warehouse_hear_details(struct warehouse *warehouse, const struct detail_listener *listener);

/* One query for all tables (at most DAY_COUNT_TABLES_MAX) and all their critical columns. */
bool warehouse_count_days(struct warehouse *warehouse, const struct count_table *tables,
	size_t count, struct date_range range, struct day_counts *counts, struct error *err);
/*
 * The cheap look before a recount, where the warehouse has one (BigQuery: the metadata of the
 * partitions): rows, and when they were last written; keys and NULLs are not counted (-1). One
 * query for all tables, that reads none of them and is billed 10 MiB a dataset all the same (the
 * listener hears it). A table that is missing hides no other. It says nothing (unseen) of views, of
 * tables that are not partitioned by day of their date column, and of those with rows that lie in
 * no day's partition (in the streaming buffer, or without a date).
 */
bool warehouse_has_overview(const struct warehouse *warehouse);
bool warehouse_overview(struct warehouse *warehouse, const struct count_table *tables, size_t count,
	struct date_range range, struct day_counts *counts, struct error *err);
/* Adds an item, with so many numbers of NULLs; nulls may be NULL: none of them was counted. */
void day_counts_add(struct day_counts *counts, const struct day_count *count, const int64_t *nulls,
	size_t null_count);
/* Into an overview, in its place; instead of the item of the same table and date. */
void day_counts_put(struct day_counts *counts, const struct day_count *count);
void day_counts_release(struct day_counts *counts); /* accepts a zeroed struct */

/* The schedule and raw rows by date: games (final), box rows, non-players; one query. */
struct raw_day {
	date_t date;
	int64_t regular_games; /* game id 002 */
	int64_t other_games;   /* 004, 005, 006 */
	int64_t box_rows;
	int64_t roster_rows; /* box rows + non-players, a player on one team and game counted once
			      */
};

struct raw_days {
	struct raw_day *items; /* ascending; dates without games are absent */
	size_t count;
	size_t capacity;
	date_t first_game; /* of the whole schedule, whatever the range; DATE_NONE when empty */
	date_t last_game;
};

bool warehouse_raw_days(struct warehouse *warehouse, struct date_range range, struct raw_days *days,
	struct error *err);

/*
 * Raw loading, one file = one transaction. begin, add any number of rows, then commit or abandon.
 * A row whose key is there already is replaced when it differs (counted in changed) and left alone
 * when it does not: loading the same file twice changes nothing.
 */
struct raw_load_result {
	int64_t added;
	int64_t changed;
	int64_t same;
};

bool warehouse_load_begin(
	struct warehouse *warehouse, const struct table_layout *layout, struct error *err);
/* values: one per column of the layout. */
bool warehouse_load_row(struct warehouse *warehouse, const struct value *values, struct error *err);
bool warehouse_load_commit(
	struct warehouse *warehouse, struct raw_load_result *result, struct error *err);
void warehouse_load_abandon(struct warehouse *warehouse);

/*
 * The failure records and the breaker's attempts of all tables in a range, counted: one query each.
 * Where their tables were never made nothing has failed (BigQuery; an embedded warehouse has them).
 */
struct failure_count {
	char table[TABLE_NAME_BYTES]; /* without the dataset */
	date_t date;
	char category[TABLE_NAME_BYTES];
	int64_t entities;
	char reason[128]; /* of one of them; cut */
};

struct failure_counts {
	struct failure_count *items; /* by table, date and category */
	size_t count;
	size_t capacity;
};

bool warehouse_count_failures(struct warehouse *warehouse, struct date_range range,
	struct failure_counts *counts, struct error *err);

struct lock_count {
	char table[TABLE_NAME_BYTES];
	date_t date;
	int64_t at_risk;  /* entities that the next failing attempt locks out */
	int64_t locked;	  /* locked out now */
	int64_t until_ms; /* the last of these; 0: none */
};

struct lock_counts {
	struct lock_count *items; /* by table and date; dates without either are absent */
	size_t count;
	size_t capacity;
};

/* `tries` failing attempts lock an entity out; `now_ms` decides what is locked still. */
bool warehouse_count_locks(struct warehouse *warehouse, struct date_range range, int64_t tries,
	int64_t now_ms, struct lock_counts *counts, struct error *err);

/*
 * Some rows of one date as they stand there, for a person to look at: every column of the table,
 * known to this program or not, as text that may hold any bytes but NUL. One SELECT (and with
 * BigQuery a look at the table's schema, which costs nothing), under the connection's cost limit.
 */
#define SAMPLE_ROWS_MAX	   100
#define SAMPLE_COLUMNS_MAX 200
#define SAMPLE_VALUE_BYTES 200 /* a longer value is cut */

struct sample_request {
	const char *dataset, *table, *date_column;
	date_t date;
	const char *const *order_by; /* names of columns, ascending */
	size_t order_by_count;
	size_t row_count; /* at most SAMPLE_ROWS_MAX */
};

struct sample_value {
	const char *text; /* NULL: SQL's NULL */
	bool is_cut;
};

struct row_sample {
	const char **columns;
	size_t column_count;
	size_t columns_left_out;     /* above SAMPLE_COLUMNS_MAX */
	struct sample_value *values; /* row by row */
	size_t row_count;
	struct arena arena; /* of all texts and arrays */
};

/* A table or column that is missing is an error. The sample is the caller's to release. */
bool warehouse_sample_rows(struct warehouse *warehouse, const struct sample_request *request,
	struct row_sample *sample, struct error *err);
void row_sample_release(struct row_sample *sample); /* accepts a zeroed one */

/*
 * Circuit breaker (nba_orchestration__reprocess_attempts; phase 3, 1.7 and phase 4, 2.3): the
 * newest attempt of every entity of a table in a range of dates, one query.
 */
struct attempt_row {
	date_t date;
	char entity[96];
	int64_t attempts;
	bool tripped;
	int64_t until_ms; /* 0: none */
};

struct attempt_rows {
	struct attempt_row *items; /* by date, then entity */
	size_t count;
	size_t capacity;
};

bool warehouse_read_attempts(struct warehouse *warehouse, const char *table,
	struct date_range range, struct attempt_rows *attempts, struct error *err);
bool warehouse_add_attempt(struct warehouse *warehouse, const char *table,
	const struct attempt_row *attempt, double completeness_pct, const char *skip_reason,
	int64_t now_ms, struct error *err);
/* Appends the clearing row for every tripped entity of the table in the range; returns how many. */
bool warehouse_reset_breaker(struct warehouse *warehouse, const char *table,
	struct date_range range, int64_t now_ms, int64_t *reset_count, struct error *err);

/* How many SELECT statements this connection has started (the constant-query tests). */
int64_t warehouse_select_count(const struct warehouse *warehouse);

#endif

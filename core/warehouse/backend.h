/*
 * backend: what a kind of warehouse gives to core/warehouse/warehouse.c. Nobody outside the room
 * includes this. Each function is the one of warehouse.h without its prefix; `place` is the spec
 * behind the prefix. open makes an object whose first member is `struct warehouse`, with the name
 * set; close releases it, the name included, also when open failed half way.
 */
#ifndef BACKCOURT_WAREHOUSE_BACKEND_H
#define BACKCOURT_WAREHOUSE_BACKEND_H

#include "warehouse/fault.h"
#include "warehouse/health.h"
#include "warehouse/records.h"
#include "warehouse/warehouse.h"

struct warehouse_backend {
	const char *prefix;   /* "sqlite" of "sqlite:PATH" */
	bool counts_only;     /* no rows, no receipts: what a table holds is known by counting */
	bool finds_its_place; /* "prefix:" is enough: the environment says the rest */
	const char *read_only_option; /* "key=value" behind a ?; NULL: none is needed */
	bool (*exists)(const char *place);
	bool (*open)(const char *place, enum warehouse_mode mode, struct warehouse **opened,
		struct error *err);
	void (*close)(struct warehouse *warehouse);
	/* NULL: it tells none. */
	void (*hear_details)(struct warehouse *warehouse, const struct detail_listener *listener);
	bool (*prepare)(struct warehouse *warehouse, const struct table_layout *const *layouts,
		size_t count, struct error *err);
	bool (*read)(struct warehouse *warehouse, const struct read_request *request,
		struct symbols *symbols, struct frame *frame, struct error *err);
	bool (*replace_day)(struct warehouse *warehouse, const struct day_write *write,
		struct receipt *receipt, bool *unchanged, struct error *err);
	/* NULL: one after the other. */
	bool (*replace_days)(struct warehouse *warehouse, const struct day_write *writes,
		size_t count, struct receipt *receipts, bool *unchanged, size_t *written,
		struct error *err);
	/* NULL: nothing is ever announced. */
	bool (*withdraw)(struct warehouse *warehouse, struct error *err);
	bool (*store_receipts)(struct warehouse *warehouse, const struct receipt *receipts,
		size_t count, struct error *err);
	bool (*fit)(struct warehouse *warehouse, const struct table_layout *layout,
		bool is_to_be_written, enum table_fit *fit, struct buffer *why, struct error *err);
	/* NULL: nothing is sent, nothing is paid. */
	int64_t (*rows_bytes)(const struct warehouse *warehouse, const struct rows *rows);
	bool (*estimate_read)(struct warehouse *warehouse, const struct read_request *request,
		int64_t *bytes, struct error *err);
	int64_t billed_least;	    /* for a table of a question */
	int64_t billed_write_least; /* of a replace_days */
	bool (*receipts)(struct warehouse *warehouse, struct date_range range,
		struct receipts *receipts, struct error *err);
	bool (*count_days)(struct warehouse *warehouse, const struct count_table *tables,
		size_t count, struct date_range range, struct day_counts *counts,
		struct error *err);
	/* NULL: there is none; counting is cheap, or all there is. */
	bool (*overview)(struct warehouse *warehouse, const struct count_table *tables,
		size_t count, struct date_range range, struct day_counts *counts,
		struct error *err);
	bool (*raw_days)(struct warehouse *warehouse, struct date_range range,
		struct raw_days *days, struct error *err);
	bool (*load_begin)(
		struct warehouse *warehouse, const struct table_layout *layout, struct error *err);
	bool (*load_row)(
		struct warehouse *warehouse, const struct value *values, struct error *err);
	bool (*load_commit)(
		struct warehouse *warehouse, struct raw_load_result *result, struct error *err);
	void (*load_abandon)(struct warehouse *warehouse);
	bool (*read_attempts)(struct warehouse *warehouse, const char *table,
		struct date_range range, struct attempt_rows *attempts, struct error *err);
	bool (*add_attempt)(struct warehouse *warehouse, const char *table,
		const struct attempt_row *attempt, double completeness_pct, const char *skip_reason,
		int64_t now_ms, struct error *err);
	bool (*reset_breaker)(struct warehouse *warehouse, const char *table,
		struct date_range range, int64_t now_ms, int64_t *reset_count, struct error *err);
	bool (*count_failures)(struct warehouse *warehouse, struct date_range range,
		struct failure_counts *counts, struct error *err);
	bool (*count_locks)(struct warehouse *warehouse, struct date_range range, int64_t tries,
		int64_t now_ms, struct lock_counts *counts, struct error *err);
	/* Of what went wrong; NULL: it keeps none. */
	const struct table_layout *records[RECORD_KINDS];
	bool (*put_records)(
		struct warehouse *warehouse, const struct record_write *write, struct error *err);
	bool (*sample_rows)(struct warehouse *warehouse, const struct sample_request *request,
		struct row_sample *sample, struct error *err);
	/* *facts is zeroed, but for the time. */
	bool (*look)(struct warehouse *warehouse, const struct table_layout *const *layouts,
		size_t count, struct health_facts *facts, struct error *err);
	bool (*repair)(struct warehouse *warehouse, const char *statement, struct error *err);
};

struct warehouse {
	const struct warehouse_backend *backend;
	char *name;
	int64_t selects;
	struct cancel *cancel;					 /* lent, may be NULL */
	void (*hear_costs)(void *context, const char *sentence); /* NULL: nobody */
	void *costs_context;
	int64_t *estimated_bytes; /* reads add to it instead of being made; NULL: they are made */
	const struct table_layout *made[DAY_COUNT_TABLES_MAX]; /* by the newest prepare */
	size_t made_count;
};

/* One per backend; each is named once more in the list of warehouse.c. */
extern const struct warehouse_backend sqlite_backend;
extern const struct warehouse_backend counts_backend;
extern const struct warehouse_backend bigquery_backend;

/* A prepare has found the table missing, and makes it. */
void warehouse_note_made(struct warehouse *warehouse, const struct table_layout *layout);
/* The skip_reason of a breaker's manual reset. */
#define BREAKER_RESET_REASON "manual override"
/* What all of them do alike. False when the rows or sources are not those of one day's write. */
bool day_write_check(const struct day_write *write, struct error *err);
/* What is the same in a renewed and in a new receipt. */
void day_write_fill_receipt(const struct day_write *write, struct receipt *receipt);
/* The most critical columns that one of the tables has. */
size_t count_tables_width(const struct count_table *tables, size_t count);
/* False when a table has no dates to count by, or there are too many of them. */
bool count_tables_check(const struct count_table *tables, size_t count, struct error *err);
/* "table:12 other:0" */
void receipt_write_sources(const struct receipt *receipt, struct buffer *text);
void receipt_read_sources(const char *text, struct receipt *receipt);
/* Room for so many rows in every column; and a NULL cell, whose flag is already set. */
void frame_make_room(struct frame *frame, size_t capacity);
void frame_set_null(struct frame_column *column, size_t row);
/* Limits and names that a statement may hold; the names become part of it. */
bool sample_check(const struct sample_request *request, struct error *err);
/* The names first, then row by row; a text has `length` bytes and is cut where it is too long. */
void sample_begin(struct row_sample *sample, size_t column_count, size_t rows_most);
void sample_name_column(struct row_sample *sample, size_t column, const char *name);
void sample_set(struct row_sample *sample, size_t column, const char *text, size_t length);

#endif

/*
 * transfer_parts: what the files of transfer share. Nobody else includes this.
 */
#ifndef BACKCOURT_TRANSFER_PARTS_H
#define BACKCOURT_TRANSFER_PARTS_H

#include "transfer/transfer.h"
#include "warehouse/records.h"

struct transfer_day {
	date_t date;
	int64_t rows_from, rows_to; /* as counted */
	bool is_same;
	char hash_from[DIGEST_TEXT_BYTES], hash_to[DIGEST_TEXT_BYTES]; /* "": not known */
};

#define TRANSFER_RUN "transfer" /* in the receipts of rows that had none */

/* Failures, or attempts, of all tables in the range. */
struct transfer_records {
	bool is_there_from, is_there_to; /* their tables */
	bool is_made;			 /* `to` lacks it until this call */
	bool is_read_from;
	struct frame from, to; /* their texts are the transfer's symbols: equal ones are one */
};

struct transfer {
	const struct transfer_wish *wish;
	const struct table_layout *layouts[TRANSFER_TABLES_MAX];
	size_t count;
	struct transfer_report *reports;
	bool is_made[TRANSFER_TABLES_MAX]; /* missing in `to` until this call */
	struct receipts receipts_from, receipts_to;
	struct day_counts counts_from, counts_to;
	struct transfer_records records[RECORD_KINDS];
	struct symbols *symbols;
	int64_t now_ms;
};

/* One table of it. */
struct transfer_table {
	struct transfer *transfer;
	size_t index;
	const struct table_layout *layout;
	struct transfer_report *report;
	struct transfer_day *days; /* ascending: those that `from` has */
	size_t day_count;
};

/* transfer_days.c: the dates of the table, and what receipts and counts say of them. */
void transfer_find_days(struct transfer_table *table);
/* The rows of some of its dates, each into its own `rows` (initialised). */
bool transfer_read_days(struct warehouse *warehouse, const struct transfer_table *table,
	const struct transfer_day *days, size_t count, struct rows *rows, struct error *err);
bool transfer_read_whole(struct warehouse *warehouse, const struct table_layout *layout,
	struct rows *rows, struct error *err);

/* transfer_sources.c: what a date was computed from, in the numbers of `to`; returns how many. */
size_t transfer_translate(const struct transfer *transfer, const struct receipt *from,
	struct receipt_source sources[RECEIPT_SOURCES_MAX]);
/* Receipts of equal rows that only the numbers make look stale are renewed. */
bool transfer_renew(struct transfer_table *table, struct error *err);

/* transfer_send.c: what is not the same. */
bool transfer_send_days(struct transfer_table *table, struct error *err);
bool transfer_send_whole(struct transfer_table *table, struct error *err);

/* transfer_kind.c: real games and a sample's never lie in one warehouse. */
bool transfer_check_kinds(struct transfer *transfer, struct error *err);

/* transfer_cost.c: what is going to be asked to compare, by its price; over the budget it fails. */
bool transfer_tell_cost(struct transfer *transfer, struct error *err);
/* Both sides, counted: one query each. */
bool transfer_count(const struct transfer *transfer, bool is_source, struct day_counts *counts,
	struct error *err);

/* transfer_records.c: */
static inline bool transfer_has_records(const struct transfer *transfer)
{
	return !transfer->wish->is_raw && transfer->count > 0;
}
/* Looks for their tables; adds those that `to` lacks although something would go. */
bool transfer_look_at_records(struct transfer *transfer, struct buffer *missing,
	struct buffer *different, struct error *err);
bool transfer_lacks_records(const struct transfer *transfer); /* ... and must be made */
bool transfer_read_records(struct transfer *transfer, struct error *err);
void transfer_release_records(struct transfer *transfer);
bool transfer_read_record_frame(struct warehouse *warehouse, enum record_kind kind,
	struct date_range range, struct symbols *symbols, struct frame *frame, struct error *err);
/* A new last row of `rows`, as it is in the frame. */
void transfer_copy_row(struct rows *rows, const struct frame *frame, size_t row);
/* transfer_failures.c: behind the rows of the table, and before its receipts are renewed. */
bool transfer_send_failures(struct transfer_table *table, struct error *err);
/* transfer_attempts.c: */
bool transfer_send_attempts(struct transfer_table *table, struct error *err);

void transfer_tell(const struct transfer_table *table, enum transfer_act act, date_t date,
	int64_t rows, int64_t bytes);
bool transfer_is_stopped(const struct transfer *transfer, struct error *err);

#endif

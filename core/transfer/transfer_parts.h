/*
 * transfer_parts: what the files of transfer share. Nobody else includes this.
 */
#ifndef BACKCOURT_TRANSFER_PARTS_H
#define BACKCOURT_TRANSFER_PARTS_H

#include "transfer/transfer.h"

struct transfer_day {
	date_t date;
	int64_t rows_from, rows_to; /* as counted */
	bool is_same;
	char hash_from[DIGEST_TEXT_BYTES], hash_to[DIGEST_TEXT_BYTES]; /* "": not known */
};

struct transfer {
	const struct transfer_wish *wish;
	const struct table_layout *layouts[TRANSFER_TABLES_MAX];
	size_t count;
	struct transfer_report *reports;
	bool is_made[TRANSFER_TABLES_MAX]; /* missing in `to` until this call */
	struct receipts receipts_from, receipts_to;
	struct day_counts counts_from, counts_to;
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

void transfer_tell(const struct transfer_table *table, enum transfer_act act, date_t date,
	int64_t rows, int64_t bytes);
bool transfer_is_stopped(const struct transfer *transfer, struct error *err);

#endif

/*
 * receipt: the proof of one write of ours, kept in the warehouse beside the rows.
 *
 * One per table and date, written in the same transaction as the rows (design: coverage, Receipts).
 * `sequence` grows with every write in the warehouse, so that "newer than" needs no clock.
 * Values; any thread.
 */
#ifndef BACKCOURT_WAREHOUSE_RECEIPT_H
#define BACKCOURT_WAREHOUSE_RECEIPT_H

#include "base/date.h"
#include "base/digest.h"
#include "warehouse/table.h"

#define RECEIPT_SOURCES_MAX 16
#define RECEIPT_RUN_BYTES   40
#define RECEIPT_NULLS_BYTES 512

/* An upstream receipt that the rows were computed from. Sequence 0: there was none. */
struct receipt_source {
	char table[TABLE_NAME_BYTES];
	int64_t sequence;
};

struct receipt {
	char table[TABLE_NAME_BYTES]; /* without the dataset */
	date_t date;
	char run[RECEIPT_RUN_BYTES];
	int64_t rows;
	int64_t distinct_keys;
	char hash[DIGEST_TEXT_BYTES];
	/* A write has begun after it, and nobody has said how that ended: the rows are those of
	 * this receipt or newer ones, whole in either case. Only where rows and receipt are no
	 * transaction (BigQuery). It has no hash then. Where there was none before, it is an
	 * announcement (receipt_is_announcement). */
	bool is_open;
	int64_t sequence;    /* unchanged when a re-run gave the same hash */
	int64_t written_ms;  /* wall clock; when the rows were last replaced */
	int64_t verified_ms; /* wall clock; when a run last found them right */
	struct receipt_source sources[RECEIPT_SOURCES_MAX];
	size_t source_count;
	/* "pace:12 threes:0": rows of the date in which a critical column is NULL. A column that is
	 * not named was not counted: as all of them in receipts of an older backcourt. */
	char nulls[RECEIPT_NULLS_BYTES];
};

struct receipts {
	struct receipt *items; /* by table name, then date */
	size_t count;
	size_t capacity;
};

/*
 * A first write was announced, and has left no receipt: rows that are there are in doubt, and where
 * a count finds none the write never came. Its rows and keys are -1: nobody has counted them.
 */
static inline bool receipt_is_announcement(const struct receipt *receipt)
{
	return receipt->is_open && receipt->sequence == 0;
}

void receipts_release(struct receipts *receipts);
const struct receipt *receipts_find(
	const struct receipts *receipts, const char *table, date_t date);
/* In its place; instead of the one of the same table and date. */
void receipts_put(struct receipts *receipts, const struct receipt *receipt);
/* Rows in which the column is NULL; -1: not counted. */
int64_t receipt_nulls(const struct receipt *receipt, const char *column);
/* The columns whose NULLs the receipt tells, at most `room`; `names` becomes their memory. */
size_t receipt_null_columns(const struct receipt *receipt, char names[RECEIPT_NULLS_BYTES],
	const char **columns, size_t room);

#endif

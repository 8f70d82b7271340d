/*
 * records: what a warehouse keeps beside its tables of what went wrong in them, as rows, for those
 * who copy it: which entities failed on a date, and the circuit breaker's attempts.
 *
 * Each backend has a table of its own of each kind, with its own names; the columns have the same
 * order and meaning everywhere. So one is read by warehouse_read (ask all columns of the layout),
 * estimated and looked at as any table, and its cells go into rows of another backend's layout.
 *
 * The failures of a date are those of one run of one table: they are replaced together. Attempts
 * are only ever added: the highest number of an entity on a date is the one that counts.
 * The thread of the warehouse; warehouse_put_records blocks.
 */
#ifndef BACKCOURT_WAREHOUSE_RECORDS_H
#define BACKCOURT_WAREHOUSE_RECORDS_H

#include "warehouse/warehouse.h"

enum record_kind { RECORD_FAILURES, RECORD_ATTEMPTS, RECORD_KINDS };

/* Columns of RECORD_FAILURES. */
enum failed_column {
	FAILED_TABLE, /* without the dataset */
	FAILED_RUN,
	FAILED_DATE,
	FAILED_ENTITY,
	FAILED_CATEGORY,
	FAILED_REASON, /* may be NULL */
	FAILED_CAN_RETRY,
	FAILED_AT_MS, /* wall clock; all of one run's have the same */
	FAILED_COLUMNS,
};

/* Columns of RECORD_ATTEMPTS. */
enum tried_column {
	TRIED_TABLE,
	TRIED_DATE,
	TRIED_ENTITY,
	TRIED_NUMBER, /* from 1 */
	TRIED_AT_MS,
	TRIED_PERCENT, /* may be NULL, and so may the reason and until */
	TRIED_REASON,
	TRIED_IS_TRIPPED,
	TRIED_UNTIL_MS,
	TRIED_COLUMNS,
};

#define RECORD_DATES_MAX 40000 /* of one write: they are named in its statement */

/* NULL: this kind of warehouse keeps none. The table need not be there (warehouse_fit says). */
const struct table_layout *warehouse_record_layout(
	const struct warehouse *warehouse, enum record_kind kind);

struct record_write {
	enum record_kind kind;
	const char *table;	 /* all rows are of it */
	const struct rows *rows; /* of the warehouse's own layout */
	const date_t *dates;	 /* of failures: these dates have these rows afterwards, or none */
	size_t date_count;
};

/*
 * All of it or nothing. An attempt that is not newer than those that its entity has by then (by
 * number and by time) is left out: somebody has reset the breaker meanwhile.
 */
bool warehouse_put_records(
	struct warehouse *warehouse, const struct record_write *write, struct error *err);

#endif

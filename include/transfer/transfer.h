/*
 * transfer: copies tables from one warehouse into another, day by day (`backcourt push`, `pull`).
 *
 * A date is sent when it is not the same there: what is the same is known by receipts (whose rows
 * are counted on both sides) or, in a near warehouse, by the hash of its rows. A few dates at a
 * time are read, written and sealed with receipts; so a call that was cut short leaves whole dates,
 * and the next one goes on behind the last sealed ones. Dates that only the other side has are left
 * alone and told, and so are dates with rows whose receipt is open: a copy, sealed, would hide that
 * nobody has said how their writing ended.
 *
 * A receipt says what a date was computed from by the numbers of its upstreams' receipts. These
 * numbers are each warehouse's own: they are translated, so that what is current here is current
 * there, and nothing else is.
 *
 * With the tables go what failed in them and the circuit breaker's attempts (warehouse/records.h),
 * of the same range. The failures of a date go with its rows; where the rows are the same on both
 * sides those of the later run stand. Of an entity's attempts those go that are newer than all
 * that the other side has of it, behind these: nothing there is changed or taken away, so that a
 * reset there stands until something newer comes. Raw tables have neither.
 *
 * Blocks for as long as it takes; one thread. Nothing is written before every table was looked at.
 */
#ifndef BACKCOURT_TRANSFER_H
#define BACKCOURT_TRANSFER_H

#include "base/cancel.h"
#include "warehouse/warehouse.h"

#define TRANSFER_TABLES_MAX DAY_COUNT_TABLES_MAX
#define TRANSFER_DATES_MAX  16	    /* are read, written and sealed at once */
#define TRANSFER_ROWS_MAX   1000000 /* of one date, or of a table without dates */

#define TRANSFER_RECORDS_MAX 500000 /* failures, or attempts, in the range, of all tables */

enum transfer_act {
	TRANSFER_SENT,		/* the rows (in a dry call: would be) */
	TRANSFER_RENEWED,	/* the receipt alone: its rows were the same */
	TRANSFER_MADE_TABLE,	/* the table, which was missing */
	TRANSFER_SENT_FAILURES, /* `rows` of them, of the whole table */
	TRANSFER_SENT_ATTEMPTS,
};

struct transfer_listener {
	void *context;
	/* `date` is DATE_NONE for a table without dates; bytes -1: not known before it is read. */
	void (*act)(void *context, enum transfer_act act, const struct table_layout *layout,
		date_t date, int64_t rows, int64_t bytes);
	/* May be NULL. Once, before anything is paid for: what comparing is going to read at the
	 * far side, by the service's own estimate and what it bills at least. Not in it are the
	 * rows of a pull and what is asked while dates are written: `batch_bytes` at least for
	 * each TRANSFER_DATES_MAX dates of a table (0: nothing is written afar). */
	void (*cost)(void *context, int64_t bytes, int64_t batch_bytes);
};

struct transfer_side {
	struct warehouse *warehouse;
	bool is_near; /* reading it costs nothing */
};

struct transfer_wish {
	struct transfer_side from, to;
	struct date_range range; /* tables without dates go whole */
	bool is_raw;		 /* raw tables: they must be of one kind (warehouse/raw_kind.h) */
	bool is_dry;		 /* nothing is written; read from afar are receipts and counts */
	bool makes_tables;	 /* those that are missing there */
	bool is_by_key; /* rows are merged by their key; else a date is replaced as a whole */
	const struct cancel *cancel;		  /* may be NULL; any level ends it between dates */
	const struct transfer_listener *listener; /* may be NULL */
};

struct transfer_report {
	bool is_absent; /* not in `from`: nothing was done */
	int64_t same;	/* dates */
	int64_t sent;
	int64_t renewed;
	int64_t rows;  /* of the dates sent */
	int64_t bytes; /* of the dates sent: on the wire or, of a dry call from afar, to be read */
	int64_t only_there; /* dates that `from` does not have */
	date_t first_only_there;
	int64_t interrupted; /* dates with rows whose receipt is open: left out */
	date_t first_interrupted;
	int64_t failures;      /* records sent */
	int64_t failure_dates; /* whose records were replaced, or taken away */
	int64_t attempts;      /* sent */
};

/*
 * The layouts in dependency order; `reports` has one of each, filled also on failure.
 * ERROR_INPUT, and nothing was changed, when a sample's games and real ones would meet. ERROR_LIMIT
 * before anything is paid when comparing costs more than the day's budget has left.
 * ERROR_WAREHOUSE when a table of `to` is missing (and is not to be made) or differs: it names them
 * all.
 */
bool transfer_tables(const struct transfer_wish *wish, const struct table_layout *const *layouts,
	size_t count, struct transfer_report *reports, struct error *err);

#endif

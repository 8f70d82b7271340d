/*
 * witnesses: what the warehouse and the ledger say about a range of dates, read in one go.
 *
 * The engine's refresh and the verbs use the same reading. Two queries for a refresh (schedule,
 * receipts), a third for a recount or else for the overview of a warehouse that has one, a fourth
 * (the receipts again) where that does not agree with them, two more for the ledger, whatever the
 * number of tables and dates. What is written while it is read is in doubt, or has its receipt. A
 * warehouse that is not there yet is an empty schedule; one that cannot be read is an error, never
 * "no rows". Blocks: not on the UI thread.
 */
#ifndef BACKCOURT_WITNESSES_H
#define BACKCOURT_WITNESSES_H

#include "witness/checkpoints.h"
#include "coverage/coverage.h"
#include "coverage/eta.h"
#include "event/event.h"

struct witnesses {
	struct raw_days raw_days; /* the whole schedule */
	struct receipts receipts; /* of the range */
	bool has_counts;	  /* a recount's, or an overview's (counts.is_overview) */
	struct day_counts counts;
	size_t *table_of_layout; /* pipeline table of each counted layout */
	size_t layout_count;
	struct cell_attempt *attempts; /* the newest of each cell that has one */
	size_t attempt_count;
	struct checkpoints checkpoints; /* of the scripts */
	struct cell_excuse *excuses;
	size_t excuse_count;
	char warehouse_trouble[ERROR_TEXT_BYTES]; /* it could not be read; "" it was */
	char ledger_trouble[ERROR_TEXT_BYTES];
};

struct witness_request {
	const struct pipeline *pipeline;
	const char *warehouse;	  /* spec */
	const char *state_folder; /* of the ledger; NULL: do not ask it */
	struct date_range range;
	bool recount;
	bool must_exist; /* it was there before: a warehouse that is gone is an error */
	/* Hears what a recount is about to cost, before it is paid (warehouse_hear_costs), and why
	 * it takes long (detail.h); or NULL. */
	void (*hear)(void *context, const char *sentence);
	void *hear_context;
	bool accept_partial; /* one that cannot be read is told in the witnesses, and unknown */
};

/* Where a table lies: a native run writes where its processor says, whatever the pipeline calls the
 * place. Without columns where this program has no processor of that name. */
struct table_layout witnesses_layout(const struct pipeline_table *table);

bool witnesses_read(
	const struct witness_request *request, struct witnesses *witnesses, struct error *err);
void witnesses_release(struct witnesses *witnesses); /* accepts a zeroed struct */

/* A closed receipt that is newer than the counts: its cell counts what it proves. */
void witnesses_merge_count(const struct pipeline *pipeline, struct day_counts *counts,
	const size_t *table_of_layout, size_t layout_count, const struct receipt *receipt);

/* A judged coverage of the range. *calendar is the caller's too, and outlives the coverage. */
struct coverage *witnesses_judge(const struct witnesses *witnesses, const struct pipeline *pipeline,
	struct date_range range, int64_t now_ms, struct calendar **calendar);

/* From the newest dates that earlier runs worked on; the calendar knows their games. */
struct eta_speed witnesses_speed(
	const struct witnesses *witnesses, const struct calendar *calendar, size_t table);

/*
 * What a console that died left in the ledger is settled from the receipts of the warehouse: its
 * runs are lost, its written dates proved. Only the owner of the state folder may call it, before
 * it starts anything. *lost is the number of such runs.
 */
bool witnesses_reconcile(
	const char *warehouse, const char *state_folder, int64_t *lost, struct error *err);

#endif

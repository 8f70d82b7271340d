/*
 * processor: one native table, computed in C (design: native.md).
 *
 * Order of calls, all on one worker thread: load once per batch (a constant number of warehouse
 * reads, whatever the number of dates), compute once per date in ascending order, release once. A
 * processor never writes: the executor writes each day_output in one transaction with its receipt.
 * Adding a table is one file core/native/x.c and one line in core/native/tables.h.
 */
#ifndef BACKCOURT_NATIVE_PROCESSOR_H
#define BACKCOURT_NATIVE_PROCESSOR_H

#include "base/cancel.h"
#include "base/error.h"
#include "calendar/calendar.h"
#include "native/rules.h"
#include "warehouse/warehouse.h"

/* What a processor tells the world while it computes; both may be called often and are cheap. */
struct processor_listener {
	void *context;
	/* "Processing player 50/389 (12.9%)": entity is "player" or "team". */
	void (*progress)(void *context, const char *entity, int done, int total);
	/* One log line, without prefix and newline. Severity: 'I', 'W' or 'E'. */
	void (*log)(void *context, char severity, const char *text);
};

struct batch {
	struct warehouse *warehouse;
	const struct rules *rules;
	const struct calendar *calendar;
	const date_t *dates; /* ascending */
	size_t date_count;
	struct symbols *symbols;		   /* shared by all frames of the batch */
	const struct cancel *cancel;		   /* may be NULL */
	const struct processor_listener *listener; /* may be NULL */
	int64_t now_ms; /* for stamps and breakers; fixed for the batch */
};

/* A counted attempt on an entity that was skipped (the circuit breaker's memory). */
struct day_attempt {
	struct attempt_row row;
	double completeness_pct;
	const char *reason;
};

/* What a date gave: rows to write, entities that got none, and attempts to remember. Cleared by the
 * executor before compute; the executor writes all of it. */
struct day_output {
	struct rows rows;
	struct failure *failures;
	size_t failure_count;
	size_t failure_capacity;
	struct day_attempt *attempts;
	size_t attempt_count;
	size_t attempt_capacity;
	struct arena arena; /* for the texts of failures and attempts */
};

/* Adds a failure record; the texts are copied. */
void day_output_fail(struct day_output *output, const char *entity, const char *category,
	bool can_retry, const char *format, ...) __attribute__((format(printf, 5, 6)));
void day_output_init(struct day_output *output, const struct table_layout *layout);
void day_output_clear(struct day_output *output);
void day_output_release(struct day_output *output);

struct processor {
	const struct table_layout *layout; /* layout->name is the table of the pipeline */
	const char *entity;		   /* "player" or "team", for the log lines */
	bool (*load)(const struct batch *batch, void **state, struct error *err);
	bool (*compute)(void *state, const struct batch *batch, date_t date,
		struct day_output *output, struct error *err);
	void (*release)(void *state);
};

/* NULL when no native processor makes that table. */
const struct processor *processor_find(const char *table);
size_t processor_count(void);
const struct processor *processor_at(size_t index);

/* How many bytes the warehouse would read to load these dates as one batch, by its own estimates
 * (free; as many questions as the processor reads tables, whatever the number of dates); -1 where
 * it cannot say. Any order of dates. Blocks. */
int64_t processor_estimate(const struct processor *processor, struct warehouse *warehouse,
	const struct calendar *calendar, const date_t *dates, size_t count);

/* Makes every raw and native table that is missing (warehouse_prepare). */
bool processors_prepare(struct warehouse *warehouse, struct error *err);

/* Calls the listener if there is one. */
void batch_progress(const struct batch *batch, const char *entity, int done, int total);
void batch_log(const struct batch *batch, char severity, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif

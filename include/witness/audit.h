/*
 * audit: who did what and when, and how it ended: the ledger's runs, attempts and events as one
 * trail, and the failure records and lock-outs of the warehouse.
 *
 * The screen asks for it when somebody looks, never by itself. Three statements on the ledger, two
 * on the warehouse, whatever the number of tables and dates. What could not be asked says so and
 * stays unknown. Blocks: not on the UI thread.
 */
#ifndef BACKCOURT_AUDIT_H
#define BACKCOURT_AUDIT_H

#include "base/severity.h"
#include "coverage/failures.h"
#include "pipeline/pipeline.h"
#include "warehouse/warehouse.h"

#define AUDIT_LINES_MAX	    2000 /* the newest */
#define AUDIT_TROUBLE_BYTES 200

struct cancel;

struct audit_line {
	int64_t at_ms;
	enum severity severity;
	const char *who; /* "naji@host"; "" unknown */
	int table;	 /* of the pipeline; -1: none */
	date_t date;	 /* DATE_NONE: none */
	const char *text;
	const char *log;    /* of the run; "" */
	int64_t log_offset; /* where the date begins in it; -1 unknown */
};

struct audit {
	int64_t read_ms;
	struct audit_line *lines; /* newest first */
	size_t line_count;
	struct try_count *tries; /* by table, then date */
	size_t try_count;
	char ledger_trouble[AUDIT_TROUBLE_BYTES]; /* why it could not be asked; "" */

	bool has_records;	 /* the warehouse was asked, and answered */
	bool is_without_records; /* a warehouse of counts, which has none */
	struct failure_counts records;
	struct lock_counts locks;
	char records_trouble[AUDIT_TROUBLE_BYTES]; /* why not; "" */
	struct arena arena;			   /* of the lines */
};

struct audit_request {
	const struct pipeline *pipeline;
	const char *warehouse; /* spec; NULL: do not ask for records */
	const char *state_folder;
	struct date_range range; /* of attempts and records; runs and events are all there are */
	struct cancel *cancel;	 /* lent, may be NULL */
};

struct audit *audit_read(const struct audit_request *request);
void audit_free(struct audit *audit); /* accepts NULL */
/* Takes the records of an older audit over where this one did not ask. */
void audit_keep_records(struct audit *audit, struct audit *older);

#endif

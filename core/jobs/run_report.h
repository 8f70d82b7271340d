/*
 * run_report: tells the world how a run goes: the log file, the ledger and the event queue hear the
 * same facts in that order, so that what the screen shows is already on disk.
 *
 * run_report_open, then per date run_report_date_started, any number of run_report_progress and
 * run_report_log, and one of run_report_date_{finished,failed,killed}; run_report_close last. A
 * ledger or log that cannot be written does not stop the work: it is said once, as an
 * EVENT_MESSAGE. One worker thread.
 */
#ifndef BACKCOURT_JOBS_RUN_REPORT_H
#define BACKCOURT_JOBS_RUN_REPORT_H

#include "jobs/executor.h"
#include "ledger/ledger.h"

#define RUN_LOG_FLUSH_MS 100 /* lines wait at most this long before the screen gets them */

struct run_report {
	const struct run_task *task;
	char id[LEDGER_RUN_BYTES];
	struct ledger *ledger; /* NULL: could not be opened */
	int log;	       /* descriptor, -1: could not be opened */
	int64_t log_bytes;
	struct event lines; /* an EVENT_LOG being filled */
	int64_t flushed_ms; /* monotonic */
	date_t date;	    /* in hand, DATE_NONE */
	int64_t date_started_ms, date_log_offset;
	int64_t date_began_ms; /* monotonic */
	int done, failed;
	bool has_complained;
};

void run_report_open(struct run_report *report, const struct run_task *task);
/* A line without prefix; severity 'I', 'W' or 'E'. */
void run_report_log(struct run_report *report, char severity, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void run_report_date_started(struct run_report *report, date_t date, size_t index);
void run_report_progress(struct run_report *report, const char *entity, int done, int total);
/* The receipt is copied. `failures`: entities without a row. */
void run_report_date_finished(struct run_report *report, const struct receipt *receipt,
	bool unchanged, const char *entity, size_t failures);
void run_report_date_failed(struct run_report *report, const char *category, const char *reason);
void run_report_date_killed(struct run_report *report);
/* Milliseconds since the date in hand was started. */
int64_t run_report_date_ms(const struct run_report *report);
/* Pushes EVENT_RUN_FINISHED and releases everything. */
void run_report_close(struct run_report *report, enum run_outcome outcome);

#endif

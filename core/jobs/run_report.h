/*
 * run_report: tells the world how a run goes: the log file, the ledger and the event queue hear the
 * same facts in that order, so that what the screen shows is already on disk.
 *
 * A native run: run_report_open, then per date run_report_date_started, any number of
 * run_report_progress and run_report_log, and one of run_report_date_{finished,failed,killed};
 * run_report_close last. A command run, whose log somebody else writes, uses the pieces that these
 * are made of: run_report_init, per process run_report_begin, records, events and shown lines, and
 * run_report_end; run_report_close_with last. A ledger or log that cannot be written does not stop
 * the work: it is said once, as an EVENT_MESSAGE. One worker thread.
 */
#ifndef BACKCOURT_JOBS_RUN_REPORT_H
#define BACKCOURT_JOBS_RUN_REPORT_H

#include "jobs/executor.h"
#include "ledger/ledger.h"

#define RUN_LOG_FLUSH_MS 100 /* lines wait at most this long before the screen gets them */

struct run_report {
	const struct run_task *task; /* without a queue nobody but the ledger hears */
	char id[LEDGER_RUN_BYTES];   /* of the run that is under way */
	struct ledger *ledger;	     /* NULL: could not be opened */
	int log;		     /* descriptor, -1: could not be opened, or not ours */
	int64_t log_bytes;
	struct event lines; /* an EVENT_LOG being filled */
	int64_t flushed_ms; /* monotonic */
	date_t date;	    /* in hand, DATE_NONE */
	int64_t date_started_ms, date_log_offset;
	int64_t date_began_ms; /* monotonic */
	int done, failed;
	int to_come; /* dates of processes that a detached batch did not start */
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

/* The pieces. */

void run_report_init(struct run_report *report, const struct run_task *task);
/* An id that sorts by time, of this task. */
void run_report_make_id(const struct run_report *report, char id[LEDGER_RUN_BYTES]);
/* `run` has id, executor, range, planned, started_ms and log_path. is_new: false when the ledger
 * has it already. */
void run_report_begin(struct run_report *report, const struct ledger_run *run, bool is_new);
/* Who started the run, for the ledger; NULL: who is at work here. After run_report_begin. */
void run_report_started_by(struct run_report *report, const char *person);
/* The attempt has all but run and table. */
void run_report_record(struct run_report *report, struct ledger_attempt *attempt);
/* With time, table, run and the date in hand. */
struct event run_report_event(const struct run_report *report, enum event_kind kind);
/* After the lines that were shown before it. */
void run_report_push(struct run_report *report, struct event *event);
void run_report_say(struct run_report *report, enum severity severity, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* A line for the screen alone. */
void run_report_show(struct run_report *report, char severity, const char *text, size_t length);
/* Pushes lines that have waited long enough. Milliseconds until the others have; -1: none waits. */
int run_report_flush(struct run_report *report);
/* The end of the run in the ledger (outcome, done, failed, left). RUN_GOES_ON: it goes on, and
 * stays as it is there. */
void run_report_end(struct run_report *report, const struct ledger_run *end);
/* Pushes EVENT_RUN_FINISHED; `left` dates of the task were neither done nor failed. */
void run_report_close_with(struct run_report *report, enum run_outcome outcome, int left);

#endif

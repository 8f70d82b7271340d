/*
 * command_book: the dates of one command run, and what became of each.
 *
 * The facts of the run's log go in; ledger, screen and counters hear what they mean for the dates
 * that were asked for. Order of calls: command_book_open (after run_report_begin),
 * command_book_fact for each fact, command_book_release. A verdict that the ledger has already (a
 * log that is read again) is told to the screen and counted, not recorded a second time.
 */
#ifndef BACKCOURT_JOBS_COMMAND_BOOK_H
#define BACKCOURT_JOBS_COMMAND_BOOK_H

#include "log_reader.h"
#include "jobs/run_folder.h"
#include "run_report.h"

#define BOOK_PROGRESS_MS 50 /* between two events of progress */

enum book_state { BOOK_WAITS, BOOK_BEGUN, BOOK_ENDED };

struct book_date {
	date_t date;
	enum book_state state;
	bool is_known; /* its end is in the ledger */
	int64_t started_ms, known_ended_ms;
	int64_t began_ms;   /* monotonic */
	bool is_begin_seen; /* began_ms is when it began, not when its line was read */
	int64_t log_offset;
};

struct command_book {
	struct run_report *report; /* lent */
	struct book_date *dates;   /* ascending */
	size_t count;

	/* Set by whoever gives the facts. */
	bool is_stopping;      /* a date that begins now is given up, and stays to be done */
	bool is_replay;	       /* the lines were written some time ago: they take no time */
	int64_t ended_ms;      /* when the process ended, once that is known; 0 */
	bool is_end_lost;      /* nobody saw the end of the process */
	bool is_log_torn;      /* it ended by itself, and its log ends within a line */
	enum run_asked end_by; /* who ended it */

	/* Read by them. */
	int done, failed, cut; /* dates with that end */
	int new_done, new_failed, new_cut;
	int failures_in_row; /* newest dates that failed for the same reason (failure.h) */
	enum log_run_end run_end;
	char last_failure[LOG_REASON_BYTES];
	char end_reason[LOG_REASON_BYTES]; /* why the run ended as run_end says; "" */
	int64_t progress_ms;		   /* monotonic, of the newest event */
};

/* `dates` ascend. */
void command_book_open(struct command_book *book, struct run_report *report, const date_t *dates,
	size_t date_count);
void command_book_release(struct command_book *book);
void command_book_fact(struct command_book *book, const struct log_fact *fact);
/* Dates without any verdict. */
int command_book_left(const struct command_book *book);

#endif

/*
 * event: the facts that go up to the UI thread. Nothing else crosses a thread in that direction.
 *
 * A worker fills an event and pushes it (event_queue.h); pushing gives its memory away. The UI
 * thread gives it to model_apply, then event_release. Adding an event: a line here, a `case` in
 * model_apply (there is no `default:` in that switch).
 */
#ifndef BACKCOURT_EVENT_H
#define BACKCOURT_EVENT_H

#include "alert/alert.h"
#include "base/date.h"
#include "base/run_outcome.h"
#include "base/severity.h"
#include "coverage/coverage.h"
#include "jobs/resume.h"
#include "warehouse/receipt.h"
#include "warehouse/warehouse.h"

#define EVENT_TEXT_BYTES    200
#define EVENT_RUN_BYTES	    40
#define EVENT_LOG_LINES_MAX 64 /* lines in one EVENT_LOG */
#define LOG_LINE_BYTES_MAX  4096
#define EVENT_USER_BYTES    33

struct checkpoints;
struct found_processes;
struct launch_preview;

#define LOG_LINE_NOISE 'N' /* the severity of what is known to be harmless, hidden by default */

/* A job that somebody started outside every console of this state folder. */
struct outside_job {
	int pid; /* 0: none */
	int64_t started_ms;
	char user[EVENT_USER_BYTES];
	char line[EVENT_TEXT_BYTES]; /* command line, cut */
};

enum event_kind {
	EVENT_COVERAGE, /* a refresh: all receipts of the range, the raw days */
	EVENT_COUNTS,	/* a recount of the tables */
	EVENT_COVERAGE_FAILED,
	EVENT_RUN_FOUND,  /* a command run that an earlier console started still lives */
	EVENT_PROCESSES,  /* a look for jobs that were started by hand has ended */
	EVENT_BACKGROUND, /* native work that goes on without its console was found, or has ended */
	EVENT_RUN_STARTED,
	EVENT_RUN_FINISHED,
	EVENT_DATE_STARTED,
	EVENT_DATE_PROGRESS,
	EVENT_DATE_FINISHED,
	EVENT_DATE_FAILED,
	EVENT_DATE_CUT, /* it ended without a verdict */
	EVENT_LOG,
	EVENT_CHECKPOINTS,
	EVENT_EXCERPT,
	EVENT_ASKED,
	EVENT_UNATTENDED, /* a run goes on without its supervisor: its status will be unknown */
	EVENT_IMPORT_PROGRESS,
	EVENT_IMPORT_FINISHED,
	EVENT_HOLDER,	 /* somebody else writes a table: a message that says who */
	EVENT_SEASON,	 /* the cells of a season outside the range, or why they are unknown */
	EVENT_CELL_ROWS, /* what a cell holds, as it was asked for */
	EVENT_HISTORY,	 /* what the ledger says: attempts of earlier runs, and all excuses */
	EVENT_HANDOFF,	 /* the hand-off was written, or not: a message like the next */
	EVENT_LAUNCH,	 /* what a start would do, to be shown before it */
	EVENT_LOG_FOUND, /* which file is the newest log of a table, for a pager */
	EVENT_LOG_PIECE, /* the lines of a log around a place, as it was asked for */
	EVENT_AUDIT,	 /* what the ledger and the failure records tell, as it was asked for */
	EVENT_HEALTH,	 /* the tables were looked at, or one of their findings was mended */
	EVENT_MESSAGE,	 /* something to show on the message line and in the events */
	EVENT_ALERT,	 /* something needs a person (alert.h), or has reached one */
	EVENT_ACTION,	 /* the operator did something that changes what is shown */
	EVENT_QUEUED,	 /* cells were queued or taken out of the queue */
	EVENT_CONTROL,	 /* workers, auto-launch, pause: as they are now */
	EVENT_SIZE,	 /* the terminal's size */
	EVENT_CLOCK,	 /* the clock on the screen */
};

/* Of an alert on its way. */
enum alert_stage {
	ALERT_RAISED,
	ALERT_DELIVERED, /* a way out has done, or has not, what it could */
};

/* What a change of the queue means for the dates that are not named. */
enum queue_reach {
	REACH_DATES,	  /* nothing */
	REACH_TABLE,	  /* the whole table was started: what lies below it may start by itself, on
			     every date; or it was taken back: it does not start by itself */
	REACH_EVERYTHING, /* everything was started; `table` says nothing */
};

struct audit;
struct cell_rows;
struct health_findings;
struct log_window;

/* Times are wall-clock milliseconds, put in by the pusher. */
struct event {
	enum event_kind kind;
	int64_t at_ms;
	size_t table; /* index in the pipeline, where it makes sense */
	date_t date;
	uint32_t run; /* number of the run in this console, from 1 */
	union {
		struct {
			struct date_range range; /* of the receipts; the model takes it over */
			struct receipts receipts;
			struct raw_days raw_days;
		} coverage;
		struct {
			struct day_counts counts;
			size_t *table_of_layout;
			size_t layout_count;
		} counts;
		struct {
			char id[EVENT_RUN_BYTES];
			date_t *dates; /* owned, ascending */
			size_t count;
		} found;
		struct {
			struct found_processes *found; /* owned (jobs/process_scan.h) */
			bool is_asked;		       /* by the operator, for `table` */
		} processes;
		struct {
			bool lives;
			char id[EVENT_RUN_BYTES]; /* of its run folder, while it lives */
			struct resume *resume;	  /* owned; what one that died left, or NULL */
			enum severity severity;
			char text[EVENT_TEXT_BYTES];
		} background;
		struct {
			int date_count;
			int worker; /* 0-based lane */
			bool paced;
			struct outside_job *outside; /* owned; NULL: a run of ours */
		} run_started;
		struct {
			enum run_outcome outcome;
			int done, failed, left;
			int to_come; /* detached: dates of processes that were not started */
		} run_finished;
		struct {
			int done, total;
			char entity[16];
		} progress;
		struct {
			struct receipt receipt;
			bool unchanged;
			bool is_reported;    /* by the log of a script: no receipt, its `rows`
						alone count */
			int failures;	     /* entities without a row */
			int64_t duration_ms; /* -1: not known */
		} finished;
		struct {
			char *lines[EVENT_LOG_LINES_MAX]; /* owned; at most LOG_LINE_BYTES_MAX each
							   */
			char severities[EVENT_LOG_LINES_MAX]; /* 'I' 'W' 'E', LOG_LINE_NOISE */
			int count;
		} log;
		struct {
			int64_t done, total; /* bytes, or rows of the sample */
			char what[64];	     /* "shots_2022-23.csv.gz" */
		} import;
		struct {
			struct cell_attempt {
				size_t table;
				date_t date;
				enum attempt_state state;
				int64_t at_ms;
				int64_t duration_ms; /* -1 unknown */
				int64_t rows;	     /* -1: not known */
				char words[ATTEMPT_WORDS_BYTES];
			} * items; /* owned */
			size_t count;
			struct cell_excuse {
				size_t table;
				date_t date, until; /* as in struct excuse */
				char words[EXCUSE_WORDS_BYTES];
			} * excuses; /* owned */
			size_t excuse_count;
		} history;
		struct {
			uint32_t generation;	  /* of the wish; 0 in an excerpt */
			struct log_window *piece; /* owned; NULL: `text` says why not */
			char text[EVENT_TEXT_BYTES];
		} log_piece; /* EVENT_LOG_PIECE, EVENT_EXCERPT */
		struct {
			char *path; /* owned; NULL: no run of the table has one */
			bool edits; /* the wish was for an editor */
		} log_found;
		struct {
			struct audit *audit; /* owned */
		} audit;
		struct {
			struct health_findings *findings; /* owned; NULL: they could not be made */
			bool is_repair;
			enum severity severity; /* of the text, which may be "" */
			char text[EVENT_TEXT_BYTES];
		} health;
		struct {
			uint32_t generation;	/* of the wish */
			struct cell_rows *rows; /* owned; NULL: `text` says why not */
			char text[EVENT_TEXT_BYTES];
		} cell_rows;
		struct {
			int verb; /* enum run_verb (jobs/run_files.h); RUN_VERB_COUNT: none */
			bool ended_wait;	 /* nobody listens for a resume any more */
		} asked;			 /* through the control file of a command run */
		struct checkpoints *checkpoints; /* owned (checkpoints.h) */
		struct launch_preview *launch;	 /* owned (launch_preview.h) */
		struct {
			enum attempt_state state;
			char text[EVENT_TEXT_BYTES];
		} cut;
		struct {
			enum severity severity;
			char text[EVENT_TEXT_BYTES];
		} message; /* also COVERAGE_FAILED, DATE_FAILED (text = category: reason),
			      IMPORT_FINISHED, HANDOFF, HOLDER */
		struct {
			size_t number;		    /* of the pipeline's seasons */
			struct calendar *calendar;  /* owned, as the next; NULL: not read */
			struct coverage *coverage;  /* judged */
			char why[EVENT_TEXT_BYTES]; /* it could not be read */
		} season;
		struct {
			enum alert_stage stage;
			struct alert alert;
		} alert;
		struct {
			int action; /* enum action */
			int argument;
			char *text; /* owned; typed text, or NULL */
		} action;
		struct {
			bool queued;   /* false: taken out */
			date_t *dates; /* owned */
			size_t count;
			enum queue_reach reach;
			/* They start in this order, the first `first_count` before all else; else
			 * in that of the pipeline, behind those. */
			bool is_planned;
			size_t first_count;
		} queue;
		struct {
			int workers;
			bool auto_launch;
			bool all_paused;
			bool read_only;
			bool paced;	  /* every date is slowed down */
			int paused_table; /* the table whose pause changed, or -1 */
			bool table_paused;
		} control;
		struct {
			int width, height;
		} size;
	};
};

/* It took its time and has something to show: its duration says how long such a date takes. */
static inline bool cell_attempt_worked(const struct cell_attempt *attempt)
{
	return attempt->state == ATTEMPT_SUCCEEDED && attempt->duration_ms >= 0 &&
	       attempt->rows != 0;
}

/* Frees what the event owns and zeroes it. */
void event_release(struct event *event);

#endif

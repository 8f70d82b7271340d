/*
 * log_reader: what the log of a backfill says, as facts.
 *
 * Order of calls: log_reader_new, log_reader_add with the bytes of the log from its first one, in
 * any pieces, log_reader_end when the process is gone (or the file is known to be complete). Facts
 * come through the listener, in the order of the lines that say them; the same bytes give the same
 * facts however they are cut. One thread at a time; no I/O; memory does not grow with the log.
 *
 * How lines are understood (source: the scripts' own output, described beside log_rules.tsv):
 * - a line is "LEVEL:logger:message" or "time - [logger - ]LEVEL - message"; anything else
 *   continues the record before it and shares its severity unless a rule says more;
 * - verdicts count only from logger __main__ and belong to a date, never to the i of "i/N";
 * - an outcome is decided by the verdict line together with what was seen since the date began:
 *   "success" without a load line of at least one row is LOG_EMPTY, and after a failed save it is
 *   LOG_FAILED;
 * - of the four to six ERROR lines of one failed date the first cause is the reason;
 * - a process that ends within a date leaves it interrupted, or suspect when the date was being
 *   deleted and loaded.
 * With dates in parallel the load lines do not say whose they are: one is given to the verdict with
 * the same count, and a success that finds none is LOG_UNKNOWN.
 */
#ifndef BACKCOURT_JOBS_LOG_READER_H
#define BACKCOURT_JOBS_LOG_READER_H

#include "base/date.h"
#include "line_splitter.h"
#include "log_matcher.h"

#define LOG_REASON_BYTES       256
#define LOG_CATEGORY_BYTES     64
#define LOG_PARALLEL_DATES_MAX 64   /* open at once; a further one ends the oldest as unknown */
#define LOG_ESCAPED_BYTES_MAX  1024 /* of a message with \u2713 instead of its mark */

/* X(id, word, meaning) */
#define LOG_OUTCOME_LIST(X)                                                \
	X(OK, "ok", "rows are in the table")                               \
	X(EMPTY, "empty", "the script says success; no row was loaded")    \
	X(FAILED, "failed", "the script says so, or its save failed")      \
	X(SKIPPED, "skipped", "bootstrap: left out by rule")               \
	X(DRY_RUN, "dry run", "nothing was to be written")                 \
	X(INTERRUPTED, "interrupted", "the process ended within the date") \
	X(SUSPECT, "suspect", "the process ended between delete and load") \
	X(UNKNOWN, "unknown", "the log does not say")

enum log_outcome {
#define X(id, word, meaning) LOG_OUTCOME_##id,
	LOG_OUTCOME_LIST(X)
#undef X
		LOG_OUTCOME_COUNT
};

const char *log_outcome_word(enum log_outcome outcome);

/* X(id, word) */
#define LOG_STAGE_LIST(X)               \
	X(START, "start")               \
	X(DEPENDENCIES, "dependencies") \
	X(EXTRACT, "extract")           \
	X(COMPLETENESS, "completeness") \
	X(CALCULATE, "calculate")       \
	X(DELETE, "delete")             \
	X(LOAD, "load")                 \
	X(RECORD, "record")

enum log_stage {
#define X(id, word) LOG_STAGE_##id,
	LOG_STAGE_LIST(X)
#undef X
};

const char *log_stage_word(enum log_stage stage);

enum log_run_end {
	LOG_RUN_FINISHED,
	LOG_RUN_WITH_FAILURES, /* its summary came, some dates did not succeed */
	LOG_RUN_ABORTED,       /* no summary */
	LOG_RUN_REFUSED,       /* ended before its first date: arguments, credentials, pre-flight */
};

/* Which fields of struct log_fact a fact fills, besides kind, offset and at_ms. */
enum log_fact_kind {
	LOG_FACT_RUN_BEGAN,  /* range when the line has it */
	LOG_FACT_RANGE,	     /* range */
	LOG_FACT_PLAN,	     /* done = dates to try, total = of how many, or -1; workers */
	LOG_FACT_DRY_RUN,    /* nothing will be written */
	LOG_FACT_RESUMED,    /* date: where it goes on; failed dates before it stay failed */
	LOG_FACT_CHECKPOINT, /* text = path */
	LOG_FACT_REFUSED,    /* text, category */
	LOG_FACT_DATE_BEGAN, /* date */
	LOG_FACT_STAGE,	     /* date, stage */
	LOG_FACT_PROGRESS,   /* date, text = entity, done, total */
	LOG_FACT_WINDOW,     /* date, is_window_open */
	LOG_FACT_ROWS,	     /* date, rows so far */
	LOG_FACT_DATE_ENDED, /* date, outcome, category, text, rows, entities, failures,
				began_offset, started_ms, seconds_ms, is_window_open */
	LOG_FACT_PROBLEM,    /* date, severity, category, text: not to be overlooked, whatever the
				verdict will be */
	LOG_FACT_FAILURES,   /* date, category, done = entities, is_expected */
	LOG_FACT_LISTED,     /* date: in the script's own list of failed dates */
	LOG_FACT_SUMMARY,    /* the run came to its end by itself */
	LOG_FACT_RUN_ENDED,  /* run_end, text, category, counts */
};

struct log_counts {
	int64_t outcomes[LOG_OUTCOME_COUNT];	    /* dates of this run, as judged here */
	int64_t said_ok, said_skipped, said_failed; /* by its summary; -1: not said */
};

struct log_fact {
	enum log_fact_kind kind;
	int64_t offset; /* of the line that says it; -1: none does */
	int64_t at_ms;	/* wall clock, where the line has its time; else -1 */
	date_t date;	/* DATE_NONE: not known (dates in parallel) */
	struct date_range range;
	int64_t done, total;
	int workers;
	enum log_stage stage;
	enum log_severity severity;
	bool is_window_open;
	bool is_expected;
	enum log_outcome outcome;
	enum log_run_end run_end;
	const char *category; /* "" = none */
	const char *text;     /* "" = none; both are valid until the listener returns */
	int64_t rows;	      /* -1: not known */
	int64_t entities;     /* computed, not written; -1: not said */
	int64_t failures;     /* entities without a row; -1: not said */
	int64_t began_offset; /* of the date; -1: in a file that is gone */
	int64_t started_ms;   /* as the log says; -1: it does not */
	int64_t seconds_ms;   /* the one duration in the log that does not add up; -1: not said */
	const struct log_counts *counts;
};

struct log_line {
	const struct line *line;
	enum log_severity severity;
	const struct log_rule *rule; /* the first that matched, or NULL */
	size_t message_start;	     /* in line->text: behind the prefix */
	bool is_continuation;	     /* of the record before it */
	bool is_hidden;		     /* noise */
};

struct log_listener {
	void *context;
	void (*fact)(void *context, const struct log_fact *fact);
	void (*line)(void *context, const struct log_line *line); /* may be NULL */
};

struct log_reader;

/* Rules and listener must outlive it. */
struct log_reader *log_reader_new(
	const struct log_rules *rules, const struct log_listener *listener);
/* Shares the working memory of a matcher (1 MiB once it has seen some lines) with other readers of
 * the same thread. The matcher must outlive it. */
struct log_reader *log_reader_new_with(
	struct log_matcher *matcher, const struct log_listener *listener);
void log_reader_free(struct log_reader *reader);

/* Before the first byte: it is the one at `offset` of the file (a window into a log; what a verdict
 * there belongs to is not known). */
void log_reader_begin_at(struct log_reader *reader, int64_t offset);
void log_reader_add(struct log_reader *reader, const char *bytes, size_t length);
/* The file was truncated or replaced: the next byte is its first. The run may go on in it, so that
 * an open date stays open. */
void log_reader_restart(struct log_reader *reader);
/* Nothing more will come: judges what is open and tells how the run ended. */
void log_reader_end(struct log_reader *reader);

/* True within the delete-load window of any date: not the moment to stop the process. */
bool log_reader_is_in_window(const struct log_reader *reader);

#endif

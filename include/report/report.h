/*
 * report: the hand-off: what runs, what is there, what is missing and why, and what to do next, as
 * Markdown for the next person, from real state alone.
 *
 * Order of calls: report_gather (reads warehouse, ledger, run folders and /proc; blocks, so not on
 * the UI thread), report_say and the others in any order (pure), report_release. The sections are
 * those that people wrote by hand at the end of a session. No sentence is invented: what no witness
 * says is called unknown.
 */
#ifndef BACKCOURT_REPORT_H
#define BACKCOURT_REPORT_H

#include "base/lock.h"
#include "coverage/causes.h"
#include "coverage/plan.h"
#include "ledger/ledger.h"

#define REPORT_RUN_FOLDERS_MAX 200 /* the newest that are looked at */

struct report_request {
	const struct pipeline *pipeline; /* lent, as the texts; outlive the report */
	const char *warehouse;		 /* spec */
	const char *state_folder;
	struct date_range range;
	bool recount; /* count the tables, trust no receipt */
	int64_t now_ms;
};

enum report_run_kind {
	REPORT_NATIVE,	/* of the ledger, in the process that owns the state folder */
	REPORT_COMMAND, /* of a run folder */
	REPORT_BY_HAND, /* found in /proc, started outside */
};

/* Something that runs. */
struct report_run {
	enum report_run_kind kind;
	size_t table;
	struct date_range range; /* empty: unknown */
	int64_t started_ms;	 /* 0 unknown */
	long pid;		 /* 0 unknown */
	char *log;		 /* owned; NULL: none is known */
	const char *state;	 /* "running" ... */
};

struct report {
	struct report_request request;
	struct calendar *calendar;
	struct coverage *coverage;
	struct calendar *goal_calendar;
	struct coverage *goal; /* of the pipeline's goal; NULL: it has none */
	struct causes causes;
	struct plan plan;
	struct eta_speed speeds[PIPELINE_TABLES_MAX];
	struct report_run *runs; /* that run now */
	size_t run_count, run_capacity;
	struct ledger_runs newest; /* of each table that ever ran here, the newest that has ended */
	struct ledger_excuses excuses; /* that hold or held in the range */
	bool is_owned;
	char holder[LOCK_HOLDER_BYTES]; /* of the state folder */
	struct buffer unknown;		/* what could not be asked, a line each */
	bool is_partial;		/* the warehouse or the ledger could not be read */
};

/* What cannot be read is unknown, and told. */
void report_gather(const struct report_request *request, struct report *report);
void report_release(struct report *report);

/* The whole hand-off as Markdown. */
void report_say(const struct report *report, struct buffer *into);

/* Pieces of it, on one line each: what `handoff --json` says too. */
void report_say_status(const struct report *report, struct buffer *into);
void report_say_priority(const struct report *report, struct buffer *into);
void report_say_goal(const struct report *report, struct buffer *into);
/* What a step of the plan takes, for a shell. */
void report_say_command(
	const struct report *report, const struct plan_step *step, struct buffer *into);
const char *report_kind_word(enum report_run_kind kind);

/*
 * Gathers and writes it to `path`; NULL: to handoff_DATE.md in the current folder, or in the state
 * folder where that cannot be written, and never over an earlier one. *written is the path (free);
 * *is_partial as in struct report.
 */
bool report_write(const struct report_request *request, const char *path, char **written,
	bool *is_partial, struct error *err);

#endif

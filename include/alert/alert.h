/*
 * alert: what a person should know while jobs run, and how it reaches them.
 *
 * The kinds are one list, from which options, help and the README's table come. `struct alerts`
 * holds the rules: facts (events, after model_apply) and the time go in, alerts come out. It does
 * no I/O, reads no clock and never pauses, stops or delays work. Order of calls: alerts_new,
 * alerts_note after each event, alerts_next when something was noted or alerts_due_ms has come,
 * alerts_free. UI thread.
 *
 * An alert of a table and kind that was told less than ALERT_AGAIN_MS ago is not told again: it is
 * counted, and told with its count (`times`) when that time is over.
 *
 * An alert becomes an EVENT_ALERT of the stage ALERT_RAISED: the model shows it, and each way out
 * (screen, bell, hook) that serves its severity delivers it. A way that may block does so on a
 * worker and answers with ALERT_DELIVERED; its failure is said once. Adding a way: what it needs in
 * struct alert_ways, a `case` in core/engine/engine_alerts.c where it may block, in tui/console.c
 * where it writes to the terminal.
 */
#ifndef BACKCOURT_ALERT_H
#define BACKCOURT_ALERT_H

#include "base/date.h"
#include "base/error.h"
#include "base/severity.h"
#include "base/text.h"

#define ALERT_TEXT_BYTES      160
#define ALERT_LINES_MAX	      3 /* of the log, that matter */
#define ALERT_LINE_BYTES      160
#define ALERT_AGAIN_MS	      (10LL * 60 * 1000)
#define ALERT_SLOW_FACTOR     3		    /* times the median */
#define ALERT_SLOW_FLOOR_MS   (10LL * 1000) /* a shorter date is never slow */
#define ALERT_DONE_FLOOR_MS   (60LL * 1000) /* the end of a shorter run is no news */
#define ALERT_HOOK_TIMEOUT_MS 10000	    /* then the hook is killed */
#define ALERT_WAITING_MAX     100 /* that wait for a way out; the oldest are dropped, and said */
#define ALERT_RETRIES_MAX     5	  /* of an alert, by a way that may work later */

/* X(id, name, severity, help) */
#define ALERT_LIST(X)                                                                             \
	X(SILENT, "silent", ERROR,                                                                \
		"no output for the job's silent_after; amber on the screen at half of it")        \
	X(SLOW, "slow", WARNING,                                                                  \
		"a date takes more than slow-factor times the median of its table")               \
	X(SAME_ERROR, "same-error", ERROR,                                                        \
		"failures_in_row dates failed for the same reason: the table stops; three lines " \
		"tell why")                                                                       \
	X(EMPTY, "empty-success", ERROR, "success was reported for an expected date, and no row") \
	X(THIN, "thin", WARNING, "fewer rows were reported than the table's rule wants")          \
	X(OVERLAP, "overlap", ERROR, "another process writes a table that is being written here") \
	X(FAILED, "failed", ERROR, "a run ended, and dates of it failed or it broke off")         \
	X(DONE, "done", INFO, "a run of a minute and more ended, and all its dates are done")     \
	X(RECOVERED, "recovered", INFO,                                                           \
		"what was told is over: a silent table prints again, a failed one is done")       \
	X(TEST, "test", INFO, "somebody asked whether alerts arrive (`backcourt alerts test`)")

enum alert_kind {
#define X(id, name, severity, help) ALERT_##id,
	ALERT_LIST(X)
#undef X
		ALERT_KIND_COUNT
};

struct alert {
	enum alert_kind kind;
	size_t table;
	date_t date;  /* DATE_NONE: of no date */
	uint32_t run; /* the newest of the table, as this console counts them; 0: there was none */
	int64_t at_ms;
	int times; /* 1, or how often it was true since it was told the last time */
	char text[ALERT_TEXT_BYTES]; /* a sentence that begins with the table's short name */
	char lines[ALERT_LINES_MAX][ALERT_LINE_BYTES]; /* "" = none */
};

struct alert_row {
	const char *name;
	enum severity severity;
	const char *help;
};
const struct alert_row *alert_row(enum alert_kind kind);

struct alert_settings {
	uint32_t off;	 /* a bit for each kind that is not told */
	int slow_factor; /* 0 = ALERT_SLOW_FACTOR */
};
/* "silent,thin": names with commas; NULL is none. ERROR_USAGE names what it does not know. */
bool alert_settings_parse_off(const char *names, struct alert_settings *into, struct error *err);

/*
 * When an alert goes out: no two begin within gap_ms of the end of another, and one that did not
 * get out by a way that may work later is tried again so long after each try in vain. What the
 * other side says (Retry-After) is a lower bound; what would begin later than total_ms after the
 * first try is given up.
 */
struct alert_schedule {
	int64_t waits_ms[ALERT_RETRIES_MAX];
	int64_t total_ms;
	int64_t gap_ms;
	int64_t patience_ms; /* whoever ends waits for tries that come so soon after the first */
};
extern const struct alert_schedule alert_schedule_default;
/* Pure. When it is tried again after so many tries in vain (0: it was its turn at first_ms, and the
 * other side wants peace), -1: never; times of any one clock. retry_after_ms is -1 where the other
 * side has not said. */
int64_t alert_next_try_ms(const struct alert_schedule *schedule, int tries, int64_t first_ms,
	int64_t now_ms, int64_t retry_after_ms);

struct alerts;
struct model;
struct event;

struct alerts *alerts_new(size_t table_count, const struct alert_settings *settings);
void alerts_free(struct alerts *alerts);
void alerts_change(struct alerts *alerts, const struct alert_settings *settings);
void alerts_note(struct alerts *alerts, const struct model *model, const struct event *event);
/* Wall clock: when alerts_next may have news without another event; INT64_MAX: never. */
int64_t alerts_due_ms(const struct alerts *alerts, const struct model *model);
bool alerts_next(
	struct alerts *alerts, const struct model *model, int64_t now_ms, struct alert *alert);

/*
 * The hook: a program with arguments (words between blanks, no shell), started once for each alert
 * with these variables besides ours. Its output goes nowhere.
 *
 *   BACKCOURT_ALERT_KIND      silent, slow ...      BACKCOURT_ALERT_SEVERITY  error, warning
 *   BACKCOURT_ALERT_PIPELINE                        BACKCOURT_ALERT_TABLE
 *   BACKCOURT_ALERT_DATE      2021-11-16, or empty  BACKCOURT_ALERT_AT        RFC 3339
 *   BACKCOURT_ALERT_TIMES     1 ...                 BACKCOURT_ALERT_TEXT      the sentence
 *   BACKCOURT_ALERT_LINES     lines of the log, with newlines between
 *
 * alert_hook_run blocks up to `limit_ms` (ALERT_HOOK_TIMEOUT_MS; a test has less time): on a
 * worker. False: it could not be started, took too long (it is killed, with all that it started:
 * jobs/process_tree.h) or did not end with 0. What it leaves behind when it ends in time is its
 * own.
 */
struct alert_call {
	const char *command, *pipeline, *table;
	const struct alert *alert;
	int limit_ms;
};
bool alert_hook_run(const struct alert_call *call, struct error *err);

#endif

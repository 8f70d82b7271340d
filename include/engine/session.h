/*
 * session: one opened state folder and pipeline, as the console and `run` need them.
 *
 * session_open loads the pipeline, finds the folders, takes the writer lock (or says who has it),
 * and chooses the range: --range (the span of what it selects), else the last one used, else the
 * pipeline's where the schedule reaches it, else the newest season of the schedule. It reads the
 * warehouse (some milliseconds): call it before the screen opens. It sets the budget of BigQuery
 * for the process (warehouse/budget.h), and with --read-only the warehouse's spec is the one that
 * cannot write. UI thread.
 */
#ifndef BACKCOURT_SESSION_H
#define BACKCOURT_SESSION_H

#include "base/lock.h"
#include "config.h"
#include "engine/engine.h"

struct cancel;

struct session {
	const struct config *config; /* lent */
	struct pipeline *pipeline;
	const struct rules *rules;
	struct alert_settings alerts;
	char *warehouse;    /* spec, as for warehouse_open */
	char *state_folder; /* exists */
	struct date_range range;
	bool range_is_given;   /* by --range: an import does not change it */
	const char *selection; /* lent: --range where it is more than one range (date_set.h) */
	bool has_data;	       /* the warehouse is there and its schedule has games */
	struct lock *lock;     /* NULL when read_only */
	bool has_trouble;      /* session_open_report: the warehouse could not be read */
	bool read_only;	       /* asked for, or somebody else has the lock */
	struct cancel *stop;   /* lent, while it is opened; NULL: nothing ends that */
	char holder[LOCK_HOLDER_BYTES]; /* who; "" when read-only was asked for */
};

/* wants_to_write: a verb or console that may start runs; it becomes read-only when the lock is
 * held (`must_write` makes that an ERROR_BUSY that names the holder). */
bool session_open(const struct config *config, bool wants_to_write, bool must_write,
	struct session *session, struct error *err);
/* The same, must_write; CANCEL_NOW ends what takes time in it (ERROR_CANCELLED): a warehouse behind
 * a network may be asked for minutes. */
bool session_open_stoppable(const struct config *config, struct cancel *stop,
	struct session *session, struct error *err);
/* For a report: reads only, and a warehouse that cannot be read is told in the session. The range
 * is then --range, the last one used, or the pipeline's. */
bool session_open_report(const struct config *config, struct session *session, struct error *err);
/* A read-only session that was not asked to be one: its folder may be free by now. */
bool session_own(struct session *session);
void session_close(struct session *session);

/* What engine_new wants; points into the session. */
struct engine_options session_engine_options(const struct session *session);

/* The range that a warehouse with this schedule opens on; `last` (may be empty) is the last used.
 */
struct date_range session_choose_range(
	const struct pipeline *pipeline, const struct calendar *calendar, struct date_range last);

/* Whether --range could select that; it reads no warehouse. */
bool session_check_range(const struct pipeline *pipeline, const char *text, struct error *err);

/* Remembers the range for the next start (a small file in the state folder). */
bool session_remember_range(const char *state_folder, struct date_range range, struct error *err);
bool session_recall_range(const char *state_folder, struct date_range *range);

#endif

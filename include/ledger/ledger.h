/*
 * ledger: what was run, and how it ended, in one SQLite file of the state folder (ledger.db).
 *
 * Order of calls: ledger_open, any of the others, ledger_close. A `struct ledger` is one connection
 * and serves one thread at a time: open one per worker. Every call may block while another
 * connection writes: LEDGER_BUSY_MS at most, and after a write that waited in vain only
 * LEDGER_BUSY_AGAIN_MS until one succeeds, so that a file that somebody holds does not hold the
 * jobs. Only the owner of the state folder (base/lock.h) opens it with LEDGER_WRITE and calls
 * ledger_reconcile, once, before it starts anything. One exception: whoever excuses cells may write
 * beside an owner, to a ledger that needs not be brought up to date.
 *
 * Every write is one transaction: a call that returned true survives the death of the process. The
 * ledger is a witness, not the truth: what a table holds is said by the receipts of the warehouse.
 * Times are wall-clock milliseconds, given by the caller; 0 = not yet.
 *
 * A file of an older version is copied to ledger.db.v<N>.bak before it is brought up to date; one
 * of a newer version, of another program or a damaged one is refused and left alone.
 */
#ifndef BACKCOURT_LEDGER_LEDGER_H
#define BACKCOURT_LEDGER_LEDGER_H

#include "base/date_set.h"
#include "base/error.h"
#include "base/run_outcome.h"

#include <stddef.h>
#include <stdint.h>

#define LEDGER_RUN_BYTES     40
#define LEDGER_BUSY_MS	     10000
#define LEDGER_BUSY_AGAIN_MS 250
#define LEDGER_NAME_BYTES    64
#define LEDGER_REASON_BYTES  256    /* a longer reason is cut */
#define LEDGER_PATH_BYTES    1024   /* of a log; below the state folder */
#define LEDGER_TEXT_BYTES    512    /* of an event; longer is cut */
#define LEDGER_EVENTS_MAX    100000 /* kept; the oldest go when the ledger is opened to write */
#define LEDGER_LIST_MAX	     10000  /* runs or events in one answer */
#define LEDGER_EXCUSE_BYTES  120    /* why a cell is excused; longer is refused */
#define LEDGER_EXCUSES_MAX   100000 /* cells; more are refused */

struct ledger;

enum ledger_mode {
	LEDGER_READ,  /* must exist */
	LEDGER_WRITE, /* made, with its folder, when it does not exist */
};

bool ledger_open(
	const char *folder, enum ledger_mode mode, struct ledger **opened, struct error *err);
void ledger_close(struct ledger *ledger);
/* Whether the folder has a ledger: without one nothing was run there. */
bool ledger_exists(const char *folder);

/* Categories with a meaning of their own: a killed date whose end nobody saw, a failed one that
 * took too long. */
#define LEDGER_CATEGORY_LOST	"LOST"
#define LEDGER_CATEGORY_TIMEOUT "TIMEOUT"

struct ledger_run {
	char id[LEDGER_RUN_BYTES];
	char table[LEDGER_NAME_BYTES];
	char executor[16]; /* "native", "command" */
	struct date_range range;
	int64_t planned; /* dates */
	int64_t started_ms, ended_ms;
	enum run_outcome outcome;
	int64_t done, failed, left;
	char log_path[LEDGER_PATH_BYTES];
};

/* Uses all but the end: a new run is running. An id that is there already is an error. */
bool ledger_run_begin(struct ledger *ledger, const struct ledger_run *run, struct error *err);
/* Uses id, outcome (not RUN_GOES_ON), ended_ms, done, failed, left. An unknown id is an error.
 * Dates of the run that are still running become killed. */
bool ledger_run_end(struct ledger *ledger, const struct ledger_run *run, struct error *err);

enum ledger_state {
	LEDGER_DATE_RUNNING,
	LEDGER_DATE_SUCCEEDED,
	LEDGER_DATE_FAILED,
	LEDGER_DATE_KILLED,
	LEDGER_DATE_SUSPECT, /* cut inside a delete-load window */
};

const char *ledger_state_word(enum ledger_state state);

/* One date tried by one run. */
struct ledger_attempt {
	char run[LEDGER_RUN_BYTES];
	char table[LEDGER_NAME_BYTES];
	date_t date;
	enum ledger_state state;
	char category[LEDGER_NAME_BYTES]; /* PROCESSING_ERROR ...; "" without failure */
	char reason[LEDGER_REASON_BYTES];
	int64_t rows; /* -1: unknown */
	int64_t started_ms, ended_ms;
	int64_t log_offset; /* bytes into the run's log where the date begins; -1: unknown */
};

/* Records the attempt as it stands; a second call for the same run and date replaces the first
 * (begin: LEDGER_DATE_RUNNING; end: any other state). An unknown run is an error. */
bool ledger_record(struct ledger *ledger, const struct ledger_attempt *attempt, struct error *err);

struct ledger_attempts {
	struct ledger_attempt *items; /* by table name, then date; free() */
	size_t count, capacity;
};
/* The newest attempt of every table and date in the range, one query. */
bool ledger_newest_attempts(struct ledger *ledger, struct date_range range,
	struct ledger_attempts *attempts, struct error *err);

/* Every attempt in the range, newest first, at most `limit` (and LEDGER_LIST_MAX); of one table, or
 * of all (NULL). */
bool ledger_all_attempts(struct ledger *ledger, const char *table, struct date_range range,
	size_t limit, struct ledger_attempts *attempts, struct error *err);
/* The run of that id; *found says whether there is one. */
bool ledger_find_run(struct ledger *ledger, const char *id, struct ledger_run *run, bool *found,
	struct error *err);

struct ledger_runs {
	struct ledger_run *items; /* newest first; free() */
	size_t count, capacity;
};
/* At most `limit` (and LEDGER_LIST_MAX) runs; of one table, or of all (NULL). */
bool ledger_newest_runs(struct ledger *ledger, const char *table, size_t limit,
	struct ledger_runs *runs, struct error *err);

/* A receipt of the warehouse, as much of it as the ledger understands. */
struct ledger_proof {
	const char *run, *table;
	date_t date;
	int64_t rows;
	int64_t at_ms;
};

struct ledger_reconciled {
	int64_t runs;	/* were running and are lost now */
	int64_t proved; /* dates of theirs that a receipt shows as done */
	int64_t killed; /* dates of theirs that were running and have no receipt */
};

/*
 * Of native runs (a command run may still live: jobs/run_adopt.h settles those).
 *
 * Runs that a dead console left running become lost, never succeeded, whatever their receipts say;
 * of their dates, those with a receipt of that very run are succeeded, those in hand are killed.
 * The run's done, failed and left are counted from its dates.
 */
bool ledger_reconcile(struct ledger *ledger, const struct ledger_proof *proofs, size_t count,
	int64_t now_ms, struct ledger_reconciled *result, struct error *err);

/* Kinds of events with a meaning of their own: who started the run (the text says it), and who
 * wrote a hand-off. */
#define LEDGER_EVENT_STARTED "started"
#define LEDGER_EVENT_HANDOFF "handoff"

/* The audit trail: what the operator and the console did. */
struct ledger_event {
	int64_t number; /* given by the ledger */
	int64_t at_ms;
	char severity; /* 'I', 'W' or 'E' */
	char kind[LEDGER_NAME_BYTES];
	char table[LEDGER_NAME_BYTES]; /* "" = none */
	date_t date;		       /* DATE_NONE = none */
	char run[LEDGER_RUN_BYTES];    /* "" = none */
	char text[LEDGER_TEXT_BYTES];
};

struct ledger_events {
	struct ledger_event *items; /* newest first; free() */
	size_t count, capacity;
};

bool ledger_add_event(struct ledger *ledger, const struct ledger_event *event, struct error *err);
bool ledger_newest_events(
	struct ledger *ledger, size_t limit, struct ledger_events *events, struct error *err);

/* Nothing is to be expected of a cell: why, who said so, and when. */
struct ledger_excuse {
	char table[LEDGER_NAME_BYTES];
	date_t date;
	date_t until; /* the last day on which it holds; DATE_NONE: for good */
	char reason[LEDGER_EXCUSE_BYTES];
	char author[LEDGER_NAME_BYTES]; /* "naji@host" */
	int64_t made_ms;
};

/* Excuses the dates of one table, all or none; `date` is not used. A second excuse of a cell
 * replaces the first. An event remembers it. */
bool ledger_excuse(struct ledger *ledger, const struct ledger_excuse *excuse,
	const struct date_set *dates, struct error *err);
/* Takes excuses back; uses table, author and made_ms. *taken is how many there were. */
bool ledger_take_back(struct ledger *ledger, const struct ledger_excuse *excuse,
	const struct date_set *dates, int64_t *taken, struct error *err);

struct ledger_excuses {
	struct ledger_excuse *items; /* by table name, then date; free() */
	size_t count, capacity;
};
/* Those that no longer hold, too. */
bool ledger_read_excuses(struct ledger *ledger, struct date_range range,
	struct ledger_excuses *excuses, struct error *err);

#endif

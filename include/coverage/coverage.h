/*
 * coverage: the cells (table x date), their evidence, and the verdict on each.
 *
 * Pure: evidence in, verdict out, no clock, no I/O. Order of calls: coverage_new for a range; the
 * coverage_set_* calls put evidence in (any order, any number of times); coverage_judge then gives
 * every cell exactly one verdict and one reason, in dependency order. After few changes
 * coverage_judge_changes does the same in a fraction of the time. One thread at a time.
 *
 * Unknown decides only where the witness that decides could not be asked: an off day needs no
 * warehouse, a running cell no count.
 *
 * The vocabulary below is the only one: letters, words, roles and legends are generated from it.
 */
#ifndef BACKCOURT_COVERAGE_COVERAGE_H
#define BACKCOURT_COVERAGE_COVERAGE_H

#include "calendar/calendar.h"
#include "pipeline/pipeline.h"
#include "warehouse/receipt.h"

/*   id           letter  word           gap?   meaning */
#define VERDICT_LIST(X)                                                                           \
	X(UNKNOWN, '_', "unknown", false, "not checked yet, or a witness could not be asked")     \
	X(EXCUSED, '-', "excused", false, "not expected: somebody said so")                       \
	X(OFF, '.', "off", false, "no games: nothing expected")                                   \
	X(BOOTSTRAP, 'b', "bootstrap", false, "too early in the season: nothing expected")        \
	X(EXPIRED, 'e', "expired", false, "removed by retention")                                 \
	X(RUNNING, '>', "running", false, "being computed now")                                   \
	X(QUEUED, ':', "queued", false, "waits for a worker")                                     \
	X(SUSPECT, 's', "suspect", true, "interrupted while it was written")                      \
	X(DUPLICATE, 'd', "duplicate", true, "more rows than keys, or more than the rule allows") \
	X(FAILED, '!', "failed", true, "the newest attempt failed")                               \
	X(KILLED, 'k', "killed", true, "stopped before it was written")                           \
	X(EMPTY, '0', "empty", true, "ran and reported success, but there are no rows")           \
	X(THIN, '?', "thin", true, "finished with fewer rows than the rule allows")               \
	X(STALE, '~', "stale", true, "an upstream is newer, or was missing or thin")              \
	X(COMPLETE, '#', "complete", false, "the rows pass the rule and are fresh")               \
	X(BLOCKED, 'x', "blocked", true, "an upstream or guard is not complete")                  \
	X(READY, 'o', "ready", true, "never ran; every upstream and guard is complete")           \
	X(PARTIAL, '1', "partial", false,                                                         \
		"tenths of the expected rows, while running or zoomed out")

enum verdict {
#define X(id, letter, word, gap, meaning) VERDICT_##id,
	VERDICT_LIST(X)
#undef X
		VERDICT_COUNT,
} __attribute__((packed));

/* A bit per verdict: loops over all cells ask for them. */
enum {
	VERDICT_GAPS = 0
#define X(id, letter, word, gap, meaning) | (gap) << VERDICT_##id
	VERDICT_LIST(X)
#undef X
};

static inline bool verdict_is_gap(enum verdict verdict)
{
	return VERDICT_GAPS >> verdict & 1;
}

/* Stable, scriptable (design: coverage, Reason codes). */
/* clang-format off */
#define REASON_LIST(X) \
	X(NONE) \
	X(NEVER_RUN) \
	X(QUEUED) \
	X(RUNNING) \
	X(FAILED) \
	X(KILLED) \
	X(TIMEOUT) \
	X(LOST) \
	X(BLOCKED_UPSTREAM_MISSING) \
	X(BLOCKED_UPSTREAM_THIN) \
	X(BLOCKED_UPSTREAM_STALE) \
	X(BLOCKED_UPSTREAM_FAILED) \
	X(BLOCKED_UPSTREAM_RUNNING) \
	X(BLOCKED_GUARD) \
	X(BLOCKED_LOOKBACK) \
	X(BLOCKED_JOB_MINIMUM) \
	X(THIN_ROWS) \
	X(THICK_ROWS) \
	X(NULL_CRITICAL) \
	X(EMPTY_SUCCESS) \
	X(DUPLICATE_ROWS) \
	X(STALE_UPSTREAM_NEWER) \
	X(STALE_COMPUTED_ON_THIN) \
	X(INTERRUPTED_IN_WRITE) \
	X(EXPIRED_RETENTION) \
	X(NOT_EXPECTED_OFF_DAY) \
	X(BOOTSTRAP) \
	X(EXCUSED) \
	X(WITNESS_UNAVAILABLE) \
	X(LEDGER_DISAGREES) \
	X(COMPLETE)
/* clang-format on */

enum reason {
#define X(id) REASON_##id,
	REASON_LIST(X)
#undef X
		REASON_COUNT,
} __attribute__((packed));

char verdict_letter(enum verdict verdict);
const char *verdict_word(enum verdict verdict);
const char *verdict_meaning(enum verdict verdict);
const char *reason_word(enum reason reason); /* "BLOCKED_GUARD" */

/* How the newest attempt on a cell stands, from the running jobs and the ledger. */
enum attempt_state {
	ATTEMPT_NONE,
	ATTEMPT_QUEUED,
	ATTEMPT_RUNNING,
	ATTEMPT_SUCCEEDED,
	ATTEMPT_FAILED,
	ATTEMPT_KILLED,
	ATTEMPT_SUSPECT,   /* cut inside the delete-load window */
	ATTEMPT_TIMED_OUT, /* failed: it took longer than it may */
	ATTEMPT_LOST,	   /* killed: nobody saw its end */
} __attribute__((packed));

#define ATTEMPT_WORDS_BYTES 200 /* longer words are cut */

/* What decides fills the first cache line of two: verdicts on 200 tables x 10 seasons are bound by
 * memory. */
struct cell {
	/* evidence */
	int64_t rows;
	int64_t distinct_keys; /* -1: not counted */
	int64_t sequence;      /* of the receipt */
	int64_t written_ms;    /* wall clock; 0 unknown */
	bool rows_known;
	bool has_receipt;
	/* A write has begun after the receipt, and nobody has said how it ended. Of sequence 0: it
	 * was announced, and came if there are rows; distinct_keys -1: nobody has counted. */
	bool is_open;
	/* Its rows are known by an overview alone: keys and NULLs, which could be, are not counted.
	 */
	bool is_uncounted;
	enum attempt_state attempt;
	/* judged */
	bool passes; /* the rows are what the rule allows, NULLs included */
	bool fresh;  /* passes, and was computed from the upstream cells as they are now */
	enum expected_day expects;
	enum verdict verdict;
	enum reason reason;
	int16_t because;     /* table index that blocks or makes stale, -1 none */
	int16_t null_column; /* of `critical`: that with the most NULLs above its ratio; -1 none */
	int64_t expected_min, expected_max; /* -1 unknown */
	int64_t expected;
	/* evidence */
	int64_t attempt_ms; /* when it ended */
	int64_t proved_ms;  /* when a receipt last said that the rows are right; 0 unknown */
	int64_t checked_ms;
	const char *attempt_words; /* category and short reason of a failure; never NULL; lives as
				      long as the coverage */
	int done, total;	   /* inside the date, while running; total 0 = unknown */
} __attribute__((aligned(64)));

struct coverage {
	const struct pipeline *pipeline; /* lent */
	const struct calendar *calendar; /* lent; coverage_set_calendar replaces it */
	struct date_range range;
	int32_t days;
	struct cell *cells;		/* table_count x days, by table then day */
	struct coverage_memory *memory; /* for the files of core/coverage */
};

struct coverage *coverage_new(
	const struct pipeline *pipeline, const struct calendar *calendar, struct date_range range);
void coverage_free(struct coverage *coverage);
/* Takes over the evidence of the dates that both have, excuses and retention included. */
void coverage_keep(struct coverage *coverage, const struct coverage *from);
struct cell *coverage_cell(
	const struct coverage *coverage, size_t table, date_t date); /* NULL outside */

/* The verdict alone, from a table of bytes: for loops over many cells. UNKNOWN outside the range
 * and before coverage_judge. */
enum verdict coverage_verdict(const struct coverage *coverage, size_t table, date_t date);
/* The same of dates of a table, each as one byte. */
void coverage_verdicts(
	const struct coverage *coverage, size_t table, struct date_range dates, uint8_t *verdicts);

/* All receipts of the range as one fact: cells without a receipt are then known to have none (0
 * rows). */
void coverage_set_receipts(
	struct coverage *coverage, const struct receipts *receipts, int64_t checked_ms);
/* One new receipt (a date was just written). */
void coverage_set_receipt(
	struct coverage *coverage, const struct receipt *receipt, int64_t checked_ms);
/*
 * What a script said of its own write: the rows of its load lines, the only witness of a table that
 * no receipt tells of. It stays until the next report; rows of -1 take it back.
 */
void coverage_set_reported(
	struct coverage *coverage, size_t table, date_t date, int64_t rows, int64_t at_ms);
/* A recount of the tables with the NULLs of all critical columns of the pipeline, in order (or of
 * none of any table); beats receipts until the next receipt. A table of a command job of which not
 * one row is found is not in this warehouse: what its scripts reported stays. */
void coverage_set_counts(struct coverage *coverage, const struct day_counts *counts,
	const size_t *table_of_layout, size_t layout_count, int64_t checked_ms);
/*
 * An overview (warehouse_overview): a cell whose receipt it bears out stays as it is; of others the
 * rows are taken, and where they would pass their verdict is unknown until keys and NULLs are
 * counted. Of a table that is not there, rows that receipts tell of are unknown. A write that is
 * seen OVERVIEW_SLACK_MS after a receipt was not the receipt's.
 */
#define OVERVIEW_SLACK_MS 900000 /* a load waits for its turn; and clocks differ */
void coverage_set_overview(struct coverage *coverage, const struct day_counts *counts,
	const size_t *table_of_layout, size_t layout_count, int64_t checked_ms);
/* A recount of one cell; what was written since stays, and a cell of a command job without a row is
 * left alone, as above. nulls: of each critical column, in order; NULL: not counted. */
void coverage_set_count(struct coverage *coverage, size_t table, const struct day_count *count,
	const int64_t *nulls, int64_t checked_ms);
/* How long the newest attempt of a cell took; 0 unknown. Says nothing about its verdict. */
void coverage_set_spent(struct coverage *coverage, size_t table, date_t date, int64_t spent_ms);
int64_t coverage_spent_ms(const struct coverage *coverage, size_t table, date_t date);
/* The warehouse could not be asked: rows become unknown, the last good values stay with their age.
 */
void coverage_set_unknown(struct coverage *coverage);
void coverage_set_attempt(struct coverage *coverage, size_t table, date_t date,
	enum attempt_state state, const char *words, int64_t at_ms);
void coverage_set_progress(
	struct coverage *coverage, size_t table, date_t date, int done, int total);

#define EXCUSE_WORDS_BYTES 200 /* longer words are cut */

/* Somebody said that nothing is to be expected of a cell: why and who. */
struct excuse {
	size_t table;
	date_t date;
	date_t until;	   /* the last day on which it holds; DATE_NONE: for good */
	const char *words; /* "covid postponement (mk)"; lent while it is set, then copied */
};

/* A second excuse for the same cell replaces the first; words of NULL take it back. */
void coverage_set_excuse(struct coverage *coverage, const struct excuse *excuse);
/* Takes all of them back. */
void coverage_forget_excuses(struct coverage *coverage);
/* What the job's own checkpoint says of a cell: a witness that decides nothing. */
struct checkpoint_note {
	bool is_success;
	const char *words; /* "success", "failed; ..."; lent while it is set, then copied */
	int64_t at_ms;	   /* -1 unknown */
};
void coverage_set_checkpoint(
	struct coverage *coverage, size_t table, date_t date, const struct checkpoint_note *note);
void coverage_forget_checkpoints(struct coverage *coverage, size_t table);
/* NULL where it says nothing; until the next change. */
const struct checkpoint_note *coverage_checkpoint(
	const struct coverage *coverage, size_t table, date_t date);
/* It says success, rows are expected, and they are not there. After coverage_judge. */
bool coverage_checkpoint_is_wrong(const struct coverage *coverage, size_t table, date_t date);
/* The excuse of a cell, whether it still holds or not, or NULL; until the next change. */
const struct excuse *coverage_excuse(const struct coverage *coverage, size_t table, date_t date);
/* Lent; the old one may be freed afterwards. */
void coverage_set_calendar(struct coverage *coverage, const struct calendar *calendar);
/* The day it is, for excuses that end and for the pipeline's retention_days; not set: excuses hold,
 * and everything is kept. */
void coverage_set_today(struct coverage *coverage, date_t today);
/* Retention: the warehouse keeps the table from this date on; DATE_NONE: it keeps everything. The
 * pipeline's retention_days says it again with every coverage_set_today. */
void coverage_set_retention(struct coverage *coverage, size_t table, date_t first_kept);

/*
 * Dates before the range matter to at_least_previous and to history: they are judged with what lies
 * in the range; outside it they count as unknown for expectation and as idle for history.
 */
void coverage_judge(struct coverage *coverage);
/*
 * The same verdicts, but only the cells are judged whose evidence was set since the last time, and
 * what depends on those that came out different: the tables below on that date, later dates whose
 * rule or history looks back on it. Everything after receipts, counts, or a calendar were set.
 */
void coverage_judge_changes(struct coverage *coverage);

/*
 * Judgements have numbers that rise, no two alike in the program: that of the newest one that
 * changed anything of this coverage, and of the newest that left evidence or a verdict of a date
 * different (0: none, or outside the range). What follows from one date's cells alone need not be
 * worked out again while its number stands.
 */
uint64_t coverage_judgement(const struct coverage *coverage);
uint64_t coverage_day_judgement(const struct coverage *coverage, date_t date);

/*
 * The gate (design: coverage, Gate): true when every upstream and guard cell of the date is
 * complete or excused, no table holds fewer rows than the job itself demands, and history does not
 * block. *reason and *because say why not. Never opens on an unknown: one unknown upstream or guard
 * makes the reason WITNESS_UNAVAILABLE, whatever the others are. After coverage_judge.
 */
bool coverage_gate(const struct coverage *coverage, size_t table, date_t date, enum reason *reason,
	int *because);
/* What the gate accepts of an upstream or guard: complete, or nothing is expected of it. */
bool verdict_opens_gate(enum verdict verdict);
/* The dates that a history edge looks back on, cut to the season; may begin before the range. */
struct date_range coverage_history_window(
	const struct coverage *coverage, const struct history_edge *edge, date_t date);

/* What the window of a history edge holds, as far as it lies in the range. After coverage_judge. */
struct past {
	int32_t expected;  /* dates */
	int32_t with_rows; /* dates that have any */
	int32_t unknown;   /* dates that could not be asked */
	int32_t busy;	   /* dates queued or running */
	bool is_cut;	   /* begins before the range: more may lie there */
};

struct past coverage_past(
	const struct coverage *coverage, const struct history_edge *edge, date_t date);

/* Rows in which a critical column (an index in `critical`) is NULL; -1: not counted. */
int64_t coverage_nulls(const struct coverage *coverage, size_t table, date_t date, size_t critical);
/* Some rows are known whose keys or critical columns nobody counted: a recount would tell more. */
bool coverage_lacks_nulls(const struct coverage *coverage);

/* One sentence for a cell: "blocked by upcoming_player_game_context: not built yet". */
void coverage_explain(
	const struct coverage *coverage, size_t table, date_t date, struct buffer *into);

struct table_summary {
	int expected; /* dates that are expected: not excused, not expired */
	int complete;
	int gaps; /* expected cells whose verdict is a gap */
	int by_verdict[VERDICT_COUNT];
	int64_t rows; /* sum over cells whose rows are known */
};

/* Cheap where nothing changed since the last time. After coverage_judge. */
struct table_summary coverage_summary(const struct coverage *coverage, size_t table);
/* Over all tables. */
struct table_summary coverage_total(const struct coverage *coverage);

#endif

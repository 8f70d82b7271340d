/*
 * health: what is wrong with the tables of a warehouse, apart from what is in them.
 *
 * Two steps. warehouse_look gathers facts: each table as it is found, defaults of datasets, the
 * circuit breaker, the run history, quotas used today, the login. health_judge makes findings of
 * them: it is pure, takes the time from the facts, and gives the same list for the same facts.
 * What could not be looked at is a finding of its own: unknown is never healthy.
 *
 * The number of questions does not depend on the range. SQLite: five statements. BigQuery: one
 * request per dataset and per table, then four (the run history, the breakers' two tables, the jobs
 * of today by pages of a thousand, twenty at most), and one query where a breaker's table is there.
 *
 * A finding that has a statement may be repaired by warehouse_repair; nothing is ever changed
 * without that call. Not for the UI thread.
 */
#ifndef BACKCOURT_WAREHOUSE_HEALTH_H
#define BACKCOURT_WAREHOUSE_HEALTH_H

#include "base/error.h"
#include "warehouse/bigquery.h"
#include "warehouse/table.h"

#define HEALTH_TABLES_MAX    256
#define HEALTH_FINDINGS_MAX  2000
#define HEALTH_BREAKERS_MAX  500 /* tables with tripped entities */
#define HEALTH_ID_BYTES	     96
#define HEALTH_TEXT_BYTES    400
#define HEALTH_LOADS_PER_DAY 1500 /* of one table; Google's limit */
#define HEALTH_TOKEN_LOW_MS  300000

struct warehouse;

/* Facts */

enum health_state {
	HEALTH_UNSEEN, /* could not be looked at: the problem says why */
	HEALTH_FOUND,
	HEALTH_ABSENT, /* was looked for, and is not there */
};

struct health_table {
	const struct table_layout *layout; /* as it should be; lent; NULL: the run history */
	enum health_state state;
	struct bigquery_table found; /* SQLite fills name, kind and fields */
	int64_t unhashed_rows;	     /* without data_hash; -1: not counted */
	int64_t loads_today;	     /* -1: not known */
	char problem[HEALTH_TEXT_BYTES];
};

struct health_dataset {
	char *name;
	enum health_state state;
	int64_t partitions_expire_ms; /* what tables made later get; 0: nothing */
	int64_t tables_expire_ms;
	char problem[HEALTH_TEXT_BYTES];
};

/* The tripped entities of one table. */
struct health_breaker {
	char table[2 * TABLE_NAME_BYTES]; /* as the breaker's table calls it */
	bool is_ours;			  /* false: of the users' own jobs */
	int64_t entities;		  /* still locked out */
	int64_t cells;			  /* entity and date */
	date_t first, last;
	int64_t until_ms; /* the last of them is free again; 0: not said */
};

/* A way out of alerts that does not work. */
struct health_way {
	const char *name; /* "webhook"; lent */
	char problem[HEALTH_TEXT_BYTES];
	char help[HEALTH_TEXT_BYTES]; /* what to do */
};

struct health_facts {
	bool is_bigquery;
	bool is_counts; /* a file of counts: there are no tables behind it */
	char *place;	/* project, or file */
	int64_t at_ms;	/* when it was looked at */
	struct health_table *tables;
	size_t table_count;
	struct health_dataset *datasets; /* BigQuery only */
	size_t dataset_count;
	struct health_table run_history; /* BigQuery only */

	enum health_state breaker_state;
	struct health_breaker *breakers;
	size_t breaker_count;
	char breaker_problem[HEALTH_TEXT_BYTES];

	enum health_state quota_state; /* of loads_today and the two below; BigQuery only */
	bool is_quota_partial;	       /* there were more jobs than one answer holds */
	int64_t jobs_today, billed_bytes_today;
	char quota_problem[HEALTH_TEXT_BYTES];

	bool has_token;
	int64_t token_left_ms; /* -1: no token */
	char credential_warning[HEALTH_TEXT_BYTES];
	const struct health_way *ways; /* lent; put in by whoever knows them */
	size_t way_count;

	enum health_state damage_state; /* SQLite only: HEALTH_ABSENT is a sound file */
	char damage[HEALTH_TEXT_BYTES];
};

/* The layouts are lent until health_facts_release. False when nothing could be looked at at all. */
bool warehouse_look(struct warehouse *warehouse, const struct table_layout *const *layouts,
	size_t count, int64_t now_ms, struct health_facts *facts, struct error *err);
void health_facts_release(struct health_facts *facts);

/* Findings */

enum health_severity {
	HEALTH_ERROR,
	HEALTH_WARNING,
	HEALTH_UNKNOWN,
	HEALTH_NOTE,
	HEALTH_SEVERITIES
};

/* X(id, name, what it means for the work) */
#define HEALTH_KIND_LIST(X)                                                                      \
	X(DAMAGE, "damage", "The file is broken: what is read from it may be wrong.")            \
	X(TABLE, "table", "Nothing can be written or counted until the table is there.")         \
	X(MISSING, "missing-columns", "Writes of this table are refused until they are there.")  \
	X(HASH, "data-hash",                                                                     \
		"What is computed from this table cannot tell whether it has changed, and jobs " \
		"log errors about data_hash.")                                                   \
	X(UNHASHED, "unhashed-rows",                                                             \
		"Rows without a hash look changed to every table below; a new run of their "     \
		"dates gives them one.")                                                         \
	X(TYPE, "types", "The table does not take our values, or gives others back.")            \
	X(MODE, "modes",                                                                         \
		"A row without a value for such a column is refused, and its date "              \
		"with it.")                                                                      \
	X(EXTRA, "extra-columns", "They stay NULL in what backcourt writes; nothing else.")      \
	X(EXPIRES, "partitions-expire",                                                          \
		"Rows of older dates vanish by themselves: a backfill of them \"succeeds\" and " \
		"leaves nothing.")                                                               \
	X(TABLE_EXPIRES, "table-expires", "The whole table vanishes by itself.")                 \
	X(DEFAULT, "dataset-default",                                                            \
		"A table that is made anew in this dataset gets it silently.")                   \
	X(PARTITIONS, "partitioning",                                                            \
		"A day cannot be replaced at once by a load job "                                \
		"(writes=dml can).")                                                             \
	X(STREAMING, "streaming",                                                                \
		"Writes, deletes and merges are refused until the buffer is empty, up to 90 "    \
		"minutes after its last row.")                                                   \
	X(BREAKER, "breaker",                                                                    \
		"These players or teams are skipped, however often their dates are run, until "  \
		"the time is over or the breaker is reset.")                                     \
	X(HISTORY, "run-history",                                                                \
		"The jobs' records of their runs are refused, so the run history stays empty: "  \
		"do not watch the jobs through it.")                                             \
	X(QUOTA, "quota", "Google refuses more loads of this table until its day is over.")      \
	X(BILLED, "billed", "What queries of this project have cost today.")                     \
	X(LOGIN, "login", "Without a valid login nothing can be read or written.")               \
	X(ALERTS, "alerts", "Nobody hears of what goes wrong while nobody looks.")               \
	X(COUNTS, "counts-only",                                                                 \
		"Counts tell how many rows there are; columns, expiration and the rest can be "  \
		"seen where the tables are.")                                                    \
	X(UNSEEN, "not-seen", "Nobody knows: look again, or see what the message names.")

enum health_kind {
#define X(id, name, what) HEALTH_KIND_##id,
	HEALTH_KIND_LIST(X)
#undef X
		HEALTH_KIND_COUNT
};

enum health_repair {
	REPAIR_NONE,
	REPAIR_BY_HAND,	  /* the text says how; this program does not do it */
	REPAIR_STATEMENT, /* warehouse_repair runs it */
	REPAIR_BREAKER,	  /* warehouse_repair resets the breaker of the subject */
};

struct health_finding {
	enum health_kind kind;
	enum health_severity severity;
	char id[HEALTH_ID_BYTES]; /* "partitions-expire:player_daily_cache" */
	char *subject;		  /* "nba_precompute.player_daily_cache" */
	char *evidence;		  /* one sentence */
	int64_t at_ms;		  /* when that was seen */
	enum health_repair repair;
	char *statement;	 /* NULL with REPAIR_NONE */
	struct date_range dates; /* of REPAIR_BREAKER */
};

struct health_findings {
	struct health_finding *items; /* by severity, then kind, then subject */
	size_t count;
	size_t capacity;
	int64_t at_ms;
};

/* `wanted`: the dates that the user works on (what expires inside them is an error). */
void health_judge(const struct health_facts *facts, struct date_range wanted,
	struct health_findings *findings);
void health_findings_release(struct health_findings *findings);
const struct health_finding *health_find(const struct health_findings *findings, const char *id);
size_t health_count(const struct health_findings *findings, enum health_severity severity);

const char *health_kind_name(enum health_kind kind);
const char *health_kind_meaning(enum health_kind kind);
const char *health_severity_word(enum health_severity severity); /* "error" "warning" ... */

static inline bool health_can_repair(const struct health_finding *finding)
{
	return finding->repair == REPAIR_STATEMENT || finding->repair == REPAIR_BREAKER;
}

/* Does what health_can_repair says that it can. The warehouse was opened to write. Look
 * again afterwards: that it ran does not say that the finding is gone. */
bool warehouse_repair(struct warehouse *warehouse, const struct health_finding *finding,
	int64_t now_ms, struct error *err);

#endif

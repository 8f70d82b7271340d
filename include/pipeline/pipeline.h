/*
 * pipeline: the definition of a set of date-partitioned tables, as read from one JSON file.
 *
 * The format, every key and the three kinds of edges are described in core/manual/pipeline.md;
 * core/pipelines/ has embedded ones. A pipeline is immutable once loaded; any
 * thread may read. pipeline_load checks everything before anything starts: unknown keys (with a
 * suggestion), wrong types, unknown upstreams, cycles (the path is printed), duplicate names, bad
 * dates; each message names the file and the JSON path ("nba.json: tables[3].upstreams[0]: no table
 * is called ...").
 */
#ifndef BACKCOURT_PIPELINE_PIPELINE_H
#define BACKCOURT_PIPELINE_PIPELINE_H

#include "base/date.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PIPELINE_TABLES_MAX	200
#define PIPELINE_SEASONS_MAX	60
#define PIPELINE_EDGES_MAX	32
#define PIPELINE_NAME_BYTES	64
#define PIPELINE_WORKERS_MAX	64
#define PIPELINE_FILE_BYTES_MAX 1048576 /* 1 MiB */
#define PIPELINE_PATH_BYTES	1024
#define PIPELINE_GAME_DAYS_MAX	20000 /* of calendar.file */
#define PIPELINE_GAMES_MAX	1000  /* a day */
#define PIPELINE_VERSION	1

/* What a table should hold on an expected date (the "expect" object). */
enum expect_rule {
	EXPECT_NOTHING_KNOWN, /* no rule: any row count above zero passes */
	EXPECT_PER_GAME,      /* round(k x games), or within min..max x games */
	EXPECT_CONSTANT,      /* n; passes from `minimum` to n */
	EXPECT_SAME_AS, /* rows of another table on the date; passes from ratio x that up to it */
	EXPECT_AT_LEAST_PREVIOUS, /* rows of the previous expected date of the season, and >=
				     minimum */
	EXPECT_ROWS_OF_RAW, /* exactly the raw rows; per game, where given, where no raw rows are
			       known (a file of counts) */
};

struct expectation {
	enum expect_rule rule;
	double per_game;		   /* 0 where not given */
	double per_game_min, per_game_max; /* NAN where not given */
	int64_t constant;
	int64_t minimum;  /* -1 where not given */
	size_t same_as;	  /* table index */
	double min_ratio; /* 0..1 */
};

enum history_span { HISTORY_DAYS, HISTORY_SEASON };

struct history_edge {
	size_t table;
	enum history_span span;
	int days; /* HISTORY_DAYS */
};

struct critical_column {
	char column[PIPELINE_NAME_BYTES];
	double max_null_ratio;
};

/* A fact about the job's program: it refuses to run while this table has fewer rows of the date. */
struct job_minimum {
	size_t table;
	int64_t rows;
};

enum job_executor { EXECUTOR_NATIVE, EXECUTOR_COMMAND };

/* The job of a table. The command executor's keys are checked and kept; running them comes with it.
 */
struct pipeline_job {
	enum job_executor executor;
	char *json; /* the "job" object as written, for the executor's own reader */
	int64_t silent_after_ms;
	struct job_minimum minimums[PIPELINE_EDGES_MAX]; /* "requires" */
	size_t minimum_count;
};

struct pipeline_table {
	char name[PIPELINE_NAME_BYTES];
	char short_name[16];
	int phase;
	char dataset[PIPELINE_NAME_BYTES];
	char date_column[PIPELINE_NAME_BYTES];
	char **key; /* column names */
	size_t key_count;
	bool bootstrap; /* nothing expected in the first bootstrap_days of a season */
	bool all_days;	/* "days": "all"; default: game days only */
	struct expectation expect;
	size_t upstreams[PIPELINE_EDGES_MAX];
	size_t upstream_count;
	size_t guards[PIPELINE_EDGES_MAX];
	size_t guard_count;
	struct history_edge history[PIPELINE_EDGES_MAX];
	size_t history_count;
	struct critical_column critical[PIPELINE_EDGES_MAX];
	size_t critical_count;
	date_t first_date[PIPELINE_SEASONS_MAX]; /* per season; DATE_NONE = none */
	int retention_days; /* the warehouse removes dates that are older; 0 = it keeps all */
	struct pipeline_job job;
};

struct pipeline_season {
	char name[16];
	date_t first, last;
};

enum release_mode { RELEASE_RANGE, RELEASE_DATE };
enum run_order { ORDER_OLDEST, ORDER_NEWEST };

struct pipeline {
	char name[PIPELINE_NAME_BYTES];
	char *source; /* the file's path, or "embedded nba" */
	struct date_range range;
	struct date_range goal; /* empty when not given */
	int bootstrap_days;
	struct pipeline_game_day {
		date_t date;
		int games;
	} * game_days; /* owned; ascending, of calendar.file: for a warehouse without schedule */
	size_t game_day_count, game_day_capacity;
	unsigned weekdays;	/* bits from Monday on: data are expected then, where neither
				   schedule nor file says anything; 0: no such rule */
	bool has_weekdays_only; /* calendar.source: the schedule is not asked */
	struct pipeline_season seasons[PIPELINE_SEASONS_MAX];
	size_t season_count;
	struct pipeline_table *tables; /* as written in the file */
	size_t table_count;
	size_t *order; /* table indices, every table after its upstreams, guards, history, and the
			  tables that its job or its rule looks at */
	int workers;
	bool auto_launch;
	enum release_mode release;
	enum run_order run_order;
	int64_t silent_after_ms;
	int failures_in_row;
};

/* `source` names the text in messages. */
bool pipeline_parse(const char *json, size_t length, const char *source, struct pipeline **loaded,
	struct error *err);
/* A path, or the name of an embedded pipeline ("nba"). NULL is "nba". */
bool pipeline_load(const char *path_or_name, struct pipeline **loaded, struct error *err);
void pipeline_free(struct pipeline *pipeline);

/* The text of an embedded pipeline, or NULL. */
const char *pipeline_embedded(const char *name, size_t *length);

/* Table index by name or short name; table_count when there is none. */
size_t pipeline_find(const struct pipeline *pipeline, const char *name);
/* The dates that a name stands for: "goal" (with '@' before it or without), "season:2021-22".
 * False: none of this pipeline's is called so. */
bool pipeline_dates(const struct pipeline *pipeline, const char *name, struct date_range *dates);
/* The name nearest to a mistyped one, or NULL. */
const char *pipeline_suggest(const struct pipeline *pipeline, const char *name);
/* The names of the critical columns, in order; returns how many. */
size_t pipeline_critical(const struct pipeline_table *table, const char *names[PIPELINE_EDGES_MAX]);
/* For so many days from opening day on a season is young: the bootstrap days, and as long as any
 * table looks back after them (PIPELINE_LOOKBACK_DAYS where none says it in days). What fails for
 * want of data before that is expected (coverage/failures.h, jobs/failure.h). */
#define PIPELINE_LOOKBACK_DAYS 30
int pipeline_early_days(const struct pipeline *pipeline);
/* What a table reads on the same date, then what it guards on. */
static inline size_t pipeline_edge_count(const struct pipeline_table *table)
{
	return table->upstream_count + table->guard_count;
}
static inline size_t pipeline_edge(const struct pipeline_table *table, size_t edge)
{
	return edge < table->upstream_count ? table->upstreams[edge]
					    : table->guards[edge - table->upstream_count];
}
/* Whether `table` reads `other` on the same date or guards on it. */
bool pipeline_depends_on(const struct pipeline *pipeline, size_t table, size_t other);
/* Fills `is_below` by table: whether it depends on `start`, directly or not; `start` does not. */
void pipeline_find_below(const struct pipeline *pipeline, size_t start, bool *is_below);

#endif

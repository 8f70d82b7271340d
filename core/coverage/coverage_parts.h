/* What the files of core/coverage share; nobody else includes this. */
#ifndef BACKCOURT_COVERAGE_PARTS_H
#define BACKCOURT_COVERAGE_PARTS_H

#include "coverage/coverage.h"

/* Of the days before a day: how many ... One more than there are days per table. */
struct tally {
	int32_t expected, with_rows, unknown, busy;
};

/* Said by a script's log. */
struct report {
	int64_t rows;
	int64_t at_ms; /* 0: nothing was said */
};

struct coverage_memory {
	/* As in the cells, by table, then day: what most questions need, in a hundredth of the
	 * room. UNKNOWN before coverage_judge. */
	uint8_t *verdicts;
	struct symbols *words;
	struct calendar_day *days; /* of the range, as coverage_judge last read the calendar */
	struct tally **tallies;	   /* by table; NULL where nobody looks back on it */
	int64_t **sources;	   /* by table: edge_count sequences per day; -1 unrecorded */
	date_t *first_kept;	   /* by table */
	struct report **reports;   /* by table, then day; NULL where nothing was said */
	struct excuse *excuses;
	size_t excuse_count, excuse_capacity;
	date_t today;
};

/* A table while it is judged, day by day, oldest first. */
struct bench {
	const struct coverage *coverage;
	const struct pipeline_table *described;
	size_t table;
	struct cell *cells;    /* of the table, by day */
	uint8_t *verdicts;     /* of the table, by day */
	int64_t previous_rows; /* of the newest earlier date of the season that has any; 0 none */
	int previous_season;
};

/* Upstreams, then guards. */
static inline size_t edge_count(const struct pipeline_table *table)
{
	return table->upstream_count + table->guard_count;
}

static inline size_t edge_table(const struct pipeline_table *table, size_t edge)
{
	return edge < table->upstream_count ? table->upstreams[edge]
					    : table->guards[edge - table->upstream_count];
}

/* The reason of a cell whose job wants more rows than a cell with this verdict has: more may come
 * where it is a gap. */
enum reason minimum_reason(enum verdict verdict);

static inline enum verdict verdict_at(const struct coverage *coverage, size_t table, int32_t day)
{
	return (enum verdict)
		coverage->memory->verdicts[table * (size_t)coverage->days + (size_t)day];
}

/* verdict_opens_gate, for the loops over all cells. */
static inline bool opens_gate(enum verdict verdict)
{
	return verdict == VERDICT_COMPLETE || verdict == VERDICT_EXCUSED ||
	       verdict == VERDICT_OFF || verdict == VERDICT_BOOTSTRAP;
}

/* The cells of a table, by day. */
static inline struct cell *cells_of(const struct coverage *coverage, size_t table)
{
	return &coverage->cells[table * (size_t)coverage->days];
}

/* The newest date behind a history edge with this verdict (VERDICT_COUNT: that is expected), or
 * DATE_NONE. */
date_t newest_behind(const struct coverage *coverage, const struct history_edge *edge, date_t date,
	enum verdict wanted);

/* From a cell to the first that it waits for; false when it waits for none. Tables have an order,
 * so that a walk ends after as many steps as there are tables. */
bool step_up(const struct coverage *coverage, size_t *table, date_t *date);

/* What a cell will hold by its rule, once it is written well; -1: cannot be said. */
int64_t rows_to_come(const struct coverage *coverage, size_t table, int32_t day);

/* The reason of a cell below an upstream with this verdict, which does not open the gate. */
enum reason gate_reason(enum verdict verdict);

/* Fills expected, expected_min and expected_max (-1: unknown) from the table's rule; the tables
 * before it in the pipeline's order and the dates before this one must have theirs. */
void expectation_fill(struct bench *bench, int32_t day);
/* Call after every day: what at_least_previous looks at. */
void expectation_remember(struct bench *bench, int32_t day);

#endif

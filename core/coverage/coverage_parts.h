/* What the files of core/coverage share; nobody else includes this. */
#ifndef BACKCOURT_COVERAGE_PARTS_H
#define BACKCOURT_COVERAGE_PARTS_H

#include "coverage/coverage.h"

/* Of the days before a day: how many ... One more than there are days per table. */
struct tally {
	int32_t expected, with_rows, unknown, busy;
};

struct coverage_memory {
	struct symbols *words;
	struct calendar_day *days; /* of the range, as coverage_judge last read the calendar */
	struct tally **tallies;	   /* by table; NULL where nobody looks back on it */
	int64_t **sources;	   /* by table: edge_count sequences per day; -1 unrecorded */
	date_t *first_kept;	   /* by table */
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

/* Fills expected, expected_min and expected_max (-1: unknown) from the table's rule; the tables
 * before it in the pipeline's order and the dates before this one must have theirs. */
void expectation_fill(struct bench *bench, int32_t day);
/* Call after every day: what at_least_previous looks at. */
void expectation_remember(struct bench *bench, int32_t day);

#endif

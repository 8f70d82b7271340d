/*
 * world: small worlds for the tests of coverage and scheduler: a pipeline, a calendar, a coverage.
 *
 * world_open makes one from a pipeline text and a row of games; world_random_new makes one from a
 * number, with up to WORLD_TABLES_MAX tables, every kind of edge and rule, off days, and dates that
 * the schedule does not reach. The same number gives the same world: print it when a test fails.
 */
#ifndef BACKCOURT_TESTS_WORLD_H
#define BACKCOURT_TESTS_WORLD_H

#include "coverage/coverage.h"

#define WORLD_TABLES_MAX  ((size_t)8)
#define WORLD_DAYS_MAX	  24 /* of a random one */
#define WORLD_GAMES_MAX	  99 /* of an opened one */
#define WORLD_MINIMUM_MAX 9  /* rows that a random job demands */

struct world {
	uint32_t random;
	bool is_hard;
	struct pipeline *pipeline;
	struct calendar *calendar;
	struct coverage *coverage; /* without rows at first; all receipts known */
	date_t first;
	int64_t sequence;
};

/* How many random worlds to try: $BACKCOURT_TEST_WORLDS, else `usual`. */
uint32_t world_count(uint32_t usual);

/* `games`: a digit per day from 2021-10-19 on, '.' for an off day; the schedule ends with it. */
void world_open(struct world *world, const char *json, const char *games);
void world_random_new(struct world *world, uint32_t seed);
/* The same with jobs that refuse few rows. */
void world_random_hard(struct world *world, uint32_t seed);
void world_close(struct world *world);

/* 0 .. below-1; 0 for below 0 */
uint32_t world_random(struct world *world, uint32_t below);

/* Rows that pass the table's rule when everything it looks at is right. */
int64_t world_right_rows(const struct world *world, size_t table, date_t date);
/* A receipt for rows computed from what the coverage shows now. */
struct receipt world_receipt(struct world *world, size_t table, date_t date, int64_t rows);
/* Puts such a receipt into the coverage. */
void world_write(struct world *world, size_t table, date_t date, int64_t rows);
/* A run that succeeds: the right rows, and nothing new for those below when they were there. */
void world_rerun(struct world *world, size_t table, date_t date);
/* Writes right, wrong and out-of-order cells at random, and attempts that failed or were killed. */
void world_litter(struct world *world);

/* More at random: cells that could not be asked, are queued, running, suspect, lost, timed out or
 * excused, and a table that is not kept for ever. */
void world_trouble(struct world *world);

/* The date at the letter of the games row. */
static inline date_t world_day(const struct world *world, int day)
{
	return world->first + day;
}

#endif

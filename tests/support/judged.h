/*
 * judged: one small world (world.h) whose cells a test brings to their verdicts, one piece of
 * evidence after the other.
 *
 * Two games a day; LOW is what is looked at: it reads BASE, GUARD guards it, it wants 10 rows (9
 * will do) with at most a fifth of c NULL, and a hundredth of pace. PICKY's job demands rows of
 * BASE, TWIN and COUSIN are measured by LOW, TWIN reads it.
 */
#ifndef BACKCOURT_TESTS_JUDGED_H
#define BACKCOURT_TESTS_JUDGED_H

#include "tests/support/world.h"

enum { BASE, GUARD, LOW, PICKY, TWIN, COUSIN };
#define OFF_DAY 3
#define DAY	5 /* the one that is looked at */

struct world judged_open(void); /* world_close it */
struct cell *judged_cell(const struct world *world, size_t table, int day);

/* Evidence: rows with their receipt; all that LOW reads on the day, complete. */
void judged_write(struct world *world, size_t table, int day, int64_t rows);
void judged_fill_upstreams(struct world *world, int day);
/* Of LOW on DAY: the newest attempt, a count (`nulls` of the column c), an excuse of a day (NULL
 * takes it back). */
void judged_attempt(struct world *world, enum attempt_state state, int64_t at_ms);
void judged_count(struct world *world, int64_t rows, int64_t distinct_keys, int64_t nulls);
void judged_excuse(struct world *world, int day, const char *words, date_t until);

/* Judges; the cell is that, or says that; without a table and a day it is LOW on DAY. */
void judged_expect_at(
	struct world *world, size_t table, int day, enum verdict verdict, enum reason reason);
void judged_expect(struct world *world, enum verdict verdict, enum reason reason);
void judged_expect_words(struct world *world, size_t table, int day, const char *words);

#endif

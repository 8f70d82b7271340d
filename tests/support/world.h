/*
 * world: a small pipeline and a model of it, told by events, for tests of the model.
 *
 * a and b feed c. A game a day from 2021-10-19 on, none on day OFF; every table expects ROWS rows.
 */
#ifndef BACKCOURT_TESTS_WORLD_H
#define BACKCOURT_TESTS_WORLD_H

#include "model.h"

enum { A, B, C, TABLES };

#define DAYS  10
#define OFF   5
#define GAMES 4
#define ROWS  8		    /* of a whole date: two a game */
#define START 1634641200000 /* 2021-10-19T11:00Z */

struct world {
	struct pipeline *pipeline;
	struct model *model;
	date_t first;
	int64_t now_ms;
};

struct world world_new(void);
void world_free(struct world *world);
/* Gives the event to the model and releases it; at_ms 0 is a second after the one before. */
void world_apply(struct world *world, struct event event);
void world_act(struct world *world, enum action action, int argument);
void world_type(struct world *world, const char *text);
/* Days count from 0, the first of the range. */
struct receipt world_receipt(const struct world *world, size_t table, int day, int64_t rows);
struct event world_coverage(struct world *world, struct date_range range);
/* Nothing computed, everything known. */
void world_schedule(struct world *world);
enum verdict world_verdict(const struct world *world, size_t table, int day);
void world_queue(struct world *world, size_t table, bool queued, int first, int count);
void world_start_run(struct world *world, size_t table, int worker);
void world_start_date(struct world *world, size_t table, int day);
void world_finish_date(struct world *world, size_t table, int day, int64_t duration_ms);
void world_fail_date(struct world *world, size_t table, int day, const char *reason);
void world_finish_run(struct world *world, size_t table, enum run_outcome outcome);
void world_log(struct world *world, size_t table, int day, char severity, const char *text);
const char *world_newest_event(const struct world *world);

#endif

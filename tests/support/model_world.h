/*
 * model_world: a small pipeline and a model of it, told by events, for tests of the model.
 *
 * a and b feed c. A game a day from 2021-10-19 on, none on day OFF; every table expects ROWS rows.
 */
#ifndef BACKCOURT_TESTS_MODEL_WORLD_H
#define BACKCOURT_TESTS_MODEL_WORLD_H

#include "model/model.h"

enum { A, B, C, TABLES };

#define DAYS  10
#define OFF   5
#define GAMES 4
#define ROWS  8		    /* of a whole date: two a game */
#define START 1634641200000 /* 2021-10-19T11:00Z */

struct model_world {
	struct pipeline *pipeline;
	struct model *model;
	date_t first;
	int64_t now_ms;
};

struct model_world model_world_new(void);
void model_world_free(struct model_world *world);
/* Gives the event to the model and releases it; at_ms 0 is a second after the one before. */
void model_world_apply(struct model_world *world, struct event event);
void model_world_act(struct model_world *world, enum action action, int argument);
void model_world_type(struct model_world *world, const char *text);
/* Days count from 0, the first of the range. */
struct receipt model_world_receipt(
	const struct model_world *world, size_t table, int day, int64_t rows);
struct event model_world_coverage(struct model_world *world, struct date_range range);
/* Nothing computed, everything known. */
void model_world_schedule(struct model_world *world);
enum verdict model_world_verdict(const struct model_world *world, size_t table, int day);
void model_world_queue(struct model_world *world, size_t table, bool queued, int first, int count);
void model_world_start_run(struct model_world *world, size_t table, int worker);
void model_world_start_date(struct model_world *world, size_t table, int day);
void model_world_finish_date(struct model_world *world, size_t table, int day, int64_t duration_ms);
void model_world_fail_date(struct model_world *world, size_t table, int day, const char *reason);
void model_world_finish_run(struct model_world *world, size_t table, enum run_outcome outcome);
void model_world_log(
	struct model_world *world, size_t table, int day, char severity, const char *text);
const char *model_world_newest_event(const struct model_world *world);

#endif

/*
 * engine_lab: the engine with a real queue, real workers and a small warehouse.
 *
 * Two teams meet on each of LAB_DAYS days from 2021-10-19 on. `offense` and `defense` are computed
 * from their box rows, `context` (below both) from the schedule; every table expects two rows a
 * day. Order of calls: engine_lab_open, engine_lab_read (the first coverage), wishes to lab.engine,
 * engine_lab_until and the others, engine_lab_close.
 */
#ifndef BACKCOURT_TESTS_ENGINE_LAB_H
#define BACKCOURT_TESTS_ENGINE_LAB_H

#include "engine/engine.h"

enum { OFFENSE, DEFENSE, CONTEXT, LAB_TABLES };

#define LAB_DAYS 20

struct engine_lab {
	char *folder, *path;
	struct pipeline *pipeline;
	struct event_queue *queue;
	struct engine *engine;
	struct model *model;
	date_t first;
	struct event seen;     /* the newest event, its memory released */
	int seen_count[64];    /* by kind */
	char said[200];	       /* the newest message */
	int dates[LAB_TABLES]; /* that finished, by table */
};

/* What a test wants otherwise; all zero is: 3 workers, full speed, auto-launch, may write. */
struct engine_lab_options {
	int workers, pace_ms;
	bool no_auto_launch, read_only;
	bool no_warehouse;
	const char *alert_hook; /* lent, as the files */
	struct alert_files alert_files;
	const struct alert_schedule *alert_schedule; /* lent */
};

void engine_lab_open(struct engine_lab *lab, const struct engine_lab_options *options);
void engine_lab_close(struct engine_lab *lab);
/* Takes events until `is_there`, with one generous deadline. */
void engine_lab_until(
	struct engine_lab *lab, bool (*is_there)(const struct engine_lab *lab), const char *what);
void engine_lab_until_idle(struct engine_lab *lab);
/* Until this many dates of the table were started since the lab was opened. */
void engine_lab_until_started(struct engine_lab *lab, int count);
/* Asks for the coverage of the range and waits for all of it. */
void engine_lab_read(struct engine_lab *lab, struct date_range range);
/* Runs SQL on the warehouse, as somebody else would. */
void engine_lab_sql(struct engine_lab *lab, const char *sql);
/* The one number that a SELECT gives. */
int64_t engine_lab_number(struct engine_lab *lab, const char *sql);

struct date_range engine_lab_days(const struct engine_lab *lab, int first, int last);
enum verdict engine_lab_verdict(const struct engine_lab *lab, size_t table, int day);
/* Cells of the table with this verdict. */
int engine_lab_count(const struct engine_lab *lab, size_t table, enum verdict verdict);

#endif

/*
 * eta_parts: the run of the queue, between core/coverage/eta_queue.c (whose turn it is),
 * eta_ready.c (what the next date of a table waits for) and eta_plan.c (what the run means).
 * Nobody else includes this.
 */
#ifndef BACKCOURT_COVERAGE_ETA_PARTS_H
#define BACKCOURT_COVERAGE_ETA_PARTS_H

#include "coverage/eta.h"
#include "coverage_parts.h"

#define ETA_TIME_MOST  (INT64_MAX / 4) /* no end lies later: sums of ends cannot overflow */
#define ETA_NEVER      INT64_MAX
#define ETA_GAMES_MOST 31 /* of a date; more are reckoned every time */

struct cell_end {
	int64_t end_ms;
	int32_t from; /* the cell whose end it waited for; -1: nothing */
	int32_t table;
};

/* One table in the run. */
struct line {
	size_t first; /* of its cells */
	size_t next;  /* the first that has no worker yet */
	size_t place; /* in dependency order */
	bool is_running, is_foundation;
	bool is_in_order; /* its dates lie in the order of the pipeline */
	bool is_open;	  /* every date is ready when the first one is */
	int64_t turn_ends_ms, last_turn;
	int64_t ready_ms; /* when the next date could start; ETA_NEVER: cannot be said yet */
	int32_t ready_from;
	int32_t waits_for;	 /* then: the table whose date has no worker yet; -1 */
	int32_t *numbers;	 /* by day: 1 + its number in run order; 0: not wanted */
	int32_t *most_until;	 /* by day: the most of its days until then; NULL while in order */
	struct table_bits below; /* that read it, on the same date or as history */
};

/* What every look at a table needs lies close together, by place in dependency order: there are
 * many looks. */
struct simulation {
	const struct eta_queue *queue;
	struct line *lines;    /* by table */
	struct cell_end *ends; /* by table in dependency order, then in run order */
	size_t cell_count;
	int32_t *numbers, *most_until; /* the room of all lines */
	size_t numbered;	       /* tables whose dates have numbers */
	int32_t day_count;	       /* as far as any date is wanted */
	int64_t *known_ms;	       /* of a date, by table and games; -1 not asked yet */
	int64_t *starts_ms;	       /* by place: of what waits for a worker; else ETA_NEVER */
	struct table_bits asked;       /* by place: to look at before the next choice */
	size_t *running;	       /* tables */
	size_t running_count, workers;
	size_t open_count; /* tables that have dates left or run */
	int64_t now_ms, turns;
	int32_t freed; /* the cell that freed a worker last */
	bool is_newest_first;
	bool has_begun;
};

static inline const struct eta_table *eta_wanted(const struct simulation *simulation, size_t table)
{
	return &simulation->queue->tables[table];
}

static inline bool eta_has_left(const struct simulation *simulation, size_t table)
{
	return simulation->lines[table].next < eta_wanted(simulation, table)->count;
}

/* Fills numbers and most_until of the lines, some tables at a time; false: there are no more. */
bool eta_number_dates(struct simulation *simulation);
/* Fills ready_ms, ready_from and waits_for for the next date of the table, which has one. */
void eta_find_ready(const struct simulation *simulation, size_t table);

/* The run in pieces: go_on until it gives false. Then open_count is 0, or some dates would never
 * start. The queue is lent until the end. */
struct simulation *eta_queue_open(const struct eta_queue *queue);
bool eta_queue_go_on(struct simulation *simulation);
void eta_queue_close(struct simulation *simulation); /* may be NULL */

#endif

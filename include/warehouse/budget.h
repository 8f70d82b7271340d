/*
 * budget: how many bytes a day may be paid for in BigQuery, counted in a file of the state folder.
 *
 * All consoles and verbs of a state folder share the file, and it outlives them: a line "DATE
 * BYTES", the date in UTC. A query takes the least that can be billed before it is sent
 * (budget_take), and what it really cost is settled afterwards (budget_settle): a process that dies
 * in between leaves too much in the file rather than too little. Without budget_set, or with 0
 * bytes, nothing is counted or refused. budget_set before other threads exist; the others on any
 * thread.
 */
#ifndef BACKCOURT_WAREHOUSE_BUDGET_H
#define BACKCOURT_WAREHOUSE_BUDGET_H

#include "base/error.h"

#include <stdint.h>

#define BUDGET_FILE "bigquery-bytes" /* in the state folder */

/* The file's folder is made when something is first paid for. */
void budget_set(const char *file, int64_t bytes_per_day);
/* Another limit (above 0) where there is one, from the next query on. Any thread. */
void budget_change(int64_t bytes_per_day);

struct budget_state {
	int64_t bytes_per_day; /* 0: no limit */
	int64_t used_bytes;    /* today */
};

bool budget_look(struct budget_state *state, struct error *err);
/*
 * Takes `bytes`. ERROR_LIMIT, with how to raise it, when that is more than is left; then nothing is
 * taken. *left_bytes (INT64_MAX without a limit) is what may still be paid, these bytes included.
 */
bool budget_take(int64_t bytes, int64_t *left_bytes, struct error *err);
/* Fails as budget_take does, and takes nothing. */
bool budget_check(int64_t bytes, struct error *err);
/* The query that took `taken` has cost `paid`. */
bool budget_settle(int64_t taken, int64_t paid, struct error *err);

#endif

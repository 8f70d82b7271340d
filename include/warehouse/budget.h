/*
 * budget: how many bytes a day may be paid for in BigQuery, counted in a file of the state folder.
 *
 * All consoles and verbs of a state folder share the file, and it outlives them. A statement
 * reserves the most that it may bill before it is sent (budget_reserve), which the service then
 * enforces, and what it really cost is settled afterwards (budget_settle): however many are under
 * way at once, together they never pass the limit.
 *
 * The file: a line "DATE BYTES" (the date in UTC, what was settled on it), then a record "BYTES
 * LEAST" for each reservation that there has ever been room for, zero where it is free. Who holds
 * one keeps the kernel's lock on its record, so that a holder that dies, however it ends, is known
 * to be gone. Its statement may have been billed, and nobody has heard how much: its reservation is
 * owed, and counts in full until somebody who may ask knows the bill (budget_find_owed,
 * budget_settle_owed), or until the day ends. An older backcourt reads the first line and leaves
 * the others alone; its own file has only that.
 *
 * Without budget_set, or with 0 bytes, nothing is counted or refused. budget_set before other
 * threads exist; the others on any thread.
 */
#ifndef BACKCOURT_WAREHOUSE_BUDGET_H
#define BACKCOURT_WAREHOUSE_BUDGET_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

#define BUDGET_FILE	 "bigquery-bytes" /* in the state folder */
#define BUDGET_HOLDS_MAX 256		  /* reservations at once, of all processes */

/* The file's folder is made when something is first paid for. */
void budget_set(const char *file, int64_t bytes_per_day);
/* Another limit (above 0) where there is one, from the next query on. Any thread. */
void budget_change(int64_t bytes_per_day);

struct budget_state {
	int64_t bytes_per_day;	/* 0: no limit */
	int64_t used_bytes;	/* settled today, or owed */
	int64_t reserved_bytes; /* by statements that are under way */
};

bool budget_look(struct budget_state *state, struct error *err);
/* ERROR_LIMIT, as budget_reserve, where so much is not left; what is under way does not count. */
bool budget_check(int64_t bytes, struct error *err);

/* A reservation; bytes is what the statement may bill, INT64_MAX without a limit. */
struct budget_hold {
	int64_t bytes, least;
	int descriptor; /* -1: nothing is held */
	int slot;
};

/*
 * Reserves `most`, or what is left of the day where that is less, but never less than `least`.
 * False with ERROR_LIMIT, and how to raise it, when even that is not left; with ERROR_BUSY when it
 * would be but for statements under way, so that asking again later makes sense. What is reserved
 * must be settled, by the thread that likes.
 */
bool budget_reserve(int64_t least, int64_t most, struct budget_hold *hold, struct error *err);
/* What the statement is called, said before it is sent; of an attempt that replaces it, again. What
 * has no name cannot be asked for, and is owed in full. */
#define BUDGET_NAME_BYTES 256
void budget_name(const struct budget_hold *hold, const char *name);
/* The statement has cost `paid`. The hold is over, also when that could not be written. */
bool budget_settle(struct budget_hold *hold, int64_t paid, struct error *err);

/* What was reserved by somebody who died, for a statement that has a name. */
struct budget_owed {
	int64_t bytes, least;
	int slot;
	char name[BUDGET_NAME_BYTES];
};
/* The first of them; *count is how many, at most `room`. */
bool budget_find_owed(struct budget_owed *owed, size_t room, size_t *count, struct error *err);
/* It has cost `paid`. Nothing happens where somebody else has settled it already. */
bool budget_settle_owed(const struct budget_owed *owed, int64_t paid, struct error *err);

#endif

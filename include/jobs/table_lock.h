/*
 * table_lock: one writer per table, for as long as the writer or anything it started lives.
 *
 * A file per table in the state folder (`locks/TABLE.lock`), locked by an open file description
 * that a run inherits: the console takes it, hands it to the supervisor (jobs/launch.h) and lets
 * its own copy go. The file names the holder; it is never removed. Any thread.
 */
#ifndef BACKCOURT_JOBS_TABLE_LOCK_H
#define BACKCOURT_JOBS_TABLE_LOCK_H

#include "base/error.h"
#include "base/lock.h"

struct table_lock;

/*
 * `holder` is how we name ourselves ("run 20211116-1 of pcf, ..."; cut at LOCK_HOLDER_BYTES).
 * False with ERROR_BUSY when somebody has it: err names them.
 */
bool table_lock_take(const char *state_folder, const char *table, const char *holder,
	struct table_lock **taken, struct error *err);
/* Lets our copy go: the table is free when no process has another. */
void table_lock_free(struct table_lock *lock);
int table_lock_descriptor(const struct table_lock *lock);
/* Looks without taking; `holder` is filled when it is held. */
bool table_lock_is_held(
	const char *state_folder, const char *table, char holder[LOCK_HOLDER_BYTES]);

#endif

/*
 * faulty_sqlite: an SQLite whose I/O and memory fail when a test says so.
 *
 * faulty_sqlite_install before anything else uses SQLite in the process; then, as often as wanted:
 * arm, do something, disarm. One thread.
 */
#ifndef BACKCOURT_TESTS_FAULTY_SQLITE_H
#define BACKCOURT_TESTS_FAULTY_SQLITE_H

#include <stdbool.h>
#include <stdint.h>

enum faulty_kind {
	FAULTY_NOTHING, /* only counts nothing */
	FAULTY_WRITE,	/* write, sync, truncate, delete, and the shared memory of WAL: disk full */
	FAULTY_READ,
	FAULTY_MEMORY,
};

struct faulty_plan {
	enum faulty_kind kind;
	int64_t nth;  /* the first call that fails, from 1; 0: none, but they are counted */
	bool lasting; /* those after it fail too */
};

void faulty_sqlite_install(void);
void faulty_sqlite_arm(struct faulty_plan plan);
/* How many calls of the kind there were since it was armed. */
int64_t faulty_sqlite_disarm(void);

#endif

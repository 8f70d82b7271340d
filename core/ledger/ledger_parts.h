/*
 * ledger_parts: what the files of the ledger share. Nobody else but its test includes this.
 */
#ifndef BACKCOURT_LEDGER_LEDGER_PARTS_H
#define BACKCOURT_LEDGER_LEDGER_PARTS_H

#include "ledger/ledger.h"

#include <sqlite3.h>

struct ledger {
	sqlite3 *database;
	char *path;
	bool is_impatient; /* a write has waited in vain, and none has succeeded since */
};

/* What brings version i to i + 1. */
struct ledger_step {
	const char *sql;
};

/* ledger_open with another list of steps. */
bool ledger_open_with(const char *folder, enum ledger_mode mode, const struct ledger_step *steps,
	size_t step_count, struct ledger **opened, struct error *err);
extern const struct ledger_step ledger_steps[];

bool ledger_fail(struct ledger *ledger, struct error *err, const char *what);
bool ledger_run_sql(struct ledger *ledger, const char *sql, struct error *err);
bool ledger_prepare(
	struct ledger *ledger, const char *sql, sqlite3_stmt **statement, struct error *err);
/* Steps a statement that gives no rows, and finalizes it. */
bool ledger_finish(struct ledger *ledger, sqlite3_stmt *statement, struct error *err);
/* How a list is read: each row is added to it. */
struct ledger_reading {
	void (*take)(sqlite3_stmt *row, void *list);
	void *list;
	const char *what; /* of the error: "cannot read the runs" */
};
/* Steps to the end, and finalizes the statement; false: part of the list may have been read. */
bool ledger_read_list(struct ledger *ledger, sqlite3_stmt *statement,
	const struct ledger_reading *reading, struct error *err);
/* Commits when `done`, else rolls back; returns whether it was committed. */
bool ledger_commit_if(struct ledger *ledger, bool done, struct error *err);

/* Binding fails for want of memory only, and ends the program then: with NULL in its place the
 * statement would find nothing, and that would pass for an answer. The text is copied. */
void ledger_bind_text(sqlite3_stmt *statement, int position, const char *text);
void ledger_bind_date(sqlite3_stmt *statement, int position, date_t date);
void ledger_copy_text(sqlite3_stmt *statement, int column, char *into, size_t room);
date_t ledger_column_date(sqlite3_stmt *statement, int column);

#endif

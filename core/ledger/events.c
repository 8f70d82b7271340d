/* The audit trail and the settings. */
#include "parts.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

bool ledger_add_event(struct ledger *ledger, const struct ledger_event *event, struct error *err)
{
	sqlite3_stmt *statement;
	const char severity[] = {event->severity, '\0'};
	if (!ledger_prepare(ledger,
		    "INSERT INTO events(at_ms, severity, kind, table_name, date, run, words)"
		    " VALUES(?, ?, ?, ?, ?, ?, ?)",
		    &statement, err))
		return false;
	sqlite3_bind_int64(statement, 1, event->at_ms);
	ledger_bind_text(statement, 2, severity);
	ledger_bind_text(statement, 3, event->kind);
	ledger_bind_text(statement, 4, event->table);
	ledger_bind_date(statement, 5, event->date);
	ledger_bind_text(statement, 6, event->run);
	ledger_bind_text(statement, 7, event->text);
	return ledger_finish(ledger, statement, err);
}

static void take_event(sqlite3_stmt *statement, struct ledger_event *event)
{
	const unsigned char *severity = sqlite3_column_text(statement, 2);
	*event = (struct ledger_event){
		.number = sqlite3_column_int64(statement, 0),
		.at_ms = sqlite3_column_int64(statement, 1),
		.severity = severity == NULL ? 'E' : (char)severity[0],
		.date = ledger_column_date(statement, 5),
	};
	ledger_copy_text(statement, 3, event->kind, sizeof(event->kind));
	ledger_copy_text(statement, 4, event->table, sizeof(event->table));
	ledger_copy_text(statement, 6, event->run, sizeof(event->run));
	ledger_copy_text(statement, 7, event->text, sizeof(event->text));
}

bool ledger_newest_events(
	struct ledger *ledger, size_t limit, struct ledger_events *events, struct error *err)
{
	sqlite3_stmt *statement;
	struct ledger_events list = {0};
	if (!ledger_prepare(ledger,
		    "SELECT number, at_ms, severity, kind, table_name, date, run, words FROM events"
		    " ORDER BY number DESC LIMIT ?1",
		    &statement, err))
		return false;
	sqlite3_bind_int64(
		statement, 1, (int64_t)(limit < LEDGER_LIST_MAX ? limit : LEDGER_LIST_MAX));
	int status;
	while ((status = sqlite3_step(statement)) == SQLITE_ROW) {
		ARRAY_GROW(list.items, list.count, list.capacity);
		take_event(statement, &list.items[list.count++]);
	}
	bool done = status == SQLITE_DONE || ledger_fail(ledger, err, "cannot read the events");
	sqlite3_finalize(statement);
	if (done)
		*events = list;
	else
		free(list.items);
	return done;
}

bool ledger_set(struct ledger *ledger, const char *key, const char *value, struct error *err)
{
	sqlite3_stmt *statement;
	if (strlen(key) >= LEDGER_NAME_BYTES)
		return error_set(err, ERROR_LIMIT, "the name of a setting has at most %d bytes",
			LEDGER_NAME_BYTES - 1);
	if (value != NULL && strlen(value) >= LEDGER_VALUE_BYTES)
		return error_set(err, ERROR_LIMIT, "the setting %s has more than %d bytes", key,
			LEDGER_VALUE_BYTES - 1);
	if (!ledger_prepare(ledger,
		    value == NULL ? "DELETE FROM settings WHERE key = ?1"
				  : "INSERT OR REPLACE INTO settings VALUES(?1, ?2)",
		    &statement, err))
		return false;
	ledger_bind_text(statement, 1, key);
	if (value != NULL)
		ledger_bind_text(statement, 2, value);
	return ledger_finish(ledger, statement, err);
}

bool ledger_get(struct ledger *ledger, const char *key, char value[LEDGER_VALUE_BYTES], bool *found,
	struct error *err)
{
	sqlite3_stmt *statement;
	if (!ledger_prepare(ledger, "SELECT value FROM settings WHERE key = ?1", &statement, err))
		return false;
	ledger_bind_text(statement, 1, key);
	int status = sqlite3_step(statement);
	bool done = status == SQLITE_ROW || status == SQLITE_DONE ||
		    ledger_fail(ledger, err, "cannot read a setting");
	if (done) {
		*found = status == SQLITE_ROW;
		value[0] = '\0';
		if (*found)
			ledger_copy_text(statement, 0, value, LEDGER_VALUE_BYTES);
	}
	sqlite3_finalize(statement);
	return done;
}

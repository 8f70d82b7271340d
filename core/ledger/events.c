/* The audit trail. */
#include "ledger_parts.h"

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

static void take_event(sqlite3_stmt *statement, void *context)
{
	struct ledger_events *list = context;
	ARRAY_GROW(list->items, list->count, list->capacity);
	struct ledger_event *event = &list->items[list->count++];
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
	bool done = ledger_read_list(ledger, statement,
		&(struct ledger_reading){take_event, &list, "cannot read the events"}, err);
	if (done)
		*events = list;
	else
		free(list.items);
	return done;
}

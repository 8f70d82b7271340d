/* The circuit breaker's table (phase 3, 1.7; phase 4, 2.3). */
#include "sqlite.h"

#include "base/memory.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

bool sqlite_read_attempts(struct warehouse *warehouse, const char *table, struct date_range range,
	struct attempt_rows *attempts, struct error *err)
{
	*attempts = (struct attempt_rows){0};
	sqlite3_stmt *statement;
	if (!sqlite_prepare(warehouse,
		    "SELECT analysis_date, entity_id, max(attempt_number), circuit_breaker_tripped,"
		    " circuit_breaker_until FROM " ATTEMPTS_TABLE
		    " WHERE processor_name = ?3 AND analysis_date BETWEEN ?1 AND ?2"
		    " GROUP BY analysis_date, entity_id ORDER BY analysis_date, entity_id",
		    &statement, err))
		return false;
	sqlite_bind_date(statement, 1, range.first);
	sqlite_bind_date(statement, 2, range.last);
	sqlite3_bind_text(statement, 3, table, -1, SQLITE_STATIC);
	int status;
	while ((status = sqlite3_step(statement)) == SQLITE_ROW) {
		ARRAY_GROW(attempts->items, attempts->count, attempts->capacity);
		struct attempt_row *row = &attempts->items[attempts->count++];
		*row = (struct attempt_row){
			.date = sqlite_column_date(statement, 0),
			.attempts = sqlite3_column_int64(statement, 2),
			.tripped = sqlite3_column_int64(statement, 3) != 0,
			.until_ms = sqlite3_column_int64(statement, 4),
		};
		sqlite_copy_text(statement, 1, row->entity, sizeof(row->entity));
	}
	bool done = status == SQLITE_DONE || sqlite_fail(warehouse, err, "cannot read attempts");
	sqlite3_finalize(statement);
	if (!done) {
		free(attempts->items);
		*attempts = (struct attempt_rows){0};
	}
	return done;
}
bool sqlite_add_attempt(struct warehouse *warehouse, const char *table,
	const struct attempt_row *attempt, double completeness_pct, const char *skip_reason,
	int64_t now_ms, struct error *err)
{
	sqlite3_stmt *statement;
	char date[DATE_TEXT_BYTES];
	char notes[64];
	if (!sqlite_prepare(warehouse,
		    "INSERT OR REPLACE INTO " ATTEMPTS_TABLE " VALUES(?,?,?,?,?,?,?,?,?,0,?)",
		    &statement, err))
		return false;
	snprintf(notes, sizeof(notes), "Attempt %" PRId64 ": %.1f%% complete", attempt->attempts,
		completeness_pct);
	const struct value values[] = {
		{VALUE_TEXT, {.text = table}},
		{VALUE_TEXT, {.text = attempt->entity}},
		{VALUE_TEXT, {.text = date_format(attempt->date, date)}},
		{VALUE_INTEGER, {.integer = attempt->attempts}},
		{VALUE_INTEGER, {.integer = now_ms}},
		{VALUE_REAL, {.real = completeness_pct}},
		{VALUE_TEXT, {.text = skip_reason}},
		{VALUE_BOOLEAN, {.integer = attempt->tripped}},
		{attempt->until_ms != 0 ? VALUE_INTEGER : VALUE_NULL,
			{.integer = attempt->until_ms}},
		{VALUE_TEXT, {.text = notes}},
	};
	bool done = sqlite_insert_values(warehouse, statement, values, ARRAY_COUNT(values), err);
	sqlite3_finalize(statement);
	return done;
}

bool sqlite_reset_breaker(struct warehouse *warehouse, const char *table, struct date_range range,
	int64_t now_ms, int64_t *reset_count, struct error *err)
{
	sqlite3_stmt *statement;
	if (!sqlite_prepare(warehouse,
		    "INSERT INTO " ATTEMPTS_TABLE
		    " SELECT processor_name, entity_id, analysis_date, newest + 1, ?4, NULL,"
		    " '" BREAKER_RESET_REASON "', 0, NULL, 1, 'breaker reset' FROM ("
		    "  SELECT processor_name, entity_id, analysis_date, max(attempt_number) AS "
		    "newest,"
		    "  circuit_breaker_tripped AS tripped FROM " ATTEMPTS_TABLE
		    "  WHERE processor_name = ?3 AND analysis_date BETWEEN ?1 AND ?2"
		    "  GROUP BY entity_id, analysis_date) WHERE tripped",
		    &statement, err))
		return false;
	sqlite_bind_date(statement, 1, range.first);
	sqlite_bind_date(statement, 2, range.last);
	sqlite3_bind_text(statement, 3, table, -1, SQLITE_STATIC);
	sqlite3_bind_int64(statement, 4, now_ms);
	if (!sqlite_finish(warehouse, statement, err))
		return false;
	*reset_count = sqlite3_changes(connection_of(warehouse)->database);
	return true;
}

/* What failed in the tables: counted, taken away. */
#include "sqlite.h"

#include "base/memory.h"

#include <stdlib.h>

static void bind_range(sqlite3_stmt *statement, struct date_range range)
{
	sqlite_bind_date(statement, 1, range.first);
	sqlite_bind_date(statement, 2, range.last);
}

static void take_failure(sqlite3_stmt *statement, struct failure_count *count)
{
	sqlite_copy_text(statement, 0, count->table, sizeof(count->table));
	count->date = sqlite_column_date(statement, 1);
	sqlite_copy_text(statement, 2, count->category, sizeof(count->category));
	count->entities = sqlite3_column_int64(statement, 3);
	sqlite_copy_text(statement, 4, count->reason, sizeof(count->reason));
}

bool sqlite_count_failures(struct warehouse *warehouse, struct date_range range,
	struct failure_counts *counts, struct error *err)
{
	sqlite3_stmt *statement;
	struct failure_counts found = {0};
	if (!sqlite_prepare(warehouse,
		    "SELECT processor_name, analysis_date, failure_category,"
		    " count(DISTINCT entity_id), max(failure_reason) FROM " FAILURES_TABLE
		    " WHERE analysis_date BETWEEN ?1 AND ?2 GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
		    &statement, err))
		return false;
	bind_range(statement, range);
	int status;
	while ((status = sqlite3_step(statement)) == SQLITE_ROW) {
		ARRAY_GROW(found.items, found.count, found.capacity);
		take_failure(statement, &found.items[found.count++]);
	}
	bool done = status == SQLITE_DONE || sqlite_fail(warehouse, err, "cannot count failures");
	sqlite3_finalize(statement);
	if (done)
		*counts = found;
	else
		free(found.items);
	return done;
}

static void take_lock(sqlite3_stmt *statement, struct lock_count *count)
{
	sqlite_copy_text(statement, 0, count->table, sizeof(count->table));
	count->date = sqlite_column_date(statement, 1);
	count->at_risk = sqlite3_column_int64(statement, 2);
	count->locked = sqlite3_column_int64(statement, 3);
	count->until_ms = sqlite3_column_int64(statement, 4);
}

/* The newest attempt of each entity decides: max() gives its row. */
bool sqlite_count_locks(struct warehouse *warehouse, struct date_range range, int64_t tries,
	int64_t now_ms, struct lock_counts *counts, struct error *err)
{
	sqlite3_stmt *statement;
	struct lock_counts found = {0};
	if (!sqlite_prepare(warehouse,
		    "SELECT processor_name, analysis_date, sum(number >= ?3 - 1 AND NOT is_locked)"
		    " AS at_risk, sum(is_locked) AS locked, max(is_locked * until) FROM ("
		    "SELECT processor_name, analysis_date, max(attempt_number) AS number,"
		    " circuit_breaker_tripped AND ifnull(circuit_breaker_until, 0) > ?4"
		    " AS is_locked, ifnull(circuit_breaker_until, 0) AS until FROM " ATTEMPTS_TABLE
		    " WHERE analysis_date BETWEEN ?1 AND ?2"
		    " GROUP BY processor_name, analysis_date, entity_id) GROUP BY 1, 2"
		    " HAVING at_risk + locked > 0 ORDER BY 1, 2",
		    &statement, err))
		return false;
	bind_range(statement, range);
	sqlite3_bind_int64(statement, 3, tries);
	sqlite3_bind_int64(statement, 4, now_ms);
	int status;
	while ((status = sqlite3_step(statement)) == SQLITE_ROW) {
		ARRAY_GROW(found.items, found.count, found.capacity);
		take_lock(statement, &found.items[found.count++]);
	}
	bool done = status == SQLITE_DONE || sqlite_fail(warehouse, err, "cannot count lock-outs");
	sqlite3_finalize(statement);
	if (done)
		*counts = found;
	else
		free(found.items);
	return done;
}

bool sqlite_delete_failures(
	struct warehouse *warehouse, const char *table, date_t date, struct error *err)
{
	sqlite3_stmt *statement;
	if (!sqlite_prepare(warehouse,
		    "DELETE FROM " FAILURES_TABLE
		    " WHERE processor_name = ?1 AND analysis_date = ?2",
		    &statement, err))
		return false;
	sqlite3_bind_text(statement, 1, table, -1, SQLITE_STATIC);
	sqlite_bind_date(statement, 2, date);
	return sqlite_finish(warehouse, statement, err);
}

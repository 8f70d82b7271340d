/* Failures and the breaker's attempts that come from another warehouse. */
#include "sqlite.h"

static const struct column failures_columns[FAILED_COLUMNS] = {
	[FAILED_TABLE] = {"processor_name", COLUMN_TEXT, COLUMN_REQUIRED},
	[FAILED_RUN] = {"run_id", COLUMN_TEXT, COLUMN_REQUIRED},
	[FAILED_DATE] = {"analysis_date", COLUMN_DATE, COLUMN_REQUIRED},
	[FAILED_ENTITY] = {"entity_id", COLUMN_TEXT, COLUMN_REQUIRED},
	[FAILED_CATEGORY] = {"failure_category", COLUMN_TEXT, COLUMN_REQUIRED},
	[FAILED_REASON] = {"failure_reason", COLUMN_TEXT, 0},
	[FAILED_CAN_RETRY] = {"can_retry", COLUMN_BOOLEAN, COLUMN_REQUIRED},
	[FAILED_AT_MS] = {"created_at", COLUMN_INTEGER, COLUMN_REQUIRED},
};

static const struct column attempts_columns[TRIED_COLUMNS] = {
	[TRIED_TABLE] = {"processor_name", COLUMN_TEXT, COLUMN_KEY},
	[TRIED_DATE] = {"analysis_date", COLUMN_DATE, COLUMN_KEY},
	[TRIED_ENTITY] = {"entity_id", COLUMN_TEXT, COLUMN_KEY},
	[TRIED_NUMBER] = {"attempt_number", COLUMN_INTEGER, COLUMN_KEY},
	[TRIED_AT_MS] = {"attempted_at", COLUMN_INTEGER, COLUMN_REQUIRED},
	[TRIED_PERCENT] = {"completeness_pct", COLUMN_REAL, 0},
	[TRIED_REASON] = {"skip_reason", COLUMN_TEXT, 0},
	[TRIED_IS_TRIPPED] = {"circuit_breaker_tripped", COLUMN_BOOLEAN, COLUMN_REQUIRED},
	[TRIED_UNTIL_MS] = {"circuit_breaker_until", COLUMN_INTEGER, 0},
};

const struct table_layout sqlite_failures_layout = {"nba_processing", "precompute_failures",
	"analysis_date", failures_columns, FAILED_COLUMNS, HASH_NONE};
const struct table_layout sqlite_attempts_layout = {"nba_orchestration", "reprocess_attempts",
	"analysis_date", attempts_columns, TRIED_COLUMNS, HASH_NONE};

static bool insert_rows(
	struct warehouse *warehouse, const char *sql, const struct rows *rows, struct error *err)
{
	sqlite3_stmt *insert;
	size_t width = rows->layout->column_count;
	if (!sqlite_prepare(warehouse, sql, &insert, err))
		return false;
	bool done = true;
	for (size_t row = 0; done && row < rows->count; row++)
		done = warehouse_fault_point("between the records", err) &&
		       sqlite_insert_values(
			       warehouse, insert, &rows->values[row * width], width, err);
	sqlite3_finalize(insert);
	return done;
}

/* The number is the place of the column, from 1. What only this warehouse keeps is told by the
 * reason (a reset is always written with that one) or is left out (notes). */
static bool add_attempts(
	struct warehouse *warehouse, const struct record_write *write, struct error *err)
{
	return insert_rows(warehouse,
		"INSERT INTO " ATTEMPTS_TABLE
		"(processor_name, analysis_date, entity_id, attempt_number, attempted_at,"
		" completeness_pct, skip_reason, circuit_breaker_tripped, circuit_breaker_until,"
		" manual_override_applied) SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9,"
		" ?7 IS '" BREAKER_RESET_REASON "' WHERE NOT EXISTS (SELECT 1 FROM " ATTEMPTS_TABLE
		" WHERE processor_name = ?1 AND analysis_date = ?2 AND entity_id = ?3"
		" AND (attempt_number >= ?4 OR attempted_at > ?5))",
		write->rows, err);
}

static bool replace_failures(
	struct warehouse *warehouse, const struct record_write *write, struct error *err)
{
	for (size_t i = 0; i < write->date_count; i++)
		if (!sqlite_delete_failures(warehouse, write->table, write->dates[i], err))
			return false;
	struct buffer sql = {0};
	sqlite_add_insert(&sql, &sqlite_failures_layout);
	bool done = insert_rows(warehouse, buffer_text(&sql), write->rows, err);
	buffer_release(&sql);
	return done;
}

bool sqlite_put_records(
	struct warehouse *warehouse, const struct record_write *write, struct error *err)
{
	if (!sqlite_begin(warehouse, err))
		return false;
	bool done = write->kind == RECORD_ATTEMPTS ? add_attempts(warehouse, write, err)
						   : replace_failures(warehouse, write, err);
	if (done && warehouse_fault_point("before the commit of records", err))
		return sqlite_commit(warehouse, err);
	sqlite_rollback(warehouse);
	return false;
}

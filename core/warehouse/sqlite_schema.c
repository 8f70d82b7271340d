/* The tables: ours, and those of the layouts. */
#include "sqlite.h"
#include "sqlite_types.h"

#include "base/memory.h"

#include <stdio.h>

static const char own_tables[] =
	"CREATE TABLE IF NOT EXISTS " RECEIPTS_TABLE
	"(table_name TEXT NOT NULL, date TEXT NOT NULL,"
	" run TEXT NOT NULL, row_count INTEGER NOT NULL, distinct_keys INTEGER NOT NULL,"
	" hash TEXT NOT NULL, sequence INTEGER NOT NULL, written_ms INTEGER NOT NULL,"
	" verified_ms INTEGER NOT NULL, computed_from TEXT NOT NULL, null_counts TEXT,"
	" PRIMARY KEY(table_name, date)) STRICT, WITHOUT ROWID;"
	"CREATE TABLE IF NOT EXISTS backcourt__sequence(id INTEGER PRIMARY KEY CHECK(id = 1),"
	" value INTEGER NOT NULL) STRICT;"
	"INSERT OR IGNORE INTO backcourt__sequence VALUES(1, 0);"
	"CREATE TABLE IF NOT EXISTS " RAW_DAYS_TABLE "(date TEXT PRIMARY KEY,"
	" regular_games INTEGER NOT NULL, other_games INTEGER NOT NULL, box_rows INTEGER NOT NULL,"
	" roster_rows INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
	"CREATE TABLE IF NOT EXISTS " FAILURES_TABLE "(processor_name TEXT NOT NULL,"
	" run_id TEXT NOT NULL, analysis_date TEXT NOT NULL, entity_id TEXT NOT NULL,"
	" failure_category TEXT NOT NULL, failure_reason TEXT, can_retry INTEGER NOT NULL,"
	" created_at INTEGER NOT NULL) STRICT;"
	"CREATE INDEX IF NOT EXISTS nba_processing__failures_by_day ON " FAILURES_TABLE
	"(processor_name, analysis_date);"
	"CREATE TABLE IF NOT EXISTS " ATTEMPTS_TABLE "(processor_name TEXT NOT NULL,"
	" entity_id TEXT NOT NULL, analysis_date TEXT NOT NULL, attempt_number INTEGER NOT NULL,"
	" attempted_at INTEGER NOT NULL, completeness_pct REAL, skip_reason TEXT,"
	" circuit_breaker_tripped INTEGER NOT NULL, circuit_breaker_until INTEGER,"
	" manual_override_applied INTEGER NOT NULL, notes TEXT,"
	" PRIMARY KEY(processor_name, analysis_date, entity_id, attempt_number))"
	" STRICT, WITHOUT ROWID;";

const char *sqlite_type_of(enum column_type type)
{
	switch (type) {
	case COLUMN_TEXT:
	case COLUMN_DATE:
	case COLUMN_TIMESTAMP:
	case COLUMN_LIST:
		return "TEXT";
	case COLUMN_INTEGER:
	case COLUMN_BOOLEAN:
		return "INTEGER";
	case COLUMN_REAL:
		return "REAL";
	}
	return "TEXT";
}

/* The date comes first in the key, so that the rows of a date lie together. */
static void add_key(struct buffer *sql, const struct table_layout *layout)
{
	const char *separator = "";
	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < layout->column_count; i++) {
			const struct column *column = &layout->columns[i];
			bool is_date = text_equal(column->name, layout->date_column);
			if ((column->flags & COLUMN_KEY) == 0 || is_date != (pass == 0))
				continue;
			buffer_add_format(sql, "%s\"%s\"", separator, column->name);
			separator = ", ";
		}
}

static bool date_is_key(const struct table_layout *layout)
{
	size_t column = layout->date_column == NULL ? layout->column_count
						    : table_column(layout, layout->date_column);
	return column == layout->column_count || (layout->columns[column].flags & COLUMN_KEY) != 0;
}

static void add_create(struct buffer *sql, const struct table_layout *layout)
{
	buffer_add_text(sql, "CREATE TABLE IF NOT EXISTS ");
	sqlite_add_table(sql, layout);
	buffer_add_text(sql, "(");
	for (size_t i = 0; i < layout->column_count; i++) {
		const struct column *column = &layout->columns[i];
		bool required = (column->flags & (COLUMN_KEY | COLUMN_REQUIRED)) != 0;
		buffer_add_format(sql, "\"%s\" %s%s, ", column->name, sqlite_type_of(column->type),
			required ? " NOT NULL" : "");
	}
	buffer_add_text(sql, "PRIMARY KEY(");
	add_key(sql, layout);
	buffer_add_text(sql, ")) STRICT, WITHOUT ROWID;\n");
	if (!date_is_key(layout)) {
		buffer_add_format(sql, "CREATE INDEX IF NOT EXISTS \"%s__%s_by_date\" ON ",
			layout->dataset, layout->name);
		sqlite_add_table(sql, layout);
		buffer_add_format(sql, "(\"%s\");\n", layout->date_column);
	}
}

/* SELECT of the names of the columns that the table has, in order; no rows without the table. */
static bool open_columns(struct warehouse *warehouse, const struct table_layout *layout,
	sqlite3_stmt **statement, struct error *err)
{
	char table[2 * TABLE_NAME_BYTES];
	snprintf(table, sizeof(table), "%s__%s", layout->dataset, layout->name);
	if (!sqlite_prepare(warehouse, "SELECT name FROM pragma_table_info(?1)", statement, err))
		return false;
	sqlite_bind_text(*statement, 1, table);
	return true;
}

static bool find_columns(struct warehouse *warehouse, const struct table_layout *layout,
	bool has[TABLE_COLUMNS_MAX], struct error *err)
{
	sqlite3_stmt *statement;
	if (!open_columns(warehouse, layout, &statement, err))
		return false;
	int status;
	while ((status = sqlite3_step(statement)) == SQLITE_ROW) {
		size_t column =
			table_column(layout, (const char *)sqlite3_column_text(statement, 0));
		if (column < layout->column_count)
			has[column] = true;
	}
	bool done = status == SQLITE_DONE || sqlite_fail(warehouse, err, "cannot read the columns");
	sqlite3_finalize(statement);
	return done;
}

static bool exists(struct warehouse *warehouse, const struct table_layout *layout, bool *is_there,
	struct error *err)
{
	sqlite3_stmt *statement;
	if (!open_columns(warehouse, layout, &statement, err))
		return false;
	int status = sqlite3_step(statement);
	*is_there = status == SQLITE_ROW;
	sqlite3_finalize(statement);
	return status == SQLITE_ROW || status == SQLITE_DONE ||
	       sqlite_fail(warehouse, err, "cannot read the columns");
}

/* Its types are those that this program gave it: only columns can be missing. */
bool sqlite_fit(struct warehouse *warehouse, const struct table_layout *layout,
	bool is_to_be_written, enum table_fit *fit, struct buffer *why, struct error *err)
{
	bool has[TABLE_COLUMNS_MAX] = {false};
	bool is_there;
	(void)is_to_be_written;
	if (!exists(warehouse, layout, &is_there, err) ||
		!find_columns(warehouse, layout, has, err))
		return false;
	*fit = is_there ? TABLE_FITS : TABLE_MISSING;
	if (!is_there)
		buffer_add_format(why, "%s__%s", layout->dataset, layout->name);
	for (size_t i = 0; is_there && i < layout->column_count; i++) {
		if (has[i])
			continue;
		buffer_add_format(why, "%slacks %s", *fit == TABLE_DIFFERS ? ", " : "",
			layout->columns[i].name);
		*fit = TABLE_DIFFERS;
	}
	return true;
}

/* A table of an older backcourt gets the columns that came later; they may be NULL, or it cannot.
 */
static bool add_missing_columns(
	struct warehouse *warehouse, const struct table_layout *layout, struct error *err)
{
	bool has[TABLE_COLUMNS_MAX] = {false};
	struct buffer sql = {0};
	bool done = find_columns(warehouse, layout, has, err);
	for (size_t i = 0; done && i < layout->column_count; i++) {
		const struct column *column = &layout->columns[i];
		if (has[i])
			continue;
		if ((column->flags & (COLUMN_KEY | COLUMN_REQUIRED)) != 0)
			done = error_set(err, ERROR_WAREHOUSE,
				"%s: the table %s__%s lacks the column %s; a table of this name "
				"made by something else must be moved away",
				warehouse->name, layout->dataset, layout->name, column->name);
		buffer_add_text(&sql, "ALTER TABLE ");
		sqlite_add_table(&sql, layout);
		buffer_add_format(
			&sql, " ADD COLUMN \"%s\" %s;", column->name, sqlite_type_of(column->type));
	}
	done = done && (sql.length == 0 || sqlite_run(warehouse, buffer_text(&sql), err));
	buffer_release(&sql);
	return done;
}

/* A file of schema 1: its receipts were written before NULLs were counted, and keep saying so. */
static bool bring_receipts_up_to_date(struct warehouse *warehouse, struct error *err)
{
	sqlite3_stmt *statement;
	bool is_old = false;
	if (!sqlite_prepare(warehouse,
		    "SELECT count(*) FROM pragma_table_info('" RECEIPTS_TABLE
		    "') WHERE name = 'null_counts'",
		    &statement, err))
		return false;
	bool done = sqlite3_step(statement) == SQLITE_ROW ||
		    sqlite_fail(warehouse, err, "cannot read the columns");
	if (done)
		is_old = sqlite3_column_int64(statement, 0) == 0;
	sqlite3_finalize(statement);
	return done &&
	       (!is_old ||
		       sqlite_run(warehouse,
			       "ALTER TABLE " RECEIPTS_TABLE " ADD COLUMN null_counts TEXT", err));
}

static bool note_missing(
	struct warehouse *warehouse, const struct table_layout *layout, struct error *err)
{
	bool is_there;
	if (!exists(warehouse, layout, &is_there, err))
		return false;
	if (!is_there)
		warehouse_note_made(warehouse, layout);
	return true;
}

static bool make_tables(struct warehouse *warehouse, const struct table_layout *const *layouts,
	size_t count, struct error *err)
{
	struct buffer sql = {0};
	for (size_t i = 0; i < count; i++)
		if (!note_missing(warehouse, layouts[i], err))
			return false;
	buffer_add_format(&sql, "PRAGMA application_id = %d; PRAGMA user_version = %d;\n",
		SQLITE_APPLICATION_ID, SQLITE_SCHEMA_VERSION);
	buffer_add_text(&sql, own_tables);
	for (size_t i = 0; i < count; i++)
		add_create(&sql, layouts[i]);
	bool done = sqlite_run(warehouse, buffer_text(&sql), err) &&
		    bring_receipts_up_to_date(warehouse, err);
	for (size_t i = 0; done && i < count; i++)
		done = add_missing_columns(warehouse, layouts[i], err);
	buffer_release(&sql);
	return done;
}

bool sqlite_prepare_tables(struct warehouse *warehouse, const struct table_layout *const *layouts,
	size_t count, struct error *err)
{
	if (!sqlite_begin(warehouse, err))
		return false;
	if (!make_tables(warehouse, layouts, count, err)) {
		sqlite_rollback(warehouse);
		return false;
	}
	if (!sqlite_commit(warehouse, err))
		return false;
	connection_of(warehouse)->version = SQLITE_SCHEMA_VERSION;
	return true;
}

#include "sqlite.h"

#include "base/memory.h"
#include "base/path.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define APPLICATION_ID	0x62636b63 /* "bckc" */
#define SCHEMA_VERSION	1
#define BUSY_TIMEOUT_MS 10000

static const char own_tables[] =
	"CREATE TABLE IF NOT EXISTS " RECEIPTS_TABLE
	"(table_name TEXT NOT NULL, date TEXT NOT NULL,"
	" run TEXT NOT NULL, row_count INTEGER NOT NULL, distinct_keys INTEGER NOT NULL,"
	" hash TEXT NOT NULL, sequence INTEGER NOT NULL, written_ms INTEGER NOT NULL,"
	" verified_ms INTEGER NOT NULL, computed_from TEXT NOT NULL,"
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

static const char *path_of(const char *spec)
{
	return text_starts_with(spec, "sqlite:") ? spec + strlen("sqlite:") : spec;
}

bool warehouse_exists(const char *spec)
{
	return path_exists(path_of(spec));
}

bool sqlite_fail(const struct warehouse *warehouse, struct error *err, const char *what)
{
	return error_set(err, ERROR_WAREHOUSE, "%s: %s: %s", warehouse->name, what,
		sqlite3_errmsg(warehouse->database));
}

bool sqlite_run(struct warehouse *warehouse, const char *sql, struct error *err)
{
	if (sqlite3_exec(warehouse->database, sql, NULL, NULL, NULL) == SQLITE_OK)
		return true;
	return sqlite_fail(warehouse, err, "cannot run a statement");
}

bool sqlite_prepare(
	struct warehouse *warehouse, const char *sql, sqlite3_stmt **statement, struct error *err)
{
	if (text_starts_with(sql, "SELECT"))
		warehouse->selects++;
	if (sqlite3_prepare_v2(warehouse->database, sql, -1, statement, NULL) == SQLITE_OK)
		return true;
	return sqlite_fail(warehouse, err, "cannot prepare a statement");
}

bool sqlite_finish(struct warehouse *warehouse, sqlite3_stmt *statement, struct error *err)
{
	int status = sqlite3_step(statement);
	bool done = status == SQLITE_DONE || status == SQLITE_ROW;
	if (!done)
		sqlite_fail(warehouse, err, "cannot write");
	sqlite3_finalize(statement);
	return done;
}

void sqlite_bind_date(sqlite3_stmt *statement, int position, date_t date)
{
	char text[DATE_TEXT_BYTES];
	sqlite3_bind_text(statement, position, date_format(date, text), -1, SQLITE_TRANSIENT);
}

date_t sqlite_column_date(sqlite3_stmt *statement, int column)
{
	const char *text = (const char *)sqlite3_column_text(statement, column);
	date_t date = DATE_NONE;
	if (text != NULL)
		date_parse(text, &date);
	return date;
}

void sqlite_copy_text(sqlite3_stmt *statement, int column, char *into, size_t room)
{
	text_copy(into, room, (const char *)sqlite3_column_text(statement, column));
}

void sqlite_add_table(struct buffer *sql, const struct table_layout *layout)
{
	buffer_add_format(sql, "\"%s__%s\"", layout->dataset, layout->name);
}

bool sqlite_begin(struct warehouse *warehouse, struct error *err)
{
	return sqlite_run(warehouse, "BEGIN IMMEDIATE", err);
}

bool sqlite_commit(struct warehouse *warehouse, struct error *err)
{
	if (sqlite_run(warehouse, "COMMIT", err))
		return true;
	sqlite_rollback(warehouse);
	return false;
}

void sqlite_rollback(struct warehouse *warehouse)
{
	sqlite3_exec(warehouse->database, "ROLLBACK", NULL, NULL, NULL);
}

static bool read_pragma(
	struct warehouse *warehouse, const char *sql, int64_t *value, struct error *err)
{
	sqlite3_stmt *statement;
	if (!sqlite_prepare(warehouse, sql, &statement, err))
		return false;
	bool found = sqlite3_step(statement) == SQLITE_ROW;
	if (found)
		*value = sqlite3_column_int64(statement, 0);
	else
		sqlite_fail(warehouse, err, "cannot read");
	sqlite3_finalize(statement);
	return found;
}

/* A file of somebody else is refused, an empty one (just made) is taken. */
static bool check_owner(struct warehouse *warehouse, struct error *err)
{
	int64_t application = 0;
	int64_t version = 0;
	int64_t objects = 0;
	if (!read_pragma(warehouse, "PRAGMA application_id", &application, err) ||
		!read_pragma(warehouse, "PRAGMA user_version", &version, err) ||
		!read_pragma(warehouse, "SELECT count(*) FROM sqlite_master", &objects, err))
		return false;
	if (application == 0 && objects == 0)
		return true;
	if (application != APPLICATION_ID)
		return error_set(err, ERROR_WAREHOUSE,
			"%s: this SQLite file was not made by backcourt; it is left alone",
			warehouse->name);
	if (version > SCHEMA_VERSION)
		return error_set(err, ERROR_WAREHOUSE,
			"%s: made by a newer backcourt (schema %d, this one knows %d)",
			warehouse->name, (int)version, SCHEMA_VERSION);
	return true;
}

static bool open_file(
	struct warehouse *warehouse, const char *path, enum warehouse_mode mode, struct error *err)
{
	int flags = mode == WAREHOUSE_CREATE ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
					     : SQLITE_OPEN_READWRITE;
	if (mode == WAREHOUSE_READ && access(path, W_OK) != 0)
		flags = SQLITE_OPEN_READONLY;
	if (sqlite3_open_v2(path, &warehouse->database, flags | SQLITE_OPEN_NOMUTEX, NULL) !=
		SQLITE_OK)
		return sqlite_fail(warehouse, err, "cannot open the warehouse");
	sqlite3_busy_timeout(warehouse->database, BUSY_TIMEOUT_MS);
	if (!check_owner(warehouse, err))
		return false;
	if (flags == SQLITE_OPEN_READONLY)
		return true;
	return sqlite_run(warehouse,
		"PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"
		"PRAGMA cache_size = -32768; PRAGMA temp_store = MEMORY",
		err);
}

bool warehouse_open(
	const char *spec, enum warehouse_mode mode, struct warehouse **opened, struct error *err)
{
	const char *path = path_of(spec);
	if (mode == WAREHOUSE_CREATE && !path_make_parent(path, err))
		return false;
	if (mode != WAREHOUSE_CREATE && !path_exists(path))
		return error_set(err, ERROR_WAREHOUSE,
			"%s: no warehouse is there (`backcourt import DIR` or `backcourt sample` "
			"makes one)",
			path);
	struct warehouse *warehouse = memory_new(sizeof(*warehouse));
	warehouse->name = memory_format("sqlite:%s", path);
	if (!open_file(warehouse, path, mode, err)) {
		warehouse_close(warehouse);
		return false;
	}
	*opened = warehouse;
	return true;
}

void warehouse_close(struct warehouse *warehouse)
{
	if (warehouse == NULL)
		return;
	warehouse_load_abandon(warehouse);
	sqlite3_close(warehouse->database);
	free(warehouse->name);
	free(warehouse);
}

const char *warehouse_name(const struct warehouse *warehouse)
{
	return warehouse->name;
}

int64_t warehouse_select_count(const struct warehouse *warehouse)
{
	return warehouse->selects;
}

static const char *sql_type(enum column_type type)
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
		buffer_add_format(sql, "\"%s\" %s%s, ", column->name, sql_type(column->type),
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

bool warehouse_prepare(struct warehouse *warehouse, const struct table_layout *const *layouts,
	size_t count, struct error *err)
{
	struct buffer sql = {0};
	buffer_add_format(&sql, "PRAGMA application_id = %d; PRAGMA user_version = %d;\n",
		APPLICATION_ID, SCHEMA_VERSION);
	buffer_add_text(&sql, own_tables);
	for (size_t i = 0; i < count; i++)
		add_create(&sql, layouts[i]);
	bool done = sqlite_begin(warehouse, err);
	if (done && !sqlite_run(warehouse, buffer_text(&sql), err)) {
		sqlite_rollback(warehouse);
		done = false;
	}
	buffer_release(&sql);
	return done && sqlite_commit(warehouse, err);
}

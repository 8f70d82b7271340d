#include "sqlite.h"

#include "base/memory.h"
#include "base/path.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BUSY_TIMEOUT_MS 10000

bool(sqlite_fail)(const struct warehouse *warehouse, struct error *err, const char *what)
{
	sqlite3 *database = connection_of(warehouse)->database;
	enum error_kind kind =
		sqlite3_errcode(database) == SQLITE_BUSY ? ERROR_BUSY : ERROR_WAREHOUSE;
	return error_set(err, kind, "%s: %s: %s", warehouse->name, what, sqlite3_errmsg(database));
}

bool sqlite_run(struct warehouse *warehouse, const char *sql, struct error *err)
{
	if (sqlite3_exec(connection_of(warehouse)->database, sql, NULL, NULL, NULL) == SQLITE_OK)
		return true;
	return sqlite_fail(warehouse, err, "cannot run a statement");
}

bool sqlite_prepare(
	struct warehouse *warehouse, const char *sql, sqlite3_stmt **statement, struct error *err)
{
	if (text_starts_with(sql, "SELECT"))
		warehouse->selects++;
	if (sqlite3_prepare_v2(connection_of(warehouse)->database, sql, -1, statement, NULL) ==
		SQLITE_OK)
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

void sqlite_bind_text(sqlite3_stmt *statement, int position, const char *text)
{
	if (sqlite3_bind_text(statement, position, text, -1, SQLITE_TRANSIENT) != SQLITE_OK)
		memory_exhausted();
}

void sqlite_bind_date(sqlite3_stmt *statement, int position, date_t date)
{
	char text[DATE_TEXT_BYTES];
	sqlite_bind_text(statement, position, date_format(date, text));
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
	sqlite3_exec(connection_of(warehouse)->database, "ROLLBACK", NULL, NULL, NULL);
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

/* In one snapshot: between two questions an import may make what was not there. */
static bool read_marks(struct warehouse *warehouse, int64_t *application, int64_t *version,
	int64_t *objects, struct error *err)
{
	if (!sqlite_run(warehouse, "SAVEPOINT marks", err))
		return false;
	bool done = read_pragma(warehouse, "PRAGMA application_id", application, err) &&
		    read_pragma(warehouse, "PRAGMA user_version", version, err) &&
		    read_pragma(warehouse, "SELECT count(*) FROM sqlite_master", objects, err);
	return sqlite_run(warehouse, "RELEASE marks", done ? err : NULL) && done;
}

/* A file of somebody else is refused, an empty one (just made) is taken. */
static bool check_owner(struct warehouse *warehouse, struct error *err)
{
	int64_t application = 0;
	int64_t version = 0;
	int64_t objects = 0;
	if (!read_marks(warehouse, &application, &version, &objects, err))
		return false;
	if (application == 0 && objects == 0)
		return true;
	if (application != SQLITE_APPLICATION_ID)
		return error_set(err, ERROR_WAREHOUSE,
			"%s: this SQLite file was not made by backcourt; it is left alone",
			warehouse->name);
	connection_of(warehouse)->version = version;
	if (version > SQLITE_SCHEMA_VERSION)
		return error_set(err, ERROR_WAREHOUSE,
			"%s: made by a newer backcourt (schema %d, this one knows %d)",
			warehouse->name, (int)version, SQLITE_SCHEMA_VERSION);
	return true;
}

/* With its double-quoted literals SQLite would read a column that is not there as a text. */
static void refuse_quoted_literals(sqlite3 *database)
{
	sqlite3_db_config(database, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	sqlite3_db_config(database, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
}

/* A file in WAL mode is read with files beside it. Where none can be made and none is there, nobody
 * writes either, and it is read as it lies. */
static int open_frozen(const char *path, sqlite3 **database)
{
	int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX;
	char *wal = memory_format("%s-wal", path);
	char *uri = path_file_uri(path);
	char *immutable = memory_format("%s?immutable=1", uri);
	int status = path_exists(wal)
			     ? sqlite3_open_v2(path, database, flags, NULL)
			     : sqlite3_open_v2(immutable, database, flags | SQLITE_OPEN_URI, NULL);
	free(immutable);
	free(uri);
	free(wal);
	return status;
}

static bool open_file(
	struct warehouse *warehouse, const char *path, enum warehouse_mode mode, struct error *err)
{
	sqlite3 **database = &connection_of(warehouse)->database;
	int flags = mode == WAREHOUSE_CREATE ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
					     : SQLITE_OPEN_READWRITE;
	bool is_frozen = mode == WAREHOUSE_READ && !path_is_writable(path);
	int status = is_frozen ? open_frozen(path, database)
			       : sqlite3_open_v2(path, database, flags | SQLITE_OPEN_NOMUTEX, NULL);
	if (status != SQLITE_OK)
		return sqlite_fail(warehouse, err, "cannot open the warehouse");
	sqlite3_busy_timeout(*database, BUSY_TIMEOUT_MS);
	refuse_quoted_literals(*database);
	if (!check_owner(warehouse, err))
		return false;
	if (mode != WAREHOUSE_READ && /* who reads takes the file as it is */
		!sqlite_run(
			warehouse, "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL", err))
		return false;
	return sqlite_run(
		       warehouse, "PRAGMA cache_size = -32768; PRAGMA temp_store = MEMORY", err) &&
	       (mode != WAREHOUSE_READ || sqlite_run(warehouse, "PRAGMA query_only = ON", err));
}

static void close_file(struct warehouse *warehouse)
{
	sqlite_load_abandon(warehouse);
	sqlite3_close(connection_of(warehouse)->database);
	free(warehouse->name);
	free(connection_of(warehouse));
}

static bool open_place(
	const char *path, enum warehouse_mode mode, struct warehouse **opened, struct error *err)
{
	if (mode == WAREHOUSE_CREATE && !path_make_parent(path, err))
		return false;
	if (mode != WAREHOUSE_CREATE && !path_exists(path))
		return error_set(err, ERROR_WAREHOUSE,
			"%s: no warehouse is there (`backcourt import DIR` or `backcourt sample` "
			"makes one)",
			path);
	struct connection *connection = memory_new(sizeof(*connection));
	struct warehouse *warehouse = &connection->shared;
	warehouse->backend = &sqlite_backend;
	warehouse->name = memory_format("sqlite:%s", path);
	if (!open_file(warehouse, path, mode, err)) {
		close_file(warehouse);
		return false;
	}
	*opened = warehouse;
	return true;
}

static int64_t count_objects(sqlite3 *database)
{
	int64_t count = -1;
	sqlite3_stmt *statement = NULL;
	if (sqlite3_prepare_v2(database, "SELECT count(*) FROM sqlite_master", -1, &statement,
		    NULL) == SQLITE_OK &&
		sqlite3_step(statement) == SQLITE_ROW)
		count = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	return count;
}

/* An import that was killed at its very start leaves a file without a table: nothing is there yet.
 * Of a file that cannot be read the opening tells what is wrong. */
static bool is_there(const char *path)
{
	sqlite3 *database = NULL;
	int64_t objects = -1;
	if (!path_exists(path))
		return false;
	if (sqlite3_open_v2(path, &database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) ==
		SQLITE_OK)
		objects = count_objects(database);
	sqlite3_close(database);
	return objects != 0;
}

const struct warehouse_backend sqlite_backend = {
	.prefix = "sqlite",
	.exists = is_there,
	.open = open_place,
	.close = close_file,
	.prepare = sqlite_prepare_tables,
	.read = sqlite_read_frame,
	.replace_day = sqlite_replace_day,
	.store_receipts = sqlite_store_receipts,
	.fit = sqlite_fit,
	.receipts = sqlite_receipts,
	.count_days = sqlite_count_days,
	.raw_days = sqlite_raw_days,
	.load_begin = sqlite_load_begin,
	.load_row = sqlite_load_row,
	.load_commit = sqlite_load_commit,
	.load_abandon = sqlite_load_abandon,
	.read_attempts = sqlite_read_attempts,
	.add_attempt = sqlite_add_attempt,
	.reset_breaker = sqlite_reset_breaker,
	.look = sqlite_look,
	.repair = sqlite_repair,
	.count_failures = sqlite_count_failures,
	.count_locks = sqlite_count_locks,
	.records = {[RECORD_FAILURES] = &sqlite_failures_layout,
		[RECORD_ATTEMPTS] = &sqlite_attempts_layout},
	.put_records = sqlite_put_records,
	.sample_rows = sqlite_sample_rows,
};

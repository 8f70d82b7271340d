/* Opening the file: whose it is, which version it has, and bringing it up to date. */
#include "ledger_parts.h"

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/path.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define APPLICATION_ID 0x62636c64 /* "bcld" */
#define WAL_LOOK_MS    10
#define MAKING_MS_MAX  2000 /* a file that stays empty is nobody's any more */

static const char version_1[] =
	"CREATE TABLE runs(id TEXT PRIMARY KEY, table_name TEXT NOT NULL, executor TEXT NOT NULL,"
	" first_date TEXT NOT NULL, last_date TEXT NOT NULL, planned INTEGER NOT NULL,"
	" started_ms INTEGER NOT NULL, ended_ms INTEGER NOT NULL, outcome TEXT NOT NULL CHECK("
	"outcome IN ('running', 'succeeded', 'stopped', 'failed', 'killed', 'lost')),"
	" done INTEGER NOT NULL, failed INTEGER NOT NULL, remaining INTEGER NOT NULL,"
	" log_path TEXT NOT NULL) STRICT;"
	"CREATE INDEX runs_by_start ON runs(started_ms);"
	"CREATE TABLE attempts(number INTEGER PRIMARY KEY AUTOINCREMENT,"
	" run TEXT NOT NULL REFERENCES runs(id), table_name TEXT NOT NULL, date TEXT NOT NULL,"
	" state TEXT NOT NULL CHECK(state IN"
	" ('running', 'succeeded', 'failed', 'killed', 'suspect')),"
	" category TEXT NOT NULL, reason TEXT NOT NULL, row_count INTEGER NOT NULL,"
	" started_ms INTEGER NOT NULL, ended_ms INTEGER NOT NULL, log_offset INTEGER NOT NULL,"
	" UNIQUE(run, date)) STRICT;"
	"CREATE INDEX attempts_by_cell ON attempts(table_name, date, number);"
	"CREATE TABLE events(number INTEGER PRIMARY KEY AUTOINCREMENT, at_ms INTEGER NOT NULL,"
	" severity TEXT NOT NULL, kind TEXT NOT NULL, table_name TEXT NOT NULL, date TEXT,"
	" run TEXT NOT NULL, words TEXT NOT NULL) STRICT;"
	/* Nobody uses it; a ledger of version 1 has it. */
	"CREATE TABLE settings(key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;";

static const char version_2[] =
	"CREATE TABLE excuses(table_name TEXT NOT NULL, date TEXT NOT NULL, until TEXT,"
	" reason TEXT NOT NULL, author TEXT NOT NULL, made_ms INTEGER NOT NULL,"
	" PRIMARY KEY(table_name, date)) STRICT, WITHOUT ROWID;"
	"CREATE INDEX excuses_by_date ON excuses(date);";

const struct ledger_step ledger_steps[] = {{version_1}, {version_2}};

/* Who records a date after the other must not wait so long for each while somebody holds the file:
 * the jobs would stand still. */
static void set_patience(struct ledger *ledger, bool is_impatient)
{
	if (ledger->is_impatient == is_impatient)
		return;
	ledger->is_impatient = is_impatient;
	sqlite3_busy_timeout(
		ledger->database, is_impatient ? LEDGER_BUSY_AGAIN_MS : LEDGER_BUSY_MS);
}

bool ledger_fail(struct ledger *ledger, struct error *err, const char *what)
{
	if (sqlite3_errcode(ledger->database) == SQLITE_BUSY)
		set_patience(ledger, true);
	return error_set(err, ERROR_WAREHOUSE, "%s: %s: %s", ledger->path, what,
		sqlite3_errmsg(ledger->database));
}

bool ledger_run_sql(struct ledger *ledger, const char *sql, struct error *err)
{
	if (sqlite3_exec(ledger->database, sql, NULL, NULL, NULL) == SQLITE_OK) {
		set_patience(ledger, false);
		return true;
	}
	return ledger_fail(ledger, err, "cannot write the ledger");
}

bool ledger_prepare(
	struct ledger *ledger, const char *sql, sqlite3_stmt **statement, struct error *err)
{
	if (sqlite3_prepare_v2(ledger->database, sql, -1, statement, NULL) == SQLITE_OK)
		return true;
	return ledger_fail(ledger, err, "cannot ask the ledger");
}

bool ledger_finish(struct ledger *ledger, sqlite3_stmt *statement, struct error *err)
{
	bool done = sqlite3_step(statement) == SQLITE_DONE;
	if (done)
		set_patience(ledger, false);
	else
		ledger_fail(ledger, err, "cannot write the ledger");
	sqlite3_finalize(statement);
	return done;
}

bool ledger_read_list(struct ledger *ledger, sqlite3_stmt *statement,
	const struct ledger_reading *reading, struct error *err)
{
	int status;
	while ((status = sqlite3_step(statement)) == SQLITE_ROW)
		reading->take(statement, reading->list);
	bool done = status == SQLITE_DONE || ledger_fail(ledger, err, reading->what);
	sqlite3_finalize(statement);
	return done;
}

bool ledger_commit_if(struct ledger *ledger, bool done, struct error *err)
{
	if (done && ledger_run_sql(ledger, "COMMIT", err))
		return true;
	sqlite3_exec(ledger->database, "ROLLBACK", NULL, NULL, NULL);
	return false;
}

void ledger_bind_text(sqlite3_stmt *statement, int position, const char *text)
{
	if (sqlite3_bind_text(statement, position, text, -1, SQLITE_TRANSIENT) != SQLITE_OK)
		memory_exhausted();
}

void ledger_bind_date(sqlite3_stmt *statement, int position, date_t date)
{
	char text[DATE_TEXT_BYTES];
	if (date == DATE_NONE)
		sqlite3_bind_null(statement, position);
	else
		ledger_bind_text(statement, position, date_format(date, text));
}

void ledger_copy_text(sqlite3_stmt *statement, int column, char *into, size_t room)
{
	text_copy(into, room, (const char *)sqlite3_column_text(statement, column));
}

date_t ledger_column_date(sqlite3_stmt *statement, int column)
{
	const char *text = (const char *)sqlite3_column_text(statement, column);
	date_t date = DATE_NONE;
	if (text != NULL)
		date_parse(text, &date);
	return date;
}

static bool read_number(struct ledger *ledger, const char *sql, int64_t *number, struct error *err)
{
	sqlite3_stmt *statement;
	if (!ledger_prepare(ledger, sql, &statement, err))
		return false;
	bool found = sqlite3_step(statement) == SQLITE_ROW;
	if (found)
		*number = sqlite3_column_int64(statement, 0);
	else
		ledger_fail(ledger, err, "cannot read the ledger");
	sqlite3_finalize(statement);
	return found;
}

/* In one snapshot: between two questions another worker may make what was not there. */
static bool read_marks(struct ledger *ledger, int64_t *application, int64_t *version,
	int64_t *objects, struct error *err)
{
	if (!ledger_run_sql(ledger, "SAVEPOINT marks", err))
		return false;
	bool done = read_number(ledger, "PRAGMA application_id", application, err) &&
		    read_number(ledger, "PRAGMA user_version", version, err) &&
		    read_number(ledger, "SELECT count(*) FROM sqlite_master", objects, err);
	return ledger_run_sql(ledger, "RELEASE marks", done ? err : NULL) && done;
}

/* The version, 0 for a file that was just made; a file of somebody else is refused. */
static bool read_version(struct ledger *ledger, size_t newest, int64_t *version, struct error *err)
{
	int64_t application = 0, objects = 0;
	if (!read_marks(ledger, &application, version, &objects, err))
		return false;
	if (application == 0 && objects == 0 && *version == 0)
		return true;
	if (application != APPLICATION_ID)
		return error_set(err, ERROR_WAREHOUSE,
			"%s: the file was not made by backcourt; it is left alone", ledger->path);
	if (*version < 1 || (uint64_t)*version > newest)
		return error_set(err, ERROR_WAREHOUSE,
			"%s: version %lld of the ledger was made by a newer backcourt; this one "
			"knows up to %zu",
			ledger->path, (long long)*version, newest);
	return true;
}

static bool copy_pages(struct ledger *ledger, const char *path, struct error *err)
{
	sqlite3 *copy = NULL;
	int status = sqlite3_open(path, &copy);
	sqlite3_backup *backup =
		status == SQLITE_OK ? sqlite3_backup_init(copy, "main", ledger->database, "main")
				    : NULL;
	if (backup != NULL) {
		sqlite3_backup_step(backup, -1);
		status = sqlite3_backup_finish(backup);
	} else {
		status = SQLITE_ERROR;
	}
	sqlite3_close(copy);
	return status == SQLITE_OK || error_set(err, ERROR_WAREHOUSE,
					      "cannot copy %s to %s before bringing it up to date: "
					      "%s",
					      ledger->path, path, sqlite3_errstr(status));
}

/* Whole or absent under its name: the copy is made beside it and renamed. */
static bool back_up(struct ledger *ledger, int64_t version, struct error *err)
{
	char *path = memory_format("%s.v%lld.bak", ledger->path, (long long)version);
	char *part = memory_format("%s.part", path);
	unlink(part);
	bool done = copy_pages(ledger, part, err);
	if (done && rename(part, path) != 0)
		done = error_set_system(err, errno, "cannot rename %s", part);
	if (!done)
		unlink(part);
	free(part);
	free(path);
	return done;
}

static bool run_steps(struct ledger *ledger, const struct ledger_step *steps, size_t count,
	int64_t version, struct error *err)
{
	char sql[96];
	snprintf(sql, sizeof(sql), "PRAGMA application_id = %d; PRAGMA user_version = %zu",
		APPLICATION_ID, count);
	bool done = true;
	for (size_t i = (size_t)version; done && i < count; i++)
		done = ledger_run_sql(ledger, steps[i].sql, err);
	return done && ledger_run_sql(ledger, sql, err);
}

/* The version is read again inside: two consoles may find an old file at the same time. */
static bool bring_up_to_date(
	struct ledger *ledger, const struct ledger_step *steps, size_t count, struct error *err)
{
	int64_t version = 0;
	if (!read_version(ledger, count, &version, err))
		return false;
	if ((size_t)version == count)
		return true;
	if (version > 0 && !back_up(ledger, version, err))
		return false;
	if (!ledger_run_sql(ledger, "BEGIN IMMEDIATE", err))
		return false;
	bool done = read_version(ledger, count, &version, err) &&
		    ((size_t)version == count || run_steps(ledger, steps, count, version, err));
	return ledger_commit_if(ledger, done, err);
}

static bool drop_old_events(struct ledger *ledger, struct error *err)
{
	char sql[128];
	snprintf(sql, sizeof(sql),
		"DELETE FROM events WHERE number <= (SELECT max(number) FROM events) - %d",
		LEDGER_EVENTS_MAX);
	return ledger_run_sql(ledger, sql, err);
}

/* SQLite does not wait here, timeout or not, for another worker that turns the file to WAL now. */
static bool use_wal(struct ledger *ledger, struct error *err)
{
	const struct timespec instant = {.tv_nsec = WAL_LOOK_MS * 1000000L};
	int64_t until_ms = clock_monotonic_ms() + LEDGER_BUSY_MS;
	int status;
	while ((status = sqlite3_exec(ledger->database, "PRAGMA journal_mode = WAL", NULL, NULL,
			NULL)) == SQLITE_BUSY &&
		clock_monotonic_ms() < until_ms)
		nanosleep(&instant, NULL);
	return status == SQLITE_OK || ledger_fail(ledger, err, "cannot write the ledger");
}

static bool open_to_write(
	struct ledger *ledger, const struct ledger_step *steps, size_t count, struct error *err)
{
	int64_t version;
	return read_version(ledger, count, &version, err) && use_wal(ledger, err) &&
	       ledger_run_sql(
		       ledger, "PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON", err) &&
	       bring_up_to_date(ledger, steps, count, err) && drop_old_events(ledger, err);
}

/* Whoever makes the file now takes milliseconds: until then it is there, and has nothing in it. */
static bool await_version(struct ledger *ledger, size_t newest, int64_t *version, struct error *err)
{
	const struct timespec instant = {.tv_nsec = WAL_LOOK_MS * 1000000L};
	int64_t until_ms = clock_monotonic_ms() + MAKING_MS_MAX;
	bool done;
	while ((done = read_version(ledger, newest, version, err)) && *version == 0 &&
		clock_monotonic_ms() < until_ms)
		nanosleep(&instant, NULL);
	return done;
}

/* An older file cannot be read by statements of today; the reader waits for the owner. */
static bool open_to_read(struct ledger *ledger, size_t newest, struct error *err)
{
	int64_t version;
	if (!await_version(ledger, newest, &version, err))
		return false;
	if ((size_t)version != newest)
		return error_set(err, ERROR_WAREHOUSE,
			"%s: version %lld of the ledger must be brought up to date by a console "
			"that may write",
			ledger->path, (long long)version);
	return ledger_run_sql(ledger, "PRAGMA query_only = ON", err);
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

static bool open_file(struct ledger *ledger, enum ledger_mode mode, struct error *err)
{
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;
	if (mode == LEDGER_WRITE)
		flags |= SQLITE_OPEN_CREATE;
	bool is_frozen = mode == LEDGER_READ && !path_is_writable(ledger->path);
	int status = is_frozen ? open_frozen(ledger->path, &ledger->database)
			       : sqlite3_open_v2(ledger->path, &ledger->database, flags, NULL);
	if (status != SQLITE_OK)
		return ledger_fail(ledger, err, "cannot open the ledger");
	sqlite3_busy_timeout(ledger->database, LEDGER_BUSY_MS);
	return true;
}

bool ledger_exists(const char *folder)
{
	char *path = path_join(folder, "ledger.db");
	bool exists = path_exists(path);
	free(path);
	return exists;
}

bool ledger_open_with(const char *folder, enum ledger_mode mode, const struct ledger_step *steps,
	size_t step_count, struct ledger **opened, struct error *err)
{
	if (mode == LEDGER_WRITE && !path_make_folder(folder, err))
		return false;
	struct ledger *ledger = memory_new(sizeof(*ledger));
	ledger->path = path_join(folder, "ledger.db");
	bool done = open_file(ledger, mode, err) &&
		    (mode == LEDGER_WRITE ? open_to_write(ledger, steps, step_count, err)
					  : open_to_read(ledger, step_count, err));
	if (done)
		*opened = ledger;
	else
		ledger_close(ledger);
	return done;
}

bool ledger_open(
	const char *folder, enum ledger_mode mode, struct ledger **opened, struct error *err)
{
	return ledger_open_with(folder, mode, ledger_steps, ARRAY_COUNT(ledger_steps), opened, err);
}

void ledger_close(struct ledger *ledger)
{
	if (ledger == NULL)
		return;
	sqlite3_close(ledger->database);
	free(ledger->path);
	free(ledger);
}

/* Runs and the dates they tried. */
#include "ledger_parts.h"

#include "base/memory.h"
#include "base/text.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static const char *const state_words[] = {
	[LEDGER_DATE_RUNNING] = "running",
	[LEDGER_DATE_SUCCEEDED] = "succeeded",
	[LEDGER_DATE_FAILED] = "failed",
	[LEDGER_DATE_KILLED] = "killed",
	[LEDGER_DATE_SUSPECT] = "suspect",
};

const char *ledger_state_word(enum ledger_state state)
{
	return state_words[state];
}

/* The index of the word, or `otherwise`: a word from outside never reads as a success. */
static size_t find_word(
	const char *const *words, size_t count, const unsigned char *word, size_t otherwise)
{
	for (size_t i = 0; i < count; i++)
		if (text_equal(words[i], (const char *)word))
			return i;
	return otherwise;
}

bool ledger_run_begin(struct ledger *ledger, const struct ledger_run *run, struct error *err)
{
	sqlite3_stmt *statement;
	if (!ledger_prepare(ledger,
		    "INSERT INTO runs VALUES(?, ?, ?, ?, ?, ?, ?, 0, 'running', 0, 0, ?6, ?8)",
		    &statement, err))
		return false;
	ledger_bind_text(statement, 1, run->id);
	ledger_bind_text(statement, 2, run->table);
	ledger_bind_text(statement, 3, run->executor);
	ledger_bind_date(statement, 4, run->range.first);
	ledger_bind_date(statement, 5, run->range.last);
	sqlite3_bind_int64(statement, 6, run->planned);
	sqlite3_bind_int64(statement, 7, run->started_ms);
	ledger_bind_text(statement, 8, run->log_path);
	return ledger_finish(ledger, statement, err);
}

static bool end_run(struct ledger *ledger, const struct ledger_run *run, struct error *err)
{
	sqlite3_stmt *statement;
	if (!ledger_prepare(ledger,
		    "UPDATE runs SET outcome = ?2, ended_ms = ?3, done = ?4, failed = ?5,"
		    " remaining = ?6 WHERE id = ?1",
		    &statement, err))
		return false;
	ledger_bind_text(statement, 1, run->id);
	ledger_bind_text(statement, 2, run_outcome_words[run->outcome]);
	sqlite3_bind_int64(statement, 3, run->ended_ms);
	sqlite3_bind_int64(statement, 4, run->done);
	sqlite3_bind_int64(statement, 5, run->failed);
	sqlite3_bind_int64(statement, 6, run->left);
	if (!ledger_finish(ledger, statement, err))
		return false;
	if (sqlite3_changes(ledger->database) == 1)
		return true;
	return error_set(err, ERROR_WAREHOUSE, "%s: no run is called %s", ledger->path, run->id);
}

static bool kill_running_dates(
	struct ledger *ledger, const char *run, int64_t now_ms, struct error *err)
{
	sqlite3_stmt *statement;
	if (!ledger_prepare(ledger,
		    "UPDATE attempts SET state = 'killed', ended_ms = ?2"
		    " WHERE run = ?1 AND state = 'running'",
		    &statement, err))
		return false;
	ledger_bind_text(statement, 1, run);
	sqlite3_bind_int64(statement, 2, now_ms);
	return ledger_finish(ledger, statement, err);
}

bool ledger_run_end(struct ledger *ledger, const struct ledger_run *run, struct error *err)
{
	assert(run->outcome != RUN_GOES_ON);
	if (!ledger_run_sql(ledger, "BEGIN IMMEDIATE", err))
		return false;
	bool done = end_run(ledger, run, err) &&
		    kill_running_dates(ledger, run->id, run->ended_ms, err);
	return ledger_commit_if(ledger, done, err);
}

bool ledger_record(struct ledger *ledger, const struct ledger_attempt *attempt, struct error *err)
{
	sqlite3_stmt *statement;
	if (!ledger_prepare(ledger,
		    "INSERT INTO attempts(run, table_name, date, state, category, reason,"
		    " row_count, started_ms, ended_ms, log_offset) VALUES(?,?,?,?,?,?,?,?,?,?)"
		    " ON CONFLICT(run, date) DO UPDATE SET state = excluded.state,"
		    " category = excluded.category, reason = excluded.reason,"
		    " row_count = excluded.row_count, started_ms = excluded.started_ms,"
		    " ended_ms = excluded.ended_ms, log_offset = excluded.log_offset",
		    &statement, err))
		return false;
	ledger_bind_text(statement, 1, attempt->run);
	ledger_bind_text(statement, 2, attempt->table);
	ledger_bind_date(statement, 3, attempt->date);
	ledger_bind_text(statement, 4, state_words[attempt->state]);
	ledger_bind_text(statement, 5, attempt->category);
	ledger_bind_text(statement, 6, attempt->reason);
	sqlite3_bind_int64(statement, 7, attempt->rows);
	sqlite3_bind_int64(statement, 8, attempt->started_ms);
	sqlite3_bind_int64(statement, 9, attempt->ended_ms);
	sqlite3_bind_int64(statement, 10, attempt->log_offset);
	return ledger_finish(ledger, statement, err);
}

static void take_attempt(sqlite3_stmt *statement, void *context)
{
	struct ledger_attempts *list = context;
	ARRAY_GROW(list->items, list->count, list->capacity);
	struct ledger_attempt *attempt = &list->items[list->count++];
	*attempt = (struct ledger_attempt){
		.date = ledger_column_date(statement, 2),
		.state = find_word(state_words, ARRAY_COUNT(state_words),
			sqlite3_column_text(statement, 3), LEDGER_DATE_KILLED),
		.rows = sqlite3_column_int64(statement, 6),
		.started_ms = sqlite3_column_int64(statement, 7),
		.ended_ms = sqlite3_column_int64(statement, 8),
		.log_offset = sqlite3_column_int64(statement, 9),
	};
	ledger_copy_text(statement, 0, attempt->run, sizeof(attempt->run));
	ledger_copy_text(statement, 1, attempt->table, sizeof(attempt->table));
	ledger_copy_text(statement, 4, attempt->category, sizeof(attempt->category));
	ledger_copy_text(statement, 5, attempt->reason, sizeof(attempt->reason));
}

#define ATTEMPT_COLUMNS                                                          \
	"run, table_name, date, state, category, reason, row_count, started_ms," \
	" ended_ms, log_offset"

/* The statement is finalized. */
static bool read_attempts(struct ledger *ledger, sqlite3_stmt *statement,
	struct ledger_attempts *attempts, struct error *err)
{
	struct ledger_attempts list = {0};
	bool done = ledger_read_list(ledger, statement,
		&(struct ledger_reading){take_attempt, &list, "cannot read the attempts"}, err);
	if (done)
		*attempts = list;
	else
		free(list.items);
	return done;
}

/* max() makes SQLite take the other columns from the row that has the maximum. */
bool ledger_newest_attempts(struct ledger *ledger, struct date_range range,
	struct ledger_attempts *attempts, struct error *err)
{
	sqlite3_stmt *statement;
	if (!ledger_prepare(ledger,
		    "SELECT " ATTEMPT_COLUMNS ", max(number) FROM attempts"
		    " WHERE date BETWEEN ?1 AND ?2"
		    " GROUP BY table_name, date ORDER BY table_name, date",
		    &statement, err))
		return false;
	ledger_bind_date(statement, 1, range.first);
	ledger_bind_date(statement, 2, range.last);
	return read_attempts(ledger, statement, attempts, err);
}

static int64_t list_limit(size_t limit)
{
	return (int64_t)(limit < LEDGER_LIST_MAX ? limit : LEDGER_LIST_MAX);
}

bool ledger_all_attempts(struct ledger *ledger, const char *table, struct date_range range,
	size_t limit, struct ledger_attempts *attempts, struct error *err)
{
	sqlite3_stmt *statement;
	if (!ledger_prepare(ledger,
		    "SELECT " ATTEMPT_COLUMNS " FROM attempts WHERE date BETWEEN ?1 AND ?2"
		    " AND (?3 IS NULL OR table_name = ?3) ORDER BY number DESC LIMIT ?4",
		    &statement, err))
		return false;
	ledger_bind_date(statement, 1, range.first);
	ledger_bind_date(statement, 2, range.last);
	ledger_bind_text(statement, 3, table);
	sqlite3_bind_int64(statement, 4, list_limit(limit));
	return read_attempts(ledger, statement, attempts, err);
}

static void take_run(sqlite3_stmt *statement, struct ledger_run *run)
{
	*run = (struct ledger_run){
		.range = {ledger_column_date(statement, 3), ledger_column_date(statement, 4)},
		.planned = sqlite3_column_int64(statement, 5),
		.started_ms = sqlite3_column_int64(statement, 6),
		.ended_ms = sqlite3_column_int64(statement, 7),
		.outcome = find_word(run_outcome_words, RUN_OUTCOME_COUNT,
			sqlite3_column_text(statement, 8), RUN_LOST),
		.done = sqlite3_column_int64(statement, 9),
		.failed = sqlite3_column_int64(statement, 10),
		.left = sqlite3_column_int64(statement, 11),
	};
	ledger_copy_text(statement, 0, run->id, sizeof(run->id));
	ledger_copy_text(statement, 1, run->table, sizeof(run->table));
	ledger_copy_text(statement, 2, run->executor, sizeof(run->executor));
	ledger_copy_text(statement, 12, run->log_path, sizeof(run->log_path));
}

#define RUN_COLUMNS                                                             \
	"id, table_name, executor, first_date, last_date, planned, started_ms," \
	" ended_ms, outcome, done, failed, remaining, log_path"

bool ledger_find_run(struct ledger *ledger, const char *id, struct ledger_run *run, bool *found,
	struct error *err)
{
	sqlite3_stmt *statement;
	if (!ledger_prepare(
		    ledger, "SELECT " RUN_COLUMNS " FROM runs WHERE id = ?1", &statement, err))
		return false;
	ledger_bind_text(statement, 1, id);
	int status = sqlite3_step(statement);
	bool done = status == SQLITE_ROW || status == SQLITE_DONE ||
		    ledger_fail(ledger, err, "cannot read a run");
	if (done)
		*found = status == SQLITE_ROW;
	if (status == SQLITE_ROW)
		take_run(statement, run);
	sqlite3_finalize(statement);
	return done;
}

static void add_run(sqlite3_stmt *statement, void *context)
{
	struct ledger_runs *list = context;
	ARRAY_GROW(list->items, list->count, list->capacity);
	take_run(statement, &list->items[list->count++]);
}

bool ledger_newest_runs(struct ledger *ledger, const char *table, size_t limit,
	struct ledger_runs *runs, struct error *err)
{
	sqlite3_stmt *statement;
	struct ledger_runs list = {0};
	if (!ledger_prepare(ledger,
		    "SELECT " RUN_COLUMNS " FROM runs"
		    " WHERE ?1 IS NULL OR table_name = ?1 ORDER BY started_ms DESC, rowid DESC"
		    " LIMIT ?2",
		    &statement, err))
		return false;
	ledger_bind_text(statement, 1, table);
	sqlite3_bind_int64(statement, 2, list_limit(limit));
	bool done = ledger_read_list(ledger, statement,
		&(struct ledger_reading){add_run, &list, "cannot read the runs"}, err);
	if (done)
		*runs = list;
	else
		free(list.items);
	return done;
}

/* Cells of which somebody said that nothing is to be expected. */
#include "ledger_parts.h"

#include "base/memory.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Runs a prepared statement once per date, which is its second parameter. */
static bool run_for_dates(struct ledger *ledger, sqlite3_stmt *statement,
	const struct date_set *dates, int64_t *changed, struct error *err)
{
	bool done = true;
	for (date_t date = date_set_first(dates); done && date != DATE_NONE;
		date = date_set_next(dates, date)) {
		ledger_bind_date(statement, 2, date);
		done = sqlite3_step(statement) == SQLITE_DONE ||
		       ledger_fail(ledger, err, "cannot write the excuses");
		*changed += done ? sqlite3_changes(ledger->database) : 0;
		sqlite3_reset(statement);
	}
	sqlite3_finalize(statement);
	return done;
}

static bool put_excuses(struct ledger *ledger, const struct ledger_excuse *excuse,
	const struct date_set *dates, struct error *err)
{
	sqlite3_stmt *statement;
	int64_t changed = 0;
	if (!ledger_prepare(ledger, "INSERT OR REPLACE INTO excuses VALUES(?1, ?2, ?3, ?4, ?5, ?6)",
		    &statement, err))
		return false;
	ledger_bind_text(statement, 1, excuse->table);
	ledger_bind_date(statement, 3, excuse->until);
	ledger_bind_text(statement, 4, excuse->reason);
	ledger_bind_text(statement, 5, excuse->author);
	sqlite3_bind_int64(statement, 6, excuse->made_ms);
	return run_for_dates(ledger, statement, dates, &changed, err);
}

static bool check_count(struct ledger *ledger, struct error *err)
{
	sqlite3_stmt *statement;
	if (!ledger_prepare(ledger, "SELECT count(*) FROM excuses", &statement, err))
		return false;
	bool read = sqlite3_step(statement) == SQLITE_ROW;
	int64_t count = read ? sqlite3_column_int64(statement, 0) : 0;
	if (!read)
		ledger_fail(ledger, err, "cannot count the excuses");
	sqlite3_finalize(statement);
	if (count > LEDGER_EXCUSES_MAX)
		return error_set(err, ERROR_LIMIT, "more than %d cells would be excused",
			LEDGER_EXCUSES_MAX);
	return read;
}

/* "excused 2021-11-16..2021-11-18: no games were played (naji@host)" */
static bool remember(struct ledger *ledger, const struct ledger_excuse *excuse, const char *what,
	const struct date_set *dates, struct error *err)
{
	struct ledger_event event = {
		.at_ms = excuse->made_ms, .severity = 'I', .kind = "excuse", .date = DATE_NONE};
	struct buffer words = {0};
	bool has_reason = excuse->reason[0] != '\0';
	buffer_add_format(&words, "%s (%s)%s%s ", what, excuse->author, has_reason ? ": " : "",
		has_reason ? excuse->reason : "");
	date_set_format(dates, &words);
	text_copy(event.table, sizeof(event.table), excuse->table);
	text_copy(event.text, sizeof(event.text), buffer_text(&words));
	buffer_release(&words);
	return ledger_add_event(ledger, &event, err);
}

bool ledger_excuse(struct ledger *ledger, const struct ledger_excuse *excuse,
	const struct date_set *dates, struct error *err)
{
	if (!ledger_run_sql(ledger, "BEGIN IMMEDIATE", err))
		return false;
	bool done = put_excuses(ledger, excuse, dates, err) && check_count(ledger, err) &&
		    remember(ledger, excuse, "excused", dates, err);
	return ledger_commit_if(ledger, done, err);
}

static bool take_excuses(struct ledger *ledger, const char *table, const struct date_set *dates,
	int64_t *taken, struct error *err)
{
	sqlite3_stmt *statement;
	if (!ledger_prepare(ledger, "DELETE FROM excuses WHERE table_name = ?1 AND date = ?2",
		    &statement, err))
		return false;
	ledger_bind_text(statement, 1, table);
	return run_for_dates(ledger, statement, dates, taken, err);
}

bool ledger_take_back(struct ledger *ledger, const struct ledger_excuse *excuse,
	const struct date_set *dates, int64_t *taken, struct error *err)
{
	int64_t count = 0;
	struct ledger_excuse who = *excuse;
	who.reason[0] = '\0';
	if (!ledger_run_sql(ledger, "BEGIN IMMEDIATE", err))
		return false;
	bool done = take_excuses(ledger, excuse->table, dates, &count, err) &&
		    (count == 0 || remember(ledger, &who, "no longer excused", dates, err));
	if (!ledger_commit_if(ledger, done, err))
		return false;
	*taken = count;
	return true;
}

static void take_excuse(sqlite3_stmt *statement, void *context)
{
	struct ledger_excuses *list = context;
	ARRAY_GROW(list->items, list->count, list->capacity);
	struct ledger_excuse *excuse = &list->items[list->count++];
	*excuse = (struct ledger_excuse){.date = ledger_column_date(statement, 1),
		.until = ledger_column_date(statement, 2),
		.made_ms = sqlite3_column_int64(statement, 5)};
	ledger_copy_text(statement, 0, excuse->table, sizeof(excuse->table));
	ledger_copy_text(statement, 3, excuse->reason, sizeof(excuse->reason));
	ledger_copy_text(statement, 4, excuse->author, sizeof(excuse->author));
}

bool ledger_read_excuses(struct ledger *ledger, struct date_range range,
	struct ledger_excuses *excuses, struct error *err)
{
	sqlite3_stmt *statement;
	struct ledger_excuses list = {0};
	if (!ledger_prepare(ledger,
		    "SELECT table_name, date, until, reason, author, made_ms FROM excuses"
		    " WHERE date BETWEEN ?1 AND ?2 ORDER BY table_name, date",
		    &statement, err))
		return false;
	ledger_bind_date(statement, 1, range.first);
	ledger_bind_date(statement, 2, range.last);
	bool done = ledger_read_list(ledger, statement,
		&(struct ledger_reading){take_excuse, &list, "cannot read the excuses"}, err);
	if (done)
		*excuses = list;
	else
		free(list.items);
	return done;
}

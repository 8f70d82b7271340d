#include "sqlite.h"

#include "base/memory.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static bool bind_value(sqlite3_stmt *statement, int position, const struct value *value)
{
	switch (value->kind) {
	case VALUE_NULL:
		return sqlite3_bind_null(statement, position) == SQLITE_OK;
	case VALUE_INTEGER:
	case VALUE_BOOLEAN:
		return sqlite3_bind_int64(statement, position, value->integer) == SQLITE_OK;
	case VALUE_REAL:
		return sqlite3_bind_double(statement, position, value->real) == SQLITE_OK;
	case VALUE_TEXT:
		return sqlite3_bind_text(statement, position, value->text, -1, SQLITE_STATIC) ==
		       SQLITE_OK;
	}
	return false;
}

bool sqlite_insert_values(struct warehouse *warehouse, sqlite3_stmt *insert,
	const struct value *values, size_t count, struct error *err)
{
	for (size_t i = 0; i < count; i++)
		if (!bind_value(insert, (int)i + 1, &values[i]))
			return sqlite_fail(warehouse, err, "cannot bind a value");
	bool done = sqlite3_step(insert) == SQLITE_DONE;
	if (!done)
		sqlite_fail(warehouse, err, "cannot insert a row");
	sqlite3_reset(insert);
	return done;
}

void sqlite_add_insert(struct buffer *sql, const struct table_layout *layout)
{
	buffer_add_text(sql, "INSERT INTO ");
	sqlite_add_table(sql, layout);
	for (size_t i = 0; i < layout->column_count; i++)
		buffer_add_format(sql, "%s\"%s\"", i == 0 ? "(" : ", ", layout->columns[i].name);
	buffer_add_text(sql, ") VALUES(");
	for (size_t i = 0; i < layout->column_count; i++)
		buffer_add_text(sql, i == 0 ? "?" : ", ?");
	buffer_add_text(sql, ")");
}

/* "VERB table WHERE date = ..." */
static bool prepare_of_day(struct warehouse *warehouse, const struct day_write *write,
	const char *verb, sqlite3_stmt **statement, struct error *err)
{
	struct buffer sql = {0};
	buffer_add_text(&sql, verb);
	sqlite_add_table(&sql, write->layout);
	buffer_add_format(&sql, " WHERE \"%s\" = ?1", write->layout->date_column);
	bool done = sqlite_prepare(warehouse, buffer_text(&sql), statement, err);
	buffer_release(&sql);
	if (done)
		sqlite_bind_date(*statement, 1, write->date);
	return done;
}

static bool delete_day(
	struct warehouse *warehouse, const struct day_write *write, struct error *err)
{
	sqlite3_stmt *statement;
	if (!prepare_of_day(warehouse, write, "DELETE FROM ", &statement, err))
		return false;
	return sqlite_finish(warehouse, statement, err);
}

static bool insert_rows(
	struct warehouse *warehouse, const struct day_write *write, struct error *err)
{
	struct buffer sql = {0};
	sqlite3_stmt *insert = NULL;
	size_t width = write->layout->column_count;
	sqlite_add_insert(&sql, write->layout);
	bool done = sqlite_prepare(warehouse, buffer_text(&sql), &insert, err);
	buffer_release(&sql);
	for (size_t row = 0; done && row < write->rows->count; row++)
		done = warehouse_fault_point("between the rows", err) &&
		       sqlite_insert_values(
			       warehouse, insert, &write->rows->values[row * width], width, err);
	sqlite3_finalize(insert);
	return done;
}

static bool write_failures(
	struct warehouse *warehouse, const struct day_write *write, struct error *err)
{
	sqlite3_stmt *insert;
	if (write->keeps_failures)
		return true;
	if (!sqlite_delete_failures(warehouse, write->layout->name, write->date, err))
		return false;
	if (!sqlite_prepare(warehouse,
		    "INSERT INTO " FAILURES_TABLE " VALUES(?, ?, ?, ?, ?, ?, ?, ?)", &insert, err))
		return false;
	char date[DATE_TEXT_BYTES];
	date_format(write->date, date);
	bool done = true;
	for (size_t i = 0; done && i < write->failure_count; i++) {
		const struct failure *failure = &write->failures[i];
		const struct value values[] = {
			{VALUE_TEXT, {.text = write->layout->name}},
			{VALUE_TEXT, {.text = write->run}},
			{VALUE_TEXT, {.text = date}},
			{VALUE_TEXT, {.text = failure->entity}},
			{VALUE_TEXT, {.text = failure->category}},
			{VALUE_TEXT, {.text = failure->reason}},
			{VALUE_BOOLEAN, {.integer = failure->can_retry}},
			{VALUE_INTEGER, {.integer = write->now_ms}},
		};
		done = sqlite_insert_values(warehouse, insert, values, ARRAY_COUNT(values), err);
	}
	sqlite3_finalize(insert);
	return done;
}

static bool next_sequence(struct warehouse *warehouse, int64_t *sequence, struct error *err)
{
	sqlite3_stmt *statement;
	if (!sqlite_prepare(warehouse,
		    "UPDATE backcourt__sequence SET value = value + 1 RETURNING value", &statement,
		    err))
		return false;
	bool found = sqlite3_step(statement) == SQLITE_ROW;
	if (found)
		*sequence = sqlite3_column_int64(statement, 0);
	else
		sqlite_fail(warehouse, err, "cannot count the write");
	sqlite3_finalize(statement);
	return found;
}

static bool find_receipt(struct warehouse *warehouse, const struct day_write *write,
	struct receipt *receipt, bool *found, struct error *err)
{
	sqlite3_stmt *statement;
	if (!sqlite_prepare(warehouse,
		    "SELECT " RECEIPT_COLUMNS ", null_counts FROM " RECEIPTS_TABLE
		    " WHERE table_name = ?1 AND date = ?2",
		    &statement, err))
		return false;
	sqlite3_bind_text(statement, 1, write->layout->name, -1, SQLITE_STATIC);
	sqlite_bind_date(statement, 2, write->date);
	int status = sqlite3_step(statement);
	bool done = status == SQLITE_ROW || status == SQLITE_DONE ||
		    sqlite_fail(warehouse, err, "cannot read a receipt");
	*found = status == SQLITE_ROW;
	if (*found)
		sqlite_read_receipt(statement, receipt);
	sqlite3_finalize(statement);
	return done;
}

/*
 * Rows that somebody took away are written again, whatever the receipt says. A failure must end the
 * write: after some of them SQLite has rolled the transaction back by itself, and what came next
 * would be written piece by piece.
 */
static bool holds_rows(
	struct warehouse *warehouse, const struct day_write *write, bool *same, struct error *err)
{
	sqlite3_stmt *statement;
	bool done = true;
	if (!prepare_of_day(warehouse, write, "SELECT count(*) FROM ", &statement, err))
		return false;
	if (sqlite3_step(statement) == SQLITE_ROW)
		*same = sqlite3_column_int64(statement, 0) == (int64_t)write->rows->count;
	else
		done = sqlite_fail(warehouse, err, "cannot count the rows of a date");
	sqlite3_finalize(statement);
	return done;
}

static bool store_receipt(
	struct warehouse *warehouse, const struct receipt *receipt, struct error *err)
{
	sqlite3_stmt *statement;
	struct buffer sources = {0};
	char date[DATE_TEXT_BYTES];
	if (!sqlite_prepare(warehouse,
		    "INSERT OR REPLACE INTO " RECEIPTS_TABLE "(" RECEIPT_COLUMNS
		    ", null_counts) VALUES(?,?,?,?,?,?,?,?,?,?,?)",
		    &statement, err))
		return false;
	receipt_write_sources(receipt, &sources);
	const struct value values[] = {
		{VALUE_TEXT, {.text = receipt->table}},
		{VALUE_TEXT, {.text = date_format(receipt->date, date)}},
		{VALUE_TEXT, {.text = receipt->run}},
		{VALUE_INTEGER, {.integer = receipt->rows}},
		{VALUE_INTEGER, {.integer = receipt->distinct_keys}},
		{VALUE_TEXT, {.text = receipt->hash}},
		{VALUE_INTEGER, {.integer = receipt->sequence}},
		{VALUE_INTEGER, {.integer = receipt->written_ms}},
		{VALUE_INTEGER, {.integer = receipt->verified_ms}},
		{VALUE_TEXT, {.text = buffer_text(&sources)}},
		{VALUE_TEXT, {.text = receipt->nulls}},
	};
	bool done = sqlite_insert_values(warehouse, statement, values, ARRAY_COUNT(values), err);
	sqlite3_finalize(statement);
	buffer_release(&sources);
	return done;
}

static bool replace_rows(struct warehouse *warehouse, const struct day_write *write,
	struct receipt *receipt, struct error *err)
{
	receipt->written_ms = write->now_ms;
	receipt->distinct_keys = (int64_t)rows_distinct_keys(write->rows);
	return delete_day(warehouse, write, err) &&
	       warehouse_fault_point("between delete and insert", err) &&
	       insert_rows(warehouse, write, err) &&
	       next_sequence(warehouse, &receipt->sequence, err);
}

static bool write_day(struct warehouse *warehouse, const struct day_write *write,
	struct receipt *receipt, bool *unchanged, struct error *err)
{
	char hash[DIGEST_TEXT_BYTES];
	bool found;
	*receipt = (struct receipt){0};
	rows_hash(write->rows, hash);
	if (!find_receipt(warehouse, write, receipt, &found, err))
		return false;
	*unchanged = found && text_equal(hash, receipt->hash);
	if (*unchanged && !holds_rows(warehouse, write, unchanged, err))
		return false;
	day_write_fill_receipt(write, receipt);
	text_copy(receipt->hash, sizeof(receipt->hash), hash);
	return warehouse_fault_point("before the write", err) &&
	       (*unchanged || replace_rows(warehouse, write, receipt, err)) &&
	       warehouse_fault_point("before the failures", err) &&
	       write_failures(warehouse, write, err) &&
	       warehouse_fault_point("before the receipt", err) &&
	       store_receipt(warehouse, receipt, err) &&
	       warehouse_fault_point("before the commit", err);
}

bool sqlite_replace_day(struct warehouse *warehouse, const struct day_write *write,
	struct receipt *receipt, bool *unchanged, struct error *err)
{
	if (!day_write_check(write, err) || !sqlite_begin(warehouse, err))
		return false;
	struct receipt written;
	bool same;
	if (!write_day(warehouse, write, &written, &same, err)) {
		sqlite_rollback(warehouse);
		return false;
	}
	if (!sqlite_commit(warehouse, err))
		return false;
	*receipt = written;
	*unchanged = same;
	return true;
}

bool sqlite_store_receipts(struct warehouse *warehouse, const struct receipt *receipts,
	size_t count, struct error *err)
{
	if (!sqlite_begin(warehouse, err))
		return false;
	bool done = true;
	for (size_t i = 0; done && i < count; i++)
		done = store_receipt(warehouse, &receipts[i], err);
	if (done)
		return sqlite_commit(warehouse, err);
	sqlite_rollback(warehouse);
	return false;
}

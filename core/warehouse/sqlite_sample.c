/* Some rows of a date, whatever columns the table has. */
#include "sqlite.h"

#include "base/memory.h"

#include <string.h>

static void write_select(const struct sample_request *request, struct buffer *sql)
{
	buffer_add_format(sql, "SELECT * FROM \"%s__%s\" WHERE \"%s\" = ?1", request->dataset,
		request->table, request->date_column);
	for (size_t i = 0; i < request->order_by_count; i++)
		buffer_add_format(
			sql, "%s\"%s\"", i == 0 ? " ORDER BY " : ", ", request->order_by[i]);
	buffer_add_format(sql, " LIMIT %zu", request->row_count);
}

/* Bytes that are no text are only told of: they would say nothing to a person. */
static void take_value(sqlite3_stmt *statement, size_t column, struct row_sample *sample)
{
	int type = sqlite3_column_type(statement, (int)column);
	if (type == SQLITE_NULL)
		return;
	if (type == SQLITE_BLOB) {
		char *told = arena_format(
			&sample->arena, "(%d bytes)", sqlite3_column_bytes(statement, (int)column));
		sample_set(sample, column, told, strlen(told));
		return;
	}
	const char *text = (const char *)sqlite3_column_text(statement, (int)column);
	if (text == NULL)
		memory_exhausted();
	sample_set(sample, column, text, (size_t)sqlite3_column_bytes(statement, (int)column));
}

static bool take_rows(struct warehouse *warehouse, sqlite3_stmt *statement,
	const struct sample_request *request, struct row_sample *sample, struct error *err)
{
	int status = SQLITE_DONE;
	sample_begin(sample, (size_t)sqlite3_column_count(statement), request->row_count);
	for (size_t i = 0; i < sample->column_count; i++)
		sample_name_column(sample, i, sqlite3_column_name(statement, (int)i));
	while (sample->row_count < request->row_count &&
		(status = sqlite3_step(statement)) == SQLITE_ROW) {
		for (size_t i = 0; i < sample->column_count; i++)
			take_value(statement, i, sample);
		sample->row_count++;
	}
	return sample->row_count == request->row_count || status == SQLITE_DONE ||
	       sqlite_fail(warehouse, err, "cannot read the rows");
}

bool sqlite_sample_rows(struct warehouse *warehouse, const struct sample_request *request,
	struct row_sample *sample, struct error *err)
{
	struct row_sample found = {0};
	struct buffer sql = {0};
	sqlite3_stmt *statement = NULL;
	write_select(request, &sql);
	bool done = sqlite_prepare(warehouse, buffer_text(&sql), &statement, err);
	buffer_release(&sql);
	if (!done)
		return false;
	sqlite_bind_date(statement, 1, request->date);
	done = take_rows(warehouse, statement, request, &found, err);
	sqlite3_finalize(statement);
	if (done)
		*sample = found;
	else
		row_sample_release(&found);
	return done;
}

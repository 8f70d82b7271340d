#include "sqlite.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

static bool find_columns(const struct read_request *request, struct frame *frame, struct error *err)
{
	frame->column_count = request->column_count;
	frame->columns = memory_new_array(request->column_count, sizeof(*frame->columns));
	for (size_t i = 0; i < request->column_count; i++) {
		size_t column = table_column(request->layout, request->columns[i]);
		if (column == request->layout->column_count)
			return error_set(err, ERROR_WAREHOUSE, "%s has no column %s",
				request->layout->name, request->columns[i]);
		frame->columns[i].name = request->layout->columns[column].name;
		frame->columns[i].type = request->layout->columns[column].type;
	}
	for (size_t i = 0; i < request->order_by_count; i++)
		if (table_column(request->layout, request->order_by[i]) ==
			request->layout->column_count)
			return error_set(err, ERROR_WAREHOUSE, "%s has no column %s to sort by",
				request->layout->name, request->order_by[i]);
	return true;
}

static void write_select(const struct read_request *request, struct buffer *sql)
{
	buffer_add_text(sql, "SELECT ");
	for (size_t i = 0; i < request->column_count; i++)
		buffer_add_format(sql, "%s\"%s\"", i == 0 ? "" : ", ", request->columns[i]);
	buffer_add_text(sql, " FROM ");
	sqlite_add_table(sql, request->layout);
	if (request->layout->date_column != NULL)
		buffer_add_format(
			sql, " WHERE \"%s\" BETWEEN ?1 AND ?2", request->layout->date_column);
	for (size_t i = 0; i < request->order_by_count; i++)
		buffer_add_format(
			sql, "%s\"%s\"", i == 0 ? " ORDER BY " : ", ", request->order_by[i]);
}

static void take_cell(sqlite3_stmt *statement, int position, size_t row,
	struct frame_column *column, struct symbols *symbols)
{
	bool is_null = sqlite3_column_type(statement, position) == SQLITE_NULL;
	column->is_null[row] = is_null;
	switch (column->type) {
	case COLUMN_INTEGER:
	case COLUMN_BOOLEAN:
		column->integers[row] = sqlite3_column_int64(statement, position);
		break;
	case COLUMN_DATE:
		column->integers[row] = is_null ? 0 : sqlite_column_date(statement, position);
		break;
	case COLUMN_REAL:
		column->reals[row] = sqlite3_column_double(statement, position);
		break;
	case COLUMN_TEXT:
	case COLUMN_TIMESTAMP:
	case COLUMN_LIST:
		column->texts[row] =
			is_null ? NULL
				: symbols_add(symbols,
					  (const char *)sqlite3_column_text(statement, position),
					  (size_t)sqlite3_column_bytes(statement, position));
		break;
	}
}

static bool take_rows(struct warehouse *warehouse, sqlite3_stmt *statement, struct frame *frame,
	struct error *err)
{
	size_t capacity = 0;
	int status;
	while ((status = sqlite3_step(statement)) == SQLITE_ROW) {
		if (frame->row_count == FRAME_ROWS_MAX)
			return error_set(err, ERROR_LIMIT, "%s: more than %d rows in one read",
				warehouse->name, FRAME_ROWS_MAX);
		if (frame->row_count == capacity) {
			capacity = capacity == 0 ? 256 : capacity * 2;
			frame_make_room(frame, capacity);
		}
		for (size_t i = 0; i < frame->column_count; i++)
			take_cell(statement, (int)i, frame->row_count, &frame->columns[i],
				frame->symbols);
		frame->row_count++;
	}
	return status == SQLITE_DONE || sqlite_fail(warehouse, err, "cannot read");
}

bool sqlite_read_frame(struct warehouse *warehouse, const struct read_request *request,
	struct symbols *symbols, struct frame *frame, struct error *err)
{
	*frame = (struct frame){.symbols = symbols};
	struct buffer sql = {0};
	sqlite3_stmt *statement = NULL;
	write_select(request, &sql);
	bool done = find_columns(request, frame, err) &&
		    sqlite_prepare(warehouse, buffer_text(&sql), &statement, err);
	if (done && request->layout->date_column != NULL) {
		sqlite_bind_date(statement, 1, request->range.first);
		sqlite_bind_date(statement, 2, request->range.last);
	}
	done = done && take_rows(warehouse, statement, frame, err);
	sqlite3_finalize(statement);
	buffer_release(&sql);
	if (!done)
		frame_release(frame);
	return done;
}

void sqlite_read_receipt(sqlite3_stmt *statement, struct receipt *receipt)
{
	*receipt = (struct receipt){0};
	sqlite_copy_text(statement, 0, receipt->table, sizeof(receipt->table));
	receipt->date = sqlite_column_date(statement, 1);
	sqlite_copy_text(statement, 2, receipt->run, sizeof(receipt->run));
	receipt->rows = sqlite3_column_int64(statement, 3);
	receipt->distinct_keys = sqlite3_column_int64(statement, 4);
	sqlite_copy_text(statement, 5, receipt->hash, sizeof(receipt->hash));
	receipt->sequence = sqlite3_column_int64(statement, 6);
	receipt->written_ms = sqlite3_column_int64(statement, 7);
	receipt->verified_ms = sqlite3_column_int64(statement, 8);
	receipt_read_sources((const char *)sqlite3_column_text(statement, 9), receipt);
	sqlite_copy_text(statement, 10, receipt->nulls, sizeof(receipt->nulls));
}

const char *sqlite_null_counts(const struct warehouse *warehouse)
{
	return connection_of(warehouse)->version < 2 ? ", NULL" : ", null_counts";
}

bool sqlite_receipts(struct warehouse *warehouse, struct date_range range,
	struct receipts *receipts, struct error *err)
{
	*receipts = (struct receipts){0};
	sqlite3_stmt *statement;
	struct buffer sql = {0};
	buffer_add_format(&sql,
		"SELECT " RECEIPT_COLUMNS "%s FROM " RECEIPTS_TABLE
		" WHERE date BETWEEN ?1 AND ?2 ORDER BY table_name, date",
		sqlite_null_counts(warehouse));
	bool prepared = sqlite_prepare(warehouse, buffer_text(&sql), &statement, err);
	buffer_release(&sql);
	if (!prepared)
		return false;
	sqlite_bind_date(statement, 1, range.first);
	sqlite_bind_date(statement, 2, range.last);
	int status;
	while ((status = sqlite3_step(statement)) == SQLITE_ROW) {
		ARRAY_GROW(receipts->items, receipts->count, receipts->capacity);
		sqlite_read_receipt(statement, &receipts->items[receipts->count++]);
	}
	bool done = status == SQLITE_DONE || sqlite_fail(warehouse, err, "cannot read receipts");
	sqlite3_finalize(statement);
	if (!done)
		receipts_release(receipts);
	return done;
}

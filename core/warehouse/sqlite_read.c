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

static void grow(struct frame *frame, size_t capacity)
{
	for (size_t i = 0; i < frame->column_count; i++) {
		struct frame_column *column = &frame->columns[i];
		column->is_null = memory_resize(column->is_null, capacity, 1);
		switch (column->type) {
		case COLUMN_INTEGER:
		case COLUMN_BOOLEAN:
		case COLUMN_DATE:
			column->integers = memory_resize(
				column->integers, capacity, sizeof(*column->integers));
			break;
		case COLUMN_REAL:
			column->reals =
				memory_resize(column->reals, capacity, sizeof(*column->reals));
			break;
		case COLUMN_TEXT:
		case COLUMN_TIMESTAMP:
		case COLUMN_LIST:
			column->texts =
				memory_resize(column->texts, capacity, sizeof(*column->texts));
			break;
		}
	}
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
			grow(frame, capacity);
		}
		for (size_t i = 0; i < frame->column_count; i++)
			take_cell(statement, (int)i, frame->row_count, &frame->columns[i],
				frame->symbols);
		frame->row_count++;
	}
	return status == SQLITE_DONE || sqlite_fail(warehouse, err, "cannot read");
}

bool warehouse_read(struct warehouse *warehouse, const struct read_request *request,
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

/* "table:12 other:0" */
static void read_sources(const char *text, struct receipt *receipt)
{
	while (text != NULL && *text != '\0' && receipt->source_count < RECEIPT_SOURCES_MAX) {
		const char *colon = strchr(text, ':');
		if (colon == NULL)
			return;
		struct receipt_source *source = &receipt->sources[receipt->source_count++];
		size_t length = (size_t)(colon - text);
		if (length >= sizeof(source->table))
			length = sizeof(source->table) - 1;
		memcpy(source->table, text, length);
		source->table[length] = '\0';
		char *end;
		source->sequence = strtoll(colon + 1, &end, 10);
		text = *end == ' ' ? end + 1 : NULL;
	}
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
	read_sources((const char *)sqlite3_column_text(statement, 9), receipt);
}

bool warehouse_receipts(struct warehouse *warehouse, struct date_range range,
	struct receipts *receipts, struct error *err)
{
	*receipts = (struct receipts){0};
	sqlite3_stmt *statement;
	if (!sqlite_prepare(warehouse,
		    "SELECT " RECEIPT_COLUMNS " FROM " RECEIPTS_TABLE
		    " WHERE date BETWEEN ?1 AND ?2 ORDER BY table_name, date",
		    &statement, err))
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

static void write_count(struct buffer *sql, const struct table_layout *const *layouts,
	const char *const *critical, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const char *date = layouts[i]->date_column;
		buffer_add_format(sql, "%sSELECT %zu, \"%s\" AS day, count(*), ",
			i == 0 ? "" : " UNION ALL ", i, date);
		if (critical[i] != NULL)
			buffer_add_format(sql, "sum(\"%s\" IS NULL)", critical[i]);
		else
			buffer_add_text(sql, "0");
		buffer_add_text(sql, " FROM ");
		sqlite_add_table(sql, layouts[i]);
		buffer_add_format(sql, " WHERE \"%s\" BETWEEN ?1 AND ?2 GROUP BY day", date);
	}
	buffer_add_text(sql, " ORDER BY 1, 2");
}

/* The primary key is the table's key, so every row is a key of its own. */
bool warehouse_count_days(struct warehouse *warehouse, const struct table_layout *const *layouts,
	const char *const *critical, size_t count, struct date_range range,
	struct day_counts *counts, struct error *err)
{
	*counts = (struct day_counts){0};
	struct buffer sql = {0};
	sqlite3_stmt *statement = NULL;
	write_count(&sql, layouts, critical, count);
	bool done = sqlite_prepare(warehouse, buffer_text(&sql), &statement, err);
	buffer_release(&sql);
	if (!done)
		return false;
	sqlite_bind_date(statement, 1, range.first);
	sqlite_bind_date(statement, 2, range.last);
	int status;
	while ((status = sqlite3_step(statement)) == SQLITE_ROW) {
		ARRAY_GROW(counts->items, counts->count, counts->capacity);
		counts->items[counts->count++] = (struct day_count){
			.table = (size_t)sqlite3_column_int64(statement, 0),
			.date = sqlite_column_date(statement, 1),
			.rows = sqlite3_column_int64(statement, 2),
			.distinct_keys = sqlite3_column_int64(statement, 2),
			.critical_nulls = sqlite3_column_int64(statement, 3),
		};
	}
	done = status == SQLITE_DONE || sqlite_fail(warehouse, err, "cannot count the tables");
	sqlite3_finalize(statement);
	if (!done)
		free(counts->items);
	return done;
}

bool warehouse_raw_days(struct warehouse *warehouse, struct date_range range, struct raw_days *days,
	struct error *err)
{
	*days = (struct raw_days){.first_game = DATE_NONE, .last_game = DATE_NONE};
	sqlite3_stmt *statement;
	if (!sqlite_prepare(warehouse,
		    "SELECT date, regular_games, other_games, box_rows, roster_rows"
		    " FROM " RAW_DAYS_TABLE " ORDER BY date",
		    &statement, err))
		return false;
	int status;
	while ((status = sqlite3_step(statement)) == SQLITE_ROW) {
		struct raw_day day = {
			.date = sqlite_column_date(statement, 0),
			.regular_games = sqlite3_column_int64(statement, 1),
			.other_games = sqlite3_column_int64(statement, 2),
			.box_rows = sqlite3_column_int64(statement, 3),
			.roster_rows = sqlite3_column_int64(statement, 4),
		};
		if (day.regular_games + day.other_games == 0)
			continue;
		if (days->first_game == DATE_NONE)
			days->first_game = day.date;
		days->last_game = day.date;
		if (!date_range_has(range, day.date))
			continue;
		ARRAY_GROW(days->items, days->count, days->capacity);
		days->items[days->count++] = day;
	}
	bool done =
		status == SQLITE_DONE || sqlite_fail(warehouse, err, "cannot read the schedule");
	sqlite3_finalize(statement);
	if (!done)
		free(days->items);
	return done;
}

bool warehouse_read_attempts(struct warehouse *warehouse, const char *table,
	struct date_range range, struct attempt_rows *attempts, struct error *err)
{
	*attempts = (struct attempt_rows){0};
	sqlite3_stmt *statement;
	if (!sqlite_prepare(warehouse,
		    "SELECT analysis_date, entity_id, max(attempt_number), circuit_breaker_tripped,"
		    " circuit_breaker_until FROM " ATTEMPTS_TABLE
		    " WHERE processor_name = ?3 AND analysis_date BETWEEN ?1 AND ?2"
		    " GROUP BY analysis_date, entity_id ORDER BY analysis_date, entity_id",
		    &statement, err))
		return false;
	sqlite_bind_date(statement, 1, range.first);
	sqlite_bind_date(statement, 2, range.last);
	sqlite3_bind_text(statement, 3, table, -1, SQLITE_STATIC);
	int status;
	while ((status = sqlite3_step(statement)) == SQLITE_ROW) {
		ARRAY_GROW(attempts->items, attempts->count, attempts->capacity);
		struct attempt_row *row = &attempts->items[attempts->count++];
		*row = (struct attempt_row){
			.date = sqlite_column_date(statement, 0),
			.attempts = sqlite3_column_int64(statement, 2),
			.tripped = sqlite3_column_int64(statement, 3) != 0,
			.until_ms = sqlite3_column_int64(statement, 4),
		};
		sqlite_copy_text(statement, 1, row->entity, sizeof(row->entity));
	}
	bool done = status == SQLITE_DONE || sqlite_fail(warehouse, err, "cannot read attempts");
	sqlite3_finalize(statement);
	if (!done)
		free(attempts->items);
	return done;
}

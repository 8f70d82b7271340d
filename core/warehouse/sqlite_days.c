/* What the tables hold, date by date. */
#include "sqlite.h"

#include "base/memory.h"

#include <stdlib.h>

static void add_table_count(
	struct buffer *sql, const struct count_table *table, size_t number, size_t null_count)
{
	const char *date = table->layout->date_column;
	buffer_add_format(sql, "%sSELECT %zu, \"%s\" AS day, count(*)",
		number == 0 ? "" : " UNION ALL ", number, date);
	for (size_t i = 0; i < null_count; i++)
		if (i < table->critical_count)
			buffer_add_format(sql, ", sum(\"%s\" IS NULL)", table->critical[i]);
		else
			buffer_add_text(sql, ", 0");
	buffer_add_text(sql, " FROM ");
	sqlite_add_table(sql, table->layout);
	buffer_add_format(sql, " WHERE \"%s\" BETWEEN ?1 AND ?2 GROUP BY day", date);
}

/* The primary key is the table's key, so every row is a key of its own. */
static bool take_count(sqlite3_stmt *statement, const struct count_table *tables, size_t count,
	struct day_counts *counts)
{
	size_t table = (size_t)sqlite3_column_int64(statement, 0);
	int64_t nulls[TABLE_COLUMNS_MAX];
	if (table >= count)
		return false;
	for (size_t i = 0; i < tables[table].critical_count; i++)
		nulls[i] = sqlite3_column_int64(statement, 3 + (int)i);
	day_counts_add(counts,
		&(struct day_count){.table = table,
			.date = sqlite_column_date(statement, 1),
			.rows = sqlite3_column_int64(statement, 2),
			.distinct_keys = sqlite3_column_int64(statement, 2)},
		nulls, tables[table].critical_count);
	return true;
}

static bool prepare_count(struct warehouse *warehouse, const struct count_table *tables,
	size_t count, sqlite3_stmt **statement, struct error *err)
{
	struct buffer sql = {0};
	size_t null_count = count_tables_width(tables, count);
	for (size_t i = 0; i < count; i++)
		add_table_count(&sql, &tables[i], i, null_count);
	buffer_add_text(&sql, " ORDER BY 1, 2");
	bool done = sqlite_prepare(warehouse, buffer_text(&sql), statement, err);
	buffer_release(&sql);
	return done;
}

bool sqlite_count_days(struct warehouse *warehouse, const struct count_table *tables, size_t count,
	struct date_range range, struct day_counts *counts, struct error *err)
{
	*counts = (struct day_counts){0};
	sqlite3_stmt *statement = NULL;
	if (count == 0)
		return true;
	if (!count_tables_check(tables, count, err) ||
		!prepare_count(warehouse, tables, count, &statement, err))
		return false;
	sqlite_bind_date(statement, 1, range.first);
	sqlite_bind_date(statement, 2, range.last);
	int status;
	while ((status = sqlite3_step(statement)) == SQLITE_ROW)
		if (!take_count(statement, tables, count, counts))
			break;
	bool done = status == SQLITE_DONE || sqlite_fail(warehouse, err, "cannot count the tables");
	sqlite3_finalize(statement);
	if (!done)
		day_counts_release(counts);
	return done;
}

bool sqlite_raw_days(struct warehouse *warehouse, struct date_range range, struct raw_days *days,
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
	if (!done) {
		free(days->items);
		*days = (struct raw_days){0};
	}
	return done;
}

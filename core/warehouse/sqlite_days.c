/* What the tables hold, date by date. */
#include "sqlite.h"

#include "base/memory.h"

#include <stdlib.h>

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
bool sqlite_count_days(struct warehouse *warehouse, const struct table_layout *const *layouts,
	const char *const *critical, size_t count, struct date_range range,
	struct day_counts *counts, struct error *err)
{
	*counts = (struct day_counts){0};
	if (count == 0)
		return true;
	for (size_t i = 0; i < count; i++)
		if (layouts[i]->date_column == NULL)
			return error_set(err, ERROR_WAREHOUSE, "%s has no dates to count by",
				layouts[i]->name);
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
	if (!done) {
		free(counts->items);
		*counts = (struct day_counts){0};
	}
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

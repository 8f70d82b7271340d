/* Loading raw files: one transaction per file, rows by key, and the schedule by date kept with it.
 */
#include "sqlite.h"

#include "base/memory.h"
#include "warehouse/raw_tables.h"

#include <assert.h>
#include <string.h>

/* Games of classes 002 (regular) and 004, 005, 006 (postseason, play-in, cup final); final ones. */
static const char raw_days_of_range[] =
	"INSERT INTO " RAW_DAYS_TABLE
	" SELECT day, max(regular), max(other), max(box), max(box) + max(roster) FROM ("
	"  SELECT game_date AS day, sum(substr(game_id, 1, 3) = '002') AS regular,"
	"   sum(substr(game_id, 1, 3) IN ('004', '005', '006')) AS other, 0 AS box, 0 AS roster"
	"   FROM nba_raw__games WHERE home_pts IS NOT NULL AND away_pts IS NOT NULL"
	"   AND game_date BETWEEN ?1 AND ?2 GROUP BY game_date"
	"  UNION ALL SELECT game_date, 0, 0, count(*), 0 FROM nba_raw__player_box"
	"   WHERE game_date BETWEEN ?1 AND ?2 GROUP BY game_date"
	"  UNION ALL SELECT game_date, 0, 0, 0, count(*) FROM nba_raw__did_not_play AS d"
	"   WHERE game_date BETWEEN ?1 AND ?2 AND NOT EXISTS (SELECT 1 FROM nba_raw__player_box"
	"    AS b WHERE b.game_id = d.game_id AND b.player_id = d.player_id) GROUP BY game_date"
	" ) GROUP BY day";

static bool count_rows(struct warehouse *warehouse, const struct table_layout *layout,
	int64_t *rows, struct error *err)
{
	struct buffer sql = {0};
	sqlite3_stmt *statement = NULL;
	buffer_add_text(&sql, "SELECT count(*) FROM ");
	sqlite_add_table(&sql, layout);
	bool done = sqlite_prepare(warehouse, buffer_text(&sql), &statement, err);
	if (done && sqlite3_step(statement) == SQLITE_ROW)
		*rows = sqlite3_column_int64(statement, 0);
	else if (done)
		done = sqlite_fail(warehouse, err, "cannot count the rows");
	sqlite3_finalize(statement);
	buffer_release(&sql);
	return done;
}

/* A table of keys only has nothing that could differ. */
static bool has_other_columns(const struct table_layout *layout)
{
	for (size_t i = 0; i < layout->column_count; i++)
		if ((layout->columns[i].flags & COLUMN_KEY) == 0)
			return true;
	return false;
}

/* INSERT, or UPDATE of a row with the same key that differs somewhere. */
static void write_upsert(struct buffer *sql, const struct table_layout *layout)
{
	const char *separator = "";
	sqlite_add_insert(sql, layout);
	if (!has_other_columns(layout)) {
		buffer_add_text(sql, " ON CONFLICT DO NOTHING");
		return;
	}
	buffer_add_text(sql, " ON CONFLICT DO UPDATE SET ");
	for (size_t i = 0; i < layout->column_count; i++)
		if ((layout->columns[i].flags & COLUMN_KEY) == 0) {
			const char *name = layout->columns[i].name;
			buffer_add_format(sql, "%s\"%s\" = excluded.\"%s\"", separator, name, name);
			separator = ", ";
		}
	separator = " WHERE ";
	for (size_t i = 0; i < layout->column_count; i++)
		if ((layout->columns[i].flags & COLUMN_KEY) == 0) {
			const char *name = layout->columns[i].name;
			buffer_add_format(
				sql, "%s\"%s\" IS NOT excluded.\"%s\"", separator, name, name);
			separator = " OR ";
		}
}

static bool prepare_load(
	struct warehouse *warehouse, const struct table_layout *layout, struct error *err)
{
	struct load *load = &connection_of(warehouse)->load;
	struct buffer sql = {0};
	write_upsert(&sql, layout);
	bool done = count_rows(warehouse, layout, &load->rows_before, err) &&
		    sqlite_prepare(warehouse, buffer_text(&sql), &load->insert, err);
	buffer_release(&sql);
	return done;
}

bool sqlite_load_begin(
	struct warehouse *warehouse, const struct table_layout *layout, struct error *err)
{
	struct load *load = &connection_of(warehouse)->load;
	assert(load->layout == NULL);
	if (!sqlite_begin(warehouse, err))
		return false;
	*load = (struct load){.dates = {0, -1}};
	if (!prepare_load(warehouse, layout, err)) {
		sqlite_rollback(warehouse);
		return false;
	}
	load->layout = layout;
	return true;
}

static void note_date(struct load *load, const struct value *values)
{
	date_t date;
	size_t column = load->layout->date_column == NULL
				? load->layout->column_count
				: table_column(load->layout, load->layout->date_column);
	if (column == load->layout->column_count || !date_parse(values[column].text, &date))
		return;
	load->dates = date_range_union(load->dates, (struct date_range){date, date});
}

bool sqlite_load_row(struct warehouse *warehouse, const struct value *values, struct error *err)
{
	struct load *load = &connection_of(warehouse)->load;
	if (!warehouse_fault_point("in a load", err))
		return false;
	if (!sqlite_insert_values(warehouse, load->insert, values, load->layout->column_count, err))
		return false;
	load->rows_given++;
	if (sqlite3_changes(connection_of(warehouse)->database) == 0)
		return true;
	load->rows_touched++;
	note_date(load, values);
	return true;
}

static bool feeds_calendar(const struct table_layout *layout)
{
	return layout == raw_table_layout(RAW_GAMES) ||
	       layout == raw_table_layout(RAW_PLAYER_BOX) ||
	       layout == raw_table_layout(RAW_DID_NOT_PLAY);
}

static bool run_for_range(
	struct warehouse *warehouse, const char *sql, struct date_range range, struct error *err)
{
	sqlite3_stmt *statement;
	if (!sqlite_prepare(warehouse, sql, &statement, err))
		return false;
	sqlite_bind_date(statement, 1, range.first);
	sqlite_bind_date(statement, 2, range.last);
	return sqlite_finish(warehouse, statement, err);
}

/* The old date of a row that changed is not known, so then every date is counted again. */
static bool count_raw_days(struct warehouse *warehouse, int64_t changed, struct error *err)
{
	const struct load *load = &connection_of(warehouse)->load;
	if (!feeds_calendar(load->layout) || load->rows_touched == 0)
		return true;
	struct date_range range = load->dates;
	if (changed > 0)
		range = DATE_RANGE_ALWAYS;
	return run_for_range(warehouse,
		       "DELETE FROM " RAW_DAYS_TABLE " WHERE date BETWEEN ?1 AND ?2", range, err) &&
	       run_for_range(warehouse, raw_days_of_range, range, err);
}

static bool end_load(struct warehouse *warehouse, struct raw_load_result *result, struct error *err)
{
	const struct load *load = &connection_of(warehouse)->load;
	int64_t rows_after;
	if (!count_rows(warehouse, load->layout, &rows_after, err))
		return false;
	*result = (struct raw_load_result){
		.added = rows_after - load->rows_before,
		.changed = load->rows_touched - (rows_after - load->rows_before),
		.same = load->rows_given - load->rows_touched,
	};
	return count_raw_days(warehouse, result->changed, err) &&
	       warehouse_fault_point("before the commit of a load", err);
}

static void forget_load(struct warehouse *warehouse)
{
	struct load *load = &connection_of(warehouse)->load;
	sqlite3_finalize(load->insert);
	*load = (struct load){0};
}

bool sqlite_load_commit(
	struct warehouse *warehouse, struct raw_load_result *result, struct error *err)
{
	struct raw_load_result counted;
	if (!end_load(warehouse, &counted, err)) {
		sqlite_load_abandon(warehouse);
		return false;
	}
	forget_load(warehouse);
	if (!sqlite_commit(warehouse, err))
		return false;
	*result = counted;
	return true;
}

void sqlite_load_abandon(struct warehouse *warehouse)
{
	if (connection_of(warehouse)->load.layout == NULL)
		return;
	forget_load(warehouse);
	sqlite_rollback(warehouse);
}

/* What the tables hold, date by date: one query for all of them. */
#include "bigquery_backend.h"

#include "base/memory.h"
#include "warehouse/budget.h"
#include "warehouse/raw_tables.h"

#include <stdlib.h>
#include <string.h>

/* The keys of a date, counted: BigQuery enforces none. A key that is NULL counts as missing. Each
 * part but the last has its length before it: no text in one looks like the border to the next. */
static void add_distinct(struct buffer *sql, const struct table_layout *layout)
{
	const struct column *last = NULL;
	if (layout->column_count == 0) { /* only names were given: not counted */
		buffer_add_text(sql, "-1");
		return;
	}
	for (size_t i = 0; i < layout->column_count; i++) {
		const struct column *column = &layout->columns[i];
		if ((column->flags & COLUMN_KEY) == 0 ||
			text_equal(column->name, layout->date_column))
			continue;
		if (last == NULL)
			buffer_add_text(sql, "COUNT(DISTINCT CONCAT(");
		else
			buffer_add_format(sql,
				"CAST(LENGTH(CAST(`%s` AS STRING)) AS STRING), ':', "
				"CAST(`%s` AS STRING), ",
				last->name, last->name);
		last = column;
	}
	if (last != NULL)
		buffer_add_format(sql, "CAST(`%s` AS STRING)))", last->name);
	else /* without another key a date has one row or too many */
		buffer_add_text(sql, "1");
}

static void add_count(struct buffer *sql, const struct bigquery_connection *connection,
	const struct count_table *table, size_t number, size_t null_count)
{
	const struct table_layout *layout = table->layout;
	buffer_add_format(sql, "%sSELECT %zu AS t, `%s` AS d, COUNT(*) AS n, ",
		sql->length == 0 ? "" : " UNION ALL ", number, layout->date_column);
	add_distinct(sql, layout);
	buffer_add_text(sql, " AS k");
	for (size_t i = 0; i < null_count; i++)
		if (i < table->critical_count)
			buffer_add_format(
				sql, ", COUNTIF(`%s` IS NULL) AS c%zu", table->critical[i], i);
		else
			buffer_add_format(sql, ", 0 AS c%zu", i);
	buffer_add_text(sql, " FROM ");
	bigquery_add_layout(sql, connection, layout);
	buffer_add_format(
		sql, " WHERE `%s` BETWEEN @first AND @last GROUP BY d", layout->date_column);
}

struct counting {
	const struct count_table *tables;
	size_t count;
	size_t null_count; /* columns of NULLs in a row of the answer */
	struct day_counts *counts;
};

static bool take_count(
	const char *const *cells, size_t cell_count, void *context, struct error *err)
{
	const struct counting *counting = context;
	struct day_count count = {0}; /* of an overview alone: when it was written */
	int64_t table, nulls[TABLE_COLUMNS_MAX];
	if (cell_count != 4 + counting->null_count)
		return error_set(err, ERROR_WAREHOUSE, "BigQuery: a count is malformed");
	if (!bigquery_cell_integer(cells[0], &table, err) ||
		!bigquery_cell_date(cells[1], &count.date, err) ||
		!bigquery_cell_integer(cells[2], &count.rows, err) ||
		!bigquery_cell_integer(cells[3], &count.distinct_keys, err))
		return false;
	if (table < 0 || (size_t)table >= counting->count)
		return error_set(err, ERROR_WAREHOUSE, "BigQuery: a count of an unknown table");
	count.table = (size_t)table;
	for (size_t i = 0; i < counting->null_count; i++)
		if (!bigquery_cell_integer(cells[4 + i], &nulls[i], err))
			return false;
	day_counts_add(counting->counts, &count, nulls, counting->tables[table].critical_count);
	return true;
}

static int compare_counts(const void *a, const void *b)
{
	const struct day_count *first = a, *second = b;
	if (first->table != second->table)
		return first->table < second->table ? -1 : 1;
	return (first->date > second->date) - (first->date < second->date);
}

/* Finds the tables that are not there first: one of them would fail the query of all. */
static bool find_missing(struct warehouse *warehouse, const struct count_table *asked, size_t count,
	struct day_counts *counts, struct error *err)
{
	struct bigquery *client = connection_of(warehouse)->client;
	for (size_t i = 0; i < count; i++) {
		struct bigquery_tables tables;
		const char *dataset = bigquery_dataset_of(asked[i].layout);
		bool is_first = true, is_missing;
		for (size_t k = 0; k < i; k++)
			is_first &= strcmp(bigquery_dataset_of(asked[k].layout), dataset) != 0;
		if (!is_first)
			continue;
		if (!bigquery_list_tables(client, dataset, &tables, &is_missing, err))
			return false;
		for (size_t k = i; k < count; k++)
			if (strcmp(bigquery_dataset_of(asked[k].layout), dataset) == 0 &&
				bigquery_find_table(&tables, asked[k].layout->name) == NULL)
				day_counts_set_missing(counts, k);
		bigquery_tables_release(&tables);
	}
	return true;
}

static void tell_cost(const struct warehouse *warehouse, size_t tables, int64_t bytes,
	const struct budget_state *budget)
{
	struct buffer words = {0};
	buffer_add_format(&words, "counting %zu %s in BigQuery reads ", tables,
		tables == 1 ? "table" : "tables");
	buffer_add_size(&words, bytes);
	if (budget->bytes_per_day > 0) {
		buffer_add_text(&words, "; today ");
		buffer_add_size(&words, budget->used_bytes);
		buffer_add_text(&words, " of ");
		buffer_add_size(&words, budget->bytes_per_day);
		buffer_add_text(&words, " are used");
	}
	warehouse->hear_costs(warehouse->costs_context, buffer_text(&words));
	buffer_release(&words);
}

/* A dry run is free. A table costs 10 MiB at least. What is over the budget is not sent; a quarter
 * more than the estimate is reserved, for rows that come in meanwhile. */
static bool estimate(struct warehouse *warehouse, const struct bigquery_query *query, size_t tables,
	struct bigquery_cost *cost, struct error *err)
{
	struct budget_state budget;
	int64_t bytes, least = (int64_t)tables * BIGQUERY_BILLED_MIN;
	if (!budget_look(&budget, err))
		return false;
	if (budget.bytes_per_day == 0 && warehouse->hear_costs == NULL)
		return true;
	if (!bigquery_ask_estimate(warehouse, query, &bytes, err))
		return false;
	bytes = bytes > least ? bytes : least;
	if (warehouse->hear_costs != NULL)
		tell_cost(warehouse, tables, bytes, &budget);
	if (budget.bytes_per_day > 0)
		*cost = (struct bigquery_cost){bytes, bytes + bytes / 4};
	return true;
}

static bool ask_counts(struct warehouse *warehouse, const char *sql, struct date_range range,
	size_t tables, struct counting *counting, struct error *err)
{
	struct range_parameters parameters;
	struct bigquery_cost cost = {0};
	bigquery_set_range(&parameters, range);
	struct bigquery_query query = {.name = "coverage",
		.sql = sql,
		.parameters = parameters.parameters,
		.parameter_count = parameters.count};
	return (warehouse->estimated_bytes != NULL ||
		       estimate(warehouse, &query, tables, &cost, err)) &&
	       bigquery_ask_at_cost(warehouse, &query, &cost, take_count, counting, err);
}

static bool ask_with_range(struct warehouse *warehouse, const char *name, const char *sql,
	struct date_range range, bigquery_take_row take, void *context, struct error *err)
{
	struct range_parameters parameters;
	bigquery_set_range(&parameters, range);
	return bigquery_ask_rows(
		warehouse, name, sql, parameters.parameters, parameters.count, take, context, err);
}

bool bigquery_count_days(struct warehouse *warehouse, const struct count_table *tables,
	size_t count, struct date_range range, struct day_counts *counts, struct error *err)
{
	struct bigquery_connection *connection = connection_of(warehouse);
	struct day_counts found = {0};
	struct counting counting = {tables, count, count_tables_width(tables, count), &found};
	struct buffer sql = {0};
	bigquery_set_cancel(connection->client, warehouse->cancel);
	bool done = count_tables_check(tables, count, err) &&
		    find_missing(warehouse, tables, count, &found, err);
	for (size_t i = 0; done && i < count; i++)
		if (!day_counts_is_missing(&found, i))
			add_count(&sql, connection, &tables[i], i, counting.null_count);
	size_t asked = 0;
	for (size_t i = 0; i < count; i++)
		asked += !day_counts_is_missing(&found, i);
	if (done && sql.length > 0)
		done = ask_counts(warehouse, sql.bytes, range, asked, &counting, err);
	buffer_release(&sql);
	if (!done) {
		day_counts_release(&found);
		return false;
	}
	if (found.count > 0)
		qsort(found.items, found.count, sizeof(*found.items), compare_counts);
	*counts = found;
	return true;
}

/* As in the embedded warehouse; the schedule is read whole, since its ends are wanted too. */
static void write_raw_days(const struct bigquery_connection *connection, struct buffer *sql)
{
	buffer_add_text(sql,
		"SELECT day, MAX(regular), MAX(other), MAX(box), MAX(box) + MAX(roster) FROM ("
		"SELECT game_date AS day, COUNTIF(SUBSTR(game_id, 1, 3) = '002') AS regular,"
		" COUNTIF(SUBSTR(game_id, 1, 3) IN ('004', '005', '006')) AS other, 0 AS box,"
		" 0 AS roster FROM ");
	bigquery_add_table(sql, connection, RAW_DATASET, "games");
	buffer_add_text(sql, " WHERE home_pts IS NOT NULL AND away_pts IS NOT NULL GROUP BY day"
			     " UNION ALL SELECT game_date AS day, 0, 0, COUNT(*), 0 FROM ");
	bigquery_add_table(sql, connection, RAW_DATASET, "player_box");
	buffer_add_text(sql, " WHERE game_date BETWEEN @first AND @last GROUP BY day"
			     " UNION ALL SELECT d.game_date AS day, 0, 0, 0, COUNT(*) FROM ");
	bigquery_add_table(sql, connection, RAW_DATASET, "did_not_play");
	buffer_add_text(sql, " AS d LEFT JOIN ");
	bigquery_add_table(sql, connection, RAW_DATASET, "player_box");
	buffer_add_text(sql,
		" AS b ON b.game_id = d.game_id AND b.player_id = d.player_id"
		" WHERE d.game_date BETWEEN @first AND @last AND b.game_id IS NULL GROUP BY day"
		") AS days GROUP BY day ORDER BY day");
}

struct raw_filling {
	struct raw_days *days;
	struct date_range range;
};

static bool take_raw_day(
	const char *const *cells, size_t cell_count, void *context, struct error *err)
{
	struct raw_filling *filling = context;
	struct raw_days *days = filling->days;
	struct raw_day day;
	if (cell_count != 5)
		return error_set(
			err, ERROR_WAREHOUSE, "BigQuery: a day of the schedule is malformed");
	if (!bigquery_cell_date(cells[0], &day.date, err) ||
		!bigquery_cell_integer(cells[1], &day.regular_games, err) ||
		!bigquery_cell_integer(cells[2], &day.other_games, err) ||
		!bigquery_cell_integer(cells[3], &day.box_rows, err) ||
		!bigquery_cell_integer(cells[4], &day.roster_rows, err))
		return false;
	if (day.regular_games + day.other_games == 0)
		return true;
	if (days->first_game == DATE_NONE)
		days->first_game = day.date;
	days->last_game = day.date;
	if (!date_range_has(filling->range, day.date))
		return true;
	ARRAY_GROW(days->items, days->count, days->capacity);
	days->items[days->count++] = day;
	return true;
}

bool bigquery_raw_days(struct warehouse *warehouse, struct date_range range, struct raw_days *days,
	struct error *err)
{
	struct raw_days found = {.first_game = DATE_NONE, .last_game = DATE_NONE};
	struct raw_filling filling = {.days = &found, .range = range};
	struct buffer sql = {0};
	write_raw_days(connection_of(warehouse), &sql);
	bool done = ask_with_range(
		warehouse, "schedule", buffer_text(&sql), range, take_raw_day, &filling, err);
	buffer_release(&sql);
	if (!done) {
		free(found.items);
		found = (struct raw_days){.first_game = DATE_NONE, .last_game = DATE_NONE};
		/* Before the first import there is no schedule, as in a new file. */
		if (!bigquery_is_absent(warehouse, raw_table_layout(RAW_GAMES), err))
			return false;
	}
	*days = found;
	return true;
}

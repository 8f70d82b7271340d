/* Failures and the breaker's attempts that come from another warehouse: into a staging table by a
 * load, and from there by one statement. */
#include "bigquery_backend.h"

#include <string.h>

static bool fill(struct warehouse *warehouse, const char *staging, const struct rows *rows,
	struct error *err)
{
	struct buffer lines = {0};
	size_t width = rows->layout->column_count;
	bool done = true;
	for (size_t row = 0; done && row < rows->count; row++) {
		done = bigquery_add_row(
			&lines, rows->layout, NULL, &rows->values[row * width], err);
		if (!done || (lines.length < LOAD_PIECE_BYTES && row + 1 < rows->count))
			continue;
		done = bigquery_fill_staging(warehouse, rows->layout, staging, &lines, err);
		buffer_clear(&lines);
	}
	buffer_release(&lines);
	return done;
}

/* As literals: an emulator (goccy 0.8.1) takes a parameter of a MERGE for something else. */
static void add_dates(struct buffer *sql, const struct record_write *write)
{
	char date[DATE_TEXT_BYTES];
	for (size_t i = 0; i < write->date_count; i++)
		buffer_add_format(sql, "%sDATE '%s'", i == 0 ? "(" : ", ",
			date_format(write->dates[i], date));
	buffer_add_char(sql, ')');
}

/* One statement: a date has its old failures or its new ones, never none. */
static void write_failures(const struct bigquery_connection *connection,
	const struct record_write *write, const char *staging, struct buffer *sql)
{
	const struct table_layout *layout = write->rows->layout;
	buffer_add_text(sql, "MERGE ");
	bigquery_add_layout(sql, connection, layout);
	buffer_add_text(sql, " AS t USING ");
	bigquery_add_table(sql, connection, layout->dataset, staging);
	buffer_add_format(sql,
		" AS s ON FALSE WHEN NOT MATCHED BY SOURCE AND t.processor_name = '%s'"
		" AND t.analysis_date IN ",
		write->table);
	add_dates(sql, write);
	buffer_add_text(sql, " THEN DELETE");
	bigquery_add_insert_of_source(sql, layout);
}

static bool delete_failures(
	struct warehouse *warehouse, const struct record_write *write, struct error *err)
{
	struct buffer sql = {0};
	struct bigquery_result result;
	buffer_add_text(&sql, "DELETE FROM ");
	bigquery_add_layout(&sql, connection_of(warehouse), write->rows->layout);
	buffer_add_format(&sql, " WHERE processor_name = '%s' AND analysis_date IN ", write->table);
	add_dates(&sql, write);
	bool done = bigquery_run(warehouse, "failures", buffer_text(&sql), NULL, 0, &result, err);
	buffer_release(&sql);
	return done;
}

/* Nothing that is there is changed, and nothing gets behind what came meanwhile. */
static void write_attempts(const struct bigquery_connection *connection,
	const struct record_write *write, const char *staging, struct buffer *sql)
{
	const struct table_layout *layout = write->rows->layout;
	const char *separator = " (";
	buffer_add_text(sql, "INSERT INTO ");
	bigquery_add_layout(sql, connection, layout);
	for (size_t i = 0; i < layout->column_count; i++, separator = ", ")
		buffer_add_format(sql, "%s`%s`", separator, layout->columns[i].name);
	separator = ") SELECT ";
	for (size_t i = 0; i < layout->column_count; i++, separator = ", ")
		buffer_add_format(sql, "%ss.`%s`", separator, layout->columns[i].name);
	buffer_add_text(sql, " FROM ");
	bigquery_add_table(sql, connection, layout->dataset, staging);
	buffer_add_text(sql,
		" AS s LEFT JOIN (SELECT analysis_date, entity_id,"
		" MAX(attempt_number) AS newest, MAX(attempted_ms) AS newest_ms FROM ");
	bigquery_add_layout(sql, connection, layout);
	buffer_add_format(sql,
		" WHERE processor_name = '%s' GROUP BY analysis_date, entity_id) AS t"
		" ON t.analysis_date = s.analysis_date AND t.entity_id = s.entity_id"
		" WHERE t.newest IS NULL OR (s.attempt_number > t.newest"
		" AND s.attempted_ms >= t.newest_ms)",
		write->table);
}

static bool move(struct warehouse *warehouse, const struct record_write *write, const char *staging,
	struct error *err)
{
	const struct bigquery_connection *connection = connection_of(warehouse);
	struct buffer sql = {0};
	struct bigquery_result result;
	if (write->kind == RECORD_FAILURES)
		write_failures(connection, write, staging, &sql);
	else
		write_attempts(connection, write, staging, &sql);
	bool done = fill(warehouse, staging, write->rows, err) &&
		    warehouse_fault_point("between staging and records", err) &&
		    bigquery_run(warehouse, write->rows->layout->name, buffer_text(&sql), NULL, 0,
			    &result, err);
	buffer_release(&sql);
	return done;
}

bool bigquery_put_records(
	struct warehouse *warehouse, const struct record_write *write, struct error *err)
{
	const struct table_layout *layout = write->rows->layout;
	char staging[2 * TABLE_NAME_BYTES];
	if (!bigquery_is_name(write->table, false))
		return error_set(
			err, ERROR_USAGE, "\"%s\" is not the name of a table", write->table);
	if (write->rows->count == 0)
		return write->date_count == 0 || delete_failures(warehouse, write, err);
	if (!bigquery_make_staging(warehouse, layout, staging, sizeof(staging), err))
		return false;
	bool done = move(warehouse, write, staging, err);
	bigquery_drop_staging(warehouse, layout, staging);
	bigquery_set_cancel(connection_of(warehouse)->client, warehouse->cancel);
	return done;
}

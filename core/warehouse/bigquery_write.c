/* The rows of a day: one atomic load into its partition, or one statement. */
#include "bigquery_backend.h"

#include "base/memory.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static bool make_lines(const struct day_write *write, const struct bigquery_table *table,
	struct buffer *lines, struct error *err)
{
	size_t width = write->layout->column_count;
	for (size_t row = 0; row < write->rows->count; row++)
		if (!bigquery_add_row(
			    lines, write->layout, table, &write->rows->values[row * width], err))
			return false;
	return true;
}

/* A load of nothing would be a guess; a DELETE of a date says what it means. */
static bool delete_day(struct warehouse *warehouse, const struct day_put *put, struct error *err)
{
	const struct day_write *write = put->write;
	struct buffer sql = {0};
	struct bigquery_result result;
	char date[DATE_TEXT_BYTES];
	const struct bigquery_parameter parameter = {
		"date", "DATE", date_format(write->date, date)};
	buffer_add_text(&sql, "DELETE FROM ");
	bigquery_add_layout(&sql, connection_of(warehouse), write->layout);
	buffer_add_format(&sql, " WHERE `%s` = @date", write->layout->date_column);
	bool done =
		bigquery_run(warehouse, put->name, buffer_text(&sql), &parameter, 1, &result, err);
	buffer_release(&sql);
	return done;
}

/* Into its partition; given to the service, not waited for. */
static bool begin_load(struct warehouse *warehouse, const struct day_write *write,
	struct day_put *put, struct error *err)
{
	int year, month, day;
	date_split(write->date, &year, &month, &day);
	snprintf(put->table, sizeof(put->table), "%.100s$%04d%02d%02d", write->layout->name, year,
		month, day);
	put->load = (struct bigquery_load){.name = put->name,
		.dataset = bigquery_dataset_of(write->layout),
		.table = put->table,
		.rows = buffer_text(&put->lines),
		.rows_bytes = put->lines.length,
		.disposition = LOAD_REPLACES};
	put->is_load = true;
	put->is_loading = bigquery_begin_load(
		connection_of(warehouse)->client, &put->load, &put->loading, err);
	return put->is_loading;
}

/*
 * One statement replaces the date: all of it or nothing. The date is a literal, since an emulator
 * (goccy 0.8.1) takes a parameter of a MERGE for something else, and says nothing.
 */
static void write_replacement(const struct bigquery_connection *connection,
	const struct day_write *write, const char *staging, struct buffer *sql)
{
	const struct table_layout *layout = write->layout;
	char date[DATE_TEXT_BYTES];
	buffer_add_text(sql, "MERGE ");
	bigquery_add_layout(sql, connection, layout);
	buffer_add_text(sql, " AS t USING ");
	bigquery_add_table(sql, connection, bigquery_dataset_of(layout), staging);
	buffer_add_format(sql,
		" AS s ON FALSE WHEN NOT MATCHED BY SOURCE AND t.`%s` = DATE '%s' THEN DELETE",
		layout->date_column, date_format(write->date, date));
	bigquery_add_insert_of_source(sql, layout);
}

static bool merge_day(struct warehouse *warehouse, const struct day_put *put, struct error *err)
{
	const struct day_write *write = put->write;
	char staging[2 * TABLE_NAME_BYTES];
	struct buffer sql = {0};
	struct bigquery_result result;
	if (!bigquery_make_staging(warehouse, write->layout, staging, sizeof(staging), err))
		return false;
	write_replacement(connection_of(warehouse), write, staging, &sql);
	bool done = bigquery_fill_staging(warehouse, write->layout, staging, &put->lines, err) &&
		    warehouse_fault_point("between staging and merge", err) &&
		    bigquery_run(warehouse, put->name, buffer_text(&sql), NULL, 0, &result, err);
	bigquery_drop_staging(warehouse, write->layout, staging);
	bigquery_set_cancel(connection_of(warehouse)->client, warehouse->cancel);
	buffer_release(&sql);
	return done;
}

bool bigquery_begin_day(struct warehouse *warehouse, const struct day_write *write,
	const struct bigquery_table *table, struct day_put *put, struct error *err)
{
	*put = (struct day_put){.write = write};
	bigquery_name_day(write, put->name);
	if (!make_lines(write, table, &put->lines, err) ||
		!warehouse_fault_point("before the write", err))
		return false;
	put->is_begun = true;
	if (write->rows->count == 0)
		return delete_day(warehouse, put, err);
	if (connection_of(warehouse)->place.way == WRITE_BY_DML)
		return merge_day(warehouse, put, err);
	return begin_load(warehouse, write, put, err);
}

bool bigquery_end_day(struct warehouse *warehouse, struct day_put *put, struct error *err)
{
	struct bigquery_loaded loaded;
	if (!put->is_loading) /* it was over at once */
		return true;
	if (!bigquery_end_load(
		    connection_of(warehouse)->client, &put->load, &put->loading, &loaded, err))
		return false;
	put->is_stored = true;
	put->end_ms = loaded.end_ms;
	return loaded.rows < 0 || loaded.rows == (int64_t)put->write->rows->count ||
	       error_set(err, ERROR_WAREHOUSE,
		       "%s: the service stored %" PRId64 " of %zu rows (job %s)", put->table,
		       loaded.rows, put->write->rows->count, loaded.job);
}

void bigquery_release_day(struct day_put *put)
{
	buffer_release(&put->lines);
	*put = (struct day_put){0};
}

int64_t bigquery_rows_bytes(const struct warehouse *warehouse, const struct rows *rows)
{
	const struct day_write write = {.layout = rows->layout, .rows = rows};
	struct buffer lines = {0};
	(void)warehouse;
	int64_t bytes = make_lines(&write, NULL, &lines, NULL) ? (int64_t)lines.length : 0;
	buffer_release(&lines);
	return bytes;
}

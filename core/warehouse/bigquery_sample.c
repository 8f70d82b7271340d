/* Some rows of a date, whatever columns the table has: its schema says how they become text. */
#include "bigquery_backend.h"

#include "base/memory.h"

#include <string.h>

static bool is_type(const struct bigquery_field *field, const char *type)
{
	return !field->is_repeated && strcmp(field->type, type) == 0;
}

/* The service cuts what is long: a column of documents must not fill the answer. */
static void add_column(struct buffer *sql, const struct bigquery_field *field)
{
	static const char *const plain[] = {
		"INT64", "FLOAT64", "NUMERIC", "BIGNUMERIC", "BOOL", "DATE"};
	for (size_t i = 0; i < ARRAY_COUNT(plain); i++)
		if (is_type(field, plain[i])) {
			buffer_add_format(sql, "`%s`", field->name);
			return;
		}
	if (is_type(field, "STRING"))
		buffer_add_format(sql, "SUBSTR(`%s`, 1, %d)", field->name, SAMPLE_VALUE_BYTES + 1);
	else if (is_type(field, "TIMESTAMP") || is_type(field, "DATETIME") ||
		 is_type(field, "TIME"))
		buffer_add_format(sql, "CAST(`%s` AS STRING)", field->name);
	else
		buffer_add_format(sql,
			"IF(`%s` IS NULL, NULL, SUBSTR(TO_JSON_STRING(`%s`), 1, %d))", field->name,
			field->name, SAMPLE_VALUE_BYTES + 1);
}

static size_t columns_of(const struct bigquery_table *table)
{
	return table->field_count < SAMPLE_COLUMNS_MAX ? table->field_count : SAMPLE_COLUMNS_MAX;
}

static void write_select(const struct bigquery_connection *connection,
	const struct sample_request *request, const struct bigquery_table *table,
	struct buffer *sql)
{
	const struct table_layout layout = {.dataset = request->dataset, .name = request->table};
	for (size_t i = 0; i < columns_of(table); i++) {
		buffer_add_text(sql, i == 0 ? "SELECT " : ", ");
		add_column(sql, &table->fields[i]);
	}
	buffer_add_text(sql, " FROM ");
	bigquery_add_layout(sql, connection, &layout);
	buffer_add_format(sql, " WHERE `%s` = @day", request->date_column);
	for (size_t i = 0; i < request->order_by_count; i++)
		buffer_add_format(
			sql, "%s`%s`", i == 0 ? " ORDER BY " : ", ", request->order_by[i]);
	buffer_add_format(sql, " LIMIT %zu", request->row_count);
}

struct filling {
	const struct sample_request *request;
	struct row_sample *sample;
};

static bool take_row(const char *const *cells, size_t cell_count, void *context, struct error *err)
{
	const struct filling *filling = context;
	struct row_sample *sample = filling->sample;
	if (cell_count != sample->column_count)
		return error_set(err, ERROR_WAREHOUSE,
			"BigQuery: %zu columns came where %zu were asked for", cell_count,
			sample->column_count);
	if (sample->row_count == filling->request->row_count)
		return error_set(
			err, ERROR_WAREHOUSE, "BigQuery: more rows came than were asked for");
	for (size_t i = 0; i < cell_count; i++)
		if (cells[i] != NULL)
			sample_set(sample, i, cells[i], strlen(cells[i]));
	sample->row_count++;
	return true;
}

static void begin(const struct sample_request *request, const struct bigquery_table *table,
	struct row_sample *sample)
{
	sample_begin(sample, table->field_count, request->row_count);
	for (size_t i = 0; i < sample->column_count; i++)
		sample_name_column(sample, i, table->fields[i].name);
}

bool bigquery_sample_rows(struct warehouse *warehouse, const struct sample_request *request,
	struct row_sample *sample, struct error *err)
{
	struct bigquery_connection *connection = connection_of(warehouse);
	const struct table_layout layout = {.dataset = request->dataset, .name = request->table};
	struct bigquery_table table = {0};
	struct row_sample found = {0};
	struct buffer sql = {0};
	char day[DATE_TEXT_BYTES];
	const struct bigquery_parameter parameters[] = {
		{"day", "DATE", date_format(request->date, day)}};
	struct filling filling = {request, &found};
	bigquery_set_cancel(connection->client, warehouse->cancel);
	if (!bigquery_get_table(
		    connection->client, bigquery_dataset_of(&layout), request->table, &table, err))
		return false;
	begin(request, &table, &found);
	write_select(connection, request, &table, &sql);
	bool done = bigquery_ask_rows(warehouse, "sample", buffer_text(&sql), parameters,
		ARRAY_COUNT(parameters), take_row, &filling, err);
	buffer_release(&sql);
	bigquery_table_release(&table);
	if (done)
		*sample = found;
	else
		row_sample_release(&found);
	return done;
}

/* Reads into frames. */
#include "bigquery_backend.h"

#include "base/digest.h"
#include "base/memory.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static bool has_list(const struct read_request *request)
{
	for (size_t i = 0; i < request->column_count; i++) {
		size_t column = table_column(request->layout, request->columns[i]);
		if (column < request->layout->column_count &&
			request->layout->columns[column].type == COLUMN_LIST)
			return true;
	}
	return false;
}

/* The users' tables keep lists as arrays, ours as text: only the table itself knows. */
static const struct bigquery_field *repeated_field(
	const struct bigquery_table *table, const char *name)
{
	for (size_t i = 0; i < table->field_count; i++)
		if (table->fields[i].is_repeated && strcmp(table->fields[i].name, name) == 0)
			return &table->fields[i];
	return NULL;
}

static void write_select(const struct bigquery_connection *connection,
	const struct read_request *request, const struct bigquery_table *table, struct buffer *sql)
{
	const struct table_layout *layout = request->layout;
	buffer_add_text(sql, "SELECT ");
	for (size_t i = 0; i < request->column_count; i++)
		buffer_add_format(sql,
			repeated_field(table, request->columns[i]) != NULL
				? "%sTO_JSON_STRING(`%s`)"
				: "%s`%s`",
			i == 0 ? "" : ", ", request->columns[i]);
	buffer_add_text(sql, " FROM ");
	bigquery_add_layout(sql, connection, layout);
	if (layout->date_column != NULL)
		buffer_add_format(sql, " WHERE `%s` BETWEEN @first AND @last", layout->date_column);
	for (size_t i = 0; i < request->order_by_count; i++)
		buffer_add_format(
			sql, "%s`%s`", i == 0 ? " ORDER BY " : ", ", request->order_by[i]);
}

struct filling {
	struct frame *frame;
	const struct bigquery_table *table;
	size_t capacity;
};

static bool find_columns(const struct read_request *request, struct frame *frame, struct error *err)
{
	const struct table_layout *layout = request->layout;
	frame->column_count = request->column_count;
	frame->columns = memory_new_array(request->column_count, sizeof(*frame->columns));
	for (size_t i = 0; i < request->column_count; i++) {
		size_t column = table_column(layout, request->columns[i]);
		if (column == layout->column_count)
			return error_set(err, ERROR_WAREHOUSE, "%s has no column %s", layout->name,
				request->columns[i]);
		frame->columns[i].name = layout->columns[column].name;
		frame->columns[i].type = layout->columns[column].type;
	}
	for (size_t i = 0; i < request->order_by_count; i++)
		if (table_column(layout, request->order_by[i]) == layout->column_count)
			return error_set(err, ERROR_WAREHOUSE, "%s has no column %s to sort by",
				layout->name, request->order_by[i]);
	return true;
}

/* Microseconds -> RFC 3339, UTC. */
static bool format_time(const char *cell, char into[40], struct error *err)
{
	int64_t us;
	if (!bigquery_cell_integer(cell, &us, err))
		return false;
	time_t seconds = (time_t)(us / 1000000 - (us % 1000000 < 0));
	struct tm parts;
	char day[24];
	if (gmtime_r(&seconds, &parts) == NULL ||
		strftime(day, sizeof(day), "%Y-%m-%dT%H:%M:%S", &parts) == 0)
		return error_set(err, ERROR_WAREHOUSE, "BigQuery: \"%.40s\" is not a time", cell);
	snprintf(into, 40, "%s.%06" PRId64 "Z", day, us - (int64_t)seconds * 1000000);
	return true;
}

static void add_item(struct buffer *text, const json_t *item, bool is_real)
{
	char real[REAL_TEXT_BYTES];
	if (json_is_string(item))
		buffer_add_json_text(text, json_string_value(item));
	else if (json_is_real(item) || (json_is_integer(item) && is_real))
		buffer_add_text(text, real_format(json_number_value(item), real));
	else if (json_is_integer(item))
		buffer_add_format(text, "%" JSON_INTEGER_FORMAT, json_integer_value(item));
	else
		buffer_add_text(text, json_is_null(item) ? "null" : "?");
}

/* An array as the processors write one: equal lists are equal texts, in every backend's hash. */
static bool take_list(struct frame *frame, struct frame_column *column,
	const struct bigquery_field *field, const char *cell, struct error *err)
{
	json_t *list = json_loads(cell, 0, NULL);
	struct buffer text = {0};
	if (!json_is_array(list)) {
		json_decref(list);
		return error_set(err, ERROR_WAREHOUSE, "BigQuery: \"%.40s\" is not a list", cell);
	}
	for (size_t i = 0; i < json_array_size(list); i++) {
		buffer_add_text(&text, i == 0 ? "" : ", ");
		add_item(&text, json_array_get(list, i), strcmp(field->type, "FLOAT64") == 0);
	}
	char *whole = memory_format("[%s]", buffer_text(&text));
	column->texts[frame->row_count] = symbols_add(frame->symbols, whole, strlen(whole));
	free(whole);
	buffer_release(&text);
	json_decref(list);
	return true;
}

static bool take_text(
	struct frame *frame, struct frame_column *column, const char *cell, struct error *err)
{
	char time[40];
	if (column->type == COLUMN_TIMESTAMP) {
		if (!format_time(cell, time, err))
			return false;
		cell = time;
	}
	column->texts[frame->row_count] = symbols_add(frame->symbols, cell, strlen(cell));
	return true;
}

static bool take_cell(
	struct frame *frame, struct frame_column *column, const char *cell, struct error *err)
{
	size_t row = frame->row_count;
	date_t date;
	switch (column->type) {
	case COLUMN_INTEGER:
		return bigquery_cell_integer(cell, &column->integers[row], err);
	case COLUMN_BOOLEAN:
		column->integers[row] = strcmp(cell, "true") == 0;
		return column->integers[row] != 0 || strcmp(cell, "false") == 0 ||
		       error_set(err, ERROR_WAREHOUSE, "BigQuery: \"%.40s\" is not true or false",
			       cell);
	case COLUMN_DATE:
		if (!bigquery_cell_date(cell, &date, err))
			return false;
		column->integers[row] = date;
		return true;
	case COLUMN_REAL:
		return text_to_real(cell, &column->reals[row]) ||
		       error_set(err, ERROR_WAREHOUSE, "BigQuery: \"%.40s\" is not a number", cell);
	case COLUMN_TEXT:
	case COLUMN_TIMESTAMP:
	case COLUMN_LIST:
		return take_text(frame, column, cell, err);
	}
	return false;
}

static bool take_row(const char *const *cells, size_t cell_count, void *context, struct error *err)
{
	struct filling *filling = context;
	struct frame *frame = filling->frame;
	if (cell_count != frame->column_count)
		return error_set(err, ERROR_WAREHOUSE,
			"BigQuery: %zu columns came where %zu were asked for", cell_count,
			frame->column_count);
	if (frame->row_count == filling->capacity) {
		filling->capacity = filling->capacity == 0 ? 256 : filling->capacity * 2;
		frame_make_room(frame, filling->capacity);
	}
	for (size_t i = 0; i < cell_count; i++) {
		struct frame_column *column = &frame->columns[i];
		column->is_null[frame->row_count] = cells[i] == NULL;
		const struct bigquery_field *field = repeated_field(filling->table, column->name);
		if (cells[i] == NULL)
			frame_set_null(column, frame->row_count);
		else if (field != NULL && !take_list(frame, column, field, cells[i], err))
			return error_prefix(err, "column %s", column->name);
		else if (field != NULL)
			continue;
		else if (!take_cell(frame, column, cells[i], err))
			return error_prefix(err, "column %s", column->name);
	}
	frame->row_count++;
	return true;
}

void bigquery_set_range(struct range_parameters *made, struct date_range range)
{
	made->parameters[0] =
		(struct bigquery_parameter){"first", "DATE", date_format(range.first, made->first)};
	made->parameters[1] =
		(struct bigquery_parameter){"last", "DATE", date_format(range.last, made->last)};
	made->count = ARRAY_COUNT(made->parameters);
}

static void set_range(struct range_parameters *range, const struct read_request *request)
{
	bigquery_set_range(range, request->range);
	if (request->layout->date_column == NULL)
		range->count = 0;
}

/* Only where there are lists the table itself is asked how it keeps them. */
static bool look_at_lists(struct warehouse *warehouse, const struct read_request *request,
	struct bigquery_table *table, struct error *err)
{
	const struct table_layout *layout = request->layout;
	struct bigquery *client = connection_of(warehouse)->client;
	bigquery_set_cancel(client, warehouse->cancel);
	return !has_list(request) ||
	       bigquery_get_table(client, bigquery_dataset_of(layout), layout->name, table, err);
}

bool bigquery_read_frame(struct warehouse *warehouse, const struct read_request *request,
	struct symbols *symbols, struct frame *frame, struct error *err)
{
	struct bigquery_table table = {0};
	struct buffer sql = {0};
	struct range_parameters range;
	set_range(&range, request);
	*frame = (struct frame){.symbols = symbols};
	struct filling filling = {.frame = frame, .table = &table};
	bool done =
		find_columns(request, frame, err) && look_at_lists(warehouse, request, &table, err);
	if (done) {
		write_select(connection_of(warehouse), request, &table, &sql);
		done = bigquery_ask_rows(warehouse, request->layout->name, buffer_text(&sql),
			range.parameters, range.count, take_row, &filling, err);
	}
	bigquery_table_release(&table);
	buffer_release(&sql);
	if (!done)
		frame_release(frame);
	return done;
}

bool bigquery_estimate_read(struct warehouse *warehouse, const struct read_request *request,
	int64_t *bytes, struct error *err)
{
	struct bigquery_table table = {0};
	struct buffer sql = {0};
	struct range_parameters range;
	set_range(&range, request);
	bool done = look_at_lists(warehouse, request, &table, err);
	if (done) {
		write_select(connection_of(warehouse), request, &table, &sql);
		const struct bigquery_query query = {.name = request->layout->name,
			.sql = buffer_text(&sql),
			.parameters = range.parameters,
			.parameter_count = range.count};
		done = bigquery_ask_estimate(warehouse, &query, bytes, err);
	}
	bigquery_table_release(&table);
	buffer_release(&sql);
	return done;
}

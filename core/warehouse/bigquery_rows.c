/* Rows as lines of JSON, and whether a table takes them: known before anything is written. */
#include "bigquery_backend.h"

#include "base/digest.h"
#include "base/memory.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define DAY_MS INT64_C(86400000)

const struct bigquery_field *bigquery_find_field(
	const struct bigquery_table *table, const char *name)
{
	for (size_t i = 0; table != NULL && i < table->field_count; i++)
		if (strcasecmp(table->fields[i].name, name) == 0)
			return &table->fields[i];
	return NULL;
}

/* The JSON text of a list goes as it is where the table has an array or JSON. */
static void add_text(struct buffer *lines, const struct column *column,
	const struct bigquery_field *field, const char *text)
{
	bool is_raw = column->type == COLUMN_LIST && field != NULL &&
		      (field->is_repeated || strcmp(field->type, "JSON") == 0);
	if (is_raw)
		buffer_add_text(lines, text);
	else
		buffer_add_json_text(lines, text);
}

static void add_value(struct buffer *lines, const struct column *column,
	const struct bigquery_field *field, const struct value *value)
{
	char real[REAL_TEXT_BYTES];
	switch (value->kind) {
	case VALUE_NULL:
		return;
	case VALUE_INTEGER:
		if (column->type == COLUMN_BOOLEAN)
			buffer_add_text(lines, value->integer != 0 ? "true" : "false");
		else
			buffer_add_format(lines, "%" PRId64, value->integer);
		return;
	case VALUE_BOOLEAN:
		buffer_add_text(lines, value->integer != 0 ? "true" : "false");
		return;
	case VALUE_REAL:
		buffer_add_text(lines, real_format(value->real, real));
		return;
	case VALUE_TEXT:
		add_text(lines, column, field, value->text);
		return;
	}
}

bool bigquery_add_row(struct buffer *lines, const struct table_layout *layout,
	const struct bigquery_table *table, const struct value *values, struct error *err)
{
	const char *separator = "{";
	for (size_t i = 0; i < layout->column_count; i++) {
		const struct column *column = &layout->columns[i];
		if (values[i].kind == VALUE_NULL) {
			if ((column->flags & (COLUMN_KEY | COLUMN_REQUIRED)) != 0)
				return error_set(err, ERROR_WAREHOUSE, "%s: a row without %s",
					layout->name, column->name);
			continue; /* NULL by omission */
		}
		buffer_add_format(lines, "%s\"%s\":", separator, column->name);
		add_value(lines, column, bigquery_find_field(table, column->name), &values[i]);
		separator = ",";
	}
	buffer_add_text(lines, separator[0] == '{' ? "{}\n" : "}\n");
	return true;
}

bool bigquery_takes_type(const struct bigquery_field *field, enum column_type type)
{
	static const char *const types[][4] = {
		[COLUMN_TEXT] = {"STRING"},
		[COLUMN_INTEGER] = {"INT64", "NUMERIC", "FLOAT64"},
		[COLUMN_REAL] = {"FLOAT64", "NUMERIC", "BIGNUMERIC"},
		[COLUMN_BOOLEAN] = {"BOOL"},
		[COLUMN_DATE] = {"DATE"},
		[COLUMN_TIMESTAMP] = {"TIMESTAMP"},
		[COLUMN_LIST] = {"STRING", "JSON"},
	};
	if (field->is_repeated)
		return type == COLUMN_LIST;
	for (size_t i = 0; i < ARRAY_COUNT(types[type]) && types[type][i] != NULL; i++)
		if (strcasecmp(types[type][i], field->type) == 0)
			return true;
	return false;
}

static void add_difference(struct buffer *why, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void add_difference(struct buffer *why, const char *format, ...)
{
	char words[2 * TABLE_NAME_BYTES + 64];
	va_list arguments;
	va_start(arguments, format);
	if (vsnprintf(words, sizeof(words), format, arguments) < 0)
		words[0] = '\0';
	va_end(arguments);
	buffer_add_text(why, why->length > 0 ? ", " : "");
	buffer_add_text(why, words);
}

void bigquery_compare_schema(const struct bigquery_table *table, const struct table_layout *layout,
	bool is_to_be_written, struct buffer *why)
{
	for (size_t i = 0; i < layout->column_count; i++) {
		const struct column *column = &layout->columns[i];
		const struct bigquery_field *field = bigquery_find_field(table, column->name);
		if (field == NULL)
			add_difference(why, "it lacks the column %s", column->name);
		else if (!bigquery_takes_type(field, column->type))
			add_difference(why, "%s is of type %s%s there", column->name,
				field->is_repeated ? "ARRAY of " : "", field->type);
	}
	for (size_t i = 0; is_to_be_written && i < table->field_count; i++)
		if (table->fields[i].is_required &&
			table_column(layout, table->fields[i].name) == layout->column_count)
			add_difference(why,
				"%s must not be NULL there, and we have no value for it",
				table->fields[i].name);
}

static bool check_schema(
	const struct bigquery_table *table, const struct table_layout *layout, struct error *err)
{
	struct buffer why = {0};
	bigquery_compare_schema(table, layout, true, &why);
	bool is_fit = why.length == 0 ||
		      error_set(err, ERROR_WAREHOUSE,
			      "the table %s is not as expected: %s; nothing was written",
			      layout->name, buffer_text(&why));
	buffer_release(&why);
	return is_fit;
}

bool bigquery_is_by_day(const struct bigquery_table *table, const struct table_layout *layout)
{
	return table->partition_type != NULL && strcmp(table->partition_type, "DAY") == 0 &&
	       table->partition_field != NULL && layout->date_column != NULL &&
	       strcasecmp(table->partition_field, layout->date_column) == 0;
}

static bool check_partitions(const struct bigquery_table *table, const struct day_write *write,
	enum write_way way, struct error *err)
{
	const struct table_layout *layout = write->layout;
	if (way == WRITE_BY_DML)
		return true;
	if (!bigquery_is_by_day(table, layout))
		return error_set(err, ERROR_WAREHOUSE,
			"%s is not partitioned by day of %s (it is by %s of %s), so a day cannot "
			"be replaced at once; nothing was written (writes=dml can)",
			layout->name, layout->date_column,
			table->partition_type == NULL ? "nothing" : table->partition_type,
			table->partition_field == NULL ? "nothing" : table->partition_field);
	return true;
}

/* A load into an expired partition succeeds, and its rows are gone. */
static bool check_expiration(
	const struct bigquery_table *table, const struct day_write *write, struct error *err)
{
	char date[DATE_TEXT_BYTES];
	if (table->expiration_ms > 0 &&
		(int64_t)write->date * DAY_MS + table->expiration_ms <= write->now_ms)
		return error_set(err, ERROR_WAREHOUSE,
			"%s keeps its rows for %" PRId64 " days only: those of %s would vanish at "
			"once; nothing was written. ALTER TABLE ... SET OPTIONS "
			"(partition_expiration_days = NULL) keeps them",
			write->layout->name, table->expiration_ms / DAY_MS,
			date_format(write->date, date));
	return true;
}

bool bigquery_check_table(struct warehouse *warehouse, const struct bigquery_table *table,
	const struct day_write *write, struct error *err)
{
	const struct bigquery_connection *connection = connection_of(warehouse);
	const char *name = write->layout->name;
	if (table->kind != NULL && strcmp(table->kind, "TABLE") != 0)
		return error_set(
			err, ERROR_WAREHOUSE, "%s is a %s, not a table", name, table->kind);
	if (table->streaming_rows != 0)
		return error_set(err, ERROR_BUSY,
			"%s has rows in its streaming buffer (somebody inserts them one by one); "
			"nothing was written. Up to 90 minutes after the last of them it is empty",
			name);
	return check_partitions(table, write, connection->place.way, err) &&
	       check_expiration(table, write, err) && check_schema(table, write->layout, err);
}

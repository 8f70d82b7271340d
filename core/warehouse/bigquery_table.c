/* Tables and datasets: what is there, how it is made. */
#include "bigquery_backend.h"
#include "bigquery_parts.h"

#include "base/memory.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define CLUSTER_MAX 4

void bigquery_table_release(struct bigquery_table *table)
{
	for (size_t i = 0; i < table->field_count; i++) {
		free(table->fields[i].name);
		free(table->fields[i].type);
	}
	free(table->fields);
	free(table->name);
	free(table->kind);
	free(table->partition_type);
	free(table->partition_field);
	*table = (struct bigquery_table){0};
}

void bigquery_tables_release(struct bigquery_tables *tables)
{
	for (size_t i = 0; i < tables->count; i++)
		bigquery_table_release(&tables->items[i]);
	free(tables->items);
	*tables = (struct bigquery_tables){0};
}

static int compare_names(const void *a, const void *b)
{
	const struct bigquery_table *first = a, *second = b;
	return strcmp(first->name, second->name);
}

const struct bigquery_table *bigquery_find_table(
	const struct bigquery_tables *tables, const char *name)
{
	struct bigquery_table wanted = {.name = (char *)name};
	if (tables->count == 0)
		return NULL;
	return bsearch(&wanted, tables->items, tables->count, sizeof(wanted), compare_names);
}

/* The service itself uses both spellings. */
static const char *normal_type(const char *type)
{
	static const char *const pairs[][2] = {{"INTEGER", "INT64"}, {"FLOAT", "FLOAT64"},
		{"BOOLEAN", "BOOL"}, {"RECORD", "STRUCT"}, {"DECIMAL", "NUMERIC"},
		{"BIGDECIMAL", "BIGNUMERIC"}};
	for (size_t i = 0; i < ARRAY_COUNT(pairs); i++)
		if (strcasecmp(pairs[i][0], type) == 0)
			return pairs[i][1];
	return type;
}

static void read_fields(const json_t *resource, struct bigquery_table *table)
{
	const json_t *fields = bigquery_at(resource, "schema.fields");
	size_t count = json_array_size(fields);
	if (count > BIGQUERY_COLUMNS_MAX)
		count = BIGQUERY_COLUMNS_MAX;
	table->fields = memory_new_array(count + 1, sizeof(*table->fields));
	for (size_t i = 0; i < count; i++) {
		const json_t *field = json_array_get(fields, i);
		const char *name = bigquery_text_at(field, "name");
		const char *type = bigquery_text_at(field, "type");
		const char *mode = bigquery_text_at(field, "mode");
		table->fields[table->field_count++] = (struct bigquery_field){
			.name = memory_copy_text(name == NULL ? "" : name),
			.type = memory_copy_text(type == NULL ? "" : normal_type(type)),
			.is_repeated = mode != NULL && strcmp(mode, "REPEATED") == 0,
			.is_required = mode != NULL && strcmp(mode, "REQUIRED") == 0,
		};
	}
}

static void read_table(const json_t *resource, struct bigquery_table *table)
{
	*table = (struct bigquery_table){
		.name = memory_copy_text(bigquery_text_at(resource, "tableReference.tableId")),
		.kind = memory_copy_text(bigquery_text_at(resource, "type")),
		.partition_type =
			memory_copy_text(bigquery_text_at(resource, "timePartitioning.type")),
		.partition_field =
			memory_copy_text(bigquery_text_at(resource, "timePartitioning.field")),
		.expiration_ms = bigquery_integer_at(resource, "timePartitioning.expirationMs", 0),
		.table_expires_ms = bigquery_integer_at(resource, "expirationTime", 0),
		.row_count = bigquery_integer_at(resource, "numRows", -1),
		.is_filter_required =
			json_is_true(bigquery_at(resource, "requirePartitionFilter")) ||
			json_is_true(
				bigquery_at(resource, "timePartitioning.requirePartitionFilter")),
	};
	if (bigquery_at(resource, "streamingBuffer") != NULL) {
		int64_t rows = bigquery_integer_at(resource, "streamingBuffer.estimatedRows", -1);
		table->streaming_rows = rows == 0 ? -1 : rows;
	}
	read_fields(resource, table);
}

static void add_dataset_path(
	struct buffer *path, const struct bigquery *bigquery, const char *dataset)
{
	buffer_add_text(path, "projects/");
	http_add_escaped(path, bigquery->settings.project);
	buffer_add_text(path, "/datasets");
	if (dataset == NULL)
		return;
	buffer_add_char(path, '/');
	http_add_escaped(path, dataset);
}

static void add_table_path(
	struct buffer *path, const struct bigquery *bigquery, const char *dataset, const char *name)
{
	add_dataset_path(path, bigquery, dataset);
	buffer_add_text(path, "/tables");
	if (name == NULL)
		return;
	buffer_add_char(path, '/');
	http_add_escaped(path, name);
}

static bool list_page(struct bigquery *bigquery, const char *dataset, const char *what,
	struct buffer *token, struct bigquery_tables *tables, struct error *err)
{
	struct buffer path = {0};
	json_t *reply;
	add_table_path(&path, bigquery, dataset, NULL);
	buffer_add_text(&path, "?maxResults=1000");
	if (token->length > 0) {
		buffer_add_text(&path, "&pageToken=");
		http_add_escaped(&path, buffer_text(token));
	}
	const struct bigquery_call call = {.path = buffer_text(&path)};
	bool done = bigquery_ask(bigquery, &call, what, &reply, NULL, err);
	buffer_release(&path);
	if (!done)
		return false;
	const json_t *items = json_object_get(reply, "tables");
	for (size_t i = 0; i < json_array_size(items); i++) {
		struct bigquery_table table;
		read_table(json_array_get(items, i), &table);
		if (table.name == NULL) {
			bigquery_table_release(&table);
			continue;
		}
		ARRAY_GROW(tables->items, tables->count, tables->capacity);
		tables->items[tables->count++] = table;
	}
	const char *next = bigquery_text_at(reply, "nextPageToken");
	buffer_clear(token);
	if (next != NULL && json_array_size(items) > 0)
		buffer_add_text(token, next);
	json_decref(reply);
	return tables->count <= BIGQUERY_TABLES_MAX ||
	       error_set(err, ERROR_LIMIT, "BigQuery: %s: more than %d tables", what,
		       BIGQUERY_TABLES_MAX);
}

bool bigquery_list_tables(struct bigquery *bigquery, const char *dataset,
	struct bigquery_tables *tables, bool *is_missing, struct error *err)
{
	struct bigquery_tables found = {0};
	struct buffer token = {0};
	char what[128];
	bool done;
	snprintf(what, sizeof(what), "cannot list the tables of %.60s", dataset);
	*is_missing = false;
	do {
		done = list_page(bigquery, dataset, what, &token, &found, err);
	} while (done && token.length > 0);
	buffer_release(&token);
	if (!done && bigquery->failure.trouble == TROUBLE_MISSING)
		*is_missing = true;
	if (!done)
		bigquery_tables_release(&found);
	if (!done && !*is_missing)
		return false;
	if (found.count > 0)
		qsort(found.items, found.count, sizeof(*found.items), compare_names);
	*tables = found;
	return true;
}

bool bigquery_get_table(struct bigquery *bigquery, const char *dataset, const char *name,
	struct bigquery_table *table, struct error *err)
{
	struct buffer path = {0};
	char what[256];
	json_t *reply;
	snprintf(what, sizeof(what), "cannot look at the table %.60s.%.120s", dataset, name);
	add_table_path(&path, bigquery, dataset, name);
	const struct bigquery_call call = {.path = buffer_text(&path)};
	bool done = bigquery_ask(bigquery, &call, what, &reply, NULL, err);
	buffer_release(&path);
	if (!done)
		return false;
	read_table(reply, table);
	json_decref(reply);
	return true;
}

/* An existing one is fine. */
static bool make(struct bigquery *bigquery, const char *path, json_t *resource, const char *what,
	struct error *err)
{
	json_t *reply = NULL;
	const struct bigquery_call call = {
		.method = HTTP_POST, .path = path, .body = resource, .is_write = true};
	bool done =
		bigquery_ask(bigquery, &call, what, &reply, NULL, err) ||
		(bigquery->failure.trouble == TROUBLE_EXISTS && bigquery->failure.status == 409);
	json_decref(reply);
	json_decref(resource);
	return done;
}

bool bigquery_make_dataset(struct bigquery *bigquery, const char *dataset, struct error *err)
{
	struct buffer path = {0};
	char what[128];
	snprintf(what, sizeof(what), "cannot make the dataset %.60s", dataset);
	add_dataset_path(&path, bigquery, NULL);
	json_t *resource = json_pack("{s:{s:s, s:s}, s:{s:s}}", "datasetReference", "projectId",
		bigquery->settings.project, "datasetId", dataset, "labels", "app", "backcourt");
	if (bigquery->settings.location != NULL)
		json_object_set_new(resource, "location", json_string(bigquery->settings.location));
	bool done = make(bigquery, buffer_text(&path), resource, what, err);
	buffer_release(&path);
	return done;
}

const char *bigquery_type_of(enum column_type type)
{
	switch (type) {
	case COLUMN_TEXT:
	case COLUMN_LIST: /* its JSON text: what the elements are is not in the layout */
		return "STRING";
	case COLUMN_INTEGER:
		return "INT64";
	case COLUMN_REAL:
		return "FLOAT64";
	case COLUMN_BOOLEAN:
		return "BOOL";
	case COLUMN_DATE:
		return "DATE";
	case COLUMN_TIMESTAMP:
		return "TIMESTAMP";
	}
	return "STRING";
}

static json_t *make_schema(const struct table_layout *layout)
{
	json_t *fields = json_array();
	for (size_t i = 0; i < layout->column_count; i++) {
		const struct column *column = &layout->columns[i];
		bool is_required = (column->flags & (COLUMN_KEY | COLUMN_REQUIRED)) != 0;
		json_array_append_new(
			fields, json_pack("{s:s, s:s, s:s}", "name", column->name, "type",
					bigquery_type_of(column->type), "mode",
					is_required ? "REQUIRED" : "NULLABLE"));
	}
	return json_pack("{s:o}", "fields", fields);
}

/* By the key: what joins and reads of a date go by. The service takes four columns. */
static json_t *make_clustering(const struct table_layout *layout)
{
	json_t *fields = json_array();
	for (size_t i = 0; i < layout->column_count && json_array_size(fields) < CLUSTER_MAX; i++)
		if ((layout->columns[i].flags & COLUMN_KEY) != 0 &&
			!text_equal(layout->columns[i].name, layout->date_column))
			json_array_append_new(fields, json_string(layout->columns[i].name));
	return json_pack("{s:o}", "fields", fields);
}

bool bigquery_make_table(struct bigquery *bigquery, const char *dataset, const char *name,
	const struct table_layout *layout, int64_t expires_ms, struct error *err)
{
	struct buffer path = {0};
	char what[256], text[24];
	snprintf(what, sizeof(what), "cannot make the table %.60s.%.120s", dataset, name);
	add_table_path(&path, bigquery, dataset, NULL);
	json_t *resource = json_pack("{s:{s:s, s:s, s:s}, s:o}", "tableReference", "projectId",
		bigquery->settings.project, "datasetId", dataset, "tableId", name, "schema",
		make_schema(layout));
	json_t *clustering = make_clustering(layout);
	bool is_clustered = json_array_size(json_object_get(clustering, "fields")) > 0;
	if (layout->date_column != NULL && expires_ms == 0)
		json_object_set_new(resource, "timePartitioning",
			json_pack("{s:s, s:s}", "type", "DAY", "field", layout->date_column));
	if (layout->date_column != NULL && expires_ms == 0 && is_clustered)
		json_object_set(resource, "clustering", clustering);
	json_decref(clustering);
	if (expires_ms != 0) {
		snprintf(text, sizeof(text), "%" PRId64, expires_ms);
		json_object_set_new(resource, "expirationTime", json_string(text));
	}
	bool done = make(bigquery, buffer_text(&path), resource, what, err);
	buffer_release(&path);
	return done;
}

bool bigquery_drop_table(
	struct bigquery *bigquery, const char *dataset, const char *name, struct error *err)
{
	struct buffer path = {0};
	char what[256];
	json_t *reply = NULL;
	snprintf(what, sizeof(what), "cannot drop the table %.60s.%.120s", dataset, name);
	add_table_path(&path, bigquery, dataset, name);
	const struct bigquery_call call = {.method = HTTP_DELETE,
		.path = buffer_text(&path),
		.is_empty_ok = true,
		.is_write = true};
	bool done = bigquery_ask(bigquery, &call, what, &reply, NULL, err) ||
		    bigquery->failure.trouble == TROUBLE_MISSING;
	json_decref(reply);
	buffer_release(&path);
	return done;
}

/* Rows as BigQuery sends them: {"f": [{"v": ...}]}, in the order of the schema. */
#include "bigquery_parts.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

static bool refuse(struct error *err, const char *why)
{
	return error_set(err, ERROR_WAREHOUSE, "BigQuery: a page of rows is malformed: %s", why);
}
#define refuse(...) (refuse(__VA_ARGS__), error_false())

/* [{"v": "a"}, {"v": "b"}] -> ["a", "b"]; numbers stay texts, as they came. */
static char *flatten(const json_t *list)
{
	json_t *flat = json_array();
	size_t index;
	json_t *item;
	json_array_foreach(list, index, item)
	{
		json_t *value = json_object_get(item, "v");
		json_array_append(flat, value == NULL ? json_null() : value);
	}
	char *text = json_dumps(flat, JSON_COMPACT | JSON_ENSURE_ASCII);
	json_decref(flat);
	return text;
}

/* *made is what has to be freed afterwards, if anything. */
static bool read_cell(const json_t *cell, const char **text, char **made, struct error *err)
{
	const json_t *value = json_object_get(cell, "v");
	*made = NULL;
	*text = NULL;
	if (value == NULL)
		return refuse(err, "a cell has no value");
	if (json_is_null(value))
		return true;
	if (json_is_string(value)) {
		*text = json_string_value(value);
		return true;
	}
	if (!json_is_array(value) && !json_is_object(value))
		return refuse(err, "a cell is neither a text nor a list nor a record");
	*text = *made = json_is_array(value) ? flatten(value) : json_dumps(value, JSON_COMPACT);
	return *text != NULL || refuse(err, "a list is too deep");
}

static bool hand_out_row(
	const json_t *row, size_t width, bigquery_take_row take, void *context, struct error *err)
{
	const json_t *cells = json_object_get(row, "f");
	const char **texts = memory_new_array(width, sizeof(*texts));
	char **made = memory_new_array(width, sizeof(*made));
	bool done = json_array_size(cells) == width ||
		    refuse(err, "a row has not as many cells as the schema has columns");
	for (size_t i = 0; done && i < width; i++)
		done = read_cell(json_array_get(cells, i), &texts[i], &made[i], err);
	done = done && (take == NULL || take(texts, width, context, err));
	for (size_t i = 0; i < width; i++)
		free(made[i]);
	free(made);
	free(texts);
	return done;
}

static bool note_schema(const json_t *tree, struct bigquery_page *page, struct error *err)
{
	const json_t *fields = bigquery_at(tree, "schema.fields");
	size_t width = json_array_size(fields);
	if (fields == NULL)
		return true; /* later pages may leave it out */
	if (width > BIGQUERY_COLUMNS_MAX)
		return error_set(err, ERROR_LIMIT, "BigQuery: an answer of more than %d columns",
			BIGQUERY_COLUMNS_MAX);
	if (page->column_count != 0 && page->column_count != width)
		return refuse(err, "its columns are not those of the page before");
	page->column_count = width;
	return true;
}

static bool decode(const json_t *tree, bigquery_take_row take, void *context,
	struct bigquery_page *page, struct error *err)
{
	const json_t *rows = json_object_get(tree, "rows");
	const char *token = bigquery_text_at(tree, "pageToken");
	if (!note_schema(tree, page, err))
		return false;
	if (token != NULL && strlen(token) >= sizeof(page->token))
		return refuse(err, "its page token is too long");
	if (json_array_size(rows) > 0 && page->column_count == 0)
		return refuse(err, "rows without a schema");
	page->total_rows = bigquery_integer_at(tree, "totalRows", -1);
	page->row_count = (int64_t)json_array_size(rows);
	text_copy(page->token, sizeof(page->token), token);
	for (size_t i = 0; i < json_array_size(rows); i++)
		if (!hand_out_row(json_array_get(rows, i), page->column_count, take, context, err))
			return false;
	return true;
}

bool bigquery_decode_page(const char *text, size_t length, bigquery_take_row take, void *context,
	struct bigquery_page *page, struct error *err)
{
	json_t *tree = bigquery_parse(text, length);
	if (tree == NULL)
		return refuse(err, "it is not JSON, or nested too deep");
	struct bigquery_page decoded = *page;
	bool done = decode(tree, take, context, &decoded, err);
	json_decref(tree);
	if (done)
		*page = decoded;
	return done;
}

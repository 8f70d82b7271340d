/* data_hash of a row (phase 3, 2.6 with the text of 8.12; phase 4, 2.5) and the hash of all rows.
 */
#include "warehouse/table.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static int compare_names(const void *a, const void *b)
{
	const struct column *const *first = a;
	const struct column *const *second = b;
	return strcmp((*first)->name, (*second)->name);
}

/* The hashed columns by name; returns how many. */
static size_t hashed_columns(
	const struct table_layout *layout, const struct column *sorted[TABLE_COLUMNS_MAX])
{
	size_t count = 0;
	for (size_t i = 0; i < layout->column_count; i++)
		if ((layout->columns[i].flags & COLUMN_HASHED) != 0)
			sorted[count++] = &layout->columns[i];
	qsort(sorted, count, sizeof(*sorted), compare_names);
	return count;
}

static void add_json_value(
	struct buffer *text, const struct column *column, const struct value *value)
{
	char real[REAL_TEXT_BYTES];
	switch (value->kind) {
	case VALUE_NULL:
		buffer_add_text(text, "null");
		break;
	case VALUE_INTEGER:
		buffer_add_format(text, "%" PRId64, value->integer);
		break;
	case VALUE_REAL:
		buffer_add_text(text, real_format(value->real, real));
		break;
	case VALUE_BOOLEAN:
		buffer_add_text(text, value->integer ? "true" : "false");
		break;
	case VALUE_TEXT:
		if (column->type == COLUMN_LIST)
			buffer_add_text(text, value->text);
		else
			buffer_add_json_text(text, value->text);
		break;
	}
}

/* A JSON list of plain texts or numbers as Python's repr writes it. */
static void add_list_repr(struct buffer *text, const char *list)
{
	for (; *list != '\0'; list++)
		buffer_add_char(text, *list == '"' ? '\'' : *list);
}

static void add_trimmed(struct buffer *text, const char *value)
{
	size_t length = strlen(value);
	size_t start = strspn(value, " \t\r\n");
	while (length > start && strchr(" \t\r\n", value[length - 1]) != NULL)
		length--;
	buffer_add(text, value + start, length - start);
}

static void add_pair_value(
	struct buffer *text, const struct column *column, const struct value *value)
{
	char real[REAL_TEXT_BYTES];
	switch (value->kind) {
	case VALUE_NULL:
		buffer_add_text(text, "NULL");
		break;
	case VALUE_INTEGER:
		buffer_add_format(text, "%" PRId64, value->integer);
		break;
	case VALUE_REAL:
		buffer_add_text(text, real_format(value->real, real));
		break;
	case VALUE_BOOLEAN:
		buffer_add_text(text, value->integer ? "True" : "False");
		break;
	case VALUE_TEXT:
		if (column->type == COLUMN_LIST)
			add_list_repr(text, value->text);
		else
			add_trimmed(text, value->text);
		break;
	}
}

static void write_json(const struct rows *rows, size_t row, const struct column *const *sorted,
	size_t count, struct buffer *text)
{
	for (size_t i = 0; i < count; i++) {
		size_t column = (size_t)(sorted[i] - rows->layout->columns);
		buffer_add_text(text, i == 0 ? "{\"" : ", \"");
		buffer_add_text(text, sorted[i]->name);
		buffer_add_text(text, "\": ");
		add_json_value(text, sorted[i], rows_value(rows, row, column));
	}
	buffer_add_text(text, count == 0 ? "{}" : "}");
}

static int compare_texts(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The strings "field:value" are sorted, not the fields: "a_b:" comes before "a:" in ASCII. */
static void write_pairs(const struct rows *rows, size_t row, const struct column *const *sorted,
	size_t count, struct buffer *text)
{
	char *pairs[TABLE_COLUMNS_MAX];
	for (size_t i = 0; i < count; i++) {
		struct buffer pair = {0};
		size_t column = (size_t)(sorted[i] - rows->layout->columns);
		buffer_add_format(&pair, "%s:", sorted[i]->name);
		add_pair_value(&pair, sorted[i], rows_value(rows, row, column));
		pairs[i] = pair.bytes;
	}
	qsort(pairs, count, sizeof(*pairs), compare_texts);
	for (size_t i = 0; i < count; i++) {
		buffer_add_text(text, i == 0 ? "" : "|");
		buffer_add_text(text, pairs[i]);
		free(pairs[i]);
	}
}

static void hash_row(const struct rows *rows, size_t row, const struct column *const *sorted,
	size_t count, struct buffer *text, char into[DIGEST_TEXT_BYTES])
{
	buffer_clear(text);
	if (rows->layout->hash_style == HASH_PAIRS)
		write_pairs(rows, row, sorted, count, text);
	else
		write_json(rows, row, sorted, count, text);
	digest_sha256_16(buffer_text(text), text->length, into);
}

char *rows_row_hash(const struct rows *rows, size_t row, char into[DIGEST_TEXT_BYTES])
{
	const struct column *sorted[TABLE_COLUMNS_MAX];
	size_t count = hashed_columns(rows->layout, sorted);
	struct buffer text = {0};
	hash_row(rows, row, sorted, count, &text, into);
	buffer_release(&text);
	return into;
}

void rows_fill_hashes(struct rows *rows)
{
	const struct column *sorted[TABLE_COLUMNS_MAX];
	size_t count = hashed_columns(rows->layout, sorted);
	size_t column = table_column(rows->layout, "data_hash");
	struct buffer text = {0};
	for (size_t row = 0; row < rows->count; row++) {
		char hash[DIGEST_TEXT_BYTES];
		hash_row(rows, row, sorted, count, &text, hash);
		struct value *value = &rows->values[row * rows->layout->column_count + column];
		*value = (struct value){VALUE_TEXT, {.text = arena_copy_text(&rows->arena, hash)}};
	}
	buffer_release(&text);
}

/* qsort_r's context: which rows, and which columns are the key. */
static int compare_values(const struct value *a, const struct value *b)
{
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	if (a->kind == VALUE_TEXT)
		return strcmp(a->text, b->text);
	if (a->kind == VALUE_REAL)
		return (a->real > b->real) - (a->real < b->real);
	return (a->integer > b->integer) - (a->integer < b->integer);
}

static int compare_keys(const void *a, const void *b, void *context)
{
	const struct rows *rows = context;
	for (size_t i = 0; i < rows->layout->column_count; i++) {
		if ((rows->layout->columns[i].flags & COLUMN_KEY) == 0)
			continue;
		int order = compare_values(rows_value(rows, *(const size_t *)a, i),
			rows_value(rows, *(const size_t *)b, i));
		if (order != 0)
			return order;
	}
	return 0;
}

static size_t *sorted_rows(const struct rows *rows)
{
	size_t *order = memory_new_array(rows->count + 1, sizeof(*order));
	for (size_t i = 0; i < rows->count; i++)
		order[i] = i;
	qsort_r(order, rows->count, sizeof(*order), compare_keys, (void *)rows);
	return order;
}

char *rows_hash(const struct rows *rows, char into[DIGEST_TEXT_BYTES])
{
	size_t *order = sorted_rows(rows);
	struct digest *digest = digest_begin();
	struct buffer text = {0};
	for (size_t i = 0; i < rows->count; i++) {
		buffer_clear(&text);
		for (size_t column = 0; column < rows->layout->column_count; column++) {
			if ((rows->layout->columns[column].flags & COLUMN_STAMP) != 0)
				continue;
			add_json_value(&text, &rows->layout->columns[column],
				rows_value(rows, order[i], column));
			buffer_add_char(&text, '\x1f');
		}
		buffer_add_char(&text, '\n');
		digest_add(digest, text.bytes, text.length);
	}
	buffer_release(&text);
	free(order);
	return digest_end(digest, into);
}

size_t rows_distinct_keys(const struct rows *rows)
{
	size_t *order = sorted_rows(rows);
	size_t distinct = rows->count > 0;
	for (size_t i = 1; i < rows->count; i++)
		distinct += compare_keys(&order[i - 1], &order[i], (void *)rows) != 0;
	free(order);
	return distinct;
}

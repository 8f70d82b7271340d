/* data_hash of a row (phase 3, 2.6 with the text of 8.12; phase 4, 2.5) and the hash of all rows.
 */
#include "warehouse/table.h"

#include <stdlib.h>
#include <string.h>

/* As the strings "name:..." and "name"... sort: in pairs "a_b:" comes before "a:". */
static int compare_names(const void *a, const void *b, void *style)
{
	const char *first = (*(const struct column *const *)a)->name;
	const char *second = (*(const struct column *const *)b)->name;
	char end = *(const enum hash_style *)style == HASH_PAIRS ? ':' : '\0';
	while (*first == *second && *first != '\0') {
		first++;
		second++;
	}
	unsigned char left = (unsigned char)(*first == '\0' ? end : *first);
	unsigned char right = (unsigned char)(*second == '\0' ? end : *second);
	return (int)left - (int)right;
}

/* The hashed columns in the order of their texts; returns how many. */
static size_t hashed_columns(
	const struct table_layout *layout, const struct column *sorted[TABLE_COLUMNS_MAX])
{
	size_t count = 0;
	enum hash_style style = layout->hash_style;
	for (size_t i = 0; i < layout->column_count; i++)
		if ((layout->columns[i].flags & COLUMN_HASHED) != 0)
			sorted[count++] = &layout->columns[i];
	qsort_r(sorted, count, sizeof(*sorted), compare_names, &style);
	return count;
}

static void add_integer(struct buffer *text, int64_t value)
{
	char digits[INTEGER_TEXT_BYTES];
	buffer_add(text, digits, (size_t)(integer_format(value, digits) - digits));
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
		add_integer(text, value->integer);
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

/* The end of the JSON text that begins at `text`: behind its closing quote. */
static const char *text_end(const char *text)
{
	const char *at = text + 1;
	while (*at != '\0' && *at != '"')
		at += at[0] == '\\' && at[1] != '\0' ? 2 : 1;
	return *at == '"' ? at + 1 : at;
}

/* Python prefers single quotes unless only double ones need no escape. */
static char python_quote(const char *text, const char *end)
{
	bool has_single = memchr(text, '\'', (size_t)(end - text)) != NULL;
	bool has_double = false;
	for (const char *at = text + 1; at + 1 < end; at++)
		if (at[0] == '\\') {
			has_double = has_double || at[1] == '"';
			at++;
		}
	return has_single && !has_double ? '"' : '\'';
}

/* "uXXXX" at `text`. */
static bool read_escape(const char *text, uint32_t *unit)
{
	if (text[0] != 'u' || strspn(text + 1, "0123456789abcdefABCDEF") < 4)
		return false;
	char digits[5] = {text[1], text[2], text[3], text[4], '\0'};
	*unit = (uint32_t)strtoul(digits, NULL, 16);
	return true;
}

/* `at` is the 'u' of an escape; returns its last character. Two halves make one character. */
static const char *add_code_point(struct buffer *text, const char *at)
{
	uint32_t code_point, second;
	char bytes[4];
	if (!read_escape(at, &code_point))
		return at;
	at += 4;
	if (code_point >= 0xD800 && code_point < 0xDC00 && at[1] == '\\' &&
		read_escape(at + 2, &second) && second >= 0xDC00 && second < 0xE000) {
		code_point = 0x10000 + ((code_point - 0xD800) << 10) + (second - 0xDC00);
		at += 6;
	}
	buffer_add(text, bytes, text_encode_utf8(code_point, bytes));
	return at;
}

/* One JSON text as Python's repr writes it; \uXXXX becomes the character. */
static const char *add_text_repr(struct buffer *text, const char *json)
{
	const char *end = text_end(json);
	size_t plain = strcspn(json + 1, "\"\\'");
	if (json + 1 + plain + 1 == end) {
		buffer_add_char(text, '\'');
		buffer_add(text, json + 1, plain);
		buffer_add_char(text, '\'');
		return end;
	}
	char quote = python_quote(json, end);
	buffer_add_char(text, quote);
	for (const char *at = json + 1; at < end && *at != '"'; at++) {
		if (at[0] == '\'' && quote == '\'')
			buffer_add_text(text, "\\'");
		else if (at[0] != '\\')
			buffer_add_char(text, *at);
		else if (*++at == '\0')
			break;
		else if (*at == 'u')
			at = add_code_point(text, at);
		else if (*at == '"' || *at == '/')
			buffer_add_char(text, *at);
		else
			buffer_add_format(text, "\\%c", *at);
	}
	buffer_add_char(text, quote);
	return end;
}

static bool take_word(struct buffer *text, const char **at, const char *json, const char *python)
{
	if (!text_starts_with(*at, json))
		return false;
	buffer_add_text(text, python);
	*at += strlen(json);
	return true;
}

/* A JSON list as Python's repr writes the list: ['a', 1.0, None]. */
static void add_list_repr(struct buffer *text, const char *list)
{
	while (*list != '\0') {
		size_t number = strspn(list, "[0123456789.-");
		buffer_add(text, list, number);
		list += number;
		if (*list == '\0')
			break;
		if (*list == '"')
			list = add_text_repr(text, list);
		else if (*list == ',') {
			buffer_add_text(text, ", ");
			list++;
		} else if (strchr(" \t\r\n", *list) != NULL)
			list++;
		else if (!take_word(text, &list, "null", "None") &&
			 !take_word(text, &list, "true", "True") &&
			 !take_word(text, &list, "false", "False"))
			buffer_add_char(text, *list++);
	}
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
		add_integer(text, value->integer);
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

static void write_pairs(const struct rows *rows, size_t row, const struct column *const *sorted,
	size_t count, struct buffer *text)
{
	for (size_t i = 0; i < count; i++) {
		size_t column = (size_t)(sorted[i] - rows->layout->columns);
		if (i > 0)
			buffer_add_char(text, '|');
		buffer_add_text(text, sorted[i]->name);
		buffer_add_char(text, ':');
		add_pair_value(text, sorted[i], rows_value(rows, row, column));
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

/* As a warehouse gives it back: there a whole number in a column of reals is a real. (data_hash is
 * made of the number as it was set.) */
static struct value stored_value(const struct column *column, const struct value *value)
{
	struct value stored = *value;
	if (value->kind == VALUE_INTEGER && column->type == COLUMN_REAL)
		stored = (struct value){VALUE_REAL, {.real = (double)value->integer}};
	else if (value->kind == VALUE_INTEGER && column->type == COLUMN_BOOLEAN)
		stored.kind = VALUE_BOOLEAN;
	return stored;
}

char *rows_hash(const struct rows *rows, char into[DIGEST_TEXT_BYTES])
{
	size_t *order = sorted_rows(rows);
	struct digest *digest = digest_begin();
	struct buffer text = {0};
	for (size_t i = 0; i < rows->count; i++) {
		buffer_clear(&text);
		for (size_t column = 0; column < rows->layout->column_count; column++) {
			const struct column *described = &rows->layout->columns[column];
			if ((described->flags & COLUMN_STAMP) != 0)
				continue;
			struct value stored =
				stored_value(described, rows_value(rows, order[i], column));
			add_json_value(&text, described, &stored);
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

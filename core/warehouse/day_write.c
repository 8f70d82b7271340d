/* What every backend does alike around the write of a day. */
#include "backend.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A row of another date would never be deleted again by a write of its own. */
static bool check_dates(const struct day_write *write, struct error *err)
{
	const struct table_layout *layout = write->layout;
	size_t column = table_column(layout, layout->date_column);
	char date[DATE_TEXT_BYTES];
	date_format(write->date, date);
	for (size_t row = 0; row < write->rows->count; row++) {
		const struct value *value = rows_value(write->rows, row, column);
		if (value->kind != VALUE_TEXT || strcmp(value->text, date) != 0)
			return error_set(err, ERROR_WAREHOUSE,
				"%s of %s: row %zu belongs to another date (%s)", layout->name,
				date, row + 1, value->kind == VALUE_TEXT ? value->text : "none");
	}
	return true;
}

bool day_write_check(const struct day_write *write, struct error *err)
{
	if (write->source_count > RECEIPT_SOURCES_MAX)
		return error_set(err, ERROR_LIMIT,
			"%s: a receipt names at most %d sources, not %zu", write->layout->name,
			RECEIPT_SOURCES_MAX, write->source_count);
	return check_dates(write, err);
}

static int64_t count_nulls(const struct rows *rows, size_t column)
{
	int64_t count = 0;
	for (size_t row = 0; row < rows->count; row++)
		count += rows_value(rows, row, column)->kind == VALUE_NULL;
	return count;
}

/* What has no room is left out, and so is not counted. */
static void tell_nulls(const struct day_write *write, struct receipt *receipt)
{
	size_t length = 0;
	receipt->nulls[0] = '\0';
	for (size_t i = 0; i < write->critical_count; i++) {
		char text[TABLE_NAME_BYTES + 24];
		size_t column = table_column(write->layout, write->critical[i]);
		if (column == write->layout->column_count)
			continue;
		int bytes = snprintf(text, sizeof(text), "%s%s:%" PRId64, length == 0 ? "" : " ",
			write->critical[i], count_nulls(write->rows, column));
		if (bytes < 0 || (size_t)bytes >= sizeof(text) ||
			length + (size_t)bytes >= sizeof(receipt->nulls))
			continue;
		memcpy(&receipt->nulls[length], text, (size_t)bytes + 1);
		length += (size_t)bytes;
	}
}

void day_write_fill_receipt(const struct day_write *write, struct receipt *receipt)
{
	text_copy(receipt->table, sizeof(receipt->table), write->layout->name);
	text_copy(receipt->run, sizeof(receipt->run), write->run);
	receipt->date = write->date;
	receipt->rows = (int64_t)write->rows->count;
	receipt->verified_ms = write->now_ms;
	tell_nulls(write, receipt);
	receipt->source_count = write->source_count;
	for (size_t i = 0; i < receipt->source_count; i++)
		receipt->sources[i] = write->sources[i];
}

int64_t receipt_nulls(const struct receipt *receipt, const char *column)
{
	size_t length = strlen(column);
	const char *at = receipt->nulls;
	while (*at != '\0') {
		size_t bytes = strcspn(at, " ");
		if (bytes > length + 1 && at[length] == ':' && strncmp(at, column, length) == 0) {
			int64_t count = strtoll(&at[length + 1], NULL, 10);
			return count >= 0 ? count : -1;
		}
		at += bytes + (at[bytes] == ' ');
	}
	return -1;
}

size_t receipt_null_columns(const struct receipt *receipt, char names[RECEIPT_NULLS_BYTES],
	const char **columns, size_t room)
{
	size_t count = 0;
	text_copy(names, RECEIPT_NULLS_BYTES, receipt->nulls);
	for (char *name = names; *name != '\0' && count < room;) {
		size_t bytes = strcspn(name, " ");
		bool is_last = name[bytes] == '\0';
		name[strcspn(name, ": ")] = '\0';
		columns[count++] = name;
		name = is_last ? &name[strlen(name)] : &name[bytes + 1];
	}
	return count;
}

size_t count_tables_width(const struct count_table *tables, size_t count)
{
	size_t most = 0;
	for (size_t i = 0; i < count; i++)
		most = tables[i].critical_count > most ? tables[i].critical_count : most;
	return most;
}

bool count_tables_check(const struct count_table *tables, size_t count, struct error *err)
{
	if (count > DAY_COUNT_TABLES_MAX)
		return error_set(err, ERROR_LIMIT, "at most %d tables are counted at once",
			DAY_COUNT_TABLES_MAX);
	if (count_tables_width(tables, count) > TABLE_COLUMNS_MAX)
		return error_set(err, ERROR_LIMIT, "at most %d critical columns are counted",
			TABLE_COLUMNS_MAX);
	for (size_t i = 0; i < count; i++)
		if (tables[i].layout->date_column == NULL)
			return error_set(err, ERROR_WAREHOUSE, "%s has no dates to count by",
				tables[i].layout->name);
	return true;
}

void receipt_write_sources(const struct receipt *receipt, struct buffer *text)
{
	for (size_t i = 0; i < receipt->source_count; i++)
		buffer_add_format(text, "%s%s:%" PRId64, i == 0 ? "" : " ",
			receipt->sources[i].table, receipt->sources[i].sequence);
}

void receipt_read_sources(const char *text, struct receipt *receipt)
{
	while (text != NULL && *text != '\0' && receipt->source_count < RECEIPT_SOURCES_MAX) {
		const char *colon = strchr(text, ':');
		if (colon == NULL)
			return;
		struct receipt_source *source = &receipt->sources[receipt->source_count++];
		size_t length = (size_t)(colon - text);
		if (length >= sizeof(source->table))
			length = sizeof(source->table) - 1;
		memcpy(source->table, text, length);
		source->table[length] = '\0';
		char *end;
		source->sequence = strtoll(colon + 1, &end, 10);
		text = *end == ' ' ? end + 1 : NULL;
	}
}

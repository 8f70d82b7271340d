/* What every backend does alike around the write of a day. */
#include "backend.h"

#include <inttypes.h>
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

void day_write_fill_receipt(const struct day_write *write, struct receipt *receipt)
{
	text_copy(receipt->table, sizeof(receipt->table), write->layout->name);
	text_copy(receipt->run, sizeof(receipt->run), write->run);
	receipt->date = write->date;
	receipt->rows = (int64_t)write->rows->count;
	receipt->verified_ms = write->now_ms;
	receipt->source_count = write->source_count;
	for (size_t i = 0; i < receipt->source_count; i++)
		receipt->sources[i] = write->sources[i];
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

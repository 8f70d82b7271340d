/*
 * The first byte chooses the raw table, the rest is its CSV file. A row is converted to values that
 * its layout allows, or it is complained about with a column and a reason.
 */
#include "tests/fuzz/support/fuzz.h"

#include "core/raw/import_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void check_value(const struct column *column, const struct value *value)
{
	date_t date;
	if (value->kind == VALUE_NULL) {
		MUST((column->flags & (COLUMN_KEY | COLUMN_REQUIRED)) == 0);
		return;
	}
	switch (column->type) {
	case COLUMN_INTEGER:
		MUST(value->kind == VALUE_INTEGER);
		break;
	case COLUMN_BOOLEAN:
		MUST(value->kind == VALUE_BOOLEAN && value->integer >= 0 && value->integer <= 1);
		break;
	case COLUMN_REAL:
		MUST(value->kind == VALUE_REAL && isfinite(value->real));
		break;
	case COLUMN_DATE:
		MUST(value->kind == VALUE_TEXT && date_parse(value->text, &date));
		break;
	case COLUMN_TEXT:
	case COLUMN_TIMESTAMP:
	case COLUMN_LIST:
		MUST(value->kind == VALUE_TEXT && value->text != NULL);
		break;
	}
}

static void check_row(const struct table_layout *layout, const struct value *values)
{
	for (size_t i = 0; i < layout->column_count; i++)
		check_value(&layout->columns[i], &values[i]);
}

static void read_rows(struct import *import, const struct mapping *mapping, struct csv *csv)
{
	struct csv_record record;
	struct error err = {0};
	enum csv_result result;
	while ((result = csv_next(csv, &record, &err)) == CSV_RECORD) {
		struct value values[TABLE_COLUMNS_MAX];
		struct arena arena = {0};
		struct complaint complaint = {.reason = "", .column = 0};
		if (import_convert(import, mapping, &record, values, &arena, &complaint))
			check_row(mapping->layout, values);
		else
			MUST(complaint.reason[0] != '\0' && complaint.column >= 1);
		arena_release(&arena);
	}
	fuzz_check_error(result == CSV_END, &err);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	if (length == 0)
		return 0;
	static const struct import_options options;
	char name[] = "fuzz.csv";
	struct import_file file = {.path = name, .name = name, .table = bytes[0] % RAW_TABLE_COUNT};
	struct import import = {.options = &options, .keys = player_keys_new()};
	struct mapping mapping;
	struct error err = {0};
	struct csv *csv = csv_open_bytes("fuzz", (const char *)bytes + 1, length - 1);
	bool read = import_read_header(&import, &file, csv, &mapping, &err);
	fuzz_check_error(read, &err);
	if (read)
		read_rows(&import, &mapping, csv);
	csv_close(csv);
	player_keys_free(import.keys);
	return 0;
}

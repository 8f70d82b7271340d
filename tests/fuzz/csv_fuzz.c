/* Every field is text, and what was read is read again as the same once it is written quoted. */
#include "tests/fuzz/support/fuzz.h"

#include "base/text.h"
#include "base/csv.h"

#include <string.h>

static void add_quoted(struct buffer *written, const char *text)
{
	buffer_add_char(written, '"');
	for (; *text != '\0'; text++) {
		if (*text == '"')
			buffer_add_char(written, '"');
		buffer_add_char(written, *text);
	}
	buffer_add_char(written, '"');
}

static void check_field(const struct csv_record *record, size_t i)
{
	const char *text = record->fields[i].text;
	MUST(text_is_utf8(text, strlen(text)));
	MUST(strlen(text) <= CSV_FIELD_BYTES_MAX);
	MUST(record->fields[i].column >= 1);
}

/* The records as CSV with every field quoted; and how reading them ended. */
static enum csv_result rewrite(const char *bytes, size_t length, struct buffer *written)
{
	struct csv *csv = csv_open_bytes("fuzz", bytes, length);
	struct csv_record record;
	struct error err = {0};
	int64_t line = 0;
	enum csv_result result;
	while ((result = csv_next(csv, &record, &err)) == CSV_RECORD) {
		MUST(record.field_count >= 1 && record.field_count <= CSV_FIELDS_MAX);
		MUST(record.line > line);
		line = record.line;
		for (size_t i = 0; i < record.field_count; i++) {
			check_field(&record, i);
			buffer_add_text(written, i == 0 ? "" : ",");
			add_quoted(written, record.fields[i].text);
		}
		buffer_add_char(written, '\n');
	}
	fuzz_check_error(result == CSV_END, &err);
	csv_close(csv);
	return result;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct buffer once = {0}, twice = {0};
	rewrite((const char *)bytes, length, &once);
	MUST(rewrite(buffer_text(&once), once.length, &twice) == CSV_END);
	MUST(strcmp(buffer_text(&once), buffer_text(&twice)) == 0);
	buffer_release(&once);
	buffer_release(&twice);
	return 0;
}

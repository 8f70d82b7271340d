#include "base/csv.h"

#include "base/memory.h"
#include "base/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define READ_BYTES 262144

struct csv {
	char *name;
	gzFile file; /* NULL: bytes in memory */
	char *block;
	const char *at, *end;
	bool at_end, read_failed;
	int64_t line;
	size_t column; /* of the next byte, from 1 */
	struct buffer text;
	size_t starts[CSV_FIELDS_MAX];
};

bool csv_open(const char *path, struct csv **opened, struct error *err)
{
	gzFile file = gzopen(path, "rbe");
	if (file == NULL)
		return error_set_system(err, errno, "cannot open %s", path);
	gzbuffer(file, READ_BYTES);
	struct csv *csv = memory_new(sizeof(*csv));
	csv->name = memory_copy_text(path);
	csv->file = file;
	csv->block = memory_new(READ_BYTES);
	csv->line = 1;
	csv->column = 1;
	*opened = csv;
	return true;
}

struct csv *csv_open_bytes(const char *name, const char *bytes, size_t length)
{
	struct csv *csv = memory_new(sizeof(*csv));
	csv->name = memory_copy_text(name);
	csv->at = bytes;
	csv->end = bytes + length;
	csv->line = 1;
	csv->column = 1;
	return csv;
}

void csv_close(struct csv *csv)
{
	if (csv == NULL)
		return;
	if (csv->file != NULL)
		gzclose(csv->file);
	buffer_release(&csv->text);
	free(csv->block);
	free(csv->name);
	free(csv);
}

int64_t csv_position(const struct csv *csv)
{
	return csv->file == NULL ? 0 : gzoffset(csv->file);
}

/* The next byte without taking it; -1 at the end or after a read error. */
static int peek(struct csv *csv)
{
	if (csv->at == csv->end && csv->file != NULL && !csv->at_end) {
		int got = gzread(csv->file, csv->block, READ_BYTES);
		csv->at = csv->block;
		csv->end = csv->block + (got > 0 ? got : 0);
		int status = Z_OK;
		if (got <= 0) {
			csv->at_end = true;
			gzerror(csv->file, &status);
			csv->read_failed = got < 0 || status == Z_BUF_ERROR;
		}
	}
	return csv->at == csv->end ? -1 : (unsigned char)*csv->at;
}

static void take(struct csv *csv)
{
	if (*csv->at == '\n') {
		csv->line++;
		csv->column = 0;
	}
	csv->at++;
	csv->column++;
}

static bool fail_at(struct csv *csv, struct error *err, enum error_kind kind, const char *reason)
{
	return error_set(
		err, kind, "%s:%lld:%zu: %s", csv->name, (long long)csv->line, csv->column, reason);
}

static bool add_byte(struct csv *csv, int byte, size_t start, struct error *err)
{
	if (byte == '\0')
		return fail_at(csv, err, ERROR_INPUT, "a NUL byte");
	if (csv->text.length - start >= CSV_FIELD_BYTES_MAX)
		return fail_at(csv, err, ERROR_LIMIT, "a field of more than 1 MiB");
	if (csv->text.length >= CSV_RECORD_BYTES_MAX)
		return fail_at(csv, err, ERROR_LIMIT, "a record of more than 4 MiB");
	buffer_add_char(&csv->text, (char)byte);
	take(csv);
	return true;
}

static bool is_field_end(int byte)
{
	return byte < 0 || byte == ',' || byte == '\n' || byte == '\r';
}

static bool read_quoted(struct csv *csv, size_t start, struct error *err)
{
	take(csv);
	for (;;) {
		int byte = peek(csv);
		if (byte < 0)
			return fail_at(csv, err, ERROR_INPUT,
				"the file ends inside a quoted field (cut?)");
		if (byte != '"') {
			if (!add_byte(csv, byte, start, err))
				return false;
			continue;
		}
		take(csv);
		if (peek(csv) != '"')
			break;
		if (!add_byte(csv, '"', start, err))
			return false;
	}
	if (!is_field_end(peek(csv)))
		return fail_at(csv, err, ERROR_INPUT, "bytes after a closing quote");
	return true;
}

static bool read_field(struct csv *csv, struct error *err)
{
	size_t start = csv->text.length;
	if (peek(csv) == '"') {
		if (!read_quoted(csv, start, err))
			return false;
	} else {
		for (int byte = peek(csv); !is_field_end(byte); byte = peek(csv))
			if (!add_byte(csv, byte, start, err))
				return false;
	}
	if (!text_is_utf8(buffer_text(&csv->text) + start, csv->text.length - start))
		return fail_at(csv, err, ERROR_INPUT, "invalid UTF-8 in the field before here");
	buffer_add_char(&csv->text, '\0');
	return true;
}

static bool take_line_end(struct csv *csv, struct error *err)
{
	if (peek(csv) == '\r')
		take(csv);
	if (peek(csv) == '\n')
		take(csv);
	else if (peek(csv) >= 0)
		return fail_at(csv, err, ERROR_INPUT, "a carriage return inside a line");
	return true;
}

static bool read_record(struct csv *csv, struct csv_record *record, struct error *err)
{
	record->field_count = 0;
	record->line = csv->line;
	for (;;) {
		if (record->field_count == CSV_FIELDS_MAX)
			return fail_at(csv, err, ERROR_LIMIT, "more than 256 fields");
		csv->starts[record->field_count] = csv->text.length;
		record->fields[record->field_count++].column = csv->column;
		if (!read_field(csv, err))
			return false;
		if (peek(csv) != ',')
			break;
		take(csv);
	}
	record->cut = peek(csv) < 0;
	for (size_t i = 0; i < record->field_count; i++)
		record->fields[i].text = csv->text.bytes + csv->starts[i];
	return take_line_end(csv, err);
}

static void skip_byte_order_mark(struct csv *csv)
{
	static const char mark[] = "\xef\xbb\xbf";
	if (csv->line == 1 && csv->column == 1 && peek(csv) == 0xef && csv->end - csv->at >= 3 &&
		memcmp(csv->at, mark, 3) == 0)
		csv->at += 3;
}

enum csv_result csv_next(struct csv *csv, struct csv_record *record, struct error *err)
{
	buffer_clear(&csv->text);
	skip_byte_order_mark(csv);
	while (peek(csv) == '\n' || peek(csv) == '\r') /* empty lines */
		take(csv);
	bool is_there = peek(csv) >= 0;
	bool done = !is_there || read_record(csv, record, err);
	if (csv->read_failed) {
		fail_at(csv, err, ERROR_INPUT, "the compressed file is damaged or cut");
		return CSV_FAILED;
	}
	return !done ? CSV_FAILED : is_there ? CSV_RECORD : CSV_END;
}

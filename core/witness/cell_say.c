/* A cell as lines of text: facts, then a table of its first rows. */
#include "witness/cell_rows.h"

#include "base/clock.h"
#include "base/memory.h"

#include <string.h>

#define LABEL_WIDTH  12
#define COLUMN_WIDTH 28 /* characters; a longer value is cut */
#define COLUMN_CUT   "..."

static size_t count_characters(const char *text, size_t length)
{
	size_t count = 0;
	for (size_t i = 0; i < length; i++)
		count += ((unsigned char)text[i] & 0xC0) != 0x80;
	return count;
}

/* Bytes of at most so many characters. */
static size_t bytes_of(const char *text, size_t characters)
{
	size_t end = 0;
	while (text[end] != '\0' && count_characters(text, end + 1) <= characters)
		end++;
	return end;
}

static void add_value(const struct sample_value *value, struct buffer *into)
{
	const char *text = value->text == NULL ? "NULL" : value->text;
	size_t length = strlen(text);
	if (count_characters(text, length) <= COLUMN_WIDTH && !value->is_cut) {
		buffer_add_text(into, text);
		return;
	}
	buffer_add(into, text, bytes_of(text, COLUMN_WIDTH - strlen(COLUMN_CUT)));
	buffer_add_text(into, COLUMN_CUT);
}

/* The name of the column above row 0. */
static void add_item(
	const struct row_sample *sample, size_t line, size_t column, struct buffer *into)
{
	if (line == 0)
		buffer_add_text(into, sample->columns[column]);
	else
		add_value(&sample->values[(line - 1) * sample->column_count + column], into);
}

static void measure(const struct row_sample *sample, size_t lines, size_t *widths)
{
	struct buffer text = {0};
	for (size_t line = 0; line < lines; line++)
		for (size_t i = 0; i < sample->column_count; i++) {
			buffer_clear(&text);
			add_item(sample, line, i, &text);
			size_t width = count_characters(buffer_text(&text), text.length);
			widths[i] = width > widths[i] ? width : widths[i];
		}
	buffer_release(&text);
}

static void say_line(
	const struct row_sample *sample, size_t line, const size_t *widths, struct buffer *into)
{
	for (size_t i = 0; i < sample->column_count; i++) {
		size_t start = into->length;
		add_item(sample, line, i, into);
		if (i + 1 == sample->column_count)
			break;
		size_t used = count_characters(into->bytes + start, into->length - start);
		for (size_t k = used; k < widths[i] + 2; k++)
			buffer_add_char(into, ' ');
	}
	buffer_add_char(into, '\n');
}

static void say_sample(const struct row_sample *sample, size_t row_count, struct buffer *into)
{
	size_t widths[SAMPLE_COLUMNS_MAX] = {0};
	size_t shown = sample->row_count < row_count ? sample->row_count : row_count;
	if (shown == 0)
		return;
	buffer_add_format(into, "\nthe first %zu in the order of the key:\n", shown);
	measure(sample, shown + 1, widths);
	for (size_t line = 0; line <= shown; line++)
		say_line(sample, line, widths, into);
}

void cell_rows_say(const struct cell_rows *rows, const struct cell_facts *facts, size_t row_count,
	struct buffer *into)
{
	char time[CLOCK_TEXT_BYTES];
	for (size_t i = 0; i < facts->count; i++) {
		const struct cell_fact *fact = &facts->items[i];
		buffer_add_format(into, "%-*s%s", LABEL_WIDTH, fact->label, fact->text);
		if (fact->at_ms > 0 && fact->at_ms != rows->asked_ms)
			buffer_add_format(into, " (%s)", clock_format_rfc3339(fact->at_ms, time));
		buffer_add_char(into, '\n');
	}
	if (rows->sample_trouble[0] != '\0')
		buffer_add_format(into, "%-*s%s\n", LABEL_WIDTH, "rows", rows->sample_trouble);
	say_sample(&rows->sample, row_count, into);
}

#include "tests/support/table.h"

#include "tests/test.h"

/* The line after `line`, NULL at the end. */
static const char *next_line(const char *line)
{
	const char *end = strchr(line, '\n');
	return end == NULL || end[1] == '\0' ? NULL : end + 1;
}

/* Field `number` (from 0) of the line; the fields hold neither quotes nor commas. */
static void copy_field(const char *line, int number, char into[64])
{
	for (; number > 0; number--)
		line = strchr(line, ',') + 1;
	size_t length = strcspn(line, ",\n");
	assert_true(length < 64);
	memcpy(into, line, length);
	into[length] = '\0';
}

static bool field_is(const char *line, int number, const char *text)
{
	char field[64];
	copy_field(line, number, field);
	return strcmp(field, text) == 0;
}

struct csv_total csv_total(const char *csv, const char *table)
{
	struct csv_total total = {0};
	char field[64];
	for (const char *line = next_line(csv); line != NULL; line = next_line(line)) {
		if (!field_is(line, 0, table))
			continue;
		copy_field(line, 2, field);
		int64_t rows = field[0] == '\0' ? 0 : strtoll(field, NULL, 10);
		total.rows += rows;
		total.with_rows += rows > 0;
		total.complete += field_is(line, 4, "complete");
		total.other += !field_is(line, 4, "complete") && !field_is(line, 4, "off") &&
			       !field_is(line, 4, "bootstrap");
	}
	return total;
}

static const char *find_line(const char *csv, const char *table, const char *date)
{
	for (const char *line = next_line(csv); line != NULL; line = next_line(line))
		if (field_is(line, 0, table) && field_is(line, 1, date))
			return line;
	fail_msg("no line for %s %s", table, date);
	return NULL;
}

int64_t csv_rows(const char *csv, const char *table, const char *date)
{
	char field[64];
	copy_field(find_line(csv, table, date), 2, field);
	return field[0] == '\0' ? -1 : strtoll(field, NULL, 10);
}

bool csv_is(const char *csv, const char *table, const char *date, const char *verdict)
{
	return field_is(find_line(csv, table, date), 4, verdict);
}

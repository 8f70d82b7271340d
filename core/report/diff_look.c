/* One look at the coverage: from the CSV of `backcourt coverage`, or from a coverage. */
#include "report/diff.h"

#include "base/csv.h"

#include <stdlib.h>
#include <string.h>

enum look_column { LOOK_TABLE, LOOK_DATE, LOOK_ROWS, LOOK_VERDICT, LOOK_COUNT };

static const char *const column_names[LOOK_COUNT] = {
	[LOOK_TABLE] = "table",
	[LOOK_DATE] = "date",
	[LOOK_ROWS] = "rows",
	[LOOK_VERDICT] = "verdict",
};

struct reader {
	const char *path;
	struct csv_record record;
	size_t columns[LOOK_COUNT];
	size_t field_count; /* of the header */
	struct look look;
};

static const char *field(const struct reader *reader, enum look_column column)
{
	return reader->record.fields[reader->columns[column]].text;
}

static bool read_header(struct reader *reader, struct error *err)
{
	const struct csv_record *record = &reader->record;
	reader->field_count = record->field_count;
	for (int i = 0; i < LOOK_COUNT; i++) {
		size_t at = 0;
		while (at < record->field_count &&
			strcmp(record->fields[at].text, column_names[i]) != 0)
			at++;
		if (at == record->field_count)
			return error_set(err, ERROR_INPUT,
				"%s: no column is called \"%s\": this is no output of `backcourt "
				"coverage --format csv`",
				reader->path, column_names[i]);
		reader->columns[i] = at;
	}
	return true;
}

static bool find_verdict(const char *word, enum verdict *verdict)
{
	for (int i = 0; i < VERDICT_COUNT; i++)
		if (strcmp(verdict_word((enum verdict)i), word) == 0) {
			*verdict = (enum verdict)i;
			return true;
		}
	return false;
}

static bool refuse(const struct reader *reader, enum look_column column, struct error *err)
{
	return error_set(err, ERROR_INPUT, "%s: line %lld: \"%.60s\" is no %s", reader->path,
		(long long)reader->record.line, field(reader, column), column_names[column]);
}

static bool read_cell(const struct reader *reader, struct look_cell *cell, struct error *err)
{
	const char *rows = field(reader, LOOK_ROWS);
	*cell = (struct look_cell){.rows = -1};
	if (!text_copy(cell->table, sizeof(cell->table), field(reader, LOOK_TABLE)) ||
		cell->table[0] == '\0')
		return refuse(reader, LOOK_TABLE, err);
	if (!date_parse(field(reader, LOOK_DATE), &cell->date))
		return refuse(reader, LOOK_DATE, err);
	if (rows[0] != '\0' && (!text_to_integer(rows, &cell->rows) || cell->rows < 0))
		return refuse(reader, LOOK_ROWS, err);
	if (!find_verdict(field(reader, LOOK_VERDICT), &cell->verdict))
		return refuse(reader, LOOK_VERDICT, err);
	return true;
}

static bool take_record(struct reader *reader, struct error *err)
{
	const struct csv_record *record = &reader->record;
	struct look *look = &reader->look;
	struct look_cell cell;
	if (reader->field_count == 0)
		return read_header(reader, err);
	if (record->field_count != reader->field_count)
		return error_set(err, ERROR_INPUT, "%s: line %lld has %zu fields, not %zu",
			reader->path, (long long)record->line, record->field_count,
			reader->field_count);
	if (look->count == DIFF_CELLS_MAX)
		return error_set(
			err, ERROR_LIMIT, "%s: more than %d cells", reader->path, DIFF_CELLS_MAX);
	if (!read_cell(reader, &cell, err))
		return false;
	ARRAY_GROW(look->cells, look->count, look->capacity);
	look->cells[look->count++] = cell;
	return true;
}

static int by_table_and_date(const void *a, const void *b)
{
	const struct look_cell *first = a, *second = b;
	int by_name = strcmp(first->table, second->table);
	return by_name != 0 ? by_name : (first->date > second->date) - (first->date < second->date);
}

static bool sort(struct look *look, const char *path, struct error *err)
{
	char text[DATE_TEXT_BYTES];
	if (look->count > 0)
		qsort(look->cells, look->count, sizeof(look->cells[0]), by_table_and_date);
	for (size_t i = 1; i < look->count; i++)
		if (by_table_and_date(&look->cells[i - 1], &look->cells[i]) == 0)
			return error_set(err, ERROR_INPUT, "%s: %s of %s stands there twice", path,
				date_format(look->cells[i].date, text), look->cells[i].table);
	return true;
}

static bool read_records(struct csv *csv, struct reader *reader, struct error *err)
{
	enum csv_result result;
	while ((result = csv_next(csv, &reader->record, err)) == CSV_RECORD)
		if (!take_record(reader, err))
			return false;
	if (result == CSV_FAILED)
		return false;
	if (reader->field_count == 0)
		return error_set(err, ERROR_INPUT, "%s: the file is empty", reader->path);
	return sort(&reader->look, reader->path, err);
}

bool look_read(const char *path, struct look *look, struct error *err)
{
	struct csv *csv;
	if (!csv_open(path, &csv, err))
		return false;
	struct reader *reader = memory_new(sizeof(*reader));
	reader->path = path;
	bool done = read_records(csv, reader, err);
	if (done)
		*look = reader->look;
	else
		look_release(&reader->look);
	free(reader);
	csv_close(csv);
	return done;
}

void look_take(const struct coverage *coverage, struct look *look)
{
	size_t table_count = coverage->pipeline->table_count;
	*look = (struct look){0};
	look->cells =
		memory_new_array(table_count * (size_t)coverage->days + 1, sizeof(*look->cells));
	for (size_t table = 0; table < table_count; table++)
		for (date_t date = coverage->range.first; date <= coverage->range.last; date++) {
			const struct cell *cell = coverage_cell(coverage, table, date);
			struct look_cell *taken = &look->cells[look->count++];
			*taken = (struct look_cell){.date = date,
				.verdict = cell->verdict,
				.rows = cell->rows_known ? cell->rows : -1};
			text_copy(taken->table, sizeof(taken->table),
				coverage->pipeline->tables[table].name);
		}
	qsort(look->cells, look->count, sizeof(look->cells[0]), by_table_and_date);
}

void look_release(struct look *look)
{
	free(look->cells);
	*look = (struct look){0};
}

struct date_range look_span(const struct look *look)
{
	struct date_range span = {0, -1};
	for (size_t i = 0; i < look->count; i++) {
		date_t date = look->cells[i].date;
		span = i == 0 ? (struct date_range){date, date}
			      : date_range_union(span, (struct date_range){date, date});
	}
	return span;
}

void look_cut(struct look *look, struct date_range range)
{
	size_t kept = 0;
	for (size_t i = 0; i < look->count; i++)
		if (date_range_has(range, look->cells[i].date))
			look->cells[kept++] = look->cells[i];
	look->count = kept;
}

void look_cut_tables(struct look *look, const struct look *other)
{
	size_t kept = 0, at = 0;
	for (size_t i = 0; i < look->count; i++) {
		while (at < other->count &&
			strcmp(other->cells[at].table, look->cells[i].table) < 0)
			at++;
		if (at < other->count && strcmp(other->cells[at].table, look->cells[i].table) == 0)
			look->cells[kept++] = look->cells[i];
	}
	look->count = kept;
}

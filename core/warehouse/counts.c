#include "counts.h"

#include "base/csv.h"
#include "base/memory.h"
#include "base/path.h"

#include <stdlib.h>
#include <string.h>

enum role { ROLE_OTHER, ROLE_TABLE, ROLE_DATE, ROLE_ROWS, ROLE_DISTINCT, ROLE_GAMES, ROLE_COUNT };

static const struct {
	const char *name;
	enum role role;
} named[] = {
	{"table", ROLE_TABLE},
	{"date", ROLE_DATE},
	{"game_date", ROLE_DATE},
	{"rows", ROLE_ROWS},
	{"games", ROLE_GAMES},
	{"analysis_date", ROLE_DATE},
	{"distinct", ROLE_DISTINCT},
	{"day", ROLE_DATE},
	{"cache_date", ROLE_DATE},
};

struct reader {
	const char *path;
	struct counts *counts;
	struct csv *csv;
	struct csv_record record;
	bool is_long;
	size_t field_count;
	enum role roles[CSV_FIELDS_MAX];
	size_t table_of[CSV_FIELDS_MAX]; /* wide: which table the column counts */
};

static bool fail_at(const struct reader *reader, size_t field, struct error *err, const char *what)
{
	return error_set(err, ERROR_INPUT, "%s:%lld:%zu: %s", reader->path,
		(long long)reader->record.line, reader->record.fields[field].column, what);
}

/* A comment may hold anything, quotes too: it becomes an empty line, so that the lines keep their
 * numbers. */
static void blank_comments(struct buffer *text)
{
	bool starts = true, is_comment = false;
	for (size_t i = 0; i < text->length; i++) {
		char *at = &text->bytes[i];
		if (starts)
			is_comment = *at == '#';
		starts = *at == '\n';
		if (is_comment && *at != '\n' && *at != '\r')
			*at = ' ';
	}
}

static bool is_blank(const struct csv_record *record)
{
	return record->field_count == 1 &&
	       record->fields[0].text[strspn(record->fields[0].text, " ")] == '\0';
}

/* The next record that is neither blank nor a comment. */
static enum csv_result next_record(struct reader *reader, struct error *err)
{
	enum csv_result result;
	do
		result = csv_next(reader->csv, &reader->record, err);
	while (result == CSV_RECORD && is_blank(&reader->record));
	return result;
}

size_t counts_find_table(const struct counts *counts, const char *name)
{
	for (size_t i = 0; i < counts->table_count; i++)
		if (strcmp(counts->tables[i], name) == 0)
			return i;
	return counts->table_count;
}

static bool add_table(const struct reader *reader, size_t field, const char *name, size_t *index,
	struct error *err)
{
	struct counts *counts = reader->counts;
	*index = counts_find_table(counts, name);
	if (*index < counts->table_count)
		return true;
	if (name[0] == '\0')
		return fail_at(reader, field, err, "a table has no name");
	if (counts->table_count == COUNTS_TABLES_MAX)
		return fail_at(reader, field, err, "too many tables");
	counts->tables[counts->table_count++] = memory_copy_text(name);
	return true;
}

static enum role role_of(const char *name)
{
	for (size_t i = 0; i < ARRAY_COUNT(named); i++)
		if (strcmp(named[i].name, name) == 0)
			return named[i].role;
	return ROLE_OTHER;
}

static bool find_roles(struct reader *reader, size_t seen[ROLE_COUNT], struct error *err)
{
	for (size_t i = 0; i < reader->field_count; i++) {
		enum role role = role_of(reader->record.fields[i].text);
		reader->roles[i] = role;
		if (role != ROLE_OTHER && seen[role]++ > 0)
			return fail_at(reader, i, err, "this column is here twice");
	}
	return true;
}

static bool read_header(struct reader *reader, struct error *err)
{
	size_t seen[ROLE_COUNT] = {0};
	reader->field_count = reader->record.field_count;
	if (!find_roles(reader, seen, err))
		return false;
	if (seen[ROLE_DATE] == 0)
		return fail_at(reader, 0, err, "no column is called date");
	reader->counts->has_games = seen[ROLE_GAMES] > 0;
	reader->is_long = seen[ROLE_TABLE] > 0;
	if (reader->is_long)
		return seen[ROLE_ROWS] > 0 || fail_at(reader, 0, err, "no column is called rows");
	for (size_t i = 0; i < reader->field_count; i++) {
		const char *name = reader->record.fields[i].text;
		size_t before = reader->counts->table_count;
		if (reader->roles[i] == ROLE_DATE || reader->roles[i] == ROLE_GAMES)
			continue;
		reader->roles[i] = ROLE_OTHER;
		if (!add_table(reader, i, name, &reader->table_of[i], err))
			return false;
		if (reader->counts->table_count == before)
			return fail_at(reader, i, err, "this column is here twice");
	}
	return true;
}

static bool read_count(const struct reader *reader, size_t field, int64_t *count, struct error *err)
{
	const char *text = reader->record.fields[field].text;
	*count = -1;
	if (text[0] == '\0')
		return true;
	if (text_to_integer(text, count) && *count >= 0)
		return true;
	return fail_at(reader, field, err, "this is not a count");
}

static void add_cell(struct counts *counts, struct counts_cell cell)
{
	ARRAY_GROW(counts->cells, counts->cell_count, counts->cell_capacity);
	counts->cells[counts->cell_count++] = cell;
}

static void add_day(struct counts *counts, date_t date, int64_t games)
{
	ARRAY_GROW(counts->days, counts->day_count, counts->day_capacity);
	counts->days[counts->day_count++] = (struct counts_day){date, games};
}

/* One field of a record, into the cell (long) or a cell of its own (wide). */
static bool read_field(struct reader *reader, size_t field, struct counts_cell *cell,
	int64_t *games, struct error *err)
{
	const char *text = reader->record.fields[field].text;
	switch (reader->roles[field]) {
	case ROLE_TABLE:
		return add_table(reader, field, text, &cell->table, err);
	case ROLE_DATE:
		return date_parse(text, &cell->date) ||
		       fail_at(reader, field, err, "this is not a date (YYYY-MM-DD)");
	case ROLE_ROWS:
		return read_count(reader, field, &cell->rows, err);
	case ROLE_DISTINCT:
		return read_count(reader, field, &cell->distinct, err);
	case ROLE_GAMES:
		return read_count(reader, field, games, err);
	case ROLE_OTHER:
	case ROLE_COUNT:
		break;
	}
	return true;
}

static bool read_tables(struct reader *reader, date_t date, struct error *err)
{
	for (size_t i = 0; i < reader->field_count; i++) {
		struct counts_cell cell = {
			.table = reader->table_of[i], .date = date, .distinct = -1};
		if (reader->roles[i] != ROLE_OTHER)
			continue;
		if (!read_count(reader, i, &cell.rows, err))
			return false;
		add_cell(reader->counts, cell);
	}
	return true;
}

static bool read_record(struct reader *reader, struct error *err)
{
	struct counts_cell cell = {.date = DATE_NONE, .rows = -1, .distinct = -1};
	int64_t games = -1;
	if (reader->record.field_count != reader->field_count)
		return fail_at(reader, reader->record.field_count - 1, err,
			"this line has not as many columns as the header");
	for (size_t i = 0; i < reader->field_count; i++)
		if ((reader->is_long || reader->roles[i] != ROLE_OTHER) &&
			!read_field(reader, i, &cell, &games, err))
			return false;
	add_day(reader->counts, cell.date, games);
	if (!reader->is_long)
		return read_tables(reader, cell.date, err);
	add_cell(reader->counts, cell);
	return true;
}

static int by_table_and_date(const void *a, const void *b)
{
	const struct counts_cell *first = a, *second = b;
	if (first->table != second->table)
		return first->table < second->table ? -1 : 1;
	return (first->date > second->date) - (first->date < second->date);
}

static int by_day(const void *a, const void *b)
{
	const struct counts_day *first = a, *second = b;
	return (first->date > second->date) - (first->date < second->date);
}

/* The long form names a date once per table: its games are the same, or said once. */
static bool merge_days(const char *path, struct counts *counts, struct error *err)
{
	size_t kept = 0;
	for (size_t i = 0; i < counts->day_count; i++) {
		struct counts_day *last = kept > 0 ? &counts->days[kept - 1] : NULL;
		const struct counts_day *day = &counts->days[i];
		char text[DATE_TEXT_BYTES];
		if (last == NULL || last->date != day->date) {
			counts->days[kept++] = *day;
			continue;
		}
		if (last->games >= 0 && day->games >= 0 && last->games != day->games)
			return error_set(err, ERROR_INPUT, "%s: %s has both %lld and %lld games",
				path, date_format(day->date, text), (long long)last->games,
				(long long)day->games);
		if (last->games < 0)
			last->games = day->games;
	}
	counts->day_count = kept;
	return true;
}

static bool sort(const char *path, struct counts *counts, struct error *err)
{
	if (counts->cell_count > 0)
		qsort(counts->cells, counts->cell_count, sizeof(counts->cells[0]),
			by_table_and_date);
	if (counts->day_count > 0)
		qsort(counts->days, counts->day_count, sizeof(counts->days[0]), by_day);
	for (size_t i = 1; i < counts->cell_count; i++) {
		const struct counts_cell *cell = &counts->cells[i];
		char text[DATE_TEXT_BYTES];
		if (by_table_and_date(&counts->cells[i - 1], cell) == 0)
			return error_set(err, ERROR_INPUT, "%s: %s %s is counted twice", path,
				counts->tables[cell->table], date_format(cell->date, text));
	}
	return merge_days(path, counts, err);
}

static bool read_all(struct reader *reader, struct error *err)
{
	enum csv_result result = next_record(reader, err);
	if (result == CSV_END)
		return error_set(err, ERROR_INPUT, "%s: the file is empty", reader->path);
	if (result == CSV_FAILED || !read_header(reader, err))
		return false;
	while ((result = next_record(reader, err)) == CSV_RECORD)
		if (!read_record(reader, err))
			return false;
	return result == CSV_END;
}

bool counts_read(const char *path, struct counts *counts, struct error *err)
{
	struct buffer text = {0};
	*counts = (struct counts){0};
	if (!path_read_file(path, COUNTS_FILE_BYTES_MAX, &text, err))
		return false;
	blank_comments(&text);
	struct reader *reader = memory_new(sizeof(*reader));
	reader->path = path;
	reader->counts = counts;
	reader->csv = csv_open_bytes(path, buffer_text(&text), text.length);
	bool done = read_all(reader, err) && sort(path, counts, err);
	csv_close(reader->csv);
	free(reader);
	buffer_release(&text);
	if (!done)
		counts_release(counts);
	return done;
}

void counts_release(struct counts *counts)
{
	for (size_t i = 0; i < counts->table_count; i++)
		free(counts->tables[i]);
	free(counts->cells);
	free(counts->days);
	*counts = (struct counts){0};
}

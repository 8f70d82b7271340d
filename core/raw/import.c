#include "raw/import.h"

#include "base/memory.h"
#include "import_parts.h"
#include "warehouse/raw_kind.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RECORDS_PER_LOOK 2000 /* progress and cancel are looked at this often */

void import_note(const struct import *import, char severity, const char *format, ...)
{
	const struct import_listener *listener = import->options->listener;
	if (listener == NULL || listener->note == NULL)
		return;
	char text[512];
	va_list arguments;
	va_start(arguments, format);
	if (vsnprintf(text, sizeof(text), format, arguments) >= 0)
		listener->note(listener->context, severity, text);
	va_end(arguments);
}

static void tell_progress(const struct import *import, const char *what, int64_t bytes_of_file)
{
	const struct import_listener *listener = import->options->listener;
	if (listener != NULL && listener->progress != NULL)
		listener->progress(listener->context, what, import->bytes_done + bytes_of_file,
			import->bytes_total);
}

/* The keys that the warehouse holds already: players first, then box rows. */
static bool read_keys(
	struct import *import, enum raw_table table, const char *lookup_column, struct error *err)
{
	struct symbols *symbols = symbols_new();
	struct frame frame;
	struct read_request request = {
		.layout = raw_table_layout(table),
		.columns = (const char *const[]){"player_id", lookup_column},
		.column_count = 2,
		.range = DATE_RANGE_ALWAYS,
	};
	bool done = warehouse_read(import->warehouse, &request, symbols, &frame, err);
	for (size_t row = 0; done && row < frame.row_count; row++)
		player_keys_add(
			import->keys, frame_integer(&frame, 0, row), frame_text(&frame, 1, row));
	if (done)
		frame_release(&frame);
	symbols_free(symbols);
	return done;
}

static bool is_in_range(
	const struct import *import, const struct mapping *mapping, const struct value *values)
{
	date_t date;
	struct date_range range = import->options->range;
	if (mapping->layout->date_column == NULL || range.last < range.first)
		return true;
	size_t column = table_column(mapping->layout, mapping->layout->date_column);
	return date_parse(values[column].text, &date) && date_range_has(range, date);
}

/* Each part with its length before it: no text within one can look like the border to the next. */
static void add_key_part(struct buffer *key, const struct value *value)
{
	if (value->kind == VALUE_TEXT)
		buffer_add_format(key, "%zu:%s", strlen(value->text), value->text);
	else
		buffer_add_format(key, "%" PRId64 ";", value->integer);
}

/* False when the key was seen in this file before. */
static bool is_new_key(
	const struct mapping *mapping, const struct value *values, struct symbols *seen)
{
	struct buffer key = {0};
	for (size_t i = 0; i < mapping->layout->column_count; i++)
		if ((mapping->layout->columns[i].flags & COLUMN_KEY) != 0)
			add_key_part(&key, &values[i]);
	bool is_new = symbols_find(seen, buffer_text(&key)) == NULL;
	if (is_new)
		symbols_add(seen, key.bytes, key.length);
	buffer_release(&key);
	return is_new;
}

static bool load_record(struct import *import, const struct import_file *file,
	const struct mapping *mapping, const struct csv_record *record, struct symbols *seen,
	struct rejects *rejects, struct error *err)
{
	struct value values[TABLE_COLUMNS_MAX];
	struct complaint complaint;
	struct arena arena = {0};
	bool good = import_convert(import, mapping, record, values, &arena, &complaint);
	if (good && !is_new_key(mapping, values, seen)) {
		complaint = (struct complaint){"the same key stands in an earlier line", 1};
		good = false;
	}
	bool done = true;
	if (!good && record->cut)
		done = error_set(err, ERROR_INPUT,
			"%s:%lld:%zu: the file is cut in the middle of its last line (%s); "
			"nothing of the file was loaded",
			file->path, (long long)record->line, complaint.column, complaint.reason);
	else if (!good)
		done = rejects_add(rejects, import, file, record, &complaint, err);
	else if (is_in_range(import, mapping, values))
		done = warehouse_load_row(import->warehouse, values, err);
	arena_release(&arena);
	return done;
}

static bool load_records(struct import *import, const struct import_file *file, struct csv *csv,
	const struct mapping *mapping, struct rejects *rejects, struct error *err)
{
	struct symbols *seen = symbols_new();
	struct csv_record *record = memory_new(sizeof(*record));
	enum csv_result result;
	bool done = true;
	int64_t count = 0;
	while (done && (result = csv_next(csv, record, err)) != CSV_END) {
		done = result == CSV_RECORD &&
		       load_record(import, file, mapping, record, seen, rejects, err);
		if (++count % RECORDS_PER_LOOK != 0)
			continue;
		tell_progress(import, file->name, csv_position(csv));
		if (done && cancel_level(import->options->cancel) != CANCEL_NOT)
			done = error_set(err, ERROR_CANCELLED,
				"the import was stopped; nothing of %s was loaded", file->name);
	}
	free(record);
	symbols_free(seen);
	return done;
}

static void add_result(struct raw_load_result *sum, const struct raw_load_result *result)
{
	sum->added += result->added;
	sum->changed += result->changed;
	sum->same += result->same;
}

static bool load_file(struct import *import, const struct import_file *file, struct error *err)
{
	struct csv *csv;
	struct mapping mapping;
	struct rejects rejects = {0};
	struct raw_load_result result = {0};
	struct import quiet = *import; /* the header's notes were given before */
	struct import_options options = *import->options;
	options.listener = NULL;
	quiet.options = &options;
	tell_progress(import, file->name, 0);
	if (!csv_open(file->path, &csv, err))
		return false;
	bool done = import_read_header(&quiet, file, csv, &mapping, err) &&
		    warehouse_load_begin(import->warehouse, mapping.layout, err);
	done = done && load_records(import, file, csv, &mapping, &rejects, err) &&
	       rejects_close(&rejects, err) &&
	       warehouse_load_commit(import->warehouse, &result, err);
	if (!done)
		warehouse_load_abandon(import->warehouse);
	csv_close(csv);
	rejects_close(&rejects, NULL);
	add_result(&import->report->tables[file->table], &result);
	import->report->rejected += rejects.count;
	import->bytes_done += file->bytes;
	tell_progress(import, file->name, 0);
	if (done)
		import_note(import, 'I',
			"%s: %" PRId64 " new rows, %" PRId64 " changed, %" PRId64
			" as before, %" PRId64 " rejected",
			file->name, result.added, result.changed, result.same, rejects.count);
	return done;
}

/* Whether the first record is of a real game or of a sample's. */
static bool look_at_game(
	struct csv *csv, const struct mapping *mapping, enum raw_kind *kind, struct error *err)
{
	struct csv_record *record = memory_new(sizeof(*record));
	size_t column = table_column(mapping->layout, "game_id");
	size_t field = column < mapping->layout->column_count ? mapping->field_of_column[column]
							      : NOT_A_COLUMN;
	enum csv_result result = csv_next(csv, record, err);
	if (result == CSV_RECORD && field < record->field_count)
		*kind = raw_kind_with(*kind, raw_kind_of_game(record->fields[field].text));
	free(record);
	return result != CSV_FAILED;
}

static bool check_files(const struct import *import, enum raw_kind *kind, struct error *err)
{
	bool done = true;
	for (size_t i = 0; done && i < import->file_count; i++) {
		struct csv *csv;
		struct mapping mapping;
		if (!csv_open(import->files[i].path, &csv, err))
			return false;
		done = import_read_header(import, &import->files[i], csv, &mapping, err) &&
		       look_at_game(csv, &mapping, kind, err);
		csv_close(csv);
	}
	return done;
}

/* Invented games among real ones would be computed with them: nothing is written then. */
static bool check_kind(
	const struct import *import, const char *folder, enum raw_kind kind, struct error *err)
{
	enum raw_kind there;
	if (!raw_kind_of_warehouse(import->warehouse, &there, err))
		return false;
	if (kind == RAW_KIND_MIXED)
		return error_set(err, ERROR_INPUT,
			"%s: games of the sample and real ones lie in one folder; nothing was "
			"loaded",
			folder);
	if (there != RAW_KIND_MIXED &&
		(there == RAW_KIND_NONE || raw_kind_with(there, kind) == there))
		return true;
	return error_set(err, ERROR_INPUT,
		there == RAW_KIND_MIXED
			? "%s holds games of the sample and real ones: start a new warehouse"
		: there == RAW_KIND_SAMPLE
			? "%s holds the sample season: invented games must not lie among real "
			  "ones, so nothing was loaded. Remove it, or choose another with "
			  "--warehouse"
			: "%s holds real games: the sample's invented ones must not lie among "
			  "them, "
			  "so nothing was loaded. Choose another with --warehouse",
		warehouse_name(import->warehouse));
}

static bool prepare(const struct import *import, struct error *err)
{
	const struct table_layout *layouts[RAW_TABLE_COUNT];
	for (int i = 0; i < RAW_TABLE_COUNT; i++)
		layouts[i] = raw_table_layout((enum raw_table)i);
	struct buffer names = {0};
	bool done = warehouse_prepare(import->warehouse, layouts, RAW_TABLE_COUNT, err);
	if (done && raw_tables_remade(import->warehouse, &names))
		import_note(import, 'W',
			"of the raw tables %s was missing: made anew, with the rows of this folder "
			"alone",
			buffer_text(&names));
	buffer_release(&names);
	return done;
}

bool raw_import_folder(struct warehouse *warehouse, const char *folder,
	const struct import_options *options, struct import_report *report, struct error *err)
{
	struct import import = {.warehouse = warehouse, .options = options, .report = report};
	*report = (struct import_report){0};
	import.keys = player_keys_new();
	enum raw_kind kind = RAW_KIND_NONE;
	bool done = import_find_files(&import, folder, err) && check_files(&import, &kind, err) &&
		    prepare(&import, err) && check_kind(&import, folder, kind, err) &&
		    read_keys(&import, RAW_PLAYERS, "lookup", err) &&
		    read_keys(&import, RAW_PLAYER_BOX, "player_lookup", err);
	for (size_t i = 0; done && i < import.file_count; i++)
		done = load_file(&import, &import.files[i], err);
	report->file_count = (int)import.file_count;
	for (size_t i = 0; i < import.file_count; i++)
		free(import.files[i].path);
	player_keys_free(import.keys);
	return done;
}

#include "import_parts.h"

#include "base/memory.h"
#include "base/path.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool complain(struct complaint *complaint, const struct csv_field *field, const char *reason)
{
	complaint->column = field == NULL ? 1 : field->column;
	snprintf(complaint->reason, sizeof(complaint->reason), "%s%s%.60s%s", reason,
		field == NULL ? "" : ": \"", field == NULL ? "" : field->text,
		field == NULL ? "" : "\"");
	return false;
}

static bool convert_field(const struct csv_field *field, enum column_type type, struct value *value,
	struct complaint *complaint)
{
	date_t date;
	switch (type) {
	case COLUMN_INTEGER:
		value->kind = VALUE_INTEGER;
		return text_to_integer(field->text, &value->integer) ||
		       complain(complaint, field, "not a whole number");
	case COLUMN_BOOLEAN:
		value->kind = VALUE_BOOLEAN;
		return (text_to_integer(field->text, &value->integer) && value->integer >= 0 &&
			       value->integer <= 1) ||
		       complain(complaint, field, "neither 0 nor 1");
	case COLUMN_REAL:
		value->kind = VALUE_REAL;
		return text_to_real(field->text, &value->real) ||
		       complain(complaint, field, "not a number");
	case COLUMN_DATE:
		*value = (struct value){VALUE_TEXT, {.text = field->text}};
		return date_parse(field->text, &date) ||
		       complain(complaint, field, "not a date (YYYY-MM-DD)");
	case COLUMN_TEXT:
	case COLUMN_TIMESTAMP:
	case COLUMN_LIST:
		*value = (struct value){VALUE_TEXT, {.text = field->text}};
		return true;
	}
	return false;
}

static bool convert_column(const struct mapping *mapping, const struct csv_record *record,
	size_t column, struct value *value, struct complaint *complaint)
{
	const struct column *described = &mapping->layout->columns[column];
	size_t position = mapping->field_of_column[column];
	*value = (struct value){VALUE_NULL};
	if (position == NOT_A_COLUMN)
		return true;
	const struct csv_field *field = &record->fields[position];
	if (field->text[0] != '\0')
		return convert_field(field, described->type, value, complaint);
	if ((described->flags & (COLUMN_KEY | COLUMN_REQUIRED)) == 0)
		return true;
	complaint->column = field->column;
	snprintf(complaint->reason, sizeof(complaint->reason), "%s is empty", described->name);
	return false;
}

/* Box rows teach the key of their id; all rows of that id then have the same one. */
static const char *key_of_row(struct import *import, const struct mapping *mapping,
	const struct value *values, struct arena *arena)
{
	const struct value *id = &values[mapping->id_column];
	const struct value *name = &values[mapping->name_column];
	const char *known =
		id->kind == VALUE_NULL ? NULL : player_keys_find(import->keys, id->integer);
	if (known != NULL)
		return known;
	char *key = arena_new(arena, PLAYER_KEY_BYTES);
	player_key_normalise(name->kind == VALUE_NULL ? "" : name->text, key);
	if (id->kind != VALUE_NULL && key[0] != '\0' &&
		mapping->layout == raw_table_layout(RAW_PLAYER_BOX))
		player_keys_add(import->keys, id->integer, key);
	return key;
}

bool import_convert(struct import *import, const struct mapping *mapping,
	const struct csv_record *record, struct value *values, struct arena *arena,
	struct complaint *complaint)
{
	if (record->field_count != mapping->field_count) {
		complaint->column = 1;
		snprintf(complaint->reason, sizeof(complaint->reason),
			"%zu fields where the header has %zu", record->field_count,
			mapping->field_count);
		return false;
	}
	for (size_t i = 0; i < mapping->layout->column_count; i++)
		if (!convert_column(mapping, record, i, &values[i], complaint))
			return false;
	if (mapping->lookup_column != NOT_A_COLUMN) {
		/* A team that had not reported has one row without a player: an empty key. */
		bool needs_name = mapping->layout != raw_table_layout(RAW_INJURIES);
		const char *key = key_of_row(import, mapping, values, arena);
		if (key[0] == '\0' && needs_name)
			return complain(complaint, NULL, "no player name to make a key of");
		values[mapping->lookup_column] = (struct value){VALUE_TEXT, {.text = key}};
	}
	if (mapping->layout == raw_table_layout(RAW_PLAYERS))
		player_keys_add(import->keys, values[mapping->id_column].integer,
			values[table_column(mapping->layout, "lookup")].text);
	return true;
}

static void write_field(FILE *file, const char *text, const char *before)
{
	fputs(before, file);
	bool quoted = strpbrk(text, ",\"\r\n") != NULL;
	if (quoted)
		fputc('"', file);
	for (; *text != '\0'; text++) {
		if (*text == '"')
			fputc('"', file);
		fputc(*text, file);
	}
	if (quoted)
		fputc('"', file);
}

static bool open_rejects(struct rejects *rejects, const struct import *import,
	const struct import_file *file, struct error *err)
{
	const char *folder = import->options->rejected_folder;
	if (!path_make_folder(folder, err))
		return false;
	int length = (int)(strstr(file->name, ".csv") - file->name);
	rejects->path = memory_format("%s/%.*s.rejected.csv", folder, length, file->name);
	rejects->file = fopen(rejects->path, "we");
	if (rejects->file == NULL)
		return error_set_system(err, errno, "cannot write %s", rejects->path);
	fputs("line,reason,the row as it was\n", rejects->file);
	return true;
}

bool rejects_add(struct rejects *rejects, const struct import *import,
	const struct import_file *file, const struct csv_record *record,
	const struct complaint *complaint, struct error *err)
{
	if (rejects->file == NULL && !open_rejects(rejects, import, file, err))
		return false;
	fprintf(rejects->file, "%lld", (long long)record->line);
	write_field(rejects->file, complaint->reason, ",");
	for (size_t i = 0; i < record->field_count; i++)
		write_field(rejects->file, record->fields[i].text, ",");
	fputc('\n', rejects->file);
	if (rejects->count++ < IMPORT_NOTES_PER_FILE_MAX)
		import_note(import, 'W', "%s:%lld:%zu: %s (row rejected)", file->name,
			(long long)record->line, complaint->column, complaint->reason);
	return true;
}

bool rejects_close(struct rejects *rejects, struct error *err)
{
	FILE *file = rejects->file;
	bool written = file == NULL || ferror(file) == 0;
	if (file != NULL && fclose(file) != 0)
		written = false;
	if (!written)
		error_set(err, ERROR_SYSTEM,
			"cannot write all rejected rows to %s; nothing of the file was loaded",
			rejects->path);
	free(rejects->path);
	rejects->path = NULL;
	rejects->file = NULL;
	return written;
}

#include "import_parts.h"

#include "base/memory.h"
#include "base/path.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Files are recognised by how their name starts; "player_box_2021-22.csv.gz" is a player_box. The
 * players come first, since every other table takes its keys from them; boxes before the rest. The
 * games come last: without games there is no schedule, so an import that was cut counts as none. */
static const struct {
	const char *start;
	enum raw_table table;
} kinds[] = {
	{"players", RAW_PLAYERS},
	{"teams", RAW_TEAMS},
	{"team_box", RAW_TEAM_BOX},
	{"player_box", RAW_PLAYER_BOX},
	{"shots", RAW_SHOTS},
	{"did_not_play", RAW_DID_NOT_PLAY},
	{"odds", RAW_ODDS},
	{"injuries", RAW_INJURIES},
	{"games", RAW_GAMES},
};

static bool kind_of_name(const char *name, size_t *kind)
{
	bool is_csv = text_ends_with(name, ".csv") || text_ends_with(name, ".csv.gz");
	if (!is_csv || strstr(name, ".rejected.") != NULL)
		return false;
	for (*kind = 0; *kind < ARRAY_COUNT(kinds); (*kind)++) {
		const char *rest = name + strlen(kinds[*kind].start);
		if (text_starts_with(name, kinds[*kind].start) && (*rest == '.' || *rest == '_'))
			return true;
	}
	return false;
}

static int compare_files(const void *a, const void *b)
{
	const struct import_file *first = a;
	const struct import_file *second = b;
	size_t one = 0;
	size_t two = 0;
	kind_of_name(first->name, &one);
	kind_of_name(second->name, &two);
	return one != two ? (int)one - (int)two : strcmp(first->name, second->name);
}

static bool add_file(struct import *import, const char *folder, const char *name, struct error *err)
{
	size_t kind;
	struct stat status;
	if (!kind_of_name(name, &kind))
		return true;
	if (import->file_count == IMPORT_FILES_MAX)
		return error_set(
			err, ERROR_LIMIT, "%s: more than %d files", folder, IMPORT_FILES_MAX);
	struct import_file *file = &import->files[import->file_count];
	file->path = path_join(folder, name);
	file->name = strrchr(file->path, '/') + 1;
	file->table = kinds[kind].table;
	import->file_count++;
	if (stat(file->path, &status) != 0)
		return error_set_system(err, errno, "cannot look at %s", file->path);
	file->bytes = status.st_size;
	import->bytes_total += status.st_size;
	return true;
}

bool import_find_files(struct import *import, const char *folder, struct error *err)
{
	DIR *open = opendir(folder);
	if (open == NULL)
		return error_set_system(err, errno, "cannot open the folder %s", folder);
	const struct dirent *entry;
	bool done = true;
	while (done && (errno = 0, entry = readdir(open)) != NULL)
		done = add_file(import, folder, entry->d_name, err);
	if (done && errno != 0)
		done = error_set_system(err, errno, "cannot read the folder %s", folder);
	closedir(open);
	if (!done)
		return false;
	qsort(import->files, import->file_count, sizeof(*import->files), compare_files);
	return import->file_count > 0 ||
	       error_set(err, ERROR_INPUT, "%s: no raw CSV file is there", folder);
}

static size_t find_field(const struct csv_record *header, const char *name)
{
	for (size_t i = 0; i < header->field_count; i++)
		if (strcmp(header->fields[i].text, name) == 0)
			return i;
	return NOT_A_COLUMN;
}

static size_t optional_column(const struct table_layout *layout, const char *name)
{
	size_t column = table_column(layout, name);
	return column == layout->column_count ? NOT_A_COLUMN : column;
}

static bool map_columns(const struct import_file *file, const struct csv_record *header,
	struct mapping *mapping, struct error *err)
{
	const struct table_layout *layout = mapping->layout;
	for (size_t i = 0; i < layout->column_count; i++) {
		const struct column *column = &layout->columns[i];
		bool required = (column->flags & (COLUMN_KEY | COLUMN_REQUIRED)) != 0;
		mapping->field_of_column[i] = find_field(header, column->name);
		if (required && mapping->field_of_column[i] == NOT_A_COLUMN &&
			i != mapping->lookup_column)
			return error_set(err, ERROR_INPUT,
				"%s:1: the column %s is missing; nothing of the file was loaded",
				file->path, column->name);
	}
	return true;
}

static void tell_unknown_columns(const struct import *import, const struct import_file *file,
	const struct csv_record *header, const struct table_layout *layout)
{
	for (size_t i = 0; i < header->field_count; i++)
		if (table_column(layout, header->fields[i].text) == layout->column_count)
			import_note(import, 'I', "%s:1:%zu: the column %s is not used", file->name,
				header->fields[i].column, header->fields[i].text);
}

bool import_read_header(const struct import *import, const struct import_file *file,
	struct csv *csv, struct mapping *mapping, struct error *err)
{
	struct csv_record header;
	switch (csv_next(csv, &header, err)) {
	case CSV_FAILED:
		return false;
	case CSV_END:
		return error_set(err, ERROR_INPUT, "%s:1: the file is empty", file->path);
	case CSV_RECORD:
		break;
	}
	mapping->layout = raw_table_layout(file->table);
	mapping->field_count = header.field_count;
	mapping->lookup_column = optional_column(mapping->layout, "player_lookup");
	mapping->id_column = optional_column(mapping->layout, "player_id");
	mapping->name_column = optional_column(mapping->layout, "player");
	if (!map_columns(file, &header, mapping, err))
		return false;
	tell_unknown_columns(import, file, &header, mapping->layout);
	return true;
}

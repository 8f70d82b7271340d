#include "jobs/resume.h"

#include "base/path.h"
#include "base/json_ranges.h"

#define RESUME_VERSION	1
#define RESUME_PACE_MAX 60000

void resume_release(struct resume *resume)
{
	for (size_t i = 0; i < PIPELINE_TABLES_MAX; i++)
		date_set_release(&resume->tables[i].dates);
	*resume = (struct resume){0};
}

int64_t resume_count(const struct resume *resume)
{
	int64_t count = 0;
	for (size_t i = 0; i < PIPELINE_TABLES_MAX; i++)
		count += date_set_days(&resume->tables[i].dates);
	return count;
}

static const char *yes_or_no(bool flag)
{
	return flag ? "true" : "false";
}

static void add_tables(
	const struct pipeline *pipeline, const struct resume *resume, struct buffer *text)
{
	const char *between = "\n";
	for (size_t i = 0; i < pipeline->table_count; i++) {
		const struct resume_table *table = &resume->tables[pipeline->order[i]];
		if (table->dates.count == 0 && !table->paused)
			continue;
		buffer_add_format(text, "%s  {\"table\": ", between);
		buffer_add_json_text(text, pipeline->tables[pipeline->order[i]].name);
		buffer_add_format(text, ", \"paused\": %s, \"dates\": ", yes_or_no(table->paused));
		json_ranges_format(&table->dates, text);
		buffer_add_char(text, '}');
		between = ",\n";
	}
}

bool resume_write(const struct pipeline *pipeline, const struct resume *resume, const char *path,
	struct error *err)
{
	char range[DATE_RANGE_TEXT_BYTES];
	struct buffer text = {0};
	buffer_add_format(&text, "{\"version\": %d, \"pipeline\": ", RESUME_VERSION);
	buffer_add_json_text(&text, pipeline->name);
	buffer_add_format(&text,
		", \"range\": \"%s\", \"workers\": %d, \"pace_ms\": %d, \"auto_launch\": %s, "
		"\"paused\": %s,\n \"tables\": [",
		date_range_format(resume->range, range), resume->workers, resume->pace_ms,
		yes_or_no(resume->auto_launch), yes_or_no(resume->paused));
	add_tables(pipeline, resume, &text);
	buffer_add_text(&text, "]}\n");
	bool written = path_make_parent(path, err) &&
		       path_write_file(path, buffer_text(&text), text.length, err);
	buffer_release(&text);
	return written;
}

static bool read_number(const json_t *root, const char *name, int most, int *into)
{
	int64_t number = json_integer_value(json_object_get(root, name));
	*into = (int)number;
	return number >= 0 && number <= most;
}

static bool read_table(const struct pipeline *pipeline, const json_t *item, struct resume *resume)
{
	const char *name = json_string_value(json_object_get(item, "table"));
	size_t table = name == NULL ? pipeline->table_count : pipeline_find(pipeline, name);
	if (table == pipeline->table_count)
		return false;
	resume->tables[table].paused = json_is_true(json_object_get(item, "paused"));
	return json_ranges_parse(json_object_get(item, "dates"), &resume->tables[table].dates);
}

static bool read_all(const struct pipeline *pipeline, const json_t *root, struct resume *resume)
{
	const char *name = json_string_value(json_object_get(root, "pipeline"));
	const char *range = json_string_value(json_object_get(root, "range"));
	const json_t *tables = json_object_get(root, "tables");
	bool good = json_integer_value(json_object_get(root, "version")) == RESUME_VERSION &&
		    text_equal(name, pipeline->name) && range != NULL &&
		    date_range_parse(range, &resume->range, NULL) && json_is_array(tables) &&
		    read_number(root, "workers", PIPELINE_WORKERS_MAX, &resume->workers) &&
		    read_number(root, "pace_ms", RESUME_PACE_MAX, &resume->pace_ms);
	resume->auto_launch = json_is_true(json_object_get(root, "auto_launch"));
	resume->paused = json_is_true(json_object_get(root, "paused"));
	for (size_t i = 0; good && i < json_array_size(tables); i++)
		good = read_table(pipeline, json_array_get(tables, i), resume);
	return good && resume->workers > 0;
}

bool resume_read(
	const struct pipeline *pipeline, const char *path, struct resume *resume, struct error *err)
{
	struct buffer text = {0};
	struct resume read = {0};
	if (!path_read_file(path, RESUME_FILE_BYTES_MAX, &text, err)) {
		buffer_release(&text);
		return false;
	}
	json_t *root = json_loadb(buffer_text(&text), text.length, JSON_REJECT_DUPLICATES, NULL);
	bool good = json_is_object(root) && read_all(pipeline, root, &read);
	json_decref(root);
	buffer_release(&text);
	if (good) {
		*resume = read;
		return true;
	}
	resume_release(&read);
	return error_set(err, ERROR_INPUT, "%s does not say what is left to run of %s", path,
		pipeline->name);
}

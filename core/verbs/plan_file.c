/* A plan file: reading and checking what people may have edited. Saying one:
 * core/verbs/plan_file_say.c.
 */
#include "verbs/plan_file.h"

#include "base/memory.h"
#include "base/path.h"
#include "coverage/select.h"

#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PATH_BYTES	   64
#define SETTLED_RANGES_MAX 4

static const char *const file_keys[] = {
	"version", "pipeline", "range", "steps", "at", "cells", "duration_ms", "eta", "left", NULL};
static const char *const step_keys[] = {
	"table", "dates", "first", "below", "cells", "duration_ms", "bytes", "held_by", NULL};
static const char *const range_keys[] = {"first", "last", NULL};

struct reader {
	const char *name; /* of the file */
	const struct pipeline *pipeline;
	struct plan_file *file;
	struct error *err;
};

/* A value and the path that leads to it. */
struct spot {
	const json_t *value;
	char path[PATH_BYTES];
};

static bool refuse(const struct reader *reader, const struct spot *spot, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static bool refuse(const struct reader *reader, const struct spot *spot, const char *format, ...)
{
	char text[ERROR_TEXT_BYTES];
	va_list arguments;
	va_start(arguments, format);
	if (vsnprintf(text, sizeof(text), format, arguments) < 0)
		text[0] = '\0';
	va_end(arguments);
	return error_set(reader->err, ERROR_USAGE, "%s: %s%s%s", reader->name, spot->path,
		spot->path[0] == '\0' ? "" : ": ", text);
}

static struct spot member(const struct spot *of, const char *key)
{
	struct spot spot = {.value = json_object_get(of->value, key)};
	snprintf(spot.path, sizeof(spot.path), "%s%s%s", of->path, of->path[0] == '\0' ? "" : ".",
		key);
	return spot;
}

static struct spot item(const struct spot *of, size_t index)
{
	struct spot spot = {.value = json_array_get(of->value, index)};
	snprintf(spot.path, sizeof(spot.path), "%s[%zu]", of->path, index);
	return spot;
}

static bool is_object_of(
	const struct reader *reader, const struct spot *spot, const char *const *keys)
{
	const char *key;
	json_t *value;
	if (!json_is_object(spot->value))
		return refuse(reader, spot, "must be an object");
	json_object_foreach((json_t *)spot->value, key, value)
	{
		size_t i = 0;
		while (keys[i] != NULL && strcmp(keys[i], key) != 0)
			i++;
		if (keys[i] != NULL || key[0] == '#')
			continue;
		const char *near = text_nearest(key, keys, i);
		return refuse(reader, spot, "unknown key \"%.40s\"%s%s%s", key,
			near != NULL ? " (did you mean \"" : "", near != NULL ? near : "",
			near != NULL ? "\"?)" : "");
	}
	return true;
}

static bool read_text(const struct reader *reader, const struct spot *spot, const char **text)
{
	if (spot->value == NULL)
		return refuse(reader, spot, "is missing");
	if (!json_is_string(spot->value))
		return refuse(reader, spot, "must be a text");
	*text = json_string_value(spot->value);
	return strlen(*text) == json_string_length(spot->value) ||
	       refuse(reader, spot, "must not hold a NUL");
}

static bool read_head(const struct reader *reader, const struct spot *root)
{
	struct spot version = member(root, "version"), pipeline = member(root, "pipeline");
	const char *name = "";
	if (version.value == NULL)
		return refuse(reader, &version, "is missing: it is no plan");
	if (!json_is_integer(version.value) ||
		json_integer_value(version.value) != PLAN_FILE_VERSION)
		return refuse(
			reader, &version, "this program reads version %d alone", PLAN_FILE_VERSION);
	if (!read_text(reader, &pipeline, &name))
		return false;
	return strcmp(name, reader->pipeline->name) == 0 ||
	       refuse(reader, &pipeline, "the plan is of \"%.40s\", not of \"%s\" (--pipeline)",
		       name, reader->pipeline->name);
}

static bool read_day(
	const struct reader *reader, const struct spot *range, const char *key, date_t *day)
{
	struct spot spot = member(range, key);
	const char *text = "";
	if (!read_text(reader, &spot, &text))
		return false;
	return date_parse(text, day) ||
	       refuse(reader, &spot, "\"%.40s\" is no date (YYYY-MM-DD)", text);
}

/* Empty where there is none: the dates say it. */
static bool read_range(const struct reader *reader, const struct spot *root)
{
	struct date_range *range = &reader->file->range;
	struct spot spot = member(root, "range");
	*range = (struct date_range){0, -1};
	if (spot.value == NULL)
		return true;
	if (!is_object_of(reader, &spot, range_keys) ||
		!read_day(reader, &spot, "first", &range->first) ||
		!read_day(reader, &spot, "last", &range->last))
		return false;
	if (range->last < range->first)
		return refuse(reader, &spot, "ends before it begins");
	return date_range_days(*range) <= DATE_RANGE_DAYS_MAX ||
	       refuse(reader, &spot, "is longer than %d days", DATE_RANGE_DAYS_MAX);
}

static bool add_dates(const struct reader *reader, const struct spot *spot,
	struct plan_file_step *step, struct date_set *seen)
{
	char date_text[DATE_TEXT_BYTES];
	struct date_range dates;
	struct error why;
	const char *text = "";
	if (!read_text(reader, spot, &text))
		return false;
	if (!date_range_parse(text, &dates, &why))
		return refuse(reader, spot, "%s", why.text);
	for (date_t date = dates.first; date <= dates.last; date++) {
		if (date_set_has(seen, date))
			return refuse(
				reader, spot, "%s stands here twice", date_format(date, date_text));
		if (step->count == DATE_RANGE_DAYS_MAX)
			return refuse(reader, spot, "more than %d dates", DATE_RANGE_DAYS_MAX);
		ARRAY_GROW(step->dates, step->count, step->capacity);
		step->dates[step->count++] = date;
		date_set_add(seen, (struct date_range){date, date});
	}
	return true;
}

static bool read_dates(
	const struct reader *reader, const struct spot *list, struct plan_file_step *step)
{
	struct date_set seen = {0};
	bool done = true;
	if (list->value == NULL)
		return refuse(reader, list, "is missing");
	if (!json_is_array(list->value))
		return refuse(reader, list, "must be a list of dates");
	for (size_t i = 0; done && i < json_array_size(list->value); i++) {
		struct spot spot = item(list, i);
		done = add_dates(reader, &spot, step, &seen);
	}
	date_set_release(&seen);
	if (!done)
		return false;
	return step->count > 0 || refuse(reader, list, "has no date: leave the step out");
}

static bool read_table(
	const struct reader *reader, const struct spot *spot, size_t index, size_t *table)
{
	const char *name = "";
	if (!read_text(reader, spot, &name))
		return false;
	*table = pipeline_find(reader->pipeline, name);
	if (*table == reader->pipeline->table_count) {
		const char *near = pipeline_suggest(reader->pipeline, name);
		return refuse(reader, spot, "no table is called \"%.60s\"%s%s%s", name,
			near != NULL ? " (did you mean \"" : "", near != NULL ? near : "",
			near != NULL ? "\"?)" : "");
	}
	for (size_t i = 0; i < index; i++)
		if (reader->file->steps[i].table == *table)
			return refuse(
				reader, spot, "%s is the table of steps[%zu] already", name, i);
	return true;
}

static bool read_first(
	const struct reader *reader, const struct spot *spot, struct plan_file_step *step)
{
	if (spot->value == NULL)
		return true;
	json_int_t count = json_integer_value(spot->value);
	if (!json_is_integer(spot->value) || count < 0 || (size_t)count > step->count)
		return refuse(reader, spot, "must be a number from 0 to %zu, the dates of the step",
			step->count);
	step->first_count = (size_t)count;
	return true;
}

static bool read_step(const struct reader *reader, const struct spot *spot, size_t index)
{
	struct plan_file_step *step = &reader->file->steps[index];
	if (!is_object_of(reader, spot, step_keys))
		return false;
	struct spot table = member(spot, "table"), dates = member(spot, "dates"),
		    first = member(spot, "first");
	return read_table(reader, &table, index, &step->table) &&
	       read_dates(reader, &dates, step) && read_first(reader, &first, step);
}

static bool read_steps(const struct reader *reader, const struct spot *root)
{
	struct spot list = member(root, "steps");
	size_t count = json_array_size(list.value);
	if (list.value == NULL)
		return refuse(reader, &list, "is missing: it is no plan");
	if (!json_is_array(list.value))
		return refuse(reader, &list, "must be a list");
	if (count > reader->pipeline->table_count)
		return refuse(reader, &list, "more steps than the pipeline has tables");
	reader->file->steps = memory_new_array(count + 1, sizeof(*reader->file->steps));
	reader->file->step_count = count;
	for (size_t i = 0; i < count; i++) {
		struct spot spot = item(&list, i);
		if (!read_step(reader, &spot, i))
			return false;
	}
	return true;
}

static struct date_range span_of(const struct plan_file *file)
{
	struct date_set all = {0};
	for (size_t i = 0; i < file->step_count; i++)
		for (size_t k = 0; k < file->steps[i].count; k++)
			date_set_add(&all, (struct date_range){file->steps[i].dates[k],
						   file->steps[i].dates[k]});
	struct date_range span = date_set_span(&all);
	date_set_release(&all);
	return span;
}

static bool check_span(const struct reader *reader)
{
	struct date_range span = span_of(reader->file), *range = &reader->file->range;
	struct spot spot = {.path = "range"};
	char text[DATE_RANGE_TEXT_BYTES];
	if (date_range_days(*range) == 0)
		*range = span;
	if (date_range_days(*range) > DATE_RANGE_DAYS_MAX)
		return refuse(
			reader, &spot, "the dates span more than %d days", DATE_RANGE_DAYS_MAX);
	return date_range_days(span) == 0 ||
	       (span.first >= range->first && span.last <= range->last) ||
	       refuse(reader, &spot, "does not hold all dates of the steps (%s)",
		       date_range_format(span, text));
}

static bool read_root(const struct reader *reader, const json_t *value)
{
	struct spot root = {.value = value};
	return is_object_of(reader, &root, file_keys) && read_head(reader, &root) &&
	       read_range(reader, &root) && read_steps(reader, &root) && check_span(reader);
}

bool plan_file_parse(const char *text, size_t length, const char *name,
	const struct pipeline *pipeline, struct plan_file *file, struct error *err)
{
	json_error_t where;
	struct plan_file read = {0};
	struct reader reader = {name, pipeline, &read, err};
	json_t *root = json_loadb(text, length, JSON_REJECT_DUPLICATES, &where);
	if (root == NULL)
		return error_set(err, ERROR_USAGE, "%s:%d: %s", name, where.line, where.text);
	bool done = read_root(&reader, root);
	json_decref(root);
	if (done)
		*file = read;
	else
		plan_file_release(&read);
	return done;
}

bool plan_file_read(const char *path, const struct pipeline *pipeline, struct plan_file *file,
	struct error *err)
{
	struct buffer text = {0};
	bool done = path_read_file(path, PLAN_FILE_BYTES_MAX, &text, err);
	if (!done)
		err->kind = ERROR_USAGE;
	else
		done = plan_file_parse(buffer_text(&text), text.length, path, pipeline, file, err);
	buffer_release(&text);
	return done;
}

void plan_file_release(struct plan_file *file)
{
	for (size_t i = 0; i < file->step_count; i++)
		free(file->steps[i].dates);
	free(file->steps);
	*file = (struct plan_file){0};
}

static const struct plan_file_step *step_of(const struct plan_file *file, size_t table)
{
	for (size_t i = 0; i < file->step_count; i++)
		if (file->steps[i].table == table)
			return &file->steps[i];
	return NULL;
}

/* The dates of the step in the order of the file; the file has all of them. */
static void order_as_in_file(const struct plan_file_step *wanted, struct plan_step *step)
{
	struct date_set planned = {0};
	for (size_t i = 0; i < step->count; i++)
		date_set_add(&planned, (struct date_range){step->dates[i], step->dates[i]});
	step->count = step->first_count = 0;
	for (size_t i = 0; i < wanted->count; i++) {
		if (!date_set_has(&planned, wanted->dates[i]))
			continue;
		step->dates[step->count++] = wanted->dates[i];
		step->first_count += i < wanted->first_count;
	}
	date_set_release(&planned);
}

void plan_file_make(const struct plan_file *file, const struct coverage *coverage,
	const struct eta_speed *speeds, struct plan *plan)
{
	size_t tables = coverage->pipeline->table_count;
	struct date_set *only = memory_new_array(tables, sizeof(*only));
	for (size_t i = 0; i < file->step_count; i++)
		for (size_t k = 0; k < file->steps[i].count; k++)
			date_set_add(&only[file->steps[i].table],
				(struct date_range){
					file->steps[i].dates[k], file->steps[i].dates[k]});
	struct plan_wish wish = {
		.only = only, .speeds = speeds, .workers = coverage->pipeline->workers};
	plan_make(coverage, &wish, plan);
	for (size_t i = 0; i < plan->step_count; i++)
		order_as_in_file(step_of(file, plan->steps[i].table), &plan->steps[i]);
	plan_foresee(coverage, &wish, plan);
	for (size_t i = 0; i < tables; i++)
		date_set_release(&only[i]);
	free(only);
}

static void say_settled_as(const struct coverage *coverage, const struct plan_file_step *step,
	enum verdict verdict, struct buffer *into)
{
	struct date_set dates = {0};
	int count = 0;
	for (size_t i = 0; i < step->count; i++)
		if (coverage_verdict(coverage, step->table, step->dates[i]) == verdict) {
			date_set_add(&dates, (struct date_range){step->dates[i], step->dates[i]});
			count++;
		}
	if (count > 0) {
		buffer_add_format(into, "%s: left out, %s by now: %d %s (",
			coverage->pipeline->tables[step->table].name, verdict_word(verdict), count,
			count == 1 ? "date" : "dates");
		date_set_say(&dates, SETTLED_RANGES_MAX, into);
		buffer_add_text(into, ")\n");
	}
	date_set_release(&dates);
}

void plan_file_say_settled(
	const struct plan_file *file, const struct coverage *coverage, struct buffer *into)
{
	for (size_t i = 0; i < file->step_count; i++)
		for (int verdict = 0; verdict < VERDICT_COUNT; verdict++)
			if (!verdict_is_gap((enum verdict)verdict))
				say_settled_as(
					coverage, &file->steps[i], (enum verdict)verdict, into);
}

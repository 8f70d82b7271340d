/* A plan file: reading and checking what people may have edited. Saying one:
 * core/verbs/plan_file_say.c.
 */
#include "verbs/plan_file.h"

#include "base/json_place.h"
#include "base/memory.h"
#include "base/path.h"
#include "coverage/select.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SETTLED_RANGES_MAX 4

static const char *const file_keys[] = {
	"version", "pipeline", "range", "steps", "at", "cells", "duration_ms", "eta", "left", NULL};
static const char *const step_keys[] = {
	"table", "dates", "first", "below", "cells", "duration_ms", "bytes", "held_by", NULL};
static const char *const range_keys[] = {"first", "last", NULL};

struct reader {
	struct json_source source;
	const struct pipeline *pipeline;
	struct plan_file *file;
};

static bool read_text(
	const struct reader *reader, const struct json_place *place, const char **text)
{
	if (place->value == NULL)
		return json_place_fail(&reader->source, place, "is missing");
	if (!json_is_string(place->value))
		return json_place_fail(&reader->source, place, "must be a text");
	*text = json_string_value(place->value);
	return strlen(*text) == json_string_length(place->value) ||
	       json_place_fail(&reader->source, place, "must not hold a NUL");
}

static bool read_head(const struct reader *reader, const struct json_place *root)
{
	struct json_place version = json_place_member(root, "version"),
			  pipeline = json_place_member(root, "pipeline");
	const char *name = "";
	if (version.value == NULL)
		return json_place_fail(&reader->source, &version, "is missing: it is no plan");
	if (!json_is_integer(version.value) ||
		json_integer_value(version.value) != PLAN_FILE_VERSION)
		return json_place_fail(&reader->source, &version,
			"this program reads version %d alone", PLAN_FILE_VERSION);
	if (!read_text(reader, &pipeline, &name))
		return false;
	return strcmp(name, reader->pipeline->name) == 0 ||
	       json_place_fail(&reader->source, &pipeline,
		       "the plan is of \"%.40s\", not of \"%s\" (--pipeline)", name,
		       reader->pipeline->name);
}

static bool read_day(
	const struct reader *reader, const struct json_place *range, const char *key, date_t *day)
{
	struct json_place place = json_place_member(range, key);
	const char *text = "";
	if (!read_text(reader, &place, &text))
		return false;
	return date_parse(text, day) ||
	       json_place_fail(&reader->source, &place, "\"%.40s\" is no date (YYYY-MM-DD)", text);
}

/* Empty where there is none: the dates say it. */
static bool read_range(const struct reader *reader, const struct json_place *root)
{
	struct date_range *range = &reader->file->range;
	struct json_place place = json_place_member(root, "range");
	*range = (struct date_range){0, -1};
	if (place.value == NULL)
		return true;
	if (!json_place_check_keys(&reader->source, &place, range_keys) ||
		!read_day(reader, &place, "first", &range->first) ||
		!read_day(reader, &place, "last", &range->last))
		return false;
	if (range->last < range->first)
		return json_place_fail(&reader->source, &place, "ends before it begins");
	return date_range_days(*range) <= DATE_RANGE_DAYS_MAX ||
	       json_place_fail(
		       &reader->source, &place, "is longer than %d days", DATE_RANGE_DAYS_MAX);
}

static bool add_dates(const struct reader *reader, const struct json_place *place,
	struct plan_file_step *step, struct date_set *seen)
{
	char date_text[DATE_TEXT_BYTES];
	struct date_range dates;
	struct error why;
	const char *text = "";
	if (!read_text(reader, place, &text))
		return false;
	if (!date_range_parse(text, &dates, &why))
		return json_place_fail(&reader->source, place, "%s", why.text);
	for (date_t date = dates.first; date <= dates.last; date++) {
		if (date_set_has(seen, date))
			return json_place_fail(&reader->source, place, "%s stands here twice",
				date_format(date, date_text));
		if (step->count == DATE_RANGE_DAYS_MAX)
			return json_place_fail(
				&reader->source, place, "more than %d dates", DATE_RANGE_DAYS_MAX);
		ARRAY_GROW(step->dates, step->count, step->capacity);
		step->dates[step->count++] = date;
		date_set_add(seen, (struct date_range){date, date});
	}
	return true;
}

static bool read_dates(
	const struct reader *reader, const struct json_place *list, struct plan_file_step *step)
{
	struct date_set seen = {0};
	bool done = true;
	if (list->value == NULL)
		return json_place_fail(&reader->source, list, "is missing");
	if (!json_is_array(list->value))
		return json_place_fail(&reader->source, list, "must be a list of dates");
	for (size_t i = 0; done && i < json_array_size(list->value); i++) {
		struct json_place place = json_place_item(list, i);
		done = add_dates(reader, &place, step, &seen);
	}
	date_set_release(&seen);
	if (!done)
		return false;
	return step->count > 0 ||
	       json_place_fail(&reader->source, list, "has no date: leave the step out");
}

static bool read_table(
	const struct reader *reader, const struct json_place *place, size_t index, size_t *table)
{
	const char *name = "";
	if (!read_text(reader, place, &name))
		return false;
	*table = pipeline_find(reader->pipeline, name);
	if (*table == reader->pipeline->table_count) {
		const char *near = pipeline_suggest(reader->pipeline, name);
		return json_place_fail(&reader->source, place, "no table is called \"%.60s\"%s%s%s",
			name, near != NULL ? " (did you mean \"" : "", near != NULL ? near : "",
			near != NULL ? "\"?)" : "");
	}
	for (size_t i = 0; i < index; i++)
		if (reader->file->steps[i].table == *table)
			return json_place_fail(&reader->source, place,
				"%s is the table of steps[%zu] already", name, i);
	return true;
}

static bool read_first(
	const struct reader *reader, const struct json_place *place, struct plan_file_step *step)
{
	if (place->value == NULL)
		return true;
	json_int_t count = json_integer_value(place->value);
	if (!json_is_integer(place->value) || count < 0 || (size_t)count > step->count)
		return json_place_fail(&reader->source, place,
			"must be a number from 0 to %zu, the dates of the step", step->count);
	step->first_count = (size_t)count;
	return true;
}

static bool read_step(const struct reader *reader, const struct json_place *place, size_t index)
{
	struct plan_file_step *step = &reader->file->steps[index];
	if (!json_place_check_keys(&reader->source, place, step_keys))
		return false;
	struct json_place table = json_place_member(place, "table"),
			  dates = json_place_member(place, "dates"),
			  first = json_place_member(place, "first");
	return read_table(reader, &table, index, &step->table) &&
	       read_dates(reader, &dates, step) && read_first(reader, &first, step);
}

static bool read_steps(const struct reader *reader, const struct json_place *root)
{
	struct json_place list = json_place_member(root, "steps");
	size_t count = json_array_size(list.value);
	if (list.value == NULL)
		return json_place_fail(&reader->source, &list, "is missing: it is no plan");
	if (!json_is_array(list.value))
		return json_place_fail(&reader->source, &list, "must be a list");
	if (count > reader->pipeline->table_count)
		return json_place_fail(
			&reader->source, &list, "more steps than the pipeline has tables");
	reader->file->steps = memory_new_array(count + 1, sizeof(*reader->file->steps));
	reader->file->step_count = count;
	for (size_t i = 0; i < count; i++) {
		struct json_place place = json_place_item(&list, i);
		if (!read_step(reader, &place, i))
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
	struct json_place place = {.path = "range"};
	char text[DATE_RANGE_TEXT_BYTES];
	if (date_range_days(*range) == 0)
		*range = span;
	if (date_range_days(*range) > DATE_RANGE_DAYS_MAX)
		return json_place_fail(&reader->source, &place, "the dates span more than %d days",
			DATE_RANGE_DAYS_MAX);
	return date_range_days(span) == 0 ||
	       (span.first >= range->first && span.last <= range->last) ||
	       json_place_fail(&reader->source, &place, "does not hold all dates of the steps (%s)",
		       date_range_format(span, text));
}

static bool read_root(const struct reader *reader, json_t *value)
{
	struct json_place root = {.value = value};
	return json_place_check_keys(&reader->source, &root, file_keys) &&
	       read_head(reader, &root) && read_range(reader, &root) && read_steps(reader, &root) &&
	       check_span(reader);
}

bool plan_file_parse(const char *text, size_t length, const char *name,
	const struct pipeline *pipeline, struct plan_file *file, struct error *err)
{
	json_error_t where;
	struct plan_file read = {0};
	struct reader reader = {{name, ERROR_USAGE, err}, pipeline, &read};
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

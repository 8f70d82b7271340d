#include "jobs/checkpoint.h"

#include "base/memory.h"
#include "log_prefix.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAMED_DATES 6 /* in a sentence; the rest is counted */

void checkpoint_release(struct checkpoint *checkpoint)
{
	free(checkpoint->successful.items);
	free(checkpoint->failed.items);
	free(checkpoint->skipped.items);
	free(checkpoint->never_retried.items);
	*checkpoint = (struct checkpoint){0};
}

__attribute__((format(printf, 2, 3))) static void find(
	struct checkpoint *checkpoint, const char *format, ...)
{
	if (checkpoint->finding_count == CHECKPOINT_FINDINGS_MAX)
		return;
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(checkpoint->findings[checkpoint->finding_count++], CHECKPOINT_FINDING_BYTES,
		format, arguments);
	va_end(arguments);
}

static bool read_date(const json_t *object, const char *key, date_t *date, struct error *err)
{
	const char *text = json_string_value(json_object_get(object, key));
	if (text == NULL || !date_parse(text, date))
		return error_set(err, ERROR_INPUT, "\"%s\" is not a date", key);
	return true;
}

static int compare_dates(const void *a, const void *b)
{
	const date_t *left = a, *right = b;
	return (*left > *right) - (*left < *right);
}

static void sort_dates(
	struct checkpoint *checkpoint, const char *key, struct checkpoint_dates *dates)
{
	char text[DATE_TEXT_BYTES];
	size_t kept = 0;
	if (dates->count > 0)
		qsort(dates->items, dates->count, sizeof(dates->items[0]), compare_dates);
	for (size_t i = 0; i < dates->count; i++) {
		date_t date = dates->items[i];
		if (kept > 0 && dates->items[kept - 1] == date) {
			find(checkpoint, "%s is in %s twice", date_format(date, text), key);
			continue;
		}
		if (!date_range_has(checkpoint->range, date))
			find(checkpoint, "%s in %s lies outside the range", date_format(date, text),
				key);
		dates->items[kept++] = date;
	}
	dates->count = kept;
}

static bool read_dates(const json_t *object, const char *key, struct checkpoint *checkpoint,
	struct checkpoint_dates *dates, struct error *err)
{
	const json_t *array = json_object_get(object, key);
	if (!json_is_array(array))
		return error_set(err, ERROR_INPUT, "\"%s\" is not a list", key);
	size_t count = json_array_size(array);
	if (count > CHECKPOINT_DATES_MAX)
		return error_set(err, ERROR_LIMIT, "\"%s\" has more than %d dates", key,
			CHECKPOINT_DATES_MAX);
	dates->items = memory_new_array(count + 1, sizeof(dates->items[0]));
	for (size_t i = 0; i < count; i++) {
		const char *text = json_string_value(json_array_get(array, i));
		if (text == NULL || !date_parse(text, &dates->items[i]))
			return error_set(err, ERROR_INPUT, "\"%s\" holds what is not a date", key);
		dates->count++;
	}
	sort_dates(checkpoint, key, dates);
	return true;
}

static bool has_date(const struct checkpoint_dates *dates, date_t date)
{
	return dates->count > 0 && bsearch(&date, dates->items, dates->count,
					   sizeof(dates->items[0]), compare_dates) != NULL;
}

static void find_overlap(struct checkpoint *checkpoint, const struct checkpoint_dates *some,
	const struct checkpoint_dates *others, const char *words)
{
	char text[DATE_TEXT_BYTES];
	for (size_t i = 0; i < some->count; i++)
		if (has_date(others, some->items[i]))
			find(checkpoint, "%s is both %s", date_format(some->items[i], text), words);
}

static void compare_stat(
	struct checkpoint *checkpoint, const json_t *stats, const char *key, size_t counted)
{
	const json_t *said = json_object_get(stats, key);
	if (json_is_integer(said) && json_integer_value(said) != (json_int_t)counted)
		find(checkpoint, "stats.%s says %" JSON_INTEGER_FORMAT ", the lists hold %zu", key,
			json_integer_value(said), counted);
}

static void compare_with_what_it_says(struct checkpoint *checkpoint, const json_t *object)
{
	char said[DATE_TEXT_BYTES], counted[DATE_TEXT_BYTES];
	const json_t *stats = json_object_get(object, "stats");
	size_t ok = checkpoint->successful.count, failed = checkpoint->failed.count;
	size_t skipped = checkpoint->skipped.count;
	compare_stat(checkpoint, stats, "successful", ok);
	compare_stat(checkpoint, stats, "failed", failed);
	compare_stat(checkpoint, stats, "skipped", skipped);
	compare_stat(checkpoint, stats, "processed", ok + failed + skipped);
	find_overlap(
		checkpoint, &checkpoint->successful, &checkpoint->failed, "successful and failed");
	find_overlap(checkpoint, &checkpoint->successful, &checkpoint->skipped,
		"successful and skipped");
	date_t last = DATE_NONE;
	const char *text = json_string_value(json_object_get(object, "last_successful_date"));
	if (text != NULL && !date_parse(text, &last))
		find(checkpoint, "last_successful_date is not a date");
	if (last != checkpoint->last_successful)
		find(checkpoint, "last_successful_date says %s, the list ends at %s",
			date_format(last, said), date_format(checkpoint->last_successful, counted));
	/* The script itself goes by what it says. */
	if (last != DATE_NONE)
		checkpoint->resume_date = last + 1;
}

/* Which failed dates the next run of the script would leave behind. */
static void decide_resume(struct checkpoint *checkpoint)
{
	const struct checkpoint_dates *failed = &checkpoint->failed;
	struct checkpoint_dates *left = &checkpoint->never_retried;
	left->items = memory_new_array(failed->count + 1, sizeof(left->items[0]));
	if (checkpoint->resume_date > checkpoint->range.last) {
		checkpoint->is_starting_over = true;
		checkpoint->resume_date = checkpoint->range.first;
	}
	if (checkpoint->resume_date < checkpoint->range.first)
		checkpoint->resume_date = checkpoint->range.first;
	for (size_t i = 0; i < failed->count; i++)
		if (failed->items[i] < checkpoint->resume_date)
			left->items[left->count++] = failed->items[i];
}

static int64_t time_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));
	return text == NULL ? -1 : log_prefix_time_ms(text, strlen(text));
}

static bool read_checkpoint(const json_t *object, struct checkpoint *checkpoint, struct error *err)
{
	const char *job = json_string_value(json_object_get(object, "job_name"));
	if (job == NULL || !text_copy(checkpoint->job, sizeof(checkpoint->job), job))
		return error_set(err, ERROR_INPUT, "\"job_name\" is not a name");
	if (!read_date(object, "start_date", &checkpoint->range.first, err) ||
		!read_date(object, "end_date", &checkpoint->range.last, err))
		return false;
	if (checkpoint->range.last < checkpoint->range.first)
		return error_set(err, ERROR_INPUT, "its range ends before it begins");
	if (!read_dates(object, "successful_dates", checkpoint, &checkpoint->successful, err) ||
		!read_dates(object, "failed_dates", checkpoint, &checkpoint->failed, err) ||
		!read_dates(object, "skipped_dates", checkpoint, &checkpoint->skipped, err))
		return false;
	checkpoint->created_ms = time_of(object, "created_at");
	checkpoint->updated_ms = time_of(object, "last_updated");
	const struct checkpoint_dates *done = &checkpoint->successful;
	checkpoint->last_successful = done->count == 0 ? DATE_NONE : done->items[done->count - 1];
	checkpoint->resume_date = checkpoint->range.first;
	compare_with_what_it_says(checkpoint, object);
	decide_resume(checkpoint);
	return true;
}

bool checkpoint_parse(
	const char *bytes, size_t length, struct checkpoint *checkpoint, struct error *err)
{
	json_error_t why;
	if (length > CHECKPOINT_BYTES_MAX)
		return error_set(err, ERROR_LIMIT, "a checkpoint of more than %d bytes",
			CHECKPOINT_BYTES_MAX);
	json_t *object = json_loadb(bytes, length, 0, &why);
	if (object == NULL)
		return error_set(err, ERROR_INPUT, "not JSON: %.200s", why.text);
	struct checkpoint made = {0};
	bool is_read = json_is_object(object) ? read_checkpoint(object, &made, err)
					      : error_set(err, ERROR_INPUT, "not a JSON object");
	json_decref(object);
	if (!is_read) {
		checkpoint_release(&made);
		return false;
	}
	*checkpoint = made;
	return true;
}

static void add_dates(struct buffer *into, const struct checkpoint_dates *dates)
{
	char text[DATE_TEXT_BYTES];
	size_t named = dates->count <= NAMED_DATES + 1 ? dates->count : NAMED_DATES;
	for (size_t i = 0; i < named; i++) {
		bool is_last = i + 1 == dates->count;
		buffer_add_text(into, i == 0 ? "" : is_last ? " and " : ", ");
		buffer_add_text(into, date_format_short(dates->items[i], text));
	}
	if (named < dates->count)
		buffer_add_format(into, " and %zu more", dates->count - named);
}

void checkpoint_describe_resume(const struct checkpoint *checkpoint, struct buffer *into)
{
	char text[DATE_TEXT_BYTES];
	if (checkpoint->is_starting_over) {
		buffer_add_format(into,
			"its range is done: the job would start over at %s and do all of it again",
			date_format_short(checkpoint->range.first, text));
		return;
	}
	if (checkpoint->never_retried.count == 0)
		return;
	buffer_add_format(into, "the job would resume at %s; ",
		date_format_short(checkpoint->resume_date, text));
	add_dates(into, &checkpoint->never_retried);
	buffer_add_text(into, " failed before and would never be retried");
}

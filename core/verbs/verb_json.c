/* The pieces of JSON that the verbs share. */
#include "verb_parts.h"

#include "base/clock.h"
#include "base/memory.h"
#include "coverage/progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void verb_print_json(json_t *object)
{
	char *text = json_dumps(object, JSON_INDENT(1) | JSON_PRESERVE_ORDER);
	if (text == NULL)
		memory_exhausted();
	puts(text);
	free(text);
	json_decref(object);
}

json_t *verb_json_date(date_t date)
{
	char text[DATE_TEXT_BYTES];
	return date == DATE_NONE ? json_null() : json_string(date_format(date, text));
}

json_t *verb_json_count(int64_t count)
{
	return count < 0 ? json_null() : json_integer(count);
}

json_t *verb_json_text(const char *text)
{
	struct buffer whole = {0};
	size_t length = strlen(text);
	char encoded[4];
	for (size_t at = 0; at < length;) {
		uint32_t code_point;
		at += text_decode_utf8(text + at, length - at, &code_point);
		buffer_add(&whole, encoded, text_encode_utf8(code_point, encoded));
	}
	json_t *string = json_string(buffer_text(&whole));
	buffer_release(&whole);
	return string;
}

json_t *verb_json_progress(const struct coverage *coverage)
{
	struct buffer text = {0};
	coverage_say_progress(coverage, &text);
	json_t *string = json_string(buffer_text(&text));
	buffer_release(&text);
	return string;
}

json_t *verb_json_head(const struct pipeline *pipeline, struct date_range range, int64_t now_ms)
{
	char at[CLOCK_TEXT_BYTES];
	json_t *head = json_object();
	json_t *dates = json_object();
	json_object_set_new(dates, "first", verb_json_date(range.first));
	json_object_set_new(dates, "last", verb_json_date(range.last));
	json_object_set_new(head, "version", json_integer(VERB_JSON_VERSION));
	json_object_set_new(head, "pipeline", json_string(pipeline->name));
	json_object_set_new(head, "range", dates);
	json_object_set_new(head, "at", json_string(clock_format_rfc3339(now_ms, at)));
	return head;
}

json_t *verb_json_dates(const struct date_set *dates)
{
	json_t *list = json_array();
	for (date_t date = date_set_first(dates); date != DATE_NONE;
		date = date_set_next(dates, date))
		json_array_append_new(list, verb_json_date(date));
	return list;
}

json_t *verb_json_eta(const struct pipeline *pipeline, const struct eta_plan *eta, int workers)
{
	json_t *object = json_object(), *path = json_array();
	for (size_t i = 0; i < eta->path_count; i++) {
		const struct eta_stretch *stretch = &eta->path[i];
		json_t *part = json_object();
		json_object_set_new(
			part, "table", json_string(pipeline->tables[stretch->table].name));
		json_object_set_new(part, "dates", json_integer((json_int_t)stretch->dates));
		json_object_set_new(part, "duration_ms", json_integer(stretch->duration_ms));
		json_array_append_new(path, part);
	}
	json_object_set_new(object, "p50_ms", verb_json_count(eta->p50_ms));
	json_object_set_new(object, "p90_ms", verb_json_count(eta->p90_ms));
	json_object_set_new(object, "at_least", json_boolean(eta->is_least));
	json_object_set_new(object, "workers", json_integer(workers));
	json_object_set_new(object, "path", path);
	return object;
}

/* A plan as JSON. */
#include "verbs/plan_file.h"
#include "verb_parts.h"

#include "base/memory.h"

#include <stdlib.h>

static json_t *json_step(const struct plan_words *words, const struct plan_step *step)
{
	json_t *object = json_object(), *dates = json_array();
	struct buffer holder = {0};
	if (words->holder != NULL)
		words->holder(words->context, step->table, &holder);
	for (size_t i = 0; i < step->count; i++)
		json_array_append_new(dates, verb_json_date(step->dates[i]));
	json_object_set_new(
		object, "table", json_string(words->coverage->pipeline->tables[step->table].name));
	json_object_set_new(object, "dates", dates);
	if (step->first_count > 0)
		json_object_set_new(object, "first", json_integer((json_int_t)step->first_count));
	json_object_set_new(object, "below", json_integer(step->below));
	json_object_set_new(object, "duration_ms", verb_json_count(step->duration_ms));
	json_object_set_new(object, "bytes", verb_json_count(step->bytes));
	if (words->holder != NULL)
		json_object_set_new(object, "held_by",
			holder.length == 0 ? json_null() : verb_json_text(buffer_text(&holder)));
	buffer_release(&holder);
	return object;
}

static json_t *json_left(const struct coverage *coverage, const struct plan_left *left)
{
	const struct pipeline_table *tables = coverage->pipeline->tables;
	json_t *object = json_object();
	json_object_set_new(object, "table", json_string(tables[left->table].name));
	json_object_set_new(object, "needs_you", json_boolean(left->kind == LEFT_NEEDS_YOU));
	json_object_set_new(object, "reason", json_string(reason_word(left->reason)));
	json_object_set_new(object, "because",
		left->because < 0 ? json_null() : json_string(tables[left->because].name));
	json_object_set_new(object, "cells", json_integer(left->cells));
	json_object_set_new(object, "dates", verb_json_dates(&left->dates));
	return object;
}

void plan_file_say(const struct plan_words *words, struct buffer *into)
{
	const struct coverage *coverage = words->coverage;
	const struct plan *plan = words->plan;
	json_t *head = verb_json_head(coverage->pipeline, coverage->range, words->now_ms);
	json_t *steps = json_array(), *left = json_array();
	for (size_t i = 0; i < plan->step_count; i++)
		json_array_append_new(steps, json_step(words, &plan->steps[i]));
	for (size_t i = 0; i < plan->left_count; i++)
		json_array_append_new(left, json_left(coverage, &plan->left[i]));
	json_object_set_new(head, "cells", json_integer(plan->cells));
	json_object_set_new(head, "duration_ms", verb_json_count(plan->duration_ms));
	json_object_set_new(
		head, "eta", verb_json_eta(coverage->pipeline, &plan->eta, words->workers));
	json_object_set_new(head, "steps", steps);
	json_object_set_new(head, "left", left);
	char *text = json_dumps(head, JSON_INDENT(1) | JSON_PRESERVE_ORDER);
	if (text == NULL)
		memory_exhausted();
	buffer_add_format(into, "%s\n", text);
	free(text);
	json_decref(head);
}

/* backcourt why TABLE DATE: the verdict on one cell, and everything that explains it. */
#include "verb_parts.h"

#include "base/clock.h"
#include "base/memory.h"
#include "coverage/why.h"

#include <stdio.h>
#include <string.h>

static json_t *json_age(int64_t age_ms)
{
	return age_ms < 0 ? json_null() : json_integer(age_ms);
}

static json_t *json_links(const struct coverage *coverage, const struct why *why)
{
	json_t *list = json_array();
	for (size_t i = 0; i < why->link_count; i++) {
		const struct why_link *link = &why->links[i];
		json_t *object = json_object();
		json_object_set_new(object, "table",
			verb_json_text(coverage->pipeline->tables[link->table].name));
		json_object_set_new(object, "date", verb_json_date(link->date));
		json_object_set_new(object, "verdict", json_string(verdict_word(link->verdict)));
		json_object_set_new(object, "reason", json_string(reason_word(link->reason)));
		json_object_set_new(object, "why", verb_json_text(link->sentence));
		json_array_append_new(list, object);
	}
	return list;
}

static json_t *json_facts(const struct why *why)
{
	json_t *list = json_array();
	for (size_t i = 0; i < why->fact_count; i++) {
		json_t *object = json_object();
		json_object_set_new(object, "witness", verb_json_text(why->facts[i].witness));
		json_object_set_new(object, "says", verb_json_text(why->facts[i].text));
		json_object_set_new(object, "age_ms", json_age(why->facts[i].age_ms));
		json_array_append_new(list, object);
	}
	return list;
}

static json_t *json_below(const struct coverage *coverage, const struct why *why)
{
	json_t *list = json_array();
	for (size_t i = 0; i < why->below_count; i++) {
		json_t *object = json_object();
		json_object_set_new(object, "table",
			verb_json_text(coverage->pipeline->tables[why->below[i].table].name));
		json_object_set_new(object, "cells", json_integer(why->below[i].cells));
		json_array_append_new(list, object);
	}
	return list;
}

static void print_json(const struct verb_view *view, const struct why *why)
{
	const struct coverage *coverage = view->coverage;
	json_t *head = verb_json_head(coverage->pipeline, coverage->range, view->now_ms);
	json_t *ruled_out = json_array();
	for (size_t i = 0; i < why->ruled_out_count; i++)
		json_array_append_new(ruled_out, verb_json_text(why->ruled_out[i]));
	json_object_set_new(
		head, "table", verb_json_text(coverage->pipeline->tables[why->table].name));
	json_object_set_new(head, "date", verb_json_date(why->date));
	json_object_set_new(head, "verdict", json_string(verdict_word(why->verdict)));
	json_object_set_new(head, "reason", json_string(reason_word(why->reason)));
	json_object_set_new(head, "why", verb_json_text(why->sentence));
	json_object_set_new(head, "chain", json_links(coverage, why));
	json_object_set_new(head, "evidence", json_facts(why));
	json_object_set_new(head, "ruled_out", ruled_out);
	json_object_set_new(head, "below", json_below(coverage, why));
	json_object_set_new(head, "next", verb_json_text(why->next));
	json_object_set_new(head, "work_ms", json_age(why->work_ms));
	json_object_set_new(head, "command", verb_json_text(why->command));
	verb_print_json(head);
}

static bool explain(const struct config *config, const struct verb_view *view, size_t table,
	date_t date, struct error *err)
{
	struct why why;
	struct buffer text = {0};
	struct why_setting setting = {.now_ms = view->now_ms,
		.auto_launch = view->session.pipeline->auto_launch,
		.speeds = view->speeds};
	if (!why_find(view->coverage, table, date, &setting, &why, err))
		return false;
	if (config->json)
		print_json(view, &why);
	else {
		why_say(view->coverage, &why, &text);
		verb_print(stdout, &text);
	}
	buffer_release(&text);
	why_release(&why);
	return true;
}

int verb_why(const struct config *config)
{
	struct verb_view view;
	struct error err;
	date_t date;
	if (!verb_cell_date(config, "why pcf 2021-11-16", &date, &err))
		return verb_fail(&err);
	if (!verb_view_open_cell(config, config->arguments[0], date, &view, &err))
		return verb_fail(&err);
	bool done = explain(config, &view, view.tables[0], date, &err);
	int status = verb_status_of_cell(view.coverage, view.tables[0], date);
	verb_view_close(&view);
	return done ? status : verb_fail(&err);
}

/* backcourt plan: what to run, in which order, to cure every gap that a run can cure. */
#include "verb_parts.h"

#include "base/clock.h"
#include "base/memory.h"
#include "coverage/plan.h"
#include "coverage/select.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PLAN_RANGES_SHOWN 4

static const struct {
	const char *word;
	enum plan_order order;
} orders[] = {
	{"oldest", PLAN_OLDEST},
	{"newest", PLAN_NEWEST},
	{"unblocking", PLAN_UNBLOCKING},
};

static enum plan_order order_of(const char *word)
{
	for (size_t i = 0; i < ARRAY_COUNT(orders); i++)
		if (strcmp(orders[i].word, word) == 0)
			return orders[i].order;
	return PLAN_OLDEST;
}

/* The dates of a step as a set, for words and JSON. */
static void dates_of(const struct coverage *coverage, const struct plan_step *step, bool over_off,
	struct date_set *into)
{
	struct date_set chosen = {0};
	for (size_t i = 0; i < step->count; i++)
		date_set_add(&chosen, (struct date_range){step->dates[i], step->dates[i]});
	for (date_t date = date_set_first(&chosen); date != DATE_NONE;
		date = date_set_next(&chosen, date))
		if (over_off)
			coverage_add_date(coverage, step->table, date, into);
		else
			date_set_add(into, (struct date_range){date, date});
	date_set_release(&chosen);
}

static void add_step(const struct coverage *coverage, const struct plan_step *step, size_t number,
	struct buffer *into)
{
	struct date_set dates = {0};
	char spent[DURATION_TEXT_BYTES];
	dates_of(coverage, step, true, &dates);
	buffer_add_format(into, "%3zu  %-30s %4zu  %6s  ", number,
		coverage->pipeline->tables[step->table].name, step->count,
		clock_format_duration(step->duration_ms, spent));
	date_set_say(&dates, PLAN_RANGES_SHOWN, into);
	if (step->below > 0)
		buffer_add_format(into, "  (%d below wait for it)", step->below);
	buffer_add_char(into, '\n');
	date_set_release(&dates);
}

static void add_left(
	const struct coverage *coverage, const struct plan_left *left, struct buffer *into)
{
	buffer_add_format(into, "  %-30s %4d  %s%s%s  ",
		coverage->pipeline->tables[left->table].name, left->cells,
		reason_word(left->reason), left->because < 0 ? "" : " ",
		left->because < 0 ? "" : coverage->pipeline->tables[left->because].name);
	date_set_say(&left->dates, PLAN_RANGES_SHOWN, into);
	buffer_add_char(into, '\n');
}

static void add_all_left(const struct coverage *coverage, const struct plan *plan,
	enum plan_left_kind kind, const char *title, struct buffer *into)
{
	bool any = false;
	for (size_t i = 0; i < plan->left_count; i++) {
		if (plan->left[i].kind != kind)
			continue;
		if (!any)
			buffer_add_format(into, "\n%s:\n", title);
		any = true;
		add_left(coverage, &plan->left[i], into);
	}
}

static void print_table(const struct coverage *coverage, const struct plan *plan)
{
	struct buffer text = {0};
	char spent[DURATION_TEXT_BYTES];
	if (plan->step_count == 0)
		buffer_add_text(&text, "nothing to run\n");
	else
		buffer_add_format(&text, "%zu %s, %d %s, about %s\n", plan->step_count,
			plan->step_count == 1 ? "step" : "steps", plan->cells,
			plan->cells == 1 ? "cell" : "cells",
			clock_format_duration(plan->duration_ms, spent));
	for (size_t i = 0; i < plan->step_count; i++)
		add_step(coverage, &plan->steps[i], i + 1, &text);
	add_all_left(coverage, plan, LEFT_NEEDS_YOU, "needs you: no run can cure these", &text);
	add_all_left(coverage, plan, LEFT_WAITS, "left out: these wait for something else", &text);
	verb_print(stdout, &text);
}

static json_t *json_duration(int64_t duration_ms)
{
	return duration_ms < 0 ? json_null() : json_integer(duration_ms);
}

static json_t *json_step(const struct coverage *coverage, const struct plan_step *step)
{
	json_t *object = json_object();
	struct date_set dates = {0};
	dates_of(coverage, step, false, &dates);
	json_object_set_new(
		object, "table", json_string(coverage->pipeline->tables[step->table].name));
	json_object_set_new(object, "dates", verb_json_dates(&dates));
	json_object_set_new(object, "below", json_integer(step->below));
	json_object_set_new(object, "duration_ms", json_duration(step->duration_ms));
	date_set_release(&dates);
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

static void print_json(const struct verb_view *view, const struct plan *plan)
{
	json_t *head = verb_json_head(view->session.pipeline, view->session.range, view->now_ms);
	json_t *steps = json_array(), *left = json_array();
	for (size_t i = 0; i < plan->step_count; i++)
		json_array_append_new(steps, json_step(view->coverage, &plan->steps[i]));
	for (size_t i = 0; i < plan->left_count; i++)
		json_array_append_new(left, json_left(view->coverage, &plan->left[i]));
	json_object_set_new(head, "cells", json_integer(plan->cells));
	json_object_set_new(head, "duration_ms", json_duration(plan->duration_ms));
	json_object_set_new(head, "steps", steps);
	json_object_set_new(head, "left", left);
	verb_print_json(head);
}

static void print_shell(const struct verb_view *view, const struct plan *plan)
{
	struct buffer text = {0};
	plan_say_commands(view->coverage, plan, &text);
	verb_print(stdout, &text);
}

static void print(
	const struct config *config, const struct verb_view *view, const struct plan *plan)
{
	if (config->json)
		print_json(view, plan);
	else if (config->shell)
		print_shell(view, plan);
	else
		print_table(view->coverage, plan);
}

int verb_plan(const struct config *config)
{
	struct verb_view view;
	struct plan plan;
	struct error err;
	bool chosen[PIPELINE_TABLES_MAX] = {false};
	if (!verb_view_open(config, &view, &err))
		return verb_fail(&err);
	for (size_t i = 0; i < view.table_count; i++)
		chosen[view.tables[i]] = true;
	struct plan_wish wish = {.tables = chosen,
		.order = order_of(config->order),
		.date_ms = view.date_ms,
		.workers = view.session.pipeline->workers};
	plan_make(view.coverage, &wish, &plan);
	print(config, &view, &plan);
	plan_release(&plan);
	int status = verb_status_of(view.coverage, view.tables, view.table_count);
	verb_view_close(&view);
	return status;
}

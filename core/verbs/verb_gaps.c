/* backcourt gaps: what stands in the way, ranked by how much each cause frees. */
#include "verb_parts.h"

#include "base/memory.h"
#include "coverage/causes.h"
#include "coverage/progress.h"
#include "coverage/select.h"

#include <stdio.h>
#include <stdlib.h>

#define GAPS_RANGES_SHOWN 3

static bool is_wanted(const struct verb_view *view, size_t table)
{
	for (size_t i = 0; i < view->table_count; i++)
		if (view->tables[i] == table)
			return true;
	return false;
}

static void add_cause(
	const struct coverage *coverage, const struct cause *cause, int rank, struct buffer *into)
{
	struct buffer dates = {0};
	date_set_say(&cause->dates, GAPS_RANGES_SHOWN, &dates);
	buffer_add_format(into, "%3d  %c %-30s %-26s %5d %8d %6d  %s%s\n", rank,
		verdict_letter(cause->verdict), coverage->pipeline->tables[cause->table].name,
		reason_word(cause->reason), cause->cells, cause->holds_up, cause->frees,
		buffer_text(&dates), cause->needs_you ? "  (needs you)" : "");
	buffer_release(&dates);
}

static void print_table(const struct verb_view *view, const struct causes *causes)
{
	struct buffer text = {0};
	int rank = 0, cells = 0;
	for (size_t i = 0; i < causes->count; i++)
		cells += causes->items[i].cells;
	if (causes->count == 0) {
		buffer_add_text(&text, "no gaps");
		coverage_say_unknown(
			verb_unknown_cells(view->coverage, view->tables, view->table_count), &text);
		if (coverage_is_early(view->coverage)) {
			buffer_add_text(&text, ": ");
			coverage_say_progress(view->coverage, &text);
		}
		buffer_add_char(&text, '\n');
		verb_print(stdout, &text);
		return;
	}
	buffer_add_format(&text, "%zu root %s, %d %s and %d held up by them\n", causes->count,
		causes->count == 1 ? "cause" : "causes", cells, cells == 1 ? "cell" : "cells",
		causes->held_up);
	buffer_add_format(&text, "%3s  %-32s %-26s %5s %8s %6s  %s\n", "", "table", "reason",
		"cells", "holds up", "frees", "dates");
	for (size_t i = 0; i < causes->count; i++)
		if (is_wanted(view, causes->items[i].table))
			add_cause(view->coverage, &causes->items[i], ++rank, &text);
	if (coverage_is_early(view->coverage)) {
		coverage_say_progress(view->coverage, &text);
		buffer_add_char(&text, '\n');
	}
	verb_print(stdout, &text);
}

/* Where the scripts themselves would go on, and what they believe that is not so. */
static void print_checkpoints(const struct verb_view *view)
{
	const struct checkpoints *checkpoints = &view->checkpoints;
	struct buffer text = {0};
	for (size_t i = 0; i < view->table_count; i++) {
		size_t table = view->tables[i];
		const char *name = view->session.pipeline->tables[table].name;
		const struct checkpoint_state *state = &checkpoints->states[table];
		struct buffer lies = {0};
		checkpoints_contradictions(view->coverage, table, &lies);
		if (lies.length > 0)
			buffer_add_format(&text, "%s: %s\n", name, buffer_text(&lies));
		if (state->trap.length > 0)
			buffer_add_format(&text, "%s: by its checkpoint %s\n", name,
				buffer_text(&state->trap));
		if (state->trouble.length > 0)
			buffer_add_format(&text, "%s: %s\n", name, buffer_text(&state->trouble));
		buffer_release(&lies);
	}
	if (text.length > 0)
		verb_print(stdout, &text);
	else
		buffer_release(&text);
}

static json_t *json_cause(const struct coverage *coverage, const struct cause *cause)
{
	json_t *object = json_object();
	struct buffer why = {0};
	cause_explain(coverage, cause, &why);
	json_object_set_new(
		object, "table", json_string(coverage->pipeline->tables[cause->table].name));
	json_object_set_new(object, "verdict", json_string(verdict_word(cause->verdict)));
	json_object_set_new(object, "reason", json_string(reason_word(cause->reason)));
	json_object_set_new(object, "cells", json_integer(cause->cells));
	json_object_set_new(object, "holds_up", json_integer(cause->holds_up));
	json_object_set_new(object, "frees", json_integer(cause->frees));
	json_object_set_new(object, "needs_you", json_boolean(cause->needs_you));
	json_object_set_new(object, "dates", verb_json_dates(&cause->dates));
	json_object_set_new(object, "why", verb_json_text(buffer_text(&why)));
	buffer_release(&why);
	return object;
}

static void print_json(const struct verb_view *view, const struct causes *causes)
{
	json_t *head = verb_json_head(view->session.pipeline, view->session.range, view->now_ms);
	json_t *list = json_array();
	for (size_t i = 0; i < causes->count; i++)
		if (is_wanted(view, causes->items[i].table))
			json_array_append_new(list, json_cause(view->coverage, &causes->items[i]));
	json_object_set_new(head, "progress", verb_json_progress(view->coverage));
	json_object_set_new(head, "held_up", json_integer(causes->held_up));
	json_object_set_new(head, "causes", list);
	verb_print_json(head);
}

int verb_gaps(const struct config *config)
{
	struct verb_view view;
	struct causes causes;
	struct error err;
	if (!verb_view_open(config, &view, &err))
		return verb_fail(&err);
	coverage_causes(view.coverage, &causes);
	if (config->json)
		print_json(&view, &causes);
	else {
		print_table(&view, &causes);
		print_checkpoints(&view);
	}
	causes_release(&causes);
	int status = verb_status_of(view.coverage, view.tables, view.table_count);
	verb_view_close(&view);
	return status;
}

/* backcourt plan: what to run, in which order, to cure every gap that a run can cure. */
#include "verb_parts.h"

#include "base/clock.h"
#include "base/memory.h"
#include "coverage/plan.h"
#include "coverage/progress.h"
#include "coverage/select.h"
#include "jobs/outside.h"
#include "jobs/table_lock.h"
#include "verbs/plan_file.h"

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

/* In millions, as the service counts; a column of its own where any step has some. */
static void add_bytes(const struct plan *plan, const struct plan_step *step, struct buffer *into)
{
	bool any = false;
	for (size_t i = 0; i < plan->step_count; i++)
		any |= plan->steps[i].bytes >= 0;
	if (step->bytes >= 0)
		buffer_add_format(into, "reads %7.1f MB  ", (double)step->bytes / 1e6);
	else if (any)
		buffer_add_format(into, "reads %7s     ", "-");
}

static void add_step(const struct plan_words *words, size_t number, struct buffer *into)
{
	const struct coverage *coverage = words->coverage;
	const struct plan_step *step = &words->plan->steps[number - 1];
	struct buffer holder = {0};
	struct date_set dates = {0};
	char spent[DURATION_TEXT_BYTES];
	plan_step_dates(coverage, step, &dates);
	buffer_add_format(into, "%3zu  %-30s %4zu  %6s  ", number,
		coverage->pipeline->tables[step->table].name, step->count,
		clock_format_duration(step->duration_ms, spent));
	add_bytes(words->plan, step, into);
	date_set_say(&dates, PLAN_RANGES_SHOWN, into);
	if (step->below > 0)
		buffer_add_format(into, "  (%d below wait for it)", step->below);
	words->holder(words->context, step->table, &holder);
	if (holder.length > 0)
		buffer_add_format(into, "  held by %s", buffer_text(&holder));
	buffer_release(&holder);
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

void verb_say_plan(const struct plan_words *words, struct buffer *into)
{
	const struct plan *plan = words->plan;
	if (plan->step_count == 0) {
		int unknown = coverage_total(words->coverage).by_verdict[VERDICT_UNKNOWN];
		buffer_add_text(into, "nothing to run");
		coverage_say_unknown(unknown, into);
		buffer_add_char(into, '\n');
		return;
	}
	buffer_add_format(into, "%zu %s, %d %s", plan->step_count,
		plan->step_count == 1 ? "step" : "steps", plan->cells,
		plan->cells == 1 ? "cell" : "cells");
	if (eta_is_known(&plan->eta)) {
		buffer_add_text(into, ", ");
		eta_say(&plan->eta, words->workers, into);
	} else
		buffer_add_text(into, ": how long that takes is not known yet");
	if (plan->eta.path_count > 0)
		buffer_add_text(into, "\ndecides the end: ");
	eta_say_path(words->coverage->pipeline, &plan->eta, into);
	buffer_add_char(into, '\n');
}

static void print_table(const struct plan_words *words)
{
	const struct coverage *coverage = words->coverage;
	const struct plan *plan = words->plan;
	struct buffer text = {0};
	verb_say_plan(words, &text);
	for (size_t i = 0; i < plan->step_count; i++)
		add_step(words, i + 1, &text);
	add_all_left(coverage, plan, LEFT_NEEDS_YOU, "needs you: no run can cure these", &text);
	add_all_left(coverage, plan, LEFT_WAITS, "left out: these wait for something else", &text);
	verb_print(stdout, &text);
}

/* Who writes tables besides this program. */
struct holders {
	const struct session *session;
	struct found_processes found;
};

static void find_holders(const struct session *session, struct holders *holders)
{
	struct error err;
	struct buffer line = {0};
	*holders = (struct holders){.session = session};
	if (outside_scan(session->pipeline, NULL, 0, &holders->found, &err))
		return;
	buffer_add_format(&line, "jobs started by hand are not known: %s\n", err.text);
	verb_print(stderr, &line);
}

static void say_outside(const struct holders *holders, size_t table, struct buffer *into)
{
	for (size_t i = 0; i < holders->found.count; i++) {
		const struct found_process *process = &holders->found.items[i];
		if (process->command != table ||
			found_process_is_of(process, holders->session->state_folder))
			continue;
		outside_say_holder((int)process->identity.pid, process->user, into);
		return;
	}
}

/* A command job holds its table, a console all that it computes itself; what somebody started at a
 * shell holds nothing, and writes all the same. */
static void say_holder(const void *context, size_t table, struct buffer *into)
{
	const struct holders *holders = context;
	const struct session *session = holders->session;
	const struct pipeline_table *described = &session->pipeline->tables[table];
	char holder[LOCK_HOLDER_BYTES];
	bool is_held = described->job.executor == EXECUTOR_NATIVE
			       ? lock_holder(session->state_folder, holder)
			       : table_lock_is_held(session->state_folder, described->name, holder);
	if (is_held)
		buffer_add_text(into, holder);
	else
		say_outside(holders, table, into);
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
	struct holders holders;
	struct plan_words words = {.coverage = view->coverage,
		.plan = plan,
		.workers = view->session.pipeline->workers,
		.now_ms = view->now_ms,
		.holder = say_holder,
		.context = &holders};
	struct buffer text = {0};
	if (config->shell) {
		print_shell(view, plan);
		return;
	}
	find_holders(&view->session, &holders);
	if (config->json) {
		plan_file_say(&words, &text);
		fputs(buffer_text(&text), stdout);
		buffer_release(&text);
	} else
		print_table(&words);
	found_processes_release(&holders.found);
}

/* With a selection of dates the plan has no other cells: those between its dates are not asked
 * for. */
static bool select_cells(
	const struct verb_plan_request *request, struct date_set *only, struct error *err)
{
	for (size_t i = 0; i < request->table_count; i++)
		if (!coverage_select(request->coverage, request->tables[i],
			    request->session->selection, &only[request->tables[i]], err))
			return error_prefix(err, "--range");
	return true;
}

bool verb_make_plan(const struct verb_plan_request *request, struct plan *plan, struct error *err)
{
	const struct pipeline *pipeline = request->session->pipeline;
	struct date_set *only = memory_new_array(pipeline->table_count, sizeof(*only));
	bool chosen[PIPELINE_TABLES_MAX] = {false}, has_selection = request->session->selection;
	bool done = !has_selection || select_cells(request, only, err);
	for (size_t i = 0; i < request->table_count; i++)
		chosen[request->tables[i]] = true;
	struct plan_wish wish = {.tables = chosen,
		.only = has_selection ? only : NULL,
		.order = order_of(request->session->config->order),
		.speeds = request->speeds,
		.workers = pipeline->workers};
	if (done)
		plan_make(request->coverage, &wish, plan);
	for (size_t i = 0; i < pipeline->table_count; i++)
		date_set_release(&only[i]);
	free(only);
	return done;
}

int verb_plan(const struct config *config)
{
	struct verb_view view;
	struct plan plan;
	struct error err;
	if (!verb_view_open(config, &view, &err))
		return verb_fail(&err);
	struct verb_plan_request request = {
		&view.session, view.coverage, view.tables, view.table_count, view.speeds};
	int status;
	if (verb_make_plan(&request, &plan, &err)) {
		if (!config->shell)
			verb_estimate_plan(&view, &plan);
		print(config, &view, &plan);
		plan_release(&plan);
		status = verb_status_of(view.coverage, view.tables, view.table_count);
	} else
		status = verb_fail(&err);
	verb_view_close(&view);
	return status;
}

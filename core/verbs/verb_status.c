/* backcourt status: one line per table, and what was run last. */
#include "verb_parts.h"

#include "base/clock.h"
#include "base/memory.h"
#include "coverage/progress.h"
#include "base/path.h"
#include "jobs/run_folder.h"
#include "ledger/ledger.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

struct newest_run {
	bool known;
	struct ledger_run run;
	const char
		*goes_on; /* how, as its folder tells ("running unattended"); NULL: it does not */
};

/* What the ledger calls running may have lost its supervisor, or have ended unseen. */
static const char *how_it_goes_on(const char *state_folder, const struct ledger_run *run)
{
	struct run_evidence evidence;
	char *path = run_folder_of(state_folder, run->id);
	bool is_command = run->outcome == RUN_GOES_ON && run_look(path, &evidence, NULL);
	free(path);
	return is_command ? run_state_word(run_judge(&evidence)) : NULL;
}

/* A state folder without a ledger has run nothing; a ledger that cannot be read is an error. */
static bool read_runs(const struct verb_view *view, struct newest_run *newest, struct error *err)
{
	struct ledger *ledger;
	if (!ledger_exists(view->session.state_folder))
		return true;
	if (!ledger_open(view->session.state_folder, LEDGER_READ, &ledger, err))
		return false;
	bool done = true;
	for (size_t i = 0; done && i < view->table_count; i++) {
		struct ledger_runs runs = {0};
		const char *name = view->session.pipeline->tables[view->tables[i]].name;
		done = ledger_newest_runs(ledger, name, 1, &runs, err);
		if (done && runs.count > 0)
			newest[i] = (struct newest_run){true, runs.items[0],
				how_it_goes_on(view->session.state_folder, &runs.items[0])};
		free(runs.items);
	}
	ledger_close(ledger);
	return done;
}

static void add_run(const struct newest_run *newest, int64_t now_ms, struct buffer *into)
{
	char ago[DURATION_TEXT_BYTES];
	if (!newest->known) {
		buffer_add_text(into, "never run here");
		return;
	}
	const struct ledger_run *run = &newest->run;
	int64_t at_ms = run->ended_ms > 0 ? run->ended_ms : run->started_ms;
	if (run->outcome == RUN_GOES_ON) { /* its counts come with its end */
		buffer_add_format(into, "%s, started %s ago",
			newest->goes_on != NULL ? newest->goes_on : run_outcome_words[run->outcome],
			clock_format_duration(now_ms - at_ms, ago));
		return;
	}
	buffer_add_format(into, "%s %s ago, %" PRId64 " done, %" PRId64 " failed",
		run_outcome_words[run->outcome], clock_format_duration(now_ms - at_ms, ago),
		run->done, run->failed);
}

/* Of these tables, whatever is wrong with them: as `plan` says it. */
static void make_plan(const struct verb_view *view, struct plan *plan)
{
	bool chosen[PIPELINE_TABLES_MAX] = {false};
	for (size_t i = 0; i < view->table_count; i++)
		chosen[view->tables[i]] = true;
	struct plan_wish wish = {.tables = chosen,
		.speeds = view->speeds,
		.workers = view->session.pipeline->workers};
	plan_make(view->coverage, &wish, plan);
}

static void print_table(
	const struct verb_view *view, const struct newest_run *newest, const struct plan *plan)
{
	struct plan_words words = {.coverage = view->coverage,
		.plan = plan,
		.workers = view->session.pipeline->workers};
	struct buffer text = {0};
	buffer_add_format(&text, "%-32s %9s %5s %10s   %s\n", "table", "complete", "gaps", "rows",
		"last run");
	for (size_t i = 0; i < view->table_count; i++) {
		struct table_summary summary = coverage_summary(view->coverage, view->tables[i]);
		bool is_least = summary.by_verdict[VERDICT_UNKNOWN] > 0;
		buffer_add_format(&text, "%-32s %4d/%-4d %5d%s %9" PRId64 "%s  ",
			view->session.pipeline->tables[view->tables[i]].name, summary.complete,
			summary.expected, summary.gaps, is_least ? "+" : " ", summary.rows,
			is_least ? "+" : " ");
		add_run(&newest[i], view->now_ms, &text);
		buffer_add_char(&text, '\n');
	}
	buffer_add_text(&text, "dates complete: ");
	coverage_say_progress(view->coverage, &text);
	buffer_add_text(&text, "\nwhat is left: ");
	verb_say_plan(&words, &text);
	verb_print(stdout, &text);
}

static json_t *json_run(const struct newest_run *newest)
{
	char text[CLOCK_TEXT_BYTES];
	if (!newest->known)
		return json_null();
	const struct ledger_run *run = &newest->run;
	json_t *object = json_object();
	json_object_set_new(object, "id", verb_json_text(run->id));
	json_object_set_new(object, "outcome", json_string(run_outcome_words[run->outcome]));
	json_object_set_new(object, "state",
		newest->goes_on != NULL ? json_string(newest->goes_on) : json_null());
	json_object_set_new(
		object, "started", json_string(clock_format_rfc3339(run->started_ms, text)));
	json_object_set_new(object, "ended",
		run->ended_ms > 0 ? json_string(clock_format_rfc3339(run->ended_ms, text))
				  : json_null());
	json_object_set_new(object, "done", json_integer(run->done));
	json_object_set_new(object, "failed", json_integer(run->failed));
	json_object_set_new(object, "left", json_integer(run->left));
	json_object_set_new(object, "log", verb_json_text(run->log_path));
	return object;
}

json_t *verb_json_summary(const struct coverage *coverage, size_t table)
{
	struct table_summary summary = coverage_summary(coverage, table);
	json_t *object = json_object();
	json_t *verdicts = json_object();
	for (int i = 0; i < VERDICT_COUNT; i++)
		if (summary.by_verdict[i] > 0)
			json_object_set_new(verdicts, verdict_word((enum verdict)i),
				json_integer(summary.by_verdict[i]));
	json_object_set_new(object, "table", json_string(coverage->pipeline->tables[table].name));
	json_object_set_new(object, "expected", json_integer(summary.expected));
	json_object_set_new(object, "complete", json_integer(summary.complete));
	json_object_set_new(object, "gaps", json_integer(summary.gaps));
	json_object_set_new(object, "rows", json_integer(summary.rows));
	json_object_set_new(object, "verdicts", verdicts);
	return object;
}

static void print_json(
	const struct verb_view *view, const struct newest_run *newest, const struct plan *plan)
{
	json_t *head = verb_json_head(view->session.pipeline, view->session.range, view->now_ms);
	json_t *tables = json_array();
	for (size_t i = 0; i < view->table_count; i++) {
		json_t *object = verb_json_summary(view->coverage, view->tables[i]);
		json_object_set_new(object, "last_run", json_run(&newest[i]));
		json_array_append_new(tables, object);
	}
	json_object_set_new(head, "witness", json_string(view->counted ? "counted" : "receipts"));
	json_object_set_new(head, "progress", verb_json_progress(view->coverage));
	json_object_set_new(head, "cells", json_integer(plan->cells));
	json_object_set_new(head, "eta",
		verb_json_eta(view->session.pipeline, &plan->eta, view->session.pipeline->workers));
	json_object_set_new(head, "tables", tables);
	verb_print_json(head);
}

int verb_status(const struct config *config)
{
	struct verb_view view;
	struct error err;
	if (!verb_view_open(config, &view, &err))
		return verb_fail(&err);
	struct newest_run *newest = memory_new_array(view.table_count + 1, sizeof(*newest));
	struct plan plan;
	make_plan(&view, &plan);
	bool done = read_runs(&view, newest, &err);
	if (done && config->json)
		print_json(&view, newest, &plan);
	else if (done)
		print_table(&view, newest, &plan);
	plan_release(&plan);
	int status = done ? verb_status_of(view.coverage, view.tables, view.table_count)
			  : verb_fail(&err);
	free(newest);
	verb_view_close(&view);
	return status;
}

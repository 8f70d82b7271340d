/* backcourt run --plan [FILE]: exactly what `plan` says, or what a saved plan still has to do. */
#include "verb_run_parts.h"

#include "base/clock.h"
#include "coverage/select.h"

#include <string.h>

#define LEFT_RANGES_SHOWN 4

/* `run --plan FILE`: the one argument that is no table's name. The file says the dates. */
bool run_read_plan(struct runner *runner, struct error *err)
{
	struct session *session = &runner->session;
	const struct config *config = session->config;
	const struct pipeline *pipeline = session->pipeline;
	runner->has_file = config->plan && config->argument_count == 1 &&
			   pipeline_find(pipeline, config->arguments[0]) == pipeline->table_count;
	if (!runner->has_file)
		return true;
	if (!plan_file_read(config->arguments[0], pipeline, &runner->file, err))
		return false;
	if (config->range != NULL)
		return error_set(err, ERROR_USAGE,
			"%s says its dates itself: --range is for `run --plan` without a file",
			config->arguments[0]);
	if (runner->file.step_count > 0)
		session->range = runner->file.range;
	session->range_is_given = true;
	return true;
}

/* The tables of the arguments, or of the file. */
bool run_choose_tables(struct runner *runner, struct error *err)
{
	const struct session *session = &runner->session;
	const struct pipeline *pipeline = session->pipeline;
	if (!runner->has_file)
		return verb_tables(
			pipeline, session->config, runner->tables, &runner->table_count, err);
	for (size_t i = 0; i < runner->file.step_count; i++) {
		const struct plan_file_step *step = &runner->file.steps[i];
		runner->tables[runner->table_count++] = step->table;
		for (size_t k = 0; k < step->count; k++)
			date_set_add(&runner->chosen[step->table],
				(struct date_range){step->dates[k], step->dates[k]});
	}
	return true;
}

/* Each line of the text. */
static void say_lines(const struct runner *runner, const struct buffer *text)
{
	for (const char *line = buffer_text(text); *line != '\0';) {
		size_t length = strcspn(line, "\n");
		run_say(runner, clock_wall_ms(), "%.*s", (int)length, line);
		line += length + (line[length] == '\n');
	}
}

/* What the plan has no step for, though it is a gap. */
static void say_left(const struct runner *runner, const struct plan *plan)
{
	const struct pipeline_table *tables = runner->session.pipeline->tables;
	for (size_t i = 0; i < plan->left_count; i++) {
		const struct plan_left *left = &plan->left[i];
		struct buffer dates = {0};
		date_set_say(&left->dates, LEFT_RANGES_SHOWN, &dates);
		run_say(runner, clock_wall_ms(), "%s: %d %s %s: %s%s%s (%s)",
			tables[left->table].name, left->cells, left->cells == 1 ? "date" : "dates",
			left->kind == LEFT_NEEDS_YOU ? "need you" : "left out",
			reason_word(left->reason), left->because < 0 ? "" : " ",
			left->because < 0 ? "" : tables[left->because].name, buffer_text(&dates));
		buffer_release(&dates);
	}
}

/* What was asked for, for the exit status. */
static bool remember_selection(struct runner *runner, struct error *err)
{
	const char *selection = runner->session.selection;
	for (size_t i = 0; selection != NULL && i < runner->table_count; i++)
		if (!coverage_select(runner->model->coverage, runner->tables[i], selection,
			    &runner->chosen[runner->tables[i]], err))
			return error_prefix(err, "--range");
	return true;
}

static bool make_plan(const struct runner *runner, struct plan *plan, struct error *err)
{
	const struct coverage *coverage = runner->model->coverage;
	struct eta_speed speeds[PIPELINE_TABLES_MAX];
	struct verb_plan_request request = {
		&runner->session, coverage, runner->tables, runner->table_count, speeds};
	for (size_t i = 0; i < runner->session.pipeline->table_count; i++)
		speeds[i] = runner->model->tables[i].speed;
	if (!runner->has_file)
		return verb_make_plan(&request, plan, err);
	plan_file_make(&runner->file, coverage, speeds, plan);
	return true;
}

bool run_plan_rest(const struct runner *runner, struct plan *plan)
{
	return !runner->is_unknown && !runner->is_refused && make_plan(runner, plan, NULL);
}

static void say_settled(const struct runner *runner)
{
	struct buffer settled = {0};
	plan_file_say_settled(&runner->file, runner->model->coverage, &settled);
	say_lines(runner, &settled);
	buffer_release(&settled);
}

/* How long it takes, and who decides that. */
static void say_forecast(const struct runner *runner, const struct plan *plan)
{
	struct buffer words = {0};
	buffer_add_text(&words, "the plan takes ");
	eta_say(&plan->eta, runner->model->workers, &words);
	if (plan->eta.path_count > 0)
		buffer_add_text(&words, "; decides the end: ");
	eta_say_path(runner->session.pipeline, &plan->eta, &words);
	run_say(runner, clock_wall_ms(), "%s", buffer_text(&words));
	buffer_release(&words);
}

void run_start_plan(struct runner *runner)
{
	struct plan plan;
	struct error err;
	if (!remember_selection(runner, &err) || !make_plan(runner, &plan, &err)) {
		run_say(runner, clock_wall_ms(), "%s", err.text);
		runner->is_refused = true;
		return;
	}
	if (runner->has_file)
		say_settled(runner);
	if (plan.step_count == 0)
		run_say(runner, clock_wall_ms(), "the plan: nothing to run");
	else
		run_say(runner, clock_wall_ms(), "the plan: %zu %s, %d %s", plan.step_count,
			plan.step_count == 1 ? "step" : "steps", plan.cells,
			plan.cells == 1 ? "cell" : "cells");
	if (plan.step_count > 0)
		say_forecast(runner, &plan);
	say_left(runner, &plan);
	if (plan.step_count > 0)
		engine_run_plan(runner->engine, runner->model, &plan);
	plan_release(&plan);
}

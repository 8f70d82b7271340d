/* Before scripts are started: which dates of which tables the wish would start. */
#include "tui/console_parts.h"

#include "base/memory.h"
#include "jobs/launch_preview.h"

#include <stdlib.h>

struct choices {
	struct launch_choice items[PIPELINE_TABLES_MAX];
	size_t count;
};

static void choose_one(
	struct console *console, struct choices *choices, size_t table, date_t date, bool retry)
{
	engine_choose(console->engine, console->model, table, date, retry,
		&choices->items[choices->count++]);
}

/* What auto-launch adds later is not shown: it depends on how these end. */
static void choose_all(struct console *console, struct choices *choices)
{
	const struct pipeline *pipeline = console->model->pipeline;
	for (size_t i = 0; i < pipeline->table_count; i++)
		if (pipeline->tables[pipeline->order[i]].upstream_count == 0)
			choose_one(console, choices, pipeline->order[i], DATE_NONE, false);
}

/* Of the dates that could be started, those that the wish names. */
static void choose_named(struct console *console, struct choices *choices,
	bool (*is_named)(const struct model *model, size_t table, date_t date))
{
	const struct pipeline *pipeline = console->model->pipeline;
	for (size_t i = 0; i < pipeline->table_count; i++) {
		choose_one(console, choices, pipeline->order[i], DATE_NONE, false);
		struct launch_choice *choice = &choices->items[choices->count - 1];
		size_t kept = 0;
		for (size_t k = 0; k < choice->date_count; k++)
			if (is_named(console->model, choice->table, choice->dates[k]))
				choice->dates[kept++] = choice->dates[k];
		choice->date_count = kept;
	}
}

static bool is_planned(const struct model *model, size_t table, date_t date)
{
	const struct plan *plan = model_plan(model);
	for (size_t i = 0; i < plan->step_count; i++)
		for (size_t k = 0; plan->steps[i].table == table && k < plan->steps[i].count; k++)
			if (plan->steps[i].dates[k] == date)
				return true;
	return false;
}

static bool choose(struct console *console, const struct wish *wish, struct choices *choices)
{
	if (wish->kind == WISH_START || wish->kind == WISH_RETRY)
		choose_one(console, choices, wish->table, wish->date, wish->kind == WISH_RETRY);
	else if (wish->kind == WISH_START_ALL)
		choose_all(console, choices);
	else if (wish->kind == WISH_MARKED)
		choose_named(console, choices, model_is_marked);
	else if (wish->kind == WISH_PLAN)
		choose_named(console, choices, is_planned);
	else
		return false;
	return true;
}

bool console_shows_first(struct console *console, const struct wish *wish)
{
	struct choices choices = {.count = 0};
	struct launch_preview asked = {
		.wish = (int)wish->kind, .table = wish->table, .date = wish->date};
	if (wish->is_confirmed || console->config->start_unasked ||
		!choose(console, wish, &choices))
		return false;
	bool shows = engine_preview(
		console->engine, console->model, choices.items, choices.count, &asked);
	for (size_t i = 0; i < choices.count; i++)
		free(choices.items[i].dates);
	return shows;
}

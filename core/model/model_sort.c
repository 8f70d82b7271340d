/* The order of lists, and that in which the Overview has its tables. */
#include "model_parts.h"

#include <stdio.h>
#include <string.h>

#define ROW(name, is_rising, words)    \
	{                              \
		name, words, is_rising \
	}

static const struct sort_row table_sorts[] = {
#define X(id, name, is_rising, words) [SORT_##id] = ROW(name, is_rising, words),
	SORT_LIST(X)
#undef X
};
static const struct sort_row failure_sorts[] = {
#define X(id, name, is_rising, words) [FAILURE_SORT_##id] = ROW(name, is_rising, words),
	FAILURE_SORT_LIST(X)
#undef X
};
static const struct sort_row finding_sorts[] = {
#define X(id, name, is_rising, words) [FINDING_SORT_##id] = ROW(name, is_rising, words),
	FINDING_SORT_LIST(X)
#undef X
};
static const struct {
	const struct sort_row *rows;
	int count;
} sorts[VIEW_COUNT] = {[VIEW_OVERVIEW] = {table_sorts, SORT_COUNT},
	[VIEW_EVENTS] = {failure_sorts, FAILURE_SORT_COUNT},
	[VIEW_HEALTH] = {finding_sorts, FINDING_SORT_COUNT}};

const struct sort_row *model_sort_row(enum view_id view, int sort)
{
	return sort >= 0 && sort < sorts[view].count ? &sorts[view].rows[sort] : NULL;
}

bool model_sort_rises(const struct model *model, enum view_id view)
{
	const struct list_state *list = &model->view.lists[view];
	const struct sort_row *row = model_sort_row(view, list->sort);
	return row != NULL && row->is_rising != list->is_reversed;
}

/* As the list names the states: what asks for a person, what works, what could, what need not. */
enum rank {
	RANK_ATTENTION,
	RANK_WORKS,
	RANK_PAUSED,
	RANK_WAITS,
	RANK_READY,
	RANK_BLOCKED,
	RANK_UNKNOWN,
	RANK_DONE,
	RANK_NOTHING,
};

static bool has_any(const struct table_summary *summary, const enum verdict *verdicts, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (summary->by_verdict[verdicts[i]] > 0)
			return true;
	return false;
}

static enum rank rank_of_coverage(const struct table_summary *summary)
{
	static const enum verdict attention[] = {VERDICT_FAILED, VERDICT_KILLED, VERDICT_SUSPECT,
		VERDICT_DUPLICATE, VERDICT_EMPTY, VERDICT_THIN, VERDICT_STALE};
	if (has_any(summary, attention, sizeof(attention) / sizeof(attention[0])))
		return RANK_ATTENTION;
	if (summary->by_verdict[VERDICT_QUEUED] > 0)
		return RANK_WAITS;
	if (summary->expected > 0 && summary->complete == summary->expected)
		return RANK_DONE;
	if (summary->by_verdict[VERDICT_READY] > 0)
		return RANK_READY;
	if (summary->by_verdict[VERDICT_BLOCKED] > 0)
		return RANK_BLOCKED;
	return summary->by_verdict[VERDICT_UNKNOWN] > 0 ? RANK_UNKNOWN : RANK_NOTHING;
}

static enum rank rank_of(const struct model *model, size_t table)
{
	const struct table_model *job = &model->tables[table];
	struct table_summary summary = coverage_summary(model->coverage, table);
	if (model_silent_ms(model, table) > 0)
		return RANK_ATTENTION;
	if (job->state == JOB_RUNNING || job->state == JOB_STOPPING)
		return RANK_WORKS;
	if (job->state == JOB_PAUSED || job->paused)
		return RANK_PAUSED;
	return rank_of_coverage(&summary);
}

/* Without any date that is expected there is nothing that could progress: last. */
static int64_t progress_of(const struct table_summary *summary)
{
	return summary->expected <= 0 ? INT64_MAX
				      : (int64_t)summary->complete * 1000000 / summary->expected;
}

/* What is not known may take longest. */
static int64_t time_left(const struct model *model, size_t table)
{
	int64_t eta_ms = model_table_eta_ms(model, table);
	return eta_ms < 0 ? INT64_MAX : eta_ms;
}

static int64_t place_of_name(const struct pipeline *pipeline, size_t table)
{
	int64_t smaller = 0;
	for (size_t i = 0; i < pipeline->table_count; i++)
		smaller += strcmp(pipeline->tables[i].name, pipeline->tables[table].name) < 0;
	return smaller;
}

/* Small ones come first. */
static int64_t weight_of(const struct model *model, size_t position)
{
	size_t table = model->pipeline->order[position];
	struct table_summary summary = coverage_summary(model->coverage, table);
	switch ((enum table_sort)model->view.lists[VIEW_OVERVIEW].sort) {
	case SORT_PIPELINE:
	case SORT_COUNT:
		break;
	case SORT_STATE:
		return rank_of(model, table);
	case SORT_PROGRESS:
		return progress_of(&summary);
	case SORT_GAPS:
		return -(int64_t)summary.gaps;
	case SORT_ETA:
		return -time_left(model, table);
	case SORT_NAME:
		return place_of_name(model->pipeline, table);
	}
	return (int64_t)position;
}

size_t model_sort_tables(const struct model *model, size_t positions[PIPELINE_TABLES_MAX])
{
	int64_t weights[PIPELINE_TABLES_MAX];
	size_t count = model->pipeline->table_count;
	int sign = model->view.lists[VIEW_OVERVIEW].is_reversed ? -1 : 1;
	for (size_t i = 0; i < count; i++) {
		int64_t weight = sign * weight_of(model, i);
		size_t at = i;
		for (; at > 0 && weights[at - 1] > weight; at--) {
			weights[at] = weights[at - 1];
			positions[at] = positions[at - 1];
		}
		weights[at] = weight;
		positions[at] = i;
	}
	return count;
}

size_t model_sorted_row(const struct model *model, const size_t *positions, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (positions[i] == model->view.table)
			return i;
	return 0;
}

static void say_sort(struct model *model, const struct list_state *list)
{
	const struct sort_row *row = model_sort_row(model->view.view, list->sort);
	char text[EVENT_TEXT_BYTES];
	snprintf(text, sizeof(text), "%s%s", row->words,
		list->is_reversed ? " (the other way round)" : "");
	model_set_message(model, model->now_ms, SEVERITY_INFO, text);
}

/* The cursor stays on its row. */
static void sort_by(struct model *model, int sort, bool is_reversed)
{
	enum view_id view = model->view.view;
	struct list_state *list = &model->view.lists[view];
	list->sort = sort;
	list->is_reversed = is_reversed;
	if (view == VIEW_EVENTS)
		model_sort_failures(model);
	else if (view == VIEW_HEALTH)
		model_arrange_findings(model);
	say_sort(model, list);
}

/* The same column again: the other way round, and then no longer. */
static void sort_by_column(struct model *model, int wished)
{
	const struct list_state *list = &model->view.lists[model->view.view];
	if (list->sort != wished)
		sort_by(model, wished, false);
	else
		sort_by(model, list->is_reversed ? 0 : wished, !list->is_reversed);
}

static void reverse(struct model *model)
{
	const struct list_state *list = &model->view.lists[model->view.view];
	if (list->sort == 0)
		model_set_message(model, model->now_ms, SEVERITY_INFO,
			"this is the list's own order: sort it first");
	else
		sort_by(model, list->sort, !list->is_reversed);
}

bool model_apply_sort_action(struct model *model, const struct event *event)
{
	enum view_id view = model->view.view;
	enum action action = (enum action)event->action.action;
	int wished = event->action.argument, count = sorts[view].count;
	if (action != ACTION_SORT && action != ACTION_SORT_BY && action != ACTION_REVERSE)
		return false;
	if (count == 0)
		model_set_message(
			model, model->now_ms, SEVERITY_INFO, "this list keeps its own order");
	else if (action == ACTION_SORT)
		sort_by(model, (model->view.lists[view].sort + 1) % count, false);
	else if (action == ACTION_REVERSE)
		reverse(model);
	else if (wished > 0 && wished < count)
		sort_by_column(model, wished);
	return true;
}

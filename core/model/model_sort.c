/* The order in which the Overview lists the tables; the cursor stays on its table. */
#include "model_parts.h"

#include <string.h>

static const struct {
	const char *name, *words;
} sorts[SORT_COUNT] = {
#define X(id, name, is_rising, words) [SORT_##id] = {name, words},
	SORT_LIST(X)
#undef X
};

const char *table_sort_name(enum table_sort sort)
{
	return sorts[sort].name;
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
	switch (model->view.sort) {
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
	for (size_t i = 0; i < count; i++) {
		int64_t weight = weight_of(model, i);
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

static void sort_by(struct model *model, enum table_sort sort)
{
	model->view.sort = sort;
	model_set_message(model, model->now_ms, SEVERITY_INFO, sorts[sort].words);
}

bool model_apply_sort_action(struct model *model, const struct event *event)
{
	enum table_sort now = model->view.sort;
	int wished = event->action.argument;
	if (event->action.action == ACTION_SORT)
		sort_by(model, (enum table_sort)((now + 1) % SORT_COUNT));
	else if (event->action.action == ACTION_SORT_BY && wished > 0 && wished < SORT_COUNT)
		sort_by(model, (int)now == wished ? SORT_PIPELINE : (enum table_sort)wished);
	else
		return event->action.action == ACTION_SORT_BY;
	return true;
}

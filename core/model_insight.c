/* What follows from the coverage as it was judged last: worked out when somebody asks, and kept
 * until it is judged again. A burst of events costs nothing, a frame at most once. */
#include "model_parts.h"

#include "base/memory.h"

#include <stdlib.h>

struct insight {
	uint64_t causes_of, why_of; /* the judgement that they were made from; 0 none */
	struct causes causes;
	struct why why;
	struct why_setting why_setting;
	int64_t *date_ms; /* by table */
};

struct insight *insight_new(const struct pipeline *pipeline)
{
	struct insight *insight = memory_new(sizeof(*insight));
	insight->date_ms = memory_new_array(pipeline->table_count, sizeof(*insight->date_ms));
	return insight;
}

void insight_free(struct insight *insight)
{
	causes_release(&insight->causes);
	why_release(&insight->why);
	free(insight->date_ms);
	free(insight);
}

static const int64_t *speeds(const struct model *model)
{
	int64_t *date_ms = model->insight->date_ms;
	for (size_t i = 0; i < model->pipeline->table_count; i++)
		date_ms[i] = model_date_ms(model, i);
	return date_ms;
}

const struct causes *model_causes(const struct model *model)
{
	struct insight *insight = model->insight;
	if (insight->causes_of != model->judgement) {
		causes_release(&insight->causes);
		coverage_causes(model->coverage, &insight->causes);
		insight->causes_of = model->judgement;
	}
	return &insight->causes;
}

static bool is_why_current(
	const struct model *model, size_t table, date_t date, const struct why_setting *setting)
{
	const struct insight *insight = model->insight;
	return insight->why_of == model->judgement && insight->why.table == table &&
	       insight->why.date == date &&
	       insight->why_setting.auto_launch == setting->auto_launch &&
	       insight->why_setting.paused == setting->paused;
}

const struct why *model_why(const struct model *model)
{
	struct insight *insight = model->insight;
	size_t table = model_selected_table(model);
	date_t date = model->view.date;
	struct why_setting setting = {.now_ms = model->now_ms,
		.auto_launch = model->auto_launch,
		.paused = model->all_paused || model->tables[table].paused};
	if (coverage_cell(model->coverage, table, date) == NULL)
		return NULL;
	if (is_why_current(model, table, date, &setting))
		return &insight->why;
	setting.date_ms = speeds(model);
	why_release(&insight->why);
	insight->why_of = 0;
	if (!why_find(model->coverage, table, date, &setting, &insight->why, NULL))
		return NULL;
	insight->why_of = model->judgement;
	insight->why_setting = setting;
	return &insight->why;
}

int64_t model_why_age_ms(const struct model *model, const struct why_fact *fact)
{
	if (fact->age_ms < 0)
		return -1;
	return fact->age_ms + model->now_ms - model->insight->why_setting.now_ms;
}

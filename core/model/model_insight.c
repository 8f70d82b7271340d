/* What follows from the coverage as it was judged last: worked out when somebody asks, and kept
 * until it is judged again. A burst of events costs nothing, a frame at most once. */
#include "model_parts.h"

#include "base/memory.h"
#include "coverage/select.h"
#include "jobs/outside.h"

#include <stdlib.h>

struct insight {
	uint64_t why_of, plan_of; /* the judgement that they were made from; 0 none */
	struct date_range plan_range;
	int64_t plan_ms; /* when it was made */
	struct why why;
	struct why_setting why_setting;
	struct eta_speed *speeds; /* by table */
	struct cascade cascade;
	struct cascade_key {
		uint64_t judgement;
		size_t table;
		date_t date;
		uint32_t mark_edits;
		bool is_marking;
	} cascade_key; /* what it was made for */
	struct plan plan;
	struct plan_wish plan_wish;
	uint32_t plan_edits;
	struct plan_row *plan_rows;
	size_t plan_row_count;
};

struct insight *insight_new(const struct pipeline *pipeline)
{
	struct insight *insight = memory_new(sizeof(*insight));
	insight->speeds = memory_new_array(pipeline->table_count, sizeof(*insight->speeds));
	return insight;
}

void insight_free(struct insight *insight)
{
	why_release(&insight->why);
	cascade_release(&insight->cascade);
	plan_release(&insight->plan);
	free(insight->plan_rows);
	free(insight->speeds);
	free(insight);
}

static const struct eta_speed *speeds(const struct model *model)
{
	struct eta_speed *speeds = model->insight->speeds;
	for (size_t i = 0; i < model->pipeline->table_count; i++)
		speeds[i] = model->tables[i].speed;
	return speeds;
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
	setting.speeds = speeds(model);
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

void model_say_holder(const struct model *model, size_t table, struct buffer *into)
{
	const struct table_model *job = &model->tables[table];
	if (job->outside.pid > 0)
		outside_say_holder(job->outside.pid, job->outside.user, into);
	else if (job->worker < 0)
		buffer_add_text(into, job->holder);
}

int model_plan_workers(const struct model *model)
{
	return model->view.plan_workers > 0 ? model->view.plan_workers : model->workers;
}

static bool is_plan_current(const struct model *model)
{
	const struct insight *insight = model->insight;
	bool is_kept =
		insight->plan_of != 0 && model_keeps(model, insight->plan_range, insight->plan_ms);
	return (insight->plan_of == model->judgement || is_kept) &&
	       insight->plan_edits == model->view.plan_edits &&
	       insight->plan_wish.order == model->view.plan_order &&
	       insight->plan_wish.workers == model_plan_workers(model);
}

static void add_row(struct insight *insight, const struct plan_row *row)
{
	insight->plan_rows[insight->plan_row_count++] = *row;
}

/* The gaps of a table that were taken out one by one. */
static void add_dates_out(const struct model *model, size_t table, struct date_set *into)
{
	const struct date_set *out = &model->plan_out_dates[table];
	for (date_t date = date_set_first(out); date != DATE_NONE; date = date_set_next(out, date))
		if (verdict_is_gap(coverage_verdict(model->coverage, table, date)))
			date_set_add(into, (struct date_range){date, date});
}

static void add_date_rows(const struct model *model, const struct plan_step *step)
{
	struct date_set all = {0};
	size_t table = step->table;
	for (size_t i = 0; i < step->count; i++)
		date_set_add(&all, (struct date_range){step->dates[i], step->dates[i]});
	add_dates_out(model, table, &all);
	for (date_t date = date_set_first(&all); date != DATE_NONE;
		date = date_set_next(&all, date)) {
		bool is_out = date_set_has(&model->plan_out_dates[table], date);
		add_row(model->insight,
			&(struct plan_row){.kind = is_out ? PLAN_ROW_DATE_OUT : PLAN_ROW_DATE,
				.table = table,
				.date = date,
				.is_first = date_set_has(&model->plan_first[table], date)});
	}
	date_set_release(&all);
}

static bool has_all_first(const struct model *model, const struct plan_step *step)
{
	for (size_t i = 0; i < step->count; i++)
		if (!date_set_has(&model->plan_first[step->table], step->dates[i]))
			return false;
	return true;
}

static void add_step(const struct model *model, const struct plan_step *step)
{
	add_row(model->insight, &(struct plan_row){.kind = PLAN_ROW_STEP,
					.table = step->table,
					.date = DATE_NONE,
					.step = step,
					.is_first = has_all_first(model, step)});
	if (model->view.plan_open == (int)step->table)
		add_date_rows(model, step);
}

static bool is_taken_out(const struct model *model, size_t table)
{
	struct date_set out = {0};
	const struct plan *plan = &model->insight->plan;
	for (size_t i = 0; i < plan->step_count; i++)
		if (plan->steps[i].table == table)
			return false;
	add_dates_out(model, table, &out);
	bool is_out = model->view.plan_out[table] || out.count > 0;
	date_set_release(&out);
	return is_out;
}

static void add_out(const struct model *model, size_t table)
{
	add_row(model->insight,
		&(struct plan_row){.kind = PLAN_ROW_OUT, .table = table, .date = DATE_NONE});
}

/* What was taken out stands where its step was, unless something was put before that. */
static void add_steps(const struct model *model)
{
	const struct pipeline *pipeline = model->pipeline;
	const struct plan *plan = &model->insight->plan;
	bool is_out[PIPELINE_TABLES_MAX];
	for (size_t i = 0; i < pipeline->table_count; i++)
		is_out[i] = is_taken_out(model, pipeline->order[i]);
	for (size_t k = 0; k <= plan->step_count; k++) {
		for (size_t i = 0; i < pipeline->table_count; i++) {
			if (k < plan->step_count && pipeline->order[i] == plan->steps[k].table)
				break;
			if (is_out[i])
				add_out(model, pipeline->order[i]);
			is_out[i] = false;
		}
		if (k < plan->step_count)
			add_step(model, &plan->steps[k]);
	}
}

static size_t date_row_count(const struct model *model)
{
	struct date_set out = {0};
	const struct plan *plan = &model->insight->plan;
	int open = model->view.plan_open;
	size_t count = 0;
	if (open < 0)
		return 0;
	add_dates_out(model, (size_t)open, &out);
	count = (size_t)date_set_days(&out);
	date_set_release(&out);
	for (size_t i = 0; i < plan->step_count; i++)
		if (plan->steps[i].table == (size_t)open)
			count += plan->steps[i].count;
	return count;
}

static void add_left(struct insight *insight, enum plan_left_kind kind)
{
	for (size_t i = 0; i < insight->plan.left_count; i++) {
		const struct plan_left *left = &insight->plan.left[i];
		if (left->kind == kind)
			add_row(insight, &(struct plan_row){.kind = PLAN_ROW_LEFT,
						 .table = left->table,
						 .date = DATE_NONE,
						 .left = left});
	}
}

static void make_plan(const struct model *model)
{
	struct insight *insight = model->insight;
	bool chosen[PIPELINE_TABLES_MAX];
	for (size_t i = 0; i < model->pipeline->table_count; i++)
		chosen[i] = !model->view.plan_out[i];
	bool has_first = false;
	for (size_t i = 0; i < model->pipeline->table_count; i++)
		has_first |= model->plan_first[i].count > 0;
	insight->plan_wish = (struct plan_wish){.tables = chosen,
		.out = model->plan_out_dates,
		.first = has_first ? model->plan_first : NULL,
		.order = model->view.plan_order,
		.speeds = speeds(model),
		.workers = model_plan_workers(model)};
	plan_release(&insight->plan);
	plan_make(model->coverage, &insight->plan_wish, &insight->plan);
	insight->plan_wish.tables = NULL;
	insight->plan_of = model->judgement;
	insight->plan_range = model->range;
	insight->plan_ms = model->now_ms;
	insight->plan_edits = model->view.plan_edits;
	free(insight->plan_rows);
	insight->plan_rows = memory_new_array(
		model->pipeline->table_count + insight->plan.left_count + date_row_count(model),
		sizeof(*insight->plan_rows));
	insight->plan_row_count = 0;
	add_steps(model);
	add_left(insight, LEFT_NEEDS_YOU);
	add_left(insight, LEFT_WAITS);
}

const struct plan *model_plan(const struct model *model)
{
	if (!is_plan_current(model))
		make_plan(model);
	return &model->insight->plan;
}

size_t model_plan_row_count(const struct model *model)
{
	model_plan(model);
	return model->insight->plan_row_count;
}

bool model_plan_row(const struct model *model, size_t number, struct plan_row *row)
{
	if (number >= model_plan_row_count(model))
		return false;
	*row = model->insight->plan_rows[number];
	return true;
}

date_t plan_row_date(const struct plan_row *row)
{
	if (row->date != DATE_NONE)
		return row->date;
	if (row->step != NULL)
		return row->step->dates[0];
	return row->left != NULL ? date_set_first(&row->left->dates) : DATE_NONE;
}

static void merge(struct date_set *all, const struct cascade *cascade)
{
	for (size_t i = 0; i < cascade->count; i++)
		for (size_t k = 0; k < cascade->tables[i].dates.count; k++)
			date_set_add(
				&all[cascade->tables[i].table], cascade->tables[i].dates.ranges[k]);
}

/* The complete cells among the dates, without those that are run again themselves. */
static void count_stale(const struct model *model, size_t table, const struct date_set *dates)
{
	struct cascade *cascade = &model->insight->cascade;
	struct cascade_table found = {.table = table};
	for (date_t date = date_set_first(dates); date != DATE_NONE;
		date = date_set_next(dates, date)) {
		const struct cell *cell = coverage_cell(model->coverage, table, date);
		if (cell == NULL || cell->verdict != VERDICT_COMPLETE ||
			model_is_marked(model, table, date))
			continue;
		found.cells++;
		coverage_add_date(model->coverage, table, date, &found.dates);
	}
	if (found.cells > 0)
		cascade->tables[cascade->count++] = found;
	cascade->cells += found.cells;
}

static void marked_dates(const struct model *model, size_t table, struct date_set *into)
{
	for (date_t date = model->range.first; date <= model->range.last; date++)
		if (model_is_marked(model, table, date))
			date_set_add(into, (struct date_range){date, date});
}

static void make_cascade(const struct model *model)
{
	size_t tables = model->pipeline->table_count;
	struct cascade *cascade = &model->insight->cascade;
	struct date_set *all = memory_new_array(tables, sizeof(*all));
	bool has_marks = model_has_marks(model);
	for (size_t i = 0; i < tables; i++) {
		struct date_set dates = {0};
		struct cascade found;
		if (has_marks)
			marked_dates(model, i, &dates);
		else if (i == model_selected_table(model))
			date_set_add(
				&dates, (struct date_range){model->view.date, model->view.date});
		if (dates.count > 0) {
			cascade_find(model->coverage, i, &dates, &found);
			merge(all, &found);
			cascade_release(&found);
		}
		date_set_release(&dates);
	}
	cascade_release(cascade);
	cascade->tables = memory_new_array(tables, sizeof(*cascade->tables));
	for (size_t i = 0; i < tables; i++) {
		count_stale(model, model->pipeline->order[i], &all[model->pipeline->order[i]]);
		date_set_release(&all[model->pipeline->order[i]]);
	}
	free(all);
}

const struct cascade *model_cascade(const struct model *model)
{
	const struct cascade_key *of = &model->insight->cascade_key;
	struct cascade_key key = {.judgement = model->judgement,
		.table = model_selected_table(model),
		.date = model->view.date,
		.mark_edits = model->view.mark_edits,
		.is_marking = model->view.is_marking};
	if (of->judgement != key.judgement || of->table != key.table || of->date != key.date ||
		of->mark_edits != key.mark_edits || of->is_marking != key.is_marking) {
		make_cascade(model);
		model->insight->cascade_key = key;
	}
	return &model->insight->cascade;
}

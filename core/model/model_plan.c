#include "model_parts.h"

/* The cursor of the plan, and how the plan is edited. */

/* Table and date follow the cursor of the plan, so that every other action means its row. */
void model_select_plan_row(struct model *model, int64_t number)
{
	struct plan_row row;
	int64_t last = (int64_t)model_plan_row_count(model) - 1;
	number = number > last ? last : number;
	model->view.plan_row = number < 0 ? 0 : (size_t)number;
	if (!model_plan_row(model, model->view.plan_row, &row))
		return;
	model_select_table_index(model, row.table);
	if (plan_row_date(&row) != DATE_NONE)
		model_select_date(model, plan_row_date(&row));
	if (row.table != (size_t)model->view.plan_open || row.date == DATE_NONE)
		model->view.plan_is_marking = false;
}

/* The first row of the selected table, else the first. */
void model_enter_plan(struct model *model)
{
	struct plan_row row;
	size_t table = model_selected_table(model), found = 0;
	for (size_t i = model_plan_row_count(model); i-- > 0;)
		if (model_plan_row(model, i, &row) && row.table == table)
			found = i;
	model_select_plan_row(model, (int64_t)found);
}

bool model_open_plan_row(struct model *model)
{
	struct view_state *view = &model->view;
	struct plan_row row;
	if (!model_plan_row(model, view->plan_row, &row) || row.kind != PLAN_ROW_STEP)
		return false;
	view->plan_open = view->plan_open == (int)row.table ? -1 : (int)row.table;
	view->plan_edits++;
	model_enter_plan(model);
	return true;
}

bool model_plan_is_marked(const struct model *model, const struct plan_row *row)
{
	const struct view_state *view = &model->view;
	if (!view->plan_is_marking || row->date == DATE_NONE)
		return false;
	return view->plan_anchor <= view->date
		       ? row->date >= view->plan_anchor && row->date <= view->date
		       : row->date >= view->date && row->date <= view->plan_anchor;
}

static void mark_range(struct model *model)
{
	struct view_state *view = &model->view;
	struct plan_row row;
	if (!model_plan_row(model, view->plan_row, &row) || row.date == DATE_NONE) {
		model_set_message(model, model->now_ms, SEVERITY_INFO,
			"a range is of dates: Enter on a step lists them");
		return;
	}
	view->plan_is_marking = !view->plan_is_marking;
	view->plan_anchor = row.date;
}

/* The dates that an edit means: those of the rows between anchor and cursor, else of the row. */
static void edited_dates(
	const struct model *model, const struct plan_row *at, struct date_set *into)
{
	struct plan_row row;
	if (at->kind == PLAN_ROW_STEP)
		for (size_t i = 0; i < at->step->count; i++)
			date_set_add(
				into, (struct date_range){at->step->dates[i], at->step->dates[i]});
	else
		date_set_add(into, (struct date_range){at->date, at->date});
	for (size_t i = 0; model->view.plan_is_marking && model_plan_row(model, i, &row); i++)
		if (model_plan_is_marked(model, &row))
			date_set_add(into, (struct date_range){row.date, row.date});
}

/* All of them get what the one of the cursor gets. */
static void set_dates(struct date_set *set, const struct date_set *dates, bool is_in)
{
	for (size_t i = 0; i < dates->count; i++)
		if (is_in)
			date_set_add(set, dates->ranges[i]);
		else
			date_set_remove(set, dates->ranges[i]);
}

/* The cursor stays on its row, wherever the edit put it. */
static void finish_edit(struct model *model, const struct plan_row *at)
{
	struct plan_row row;
	size_t number = model->view.plan_row;
	model->view.plan_is_marking = false;
	model->view.plan_edits++;
	for (size_t i = 0; model_plan_row(model, i, &row); i++)
		if (row.table == at->table && row.kind != PLAN_ROW_LEFT &&
			(row.date == at->date || row.kind == PLAN_ROW_OUT))
			number = i;
	model_select_plan_row(model, (int64_t)number);
}

static void take_out_dates(struct model *model, const struct plan_row *row)
{
	struct date_set dates = {0};
	edited_dates(model, row, &dates);
	set_dates(&model->plan_out_dates[row->table], &dates, row->kind == PLAN_ROW_DATE);
	date_set_release(&dates);
	finish_edit(model, row);
}

static void take_out(struct model *model)
{
	struct view_state *view = &model->view;
	struct plan_row row;
	if (!model_plan_row(model, view->plan_row, &row) || row.kind == PLAN_ROW_LEFT) {
		model_set_message(model, model->now_ms, SEVERITY_INFO,
			"this is no step: w says what it waits for");
		return;
	}
	if (row.date != DATE_NONE) {
		take_out_dates(model, &row);
		return;
	}
	view->plan_out[row.table] = row.kind == PLAN_ROW_STEP;
	if (row.kind == PLAN_ROW_OUT)
		date_set_clear(&model->plan_out_dates[row.table]);
	finish_edit(model, &row);
}

static void put_first(struct model *model)
{
	struct date_set dates = {0};
	struct plan_row row;
	if (!model_plan_row(model, model->view.plan_row, &row) ||
		(row.kind != PLAN_ROW_STEP && row.kind != PLAN_ROW_DATE)) {
		model_set_message(model, model->now_ms, SEVERITY_INFO,
			"only what the plan runs can be put first");
		return;
	}
	edited_dates(model, &row, &dates);
	set_dates(&model->plan_first[row.table], &dates, !row.is_first);
	date_set_release(&dates);
	finish_edit(model, &row);
}

static void reckon_with_workers(struct model *model, int step)
{
	int workers = model_plan_workers(model) + step;
	if (workers >= 1 && workers <= PIPELINE_WORKERS_MAX)
		model->view.plan_workers = workers;
}

static void next_order(struct view_state *view)
{
	view->plan_order = view->plan_order == PLAN_UNBLOCKING
				   ? PLAN_OLDEST
				   : (enum plan_order)(view->plan_order + 1);
}

bool model_apply_plan_action(struct model *model, enum action action)
{
	if (action == ACTION_TAKE_OUT)
		take_out(model);
	else if (action == ACTION_PUT_FIRST)
		put_first(model);
	else if (action == ACTION_PLAN_RANGE)
		mark_range(model);
	else if (action == ACTION_ORDER)
		next_order(&model->view);
	else if (action == ACTION_WHAT_IF_MORE || action == ACTION_WHAT_IF_FEWER)
		reckon_with_workers(model, action == ACTION_WHAT_IF_MORE ? 1 : -1);
	else
		return false;
	return true;
}

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

static void take_out(struct model *model)
{
	struct view_state *view = &model->view;
	struct plan_row row;
	if (!model_plan_row(model, view->plan_row, &row) || row.kind == PLAN_ROW_LEFT) {
		model_set_message(model, model->now_ms, SEVERITY_INFO,
			"this is no step: w says what it waits for");
		return;
	}
	view->plan_out[row.table] = !view->plan_out[row.table];
	view->plan_edits++;
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
	else if (action == ACTION_ORDER)
		next_order(&model->view);
	else if (action == ACTION_WHAT_IF_MORE || action == ACTION_WHAT_IF_FEWER)
		reckon_with_workers(model, action == ACTION_WHAT_IF_MORE ? 1 : -1);
	else
		return false;
	return true;
}

/* The mouse: who gets it, and where it puts the cursor. */
#include "model_parts.h"

bool model_takes_mouse(const struct model *model)
{
	return model->view.view == VIEW_LOG ? model->view.log_mouse : model->view.mouse;
}

static void switch_mouse(struct model *model)
{
	struct view_state *view = &model->view;
	bool in_log = view->view == VIEW_LOG;
	bool *mouse = in_log ? &view->log_mouse : &view->mouse;
	*mouse = !*mouse;
	model_set_message(model, model->now_ms, SEVERITY_INFO,
		!*mouse ? "the mouse is the terminal's again: it selects text"
		: in_log
			? "the mouse works in the log; most terminals select text with Shift"
			: "the mouse works, but in the log; most terminals select text with Shift");
}

/* The cursor of the log is the line from which a search goes on. */
static void point_at_line(struct model *model, int number)
{
	const struct table_log *log = model_shown_log(model, model_selected_table(model));
	if (number >= 0 && (uint64_t)number < log->next - log->first)
		model->view.log_mark = log->first + (uint64_t)number;
}

static void point_at_cell(struct model *model, const struct event *event)
{
	model_select_table_index(model, event->table);
	if (event->date != DATE_NONE && date_range_has(model->range, event->date))
		model_select_date(model, event->date);
}

static void point(struct model *model, const struct event *event)
{
	int row = event->action.argument;
	if (model->view.dialog == DIALOG_PALETTE)
		model->view.choice = row < 0 || row > ACTION_COUNT ? 0 : row;
	if (model->view.dialog == DIALOG_SETTINGS && row >= 0 && (size_t)row < model->setting_count)
		model->view.setting = (size_t)row;
	if (model->view.dialog != DIALOG_NONE)
		return;
	switch (model->view.view) {
	case VIEW_OVERVIEW:
	case VIEW_MATRIX:
	case VIEW_CALENDAR:
		point_at_cell(model, event);
		break;
	case VIEW_LOG:
		point_at_line(model, row);
		break;
	case VIEW_PLAN:
		model_select_plan_row(model, row);
		break;
	case VIEW_EVENTS:
		model_select_events_row(model, row);
		break;
	case VIEW_HEALTH:
		model_select_finding(model, row);
		break;
	case VIEW_COUNT:
		break;
	}
}

bool model_apply_mouse_action(struct model *model, const struct event *event)
{
	if (event->action.action == ACTION_MOUSE)
		switch_mouse(model);
	else if (event->action.action == ACTION_POINT)
		point(model, event);
	else
		return false;
	return true;
}

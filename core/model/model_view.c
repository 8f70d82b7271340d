#include "witness/audit.h"
#include "witness/cell_rows.h"
#include "model_parts.h"

#include <string.h>

/* Where the operator is: view, cursor, scroll, dialogs. */

/* Outside matrix and calendar nobody chose a date: the one that the list speaks of is meant. */
static void choose_date_to_explain(struct model *model)
{
	size_t table = model_selected_table(model);
	if (model_has_date_cursor(model->view.view) || model->view.view == VIEW_PLAN ||
		model->view.view == VIEW_EVENTS)
		return;
	if (model->tables[table].date != DATE_NONE) {
		model_select_date(model, model->tables[table].date);
		return;
	}
	date_t date = model_telling_date(model, table);
	if (date != DATE_NONE)
		model_select_date(model, date);
}

/* Rows, or the cursor, follow what is typed; Esc goes back to what was there. */
static void begin_search(struct view_state *view)
{
	struct list_state *list = &view->lists[view->view];
	view->found_from.table = view->table;
	view->found_from.plan_row = view->plan_row;
	view->found_from.date = view->date;
	view->found_from.season = view->season;
	if (!model_filters_rows(view->view))
		return;
	text_copy(list->filter_before, sizeof(list->filter_before), list->filter);
	text_copy(view->typed, sizeof(view->typed), list->filter);
}

static void open_dialog(struct model *model, enum dialog_id dialog)
{
	struct view_state *view = &model->view;
	bool has_chosen = view->dialog == DIALOG_WHY || view->dialog == DIALOG_ROWS;
	view->dialog = dialog;
	view->typed[0] = '\0';
	view->scroll = view->choice = 0;
	if ((dialog == DIALOG_WHY || dialog == DIALOG_ROWS || dialog == DIALOG_EXCUSE) &&
		!has_chosen)
		choose_date_to_explain(model);
	if (dialog == DIALOG_ROWS)
		model_ask_for_rows(model);
	if (dialog == DIALOG_SAVE_PLAN)
		text_copy(view->typed, sizeof(view->typed), "plan.json");
	if (dialog == DIALOG_SEARCH)
		begin_search(view);
	if (dialog == DIALOG_FILTER)
		text_copy(view->typed, sizeof(view->typed), view->log_filter);
	if (dialog == DIALOG_RANGE)
		date_range_format(view->view == VIEW_CALENDAR
					  ? model_season_dates(model, model_season(model))
					  : model->range,
			view->typed);
}

bool model_shows_end_of_log(const struct model *model)
{
	return model->view.dialog == DIALOG_LOG && model->log_place.offset < 0;
}

static void filter_rows(struct model *model, const char *text)
{
	if (model->view.view == VIEW_HEALTH)
		model_filter_findings(model, text);
	else
		model_filter_events(model, text);
}

static bool is_filtering(const struct view_state *view)
{
	return view->dialog == DIALOG_SEARCH && model_filters_rows(view->view);
}

static void leave_search(struct model *model)
{
	struct view_state *view = &model->view;
	if (is_filtering(view)) {
		filter_rows(model, view->lists[view->view].filter_before);
	} else if (view->view == VIEW_PLAN) {
		model_select_plan_row(model, (int64_t)view->found_from.plan_row);
	} else if (model_finds_rows(view->view)) {
		model_select_table_index(model, model->pipeline->order[view->found_from.table]);
		model_select_date(model, view->found_from.date);
		view->season = view->found_from.season;
	}
}

static void close_dialog(struct model *model)
{
	struct view_state *view = &model->view;
	if (view->dialog == DIALOG_SEARCH)
		leave_search(model);
	view->dialog = DIALOG_NONE;
}

static void go_back(struct model *model)
{
	struct view_state *view = &model->view;
	if (view->dialog != DIALOG_NONE)
		close_dialog(model);
	else if (view->view != VIEW_OVERVIEW)
		view->view = VIEW_OVERVIEW;
	else
		open_dialog(model, DIALOG_QUIT);
}

/* From a blocked or stale cell to the root of its chain. */
static void go_to_cause(struct model *model)
{
	const struct why *why = model_why(model);
	if (why == NULL || why->link_count == 0) {
		model_set_message(model, model->now_ms, SEVERITY_INFO,
			"this is the root: nothing else keeps it");
		return;
	}
	struct why_link root = why->links[why->link_count - 1];
	model_select_table_index(model, root.table);
	model_select_date(model, root.date);
	model->view.scroll = 0;
}

/* The search and the marked line of the log, then its filter; false when there was none of them,
 * or they are on no log that is seen. */
static bool forget_search(struct view_state *view)
{
	bool had_search = view->search[0] != '\0' || view->log_mark != 0;
	bool had_filter = view->log_filter[0] != '\0';
	if (view->view != VIEW_LOG && view->view != VIEW_OVERVIEW)
		return false;
	if (!had_search)
		view->log_filter[0] = '\0';
	view->search[0] = '\0';
	view->log_mark = 0;
	return had_search || had_filter;
}

/* What was opened or set last; where nothing was, the view itself: Esc always leads back. */
static void close_something(struct model *model)
{
	if (model->view.dialog != DIALOG_NONE) {
		close_dialog(model);
		return;
	}
	if (model->view.view == VIEW_PLAN && model->view.plan_is_marking) {
		model->view.plan_is_marking = false;
		return;
	}
	if (model_has_marks(model)) {
		model_clear_marks(model);
		return;
	}
	if (model_filters_rows(model->view.view) &&
		model->view.lists[model->view.view].filter[0] != '\0')
		filter_rows(model, "");
	else if (!forget_search(&model->view))
		model->view.view = VIEW_OVERVIEW;
}

static void accept_dialog(struct model *model, int rows)
{
	struct view_state *view = &model->view;
	enum dialog_id dialog = view->dialog;
	view->dialog = dialog == DIALOG_SAMPLE ? DIALOG_IMPORT : DIALOG_NONE;
	if (dialog == DIALOG_FILTER)
		text_copy(view->log_filter, sizeof(view->log_filter), view->typed);
	if (dialog != DIALOG_SEARCH)
		return;
	if (model_filters_rows(view->view)) {
		filter_rows(model, view->typed);
		return;
	}
	if (model_finds_rows(view->view)) {
		model_find_accepted(model);
		return;
	}
	text_copy(view->search, sizeof(view->search), view->typed);
	view->log_mark = 0;
	view->view = VIEW_LOG;
	if (view->search[0] != '\0')
		model_search_log(model, -1, rows);
}

static void type_text(struct view_state *view, const char *text)
{
	size_t used = strlen(view->typed);
	if (text != NULL && used + strlen(text) < sizeof(view->typed))
		text_copy(view->typed + used, sizeof(view->typed) - used, text);
	view->choice = 0;
}

static void erase_character(struct view_state *view)
{
	size_t length = strlen(view->typed);
	while (length > 0 && (view->typed[--length] & 0xC0) == 0x80)
		;
	view->typed[length] = '\0';
	view->choice = 0;
}

/* Rows are found and kept while one types. */
static void follow_typed(struct model *model)
{
	const struct view_state *view = &model->view;
	if (is_filtering(view))
		filter_rows(model, view->typed);
	else if (view->dialog == DIALOG_SEARCH && model_finds_rows(view->view))
		model_find_typed(model);
}

/* A cursor that was never moved goes to the date that matters most. */
static void show_view(struct model *model, enum view_id view)
{
	date_t telling = model_telling_date(model, model_selected_table(model));
	bool chose = model_has_date_cursor(model->view.view) || model->view.view == VIEW_EVENTS;
	bool comes = model_has_date_cursor(view) && !chose;
	if (comes && model->view.date == model->range.first && telling != DATE_NONE)
		model->view.date = telling;
	if (model->view.log_excerpt)
		model_follow_log(&model->view, true);
	model->view.log_excerpt = false;
	if (model->view.view != view)
		model_log_filter_forget(model);
	model->view.view = view;
	model->view.dialog = DIALOG_NONE;
	if (view == VIEW_PLAN)
		model_enter_plan(model);
	if (view == VIEW_EVENTS)
		model_enter_events(model);
	if (view == VIEW_HEALTH && !model->health.was_seen)
		model->health.is_looking = true;
}

/* The log where the event of the cursor begins, as far as it is held. */
static void show_log_of_event(struct model *model, int rows)
{
	size_t groups = model_failures(model)->count, row = model_events_row(model), count, hidden;
	const struct audit_line *lines = model_trail(model, &count, &hidden);
	const struct audit_line *line =
		row >= groups && row - groups < count ? &lines[row - groups] : NULL;
	bool is_held = line == NULL || model_jump_to_date(model, line->date, rows);
	if (is_held || line->log[0] == '\0')
		show_view(model, VIEW_LOG);
	else
		model_ask_for_log_piece(model, line->log, line->log_offset);
}

/* The log of the newest attempt on the cell, where it begins there. */
static void show_log_of_cell(struct model *model)
{
	const struct cell_rows *rows = model->cell_rows;
	if (rows == NULL || !rows->has_run || rows->run.log_path[0] == '\0') {
		show_view(model, VIEW_LOG);
		return;
	}
	struct log_place place = {.offset = rows->attempts[0].log_offset};
	text_copy(place.path, sizeof(place.path), rows->run.log_path);
	model_ask_for_log_piece(model, place.path, place.offset);
}

/* To the cell that the line speaks of, and why it is so; a line without a date to its log. */
static void open_event(struct model *model, int rows)
{
	size_t groups = model_failures(model)->count, row = model_events_row(model), count, hidden;
	const struct audit_line *lines = model_trail(model, &count, &hidden);
	const struct audit_line *line = row < groups ? NULL : &lines[row - groups];
	if (groups + count == 0)
		return;
	if (line != NULL && line->table < 0) {
		model_set_message(model, model->now_ms, SEVERITY_INFO,
			"this is about no table: there is nothing to go to");
		return;
	}
	if (line != NULL && line->date == DATE_NONE) {
		show_log_of_event(model, rows);
		return;
	}
	model_select_events_row(model, (int64_t)row);
	show_view(model, VIEW_MATRIX);
	open_dialog(model, DIALOG_WHY);
}

static enum dialog_id dialog_opened_by(enum action action)
{
	static const struct {
		enum action action;
		enum dialog_id dialog;
	} openers[] = {{ACTION_HELP, DIALOG_HELP}, {ACTION_PALETTE, DIALOG_PALETTE},
		{ACTION_SEARCH, DIALOG_SEARCH}, {ACTION_FILTER, DIALOG_SEARCH},
		{ACTION_RANGE, DIALOG_RANGE}, {ACTION_WHY, DIALOG_WHY}, {ACTION_ROWS, DIALOG_ROWS},
		{ACTION_EXCUSE, DIALOG_EXCUSE}, {ACTION_INTERRUPT, DIALOG_QUIT},
		{ACTION_SAVE_PLAN, DIALOG_SAVE_PLAN}, {ACTION_SETTINGS, DIALOG_SETTINGS}};
	for (size_t i = 0; i < sizeof(openers) / sizeof(openers[0]); i++)
		if (openers[i].action == action)
			return openers[i].dialog;
	return DIALOG_NONE;
}

static void apply_rest(struct model *model, const struct event *event)
{
	struct view_state *view = &model->view;
	enum action action = (enum action)event->action.action;
	if (action == ACTION_BACK)
		go_back(model);
	else if (action == ACTION_CLOSE)
		close_something(model);
	else if (action == ACTION_OPEN && view->dialog == DIALOG_WHY)
		go_to_cause(model);
	else if (action == ACTION_OPEN && view->view == VIEW_OVERVIEW)
		show_view(model, VIEW_LOG);
	else if (action == ACTION_OPEN && view->view == VIEW_CALENDAR)
		show_view(model, VIEW_MATRIX);
	else if (action == ACTION_OPEN && (view->view == VIEW_MATRIX || view->view == VIEW_PLAN)) {
		if (view->view != VIEW_PLAN || !model_open_plan_row(model))
			open_dialog(model, DIALOG_WHY);
	} else if (action == ACTION_OPEN && view->view == VIEW_EVENTS)
		open_event(model, event->action.argument);
	else if (action == ACTION_VIEW_LOG && view->dialog == DIALOG_ROWS)
		show_log_of_cell(model);
	else if (action == ACTION_VIEW_LOG && view->view == VIEW_EVENTS &&
		 view->dialog == DIALOG_NONE)
		show_log_of_event(model, event->action.argument);
	else if (action >= ACTION_VIEW_OVERVIEW && action <= ACTION_VIEW_HEALTH)
		show_view(model, (enum view_id)(action - ACTION_VIEW_OVERVIEW));
	else if (action == ACTION_NEXT_PANE && view->view == VIEW_EVENTS)
		model_turn_events(model);
	else if (action == ACTION_NEXT_PANE)
		view->pane = (view->pane + 1) % MODEL_PANES;
	else if (action == ACTION_TYPE) {
		type_text(view, event->action.text);
		follow_typed(model);
	} else if (action == ACTION_ERASE) {
		erase_character(view);
		follow_typed(model);
	} else if (action == ACTION_SHOW)
		open_dialog(model, (enum dialog_id)event->action.argument);
	else if (action == ACTION_ACCEPT || action == ACTION_SAMPLE_PACED ||
		 action == ACTION_SAMPLE_FULL || action == ACTION_QUIT_NOW ||
		 action == ACTION_QUIT_STOP || action == ACTION_CANCEL || action == ACTION_KILL) {
		if (action == ACTION_ACCEPT)
			accept_dialog(model, event->action.argument);
		else
			view->dialog = DIALOG_NONE;
	}
}

static void apply_view_action(struct model *model, const struct event *event)
{
	enum action action = (enum action)event->action.action;
	int rows = event->action.argument;
	if (model_apply_movement(model, action, rows) || model_apply_find_action(model, action) ||
		model_apply_mouse_action(model, event) || model_apply_switch_action(model, event) ||
		model_apply_sort_action(model, event) ||
		model_apply_log_action(model, action, rows) ||
		model_apply_plan_action(model, action) ||
		model_apply_health_action(model, action) || model_apply_date_action(model, action))
		return;
	enum dialog_id dialog = dialog_opened_by(action);
	if (dialog != DIALOG_NONE)
		open_dialog(model, action == ACTION_FILTER && model->view.view == VIEW_LOG
					   ? DIALOG_FILTER
					   : dialog);
	else
		apply_rest(model, event);
}

void model_view_apply(struct model *model, const struct event *event)
{
	if (event->kind == EVENT_ACTION)
		apply_view_action(model, event);
	else if (event->kind == EVENT_EXCERPT && model->excerpt.line_count > 0 &&
		 model->excerpt_table == event->table && model->excerpt_date == event->date) {
		model_select_table_index(model, event->table);
		show_view(model, VIEW_LOG);
		model_open_excerpt(model);
	} else if (event->kind == EVENT_LAUNCH && model->view.dialog == DIALOG_NONE)
		open_dialog(model, DIALOG_LAUNCH);
	else if (event->kind == EVENT_BACKGROUND && model->left > 0)
		open_dialog(model, DIALOG_RESUME);
	else if (event->kind == EVENT_IMPORT_FINISHED && model->view.dialog == DIALOG_IMPORT)
		open_dialog(model,
			event->message.severity == SEVERITY_ERROR ? DIALOG_NONE : DIALOG_PACE);
}

/* Where the cursor goes, and what is scrolled. */
#include "model_parts.h"

#define DATE_DAYS_OF_WEEK 7

static void select_table(struct model *model, int64_t table)
{
	int64_t last = (int64_t)model->pipeline->table_count - 1;
	size_t before = model->view.table;
	model->view.table = (size_t)(table < 0 ? 0 : table > last ? last : table);
	if (model->view.table == before)
		return;
	model->view.log_excerpt = false;
	model_follow_log(&model->view, true);
	model->view.log_mark = 0;
	model->view.log_left = 0;
}

void model_select_table_index(struct model *model, size_t table)
{
	for (size_t i = 0; i < model->pipeline->table_count; i++)
		if (model->pipeline->order[i] == table)
			select_table(model, (int64_t)i);
}

void model_select_date(struct model *model, int64_t date)
{
	struct date_range range = model->range;
	if (range.last < range.first)
		return;
	model->view.season = -1;
	model->view.date = (date_t)(date < range.first	? range.first
				    : date > range.last ? range.last
							: date);
}

static void find_gap(struct model *model, int step)
{
	size_t table = model_selected_table(model);
	for (date_t date = model->view.date + step; date_range_has(model->range, date);
		date += step)
		if (verdict_is_gap(coverage_cell(model->coverage, table, date)->verdict)) {
			model->view.date = date;
			if (model->view.dialog == DIALOG_ROWS)
				model_ask_for_rows(model);
			return;
		}
	model_set_message(
		model, model->now_ms, SEVERITY_INFO, "no further gap of this table in the range");
}

static void change_month(struct model *model, int step)
{
	int year, month, day;
	date_split(model->view.date, &year, &month, &day);
	month += step;
	if (month < 1) {
		month = 12;
		year--;
	} else if (month > 12) {
		month = 1;
		year++;
	}
	model_select_date(model, date_of(year, month, 1));
}

bool model_has_date_cursor(enum view_id view)
{
	return view == VIEW_MATRIX || view == VIEW_CALENDAR;
}

/* Along the list as it is sorted. */
static void move_in_tables(struct model *model, int64_t lines)
{
	size_t positions[PIPELINE_TABLES_MAX];
	size_t count = model_sort_tables(model, positions);
	int64_t row = (int64_t)model_sorted_row(model, positions, count) + lines;
	row = row < 0 ? 0 : row >= (int64_t)count ? (int64_t)count - 1 : row;
	select_table(model, (int64_t)positions[row]);
}

enum dialog_keys dialog_keys(enum dialog_id dialog)
{
	static const enum dialog_keys keys[DIALOG_COUNT] = {
#define X(id, what) [DIALOG_##id] = DIALOG_KEYS_##what,
		DIALOG_LIST(X)
#undef X
	};
	return keys[dialog];
}

static void select_setting(struct model *model, int64_t number)
{
	int64_t last = (int64_t)model->setting_count - 1;
	model->view.setting = (size_t)(number > last && last > 0 ? last
				       : number > 0 && last > 0	 ? number
								 : 0);
}

static void move_vertically(struct model *model, int64_t lines, int rows)
{
	struct view_state *view = &model->view;
	if (dialog_keys(view->dialog) == DIALOG_KEYS_SCROLL) {
		int64_t scroll = view->scroll + lines;
		int64_t least = model_shows_end_of_log(model) ? -DIALOG_SCROLL_MAX : 0;
		int64_t most = least + DIALOG_SCROLL_MAX;
		view->scroll = (int)(scroll < least ? least : scroll > most ? most : scroll);
	} else if (view->dialog == DIALOG_PALETTE) {
		int64_t choice = view->choice + lines;
		view->choice = (int)(choice < 0		     ? 0
				     : choice > ACTION_COUNT ? ACTION_COUNT
							     : choice);
	} else if (view->dialog == DIALOG_SETTINGS) {
		select_setting(model, (int64_t)view->setting + lines);
	} else if (view->dialog != DIALOG_NONE) {
		return;
	} else if (view->view == VIEW_LOG) {
		model_scroll_log(model, lines, rows);
	} else if (view->view == VIEW_CALENDAR) {
		model_select_date(model, model->view.date + lines);
	} else if (view->view == VIEW_HEALTH) {
		model_select_finding(model, (int64_t)view->finding + lines);
	} else if (view->view == VIEW_PLAN) {
		model_select_plan_row(model, (int64_t)view->plan_row + lines);
	} else if (view->view == VIEW_EVENTS) {
		model_select_events_row(model, (int64_t)model_events_row(model) + lines);
	} else if (view->view == VIEW_OVERVIEW) {
		move_in_tables(model, lines);
	} else {
		select_table(model, (int64_t)view->table + lines);
	}
}

static void move_page(struct model *model, int pages_in_halves, int rows)
{
	int64_t lines = (int64_t)pages_in_halves * (rows > 1 ? rows : 2) / 2;
	if (model->view.dialog == DIALOG_NONE && model->view.view == VIEW_MATRIX)
		model_move_date(model, lines);
	else if (model->view.dialog == DIALOG_NONE && model->view.view == VIEW_CALENDAR)
		select_table(model, (int64_t)model->view.table + (pages_in_halves > 0 ? 1 : -1));
	else
		move_vertically(model, lines, rows);
}

static void move_to_end(struct model *model, bool bottom, int rows)
{
	if (model->view.dialog == DIALOG_NONE && model_has_date_cursor(model->view.view))
		model_select_date(model, bottom ? model->range.last : model->range.first);
	else
		move_vertically(model, bottom ? INT32_MAX : INT32_MIN, rows);
}

/* The calendar has a column for each week. */
static void move_sideways(struct model *model, int step)
{
	if (model->view.view == VIEW_CALENDAR)
		model_select_date(
			model, (int64_t)model->view.date + (int64_t)step * DATE_DAYS_OF_WEEK);
	else
		model_move_date(model, step);
}

/* Movements; false when the action is not one. */
bool model_apply_movement(struct model *model, enum action action, int rows)
{
	int64_t table = (int64_t)model->view.table;
	bool in_log = model->view.view == VIEW_LOG && model->view.dialog == DIALOG_NONE;
	if (action == ACTION_UP || action == ACTION_DOWN)
		move_vertically(model, action == ACTION_UP ? -1 : 1, rows);
	else if (action == ACTION_PAGE_UP || action == ACTION_PAGE_DOWN)
		move_page(model, action == ACTION_PAGE_UP ? -2 : 2, rows);
	else if (action == ACTION_HALF_UP || action == ACTION_HALF_DOWN)
		move_page(model, action == ACTION_HALF_UP ? -1 : 1, rows);
	else if (action == ACTION_TOP || action == ACTION_BOTTOM)
		move_to_end(model, action == ACTION_BOTTOM, rows);
	else if (action == ACTION_NEXT_TABLE || action == ACTION_PREVIOUS_TABLE)
		select_table(model, table + (action == ACTION_NEXT_TABLE ? 1 : -1));
	else if (action == ACTION_LEFT || action == ACTION_RIGHT) {
		if (in_log)
			model_shift_log(&model->view, action == ACTION_LEFT ? -1 : 1);
		else if (model->view.dialog == DIALOG_ROWS)
			model_shift_rows(model, action == ACTION_LEFT ? -1 : 1);
		else if (model->view.dialog == DIALOG_NONE)
			move_sideways(model, action == ACTION_LEFT ? -1 : 1);
	} else if (action == ACTION_NEXT_GAP || action == ACTION_PREVIOUS_GAP)
		find_gap(model, action == ACTION_NEXT_GAP ? 1 : -1);
	else if (action == ACTION_NEXT_MONTH || action == ACTION_PREVIOUS_MONTH)
		change_month(model, action == ACTION_NEXT_MONTH ? 1 : -1);
	else
		return false;
	return true;
}

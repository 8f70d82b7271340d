#include "jobs/log_search.h"
#include "model_parts.h"

/* Where the operator is in the log of the selected table: following, scrolled, at a line found. */

#define LOG_SHIFT_COLUMNS   8
#define LOG_SEEN_COLUMNS    56 /* of a line, on every screen that has a log */
#define LOG_CONTEXT_COLUMNS 24 /* before a match that was moved into sight */

static const struct table_log *selected_log(const struct model *model)
{
	return model_shown_log(model, model_selected_table(model));
}

void model_follow_log(struct view_state *view, bool follow)
{
	view->log_follow = follow;
	if (follow)
		view->log_new = 0;
}

void model_scroll_log(struct model *model, int64_t lines, int rows)
{
	struct view_state *view = &model->view;
	const struct table_log *log = selected_log(model);
	int64_t first = (int64_t)log->first, end = (int64_t)log->next - rows;
	int64_t top = (view->log_follow ? end : (int64_t)view->log_top) + lines;
	if (top < first)
		top = first;
	view->log_top = (uint64_t)top;
	model_follow_log(view, top >= end && lines > 0);
	if (end <= first)
		model_follow_log(view, true);
}

/* A wrapped line is whole already. */
void model_shift_log(struct view_state *view, int steps)
{
	int left = view->log_left + steps * LOG_SHIFT_COLUMNS;
	if (!view->log_wrap)
		view->log_left = left < 0		     ? 0
				 : left > LOG_LINE_BYTES_MAX ? LOG_LINE_BYTES_MAX
							     : left;
}

/* Shows the line in the upper third. */
static void jump_to_line(struct model *model, uint64_t number, int rows)
{
	struct view_state *view = &model->view;
	const struct table_log *log = selected_log(model);
	uint64_t above = (uint64_t)(rows > 3 ? rows / 3 : 0);
	view->log_mark = number;
	view->log_top = number > log->first + above ? number - above : log->first;
	model_follow_log(view, false);
}

enum line_wish { LINE_MATCH, LINE_TROUBLE, LINE_DATE };

static bool is_wished(const struct table_log *log, uint64_t number, enum line_wish wish,
	const struct log_search *search)
{
	const struct table_line *line = model_log_line(log, number);
	switch (wish) {
	case LINE_MATCH:
		return log_search_is_in(search, line->text);
	case LINE_TROUBLE:
		return line->severity == 'E' || line->severity == 'W';
	case LINE_DATE:
		return line->date != DATE_NONE &&
		       (number == log->first ||
			       model_log_line(log, number - 1)->date != line->date);
	}
	return false;
}

/* The line before the first that is looked at: the last jump, else what is on the screen, else the
 * far end. */
static uint64_t start_of_search(const struct model *model, int step)
{
	const struct view_state *view = &model->view;
	const struct table_log *log = selected_log(model);
	if (view->log_mark >= log->first && view->log_mark < log->next)
		return view->log_mark;
	if (!view->log_follow && view->log_top >= log->first && view->log_top < log->next)
		return step > 0 ? view->log_top - 1 : view->log_top;
	return step > 0 ? log->first - 1 : log->next;
}

/* Moves sideways where the match would lie beyond the right edge of a narrow screen. Bytes stand
 * for columns: it need only be near. */
static void show_match(
	struct view_state *view, const struct table_line *line, const struct log_search *search)
{
	size_t start, length;
	if (view->log_wrap || !log_search_find(search, line->text, 0, &start, &length))
		return;
	bool hidden = start + length > LOG_SEEN_COLUMNS && start > LOG_CONTEXT_COLUMNS;
	view->log_left = hidden ? (int)start - LOG_CONTEXT_COLUMNS : 0;
}

static void find_line(struct model *model, enum line_wish wish, int step, int rows)
{
	static const char *const nothing[] = {[LINE_MATCH] = "no further line has it",
		[LINE_TROUBLE] = "no further warning or error",
		[LINE_DATE] = "no further date"};
	const struct table_log *log = selected_log(model);
	struct log_search *search = log_search_new(model->view.search);
	uint64_t at = start_of_search(model, step);
	for (at += (uint64_t)step; at >= log->first && at < log->next; at += (uint64_t)step)
		if (is_wished(log, at, wish, search))
			break;
	if (at < log->first || at >= log->next) {
		model_set_message(model, model->now_ms, SEVERITY_INFO, nothing[wish]);
	} else {
		jump_to_line(model, at, rows);
		if (wish == LINE_MATCH)
			show_match(&model->view, model_log_line(log, at), search);
	}
	log_search_free(search);
}

void model_search_log(struct model *model, int step, int rows)
{
	find_line(model, LINE_MATCH, step, rows);
}

/* The first line of the newest stretch of the date; 0: it is not held. */
static uint64_t find_date(const struct table_log *log, date_t date)
{
	uint64_t found = 0;
	for (uint64_t at = log->next; at-- > log->first;)
		if (model_log_line(log, at)->date == date)
			found = at;
		else if (found != 0)
			break;
	return found;
}

bool model_jump_to_date(struct model *model, date_t date, int rows)
{
	uint64_t found = date == DATE_NONE ? 0 : find_date(selected_log(model), date);
	if (found != 0)
		jump_to_line(model, found, rows);
	return found != 0;
}

uint64_t model_log_line_of_order(const struct table_log *log, uint64_t order)
{
	uint64_t number = log->first;
	while (number + 1 < log->next && model_log_line(log, number)->order < order)
		number++;
	return number;
}

void model_toggle_noise(struct model *model)
{
	struct view_state *view = &model->view;
	const struct table_log *log = selected_log(model);
	bool is_placed =
		!view->log_follow && view->log_top >= log->first && view->log_top < log->next;
	uint64_t order = is_placed ? model_log_line(log, view->log_top)->order : 0;
	view->log_noise = !view->log_noise;
	view->log_mark = 0;
	if (is_placed)
		view->log_top = model_log_line_of_order(selected_log(model), order);
}

/* The topmost line, or the one that was found last. */
static void set_place(struct model *model)
{
	struct view_state *view = &model->view;
	const struct table_log *log = selected_log(model);
	uint64_t number = view->log_mark != 0 ? view->log_mark
			  : view->log_follow  ? log->next - 1
					      : view->log_top;
	if (number < log->first || number >= log->next)
		return;
	view->log_place = model_log_line(log, number)->order + 1;
	view->log_place_table = model_selected_table(model);
	model_set_message(model, model->now_ms, SEVERITY_INFO, "this line is marked");
}

static void go_to_place(struct model *model, int rows)
{
	const struct view_state *view = &model->view;
	const struct table_log *log = selected_log(model);
	uint64_t number = log->first;
	if (view->log_place != 0 && view->log_place_table == model_selected_table(model))
		number = model_log_line_of_order(log, view->log_place - 1);
	if (number < log->next && model_log_line(log, number)->order + 1 == view->log_place &&
		view->log_place_table == model_selected_table(model))
		jump_to_line(model, number, rows);
	else
		model_set_message(model, model->now_ms, SEVERITY_INFO,
			view->log_place == 0 ? "no line is marked"
					     : "the marked line is not among these");
}

void model_open_excerpt(struct model *model)
{
	struct view_state *view = &model->view;
	view->log_excerpt = true;
	view->log_mark = 0;
	view->log_left = 0;
	view->log_top = 1;
	model_follow_log(view, false);
}

bool model_apply_log_action(struct model *model, enum action action, int rows)
{
	struct view_state *view = &model->view;
	if (action == ACTION_FOLLOW) {
		if (view->log_excerpt) {
			view->log_excerpt = false;
			model_follow_log(view, true);
		} else if (view->log_follow)
			model_scroll_log(model, 0, rows);
		else
			model_follow_log(view, true);
	} else if (action == ACTION_SET_PLACE) {
		set_place(model);
	} else if (action == ACTION_GO_TO_PLACE) {
		go_to_place(model, rows);
	} else if (action == ACTION_TIMES) {
		view->log_times = !view->log_times;
	} else if (action == ACTION_NOISE) {
		model_toggle_noise(model);
	} else if (action == ACTION_WRAP) {
		view->log_wrap = !view->log_wrap;
		view->log_left = 0;
	} else if (action == ACTION_SEARCH_NEXT || action == ACTION_SEARCH_PREVIOUS)
		find_line(model, LINE_MATCH, action == ACTION_SEARCH_NEXT ? 1 : -1, rows);
	else if (action == ACTION_NEXT_ERROR || action == ACTION_PREVIOUS_ERROR)
		find_line(model, LINE_TROUBLE, action == ACTION_NEXT_ERROR ? 1 : -1, rows);
	else if (action == ACTION_NEXT_DATE || action == ACTION_PREVIOUS_DATE)
		find_line(model, LINE_DATE, action == ACTION_NEXT_DATE ? 1 : -1, rows);
	else
		return false;
	return true;
}

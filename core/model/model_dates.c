#include "model_parts.h"

/* Marks and zoom: what matrix and calendar share. */

#define WEEK_DAYS    7
#define MONTHS	     12
#define EPOCH_MONDAY 3 /* 1970-01-01 was a Thursday */

int32_t zoom_unit(enum zoom zoom, date_t date)
{
	switch (zoom) {
	case ZOOM_WEEK:
		return (date + EPOCH_MONDAY) / WEEK_DAYS;
	case ZOOM_MONTH:
		return date_year(date) * MONTHS + date_month(date) - 1;
	case ZOOM_DAY:
	case ZOOM_COUNT:
		break;
	}
	return date;
}

struct date_range zoom_span(enum zoom zoom, int32_t unit)
{
	date_t first = unit * WEEK_DAYS - EPOCH_MONDAY;
	switch (zoom) {
	case ZOOM_WEEK:
		return (struct date_range){first, first + WEEK_DAYS - 1};
	case ZOOM_MONTH:
		return (struct date_range){date_of(unit / MONTHS, unit % MONTHS + 1, 1),
			date_of((unit + 1) / MONTHS, (unit + 1) % MONTHS + 1, 1) - 1};
	case ZOOM_DAY:
	case ZOOM_COUNT:
		break;
	}
	return (struct date_range){unit, unit};
}

void model_move_date(struct model *model, int64_t steps)
{
	int64_t first = zoom_unit(model->view.zoom, model->range.first);
	int64_t last = zoom_unit(model->view.zoom, model->range.last);
	int64_t unit = zoom_unit(model->view.zoom, model->view.date) + steps;
	if (unit < first)
		model_select_date(model, model->range.first);
	else if (unit > last)
		model_select_date(model, model->range.last);
	else
		model_select_date(model, zoom_span(model->view.zoom, (int32_t)unit).first);
}

bool model_has_marks(const struct model *model)
{
	if (model->view.is_marking)
		return true;
	for (size_t i = 0; i < model->pipeline->table_count; i++)
		if (model->marks[i].count > 0)
			return true;
	return false;
}

static bool is_between(int64_t value, int64_t a, int64_t b)
{
	return a < b ? value >= a && value <= b : value >= b && value <= a;
}

static bool is_in_range_of_marks(const struct model *model, size_t position, date_t date)
{
	const struct view_state *view = &model->view;
	return view->is_marking &&
	       is_between((int64_t)position, (int64_t)view->anchor_table, (int64_t)view->table) &&
	       is_between(date, view->anchor_date, view->date);
}

bool model_is_marked(const struct model *model, size_t table, date_t date)
{
	if (date_set_has(&model->marks[table], date))
		return true;
	if (!model->view.is_marking)
		return false;
	for (size_t i = 0; i < model->pipeline->table_count; i++)
		if (model->pipeline->order[i] == table)
			return is_in_range_of_marks(model, i, date);
	return false;
}

void model_clear_marks(struct model *model)
{
	for (size_t i = 0; i < model->pipeline->table_count; i++)
		date_set_clear(&model->marks[i]);
	model->view.is_marking = false;
	model->view.mark_edits++;
}

/* The dates that the cursor stands for. */
static struct date_range dates_at_cursor(const struct model *model)
{
	enum zoom zoom = model->view.view == VIEW_MATRIX ? model->view.zoom : ZOOM_DAY;
	struct date_range span = zoom_span(zoom, zoom_unit(zoom, model->view.date));
	if (span.first < model->range.first)
		span.first = model->range.first;
	if (span.last > model->range.last)
		span.last = model->range.last;
	return span;
}

static void toggle_mark(struct model *model)
{
	struct date_range dates = dates_at_cursor(model);
	struct date_set *marks = &model->marks[model_selected_table(model)];
	if (date_set_has(marks, dates.first))
		date_set_remove(marks, dates);
	else
		date_set_add(marks, dates);
	model->view.mark_edits++;
}

/* The first V sets the anchor, the next one keeps what lies between. */
static void mark_range(struct model *model)
{
	struct view_state *view = &model->view;
	if (!view->is_marking) {
		view->is_marking = true;
		view->anchor_table = view->table;
		view->anchor_date = view->date;
		return;
	}
	struct date_range dates = {view->anchor_date, view->date};
	if (dates.last < dates.first)
		dates = (struct date_range){view->date, view->anchor_date};
	for (size_t i = 0; i < model->pipeline->table_count; i++)
		if (is_between((int64_t)i, (int64_t)view->anchor_table, (int64_t)view->table))
			date_set_add(&model->marks[model->pipeline->order[i]], dates);
	view->is_marking = false;
	view->mark_edits++;
}

static void change_zoom(struct view_state *view, int step)
{
	int zoom = (int)view->zoom + step;
	view->zoom = zoom < 0		  ? ZOOM_DAY
		     : zoom >= ZOOM_COUNT ? (enum zoom)(ZOOM_COUNT - 1)
					  : (enum zoom)zoom;
}

static void toggle_related(struct view_state *view, enum related related)
{
	view->related = view->related == related ? RELATED_NONE : related;
}

bool model_apply_date_action(struct model *model, enum action action)
{
	struct view_state *view = &model->view;
	if (action == ACTION_MARK)
		toggle_mark(model);
	else if (action == ACTION_MARK_RANGE)
		mark_range(model);
	else if (action == ACTION_SHOW_UPSTREAM || action == ACTION_SHOW_DOWNSTREAM)
		toggle_related(
			view, action == ACTION_SHOW_UPSTREAM ? RELATED_ABOVE : RELATED_BELOW);
	else if (action == ACTION_ZOOM)
		view->zoom = (enum zoom)((view->zoom + 1) % ZOOM_COUNT);
	else if (action == ACTION_ZOOM_IN || action == ACTION_ZOOM_OUT)
		change_zoom(view, action == ACTION_ZOOM_OUT ? 1 : -1);
	else if (action == ACTION_NEXT_SEASON || action == ACTION_PREVIOUS_SEASON)
		model_change_season(model, action == ACTION_NEXT_SEASON ? 1 : -1);
	else if (action == ACTION_METRIC)
		view->metric = (enum metric)((view->metric + 1) % METRIC_COUNT);
	else
		return false;
	return true;
}

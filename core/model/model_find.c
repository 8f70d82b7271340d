/* "/" where the place of a row matters: to the next one that has what was typed. Lists of what
 * happened or was found keep those that have it; the log has a search of its own. */
#include "jobs/log_search.h"
#include "model_parts.h"

#include <stdlib.h>

enum find_kind { FIND_NOTHING, FIND_TABLE, FIND_DATE, FIND_STEP };
#define FIND_KINDS 2

/* What rows a view has; where the first kind has no match the second is tried. */
static const enum find_kind kinds[VIEW_COUNT][FIND_KINDS] = {[VIEW_OVERVIEW] = {FIND_TABLE},
	[VIEW_MATRIX] = {FIND_TABLE, FIND_DATE},
	[VIEW_CALENDAR] = {FIND_TABLE, FIND_DATE},
	[VIEW_PLAN] = {FIND_STEP}};

bool model_filters_rows(enum view_id view)
{
	return view == VIEW_EVENTS || view == VIEW_HEALTH;
}

bool model_finds_rows(enum view_id view)
{
	return view < VIEW_COUNT && kinds[view][0] != FIND_NOTHING;
}

/* The tables as the view at hand lists them. */
static size_t tables_in_order(const struct model *model, size_t positions[PIPELINE_TABLES_MAX])
{
	if (model->view.view == VIEW_OVERVIEW)
		return model_sort_tables(model, positions);
	for (size_t i = 0; i < model->pipeline->table_count; i++)
		positions[i] = i;
	return model->pipeline->table_count;
}

static void describe_table(const struct model *model, size_t table, struct buffer *into)
{
	const struct pipeline_table *row = &model->pipeline->tables[table];
	buffer_add_format(into, "%s %s", row->name, row->short_name);
}

static void describe_step(const struct model *model, size_t number, struct buffer *into)
{
	struct plan_row row;
	char date[DATE_TEXT_BYTES];
	if (!model_plan_row(model, number, &row))
		return;
	describe_table(model, row.table, into);
	if (row.date != DATE_NONE)
		buffer_add_format(into, " %s", date_format(row.date, date));
}

/* The rows of a kind: how many, which one the cursor is on, what a row says, and how to get there.
 */
struct row_list {
	struct model *model;
	enum find_kind kind;
	size_t positions[PIPELINE_TABLES_MAX];
	size_t count, at;
};

static struct row_list rows_of(struct model *model, enum find_kind kind)
{
	struct row_list rows = {.model = model, .kind = kind};
	const struct view_state *view = &model->view;
	switch (kind) {
	case FIND_NOTHING:
		break;
	case FIND_TABLE:
		rows.count = tables_in_order(model, rows.positions);
		rows.at = model_sorted_row(model, rows.positions, rows.count);
		break;
	case FIND_DATE:
		rows.count = (size_t)date_range_days(model->range);
		rows.at = date_range_has(model->range, view->date)
				  ? (size_t)(view->date - model->range.first)
				  : 0;
		break;
	case FIND_STEP:
		rows.count = model_plan_row_count(model);
		rows.at = view->plan_row;
		break;
	}
	return rows;
}

static void describe_row(const struct row_list *rows, size_t row, struct buffer *into)
{
	const struct model *model = rows->model;
	char date[DATE_TEXT_BYTES];
	switch (rows->kind) {
	case FIND_NOTHING:
		break;
	case FIND_TABLE:
		describe_table(model, model->pipeline->order[rows->positions[row]], into);
		break;
	case FIND_DATE:
		buffer_add_text(into, date_format(model->range.first + (date_t)row, date));
		break;
	case FIND_STEP:
		describe_step(model, row, into);
		break;
	}
}

static void go_to_row(const struct row_list *rows, size_t row)
{
	struct model *model = rows->model;
	switch (rows->kind) {
	case FIND_NOTHING:
		break;
	case FIND_TABLE:
		model_select_table_index(model, model->pipeline->order[rows->positions[row]]);
		break;
	case FIND_DATE:
		model_select_date(model, (int64_t)model->range.first + (int64_t)row);
		break;
	case FIND_STEP:
		model_select_plan_row(model, (int64_t)row);
		break;
	}
}

/* Round the end, so that what is there is found wherever the cursor is. `step` 0: from the cursor's
 * own row on. */
static bool find_among(const struct row_list *rows, const struct log_search *search, int step)
{
	size_t back = rows->count - 1;
	size_t move = step < 0 ? back : 1, at = rows->at < rows->count ? rows->at : 0;
	if (step != 0 && rows->count > 0)
		at = (at + move) % rows->count;
	for (size_t i = 0; i < rows->count; i++, at = (at + move) % rows->count) {
		struct buffer text = {0};
		describe_row(rows, at, &text);
		bool has_it = log_search_is_in(search, buffer_text(&text));
		buffer_release(&text);
		if (!has_it)
			continue;
		go_to_row(rows, at);
		return true;
	}
	return false;
}

static bool find(struct model *model, const char *pattern, int step)
{
	struct log_search *search = log_search_new(pattern);
	bool found = false;
	for (size_t i = 0; i < FIND_KINDS && !found && search != NULL; i++) {
		struct row_list rows = rows_of(model, kinds[model->view.view][i]);
		found = find_among(&rows, search, step);
	}
	log_search_free(search);
	return found;
}

void model_find_typed(struct model *model)
{
	find(model, model->view.typed, 0);
}

static void find_and_say(struct model *model, int step)
{
	const char *pattern = model->view.find;
	if (pattern[0] == '\0')
		model_set_message(
			model, model->now_ms, SEVERITY_INFO, "nothing is looked for: / begins");
	else if (!find(model, pattern, step))
		model_set_message(
			model, model->now_ms, SEVERITY_INFO, "nothing in this view has that");
}

void model_find_accepted(struct model *model)
{
	text_copy(model->view.find, sizeof(model->view.find), model->view.typed);
	if (model->view.find[0] != '\0')
		find_and_say(model, 0);
}

bool model_apply_find_action(struct model *model, enum action action)
{
	enum view_id view = model->view.view;
	if (action != ACTION_SEARCH_NEXT && action != ACTION_SEARCH_PREVIOUS)
		return false;
	if (model_filters_rows(view)) {
		model_set_message(model, model->now_ms, SEVERITY_INFO,
			"/ keeps the rows that have a text; Esc shows all");
		return true;
	}
	if (!model_finds_rows(view) || model->view.dialog != DIALOG_NONE)
		return false;
	find_and_say(model, action == ACTION_SEARCH_NEXT ? 1 : -1);
	return true;
}

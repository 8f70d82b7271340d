/* The Events: what failed, and the trail of who did what; made when somebody looks. */
#include "witness/audit.h"
#include "base/memory.h"
#include "jobs/log_search.h"
#include "model_parts.h"

#include <stdlib.h>
#include <string.h>

struct trail {
	struct failures failures;
	uint64_t failures_judgement; /* what they were made from */
	uint32_t failures_audit;
	int failures_sort;
	bool is_reversed;
	struct audit_line *lines;
	size_t count, hidden;
	uint32_t lines_audit;
	uint64_t lines_events;
	char filter[MODEL_TYPED_BYTES];
	bool is_made;
};

struct trail *trail_new(void)
{
	return memory_new(sizeof(struct trail));
}

void trail_free(struct trail *trail)
{
	failures_release(&trail->failures);
	free(trail->lines);
	free(trail);
}

void model_apply_audit(struct model *model, struct event *event)
{
	struct audit *audit = event->audit.audit;
	event->audit.audit = NULL;
	if (model->audit != NULL)
		audit_keep_records(audit, model->audit);
	audit_free(model->audit);
	model->audit = audit;
	model->audit_number++;
}

struct sorting {
	const struct pipeline *pipeline;
	enum failure_sort sort;
	bool is_reversed;
};

static int64_t position_of(const struct pipeline *pipeline, size_t table)
{
	for (size_t i = 0; i < pipeline->table_count; i++)
		if (pipeline->order[i] == table)
			return (int64_t)i;
	return 0;
}

/* Small ones come first. */
static int64_t weight_of(const struct sorting *sorting, const struct failure_group *group)
{
	switch (sorting->sort) {
	case FAILURE_SORT_FOUND:
	case FAILURE_SORT_CATEGORY:
	case FAILURE_SORT_COUNT:
		break;
	case FAILURE_SORT_TABLE:
		return position_of(sorting->pipeline, group->table);
	case FAILURE_SORT_DATES:
		return -group->whole_dates;
	case FAILURE_SORT_LEFT:
		return -group->entities;
	case FAILURE_SORT_TRIES:
		return -group->tries;
	case FAILURE_SORT_FIRST:
		return date_set_first(&group->dates);
	}
	return 0;
}

/* Equal ones by what no two of them share. */
static int compare_groups(const void *a, const void *b, void *context)
{
	const struct sorting *sorting = context;
	const struct failure_group *first = a, *second = b;
	int64_t one = weight_of(sorting, first), other = weight_of(sorting, second);
	int order = (one > other) - (one < other);
	if (sorting->sort == FAILURE_SORT_CATEGORY)
		order = strcmp(first->category, second->category);
	if (sorting->is_reversed)
		order = -order;
	if (order == 0)
		order = (first->table > second->table) - (first->table < second->table);
	if (order == 0)
		order = first->is_expected - second->is_expected;
	return order == 0 ? strcmp(first->category, second->category) : order;
}

static bool is_current(const struct model *model)
{
	const struct trail *trail = model->trail;
	const struct list_state *list = &model->view.lists[VIEW_EVENTS];
	return trail->failures_judgement == model->judgement &&
	       trail->failures_audit == model->audit_number && trail->failures_sort == list->sort &&
	       trail->is_reversed == list->is_reversed;
}

const struct failures *model_failures(const struct model *model)
{
	struct trail *trail = model->trail;
	const struct audit *audit = model->audit;
	const struct list_state *list = &model->view.lists[VIEW_EVENTS];
	struct failure_evidence evidence = {0};
	if (is_current(model))
		return &trail->failures;
	if (audit != NULL) {
		evidence.tries = audit->tries;
		evidence.try_count = audit->try_count;
		evidence.records = audit->has_records ? &audit->records : NULL;
		evidence.locks = audit->has_records ? &audit->locks : NULL;
	}
	failures_release(&trail->failures);
	failures_find(model->coverage, &evidence, &trail->failures);
	if (list->sort != FAILURE_SORT_FOUND && trail->failures.count > 0)
		qsort_r(trail->failures.groups, trail->failures.count,
			sizeof(*trail->failures.groups), compare_groups,
			&(struct sorting){
				model->pipeline, (enum failure_sort)list->sort, list->is_reversed});
	trail->failures_judgement = model->judgement;
	trail->failures_audit = model->audit_number;
	trail->failures_sort = list->sort;
	trail->is_reversed = list->is_reversed;
	return &trail->failures;
}

static struct audit_line line_of_console(const struct event_line *event)
{
	return (struct audit_line){.at_ms = event->at_ms,
		.severity = event->severity,
		.who = "",
		.table = event->table,
		.date = event->date,
		.text = event->text,
		.log = "",
		.log_offset = -1};
}

/* What the ledger remembers is told by the ledger, as soon as it was asked afterwards. */
static bool is_told_by_ledger(const struct model *model, const struct event_line *event)
{
	return event->is_recorded && model->audit != NULL &&
	       model->audit->ledger_trouble[0] == '\0' && event->at_ms <= model->audit->read_ms;
}

static int newest_first(const void *a, const void *b)
{
	const struct audit_line *first = a, *second = b;
	return (first->at_ms < second->at_ms) - (first->at_ms > second->at_ms);
}

static bool is_shown(
	const struct model *model, const struct audit_line *line, const struct log_search *search)
{
	struct buffer text = {0};
	char date[DATE_TEXT_BYTES];
	bool excludes = model->view.lists[VIEW_EVENTS].filter[0] == '!';
	if (search == NULL)
		return true;
	if (line->table >= 0)
		buffer_add_format(&text, "%s %s ", model->pipeline->tables[line->table].short_name,
			model->pipeline->tables[line->table].name);
	buffer_add_format(&text, "%s %s %s", line->who,
		line->date == DATE_NONE ? "" : date_format(line->date, date), line->text);
	bool has_it = log_search_is_in(search, buffer_text(&text));
	buffer_release(&text);
	return has_it != excludes;
}

static void collect(const struct model *model, struct trail *trail)
{
	size_t from_ledger = model->audit == NULL ? 0 : model->audit->line_count;
	uint64_t seen =
		model->event_count < MODEL_EVENTS_MAX ? model->event_count : MODEL_EVENTS_MAX;
	free(trail->lines);
	trail->lines = memory_new_array(from_ledger + (size_t)seen + 1, sizeof(*trail->lines));
	trail->count = 0;
	for (uint64_t i = 0; i < seen; i++) {
		const struct event_line *event =
			&model->events[(model->event_count - 1 - i) % MODEL_EVENTS_MAX];
		if (!is_told_by_ledger(model, event))
			trail->lines[trail->count++] = line_of_console(event);
	}
	for (size_t i = 0; i < from_ledger; i++)
		trail->lines[trail->count++] = model->audit->lines[i];
	qsort(trail->lines, trail->count, sizeof(*trail->lines), newest_first);
}

static void filter(const struct model *model, struct trail *trail)
{
	const char *pattern = model->view.lists[VIEW_EVENTS].filter;
	struct log_search *search = log_search_new(pattern[0] == '!' ? pattern + 1 : pattern);
	size_t kept = 0;
	for (size_t i = 0; i < trail->count; i++)
		if (is_shown(model, &trail->lines[i], search))
			trail->lines[kept++] = trail->lines[i];
	trail->hidden = trail->count - kept;
	trail->count = kept;
	log_search_free(search);
}

const struct audit_line *model_trail(const struct model *model, size_t *count, size_t *hidden)
{
	struct trail *trail = model->trail;
	bool is_current = trail->is_made && trail->lines_audit == model->audit_number &&
			  trail->lines_events == model->event_count &&
			  strcmp(trail->filter, model->view.lists[VIEW_EVENTS].filter) == 0;
	if (!is_current) {
		collect(model, trail);
		filter(model, trail);
		trail->lines_audit = model->audit_number;
		trail->lines_events = model->event_count;
		text_copy(trail->filter, sizeof(trail->filter),
			model->view.lists[VIEW_EVENTS].filter);
		trail->is_made = true;
	}
	*count = trail->count;
	*hidden = trail->hidden;
	return trail->lines;
}

size_t model_events_row_count(const struct model *model)
{
	size_t lines, hidden;
	model_trail(model, &lines, &hidden);
	return model_failures(model)->count + lines;
}

/* Lines come above the cursor's: it stays with its own, found by its time. */
size_t model_events_row(const struct model *model)
{
	const struct view_state *view = &model->view;
	size_t groups = model_failures(model)->count, count, hidden, at = 0;
	const struct audit_line *lines = model_trail(model, &count, &hidden);
	if (!view->events_in_trail && groups > 0)
		return view->events_row < groups ? view->events_row : groups - 1;
	while (at < count && view->events_at_ms > 0 && lines[at].at_ms > view->events_at_ms)
		at++;
	at += view->events_at_ms > 0 ? view->events_row : 0;
	return groups + (at < count ? at : count > 0 ? count - 1 : 0);
}

/* The first line is the newest, whatever comes: no time. */
static void stand_on_line(struct view_state *view, const struct audit_line *lines, size_t at)
{
	view->events_in_trail = true;
	view->events_at_ms = at == 0 ? 0 : lines[at].at_ms;
	view->events_row = 0;
	for (size_t i = at; i > 0 && lines[i - 1].at_ms == lines[at].at_ms; i--)
		view->events_row++;
}

/* Table and date follow the cursor, so that every other action means its row. */
static void follow(struct model *model, int table, date_t date)
{
	if (table >= 0)
		model_select_table_index(model, (size_t)table);
	if (table >= 0 && date != DATE_NONE)
		model_select_date(model, date);
}

void model_select_events_row(struct model *model, int64_t number)
{
	const struct failures *failures = model_failures(model);
	size_t count, hidden;
	const struct audit_line *lines = model_trail(model, &count, &hidden);
	int64_t last = (int64_t)(failures->count + count) - 1;
	number = number > last ? last : number;
	size_t row = number < 0 ? 0 : (size_t)number;
	if (row < failures->count) {
		const struct failure_group *group = &failures->groups[row];
		model->view.events_in_trail = false;
		model->view.events_row = row;
		follow(model, (int)group->table, date_set_first(&group->dates));
	} else if (row - failures->count < count) {
		const struct audit_line *line = &lines[row - failures->count];
		stand_on_line(&model->view, lines, row - failures->count);
		follow(model, line->table, line->date);
	}
}

/* The list as it was is still the one of before. */
void model_sort_failures(struct model *model)
{
	const struct failures *failures = &model->trail->failures;
	size_t row = model->view.events_row;
	if (model->view.events_in_trail || row >= failures->count)
		return;
	char category[TABLE_NAME_BYTES];
	size_t table = failures->groups[row].table;
	bool is_expected = failures->groups[row].is_expected;
	text_copy(category, sizeof(category), failures->groups[row].category);
	failures = model_failures(model);
	for (size_t i = 0; i < failures->count; i++)
		if (failures->groups[i].table == table &&
			failures->groups[i].is_expected == is_expected &&
			strcmp(failures->groups[i].category, category) == 0)
			model->view.events_row = i;
}

void model_enter_events(struct model *model)
{
	model->view.events_in_trail = false;
	model_select_events_row(model, 0);
}

void model_turn_events(struct model *model)
{
	size_t groups = model_failures(model)->count;
	model_select_events_row(model, model_events_row(model) < groups ? (int64_t)groups : 0);
}

void model_filter_events(struct model *model, const char *text)
{
	text_copy(model->view.lists[VIEW_EVENTS].filter,
		sizeof(model->view.lists[VIEW_EVENTS].filter), text);
	model_select_events_row(model, (int64_t)model_failures(model)->count);
}

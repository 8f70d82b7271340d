#include "jobs/log_search.h"
#include "model_parts.h"

#include <stdlib.h>
#include <string.h>

/* The findings that were made when somebody looked, and the cursor among them. */

const struct health_finding *model_finding(const struct model *model)
{
	const struct model_health *health = &model->health;
	size_t row = model->view.finding;
	return row < health->shown ? &health->findings.items[row] : NULL;
}

/* The table follows the cursor, so that every other action means it. */
void model_select_finding(struct model *model, int64_t number)
{
	int64_t last = (int64_t)model->health.shown - 1;
	number = number > last ? last : number;
	model->view.finding = number < 0 ? 0 : (size_t)number;
	const struct health_finding *finding = model_finding(model);
	const char *name = finding == NULL ? NULL : strchr(finding->id, ':');
	size_t table = name == NULL ? model->pipeline->table_count
				    : pipeline_find(model->pipeline, name + 1);
	if (table < model->pipeline->table_count)
		model_select_table_index(model, table);
}

static int compare_numbers(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

/* Without the dataset, as a narrow list shows it. */
static const char *table_of(const struct health_finding *finding)
{
	const char *dot = strrchr(finding->subject, '.');
	return dot == NULL ? finding->subject : dot + 1;
}

/* By the column, then as health_judge lists them. */
static int compare_findings(const void *a, const void *b, void *context)
{
	const struct list_state *list = context;
	const struct health_finding *first = a, *second = b;
	int subjects = strcmp(first->subject, second->subject);
	int severities = compare_numbers(first->severity, second->severity);
	int kinds = compare_numbers(first->kind, second->kind);
	int order = list->sort == FINDING_SORT_SUBJECT ? strcmp(table_of(first), table_of(second))
		    : list->sort == FINDING_SORT_KIND  ? kinds
						       : severities;
	if (list->is_reversed)
		order = -order;
	if (order == 0)
		order = severities != 0 ? severities : kinds != 0 ? kinds : subjects;
	return order == 0 ? strcmp(first->id, second->id) : order;
}

static bool passes(
	const struct health_finding *finding, const struct log_search *search, bool excludes)
{
	struct buffer text = {0};
	if (search == NULL)
		return true;
	buffer_add_format(&text, "%s %s %s %s", health_severity_word(finding->severity),
		health_kind_name(finding->kind), finding->subject, finding->evidence);
	bool has_it = log_search_is_in(search, buffer_text(&text));
	buffer_release(&text);
	return has_it != excludes;
}

/* Those that pass come first. */
static size_t gather(struct health_findings *findings, const char *filter)
{
	bool excludes = filter[0] == '!';
	struct log_search *search = log_search_new(filter + excludes);
	size_t shown = 0;
	for (size_t i = 0; i < findings->count; i++) {
		struct health_finding finding = findings->items[i];
		if (!passes(&finding, search, excludes))
			continue;
		findings->items[i] = findings->items[shown];
		findings->items[shown++] = finding;
	}
	log_search_free(search);
	return shown;
}

static void arrange(struct model *model, const char *id)
{
	struct model_health *health = &model->health;
	struct list_state *list = &model->view.lists[VIEW_HEALTH];
	size_t row = model->view.finding;
	health->shown = gather(&health->findings, list->filter);
	if (health->shown > 1)
		qsort_r(health->findings.items, health->shown, sizeof(*health->findings.items),
			compare_findings, list);
	for (size_t i = 0; i < health->shown; i++)
		if (text_equal(health->findings.items[i].id, id))
			row = i;
	model_select_finding(model, (int64_t)row);
}

void model_arrange_findings(struct model *model)
{
	const struct health_finding *finding = model_finding(model);
	char id[HEALTH_ID_BYTES] = "";
	if (finding != NULL)
		text_copy(id, sizeof(id), finding->id);
	arrange(model, id);
}

void model_filter_findings(struct model *model, const char *text)
{
	struct list_state *list = &model->view.lists[VIEW_HEALTH];
	text_copy(list->filter, sizeof(list->filter), text);
	model_arrange_findings(model);
}

/* The cursor stays with its finding, or where it was. */
static void take_findings(struct model *model, struct health_findings *findings)
{
	const struct health_finding *before = model_finding(model);
	char id[HEALTH_ID_BYTES] = "";
	if (before != NULL)
		text_copy(id, sizeof(id), before->id);
	health_findings_release(&model->health.findings);
	model->health.findings = *findings;
	*findings = (struct health_findings){0};
	arrange(model, id);
}

/* The view says it instead of its findings: once is enough. */
static bool is_told_by_view(const struct model *model)
{
	const struct model_health *health = &model->health;
	return model->view.view == VIEW_HEALTH && health->trouble[0] != '\0' &&
	       health->findings.count == 0;
}

void model_apply_health(struct model *model, struct event *event)
{
	struct model_health *health = &model->health;
	health->is_looking = false;
	if (event->health.findings != NULL) {
		take_findings(model, event->health.findings);
		health->was_seen = true;
		health->trouble[0] = '\0';
	} else if (!event->health.is_repair) {
		text_copy(health->trouble, sizeof(health->trouble), event->health.text);
	}
	if (event->health.text[0] == '\0')
		return;
	if (!is_told_by_view(model))
		model_set_message(model, event->at_ms, event->health.severity, event->health.text);
	model_add_event(model, event->at_ms, event->health.severity, "%s", event->health.text);
}

bool model_apply_health_action(struct model *model, enum action action)
{
	struct view_state *view = &model->view;
	bool is_here = view->view == VIEW_HEALTH;
	if (action == ACTION_REFRESH && is_here)
		model->health.is_looking = true;
	else if (action == ACTION_OPEN && is_here && view->dialog == DIALOG_NONE) {
		view->dialog = model_finding(model) == NULL ? DIALOG_NONE : DIALOG_FINDING;
		view->scroll = 0;
	} else
		return false;
	return true;
}

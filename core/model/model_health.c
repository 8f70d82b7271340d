#include "model_parts.h"

#include <stdlib.h>
#include <string.h>

/* The findings that were made when somebody looked, and the cursor among them. */

const struct health_finding *model_finding(const struct model *model)
{
	const struct model_health *health = &model->health;
	size_t row = model->view.finding;
	return row < health->findings.count ? &health->findings.items[row] : NULL;
}

/* The table follows the cursor, so that every other action means it. */
void model_select_finding(struct model *model, int64_t number)
{
	int64_t last = (int64_t)model->health.findings.count - 1;
	number = number > last ? last : number;
	model->view.finding = number < 0 ? 0 : (size_t)number;
	const struct health_finding *finding = model_finding(model);
	const char *name = finding == NULL ? NULL : strchr(finding->id, ':');
	size_t table = name == NULL ? model->pipeline->table_count
				    : pipeline_find(model->pipeline, name + 1);
	if (table < model->pipeline->table_count)
		model_select_table_index(model, table);
}

/* The cursor stays with its finding, or where it was. */
static void take_findings(struct model *model, struct health_findings *findings)
{
	const struct health_finding *before = model_finding(model);
	size_t row = model->view.finding;
	for (size_t i = 0; before != NULL && i < findings->count; i++)
		if (text_equal(findings->items[i].id, before->id))
			row = i;
	health_findings_release(&model->health.findings);
	model->health.findings = *findings;
	*findings = (struct health_findings){0};
	model_select_finding(model, (int64_t)row);
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

/* What the warehouse, the ledger and the checkpoints say. */
#include "model_parts.h"

#include "base/clock.h"
#include "witness/checkpoints.h"

/* What is known of the dates that both ranges have is kept: queued and running cells above all. */
static void change_range(struct model *model, struct date_range range)
{
	struct coverage *fresh = coverage_new(model->pipeline, model->calendar, range);
	coverage_keep(fresh, model->coverage);
	coverage_free(model->coverage);
	model->coverage = fresh;
	model->range = range;
	for (size_t table = 0; table < model->pipeline->table_count; table++)
		model_count_queued(model, table);
	if (!date_range_has(range, model->view.date))
		model->view.date = range.first;
	model->view.is_marking = false;
}

/* What was read besides the range is as old as the range was. */
void model_apply_coverage(struct model *model, const struct event *event)
{
	model_forget_seasons(model);
	struct calendar *calendar = calendar_new(model->pipeline, &event->coverage.raw_days);
	coverage_set_calendar(model->coverage, calendar);
	calendar_free(model->calendar);
	model->calendar = calendar;
	struct date_range range = event->coverage.range;
	if (range.first != model->range.first || range.last != model->range.last)
		change_range(model, range);
	coverage_set_receipts(model->coverage, &event->coverage.receipts, event->at_ms);
	model->has_warehouse = event->coverage.raw_days.first_game != DATE_NONE;
	model->checked_ms = event->at_ms;
	model->counted = false;
	model->checking = false;
	model->coverage_trouble[0] = '\0';
}

/* An overview stands beside the receipts, and is no recount. */
static void apply_overview(struct model *model, const struct event *event)
{
	coverage_set_overview(model->coverage, &event->counts.counts, event->counts.table_of_layout,
		event->counts.layout_count, event->at_ms);
}

void model_apply_counts(struct model *model, const struct event *event)
{
	if (event->counts.counts.is_overview) {
		apply_overview(model, event);
		return;
	}
	coverage_set_counts(model->coverage, &event->counts.counts, event->counts.table_of_layout,
		event->counts.layout_count, event->at_ms);
	model->checked_ms = event->at_ms;
	model->counted = true;
	model->checking = false;
	model->coverage_trouble[0] = '\0';
}

void model_apply_coverage_failed(struct model *model, const struct event *event)
{
	coverage_set_unknown(model->coverage);
	text_copy(model->coverage_trouble, sizeof(model->coverage_trouble), event->message.text);
	model->checking = false;
	model_add_event(
		model, event->at_ms, SEVERITY_ERROR, "coverage unknown: %s", event->message.text);
}

/* All that there are: one that is not among them was taken back. */
static void apply_excuses(struct model *model, const struct event *event)
{
	coverage_forget_excuses(model->coverage);
	model->today = clock_local_date(event->at_ms);
	coverage_set_today(model->coverage, model->today);
	for (size_t i = 0; i < event->history.excuse_count; i++) {
		const struct cell_excuse *excuse = &event->history.excuses[i];
		coverage_set_excuse(model->coverage, &(struct excuse){excuse->table, excuse->date,
							     excuse->until, excuse->words});
	}
}

void model_apply_history(struct model *model, const struct event *event)
{
	apply_excuses(model, event);
	for (size_t i = 0; i < event->history.count; i++) {
		const struct cell_attempt *attempt = &event->history.items[i];
		const struct cell *cell =
			coverage_cell(model->coverage, attempt->table, attempt->date);
		/* the owner knows better how its own runs stand; a reader knows from here only */
		if (cell == NULL || (!model->read_only && cell->attempt != ATTEMPT_NONE))
			continue;
		coverage_set_attempt(model->coverage, attempt->table, attempt->date, attempt->state,
			attempt->words, attempt->at_ms);
		coverage_set_spent(
			model->coverage, attempt->table, attempt->date, attempt->duration_ms);
		coverage_set_reported(model->coverage, attempt->table, attempt->date, attempt->rows,
			attempt->at_ms);
	}
}

/* What is new in it is said once: the same lie at every refresh would be noise. */
void model_apply_checkpoints(struct model *model, const struct event *event)
{
	const struct checkpoints *checkpoints = event->checkpoints;
	checkpoints_apply(checkpoints, model->coverage);
	coverage_judge_changes(model->coverage);
	for (size_t i = 0; i < model->pipeline->table_count; i++) {
		struct table_model *table = &model->tables[i];
		const struct checkpoint_state *state = &checkpoints->states[i];
		struct buffer words = {0};
		int lies = checkpoints_contradictions(model->coverage, i, &words);
		if (lies > 0 && lies != table->checkpoint_lies)
			model_add_event(model, event->at_ms, SEVERITY_WARNING, "%s: %s",
				model->pipeline->tables[i].short_name, buffer_text(&words));
		if (state->trouble.length > 0)
			model_add_event(model, event->at_ms, SEVERITY_WARNING, "%s: %s",
				model->pipeline->tables[i].short_name,
				buffer_text(&state->trouble));
		table->checkpoint_lies = lies;
		buffer_release(&words);
	}
}

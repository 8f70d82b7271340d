#include "tui/controller_parts.h"

#include "base/memory.h"
#include "tui/dialogs.h"
#include "tui/layout.h"

#define DIALOG_PAGE 10

static struct event *add_event(struct reply *reply, enum event_kind kind)
{
	struct controller_answer *answer = reply->answer;
	struct event *event = &answer->events[answer->event_count++];
	*event = (struct event){.kind = kind,
		.at_ms = reply->now_ms,
		.table = model_selected_table(reply->model),
		.date = reply->model->view.date};
	return event;
}

static int page_of(const struct reply *reply)
{
	if (reply->model->view.dialog != DIALOG_NONE &&
		reply->model->view.dialog != DIALOG_SEARCH &&
		reply->model->view.dialog != DIALOG_FILTER)
		return DIALOG_PAGE;
	struct layout layout = layout_of_model(reply->model);
	return view_of(reply->model->view.view)->page(reply->model, &layout);
}

struct event *reply_action(struct reply *reply, enum action action)
{
	struct event *event = add_event(reply, EVENT_ACTION);
	event->action.action = (int)action;
	event->action.argument = page_of(reply);
	return event;
}

void reply_message(struct reply *reply, enum severity severity, const char *text)
{
	struct event *event = add_event(reply, EVENT_MESSAGE);
	event->message.severity = severity;
	text_copy(event->message.text, sizeof(event->message.text), text);
}

void reply_dialog(struct reply *reply, enum dialog_id dialog)
{
	reply_action(reply, ACTION_SHOW)->action.argument = (int)dialog;
}

struct wish *reply_wish(struct reply *reply, enum wish_kind kind)
{
	reply->answer->wish = (struct wish){
		.kind = kind, .table = model_selected_table(reply->model), .date = DATE_NONE};
	return &reply->answer->wish;
}

/* What the action shows afterwards is asked for, or no cell any more. */
void reply_look_into_cell(struct reply *reply, enum action action)
{
	reply_action(reply, action);
	reply_wish(reply, WISH_ROWS)->flag = true;
}

/* Looked at when it is opened first, later when it is asked for: never by itself. */
static void show_health(struct reply *reply)
{
	reply_action(reply, ACTION_VIEW_HEALTH);
	if (!reply->model->health.was_seen)
		reply_wish(reply, WISH_HEALTH);
}

void reply_ask_to_fix(struct reply *reply)
{
	const struct health_finding *finding = model_finding(reply->model);
	if (reply->model->read_only)
		reply_refuse_work(reply);
	else if (finding == NULL || !health_can_repair(finding))
		reply_message(reply, SEVERITY_INFO,
			"backcourt does not mend this; Enter says what helps");
	else
		reply_dialog(reply, DIALOG_FIX);
}

/* Of a script, that Enter leads to: the cell under the cursor, or the date that says most about a
 * table whose log has nothing new. */
static date_t date_with_a_log(const struct model *model)
{
	size_t table = model_selected_table(model);
	date_t date = model->view.view == VIEW_MATRIX ? model->view.date : DATE_NONE;
	if (model->pipeline->tables[table].job.executor != EXECUTOR_COMMAND)
		return DATE_NONE;
	if (model->view.view == VIEW_OVERVIEW &&
		model->tables[table].log.next == model->tables[table].log.first)
		date = model_telling_date(model, table);
	const struct cell *cell =
		date == DATE_NONE ? NULL : coverage_cell(model->coverage, table, date);
	bool was_tried =
		cell != NULL && cell->attempt != ATTEMPT_NONE && cell->attempt != ATTEMPT_QUEUED;
	return was_tried ? date : DATE_NONE;
}

void reply_carry_out(struct reply *reply, enum action action)
{
	if (reply->model->follows && reply_ask_background(reply, action))
		return;
	if ((reply_changes_work(action) || action == ACTION_EXCUSE) && reply->model->read_only)
		reply_refuse_work(reply);
	else if (reply_changes_work(action))
		reply_change_work(reply, action);
	else if (action == ACTION_THEME)
		reply_wish(reply, WISH_THEME);
	else if (action == ACTION_COPY)
		reply_wish(reply, WISH_COPY);
	else if (action == ACTION_PAGER || action == ACTION_EDITOR)
		reply_wish(reply, WISH_READ_LOG)->flag = action == ACTION_EDITOR;
	else if (action == ACTION_HANDOFF)
		reply_wish(reply, WISH_HANDOFF);
	else if (action == ACTION_ADOPT)
		reply_wish(reply, WISH_ADOPT);
	else if (action == ACTION_OPEN && date_with_a_log(reply->model) != DATE_NONE)
		reply_wish(reply, WISH_LOG_OF_DATE)->date = date_with_a_log(reply->model);
	else if (action == ACTION_REDRAW)
		reply_wish(reply, WISH_REDRAW);
	else if (action == ACTION_ROWS)
		reply_look_into_cell(reply, action);
	else if (action == ACTION_SUSPEND)
		reply_wish(reply, WISH_SUSPEND);
	else if (action == ACTION_VIEW_HEALTH)
		show_health(reply);
	else if (action == ACTION_FIX)
		reply_ask_to_fix(reply);
	else if (action == ACTION_REFRESH) {
		bool is_health = reply->model->view.view == VIEW_HEALTH;
		reply_action(reply, action);
		reply_wish(reply, is_health ? WISH_HEALTH : WISH_REFRESH);
	} else if (action != ACTION_NONE)
		reply_action(reply, action);
}

void controller_key(const struct model *model, const struct keymap *keymap, input_t input,
	int64_t now_ms, struct controller_answer *answer)
{
	*answer = (struct controller_answer){.event_count = 0};
	struct reply reply = {model, keymap, now_ms, answer};
	if (dialog_reads_text(model->view.dialog))
		reply_type(&reply, input);
	else if (model->view.dialog != DIALOG_NONE)
		reply_to_dialog(&reply, input);
	else
		reply_carry_out(
			&reply, keymap_action(keymap, view_of(model->view.view)->places, input));
}

void controller_action(const struct model *model, enum action action, int64_t now_ms,
	struct controller_answer *answer)
{
	*answer = (struct controller_answer){.event_count = 0};
	struct reply reply = {model, NULL, now_ms, answer};
	reply_carry_out(&reply, action);
}

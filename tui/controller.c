#include "tui/controller.h"

#include "base/memory.h"
#include "jobs/launch_preview.h"
#include "tui/dialogs.h"
#include "tui/layout.h"

#include <stdio.h>

#define DIALOG_PAGE 10

/* The answer being put together. */
struct turn {
	const struct model *model;
	const struct keymap *keymap;
	int64_t now_ms;
	struct controller_answer *answer;
};

static struct event *add_event(struct turn *turn, enum event_kind kind)
{
	struct controller_answer *answer = turn->answer;
	struct event *event = &answer->events[answer->event_count++];
	*event = (struct event){.kind = kind,
		.at_ms = turn->now_ms,
		.table = model_selected_table(turn->model),
		.date = turn->model->view.date};
	return event;
}

static int page_of(const struct turn *turn)
{
	if (turn->model->view.dialog != DIALOG_NONE && turn->model->view.dialog != DIALOG_SEARCH &&
		turn->model->view.dialog != DIALOG_FILTER)
		return DIALOG_PAGE;
	struct layout layout = layout_of_model(turn->model);
	return view_of(turn->model->view.view)->page(turn->model, &layout);
}

static struct event *say_action(struct turn *turn, enum action action)
{
	struct event *event = add_event(turn, EVENT_ACTION);
	event->action.action = (int)action;
	event->action.argument = page_of(turn);
	return event;
}

static void say(struct turn *turn, enum severity severity, const char *text)
{
	struct event *event = add_event(turn, EVENT_MESSAGE);
	event->message.severity = severity;
	text_copy(event->message.text, sizeof(event->message.text), text);
}

static void show_dialog(struct turn *turn, enum dialog_id dialog)
{
	say_action(turn, ACTION_SHOW)->action.argument = (int)dialog;
}

static struct wish *wish(struct turn *turn, enum wish_kind kind)
{
	turn->answer->wish = (struct wish){
		.kind = kind, .table = model_selected_table(turn->model), .date = DATE_NONE};
	return &turn->answer->wish;
}

static bool changes_work(enum action action)
{
	return (action >= ACTION_START && action <= ACTION_FEWER_WORKERS) ||
	       action == ACTION_RUN_PLAN;
}

static void change_workers(struct turn *turn, int step)
{
	int workers = turn->model->workers + step;
	if (workers < 1 || workers > PIPELINE_WORKERS_MAX)
		say(turn, SEVERITY_INFO,
			workers < 1 ? "at least one worker" : "no more workers than that");
	else
		wish(turn, WISH_WORKERS)->number = workers;
}

static void ask_to_kill(struct turn *turn)
{
	const struct table_model *job = &turn->model->tables[model_selected_table(turn->model)];
	if (job->worker < 0 && job->queued == 0)
		say(turn, SEVERITY_INFO, "this table is not running");
	else
		show_dialog(turn, job->outside.pid != 0 ? DIALOG_KILL_OUTSIDE : DIALOG_KILL);
}

static void ask_to_stop(struct turn *turn)
{
	if (turn->model->tables[model_selected_table(turn->model)].outside.pid != 0) {
		show_dialog(turn, DIALOG_STOP_OUTSIDE);
		return;
	}
	say_action(turn, ACTION_STOP);
	wish(turn, WISH_STOP);
}

static void run_plan(struct turn *turn)
{
	if (model_plan(turn->model)->step_count == 0)
		say(turn, SEVERITY_INFO, "the plan has no step to run");
	else
		wish(turn, WISH_PLAN);
}

/* Waking needs no question. */
static void ask_to_freeze(struct turn *turn)
{
	const struct model *model = turn->model;
	size_t table = model_selected_table(model);
	const struct table_model *job = &model->tables[table];
	if (job->frozen_ms > 0)
		wish(turn, WISH_FREEZE);
	else if (job->outside.pid != 0)
		say(turn, SEVERITY_INFO, "this job was not started here: it is not frozen");
	else if (model->pipeline->tables[table].job.executor != EXECUTOR_COMMAND)
		say(turn, SEVERITY_INFO, "only scripts are frozen: a pause takes one date at most");
	else if (job->worker < 0)
		say(turn, SEVERITY_INFO, "this table is not running");
	else
		show_dialog(turn, DIALOG_FREEZE);
}

/* Its command is shown before it starts, with whom a failure would lock out: one question. */
static bool starts_a_script(const struct model *model)
{
	const struct pipeline *pipeline = model->pipeline;
	return pipeline->tables[model_selected_table(model)].job.executor == EXECUTOR_COMMAND;
}

static void change_work(struct turn *turn, enum action action)
{
	const struct model *model = turn->model;
	const struct table_model *job = &model->tables[model_selected_table(model)];
	if (action == ACTION_START && model_has_marks(model) && model->view.dialog == DIALOG_NONE)
		wish(turn, WISH_MARKED);
	else if (action == ACTION_START)
		wish(turn, WISH_START);
	else if (action == ACTION_PAUSE)
		wish(turn, WISH_PAUSE)->flag = !job->paused;
	else if (action == ACTION_STOP)
		ask_to_stop(turn);
	else if (action == ACTION_KILL)
		ask_to_kill(turn);
	else if (action == ACTION_FREEZE)
		ask_to_freeze(turn);
	else if (action == ACTION_RETRY && model->view.view == VIEW_EVENTS &&
		 !starts_a_script(model))
		show_dialog(turn, DIALOG_RETRY);
	else if (action == ACTION_RETRY)
		wish(turn, WISH_RETRY);
	else if (action == ACTION_START_ALL)
		wish(turn, WISH_START_ALL);
	else if (action == ACTION_RUN_PLAN)
		run_plan(turn);
	else if (action == ACTION_PAUSE_ALL)
		wish(turn, WISH_PAUSE_ALL)->flag = !model->all_paused;
	else if (action == ACTION_AUTO_LAUNCH)
		wish(turn, WISH_AUTO_LAUNCH)->flag = !model->auto_launch;
	else
		change_workers(turn, action == ACTION_MORE_WORKERS ? 1 : -1);
}

static void refuse_work(struct turn *turn)
{
	char text[EVENT_TEXT_BYTES];
	snprintf(text, sizeof(text), "read-only%s%.150s",
		turn->model->holder[0] != '\0' ? ": " : "", turn->model->holder);
	say(turn, SEVERITY_WARNING, text);
}

/* What the action shows afterwards is asked for, or no cell any more. */
static void look_into_cell(struct turn *turn, enum action action)
{
	say_action(turn, action);
	wish(turn, WISH_ROWS)->flag = true;
}

/* What a run in the background can be asked for: it pauses and stops as a whole. */
static bool ask_background(struct turn *turn, enum action action)
{
	if (action == ACTION_PAUSE || action == ACTION_PAUSE_ALL)
		wish(turn, WISH_PAUSE_ALL)->flag = !turn->model->all_paused;
	else if (action == ACTION_STOP || action == ACTION_KILL)
		change_work(turn, action);
	else
		return false;
	return true;
}

/* Looked at when it is opened first, later when it is asked for: never by itself. */
static void show_health(struct turn *turn)
{
	say_action(turn, ACTION_VIEW_HEALTH);
	if (!turn->model->health.was_seen)
		wish(turn, WISH_HEALTH);
}

static void ask_to_fix(struct turn *turn)
{
	const struct health_finding *finding = model_finding(turn->model);
	if (turn->model->read_only)
		refuse_work(turn);
	else if (finding == NULL || !health_can_repair(finding))
		say(turn, SEVERITY_INFO, "backcourt does not mend this; Enter says what helps");
	else
		show_dialog(turn, DIALOG_FIX);
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

static void carry_out(struct turn *turn, enum action action)
{
	if (turn->model->follows && ask_background(turn, action))
		return;
	if ((changes_work(action) || action == ACTION_EXCUSE) && turn->model->read_only)
		refuse_work(turn);
	else if (changes_work(action))
		change_work(turn, action);
	else if (action == ACTION_THEME)
		wish(turn, WISH_THEME);
	else if (action == ACTION_COPY)
		wish(turn, WISH_COPY);
	else if (action == ACTION_PAGER || action == ACTION_EDITOR)
		wish(turn, WISH_READ_LOG)->flag = action == ACTION_EDITOR;
	else if (action == ACTION_HANDOFF)
		wish(turn, WISH_HANDOFF);
	else if (action == ACTION_ADOPT)
		wish(turn, WISH_ADOPT);
	else if (action == ACTION_OPEN && date_with_a_log(turn->model) != DATE_NONE)
		wish(turn, WISH_LOG_OF_DATE)->date = date_with_a_log(turn->model);
	else if (action == ACTION_REDRAW)
		wish(turn, WISH_REDRAW);
	else if (action == ACTION_ROWS)
		look_into_cell(turn, action);
	else if (action == ACTION_SUSPEND)
		wish(turn, WISH_SUSPEND);
	else if (action == ACTION_VIEW_HEALTH)
		show_health(turn);
	else if (action == ACTION_FIX)
		ask_to_fix(turn);
	else if (action == ACTION_REFRESH) {
		bool is_health = turn->model->view.view == VIEW_HEALTH;
		say_action(turn, action);
		wish(turn, is_health ? WISH_HEALTH : WISH_REFRESH);
	} else if (action != ACTION_NONE)
		say_action(turn, action);
}

static void accept_range(struct turn *turn)
{
	const char *typed = turn->model->view.typed;
	struct date_range range;
	struct error err;
	if (!pipeline_dates(turn->model->pipeline, typed, &range) &&
		!date_range_parse(typed, &range, &err)) {
		say(turn, SEVERITY_ERROR, err.text);
		return;
	}
	say_action(turn, ACTION_ACCEPT);
	wish(turn, WISH_RANGE)->range = range;
}

static void accept_plan_file(struct turn *turn)
{
	const char *path = turn->model->view.typed;
	if (path[0] == '\0') {
		say(turn, SEVERITY_ERROR, "a plan is saved to a file: its name");
		return;
	}
	say_action(turn, ACTION_ACCEPT);
	struct wish *made = wish(turn, WISH_SAVE_PLAN);
	text_copy(made->text, sizeof(made->text), path);
}

static void accept_excuse(struct turn *turn)
{
	const char *reason = turn->model->view.typed;
	say_action(turn, ACTION_ACCEPT);
	text_copy(wish(turn, WISH_EXCUSE)->text, MODEL_TYPED_BYTES, reason);
}

static void accept_palette(struct turn *turn)
{
	enum action choices[ACTION_COUNT];
	size_t count = palette_choices(turn->model, choices, ACTION_COUNT);
	size_t choice = (size_t)turn->model->view.choice;
	say_action(turn, ACTION_CLOSE);
	if (count > 0)
		carry_out(turn, choices[choice < count ? choice : count - 1]);
}

static void accept_text(struct turn *turn)
{
	switch (turn->model->view.dialog) {
	case DIALOG_RANGE:
		accept_range(turn);
		break;
	case DIALOG_SAVE_PLAN:
		accept_plan_file(turn);
		break;
	case DIALOG_PALETTE:
		accept_palette(turn);
		break;
	case DIALOG_EXCUSE:
		accept_excuse(turn);
		break;
	case DIALOG_NONE:
	case DIALOG_SAMPLE:
	case DIALOG_IMPORT:
	case DIALOG_PACE:
	case DIALOG_QUIT:
	case DIALOG_KILL:
	case DIALOG_FREEZE:
	case DIALOG_STOP_OUTSIDE:
	case DIALOG_KILL_OUTSIDE:
	case DIALOG_LAUNCH:
	case DIALOG_HELP:
	case DIALOG_WHY:
	case DIALOG_FINDING:
	case DIALOG_FIX:
	case DIALOG_LOG:
	case DIALOG_ROWS:
	case DIALOG_RETRY:
	case DIALOG_SEARCH:
	case DIALOG_FILTER:
	case DIALOG_RESUME:
		say_action(turn, ACTION_ACCEPT);
		break;
	}
}

static void type_key(struct turn *turn, input_t input)
{
	char text[5] = {0};
	if (input == INPUT_ENTER)
		accept_text(turn);
	else if (input == INPUT_ESCAPE || input == 3)
		say_action(turn, ACTION_CLOSE);
	else if (input == INPUT_BACKSPACE)
		say_action(turn, ACTION_ERASE);
	else if (input == INPUT_UP || input == INPUT_DOWN)
		say_action(turn, input == INPUT_UP ? ACTION_UP : ACTION_DOWN);
	else if (input >= ' ' && input < INPUT_FIRST_SPECIAL) {
		text_encode_utf8(input, text);
		say_action(turn, ACTION_TYPE)->action.text = memory_copy_text(text);
	}
}

static bool closes(enum action action)
{
	return action == ACTION_CLOSE || action == ACTION_BACK || action == ACTION_CANCEL;
}

static void answer_sample(struct turn *turn, enum action action)
{
	if (action != ACTION_ACCEPT) {
		if (closes(action))
			say_action(turn, ACTION_CLOSE);
		return;
	}
	say_action(turn, ACTION_ACCEPT);
	wish(turn, WISH_IMPORT_SAMPLE);
}

static void answer_pace(struct turn *turn, enum action action)
{
	if (action == ACTION_ACCEPT || action == ACTION_SAMPLE_PACED ||
		action == ACTION_SAMPLE_FULL) {
		say_action(turn, ACTION_CLOSE);
		wish(turn, WISH_PACE)->flag = action != ACTION_SAMPLE_FULL;
	} else if (closes(action)) {
		say_action(turn, ACTION_CLOSE);
	}
}

static void answer_quit(struct turn *turn, enum action action)
{
	bool busy = model_is_busy(turn->model) && !turn->model->follows;
	if (closes(action))
		say_action(turn, ACTION_CLOSE);
	else if (action == ACTION_QUIT_NOW ||
		 (!busy && (action == ACTION_ACCEPT || action == ACTION_QUIT_STOP))) {
		say_action(turn, ACTION_CLOSE);
		wish(turn, WISH_LEAVE)->flag = true;
	} else if (action == ACTION_QUIT_DETACH && busy) {
		say_action(turn, ACTION_QUIT_STOP);
		wish(turn, WISH_DETACH);
	} else if (action == ACTION_ACCEPT || action == ACTION_QUIT_STOP) {
		say_action(turn, ACTION_QUIT_STOP);
		wish(turn, WISH_LEAVE);
	}
}

static void answer_resume(struct turn *turn, enum action action)
{
	if (action != ACTION_ACCEPT && !closes(action))
		return;
	say_action(turn, ACTION_CLOSE);
	wish(turn, WISH_RESUME)->flag = action == ACTION_ACCEPT;
}

static void answer_kill(struct turn *turn, enum action action)
{
	if (closes(action))
		say_action(turn, ACTION_CLOSE);
	if (action != ACTION_QUIT_NOW)
		return;
	say_action(turn, ACTION_KILL);
	wish(turn, WISH_KILL);
}

static void answer_freeze(struct turn *turn, enum action action)
{
	if (closes(action) || action == ACTION_QUIT_NOW)
		say_action(turn, ACTION_CLOSE);
	if (action == ACTION_QUIT_NOW)
		wish(turn, WISH_FREEZE)->flag = true;
}

static void answer_outside(struct turn *turn, enum action action)
{
	const struct model *model = turn->model;
	bool kills = model->view.dialog == DIALOG_KILL_OUTSIDE;
	if (closes(action))
		say_action(turn, ACTION_CLOSE);
	if (action != ACTION_QUIT_NOW)
		return;
	int pid = model->tables[model_selected_table(model)].outside.pid;
	say_action(turn, ACTION_CLOSE);
	if (pid == 0)
		return;
	say_action(turn, kills ? ACTION_KILL : ACTION_STOP);
	wish(turn, kills ? WISH_KILL_OUTSIDE : WISH_STOP_OUTSIDE)->number = pid;
}

static void answer_retry(struct turn *turn, enum action action)
{
	bool accepts = action == ACTION_ACCEPT || action == ACTION_QUIT_NOW;
	if (closes(action) || accepts)
		say_action(turn, ACTION_CLOSE);
	if (accepts)
		wish(turn, WISH_RETRY);
}

static bool is_movement(enum action action)
{
	return action >= ACTION_UP && action <= ACTION_HALF_DOWN;
}

/* Enter starts what is shown, and only that kind of thing. */
static void answer_launch(struct turn *turn, enum action action)
{
	const struct launch_preview *launch = turn->model->launch;
	if (is_movement(action)) {
		say_action(turn, action);
		return;
	}
	if (action == ACTION_COPY)
		wish(turn, WISH_COPY);
	if (closes(action) || action == ACTION_OPEN)
		say_action(turn, ACTION_CLOSE);
	if (action != ACTION_OPEN || launch == NULL)
		return;
	struct wish *start = wish(turn, (enum wish_kind)launch->wish);
	start->table = launch->table;
	start->date = launch->date;
	start->is_confirmed = true;
}

static bool is_view(enum action action)
{
	return action >= ACTION_VIEW_OVERVIEW && action <= ACTION_VIEW_HEALTH;
}

/* Help and why are read: they scroll, close; why goes to the cause, and starts what it explains. */
static void answer_reading(struct turn *turn, enum action action)
{
	bool why = turn->model->view.dialog == DIALOG_WHY;
	bool stays = why || turn->model->view.dialog == DIALOG_LOG; /* its text is what is copied */
	if (is_movement(action) || is_view(action)) {
		say_action(turn, action);
		return;
	}
	if (why && action == ACTION_EXCUSE && !turn->model->read_only) {
		say_action(turn, action);
		return;
	}
	if (why && action == ACTION_ROWS) {
		look_into_cell(turn, action);
		return;
	}
	if (why && action == ACTION_START) {
		say_action(turn, ACTION_CLOSE);
		if (turn->model->read_only)
			refuse_work(turn);
		else
			wish(turn, WISH_START)->date = turn->model->view.date;
		return;
	}
	if (why && action == ACTION_OPEN)
		say_action(turn, ACTION_OPEN);
	else if (closes(action) || action == ACTION_OPEN || action == ACTION_HELP ||
		 action == ACTION_WHY || (action == ACTION_COPY && !stays))
		say_action(turn, ACTION_CLOSE);
	if (action == ACTION_COPY)
		wish(turn, WISH_COPY);
}

/* The other gaps of the table can be leafed through. */
static void answer_rows(struct turn *turn, enum action action)
{
	bool opens = action == ACTION_WHY || is_view(action);
	if (is_movement(action))
		say_action(turn, action);
	else if (action == ACTION_NEXT_GAP || action == ACTION_PREVIOUS_GAP)
		look_into_cell(turn, action);
	else if (action == ACTION_REFRESH)
		look_into_cell(turn, ACTION_ROWS);
	else if (action == ACTION_COPY)
		wish(turn, WISH_COPY);
	else if (opens || closes(action) || action == ACTION_ROWS || action == ACTION_OPEN) {
		say_action(turn, opens ? action : ACTION_CLOSE);
		wish(turn, WISH_ROWS);
	}
}

static void answer_finding(struct turn *turn, enum action action)
{
	if (is_movement(action) || is_view(action))
		say_action(turn, action);
	else if (action == ACTION_FIX)
		ask_to_fix(turn);
	else if (action == ACTION_COPY)
		wish(turn, WISH_COPY);
	else if (closes(action) || action == ACTION_OPEN)
		say_action(turn, ACTION_CLOSE);
}

static void answer_fix(struct turn *turn, enum action action)
{
	const struct health_finding *finding = model_finding(turn->model);
	if (closes(action))
		say_action(turn, ACTION_CLOSE);
	if (action != ACTION_QUIT_NOW || finding == NULL || !health_can_repair(finding))
		return;
	say_action(turn, ACTION_CLOSE);
	wish(turn, WISH_REPAIR);
}

static void answer_dialog(struct turn *turn, input_t input)
{
	enum action action = keymap_action(turn->keymap, "DG", input);
	if (action == ACTION_INTERRUPT && turn->model->view.dialog != DIALOG_QUIT) {
		show_dialog(turn, DIALOG_QUIT);
		return;
	}
	switch (turn->model->view.dialog) {
	case DIALOG_SAMPLE:
		answer_sample(turn, action);
		break;
	case DIALOG_PACE:
		answer_pace(turn, action);
		break;
	case DIALOG_QUIT:
		answer_quit(turn, action);
		break;
	case DIALOG_RESUME:
		answer_resume(turn, action);
		break;
	case DIALOG_KILL:
		answer_kill(turn, action);
		break;
	case DIALOG_FREEZE:
		answer_freeze(turn, action);
		break;
	case DIALOG_STOP_OUTSIDE:
	case DIALOG_KILL_OUTSIDE:
		answer_outside(turn, action);
		break;
	case DIALOG_LAUNCH:
		answer_launch(turn, keymap_action(turn->keymap, "G", input));
		break;
	case DIALOG_RETRY:
		answer_retry(turn, action);
		break;
	case DIALOG_HELP:
	case DIALOG_WHY:
	case DIALOG_LOG:
		answer_reading(turn, keymap_action(turn->keymap, "JG", input));
		break;
	case DIALOG_FINDING:
		answer_finding(turn, keymap_action(turn->keymap, "HJG", input));
		break;
	case DIALOG_FIX:
		answer_fix(turn, action);
		break;
	case DIALOG_ROWS:
		answer_rows(turn, keymap_action(turn->keymap, "JMG", input));
		break;
	case DIALOG_IMPORT: /* goes on; the line above the keys shows it */
		if (closes(action))
			say_action(turn, ACTION_CLOSE);
		break;
	case DIALOG_NONE:
	case DIALOG_PALETTE:
	case DIALOG_SEARCH:
	case DIALOG_FILTER:
	case DIALOG_EXCUSE:
	case DIALOG_RANGE:
	case DIALOG_SAVE_PLAN:
		break;
	}
}

void controller_key(const struct model *model, const struct keymap *keymap, input_t input,
	int64_t now_ms, struct controller_answer *answer)
{
	*answer = (struct controller_answer){.event_count = 0};
	struct turn turn = {model, keymap, now_ms, answer};
	if (dialog_reads_text(model->view.dialog))
		type_key(&turn, input);
	else if (model->view.dialog != DIALOG_NONE)
		answer_dialog(&turn, input);
	else
		carry_out(&turn, keymap_action(keymap, view_of(model->view.view)->places, input));
}

void controller_action(const struct model *model, enum action action, int64_t now_ms,
	struct controller_answer *answer)
{
	*answer = (struct controller_answer){.event_count = 0};
	struct turn turn = {model, NULL, now_ms, answer};
	carry_out(&turn, action);
}

/* Keys in a dialog that asks or tells. */
#include "tui/controller_parts.h"

#include "jobs/launch_preview.h"
#include "tui/dialogs.h"

bool reply_closes(enum action action)
{
	return action == ACTION_CLOSE || action == ACTION_BACK || action == ACTION_CANCEL;
}

/* The model does not know how many rows a dialog has: what was scrolled beyond them (to the end, or
 * page by page) is taken back before the next movement, else that would seem to do nothing. */
void reply_scroll_dialog(struct reply *reply, enum action action)
{
	const struct model *model = reply->model;
	bool from_end = model_shows_end_of_log(model);
	int scroll = from_end ? -model->view.scroll : model->view.scroll;
	int most = reply->answer->event_count == 0 && scroll > 0
			   ? dialog_scroll_most(model, reply->keymap)
			   : scroll;
	if (scroll > most) {
		reply_action(reply, from_end ? ACTION_BOTTOM : ACTION_TOP);
		enum action way = most > 1   ? (from_end ? ACTION_PAGE_UP : ACTION_PAGE_DOWN)
				  : from_end ? ACTION_UP
					     : ACTION_DOWN;
		if (most > 0)
			reply_action(reply, way)->action.argument = most;
	}
	reply_action(reply, action);
}

static void answer_sample(struct reply *reply, enum action action)
{
	if (action != ACTION_ACCEPT) {
		if (reply_closes(action))
			reply_action(reply, ACTION_CLOSE);
		return;
	}
	reply_action(reply, ACTION_ACCEPT);
	reply_wish(reply, WISH_IMPORT_SAMPLE);
}

static void answer_pace(struct reply *reply, enum action action)
{
	if (action == ACTION_ACCEPT || action == ACTION_SAMPLE_PACED ||
		action == ACTION_SAMPLE_FULL) {
		reply_action(reply, ACTION_CLOSE);
		reply_wish(reply, WISH_PACE)->flag = action != ACTION_SAMPLE_FULL;
	} else if (reply_closes(action)) {
		reply_action(reply, ACTION_CLOSE);
	}
}

static void answer_quit(struct reply *reply, enum action action)
{
	bool busy = model_is_busy(reply->model) && !reply->model->follows;
	if (reply_closes(action))
		reply_action(reply, ACTION_CLOSE);
	else if (action == ACTION_QUIT_NOW ||
		 (!busy && (action == ACTION_ACCEPT || action == ACTION_QUIT_STOP))) {
		reply_action(reply, ACTION_CLOSE);
		reply_wish(reply, WISH_LEAVE)->flag = true;
	} else if (busy && (action == ACTION_QUIT_DETACH || action == ACTION_ACCEPT)) {
		reply_action(reply, ACTION_QUIT_STOP);
		reply_wish(reply, WISH_DETACH);
	} else if (action == ACTION_QUIT_STOP) {
		reply_action(reply, ACTION_QUIT_STOP);
		reply_wish(reply, WISH_LEAVE);
	}
}

static void answer_resume(struct reply *reply, enum action action)
{
	if (action != ACTION_ACCEPT && !reply_closes(action))
		return;
	reply_action(reply, ACTION_CLOSE);
	reply_wish(reply, WISH_RESUME)->flag = action == ACTION_ACCEPT;
}

static void answer_kill(struct reply *reply, enum action action)
{
	if (reply_closes(action))
		reply_action(reply, ACTION_CLOSE);
	if (action != ACTION_QUIT_NOW)
		return;
	reply_action(reply, ACTION_KILL);
	reply_wish(reply, WISH_KILL);
}

static void answer_freeze(struct reply *reply, enum action action)
{
	if (reply_closes(action) || action == ACTION_QUIT_NOW)
		reply_action(reply, ACTION_CLOSE);
	if (action == ACTION_QUIT_NOW)
		reply_wish(reply, WISH_FREEZE)->flag = true;
}

static void answer_outside(struct reply *reply, enum action action)
{
	const struct model *model = reply->model;
	bool kills = model->view.dialog == DIALOG_KILL_OUTSIDE;
	if (reply_closes(action))
		reply_action(reply, ACTION_CLOSE);
	if (action != ACTION_QUIT_NOW)
		return;
	int pid = model->tables[model_selected_table(model)].outside.pid;
	reply_action(reply, ACTION_CLOSE);
	if (pid == 0)
		return;
	reply_action(reply, kills ? ACTION_KILL : ACTION_STOP);
	reply_wish(reply, kills ? WISH_KILL_OUTSIDE : WISH_STOP_OUTSIDE)->number = pid;
}

static void answer_retry(struct reply *reply, enum action action)
{
	bool accepts = action == ACTION_ACCEPT || action == ACTION_QUIT_NOW;
	if (reply_closes(action) || accepts)
		reply_action(reply, ACTION_CLOSE);
	if (accepts)
		reply_wish(reply, WISH_RETRY);
}

bool reply_is_movement(enum action action)
{
	return action >= ACTION_UP && action <= ACTION_HALF_DOWN;
}

/* Enter starts what is shown, and only that kind of thing. */
static void answer_launch(struct reply *reply, enum action action)
{
	const struct launch_preview *launch = reply->model->launch;
	if (reply_is_movement(action)) {
		reply_scroll_dialog(reply, action);
		return;
	}
	if (action == ACTION_COPY)
		reply_wish(reply, WISH_COPY);
	if (reply_closes(action) || action == ACTION_OPEN)
		reply_action(reply, ACTION_CLOSE);
	if (action != ACTION_OPEN || launch == NULL)
		return;
	struct wish *start = reply_wish(reply, (enum wish_kind)launch->wish);
	start->table = launch->table;
	start->date = launch->date;
	start->is_confirmed = true;
}

static bool is_view(enum action action)
{
	return action >= ACTION_VIEW_OVERVIEW && action <= ACTION_VIEW_HEALTH;
}

/* Help and why are read: they scroll, close; why goes to the cause, and starts what it explains. */
static void answer_reading(struct reply *reply, enum action action)
{
	bool why = reply->model->view.dialog == DIALOG_WHY;
	bool stays =
		why || reply->model->view.dialog == DIALOG_LOG; /* its text is what is copied */
	if (reply_is_movement(action)) {
		reply_scroll_dialog(reply, action);
		return;
	}
	if (is_view(action)) {
		reply_action(reply, action);
		return;
	}
	if (why && action == ACTION_EXCUSE && !reply->model->read_only) {
		reply_action(reply, action);
		return;
	}
	if (why && action == ACTION_ROWS) {
		reply_look_into_cell(reply, action);
		return;
	}
	if (why && action == ACTION_START) {
		reply_action(reply, ACTION_CLOSE);
		if (reply->model->read_only)
			reply_refuse_work(reply);
		else
			reply_wish(reply, WISH_START)->date = reply->model->view.date;
		return;
	}
	if (why && action == ACTION_OPEN)
		reply_action(reply, ACTION_OPEN);
	else if (reply_closes(action) || action == ACTION_OPEN || action == ACTION_HELP ||
		 action == ACTION_WHY || (action == ACTION_COPY && !stays))
		reply_action(reply, ACTION_CLOSE);
	if (action == ACTION_COPY)
		reply_wish(reply, WISH_COPY);
}

/* The other gaps of the table can be leafed through. */
static void answer_rows(struct reply *reply, enum action action)
{
	bool opens = action == ACTION_WHY || is_view(action);
	if (reply_is_movement(action))
		reply_scroll_dialog(reply, action);
	else if (action == ACTION_NEXT_GAP || action == ACTION_PREVIOUS_GAP)
		reply_look_into_cell(reply, action);
	else if (action == ACTION_REFRESH)
		reply_look_into_cell(reply, ACTION_ROWS);
	else if (action == ACTION_COPY)
		reply_wish(reply, WISH_COPY);
	else if (opens || reply_closes(action) || action == ACTION_ROWS || action == ACTION_OPEN) {
		reply_action(reply, opens ? action : ACTION_CLOSE);
		reply_wish(reply, WISH_ROWS);
	}
}

static void answer_finding(struct reply *reply, enum action action)
{
	if (reply_is_movement(action))
		reply_scroll_dialog(reply, action);
	else if (is_view(action))
		reply_action(reply, action);
	else if (action == ACTION_FIX)
		reply_ask_to_fix(reply);
	else if (action == ACTION_COPY)
		reply_wish(reply, WISH_COPY);
	else if (reply_closes(action) || action == ACTION_OPEN)
		reply_action(reply, ACTION_CLOSE);
}

static void answer_fix(struct reply *reply, enum action action)
{
	const struct health_finding *finding = model_finding(reply->model);
	if (reply_closes(action))
		reply_action(reply, ACTION_CLOSE);
	if (action != ACTION_QUIT_NOW || finding == NULL || !health_can_repair(finding))
		return;
	reply_action(reply, ACTION_CLOSE);
	reply_wish(reply, WISH_REPAIR);
}

/* The import goes on; the line above the keys shows it. */
static void answer_import(struct reply *reply, enum action action)
{
	if (reply_closes(action))
		reply_action(reply, ACTION_CLOSE);
}

/* Those that read text are answered by reply_type. */
static const struct {
	void (*answer)(struct reply *reply, enum action action);
	const char *places; /* of the keymap */
} answers[DIALOG_COUNT] = {[DIALOG_SAMPLE] = {answer_sample, "DG"},
	[DIALOG_IMPORT] = {answer_import, "DG"},
	[DIALOG_PACE] = {answer_pace, "DG"},
	[DIALOG_QUIT] = {answer_quit, "DG"},
	[DIALOG_KILL] = {answer_kill, "DG"},
	[DIALOG_STOP_OUTSIDE] = {answer_outside, "DG"},
	[DIALOG_KILL_OUTSIDE] = {answer_outside, "DG"},
	[DIALOG_FREEZE] = {answer_freeze, "DG"},
	[DIALOG_LAUNCH] = {answer_launch, "G"},
	[DIALOG_HELP] = {answer_reading, "JG"},
	[DIALOG_WHY] = {answer_reading, "JG"},
	[DIALOG_FINDING] = {answer_finding, "HJG"},
	[DIALOG_FIX] = {answer_fix, "DG"},
	[DIALOG_LOG] = {answer_reading, "JG"},
	[DIALOG_ROWS] = {answer_rows, "JMG"},
	[DIALOG_RETRY] = {answer_retry, "DG"},
	[DIALOG_SETTINGS] = {reply_in_settings, "SG"},
	[DIALOG_WRITE_SETTING] = {reply_write_setting, "DG"},
	[DIALOG_RESUME] = {answer_resume, "DG"}};

void reply_to_dialog(struct reply *reply, input_t input)
{
	enum dialog_id dialog = reply->model->view.dialog;
	enum action action = keymap_action(reply->keymap, "DG", input);
	if (action == ACTION_INTERRUPT && dialog != DIALOG_QUIT)
		reply_dialog(reply, DIALOG_QUIT);
	else if (dialog_asks(dialog) && reply_is_movement(action))
		reply_scroll_dialog(reply, action);
	else if (answers[dialog].answer != NULL)
		answers[dialog].answer(
			reply, keymap_action(reply->keymap, answers[dialog].places, input));
}

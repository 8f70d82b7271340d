/* Keys in a dialog that reads text. */
#include "tui/controller_parts.h"

#include "base/memory.h"
#include "tui/dialogs.h"

static void accept_range(struct reply *reply)
{
	const char *typed = reply->model->view.typed;
	struct date_range range;
	struct error err;
	if (!pipeline_dates(reply->model->pipeline, typed, &range) &&
		!date_range_parse(typed, &range, &err)) {
		reply_message(reply, SEVERITY_ERROR, err.text);
		return;
	}
	reply_action(reply, ACTION_ACCEPT);
	reply_wish(reply, WISH_RANGE)->range = range;
}

static void accept_plan_file(struct reply *reply)
{
	const char *path = reply->model->view.typed;
	if (path[0] == '\0') {
		reply_message(reply, SEVERITY_ERROR, "a plan is saved to a file: its name");
		return;
	}
	reply_action(reply, ACTION_ACCEPT);
	struct wish *made = reply_wish(reply, WISH_SAVE_PLAN);
	text_copy(made->text, sizeof(made->text), path);
}

static void accept_excuse(struct reply *reply)
{
	const char *reason = reply->model->view.typed;
	reply_action(reply, ACTION_ACCEPT);
	text_copy(reply_wish(reply, WISH_EXCUSE)->text, MODEL_TYPED_BYTES, reason);
}

static void accept_palette(struct reply *reply)
{
	enum action choices[ACTION_COUNT];
	size_t count = palette_choices(reply->model, choices, ACTION_COUNT);
	size_t choice = (size_t)reply->model->view.choice;
	reply_action(reply, ACTION_CLOSE);
	if (count > 0)
		reply_carry_out(reply, choices[choice < count ? choice : count - 1]);
}

static void accept_text(struct reply *reply)
{
	enum dialog_id dialog = reply->model->view.dialog;
	if (dialog == DIALOG_RANGE)
		accept_range(reply);
	else if (dialog == DIALOG_SAVE_PLAN)
		accept_plan_file(reply);
	else if (dialog == DIALOG_PALETTE)
		accept_palette(reply);
	else if (dialog == DIALOG_EXCUSE)
		accept_excuse(reply);
	else if (dialog == DIALOG_SETTING)
		reply_accept_setting(reply);
	else
		reply_action(reply, ACTION_ACCEPT);
}

void reply_type(struct reply *reply, input_t input)
{
	char text[5] = {0};
	if (input == INPUT_ENTER)
		accept_text(reply);
	else if (input == INPUT_ESCAPE && reply->model->view.dialog == DIALOG_SETTING)
		reply_dialog(reply, DIALOG_SETTINGS);
	else if (input == INPUT_ESCAPE || input == 3)
		reply_action(reply, ACTION_CLOSE);
	else if (input == INPUT_BACKSPACE)
		reply_action(reply, ACTION_ERASE);
	else if (input == INPUT_UP || input == INPUT_DOWN)
		reply_action(reply, input == INPUT_UP ? ACTION_UP : ACTION_DOWN);
	else if (input >= ' ' && input < INPUT_FIRST_SPECIAL) {
		text_encode_utf8(input, text);
		reply_action(reply, ACTION_TYPE)->action.text = memory_copy_text(text);
	}
}

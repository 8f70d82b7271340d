/* Keys in the settings. */
#include "tui/controller_parts.h"

#include "base/memory.h"
#include "settings.h"

static bool row_at_hand(const struct model *model, struct setting *setting)
{
	if (model->settings == NULL || model->view.setting >= settings_count(model->settings))
		return false;
	*setting = settings_at(model->settings, model->view.setting);
	return true;
}

/* Whoever may only look may look here, too. */
static bool may_change(struct reply *reply, const struct setting *setting)
{
	if (reply->model->read_only)
		reply_message(reply, SEVERITY_WARNING, "read-only: the settings are only shown");
	else if (setting->about.when == OPTION_FILE)
		reply_message(reply, SEVERITY_INFO,
			"it may hold a secret: it is changed in the file alone");
	else
		return true;
	return false;
}

/* Few values are gone through, any other is typed. */
static void change(struct reply *reply, const struct setting *setting)
{
	struct buffer next = {0};
	if (!may_change(reply, setting))
		return;
	if (settings_next(reply->model->settings, reply->model->view.setting, &next)) {
		struct wish *wish = reply_wish(reply, WISH_SETTING);
		wish->number = (int)reply->model->view.setting;
		text_copy(wish->text, sizeof(wish->text), buffer_text(&next));
	} else {
		reply_dialog(reply, DIALOG_SETTING);
		reply_action(reply, ACTION_TYPE)->action.text = memory_copy_text(setting->value);
	}
	buffer_release(&next);
}

static void ask_to_write(struct reply *reply, const struct setting *setting)
{
	if (!may_change(reply, setting))
		return;
	if (setting->value[0] == '\0')
		reply_message(reply, SEVERITY_INFO, "it has no value that could be written");
	else
		reply_dialog(reply, DIALOG_WRITE_SETTING);
}

void reply_in_settings(struct reply *reply, enum action action)
{
	struct setting setting;
	if (reply_is_movement(action))
		reply_action(reply, action);
	else if (reply_closes(action) || action == ACTION_SETTINGS)
		reply_action(reply, ACTION_CLOSE);
	else if (!row_at_hand(reply->model, &setting))
		return;
	else if (action == ACTION_OPEN)
		change(reply, &setting);
	else if (action == ACTION_WRITE_SETTING)
		ask_to_write(reply, &setting);
}

/* What does not do stays, with its reason below it (dialog_fill_setting). */
void reply_accept_setting(struct reply *reply)
{
	const struct model *model = reply->model;
	struct setting setting;
	if (!row_at_hand(model, &setting) ||
		!settings_check(model->settings, model->view.setting, model->view.typed, NULL))
		return;
	struct wish *wish = reply_wish(reply, WISH_SETTING);
	wish->number = (int)model->view.setting;
	text_copy(wish->text, sizeof(wish->text), model->view.typed);
}

void reply_write_setting(struct reply *reply, enum action action)
{
	bool accepts = action == ACTION_ACCEPT || action == ACTION_QUIT_NOW;
	if (!accepts && !reply_closes(action))
		return;
	reply_dialog(reply, DIALOG_SETTINGS);
	if (accepts && !reply->model->read_only)
		reply_wish(reply, WISH_WRITE_SETTING)->number = (int)reply->model->view.setting;
}

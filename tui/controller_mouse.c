/* What the mouse means. */
#include "tui/controller_parts.h"

#include "coverage/failures.h"
#include "tui/dialogs.h"

static void point_at(struct reply *reply, const struct pointing *pointing)
{
	const struct spot *spot = pointing->spot;
	struct event *event = reply_action(reply, ACTION_POINT);
	event->action.argument = (int)spot->row;
	if (spot->kind != SPOT_CELLS)
		return;
	event->table = spot->table;
	event->date = spot_date(spot, pointing->event.x);
}

/* The first of the two has put the cursor there. */
static void open_pointed(struct reply *reply)
{
	if (dialog_reads_text(reply->model->view.dialog))
		reply_type(reply, INPUT_ENTER);
	else if (reply->model->view.dialog == DIALOG_SETTINGS)
		reply_in_settings(reply, ACTION_OPEN);
	else if (reply->model->view.dialog == DIALOG_NONE)
		reply_carry_out(reply, ACTION_OPEN);
}

static void turn_wheel(struct reply *reply, const struct spot_wheel *wheel, enum action action)
{
	const struct model *model = reply->model;
	bool has_two_lists = model->view.view == VIEW_EVENTS && model->view.dialog == DIALOG_NONE;
	if (action == ACTION_NONE)
		return;
	if (has_two_lists &&
		wheel->is_lower != (model_events_row(model) >= model_failures(model)->count)) {
		reply_action(reply, ACTION_NEXT_PANE);
		return;
	}
	for (int i = 0; i < wheel->times; i++)
		if (model->view.dialog == DIALOG_NONE)
			reply_action(reply, action);
		else
			reply_scroll_dialog(reply, action);
}

void controller_mouse(const struct model *model, const struct keymap *keymap,
	const struct pointing *pointing, int64_t now_ms, struct controller_answer *answer)
{
	*answer = (struct controller_answer){.event_count = 0};
	struct reply reply = {model, keymap, now_ms, answer};
	const struct spot *spot = pointing->spot;
	if (spot == NULL || pointing->spots->view != model->view.view ||
		pointing->spots->dialog != model->view.dialog)
		return;
	switch (pointing->event.kind) {
	case MOUSE_NONE:
		break;
	case MOUSE_PRESS:
		if (spot->kind == SPOT_KEY)
			controller_key(model, keymap, spot->input, now_ms, answer);
		else if (spot->kind == SPOT_HEADING)
			reply_action(&reply, ACTION_SORT_BY)->action.argument = (int)spot->row;
		else if (spot->kind != SPOT_NOTHING && pointing->is_double)
			open_pointed(&reply);
		else if (spot->kind != SPOT_NOTHING)
			point_at(&reply, pointing);
		break;
	case MOUSE_WHEEL_UP:
		turn_wheel(&reply, &spot->wheel, spot->wheel.up);
		break;
	case MOUSE_WHEEL_DOWN:
		turn_wheel(&reply, &spot->wheel, spot->wheel.down);
		break;
	case MOUSE_WHEEL_LEFT:
		turn_wheel(&reply, &spot->wheel, spot->wheel.left);
		break;
	case MOUSE_WHEEL_RIGHT:
		turn_wheel(&reply, &spot->wheel, spot->wheel.right);
		break;
	}
}

/* What a setting switches in the views; a key does the same where its view is. */
#include "model_parts.h"

#include <stddef.h>

static const size_t places[VIEW_SWITCH_COUNT] = {
#define X(name) [VIEW_SWITCH_##name] = offsetof(struct view_state, name),
	VIEW_SWITCH_LIST(X)
#undef X
};

bool model_switch(const struct model *model, enum view_switch which)
{
	return *(const bool *)((const char *)&model->view + places[which]);
}

bool model_apply_switch_action(struct model *model, const struct event *event)
{
	int wish = event->action.argument;
	if (event->action.action != ACTION_SWITCH)
		return false;
	if (wish < 0 || wish >= 2 * VIEW_SWITCH_COUNT)
		return true;
	enum view_switch which = (enum view_switch)(wish / 2);
	bool on = wish % 2 == 1;
	if (model_switch(model, which) == on)
		return true;
	if (which == VIEW_SWITCH_log_noise)
		model_toggle_noise(model);
	else
		*(bool *)((char *)&model->view + places[which]) = on;
	if (which == VIEW_SWITCH_log_wrap)
		model->view.log_left = 0;
	return true;
}

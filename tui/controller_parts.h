/*
 * controller_parts: what tui/controller*.c share: the answer that is being put together. Nobody
 * else includes this.
 */
#ifndef BACKCOURT_TUI_CONTROLLER_PARTS_H
#define BACKCOURT_TUI_CONTROLLER_PARTS_H

#include "tui/controller.h"

struct reply {
	const struct model *model;
	const struct keymap *keymap; /* NULL where no key was pressed */
	int64_t now_ms;
	struct controller_answer *answer;
};

/* tui/controller.c. The event of an action, with the page that the view scrolls by. */
struct event *reply_action(struct reply *reply, enum action action);
void reply_message(struct reply *reply, enum severity severity, const char *text);
void reply_dialog(struct reply *reply, enum dialog_id dialog);
/* Of the selected table; the last one counts. */
struct wish *reply_wish(struct reply *reply, enum wish_kind kind);
void reply_look_into_cell(struct reply *reply, enum action action);
void reply_ask_to_fix(struct reply *reply);
/* What an action does where no dialog is open. */
void reply_carry_out(struct reply *reply, enum action action);

/* tui/controller_work.c */
bool reply_changes_work(enum action action);
void reply_change_work(struct reply *reply, enum action action);
void reply_refuse_work(struct reply *reply);
/* False: a run in the background cannot be asked for it. */
bool reply_ask_background(struct reply *reply, enum action action);

/* tui/controller_typing.c */
void reply_type(struct reply *reply, input_t input);

/* tui/controller_settings.c */
void reply_in_settings(struct reply *reply, enum action action);
void reply_accept_setting(struct reply *reply);
void reply_write_setting(struct reply *reply, enum action action);

/* tui/controller_dialog.c */
bool reply_closes(enum action action);
bool reply_is_movement(enum action action);
void reply_to_dialog(struct reply *reply, input_t input);
/* A movement in a dialog that is scrolled. */
void reply_scroll_dialog(struct reply *reply, enum action action);

#endif

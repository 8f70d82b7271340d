/*
 * dialogs: what opens over a view. Painted on the faded view; the keys are the controller's.
 */
#ifndef BACKCOURT_TUI_DIALOGS_H
#define BACKCOURT_TUI_DIALOGS_H

#include "tui/view.h"

/* Paints the dialog that is open, or nothing. */
void dialogs_paint(const struct scene *scene);
/* Keys in this dialog are typed text (search, palette, range). */
bool dialog_reads_text(enum dialog_id dialog);
/* It asks a question: its text scrolls between that and the answers. */
bool dialog_asks(enum dialog_id dialog);
/* How many rows of the open dialog can be scrolled into sight; 0 without one. */
int dialog_scroll_most(const struct model *model, const struct keymap *keymap);

/* The palette: actions whose name or help has what was typed, best first. */
size_t palette_choices(const struct model *model, enum action *into, size_t room);

#endif

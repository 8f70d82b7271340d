/*
 * theme_parts: what the readers of themes share. Nobody else includes this.
 */
#ifndef BACKCOURT_TUI_THEME_PARTS_H
#define BACKCOURT_TUI_THEME_PARTS_H

#include "base/text.h"
#include "tui/theme.h"

/* The first line that says something is one of btop's. */
bool theme_is_btop(const char *text);
/* The same in our own words; nothing is added on failure. */
bool theme_from_btop(const char *text, const char *source, struct buffer *into, struct error *err);

#endif

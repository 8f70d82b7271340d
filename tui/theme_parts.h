/*
 * theme_parts: what tui/theme*.c share. Nobody else includes this.
 */
#ifndef BACKCOURT_TUI_THEME_PARTS_H
#define BACKCOURT_TUI_THEME_PARTS_H

#include "base/text.h"
#include "tui/theme.h"

/* tui/theme.c: by role, as a file names them. */
extern const char *const theme_role_names[ROLE_COUNT];

/* tui/theme_btop.c */
/* The first line that says something is one of btop's. */
bool theme_is_btop(const char *text);
/* The same in our own words; nothing is added on failure. */
bool theme_from_btop(const char *text, const char *source, struct buffer *into, struct error *err);

#endif

/*
 * ansi: a painted canvas as the escape sequences of a 256-colour terminal, through a theme.
 *
 * For people who want to look at a scene (tests/screens/preview.c), and for tests of what a theme
 * makes of it.
 */
#ifndef BACKCOURT_TESTS_ANSI_H
#define BACKCOURT_TESTS_ANSI_H

#include "tui/canvas.h"
#include "tui/theme.h"

/* Rows end with a newline; colours and attributes are reset before it. */
void ansi_dump(const struct canvas *canvas, const struct theme *theme, struct buffer *into);
/* One letter a cell for the attributes that the theme gives it: ' ' none, b d u r, capitals bold
 * too. */
void attribute_dump(const struct canvas *canvas, const struct theme *theme, struct buffer *into);

#endif

/*
 * theme: roles to colours and glyphs, read from a `.theme` file.
 *
 * One `key = value` a line; `#` at the start of a line is a comment.
 *     name = dark                     shown to the operator
 *     inherit = NAME                  everything of another theme first
 *     color.ink = #cfc9c2             a variable, used as $ink below it
 *     ROLE = COLOUR [on COLOUR] [bold] [dim] [underline] [reverse]
 *     glyph.NAME = "X" "Y"            Unicode form and ASCII form, one column each
 * A colour is a number 0..255, #rrggbb, one of the 16 ANSI names, `default` or a $variable. Roles
 * and glyphs that a file does not name keep what they had (the text colour, the built-in glyph).
 * A file of btop (theme[main_bg]="#282a36" lines) is read too: ground, text, frames and keys are
 * its own, the colours of the states those of the built-in dark or light theme. Immutable once
 * read; any thread.
 */
#ifndef BACKCOURT_TUI_THEME_H
#define BACKCOURT_TUI_THEME_H

#include "base/error.h"
#include "base/text.h"
#include "tui/roles.h"

#define THEME_FILE_BYTES_MAX	65536
#define THEME_LINE_BYTES_MAX	200
#define THEME_VARIABLES_MAX	64
#define THEME_INHERIT_DEPTH_MAX 8
#define THEME_NAME_BYTES	32
#define THEME_DEFAULT		"dark"

enum colour_kind { COLOUR_UNSET, COLOUR_DEFAULT, COLOUR_INDEX, COLOUR_RGB };

struct colour {
	enum colour_kind kind;
	uint32_t value; /* index, or 0xRRGGBB */
};

struct theme_style {
	struct colour foreground, background;
	unsigned attributes; /* enum attribute */
};

struct theme {
	char name[THEME_NAME_BYTES];
	struct theme_style styles[ROLE_COUNT];
	uint32_t glyphs[GLYPH_COUNT]; /* 0: the built-in one */
	char ascii[GLYPH_COUNT];
};

/* `source` names the text in messages ("dark.theme:12: ..."). */
bool theme_parse(const char *text, size_t length, const char *source, struct theme *theme,
	struct error *err);
/* A path (it has a '/'), or a name: `user_folder` (may be NULL) first, then the built-in themes. */
bool theme_load(
	const char *name_or_path, const char *user_folder, struct theme *theme, struct error *err);
/* Where the user's own themes are ($XDG_CONFIG_HOME/backcourt/themes); the caller's to free. NULL:
 * nowhere, as there is no home. */
char *theme_user_folder(void);

enum theme_colours { THEME_COLOURS_GOOD, THEME_COLOURS_POOR, THEME_COLOURS_UNKNOWN };

/* Can the states be told apart (CIEDE2000 of 10 at least, in three simulations of colour blindness
 * too, or by an attribute) and read on the ground? A line is added for each that cannot. */
enum theme_colours theme_check(const struct theme *theme, struct buffer *into);
/* The built-in theme after this one, round and round. */
const char *theme_next(const char *name);

/* The code point; the ASCII form where asked or where the Unicode form is not one column wide. */
uint32_t theme_glyph(const struct theme *theme, enum glyph glyph, bool ascii);
const char *role_name(enum role role);
/* What is painted for a pen: the ground's background, the role's colours, all attributes. */
struct theme_style theme_style(
	const struct theme *theme, unsigned role, unsigned ground, unsigned attributes);

/* 0xRRGGBB of an index of the xterm palette, and the nearest index among the first `count`. */
uint32_t colour_of_index(unsigned index);
unsigned colour_nearest(uint32_t rgb, unsigned count);
/* The index that stands for a colour where there are `count` (8, 16, 256); -1: the terminal's own.
 */
int colour_number(struct colour colour, unsigned count);

#endif

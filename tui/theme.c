/* What a pen looks like in a theme. */
#include "tui/theme_parts.h"

#include <wchar.h>

const char *const theme_role_names[ROLE_COUNT] = {
#define X(id, name) [ROLE_##id] = name,
	ROLE_LIST(X)
#undef X
#define X(id, letter, word, gap, meaning) [ROLE_STATE_##id] = word,
		VERDICT_LIST(X)
#undef X
};

static const uint32_t built_in_glyphs[GLYPH_COUNT] = {
#define X(id, name, code_point, ascii) [GLYPH_##id] = code_point,
	GLYPH_LIST(X)
#undef X
#define X(id, code_point) [GLYPH_STATE_##id] = code_point,
		STATE_GLYPH_LIST(X)
#undef X
};

static const char built_in_ascii[GLYPH_COUNT] = {
#define X(id, name, code_point, ascii) [GLYPH_##id] = ascii,
	GLYPH_LIST(X)
#undef X
#define X(id, letter, word, gap, meaning) [GLYPH_STATE_##id] = letter,
		VERDICT_LIST(X)
#undef X
};

const char *role_name(enum role role)
{
	return theme_role_names[role];
}

uint32_t theme_glyph(const struct theme *theme, enum glyph glyph, bool ascii)
{
	char plain = theme != NULL && theme->ascii[glyph] != 0 ? theme->ascii[glyph]
							       : built_in_ascii[glyph];
	if (ascii)
		return (unsigned char)plain;
	uint32_t code_point = theme != NULL && theme->glyphs[glyph] != 0 ? theme->glyphs[glyph]
									 : built_in_glyphs[glyph];
	return wcwidth((wchar_t)code_point) == 1 ? code_point : (unsigned char)plain;
}

struct theme_style theme_style(
	const struct theme *theme, unsigned role, unsigned ground, unsigned attributes)
{
	struct theme_style style = theme->styles[role];
	const struct theme_style *text = &theme->styles[ROLE_TEXT];
	if (style.foreground.kind == COLOUR_UNSET)
		style.foreground = text->foreground;
	if (ground != ROLE_TEXT && theme->styles[ground].background.kind != COLOUR_UNSET)
		style.background = theme->styles[ground].background;
	/* In a theme without backgrounds the ground shows by its attributes. */
	if (ground != ROLE_TEXT && theme->styles[ground].background.kind == COLOUR_UNSET)
		style.attributes |= theme->styles[ground].attributes;
	if (style.background.kind == COLOUR_UNSET)
		style.background = text->background;
	style.attributes |= attributes;
	/* Dim letters on a reversed line look like holes in it. */
	if (style.attributes & ATTRIBUTE_REVERSE)
		style.attributes &= ~(unsigned)ATTRIBUTE_DIM;
	return style;
}

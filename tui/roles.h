/*
 * roles: what a cell of the screen means, as two closed vocabularies: roles (a theme maps them to
 * colours) and glyphs (a theme maps them to a Unicode and an ASCII form). Views know nothing else.
 *
 * The states of the matrix come from VERDICT_LIST, so a new verdict has its role and its glyph at
 * once.
 */
#ifndef BACKCOURT_TUI_ROLES_H
#define BACKCOURT_TUI_ROLES_H

#include "coverage/coverage.h"

/* X(id, name in theme files) */
#define ROLE_LIST(X)                    \
	X(TEXT, "text")                 \
	X(DIM, "dim")                   \
	X(FAINT, "faint")               \
	X(STRONG, "strong")             \
	X(TITLE, "title")               \
	X(HEADER, "header")             \
	X(BRAND, "brand")               \
	X(TAB, "tab")                   \
	X(TAB_ACTIVE, "tab-active")     \
	X(FRAME, "frame")               \
	X(FRAME_FOCUS, "frame-focus")   \
	X(HEADING, "heading")           \
	X(SELECTED, "selected")         \
	X(CURSOR, "cursor")             \
	X(KEY, "key")                   \
	X(KEY_LABEL, "key-label")       \
	X(FOOTER, "footer")             \
	X(DIALOG, "dialog")             \
	X(DIALOG_FRAME, "dialog-frame") \
	X(FIELD, "field")               \
	X(FADED, "faded")               \
	X(BAR, "bar")                   \
	X(BAR_DONE, "bar-done")         \
	X(BAR_TRACK, "bar-track")       \
	X(BAR_INNER, "bar-inner")       \
	X(PARTIAL_LOW, "partial-low")   \
	X(PARTIAL_HIGH, "partial-high") \
	X(GOOD, "good")                 \
	X(WARNING, "warning")           \
	X(ERROR, "error")               \
	X(MATCH, "match")               \
	X(WEEKEND, "weekend")

enum role {
#define X(id, name) ROLE_##id,
	ROLE_LIST(X)
#undef X
#define X(id, letter, word, gap, meaning) ROLE_STATE_##id,
		VERDICT_LIST(X)
#undef X
			ROLE_COUNT,
};

/* X(id, name in theme files, code point, ASCII form) */
#define GLYPH_LIST(X)                                \
	X(HORIZONTAL, "horizontal", 0x2500, '-')     \
	X(VERTICAL, "vertical", 0x2502, '|')         \
	X(TOP_LEFT, "top-left", 0x256D, '+')         \
	X(TOP_RIGHT, "top-right", 0x256E, '+')       \
	X(BOTTOM_LEFT, "bottom-left", 0x2570, '+')   \
	X(BOTTOM_RIGHT, "bottom-right", 0x256F, '+') \
	X(TEE_LEFT, "tee-left", 0x251C, '+')         \
	X(TEE_RIGHT, "tee-right", 0x2524, '+')       \
	X(TEE_TOP, "tee-top", 0x252C, '+')           \
	X(TEE_BOTTOM, "tee-bottom", 0x2534, '+')     \
	X(CROSS, "cross", 0x253C, '+')               \
	X(RULE, "rule", 0x2500, '-')                 \
	X(BAR_FULL, "bar-full", 0x2588, '=')         \
	X(BAR_1, "bar-1", 0x258F, '.')               \
	X(BAR_2, "bar-2", 0x258E, '.')               \
	X(BAR_3, "bar-3", 0x258D, '.')               \
	X(BAR_4, "bar-4", 0x258C, '>')               \
	X(BAR_5, "bar-5", 0x258B, '>')               \
	X(BAR_6, "bar-6", 0x258A, '>')               \
	X(BAR_7, "bar-7", 0x2589, '>')               \
	X(BAR_PART, "bar-part", 0x2588, '-')         \
	X(BAR_TRACK, "bar-track", ' ', '.')          \
	X(THIN_FULL, "thin-full", 0x2501, '=')       \
	X(THIN_HALF, "thin-half", 0x2578, '>')       \
	X(THIN_TRACK, "thin-track", 0x2500, '.')     \
	X(STRIP_FULL, "strip-full", 0x2586, '#')     \
	X(PART_1, "part-1", 0x2581, '1')             \
	X(PART_2, "part-2", 0x2582, '2')             \
	X(PART_3, "part-3", 0x2583, '4')             \
	X(PART_4, "part-4", 0x2584, '5')             \
	X(PART_5, "part-5", 0x2585, '6')             \
	X(PART_6, "part-6", 0x2586, '8')             \
	X(PART_7, "part-7", 0x2587, '9')             \
	X(POINTER, "pointer", 0x258C, '>')           \
	X(SCROLL_TRACK, "scroll-track", 0x2502, '|') \
	X(SCROLL_THUMB, "scroll-thumb", 0x2503, '#') \
	X(ELLIPSIS, "ellipsis", 0x2026, '~')         \
	X(DOT, "dot", 0x00B7, '|')                   \
	X(ARROW, "arrow", 0x2192, '>')               \
	X(RISES, "rises", 0x2191, '^')               \
	X(FALLS, "falls", 0x2193, 'v')               \
	X(CARET, "caret", 0x258F, '_')

/* X(verdict id, code point); the ASCII form is the verdict's letter. */
#define STATE_GLYPH_LIST(X)  \
	X(UNKNOWN, '_')      \
	X(EXCUSED, 0x2013)   \
	X(OFF, 0x00B7)       \
	X(BOOTSTRAP, 0x25E6) \
	X(EXPIRED, 0x2020)   \
	X(RUNNING, 0x25BA)   \
	X(QUEUED, 0x22EE)    \
	X(SUSPECT, 's')      \
	X(DUPLICATE, 'd')    \
	X(FAILED, '!')       \
	X(KILLED, 'k')       \
	X(EMPTY, '0')        \
	X(THIN, 0x2592)      \
	X(STALE, 0x2248)     \
	X(COMPLETE, 0x2588)  \
	X(BLOCKED, 0x00D7)   \
	X(READY, 0x25A1)     \
	X(PARTIAL, 0x2584)

enum glyph {
#define X(id, name, code_point, ascii) GLYPH_##id,
	GLYPH_LIST(X)
#undef X
#define X(id, letter, word, gap, meaning) GLYPH_STATE_##id,
		VERDICT_LIST(X)
#undef X
			GLYPH_COUNT,
};

/* The states side by side in a row of dates: complete ones leave a gap to the row above. */
#define STRIP_PARTS 5 /* PART_1 .. PART_5: all lower than STRIP_FULL */

#define ROLE_OF_VERDICT(verdict)  ((enum role)(ROLE_STATE_UNKNOWN + (int)(verdict)))
#define GLYPH_OF_VERDICT(verdict) ((enum glyph)(GLYPH_STATE_UNKNOWN + (int)(verdict)))

enum attribute {
	ATTRIBUTE_BOLD = 1,
	ATTRIBUTE_DIM = 2,
	ATTRIBUTE_UNDERLINE = 4,
	ATTRIBUTE_REVERSE = 8,
};

#endif

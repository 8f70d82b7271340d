/*
 * keymap: keys to actions, made from ACTION_LIST, changed by the operator's file of keys.
 *
 * An input is a Unicode code point (control characters included) or one of INPUT_LIST. Where two
 * actions have the same key, the place decides: the caller names the places in order of precedence.
 * UI thread only.
 */
#ifndef BACKCOURT_TUI_KEYMAP_H
#define BACKCOURT_TUI_KEYMAP_H

#include "model/action.h"
#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

#define KEYMAP_KEYS_MAX	    6 /* of one action */
#define KEYMAP_NAME_BYTES   16
#define INPUT_FIRST_SPECIAL 0x110000

/* X(id, name) */
#define INPUT_LIST(X)            \
	X(UP, "Up")              \
	X(DOWN, "Down")          \
	X(LEFT, "Left")          \
	X(RIGHT, "Right")        \
	X(HOME, "Home")          \
	X(END, "End")            \
	X(PAGE_UP, "PgUp")       \
	X(PAGE_DOWN, "PgDn")     \
	X(INSERT, "Ins")         \
	X(DELETE, "Del")         \
	X(BACK_TAB, "S-Tab")     \
	X(F1, "F1")              \
	X(F2, "F2")              \
	X(F3, "F3")              \
	X(F4, "F4")              \
	X(F5, "F5")              \
	X(F6, "F6")              \
	X(F7, "F7")              \
	X(F8, "F8")              \
	X(F9, "F9")              \
	X(F10, "F10")            \
	X(F11, "F11")            \
	X(F12, "F12")            \
	X(PASTE_BEGIN, "Paste")  \
	X(PASTE_END, "Pasted")   \
	X(FOCUS_IN, "FocusIn")   \
	X(FOCUS_OUT, "FocusOut") \
	X(RESIZE, "Resize")      \
	X(MOUSE, "Mouse")

typedef uint32_t input_t;

enum special_input {
	INPUT_NONE = 0,
	INPUT_TAB = 9,
	INPUT_ENTER = 13,
	INPUT_ESCAPE = 27,
	INPUT_BACKSPACE = 127,
	INPUT_BEFORE_SPECIAL = INPUT_FIRST_SPECIAL,
#define X(id, name) INPUT_##id,
	INPUT_LIST(X)
#undef X
		INPUT_LIMIT,
};

struct keymap;

struct keymap *keymap_new(void);
void keymap_free(struct keymap *keymap);
/*
 * Gives an action other keys ("s F7"). A key that another action of the same place has already is
 * refused; the message names that action.
 */
bool keymap_bind(struct keymap *keymap, const char *action, const char *keys, struct error *err);
/*
 * The keys that the operator wants: lines `action = keys` (base/name_values.h); an action without
 * keys has none, but for those that leave a dialog or a view. The actions of a file may exchange
 * their keys. False with "SOURCE:LINE: reason": then nothing is changed.
 */
bool keymap_read(struct keymap *keymap, const char *text, size_t length, const char *source,
	struct error *err);
/* The same of a file; without one of that name nothing is changed where `must_exist` is false. */
bool keymap_load(struct keymap *keymap, const char *path, bool must_exist, struct error *err);
/* The action of a key in the first of `places` ("LJG") that has one. */
enum action keymap_action(const struct keymap *keymap, const char *places, input_t input);
/* The name of the action's first key, "" when it has none. */
const char *keymap_first_key(const struct keymap *keymap, enum action action);
/* That key itself; INPUT_NONE. */
input_t keymap_first_input(const struct keymap *keymap, enum action action);
/* All its keys, blank-separated. */
void keymap_keys(const struct keymap *keymap, enum action action, char *into, size_t room);

/* "Esc" "^U" "F1" "PgUp" "Space" "a"; INPUT_NONE when the name is not one. */
input_t input_parse(const char *name, size_t length);
const char *input_name(input_t input, char into[KEYMAP_NAME_BYTES]);

#endif

#include "tui/keymap.h"

#include "base/memory.h"
#include "base/name_values.h"
#include "base/path.h"
#include "base/text.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct binding {
	input_t inputs[KEYMAP_KEYS_MAX];
	size_t count;
	char first[KEYMAP_NAME_BYTES];
};

struct keymap {
	struct binding bindings[ACTION_COUNT];
};

struct named_input {
	input_t input;
	const char *name;
};

static const struct named_input named_inputs[] = {{INPUT_TAB, "Tab"}, {INPUT_ENTER, "Enter"},
	{INPUT_ESCAPE, "Esc"}, {INPUT_BACKSPACE, "Backspace"}, {' ', "Space"},
#define X(id, name) {INPUT_##id, name},
	INPUT_LIST(X)
#undef X
};

input_t input_parse(const char *name, size_t length)
{
	for (size_t i = 0; i < ARRAY_COUNT(named_inputs); i++)
		if (strlen(named_inputs[i].name) == length &&
			strncmp(named_inputs[i].name, name, length) == 0)
			return named_inputs[i].input;
	if (length == 2 && name[0] == '^' && name[1] >= '@' && name[1] <= '_')
		return (input_t)(name[1] & 31);
	uint32_t code_point;
	size_t used = text_decode_utf8(name, length, &code_point);
	return used == length && code_point > ' ' ? code_point : INPUT_NONE;
}

const char *input_name(input_t input, char into[KEYMAP_NAME_BYTES])
{
	for (size_t i = 0; i < ARRAY_COUNT(named_inputs); i++)
		if (named_inputs[i].input == input) {
			text_copy(into, KEYMAP_NAME_BYTES, named_inputs[i].name);
			return into;
		}
	if (input < 32) {
		into[0] = '^';
		into[1] = (char)('@' + input);
		into[2] = '\0';
		return into;
	}
	into[input < INPUT_FIRST_SPECIAL ? text_encode_utf8(input, into) : 0] = '\0';
	return into;
}

static bool has_input(const struct binding *binding, input_t input)
{
	for (size_t i = 0; i < binding->count; i++)
		if (binding->inputs[i] == input)
			return true;
	return false;
}

static bool parse_binding(const char *keys, struct binding *binding, struct error *err)
{
	struct binding fresh = {.count = 0};
	for (const char *word = keys; *(word += strspn(word, " ")) != '\0';) {
		size_t length = strcspn(word, " ");
		input_t input = input_parse(word, length);
		if (input == INPUT_NONE)
			return error_set(err, ERROR_CONFIG, "not a key: %.*s", (int)length, word);
		if (fresh.count == KEYMAP_KEYS_MAX)
			return error_set(
				err, ERROR_LIMIT, "an action has at most %d keys", KEYMAP_KEYS_MAX);
		if (fresh.count == 0)
			input_name(input, fresh.first);
		fresh.inputs[fresh.count++] = input;
		word += length;
	}
	*binding = fresh;
	return true;
}

struct keymap *keymap_new(void)
{
	struct keymap *keymap = memory_new(sizeof(*keymap));
	for (int i = ACTION_NONE + 1; i < ACTION_COUNT; i++) {
		bool good =
			parse_binding(action_row((enum action)i)->keys, &keymap->bindings[i], NULL);
		assert(good);
		(void)good;
	}
	return keymap;
}

void keymap_free(struct keymap *keymap)
{
	free(keymap);
}

static enum action holder_of(
	const struct keymap *keymap, const struct binding *wanted, enum action except)
{
	char where = action_row(except)->where;
	for (int i = ACTION_NONE + 1; i < ACTION_COUNT; i++)
		for (size_t k = 0; k < wanted->count; k++)
			if (i != (int)except && action_row((enum action)i)->where == where &&
				has_input(&keymap->bindings[i], wanted->inputs[k]))
				return (enum action)i;
	return ACTION_NONE;
}

bool keymap_bind(struct keymap *keymap, const char *name, const char *keys, struct error *err)
{
	enum action action = action_find(name);
	struct binding binding;
	if (action == ACTION_NONE)
		return error_set(err, ERROR_CONFIG, "no action is called %s", name);
	if (!parse_binding(keys, &binding, err))
		return error_prefix(err, "keys of %s", name);
	enum action holder = holder_of(keymap, &binding, action);
	if (holder != ACTION_NONE)
		return error_set(err, ERROR_CONFIG, "keys of %s: %s is taken by %s", name, keys,
			action_row(holder)->name);
	keymap->bindings[action] = binding;
	return true;
}

/* A file being read: first all its actions lose their keys, then each gets its own. */
struct keys_file {
	struct keymap fresh;
	bool has[ACTION_COUNT];
};

static bool refuse_action(const char *name, struct error *err)
{
	const char *names[ACTION_COUNT];
	size_t count = 0;
	for (int i = ACTION_NONE + 1; i < ACTION_COUNT; i++)
		names[count++] = action_row((enum action)i)->name;
	const char *near = text_nearest(name, names, count);
	if (near == NULL)
		return error_set(err, ERROR_CONFIG,
			"no action is called %s (backcourt help keys lists them)", name);
	return error_set(err, ERROR_CONFIG, "no action is called %s; did you mean %s?", name, near);
}

static bool take_action(void *context, const char *name, const char *keys, struct error *err)
{
	struct keys_file *file = context;
	enum action action = action_find(name);
	(void)keys;
	if (action == ACTION_NONE)
		return refuse_action(name, err);
	if (file->has[action])
		return error_set(err, ERROR_CONFIG, "%s stands here twice", name);
	file->has[action] = true;
	file->fresh.bindings[action] = (struct binding){.count = 0};
	return true;
}

static bool take_keys(void *context, const char *name, const char *keys, struct error *err)
{
	struct keys_file *file = context;
	enum action action = action_find(name);
	if ((action == ACTION_CLOSE || action == ACTION_BACK) && keys[0] == '\0')
		return error_set(err, ERROR_CONFIG, "%s must keep a key", name);
	return keymap_bind(&file->fresh, name, keys, err);
}

bool keymap_read(struct keymap *keymap, const char *text, size_t length, const char *source,
	struct error *err)
{
	struct keys_file file = {.fresh = *keymap};
	if (!name_values_read(text, length, source, take_action, &file, err) ||
		!name_values_read(text, length, source, take_keys, &file, err))
		return false;
	*keymap = file.fresh;
	return true;
}

bool keymap_load(struct keymap *keymap, const char *path, bool must_exist, struct error *err)
{
	struct buffer text = {0};
	if (!must_exist && !path_exists(path))
		return true;
	bool done = path_read_file(path, NAME_VALUES_BYTES_MAX, &text, err) &&
		    keymap_read(keymap, buffer_text(&text), text.length, path, err);
	buffer_release(&text);
	return done;
}

enum action keymap_action(const struct keymap *keymap, const char *places, input_t input)
{
	for (; *places != '\0'; places++)
		for (int i = ACTION_NONE + 1; i < ACTION_COUNT; i++)
			if (action_row((enum action)i)->where == *places &&
				has_input(&keymap->bindings[i], input))
				return (enum action)i;
	return ACTION_NONE;
}

const char *keymap_first_key(const struct keymap *keymap, enum action action)
{
	return keymap->bindings[action].first;
}

input_t keymap_first_input(const struct keymap *keymap, enum action action)
{
	const struct binding *binding = &keymap->bindings[action];
	return binding->count == 0 ? INPUT_NONE : binding->inputs[0];
}

void keymap_keys(const struct keymap *keymap, enum action action, char *into, size_t room)
{
	const struct binding *binding = &keymap->bindings[action];
	struct buffer text = {0};
	for (size_t i = 0; i < binding->count; i++) {
		char name[KEYMAP_NAME_BYTES];
		buffer_add_format(
			&text, "%s%s", i > 0 ? " " : "", input_name(binding->inputs[i], name));
	}
	text_copy(into, room, buffer_text(&text));
	buffer_release(&text);
}

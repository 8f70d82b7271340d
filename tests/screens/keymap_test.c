#include "tests/test.h"

#include "base/memory.h"
#include "tui/keymap.h"

#include <stdlib.h>

static void no_key_means_two_things_in_one_place(void **state)
{
	(void)state;
	for (int i = 1; i < ACTION_COUNT; i++) {
		struct keymap *keymap = keymap_new();
		struct error err = {0};
		const struct action_row *row = action_row((enum action)i);
		if (!keymap_bind(keymap, row->name, row->keys, &err))
			fail_msg("%s", err.text);
		keymap_free(keymap);
	}
}

static void every_default_key_reaches_its_action(void **state)
{
	(void)state;
	struct keymap *keymap = keymap_new();
	for (int i = 1; i < ACTION_COUNT; i++) {
		const struct action_row *row = action_row((enum action)i);
		char place[2] = {row->where, '\0'};
		for (const char *word = row->keys; *(word += strspn(word, " ")) != '\0';) {
			size_t length = strcspn(word, " ");
			input_t input = input_parse(word, length);
			assert_int_not_equal(input, INPUT_NONE);
			assert_int_equal(keymap_action(keymap, place, input), i);
			word += length;
		}
	}
	keymap_free(keymap);
}

static void the_place_decides_between_equal_keys(void **state)
{
	(void)state;
	struct keymap *keymap = keymap_new();
	assert_int_equal(keymap_action(keymap, "JG", 's'), ACTION_START);
	assert_int_equal(keymap_action(keymap, "DG", 's'), ACTION_QUIT_STOP);
	assert_int_equal(keymap_action(keymap, "LJG", '}'), ACTION_NEXT_DATE);
	assert_int_equal(keymap_action(keymap, "MJG", '}'), ACTION_NEXT_MONTH);
	assert_int_equal(keymap_action(keymap, "JG", '}'), ACTION_NONE);
	assert_int_equal(keymap_action(keymap, "JG", INPUT_F7), ACTION_START);
	keymap_free(keymap);
}

static void an_action_takes_other_keys_and_a_taken_one_is_refused(void **state)
{
	(void)state;
	struct keymap *keymap = keymap_new();
	struct error err = {0};
	assert_true(keymap_bind(keymap, "start", "F10 ^T", &err));
	assert_int_equal(keymap_action(keymap, "JG", 20), ACTION_START);
	assert_int_equal(keymap_action(keymap, "JG", 's'), ACTION_NONE);
	assert_string_equal(keymap_first_key(keymap, ACTION_START), "F10");
	assert_false(keymap_bind(keymap, "start", "x", &err));
	assert_non_null(strstr(err.text, "taken by stop"));
	assert_false(keymap_bind(keymap, "start", "NoKey", &err));
	assert_false(keymap_bind(keymap, "nobody", "x", &err));
	assert_false(keymap_bind(keymap, "start", "1 2 3 4 5 6 7", &err));
	assert_int_equal(keymap_action(keymap, "JG", INPUT_F10), ACTION_START);
	keymap_free(keymap);
}

#define READ(keymap, text, err) keymap_read(keymap, text, strlen(text), "keys", err)

static void a_file_gives_actions_each_other_s_keys(void **state)
{
	(void)state;
	struct keymap *keymap = keymap_new();
	struct error err = {0};
	assert_true(READ(keymap, "# mine\n\nstart = x\n stop=s F11 \nretry =\n", &err));
	assert_int_equal(keymap_action(keymap, "JG", 'x'), ACTION_START);
	assert_int_equal(keymap_action(keymap, "JG", 's'), ACTION_STOP);
	assert_int_equal(keymap_action(keymap, "JG", INPUT_F11), ACTION_STOP);
	assert_int_equal(keymap_action(keymap, "JG", 'r'), ACTION_NONE);
	assert_string_equal(keymap_first_key(keymap, ACTION_RETRY), "");
	keymap_free(keymap);
}

/* And nothing of the file holds. */
static void a_mistake_in_a_file_is_told_with_its_line(void **state)
{
	(void)state;
	static const struct {
		const char *line, *reason;
	} cases[] = {
		{"stopp = F9", "keys:2: no action is called stopp; did you mean stop?"},
		{"stop", "keys:2: a line is \"name = value\""},
		{"stop = Hyper", "keys:2: keys of stop: not a key: Hyper"},
		{"stop = p", "keys:2: keys of stop: p is taken by pause"},
		{"start = F9", "keys:2: start stands here twice"},
		{"close =", "keys:2: close must keep a key"},
		{"back = ", "keys:2: back must keep a key"},
	};
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct keymap *keymap = keymap_new();
		struct error err = {0};
		char *text = memory_format("start = F10\n%s\n", cases[i].line);
		assert_false(READ(keymap, text, &err));
		assert_string_equal(err.text, cases[i].reason);
		assert_int_equal(keymap_action(keymap, "JG", 's'), ACTION_START);
		free(text);
		keymap_free(keymap);
	}
}

static void names_read_back(void **state)
{
	(void)state;
	static const char *const names[] = {
		"Esc", "Enter", "Tab", "Space", "^U", "F12", "PgUp", "S-Tab", "a", "?", "\xc3\xa9"};
	for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
		char name[KEYMAP_NAME_BYTES];
		input_t input = input_parse(names[i], strlen(names[i]));
		assert_string_equal(input_name(input, name), names[i]);
	}
	assert_int_equal(input_parse("nokey", 5), INPUT_NONE);
}

static void nothing_destructive_is_on_a_control_key(void **state)
{
	(void)state;
	static const enum action destructive[] = {
		ACTION_STOP, ACTION_KILL, ACTION_START_ALL, ACTION_RETRY, ACTION_QUIT_STOP};
	for (size_t i = 0; i < ARRAY_COUNT(destructive); i++)
		assert_null(strchr(action_row(destructive[i])->keys, '^'));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_key_means_two_things_in_one_place),
		cmocka_unit_test(every_default_key_reaches_its_action),
		cmocka_unit_test(the_place_decides_between_equal_keys),
		cmocka_unit_test(an_action_takes_other_keys_and_a_taken_one_is_refused),
		cmocka_unit_test(a_file_gives_actions_each_other_s_keys),
		cmocka_unit_test(a_mistake_in_a_file_is_told_with_its_line),
		cmocka_unit_test(names_read_back),
		cmocka_unit_test(nothing_destructive_is_on_a_control_key),
	};
	return RUN(tests);
}

#include "tests/test.h"

#include "tui/keymap.h"

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
		cmocka_unit_test(names_read_back),
		cmocka_unit_test(nothing_destructive_is_on_a_control_key),
	};
	return RUN(tests);
}

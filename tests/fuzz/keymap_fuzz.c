/* Lines "action", "keys", "action", "keys" ..., each bound; then the whole as a file of keys. */
#include "tests/fuzz/support/fuzz.h"

#include "tui/keymap.h"

#include <stdlib.h>
#include <string.h>

static void check_bound(const struct keymap *keymap, enum action action)
{
	char keys[256];
	keymap_keys(keymap, action, keys, sizeof(keys));
	for (const char *word = keys; *(word += strspn(word, " ")) != '\0';) {
		size_t length = strcspn(word, " ");
		const char place[] = {action_row(action)->where, '\0'};
		input_t input = input_parse(word, length);
		MUST(input != INPUT_NONE);
		MUST(keymap_action(keymap, place, input) == action);
		word += length;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct fuzz_input input = fuzz_input(bytes, length);
	struct keymap *keymap = keymap_new();
	while (input.at < input.end) {
		struct error err = {0};
		char *name = fuzz_next_text(&input);
		char *keys = fuzz_next_text(&input);
		bool bound = keymap_bind(keymap, name, keys, &err);
		fuzz_check_error(bound, &err);
		if (bound)
			check_bound(keymap, action_find(name));
		free(name);
		free(keys);
	}
	keymap_free(keymap);
	keymap = keymap_new();
	struct error err = {0};
	bool read = keymap_read(keymap, (const char *)bytes, length, "keys", &err);
	fuzz_check_error(read, &err);
	MUST(keymap_first_key(keymap, ACTION_CLOSE)[0] != '\0');
	keymap_free(keymap);
	return 0;
}

/* UTF-8, names that become keys, and JSON texts. */
#include "tests/fuzz/support/fuzz.h"

#include "base/text.h"
#include "core/raw/player_key.h"

#include <ctype.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static void check_code_points(const char *bytes, size_t length)
{
	bool all_good = true;
	for (size_t at = 0; at < length;) {
		uint32_t code_point = 0;
		char again[4];
		size_t used = text_decode_utf8(bytes + at, length - at, &code_point);
		MUST(used >= 1 && used <= 4 && used <= length - at);
		bool good = code_point != 0xFFFD || used == 3;
		if (good)
			MUST(text_encode_utf8(code_point, again) == used &&
				memcmp(again, bytes + at, used) == 0);
		all_good = all_good && good;
		at += used;
	}
	MUST(all_good == text_is_utf8(bytes, length));
}

/* A key made of a key is the same key. */
static void check_key(const char *name)
{
	char key[PLAYER_KEY_BYTES], again[PLAYER_KEY_BYTES];
	player_key_normalise(name, key);
	for (const char *c = key; *c != '\0'; c++)
		MUST(islower((unsigned char)*c) || isdigit((unsigned char)*c));
	MUST(strcmp(player_key_normalise(key, again), key) == 0);
}

static void check_json(const char *text)
{
	struct buffer json = {0};
	buffer_add_json_text(&json, text);
	json_t *value = json_loadb(json.bytes, json.length, JSON_DECODE_ANY, NULL);
	MUST(value != NULL && json_is_string(value));
	if (text_is_utf8(text, strlen(text)))
		MUST(strcmp(json_string_value(value), text) == 0);
	json_decref(value);
	buffer_release(&json);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct fuzz_input input = fuzz_input(bytes, length);
	check_code_points((const char *)bytes, length);
	char *text = fuzz_next_text(&input);
	check_key(text);
	check_json(text);
	free(text);
	return 0;
}

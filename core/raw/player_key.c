#include "player_key.h"

#include "base/memory.h"
#include "base/text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* Letters that decompose into a base letter and a mark (Unicode NFD); all others are dropped. */
static const struct {
	uint32_t first, last;
	char letter;
} folds[] = {
	{0xC0, 0xC5, 'a'},
	{0xC7, 0xC7, 'c'},
	{0xC8, 0xCB, 'e'},
	{0xCC, 0xCF, 'i'},
	{0xD1, 0xD1, 'n'},
	{0xD2, 0xD6, 'o'},
	{0xD9, 0xDC, 'u'},
	{0xDD, 0xDD, 'y'},
	{0xE0, 0xE5, 'a'},
	{0xE7, 0xE7, 'c'},
	{0xE8, 0xEB, 'e'},
	{0xEC, 0xEF, 'i'},
	{0xF1, 0xF1, 'n'},
	{0xF2, 0xF6, 'o'},
	{0xF9, 0xFC, 'u'},
	{0xFD, 0xFD, 'y'},
	{0xFF, 0xFF, 'y'},
	{0x100, 0x105, 'a'},
	{0x106, 0x10D, 'c'},
	{0x10E, 0x10F, 'd'},
	{0x112, 0x11B, 'e'},
	{0x11C, 0x123, 'g'},
	{0x124, 0x125, 'h'},
	{0x128, 0x130, 'i'},
	{0x134, 0x135, 'j'},
	{0x136, 0x137, 'k'},
	{0x139, 0x13E, 'l'},
	{0x143, 0x148, 'n'},
	{0x14C, 0x151, 'o'},
	{0x154, 0x159, 'r'},
	{0x15A, 0x161, 's'},
	{0x162, 0x165, 't'},
	{0x168, 0x173, 'u'},
	{0x174, 0x175, 'w'},
	{0x176, 0x178, 'y'},
	{0x179, 0x17E, 'z'},
	{0x218, 0x219, 's'},
	{0x21A, 0x21B, 't'},
};

static char fold(uint32_t code_point)
{
	if (code_point < 0x80)
		return isalnum((int)code_point) ? (char)tolower((int)code_point) : '\0';
	for (size_t i = 0; i < ARRAY_COUNT(folds); i++)
		if (code_point >= folds[i].first && code_point <= folds[i].last)
			return folds[i].letter;
	return '\0';
}

char *player_key_normalise(const char *name, char into[PLAYER_KEY_BYTES])
{
	size_t length = strlen(name);
	size_t written = 0;
	while (length > 0 && written < PLAYER_KEY_BYTES - 1) {
		uint32_t code_point;
		size_t used = text_decode_utf8(name, length, &code_point);
		char letter = fold(code_point);
		if (letter != '\0')
			into[written++] = letter;
		name += used;
		length -= used;
	}
	into[written] = '\0';
	return into;
}

struct slot {
	int64_t player_id;
	char *lookup; /* NULL: free */
};

struct player_keys {
	struct slot *slots;
	size_t capacity; /* a power of two */
	size_t count;
};

struct player_keys *player_keys_new(void)
{
	struct player_keys *keys = memory_new(sizeof(*keys));
	keys->capacity = 1024;
	keys->slots = memory_new_array(keys->capacity, sizeof(*keys->slots));
	return keys;
}

void player_keys_free(struct player_keys *keys)
{
	if (keys == NULL)
		return;
	for (size_t i = 0; i < keys->capacity; i++)
		free(keys->slots[i].lookup);
	free(keys->slots);
	free(keys);
}

static struct slot *find_slot(const struct player_keys *keys, int64_t player_id)
{
	size_t at = (size_t)((uint64_t)player_id * 0x9E3779B97F4A7C15u >> 32);
	for (;; at++) {
		struct slot *slot = &keys->slots[at & (keys->capacity - 1)];
		if (slot->lookup == NULL || slot->player_id == player_id)
			return slot;
	}
}

static void grow(struct player_keys *keys)
{
	struct player_keys larger = {.capacity = keys->capacity * 2, .count = keys->count};
	larger.slots = memory_new_array(larger.capacity, sizeof(*larger.slots));
	for (size_t i = 0; i < keys->capacity; i++)
		if (keys->slots[i].lookup != NULL)
			*find_slot(&larger, keys->slots[i].player_id) = keys->slots[i];
	free(keys->slots);
	*keys = larger;
}

void player_keys_add(struct player_keys *keys, int64_t player_id, const char *lookup)
{
	struct slot *slot = find_slot(keys, player_id);
	if (slot->lookup != NULL)
		return;
	*slot = (struct slot){player_id, memory_copy_text(lookup)};
	if (++keys->count * 2 > keys->capacity)
		grow(keys);
}

const char *player_keys_find(const struct player_keys *keys, int64_t player_id)
{
	return find_slot(keys, player_id)->lookup;
}

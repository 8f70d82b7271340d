#include "base/memory.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

struct symbol {
	size_t number;
	size_t length;
	char text[];
};

struct symbols {
	struct arena arena;
	struct symbol **slots; /* open addressing; capacity is a power of two, at most half full */
	size_t capacity;
	size_t count;
};

struct symbols *symbols_new(void)
{
	struct symbols *symbols = memory_new(sizeof(*symbols));
	symbols->capacity = 1024;
	symbols->slots = memory_new_array(symbols->capacity, sizeof(*symbols->slots));
	return symbols;
}

void symbols_free(struct symbols *symbols)
{
	if (symbols == NULL)
		return;
	arena_release(&symbols->arena);
	free(symbols->slots);
	free(symbols);
}

/* FNV-1a, 64 bits. */
static size_t hash_of(const char *text, size_t length)
{
	uint64_t hash = 0xcbf29ce484222325u;
	for (size_t i = 0; i < length; i++)
		hash = (hash ^ (unsigned char)text[i]) * 0x100000001b3u;
	return (size_t)(hash ^ hash >> 32);
}

static size_t slot_of(const struct symbols *symbols, const char *text, size_t length)
{
	size_t mask = symbols->capacity - 1;
	size_t slot = hash_of(text, length) & mask;
	const struct symbol *symbol;
	while ((symbol = symbols->slots[slot]) != NULL) {
		if (symbol->length == length && memcmp(symbol->text, text, length) == 0)
			break;
		slot = (slot + 1) & mask;
	}
	return slot;
}

static void grow(struct symbols *symbols)
{
	struct symbol **old = symbols->slots;
	size_t old_capacity = symbols->capacity;
	symbols->capacity *= 2;
	symbols->slots = memory_new_array(symbols->capacity, sizeof(*symbols->slots));
	for (size_t i = 0; i < old_capacity; i++)
		if (old[i] != NULL)
			symbols->slots[slot_of(symbols, old[i]->text, old[i]->length)] = old[i];
	free(old);
}

const char *symbols_add(struct symbols *symbols, const char *text, size_t length)
{
	size_t slot = slot_of(symbols, text, length);
	if (symbols->slots[slot] != NULL)
		return symbols->slots[slot]->text;
	if ((symbols->count + 1) * 2 > symbols->capacity) {
		grow(symbols);
		slot = slot_of(symbols, text, length);
	}
	struct symbol *symbol = arena_new(&symbols->arena, sizeof(*symbol) + length + 1);
	symbol->number = symbols->count++;
	symbol->length = length;
	memcpy(symbol->text, text, length);
	symbols->slots[slot] = symbol;
	return symbol->text;
}

size_t symbols_number(const char *interned)
{
	const struct symbol *symbol =
		(const struct symbol *)(const void *)(interned - offsetof(struct symbol, text));
	return symbol->number;
}

const char *symbols_find(const struct symbols *symbols, const char *text)
{
	const struct symbol *symbol = symbols->slots[slot_of(symbols, text, strlen(text))];
	return symbol == NULL ? NULL : symbol->text;
}

size_t symbols_count(const struct symbols *symbols)
{
	return symbols->count;
}

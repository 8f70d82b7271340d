#include "base/memory.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ARENA_BLOCK_BYTES 65536

static void (*exhausted_hook)(void);

void memory_on_exhausted(void (*hook)(void))
{
	exhausted_hook = hook;
}

_Noreturn void memory_exhausted(void)
{
	static const char words[] = "backcourt: out of memory\n";
	if (exhausted_hook != NULL)
		exhausted_hook();
	ssize_t written = write(STDERR_FILENO, words, sizeof(words) - 1);
	(void)written;
	abort();
}

void *memory_new(size_t bytes)
{
	return memory_new_array(1, bytes);
}

void *memory_new_array(size_t count, size_t item_bytes)
{
	void *block = calloc(count == 0 ? 1 : count, item_bytes == 0 ? 1 : item_bytes);
	if (block == NULL)
		memory_exhausted();
	return block;
}

void *memory_resize(void *block, size_t count, size_t item_bytes)
{
	size_t bytes;
	if (__builtin_mul_overflow(count, item_bytes, &bytes))
		memory_exhausted();
	void *resized = realloc(block, bytes == 0 ? 1 : bytes);
	if (resized == NULL)
		memory_exhausted();
	return resized;
}

char *memory_copy_text(const char *text)
{
	return text == NULL ? NULL : memory_copy_span(text, strlen(text));
}

char *memory_copy_span(const char *bytes, size_t length)
{
	char *copy = memory_new(length + 1);
	memcpy(copy, bytes, length);
	return copy;
}

char *memory_format(const char *format, ...)
{
	char *text = NULL;
	va_list arguments;
	va_start(arguments, format);
	int length = vasprintf(&text, format, arguments);
	va_end(arguments);
	if (length < 0)
		memory_exhausted();
	return text;
}

struct arena_block {
	struct arena_block *older;
	size_t used;
	size_t size;
	alignas(max_align_t) unsigned char bytes[];
};

static struct arena_block *arena_block_new(struct arena *arena, size_t bytes)
{
	size_t size = bytes > ARENA_BLOCK_BYTES ? bytes : ARENA_BLOCK_BYTES;
	struct arena_block *block = memory_new(sizeof(*block) + size);
	block->size = size;
	block->older = arena->newest;
	arena->newest = block;
	return block;
}

void *arena_new(struct arena *arena, size_t bytes)
{
	size_t aligned = (bytes + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
	if (aligned < bytes)
		memory_exhausted();
	struct arena_block *block = arena->newest;
	if (block == NULL || block->size - block->used < aligned)
		block = arena_block_new(arena, aligned);
	void *piece = block->bytes + block->used;
	block->used += aligned;
	return piece;
}

char *arena_copy_text(struct arena *arena, const char *text)
{
	return text == NULL ? NULL : arena_copy_span(arena, text, strlen(text));
}

char *arena_copy_span(struct arena *arena, const char *bytes, size_t length)
{
	char *copy = arena_new(arena, length + 1);
	memcpy(copy, bytes, length);
	return copy;
}

char *arena_format(struct arena *arena, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	va_list again;
	va_copy(again, arguments);
	int length = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	if (length < 0)
		memory_exhausted();
	char *text = arena_new(arena, (size_t)length + 1);
	vsnprintf(text, (size_t)length + 1, format, again);
	va_end(again);
	return text;
}

void arena_release(struct arena *arena)
{
	struct arena_block *block = arena->newest;
	while (block != NULL) {
		struct arena_block *older = block->older;
		free(block);
		block = older;
	}
	arena->newest = NULL;
}

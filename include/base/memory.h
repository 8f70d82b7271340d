/*
 * memory: allocation that never returns NULL, growable arrays, and arenas.
 *
 * When memory is exhausted the program ends through one function (memory_exhausted), which runs the
 * hook first: the screen registers one that restores the terminal. Jobs live on.
 * Any thread. Sizes are bytes unless a name says otherwise.
 */
#ifndef BACKCOURT_BASE_MEMORY_H
#define BACKCOURT_BASE_MEMORY_H

#include <stddef.h>

void memory_on_exhausted(void (*hook)(void));
_Noreturn void memory_exhausted(void);

#define NEVER_NULL __attribute__((returns_nonnull))
NEVER_NULL void *memory_new(size_t bytes);			    /* zeroed */
NEVER_NULL void *memory_new_array(size_t count, size_t item_bytes); /* zeroed, overflow checked */
NEVER_NULL void *memory_resize(void *block, size_t count, size_t item_bytes);
char *memory_copy_text(const char *text);			     /* NULL gives NULL */
NEVER_NULL char *memory_copy_span(const char *bytes, size_t length); /* adds the final NUL */
NEVER_NULL char *memory_format(const char *format, ...) __attribute__((format(printf, 1, 2)));

/*
 * Makes room for one more item in `*items` (doubling), for the idiom
 *     ARRAY_GROW(list->items, list->count, list->capacity);
 *     list->items[list->count++] = item;
 */
#define ARRAY_GROW(items, count, capacity)                                              \
	do {                                                                            \
		if ((count) == (capacity)) {                                            \
			(capacity) = (capacity) == 0 ? 16 : (capacity)*2;               \
			(items) = memory_resize((items), (capacity), sizeof(*(items))); \
		}                                                                       \
	} while (0)

#define ARRAY_COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* An arena hands out memory that is released all at once. Zero-initialise, then arena_release. */
struct arena {
	struct arena_block *newest;
};

NEVER_NULL void *arena_new(struct arena *arena, size_t bytes); /* zeroed, aligned for any type */
char *arena_copy_text(struct arena *arena, const char *text);
char *arena_copy_span(struct arena *arena, const char *bytes, size_t length);
char *arena_format(struct arena *arena, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void arena_release(struct arena *arena);

#endif

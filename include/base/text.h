/*
 * text: bounded copies, a growable buffer, splitting, UTF-8, and "did you mean".
 * Any thread; nothing here keeps state.
 */
#ifndef BACKCOURT_BASE_TEXT_H
#define BACKCOURT_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Copies with a final NUL, cut to fit; false when it was cut. A NULL source copies as "". */
bool text_copy(char *into, size_t room, const char *from);
bool text_equal(const char *a, const char *b); /* two NULLs are equal */
bool text_starts_with(const char *text, const char *start);
bool text_ends_with(const char *text, const char *end);
/* The word, and behind it the end, a space or a colon: "SCHEMA: no such column". */
bool text_begins_with_word(const char *text, const char *word);

/* Whole-text numbers, no white space, no overflow; false leaves *value alone. */
bool text_to_integer(const char *text, int64_t *value);
bool text_to_real(const char *text, double *value); /* finite, decimal, '.' in any locale */

/* Cuts the text at its blanks, in place: the words point into it. More than `most` are left as part
 * of the last; returns how many there are. */
size_t text_split_words(char *text, char **words, size_t most);

/* The name nearest to `word` (edit distance at most a third of its length), or NULL. */
const char *text_nearest(const char *word, const char *const *names, size_t count);

/*
 * Decodes one code point and returns the bytes used (1..4); 0 at length 0. An invalid byte gives
 * U+FFFD and 1, so that a loop always ends.
 */
size_t text_decode_utf8(const char *bytes, size_t length, uint32_t *code_point);
/* Writes at most 4 bytes, no NUL; returns how many. */
size_t text_encode_utf8(uint32_t code_point, char *into);
bool text_is_utf8(const char *bytes, size_t length);
/* Control bytes but newline and tab, the C1 ones of UTF-8, bytes that are no UTF-8, and signs that
 * turn a line round or are not seen (bidirectional controls, zero width) become '?': what came from
 * outside must neither command a terminal nor deceive its reader. */
void text_make_printable(char *text);

/* A growable byte string, always NUL-terminated once something was added. Zero-initialise. */
struct buffer {
	char *bytes;
	size_t length;
	size_t capacity;
};

void buffer_add(struct buffer *buffer, const char *bytes, size_t length);
void buffer_add_text(struct buffer *buffer, const char *text);
void buffer_add_char(struct buffer *buffer, char c);
void buffer_add_format(struct buffer *buffer, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Adds the text as a JSON string, quotes included; ASCII only (\uXXXX, as Python's json.dumps). */
void buffer_add_json_text(struct buffer *buffer, const char *text);
/* An amount of bytes for people: "812 B", "1.2 MiB". */
void buffer_add_size(struct buffer *buffer, int64_t bytes);
const char *buffer_text(const struct buffer *buffer); /* never NULL */
void buffer_clear(struct buffer *buffer);	      /* keeps the memory */
void buffer_release(struct buffer *buffer);

/*
 * symbols: every different text once, so that equal texts are equal pointers and have small numbers
 * (0, 1, 2 ... in the order of first sight). One thread at a time; texts live as long as the
 * symbols.
 */
struct symbols;
struct symbols *symbols_new(void);
void symbols_free(struct symbols *symbols);
const char *symbols_add(struct symbols *symbols, const char *text, size_t length);
/* The number of an interned pointer: only for texts that symbols_add of this set returned. */
size_t symbols_number(const char *interned);
/* The interned text equal to `text`, or NULL when it was never added. */
const char *symbols_find(const struct symbols *symbols, const char *text);
size_t symbols_count(const struct symbols *symbols);

#endif

#include "base/text.h"

#include "base/memory.h"

#include <errno.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NEAREST_WORD_BYTES 64

bool text_copy(char *into, size_t room, const char *from)
{
	if (room == 0)
		return false;
	size_t length = from == NULL ? 0 : strnlen(from, room);
	bool fits = length < room;
	if (!fits)
		length = room - 1;
	if (length > 0)
		memcpy(into, from, length);
	into[length] = '\0';
	return fits;
}

bool text_equal(const char *a, const char *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	return strcmp(a, b) == 0;
}

bool text_starts_with(const char *text, const char *start)
{
	return strncmp(text, start, strlen(start)) == 0;
}

bool text_begins_with_word(const char *text, const char *word)
{
	return text_starts_with(text, word) && strchr(": ", text[strlen(word)]) != NULL;
}

bool text_ends_with(const char *text, const char *end)
{
	size_t length = strlen(text);
	size_t tail = strlen(end);
	return length >= tail && strcmp(text + length - tail, end) == 0;
}

bool text_to_integer(const char *text, int64_t *value)
{
	const char *digits = text[0] == '-' ? text + 1 : text;
	if (digits[0] < '0' || digits[0] > '9')
		return false;
	char *end;
	errno = 0;
	long long number = strtoll(text, &end, 10);
	if (errno != 0 || *end != '\0')
		return false;
	*value = number;
	return true;
}

static locale_t c_locale(void)
{
	static locale_t cached;
	locale_t found = __atomic_load_n(&cached, __ATOMIC_ACQUIRE);
	if (found != NULL)
		return found;
	locale_t made = newlocale(LC_ALL_MASK, "C", NULL);
	if (made == NULL)
		memory_exhausted();
	locale_t expected = NULL;
	if (__atomic_compare_exchange_n(
		    &cached, &expected, made, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
		return made;
	freelocale(made);
	return expected;
}

bool text_to_real(const char *text, double *value)
{
	if (text[strspn(text, "+-.0123456789eE")] != '\0' || strpbrk(text, "0123456789") == NULL)
		return false;
	char *end;
	double number = strtod_l(text, &end, c_locale());
	if (*end != '\0' || !isfinite(number))
		return false;
	*value = number;
	return true;
}

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

static size_t edit_distance(const char *a, const char *b)
{
	size_t row[NEAREST_WORD_BYTES + 1];
	size_t width = strlen(b);
	for (size_t column = 0; column <= width; column++)
		row[column] = column;
	for (size_t line = 1; a[line - 1] != '\0'; line++) {
		size_t diagonal = row[0];
		row[0] = line;
		for (size_t column = 1; column <= width; column++) {
			size_t above = row[column];
			size_t change = diagonal + (a[line - 1] != b[column - 1]);
			row[column] = smaller(smaller(above, row[column - 1]) + 1, change);
			diagonal = above;
		}
	}
	return row[width];
}

const char *text_nearest(const char *word, const char *const *names, size_t count)
{
	size_t length = strlen(word);
	if (length > NEAREST_WORD_BYTES)
		return NULL;
	const char *nearest = NULL;
	size_t best = length / 3 + 2;
	for (size_t i = 0; i < count; i++) {
		if (strlen(names[i]) > NEAREST_WORD_BYTES)
			continue;
		size_t distance = edit_distance(word, names[i]);
		if (distance < best) {
			best = distance;
			nearest = names[i];
		}
	}
	return nearest;
}

/* Table 3-7 of the Unicode standard: shortest forms only, no surrogates, nothing past U+10FFFF. */
static bool is_well_formed(uint32_t code_point, size_t length)
{
	static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
	bool surrogate = code_point >= 0xD800 && code_point <= 0xDFFF;
	return code_point >= smallest[length] && code_point <= 0x10FFFF && !surrogate;
}

size_t text_decode_utf8(const char *bytes, size_t length, uint32_t *code_point)
{
	if (length == 0)
		return 0;
	unsigned char first = (unsigned char)bytes[0];
	*code_point = first;
	if (first < 0x80)
		return 1;
	size_t size = first >= 0xF0 && first < 0xF8   ? 4
		      : first >= 0xE0 && first < 0xF0 ? 3
		      : first >= 0xC0 && first < 0xE0 ? 2
						      : 0;
	uint32_t value = size == 0 ? 0 : first & (0xFFu >> (size + 1));
	bool good = size != 0 && size <= length;
	for (size_t i = 1; good && i < size; i++) {
		unsigned char next = (unsigned char)bytes[i];
		good = (next & 0xC0) == 0x80;
		value = value << 6 | (next & 0x3F);
	}
	if (!good || !is_well_formed(value, size)) {
		*code_point = 0xFFFD;
		return 1;
	}
	*code_point = value;
	return size;
}

size_t text_encode_utf8(uint32_t code_point, char *into)
{
	if (code_point < 0x80) {
		into[0] = (char)code_point;
		return 1;
	}
	size_t size = code_point < 0x800 ? 2 : code_point < 0x10000 ? 3 : 4;
	static const unsigned char marks[] = {0, 0, 0xC0, 0xE0, 0xF0};
	for (size_t i = size - 1; i > 0; i--) {
		into[i] = (char)(0x80 | (code_point & 0x3F));
		code_point >>= 6;
	}
	into[0] = (char)(marks[size] | code_point);
	return size;
}

bool text_is_utf8(const char *bytes, size_t length)
{
	while (length > 0) {
		uint32_t code_point;
		size_t used = text_decode_utf8(bytes, length, &code_point);
		if (used == 1 && (unsigned char)bytes[0] >= 0x80)
			return false;
		bytes += used;
		length -= used;
	}
	return true;
}

/* What turns the order of a line's words round, or is not seen at all: a line must read as it is.
 * Joiners and variation selectors stay: they make one sign of several. */
static bool is_deceiving(uint32_t code_point)
{
	return code_point == 0x061C || code_point == 0x200B || code_point == 0x200E ||
	       code_point == 0x200F || (code_point >= 0x2028 && code_point <= 0x202E) ||
	       (code_point >= 0x2060 && code_point <= 0x206F) || code_point == 0xFEFF ||
	       (code_point >= 0xE0000 && code_point <= 0xE007F);
}

static bool is_printable(uint32_t code_point)
{
	if (code_point == '\n' || code_point == '\t')
		return true;
	return code_point >= ' ' && (code_point < 0x7F || code_point > 0x9F) &&
	       !is_deceiving(code_point);
}

void text_make_printable(char *text)
{
	size_t length = strlen(text);
	for (size_t at = 0, used; at < length; at += used) {
		uint32_t code_point;
		used = text_decode_utf8(text + at, length - at, &code_point);
		bool is_invalid = used == 1 && (unsigned char)text[at] >= 0x80;
		if (is_invalid || !is_printable(code_point))
			memset(text + at, '?', used);
	}
}

size_t text_split_words(char *text, char **words, size_t most)
{
	size_t count = 0;
	while (count < most) {
		text += strspn(text, " \t");
		if (*text == '\0')
			break;
		words[count++] = text;
		text += strcspn(text, " \t");
		if (*text == '\0' || count == most)
			break;
		*text++ = '\0';
	}
	return count;
}

#include "command_parts.h"

#include <string.h>

static const char *const words[] = {
#define X(id, word) word,
	TEMPLATE_LIST(X)
#undef X
};

const char *const *template_words(void)
{
	return words;
}

/* The length of "{word}" at `at`, and which; 0: the brace is a character like any other. */
static size_t word_at(const char *at, int *which)
{
	size_t length = at[0] != '{' ? 0 : strspn(at + 1, "abcdefghijklmnopqrstuvwxyz_");
	if (length == 0 || at[length + 1] != '}')
		return 0;
	*which = TEMPLATE_COUNT;
	for (int i = 0; i < TEMPLATE_COUNT; i++)
		if (strlen(words[i]) == length && memcmp(words[i], at + 1, length) == 0)
			*which = i;
	return length + 2;
}

bool template_scan(const char *text, unsigned *found, char unknown[TEMPLATE_UNKNOWN_BYTES])
{
	for (const char *at = text; *at != '\0'; at++) {
		int which;
		size_t length = word_at(at, &which);
		if (length > 0 && which == TEMPLATE_COUNT) {
			size_t room = length - 1 < TEMPLATE_UNKNOWN_BYTES ? length - 1
									  : TEMPLATE_UNKNOWN_BYTES;
			text_copy(unknown, room, at + 1);
			return false;
		}
		if (length > 0)
			*found |= 1U << which;
	}
	return true;
}

static void add_value(const struct command_run *run, enum template_word word, struct buffer *into)
{
	char date[DATE_TEXT_BYTES];
	switch (word) {
	case TEMPLATE_START:
	case TEMPLATE_DATE:
		buffer_add_text(into, date_format(run->range.first, date));
		break;
	case TEMPLATE_END:
		buffer_add_text(into, date_format(run->range.last, date));
		break;
	case TEMPLATE_DATES:
		for (size_t i = 0; i < run->date_count; i++)
			buffer_add_format(
				into, "%s%s", i == 0 ? "" : ",", date_format(run->dates[i], date));
		break;
	case TEMPLATE_COUNT:
		break;
	}
}

void template_expand(const char *text, const struct command_run *run, struct buffer *into)
{
	for (const char *at = text; *at != '\0';) {
		int which = TEMPLATE_COUNT;
		size_t length = word_at(at, &which);
		if (length > 0 && which < TEMPLATE_COUNT) {
			add_value(run, (enum template_word)which, into);
			at += length;
		} else {
			buffer_add_char(into, *at++);
		}
	}
}

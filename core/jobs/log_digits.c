#include "log_digits.h"

#include "base/text.h"

#include <string.h>

#define ALL_DIGITS 0x3FFU

struct study {
	const char *at;
	struct buffer *blurred;
	bool has_digit;	  /* of its own: one was blurred */
	bool is_monotone; /* what matches more in a part of it matches more as a whole */
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter_or_digit(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static void copy(struct study *study, size_t count)
{
	buffer_add(study->blurred, study->at, count);
	study->at += count;
}

/* "\d" and "\." are understood; "\1", "\x34", "\Q" and the like are not. */
static bool read_escape(struct study *study)
{
	char c = study->at[1];
	if (c == '\0' || (is_letter_or_digit(c) && strchr("dDwWsSbBAzZhHvVRtnrfe", c) == NULL))
		return false;
	copy(study, 2);
	return true;
}

static unsigned digits_between(char first, char last)
{
	unsigned digits = 0;
	for (unsigned i = 0; i < 10; i++)
		if ((unsigned char)first <= '0' + i && '0' + i <= (unsigned char)last)
			digits |= 1U << i;
	return digits;
}

/* One item of a class: a byte, a range of bytes, an escape. */
static bool read_class_item(struct study *study, unsigned *digits)
{
	const char *at = study->at;
	bool is_range = at[1] == '-' && at[2] != ']' && at[2] != '\0';
	if (at[0] == '\\') {
		/* None of those that are understood is a part of the digits only. */
		bool is_clear = read_escape(study);
		return is_clear && (study->at[0] != '-' || study->at[1] == ']');
	}
	if (at[0] == '[' || (is_range && (at[2] == '\\' || at[2] == '[' || (at[0] & 0x80) != 0)))
		return false;
	*digits |= digits_between(at[0], is_range ? at[2] : at[0]);
	copy(study, is_range ? 3 : 1);
	return true;
}

static bool read_class(struct study *study)
{
	unsigned digits = 0;
	bool is_negated = study->at[1] == '^';
	copy(study, is_negated ? 2 : 1);
	if (*study->at == ']')
		copy(study, 1);
	while (*study->at != ']')
		if (*study->at == '\0' || !read_class_item(study, &digits))
			return false;
	if (digits != 0 && digits != ALL_DIGITS) {
		if (is_negated)
			return false;
		buffer_add_text(study->blurred, "0-9");
		study->has_digit = true;
	}
	copy(study, 1);
	return true;
}

/* "(", "(?:", "(?i)", looks ahead and behind; names, calls, conditions and verbs are unclear. */
static bool read_group_start(struct study *study)
{
	const char *at = study->at;
	if (at[1] == '*')
		return false;
	copy(study, 1);
	if (at[1] != '?')
		return true;
	size_t behind = at[2] == '<' ? 3 : 2;
	if (at[behind] == '!' || at[behind] == '=') {
		study->is_monotone = study->is_monotone && at[behind] == '=';
		copy(study, behind);
		return true;
	}
	if (at[2] == '>') {
		study->is_monotone = false;
		copy(study, 2);
		return true;
	}
	size_t options = strspn(at + 2, "ims-");
	if (at[2 + options] != ':' && (options == 0 || at[2 + options] != ')'))
		return false;
	copy(study, 1 + options);
	return true;
}

/* "{4}" and "{1,3}" count; any other brace is itself. */
static bool read_brace(struct study *study)
{
	const char *inside = study->at + 1;
	size_t length = strspn(inside, "0123456789,");
	if (inside[0] == ' ' || (length > 0 && (inside[0] == ',' || inside[length] != '}')))
		return false;
	copy(study, length > 0 ? length + 2 : 1);
	return true;
}

static bool read_item(struct study *study)
{
	switch (*study->at) {
	case '\\':
		return read_escape(study);
	case '[':
		return read_class(study);
	case '(':
		return read_group_start(study);
	case '{':
		return read_brace(study);
	case '+': /* possessive behind another quantifier */
		if (study->blurred->length > 0 &&
			strchr("?*+}", study->blurred->bytes[study->blurred->length - 1]) != NULL)
			study->is_monotone = false;
		copy(study, 1);
		return true;
	default:
		if (is_digit(*study->at)) {
			buffer_add_text(study->blurred, "[0-9]");
			study->has_digit = true;
			study->at++;
		} else {
			copy(study, 1);
		}
		return true;
	}
}

enum log_digits log_digits_study(const char *pattern, struct buffer *blurred)
{
	struct study study = {.at = pattern, .blurred = blurred, .is_monotone = true};
	buffer_clear(blurred);
	while (*study.at != '\0')
		if (!read_item(&study))
			return DIGITS_UNCLEAR;
	if (!study.has_digit)
		return DIGITS_ALIKE;
	return study.is_monotone ? DIGITS_TOLD_APART : DIGITS_UNCLEAR;
}

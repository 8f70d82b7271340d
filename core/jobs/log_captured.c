#include "log_captured.h"

#include "base/text.h"
#include "log_reader_parts.h"

#include <string.h>

#define NUMBER_DIGITS_MAX 15

bool captured_has(const struct captured *line, enum log_capture name)
{
	struct log_span span;
	return log_hit_span(line->hit, name, &span);
}

/* The text of a capture; "" when it took no part. */
const char *captured_text(const struct captured *line, enum log_capture name, size_t *length)
{
	struct log_span span = {0, 0};
	*length = 0;
	if (!log_hit_span(line->hit, name, &span))
		return "";
	*length = span.length;
	return line->message + span.start;
}

void captured_copy(const struct captured *line, enum log_capture name, char into[LOG_REASON_BYTES])
{
	size_t length;
	const char *text = captured_text(line, name, &length);
	copy_reason(into, text, length);
}

/* A number, or -1 where there is none or one too long to be a count. */
int64_t captured_number(const struct captured *line, enum log_capture name)
{
	size_t length;
	const char *text = captured_text(line, name, &length);
	if (length == 0 || length > NUMBER_DIGITS_MAX)
		return -1;
	int64_t value = 0;
	for (size_t i = 0; i < length; i++) {
		if (text[i] < '0' || text[i] > '9')
			return -1;
		value = value * 10 + (text[i] - '0');
	}
	return value;
}

date_t captured_parse_date(const char *text, size_t length)
{
	char copy[DATE_TEXT_BYTES];
	date_t date;
	if (length < DATE_TEXT_BYTES - 1)
		return DATE_NONE;
	memcpy(copy, text, DATE_TEXT_BYTES - 1);
	copy[DATE_TEXT_BYTES - 1] = '\0';
	return date_parse(copy, &date) ? date : DATE_NONE;
}

date_t captured_date(const struct captured *line, enum log_capture name)
{
	size_t length;
	const char *text = captured_text(line, name, &length);
	return length == DATE_TEXT_BYTES - 1 ? captured_parse_date(text, length) : DATE_NONE;
}

/* "36.8" seconds in milliseconds, or -1. */
int64_t captured_milliseconds(const struct captured *line, enum log_capture name)
{
	char text[LOG_REASON_BYTES];
	double seconds;
	captured_copy(line, name, text);
	if (!text_to_real(text, &seconds) || seconds < 0 || seconds > 1e9)
		return -1;
	return (int64_t)(seconds * 1000 + 0.5);
}

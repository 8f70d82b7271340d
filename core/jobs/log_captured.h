/*
 * log_captured: what the captures of one matched line say, as values. Nothing here fails: a capture
 * that took no part, or is not what its name promises, gives "", -1 or DATE_NONE.
 */
#ifndef BACKCOURT_JOBS_LOG_CAPTURED_H
#define BACKCOURT_JOBS_LOG_CAPTURED_H

#include "log_reader.h"

struct captured {
	const char *message;
	const struct log_hit *hit;
};

bool captured_has(const struct captured *line, enum log_capture name);
/* Not NUL-terminated. */
const char *captured_text(const struct captured *line, enum log_capture name, size_t *length);
void captured_copy(const struct captured *line, enum log_capture name, char into[LOG_REASON_BYTES]);
int64_t captured_number(const struct captured *line, enum log_capture name);
date_t captured_date(const struct captured *line, enum log_capture name);
/* "36.8" seconds. */
int64_t captured_milliseconds(const struct captured *line, enum log_capture name);
/* The date that a text begins with. */
date_t captured_parse_date(const char *text, size_t length);

#endif

/*
 * log_search: finds what the operator typed in lines of a log. Pure; one thread at a time.
 *
 * A regular expression (PCRE2); text that is not a valid one is searched for as it stands. Smart
 * case: capitals in it make it exact, else case does not matter. Work on one line is limited: a
 * pattern that would try for ever does not match that line.
 */
#ifndef BACKCOURT_LOG_SEARCH_H
#define BACKCOURT_LOG_SEARCH_H

#include <stdbool.h>
#include <stddef.h>

#define LOG_SEARCH_PATTERN_BYTES_MAX 512  /* a longer text is no expression */
#define LOG_SEARCH_TEXT_BYTES_MAX    4096 /* a longer one finds nothing */

struct log_search;

/* NULL for an empty text (or one that is too long), which finds nothing. */
struct log_search *log_search_new(const char *text);
void log_search_free(struct log_search *search);
/* The next place at or after `from`; never an empty one. */
bool log_search_find(const struct log_search *search, const char *line, size_t from, size_t *start,
	size_t *length);
bool log_search_is_in(const struct log_search *search, const char *line);

#endif

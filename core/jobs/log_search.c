#include "jobs/log_search.h"

#define PCRE2_CODE_UNIT_WIDTH 8

#include "base/memory.h"

#include <ctype.h>
#include <pcre2.h>
#include <stdlib.h>
#include <string.h>

/* Steps on one line, about a millisecond: "(a+)+b" must not hold up the screen. */
#define MATCH_LIMIT    20000
#define HEAP_LIMIT_KIB 1024

struct log_search {
	pcre2_code *code;
	pcre2_match_data *match;
	pcre2_match_context *limits;
};

static bool has_capitals(const char *text)
{
	for (; *text != '\0'; text++)
		if (isupper((unsigned char)*text))
			return true;
	return false;
}

/* What is no expression, is too large for one, or is not UTF-8, is searched for as it stands. */
static pcre2_code *compile(const char *text)
{
	uint32_t options = has_capitals(text) ? 0 : PCRE2_CASELESS;
	size_t length = strlen(text);
	int number;
	PCRE2_SIZE offset;
	pcre2_code *code = NULL;
	if (length <= LOG_SEARCH_PATTERN_BYTES_MAX)
		code = pcre2_compile((PCRE2_SPTR)text, length,
			options | PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_NEVER_BACKSLASH_C,
			&number, &offset, NULL);
	if (code == NULL)
		code = pcre2_compile(
			(PCRE2_SPTR)text, length, options | PCRE2_LITERAL, &number, &offset, NULL);
	return code;
}

struct log_search *log_search_new(const char *text)
{
	if (text == NULL || text[0] == '\0' || strlen(text) > LOG_SEARCH_TEXT_BYTES_MAX)
		return NULL;
	struct log_search *search = memory_new(sizeof(*search));
	search->code = compile(text);
	search->limits = pcre2_match_context_create(NULL);
	if (search->code == NULL || search->limits == NULL)
		memory_exhausted();
	search->match = pcre2_match_data_create_from_pattern(search->code, NULL);
	if (search->match == NULL)
		memory_exhausted();
	pcre2_set_match_limit(search->limits, MATCH_LIMIT);
	pcre2_set_heap_limit(search->limits, HEAP_LIMIT_KIB);
	return search;
}

void log_search_free(struct log_search *search)
{
	if (search == NULL)
		return;
	pcre2_match_data_free(search->match);
	pcre2_match_context_free(search->limits);
	pcre2_code_free(search->code);
	free(search);
}

bool log_search_find(const struct log_search *search, const char *line, size_t from, size_t *start,
	size_t *length)
{
	size_t line_length = strlen(line);
	if (search == NULL || from > line_length)
		return false;
	int found = pcre2_match(search->code, (PCRE2_SPTR)line, line_length, from, PCRE2_NOTEMPTY,
		search->match, search->limits);
	if (found < 0)
		return false;
	const PCRE2_SIZE *ends = pcre2_get_ovector_pointer(search->match);
	if (ends[0] < from || ends[1] <= ends[0])
		return false;
	*start = ends[0];
	*length = ends[1] - ends[0];
	return true;
}

bool log_search_is_in(const struct log_search *search, const char *line)
{
	size_t start, length;
	return log_search_find(search, line, 0, &start, &length);
}

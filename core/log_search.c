#include "log_search.h"

#include "base/memory.h"

#include <ctype.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>

struct log_search {
	bool is_regex;
	bool exact;
	regex_t regex;
	char *text;
};

struct log_search *log_search_new(const char *text)
{
	if (text == NULL || text[0] == '\0')
		return NULL;
	struct log_search *search = memory_new(sizeof(*search));
	for (const char *c = text; *c != '\0'; c++)
		if (isupper((unsigned char)*c))
			search->exact = true;
	search->is_regex =
		regcomp(&search->regex, text, REG_EXTENDED | (search->exact ? 0 : REG_ICASE)) == 0;
	search->text = memory_copy_text(text);
	return search;
}

void log_search_free(struct log_search *search)
{
	if (search == NULL)
		return;
	if (search->is_regex)
		regfree(&search->regex);
	free(search->text);
	free(search);
}

bool log_search_find(const struct log_search *search, const char *line, size_t from, size_t *start,
	size_t *length)
{
	if (search == NULL || from > strlen(line))
		return false;
	if (!search->is_regex) {
		const char *found = search->exact ? strstr(line + from, search->text)
						  : strcasestr(line + from, search->text);
		if (found == NULL)
			return false;
		*start = (size_t)(found - line);
		*length = strlen(search->text);
		return true;
	}
	regmatch_t match;
	if (regexec(&search->regex, line + from, 1, &match, from > 0 ? REG_NOTBOL : 0) != 0 ||
		match.rm_eo == match.rm_so)
		return false;
	*start = from + (size_t)match.rm_so;
	*length = (size_t)(match.rm_eo - match.rm_so);
	return true;
}

bool log_search_is_in(const struct log_search *search, const char *line)
{
	size_t start, length;
	return log_search_find(search, line, 0, &start, &length);
}

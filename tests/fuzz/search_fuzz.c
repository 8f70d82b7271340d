/* The first line is what the operator types into the log's search, the second a line of a log. */
#include "tests/fuzz/support/fuzz.h"

#include "jobs/log_search.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct fuzz_input input = fuzz_input(bytes, length);
	char *typed = fuzz_next_text(&input);
	char *line = fuzz_next_text(&input);
	struct log_search *search = log_search_new(typed);
	MUST((search == NULL) == (typed[0] == '\0'));
	size_t from = 0, start, found;
	bool any = false;
	while (log_search_find(search, line, from, &start, &found)) {
		MUST(found > 0 && start >= from && start + found <= strlen(line));
		from = start + found;
		any = true;
	}
	MUST(any == log_search_is_in(search, line));
	log_search_free(search);
	free(typed);
	free(line);
	return 0;
}

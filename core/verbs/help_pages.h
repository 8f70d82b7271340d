/*
 * help_pages: what `backcourt help` is made of: the program's own lists (Markdown tables, which the
 * README shows too), the pages of the manual (core/manual/NAME.md, part of the binary), and what
 * `make install` puts in place: the manual page and the completion for bash.
 */
#ifndef BACKCOURT_HELP_PAGES_H
#define BACKCOURT_HELP_PAGES_H

#include "base/text.h"

#include <stdbool.h>

#define HELP_PAGE_NAME_BYTES 32

struct verb_about {
	const char *name, *page, *arguments,
		*help; /* page: of the manual, NULL: none tells of it */
};

/* The verbs in the order of VERB_LIST; false after the last. */
bool help_verb_at(size_t i, struct verb_about *into);

/* Markdown of a page, NULL when there is none of that name. Lives as long as the program. */
const char *help_page(const char *name, size_t *length);
/* The name of the page that an embedded file holds; false when it is none. */
bool help_page_name(const char *file, char into[HELP_PAGE_NAME_BYTES]);

/* Markdown tables. */
void help_add_verbs(struct buffer *into);
void help_add_keys(struct buffer *into);
void help_add_verdicts(struct buffer *into);
void help_add_reasons(struct buffer *into);
void help_add_alerts(struct buffer *into);
/* Every member that --json prints, verb by verb. */
void help_add_json(struct buffer *into);

/* roff with the man macros: backcourt(1), the pages of the manual among them. */
void help_add_manual(struct buffer *into);
void help_add_completion(struct buffer *into);

#endif

/*
 * help_pages: the manual page and the completion for bash, made from the lists of verbs, options,
 * actions, verdicts, members of JSON and exit statuses. `backcourt help man` and `backcourt help
 * bash` print them; `make install` puts them in place.
 */
#ifndef BACKCOURT_HELP_PAGES_H
#define BACKCOURT_HELP_PAGES_H

#include "base/text.h"

/* roff with the man macros: backcourt(1). */
void help_add_manual(struct buffer *into);
void help_add_completion(struct buffer *into);
/* Markdown: every member that --json prints, verb by verb. */
void help_add_json(struct buffer *into);

#endif

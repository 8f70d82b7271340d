/* theme_verb: backcourt theme, of which the core knows nothing. Returns the exit status. */
#ifndef BACKCOURT_TUI_THEME_VERB_H
#define BACKCOURT_TUI_THEME_VERB_H

#include "config.h"

int theme_verb(const struct config *config);

#endif

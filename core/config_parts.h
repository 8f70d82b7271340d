/*
 * config_parts: the table that OPTION_LIST becomes, shared by core/config*.c. Nobody else includes
 * this.
 */
#ifndef BACKCOURT_CONFIG_PARTS_H
#define BACKCOURT_CONFIG_PARTS_H

#include "config.h"

#include <stddef.h>

enum option_kind { KIND_TEXT, KIND_WORD, KIND_NUMBER, KIND_FLAG, KIND_SWITCH };

struct option_row {
	const char *name;
	enum option_kind kind;
	enum option_when when;
	size_t offset; /* of its member in struct config */
	const char *argument;
	int64_t lowest, highest;
	const char *initial;
	const char *help;
};

extern const struct option_row config_options[CONFIG_OPTION_COUNT];

bool config_holds_text(const struct option_row *option);
bool config_takes_value(const struct option_row *option);
/* "BACKCOURT_READ_ONLY" */
void config_variable(const struct option_row *option, char into[64]);

#endif

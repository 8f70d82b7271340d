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

/* NULL: there is none of that name. */
const struct option_row *config_find_option(const char *name);
/* `said` is how the person wrote the option, for messages. */
bool config_set_option(struct config *config, const struct option_row *option, const char *said,
	const char *text, struct error *err);
void config_set_origin(
	struct config *config, const struct option_row *option, enum config_origin origin);
/* There is no such option; returns false. */
bool config_refuse_option(const char *said, const char *name, struct error *err);
/* core/config_arguments.c: verb, arguments and flags. */
bool config_read_arguments(struct config *config, int argc, char *const *argv, struct error *err);

bool config_holds_text(const struct option_row *option);
bool config_takes_value(const struct option_row *option);
/* "BACKCOURT_READ_ONLY" */
void config_variable(const struct option_row *option, char into[64]);

#endif

/* command_parts: what the files core/jobs/command_*.c share. Nobody else includes this. */
#ifndef BACKCOURT_JOBS_COMMAND_PARTS_H
#define BACKCOURT_JOBS_COMMAND_PARTS_H

#include "jobs/command.h"

#include <jansson.h>

struct command_reader {
	const struct pipeline *pipeline;
	size_t table;
	const json_t *job;
	struct command *command;
	struct error *err;
};

/* "nba.json: tables[7].job.KEY: sentence"; returns false. */
bool command_fail(const struct command_reader *reader, const char *key, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* That every brace of argv, argv_dates and checkpoint can be filled, and the dates are told. */
bool command_check_templates(const struct command_reader *reader);

/* The words that are replaced between braces. */
#define TEMPLATE_LIST(X)  \
	X(START, "start") \
	X(END, "end")     \
	X(DATE, "date")   \
	X(DATES, "dates")

enum template_word {
#define X(id, word) TEMPLATE_##id,
	TEMPLATE_LIST(X)
#undef X
		TEMPLATE_COUNT,
};

#define TEMPLATE_BIT(id) (1U << TEMPLATE_##id)

/*
 * The words that stand in the text, as bits; false when a brace holds another lower-case word: its
 * name is then in `unknown` (TEMPLATE_UNKNOWN_BYTES).
 */
#define TEMPLATE_UNKNOWN_BYTES 32
bool template_scan(const char *text, unsigned *words, char unknown[TEMPLATE_UNKNOWN_BYTES]);
/* Replaces them by the values of the run. */
void template_expand(const char *text, const struct command_run *run, struct buffer *into);
const char *const *template_words(void); /* TEMPLATE_COUNT of them */

/* The path of the script that the job runs, or of its folder where no argument is one; free() it.
 */
char *command_subject(const struct command *command);

/* NULL where the job does not change it. */
const char *command_variable_value(const struct command *command, const char *name);
bool command_is_secret(const struct command *command, const char *name);

#endif

/*
 * config_edit: one line of the configuration file (config.h), changed as text. Pure; any thread.
 *
 * The line that counts is the last one of that name: of it the value alone is replaced. Where there
 * is none, a line is added at the end. Every other byte stays: comments, order, blanks, lines that
 * this program does not know, ends of lines of another system.
 */
#ifndef BACKCOURT_CONFIG_EDIT_H
#define BACKCOURT_CONFIG_EDIT_H

#include "base/error.h"
#include "base/text.h"

/* The file with `name = value` in it is added to `into`. ERROR_USAGE for a value that a line cannot
 * hold: empty, with control characters, or with blanks at its ends; ERROR_LIMIT when the file would
 * get larger than CONFIG_FILE_BYTES_MAX. The value is not checked otherwise (config_set does). */
bool config_edit(const struct buffer *file, const char *name, const char *value,
	struct buffer *into, struct error *err);

#endif

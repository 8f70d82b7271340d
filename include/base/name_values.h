/*
 * name_values: texts of lines `name = value`, as the configuration and the keys file are.
 *
 * Empty lines and lines that begin with # are comments; blanks around name and value do not count.
 * Pure; any thread.
 */
#ifndef BACKCOURT_BASE_NAME_VALUES_H
#define BACKCOURT_BASE_NAME_VALUES_H

#include "base/error.h"

#include <stddef.h>

#define NAME_VALUES_BYTES_MAX 65536

/* Takes a line, or says what is wrong with it; name and value are the caller's. */
typedef bool (*name_value_take)(
	void *context, const char *name, const char *value, struct error *err);

/*
 * Gives every line of `text` to `take`, up to the first one that it refuses. False with
 * ERROR_CONFIG and "SOURCE:LINE: reason", also for a line without "=", a NUL, or a text of more
 * than NAME_VALUES_BYTES_MAX.
 */
bool name_values_read(const char *text, size_t length, const char *source, name_value_take take,
	void *context, struct error *err);
/* The same of a file. */
bool name_values_read_file(
	const char *path, name_value_take take, void *context, struct error *err);

#endif

/*
 * path: where things are kept, and small whole files.
 *
 * Folders follow the XDG base directory specification; every path can be overridden by an option
 * (include/config.h). Never in /tmp. Any thread; returned texts belong to the caller (free).
 */
#ifndef BACKCOURT_BASE_PATH_H
#define BACKCOURT_BASE_PATH_H

#include "base/error.h"
#include "base/text.h"

#define PATH_FILE_BYTES_MAX 16777216 /* 16 MiB */

char *path_join(const char *folder, const char *name);
/* "$XDG_STATE_HOME/backcourt" and so on, with the specification's defaults below $HOME. */
bool path_state_home(char **path, struct error *err);
bool path_data_home(char **path, struct error *err);
bool path_config_home(char **path, struct error *err);

/* Makes the folder and those above it (mode 0700); an existing folder is fine. */
bool path_make_folder(const char *path, struct error *err);
/* Makes the folder that `path` lies in. */
bool path_make_parent(const char *path, struct error *err);
bool path_exists(const char *path);
/* Whether the file may be written and its folder may get others beside it. */
bool path_is_writable(const char *path);
/* The "file:" URI of the path (RFC 3986), to which a query may be added. */
char *path_file_uri(const char *path);

/* Reads the whole file; more than `limit` bytes is ERROR_LIMIT. The buffer is appended to. */
bool path_read_file(const char *path, size_t limit, struct buffer *into, struct error *err);
/* Writes a temporary file beside it, syncs, renames, syncs the folder. */
bool path_write_file(const char *path, const char *bytes, size_t length, struct error *err);

#endif

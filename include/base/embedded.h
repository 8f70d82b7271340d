/*
 * embedded: files of the source tree that are part of the binary (pipelines, rules of logs, manual,
 * themes). Names are paths from the top of the project: "core/pipelines/nba.json". Made by
 * .ci/embed. Constants; any thread.
 */
#ifndef BACKCOURT_BASE_EMBEDDED_H
#define BACKCOURT_BASE_EMBEDDED_H

#include <stddef.h>

struct embedded_file {
	const char *name;
	const char *bytes; /* a NUL follows the last byte */
	const char *end;   /* the byte after that NUL */
};

extern const struct embedded_file embedded_files[];
extern const size_t embedded_file_count;

/* NULL when there is none; *length without the NUL. */
const char *embedded_find(const char *name, size_t *length);

#endif

/*
 * git_state: which commit a folder is at, and whether tracked files differ from it, as git says.
 *
 * Runs `git status --porcelain=v2 --branch` (no lock is taken, nothing is written) and waits at
 * most GIT_STATE_MS: on a worker thread. Not known is not clean: no git, no repository, too slow,
 * or an answer that is none leave is_known false.
 */
#ifndef BACKCOURT_JOBS_GIT_STATE_H
#define BACKCOURT_JOBS_GIT_STATE_H

#include <stdbool.h>
#include <stddef.h>

#define GIT_STATE_MS	 5000
#define GIT_COMMIT_BYTES 65 /* SHA-256 in hexadecimal, and NUL */

struct git_state {
	bool is_known;
	char commit[GIT_COMMIT_BYTES];
	bool is_dirty;
};

/* The answer of git as text. Pure. */
struct git_state git_state_parse(const char *text);
struct git_state git_state_read(const char *folder);

#endif

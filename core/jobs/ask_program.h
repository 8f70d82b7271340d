/*
 * ask_program: what a small helper program prints ("git status ..."), with a deadline.
 *
 * Used by core/jobs only. Blocks up to timeout_ms: on a worker thread.
 */
#ifndef BACKCOURT_JOBS_ASK_PROGRAM_H
#define BACKCOURT_JOBS_ASK_PROGRAM_H

#include "base/text.h"

#define ASK_ANSWER_BYTES_MAX (1024UL * 1024)

/*
 * argv ends with NULL and is looked up in PATH; stdin and stderr are /dev/null. False: it could not
 * be started, took too long (it is killed then), said too much, or did not exit with 0.
 */
bool ask_program(
	char *const *argv, char *const *environment, int timeout_ms, struct buffer *answer);

#endif

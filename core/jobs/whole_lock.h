/*
 * whole_lock: a lock on a whole file that belongs to an open file description.
 *
 * OFD locks (fcntl(2)) and not flock: like flock's they live until the last process that inherited
 * the descriptor is gone, but one can ask for them without taking them, so that looking never makes
 * somebody's start fail. Used by the files of core/jobs only.
 */
#ifndef BACKCOURT_JOBS_WHOLE_LOCK_H
#define BACKCOURT_JOBS_WHOLE_LOCK_H

#include <stdbool.h>

/* Opens (and makes) the file and locks it. -1 with errno: EAGAIN when somebody has it. The
 * descriptor is close-on-exec and above those that a run inherits. */
int whole_lock_take(const char *path);
/* Whether somebody has it; a file that cannot be asked is not locked and *is_known false. */
bool whole_lock_is_held(const char *path, bool *is_known);

#endif

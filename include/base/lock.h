/*
 * lock: who owns a folder for writing.
 *
 * An advisory lock (flock) on the file `owner.lock` in the folder, which the kernel releases
 * however the process ends. The file names the holder (pid, start time, host), so that the second
 * one can say who it is. Any thread.
 */
#ifndef BACKCOURT_BASE_LOCK_H
#define BACKCOURT_BASE_LOCK_H

#include "base/error.h"

#define LOCK_HOLDER_BYTES 160

struct lock;

/*
 * False with ERROR_BUSY when another process has it: `holder` (LOCK_HOLDER_BYTES, may be NULL) is
 * then "process 4711 on host, since 14:05:58" and err names it too. That is told within 10 ms;
 * where the named process is no more, what it had started may have the lock until its exec: 5 s at
 * most.
 */
bool lock_take(const char *folder, struct lock **taken, char *holder, struct error *err);
/* Whether anybody, this process included, has it now. */
bool lock_is_held(const char *folder);
/* The same, and who; "" when nobody has it. */
bool lock_holder(const char *folder, char holder[LOCK_HOLDER_BYTES]);
void lock_free(struct lock *lock); /* releases it */

#endif

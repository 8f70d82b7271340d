/*
 * helper: another program that does one small thing for us ("git status", "gcloud auth ...", the
 * operator's hook), run to its end.
 *
 * argv is looked up in PATH, no shell sees it. It runs in a process group of its own, with no
 * signal blocked or ignored, and with nothing to read and no terminal: what is not asked for of its
 * outputs goes to /dev/null. helper_run waits for the end of the program itself, not of what it
 * leaves behind (that is its own); when the time is over, when it is cancelled, or when it prints
 * more than there is room for, the program is killed. Blocks: on a worker.
 */
#ifndef BACKCOURT_BASE_HELPER_H
#define BACKCOURT_BASE_HELPER_H

#include "base/error.h"
#include "base/text.h"

#include <spawn.h>
#include <sys/types.h>

#define HELPER_ANSWER_BYTES_MAX 1048576 /* of helper_ask */

struct cancel;

/* What it printed on one of its outputs. The storage is the caller's, who wipes it where it may
 * hold a secret: no copy is left anywhere else. */
struct helper_output {
	char *bytes;
	size_t room;   /* of which one byte is for a NUL */
	size_t length; /* set, like the NUL behind it, where the program could be started */
};

struct helper {
	const char *name;	  /* in messages; NULL: argv[0] */
	char *const *argv;	  /* NULL ends it */
	char *const *environment; /* NULL: ours */
	int limit_ms;
	struct cancel *cancel;		 /* may be NULL: CANCEL_NOW ends it at once */
	struct helper_output *output;	 /* NULL: not asked for; too much of it ends the program */
	struct helper_output *complaint; /* stderr; NULL: not asked for; what is too much is lost */
	/* Called before it and its group are killed, for what has left the group; may be NULL. It
	 * is not reaped before: its number is its own until then. */
	void (*kill_all)(pid_t pid);
};

enum helper_end {
	HELPER_EXITED,	  /* code is its exit status */
	HELPER_SIGNALLED, /* code is the signal, which was not ours */
	HELPER_LATE,	  /* killed: the time was over */
	HELPER_STOPPED,	  /* killed: it was cancelled */
	HELPER_TALKED,	  /* killed: more than there was room for */
	HELPER_LOST,	  /* nobody knows how it ended */
};

struct helper_result {
	enum helper_end end;
	int code;
};

/* False: it could not be started, and *err says why. */
bool helper_run(const struct helper *helper, struct helper_result *result, struct error *err);

/* What it prints, of at most HELPER_ANSWER_BYTES_MAX bytes. False where there is no answer: it did
 * not start, was killed, or did not exit with 0; nothing is added then. */
bool helper_ask(char *const *argv, char *const *environment, int limit_ms, struct buffer *answer);

/*
 * For whoever starts a program that is to outlive him: the attributes of the spawn. No signal is
 * blocked or ignored, since both are inherited and a program must not be deaf because we are.
 * `apart` is POSIX_SPAWN_SETPGROUP or POSIX_SPAWN_SETSID. posix_spawnattr_destroy ends them.
 */
void helper_init_attributes(posix_spawnattr_t *attributes, short apart);

#endif

#include "base/lock.h"

#include "base/clock.h"
#include "base/memory.h"
#include "base/path.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#define ASKER_TRIES    5
#define GONE_HOLDER_MS 5000

struct lock {
	int descriptor;
};

/* The name stays in the file after the holder's end; only the kernel's lock counts. */
static void write_holder(int descriptor)
{
	char host[64] = "", since[CLOCK_TEXT_BYTES], text[LOCK_HOLDER_BYTES];
	gethostname(host, sizeof(host) - 1);
	clock_format_rfc3339(clock_wall_ms(), since);
	int length = snprintf(
		text, sizeof(text), "process %ld on %.63s, since %s", (long)getpid(), host, since);
	if (length <= 0 || ftruncate(descriptor, 0) != 0)
		return;
	ssize_t written = pwrite(descriptor, text, strlen(text), 0);
	(void)written; /* a lock without its holder's name still locks */
}

static void read_holder(int descriptor, char *holder)
{
	ssize_t got = pread(descriptor, holder, LOCK_HOLDER_BYTES - 1, 0);
	holder[got > 0 ? got : 0] = '\0';
	for (char *at = holder; *at != '\0'; at++)
		if ((unsigned char)*at < ' ' || *at == 127)
			*at = '?';
	if (holder[0] == '\0')
		snprintf(holder, LOCK_HOLDER_BYTES, "another process");
}

static bool try_exclusive(int descriptor)
{
	return flock(descriptor, LOCK_EX | LOCK_NB) == 0;
}

/* Whether the named holder was a process of this machine that is no more. */
static bool holder_is_gone(int descriptor)
{
	static const char before[] = "process ", between[] = " on ";
	char text[LOCK_HOLDER_BYTES], host[64] = "", *at;
	read_holder(descriptor, text);
	gethostname(host, sizeof(host) - 1);
	if (!text_starts_with(text, before))
		return false;
	long pid = strtol(text + strlen(before), &at, 10);
	if (pid <= 0 || pid > INT_MAX || !text_starts_with(at, between))
		return false;
	at += strlen(between);
	size_t length = strlen(host);
	return strncmp(at, host, length) == 0 && at[length] == ',' && kill((pid_t)pid, 0) != 0 &&
	       errno == ESRCH;
}

/*
 * lock_is_held holds it for an instant: a few tries tell a holder from somebody who only asked. A
 * holder that was killed while it started a program leaves it to that one until the exec: that can
 * be long on a busy machine, but it comes.
 */
static bool take_exclusive(int descriptor)
{
	const struct timespec instant = {.tv_nsec = 2000000};
	int64_t until = clock_monotonic_ms() + GONE_HOLDER_MS;
	for (int i = 0; !try_exclusive(descriptor); i++) {
		if (errno != EWOULDBLOCK)
			return false;
		if (i >= ASKER_TRIES &&
			(clock_monotonic_ms() >= until || !holder_is_gone(descriptor))) {
			errno = EWOULDBLOCK;
			return false;
		}
		nanosleep(&instant, NULL);
	}
	return true;
}

bool lock_take(const char *folder, struct lock **taken, char *holder, struct error *err)
{
	char *path = path_join(folder, "owner.lock");
	char name[LOCK_HOLDER_BYTES];
	bool done = false;
	int descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (descriptor < 0) {
		error_set_system(err, errno, "cannot open %s", path);
	} else if (take_exclusive(descriptor)) {
		write_holder(descriptor);
		struct lock *lock = memory_new(sizeof(*lock));
		lock->descriptor = descriptor;
		*taken = lock;
		done = true;
	} else if (errno == EWOULDBLOCK) {
		read_holder(descriptor, name);
		if (holder != NULL)
			memcpy(holder, name, sizeof(name));
		error_set(err, ERROR_BUSY, "%s is held by %s", folder, name);
	} else {
		error_set_system(err, errno, "cannot lock %s", path);
	}
	if (!done && descriptor >= 0)
		close(descriptor);
	free(path);
	return done;
}

bool lock_holder(const char *folder, char holder[LOCK_HOLDER_BYTES])
{
	char *path = path_join(folder, "owner.lock");
	int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	free(path);
	holder[0] = '\0';
	if (descriptor < 0)
		return false;
	bool held = flock(descriptor, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
	if (held)
		read_holder(descriptor, holder);
	close(descriptor);
	return held;
}

bool lock_is_held(const char *folder)
{
	char holder[LOCK_HOLDER_BYTES];
	return lock_holder(folder, holder);
}

void lock_free(struct lock *lock)
{
	if (lock == NULL)
		return;
	close(lock->descriptor);
	free(lock);
}

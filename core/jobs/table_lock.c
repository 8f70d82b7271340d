#include "jobs/table_lock.h"

#include "base/memory.h"
#include "base/path.h"
#include "whole_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct table_lock {
	int descriptor;
};

static char *lock_path(const char *state_folder, const char *table)
{
	return memory_format("%s/locks/%s.lock", state_folder, table);
}

/* Only the kernel's lock counts: a lock without its holder's name still locks. */
static void write_holder(int descriptor, const char *holder)
{
	char text[LOCK_HOLDER_BYTES];
	text_copy(text, sizeof(text), holder);
	if (ftruncate(descriptor, 0) != 0)
		return;
	ssize_t written = pwrite(descriptor, text, strlen(text), 0);
	(void)written;
}

static void read_holder(const char *path, char holder[LOCK_HOLDER_BYTES])
{
	int file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	ssize_t got = file < 0 ? -1 : read(file, holder, LOCK_HOLDER_BYTES - 1);
	if (file >= 0)
		close(file);
	holder[got > 0 ? got : 0] = '\0';
	for (char *at = holder; *at != '\0'; at++)
		if ((unsigned char)*at < ' ' || *at == 127)
			*at = '?';
	if (holder[0] == '\0')
		text_copy(holder, LOCK_HOLDER_BYTES, "another process");
}

bool table_lock_take(const char *state_folder, const char *table, const char *holder,
	struct table_lock **taken, struct error *err)
{
	char *path = lock_path(state_folder, table);
	char name[LOCK_HOLDER_BYTES];
	int descriptor = -1;
	if (!path_make_parent(path, err))
		goto out;
	descriptor = whole_lock_take(path);
	if (descriptor >= 0) {
		write_holder(descriptor, holder);
		*taken = memory_new(sizeof(**taken));
		(*taken)->descriptor = descriptor;
	} else if (errno == EAGAIN) {
		read_holder(path, name);
		error_set(err, ERROR_BUSY, "%s is being written by %s", table, name);
	} else {
		error_set_system(err, errno, "cannot lock %s", path);
	}
out:
	free(path);
	return descriptor >= 0;
}

void table_lock_free(struct table_lock *lock)
{
	if (lock == NULL)
		return;
	close(lock->descriptor);
	free(lock);
}

int table_lock_descriptor(const struct table_lock *lock)
{
	return lock->descriptor;
}

bool table_lock_is_held(const char *state_folder, const char *table, char holder[LOCK_HOLDER_BYTES])
{
	char *path = lock_path(state_folder, table);
	bool is_known;
	bool is_held = whole_lock_is_held(path, &is_known);
	if (is_held)
		read_holder(path, holder);
	free(path);
	return is_held;
}

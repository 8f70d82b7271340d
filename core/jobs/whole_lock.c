#include "whole_lock.h"

#include "jobs/run_files.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

static int open_above(const char *path)
{
	int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (file < 0 || file > RUN_TABLE_DESCRIPTOR)
		return file;
	int above = fcntl(file, F_DUPFD_CLOEXEC, RUN_TABLE_DESCRIPTOR + 1);
	int reason = errno;
	close(file);
	errno = reason;
	return above;
}

int whole_lock_take(const char *path)
{
	struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	int file = open_above(path);
	if (file < 0)
		return -1;
	if (fcntl(file, F_OFD_SETLK, &whole) == 0)
		return file;
	int reason = errno == EACCES ? EAGAIN : errno;
	close(file);
	errno = reason;
	return -1;
}

bool whole_lock_is_held(const char *path, bool *is_known)
{
	struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	int file = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	*is_known = file >= 0 && fcntl(file, F_OFD_GETLK, &whole) == 0;
	bool is_held = *is_known && whole.l_type != F_UNLCK;
	if (file < 0 && errno == ENOENT)
		*is_known = true; /* what is not there is not locked */
	if (file >= 0)
		close(file);
	return is_held;
}

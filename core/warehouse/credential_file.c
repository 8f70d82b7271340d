/* Reading a credential file: only what the user alone can have written. */
#include "credential_parts.h"

#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

char *credential_readable_warning(const char *path)
{
	return memory_format("others can read the credential %s (chmod 600 it)", path);
}

static bool check_file(
	const char *path, const struct stat *about, char **warning, struct error *err)
{
	if (!S_ISREG(about->st_mode))
		return error_set(
			err, ERROR_CONFIG, "the credential %s is not a regular file", path);
	if (about->st_size > CREDENTIAL_FILE_BYTES_MAX)
		return error_set(err, ERROR_LIMIT, "the credential %s is longer than %d bytes",
			path, CREDENTIAL_FILE_BYTES_MAX);
	if (about->st_uid != geteuid() && about->st_uid != 0)
		return error_set(err, ERROR_CONFIG,
			"the credential %s belongs to another user (uid %u); it is not used", path,
			(unsigned)about->st_uid);
	if ((about->st_mode & (S_IWGRP | S_IWOTH)) != 0)
		return error_set(err, ERROR_CONFIG,
			"others can write the credential %s; it is not used (chmod 600 it)", path);
	if ((about->st_mode & (S_IRGRP | S_IROTH)) != 0)
		*warning = credential_readable_warning(path);
	return true;
}

static bool read_open_file(
	int descriptor, const char *path, char **text, size_t *length, struct error *err)
{
	char *bytes = memory_new(CREDENTIAL_FILE_BYTES_MAX + (size_t)1);
	size_t count = 0;
	ssize_t got = 1;
	while (got > 0 && count < CREDENTIAL_FILE_BYTES_MAX) {
		got = read(descriptor, bytes + count, CREDENTIAL_FILE_BYTES_MAX - count);
		if (got < 0 && errno == EINTR)
			got = 1;
		else if (got > 0)
			count += (size_t)got;
	}
	if (got < 0) {
		secret_free(bytes);
		return error_set_system(err, errno, "cannot read the credential %s", path);
	}
	*text = bytes;
	*length = count;
	return true;
}

bool credential_read_file(
	const char *path, char **text, size_t *length, char **warning, struct error *err)
{
	struct stat about;
	int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (descriptor < 0 && errno == ELOOP)
		return error_set(err, ERROR_CONFIG,
			"the credential %s is a symbolic link; name the file itself", path);
	if (descriptor < 0)
		return error_set_system(err, errno, "cannot open the credential %s", path);
	bool done = fstat(descriptor, &about) == 0 ||
		    error_set_system(err, errno, "cannot look at the credential %s", path);
	done = done && check_file(path, &about, warning, err) &&
	       read_open_file(descriptor, path, text, length, err);
	close(descriptor);
	return done;
}

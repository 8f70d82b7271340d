#include "base/path.h"

#include "base/memory.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

char *path_join(const char *folder, const char *name)
{
	bool slash = folder[0] != '\0' && text_ends_with(folder, "/");
	return memory_format("%s%s%s", folder, slash ? "" : "/", name);
}

/* The specification ignores relative values of its variables. */
static bool xdg_home(const char *variable, const char *below_home, char **path, struct error *err)
{
	const char *folder = getenv(variable);
	if (folder != NULL && folder[0] == '/') {
		*path = path_join(folder, "backcourt");
		return true;
	}
	const char *home = getenv("HOME");
	if (home == NULL || home[0] != '/')
		return error_set(err, ERROR_CONFIG,
			"neither %s nor HOME names a folder: set one, or give --state and "
			"--warehouse",
			variable);
	*path = memory_format("%s/%s/backcourt", home, below_home);
	return true;
}

bool path_state_home(char **path, struct error *err)
{
	return xdg_home("XDG_STATE_HOME", ".local/state", path, err);
}

bool path_data_home(char **path, struct error *err)
{
	return xdg_home("XDG_DATA_HOME", ".local/share", path, err);
}

bool path_config_home(char **path, struct error *err)
{
	return xdg_home("XDG_CONFIG_HOME", ".config", path, err);
}

static bool make_one(const char *path, struct error *err)
{
	struct stat found;
	if (mkdir(path, 0700) == 0 ||
		(errno == EEXIST && stat(path, &found) == 0 && S_ISDIR(found.st_mode)))
		return true;
	return error_set_system(err, errno, "cannot make the folder %s", path);
}

bool path_make_folder(const char *path, struct error *err)
{
	char *copy = memory_copy_text(path);
	bool made = true;
	for (char *slash = strchr(copy + 1, '/'); made && slash != NULL;
		slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		made = make_one(copy, err);
		*slash = '/';
	}
	made = made && make_one(copy, err);
	free(copy);
	return made;
}

bool path_make_parent(const char *path, struct error *err)
{
	const char *slash = strrchr(path, '/');
	if (slash == NULL || slash == path)
		return true;
	char *folder = memory_copy_span(path, (size_t)(slash - path));
	bool made = path_make_folder(folder, err);
	free(folder);
	return made;
}

bool path_exists(const char *path)
{
	return access(path, F_OK) == 0;
}

bool path_is_writable(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder = slash == NULL   ? memory_copy_text(".")
		       : slash == path ? memory_copy_text("/")
				       : memory_copy_span(path, (size_t)(slash - path));
	bool writable = access(path, W_OK) == 0 && access(folder, W_OK) == 0;
	free(folder);
	return writable;
}

char *path_file_uri(const char *path)
{
	struct buffer uri = {0};
	buffer_add_text(&uri, "file:");
	for (const char *at = path; *at != '\0'; at++) {
		unsigned char byte = (unsigned char)*at;
		if (isalnum(byte) || strchr("/-._~", byte) != NULL)
			buffer_add_char(&uri, *at);
		else
			buffer_add_format(&uri, "%%%02X", byte);
	}
	return uri.bytes;
}

static bool read_all(
	int descriptor, const char *path, size_t limit, struct buffer *into, struct error *err)
{
	char piece[16384];
	size_t total = 0;
	for (;;) {
		ssize_t got = read(descriptor, piece, sizeof(piece));
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return error_set_system(err, errno, "cannot read %s", path);
		if (got == 0)
			return true;
		total += (size_t)got;
		if (total > limit)
			return error_set(
				err, ERROR_LIMIT, "%s is larger than %zu bytes", path, limit);
		buffer_add(into, piece, (size_t)got);
	}
}

bool path_read_file(const char *path, size_t limit, struct buffer *into, struct error *err)
{
	int descriptor = open(path, O_RDONLY | O_CLOEXEC);
	if (descriptor < 0)
		return error_set_system(err, errno, "cannot open %s", path);
	size_t before = into->length;
	bool done = read_all(descriptor, path, limit, into, err);
	if (!done && into->bytes != NULL) {
		into->length = before;
		into->bytes[before] = '\0';
	}
	close(descriptor);
	return done;
}

static bool write_all(int descriptor, const char *bytes, size_t length)
{
	while (length > 0) {
		ssize_t put = write(descriptor, bytes, length);
		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return false;
		bytes += put;
		length -= (size_t)put;
	}
	return true;
}

static void sync_folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder = slash == NULL ? memory_copy_text(".")
				     : memory_copy_span(path, (size_t)(slash - path) + 1);
	int descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (descriptor >= 0) {
		fsync(descriptor);
		close(descriptor);
	}
	free(folder);
}

bool path_write_file(const char *path, const char *bytes, size_t length, struct error *err)
{
	char *beside = memory_format("%s.XXXXXX", path);
	int descriptor = mkostemp(beside, O_CLOEXEC);
	bool done = false;
	if (descriptor < 0) {
		error_set_system(err, errno, "cannot make a file beside %s", path);
		goto out;
	}
	bool written = write_all(descriptor, bytes, length) && fsync(descriptor) == 0;
	int reason = errno;
	if (close(descriptor) != 0 && written) {
		written = false;
		reason = errno;
	}
	if (written && rename(beside, path) == 0) {
		sync_folder_of(path);
		done = true;
		goto out;
	}
	error_set_system(err, written ? errno : reason, "cannot write %s", path);
	unlink(beside);
out:
	free(beside);
	return done;
}

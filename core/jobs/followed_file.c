#include "log_follower_parts.h"

#include "base/memory.h"
#include "log_io.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#define FILE_EVENTS (IN_MODIFY | IN_ATTRIB)
#define FOLDER_EVENTS                                                                          \
	(IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_DELETE_SELF | IN_MOVE_SELF | \
		IN_ONLYDIR)

struct followed_file *followed_file_new(const char *path, const struct log_file_listener *listener)
{
	struct followed_file *file = memory_new(sizeof(*file));
	file->path = memory_copy_text(path);
	const char *slash = strrchr(file->path, '/');
	file->name = slash == NULL ? file->path : slash + 1;
	if (slash == NULL)
		file->folder = memory_copy_text(".");
	else
		file->folder = memory_copy_span(
			file->path, slash == file->path ? 1 : (size_t)(slash - file->path));
	file->listener = *listener;
	file->descriptor = -1;
	file->file_watch = -1;
	file->folder_watch = -1;
	file->is_path_dirty = true;
	return file;
}

void followed_file_free(struct followed_file *file)
{
	if (file->descriptor >= 0)
		close(file->descriptor);
	free(file->path);
	free(file->folder);
	free(file);
}

static void tell(struct followed_file *file, enum log_change change, const char *reason)
{
	file->listener.changed(file->listener.context, change, reason);
}

static void tell_unreadable(struct followed_file *file, int number, const char *words)
{
	char reason[ERROR_TEXT_BYTES];
	file->is_dirty = false;
	file->is_polled = true;
	if (file->is_unreadable)
		return;
	file->is_unreadable = true;
	snprintf(reason, sizeof(reason), "reading %s: %s", file->path,
		words != NULL ? words : strerrordesc_np(number));
	tell(file, LOG_UNREADABLE, reason);
}

void followed_file_watch_folder(struct log_follower *follower, struct followed_file *file)
{
	struct stat status;
	file->folder_watch = inotify_add_watch(follower->inotify, file->folder, FOLDER_EVENTS);
	/* Of a link the folder of its target matters, and that may change. */
	bool is_link = lstat(file->path, &status) == 0 && S_ISLNK(status.st_mode);
	file->is_polled = file->folder_watch < 0 || is_link;
}

/* File systems on which others write without a local event. */
static bool is_remote(int descriptor)
{
	struct statfs status;
	if (fstatfs(descriptor, &status) != 0)
		return true;
	switch ((unsigned long)status.f_type) {
	case NFS_SUPER_MAGIC:
	case SMB_SUPER_MAGIC:
	case 0xFF534D42: /* cifs */
	case 0xFE534D42: /* smb2 */
	case FUSE_SUPER_MAGIC:
	case V9FS_MAGIC:
	case AFS_SUPER_MAGIC:
	case CEPH_SUPER_MAGIC:
		return true;
	default:
		return false;
	}
}

static void watch_file(struct log_follower *follower, struct followed_file *file)
{
	char path[64];
	/* By the descriptor: the path may lead elsewhere by now. */
	snprintf(path, sizeof(path), "/proc/self/fd/%d", file->descriptor);
	file->file_watch = inotify_add_watch(follower->inotify, path, FILE_EVENTS);
	if (file->file_watch < 0 || is_remote(file->descriptor))
		file->is_polled = true;
}

static void unwatch_file(struct log_follower *follower, struct followed_file *file)
{
	int watch = file->file_watch;
	file->file_watch = -1;
	for (size_t i = 0; i < follower->file_count; i++)
		if (follower->files[i]->file_watch == watch)
			return;
	if (watch >= 0)
		inotify_rm_watch(follower->inotify, watch);
}

static void restart(struct followed_file *file)
{
	file->offset = 0;
	file->size = 0;
	file->last_length = 0;
}

static void close_file(struct log_follower *follower, struct followed_file *file)
{
	unwatch_file(follower, file);
	close(file->descriptor);
	file->descriptor = -1;
}

static bool open_path(struct followed_file *file, struct stat *status)
{
	int descriptor = open(file->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (descriptor < 0) {
		if (errno != ENOENT && errno != ENOTDIR)
			tell_unreadable(file, errno, NULL);
		return false;
	}
	if (fstat(descriptor, status) != 0 || !S_ISREG(status->st_mode)) {
		close(descriptor);
		tell_unreadable(file, 0, "it is not a regular file");
		return false;
	}
	file->descriptor = descriptor;
	return true;
}

static void open_file(
	struct log_follower *follower, struct followed_file *file, enum log_change change)
{
	struct stat status;
	if (!open_path(file, &status))
		return;
	file->device = status.st_dev;
	file->inode = status.st_ino;
	file->is_gone = false;
	file->is_unreadable = false;
	file->is_dirty = true;
	restart(file);
	followed_file_watch_folder(follower, file);
	watch_file(follower, file);
	tell(file, change, NULL);
}

static void note_gone(struct followed_file *file)
{
	if (file->descriptor < 0 || file->is_gone)
		return;
	file->is_gone = true;
	file->is_dirty = true;
	tell(file, LOG_GONE, NULL);
}

void followed_file_look(struct log_follower *follower, struct followed_file *file)
{
	struct stat status;
	file->is_path_dirty = false;
	if (file->folder_watch < 0)
		followed_file_watch_folder(follower, file);
	if (stat(file->path, &status) != 0) {
		if (errno == ENOENT || errno == ENOTDIR)
			note_gone(file);
		else
			tell_unreadable(file, errno, NULL);
		return;
	}
	if (file->descriptor < 0) {
		open_file(follower, file, LOG_APPEARED);
		return;
	}
	if (status.st_dev == file->device && status.st_ino == file->inode) {
		if (file->is_gone)
			tell(file, LOG_APPEARED, NULL);
		file->is_gone = false;
		return;
	}
	file->is_switch_due = true;
	file->is_dirty = true;
}

static void switch_file(struct log_follower *follower, struct followed_file *file)
{
	file->is_switch_due = false;
	file->is_dirty = false;
	close_file(follower, file);
	open_file(follower, file, LOG_REPLACED);
}

static bool is_written_anew(const struct followed_file *file)
{
	char now[LAST_BYTES];
	if (file->size < file->offset)
		return true;
	if (file->last_length == 0)
		return false;
	ssize_t got = log_read_at(file->descriptor, now, file->last_length,
		file->offset - (int64_t)file->last_length);
	return got == (ssize_t)file->last_length && memcmp(now, file->last, (size_t)got) != 0;
}

static void keep_last(struct followed_file *file, const char *bytes, size_t length)
{
	if (length >= LAST_BYTES) {
		memcpy(file->last, bytes + length - LAST_BYTES, LAST_BYTES);
		file->last_length = LAST_BYTES;
		return;
	}
	size_t kept =
		file->last_length < LAST_BYTES - length ? file->last_length : LAST_BYTES - length;
	memmove(file->last, file->last + file->last_length - kept, kept);
	memcpy(file->last + kept, bytes, length);
	file->last_length = kept + length;
}

size_t followed_file_read(struct log_follower *follower, struct followed_file *file)
{
	struct stat status;
	if (file->descriptor < 0 || fstat(file->descriptor, &status) != 0) {
		file->is_dirty = false;
		return 0;
	}
	file->size = status.st_size;
	if (is_written_anew(file)) {
		restart(file);
		tell(file, LOG_TRUNCATED, NULL);
		return 0;
	}
	ssize_t got = log_read_at(
		file->descriptor, follower->piece, sizeof(follower->piece), file->offset);
	if (got < 0) {
		tell_unreadable(file, errno, NULL);
		return 0;
	}
	if (got == 0) {
		file->is_dirty = false;
		if (file->is_switch_due)
			switch_file(follower, file);
		return 0;
	}
	int64_t offset = file->offset;
	file->offset += got;
	file->is_unreadable = false;
	if (file->size < file->offset)
		file->size = file->offset;
	keep_last(file, follower->piece, (size_t)got);
	/* A short read is the end, but what came since will wake us: no further call to find out.
	 */
	file->is_dirty = (size_t)got == sizeof(follower->piece) || file->is_switch_due;
	file->listener.bytes(file->listener.context, offset, follower->piece, (size_t)got);
	return (size_t)got;
}

#include "log_follower_parts.h"

#include "base/memory.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#define EVENT_BYTES 16384

bool log_follower_new(struct log_follower **made, struct error *err)
{
	int descriptor = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (descriptor < 0)
		return error_set_system(err, errno, "starting to watch files");
	struct log_follower *follower = memory_new(sizeof(*follower));
	follower->inotify = descriptor;
	*made = follower;
	return true;
}

void log_follower_free(struct log_follower *follower)
{
	if (follower == NULL)
		return;
	for (size_t i = 0; i < follower->file_count; i++)
		followed_file_free(follower->files[i]);
	close(follower->inotify);
	free(follower);
}

int log_follower_descriptor(const struct log_follower *follower)
{
	return follower->inotify;
}

static bool has_work(const struct followed_file *file)
{
	return file->is_dirty || file->is_path_dirty;
}

int log_follower_timeout_ms(const struct log_follower *follower, int64_t now_ms)
{
	int64_t timeout = -1;
	for (size_t i = 0; i < follower->file_count; i++) {
		const struct followed_file *file = follower->files[i];
		if (has_work(file))
			return 0;
		if (!file->is_polled)
			continue;
		int64_t left = file->look_at_ms > now_ms ? file->look_at_ms - now_ms : 0;
		if (timeout < 0 || left < timeout)
			timeout = left;
	}
	return (int)timeout;
}

bool log_follower_add(struct log_follower *follower, const char *path,
	const struct log_file_listener *listener, struct followed_file **added, struct error *err)
{
	if (follower->file_count == LOG_FOLLOWED_MAX)
		return error_set(err, ERROR_LIMIT, "following %s: %d files are followed already",
			path, LOG_FOLLOWED_MAX);
	if (path[0] == '\0' || strlen(path) >= PATH_MAX)
		return error_set(err, ERROR_INPUT, "following a log: not a path: \"%.100s\"", path);
	struct followed_file *file = followed_file_new(path, listener);
	followed_file_watch_folder(follower, file);
	follower->files[follower->file_count++] = file;
	*added = file;
	return true;
}

static void note_all(struct log_follower *follower)
{
	for (size_t i = 0; i < follower->file_count; i++) {
		follower->files[i]->is_dirty = true;
		follower->files[i]->is_path_dirty = true;
	}
}

static void note_watch_lost(struct followed_file *file, int watch)
{
	if (file->folder_watch == watch) {
		file->folder_watch = -1;
		file->is_polled = true;
		file->is_path_dirty = true;
	}
	if (file->file_watch == watch)
		file->file_watch = -1;
}

static void note_event(struct log_follower *follower, const struct inotify_event *event)
{
	if ((event->mask & IN_Q_OVERFLOW) != 0) {
		note_all(follower);
		return;
	}
	for (size_t i = 0; i < follower->file_count; i++) {
		struct followed_file *file = follower->files[i];
		bool is_folder = event->wd == file->folder_watch;
		if (!is_folder && event->wd != file->file_watch)
			continue;
		if ((event->mask & IN_IGNORED) != 0)
			note_watch_lost(file, event->wd);
		else if (is_folder && (event->mask & IN_MOVE_SELF) != 0)
			/* Another folder may get its name; IN_IGNORED follows. */
			inotify_rm_watch(follower->inotify, event->wd);
		else if (!is_folder)
			file->is_dirty = true;
		else if (event->len == 0 || strcmp(event->name, file->name) == 0)
			file->is_path_dirty = true;
	}
}

static void take_events(struct log_follower *follower)
{
	_Alignas(struct inotify_event) char events[EVENT_BYTES];
	ssize_t length;
	while ((length = read(follower->inotify, events, sizeof(events))) > 0) {
		for (ssize_t at = 0; at < length;) {
			const struct inotify_event *event =
				(const struct inotify_event *)(const void *)(events + at);
			note_event(follower, event);
			at += (ssize_t)sizeof(*event) + (ssize_t)event->len;
		}
	}
}

static void look_where_needed(struct log_follower *follower, int64_t now_ms)
{
	for (size_t i = 0; i < follower->file_count; i++) {
		struct followed_file *file = follower->files[i];
		if (file->is_polled && now_ms >= file->look_at_ms) {
			file->look_at_ms = now_ms + LOG_STAT_MS;
			file->is_dirty = file->descriptor >= 0;
			file->is_path_dirty = true;
		}
		if (file->is_path_dirty)
			followed_file_look(follower, file);
	}
}

void log_follower_step(struct log_follower *follower, int64_t now_ms)
{
	take_events(follower);
	look_where_needed(follower, now_ms);
	size_t taken = 0, idle = 0;
	while (taken < LOG_STEP_BYTES && idle < follower->file_count) {
		follower->next = (follower->next + 1) % follower->file_count;
		struct followed_file *file = follower->files[follower->next];
		idle = file->is_dirty ? 0 : idle + 1;
		if (file->is_dirty)
			taken += followed_file_read(follower, file);
	}
}

struct followed_state followed_file_state(const struct followed_file *file)
{
	return (struct followed_state){
		.exists = file->descriptor >= 0 && !file->is_gone,
		.is_polled = file->is_polled,
		.offset = file->offset,
		.size = file->size,
	};
}

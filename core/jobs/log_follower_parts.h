/* log_follower_parts: log_follower.c decides what to look at, followed_file.c looks. */
#ifndef BACKCOURT_JOBS_LOG_FOLLOWER_PARTS_H
#define BACKCOURT_JOBS_LOG_FOLLOWER_PARTS_H

#include "jobs/log_follower.h"

#include <sys/types.h>

#define LAST_BYTES 64

struct followed_file {
	char *path;
	char *folder;
	const char *name; /* in path */
	struct log_file_listener listener;
	int descriptor; /* -1: nothing is open */
	dev_t device;
	ino_t inode;
	int64_t offset, size;
	int file_watch, folder_watch; /* -1: none */
	bool is_polled;
	bool is_dirty;	    /* there may be bytes */
	bool is_path_dirty; /* the path may lead elsewhere */
	bool is_switch_due; /* it does: read this one to its end first */
	bool is_gone;	    /* that was told */
	bool is_unreadable; /* that was told */
	int64_t look_at_ms;
	/* The bytes before `offset`: when they change, the file was written anew. */
	char last[LAST_BYTES];
	size_t last_length;
};

struct log_follower {
	int inotify;
	struct followed_file *files[LOG_FOLLOWED_MAX];
	size_t file_count;
	size_t next; /* whose turn it is */
	char piece[LOG_PIECE_BYTES];
};

struct followed_file *followed_file_new(const char *path, const struct log_file_listener *listener);
void followed_file_free(struct followed_file *file);
/* Looks where the path leads; opens, or notes that a switch is due. */
void followed_file_look(struct log_follower *follower, struct followed_file *file);
/* Hands out one piece; returns how many bytes. */
size_t followed_file_read(struct log_follower *follower, struct followed_file *file);
void followed_file_watch_folder(struct log_follower *follower, struct followed_file *file);

#endif

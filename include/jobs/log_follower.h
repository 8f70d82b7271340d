/*
 * log_follower: hands out the bytes of files as they grow, without ever asking in vain.
 *
 * One object, one descriptor, up to LOG_FOLLOWED_MAX files, no thread of its own. Order of calls:
 * log_follower_new; log_follower_add for each file; then, on one thread, over and over: poll
 * log_follower_descriptor for at most log_follower_timeout_ms, then log_follower_step. A step reads
 * at most LOG_STEP_BYTES, a piece from each file in turn, so that a file of a gigabyte delays no
 * other and the loop can do other things between steps.
 *
 * The listener of a file gets its bytes in order from the first, and is told when the order breaks:
 * - truncated: the file became shorter, or was written anew (the bytes before the place reached are
 *   no longer the same); its bytes follow from the first again;
 * - replaced: another file has the path (rotation, rename); the old one was read to its end, the
 *   bytes of the new one follow from its first. Of a file that came and went between two steps
 *   nothing is known, and what is still written to the old one after that is not seen;
 * - appeared, gone: the path exists, or no more (what still grows under no name is still read);
 * - unreadable: and why; it is tried again every LOG_STAT_MS.
 * The writer is never held up: files are only read.
 *
 * inotify wakes the descriptor. Where it does not work (network file systems, a path through a
 * symbolic link, a folder that is missing, watches used up) the file is looked at every
 * LOG_STAT_MS.
 */
#ifndef BACKCOURT_JOBS_LOG_FOLLOWER_H
#define BACKCOURT_JOBS_LOG_FOLLOWER_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

#define LOG_FOLLOWED_MAX 128
#define LOG_PIECE_BYTES	 131072
#define LOG_STEP_BYTES	 2097152
#define LOG_STAT_MS	 1000

enum log_change {
	LOG_APPEARED,
	LOG_TRUNCATED,
	LOG_REPLACED,
	LOG_GONE,
	LOG_UNREADABLE,
};

/* Called within log_follower_step; must not call the follower, but may note what to do after. */
struct log_file_listener {
	void *context;
	void (*bytes)(void *context, int64_t offset, const char *bytes, size_t length);
	/* `reason` is a sentence for LOG_UNREADABLE, else NULL. */
	void (*changed)(void *context, enum log_change change, const char *reason);
};

struct log_follower;
struct followed_file;

bool log_follower_new(struct log_follower **made, struct error *err);
void log_follower_free(struct log_follower *follower); /* and all its files */

int log_follower_descriptor(const struct log_follower *follower);
/* 0: there is more to do; -1: only the descriptor matters. */
int log_follower_timeout_ms(const struct log_follower *follower, int64_t now_ms);
/* `now_ms` is the monotonic clock. */
void log_follower_step(struct log_follower *follower, int64_t now_ms);

/* The file need not exist. Its first bytes come with the next step. */
bool log_follower_add(struct log_follower *follower, const char *path,
	const struct log_file_listener *listener, struct followed_file **added, struct error *err);

struct followed_state {
	bool exists;
	bool is_polled; /* looked at every LOG_STAT_MS */
	int64_t offset; /* bytes handed out */
	int64_t size;	/* as last seen; more than offset: the follower lags */
};
struct followed_state followed_file_state(const struct followed_file *file);

#endif

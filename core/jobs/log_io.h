/* log_io: reading a piece of a file at a place, interrupted or not. */
#ifndef BACKCOURT_JOBS_LOG_IO_H
#define BACKCOURT_JOBS_LOG_IO_H

#include <errno.h>
#include <stdint.h>
#include <unistd.h>

#define LOG_BLOCK_BYTES ((size_t)64 * 1024)

static inline ssize_t log_read_at(int descriptor, char *into, size_t length, int64_t offset)
{
	ssize_t got;
	do {
		got = pread(descriptor, into, length, offset);
	} while (got < 0 && errno == EINTR);
	return got;
}

#endif

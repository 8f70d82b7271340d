#include "jobs/log_piece.h"

#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* A pipe or a device in its place would make the reader wait for ever. */
static bool open_log(const char *path, int *descriptor, struct error *err)
{
	struct stat status;
	*descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	if (*descriptor < 0)
		return error_set_system(err, errno, "cannot open the log %s", path);
	if (fstat(*descriptor, &status) == 0 && S_ISREG(status.st_mode))
		return true;
	close(*descriptor);
	return error_set(err, ERROR_INPUT, "%s is no log file", path);
}

static bool read_piece(int descriptor, const struct log_place *place, const struct log_rules *rules,
	struct log_window *piece, struct error *err)
{
	bool is_end = place->offset < 0;
	return log_window_read(descriptor, is_end ? INT64_MAX : place->offset,
		is_end ? LOG_PIECE_AFTER : LOG_PIECE_BEFORE, is_end ? 1 : LOG_PIECE_AFTER, rules,
		piece, err);
}

bool log_piece_read(const struct log_place *place, const struct log_rules *rules,
	struct log_window **piece, struct error *err)
{
	int descriptor;
	if (!open_log(place->path, &descriptor, err))
		return false;
	struct log_rules *made = rules == NULL ? log_rules_new() : NULL;
	struct log_window *read = memory_new(sizeof(*read));
	bool done = read_piece(descriptor, place, made != NULL ? made : rules, read, err);
	close(descriptor);
	log_rules_free(made);
	if (done)
		*piece = read;
	else
		log_piece_free(read);
	return done;
}

void log_piece_free(struct log_window *piece)
{
	if (piece == NULL)
		return;
	log_window_release(piece);
	free(piece);
}

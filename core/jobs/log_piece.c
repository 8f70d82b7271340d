#include "jobs/log_piece.h"

#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* A pipe or a device in its place would make the reader wait for ever. */
static bool open_log(const struct log_place *place, int *descriptor, struct error *err)
{
	struct stat status;
	const char *path = place->path;
	*descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	if (*descriptor < 0)
		return error_set_system(err, errno, "cannot open the log %s", path);
	bool is_log = fstat(*descriptor, &status) == 0 && S_ISREG(status.st_mode);
	if (is_log && (place->offset <= 0 || place->offset < status.st_size))
		return true;
	close(*descriptor);
	return error_set(err, ERROR_INPUT,
		is_log ? "the log %s is shorter than it was" : "%s is no log file", path);
}

struct reach {
	size_t before, after;
};

static bool read_piece(const struct log_place *place, struct reach reach,
	const struct log_rules *rules, struct log_window **piece, struct error *err)
{
	int descriptor;
	if (!open_log(place, &descriptor, err))
		return false;
	struct log_rules *made = rules == NULL ? log_rules_new() : NULL;
	struct log_window *read = memory_new(sizeof(*read));
	bool done = log_window_read(descriptor, place->offset < 0 ? INT64_MAX : place->offset,
		reach.before, reach.after, made != NULL ? made : rules, read, err);
	close(descriptor);
	log_rules_free(made);
	if (done)
		*piece = read;
	else
		log_piece_free(read);
	return done;
}

bool log_piece_read(const struct log_place *place, const struct log_rules *rules,
	struct log_window **piece, struct error *err)
{
	static const struct reach around = {LOG_PIECE_BEFORE, LOG_PIECE_AFTER};
	static const struct reach end = {LOG_PIECE_AFTER, 1};
	return read_piece(place, place->offset < 0 ? end : around, rules, piece, err);
}

bool log_piece_read_below(const struct log_place *place, const struct log_rules *rules,
	struct log_window **piece, struct error *err)
{
	return read_piece(place, (struct reach){0, LOG_WINDOW_LINES_MAX}, rules, piece, err);
}

void log_piece_free(struct log_window *piece)
{
	if (piece == NULL)
		return;
	log_window_release(piece);
	free(piece);
}

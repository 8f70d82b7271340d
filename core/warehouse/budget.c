#include "warehouse/budget.h"

#include "base/clock.h"
#include "base/date.h"
#include "base/memory.h"
#include "base/path.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define DAY_MS	     86400000
#define RECORD_BYTES 32 /* "2026-11-26 00000000000000000000\n": written at once, never longer */
#define MEBIBYTE     1048576

static char *file_path; /* NULL: no budget */
static _Atomic int64_t limit_bytes;

void budget_set(const char *file, int64_t bytes_per_day)
{
	free(file_path);
	file_path = bytes_per_day > 0 ? memory_copy_text(file) : NULL;
	limit_bytes = file_path != NULL ? bytes_per_day : 0;
}

void budget_change(int64_t bytes_per_day)
{
	if (file_path != NULL && bytes_per_day > 0)
		limit_bytes = bytes_per_day;
}

static bool fail(const char *what, struct error *err)
{
	return error_set_system(
		err, errno, "cannot %s the budget of BigQuery, %s", what, file_path);
}

/* Opened and locked against other processes and, since every opening is its own, other threads. */
static bool open_file(int *descriptor, struct error *err)
{
	if (!path_make_parent(file_path, err))
		return false;
	*descriptor = open(file_path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (*descriptor < 0)
		return fail("open", err);
	while (flock(*descriptor, LOCK_EX) != 0)
		if (errno != EINTR) {
			fail("lock", err);
			close(*descriptor);
			return false;
		}
	return true;
}

static date_t today(void)
{
	return (date_t)(clock_wall_ms() / DAY_MS);
}

/* An empty file and one of another day are a fresh start; anything else that is no record is not
 * taken for nothing spent. */
static bool read_record(int descriptor, int64_t *used, struct error *err)
{
	char text[RECORD_BYTES + 1] = "";
	date_t date;
	ssize_t got = pread(descriptor, text, RECORD_BYTES, 0);
	if (got < 0)
		return fail("read", err);
	*used = 0;
	if (got == 0)
		return true;
	char *space = strchr(text, ' ');
	char *end = strchr(text, '\n');
	if (space != NULL && end != NULL)
		*space = *end = '\0';
	if (space == NULL || end == NULL || !date_parse(text, &date) ||
		!text_to_integer(space + 1, used) || *used < 0)
		return error_set(err, ERROR_INPUT,
			"%s does not say what BigQuery has cost today; remove it to begin anew",
			file_path);
	if (date != today())
		*used = 0;
	return true;
}

static bool write_record(int descriptor, int64_t used, struct error *err)
{
	char date[DATE_TEXT_BYTES], text[RECORD_BYTES + 1];
	snprintf(text, sizeof(text), "%s %020" PRId64 "\n", date_format(today(), date), used);
	if (pwrite(descriptor, text, RECORD_BYTES, 0) != RECORD_BYTES)
		return fail("write", err);
	return true;
}

static bool refuse(int64_t bytes, int64_t left, struct error *err)
{
	return error_set(err, ERROR_LIMIT,
		"the daily budget of BigQuery is spent: this costs at least %" PRId64
		" MiB, and %" PRId64 " of %" PRId64
		" MiB are left today (until midnight UTC; --budget MIB raises it)",
		(bytes + MEBIBYTE - 1) / MEBIBYTE, left / MEBIBYTE, limit_bytes / MEBIBYTE);
}

bool budget_take(int64_t bytes, int64_t *left_bytes, struct error *err)
{
	int descriptor;
	int64_t used;
	*left_bytes = INT64_MAX;
	if (file_path == NULL)
		return true;
	if (!open_file(&descriptor, err))
		return false;
	bool done = read_record(descriptor, &used, err);
	int64_t left = done && used < limit_bytes ? limit_bytes - used : 0;
	if (done && bytes > left)
		done = refuse(bytes, left, err);
	done = done && write_record(descriptor, used + bytes, err);
	close(descriptor);
	*left_bytes = left;
	return done;
}

bool budget_check(int64_t bytes, struct error *err)
{
	struct budget_state state;
	if (!budget_look(&state, err))
		return false;
	int64_t left = state.used_bytes < limit_bytes ? limit_bytes - state.used_bytes : 0;
	return file_path == NULL || bytes <= left || refuse(bytes, left, err);
}

bool budget_settle(int64_t taken, int64_t paid, struct error *err)
{
	int descriptor;
	int64_t used = 0;
	if (file_path == NULL || taken == paid)
		return true;
	if (!open_file(&descriptor, err))
		return false;
	bool done = read_record(descriptor, &used, err);
	used = used - taken + paid;
	done = done && write_record(descriptor, used < 0 ? 0 : used, err);
	close(descriptor);
	return done;
}

bool budget_look(struct budget_state *state, struct error *err)
{
	int descriptor;
	*state = (struct budget_state){.bytes_per_day = limit_bytes};
	if (file_path == NULL || !path_exists(file_path))
		return true;
	if (!open_file(&descriptor, err))
		return false;
	bool done = read_record(descriptor, &state->used_bytes, err);
	close(descriptor);
	return done;
}

#include "jobs/log_window.h"

#include "base/memory.h"
#include "base/text.h"
#include "jobs/line_splitter.h"
#include "log_io.h"

#include <stdlib.h>
#include <string.h>

static bool read_block(
	int descriptor, int64_t offset, char *into, size_t length, size_t *got, struct error *err)
{
	ssize_t read = log_read_at(descriptor, into, length, offset);
	if (read < 0)
		return error_set_system(err, errno, "reading the log");
	*got = (size_t)read;
	return true;
}

/* The place behind newline `count` in the bytes, or NULL; *count is less by those that were seen.
 */
static const char *behind_newline(const char *bytes, size_t length, int64_t *count)
{
	const char *end = bytes + length;
	const char *newline;
	while (*count > 0 && (newline = memchr(bytes, '\n', (size_t)(end - bytes))) != NULL) {
		bytes = newline + 1;
		(*count)--;
	}
	return *count == 0 ? bytes : NULL;
}

bool log_window_find_line(int descriptor, const struct log_index *index, int64_t number,
	int64_t *offset, struct error *err)
{
	int64_t at, newlines;
	log_index_find_line(index, number, &at, &newlines);
	int64_t left = number - newlines;
	int64_t end = log_index_bytes(index);
	char *block = memory_new(LOG_BLOCK_BYTES);
	bool is_read = true;
	const char *place = left <= 0 ? block : NULL;
	int64_t found = left <= 0 ? at : end;
	while (place == NULL && at < end) {
		size_t got = 0;
		is_read = read_block(descriptor, at, block, LOG_BLOCK_BYTES, &got, err);
		if (!is_read || got == 0)
			break;
		place = behind_newline(block, got, &left);
		if (place != NULL)
			found = at + (place - block);
		at += (int64_t)got;
	}
	free(block);
	if (is_read)
		*offset = found < end ? found : end;
	return is_read;
}

bool log_window_find_number(int descriptor, const struct log_index *index, int64_t offset,
	int64_t *number, struct error *err)
{
	int64_t at, newlines;
	log_index_find_byte(index, offset, &at, &newlines);
	char *block = memory_new(LOG_BLOCK_BYTES);
	bool is_read = true;
	while (at < offset) {
		size_t got = 0;
		int64_t left = offset - at;
		size_t wanted = left < (int64_t)LOG_BLOCK_BYTES ? (size_t)left : LOG_BLOCK_BYTES;
		is_read = read_block(descriptor, at, block, wanted, &got, err);
		if (!is_read || got == 0)
			break;
		newlines += log_index_count_newlines(block, got);
		at += (int64_t)got;
	}
	free(block);
	if (is_read)
		*number = newlines;
	return is_read;
}

/* One step of a search. */
struct pass {
	const struct log_search *search;
	bool wants_last; /* of the lines with it; else the first */
	int64_t limit;	 /* lines from here on do not count */
	int64_t found;
	int64_t behind;	    /* the end of the line found, or of the last whole one */
	struct buffer text; /* the search wants a NUL behind the line */
};

static void try_line(void *context, const struct line *line)
{
	struct pass *pass = context;
	if (line->offset >= pass->limit || (pass->found >= 0 && !pass->wants_last))
		return;
	pass->behind = line->offset + line->file_bytes;
	buffer_clear(&pass->text);
	buffer_add(&pass->text, line->text, line->length);
	if (log_search_is_in(pass->search, pass->text.bytes))
		pass->found = line->offset;
}

/* Gives the lines from `at` on, until `stop` is reached. */
static bool walk(int descriptor, int64_t at, int64_t stop, struct pass *pass, bool *is_end,
	struct error *err)
{
	char *block = memory_new(LOG_BLOCK_BYTES);
	struct line_splitter *splitter = line_splitter_new();
	bool is_read = true;
	int64_t start = at;
	line_splitter_restart(splitter, at);
	*is_end = false;
	while (at < stop && (pass->found < 0 || pass->wants_last)) {
		size_t got = 0;
		int64_t left = stop - at;
		size_t wanted = left < (int64_t)LOG_BLOCK_BYTES ? (size_t)left : LOG_BLOCK_BYTES;
		is_read = read_block(descriptor, at, block, wanted, &got, err);
		*is_end = got == 0;
		if (!is_read || *is_end)
			break;
		line_splitter_add(splitter, block, got, try_line, pass);
		at += (int64_t)got;
	}
	/* The rest of a line counts at the end of the file, and where no line ends at all. */
	if (is_read && (*is_end || pass->behind == start))
		line_splitter_end(splitter, try_line, pass);
	line_splitter_free(splitter);
	free(block);
	return is_read;
}

static bool find_below(
	int descriptor, const struct log_search *search, struct log_find *find, struct error *err)
{
	struct pass pass = {
		.search = search, .limit = INT64_MAX, .found = -1, .behind = find->offset};
	bool is_end;
	bool is_read = walk(
		descriptor, find->offset, find->offset + LOG_FIND_STEP_BYTES, &pass, &is_end, err);
	buffer_release(&pass.text);
	if (!is_read)
		return false;
	find->found = pass.found;
	find->offset = pass.behind;
	find->is_over = is_end && pass.found < 0;
	return true;
}

/* The start of the first whole line at or behind `from`; `end` when there is none before it. */
static bool first_line(int descriptor, int64_t from, int64_t end, int64_t *start, struct error *err)
{
	char *block = memory_new(LOG_BLOCK_BYTES);
	bool is_read = true;
	*start = from == 0 ? 0 : end;
	for (int64_t at = from - 1; *start == end && at < end;) {
		size_t got = 0;
		is_read = read_block(descriptor, at, block, LOG_BLOCK_BYTES, &got, err);
		if (!is_read || got == 0)
			break;
		const char *newline = memchr(block, '\n', got);
		if (newline != NULL) {
			int64_t behind = at + (newline - block) + 1;
			*start = behind < end ? behind : end;
			break;
		}
		at += (int64_t)got;
	}
	free(block);
	return is_read;
}

static bool find_above(
	int descriptor, const struct log_search *search, struct log_find *find, struct error *err)
{
	int64_t end = find->offset;
	int64_t from = end > LOG_FIND_STEP_BYTES ? end - LOG_FIND_STEP_BYTES : 0;
	int64_t start;
	if (!first_line(descriptor, from, end, &start, err))
		return false;
	struct pass pass = {
		.search = search, .wants_last = true, .limit = end, .found = -1, .behind = start};
	bool is_end;
	bool is_read = walk(descriptor, start, end, &pass, &is_end, err);
	buffer_release(&pass.text);
	if (!is_read)
		return false;
	find->found = pass.found;
	/* Where no line begins in the whole step one goes on above it all the same. */
	find->offset = pass.found >= 0 ? pass.found : start < end ? start : from;
	find->is_over = pass.found < 0 && from == 0;
	return true;
}

bool log_window_find(
	int descriptor, const struct log_search *search, struct log_find *find, struct error *err)
{
	if (find->is_backwards)
		return find_above(descriptor, search, find, err);
	return find_below(descriptor, search, find, err);
}

#include "jobs/log_window.h"

#include "base/memory.h"
#include "log_reader.h"
#include "log_io.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

void log_window_release(struct log_window *window)
{
	for (size_t i = 0; i < window->count; i++)
		free(window->items[i].text);
	free(window->items);
	*window = (struct log_window){0};
}

static bool read_block(
	int descriptor, int64_t offset, char *into, size_t length, size_t *got, struct error *err)
{
	ssize_t read = log_read_at(descriptor, into, length, offset);
	if (read < 0)
		return error_set_system(err, errno, "reading the log");
	*got = (size_t)read;
	return true;
}

static bool file_size(int descriptor, int64_t *bytes, struct error *err)
{
	struct stat status;
	if (fstat(descriptor, &status) != 0)
		return error_set_system(err, errno, "looking at the log");
	*bytes = status.st_size;
	return true;
}

/*
 * Where the line begins that is `lines` above the one with the byte before `end`: behind the
 * newline number `lines + 1` counted upwards from `end`. The limit of bytes gives less.
 */
static bool find_above(int descriptor, int64_t end, size_t lines, int64_t *begin, struct error *err)
{
	char *block = memory_new(LOG_BLOCK_BYTES);
	int64_t at = end;
	size_t newlines = 0;
	bool is_read = true;
	*begin = -1;
	while (*begin < 0) {
		if (at == 0 || end - at >= LOG_WINDOW_BYTES_MAX) {
			*begin = at;
			break;
		}
		size_t wanted = at < (int64_t)LOG_BLOCK_BYTES ? (size_t)at : LOG_BLOCK_BYTES;
		size_t got = 0;
		at -= (int64_t)wanted;
		is_read = read_block(descriptor, at, block, wanted, &got, err);
		if (!is_read)
			break;
		for (const char *newline = memrchr(block, '\n', got); newline != NULL;
			newline = memrchr(block, '\n', (size_t)(newline - block))) {
			if (newlines++ == lines) {
				*begin = at + (newline - block) + 1;
				break;
			}
		}
	}
	free(block);
	return is_read;
}

struct collected {
	struct log_window *window;
	int64_t offset;	     /* of the line that was asked for */
	size_t after, taken; /* lines at or below it */
	date_t date;	     /* in hand */
};

static void collect(void *context, const struct log_line *line)
{
	struct collected *collected = context;
	struct log_window *window = collected->window;
	const struct line *raw = line->line;
	bool is_below = raw->offset + raw->file_bytes > collected->offset;
	if (window->count == LOG_WINDOW_LINES_MAX ||
		(is_below && collected->taken == collected->after))
		return;
	collected->taken += is_below;
	ARRAY_GROW(window->items, window->count, window->capacity);
	window->items[window->count++] = (struct log_window_line){
		.offset = raw->offset,
		.text = memory_copy_span(raw->text, raw->length),
		.severity = line->severity,
		.date = collected->date,
		.is_continuation = line->is_continuation,
		.is_hidden = line->is_hidden,
	};
	window->end = raw->offset + raw->file_bytes;
}

static void note_date(void *context, const struct log_fact *fact)
{
	struct collected *collected = context;
	if (fact->kind == LOG_FACT_DATE_BEGAN)
		collected->date = fact->date;
}

static bool read_lines(int descriptor, struct log_window *window, struct collected *collected,
	struct log_reader *reader, struct error *err)
{
	char *block = memory_new(LOG_BLOCK_BYTES);
	int64_t at = window->begin;
	int64_t stop = collected->offset + LOG_WINDOW_BYTES_MAX;
	bool is_read = true;
	while (at < window->file_bytes && at < stop && collected->taken < collected->after &&
		window->count < LOG_WINDOW_LINES_MAX) {
		size_t got = 0;
		is_read = read_block(descriptor, at, block, LOG_BLOCK_BYTES, &got, err);
		if (!is_read || got == 0)
			break;
		log_reader_add(reader, block, got);
		at += (int64_t)got;
	}
	/* The last line of the file may have no newline; one that was cut here is shown as it is.
	 */
	if (is_read)
		log_reader_end(reader);
	free(block);
	return is_read;
}

bool log_window_read(int descriptor, int64_t offset, size_t before, size_t after,
	const struct log_rules *rules, struct log_window *window, struct error *err)
{
	struct log_window made = {0};
	if (!file_size(descriptor, &made.file_bytes, err))
		return false;
	if (after > LOG_WINDOW_LINES_MAX)
		after = LOG_WINDOW_LINES_MAX;
	if (before > LOG_WINDOW_LINES_MAX - after)
		before = LOG_WINDOW_LINES_MAX - after;
	/* The last byte belongs to the last line, whether that has its newline or not. */
	int64_t last = made.file_bytes - (made.file_bytes > 0);
	int64_t from = offset < last ? offset : last;
	if (!find_above(descriptor, from, before, &made.begin, err))
		return false;
	made.end = made.begin;
	struct collected collected = {&made, from, after, 0, DATE_NONE};
	struct log_listener listener = {&collected, note_date, collect};
	struct log_reader *reader = log_reader_new(rules, &listener);
	log_reader_begin_at(reader, made.begin);
	bool is_read = read_lines(descriptor, &made, &collected, reader, err);
	log_reader_free(reader);
	if (!is_read) {
		log_window_release(&made);
		return false;
	}
	*window = made;
	return true;
}

#include "line_splitter.h"

#include "base/memory.h"
#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ESCAPE 0x1B
#define DELETE 0x7F

struct line_splitter {
	int64_t offset;	       /* of the next byte */
	int64_t line_offset;   /* of the first byte of the line in hand */
	int64_t segment_bytes; /* since the last redraw, dropped ones included */
	bool is_started;       /* the line in hand has a byte that is not NUL */
	bool is_redraw_due;    /* a carriage return came; the next byte decides what it was */
	size_t kept;
	size_t cleaned;
	char raw[LINE_BYTES_MAX];
	char clean[LINE_BYTES_MAX + LINE_CUT_MARK_BYTES];
};

struct line_splitter *line_splitter_new(void)
{
	return memory_new(sizeof(struct line_splitter));
}

void line_splitter_free(struct line_splitter *splitter)
{
	free(splitter);
}

static void begin_line(struct line_splitter *splitter)
{
	splitter->line_offset = splitter->offset;
	splitter->is_started = false;
	splitter->is_redraw_due = false;
	splitter->kept = 0;
	splitter->segment_bytes = 0;
}

void line_splitter_restart(struct line_splitter *splitter, int64_t offset)
{
	splitter->offset = offset;
	begin_line(splitter);
}

/* Sixteen bytes at a time: this test runs over every byte of every log. */
typedef int8_t lanes __attribute__((vector_size(16)));

static lanes special_lanes(const char *bytes)
{
	lanes block;
	memcpy(&block, bytes, sizeof(block));
	/* Signed: bytes from 0x80 up are negative, so one comparison finds them too. */
	return (block < ' ') | (block == DELETE);
}

static bool is_plain_ascii(const char *bytes, size_t length)
{
	if (length < sizeof(lanes)) {
		for (size_t i = 0; i < length; i++)
			if ((int8_t)bytes[i] < ' ' || bytes[i] == DELETE)
				return false;
		return true;
	}
	/* The last sixteen overlap what was looked at. */
	lanes found = special_lanes(bytes + length - sizeof(lanes));
	for (size_t i = 0; i + sizeof(lanes) <= length; i += sizeof(lanes))
		found |= special_lanes(bytes + i);
	uint64_t halves[2];
	memcpy(halves, &found, sizeof(halves));
	return (halves[0] | halves[1]) == 0;
}

/* How many bytes from here on are plain: most of a line that is not plain. */
static size_t plain_run(const char *bytes, size_t length)
{
	size_t run = 0;
	while (run + sizeof(lanes) <= length && is_plain_ascii(bytes + run, sizeof(lanes)))
		run += sizeof(lanes);
	while (run < length && is_plain_ascii(bytes + run, 1))
		run++;
	return run;
}

static bool is_control(uint32_t code_point)
{
	return (code_point < ' ' && code_point != '\t') ||
	       (code_point >= DELETE && code_point <= 0x9F);
}

/* U+FFFD written by the log itself fails too; the line is copied then, unchanged. */
static bool is_harmless(const char *bytes, size_t length)
{
	for (;;) {
		uint32_t code_point;
		size_t plain = plain_run(bytes, length);
		bytes += plain;
		length -= plain;
		if (length == 0)
			return true;
		size_t used = text_decode_utf8(bytes, length, &code_point);
		if (is_control(code_point) || code_point == 0xFFFD)
			return false;
		bytes += used;
		length -= used;
	}
}

static size_t control_sequence_length(const char *bytes, size_t length)
{
	size_t i = 2;
	while (i < length && bytes[i] >= 0x20 && bytes[i] <= 0x3F)
		i++;
	if (i < length && bytes[i] >= 0x40 && bytes[i] <= 0x7E)
		i++;
	return i;
}

/* OSC, DCS and the like end with BEL or ESC backslash. */
static size_t string_sequence_length(const char *bytes, size_t length)
{
	for (size_t i = 2; i < length; i++) {
		if (bytes[i] == '\a')
			return i + 1;
		if (bytes[i] == ESCAPE && i + 1 < length && bytes[i + 1] == '\\')
			return i + 2;
	}
	return 2;
}

static size_t escape_length(const char *bytes, size_t length)
{
	if (length < 2)
		return length;
	if (bytes[1] == '[')
		return control_sequence_length(bytes, length);
	if (strchr("]PX^_", bytes[1]) != NULL && bytes[1] != '\0')
		return string_sequence_length(bytes, length);
	size_t i = 1;
	while (i < length && bytes[i] >= 0x20 && bytes[i] <= 0x2F)
		i++;
	if (i < length && bytes[i] >= 0x30 && bytes[i] <= 0x7E)
		i++;
	return i;
}

static bool add_clean(struct line_splitter *splitter, const char *bytes, size_t count)
{
	size_t room = LINE_BYTES_MAX - splitter->cleaned;
	size_t taken = count < room ? count : room;
	if (count <= room || is_plain_ascii(bytes, 1)) {
		memcpy(splitter->clean + splitter->cleaned, bytes, taken);
		splitter->cleaned += taken;
	}
	return count <= room;
}

/* Writes the harmless form of what was kept; false when it did not fit. */
static bool clean_line(struct line_splitter *splitter)
{
	const char *from = splitter->raw;
	size_t left = splitter->kept;
	splitter->cleaned = 0;
	while (left > 0) {
		uint32_t code_point;
		size_t plain = plain_run(from, left);
		if (!add_clean(splitter, from, plain))
			return false;
		from += plain;
		left -= plain;
		if (left == 0)
			break;
		size_t used = text_decode_utf8(from, left, &code_point);
		if (code_point == ESCAPE) {
			used = escape_length(from, left);
		} else if (!is_control(code_point)) {
			char bytes[4];
			if (!add_clean(splitter, bytes, text_encode_utf8(code_point, bytes)))
				return false;
		}
		from += used;
		left -= used;
	}
	return true;
}

static void describe_line(struct line_splitter *splitter, struct line *line, bool has_newline)
{
	bool fits = clean_line(splitter);
	bool is_cut = !fits || splitter->segment_bytes > (int64_t)splitter->kept;
	if (is_cut)
		splitter->cleaned += (size_t)snprintf(splitter->clean + splitter->cleaned,
			LINE_CUT_MARK_BYTES, " [cut: %" PRId64 " bytes]", splitter->segment_bytes);
	*line = (struct line){
		.text = splitter->clean,
		.length = splitter->cleaned,
		.offset = splitter->line_offset,
		.file_bytes = splitter->offset - splitter->line_offset,
		.is_cut = is_cut,
		.has_newline = has_newline,
	};
}

static void keep_segment(struct line_splitter *splitter, const char *bytes, size_t length)
{
	if (length == 0)
		return;
	if (splitter->is_redraw_due) {
		splitter->kept = 0;
		splitter->segment_bytes = 0;
		splitter->is_redraw_due = false;
	}
	splitter->is_started = true;
	splitter->segment_bytes += (int64_t)length;
	size_t room = LINE_BYTES_MAX - splitter->kept;
	size_t taken = length < room ? length : room;
	memcpy(splitter->raw + splitter->kept, bytes, taken);
	splitter->kept += taken;
}

static size_t special_byte(const char *bytes, size_t length)
{
	const char *zero = memchr(bytes, '\0', length);
	if (zero != NULL)
		length = (size_t)(zero - bytes);
	const char *redraw = memchr(bytes, '\r', length);
	return redraw != NULL ? (size_t)(redraw - bytes) : length;
}

/* Adds bytes of the line in hand, none of them a newline. */
static void keep(struct line_splitter *splitter, const char *bytes, size_t length)
{
	while (length > 0) {
		size_t run = special_byte(bytes, length);
		keep_segment(splitter, bytes, run);
		splitter->offset += (int64_t)run;
		bytes += run;
		length -= run;
		if (length == 0)
			return;
		splitter->offset++;
		if (*bytes == '\r') {
			splitter->is_started = true;
			splitter->is_redraw_due = true;
		} else if (!splitter->is_started) {
			splitter->line_offset = splitter->offset;
		}
		bytes++;
		length--;
	}
}

static bool give_directly(struct line_splitter *splitter, const char *bytes, size_t length,
	line_taker *take, void *context)
{
	if (splitter->is_started || length > LINE_BYTES_MAX)
		return false;
	if (!is_plain_ascii(bytes, length) && !is_harmless(bytes, length))
		return false;
	int64_t file_bytes = (int64_t)length + 1;
	struct line line = {bytes, length, splitter->offset, file_bytes, false, true};
	splitter->offset += file_bytes;
	splitter->line_offset = splitter->offset;
	take(context, &line);
	return true;
}

static void finish_line(
	struct line_splitter *splitter, bool has_newline, line_taker *take, void *context)
{
	struct line line;
	splitter->offset += has_newline;
	describe_line(splitter, &line, has_newline);
	begin_line(splitter);
	take(context, &line);
}

void line_splitter_add(struct line_splitter *splitter, const char *bytes, size_t length,
	line_taker *take, void *context)
{
	while (length > 0) {
		const char *newline = memchr(bytes, '\n', length);
		size_t run = newline != NULL ? (size_t)(newline - bytes) : length;
		if (newline == NULL) {
			keep(splitter, bytes, run);
			return;
		}
		if (!give_directly(splitter, bytes, run, take, context)) {
			keep(splitter, bytes, run);
			finish_line(splitter, true, take, context);
		}
		bytes += run + 1;
		length -= run + 1;
	}
}

void line_splitter_end(struct line_splitter *splitter, line_taker *take, void *context)
{
	if (splitter->is_started)
		finish_line(splitter, false, take, context);
	else
		begin_line(splitter);
}

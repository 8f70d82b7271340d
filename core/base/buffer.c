#include "base/memory.h"
#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void make_room(struct buffer *buffer, size_t more)
{
	size_t needed = buffer->length + more + 1;
	if (needed <= buffer->capacity)
		return;
	size_t capacity = buffer->capacity == 0 ? 64 : buffer->capacity;
	while (capacity < needed)
		capacity *= 2;
	buffer->bytes = memory_resize(buffer->bytes, capacity, 1);
	buffer->capacity = capacity;
}

void buffer_add(struct buffer *buffer, const char *bytes, size_t length)
{
	make_room(buffer, length);
	if (length > 0)
		memcpy(buffer->bytes + buffer->length, bytes, length);
	buffer->length += length;
	buffer->bytes[buffer->length] = '\0';
}

void buffer_add_text(struct buffer *buffer, const char *text)
{
	buffer_add(buffer, text, strlen(text));
}

void buffer_add_char(struct buffer *buffer, char c)
{
	buffer_add(buffer, &c, 1);
}

void buffer_add_format(struct buffer *buffer, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	va_list again;
	va_copy(again, arguments);
	int length = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	if (length < 0)
		memory_exhausted();
	make_room(buffer, (size_t)length);
	vsnprintf(buffer->bytes + buffer->length, (size_t)length + 1, format, again);
	va_end(again);
	buffer->length += (size_t)length;
}

static void add_json_escape(struct buffer *buffer, uint32_t code_point)
{
	if (code_point >= 0x10000) {
		uint32_t rest = code_point - 0x10000;
		buffer_add_format(buffer, "\\u%04x\\u%04x", (unsigned)(0xD800 + (rest >> 10)),
			(unsigned)(0xDC00 + (rest & 0x3FF)));
		return;
	}
	buffer_add_format(buffer, "\\u%04x", (unsigned)code_point);
}

static void add_json_char(struct buffer *buffer, uint32_t code_point)
{
	static const char plain[] = "\"\\\b\f\n\r\t";
	static const char letters[] = "\"\\bfnrt";
	const char *found =
		code_point != 0 && code_point < 0x80 ? strchr(plain, (int)code_point) : NULL;
	if (found != NULL) {
		buffer_add_char(buffer, '\\');
		buffer_add_char(buffer, letters[found - plain]);
	} else if (code_point >= 0x20 && code_point < 0x7F) {
		buffer_add_char(buffer, (char)code_point);
	} else {
		add_json_escape(buffer, code_point);
	}
}

/* How many bytes at the beginning JSON takes as they are. */
static size_t plain_length(const char *text, size_t length)
{
	size_t at = 0;
	while (at < length && text[at] >= 0x20 && text[at] < 0x7F && text[at] != '"' &&
		text[at] != '\\')
		at++;
	return at;
}

void buffer_add_json_text(struct buffer *buffer, const char *text)
{
	size_t length = strlen(text);
	buffer_add_char(buffer, '"');
	while (length > 0) {
		size_t plain = plain_length(text, length);
		buffer_add(buffer, text, plain);
		text += plain;
		length -= plain;
		if (length == 0)
			break;
		uint32_t code_point;
		size_t used = text_decode_utf8(text, length, &code_point);
		add_json_char(buffer, code_point);
		text += used;
		length -= used;
	}
	buffer_add_char(buffer, '"');
}

void buffer_add_size(struct buffer *buffer, int64_t bytes)
{
	static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
	size_t unit = 0;
	double amount = (double)bytes;
	while (amount >= 1024 && unit + 1 < ARRAY_COUNT(units)) {
		amount /= 1024;
		unit++;
	}
	buffer_add_format(buffer, unit == 0 ? "%.0f %s" : "%.1f %s", amount, units[unit]);
}

const char *buffer_text(const struct buffer *buffer)
{
	return buffer->bytes == NULL ? "" : buffer->bytes;
}

void buffer_clear(struct buffer *buffer)
{
	buffer->length = 0;
	if (buffer->bytes != NULL)
		buffer->bytes[0] = '\0';
}

void buffer_release(struct buffer *buffer)
{
	free(buffer->bytes);
	*buffer = (struct buffer){0};
}

/* A theme of btop (theme[KEY]="COLOUR" lines), written anew as one of ours: ground, text, frames
 * and keys are its own, the colours of the states those of the dark or the light theme. */
#include "tui/theme_parts.h"

#include "base/memory.h"
#include "tui/vision.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KEY_BYTES   32
#define VALUE_BYTES 32

enum part { BG, FG, TITLE, KEY, CHOSEN_BG, CHOSEN_FG, QUIET, METER, LINE, BOX, PART_COUNT };

static const char *const part_names[PART_COUNT] = {"main_bg", "main_fg", "title", "hi_fg",
	"selected_bg", "selected_fg", "inactive_fg", "meter_bg", "div_line", "proc_box"};

/* Parts that a file may leave out, and what stands for them. */
static const enum part stand_ins[PART_COUNT] = {
	BG, FG, FG, TITLE, METER, TITLE, LINE, BG, FG, LINE};

bool theme_is_btop(const char *text)
{
	for (const char *at = text; at != NULL; at = strchr(at, '\n')) {
		at += strspn(at, " \t\r\n");
		if (strncmp(at, "theme[", 6) == 0)
			return true;
		if (*at != '#' && *at != '\0')
			return false;
	}
	return false;
}

/* "#rrggbb", "#gg" (grey), "R G B" in decimal; "" is the terminal's own. */
static bool read_colour(const char *value, char into[VALUE_BYTES])
{
	unsigned r, g, b;
	char rest;
	size_t length = strlen(value);
	if (length == 0) {
		text_copy(into, VALUE_BYTES, "default");
		return true;
	}
	if (value[0] == '#') {
		bool is_hex = strspn(value + 1, "0123456789abcdefABCDEF") == length - 1;
		if (is_hex && length == 3)
			snprintf(into, VALUE_BYTES, "#%s%s%s", value + 1, value + 1, value + 1);
		else
			text_copy(into, VALUE_BYTES, value);
		return is_hex && (length == 3 || length == 7);
	}
	/* NOLINTNEXTLINE(cert-err34-c): what does not fit is above 255 or refused by its shape */
	if (sscanf(value, "%3u %3u %3u%c", &r, &g, &b, &rest) != 3 || r > 255 || g > 255 || b > 255)
		return false;
	snprintf(into, VALUE_BYTES, "#%02x%02x%02x", r, g, b);
	return true;
}

static bool read_line(const char *line, size_t length, char key[KEY_BYTES], char value[VALUE_BYTES])
{
	const char *close = memchr(line, ']', length);
	const char *open =
		close == NULL ? NULL : memchr(close, '"', length - (size_t)(close - line));
	const char *end =
		open == NULL ? NULL : memchr(open + 1, '"', length - (size_t)(open + 1 - line));
	if (end == NULL || close - line - 6 >= KEY_BYTES || end - open - 1 >= VALUE_BYTES)
		return false;
	snprintf(key, KEY_BYTES, "%.*s", (int)(close - line - 6), line + 6);
	snprintf(value, VALUE_BYTES, "%.*s", (int)(end - open - 1), open + 1);
	return true;
}

static void take(char parts[PART_COUNT][VALUE_BYTES], const char *key, const char *colour)
{
	for (int i = 0; i < PART_COUNT; i++)
		if (strcmp(part_names[i], key) == 0)
			text_copy(parts[i], VALUE_BYTES, colour);
}

static bool read_parts(const char *text, const char *source, char parts[PART_COUNT][VALUE_BYTES],
	struct error *err)
{
	char key[KEY_BYTES], value[VALUE_BYTES], colour[VALUE_BYTES];
	int number = 1;
	for (const char *line = text; *line != '\0'; number++) {
		size_t length = strcspn(line, "\n");
		const char *start = line + strspn(line, " \t\r");
		if (strncmp(start, "theme[", 6) == 0) {
			size_t left = length - (size_t)(start - line);
			if (!read_line(start, left, key, value) || !read_colour(value, colour))
				return error_set(err, ERROR_CONFIG,
					"%s:%d: a line is theme[KEY]=\"COLOUR\", not '%.*s'",
					source, number, left > 60 ? 60 : (int)left, start);
			take(parts, key, colour);
		}
		line += length + (line[length] == '\n');
	}
	return parts[BG][0] != '\0' && parts[FG][0] != '\0'
		       ? true
		       : error_set(err, ERROR_CONFIG, "%s: no theme[main_bg] and theme[main_fg]",
				 source);
}

static bool is_light(const char *ground)
{
	return ground[0] == '#' &&
	       vision_contrast((uint32_t)strtoul(ground + 1, NULL, 16), 0xffffff) < 4;
}

bool theme_from_btop(const char *text, const char *source, struct buffer *into, struct error *err)
{
	char p[PART_COUNT][VALUE_BYTES] = {{0}};
	if (!read_parts(text, source, p, err))
		return false;
	for (int turn = 0; turn < PART_COUNT; turn++) /* a stand-in may have one itself */
		for (int i = 0; i < PART_COUNT; i++)
			if (p[i][0] == '\0')
				text_copy(p[i], VALUE_BYTES, p[stand_ins[i]]);
	buffer_add_format(into, "inherit = %s\ntext = %s on %s\ndim = %s\n",
		is_light(p[BG]) ? "light" : "dark", p[FG], p[BG], p[QUIET]);
	buffer_add_format(into, "strong = %s bold\ntitle = %s bold\nheading = %s\n", p[TITLE],
		p[TITLE], p[QUIET]);
	buffer_add_format(into, "header = %s on %s\nfooter = %s on %s\ndialog = %s on %s\n", p[FG],
		p[METER], p[FG], p[METER], p[FG], p[METER]);
	buffer_add_format(into,
		"brand = %s on %s bold\ntab = %s on %s\ntab-active = %s on %s bold\n", p[CHOSEN_FG],
		p[CHOSEN_BG], p[QUIET], p[METER], p[CHOSEN_FG], p[CHOSEN_BG]);
	buffer_add_format(into, "selected = %s on %s\nfield = %s on %s\n", p[CHOSEN_FG],
		p[CHOSEN_BG], p[CHOSEN_FG], p[CHOSEN_BG]);
	buffer_add_format(into, "frame = %s\nframe-focus = %s\ndialog-frame = %s on %s\n", p[LINE],
		p[BOX], p[BOX], p[METER]);
	buffer_add_format(into, "key = %s bold\nkey-label = %s\n", p[KEY], p[FG]);
	return true;
}

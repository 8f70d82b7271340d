#include "tui/canvas.h"

#include "base/memory.h"
#include "tui/theme.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#define FORMAT_BYTES_MAX 1024

static int limit_side(int side)
{
	if (side < 0)
		return 0;
	return side > CANVAS_SIDE_MAX ? CANVAS_SIDE_MAX : side;
}

struct canvas *canvas_new(int width, int height)
{
	struct canvas *canvas = memory_new(sizeof(*canvas));
	canvas_set_glyphs(canvas, NULL, true);
	canvas_resize(canvas, width, height);
	return canvas;
}

void canvas_free(struct canvas *canvas)
{
	if (canvas == NULL)
		return;
	free(canvas->cells);
	free(canvas);
}

void canvas_resize(struct canvas *canvas, int width, int height)
{
	canvas->width = limit_side(width);
	canvas->height = limit_side(height);
	free(canvas->cells);
	canvas->cells = memory_new_array(
		(size_t)canvas->width * (size_t)canvas->height + 1, sizeof(*canvas->cells));
	canvas_clear(canvas);
}

void canvas_clear(struct canvas *canvas)
{
	canvas->clip = (struct rect){0, 0, canvas->width, canvas->height};
	size_t count = (size_t)canvas->width * (size_t)canvas->height;
	for (size_t i = 0; i < count; i++)
		canvas->cells[i] = (struct canvas_cell){.glyph = ' '};
}

void canvas_set_glyphs(struct canvas *canvas, const struct theme *theme, bool ascii)
{
	for (int i = 0; i < GLYPH_COUNT; i++)
		canvas->glyphs[i] = theme_glyph(theme, (enum glyph)i, ascii);
	canvas->ascii = ascii;
}

struct rect rect_cut(struct rect a, struct rect b)
{
	int left = a.x > b.x ? a.x : b.x;
	int top = a.y > b.y ? a.y : b.y;
	int right = a.x + a.width < b.x + b.width ? a.x + a.width : b.x + b.width;
	int bottom = a.y + a.height < b.y + b.height ? a.y + a.height : b.y + b.height;
	if (right <= left || bottom <= top)
		return (struct rect){left, top, 0, 0};
	return (struct rect){left, top, right - left, bottom - top};
}

struct rect rect_inside(struct rect rect)
{
	if (rect.width < 2 || rect.height < 2)
		return (struct rect){rect.x, rect.y, 0, 0};
	return (struct rect){rect.x + 1, rect.y + 1, rect.width - 2, rect.height - 2};
}

struct rect canvas_clip(struct canvas *canvas, struct rect rect)
{
	struct rect before = canvas->clip;
	canvas->clip = rect_cut(rect, (struct rect){0, 0, canvas->width, canvas->height});
	return before;
}

const struct canvas_cell *canvas_at(const struct canvas *canvas, int x, int y)
{
	if (x < 0 || y < 0 || x >= canvas->width || y >= canvas->height)
		return NULL;
	return &canvas->cells[(size_t)y * (size_t)canvas->width + (size_t)x];
}

static struct canvas_cell *cell_in_clip(struct canvas *canvas, int x, int y)
{
	struct rect clip = canvas->clip;
	if (x < clip.x || y < clip.y || x >= clip.x + clip.width || y >= clip.y + clip.height)
		return NULL;
	return &canvas->cells[(size_t)y * (size_t)canvas->width + (size_t)x];
}

/* Half a wide character must not stay behind. */
static void put(struct canvas *canvas, int x, int y, struct pen pen, uint32_t glyph)
{
	struct canvas_cell *cell = cell_in_clip(canvas, x, y);
	if (cell == NULL)
		return;
	if (cell->glyph == 0 && glyph != 0 && x > 0)
		cell[-1].glyph = ' ';
	if (x + 1 < canvas->width && cell[1].glyph == 0)
		cell[1].glyph = ' ';
	*cell = (struct canvas_cell){.glyph = glyph, .pen = pen};
}

static bool is_unsure(uint32_t code_point)
{
	return (code_point >= 0x1F000 && code_point <= 0x1FAFF) ||
	       (code_point >= 0x2800 && code_point <= 0x28FF) ||
	       (code_point >= 0xE000 && code_point <= 0xF8FF) || code_point > 0xE0000;
}

/* The columns of a code point: 0 leaves it out; *code_point may be replaced. */
static int measure(const struct canvas *canvas, uint32_t *code_point)
{
	if (*code_point < 127)
		return 1;
	if (canvas->ascii || is_unsure(*code_point)) {
		int width = wcwidth((wchar_t)*code_point);
		*code_point = '?';
		return width == 0 ? 0 : 1;
	}
	int width = wcwidth((wchar_t)*code_point);
	if (width < 0) {
		*code_point = '?';
		return 1;
	}
	return width;
}

static int put_code_point(struct canvas *canvas, int x, int y, struct pen pen, uint32_t code_point)
{
	int width = measure(canvas, &code_point);
	if (width == 0)
		return 0;
	const struct rect *clip = &canvas->clip;
	bool cut = width == 2 && (x + 1 >= clip->x + clip->width || x < clip->x);
	put(canvas, x, y, pen, cut ? ' ' : code_point);
	if (width == 2)
		put(canvas, x + 1, y, pen, cut ? ' ' : 0);
	return width;
}

/* A control byte as two harmless columns: ^[ for Escape, ^? for Delete. */
static int put_control(struct canvas *canvas, int x, int y, struct pen pen, uint32_t code_point)
{
	put(canvas, x, y, pen, '^');
	put(canvas, x + 1, y, pen, code_point == 127 ? '?' : (code_point & 31) + '@');
	return 2;
}

static bool is_control(uint32_t code_point)
{
	return code_point < 32 || (code_point >= 127 && code_point < 160);
}

int canvas_text(struct canvas *canvas, int x, int y, struct pen pen, const char *text)
{
	size_t length = strlen(text);
	int used = 0;
	for (size_t at = 0; at < length;) {
		uint32_t code_point;
		at += text_decode_utf8(text + at, length - at, &code_point);
		if (is_control(code_point))
			used += put_control(canvas, x + used, y, pen, code_point);
		else
			used += put_code_point(canvas, x + used, y, pen, code_point);
	}
	return used;
}

int canvas_text_width(const struct canvas *canvas, const char *text)
{
	size_t length = strlen(text);
	int used = 0;
	for (size_t at = 0; at < length;) {
		uint32_t code_point;
		at += text_decode_utf8(text + at, length - at, &code_point);
		used += is_control(code_point) ? 2 : measure(canvas, &code_point);
	}
	return used;
}

size_t canvas_text_cut(const struct canvas *canvas, const char *text, int room)
{
	size_t length = strlen(text), at = 0;
	for (int used = 0; at < length;) {
		uint32_t code_point;
		size_t bytes = text_decode_utf8(text + at, length - at, &code_point);
		used += is_control(code_point) ? 2 : measure(canvas, &code_point);
		if (used > room)
			break;
		at += bytes;
	}
	return at;
}

int canvas_format(struct canvas *canvas, int x, int y, struct pen pen, const char *format, ...)
{
	char text[FORMAT_BYTES_MAX];
	va_list arguments;
	va_start(arguments, format);
	int length = vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	return length < 0 ? 0 : canvas_text(canvas, x, y, pen, text);
}

int canvas_text_fit(struct canvas *canvas, int x, int y, int room, struct pen pen, const char *text)
{
	if (room <= 0)
		return 0;
	int width = canvas_text_width(canvas, text);
	bool cut = width > room;
	struct rect before = canvas_clip(
		canvas, rect_cut(canvas->clip, (struct rect){x, y, cut ? room - 1 : room, 1}));
	canvas_text(canvas, x, y, pen, text);
	canvas_clip(canvas, before);
	if (cut)
		canvas_glyph(canvas, x + room - 1, y, pen, GLYPH_ELLIPSIS);
	return cut ? room : width;
}

void canvas_text_right(
	struct canvas *canvas, int x, int y, int room, struct pen pen, const char *text)
{
	int width = canvas_text_width(canvas, text);
	if (width > room)
		canvas_text_fit(canvas, x, y, room, pen, text);
	else
		canvas_text(canvas, x + room - width, y, pen, text);
}

void canvas_glyph(struct canvas *canvas, int x, int y, struct pen pen, enum glyph glyph)
{
	put(canvas, x, y, pen, canvas->glyphs[glyph]);
}

void canvas_repeat(struct canvas *canvas, int x, int y, int count, struct pen pen, enum glyph glyph)
{
	for (int i = 0; i < count; i++)
		canvas_glyph(canvas, x + i, y, pen, glyph);
}

void canvas_fill(struct canvas *canvas, struct rect rect, struct pen pen)
{
	struct rect area = rect_cut(rect, canvas->clip);
	for (int y = area.y; y < area.y + area.height; y++)
		for (int x = area.x; x < area.x + area.width; x++)
			put(canvas, x, y, pen, ' ');
}

void canvas_frame_title(
	struct canvas *canvas, struct rect rect, struct pen pen, const char *title, int kept)
{
	int room = rect.width - 6 - kept - (kept > 0);
	if (title == NULL || title[0] == '\0' || room < 2)
		return;
	struct pen title_pen = {.role = ROLE_TITLE, .ground = pen.ground};
	canvas_text(canvas, rect.x + 2, rect.y, pen, " ");
	int used = canvas_text_fit(canvas, rect.x + 3, rect.y, room, title_pen, title);
	canvas_text(canvas, rect.x + 3 + used, rect.y, pen, " ");
}

void canvas_frame(struct canvas *canvas, struct rect rect, struct pen pen, const char *title)
{
	if (rect.width < 2 || rect.height < 2)
		return;
	int right = rect.x + rect.width - 1, bottom = rect.y + rect.height - 1;
	canvas_repeat(canvas, rect.x + 1, rect.y, rect.width - 2, pen, GLYPH_HORIZONTAL);
	canvas_repeat(canvas, rect.x + 1, bottom, rect.width - 2, pen, GLYPH_HORIZONTAL);
	for (int y = rect.y + 1; y < bottom; y++) {
		canvas_glyph(canvas, rect.x, y, pen, GLYPH_VERTICAL);
		canvas_glyph(canvas, right, y, pen, GLYPH_VERTICAL);
	}
	canvas_glyph(canvas, rect.x, rect.y, pen, GLYPH_TOP_LEFT);
	canvas_glyph(canvas, right, rect.y, pen, GLYPH_TOP_RIGHT);
	canvas_glyph(canvas, rect.x, bottom, pen, GLYPH_BOTTOM_LEFT);
	canvas_glyph(canvas, right, bottom, pen, GLYPH_BOTTOM_RIGHT);
	canvas_frame_title(canvas, rect, pen, title, 0);
}

void canvas_frame_note(
	struct canvas *canvas, struct rect rect, bool bottom, struct pen pen, const char *note)
{
	int width = canvas_text_width(canvas, note);
	if (note[0] == '\0' || width > rect.width - 6)
		return;
	int x = rect.x + rect.width - 3 - width;
	int y = bottom ? rect.y + rect.height - 1 : rect.y;
	canvas_text(canvas, x - 1, y, pen, " ");
	canvas_text(canvas, x, y, pen, note);
	canvas_text(canvas, x + width, y, pen, " ");
}

void canvas_ground(struct canvas *canvas, struct rect rect, enum role ground)
{
	struct rect area = rect_cut(rect, canvas->clip);
	for (int y = area.y; y < area.y + area.height; y++)
		for (int x = area.x; x < area.x + area.width; x++) {
			struct pen *pen = &cell_in_clip(canvas, x, y)->pen;
			if (pen->ground == ROLE_TEXT)
				pen->ground = (uint8_t)ground;
		}
}

void canvas_attributes(struct canvas *canvas, struct rect rect, unsigned attributes)
{
	struct rect area = rect_cut(rect, canvas->clip);
	for (int y = area.y; y < area.y + area.height; y++)
		for (int x = area.x; x < area.x + area.width; x++)
			cell_in_clip(canvas, x, y)->pen.attributes |= (uint8_t)attributes;
}

void canvas_fade(struct canvas *canvas)
{
	size_t count = (size_t)canvas->width * (size_t)canvas->height;
	for (size_t i = 0; i < count; i++)
		canvas->cells[i].pen = (struct pen){.role = ROLE_FADED};
}

static bool is_same_cell(const struct canvas_cell *a, const struct canvas_cell *b)
{
	return a->glyph == b->glyph && a->pen.role == b->pen.role &&
	       a->pen.ground == b->pen.ground && a->pen.attributes == b->pen.attributes;
}

int canvas_difference(const struct canvas *before, const struct canvas *after,
	void (*changed)(void *context, int x, int y, int count), void *context)
{
	bool all =
		before == NULL || before->width != after->width || before->height != after->height;
	int total = 0;
	for (int y = 0; y < after->height; y++) {
		int start = -1;
		for (int x = 0; x <= after->width; x++) {
			bool differs =
				x < after->width && (all || !is_same_cell(canvas_at(before, x, y),
								    canvas_at(after, x, y)));
			if (differs && start < 0)
				start = x;
			if (differs || start < 0)
				continue;
			changed(context, start, y, x - start);
			total += x - start;
			start = -1;
		}
	}
	return total;
}

void canvas_dump(const struct canvas *canvas, struct buffer *into)
{
	for (int y = 0; y < canvas->height; y++) {
		size_t end = into->length;
		for (int x = 0; x < canvas->width; x++) {
			uint32_t glyph = canvas_at(canvas, x, y)->glyph;
			char bytes[4];
			if (glyph == 0)
				continue;
			buffer_add(into, bytes, text_encode_utf8(glyph, bytes));
			if (glyph != ' ')
				end = into->length;
		}
		into->length = end;
		buffer_add_char(into, '\n');
	}
}

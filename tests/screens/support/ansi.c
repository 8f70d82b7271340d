#include "tests/screens/support/ansi.h"

#include "base/memory.h"

#include <string.h>

static void add_colour(struct buffer *into, struct colour colour, int ground)
{
	switch (colour.kind) {
	case COLOUR_UNSET:
	case COLOUR_DEFAULT:
		break;
	case COLOUR_INDEX:
		buffer_add_format(into, ";%d;5;%u", 38 + ground, colour.value);
		break;
	case COLOUR_RGB:
		buffer_add_format(into, ";%d;2;%u;%u;%u", 38 + ground, colour.value >> 16,
			colour.value >> 8 & 255, colour.value & 255);
		break;
	}
}

static void add_style(struct buffer *into, struct theme_style style)
{
	static const struct {
		unsigned attribute;
		int code;
	} codes[] = {{ATTRIBUTE_BOLD, 1}, {ATTRIBUTE_DIM, 2}, {ATTRIBUTE_UNDERLINE, 4},
		{ATTRIBUTE_REVERSE, 7}};
	buffer_add_text(into, "\033[0");
	for (size_t i = 0; i < ARRAY_COUNT(codes); i++)
		if (style.attributes & codes[i].attribute)
			buffer_add_format(into, ";%d", codes[i].code);
	add_colour(into, style.foreground, 0);
	add_colour(into, style.background, 10);
	buffer_add_char(into, 'm');
}

static bool same_pen(struct pen a, struct pen b)
{
	return a.role == b.role && a.ground == b.ground && a.attributes == b.attributes;
}

void ansi_dump(const struct canvas *canvas, const struct theme *theme, struct buffer *into)
{
	for (int y = 0; y < canvas->height; y++) {
		const struct canvas_cell *before = NULL;
		for (int x = 0; x < canvas->width; x++) {
			const struct canvas_cell *cell = canvas_at(canvas, x, y);
			char bytes[4];
			if (cell->glyph == 0)
				continue;
			if (before == NULL || !same_pen(before->pen, cell->pen))
				add_style(into, theme_style(theme, cell->pen.role, cell->pen.ground,
							cell->pen.attributes));
			buffer_add(into, bytes, text_encode_utf8(cell->glyph, bytes));
			before = cell;
		}
		buffer_add_text(into, "\033[0m\n");
	}
}

static char attribute_letter(unsigned attributes)
{
	char letter = (attributes & ATTRIBUTE_REVERSE)	   ? 'r'
		      : (attributes & ATTRIBUTE_UNDERLINE) ? 'u'
		      : (attributes & ATTRIBUTE_DIM)	   ? 'd'
							   : ' ';
	if ((attributes & ATTRIBUTE_BOLD) == 0)
		return letter;
	return letter == ' ' ? 'b' : (char)(letter - 'a' + 'A');
}

void attribute_dump(const struct canvas *canvas, const struct theme *theme, struct buffer *into)
{
	for (int y = 0; y < canvas->height; y++) {
		size_t end = into->length;
		for (int x = 0; x < canvas->width; x++) {
			struct pen pen = canvas_at(canvas, x, y)->pen;
			struct theme_style style =
				theme_style(theme, pen.role, pen.ground, pen.attributes);
			buffer_add_char(into, attribute_letter(style.attributes));
			if (style.attributes != 0)
				end = into->length;
		}
		into->length = end;
		buffer_add_char(into, '\n');
	}
}

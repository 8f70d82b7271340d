/*
 * The first three bytes place the text, the rest is the text, as a log line could be. No control
 * byte reaches a cell, nothing is painted outside, and halves of wide characters never stand alone.
 */
#include "tests/fuzz/support/fuzz.h"

#include "base/memory.h"
#include "tui/canvas.h"

#include <locale.h>
#include <stdlib.h>

#define WIDTH  20
#define HEIGHT 4

static void check_cells(const struct canvas *canvas)
{
	for (int y = 0; y < HEIGHT; y++)
		for (int x = 0; x < WIDTH; x++) {
			uint32_t glyph = canvas_at(canvas, x, y)->glyph;
			MUST(glyph == 0 || (glyph >= ' ' && glyph != 127));
			MUST(glyph < 0x80 || glyph >= 0xA0);
			MUST(!canvas->ascii || glyph <= 126);
			MUST(glyph != 0 || (x > 0 && canvas_at(canvas, x - 1, y)->glyph > 126));
		}
}

static void paint(const uint8_t *bytes, const char *text, bool ascii)
{
	struct canvas *canvas = canvas_new(WIDTH, HEIGHT);
	canvas_set_glyphs(canvas, NULL, ascii);
	canvas_clip(canvas, (struct rect){2, 0, WIDTH - 4, HEIGHT});
	int x = bytes[0] % (2 * WIDTH) - WIDTH / 2, y = bytes[1] % (HEIGHT + 2) - 1;
	int room = bytes[2] % (WIDTH + 4);
	int columns = canvas_text(canvas, x, y, PEN(TEXT), text);
	MUST(columns == canvas_text_width(canvas, text));
	check_cells(canvas);
	MUST(canvas_text_fit(canvas, x + 1, y, room, PEN(TEXT), text) <= room);
	check_cells(canvas);
	canvas_text_right(canvas, x + 1, y + 1, room, PEN(TEXT), text);
	canvas_format(canvas, x, y + 1, PEN(TEXT), "%s", text);
	check_cells(canvas);
	for (int row = 0; row < HEIGHT; row++)
		MUST(canvas_at(canvas, 0, row)->glyph == ' ' &&
			canvas_at(canvas, WIDTH - 1, row)->glyph == ' ');
	canvas_free(canvas);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	static const char *locale;
	if (locale == NULL)
		locale = setlocale(LC_CTYPE, "C.UTF-8");
	MUST(locale != NULL);
	if (length < 3)
		return 0;
	char *text = memory_copy_span((const char *)bytes + 3, length - 3);
	paint(bytes, text, true);
	paint(bytes, text, false);
	free(text);
	return 0;
}

/*
 * canvas: a grid of cells that views paint on. Knows neither curses nor colours.
 *
 * Everything drawn is clipped, to the canvas and to the clip rectangle. Text from outside is made
 * harmless here and nowhere else: control bytes appear as ^[ text, invalid UTF-8 as U+FFFD, marks
 * of width 0 are left out, emoji and other glyphs of unsure width become '?'. A wide character
 * takes two cells, the second empty (glyph 0). UI thread only.
 */
#ifndef BACKCOURT_TUI_CANVAS_H
#define BACKCOURT_TUI_CANVAS_H

#include "tui/roles.h"

#include <stdbool.h>
#include <stdint.h>

#define CANVAS_SIDE_MAX 1000 /* larger terminals are painted up to here */

struct rect {
	int x, y, width, height;
};

/* How something is painted. `ground` lends its background where it is not ROLE_TEXT. */
struct pen {
	uint8_t role;
	uint8_t ground;
	uint8_t attributes; /* enum attribute, added to the role's own */
};

#define PEN(id)		      ((struct pen){.role = ROLE_##id})
#define PEN_ON(id, ground_id) ((struct pen){.role = ROLE_##id, .ground = ROLE_##ground_id})
#define PEN_VERDICT(verdict)  ((struct pen){.role = (uint8_t)ROLE_OF_VERDICT(verdict)})

struct canvas_cell {
	uint32_t glyph; /* a code point; 0 = second half of a wide one */
	struct pen pen;
};

struct canvas {
	int width, height;
	struct rect clip;
	uint32_t glyphs[GLYPH_COUNT];
	bool ascii; /* what glyphs[] holds, and no code point above 126 is kept */
	struct canvas_cell *cells;
};

struct theme;

struct canvas *canvas_new(int width, int height);
void canvas_free(struct canvas *canvas);
void canvas_resize(struct canvas *canvas, int width, int height); /* clears */
void canvas_clear(struct canvas *canvas);			  /* blanks in ROLE_TEXT, no clip */
/* Which forms canvas_glyph draws. */
void canvas_set_glyphs(struct canvas *canvas, const struct theme *theme, bool ascii);

/* Everything until the next call stays inside; returns the clip before. */
struct rect canvas_clip(struct canvas *canvas, struct rect rect);
const struct canvas_cell *canvas_at(const struct canvas *canvas, int x, int y); /* NULL outside */

/* Both return the columns that the text takes, clipped or not. */
int canvas_text(struct canvas *canvas, int x, int y, struct pen pen, const char *text);
int canvas_format(struct canvas *canvas, int x, int y, struct pen pen, const char *format, ...)
	__attribute__((format(printf, 5, 6)));
/* At most `room` columns, an ellipsis where it was cut; returns the columns used. */
int canvas_text_fit(
	struct canvas *canvas, int x, int y, int room, struct pen pen, const char *text);
/* Ends at column x + room. */
void canvas_text_right(
	struct canvas *canvas, int x, int y, int room, struct pen pen, const char *text);
void canvas_glyph(struct canvas *canvas, int x, int y, struct pen pen, enum glyph glyph);
void canvas_repeat(
	struct canvas *canvas, int x, int y, int count, struct pen pen, enum glyph glyph);
void canvas_fill(struct canvas *canvas, struct rect rect, struct pen pen);
/* The border of the rectangle with a title in its top line; nothing below 2 x 2. */
void canvas_frame(struct canvas *canvas, struct rect rect, struct pen pen, const char *title);
/* The title alone; the last `kept` columns of the line are those of a note. */
void canvas_frame_title(
	struct canvas *canvas, struct rect rect, struct pen pen, const char *title, int kept);
/* Text in the frame's border line: right-aligned, in the top (y = 0) or bottom line. */
void canvas_frame_note(
	struct canvas *canvas, struct rect rect, bool bottom, struct pen pen, const char *note);
/* Gives the cells a background, or attributes, and leaves their glyphs; a cell that has a ground
 * of its own keeps it. */
void canvas_ground(struct canvas *canvas, struct rect rect, enum role ground);
void canvas_attributes(struct canvas *canvas, struct rect rect, unsigned attributes);
/* The whole canvas in one quiet role: what lies under a dialog. */
void canvas_fade(struct canvas *canvas);

/* Bytes of the text that canvas_text draws in at most `room` columns, whole characters. */
size_t canvas_text_cut(const struct canvas *canvas, const char *text, int room);
/* Columns of the text as canvas_text draws it. */
int canvas_text_width(const struct canvas *canvas, const char *text);
struct rect rect_inside(struct rect rect); /* without its border */
struct rect rect_cut(struct rect a, struct rect b);

/* Calls `changed` for each run of cells in a row that differ; all of them when the sizes differ. */
int canvas_difference(const struct canvas *before, const struct canvas *after,
	void (*changed)(void *context, int x, int y, int count), void *context);

/* Rows of text, trailing blanks left out: for tests and golden pictures. */
void canvas_dump(const struct canvas *canvas, struct buffer *into);

#endif

#include "tui/parts.h"

static double limit(double value)
{
	return value < 0 ? 0 : value > 1 ? 1 : value;
}

/* The fraction of a column as a glyph: eighths in Unicode, halves in ASCII. */
static void put_eighths(struct canvas *canvas, int x, int y, struct pen pen, int eighths)
{
	if (eighths >= 8)
		canvas_glyph(canvas, x, y, pen, GLYPH_BAR_FULL);
	else if (eighths > 0)
		canvas_glyph(canvas, x, y, pen, (enum glyph)(GLYPH_BAR_1 + eighths - 1));
}

void part_bar(struct canvas *canvas, int x, int y, int width, double done, double part)
{
	double first = limit(done) * width, both = limit(done + part) * width;
	canvas_repeat(canvas, x, y, width, PEN(BAR_TRACK), GLYPH_BAR_TRACK);
	for (int i = 0; i < width; i++) {
		int inner = (int)((both - i) * 8);
		int outer = (int)((first - i) * 8);
		if (outer >= 8)
			put_eighths(canvas, x + i, y, PEN(STATE_COMPLETE), 8);
		else if (inner > outer && inner > 0)
			put_eighths(canvas, x + i, y, PEN(BAR_INNER), inner);
		else
			put_eighths(canvas, x + i, y, PEN(STATE_COMPLETE), outer);
	}
	/* Anything done shows: a bar that stays empty looks dead. */
	if (done > 0 && first * 8 < 1 && part <= 0)
		put_eighths(canvas, x, y, PEN(STATE_COMPLETE), 1);
}

void part_thin_bar(struct canvas *canvas, int x, int y, int width, double done)
{
	int full = (int)(limit(done) * width + 0.5);
	canvas_repeat(canvas, x, y, width, PEN(BAR_TRACK), GLYPH_INNER_TRACK);
	canvas_repeat(canvas, x, y, full, PEN(BAR_INNER), GLYPH_INNER);
}

void part_cell(
	struct canvas *canvas, int x, int y, enum verdict verdict, int complete, int expected)
{
	if (verdict != VERDICT_PARTIAL || expected <= 0) {
		canvas_glyph(canvas, x, y, PEN_VERDICT(verdict), GLYPH_OF_VERDICT(verdict));
		return;
	}
	int step = complete * 7 / expected;
	step = step < 1 ? 1 : step > 7 ? 7 : step;
	struct pen pen = step < 3   ? PEN(PARTIAL_LOW)
			 : step < 6 ? PEN(PARTIAL_HIGH)
				    : PEN(STATE_PARTIAL);
	canvas_glyph(canvas, x, y, pen, (enum glyph)(GLYPH_PART_1 + step - 1));
}

int part_strip(const struct scene *scene, int x, int y, int width, size_t table, bool selected)
{
	struct date_range range = scene->model->range;
	int days = date_range_days(range);
	if (width <= 0 || days <= 0)
		return 0;
	int each = (days + width - 1) / width;
	int columns = (days + each - 1) / each;
	for (int i = 0; i < columns; i++) {
		struct date_range part = {range.first + i * each, range.first + (i + 1) * each - 1};
		if (part.last > range.last)
			part.last = range.last;
		struct status_span span = status_of_span(scene->model, table, part);
		part_cell(scene->canvas, x + i, y, span.verdict, span.complete, span.expected);
		if (selected && date_range_has(part, scene->model->view.date))
			canvas_attributes(
				scene->canvas, (struct rect){x + i, y, 1, 1}, ATTRIBUTE_UNDERLINE);
	}
	return columns;
}

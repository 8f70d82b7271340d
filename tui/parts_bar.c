#include "tui/parts.h"

static double limit(double value)
{
	return value < 0 ? 0 : value > 1 ? 1 : value;
}

/* Half columns of one colour from `from` to `to`; the half at the end has its own glyph. */
static void put_halves(struct canvas *canvas, int x, int y, struct pen pen, int from, int to)
{
	for (int i = from / 2; i * 2 < to; i++)
		canvas_glyph(
			canvas, x + i, y, pen, to - i * 2 == 1 ? GLYPH_BAR_HALF : GLYPH_BAR_FULL);
}

/* Anything begun shows at least half a column, anything open lacks at least half a one. */
static int halves_of(double value, int width)
{
	int halves = (int)(limit(value) * width * 2);
	if (value > 0 && halves == 0)
		halves = 1;
	return halves;
}

void part_bar(struct canvas *canvas, int x, int y, int width, double done, double part)
{
	int first = halves_of(done, width), both = halves_of(done + part, width);
	canvas_repeat(canvas, x, y, width, PEN(BAR_TRACK), GLYPH_BAR_TRACK);
	put_halves(canvas, x, y, PEN(STATE_COMPLETE), 0, first);
	/* The date in hand begins on a column of its own, so that both colours are whole. */
	if (part > 0)
		put_halves(canvas, x, y, PEN(BAR_INNER), (first + 1) / 2 * 2,
			both > first + 1 ? both : (first + 1) / 2 * 2 + 1);
}

void part_thin_bar(struct canvas *canvas, int x, int y, int width, double done)
{
	canvas_repeat(canvas, x, y, width, PEN(BAR_TRACK), GLYPH_BAR_TRACK);
	put_halves(canvas, x, y, PEN(BAR_INNER), 0, halves_of(done, width));
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

#include "tui/parts.h"

#include <stdio.h>

static double limit(double value)
{
	return value < 0 ? 0 : value > 1 ? 1 : value;
}

/* Anything begun shows at least one step, anything open lacks at least one. */
static int steps_of(double value, int steps)
{
	int taken = (int)(limit(value) * steps);
	if (value > 0 && taken == 0)
		return 1;
	return taken;
}

static enum glyph eighths(int count)
{
	return (enum glyph)(GLYPH_BAR_1 + count - 1);
}

/* One column, of which `first` eighths are done and the rest up to `both` is the date in hand. */
static void put_column(struct canvas *canvas, int x, int y, struct pen done, int first, int both)
{
	if (first >= 8)
		canvas_glyph(canvas, x, y, done, GLYPH_BAR_FULL);
	else if (first > 0)
		canvas_glyph(canvas, x, y, done, eighths(first));
	else if (both >= 8)
		canvas_glyph(canvas, x, y, PEN_ON(BAR_INNER, BAR_TRACK), GLYPH_BAR_PART);
	else if (both > 0)
		canvas_glyph(canvas, x, y, PEN_ON(BAR_INNER, BAR_TRACK), eighths(both));
	else
		canvas_glyph(canvas, x, y, PEN_ON(BAR_TRACK, BAR_TRACK), GLYPH_BAR_TRACK);
}

void part_bar(struct canvas *canvas, int x, int y, int width, double done, double part)
{
	int first = steps_of(done, width * 8), both = steps_of(done + part, width * 8);
	struct pen pen = done >= 1 ? PEN_ON(BAR_DONE, BAR_TRACK) : PEN_ON(BAR, BAR_TRACK);
	for (int i = 0; i < width; i++) {
		/* A column has two colours: where both end in it, the rest is lent by the ground,
		 * but never in the last one, which would look finished, nor behind ASCII signs,
		 * which fill no part of a column. */
		struct pen joint = pen;
		if (!canvas->ascii && first > i * 8 && both > first && i + 1 < width)
			joint.ground = ROLE_BAR_INNER;
		put_column(canvas, x + i, y, joint, first - i * 8, both - i * 8);
	}
}

void part_thin_bar(struct canvas *canvas, int x, int y, int width, double done)
{
	int halves = steps_of(done, width * 2);
	for (int i = 0; i < width; i++)
		if (halves > i * 2)
			canvas_glyph(canvas, x + i, y, PEN(STRONG),
				halves - i * 2 == 1 ? GLYPH_THIN_HALF : GLYPH_THIN_FULL);
		else
			canvas_glyph(canvas, x + i, y, PEN(FRAME), GLYPH_THIN_TRACK);
}

static void put_partial(struct canvas *canvas, int x, int y, int complete, int expected)
{
	int tenths = complete * 10 / expected;
	tenths = tenths < 1 ? 1 : tenths > 9 ? 9 : tenths;
	struct pen pen = tenths < 4   ? PEN(PARTIAL_LOW)
			 : tenths < 8 ? PEN(PARTIAL_HIGH)
				      : PEN(STATE_PARTIAL);
	if (canvas->ascii)
		canvas_format(canvas, x, y, pen, "%d", tenths);
	else
		canvas_glyph(canvas, x, y, pen,
			(enum glyph)(GLYPH_PART_1 + (tenths - 1) * STRIP_PARTS / 9));
}

void part_cell(
	struct canvas *canvas, int x, int y, enum verdict verdict, struct part_cell_options options)
{
	if (verdict == VERDICT_PARTIAL && options.expected > 0)
		put_partial(canvas, x, y, options.complete, options.expected);
	else if (verdict == VERDICT_COMPLETE && options.is_dense)
		canvas_glyph(canvas, x, y, PEN_VERDICT(verdict), GLYPH_STRIP_FULL);
	else
		canvas_glyph(canvas, x, y, PEN_VERDICT(verdict), GLYPH_OF_VERDICT(verdict));
}

void part_mark(struct canvas *canvas, int x, int y, int each)
{
	if (each > 1)
		canvas_text(canvas, x + 1, y, PEN_ON(MATCH, MATCH), "*");
	canvas_ground(canvas, (struct rect){x, y, 1, 1}, ROLE_MATCH);
}

/* How many days share a column, so that the whole range fits. */
static int days_of_column(struct date_range range, int width)
{
	return (date_range_days(range) + width - 1) / width;
}

/* A short range has room for a blank between its days. */
static int columns_of_day(struct date_range range, int width)
{
	return date_range_days(range) * 2 <= width ? 2 : 1;
}

int part_strip(const struct scene *scene, int x, int y, int width, size_t table)
{
	struct date_range range = scene->model->range;
	int days = date_range_days(range);
	if (width <= 0 || days <= 0)
		return 0;
	int each = days_of_column(range, width), step = columns_of_day(range, width);
	int columns = (days + each - 1) / each;
	for (int i = 0; i < columns; i++) {
		struct date_range part = {range.first + i * each, range.first + (i + 1) * each - 1};
		if (part.last > range.last)
			part.last = range.last;
		struct status_span span = status_of_span(scene->model, table, part);
		part_cell(scene->canvas, x + i * step, y, span.verdict,
			(struct part_cell_options){.complete = span.complete,
				.expected = span.expected,
				.is_dense = true});
	}
	return columns * step;
}

static void put_label(const struct scene *scene, int x, int y, date_t date)
{
	char text[DATE_TEXT_BYTES];
	canvas_format(scene->canvas, x - 1, y, PEN(HEADING), " %s ", date_format_short(date, text));
}

/* Where a column is one day: "10-19 ── 11-01 ── 11-30". */
static void put_days(const struct scene *scene, int x, int y, int step)
{
	struct date_range range = scene->model->range;
	int last = x + (range.last - range.first) * step - (DATE_SHORT_WIDTH - 1), free_from = x;
	for (date_t date = range.first; date <= range.last; date++) {
		int at = x + (date - range.first) * step;
		if ((date != range.first && date_day(date) != 1) || at < free_from)
			continue;
		if (date != range.first && at + DATE_SHORT_WIDTH >= last)
			break;
		put_label(scene, at, y, date);
		free_from = at + DATE_SHORT_WIDTH + 2;
	}
	if (last >= x + DATE_SHORT_WIDTH + 2)
		put_label(scene, last, y, range.last);
}

/* Where several days share one: " Oct Nov   Dec ". */
static void put_months(const struct scene *scene, int x, int y, int each)
{
	struct date_range range = scene->model->range;
	int free_from = x, end = x + date_range_days(range) / each;
	for (date_t date = range.first; date <= range.last; date++) {
		int at = x + (date - range.first) / each;
		if ((date != range.first && date_day(date) != 1) || at < free_from || at + 3 > end)
			continue;
		canvas_format(scene->canvas, at - 1, y, PEN(HEADING), " %s ", part_month(date));
		free_from = at + 4;
	}
}

void part_axis(const struct scene *scene, int x, int y, int width)
{
	struct date_range range = scene->model->range;
	if (width <= 0 || date_range_days(range) <= 0)
		return;
	int each = days_of_column(range, width);
	if (each == 1)
		put_days(scene, x, y, columns_of_day(range, width));
	else
		put_months(scene, x, y, each);
}

const char *part_month(date_t date)
{
	static const char *const names[] = {
		"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	return names[date_month(date) - 1];
}

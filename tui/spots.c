#include "tui/spots.h"

void spots_add(struct spots *spots, struct rect clip, struct spot spot)
{
	struct rect seen = rect_cut(spot.rect, clip);
	if (spots == NULL || spots->count == SPOTS_MAX || seen.width <= 0 || seen.height <= 0)
		return;
	/* Columns of dates are counted from where they begin, seen or not. */
	if (seen.x > spot.rect.x && spot.dates.each > 0)
		spot.dates.each = 0;
	spot.rect = seen;
	spots->items[spots->count++] = spot;
}

static bool has_place(struct rect rect, int x, int y)
{
	return x >= rect.x && y >= rect.y && x < rect.x + rect.width && y < rect.y + rect.height;
}

const struct spot *spots_at(const struct spots *spots, int x, int y, bool wheel)
{
	for (size_t i = spots->count; i-- > 0;) {
		const struct spot *spot = &spots->items[i];
		if ((spot->kind == SPOT_WHEEL) == wheel && has_place(spot->rect, x, y))
			return spot;
	}
	return NULL;
}

date_t spot_date(const struct spot *spot, int x)
{
	const struct spot_dates *dates = &spot->dates;
	if (dates->each <= 0 || x < spot->rect.x)
		return DATE_NONE;
	struct date_range span =
		zoom_span(dates->zoom, dates->first + (x - spot->rect.x) / dates->each);
	date_t date = span.first + dates->offset;
	/* A week or a month that the range begins in. */
	if (dates->offset == 0 && date < dates->range.first && span.last >= dates->range.first)
		date = dates->range.first;
	return date_range_has(dates->range, date) ? date : DATE_NONE;
}

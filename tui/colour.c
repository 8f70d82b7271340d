#include "tui/theme.h"

#include <stdbool.h>

static const uint32_t ansi[16] = {0x000000, 0xcd0000, 0x00cd00, 0xcdcd00, 0x0000ee, 0xcd00cd,
	0x00cdcd, 0xe5e5e5, 0x7f7f7f, 0xff0000, 0x00ff00, 0xffff00, 0x5c5cff, 0xff00ff, 0x00ffff,
	0xffffff};

static uint32_t cube_level(unsigned step)
{
	return step == 0 ? 0 : 55 + 40 * step;
}

uint32_t colour_of_index(unsigned index)
{
	if (index < 16)
		return ansi[index];
	if (index < 232) {
		unsigned cube = index - 16;
		return cube_level(cube / 36) << 16 | cube_level(cube / 6 % 6) << 8 |
		       cube_level(cube % 6);
	}
	uint32_t grey = 8 + 10 * (index - 232);
	return grey << 16 | grey << 8 | grey;
}

static long channel_distance(uint32_t a, uint32_t b, int shift, long weight)
{
	long difference = (long)(a >> shift & 255) - (long)(b >> shift & 255);
	return weight * difference * difference;
}

/* Green weighs most: cheap, and near enough to how an eye picks the nearest of a palette. */
static long distance(uint32_t a, uint32_t b)
{
	return channel_distance(a, b, 16, 3) + channel_distance(a, b, 8, 4) +
	       channel_distance(a, b, 0, 2);
}

static bool is_grey(uint32_t rgb)
{
	return (rgb >> 16) == (rgb >> 8 & 255) && (rgb >> 8 & 255) == (rgb & 255);
}

/* The first 16 of a palette are the user's own; with 256 colours they are not chosen. A grey stays
 * grey: of eight colours yellow would be the nearest to the middle one. */
unsigned colour_nearest(uint32_t rgb, unsigned count)
{
	unsigned best = count > 16 ? 16 : 0;
	for (unsigned i = best; i < count; i++) {
		uint32_t candidate = colour_of_index(i);
		if (is_grey(rgb) && !is_grey(candidate))
			continue;
		if (distance(rgb, candidate) < distance(rgb, colour_of_index(best)))
			best = i;
	}
	return best;
}

int colour_number(struct colour colour, unsigned count)
{
	switch (colour.kind) {
	case COLOUR_UNSET:
	case COLOUR_DEFAULT:
		return -1;
	case COLOUR_INDEX:
		if (colour.value < count)
			return (int)colour.value;
		/* Of eight colours the bright ones are the plain ones; bright black would vanish.
		 */
		if (count == 8 && colour.value < 16)
			return colour.value == 8 ? 7 : (int)colour.value - 8;
		return (int)colour_nearest(colour_of_index(colour.value), count);
	case COLOUR_RGB:
		return (int)colour_nearest(colour.value, count);
	}
	return -1;
}

/* Whether the colours of a theme can be told apart and read: the bars that the built-in ones pass.
 */
#include "tui/theme.h"

#include "base/memory.h"
#include "tui/vision.h"

#define HUE_DISTANCE_LEAST    10
#define CONTRAST_LEAST	      4.5
#define GREY_CONTRAST_LEAST   2.5
#define FIRST_INDEX_OF_ITSELF 16 /* the 16 below are what the terminal makes of them */

static const enum role hues[] = {ROLE_STATE_COMPLETE, ROLE_STATE_RUNNING, ROLE_STATE_READY,
	ROLE_STATE_BLOCKED, ROLE_STATE_FAILED, ROLE_STATE_THIN, ROLE_STATE_STALE};

static bool is_known(struct colour colour)
{
	return colour.kind == COLOUR_RGB ||
	       (colour.kind == COLOUR_INDEX && colour.value >= FIRST_INDEX_OF_ITSELF);
}

static uint32_t rgb_of(struct colour colour)
{
	return colour.kind == COLOUR_RGB ? colour.value : colour_of_index(colour.value);
}

static bool check_pair(const struct theme *theme, enum role a, enum role b, enum vision vision,
	struct buffer *into)
{
	const struct theme_style *first = &theme->styles[a], *second = &theme->styles[b];
	if (first->attributes != second->attributes)
		return true; /* told apart without colour */
	double distance = vision_distance(vision_lab(rgb_of(first->foreground), vision),
		vision_lab(rgb_of(second->foreground), vision));
	if (distance >= HUE_DISTANCE_LEAST)
		return true;
	buffer_add_format(into, "%s and %s are %.1f apart (%s vision), %d wanted\n", role_name(a),
		role_name(b), distance, vision_name(vision), HUE_DISTANCE_LEAST);
	return false;
}

static bool check_hues(const struct theme *theme, struct buffer *into)
{
	bool good = true;
	for (int vision = 0; vision < VISION_COUNT; vision++)
		for (size_t i = 0; i < ARRAY_COUNT(hues); i++)
			for (size_t j = i + 1; j < ARRAY_COUNT(hues); j++)
				good &= check_pair(
					theme, hues[i], hues[j], (enum vision)vision, into);
	return good;
}

/* Quiet states are grey, and never the only sign. */
static bool is_quiet(uint32_t rgb)
{
	return rgb >> 16 == (rgb >> 8 & 255) && rgb >> 16 == (rgb & 255) && rgb != 0xffffff;
}

static bool check_contrast(const struct theme *theme, struct buffer *into)
{
	uint32_t paper = rgb_of(theme->styles[ROLE_TEXT].background);
	bool good = true;
	for (int role = ROLE_STATE_UNKNOWN; role < ROLE_COUNT; role++) {
		uint32_t ink = rgb_of(theme->styles[role].foreground);
		double wanted = is_quiet(ink) ? GREY_CONTRAST_LEAST : CONTRAST_LEAST;
		double contrast = vision_contrast(ink, paper);
		if (contrast >= wanted || (theme->styles[role].attributes & ATTRIBUTE_REVERSE))
			continue;
		buffer_add_format(into, "%s on the ground has a contrast of %.1f, %.1f wanted\n",
			role_name((enum role)role), contrast, wanted);
		good = false;
	}
	return good;
}

enum theme_colours theme_check(const struct theme *theme, struct buffer *into)
{
	bool known = is_known(theme->styles[ROLE_TEXT].background);
	for (int role = ROLE_STATE_UNKNOWN; role < ROLE_COUNT; role++)
		known &= is_known(theme->styles[role].foreground);
	if (!known) {
		buffer_add_text(into, "some colours are the terminal's own: they were not looked "
				      "at\n");
		return THEME_COLOURS_UNKNOWN;
	}
	bool apart = check_hues(theme, into), read = check_contrast(theme, into);
	return apart && read ? THEME_COLOURS_GOOD : THEME_COLOURS_POOR;
}

/* A theme that is taken paints every role and glyph within its limits; the others say why not. */
#include "tests/fuzz/support/fuzz.h"

#include "tui/theme.h"

#include <string.h>

static void check_colour(struct colour colour)
{
	MUST(colour.kind != COLOUR_INDEX || colour.value <= 255);
	MUST(colour.kind != COLOUR_RGB || colour.value <= 0xFFFFFF);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct theme theme;
	struct error err = {0};
	bool parsed = theme_parse((const char *)bytes, length, "fuzz", &theme, &err);
	fuzz_check_error(parsed, &err);
	if (!parsed)
		return 0;
	MUST(memchr(theme.name, '\0', sizeof(theme.name)) != NULL);
	for (unsigned role = 0; role < ROLE_COUNT; role++) {
		struct theme_style style = theme_style(&theme, role, 0, 0);
		check_colour(style.foreground);
		check_colour(style.background);
	}
	for (int glyph = 0; glyph < GLYPH_COUNT; glyph++) {
		uint32_t ascii = theme_glyph(&theme, (enum glyph)glyph, true);
		MUST(ascii >= ' ' && ascii < 127);
		MUST(theme_glyph(&theme, (enum glyph)glyph, false) >= ' ');
	}
	return 0;
}

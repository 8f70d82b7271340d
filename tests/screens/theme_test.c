#include "tests/test.h"

#include "base/embedded.h"
#include "tui/theme.h"
#include "tui/vision.h"

#include <locale.h>
#include <math.h>
#include <wchar.h>

static bool parse(const char *text, struct theme *theme, struct error *err)
{
	return theme_parse(text, strlen(text), "t.theme", theme, err);
}

static void assert_complaint(const char *text, const char *wanted)
{
	struct theme theme;
	struct error err = {0};
	assert_false(parse(text, &theme, &err));
	if (strstr(err.text, wanted) == NULL)
		fail_msg("'%s' is not in '%s'", wanted, err.text);
}

static void reads_colours_attributes_variables_and_glyphs(void **state)
{
	(void)state;
	struct theme theme;
	struct error err;
	assert_true(parse("# comment\nname = mine\ncolor.ink = #cfc9c2\ntext = $ink on 16\n"
			  "running = bright-white bold underline\n\tdim =  default \n"
			  "glyph.complete = \"\xe2\x96\xa0\" \"O\"\n",
		&theme, &err));
	assert_string_equal(theme.name, "mine");
	assert_int_equal(theme.styles[ROLE_TEXT].foreground.value, 0xcfc9c2);
	assert_int_equal(theme.styles[ROLE_TEXT].background.value, 16);
	assert_int_equal(theme.styles[ROLE_STATE_RUNNING].foreground.value, 15);
	assert_int_equal(
		theme.styles[ROLE_STATE_RUNNING].attributes, ATTRIBUTE_BOLD | ATTRIBUTE_UNDERLINE);
	assert_int_equal(theme.styles[ROLE_DIM].foreground.kind, COLOUR_DEFAULT);
	assert_int_equal(theme_glyph(&theme, GLYPH_STATE_COMPLETE, false), 0x25a0);
	assert_int_equal(theme_glyph(&theme, GLYPH_STATE_COMPLETE, true), 'O');
	assert_int_equal(theme_glyph(&theme, GLYPH_STATE_THIN, true), '?');
}

static void inherits_and_overrides(void **state)
{
	(void)state;
	struct theme dark, theme;
	struct error err;
	assert_true(theme_load("dark", NULL, &dark, &err));
	assert_true(parse("inherit = dark\nname = mine\nthin = 1\n", &theme, &err));
	assert_string_equal(theme.name, "mine");
	assert_int_equal(theme.styles[ROLE_STATE_THIN].foreground.value, 1);
	assert_int_equal(theme.styles[ROLE_STATE_READY].foreground.value, 186);
}

static void says_the_line_of_every_mistake(void **state)
{
	(void)state;
	assert_complaint("\n\nnonsense\n", "t.theme:3: a line is key = value");
	assert_complaint(
		"compleet = 3\n", "t.theme:1: unknown key 'compleet'; did you mean complete");
	assert_complaint("text = 256\n", "t.theme:1: not a colour: '256'");
	assert_complaint("text = #12345g\n", "not a colour");
	assert_complaint("text = $nobody\n", "not a colour");
	assert_complaint("text = 1 on\n", "a colour is missing");
	assert_complaint("text =\n", "a value is missing");
	assert_complaint("text = 1 blink\n", "not an attribute: 'blink'");
	assert_complaint("glyph.nobody = \"a\" \"b\"\n", "no glyph is called");
	assert_complaint("glyph.complete = \"ab\" \"b\"\n", "a glyph is");
	assert_complaint("glyph.complete = \"a\" \"\xc3\xa9\"\n", "not ASCII");
	assert_complaint(
		"# one\ninherit = drak\n", "t.theme:2: no theme is called drak; did you mean dark");
}

static void refuses_what_is_too_long(void **state)
{
	(void)state;
	struct theme theme;
	struct error err;
	char line[THEME_LINE_BYTES_MAX + 2];
	memset(line, '#', sizeof(line));
	assert_true(theme_parse(line, THEME_LINE_BYTES_MAX, "t", &theme, &err));
	assert_false(theme_parse(line, THEME_LINE_BYTES_MAX + 1, "t", &theme, &err));
	char *big = memory_new(THEME_FILE_BYTES_MAX + 1);
	memset(big, '\n', THEME_FILE_BYTES_MAX + 1);
	assert_true(theme_parse(big, THEME_FILE_BYTES_MAX, "t", &theme, &err));
	assert_false(theme_parse(big, THEME_FILE_BYTES_MAX + 1, "t", &theme, &err));
	assert_int_equal(err.kind, ERROR_LIMIT);
	free(big);
}

static void a_theme_of_btop_gives_ground_text_and_frames(void **state)
{
	(void)state;
	struct theme theme, dark;
	struct error err = {0};
	const char *text = "# a theme\n\ntheme[main_bg]=\"#282a36\"\ntheme[main_fg]=\"#f8\"\n"
			   "theme[selected_bg]=\"68 71 90\"\ntheme[cpu_start]=\"#50fa7b\"\n"
			   "theme[div_line]=\"#44475a\" # frames\n";
	assert_true(theme_load("dark", NULL, &dark, &err));
	if (!parse(text, &theme, &err))
		fail_msg("%s", err.text);
	assert_int_equal(theme.styles[ROLE_TEXT].background.value, 0x282a36);
	assert_int_equal(theme.styles[ROLE_TEXT].foreground.value, 0xf8f8f8);
	assert_int_equal(theme.styles[ROLE_SELECTED].background.value, 0x44475a);
	assert_int_equal(theme.styles[ROLE_FRAME].foreground.value, 0x44475a);
	assert_int_equal(theme.styles[ROLE_STATE_THIN].foreground.value,
		dark.styles[ROLE_STATE_THIN].foreground.value);
	assert_true(parse("theme[main_bg]=\"\"\ntheme[main_fg]=\"#cc\"\n", &theme, &err));
	assert_int_equal(theme.styles[ROLE_TEXT].background.kind, COLOUR_DEFAULT);
	assert_true(
		parse("theme[main_bg]=\"#ffffff\"\ntheme[main_fg]=\"#000000\"\n", &theme, &err));
	assert_true(theme.styles[ROLE_STATE_STALE].foreground.value !=
		    dark.styles[ROLE_STATE_STALE].foreground.value);
}

static void a_wrong_line_of_btop_is_named(void **state)
{
	(void)state;
	assert_complaint("theme[main_bg]=\"#282a36\"\n", "no theme[main_bg] and theme[main_fg]");
	assert_complaint("# x\ntheme[main_bg]=\"#282a3\"\n", "t.theme:2: a line is theme[KEY]");
	assert_complaint("theme[main_bg]=\"1 2 256\"\n", "t.theme:1:");
	assert_complaint("theme[main_bg]=\"1 2 3 4\"\n", "t.theme:1:");
	assert_complaint("theme[main_bg\n", "t.theme:1:");
	assert_complaint("theme[main_bg]=\"1 2 3\n", "t.theme:1:");
}

static void the_check_names_what_cannot_be_told_apart_or_read(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		enum theme_colours colours;
		const char *wanted;
	} rows[] = {{"inherit = dark\n", THEME_COLOURS_GOOD, ""},
		{"inherit = dark\nstale = 81\n", THEME_COLOURS_POOR,
			"complete and stale are 0.0 apart (normal vision), 10 wanted"},
		{"inherit = dark\nstale = 81 underline\n", THEME_COLOURS_GOOD, ""},
		{"inherit = dark\nfailed = 52 bold\n", THEME_COLOURS_POOR,
			"failed on the ground has a contrast of"},
		{"inherit = terminal\n", THEME_COLOURS_UNKNOWN, "the terminal's own"}};
	for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
		struct theme theme;
		struct error err = {0};
		struct buffer text = {0};
		if (!parse(rows[i].text, &theme, &err))
			fail_msg("%s", err.text);
		assert_int_equal(theme_check(&theme, &text), rows[i].colours);
		if (strstr(buffer_text(&text), rows[i].wanted) == NULL)
			fail_msg("'%s' is not in '%s'", rows[i].wanted, buffer_text(&text));
		buffer_release(&text);
	}
}

static void every_built_in_theme_passes_its_own_check(void **state)
{
	(void)state;
	const char *name = THEME_DEFAULT;
	do {
		struct theme theme;
		struct error err = {0};
		struct buffer text = {0};
		assert_true(theme_load(name, NULL, &theme, &err));
		if (theme_check(&theme, &text) == THEME_COLOURS_POOR)
			fail_msg("%s: %s", name, buffer_text(&text));
		buffer_release(&text);
	} while (strcmp(name = theme_next(name), THEME_DEFAULT) != 0);
}

static void refuses_a_circle_of_files(void **state)
{
	(void)state;
	char *folder = test_folder();
	char *path = memory_format("%s/round.theme", folder);
	FILE *file = fopen(path, "w");
	fputs("inherit = round\n", file);
	fclose(file);
	struct theme theme;
	struct error err;
	assert_false(theme_load("round", folder, &theme, &err));
	assert_non_null(strstr(err.text, "circle"));
	free(path);
	free(folder);
}

static void every_built_in_theme_loads_and_names_every_state(void **state)
{
	(void)state;
	const char *name = "dark";
	size_t count = 0, files = 0;
	do {
		struct theme theme;
		struct error err = {0};
		if (!theme_load(name, NULL, &theme, &err))
			fail_msg("%s: %s", name, err.text);
		assert_string_equal(theme.name, name);
		for (int role = 0; role < ROLE_COUNT; role++)
			if (theme.styles[role].foreground.kind == COLOUR_UNSET)
				fail_msg("%s has no %s", name, role_name((enum role)role));
		name = theme_next(name);
		count++;
	} while (strcmp(name, "dark") != 0);
	for (size_t i = 0; i < embedded_file_count; i++)
		files += text_starts_with(embedded_files[i].name, "themes/");
	assert_int_equal(count, files); /* each is named in tui/theme_read.c, too */
}

static void every_built_in_glyph_is_one_column_wide_or_falls_back(void **state)
{
	(void)state;
	for (int i = 0; i < GLYPH_COUNT; i++) {
		uint32_t glyph = theme_glyph(NULL, (enum glyph)i, false);
		assert_int_equal(wcwidth((wchar_t)glyph), 1);
		assert_true(theme_glyph(NULL, (enum glyph)i, true) < 127);
	}
}

static void a_ground_lends_its_background_or_else_its_attributes(void **state)
{
	(void)state;
	struct theme theme;
	struct error err;
	assert_true(parse(
		"text = 7 on 0\nerror = 1\nselected = 2 on 3\ncursor = 4 reverse\n", &theme, &err));
	struct theme_style style = theme_style(&theme, ROLE_ERROR, ROLE_SELECTED, ATTRIBUTE_BOLD);
	assert_int_equal(style.foreground.value, 1);
	assert_int_equal(style.background.value, 3);
	assert_int_equal(style.attributes, ATTRIBUTE_BOLD);
	style = theme_style(&theme, ROLE_ERROR, ROLE_CURSOR, 0);
	assert_int_equal(style.background.value, 0);
	assert_int_equal(style.attributes, ATTRIBUTE_REVERSE);
}

static void the_colour_distance_is_the_published_one(void **state)
{
	(void)state;
	struct lab a = {50, 2.6772, -79.7751}, b = {50, 0, -82.7485};
	assert_true(fabs(vision_distance(a, b) - 2.0425) < 0.0001);
	struct lab c = {22.7233, 20.0904, -46.6940}, d = {23.0331, 14.9730, -42.5619};
	assert_true(fabs(vision_distance(c, d) - 2.0373) < 0.0001);
}

static uint32_t rgb_of(struct colour colour)
{
	return colour.kind == COLOUR_RGB ? colour.value : colour_of_index(colour.value);
}

static const enum role hues[] = {ROLE_STATE_COMPLETE, ROLE_STATE_RUNNING, ROLE_STATE_READY,
	ROLE_STATE_BLOCKED, ROLE_STATE_FAILED, ROLE_STATE_THIN, ROLE_STATE_STALE};
static const char *const dark_themes[] = {"dark", "high-contrast", "deuteranopia", "tritanopia"};

/* The two state hues of the theme that are nearest to each other. */
static double nearest_hues(const struct theme *theme, enum vision s)
{
	double nearest = 1000;
	for (size_t i = 0; i < ARRAY_COUNT(hues); i++)
		for (size_t j = i + 1; j < ARRAY_COUNT(hues); j++) {
			uint32_t a = rgb_of(theme->styles[hues[i]].foreground);
			uint32_t b = rgb_of(theme->styles[hues[j]].foreground);
			nearest =
				fmin(nearest, vision_distance(vision_lab(a, s), vision_lab(b, s)));
		}
	return nearest;
}

static void state_hues_stay_apart_for_every_kind_of_colour_vision(void **state)
{
	(void)state;
	for (size_t t = 0; t < ARRAY_COUNT(dark_themes); t++)
		for (int s = VISION_NORMAL; s <= VISION_TRITAN; s++) {
			struct theme theme;
			struct error err;
			assert_true(theme_load(dark_themes[t], NULL, &theme, &err));
			double nearest = nearest_hues(&theme, (enum vision)s);
			if (nearest < 10)
				fail_msg("%s, simulation %d: %.1f", dark_themes[t], s, nearest);
		}
}

/* Why they exist: more apart for those eyes than in the theme for everybody. */
static void themes_for_one_kind_of_vision_are_better_for_it(void **state)
{
	(void)state;
	static const struct {
		const char *theme;
		enum vision vision;
		double least;
	} rows[] = {{"deuteranopia", VISION_DEUTAN, 16}, {"deuteranopia", VISION_PROTAN, 16},
		{"tritanopia", VISION_TRITAN, 20}};
	for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
		struct theme dark, theme;
		struct error err;
		assert_true(theme_load("dark", NULL, &dark, &err));
		assert_true(theme_load(rows[i].theme, NULL, &theme, &err));
		double mine = nearest_hues(&theme, rows[i].vision);
		if (mine < rows[i].least || mine <= nearest_hues(&dark, rows[i].vision))
			fail_msg("%s: %.1f", rows[i].theme, mine);
	}
}

/* Bars of what is done, of what moves, and their track: told apart by lightness alone. */
static void bars_show_in_every_theme_with_colours(void **state)
{
	(void)state;
	static const char *const names[] = {
		"dark", "high-contrast", "deuteranopia", "tritanopia", "light"};
	for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
		struct theme theme;
		struct error err;
		assert_true(theme_load(names[i], NULL, &theme, &err));
		uint32_t track = rgb_of(theme.styles[ROLE_BAR_TRACK].background);
		uint32_t bar = rgb_of(theme.styles[ROLE_BAR].foreground);
		uint32_t done = rgb_of(theme.styles[ROLE_BAR_DONE].foreground);
		uint32_t inner = rgb_of(theme.styles[ROLE_BAR_INNER].foreground);
		uint32_t paper = rgb_of(theme.styles[ROLE_TEXT].background);
		if (vision_contrast(bar, track) < 3 || vision_contrast(inner, track) < 3 ||
			vision_contrast(inner, bar) < 1.3 || vision_contrast(bar, paper) < 3 ||
			vision_distance(vision_lab(done, VISION_NORMAL),
				vision_lab(track, VISION_NORMAL)) < 10)
			fail_msg("%s: bar %.1f, inner %.1f, inner on bar %.1f", names[i],
				vision_contrast(bar, track), vision_contrast(inner, track),
				vision_contrast(inner, bar));
	}
}

/* Without colours, states that ask for the operator differ from the quiet ones by attribute or
 * glyph, and no two states share both. */
static void mono_tells_every_state_by_glyph_or_attribute(void **state)
{
	(void)state;
	static const char *const names[] = {"mono", "terminal"};
	for (size_t t = 0; t < ARRAY_COUNT(names); t++)
		for (int ascii = 0; ascii < 2; ascii++) {
			struct theme theme;
			struct error err;
			assert_true(theme_load(names[t], NULL, &theme, &err));
			for (int i = 0; i < VERDICT_COUNT; i++)
				for (int j = i + 1; j < VERDICT_COUNT; j++)
					if (theme_glyph(&theme, GLYPH_OF_VERDICT(i), ascii) ==
						theme_glyph(&theme, GLYPH_OF_VERDICT(j), ascii))
						fail_msg("%s: %s and %s look the same", names[t],
							verdict_word((enum verdict)i),
							verdict_word((enum verdict)j));
		}
}

static void states_can_be_read_on_the_ground(void **state)
{
	(void)state;
	for (size_t t = 0; t < ARRAY_COUNT(dark_themes); t++) {
		struct theme theme;
		struct error err;
		assert_true(theme_load(dark_themes[t], NULL, &theme, &err));
		uint32_t paper = rgb_of(theme.styles[ROLE_TEXT].background);
		for (int role = ROLE_STATE_UNKNOWN; role < ROLE_COUNT; role++) {
			uint32_t ink = rgb_of(theme.styles[role].foreground);
			bool grey = (ink >> 16) == (ink & 255) && (ink >> 16) < 0xf0;
			if (vision_contrast(ink, paper) < (grey ? 2.5 : 4.5))
				fail_msg("%s: %.2f", role_name((enum role)role),
					vision_contrast(ink, paper));
		}
	}
}

/* Where the cursor stands is where one reads. */
static void states_can_be_read_on_the_row_of_the_cursor(void **state)
{
	(void)state;
	for (size_t t = 0; t < ARRAY_COUNT(dark_themes); t++) {
		struct theme theme;
		struct error err;
		assert_true(theme_load(dark_themes[t], NULL, &theme, &err));
		uint32_t ground = rgb_of(theme.styles[ROLE_SELECTED].background);
		uint32_t track = rgb_of(theme.styles[ROLE_BAR_TRACK].background);
		if (vision_contrast(ground, track) < 1.05)
			fail_msg("%s: the track of a bar is lost", dark_themes[t]);
		for (size_t i = 0; i < ARRAY_COUNT(hues); i++) {
			uint32_t ink = rgb_of(theme.styles[hues[i]].foreground);
			if (vision_contrast(ink, ground) < 3)
				fail_msg("%s, %s: %.2f", dark_themes[t], role_name(hues[i]),
					vision_contrast(ink, ground));
		}
	}
}

static void finds_the_nearest_colour_of_a_palette(void **state)
{
	(void)state;
	assert_int_equal(colour_nearest(0x5fd7ff, 256), 81);
	assert_int_equal(colour_nearest(0xff0000, 256), 196);
	assert_int_equal(colour_nearest(0xfe0101, 16), 9);
	assert_int_equal(colour_nearest(0x010101, 8), 0);
	assert_int_equal(colour_nearest(0x7f7f7f, 8), 7);
	assert_int_equal(colour_nearest(0x7f7f7f, 16), 8);
	assert_int_equal(colour_nearest(0x808080, 256), 244);
	assert_int_equal(colour_of_index(255), 0xeeeeee);
}

static void a_colour_is_told_as_the_terminal_knows_it(void **state)
{
	(void)state;
	static const struct {
		struct colour colour;
		unsigned count;
		int number;
	} cases[] = {{{COLOUR_UNSET, 7}, 256, -1}, {{COLOUR_DEFAULT, 0}, 8, -1},
		{{COLOUR_INDEX, 200}, 256, 200}, {{COLOUR_INDEX, 8}, 8, 7},
		{{COLOUR_INDEX, 9}, 8, 1}, {{COLOUR_INDEX, 255}, 16, 7},
		{{COLOUR_RGB, 0xff0000}, 256, 196}};
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++)
		assert_int_equal(colour_number(cases[i].colour, cases[i].count), cases[i].number);
}

static void a_reversed_line_has_no_dim_letters_in_any_theme(void **state)
{
	(void)state;
	const char *name = THEME_DEFAULT;
	do {
		struct theme theme;
		struct error err;
		assert_true(theme_load(name, NULL, &theme, &err));
		for (unsigned role = 0; role < ROLE_COUNT; role++)
			for (unsigned ground = 0; ground < ROLE_COUNT; ground++) {
				unsigned is = theme_style(&theme, role, ground, 0).attributes;
				assert_false(is & ATTRIBUTE_REVERSE && is & ATTRIBUTE_DIM);
			}
		name = theme_next(name);
	} while (strcmp(name, THEME_DEFAULT) != 0);
}

int main(void)
{
	setlocale(LC_ALL, "C.UTF-8");
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_colours_attributes_variables_and_glyphs),
		cmocka_unit_test(inherits_and_overrides),
		cmocka_unit_test(a_theme_of_btop_gives_ground_text_and_frames),
		cmocka_unit_test(a_wrong_line_of_btop_is_named),
		cmocka_unit_test(every_built_in_theme_passes_its_own_check),
		cmocka_unit_test(the_check_names_what_cannot_be_told_apart_or_read),
		cmocka_unit_test(says_the_line_of_every_mistake),
		cmocka_unit_test(refuses_what_is_too_long),
		cmocka_unit_test(refuses_a_circle_of_files),
		cmocka_unit_test(every_built_in_theme_loads_and_names_every_state),
		cmocka_unit_test(every_built_in_glyph_is_one_column_wide_or_falls_back),
		cmocka_unit_test(a_ground_lends_its_background_or_else_its_attributes),
		cmocka_unit_test(the_colour_distance_is_the_published_one),
		cmocka_unit_test(state_hues_stay_apart_for_every_kind_of_colour_vision),
		cmocka_unit_test(themes_for_one_kind_of_vision_are_better_for_it),
		cmocka_unit_test(bars_show_in_every_theme_with_colours),
		cmocka_unit_test(mono_tells_every_state_by_glyph_or_attribute),
		cmocka_unit_test(states_can_be_read_on_the_ground),
		cmocka_unit_test(states_can_be_read_on_the_row_of_the_cursor),
		cmocka_unit_test(finds_the_nearest_colour_of_a_palette),
		cmocka_unit_test(a_colour_is_told_as_the_terminal_knows_it),
		cmocka_unit_test(a_reversed_line_has_no_dim_letters_in_any_theme),
	};
	return RUN(tests);
}

#include "tests/test.h"

#include "tui/theme.h"

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
	int count = 0;
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
	assert_true(count >= 3);
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

/* sRGB to CIELAB (D65), through one of Machado's 2009 simulations at full severity. */
struct lab {
	double l, a, b;
};

static const double simulations[4][9] = {{1, 0, 0, 0, 1, 0, 0, 0, 1},
	{0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116,
		1.051998},
	{0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.011820, 0.042940,
		0.968881},
	{1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367,
		0.303900}};

static double linear(unsigned channel)
{
	double c = channel / 255.0;
	return c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
}

static double limit(double value)
{
	return value < 0 ? 0 : value > 1 ? 1 : value;
}

static double lab_curve(double t)
{
	return t > 216.0 / 24389 ? cbrt(t) : (24389.0 / 27 * t + 16) / 116;
}

static struct lab lab_of(uint32_t rgb, const double m[9])
{
	double c[3] = {linear(rgb >> 16), linear(rgb >> 8 & 255), linear(rgb & 255)};
	double s[3];
	for (size_t i = 0; i < 3; i++)
		s[i] = limit(m[3 * i] * c[0] + m[3 * i + 1] * c[1] + m[3 * i + 2] * c[2]);
	double x = 0.4124564 * s[0] + 0.3575761 * s[1] + 0.1804375 * s[2];
	double y = 0.2126729 * s[0] + 0.7151522 * s[1] + 0.0721750 * s[2];
	double z = 0.0193339 * s[0] + 0.1191920 * s[1] + 0.9503041 * s[2];
	double fx = lab_curve(x / 0.95047), fy = lab_curve(y), fz = lab_curve(z / 1.08883);
	return (struct lab){116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)};
}

static double hue(double a, double b)
{
	double angle = atan2(b, a) * 180 / M_PI;
	return angle < 0 ? angle + 360 : angle;
}

static double radians(double degrees)
{
	return degrees * M_PI / 180;
}

/* Sharma, Wu, Dalal 2005. */
static double ciede2000(struct lab p, struct lab q)
{
	double mean_c = (hypot(p.a, p.b) + hypot(q.a, q.b)) / 2, c7 = pow(mean_c, 7);
	double g = 0.5 * (1 - sqrt(c7 / (c7 + pow(25, 7))));
	double pa = (1 + g) * p.a, qa = (1 + g) * q.a;
	double pc = hypot(pa, p.b), qc = hypot(qa, q.b), ph = hue(pa, p.b), qh = hue(qa, q.b);
	double dh = qh - ph, mean_h = (ph + qh) / 2;
	if (fabs(dh) > 180) {
		dh += dh > 0 ? -360 : 360;
		mean_h += mean_h < 180 ? 180 : -180;
	}
	if (pc * qc == 0) {
		dh = 0;
		mean_h = ph + qh;
	}
	double big_dh = 2 * sqrt(pc * qc) * sin(radians(dh / 2));
	double mean_l = (p.l + q.l) / 2, mean = (pc + qc) / 2;
	double t = 1 - 0.17 * cos(radians(mean_h - 30)) + 0.24 * cos(radians(2 * mean_h)) +
		   0.32 * cos(radians(3 * mean_h + 6)) - 0.20 * cos(radians(4 * mean_h - 63));
	double l50 = pow(mean_l - 50, 2), m7 = pow(mean, 7);
	double sl = 1 + 0.015 * l50 / sqrt(20 + l50), sc = 1 + 0.045 * mean;
	double sh = 1 + 0.015 * mean * t;
	double rt = -2 * sqrt(m7 / (m7 + pow(25, 7))) *
		    sin(radians(60 * exp(-pow((mean_h - 275) / 25, 2))));
	double dl = (q.l - p.l) / sl, dc = (qc - pc) / sc, de = big_dh / sh;
	return sqrt(dl * dl + dc * dc + de * de + rt * dc * de);
}

static void the_colour_distance_is_the_published_one(void **state)
{
	(void)state;
	struct lab a = {50, 2.6772, -79.7751}, b = {50, 0, -82.7485};
	assert_true(fabs(ciede2000(a, b) - 2.0425) < 0.0001);
	struct lab c = {22.7233, 20.0904, -46.6940}, d = {23.0331, 14.9730, -42.5619};
	assert_true(fabs(ciede2000(c, d) - 2.0373) < 0.0001);
}

static uint32_t rgb_of(struct colour colour)
{
	return colour.kind == COLOUR_RGB ? colour.value : colour_of_index(colour.value);
}

static double luminance(uint32_t rgb)
{
	return 0.2126 * linear(rgb >> 16) + 0.7152 * linear(rgb >> 8 & 255) +
	       0.0722 * linear(rgb & 255);
}

static double contrast(uint32_t a, uint32_t b)
{
	double x = luminance(a) + 0.05, y = luminance(b) + 0.05;
	return x > y ? x / y : y / x;
}

static const enum role hues[] = {ROLE_STATE_COMPLETE, ROLE_STATE_RUNNING, ROLE_STATE_READY,
	ROLE_STATE_BLOCKED, ROLE_STATE_FAILED, ROLE_STATE_THIN, ROLE_STATE_STALE};
static const char *const dark_themes[] = {"dark", "high-contrast", "deuteranopia", "tritanopia"};

enum simulation { NORMAL, PROTAN, DEUTAN, TRITAN };

/* The two state hues of the theme that are nearest to each other. */
static double nearest_hues(const struct theme *theme, enum simulation s)
{
	double nearest = 1000;
	for (size_t i = 0; i < ARRAY_COUNT(hues); i++)
		for (size_t j = i + 1; j < ARRAY_COUNT(hues); j++) {
			uint32_t a = rgb_of(theme->styles[hues[i]].foreground);
			uint32_t b = rgb_of(theme->styles[hues[j]].foreground);
			nearest = fmin(nearest,
				ciede2000(lab_of(a, simulations[s]), lab_of(b, simulations[s])));
		}
	return nearest;
}

static void state_hues_stay_apart_for_every_kind_of_colour_vision(void **state)
{
	(void)state;
	for (size_t t = 0; t < ARRAY_COUNT(dark_themes); t++)
		for (int s = NORMAL; s <= TRITAN; s++) {
			struct theme theme;
			struct error err;
			assert_true(theme_load(dark_themes[t], NULL, &theme, &err));
			double nearest = nearest_hues(&theme, (enum simulation)s);
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
		enum simulation simulation;
		double least;
	} rows[] = {{"deuteranopia", DEUTAN, 16}, {"deuteranopia", PROTAN, 16},
		{"tritanopia", TRITAN, 20}};
	for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
		struct theme dark, theme;
		struct error err;
		assert_true(theme_load("dark", NULL, &dark, &err));
		assert_true(theme_load(rows[i].theme, NULL, &theme, &err));
		double mine = nearest_hues(&theme, rows[i].simulation);
		if (mine < rows[i].least || mine <= nearest_hues(&dark, rows[i].simulation))
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
		if (contrast(bar, track) < 3 || contrast(inner, track) < 3 ||
			contrast(inner, bar) < 1.3 || contrast(bar, paper) < 3 ||
			ciede2000(lab_of(done, simulations[0]), lab_of(track, simulations[0])) < 10)
			fail_msg("%s: bar %.1f, inner %.1f, inner on bar %.1f", names[i],
				contrast(bar, track), contrast(inner, track), contrast(inner, bar));
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
			if (contrast(ink, paper) < (grey ? 2.5 : 4.5))
				fail_msg("%s: %.2f", role_name((enum role)role),
					contrast(ink, paper));
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
		if (contrast(ground, track) < 1.05)
			fail_msg("%s: the track of a bar is lost", dark_themes[t]);
		for (size_t i = 0; i < ARRAY_COUNT(hues); i++) {
			uint32_t ink = rgb_of(theme.styles[hues[i]].foreground);
			if (contrast(ink, ground) < 3)
				fail_msg("%s, %s: %.2f", dark_themes[t], role_name(hues[i]),
					contrast(ink, ground));
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

int main(void)
{
	setlocale(LC_ALL, "C.UTF-8");
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_colours_attributes_variables_and_glyphs),
		cmocka_unit_test(inherits_and_overrides),
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
	};
	return RUN(tests);
}

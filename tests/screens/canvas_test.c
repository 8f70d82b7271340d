#include "tests/test.h"

#include "tui/canvas.h"
#include "tui/theme.h"

#include <locale.h>

static const char *dump(const struct canvas *canvas)
{
	static struct buffer text;
	buffer_clear(&text);
	canvas_dump(canvas, &text);
	return buffer_text(&text);
}

static struct canvas *unicode_canvas(int width, int height)
{
	struct canvas *canvas = canvas_new(width, height);
	canvas_set_glyphs(canvas, NULL, false);
	return canvas;
}

static void clips_text_at_every_edge(void **state)
{
	(void)state;
	struct canvas *canvas = unicode_canvas(4, 2);
	assert_int_equal(canvas_text(canvas, -2, 0, PEN(TEXT), "abcd"), 4);
	assert_int_equal(canvas_text(canvas, 2, 1, PEN(TEXT), "efgh"), 4);
	canvas_text(canvas, 0, -1, PEN(TEXT), "no");
	canvas_text(canvas, 0, 2, PEN(TEXT), "no");
	assert_string_equal(dump(canvas), "cd\n  ef\n");
	canvas_free(canvas);
}

static void stays_inside_the_clip_rectangle(void **state)
{
	(void)state;
	struct canvas *canvas = unicode_canvas(6, 3);
	struct rect before = canvas_clip(canvas, (struct rect){1, 1, 3, 1});
	for (int y = 0; y < 3; y++)
		canvas_text(canvas, 0, y, PEN(TEXT), "abcdef");
	canvas_fill(canvas, (struct rect){-5, -5, 50, 6}, PEN(TEXT));
	assert_string_equal(dump(canvas), "\n bcd\n\n");
	canvas_clip(canvas, before);
	canvas_text(canvas, 0, 0, PEN(TEXT), "x");
	assert_string_equal(dump(canvas), "x\n bcd\n\n");
	canvas_free(canvas);
}

static void makes_control_bytes_harmless(void **state)
{
	(void)state;
	struct canvas *canvas = unicode_canvas(30, 1);
	canvas_text(canvas, 0, 0, PEN(TEXT), "a\033[2J\tb\177\xc2\x9b");
	assert_string_equal(dump(canvas), "a^[[2J^Ib^?^[\n");
	canvas_free(canvas);
}

static void replaces_invalid_bytes_and_emoji(void **state)
{
	(void)state;
	struct canvas *canvas = unicode_canvas(20, 1);
	canvas_text(canvas, 0, 0, PEN(TEXT), "\xff|\xf0\x9f\x8f\x80|e\xcc\x81|\xe2\xa0\x81");
	assert_string_equal(dump(canvas), "\xef\xbf\xbd|?|e|?\n");
	canvas_free(canvas);
}

static void a_wide_character_takes_two_cells_and_leaves_no_half_behind(void **state)
{
	(void)state;
	struct canvas *canvas = unicode_canvas(4, 1);
	assert_int_equal(canvas_text(canvas, 0, 0, PEN(TEXT), "\xe6\xbc\xa2z"), 3);
	assert_int_equal(canvas_at(canvas, 1, 0)->glyph, 0);
	canvas_text(canvas, 1, 0, PEN(TEXT), "x");
	assert_string_equal(dump(canvas), " xz\n");
	canvas_text(canvas, 2, 0, PEN(TEXT), "\xe6\xbc\xa2");
	canvas_text(canvas, 2, 0, PEN(TEXT), "y");
	assert_string_equal(dump(canvas), " xy\n");
	canvas_text(canvas, 3, 0, PEN(TEXT), "\xe6\xbc\xa2");
	assert_string_equal(dump(canvas), " xy\n");
	canvas_free(canvas);
}

static void a_wide_character_over_the_first_half_of_another_leaves_no_second_half(void **state)
{
	(void)state;
	struct canvas *canvas = unicode_canvas(4, 1);
	canvas_text(canvas, 1, 0, PEN(TEXT), "\xe6\xbc\xa2");
	canvas_text(canvas, 0, 0, PEN(TEXT), "\xe6\xbc\xa2");
	assert_int_equal(canvas_at(canvas, 1, 0)->glyph, 0);
	assert_int_equal(canvas_at(canvas, 2, 0)->glyph, ' ');
	canvas_free(canvas);
}

static void cuts_with_an_ellipsis_only_what_does_not_fit(void **state)
{
	(void)state;
	struct canvas *canvas = unicode_canvas(12, 3);
	assert_int_equal(canvas_text_fit(canvas, 0, 0, 5, PEN(TEXT), "exact"), 5);
	assert_int_equal(canvas_text_fit(canvas, 0, 1, 5, PEN(TEXT), "longer"), 5);
	assert_int_equal(canvas_text_fit(canvas, 0, 2, 0, PEN(TEXT), "gone"), 0);
	canvas_text_right(canvas, 6, 0, 6, PEN(TEXT), "12");
	assert_string_equal(dump(canvas), "exact     12\nlong\xe2\x80\xa6\n\n");
	canvas_free(canvas);
}

static void draws_only_ascii_where_asked(void **state)
{
	(void)state;
	struct canvas *canvas = canvas_new(9, 3);
	canvas_frame(canvas, (struct rect){0, 0, 9, 3}, PEN(FRAME), "ab");
	canvas_text(canvas, 1, 1, PEN(TEXT), "\xc3\xa9\xe6\xbc\xa2");
	canvas_glyph(canvas, 4, 1, PEN(TEXT), GLYPH_STATE_COMPLETE);
	assert_string_equal(dump(canvas), "+- ab --+\n|?? #   |\n+-------+\n");
	for (int i = 0; i < 27; i++)
		assert_true(canvas->cells[i].glyph < 127);
	canvas_free(canvas);
}

struct runs {
	int count;
	int x, y, length;
};

static void note_run(void *context, int x, int y, int length)
{
	struct runs *runs = context;
	*runs = (struct runs){runs->count + 1, x, y, length};
}

static void finds_exactly_the_cells_that_changed(void **state)
{
	(void)state;
	struct canvas *before = unicode_canvas(10, 3), *after = unicode_canvas(10, 3);
	struct runs runs = {0};
	assert_int_equal(canvas_difference(before, after, note_run, &runs), 0);
	canvas_text(after, 7, 1, PEN(TEXT), "abc");
	assert_int_equal(canvas_difference(before, after, note_run, &runs), 3);
	assert_int_equal(runs.count, 1);
	assert_int_equal(runs.x, 7);
	assert_int_equal(runs.y, 1);
	assert_int_equal(runs.length, 3);
	canvas_text(before, 7, 1, PEN(ERROR), "abc");
	assert_int_equal(canvas_difference(before, after, note_run, &runs), 3);
	assert_int_equal(canvas_difference(NULL, after, note_run, &runs), 30);
	canvas_free(before);
	canvas_free(after);
}

static void survives_absurd_sizes(void **state)
{
	(void)state;
	struct canvas *canvas = unicode_canvas(-3, 0);
	canvas_text(canvas, 0, 0, PEN(TEXT), "abc");
	canvas_frame(canvas, (struct rect){0, 0, 100, 100}, PEN(FRAME), "title");
	canvas_resize(canvas, CANVAS_SIDE_MAX + 1, 1);
	assert_int_equal(canvas->width, CANVAS_SIDE_MAX);
	canvas_frame(canvas, (struct rect){-5, -5, 3, 3}, PEN(FRAME), "title");
	canvas_frame(canvas, (struct rect){0, 0, 1, 1}, PEN(FRAME), "title");
	assert_string_equal(dump(canvas), "\n");
	canvas_free(canvas);
}

int main(void)
{
	setlocale(LC_ALL, "C.UTF-8");
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(clips_text_at_every_edge),
		cmocka_unit_test(stays_inside_the_clip_rectangle),
		cmocka_unit_test(makes_control_bytes_harmless),
		cmocka_unit_test(replaces_invalid_bytes_and_emoji),
		cmocka_unit_test(a_wide_character_takes_two_cells_and_leaves_no_half_behind),
		cmocka_unit_test(
			a_wide_character_over_the_first_half_of_another_leaves_no_second_half),
		cmocka_unit_test(cuts_with_an_ellipsis_only_what_does_not_fit),
		cmocka_unit_test(draws_only_ascii_where_asked),
		cmocka_unit_test(finds_exactly_the_cells_that_changed),
		cmocka_unit_test(survives_absurd_sizes),
	};
	return RUN(tests);
}

#include "tests/test.h"

#include "tui/layout.h"

static bool is_empty(struct rect rect)
{
	return rect.width <= 0 || rect.height <= 0;
}

static bool overlap(struct rect a, struct rect b)
{
	return !is_empty(a) && !is_empty(b) && !is_empty(rect_cut(a, b));
}

static void check(const struct layout_request *request)
{
	struct layout layout = layout_compute(request);
	struct rect screen = {0, 0, request->width, request->height};
	for (int i = 0; i < AREA_COUNT; i++) {
		struct rect area = layout.areas[i], inside = rect_cut(area, screen);
		if (is_empty(area))
			continue;
		if (memcmp(&area, &inside, sizeof(area)) != 0)
			fail_msg("area %d leaves %dx%d view %d", i, request->width, request->height,
				request->view);
		for (int j = i + 1; j < AREA_COUNT; j++)
			if (overlap(area, layout.areas[j]))
				fail_msg("areas %d and %d overlap at %dx%d view %d", i, j,
					request->width, request->height, request->view);
	}
}

static void every_size_gives_areas_inside_the_screen_that_do_not_overlap(void **state)
{
	(void)state;
	for (int width = 1; width <= 400; width++)
		for (int height = 1; height <= 120; height++)
			for (int view = 0; view < VIEW_COUNT; view++) {
				struct layout_request request = {
					width, height, (enum view_id)view, 10, 2};
				check(&request);
				request.tables = 1 + (width * 7 + height * 13) % 60;
				check(&request);
			}
}

static struct layout at(int width, int height, enum view_id view)
{
	struct layout_request request = {width, height, view, 10, 2};
	return layout_compute(&request);
}

static void breakpoints_are_those_of_the_design(void **state)
{
	(void)state;
	assert_int_equal(at(39, 24, VIEW_OVERVIEW).size, LAYOUT_TOO_SMALL);
	assert_int_equal(at(80, 7, VIEW_OVERVIEW).size, LAYOUT_TOO_SMALL);
	assert_int_equal(at(59, 24, VIEW_OVERVIEW).size, LAYOUT_TINY);
	assert_int_equal(at(80, 14, VIEW_OVERVIEW).size, LAYOUT_TINY);
	assert_int_equal(at(99, 24, VIEW_OVERVIEW).size, LAYOUT_COMPACT);
	assert_int_equal(at(100, 24, VIEW_OVERVIEW).size, LAYOUT_NORMAL);
	assert_int_equal(at(179, 24, VIEW_OVERVIEW).size, LAYOUT_NORMAL);
	assert_int_equal(at(180, 24, VIEW_OVERVIEW).size, LAYOUT_WIDE);
	assert_int_equal(at(120, 29, VIEW_OVERVIEW).table_lines, 1);
	assert_int_equal(at(120, 40, VIEW_OVERVIEW).table_lines, 2);
}

static void the_three_sizes_show_what_the_mock_ups_show(void **state)
{
	(void)state;
	struct layout compact = at(80, 24, VIEW_OVERVIEW);
	assert_true(compact.areas[AREA_TABLES].height >= 11);
	assert_true(compact.areas[AREA_LOG].height >= 6);
	assert_false(compact.framed);
	struct layout normal = at(120, 40, VIEW_OVERVIEW);
	assert_true(normal.framed);
	assert_true(normal.areas[AREA_TABLES].height >= 23);
	assert_true(normal.areas[AREA_LOG].height >= 5);
	assert_true(normal.areas[AREA_EVENTS].height >= 4);
	assert_true(normal.areas[AREA_GAPS].height >= 4);
	struct layout wide = at(200, 60, VIEW_OVERVIEW);
	assert_false(is_empty(wide.areas[AREA_SECOND_LOG]));
	assert_false(is_empty(wide.areas[AREA_WORKERS]));
	assert_true(wide.areas[AREA_EVENTS].height >= 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_size_gives_areas_inside_the_screen_that_do_not_overlap),
		cmocka_unit_test(breakpoints_are_those_of_the_design),
		cmocka_unit_test(the_three_sizes_show_what_the_mock_ups_show),
	};
	return RUN(tests);
}

/* Windows into a log file. */
#include "jobs/log_piece.h"

#include "base/text.h"
#include "tests/test.h"

#include <fcntl.h>

static struct log_rules *rules;
static int descriptor = -1;
static char *path;

static int set_up(void **state)
{
	(void)state;
	char *folder = test_folder();
	rules = log_rules_new();
	path = memory_format("%s/a.log", folder);
	descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	free(folder);
	return descriptor < 0;
}

static int tear_down(void **state)
{
	(void)state;
	close(descriptor);
	unlink(path);
	free(path);
	log_rules_free(rules);
	return 0;
}

static void put(const char *text)
{
	assert_int_equal(write(descriptor, text, strlen(text)), strlen(text));
}

/* Lines "0000000" "0000001" ... of eight bytes. */
static void put_numbers(int first, int count)
{
	struct buffer text = {0};
	for (int i = first; i < first + count; i++)
		buffer_add_format(&text, "%07d\n", i);
	put(text.bytes);
	buffer_release(&text);
}

static struct log_window read_window(int64_t offset, size_t before, size_t after)
{
	struct log_window window;
	struct error err;
	if (!log_window_read(descriptor, offset, before, after, rules, &window, &err))
		fail_msg("%s", err.text);
	return window;
}

static void assert_window(int64_t offset, size_t before, size_t after, const char *expected)
{
	struct log_window window = read_window(offset, before, after);
	struct buffer text = {0};
	for (size_t i = 0; i < window.count; i++)
		buffer_add_format(&text, "%s|", window.items[i].text);
	assert_string_equal(buffer_text(&text), expected);
	buffer_release(&text);
	log_window_release(&window);
}

static void lines_around_a_place(void **state)
{
	(void)state;
	put("a\nbb\nccc\nlast");
	assert_window(0, 5, 1, "a|");
	assert_window(1, 0, 1, "a|");
	assert_window(2, 0, 2, "bb|ccc|");
	assert_window(3, 1, 1, "a|bb|");
	assert_window(5, 2, 9, "a|bb|ccc|last|");
	assert_window(9, 0, 9, "last|");
	assert_window(INT64_MAX, 0, 1, "last|");
	assert_window(INT64_MAX, 2, 1, "bb|ccc|last|");
	put("\n");
	assert_window(INT64_MAX, 1, 1, "ccc|last|");
	struct log_window window = read_window(2, 0, 2);
	assert_int_equal(window.begin, 2);
	assert_int_equal(window.end, 9);
	assert_int_equal(window.file_bytes, 14);
	assert_int_equal(window.items[1].offset, 5);
	log_window_release(&window);
}

static void an_empty_file_has_no_lines(void **state)
{
	(void)state;
	assert_window(0, 10, 10, "");
	assert_window(INT64_MAX, 10, 10, "");
}

static void lines_have_their_severity(void **state)
{
	(void)state;
	put("INFO:__main__:Processing day 1/1: 2021-11-16\n"
	    "WARNING:precompute_base:Stale dependency: a: 30h\n"
	    "  more\n"
	    "ERROR:precompute_base:Missing critical dependency: a.b\n");
	struct log_window window = read_window(0, 0, 10);
	assert_int_equal(window.count, 4);
	assert_int_equal(window.items[0].severity, LOG_PROGRESS);
	assert_true(window.items[1].is_hidden);
	assert_true(window.items[2].is_hidden);
	assert_true(window.items[2].is_continuation);
	assert_int_equal(window.items[3].severity, LOG_REASON);
	log_window_release(&window);
}

static void a_piece_begins_at_its_place_and_knows_its_dates(void **state)
{
	(void)state;
	put("INFO:__main__:Processing day 1/2: 2021-11-16\n"
	    "ERROR:precompute_base:Missing critical dependency: a.b\n"
	    "INFO:__main__:Processing day 2/2: 2021-11-17\n"
	    "  more\n");
	struct log_place place = {.offset = 45};
	struct log_window *piece = NULL;
	struct error err;
	text_copy(place.path, sizeof(place.path), path);
	assert_true(log_piece_read_below(&place, rules, &piece, &err));
	assert_int_equal(piece->count, 3);
	assert_int_equal(piece->items[0].severity, LOG_REASON);
	assert_int_equal(piece->items[0].date, DATE_NONE);
	assert_int_equal(piece->items[1].date, date_of(2021, 11, 17));
	assert_int_equal(piece->items[2].date, date_of(2021, 11, 17));
	log_piece_free(piece);
	assert_true(log_piece_read(&place, NULL, &piece, &err));
	assert_int_equal(piece->count, 4);
	assert_int_equal(piece->items[1].date, date_of(2021, 11, 16));
	log_piece_free(piece);
	piece = NULL;
	assert_int_equal(ftruncate(descriptor, 45), 0);
	assert_false(log_piece_read_below(&place, rules, &piece, &err));
	assert_non_null(strstr(err.text, "is shorter than it was"));
	assert_false(log_piece_read(&place, rules, &piece, &err));
	assert_null(piece);
	place.offset = -1;
	assert_true(log_piece_read(&place, rules, &piece, &err));
	assert_int_equal(piece->count, 1);
	log_piece_free(piece);
}

static void a_window_has_a_limit_and_keeps_what_is_nearest(void **state)
{
	(void)state;
	put_numbers(0, LOG_WINDOW_LINES_MAX * 3);
	struct log_window window = read_window(INT64_MAX, SIZE_MAX / 2, 1);
	assert_int_equal(window.count, LOG_WINDOW_LINES_MAX);
	char last[8];
	snprintf(last, sizeof(last), "%07d", LOG_WINDOW_LINES_MAX * 3 - 1);
	assert_string_equal(window.items[window.count - 1].text, last);
	log_window_release(&window);
	window = read_window(0, 0, SIZE_MAX);
	assert_int_equal(window.count, LOG_WINDOW_LINES_MAX);
	assert_string_equal(window.items[0].text, "0000000");
	log_window_release(&window);
}

static void a_line_longer_than_the_limit_costs_no_more_than_that(void **state)
{
	(void)state;
	put("first\n");
	assert_int_equal(ftruncate(descriptor, (off_t)LOG_WINDOW_BYTES_MAX * 3), 0);
	lseek(descriptor, 0, SEEK_END);
	put("x\nlast\n");
	struct log_window window = read_window(INT64_MAX, 5, 1);
	assert_int_equal(window.count, 2);
	assert_string_equal(window.items[1].text, "last");
	assert_true(window.begin > LOG_WINDOW_BYTES_MAX);
	log_window_release(&window);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		CASE(lines_around_a_place),
		CASE(an_empty_file_has_no_lines),
		CASE(lines_have_their_severity),
		CASE(a_piece_begins_at_its_place_and_knows_its_dates),
		CASE(a_window_has_a_limit_and_keeps_what_is_nearest),
		CASE(a_line_longer_than_the_limit_costs_no_more_than_that),
	};
#undef CASE
	return RUN(tests);
}

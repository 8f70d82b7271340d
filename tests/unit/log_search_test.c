#include "tests/test.h"

#include "jobs/log_search.h"

/* "12+3" = found at 12, three bytes; "-" = nothing. */
static char *place(const char *typed, const char *line, size_t from)
{
	struct log_search *search = log_search_new(typed);
	size_t start, length;
	bool found = log_search_find(search, line, from, &start, &length);
	log_search_free(search);
	return found ? memory_format("%zu+%zu", start, length) : memory_copy_text("-");
}

static void expect(const char *typed, const char *line, size_t from, const char *wanted)
{
	char *found = place(typed, line, from);
	if (strcmp(found, wanted) != 0)
		fail_msg("\"%s\" in \"%s\" from %zu: %s, not %s", typed, line, from, found, wanted);
	free(found);
}

static void finds_the_next_place_and_never_an_empty_one(void **state)
{
	(void)state;
	expect("rows", "12 rows, 3 rows", 0, "3+4");
	expect("rows", "12 rows, 3 rows", 7, "11+4");
	expect("rows", "12 rows, 3 rows", 12, "-");
	expect("", "anything", 0, "-");
	expect("x*", "aaxx", 0, "2+2");
	expect("$", "aaxx", 0, "-");
	expect("^b", "abb", 1, "-");
	expect("a|ab", "", 0, "-");
	expect("b", "ab", 3, "-");
}

static void capitals_make_it_exact(void **state)
{
	(void)state;
	expect("error", "an ERROR", 0, "3+5");
	expect("ERROR", "an error, an ERROR", 0, "13+5");
	expect("[0-9]+ Games", "7 games, 7 Games", 0, "9+7");
}

static void what_is_no_expression_is_found_as_it_stands(void **state)
{
	(void)state;
	expect("f(x", "call f(x)", 0, "5+3");
	expect("[date", "at [DATE]", 0, "3+5");
	expect("a{", "A{", 0, "0+2");
	expect("\xff(", "a \xff(", 0, "2+2");
}

static void other_bytes_than_utf8_in_a_line_do_no_harm(void **state)
{
	(void)state;
	expect("rows", "\xff\xfe 12 rows", 0, "6+4");
	expect("d.ncic", "Don\xc4\x8di\xc4\x87 d\xc3\xbcncic", 0, "9+7");
}

/* Each of these takes minutes or gigabytes where nothing limits them. */
static void no_pattern_takes_for_ever(void **state)
{
	(void)state;
	char line[2000];
	memset(line, 'a', sizeof(line));
	line[sizeof(line) - 1] = '\0';
	expect("(a+)+b", line, 0, "-");
	expect("((((a*)*)*)*)*b", line, 0, "-");
	expect("(((a{1,1000}){1,1000}){1,1000}){1,1000}", "b", 0, "-");
	expect("a+++++++++++++++++++++++++++++++++++++++++++++++++++[", "b", 0, "-");
}

static void a_text_has_a_largest_size(void **state)
{
	(void)state;
	char *text = memory_new(LOG_SEARCH_TEXT_BYTES_MAX + 2);
	memset(text, 'x', LOG_SEARCH_TEXT_BYTES_MAX + 1);
	expect(text, text, 0, "-");
	text[LOG_SEARCH_TEXT_BYTES_MAX] = '\0';
	expect(text, text, 0, "0+4096");
	text[LOG_SEARCH_PATTERN_BYTES_MAX] = '\0';
	text[0] = '.';
	expect(text, text, 0, "0+512");
	text[LOG_SEARCH_PATTERN_BYTES_MAX] = 'x'; /* no expression any more, but a text */
	expect(text, text, 0, "0+4096");
	text[1] = '.';
	char *line = memory_copy_text(text);
	line[1] = 'x';
	expect(text, line, 0, "-");
	free(line);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_the_next_place_and_never_an_empty_one),
		cmocka_unit_test(capitals_make_it_exact),
		cmocka_unit_test(what_is_no_expression_is_found_as_it_stands),
		cmocka_unit_test(other_bytes_than_utf8_in_a_line_do_no_harm),
		cmocka_unit_test(no_pattern_takes_for_ever),
		cmocka_unit_test(a_text_has_a_largest_size),
	};
	return RUN(tests);
}

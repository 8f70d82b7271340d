#include "base/digest.h"
#include "base/path.h"
#include "base/text.h"
#include "core/native/number.h"
#include "tests/test.h"

#include <math.h>

static void writes_reals_as_python_does(void **state)
{
	(void)state;
	static const struct {
		double value;
		const char *text;
	} cases[] = {{2.5, "2.5"}, {10.0, "10.0"}, {0.1, "0.1"}, {133.3, "133.3"}, {0.0, "0.0"},
		{1e16, "1e+16"}, {123456789012345.0, "123456789012345.0"}, {1e-5, "1e-05"},
		{0.0001, "0.0001"}, {0.5121951219512195, "0.5121951219512195"}, {-7.56, "-7.56"},
		{0.5833333333333334, "0.5833333333333334"}, {1.5e300, "1.5e+300"},
		{5e-324, "5e-324"}, {100.0 / 3, "33.333333333333336"}};
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		char text[REAL_TEXT_BYTES];
		assert_string_equal(real_format(cases[i].value, text), cases[i].text);
	}
}

static void digests_the_vector_of_the_specification(void **state)
{
	(void)state;
	char hash[DIGEST_TEXT_BYTES];
	const char *text = "a:1|b:2.5|c:NULL|d:x"; /* phase 4, E24 */
	assert_string_equal(digest_sha256_16(text, strlen(text), hash), "96ea65ad468c64b2");
}

static void rounds_by_three_rules(void **state)
{
	(void)state;
	assert_true(round_numpy(20.15, 1) == 20.2); /* phase 3, 1.4 */
	assert_true(round_numpy(20.25, 1) == 20.2);
	assert_true(round_numpy(20.75, 1) == 20.8);
	assert_true(round_numpy(0.15, 1) == 0.2);
	assert_true(round_numpy(6.35, 1) == 6.4); /* phase 4, E13 */
	assert_true(round_python(6.35, 1) == 6.3);
	assert_true(round_python(81.25, 1) == 81.2);
	assert_true(round_python(0.15, 1) == 0.1);
	assert_true(round_sql(2.5, 0) == 3.0);
	assert_true(1.0 / round_numpy(-0.01, 1) > 0); /* not -0.0 */
}

/* Numbers of tables: few decimals, ties, quotients, and their neighbours. */
static double some_number(uint64_t *seed)
{
	static const double powers[] = {1, 10, 100, 1e3, 1e4, 1e5, 1e6, 8, 3, 7, 40};
	*seed = *seed * 6364136223846793005U + 1442695040888963407U;
	int64_t whole = (int64_t)(*seed >> 33) % ((*seed & 1) != 0 ? 1000000 : 3000) - 1000;
	double value = (double)whole / powers[(*seed >> 20) % ARRAY_COUNT(powers)];
	switch ((*seed >> 12) % 8) {
	case 0:
		return nextafter(value, INFINITY);
	case 1:
		return nextafter(value, -INFINITY);
	case 2:
		return value * 1e7;
	}
	return value;
}

static void the_short_way_to_round_gives_what_printf_gives(void **state)
{
	(void)state;
	uint64_t seed = 20211119;
	for (int i = 0; i < 200000; i++) {
		double value = some_number(&seed);
		int decimals = i % 6;
		char text[400];
		snprintf(text, sizeof(text), "%.*f", decimals, value);
		if (round_python(value, decimals) != strtod(text, NULL))
			fail_msg("%.17g to %d decimals is not %s", value, decimals, text);
	}
}

static size_t count_digits(const char *text)
{
	size_t count = 0;
	text += strcspn(text, "123456789");
	for (; *text != '\0' && *text != 'e'; text++)
		count += *text >= '0' && *text <= '9';
	return count;
}

static void a_real_is_written_with_the_fewest_digits_that_read_back(void **state)
{
	(void)state;
	uint64_t seed = 20220410;
	for (int i = 0; i < 200000; i++) {
		double value = some_number(&seed);
		char text[REAL_TEXT_BYTES], shortest[64];
		int precision = 1;
		do
			snprintf(shortest, sizeof(shortest), "%.*e", precision - 1, value);
		while (strtod(shortest, NULL) != value && precision++ < 17);
		real_format(value, text);
		size_t extra = text_ends_with(text, ".0") ? strlen(text) : 0; /* 100.0 */
		if (strtod(text, NULL) != value || strlen(text) < 3 ||
			count_digits(text) > (size_t)precision + extra)
			fail_msg("%.17g became %s", value, text);
	}
}

static void suggests_the_nearest_name(void **state)
{
	(void)state;
	static const char *const names[] = {"upstreams", "guards", "history"};
	assert_string_equal(text_nearest("upstream", names, 3), "upstreams");
	assert_string_equal(text_nearest("gaurds", names, 3), "guards");
	assert_null(text_nearest("zzzzzz", names, 3));
}

static void decodes_good_and_bad_utf8_and_always_advances(void **state)
{
	(void)state;
	uint32_t code_point;
	assert_int_equal(text_decode_utf8("\xc4\x8d", 2, &code_point), 2);
	assert_int_equal(code_point, 0x10D);
	assert_int_equal(text_decode_utf8("\xed\xa0\x80", 3, &code_point), 1); /* a surrogate */
	assert_int_equal(code_point, 0xFFFD);
	assert_int_equal(text_decode_utf8("\xc0\x80", 2, &code_point), 1);     /* overlong */
	assert_int_equal(text_decode_utf8("\xf0\x9f\x8f", 3, &code_point), 1); /* cut */
	assert_false(text_is_utf8("a\xff", 2));
	assert_true(text_is_utf8("Dončić", strlen("Dončić")));
}

static void interns_equal_texts_once(void **state)
{
	(void)state;
	struct symbols *symbols = symbols_new();
	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < 5000; i++) {
			char text[16];
			int length = snprintf(text, sizeof(text), "player%d", i);
			const char *interned = symbols_add(symbols, text, (size_t)length);
			assert_int_equal(symbols_number(interned), i);
		}
	}
	assert_int_equal(symbols_count(symbols), 5000);
	assert_null(symbols_find(symbols, "nobody"));
	symbols_free(symbols);
}

static void writes_a_file_whole_and_reads_it_up_to_a_limit(void **state)
{
	(void)state;
	char *folder = test_folder();
	char *path = path_join(folder, "deep/down/file");
	struct error err;
	assert_true(path_make_parent(path, &err));
	assert_true(path_write_file(path, "twelve bytes", 12, &err));
	struct buffer text = {0};
	assert_true(path_read_file(path, 12, &text, &err));
	assert_string_equal(buffer_text(&text), "twelve bytes");
	assert_false(path_read_file(path, 11, &text, &err));
	assert_int_equal(err.kind, ERROR_LIMIT);
	assert_int_equal(text.length, 12);
	buffer_release(&text);
	free(path);
	free(folder);
}

static void what_could_command_a_terminal_becomes_question_marks(void **state)
{
	(void)state;
	char text[] = "a\tb\n\033[31m\r\x7f|\xc2\x9b|\x9b|caf\xc3\xa9|\xe2\x9c\x85|\xc3";
	text_make_printable(text);
	assert_string_equal(text, "a\tb\n?[31m??|\?\?|?|caf\xc3\xa9|\xe2\x9c\x85|?");
	char empty[] = "";
	text_make_printable(empty);
	assert_string_equal(empty, "");
}

static void a_path_becomes_a_uri_that_says_nothing_else(void **state)
{
	(void)state;
	char *uri = path_file_uri("/a b/c?mode=rw#d%41/\xc3\xa9.db");
	assert_string_equal(uri, "file:/a%20b/c%3Fmode%3Drw%23d%2541/%C3%A9.db");
	free(uri);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_path_becomes_a_uri_that_says_nothing_else),
		cmocka_unit_test(what_could_command_a_terminal_becomes_question_marks),
		cmocka_unit_test(writes_reals_as_python_does),
		cmocka_unit_test(digests_the_vector_of_the_specification),
		cmocka_unit_test(rounds_by_three_rules),
		cmocka_unit_test(the_short_way_to_round_gives_what_printf_gives),
		cmocka_unit_test(a_real_is_written_with_the_fewest_digits_that_read_back),
		cmocka_unit_test(suggests_the_nearest_name),
		cmocka_unit_test(decodes_good_and_bad_utf8_and_always_advances),
		cmocka_unit_test(interns_equal_texts_once),
		cmocka_unit_test(writes_a_file_whole_and_reads_it_up_to_a_limit),
	};
	return RUN(tests);
}

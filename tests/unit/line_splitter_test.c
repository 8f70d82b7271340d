/* Bytes to lines: whatever the bytes are and however they are cut. */
#include "core/jobs/line_splitter.h"

#include "base/text.h"
#include "tests/support/seed.h"
#include "tests/test.h"

struct taken {
	struct buffer text; /* each line in brackets, with its offset and size in the file */
	int count;
	int64_t bytes;
	size_t longest;
};

static void take(void *context, const struct line *line)
{
	struct taken *taken = context;
	assert_true(text_is_utf8(line->text, line->length));
	for (size_t i = 0; i < line->length; i++)
		assert_false((unsigned char)line->text[i] < ' ' && line->text[i] != '\t');
	buffer_add_format(&taken->text, "%lld+%lld%s%s[", (long long)line->offset,
		(long long)line->file_bytes, line->is_cut ? "!" : "", line->has_newline ? "" : "~");
	buffer_add(&taken->text, line->text, line->length);
	buffer_add_text(&taken->text, "]");
	taken->count++;
	taken->bytes += line->file_bytes;
	if (line->length > taken->longest)
		taken->longest = line->length;
}

static struct taken split(const char *bytes, size_t length)
{
	struct taken taken = {0};
	struct line_splitter *splitter = line_splitter_new();
	line_splitter_add(splitter, bytes, length, take, &taken);
	line_splitter_end(splitter, take, &taken);
	line_splitter_free(splitter);
	return taken;
}

#define ESC "\x1b"

static void lines_are_made_harmless(void **state)
{
	(void)state;
	static const struct {
		const char *bytes;
		size_t length;
		const char *lines;
	} cases[] = {
#define CASE(bytes, lines) {bytes, sizeof(bytes) - 1, lines}
		CASE("", ""),
		CASE("\n", "0+1[]"),
		CASE("a\nbc\n", "0+2[a]2+3[bc]"),
		CASE("a\nbc", "0+2[a]2+2~[bc]"),
		CASE("a\r\nb\r\r\n", "0+3[a]3+4[b]"),
		CASE("10%\r20%\r30%\n", "0+12[30%]"),
		CASE("10%\r20%\r", "0+8~[20%]"),
		CASE("\r\n", "0+2[]"),
		CASE("a\tb\n", "0+4[a\tb]"),
		CASE("\0\0\0a\0b\n", "3+4[ab]"),
		CASE("\0\0", ""),
		CASE("\0\0\n", "2+1[]"),
		CASE(ESC "[0;32mgreen" ESC "[0m\n", "0+17[green]"),
		CASE(ESC "]0;title\a" ESC "]8;;x" ESC "\\link\n", "0+23[link]"),
		CASE(ESC "]0;never ends\n", "0+15[0;never ends]"),
		CASE(ESC "[31", "0+4~[]"),
		CASE(ESC "(Bx" ESC "=y" ESC, "0+8~[xy]"),
		CASE("a\bb\x7f"
		     "c\x01\n",
			"0+7[abc]"),
		CASE("\xC2\x9B"
		     "31mred\n",
			"0+9[31mred]"),
		CASE("\xFF\xFEx\xE2\x9C\n", "0+6[\uFFFD\uFFFDx\uFFFD\uFFFD]"),
		CASE("\uFFFD\n", "0+4[\uFFFD]"),
		CASE("  \u2713 Success: 30 teams\n", "0+24[  \u2713 Success: 30 teams]"),
		CASE("0123456789abcdef\x1b[m\n0123456789abcde\x7f\n",
			"0+20[0123456789abcdef]20+17[0123456789abcde]"),
#undef CASE
	};
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct taken taken = split(cases[i].bytes, cases[i].length);
		assert_string_equal(buffer_text(&taken.text), cases[i].lines);
		buffer_release(&taken.text);
	}
}

static void a_line_is_cut_behind_its_limit_and_says_so(void **state)
{
	(void)state;
	static const size_t lengths[] = {
		LINE_BYTES_MAX - 1, LINE_BYTES_MAX, LINE_BYTES_MAX + 1, (size_t)10 * 1024 * 1024};
	for (size_t i = 0; i < ARRAY_COUNT(lengths); i++) {
		char *bytes = memory_new(lengths[i] + 3);
		memset(bytes, 'x', lengths[i]);
		bytes[lengths[i]] = '\n';
		bytes[lengths[i] + 1] = 'b';
		struct taken taken = split(bytes, lengths[i] + 2);
		char *mark = memory_format(" [cut: %zu bytes]", lengths[i]);
		bool is_cut = lengths[i] > LINE_BYTES_MAX;
		assert_int_equal(taken.count, 2);
		assert_int_equal(
			taken.longest, is_cut ? LINE_BYTES_MAX + strlen(mark) : lengths[i]);
		assert_true(strlen(mark) < LINE_CUT_MARK_BYTES);
		assert_int_equal(strstr(taken.text.bytes, mark) != NULL, is_cut);
		assert_non_null(strstr(taken.text.bytes, "+1~[b]"));
		free(mark);
		free(bytes);
		buffer_release(&taken.text);
	}
}

static void bytes_that_grow_when_cleaned_are_cut_too(void **state)
{
	(void)state;
	char *bytes = memory_new(LINE_BYTES_MAX + 1);
	memset(bytes, 0xFF, LINE_BYTES_MAX);
	bytes[LINE_BYTES_MAX] = '\n';
	struct taken taken = split(bytes, LINE_BYTES_MAX + 1);
	assert_int_equal(taken.count, 1);
	assert_true(taken.longest <= LINE_BYTES_MAX + LINE_CUT_MARK_BYTES);
	assert_non_null(strstr(taken.text.bytes, "[cut: 16384 bytes]"));
	buffer_release(&taken.text);
	free(bytes);
}

/* The hole that a truncated file leaves before the next write. */
static void a_hole_of_zeros_costs_nothing_and_hides_nothing(void **state)
{
	(void)state;
	size_t hole = (size_t)4 * 1024 * 1024;
	char *bytes = memory_new(hole + 7);
	text_copy(bytes + hole, 7, "after\n");
	struct taken taken = split(bytes, hole + 6);
	assert_string_equal(taken.text.bytes, "4194304+6[after]");
	buffer_release(&taken.text);
	free(bytes);
}

static void a_line_is_given_when_it_is_whole(void **state)
{
	(void)state;
	struct line_splitter *splitter = line_splitter_new();
	struct taken taken = {0};
	line_splitter_add(splitter, "a\n10%", 5, take, &taken);
	assert_string_equal(taken.text.bytes, "0+2[a]");
	line_splitter_add(splitter, "\r20%", 4, take, &taken);
	assert_string_equal(taken.text.bytes, "0+2[a]");
	line_splitter_add(splitter, "\n", 1, take, &taken);
	assert_string_equal(taken.text.bytes, "0+2[a]2+8[20%]");
	line_splitter_restart(splitter, 0);
	line_splitter_add(splitter, "b\n", 2, take, &taken);
	assert_string_equal(taken.text.bytes, "0+2[a]2+8[20%]0+2[b]");
	buffer_release(&taken.text);
	line_splitter_free(splitter);
}

static size_t random_bytes(char *bytes, size_t room)
{
	static const char title[] = ESC "]0;t\a";
	static const char bold[] = ESC "[1m";
	static const char *const pieces[] = {"\n", "\r", "\r\n", bold, title, ESC, "\xC2", "\x9B",
		"\u2713", "\uFFFD", "\xF0\x9F", "text ", "0123456789abcdefghij", "\x7f", "\t",
		"INFO:__main__:", "\xFF"};
	size_t length = 0;
	while (length + 2000 < room) {
		if (rand() % 40 == 0) {
			length += (size_t)(rand() % 5); /* zeros */
			continue;
		}
		const char *piece = pieces[(size_t)rand() % ARRAY_COUNT(pieces)];
		int times = rand() % 60 == 0 ? 60 : 1;
		for (int i = 0; i < times; i++) {
			text_copy(bytes + length, room - length, piece);
			length += strlen(piece);
		}
	}
	return length;
}

static void the_lines_do_not_depend_on_how_the_bytes_are_cut(void **state)
{
	(void)state;
	srand(seed_of_tests());
	size_t room = (size_t)LINE_BYTES_MAX * 3;
	for (int round = 0; round < 60; round++) {
		char *bytes = memory_new(room);
		size_t length = random_bytes(bytes, room);
		/* Every fourth has no newline, so that it is cut. */
		for (size_t i = 0; round % 4 == 0 && i < length; i++)
			bytes[i] = bytes[i] == '\n' || bytes[i] == '\r' ? '.' : bytes[i];
		struct taken whole = split(bytes, length), pieces = {0};
		struct line_splitter *splitter = line_splitter_new();
		for (size_t at = 0; at < length;) {
			size_t most = round % 2 == 0 ? 7 : 3000;
			size_t run = 1 + (size_t)rand() % most;
			run = run > length - at ? length - at : run;
			line_splitter_add(splitter, bytes + at, run, take, &pieces);
			at += run;
		}
		line_splitter_end(splitter, take, &pieces);
		assert_string_equal(buffer_text(&pieces.text), buffer_text(&whole.text));
		line_splitter_free(splitter);
		buffer_release(&whole.text);
		buffer_release(&pieces.text);
		free(bytes);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_are_made_harmless),
		cmocka_unit_test(a_line_is_cut_behind_its_limit_and_says_so),
		cmocka_unit_test(bytes_that_grow_when_cleaned_are_cut_too),
		cmocka_unit_test(a_hole_of_zeros_costs_nothing_and_hides_nothing),
		cmocka_unit_test(a_line_is_given_when_it_is_whole),
		cmocka_unit_test(the_lines_do_not_depend_on_how_the_bytes_are_cut),
	};
	return RUN(tests);
}

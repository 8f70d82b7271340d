/* One line of the configuration file changed as text: every other byte stays. */
#include "tests/test.h"

#include "config.h"
#include "core/config_edit.h"

static struct buffer text_of(const char *text)
{
	struct buffer buffer = {0};
	buffer_add_text(&buffer, text);
	return buffer;
}

static void becomes(const char *before, const char *name, const char *value, const char *after)
{
	struct buffer file = text_of(before), made = {0};
	struct error err = {0};
	if (!config_edit(&file, name, value, &made, &err))
		fail_msg("%s", err.text);
	assert_string_equal(buffer_text(&made), after);
	buffer_release(&file);
	buffer_release(&made);
}

static void the_value_alone_is_replaced(void **state)
{
	(void)state;
	becomes("theme = dark\n", "theme", "light", "theme = light\n");
	becomes("# a\n\n  theme=dark  \n#theme = x\nnonsense\n", "theme", "light",
		"# a\n\n  theme=light  \n#theme = x\nnonsense\n");
	becomes("theme = dark", "theme", "a b = c # d", "theme = a b = c # d");
	becomes("theme =\nworkers = 2\n", "theme", "mono", "theme = mono\nworkers = 2\n");
	becomes("theme = dark\r\nworkers = 2\r\n", "theme", "mono",
		"theme = mono\r\nworkers = 2\r\n");
}

static void of_several_lines_the_last_one_counts_as_when_it_is_read(void **state)
{
	(void)state;
	becomes("theme = a\nworkers = 1\ntheme = b\n", "theme", "c",
		"theme = a\nworkers = 1\ntheme = c\n");
}

static void a_line_that_is_not_there_is_added_at_the_end(void **state)
{
	(void)state;
	becomes("", "workers", "4", "workers = 4\n");
	becomes("theme = dark", "workers", "4", "theme = dark\nworkers = 4\n");
	becomes("theme = dark\r\n", "workers", "4", "theme = dark\r\nworkers = 4\r\n");
	becomes("# workers = 9\nworkers-x = 3\n", "workers", "4",
		"# workers = 9\nworkers-x = 3\nworkers = 4\n");
}

static void what_a_line_cannot_hold_is_refused(void **state)
{
	(void)state;
	static const char *const values[] = {
		"", " a", "a ", "a\nwarehouse = b", "a\tb", "a\x1b[0m"};
	struct buffer file = text_of("theme = dark\n"), made = {0};
	struct error err;
	for (size_t i = 0; i < ARRAY_COUNT(values); i++) {
		assert_false(config_edit(&file, "theme", values[i], &made, &err));
		assert_int_equal(err.kind, ERROR_USAGE);
	}
	assert_int_equal(made.length, 0);
	buffer_release(&file);
}

static void a_file_gets_no_larger_than_one_that_is_read(void **state)
{
	(void)state;
	struct buffer file = {0}, made = {0};
	struct error err;
	while (file.length < CONFIG_FILE_BYTES_MAX - 12)
		buffer_add_text(&file, "#\n");
	assert_true(config_edit(&file, "workers", "4", &made, &err));
	assert_int_equal(made.length, CONFIG_FILE_BYTES_MAX);
	buffer_clear(&made);
	assert_false(config_edit(&file, "workers", "40", &made, &err));
	assert_int_equal(err.kind, ERROR_LIMIT);
	assert_int_equal(made.length, 0);
	buffer_release(&file);
	buffer_release(&made);
}

/* Random files: what comes out is what went in but for one stretch, which is the value. */

static uint32_t next_random(uint32_t *state)
{
	*state = *state * 1664525 + 1013904223;
	return *state >> 8;
}

static void add_random_line(uint32_t *random, struct buffer *file)
{
	static const char *const lines[] = {"# theme = comment", "", "   ", "theme = dark",
		"  theme=x y  ", "\ttheme =\tlight\t", "workers = 3", "them = e", "themes = none",
		"unknown line", "theme", "= theme", "theme = a = b", "pace=10 # no comment",
		"\xff\xfe = \x80", "theme ="};
	static const char *const ends[] = {"\n", "\n", "\r\n", " \n"};
	buffer_add_text(file, lines[next_random(random) % ARRAY_COUNT(lines)]);
	buffer_add_text(file, ends[next_random(random) % ARRAY_COUNT(ends)]);
}

static size_t common_start(const struct buffer *a, const struct buffer *b)
{
	size_t i = 0;
	while (i < a->length && i < b->length && a->bytes[i] == b->bytes[i])
		i++;
	return i;
}

static size_t common_end(const struct buffer *a, const struct buffer *b, size_t start)
{
	size_t i = 0;
	while (i < a->length - start && i < b->length - start &&
		a->bytes[a->length - 1 - i] == b->bytes[b->length - 1 - i])
		i++;
	return i;
}

static void count_lines(const struct buffer *file, size_t *count)
{
	*count = 0;
	for (size_t i = 0; i < file->length; i++)
		*count += file->bytes[i] == '\n';
}

static void every_other_byte_of_any_file_stays(void **state)
{
	(void)state;
	uint32_t random = 20261126;
	for (int round = 0; round < 3000; round++) {
		struct buffer file = {0}, made = {0}, again = {0};
		struct error err;
		for (uint32_t lines = next_random(&random) % 8; lines > 0; lines--)
			add_random_line(&random, &file);
		if (file.length > 0 && next_random(&random) % 4 == 0)
			file.bytes[--file.length] = '\0';
		assert_true(config_edit(&file, "theme", "QQQ", &made, &err));
		/* outside one stretch nothing differs, and that stretch lies in one line */
		size_t start = common_start(&file, &made), end = common_end(&file, &made, start);
		const char *old = buffer_text(&file) + start;
		size_t old_length = file.length - start - end;
		assert_null(memchr(old, '\n', old_length));
		assert_non_null(strstr(buffer_text(&made), "QQQ"));
		size_t lines_before, lines_after;
		count_lines(&file, &lines_before);
		count_lines(&made, &lines_after);
		if (old_length > 0)
			assert_int_equal(lines_before, lines_after);
		/* the same once more changes nothing: it was found where it was put */
		assert_true(config_edit(&made, "theme", "QQQ", &again, &err));
		assert_string_equal(buffer_text(&again), buffer_text(&made));
		buffer_release(&file);
		buffer_release(&made);
		buffer_release(&again);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_value_alone_is_replaced),
		cmocka_unit_test(of_several_lines_the_last_one_counts_as_when_it_is_read),
		cmocka_unit_test(a_line_that_is_not_there_is_added_at_the_end),
		cmocka_unit_test(what_a_line_cannot_hold_is_refused),
		cmocka_unit_test(a_file_gets_no_larger_than_one_that_is_read),
		cmocka_unit_test(every_other_byte_of_any_file_stays),
	};
	return RUN(tests);
}

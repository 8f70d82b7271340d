/*
 * What the reader remembers, skips and guesses by literals must change nothing: here it reads
 * beside a reader that tries every pattern on every line and remembers none.
 */
#include "core/jobs/log_digits.h"
#include "core/jobs/log_rules_parts.h"
#include "core/jobs/log_reader.h"

#include "tests/support/fact_text.h"
#include "tests/support/seed.h"
#include "tests/test.h"

#define ROUNDS	       60
#define MEMO_LINES     2500 /* more than a matcher wants to see before it remembers */
#define LINE_PIECES    900  /* bytes given at once: most lines whole, some in two */
#define MUTATION_KINDS 5

static struct log_rules *rules;
static struct log_matcher *quick, *thorough;

static void make_matchers(void)
{
	quick = log_matcher_new(rules);
	thorough = log_matcher_new(rules);
	log_matcher_be_thorough(thorough);
	struct log_hit hits[LOG_HITS_MAX];
	for (int i = 0; i < MEMO_LINES; i++)
		log_matcher_match(quick, "", 0, LOG_SCOPE_BARE, hits);
}

static int set_up(void **state)
{
	(void)state;
	srand(seed_of_tests());
	rules = log_rules_new();
	make_matchers();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	log_matcher_free(quick);
	log_matcher_free(thorough);
	log_rules_free(rules);
	return 0;
}

static void take_fact(void *context, const struct log_fact *fact)
{
	buffer_add_format(context, "%lld %lld %d %d ", (long long)fact->offset,
		(long long)fact->at_ms, (int)fact->kind, (int)fact->severity);
	fact_text_add(context, fact);
}

static void take_line(void *context, const struct log_line *line)
{
	buffer_add_format(context, "%c%d%d %zu %s ", log_severity_letter(line->severity),
		line->is_continuation, line->is_hidden, line->message_start,
		line->rule == NULL ? "-" : line->rule->id);
	buffer_add(context, line->line->text, line->line->length);
	buffer_add_char(context, '\n');
}

static struct buffer read_all(struct log_matcher *matcher, const struct buffer *log)
{
	struct buffer heard = {0};
	struct log_listener listener = {&heard, take_fact, take_line};
	struct log_reader *reader = log_reader_new_with(matcher, &listener);
	for (size_t at = 0; at < log->length; at += LINE_PIECES)
		log_reader_add(reader, log->bytes + at,
			log->length - at < LINE_PIECES ? log->length - at : LINE_PIECES);
	log_reader_end(reader);
	log_reader_free(reader);
	return heard;
}

static void assert_same(const struct buffer *log)
{
	struct buffer one = read_all(quick, log), all = read_all(thorough, log);
	char *left = one.bytes, *right = all.bytes;
	while (left != NULL && right != NULL) {
		const char *quickly = strsep(&left, "\n");
		assert_string_equal(quickly, strsep(&right, "\n"));
	}
	assert_true(left == NULL && right == NULL);
	buffer_release(&one);
	buffer_release(&all);
}

/* Each sample of a rule as a record of each kind, and bare. */
static struct buffer rule_samples(void)
{
	static const char *const prefixes[] = {"",
		"INFO:__main__:", "INFO:a.b:", "WARNING:a.b:", "2025-12-03 21:22:07,114 - INFO - ",
		"2025-12-03 21:22:07,114 - a.b - ERROR - "};
	struct buffer file = log_sample("rule_samples.txt"), made = {0};
	char *rest = file.bytes;
	for (char *line; (line = strsep(&rest, "\n")) != NULL && line[0] != '\0';)
		for (size_t i = 0; i < ARRAY_COUNT(prefixes); i++)
			buffer_add_format(&made, "%s%s\n", prefixes[i], strchr(line, '\t') + 1);
	buffer_release(&file);
	return made;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static size_t any_place(const struct buffer *log)
{
	return (size_t)rand() % log->length;
}

static void change_digits(struct buffer *log)
{
	int one_in = 1 + rand() % 20;
	for (size_t i = 0; i < log->length; i++)
		if (is_digit(log->bytes[i]) && rand() % one_in == 0)
			log->bytes[i] = (char)('0' + rand() % 10);
}

static void change_bytes(struct buffer *log)
{
	static const char interesting[] = "0123456789\n\r\0\\:-. []()%\x1b\x80\xe2\xff";
	for (int i = 0; i < 30; i++)
		log->bytes[any_place(log)] =
			interesting[(size_t)rand() % (sizeof(interesting) - 1)];
}

static void drop_newlines(struct buffer *log)
{
	for (int i = 0; i < 10; i++) {
		size_t place = any_place(log);
		char *newline = memchr(log->bytes + place, '\n', log->length - place);
		if (newline != NULL)
			*newline = ' ';
	}
}

/* The end of a line stands before the start of another. */
static void move_text(struct buffer *log)
{
	for (int i = 0; i < 10; i++) {
		size_t from = any_place(log), to = any_place(log), length = (size_t)rand() % 200;
		size_t behind = from > to ? from : to;
		if (length > log->length - behind)
			length = log->length - behind;
		memmove(log->bytes + to, log->bytes + from, length);
	}
}

static void mutate(struct buffer *log)
{
	static void (*const kinds[])(struct buffer * log) = {
		change_digits, change_digits, change_bytes, drop_newlines, move_text};
	_Static_assert(ARRAY_COUNT(kinds) == MUTATION_KINDS, "all are used");
	for (int times = 1 + rand() % 2; times > 0; times--)
		kinds[rand() % MUTATION_KINDS](log);
}

static void assert_same_mutated(struct buffer *log)
{
	assert_same(log);
	for (int round = 0; round < ROUNDS; round++) {
		struct buffer copy = {0};
		buffer_add(&copy, log->bytes, log->length);
		mutate(&copy);
		assert_same(&copy);
		buffer_release(&copy);
	}
	assert_same(log);
	buffer_release(log);
}

static void shortcuts_change_no_fact_of_the_samples(void **state)
{
	(void)state;
	static const char *const names[] = {"upgc.log", "utgc.log", "pcf.log", "psza.log",
		"mlfs_cut.log", "parallel.log", "refused.log", "interrupted.log", "samples.log"};
	for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
		struct buffer log = log_sample(names[i]);
		assert_same_mutated(&log);
	}
}

static void shortcuts_change_no_fact_of_any_rule(void **state)
{
	(void)state;
	struct buffer log = rule_samples();
	assert_true(log.length > 50000);
	assert_same_mutated(&log);
}

static void shortcuts_change_no_fact_of_an_ugly_log(void **state)
{
	(void)state;
	struct buffer log = log_sample("ugly.log");
	assert_same_mutated(&log);
}

/* A user may name digits, in ways that are understood and in ways that are not. */
static void rules_that_name_digits_are_obeyed_to_the_digit(void **state)
{
	(void)state;
	static const char mine[] = "U1\tany\tE\tcause\tSEVEN\ttext=0\t^batch 7 of\t-\n"
				   "U2\tany\tW\t-\t-\t-\t^batch ([0-9])\\1 of\t-\n"
				   "U3\tlower\tF\tcause\tODD\ttext=1\tcode ([13579])$\t-\n"
				   "U4\tmain\tI\t-\t-\t-\t^code (?!5)[0-9]\t-\n"
				   "U5\tbare\tN\t-\t-\t-\t^x{2}[^3]\t-\n"
				   "U6\tany\tN\t-\t-\t-\t^\\x34\t-\n"
				   "U7\tany\tP\t-\t-\t-\t^(?>4|44)4\t-\n"
				   "U8\tany\tE\tcause\tMINE\ttext=1\t^why: (.*)$\t-\n";
	static const char *const before[] = {"batch ", "code ", "xx", "", "batch: "};
	static const char *const prefixes[] = {"", "INFO:__main__:", "ERROR:a:"};
	struct buffer log = {0};
	log_rules_add(rules, mine, strlen(mine), "mine");
	assert_int_equal(log_rules_problem_count(rules), 0);
	log_matcher_free(quick);
	log_matcher_free(thorough);
	make_matchers();
	for (int i = 0; i < 500 * (int)(ARRAY_COUNT(before) * ARRAY_COUNT(prefixes)); i++)
		buffer_add_format(&log, "%s%s%d%s\n", prefixes[rand() % 3], before[rand() % 5],
			rand() % 500, rand() % 3 == 0 ? " of 9" : "");
	/* Categories of causes name digits too: 404 is one. */
	for (int i = 0; i < 100; i++)
		buffer_add_format(&log,
			"INFO:__main__:Processing day 1/1: 2021-11-16\n"
			"ERROR:a:why: 40%d Not found\nINFO:__main__:  ✗ Failed: unknown\n",
			rand() % 10);
	assert_same(&log);
	buffer_release(&log);
}

static void patterns_that_tell_digits_apart_are_known(void **state)
{
	(void)state;
	static const struct {
		const char *pattern, *blurred; /* NULL: alike; "": unclear */
	} cases[] = {
		{"^Processed ([0-9]+)/([0-9]{2,}) \\d{4} (?:a|b)$", NULL},
		{"^(?i)word [^:]+[a-z_]\\.\\w*[[]?$", ""},
		{"^(?i)word [^:]+[a-z_]\\.\\w*$", NULL},
		{"^PHASE 4 of{3}", "^PHASE [0-9] of{3}"},
		{"^[1-5a]/5$", "^[1-5a0-9]/[0-9]$"},
		{"[ -~]+", NULL},
		{"[5-\xc3\xa9]+", "[5-\xc3\xa9"
				  "0-9]+"},
		{"[^0-9]x", NULL},
		{"[^3]x", ""},
		{"([0-9])\\1", ""},
		{"\\x34", ""},
		{"(?!no) 4", ""},
		{"(?!no) [0-9]", NULL},
		{"(?=4)", "(?=[0-9])"},
		{"(?<!4)x", ""},
		{"(?<=4)x", "(?<=[0-9])x"},
		{"4++", ""},
		{"(?1)([0-9])", ""},
		{"(?<n>4)", ""},
		{"(*UCP)\\d", ""},
		{"a{2x}", ""},
		{"a{x}", NULL},
		{"a{,3}", ""},
		{"[]4]", "[]40-9]"},
		{"[\\d]4", "[\\d][0-9]"},
		{"[\\--9]", ""},
	};
	struct buffer blurred = {0};
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		const char *expected = cases[i].blurred;
		enum log_digits digits = log_digits_study(cases[i].pattern, &blurred);
		if (digits != (expected == NULL	       ? DIGITS_ALIKE
				      : *expected == 0 ? DIGITS_UNCLEAR
						       : DIGITS_TOLD_APART))
			fail_msg("%s: %d", cases[i].pattern, digits);
		if (digits == DIGITS_TOLD_APART)
			assert_string_equal(buffer_text(&blurred), expected);
	}
	buffer_release(&blurred);
}

/* What makes logs of new numbers cheap: such a line is one that is known. */
static void no_rule_of_ours_for_lines_tells_digits_apart(void **state)
{
	(void)state;
	struct buffer blurred = {0};
	for (size_t i = 0; i < log_rules_count(rules); i++) {
		const struct log_rule *rule = log_rules_at(rules, i);
		if (rule->scope != LOG_SCOPE_CAUSE &&
			log_digits_study(rule->pattern, &blurred) != DIGITS_ALIKE)
			fail_msg("%s names a digit: %s", rule->id, rule->pattern);
	}
	assert_false(log_rules_tell_digits(rules, "PHASE 4", 7));
	log_rules_add(rules, "U\tany\tI\t-\t-\t-\t^PHASE 4\t-\n", 23, "mine");
	assert_true(log_rules_tell_digits(rules, "PHASE 5", 7));
	assert_false(log_rules_tell_digits(rules, "PHRASE 5", 8));
	buffer_release(&blurred);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		CASE(shortcuts_change_no_fact_of_the_samples),
		CASE(shortcuts_change_no_fact_of_any_rule),
		CASE(shortcuts_change_no_fact_of_an_ugly_log),
		CASE(rules_that_name_digits_are_obeyed_to_the_digit),
		CASE(patterns_that_tell_digits_apart_are_known),
		CASE(no_rule_of_ours_for_lines_tells_digits_apart),
	};
	return RUN(tests);
}

/* The rule table: every rule has a line it matches, users can extend it, bad patterns do no harm.
 */
#include "core/jobs/log_matcher.h"

#include "base/path.h"
#include "base/text.h"
#include "tests/test.h"

static struct log_rules *rules;
static struct log_matcher *matcher;

static int set_up(void **state)
{
	(void)state;
	rules = log_rules_new();
	matcher = log_matcher_new(rules);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	log_matcher_free(matcher);
	log_rules_free(rules);
	return 0;
}

static const struct log_rule *rule_named(const char *id, size_t *number)
{
	for (size_t i = 0; i < log_rules_count(rules); i++) {
		if (strcmp(log_rules_at(rules, i)->id, id) == 0) {
			*number = i;
			return log_rules_at(rules, i);
		}
	}
	fail_msg("no rule %s", id);
	return NULL;
}

static bool rule_matches(const struct log_rule *rule, const char *text)
{
	struct log_hit hits[LOG_HITS_MAX];
	if (rule->scope == LOG_SCOPE_CAUSE) {
		const char *word = log_matcher_category(matcher, text, strlen(text));
		return word != NULL && strcmp(word, rule->word) == 0;
	}
	unsigned scope = rule->scope;
	if ((scope & LOG_SCOPE_LOUD) != 0)
		scope = LOG_SCOPE_LOWER | LOG_SCOPE_LOUD;
	int count = log_matcher_match(matcher, text, strlen(text), scope, hits);
	for (int i = 0; i < count; i++)
		if (hits[i].rule == rule)
			return true;
	return false;
}

static void the_embedded_table_has_no_problem(void **state)
{
	(void)state;
	for (size_t i = 0; i < log_rules_problem_count(rules); i++)
		print_message("# %s\n", log_rules_problem_at(rules, i));
	assert_int_equal(log_rules_problem_count(rules), 0);
	assert_true(log_rules_count(rules) > 150);
}

static void every_rule_matches_its_sample(void **state)
{
	(void)state;
	struct buffer samples = {0};
	struct error err;
	assert_true(path_read_file("tests/data/logs/rule_samples.txt", 1 << 20, &samples, &err));
	bool has_sample[LOG_RULES_MAX] = {false};
	char *rest = samples.bytes;
	for (char *line; (line = strsep(&rest, "\n")) != NULL && line[0] != '\0';) {
		size_t number;
		char *text = strchr(line, '\t');
		assert_non_null(text);
		*text++ = '\0';
		const struct log_rule *rule = rule_named(line, &number);
		if (!rule_matches(rule, text))
			fail_msg("%s does not match: %s", line, text);
		has_sample[number] = true;
	}
	for (size_t i = 0; i < log_rules_count(rules); i++)
		if (!has_sample[i])
			fail_msg("%s has no sample", log_rules_at(rules, i)->id);
	buffer_release(&samples);
}

static const char *scope_word(unsigned scope)
{
	switch (scope) {
	case LOG_SCOPE_MAIN:
		return "main";
	case LOG_SCOPE_LOWER:
		return "lower";
	case LOG_SCOPE_BARE:
		return "bare";
	case LOG_SCOPE_MAIN | LOG_SCOPE_LOWER | LOG_SCOPE_BARE:
		return "any";
	default:
		return "loud";
	}
}

/* The same patterns behind an empty look-ahead: nothing can be known about their start. */
static struct log_rules *rules_without_literals(void)
{
	struct buffer file = {0};
	for (size_t i = 0; i < log_rules_count(rules); i++) {
		const struct log_rule *rule = log_rules_at(rules, i);
		if (rule->scope != LOG_SCOPE_CAUSE)
			buffer_add_format(&file, "%s\t%s\tI\t-\t-\t-\t(?=)(?:%s)\t-\n", rule->id,
				scope_word(rule->scope), rule->pattern);
	}
	struct log_rules *made = log_rules_new();
	log_rules_add(made, file.bytes, file.length, "slow");
	assert_int_equal(log_rules_problem_count(made), 0);
	assert_int_equal(log_rules_count(made), log_rules_count(rules));
	buffer_release(&file);
	return made;
}

static int compare_matchers(struct log_matcher *other, const char *text, unsigned scope)
{
	struct log_hit fast[LOG_HITS_MAX], slow[LOG_HITS_MAX];
	int count = log_matcher_match(other, text, strlen(text), scope, slow);
	assert_int_equal(log_matcher_match(matcher, text, strlen(text), scope, fast), count);
	for (int i = 0; i < count; i++)
		assert_int_equal(fast[i].rule_number, slow[i].rule_number);
	return count;
}

/* The literals that rules are found by must never lose a match. */
static void literals_lose_no_match(void **state)
{
	(void)state;
	struct buffer samples = {0};
	struct error err;
	int compared = 0;
	assert_true(path_read_file("tests/data/logs/rule_samples.txt", 1 << 20, &samples, &err));
	struct log_rules *others = rules_without_literals();
	struct log_matcher *other = log_matcher_new(others);
	char *rest = samples.bytes;
	for (char *line; (line = strsep(&rest, "\n")) != NULL && line[0] != '\0';) {
		const char *text = strchr(line, '\t') + 1;
		compared += compare_matchers(
			other, text, LOG_SCOPE_MAIN | LOG_SCOPE_LOWER | LOG_SCOPE_LOUD);
		compared += compare_matchers(
			other, text, LOG_SCOPE_MAIN | LOG_SCOPE_BARE | LOG_SCOPE_LOUD);
		compared += compare_matchers(other, text, LOG_SCOPE_LOWER);
	}
	assert_true(compared > 300);
	log_matcher_free(other);
	log_rules_free(others);
	buffer_release(&samples);
}

static void hits_come_in_the_order_of_the_table_with_their_captures(void **state)
{
	(void)state;
	static const char text[] = "⚠️  2021-11-19: Processing failed - Read timed out. (read)";
	struct log_hit hits[LOG_HITS_MAX];
	int count = log_matcher_match(
		matcher, text, strlen(text), LOG_SCOPE_MAIN | LOG_SCOPE_LOUD, hits);
	assert_int_equal(count, 2);
	assert_string_equal(hits[0].rule->id, "J_FAIL3");
	assert_string_equal(hits[1].rule->id, "E_RETRY");
	struct log_span span;
	assert_true(log_hit_span(&hits[0], LOG_CAPTURE_DATE, &span));
	assert_int_equal(span.length, 10);
	assert_memory_equal(text + span.start, "2021-11-19", 10);
	assert_true(log_hit_span(&hits[0], LOG_CAPTURE_TEXT, &span));
	assert_memory_equal(text + span.start, "Read timed out. (read)", span.length);
	assert_false(log_hit_span(&hits[0], LOG_CAPTURE_ROWS, &span));
}

static void of_several_groups_with_one_name_the_one_that_took_part_counts(void **state)
{
	(void)state;
	static const char text[] = "Cache calculation complete: 207 successful, 175 failed";
	struct log_hit hits[LOG_HITS_MAX];
	struct log_span span;
	assert_int_equal(log_matcher_match(matcher, text, strlen(text), LOG_SCOPE_LOWER, hits), 1);
	assert_true(log_hit_span(&hits[0], LOG_CAPTURE_OK, &span));
	assert_memory_equal(text + span.start, "207", span.length);
	assert_true(log_hit_span(&hits[0], LOG_CAPTURE_FAILED, &span));
	assert_memory_equal(text + span.start, "175", span.length);
}

static void a_verdict_of_another_logger_is_a_counter(void **state)
{
	(void)state;
	static const char text[] = "  ✗ Failed: 0 team-game records";
	struct log_hit hits[LOG_HITS_MAX];
	for (unsigned scope = LOG_SCOPE_MAIN; scope <= LOG_SCOPE_LOWER; scope++) {
		int count = log_matcher_match(matcher, text, strlen(text), scope, hits);
		for (int i = 0; i < count; i++)
			assert_int_not_equal(hits[i].rule->act, LOG_ACT_FAIL);
	}
	static const char other[] = "  ✗ Failed: Unknown";
	assert_int_equal(
		log_matcher_match(matcher, other, strlen(other), LOG_SCOPE_LOWER, hits), 0);
}

static void users_add_rules_and_replace_ours(void **state)
{
	(void)state;
	static const char mine[] =
		"# mine\r\n"
		"MY_DATE\tmain\tP\tdate_begins\t-\tdate=1\t^Day ([0-9-]{10})$\tmine\r\n"
		"\n"
		"N_SES\tany\tE\t-\t-\t-\t^AWS SES error\tnow I care\n";
	size_t before = log_rules_count(rules);
	log_rules_add(rules, mine, strlen(mine), "mine.tsv");
	assert_int_equal(log_rules_problem_count(rules), 0);
	assert_int_equal(log_rules_count(rules), before + 1);
	size_t number;
	assert_int_equal(rule_named("N_SES", &number)->severity, LOG_ERROR);
	log_matcher_free(matcher);
	matcher = log_matcher_new(rules);
	struct log_hit hits[LOG_HITS_MAX];
	assert_int_equal(log_matcher_match(matcher, "Day 2021-11-16", 14, LOG_SCOPE_MAIN, hits), 1);
	assert_int_equal(hits[0].rule->act, LOG_ACT_DATE_BEGINS);
	assert_int_equal(
		log_matcher_match(matcher, "AWS SES error x", 15, LOG_SCOPE_LOWER, hits), 1);
}

static void a_bad_line_is_reported_with_its_number_and_skipped(void **state)
{
	(void)state;
	static const struct {
		const char *line, *problem;
	} cases[] = {
		{"A\tmain\tP\t-\t-\t-\t^a(\tm", "my.tsv line 2: bad pattern at byte 3"},
		{"A\tmain\tP\t-\t-\t-\t^a", "not 8 fields"},
		{"A\tmain\tP\t-\t-\t-\t^a\tm\tmore", "not 8 fields"},
		{"A\tnowhere\tP\t-\t-\t-\t^a\tm", "unknown scope \"nowhere\""},
		{"A\tmain\tQ\t-\t-\t-\t^a\tm", "unknown severity \"Q\""},
		{"A\tmain\tP\tjump\t-\t-\t^a\tm", "unknown act \"jump\""},
		{"A\tmain\tP\t-\t-\tcolour=1\t^a\tm", "unknown capture \"colour\""},
		{"A\tmain\tP\t-\t-\tdate=2\t^(a)\tm", "there is no group 2"},
		{"A\tmain\tP\t-\t-\tdate\t^(a)\tm", "has no group"},
		{"\tmain\tP\t-\t-\t-\t^a\tm", "needs an id"},
		{"A\tmain\tP\t-\t-\t-\t^\xFF\tm", "not UTF-8"},
	};
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct log_rules *made = log_rules_new();
		size_t before = log_rules_count(made);
		char *file = memory_format(
			"# head\n%s\nGOOD\tmain\tP\t-\t-\t-\t^good$\tm\n", cases[i].line);
		log_rules_add(made, file, strlen(file), "my.tsv");
		assert_int_equal(log_rules_count(made), before + 1);
		assert_int_equal(log_rules_problem_count(made), 1);
		if (strstr(log_rules_problem_at(made, 0), cases[i].problem) == NULL)
			fail_msg("%s: %s", cases[i].line, log_rules_problem_at(made, 0));
		free(file);
		log_rules_free(made);
	}
}

static void limits_are_kept(void **state)
{
	(void)state;
	struct buffer file = {0};
	for (int i = 0; i < LOG_RULES_MAX + 100; i++)
		buffer_add_format(&file, "X%d\tmain\tP\t-\t-\t-\t^x%d$\tm\n", i, i);
	buffer_add_text(&file, "LONG\tmain\tP\t-\t-\t-\t^");
	for (int i = 0; i < LOG_RULE_LINE_BYTES_MAX; i++)
		buffer_add_char(&file, 'a');
	buffer_add_text(&file, "\tm\n");
	log_rules_add(rules, file.bytes, file.length, "big.tsv");
	assert_int_equal(log_rules_count(rules), LOG_RULES_MAX);
	assert_int_equal(log_rules_problem_count(rules), LOG_RULE_PROBLEMS_MAX);
	buffer_release(&file);
}

static void a_pattern_that_explodes_is_switched_off(void **state)
{
	(void)state;
	static const char mine[] = "SLOW\tmain\tP\t-\t-\t-\t^(a+)+$\tm\n";
	log_rules_add(rules, mine, strlen(mine), "mine.tsv");
	log_matcher_free(matcher);
	matcher = log_matcher_new(rules);
	char text[41] = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab";
	size_t number = 0;
	struct log_hit hits[LOG_HITS_MAX];
	rule_named("SLOW", &number);
	for (int i = 0; i < LOG_MATCH_FAILURES_MAX; i++) {
		assert_false(log_matcher_is_off(matcher, number));
		log_matcher_match(matcher, text, strlen(text), LOG_SCOPE_MAIN, hits);
	}
	assert_true(log_matcher_is_off(matcher, number));
	assert_int_equal(log_matcher_match(matcher, "aaaa", 4, LOG_SCOPE_MAIN, hits), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			the_embedded_table_has_no_problem, set_up, tear_down),
		cmocka_unit_test_setup_teardown(every_rule_matches_its_sample, set_up, tear_down),
		cmocka_unit_test_setup_teardown(literals_lose_no_match, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			hits_come_in_the_order_of_the_table_with_their_captures, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			of_several_groups_with_one_name_the_one_that_took_part_counts, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(
			a_verdict_of_another_logger_is_a_counter, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			users_add_rules_and_replace_ours, set_up, tear_down),
		cmocka_unit_test(a_bad_line_is_reported_with_its_number_and_skipped),
		cmocka_unit_test_setup_teardown(limits_are_kept, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_pattern_that_explodes_is_switched_off, set_up, tear_down),
	};
	return RUN(tests);
}

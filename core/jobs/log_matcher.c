#include "log_rules_parts.h"

#include "log_memo.h"

#include <stdlib.h>
#include <string.h>

#define CANDIDATES_MAX	LOG_RULES_MAX
#define MEMO_FROM_LINES 2000 /* a short log does not pay for it */
#define KINDS		(LOG_SCOPE_MAIN | LOG_SCOPE_LOWER | LOG_SCOPE_BARE)

struct log_matcher {
	const struct log_rules *rules;
	pcre2_match_data *match;
	pcre2_match_context *context;
	uint8_t *failures; /* per rule; LOG_MATCH_FAILURES_MAX: off */
	int64_t line_count;
	bool is_thorough;
	struct log_memo *memo; /* NULL in a matcher that has seen few lines */
};

struct log_matcher *log_matcher_new(const struct log_rules *rules)
{
	struct log_matcher *matcher = memory_new(sizeof(*matcher));
	matcher->rules = rules;
	matcher->match = pcre2_match_data_create(100, NULL);
	matcher->context = pcre2_match_context_create(NULL);
	if (matcher->match == NULL || matcher->context == NULL)
		memory_exhausted();
	pcre2_set_match_limit(matcher->context, LOG_MATCH_LIMIT);
	pcre2_set_depth_limit(matcher->context, LOG_MATCH_LIMIT);
	matcher->failures = memory_new_array(rules->count + 1, 1);
	return matcher;
}

void log_matcher_free(struct log_matcher *matcher)
{
	if (matcher == NULL)
		return;
	pcre2_match_data_free(matcher->match);
	pcre2_match_context_free(matcher->context);
	free(matcher->failures);
	log_memo_free(matcher->memo);
	free(matcher);
}

const struct log_rules *log_matcher_rules(const struct log_matcher *matcher)
{
	return matcher->rules;
}

struct log_memo *log_matcher_memo(struct log_matcher *matcher)
{
	if (matcher->memo == NULL && matcher->line_count >= MEMO_FROM_LINES &&
		!matcher->is_thorough)
		matcher->memo = log_memo_new(matcher->rules);
	return matcher->memo;
}

void log_matcher_be_thorough(struct log_matcher *matcher)
{
	matcher->is_thorough = true;
}

bool log_matcher_is_off(const struct log_matcher *matcher, size_t rule_number)
{
	return matcher->failures[rule_number] >= LOG_MATCH_FAILURES_MAX;
}

static bool is_match(struct log_matcher *matcher, uint16_t number, const char *text, size_t length)
{
	const struct compiled_rule *compiled = &matcher->rules->items[number];
	if (log_matcher_is_off(matcher, number))
		return false;
	/* The text was made UTF-8 by the splitter: no check per match. */
	int result = compiled->is_fast
			     ? pcre2_jit_match(compiled->code, (PCRE2_SPTR)text, length, 0, 0,
				       matcher->match, matcher->context)
			     : pcre2_match(compiled->code, (PCRE2_SPTR)text, length, 0,
				       PCRE2_NO_UTF_CHECK, matcher->match, matcher->context);
	if (result < 0 && result != PCRE2_ERROR_NOMATCH)
		matcher->failures[number]++;
	return result >= 0;
}

static void keep_captures(
	struct log_matcher *matcher, const struct compiled_rule *compiled, struct log_hit *hit)
{
	const PCRE2_SIZE *places = pcre2_get_ovector_pointer(matcher->match);
	size_t groups = pcre2_get_ovector_count(matcher->match);
	for (int i = 0; i < compiled->rule.capture_count; i++) {
		size_t group = (size_t)compiled->rule.captures[i].group;
		struct log_span *span = &hit->captures[i];
		if (group >= groups || places[group * 2] == PCRE2_UNSET ||
			places[group * 2 + 1] < places[group * 2]) {
			*span = (struct log_span){UINT32_MAX, 0};
			continue;
		}
		span->start = (uint32_t)places[group * 2];
		span->length = (uint32_t)(places[group * 2 + 1] - places[group * 2]);
	}
}

static bool try_rule(struct log_matcher *matcher, uint16_t number, const char *text, size_t length,
	struct log_hit *hit)
{
	const struct compiled_rule *compiled = &matcher->rules->items[number];
	if (compiled->is_whole && !matcher->is_thorough) {
		for (int i = 0; i < compiled->rule.capture_count; i++)
			hit->captures[i] = (struct log_span){0, (uint32_t)length};
	} else {
		if (!is_match(matcher, number, text, length))
			return false;
		keep_captures(matcher, compiled, hit);
	}
	hit->rule = &compiled->rule;
	hit->rule_number = number;
	return true;
}

static int add_candidates(const struct prefilter *prefilter, const char *text, size_t length,
	uint16_t *candidates, int count)
{
	return count +
	       prefilter_find(prefilter, text, length, candidates + count, CANDIDATES_MAX - count);
}

static int compare_numbers(const void *a, const void *b)
{
	const uint16_t *left = a, *right = b;
	return *left - *right;
}

static int all_rules(const struct log_rules *rules, uint16_t candidates[CANDIDATES_MAX])
{
	for (size_t i = 0; i < rules->count; i++)
		candidates[i] = (uint16_t)i;
	return (int)rules->count;
}

static int find_candidates(const struct log_matcher *matcher, const char *text, size_t length,
	unsigned scope, uint16_t candidates[CANDIDATES_MAX])
{
	const struct log_rules *rules = matcher->rules;
	bool is_bare = (scope & LOG_SCOPE_BARE) != 0;
	if (matcher->is_thorough)
		return all_rules(rules, candidates);
	const struct prefilter *first = is_bare ? rules->bare : rules->lines;
	int count = add_candidates(first, text, length, candidates, 0);
	if ((scope & LOG_SCOPE_LOUD) == 0 || is_bare)
		return count;
	int all = add_candidates(rules->loud, text, length, candidates, count);
	if (all > count)
		qsort(candidates, (size_t)all, sizeof(candidates[0]), compare_numbers);
	return all;
}

static bool is_in_scope(const struct log_rule *rule, unsigned scope)
{
	bool is_quiet = (rule->scope & LOG_SCOPE_LOUD) == 0;
	return (rule->scope & scope & KINDS) != 0 && (is_quiet || (scope & LOG_SCOPE_LOUD) != 0);
}

int log_matcher_match(struct log_matcher *matcher, const char *text, size_t length, unsigned scope,
	struct log_hit hits[LOG_HITS_MAX])
{
	uint16_t candidates[CANDIDATES_MAX];
	matcher->line_count++;
	int count = find_candidates(matcher, text, length, scope, candidates);
	int found = 0;
	for (int i = 0; i < count && found < LOG_HITS_MAX; i++) {
		const struct compiled_rule *compiled = &matcher->rules->items[candidates[i]];
		if (is_in_scope(&compiled->rule, scope))
			found += try_rule(matcher, candidates[i], text, length, &hits[found]);
	}
	return found;
}

static const char *find_category(struct log_matcher *matcher, const char *text, size_t length)
{
	uint16_t candidates[CANDIDATES_MAX];
	int count = matcher->is_thorough
			    ? all_rules(matcher->rules, candidates)
			    : add_candidates(matcher->rules->causes, text, length, candidates, 0);
	for (int i = 0; i < count; i++) {
		struct log_hit hit;
		const struct log_rule *rule = &matcher->rules->items[candidates[i]].rule;
		if ((rule->scope & LOG_SCOPE_CAUSE) != 0 &&
			try_rule(matcher, candidates[i], text, length, &hit))
			return hit.rule->word;
	}
	return NULL;
}

const char *log_matcher_category(struct log_matcher *matcher, const char *text, size_t length)
{
	bool is_known = false;
	if (matcher->memo == NULL)
		return find_category(matcher, text, length);
	const char **word = log_memo_category(matcher->memo, text, length, &is_known);
	if (!is_known)
		*word = find_category(matcher, text, length);
	return *word;
}

bool log_hit_span(const struct log_hit *hit, enum log_capture name, struct log_span *span)
{
	for (int i = 0; i < hit->rule->capture_count; i++) {
		if (hit->rule->captures[i].name != name || hit->captures[i].start == UINT32_MAX)
			continue;
		*span = hit->captures[i];
		return true;
	}
	return false;
}

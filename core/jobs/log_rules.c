#include "log_rules_parts.h"

#include "base/embedded.h"
#include "base/text.h"
#include "log_digits.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EMBEDDED_TABLE "core/jobs/log_rules.tsv"
#define FIELDS	       8

struct word {
	const char *text;
	int value;
};

static const struct word acts[] = {
#define X(id, word, meaning) {word, LOG_ACT_##id},
	LOG_ACT_LIST(X)
#undef X
};

static const struct word captures[] = {
#define X(id, word, holds) {word, LOG_CAPTURE_##id},
	LOG_CAPTURE_LIST(X)
#undef X
};

static const struct word scopes[] = {
	{"main", LOG_SCOPE_MAIN},
	{"lower", LOG_SCOPE_LOWER},
	{"bare", LOG_SCOPE_BARE},
	{"any", LOG_SCOPE_MAIN | LOG_SCOPE_LOWER | LOG_SCOPE_BARE},
	{"loud", LOG_SCOPE_MAIN | LOG_SCOPE_LOWER | LOG_SCOPE_BARE | LOG_SCOPE_LOUD},
	{"cause", LOG_SCOPE_CAUSE},
};

static const char severity_letters[] = {
#define X(id, letter, meaning) [LOG_##id] = letter,
	LOG_SEVERITY_LIST(X)
#undef X
};

char log_severity_letter(enum log_severity severity)
{
	return severity_letters[severity];
}

char log_severity_mark(enum log_severity severity)
{
	switch (severity) {
	case LOG_PROGRESS:
	case LOG_INFORMATION:
		return 'I';
	case LOG_NOISE:
		return 'N';
	case LOG_WATCH:
		return 'W';
	case LOG_ERROR:
	case LOG_REASON:
	case LOG_SILENT:
		return 'E';
	}
	return 'I';
}

static bool find_word(const struct word *words, size_t count, const char *text, int *value)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(words[i].text, text) == 0) {
			*value = words[i].value;
			return true;
		}
	}
	return false;
}

static bool parse_severity(const char *text, enum log_severity *severity)
{
	for (size_t i = 0; i < ARRAY_COUNT(severity_letters); i++) {
		if (text[0] == severity_letters[i] && text[1] == '\0') {
			*severity = (enum log_severity)i;
			return true;
		}
	}
	return false;
}

/* "date=4,done=2"; writes into the text. */
static bool parse_captures(char *text, struct log_rule *rule, struct error *err)
{
	if (strcmp(text, "-") == 0)
		return true;
	char *rest = text;
	for (char *item; (item = strsep(&rest, ",")) != NULL;) {
		char *equals = strchr(item, '=');
		int name;
		int64_t group;
		if (equals == NULL)
			return error_set(err, ERROR_CONFIG, "capture \"%s\" has no group", item);
		*equals = '\0';
		if (!find_word(captures, ARRAY_COUNT(captures), item, &name))
			return error_set(err, ERROR_CONFIG, "unknown capture \"%s\"", item);
		if (!text_to_integer(equals + 1, &group) || group < 0 || group > 99)
			return error_set(
				err, ERROR_CONFIG, "capture \"%s\" has no group number", item);
		if (rule->capture_count == LOG_RULE_CAPTURES_MAX)
			return error_set(
				err, ERROR_LIMIT, "more than %d captures", LOG_RULE_CAPTURES_MAX);
		rule->captures[rule->capture_count].name = (enum log_capture)name;
		rule->captures[rule->capture_count++].group = (int)group;
	}
	return true;
}

static bool compile(struct compiled_rule *compiled, struct error *err)
{
	int code;
	PCRE2_SIZE place;
	const struct log_rule *rule = &compiled->rule;
	compiled->code = pcre2_compile((PCRE2_SPTR)rule->pattern, strlen(rule->pattern),
		PCRE2_UTF | PCRE2_NEVER_BACKSLASH_C | PCRE2_DOLLAR_ENDONLY, &code, &place, NULL);
	if (compiled->code == NULL) {
		PCRE2_UCHAR why[120];
		pcre2_get_error_message(code, why, sizeof(why));
		return error_set(err, ERROR_CONFIG, "bad pattern at byte %zu: %s", place, why);
	}
	uint32_t groups = 0;
	pcre2_pattern_info(compiled->code, PCRE2_INFO_CAPTURECOUNT, &groups);
	for (int i = 0; i < rule->capture_count; i++) {
		if (rule->captures[i].group > (int)groups) {
			pcre2_code_free(compiled->code);
			return error_set(err, ERROR_CONFIG, "there is no group %d in the pattern",
				rule->captures[i].group);
		}
	}
	compiled->is_fast = pcre2_jit_compile(compiled->code, PCRE2_JIT_COMPLETE) == 0;
	return true;
}

static bool parse_fields(char *fields[FIELDS], struct log_rule *rule, struct error *err)
{
	int act, scope;
	if (!find_word(scopes, ARRAY_COUNT(scopes), fields[1], &scope))
		return error_set(err, ERROR_CONFIG, "unknown scope \"%s\"", fields[1]);
	if (!parse_severity(fields[2], &rule->severity))
		return error_set(err, ERROR_CONFIG, "unknown severity \"%s\"", fields[2]);
	if (!find_word(acts, ARRAY_COUNT(acts), fields[3], &act))
		return error_set(err, ERROR_CONFIG, "unknown act \"%s\"", fields[3]);
	rule->scope = (unsigned)scope;
	rule->act = (enum log_act)act;
	if (!parse_captures(fields[5], rule, err))
		return false;
	rule->id = fields[0];
	rule->word = strcmp(fields[4], "-") == 0 ? "" : fields[4];
	rule->pattern = fields[6];
	rule->meaning = fields[7];
	if (rule->id[0] == '\0' || rule->pattern[0] == '\0')
		return error_set(err, ERROR_CONFIG, "a rule needs an id and a pattern");
	return true;
}

static struct compiled_rule *place_for(struct log_rules *rules, const char *id)
{
	for (size_t i = 0; i < rules->count; i++)
		if (strcmp(rules->items[i].rule.id, id) == 0)
			return &rules->items[i];
	if (rules->count == LOG_RULES_MAX)
		return NULL;
	ARRAY_GROW(rules->items, rules->count, rules->capacity);
	rules->items[rules->count] = (struct compiled_rule){0};
	return &rules->items[rules->count++];
}

static bool add_line(struct log_rules *rules, const char *bytes, size_t length, struct error *err)
{
	if (length > LOG_RULE_LINE_BYTES_MAX)
		return error_set(err, ERROR_LIMIT, "longer than %d bytes", LOG_RULE_LINE_BYTES_MAX);
	if (!text_is_utf8(bytes, length) || memchr(bytes, '\0', length) != NULL)
		return error_set(err, ERROR_CONFIG, "not UTF-8");
	char *fields[FIELDS];
	char *rest = arena_copy_span(&rules->arena, bytes, length);
	int count = 0;
	while (count < FIELDS && rest != NULL)
		fields[count++] = strsep(&rest, "\t");
	if (count != FIELDS || rest != NULL)
		return error_set(err, ERROR_CONFIG, "not %d fields with tabs between", FIELDS);
	struct compiled_rule made = {0};
	if (!parse_fields(fields, &made.rule, err) || !compile(&made, err))
		return false;
	struct compiled_rule *place = place_for(rules, made.rule.id);
	if (place == NULL) {
		pcre2_code_free(made.code);
		return error_set(err, ERROR_LIMIT, "more than %d rules", LOG_RULES_MAX);
	}
	pcre2_code_free(place->code);
	*place = made;
	return true;
}

static void add_problem(
	struct log_rules *rules, const char *source, int line, const struct error *err)
{
	if (rules->problem_count == LOG_RULE_PROBLEMS_MAX)
		return;
	char text[LOG_RULE_PROBLEM_BYTES];
	snprintf(text, sizeof(text), "%s line %d: %s", source, line, err->text);
	rules->problems[rules->problem_count++] = arena_copy_text(&rules->arena, text);
}

static bool needs_only_whole(const struct log_rule *rule)
{
	for (int i = 0; i < rule->capture_count; i++)
		if (rule->captures[i].group != 0)
			return false;
	return true;
}

static void fill_prefilter(struct prefilter **prefilter, struct log_rules *rules,
	bool (*wants)(const struct log_rule *rule))
{
	prefilter_free(*prefilter);
	*prefilter = prefilter_new();
	for (size_t i = 0; i < rules->count; i++) {
		struct compiled_rule *compiled = &rules->items[i];
		if (!wants(&compiled->rule))
			continue;
		struct shape shape;
		log_prefilter_study(compiled->rule.pattern, &shape);
		compiled->is_whole = shape.is_whole && needs_only_whole(&compiled->rule);
		prefilter_add(*prefilter, (uint16_t)i, &shape);
	}
	prefilter_seal(*prefilter);
}

static bool wants_prefixed(const struct log_rule *rule)
{
	return (rule->scope & (LOG_SCOPE_MAIN | LOG_SCOPE_LOWER)) != 0 &&
	       (rule->scope & LOG_SCOPE_LOUD) == 0;
}

static bool wants_bare(const struct log_rule *rule)
{
	return (rule->scope & (LOG_SCOPE_MAIN | LOG_SCOPE_BARE)) != 0;
}

static bool wants_loud(const struct log_rule *rule)
{
	return (rule->scope & LOG_SCOPE_LOUD) != 0;
}

static bool wants_cause(const struct log_rule *rule)
{
	return (rule->scope & LOG_SCOPE_CAUSE) != 0;
}

/* Numbers of the blurred patterns are not asked for: there is one or there is none. */
static void fill_digits(struct log_rules *rules)
{
	struct buffer blurred = {0};
	prefilter_free(rules->digits);
	rules->digits = prefilter_new();
	for (size_t i = 0; i < rules->count; i++) {
		const struct log_rule *rule = &rules->items[i].rule;
		struct shape shape = {.kind = SHAPE_ANY};
		if (wants_cause(rule))
			continue;
		enum log_digits digits = log_digits_study(rule->pattern, &blurred);
		if (digits == DIGITS_TOLD_APART)
			log_prefilter_study(buffer_text(&blurred), &shape);
		if (digits != DIGITS_ALIKE)
			prefilter_add(rules->digits, (uint16_t)i, &shape);
	}
	prefilter_seal(rules->digits);
	buffer_release(&blurred);
}

bool log_rules_tell_digits(const struct log_rules *rules, const char *text, size_t length)
{
	uint16_t one;
	return prefilter_find(rules->digits, text, length, &one, 1) > 0;
}

void log_rules_add(struct log_rules *rules, const char *bytes, size_t length, const char *source)
{
	int line = 0;
	while (length > 0) {
		const char *newline = memchr(bytes, '\n', length);
		size_t run = newline != NULL ? (size_t)(newline - bytes) : length;
		size_t next = newline != NULL ? run + 1 : run;
		struct error err = {0};
		line++;
		if (run > 0 && bytes[run - 1] == '\r')
			run--;
		if (run > 0 && bytes[0] != '#' && !add_line(rules, bytes, run, &err))
			add_problem(rules, source, line, &err);
		bytes += next;
		length -= next;
	}
	fill_prefilter(&rules->lines, rules, wants_prefixed);
	fill_prefilter(&rules->bare, rules, wants_bare);
	fill_prefilter(&rules->loud, rules, wants_loud);
	fill_prefilter(&rules->causes, rules, wants_cause);
	fill_digits(rules);
}

struct log_rules *log_rules_new(void)
{
	struct log_rules *rules = memory_new(sizeof(*rules));
	size_t length;
	const char *bytes = embedded_find(EMBEDDED_TABLE, &length);
	log_rules_add(rules, bytes, bytes == NULL ? 0 : length, EMBEDDED_TABLE);
	return rules;
}

void log_rules_free(struct log_rules *rules)
{
	if (rules == NULL)
		return;
	for (size_t i = 0; i < rules->count; i++)
		pcre2_code_free(rules->items[i].code);
	free(rules->items);
	prefilter_free(rules->lines);
	prefilter_free(rules->bare);
	prefilter_free(rules->loud);
	prefilter_free(rules->causes);
	prefilter_free(rules->digits);
	arena_release(&rules->arena);
	free(rules);
}

size_t log_rules_count(const struct log_rules *rules)
{
	return rules->count;
}

const struct log_rule *log_rules_at(const struct log_rules *rules, size_t number)
{
	return &rules->items[number].rule;
}

size_t log_rules_problem_count(const struct log_rules *rules)
{
	return rules->problem_count;
}

const char *log_rules_problem_at(const struct log_rules *rules, size_t number)
{
	return rules->problems[number];
}

/* log_rules_parts: what the reader of the table and the matcher share. */
#ifndef BACKCOURT_JOBS_LOG_RULES_PARTS_H
#define BACKCOURT_JOBS_LOG_RULES_PARTS_H

#include "log_matcher.h"

#include "base/error.h"
#include "base/memory.h"
#include "log_prefilter.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

struct compiled_rule {
	struct log_rule rule; /* texts in the arena */
	pcre2_code *code;
	bool is_fast;  /* compiled to machine code */
	bool is_whole; /* its literal is enough, and only the whole match is captured */
};

struct log_rules {
	struct compiled_rule *items;
	size_t count, capacity;
	struct prefilter *lines; /* one prefilter per kind of line keeps candidates few */
	struct prefilter *bare;
	struct prefilter *loud;
	struct prefilter *causes;
	struct prefilter *digits; /* rules that tell digits apart, blurred (log_digits.h) */
	char *problems[LOG_RULE_PROBLEMS_MAX];
	size_t problem_count;
	struct arena arena;
};

/* False: the rules mean the same by every text that differs from this one in digits only. */
bool log_rules_tell_digits(const struct log_rules *rules, const char *text, size_t length);

/* For tests: nothing is remembered, and every pattern is tried on every line of its scope. */
void log_matcher_be_thorough(struct log_matcher *matcher);

#endif

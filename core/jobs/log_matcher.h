/*
 * log_matcher: a rule for lines of a log, and which rules a line matches.
 *
 * Order of calls: log_rules_new (jobs/log_rules.h), log_rules_add for more of the same form (no
 * option names such a file yet), and from then on the rules are only read. A log_matcher is the
 * working memory of one thread. All rules that match a line are found, in the order of the table;
 * the first decides its colour.
 *
 * Patterns are PCRE2 with a match limit. A pattern that does not compile, an unknown word, a line
 * that is too long: that line of the file is skipped and the problem is kept with its number. A
 * rule that exceeds the match limit LOG_MATCH_FAILURES_MAX times is off for that matcher (see
 * log_matcher_is_off).
 *
 * A rule is tried only where a literal that each of its matches must contain is found; so a pattern
 * that begins with "^" and a literal is nearly free, and one that begins with ".*" is not.
 */
#ifndef BACKCOURT_JOBS_LOG_MATCHER_H
#define BACKCOURT_JOBS_LOG_MATCHER_H

#include "jobs/log_rules.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LOG_RULES_MAX		1024
#define LOG_RULE_CAPTURES_MAX	10
#define LOG_RULE_LINE_BYTES_MAX 4096
#define LOG_RULE_PROBLEMS_MAX	64
#define LOG_RULE_PROBLEM_BYTES	200
#define LOG_HITS_MAX		8
#define LOG_MATCH_LIMIT		20000
#define LOG_MATCH_FAILURES_MAX	20

/* X(id, word, what the reader does) */
#define LOG_ACT_LIST(X)                                                                      \
	X(NOTE, "-", "nothing")                                                              \
	X(TRACEBACK, "traceback", "a traceback begins")                                      \
	X(EXCEPTION, "exception", "its last line")                                           \
	X(RUN_BEGINS, "run_begins", "a run begins, unless one has just begun")               \
	X(RANGE, "range", "first, last: what was asked for")                                 \
	X(PLAN, "plan", "dates, total: what will be tried")                                  \
	X(PARALLEL, "parallel", "dates, workers: verdicts carry their dates from here")      \
	X(MODE, "mode", "text: DRY RUN or not")                                              \
	X(RESUME, "resume", "date: the first one after the last success")                    \
	X(CHECKPOINT, "checkpoint", "path")                                                  \
	X(REFUSED, "refused", "text: why the script would not start")                        \
	X(DATE_BEGINS, "date_begins", "date")                                                \
	X(DATE_NAMED, "date_named", "date: lines of this date follow; word: the stage")      \
	X(OK, "ok", "verdict: date or the one in hand; entities, failed")                    \
	X(FAIL, "fail", "verdict: date or the one in hand; text")                            \
	X(SKIP, "skip", "verdict: date or the one in hand")                                  \
	X(DRY, "dry", "verdict: date or the one in hand; text")                              \
	X(STATUS, "status", "verdict: date, status")                                         \
	X(STAGE, "stage", "word: the stage that the date is in")                             \
	X(CALCULATE, "calculate", "total: entities to compute; word: their kind")            \
	X(PROGRESS, "progress", "done, total, entity (or word)")                             \
	X(BATCH, "batch", "done, total: this load of several begins")                        \
	X(ENTITIES, "entities", "ok, failed: entities computed")                             \
	X(WINDOW, "window", "the delete-load window opens")                                  \
	X(LOAD, "load", "rows are in the table; the window closes")                          \
	X(LOAD_BATCH, "load_batch", "rows of one batch; the last one closes the window")     \
	X(WRITE, "write", "done, total: all batches are through")                            \
	X(NO_DATA, "no_data", "text: why there are no rows")                                 \
	X(CAUSE, "cause", "text: a reason, should the date fail; word: its category")        \
	X(CHECK_FAILED, "check_failed", "table, text: explains a missing dependency")        \
	X(SAVE_FAILED, "save_failed", "text: a success that follows is none")                \
	X(PARTIAL, "partial", "text: rows are missing, whatever follows")                    \
	X(DOUBT, "doubt", "text: rows are there but not to be trusted")                      \
	X(FAILURES, "failures", "status, done: entities by category; word: expected or not") \
	X(RUN_STARTED, "run_started", "stamp, time: local start of the date")                \
	X(RECORDED, "recorded", "status, seconds: how the processor ended")                  \
	X(SUMMARY, "summary", "ok, skipped, failed: the run came to its end")                \
	X(COUNTS, "counts", "ok, skipped, failed: of the summary")                           \
	X(FAILED_DATES, "failed_dates", "text: dates in it failed")

enum log_act {
#define X(id, word, meaning) LOG_ACT_##id,
	LOG_ACT_LIST(X)
#undef X
};

/* X(id, word, what it holds) */
#define LOG_CAPTURE_LIST(X)                           \
	X(DATE, "date", "YYYY-MM-DD")                 \
	X(FIRST, "first", "YYYY-MM-DD")               \
	X(LAST, "last", "YYYY-MM-DD")                 \
	X(DATES, "dates", "number of dates")          \
	X(DONE, "done", "number")                     \
	X(TOTAL, "total", "number")                   \
	X(WORKERS, "workers", "number of threads")    \
	X(ROWS, "rows", "number of rows")             \
	X(OK, "ok", "number")                         \
	X(FAILED, "failed", "number")                 \
	X(SKIPPED, "skipped", "number")               \
	X(ENTITIES, "entities", "number of entities") \
	X(ENTITY, "entity", "player or team")         \
	X(TEXT, "text", "a reason, a list, a mode")   \
	X(PATH, "path", "of a file")                  \
	X(TABLE, "table", "dataset.table")            \
	X(STATUS, "status", "a word")                 \
	X(SECONDS, "seconds", "36.8")                 \
	X(STAMP, "stamp", "YYYYMMDD")                 \
	X(TIME, "time", "HHMMSS")

enum log_capture {
#define X(id, word, holds) LOG_CAPTURE_##id,
	LOG_CAPTURE_LIST(X)
#undef X
};

/* Which lines a rule is tried on: bits of a line and of a rule. */
enum log_scope {
	LOG_SCOPE_MAIN = 1,  /* logger __main__ */
	LOG_SCOPE_LOWER = 2, /* any other logger */
	LOG_SCOPE_BARE = 4,  /* no prefix */
	LOG_SCOPE_LOUD = 8,  /* rule: only WARNING or above, or bare; line: it is */
	LOG_SCOPE_CAUSE = 16,
};

struct log_rule {
	const char *id;
	const char *pattern;
	const char *word; /* "" = none */
	const char *meaning;
	enum log_act act;
	enum log_severity severity;
	unsigned scope;
	int capture_count;
	struct {
		enum log_capture name;
		int group;
	} captures[LOG_RULE_CAPTURES_MAX];
};

/* More rules; one with the id of an earlier rule takes its place. `source` names the
 * file in problems. */
void log_rules_add(struct log_rules *rules, const char *bytes, size_t length, const char *source);

size_t log_rules_count(const struct log_rules *rules);
const struct log_rule *log_rules_at(const struct log_rules *rules, size_t number);
/* "my.tsv line 3: ...": what was skipped. */
size_t log_rules_problem_count(const struct log_rules *rules);
const char *log_rules_problem_at(const struct log_rules *rules, size_t number);

struct log_span {
	uint32_t start; /* within the subject */
	uint32_t length;
};

struct log_hit {
	const struct log_rule *rule;
	uint32_t rule_number;
	struct log_span captures[LOG_RULE_CAPTURES_MAX]; /* start UINT32_MAX: took no part */
};

struct log_matcher;

/* The rules must outlive it. */
struct log_matcher *log_matcher_new(const struct log_rules *rules);
void log_matcher_free(struct log_matcher *matcher);
const struct log_rules *log_matcher_rules(const struct log_matcher *matcher);

/* `text` is valid UTF-8 (line_splitter.h sees to that); `scope` holds the bits of the line. Returns
 * how many hits there are. */
int log_matcher_match(struct log_matcher *matcher, const char *text, size_t length, unsigned scope,
	struct log_hit hits[LOG_HITS_MAX]);
/* The word of the first rule of scope cause that matches, or NULL. */
const char *log_matcher_category(struct log_matcher *matcher, const char *text, size_t length);
bool log_matcher_is_off(const struct log_matcher *matcher, size_t rule_number);

/* The captured text (not NUL-terminated), or false when it took no part. */
bool log_hit_span(const struct log_hit *hit, enum log_capture name, struct log_span *span);

#endif

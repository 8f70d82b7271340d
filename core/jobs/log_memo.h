/*
 * log_memo: remembers what lines mean, because a log says the same thing over and over.
 *
 * What a line matches depends on nothing but its text (and, without a prefix, on the scope of the
 * record that it continues), so the answer for one that was seen before need not be found again.
 * Lines that differ only in their digits are one line here, with its captures at the same places:
 * no rule of ours tells one digit from another. Where a rule that does might match, the digits
 * count too (log_rules_tell_digits).
 *
 * A place is one cache line and holds no text: a line is known by 128 bits of a digest with the
 * seed of this process. Of the lines that want the same two places those that were asked for since
 * keep them. 1 MiB; one thread at a time.
 */
#ifndef BACKCOURT_JOBS_LOG_MEMO_H
#define BACKCOURT_JOBS_LOG_MEMO_H

#include "log_matcher.h"
#include "log_prefix.h"

#define LOG_MEMO_PLACES	    16384
#define LOG_MEMO_TEXT_BYTES 250 /* longer lines are not remembered */
#define LOG_MEMO_HITS	    2	/* nor those with more */
#define LOG_MEMO_CAPTURES   6	/* nor those with a rule that captures more */
#define LOG_MEMO_CATEGORIES 256

/* What a line means: that of a record, or of one without a prefix (LOG_SCOPE_BARE). */
struct log_meaning {
	size_t message_start;
	unsigned scope;
	enum log_level level;
	bool is_timed; /* it begins with its time */
	int hit_count;
	struct log_hit hits[LOG_HITS_MAX];
};

struct log_memo;

/* Where a line would be remembered. */
struct memo_key {
	uint64_t digest[2];
	const char *text; /* the line itself, lent */
	size_t length;
	bool is_short; /* else it is not remembered, and the digest is none */
};

struct log_memo *log_memo_new(const struct log_rules *rules);
void log_memo_free(struct log_memo *memo);
/* Also asks for the memory of the place: it is there when log_memo_find comes a little later. */
struct memo_key log_memo_key(const struct log_memo *memo, const char *text, size_t length);
/* `bare_scope`: that of the line, should it have no prefix. */
bool log_memo_find(struct log_memo *memo, const struct memo_key *key, unsigned bare_scope,
	struct log_meaning *meaning);
void log_memo_keep(
	struct log_memo *memo, const struct memo_key *key, const struct log_meaning *meaning);

/* Where the word of the category of a cause is remembered; *is_known: it was put there before, for
 * the same text to the digit. Else the caller puts it there, or NULL. */
const char **log_memo_category(
	struct log_memo *memo, const char *text, size_t length, bool *is_known);

/* That of a matcher; NULL as long as it has seen few lines. */
struct log_memo *log_matcher_memo(struct log_matcher *matcher);

#endif

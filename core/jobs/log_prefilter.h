/*
 * log_prefilter: which rules could match a line, found by literals that they must contain.
 *
 * log_prefilter_study looks at a pattern once and says what every match has: one of a few texts at
 * its start, one of them behind a word and ": ", or one of them anywhere. What it does not
 * understand it calls SHAPE_ANY, which is always tried; so it may be simple.
 */
#ifndef BACKCOURT_JOBS_LOG_PREFILTER_H
#define BACKCOURT_JOBS_LOG_PREFILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SHAPE_LITERALS_MAX	24
#define SHAPE_LITERAL_BYTES_MAX 64

enum shape_kind {
	SHAPE_ANY,
	SHAPE_START,  /* begins with one of the literals */
	SHAPE_WORD,   /* a word of [A-Za-z0-9_.-], ":", then one of the literals */
	SHAPE_INSIDE, /* one of the literals is in it */
};

struct shape {
	enum shape_kind kind;
	/* START only: a line that begins with a literal matches as a whole, groups aside. */
	bool is_whole;
	int literal_count;
	struct shape_literal {
		char text[SHAPE_LITERAL_BYTES_MAX];
		size_t length;
	} literals[SHAPE_LITERALS_MAX];
};

void log_prefilter_study(const char *pattern, struct shape *shape);

struct prefilter;

struct prefilter *prefilter_new(void);
void prefilter_free(struct prefilter *prefilter);
/* Rules are added in their order and sealed once. */
void prefilter_add(struct prefilter *prefilter, uint16_t rule, const struct shape *shape);
void prefilter_seal(struct prefilter *prefilter);
/* Rules that may match, ascending, each once; at most `room` of them. */
int prefilter_find(const struct prefilter *prefilter, const char *text, size_t length,
	uint16_t *rules, int room);

#endif

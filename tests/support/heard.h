/*
 * heard: what a reader of logs has said of a text: its facts and its lines.
 */
#ifndef BACKCOURT_TESTS_HEARD_H
#define BACKCOURT_TESTS_HEARD_H

#include "tests/support/fact_text.h"

struct heard {
	struct buffer facts;
	struct buffer lines;				       /* "E+ TB_END text" */
	bool wants_offsets;				       /* before each fact */
	int64_t ended_offset, began_offset, at_ms, started_ms; /* of the newest date that ended */
	int line_count, hidden_count;
};

/* Of a cmocka test: the rules that every reader of it goes by. */
extern struct log_rules *heard_rules;
int heard_set_up(void **state);
int heard_tear_down(void **state);
#define HEARD(test) cmocka_unit_test_setup_teardown(test, heard_set_up, heard_tear_down)

/* All of a text, or of a sample (fact_text.h), with its end. */
struct heard heard_text(const char *text);
struct heard heard_file(const char *name);
void heard_release(struct heard *heard);
/* A reader that tells `heard`; and what it tells it by, for other readers. */
struct log_reader *heard_reader(struct heard *heard);
void heard_take_fact(void *context, const struct log_fact *fact);
void heard_take_line(void *context, const struct log_line *line);

/* Words that end with NULL: ends, problems, refusals; and every fact. */
extern const char *const heard_ends[];
extern const char *const heard_everything[];
/* The facts that begin with one of the words, in their order, are those; releases it. */
void heard_assert_facts(struct heard *heard, const char *const *words, const char *expected);
/* What the text ends, one fact a line. */
void heard_assert_ends(const char *text, const char *expected);

#endif

/*
 * verb: runs a verb of the program and looks at what it says.
 */
#ifndef BACKCOURT_TESTS_VERB_H
#define BACKCOURT_TESTS_VERB_H

#include <jansson.h>

/* Runs it; the test fails, and shows what was said, when it ends with another status. Free the
 * answer. The arguments end with NULL. */
char *verb_output(const char *home, int status, const char *const *arguments);
/* The JSON that a verb printed; frees the text. */
json_t *verb_parse(char *text);
/* The member `name` of an object as text; fails when it is none. */
const char *verb_text(const json_t *object, const char *name);
/* The object of a list whose "table" is that one, or NULL. */
json_t *verb_table(const json_t *list, const char *table);

/* A file of counts as after the hand-off of 2025-12-03, below `home`: upcoming_player_game_context
 * ends on 2021-11-16, the other upstreams are complete to 11-30. Free the path. */
char *verb_write_hand_off(const char *home);
/* The users' pipeline without what the scripts demand of their upstreams' row counts. */
char *verb_write_pipeline(const char *home);

#define VERB_OUTPUT(home, status, ...) \
	verb_output(home, status, (const char *const[]){__VA_ARGS__, NULL})
#define VERB_EXPECT(home, status, ...) free(VERB_OUTPUT(home, status, __VA_ARGS__))

#endif

/*
 * scenes: situations by name, staged from events, for golden pictures, for the test that paints
 * everything at every size, for the benchmark and for people (tests/screens/preview.c).
 */
#ifndef BACKCOURT_TESTS_SCENES_H
#define BACKCOURT_TESTS_SCENES_H

#include "tests/screens/support/stage.h"

struct scene_row {
	const char *name;
	struct stage *(*set)(void);
};

extern const struct scene_row scenes[];
extern const size_t scene_count;

/* A new stage with that situation; NULL when no scene is called so. Free it. */
struct stage *scene_set(const char *name);

/* Minutes for a date, and they scatter: hours to go. One table has worked in earlier runs only. */
void scene_make_long(struct stage *stage);

#endif

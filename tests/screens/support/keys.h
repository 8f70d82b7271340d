/* keys: what an operator does on a stage, key by key, as the console would carry it out. */
#ifndef BACKCOURT_TESTS_KEYS_H
#define BACKCOURT_TESTS_KEYS_H

#include "tests/screens/support/stage.h"
#include "tui/controller.h"

/* Presses a key by its name ("s", "^R", "Esc"), applies what it changes, returns what it wishes
 * for. A name that is no key fails the test. */
struct wish press(struct stage *stage, const char *key);
void press_all(struct stage *stage, const char *const *keys); /* up to NULL */
/* Types into a dialog; no letter may wish for anything. */
void type(struct stage *stage, const char *text);
/* A scene (scenes.h) in which a key has opened a view. */
struct stage *scene_at(const char *scene, const char *key, enum view_id view);
/* In the middle of a run, 120 columns x 40 rows. */
struct stage *stage_middle(void);

#endif

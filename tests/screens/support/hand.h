/*
 * hand: an operator's hand on the mouse, over a staged console: it sees the frame that was painted
 * last, with its spots, and presses what it sees.
 *
 * Order of calls: hand_on, then any of the others, then hand_let_go.
 */
#ifndef BACKCOURT_TESTS_HAND_H
#define BACKCOURT_TESTS_HAND_H

#include "tests/screens/support/stage.h"
#include "tui/controller.h"
#include "tui/mouse.h"

struct hand {
	struct stage *stage;
	struct spots *spots;
	struct mouse_presses presses;
	int64_t now_ms;
	enum wish_kind wish; /* of the newest press */
};

/* Takes the stage over. */
struct hand hand_on(struct stage *stage);
void hand_let_go(struct hand *hand);
/* Sees the frame as it is now. */
void hand_look(struct hand *hand);
/* Uses the mouse at a place of the screen, and looks. */
void hand_use(struct hand *hand, enum mouse_kind kind, int x, int y);
/* The same without a new look: as if the frame had not come yet. */
void hand_use_blindly(struct hand *hand, enum mouse_kind kind, int x, int y);
/* A press that is no second one of a double one; and a double one. */
void hand_click(struct hand *hand, int x, int y);
void hand_click_twice(struct hand *hand, int x, int y);
/* Where the text stands on the screen, counted in columns: what is before it is ASCII or one wide.
 * The test fails when it stands nowhere. */
void hand_find(struct hand *hand, const char *text, int *x, int *y);
void hand_click_on(struct hand *hand, const char *text);
/* The number of a table by its name. */
size_t hand_table(const struct hand *hand, const char *name);

#endif

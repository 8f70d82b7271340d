/*
 * spots: what on a painted frame can be pointed at.
 *
 * Painting a frame fills them, so that a click means what was seen when it was made, whatever came
 * in between. Where spots lie over each other the one that was added last counts. Pure; UI thread.
 */
#ifndef BACKCOURT_TUI_SPOTS_H
#define BACKCOURT_TUI_SPOTS_H

#include "model/model.h"
#include "tui/canvas.h"
#include "tui/keymap.h"

#define SPOTS_MAX 1024 /* of a frame; what is painted behind them cannot be pointed at */

enum spot_kind {
	SPOT_NOTHING, /* hides what lies under it */
	SPOT_KEY,     /* does what `input` does */
	SPOT_CELLS,   /* a table, and where `dates` says so its dates */
	SPOT_ROW,     /* number `row` of the list at hand */
	SPOT_HEADING, /* sorts the list by column `row` (of its enum) */
	SPOT_WHEEL,   /* where the wheel does something */
};

/* Which date is where: units of the zoom from `first` on, `each` columns wide; 0: no dates. */
struct spot_dates {
	enum zoom zoom;
	int32_t first;
	int each;
	int offset; /* days behind the first of the unit */
	struct date_range range;
};

/* What the wheel does, `times` times a notch; ACTION_NONE: nothing. */
struct spot_wheel {
	enum action up, down, left, right;
	int times;
	bool is_lower; /* the lower one of two lists */
};

struct spot {
	struct rect rect;
	enum spot_kind kind;
	input_t input;
	size_t table; /* its index */
	struct spot_dates dates;
	size_t row;
	struct spot_wheel wheel;
};

struct spots {
	enum view_id view; /* of the frame, as the next */
	enum dialog_id dialog;
	size_t count;
	struct spot items[SPOTS_MAX];
};

/* Adds the spot as far as it lies within the clip; nothing where there is nobody who asks (NULL),
 * or no room. */
void spots_add(struct spots *spots, struct rect clip, struct spot spot);
/* The spot that a click there means, or (`wheel`) the wheel; NULL when there is none. */
const struct spot *spots_at(const struct spots *spots, int x, int y, bool wheel);
/* The date of that column; DATE_NONE where there is none. */
date_t spot_date(const struct spot *spot, int x);

#endif

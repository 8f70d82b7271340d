/*
 * mouse: what a terminal says of its mouse, and what a click on a frame means.
 *
 * Reports have the SGR form of xterm (mode 1006, control sequences "Mouse Tracking"):
 * ESC [ < BUTTON ; COLUMN ; ROW and M (pressed) or m (let go), columns and rows from 1 on, in any
 * number of reads. Numbers may be absurd: what lies beyond the screen hits nothing. Pure but for
 * what the caller keeps in the two structs; UI thread.
 */
#ifndef BACKCOURT_TUI_MOUSE_H
#define BACKCOURT_TUI_MOUSE_H

#include "tui/spots.h"

#define MOUSE_REPORT_BEGIN "\033[<"
#define MOUSE_ON	   "\033[?1000h\033[?1006h"
#define MOUSE_OFF	   "\033[?1006l\033[?1000l"
#define MOUSE_NUMBER_MAX   65535 /* larger ones are as large as that */
#define MOUSE_DOUBLE_MS	   400

enum mouse_kind {
	MOUSE_NONE, /* let go, moved, another button */
	MOUSE_PRESS,
	MOUSE_WHEEL_UP,
	MOUSE_WHEEL_DOWN,
	MOUSE_WHEEL_LEFT,
	MOUSE_WHEEL_RIGHT,
};

struct mouse_event {
	enum mouse_kind kind;
	int x, y; /* from 0 on; -1 for a column or row 0 */
};

/* A report that is being read: all zero before it. */
struct mouse_report {
	int numbers[3];
	int number; /* which one; more than there are when there are too many */
	bool is_bad;
};

enum mouse_progress {
	MOUSE_GOES_ON,	/* and took the byte */
	MOUSE_IS_WHOLE, /* it was the last one: mouse_read_event */
	MOUSE_IS_BROKEN /* the input is none of the report's: a key of its own */
};

/* The next input behind MOUSE_REPORT_BEGIN. */
enum mouse_progress mouse_read(struct mouse_report *report, input_t input);
/* MOUSE_NONE for a report that is nonsense. `last`: the input that ended it. */
struct mouse_event mouse_read_event(const struct mouse_report *report, input_t last);

/* Reports among keys, in any number of reads: all zero at first. */
struct mouse_reader {
	bool is_in_report;
	struct mouse_report report;
	struct mouse_event event; /* of the newest input; MOUSE_NONE: it ended none */
};

/* True when the input was part of a report, else it is a key of its own. `begins`: it stands for
 * MOUSE_REPORT_BEGIN. */
bool mouse_take(struct mouse_reader *reader, bool begins, input_t input);

/* What was pressed last, for double clicks: all zero at first. */
struct mouse_presses {
	bool is_armed; /* on a spot of a list */
	int x, y;
	int64_t at_ms;
};

/* What was pointed at on a frame. */
struct pointing {
	const struct spots *spots;
	struct mouse_event event;
	const struct spot *spot; /* NULL: nothing */
	bool is_double;
};

/* `now_ms` is monotonic. A second press in the same place soon after the first, on a list, is a
 * double one; a third begins anew. */
struct pointing mouse_point(struct mouse_presses *presses, const struct spots *spots,
	struct mouse_event event, int64_t now_ms);

#endif

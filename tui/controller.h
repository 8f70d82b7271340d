/*
 * controller: what a key means now. Pure: the model and a key in; events for the model and a wish
 * for the engine or the terminal out. The console carries the wishes out.
 */
#ifndef BACKCOURT_TUI_CONTROLLER_H
#define BACKCOURT_TUI_CONTROLLER_H

#include "model/model.h"
#include "tui/keymap.h"
#include "tui/mouse.h"

#define CONTROLLER_EVENTS_MAX 6

enum wish_kind {
	WISH_NONE,
	WISH_START, /* the gaps of `table`, or of its one `date` */
	WISH_START_ALL,
	WISH_MARKED,	/* the gaps among the marked cells */
	WISH_PLAN,	/* every date of every step of model_plan */
	WISH_SAVE_PLAN, /* model_plan, to the file `text` */
	WISH_RETRY,
	WISH_STOP,
	WISH_KILL,
	WISH_STOP_OUTSIDE, /* `number` is the process that was shown, as of the next */
	WISH_KILL_OUTSIDE,
	WISH_LOG_OF_DATE, /* what the script wrote about `date` */
	WISH_ADOPT,	  /* looks for jobs that were started by hand */
	WISH_FREEZE,	  /* `flag`: freeze its script, else wake it */
	WISH_PAUSE,	  /* `flag`: pause, else go on */
	WISH_PAUSE_ALL,	  /* `flag` */
	WISH_WORKERS,	  /* `number` more than there are */
	WISH_AUTO_LAUNCH, /* `flag` */
	WISH_REFRESH,	  /* counts the tables */
	WISH_ROWS,	  /* `flag`: of the cell that the model shows, else of none */
	WISH_HEALTH,	  /* looks at the tables themselves */
	WISH_REPAIR,	  /* the finding under the cursor */
	WISH_EXCUSE,	  /* the marked cells, else the cell of the cursor; `text` is the reason */
	WISH_RANGE,	  /* `range` */
	WISH_IMPORT_SAMPLE,
	WISH_PACE,   /* `flag`: slow enough to watch */
	WISH_LEAVE,  /* `flag`: at once, else after the dates in hand */
	WISH_DETACH, /* leave; the work goes on in the background */
	WISH_RESUME, /* `flag`: go on with what a dead run in the background left */
	WISH_THEME,
	WISH_SETTING,	    /* row `number` of the settings becomes `text` */
	WISH_WRITE_SETTING, /* row `number`, to the file */
	WISH_COPY,
	WISH_READ_LOG, /* in a pager; `flag`: in an editor */
	WISH_HANDOFF,  /* written to a file */
	WISH_REDRAW,
	WISH_SUSPEND,
};

struct wish {
	enum wish_kind kind;
	size_t table;
	date_t date;
	int number;
	bool flag;
	struct date_range range;
	char text[MODEL_TYPED_BYTES];
	bool is_confirmed; /* the launch dialog has shown it */
};

struct controller_answer {
	struct event events[CONTROLLER_EVENTS_MAX]; /* the caller applies and releases them */
	int event_count;
	struct wish wish;
};

/* `now_ms` goes into the events. */
void controller_key(const struct model *model, const struct keymap *keymap, input_t input,
	int64_t now_ms, struct controller_answer *answer);
/* The same of the mouse. What was pointed at on a frame of another view or dialog is gone: nothing.
 */
void controller_mouse(const struct model *model, const struct keymap *keymap,
	const struct pointing *pointing, int64_t now_ms, struct controller_answer *answer);
/* As if the action's key had been pressed in the view at hand (signals use it). */
void controller_action(const struct model *model, enum action action, int64_t now_ms,
	struct controller_answer *answer);

#endif

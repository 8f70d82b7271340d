/*
 * view_state: what of the model is the operator's: the view, the dialog over it, cursors, scroll,
 * marks, and how lists are sorted and filtered. Changed by EVENT_ACTION only (model/model.h).
 */
#ifndef BACKCOURT_VIEW_STATE_H
#define BACKCOURT_VIEW_STATE_H

#include "base/date.h"
#include "coverage/plan.h"
#include "pipeline/pipeline.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DIALOG_SCROLL_MAX 1000 /* rows */
#define MODEL_TYPED_BYTES 256
#define MODEL_PANES	  3 /* of the Overview: log, gaps, events */

enum view_id {
	VIEW_OVERVIEW,
	VIEW_LOG,
	VIEW_MATRIX,
	VIEW_CALENDAR,
	VIEW_PLAN,
	VIEW_EVENTS,
	VIEW_HEALTH,
	VIEW_COUNT
};

/*
 * X(id, keys): what the keys do in it. SCROLL: arrows scroll it. MOVE: they move its cursor. TYPE:
 * it reads text.
 */
#define DIALOG_LIST(X)                                                                 \
	X(SAMPLE, SCROLL) /* no warehouse yet: offer the sample season */              \
	X(IMPORT, SCROLL) /* progress bar */                                           \
	X(PACE, SCROLL)	  /* watch it or full speed */                                 \
	X(QUIT, SCROLL)                                                                \
	X(KILL, SCROLL)                                                                \
	X(STOP_OUTSIDE, SCROLL) /* stop a job that was started by hand */              \
	X(KILL_OUTSIDE, SCROLL)                                                        \
	X(FREEZE, SCROLL) /* stop the processes of a script where they are */          \
	X(LAUNCH, SCROLL) /* what a start would do */                                  \
	X(HELP, SCROLL)                                                                \
	X(WHY, SCROLL)                                                                 \
	X(FINDING, SCROLL) /* of the health, whole */                                  \
	X(FIX, SCROLL)	   /* whether its statement shall run */                       \
	X(LOG, SCROLL)	   /* a piece of a log: model->log_piece */                    \
	X(ROWS, SCROLL)	   /* what the cell holds: model->cell_rows */                 \
	X(PALETTE, TYPE)                                                               \
	X(SEARCH, TYPE)	 /* in Events: the filter */                                   \
	X(FILTER, TYPE)	 /* of the log */                                              \
	X(EXCUSE, TYPE)	 /* the reason why a cell, or the marked ones, may be empty */ \
	X(RETRY, SCROLL) /* what a retry would do, and whom it may lock out */         \
	X(RANGE, TYPE)                                                                 \
	X(SAVE_PLAN, TYPE)                                                             \
	X(SETTINGS, MOVE)                                                              \
	X(SETTING, TYPE)	 /* the value of one is typed */                       \
	X(WRITE_SETTING, SCROLL) /* whether it shall go into the file */               \
	X(RESUME, SCROLL)	 /* a run in the background died: go on with what it left? */

enum dialog_id {
	DIALOG_NONE,
#define X(id, keys) DIALOG_##id,
	DIALOG_LIST(X)
#undef X
		DIALOG_COUNT
};

enum dialog_keys { DIALOG_KEYS_NONE, DIALOG_KEYS_SCROLL, DIALOG_KEYS_MOVE, DIALOG_KEYS_TYPE };
enum dialog_keys dialog_keys(enum dialog_id dialog);

enum zoom { ZOOM_DAY, ZOOM_WEEK, ZOOM_MONTH, ZOOM_COUNT };

/* What the cells of the calendar show. */
enum metric {
	METRIC_STATE,
	METRIC_ROWS,
	METRIC_AGE,
	METRIC_DURATION,
	METRIC_FAILURES,
	METRIC_COUNT
};

/* Which relations of the cursor's cell the matrix shows. */
enum related { RELATED_NONE, RELATED_ABOVE, RELATED_BELOW };

/*
 * How the lists of Overview, Events and Health are sorted; F6 goes through them, the first is the
 * list's own order. The other views keep theirs: in the Matrix a table stands below what it waits
 * for, in the Plan a step behind those before it, and that is what they show.
 * X(id, name, rising or not, message)
 */
#define SORT_LIST(X)                                                                       \
	X(PIPELINE, "pipeline", true, "tables in the order of the pipeline")               \
	X(STATE, "state", true, "tables by state: what asks for a person comes first")     \
	X(PROGRESS, "progress", true, "tables by progress: what has least comes first")    \
	X(GAPS, "gaps", false, "tables by gaps: what has most comes first")                \
	X(ETA, "ETA", false, "tables by ETA: what takes longest, or is unknown, is first") \
	X(NAME, "name", true, "tables by name")

enum table_sort {
#define X(id, name, is_rising, words) SORT_##id,
	SORT_LIST(X)
#undef X
		SORT_COUNT,
};

#define FAILURE_SORT_LIST(X)                                                           \
	X(FOUND, "severity", true, "failures: what asks for a person comes first")     \
	X(TABLE, "table", true, "failures by table, in the order of the pipeline")     \
	X(CATEGORY, "category", true, "failures by category")                          \
	X(DATES, "dates", false, "failures by dates: what has most comes first")       \
	X(LEFT, "left out", false, "failures by what they left out: most comes first") \
	X(TRIES, "tries", false, "failures by tries: most comes first")                \
	X(FIRST, "on", true, "failures by their first date")

enum failure_sort {
#define X(id, name, is_rising, words) FAILURE_SORT_##id,
	FAILURE_SORT_LIST(X)
#undef X
		FAILURE_SORT_COUNT,
};

#define FINDING_SORT_LIST(X)                                  \
	X(SEVERITY, "severity", true, "findings by severity") \
	X(KIND, "kind", true, "findings by kind")             \
	X(SUBJECT, "table", true, "findings by table, by its name")

enum finding_sort {
#define X(id, name, is_rising, words) FINDING_SORT_##id,
	FINDING_SORT_LIST(X)
#undef X
		FINDING_SORT_COUNT,
};

/* How a view's list is shown. */
struct list_state {
	int sort; /* of the view's enum */
	bool is_reversed;
	char filter[MODEL_TYPED_BYTES];	       /* "!" before it: rows that do not have it */
	char filter_before[MODEL_TYPED_BYTES]; /* to which Esc goes back while one is typed */
};

/* What is switched by a key, and by a setting of the same name. */
#define VIEW_SWITCH_LIST(X) X(mouse) X(log_wrap) X(log_noise) X(log_times)

enum view_switch {
#define X(name) VIEW_SWITCH_##name,
	VIEW_SWITCH_LIST(X)
#undef X
		VIEW_SWITCH_COUNT,
};

struct view_state {
	enum view_id view;
	enum dialog_id dialog;
	int pane;
	size_t table; /* the selected table (a position in pipeline->order) */
	struct list_state lists[VIEW_COUNT];
	date_t date; /* the matrix cursor */
	bool log_follow, log_wrap;
	bool log_noise;	    /* known noise is shown, too */
	bool log_times;	    /* the times of arrival are shown */
	bool log_excerpt;   /* the log view shows model->excerpt */
	uint64_t log_top;   /* first shown line number when not following */
	uint64_t log_new;   /* lines that came since following stopped */
	int log_left;	    /* columns of unwrapped lines that are scrolled out on the left */
	uint64_t log_mark;  /* the line that a search or a jump found; 0 none */
	uint64_t log_place; /* the order of the marked line + 1; 0 none */
	size_t log_place_table;
	char log_filter[MODEL_TYPED_BYTES]; /* "!" before it: lines that do not have it */
	char search[MODEL_TYPED_BYTES];
	char find[MODEL_TYPED_BYTES]; /* among the rows of every other view */
	struct {
		size_t table, plan_row;
		date_t date;
		int season;
	} found_from;		       /* to which Esc goes back while one types */
	char typed[MODEL_TYPED_BYTES]; /* in a dialog that reads text */
	int scroll;		       /* of help, why and rows */
	int rows_left;		       /* columns of the sample that are scrolled out */
	uint32_t log_piece_generation; /* counts the wishes to see a piece of a log */
	uint32_t rows_generation;      /* counts the wishes to see a cell's rows */
	int choice;		       /* of the palette */
	enum zoom zoom;		       /* of the matrix */
	enum related related;
	enum metric metric;
	int season;	     /* that the calendar shows; -1: the one of the cursor */
	bool is_marking;     /* from the anchor to the cursor, besides the marks */
	size_t anchor_table; /* like `table` */
	date_t anchor_date;
	uint32_t mark_edits; /* counts the changes of model->marks */
	size_t plan_row;     /* the cursor of the plan: as model_plan_row counts them */
	enum plan_order plan_order;
	int plan_workers;		    /* that it reckons with; 0: as many as there are */
	bool plan_out[PIPELINE_TABLES_MAX]; /* by table: taken out of the plan */
	int plan_open;			    /* the table whose dates are listed, -1 none */
	bool plan_is_marking;		    /* from the anchor to the cursor */
	date_t plan_anchor;
	uint32_t plan_edits;   /* counts the changes of these, plan_out_dates and plan_first */
	bool events_in_trail;  /* the cursor of Events is in its lower list */
	size_t events_row;     /* of the failures; or of the lines of `events_at_ms` */
	int64_t events_at_ms;  /* the time of that line: lines come above it */
	size_t finding;	       /* the cursor of the health */
	bool mouse, log_mouse; /* whether we take it; the second in the log */
	size_t setting;	       /* the cursor of the settings */
};

#endif

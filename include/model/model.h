/*
 * model: everything the screen shows, changed by model_apply alone.
 *
 * model_apply does no I/O and reads no clock: a list of events replays to the same model, which is
 * how most tests of the screen work. UI thread only. Views read a `const struct model *`.
 */
#ifndef BACKCOURT_MODEL_H
#define BACKCOURT_MODEL_H

#include "model/action.h"
#include "model/view_state.h"
#include "coverage/causes.h"
#include "coverage/coverage.h"
#include "coverage/eta.h"
#include "coverage/plan.h"
#include "coverage/why.h"
#include "event/event.h"
#include "jobs/log_piece.h"
#include "warehouse/health.h"

#define MODEL_LOG_LINES_MAX 10000 /* lines held per table; older ones stay in the file */
#define MODEL_EVENTS_MAX    500
#define MODEL_FREEZE_MS	    300000 /* a longer freeze is warned of: connections break */
#define MODEL_MANY_CELLS    20000 /* above, what follows from all cells is not made anew each time */

enum job_state {
	JOB_IDLE,
	JOB_WAITING,
	JOB_RUNNING,
	JOB_PAUSED,
	JOB_STOPPING,
	JOB_DONE,
	JOB_FAILED
};

struct table_line {
	int64_t at_ms;
	date_t date; /* the date being computed when it was written; DATE_NONE outside one */
	char severity;
	char *text;
	uint64_t order; /* among all lines of the log, noise or not */
};

/* A ring: line number n (counted from 1 since the start) is at [(n - 1) % MODEL_LOG_LINES_MAX]. */
struct table_log {
	struct table_line *lines;
	uint64_t first, next; /* held lines are first .. next-1 */
};

/* Dates that took their time, newest first. */
struct worked_dates {
	struct eta_sample own[ETA_DATES_MAX]; /* of this console */
	size_t own_count;
	int own_dates;
	struct eta_sample past[ETA_DATES_MAX]; /* of earlier ones */
	size_t past_count;
	int64_t first_ms, newest_ms; /* when the first and the newest of our own ended; 0 none */
	bool may_join;		     /* what is told together with the newest adds to it */
	bool is_disturbed;	     /* there was a pause within the date in hand */
};

struct table_model {
	enum job_state state;
	enum job_state rest; /* what the newest run left: the state when nothing waits or runs */
	uint32_t run;
	int worker;			     /* lane, -1 */
	date_t date;			     /* in hand, DATE_NONE */
	int done, total;		     /* entities of the date in hand */
	int run_dates, run_done, run_failed; /* of the newest run */
	int64_t started_ms, date_started_ms, last_output_ms;
	struct worked_dates worked;
	struct eta_speed speed;	      /* by these; is_old: by those of earlier runs alone */
	int queued;		      /* cells of the range */
	struct date_set queued_dates; /* that were queued here: what lies below may follow */
	uint32_t *ranks;	      /* core/model/model_ranks.c: of what a plan queued; NULL */
	struct date_range ranked_range;
	bool follows;  /* its gaps may start by themselves, on every date */
	bool is_held;  /* taken back: they do not */
	bool is_found; /* its run was begun by an earlier console */
	bool paused;
	bool paced;
	int64_t frozen_ms; /* since when its processes are stopped (SIGSTOP); 0: they are not */
	bool is_freeze_said;
	bool is_unattended;  /* its run goes on without its supervisor: no exit status will come */
	int checkpoint_lies; /* dates of which the checkpoint says more than is there */
	struct outside_job outside;	/* who works, when it is nobody's console; pid 0: none */
	char holder[EVENT_TEXT_BYTES];	/* who else writes it, "" */
	char trouble[EVENT_TEXT_BYTES]; /* newest failure, "" */
	date_t trouble_date;
	struct table_log log;	/* without known noise */
	struct table_log whole; /* with it; empty while there was none */
	uint64_t line_count, noise_count;
};

struct event_line {
	int64_t at_ms;
	enum severity severity;
	int table; /* -1: none */
	date_t date;
	bool is_recorded; /* the ledger has it too */
	char text[EVENT_TEXT_BYTES];
};

/* What is known of a season that the range does not have. */
struct season_part {
	struct calendar *calendar;  /* owned, as the next; NULL: not read */
	struct coverage *coverage;  /* judged */
	char why[EVENT_TEXT_BYTES]; /* it could not be read, "" */
};

/* The tables themselves, as they were when somebody looked (core/model/model_health.c). */
struct model_health {
	struct health_findings findings; /* owned; as they are sorted, hidden ones last */
	size_t shown;			 /* that pass the filter */
	bool was_seen, is_looking;
	char trouble[EVENT_TEXT_BYTES]; /* why the newest look failed; "" */
};

struct settings;

struct model {
	const struct pipeline *pipeline;   /* lent */
	struct calendar *calendar;	   /* owned; replaced when the raw days come */
	struct coverage *coverage;	   /* owned */
	uint32_t ranked;		   /* counts the dates that plans queued */
	uint64_t judgement;		   /* counts the changes of its verdicts */
	struct insight *insight;	   /* core/model/model_insight.c: what follows from it */
	struct log_filter *log_filter;	   /* core/model/model_log_filter.c */
	struct trail *trail;		   /* core/model/model_events.c */
	struct forecast *forecast;	   /* core/model/model_forecast.c: how long it will take */
	struct found_causes *found_causes; /* core/model/model_causes.c: what stands in the way */
	struct table_model *tables;	   /* by table index */
	struct date_range range;
	struct date_set *marks;			      /* by table; cells for the next start */
	struct date_set *plan_out_dates, *plan_first; /* by table: edits of the plan */
	struct season_part seasons[PIPELINE_SEASONS_MAX];
	struct event_line events[MODEL_EVENTS_MAX]; /* a ring, newest at (event_count - 1) % MAX */
	uint64_t event_count;
	struct table_model excerpt; /* the logs alone: lines of one date, from a file */
	size_t excerpt_table;
	date_t excerpt_date;
	struct launch_preview *launch; /* owned: what DIALOG_LAUNCH shows; NULL */
	struct view_state view;
	int width, height;
	bool hurries;	    /* model_set_hurry */
	bool in_pieces;	    /* model_set_pieces */
	int64_t now_ms;	    /* from EVENT_CLOCK and the newest event */
	date_t today;	    /* local, for excuses that end */
	int64_t checked_ms; /* when coverage was last checked; 0 never */
	bool counted;	    /* the check was a recount, not receipts */
	bool checking;
	char coverage_trouble[EVENT_TEXT_BYTES];
	struct log_place log_place;   /* of the piece that was asked for last */
	struct log_window *log_piece; /* owned; NULL: not come yet, or `log_piece_trouble` */
	char log_piece_trouble[EVENT_TEXT_BYTES];
	struct audit *audit;   /* owned; NULL: nobody looked at the events yet */
	uint32_t audit_number; /* counts those that came */
	struct model_health health;
	struct cell_rows *cell_rows; /* owned; NULL: not come yet, or `cell_rows_trouble` */
	char cell_rows_trouble[EVENT_TEXT_BYTES];
	int workers, busy_workers;
	bool auto_launch, all_paused, read_only, paced;
	const struct settings *settings; /* lent (settings.h); NULL: there are none to show */
	size_t setting_count;
	char holder[EVENT_TEXT_BYTES]; /* who owns the state folder when read_only */
	char warehouse_name[256];
	bool is_emulated; /* what the warehouse holds is not real */
	char import_what[64];
	int64_t import_done, import_total; /* both 0 when nothing is being imported */
	char message[EVENT_TEXT_BYTES];	   /* the line above the keys, after an action */
	enum severity message_severity;
	int64_t message_ms;
	bool has_warehouse; /* raw data are there */
	bool leaving;	    /* stopping, then quitting */
	bool follows;	    /* what works here is a run in the background, which we may ask */
	int64_t left;	    /* cells that a dead run in the background left */
};

struct model *model_new(const struct pipeline *pipeline, struct date_range range);
void model_free(struct model *model);

/* Takes the event's memory where it keeps it; the caller still calls event_release. */
void model_apply(struct model *model, struct event *event);

/*
 * The causes, the plan and the forecast are made of all cells. They are not made anew while
 * somebody who cannot wait paints: he gets what was made last, if it is of this range, and paints
 * again soon. Above MODEL_MANY_CELLS it takes milliseconds, and is done so seldom that it is a
 * hundredth of the time at most (model_slow_ms).
 */
void model_set_hurry(struct model *model, bool hurries);
/* How old what was made of all cells may get, by the model's clock; 0: not at all. */
int64_t model_slow_ms(const struct model *model);

/*
 * Even then nobody waits for all of it, where the loop asks for pieces: whoever asks above
 * MODEL_MANY_CELLS gets what was made last of this range, and a newer one is made a piece at a time
 * (model_make_piece, well below a millisecond) while model_has_pieces. An event that changes what
 * they are made of begins them anew: none are applied meanwhile but those that cannot wait. The
 * model is the same with pieces and without; only the causes and the forecast come later.
 */
void model_set_pieces(struct model *model, bool in_pieces);
bool model_has_pieces(const struct model *model);
/* What model_causes and model_eta lent lives no longer. */
void model_make_piece(struct model *model);

/* Derived, for views and verbs; pure. */
/* The log that the log view shows of a table. */
const struct table_log *model_shown_log(const struct model *model, size_t table);
/* Lines that are hidden in it as known noise, or would be. */
uint64_t model_noise_count(const struct model *model, size_t table);
bool model_switch(const struct model *model, enum view_switch which);
/* The mouse is ours in this view, else the terminal selects text with it. */
bool model_takes_mouse(const struct model *model);
/* A dialog that hangs on its end: view.scroll counts from there, upwards below 0. */
bool model_shows_end_of_log(const struct model *model);
/* Positions in pipeline->order as view.sort wants them, equal ones in that order; returns how many.
 */
size_t model_sort_tables(const struct model *model, size_t positions[PIPELINE_TABLES_MAX]);
/* Which of them is the selected one. */
size_t model_sorted_row(const struct model *model, const size_t *positions, size_t count);
/* A line of the view's list of sorts; NULL where it has none. */
struct sort_row {
	const char *name, *words;
	bool is_rising;
};
const struct sort_row *model_sort_row(enum view_id view, int sort);
/* The column by which the view is sorted now falls, or rises. */
bool model_sort_rises(const struct model *model, enum view_id view);
/* Its rows are filtered by what is typed after a slash; elsewhere the cursor goes there. */
bool model_filters_rows(enum view_id view);
/* The table index under the cursor. */
size_t model_selected_table(const struct model *model);
/* Milliseconds of a usual date; -1 before ETA_DATES_MIN dates of this console. */
int64_t model_date_ms(const struct model *model, size_t table);
/* How long a running table has printed nothing, when that is longer than its job's silent_after;
 * else 0. */
int64_t model_silent_ms(const struct model *model, size_t table);
/* Half of that time, at least, is over. */
bool model_is_half_silent(const struct model *model, size_t table);
/* Milliseconds until the table's queued and running dates are done; -1 unknown, 0 nothing to do. */
int64_t model_table_eta_ms(const struct model *model, size_t table);
/* Until everything is done that is queued, runs, or will start by itself, from model->now_ms on
 * (p50_ms 0: nothing). Lent until the next model_apply. Made once per change and second, and
 * as seldom as the causes where more than MODEL_MANY_CELLS are to do. */
const struct eta_plan *model_eta(const struct model *model);
/* The date that says most about a table: what asks for a person, then what can start, then what is
 * blocked; the oldest of its kind. DATE_NONE without a gap. */
date_t model_telling_date(const struct model *model, size_t table);
/* Something runs or waits; where model->follows it is not ours. */
bool model_is_busy(const struct model *model);
/* One line: what this table does now, or why it does not. */
void model_now_or_why(const struct model *model, size_t table, struct buffer *into);

/*
 * What follows from the coverage, made once per change of it (but see model_set_hurry): lent until
 * the next model_apply.
 * Cheap where nothing changed; else as expensive as coverage_causes and why_find.
 */
const struct causes *model_causes(const struct model *model);
/* Of the selected table and date; NULL outside the range. */
const struct why *model_why(const struct model *model);
/* How old a fact of model_why is by now; -1 unknown. */
int64_t model_why_age_ms(const struct model *model, const struct why_fact *fact);
/* model->cell_rows in words; it must be there. */
struct cell_facts;
void model_cell_facts(const struct model *model, struct cell_facts *facts);
/* What becomes stale when the marked cells, or without marks the selected one, are run again and
 * come out different. */
const struct cascade *model_cascade(const struct model *model);
/* What would cure the range, as it was edited. */
const struct plan *model_plan(const struct model *model);
/* Who else writes a table; adds nothing while nobody does, or its run is our own. */
void model_say_holder(const struct model *model, size_t table, struct buffer *into);
/* The workers that model_plan reckons with. */
int model_plan_workers(const struct model *model);

enum plan_row_kind { PLAN_ROW_STEP, PLAN_ROW_OUT, PLAN_ROW_DATE, PLAN_ROW_DATE_OUT, PLAN_ROW_LEFT };

struct plan_row {
	enum plan_row_kind kind;
	size_t table;
	const struct plan_step *step; /* of PLAN_ROW_STEP; lent like the plan */
	const struct plan_left *left; /* of PLAN_ROW_LEFT */
	date_t date;		      /* of PLAN_ROW_DATE and PLAN_ROW_DATE_OUT */
	bool is_first;		      /* put first */
};

/* Steps and tables taken out in the order of the plan, the open one with its dates, then what is
 * left: first what needs the operator, then what waits. False behind the last row. */
bool model_plan_row(const struct model *model, size_t number, struct plan_row *row);
size_t model_plan_row_count(const struct model *model);
/* Between anchor and cursor while a range of dates is being marked. */
bool model_plan_is_marked(const struct model *model, const struct plan_row *row);
/* The first date that a row speaks of; DATE_NONE where there is none. */
date_t plan_row_date(const struct plan_row *row);

/*
 * What the Events show, made when somebody asks: lent until the next model_apply. The trail is what
 * the ledger has, and what this console saw and the ledger has not (yet), newest first.
 */
struct audit_line;
struct failures;
const struct failures *model_failures(const struct model *model);
const struct audit_line *model_trail(const struct model *model, size_t *count, size_t *hidden);
/* The cursor: a row of the failures, then of the trail. */
size_t model_events_row(const struct model *model);
size_t model_events_row_count(const struct model *model);

/* A unit of the zoom: days, weeks from Monday, months, counted from somewhere. */
int32_t zoom_unit(enum zoom zoom, date_t date);
struct date_range zoom_span(enum zoom zoom, int32_t unit);

/* Under the cursor of the health; NULL when there is none. Lent until the next model_apply. */
const struct health_finding *model_finding(const struct model *model);

bool model_has_marks(const struct model *model);
/* Marked, or between anchor and cursor while a range is being marked. */
bool model_is_marked(const struct model *model, size_t table, date_t date);

/* The season that the calendar shows, of those of the pipeline. */
size_t model_season(const struct model *model);
/* A cell of a season: of the range, else of what was read besides; NULL while it is unknown. */
const struct cell *model_season_cell(
	const struct model *model, size_t season, size_t table, date_t date);
/* How long the newest attempt of such a cell took; 0 unknown. */
int64_t model_season_spent_ms(const struct model *model, size_t season, size_t table, date_t date);
/* The range holds all of it. */
bool model_has_season(const struct model *model, size_t season);
/* The first of the `most` seasons around it. */
size_t model_first_season(const struct model *model, size_t most);
/* The season that the calendar shows or will show, that is neither in the range nor read nor
 * refused; season_count when there is none. `most`: how many it shows. */
size_t model_wanted_season(const struct model *model, size_t most);
/* Its dates, widened by the schedule; the range where the pipeline has no seasons. */
struct date_range model_season_dates(const struct model *model, size_t season);

#endif

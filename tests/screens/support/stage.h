/*
 * stage: a model put together from events, the way the console does it, and what is painted of it.
 * Times are fixed: the stage's clock stands at 14:06:18 UTC.
 */
#ifndef BACKCOURT_TESTS_STAGE_H
#define BACKCOURT_TESTS_STAGE_H

#include "tui/view.h"

#define STAGE_NOW_MS 1637762778000 /* 2021-11-24T14:06:18Z */

struct stage {
	struct pipeline *pipeline;
	struct model *model;
	struct keymap *keymap;
	struct canvas *canvas;
};

/* An empty model of the embedded pipeline, on a canvas with Unicode glyphs. */
struct stage *stage_new(int width, int height);
/* The same of another pipeline (JSON text; NULL is the embedded one) and range. */
struct stage *stage_open(const char *json, struct date_range range);
void stage_free(struct stage *stage);
void stage_size(struct stage *stage, int width, int height);
/* Gives the event to the model and releases it; at_ms 0 is the stage's now. */
void stage_apply(struct stage *stage, struct event *event);
void stage_action(struct stage *stage, enum action action, int argument, const char *text);
void stage_log(
	struct stage *stage, const char *table, date_t date, char severity, const char *text);
/* Makes the table the selected one. */
void stage_select(struct stage *stage, const char *table);
/* A run that waits for the dates from `date` on, and has `done` of `total` of it. */
void stage_run(
	struct stage *stage, const char *table, int worker, date_t date, int done, int total);
/* A job from outside (taken over) that works on 2021-11-22. */
void stage_run_outside(struct stage *stage, const char *table, int worker, struct outside_job *job);
void stage_fail(struct stage *stage, const char *table, date_t date, const char *reason);

/* Receipts of nothing: all is known, nothing was computed. */
void stage_schedule(struct stage *stage);
/* In the middle of a run: tables done, running, waiting, blocked, thin, failed. */
void stage_middle_of_a_run(struct stage *stage);
/* Everything complete. */
void stage_complete(struct stage *stage);

/* Rows of one table up to a date: for stage_receipts. */
struct stage_rows {
	const char *table; /* short name; NULL ends the list */
	date_t last;
	date_t thin; /* has fewer rows; DATE_NONE */
};

/* A refresh of the coverage: these tables have rows, the others have none. */
void stage_receipts(struct stage *stage, const struct stage_rows *rows);

/* Paints and returns the screen as text; lives until the next call. */
const char *stage_paint(struct stage *stage);
bool stage_shows(struct stage *stage, const char *text);
/* The row of the screen (from 0) that has the text, or -1. */
int stage_row_of(struct stage *stage, const char *text);

#endif

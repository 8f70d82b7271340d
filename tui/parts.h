/*
 * parts: pieces of the screen that several views paint. Each keeps to the rectangle it is given.
 */
#ifndef BACKCOURT_TUI_PARTS_H
#define BACKCOURT_TUI_PARTS_H

#include "base/clock.h"
#include "tui/status.h"
#include "tui/view.h"

/* What is painted in the rectangle can be pointed at, as far as it is not clipped. */
void part_spot_key(const struct scene *scene, struct rect rect, enum action action);
void part_spot_row(const struct scene *scene, struct rect rect, size_t row);
void part_spot_cells(
	const struct scene *scene, struct rect rect, size_t table, const struct spot_dates *dates);

/* tui/parts_frame.c */
void part_header(const struct scene *scene);
void part_tabs(const struct scene *scene);
void part_keys(const struct scene *scene, const enum action *actions);
/* The frame of an area where the layout has frames, else a title line; returns what is inside. */
struct rect part_box(const struct scene *scene, struct rect rect, const char *title,
	const char *note, bool focus);

/* A name in at most `room` columns: its middle is left out where it does not fit, for the ends of
 * names tell them apart. */
void part_name(struct canvas *canvas, int x, int y, int room, struct pen pen, const char *name);

/* The words of a column of the view's list; before them a sign where it sorts. A click sorts by it;
 * by `sort` 0 it does not. The second ends where the numbers below it end. */
void part_head(const struct scene *scene, struct rect at, int sort, const char *text);
void part_head_right(const struct scene *scene, struct rect at, int sort, const char *text);

/* Columns of the longest short name of a table, or of the heading above them. */
int part_short_names(const struct pipeline *pipeline, const char *heading);

#define MESSAGE_SHOWN_MS 8000

/* tui/parts_needs.c: the line above the keys. */
void part_needs(const struct scene *scene);
struct pen part_severity(enum severity severity);

/* tui/parts_bar.c */
/* `done` and `part` (behind it, in another colour) of 1, in `width` columns, by eighths. */
void part_bar(struct canvas *canvas, int x, int y, int width, double done, double part);
/* A thin line: what is inside a date. */
void part_thin_bar(struct canvas *canvas, int x, int y, int width, double done);

#define DATE_SHORT_WIDTH 5 /* "11-23" */

/* The dates of the range as one glyph each, or several to a glyph; returns the columns used. */
int part_strip(const struct scene *scene, int x, int y, int width, size_t table);
/* First and last date and the beginnings of months, where a strip has them. */
void part_axis(const struct scene *scene, int x, int y, int width);

const char *part_month(date_t date); /* "Nov" */

struct part_cell_options {
	int complete, expected; /* of several cells that share a place; 0 of one */
	bool is_dense;		/* other rows are directly above and below */
};

/* The glyph of a cell or of several. */
void part_cell(struct canvas *canvas, int x, int y, enum verdict verdict,
	struct part_cell_options options);

/* The cell is marked: a ground, and a sign beside it where days have several columns. */
void part_mark(struct canvas *canvas, int x, int y, int each);

/* tui/parts_tables.c */
void part_tables(const struct scene *scene, struct rect rect);
/* The rows of the list that are shown there: from `first`, `count` of them. */
void part_tables_shown(const struct scene *scene, struct rect rect, size_t *first, size_t *count);
/* Where strips are, for the axis below the list: the first column; returns the width, 0 for none.
 */
int part_tables_strip(const struct scene *scene, struct rect rect, int *x);

/* tui/parts_log.c */
struct part_log_options {
	bool is_tail;	/* always its end, no cursor, no scrollbar */
	bool has_dates; /* a column for the date where it changes */
};

void part_log(
	const struct scene *scene, struct rect rect, size_t table, struct part_log_options options);

/* tui/parts_causes.c: the root causes, ranked, with a box around them. */
void part_causes(const struct scene *scene, struct rect rect);
/* What nobody could look at may be full of gaps: where cells are unknown, paints that the claim
 * goes no further than what is known. */
bool part_unknown(const struct scene *scene, struct rect line, const char *claim);

/* tui/parts_failures.c */
void part_failures(const struct scene *scene, struct rect rect);
/* What a retry of the table has to reckon with: tries so far, who is locked out by the next. */
void part_tries(const struct scene *scene, size_t table, struct buffer *into);

/* tui/parts_trail.c */
void part_trail(const struct scene *scene, struct rect rect);

/* tui/parts_lists.c */
void part_events(const struct scene *scene, struct rect rect);
void part_workers(const struct scene *scene, struct rect rect);
void part_legend(const struct scene *scene, struct rect rect);
/* "11-23", or "11-23..26", or "11-23..12-04". */
char *part_dates(struct date_range dates, char into[DATE_RANGE_TEXT_BYTES]);
/* "11-16 11-18..20 +3": as many ranges as go into the columns, then how many are left. */
void part_date_set(const struct date_set *dates, int room, struct buffer *into);

/* tui/view_health.c */
struct pen part_health_severity(enum health_severity severity);

/* tui/parts_detail.c: everything known of the cell under the cursor. */
void part_detail(const struct scene *scene, struct rect rect);

/* tui/parts_frame.c: how long ago, "56s ago". */
void part_age(const struct model *model, int64_t at_ms, char into[DURATION_TEXT_BYTES + 8]);

/* tui/parts_path.c: which tables, in which order, decide when the plan ends. */
void part_path(const struct scene *scene, struct rect line, const struct eta_plan *eta);

#endif

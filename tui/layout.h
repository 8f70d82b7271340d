/*
 * layout: which part of the screen is where. Pure: sizes in, rectangles out.
 *
 * Every rectangle lies inside the screen and no two overlap; an empty one is not shown. Any size
 * from 1 x 1 on gives a usable layout.
 */
#ifndef BACKCOURT_TUI_LAYOUT_H
#define BACKCOURT_TUI_LAYOUT_H

#include "model/model.h"
#include "tui/canvas.h"

#define LAYOUT_NORMAL_WIDTH 100
#define LAYOUT_WIDE_WIDTH   180
#define LAYOUT_TALL_HEIGHT  30 /* below: one line per table */
#define LAYOUT_TINY_WIDTH   60
#define LAYOUT_TINY_HEIGHT  15
#define LAYOUT_LEAST_WIDTH  40
#define LAYOUT_LEAST_HEIGHT 8

enum layout_size {
	LAYOUT_TOO_SMALL, /* only AREA_HEADER: the state counts */
	LAYOUT_TINY,	  /* the list and one message line */
	LAYOUT_COMPACT,	  /* no frames */
	LAYOUT_NORMAL,
	LAYOUT_WIDE,
};

enum area {
	AREA_HEADER,
	AREA_TABS,
	AREA_TABLES, /* Overview: the list */
	AREA_GAPS,
	AREA_WORKERS,
	AREA_LOG,
	AREA_SECOND_LOG,
	AREA_EVENTS,
	AREA_SUMMARY, /* Log: the table's progress */
	AREA_SIDE,    /* Log: the same, beside it, with more */
	AREA_GRID,    /* Matrix, Calendar */
	AREA_MONTHS,  /* Calendar */
	AREA_GRAPH,   /* Plan */
	AREA_PLAN,
	AREA_FAILURES, /* Events */
	AREA_TRAIL,
	AREA_FINDINGS, /* Health */
	AREA_LEGEND,
	AREA_DETAIL,
	AREA_NEEDS,
	AREA_KEYS,
	AREA_COUNT,
};

struct layout {
	enum layout_size size;
	bool framed;
	int table_lines; /* per table in the list, 1 or 2 */
	bool grouped;	 /* a heading line for each phase */
	struct rect areas[AREA_COUNT];
};

struct layout_request {
	int width, height;
	enum view_id view;
	int tables, phases;
	bool has_finding; /* Health: there is one to tell of */
	int graph_rows;	  /* tables below each other in the dependency graph */
	int failures;	  /* rows of the list of failures */
	bool is_sorted;	  /* Overview: not in the order of the pipeline, so not by phases */
};

struct layout layout_compute(const struct layout_request *request);
/* What `model` shows now. */
struct layout layout_of_model(const struct model *model);

#endif

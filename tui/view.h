/*
 * view: what a full-screen view is. A view reads the model and paints roles; it knows neither
 * curses nor threads nor SQL. Adding one: tui/view_x.c ending in `const struct view view_x`, an id
 * in enum view_id (model/model.h), a line in scene.c.
 */
#ifndef BACKCOURT_TUI_VIEW_H
#define BACKCOURT_TUI_VIEW_H

#include "model/model.h"
#include "tui/canvas.h"
#include "tui/keymap.h"
#include "tui/layout.h"
#include "tui/spots.h"

/* Everything that painting may look at, and the canvas it paints on. */
struct scene {
	struct canvas *canvas;
	const struct model *model;
	const struct layout *layout;
	const struct keymap *keymap;
	const char *theme_name;
	struct spots *spots; /* NULL: nobody points at it */
};

struct view {
	const char *name;
	const char *places;	   /* where its keys come from, in order: "LJG" */
	const enum action *footer; /* actions of the key line, the most needed first; ends with
				      ACTION_NONE */
	void (*paint)(const struct scene *scene);
	/* Rows (days in the matrix) that a page moves by. */
	int (*page)(const struct model *model, const struct layout *layout);
};

extern const struct view view_overview, view_log, view_matrix, view_calendar, view_plan,
	view_events, view_health;

const struct view *view_of(enum view_id id);
/* How many seasons the calendar has room for: what is not in the range is read for it. */
size_t calendar_seasons_shown(const struct model *model, const struct layout *layout);

/* The whole frame: header, tabs, the view, message line, keys, and the dialog over it. */
void scene_paint(struct canvas *canvas, const struct model *model, const struct keymap *keymap,
	const char *theme_name);
/* The same, and what can be pointed at. */
void scene_paint_spots(struct canvas *canvas, const struct model *model,
	const struct keymap *keymap, const char *theme_name, struct spots *spots);

#endif

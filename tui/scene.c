#include "tui/dialogs.h"
#include "tui/parts.h"

static const struct view *const views[VIEW_COUNT] = {[VIEW_OVERVIEW] = &view_overview,
	[VIEW_LOG] = &view_log,
	[VIEW_MATRIX] = &view_matrix,
	[VIEW_CALENDAR] = &view_calendar,
	[VIEW_PLAN] = &view_plan,
	[VIEW_EVENTS] = &view_events,

	[VIEW_HEALTH] = &view_health};

const struct view *view_of(enum view_id id)
{
	return views[id < VIEW_COUNT ? id : VIEW_OVERVIEW];
}

/* Where the wheel does something: the lists move their cursor, what is read is scrolled. */
static const struct spot_wheel wheels[AREA_COUNT] = {
	[AREA_TABLES] = {ACTION_UP, ACTION_DOWN, ACTION_NONE, ACTION_NONE, 1, false},
	[AREA_LOG] = {ACTION_UP, ACTION_DOWN, ACTION_LEFT, ACTION_RIGHT, 3, false},
	[AREA_GRID] = {ACTION_UP, ACTION_DOWN, ACTION_LEFT, ACTION_RIGHT, 1, false},
	[AREA_PLAN] = {ACTION_UP, ACTION_DOWN, ACTION_NONE, ACTION_NONE, 1, false},
	[AREA_FAILURES] = {ACTION_UP, ACTION_DOWN, ACTION_NONE, ACTION_NONE, 1, false},
	[AREA_TRAIL] = {ACTION_UP, ACTION_DOWN, ACTION_NONE, ACTION_NONE, 3, true},
	[AREA_FINDINGS] = {ACTION_UP, ACTION_DOWN, ACTION_NONE, ACTION_NONE, 1, false},
};
/* Of the calendar, whose weeks lie beside each other. */
static const struct spot_wheel week_wheel = {
	ACTION_LEFT, ACTION_RIGHT, ACTION_LEFT, ACTION_RIGHT, 1, false};

static void add_wheels(const struct scene *scene)
{
	enum view_id view = scene->model->view.view;
	for (int i = 0; i < AREA_COUNT; i++) {
		bool is_tail = i == AREA_LOG && view != VIEW_LOG; /* always shows its end */
		if (wheels[i].times == 0 || is_tail)
			continue;
		spots_add(scene->spots, scene->canvas->clip,
			(struct spot){.rect = scene->layout->areas[i],
				.kind = SPOT_WHEEL,
				.wheel = view == VIEW_CALENDAR ? week_wheel : wheels[i]});
	}
}

void part_spot_key(const struct scene *scene, struct rect rect, enum action action)
{
	input_t input = keymap_first_input(scene->keymap, action);
	if (input != INPUT_NONE)
		spots_add(scene->spots, scene->canvas->clip,
			(struct spot){.rect = rect, .kind = SPOT_KEY, .input = input});
}

void part_spot_row(const struct scene *scene, struct rect rect, size_t row)
{
	spots_add(scene->spots, scene->canvas->clip,
		(struct spot){.rect = rect, .kind = SPOT_ROW, .row = row});
}

void part_spot_cells(
	const struct scene *scene, struct rect rect, size_t table, const struct spot_dates *dates)
{
	spots_add(scene->spots, scene->canvas->clip,
		(struct spot){.rect = rect,
			.kind = SPOT_CELLS,
			.table = table,
			.dates = dates == NULL ? (struct spot_dates){0} : *dates});
}

void scene_paint(struct canvas *canvas, const struct model *model, const struct keymap *keymap,
	const char *theme_name)
{
	scene_paint_spots(canvas, model, keymap, theme_name, NULL);
}

static void begin_spots(struct spots *spots, const struct view_state *view)
{
	if (spots == NULL)
		return;
	spots->count = 0;
	spots->view = view->view;
	spots->dialog = view->dialog;
}

void scene_paint_spots(struct canvas *canvas, const struct model *model,
	const struct keymap *keymap, const char *theme_name, struct spots *spots)
{
	struct layout layout = layout_of_model(model);
	struct scene scene = {canvas, model, &layout, keymap, theme_name, spots};
	if (canvas->width != model->width || canvas->height != model->height)
		canvas_resize(canvas, model->width, model->height);
	canvas_clear(canvas);
	begin_spots(spots, &model->view);
	part_header(&scene);
	if (layout.size == LAYOUT_TOO_SMALL)
		return;
	add_wheels(&scene);
	part_tabs(&scene);
	view_of(model->view.view)->paint(&scene);
	part_needs(&scene);
	part_keys(&scene, view_of(model->view.view)->footer);
	dialogs_paint(&scene);
}

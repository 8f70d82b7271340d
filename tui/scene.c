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

void scene_paint(struct canvas *canvas, const struct model *model, const struct keymap *keymap,
	const char *theme_name)
{
	struct layout layout = layout_of_model(model);
	struct scene scene = {canvas, model, &layout, keymap, theme_name};
	if (canvas->width != model->width || canvas->height != model->height)
		canvas_resize(canvas, model->width, model->height);
	canvas_clear(canvas);
	part_header(&scene);
	if (layout.size == LAYOUT_TOO_SMALL)
		return;
	part_tabs(&scene);
	view_of(model->view.view)->paint(&scene);
	part_needs(&scene);
	part_keys(&scene, view_of(model->view.view)->footer);
	dialogs_paint(&scene);
}

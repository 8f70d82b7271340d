#include "tui/parts.h"

static const enum action footer[] = {ACTION_OPEN, ACTION_RETRY, ACTION_FILTER, ACTION_WHY,
	ACTION_ROWS, ACTION_NEXT_PANE, ACTION_VIEW_LOG, ACTION_SORT, ACTION_HANDOFF, ACTION_RANGE,
	ACTION_REFRESH, ACTION_NONE};

#define PAGE_LEAST 5

static int page(const struct model *model, const struct layout *layout)
{
	(void)model;
	int rows = layout->areas[AREA_TRAIL].height - (layout->framed ? 2 : 1);
	return rows > PAGE_LEAST ? rows : PAGE_LEAST;
}

static void paint(const struct scene *scene)
{
	part_failures(scene, scene->layout->areas[AREA_FAILURES]);
	part_trail(scene, scene->layout->areas[AREA_TRAIL]);
}

const struct view view_events = {
	.name = "Events", .places = "FNJG", .footer = footer, .paint = paint, .page = page};

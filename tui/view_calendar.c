#include "tui/calendar_parts.h"

#include <stdio.h>

#define PAGE_DAYS    7
#define SEASONS_MOST 4
#define TITLE_BYTES  160

static const enum action footer[] = {ACTION_NEXT_GAP, ACTION_NEXT_MONTH, ACTION_NEXT_SEASON,
	ACTION_METRIC, ACTION_WHY, ACTION_START, ACTION_MARK, ACTION_MARK_RANGE, ACTION_RANGE,
	ACTION_OPEN, ACTION_NONE};

static const char *const metric_words[] = {[METRIC_STATE] = "state",
	[METRIC_ROWS] = "rows of the expected",
	[METRIC_AGE] = "age of the rows",
	[METRIC_DURATION] = "how long the newest try took",
	[METRIC_FAILURES] = "newest try"};

static int page(const struct model *model, const struct layout *layout)
{
	(void)model;
	(void)layout;
	return PAGE_DAYS;
}

static const char *season_name(const struct model *model, size_t season)
{
	return season < model->pipeline->season_count ? model->pipeline->seasons[season].name
						      : "of no name";
}

static void paint_season(const struct scene *scene, struct rect rect, size_t season)
{
	const struct model *model = scene->model;
	bool is_shown = season == model_season(model);
	char title[TITLE_BYTES], note[64];
	snprintf(title, sizeof(title), "%s  season %s",
		is_shown ? model->pipeline->tables[model_selected_table(model)].name : "",
		season_name(model, season));
	snprintf(note, sizeof(note), "m: %s", metric_words[model->view.metric]);
	const char *shown = is_shown ? title : title + 2;
	part_season(scene, part_box(scene, rect, shown, is_shown ? note : "", is_shown), season);
}

size_t calendar_seasons_shown(const struct model *model, const struct layout *layout)
{
	bool has_room = layout->size == LAYOUT_WIDE &&
			layout->areas[AREA_GRID].height >= 2 * SEASON_ROWS + 4;
	return has_room && model->pipeline->season_count > 1 ? SEASONS_MOST : 1;
}

static void paint_four(const struct scene *scene, struct rect area)
{
	const struct model *model = scene->model;
	size_t first = model_first_season(model, SEASONS_MOST);
	int width = area.width / 2, height = area.height / 2;
	for (size_t i = 0; i < SEASONS_MOST && first + i < model->pipeline->season_count; i++) {
		struct rect rect = {area.x + (int)(i % 2) * width, area.y + (int)(i / 2) * height,
			width, height};
		paint_season(scene, rect, first + i);
	}
}

static void paint_months(const struct scene *scene, struct rect area)
{
	if (area.height < 3)
		return;
	if (scene->layout->size == LAYOUT_WIDE)
		part_tables_by_month(scene, part_box(scene, area, "all tables by month",
						    "complete of expected dates", false));
	else
		part_months(scene,
			part_box(scene, area, "by month", "none: nothing is expected", false));
}

static void paint(const struct scene *scene)
{
	const struct rect *areas = scene->layout->areas;
	const struct model *model = scene->model;
	char title[TITLE_BYTES], date[DATE_TEXT_BYTES];
	if (calendar_seasons_shown(model, scene->layout) > 1)
		paint_four(scene, areas[AREA_GRID]);
	else
		paint_season(scene, areas[AREA_GRID], model_season(model));
	part_metric_legend(scene, areas[AREA_LEGEND]);
	paint_months(scene, areas[AREA_MONTHS]);
	if (areas[AREA_DETAIL].height < 2)
		return;
	snprintf(title, sizeof(title), "%s %s",
		model->pipeline->tables[model_selected_table(model)].short_name,
		date_format(model->view.date, date));
	part_detail(scene, part_box(scene, areas[AREA_DETAIL], title, "w why", false));
}

const struct view view_calendar = {
	.name = "Calendar", .places = "CMJG", .footer = footer, .paint = paint, .page = page};

#include "tui/parts.h"

#include <stdio.h>

static const enum action footer[] = {ACTION_START_ALL, ACTION_START, ACTION_PAUSE, ACTION_STOP,
	ACTION_RETRY, ACTION_WHY, ACTION_VIEW_MATRIX, ACTION_NEXT_PANE, ACTION_OPEN, ACTION_KILL,
	ACTION_AUTO_LAUNCH, ACTION_PAUSE_ALL, ACTION_SORT, ACTION_RANGE, ACTION_REFRESH,
	ACTION_THEME, ACTION_NONE};

static int page(const struct model *model, const struct layout *layout)
{
	(void)model;
	int rows = layout->areas[AREA_TABLES].height / layout->table_lines;
	return rows > 2 ? rows - 1 : 2;
}

static void log_title(const struct model *model, size_t table, char *into, size_t room)
{
	const struct table_model *job = &model->tables[table];
	char date[DATE_TEXT_BYTES];
	const char *name = model->pipeline->tables[table].name;
	if (job->run == 0)
		snprintf(into, room, "log: %s", name);
	else if (job->date == DATE_NONE)
		snprintf(into, room, "log: %s  run %u", name, job->run);
	else
		snprintf(into, room, "log: %s  run %u  %s", name, job->run,
			date_format(job->date, date));
}

static void paint_log(const struct scene *scene, enum area area, size_t table, bool large)
{
	char title[128];
	struct rect rect = scene->layout->areas[area];
	if (rect.height == 0)
		return;
	log_title(scene->model, table, title, sizeof(title));
	struct rect inside = part_box(scene, rect, title, large ? "Enter opens it" : "", false);
	if (scene->layout->framed) {
		inside.x++;
		inside.width -= 2;
	}
	part_log(scene, inside, table,
		(struct part_log_options){
			.is_tail = true, .has_dates = scene->layout->size >= LAYOUT_NORMAL});
}

/* Another log beside the selected one: the table that wrote last. */
static size_t second_table(const struct model *model)
{
	size_t selected = model_selected_table(model), best = selected;
	for (size_t i = 0; i < model->pipeline->table_count; i++) {
		size_t table = model->pipeline->order[i];
		if (table == selected)
			continue;
		const struct table_model *job = &model->tables[table],
					 *other = &model->tables[best];
		bool better = (job->worker >= 0) != (other->worker >= 0)
				      ? job->worker >= 0
				      : job->started_ms > other->started_ms;
		if (best == selected || better)
			best = table;
	}
	return best;
}

static void count_note(const struct scene *scene, struct rect inside, char *into, size_t room)
{
	size_t first, count, total = scene->model->pipeline->table_count;
	part_tables_shown(scene, inside, &first, &count);
	if (count == total)
		snprintf(into, room, "%zu tables", total);
	else
		snprintf(into, room, "%zu to %zu of %zu tables", first + 1, first + count, total);
}

static void paint_list(const struct scene *scene)
{
	char note[64];
	int x;
	struct rect rect = scene->layout->areas[AREA_TABLES];
	if (!scene->layout->framed) {
		part_tables(scene, rect);
		return;
	}
	struct rect inside = rect_inside(rect);
	count_note(scene, inside, note, sizeof(note));
	part_box(scene, rect, "tables", note, true);
	part_tables(scene, inside);
	/* The dates that the strips begin and end with stand below them, in the border. */
	int width = part_tables_strip(scene, inside, &x);
	part_axis(scene, x, rect.y + rect.height - 1, width);
}

enum lower { LOWER_LOG, LOWER_GAPS, LOWER_EVENTS, LOWER_COUNT };

/* What Tab turns round: the large area shows the log, the gaps or the events, and where the others
 * have areas too they change places. */
static void paint_lower(const struct scene *scene, enum area area, enum lower what)
{
	struct rect rect = scene->layout->areas[area];
	bool large = area == AREA_LOG;
	if (rect.height == 0)
		return;
	switch ((enum lower)((what + scene->model->view.pane) % LOWER_COUNT)) {
	case LOWER_LOG:
		paint_log(scene, area, model_selected_table(scene->model), large);
		break;
	case LOWER_GAPS:
		part_causes(scene, rect);
		break;
	case LOWER_EVENTS:
		part_events(scene, part_box(scene, rect, "events", "newest first", false));
		break;
	case LOWER_COUNT:
		break;
	}
}

static void paint(const struct scene *scene)
{
	const struct rect *areas = scene->layout->areas;
	char title[64];
	paint_list(scene);
	paint_lower(scene, AREA_LOG, LOWER_LOG);
	paint_lower(scene, AREA_GAPS, LOWER_GAPS);
	paint_lower(scene, AREA_EVENTS, LOWER_EVENTS);
	if (areas[AREA_SECOND_LOG].height > 0)
		paint_log(scene, AREA_SECOND_LOG, second_table(scene->model), false);
	if (areas[AREA_WORKERS].height == 0)
		return;
	snprintf(title, sizeof(title), "workers %d/%d", scene->model->busy_workers,
		scene->model->workers);
	part_workers(scene, part_box(scene, areas[AREA_WORKERS], title, "+ - change", false));
}

const struct view view_overview = {
	.name = "Overview", .places = "JNG", .footer = footer, .paint = paint, .page = page};

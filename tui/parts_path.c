#include "tui/parts.h"

#include <stdio.h>

#define SAYS "decides the end: "

static int say_stretch(const struct scene *scene, struct rect rest,
	const struct eta_stretch *stretch, bool is_first)
{
	const struct pipeline_table *table = &scene->model->pipeline->tables[stretch->table];
	struct canvas *canvas = scene->canvas;
	char spent[DURATION_TEXT_BYTES];
	int used =
		is_first ? 0 : canvas_text_fit(canvas, rest.x, rest.y, rest.width, PEN(DIM), " > ");
	used += canvas_text_fit(
		canvas, rest.x + used, rest.y, rest.width - used, PEN(TEXT), table->short_name);
	used += canvas_text_fit(canvas, rest.x + used, rest.y, rest.width - used, PEN(DIM), " ");
	return used + canvas_text_fit(canvas, rest.x + used, rest.y, rest.width - used, PEN(DIM),
			      stretch->duration_ms > 0
				      ? clock_format_duration(stretch->duration_ms, spent)
				      : "--");
}

void part_path(const struct scene *scene, struct rect line, const struct eta_plan *eta)
{
	struct rect rest = line;
	if (eta->path_count == 0)
		return;
	int used = canvas_text_fit(scene->canvas, rest.x, rest.y, rest.width, PEN(DIM), SAYS);
	for (size_t i = 0; i < eta->path_count; i++) {
		rest.x += used;
		rest.width -= used;
		if (rest.width <= 0)
			return;
		used = say_stretch(scene, rest, &eta->path[i], i == 0);
	}
}

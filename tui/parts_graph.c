#include "tui/graph.h"
#include "tui/parts.h"

#include <stdio.h>
#include <string.h>

#define SIGN_WIDTH 4 /* mark, state, blanks */
#define DONE_WIDTH 8 /* "126/166" */
#define BUS_WIDTH  4

/* Where the levels are. */
struct drawing {
	const struct scene *scene;
	const struct graph *graph;
	struct rect rect; /* of the tables, without the line below */
	int node_width, level_width;
	int first; /* level shown */
};

static int node_width(const struct pipeline *pipeline)
{
	size_t longest = 0;
	for (size_t i = 0; i < pipeline->table_count; i++)
		if (strlen(pipeline->tables[i].short_name) > longest)
			longest = strlen(pipeline->tables[i].short_name);
	return SIGN_WIDTH + (int)longest + 1 + DONE_WIDTH;
}

static int x_of(const struct drawing *drawing, int level)
{
	return drawing->rect.x + 1 + (level - drawing->first) * drawing->level_width;
}

/* What joins up, down, left and right in one column. */
static enum glyph joint(bool left, bool right, bool up, bool down)
{
	static const enum glyph glyphs[2][2][2][2] = {
		[0][1][0][1] = GLYPH_TOP_LEFT,
		[1][0][0][1] = GLYPH_TOP_RIGHT,
		[1][1][0][1] = GLYPH_TEE_TOP,
		[0][1][1][0] = GLYPH_BOTTOM_LEFT,
		[1][0][1][0] = GLYPH_BOTTOM_RIGHT,
		[1][1][1][0] = GLYPH_TEE_BOTTOM,
		[0][1][1][1] = GLYPH_TEE_LEFT,
		[1][0][1][1] = GLYPH_TEE_RIGHT,
		[1][1][1][1] = GLYPH_CROSS,
		[0][0][1][1] = GLYPH_VERTICAL,
	};
	if (!up && !down)
		return GLYPH_HORIZONTAL;
	return glyphs[left][right][up][down];
}

/* By row of a level: whether something depends on the table there. */
static bool leads_on(const struct drawing *drawing, int level, int row)
{
	const struct pipeline *pipeline = drawing->scene->model->pipeline;
	for (size_t i = 0; i < pipeline->table_count; i++)
		if (drawing->graph->level_of[i] == level && drawing->graph->row_of[i] == row)
			return drawing->graph->is_read[i];
	return false;
}

/* One bus behind each level: everything in it feeds what comes after. */
static void paint_bus(const struct drawing *drawing, int level)
{
	const struct graph *graph = drawing->graph;
	struct canvas *canvas = drawing->scene->canvas;
	int next = graph->rows_of_level[level + 1], last = next - 1;
	int x = x_of(drawing, level) + drawing->node_width;
	for (int row = 0; row < graph->rows_of_level[level]; row++)
		if (row > last && leads_on(drawing, level, row))
			last = row;
	for (int row = 0; row <= last; row++) {
		bool left = leads_on(drawing, level, row), right = row < next;
		int y = drawing->rect.y + row;
		if (left)
			canvas_glyph(canvas, x, y, PEN(FRAME), GLYPH_HORIZONTAL);
		canvas_glyph(canvas, x + 1, y, PEN(FRAME), joint(left, right, row > 0, row < last));
		if (right)
			canvas_glyph(canvas, x + 2, y, PEN(FRAME), GLYPH_HORIZONTAL);
	}
}

static void paint_node(const struct drawing *drawing, size_t table, enum relation relation)
{
	const struct model *model = drawing->scene->model;
	struct canvas *canvas = drawing->scene->canvas;
	struct table_status status = status_of_table(model, table);
	bool selected = model_selected_table(model) == table;
	int x = x_of(drawing, drawing->graph->level_of[table]);
	int y = drawing->rect.y + drawing->graph->row_of[table];
	char done[24];
	if (selected)
		canvas_glyph(canvas, x, y, PEN(FRAME_FOCUS), GLYPH_POINTER);
	else if (relation != RELATION_NONE)
		canvas_text(canvas, x, y, PEN(KEY), relation == RELATION_ABOVE ? "<" : ">");
	part_cell(canvas, x + 1, y, status.sign, (struct part_cell_options){.is_dense = true});
	canvas_text(canvas, x + 3, y,
		selected		    ? PEN(STRONG)
		: relation != RELATION_NONE ? PEN(TEXT)
					    : PEN(DIM),
		model->pipeline->tables[table].short_name);
	snprintf(done, sizeof(done), "%d/%d", status.summary.complete, status.summary.expected);
	canvas_text_right(
		canvas, x + drawing->node_width - DONE_WIDTH - 1, y, DONE_WIDTH, PEN(DIM), done);
}

static void add_names(const struct pipeline *pipeline, const char *title, const size_t *tables,
	size_t count, struct buffer *into)
{
	if (count == 0)
		return;
	buffer_add_format(into, "%s%s", into->length > 0 ? "   " : "", title);
	for (size_t i = 0; i < count; i++)
		buffer_add_format(into, " %s", pipeline->tables[tables[i]].short_name);
}

/* The drawing shows levels: the line below it names what exactly the selected table reads. */
static void paint_reads(const struct scene *scene, struct rect line)
{
	const struct pipeline *pipeline = scene->model->pipeline;
	size_t selected = model_selected_table(scene->model);
	const struct pipeline_table *table = &pipeline->tables[selected];
	size_t readers[PIPELINE_TABLES_MAX], past[PIPELINE_EDGES_MAX];
	size_t count = 0, past_count = 0;
	struct buffer text = {0};
	for (size_t i = 0; i < pipeline->table_count; i++)
		if (graph_depends_on(pipeline, pipeline->order[i], selected))
			readers[count++] = pipeline->order[i];
	for (size_t i = 0; i < table->history_count; i++)
		past[past_count++] = table->history[i].table;
	add_names(pipeline, "reads", table->upstreams, table->upstream_count, &text);
	add_names(pipeline, "guarded by", table->guards, table->guard_count, &text);
	add_names(pipeline, "looks back on", past, past_count, &text);
	add_names(pipeline, "before", readers, count, &text);
	int used = canvas_format(
		scene->canvas, line.x + 1, line.y, PEN(STRONG), "%s ", table->short_name);
	canvas_text_fit(scene->canvas, line.x + 1 + used, line.y, line.width - 2 - used, PEN(DIM),
		buffer_text(&text));
	buffer_release(&text);
}

void part_graph(const struct scene *scene, struct rect rect)
{
	const struct pipeline *pipeline = scene->model->pipeline;
	enum relation relations[PIPELINE_TABLES_MAX];
	struct graph graph;
	size_t selected = model_selected_table(scene->model);
	if (rect.height < 2)
		return;
	graph_make(pipeline, &graph);
	graph_relations(pipeline, selected, relations);
	struct drawing drawing = {.scene = scene, .graph = &graph, .rect = rect};
	drawing.rect.height--;
	drawing.node_width = node_width(pipeline);
	drawing.level_width = drawing.node_width + BUS_WIDTH;
	int fit = rect.width / drawing.level_width;
	if (graph.levels > fit && graph.level_of[selected] >= fit && fit > 0)
		drawing.first = graph.level_of[selected] - fit + 1;
	struct rect before = canvas_clip(scene->canvas, drawing.rect);
	for (int level = drawing.first; level + 1 < graph.levels; level++)
		paint_bus(&drawing, level);
	for (size_t i = 0; i < pipeline->table_count; i++)
		if (graph.level_of[i] >= drawing.first)
			paint_node(&drawing, i, relations[i]);
	canvas_clip(scene->canvas, before);
	paint_reads(scene, (struct rect){rect.x, rect.y + rect.height - 1, rect.width, 1});
}

#include "tui/graph.h"

#include <string.h>

bool graph_depends_on(const struct pipeline *pipeline, size_t table, size_t other)
{
	const struct pipeline_table *described = &pipeline->tables[table];
	for (size_t i = 0; i < described->history_count; i++)
		if (described->history[i].table == other && other != table)
			return true;
	return pipeline_depends_on(pipeline, table, other);
}

static void place_table(const struct pipeline *pipeline, struct graph *graph, size_t position)
{
	size_t table = pipeline->order[position];
	int level = 0;
	for (size_t i = 0; i < position; i++) {
		size_t other = pipeline->order[i];
		if (!graph_depends_on(pipeline, table, other))
			continue;
		graph->is_read[other] = true;
		if (graph->level_of[other] >= level)
			level = graph->level_of[other] + 1;
	}
	graph->level_of[table] = level;
	graph->row_of[table] = graph->rows_of_level[level]++;
	if (level >= graph->levels)
		graph->levels = level + 1;
}

void graph_make(const struct pipeline *pipeline, struct graph *graph)
{
	*graph = (struct graph){0};
	for (size_t i = 0; i < pipeline->table_count; i++)
		place_table(pipeline, graph, i);
}

int graph_rows(const struct pipeline *pipeline)
{
	struct graph graph;
	int rows = 0;
	graph_make(pipeline, &graph);
	for (int i = 0; i < graph.levels; i++)
		if (graph.rows_of_level[i] > rows)
			rows = graph.rows_of_level[i];
	return rows;
}

static bool depends_on_marked(const struct pipeline *pipeline, size_t table,
	const enum relation *relations, enum relation relation, size_t start)
{
	for (size_t i = 0; i < pipeline->table_count; i++)
		if ((relations[i] == relation || i == start) &&
			graph_depends_on(pipeline, table, i))
			return true;
	return false;
}

static bool marked_depends_on(
	const struct pipeline *pipeline, size_t table, const enum relation *relations, size_t start)
{
	for (size_t i = 0; i < pipeline->table_count; i++)
		if ((relations[i] == RELATION_ABOVE || i == start) &&
			graph_depends_on(pipeline, i, table))
			return true;
	return false;
}

void graph_relations(const struct pipeline *pipeline, size_t table, enum relation *relations)
{
	memset(relations, 0, pipeline->table_count * sizeof(*relations));
	for (size_t i = pipeline->table_count; i-- > 0;) {
		size_t other = pipeline->order[i];
		if (other != table && marked_depends_on(pipeline, other, relations, table))
			relations[other] = RELATION_ABOVE;
	}
	for (size_t i = 0; i < pipeline->table_count; i++) {
		size_t other = pipeline->order[i];
		if (other != table &&
			depends_on_marked(pipeline, other, relations, RELATION_BELOW, table))
			relations[other] = RELATION_BELOW;
	}
}

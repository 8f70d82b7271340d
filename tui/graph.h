/*
 * graph: the tables of a pipeline in levels, each behind everything that it depends on. Pure.
 */
#ifndef BACKCOURT_TUI_GRAPH_H
#define BACKCOURT_TUI_GRAPH_H

#include "pipeline/pipeline.h"
#include "tui/view.h"

struct graph {
	int levels;				/* number of them */
	int level_of[PIPELINE_TABLES_MAX];	/* by table */
	int row_of[PIPELINE_TABLES_MAX];	/* by table: in its level */
	int rows_of_level[PIPELINE_TABLES_MAX]; /* by level */
	bool is_read[PIPELINE_TABLES_MAX];	/* by table: something depends on it */
};

/* It reads the other on the same date or on earlier ones, or is guarded by it. */
bool graph_depends_on(const struct pipeline *pipeline, size_t table, size_t other);
void graph_make(const struct pipeline *pipeline, struct graph *graph);
/* Rows of the highest level. */
int graph_rows(const struct pipeline *pipeline);

enum relation { RELATION_NONE, RELATION_ABOVE, RELATION_BELOW };

/* By table: what the table depends on, directly or not, and what depends on it. */
void graph_relations(const struct pipeline *pipeline, size_t table, enum relation *relations);

/* Its drawing, with the states of the tables; the selected one and its relations are marked. */
void part_graph(const struct scene *scene, struct rect rect);

#endif

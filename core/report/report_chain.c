/* The dependency chain, drawn from the pipeline. */
#include "report_parts.h"

#include <stdlib.h>

/* How many tables stand above it, one after the other. */
static void find_stages(const struct pipeline *pipeline, int *stages)
{
	for (size_t i = 0; i < pipeline->table_count; i++) {
		size_t table = pipeline->order[i];
		stages[table] = 0;
		for (size_t k = 0; k < i; k++) {
			size_t above = pipeline->order[k];
			if (pipeline_depends_on(pipeline, table, above) &&
				stages[table] <= stages[above])
				stages[table] = stages[above] + 1;
		}
	}
}

struct group {
	int stage, phase;
	size_t tables[PIPELINE_TABLES_MAX];
	size_t count;
};

static void fill_group(const struct pipeline *pipeline, const int *stages, struct group *group)
{
	group->count = 0;
	for (size_t i = 0; i < pipeline->table_count; i++) {
		size_t table = pipeline->order[i];
		if (stages[table] == group->stage && pipeline->tables[table].phase == group->phase)
			group->tables[group->count++] = table;
	}
}

static bool group_depends_on(
	const struct pipeline *pipeline, const struct group *group, size_t above)
{
	for (size_t i = 0; i < group->count; i++)
		if (pipeline_depends_on(pipeline, group->tables[i], above))
			return true;
	return false;
}

static void add_title(
	const struct pipeline *pipeline, const struct group *group, struct buffer *into)
{
	int above = 0;
	buffer_add_format(into, "Phase %d (", group->phase);
	for (size_t i = 0; i < pipeline->table_count; i++) {
		size_t table = pipeline->order[i];
		if (!group_depends_on(pipeline, group, table))
			continue;
		buffer_add_format(into, "%s%s", above++ == 0 ? "depends on " : ", ",
			pipeline->tables[table].name);
	}
	if (above == 0)
		buffer_add_text(
			into, group->count > 1 ? "run in parallel" : "depends on no other table");
	buffer_add_text(into, "):\n");
}

static bool is_in(const size_t *tables, size_t count, size_t table)
{
	for (size_t i = 0; i < count; i++)
		if (tables[i] == table)
			return true;
	return false;
}

/* " ← REQUIRED for a, b; GUARD of c" */
static void add_needed_by(const struct pipeline *pipeline, size_t table, struct buffer *into)
{
	int required = 0, guarded = 0;
	for (size_t i = 0; i < pipeline->table_count; i++) {
		const struct pipeline_table *below = &pipeline->tables[pipeline->order[i]];
		if (is_in(below->upstreams, below->upstream_count, table))
			buffer_add_format(into, "%s%s", required++ == 0 ? " ← REQUIRED for " : ", ",
				below->name);
	}
	for (size_t i = 0; i < pipeline->table_count; i++) {
		const struct pipeline_table *below = &pipeline->tables[pipeline->order[i]];
		if (is_in(below->guards, below->guard_count, table))
			buffer_add_format(into, "%s%s",
				guarded++ > 0	? ", "
				: required == 0 ? " ← GUARD of "
						: "; GUARD of ",
				below->name);
	}
}

static void add_history(
	const struct pipeline *pipeline, const struct pipeline_table *table, struct buffer *into)
{
	for (size_t i = 0; i < table->history_count; i++) {
		const struct history_edge *edge = &table->history[i];
		buffer_add_format(into, "%s%s", i == 0 ? " (looks back on " : ", ",
			pipeline->tables[edge->table].name);
		if (edge->span == HISTORY_SEASON)
			buffer_add_text(into, ", the season");
		else
			buffer_add_format(into, ", %d days", edge->days);
	}
	buffer_add_text(into, table->history_count > 0 ? ")" : "");
}

static void add_group(
	const struct pipeline *pipeline, const struct group *group, struct buffer *into)
{
	add_title(pipeline, group, into);
	for (size_t i = 0; i < group->count; i++) {
		const struct pipeline_table *table = &pipeline->tables[group->tables[i]];
		buffer_add_format(
			into, "%s %s", i + 1 == group->count ? "└──" : "├──", table->name);
		add_needed_by(pipeline, group->tables[i], into);
		add_history(pipeline, table, into);
		buffer_add_char(into, '\n');
	}
}

/* The smallest stage and phase behind these; false at the end. */
static bool next_group(const struct pipeline *pipeline, const int *stages, struct group *group)
{
	int stage = group->stage, phase = group->phase;
	bool found = false;
	for (size_t i = 0; i < pipeline->table_count; i++) {
		int own = pipeline->tables[i].phase;
		bool is_behind = stages[i] > stage || (stages[i] == stage && own > phase);
		if (!is_behind ||
			(found && (stages[i] > group->stage ||
					  (stages[i] == group->stage && own >= group->phase))))
			continue;
		found = true;
		group->stage = stages[i];
		group->phase = own;
	}
	return found;
}

void report_add_chain(const struct report *report, struct buffer *into)
{
	const struct pipeline *pipeline = report->request.pipeline;
	int *stages = memory_new_array(pipeline->table_count, sizeof(*stages));
	struct group group = {.stage = -1};
	find_stages(pipeline, stages);
	buffer_add_text(into, "## COMPLETE DEPENDENCY CHAIN\n\n```\n");
	for (bool first = true; next_group(pipeline, stages, &group); first = false) {
		buffer_add_text(into, first ? "" : "\n");
		fill_group(pipeline, stages, &group);
		add_group(pipeline, &group, into);
	}
	buffer_add_text(into, "```\n\n");
	free(stages);
}

#include "parse_parts.h"

#include <stdlib.h>
#include <string.h>

enum mark { MARK_NEW, MARK_OPEN, MARK_DONE };

struct walk {
	struct parser *parser;
	enum mark marks[PIPELINE_TABLES_MAX];
	size_t path[PIPELINE_TABLES_MAX];
	size_t depth;
	size_t placed;
};

static bool tell_cycle(const struct walk *walk, size_t table)
{
	struct buffer text = {0};
	size_t start = 0;
	while (walk->path[start] != table)
		start++;
	for (size_t i = start; i < walk->depth; i++)
		buffer_add_format(
			&text, "%s -> ", walk->parser->pipeline->tables[walk->path[i]].name);
	buffer_add_text(&text, walk->parser->pipeline->tables[table].name);
	struct json_place place = {.path = "tables"};
	json_place_fail(&walk->parser->source, &place, "a cycle: %s", buffer_text(&text));
	buffer_release(&text);
	return false;
}

/* Every table that must stand before `table`, by number; false after the last. */
static bool dependency(const struct pipeline_table *table, size_t number, size_t *other)
{
	if (number < table->upstream_count)
		*other = table->upstreams[number];
	else if ((number -= table->upstream_count) < table->guard_count)
		*other = table->guards[number];
	else if ((number -= table->guard_count) < table->history_count)
		*other = table->history[number].table;
	else if ((number -= table->history_count) < table->job.minimum_count)
		*other = table->job.minimums[number].table;
	else if (number == table->job.minimum_count && table->expect.rule == EXPECT_SAME_AS)
		*other = table->expect.same_as;
	else
		return false;
	return true;
}

static bool visit(struct walk *walk, size_t table)
{
	struct pipeline *pipeline = walk->parser->pipeline;
	if (walk->marks[table] == MARK_DONE)
		return true;
	if (walk->marks[table] == MARK_OPEN)
		return tell_cycle(walk, table);
	walk->marks[table] = MARK_OPEN;
	walk->path[walk->depth++] = table;
	size_t other;
	for (size_t i = 0; dependency(&pipeline->tables[table], i, &other); i++)
		if (!visit(walk, other))
			return false;
	walk->depth--;
	walk->marks[table] = MARK_DONE;
	pipeline->order[walk->placed++] = table;
	return true;
}

bool pipeline_sort(struct parser *parser)
{
	struct walk walk = {.parser = parser};
	parser->pipeline->order =
		memory_new_array(parser->pipeline->table_count, sizeof(*parser->pipeline->order));
	for (size_t i = 0; i < parser->pipeline->table_count; i++)
		if (!visit(&walk, i))
			return false;
	return true;
}

#include "pipeline/pipeline.h"

#include "base/embedded.h"
#include "base/path.h"
#include "parse_parts.h"

#include <stdlib.h>
#include <string.h>

#define DEFAULT_WORKERS		4
#define DEFAULT_SILENT_AFTER_MS 600000 /* 10 minutes */
#define DEFAULT_FAILURES_IN_ROW 3

static const char *const pipeline_keys[] = {"version", "name", "range", "goal", "calendar",
	"tables", "run", "checks", "warehouse", NULL};
static const char *const run_keys[] = {"workers", "auto_launch", "release", "order", NULL};
static const char *const check_keys[] = {"silent_after", "failures_in_row", NULL};

static bool parse_run(struct parser *parser, const struct json_place *root)
{
	static const char *const releases[] = {"range", "date", NULL};
	static const char *const orders[] = {"oldest", "newest", NULL};
	struct pipeline *pipeline = parser->pipeline;
	struct json_place run = json_place_member(root, "run");
	int64_t workers = pipeline->workers;
	int release = 0;
	int order = 0;
	if (run.value == NULL)
		return true;
	bool done = json_place_check_keys(&parser->source, &run, run_keys) &&
		    parse_integer(parser, &run, "workers", 1, PIPELINE_WORKERS_MAX, &workers) &&
		    parse_boolean(parser, &run, "auto_launch", &pipeline->auto_launch) &&
		    parse_word(parser, &run, "release", releases, &release) &&
		    parse_word(parser, &run, "order", orders, &order);
	pipeline->workers = (int)workers;
	pipeline->release = (enum release_mode)release;
	pipeline->run_order = (enum run_order)order;
	return done;
}

static bool parse_checks(struct parser *parser, const struct json_place *root)
{
	struct json_place checks = json_place_member(root, "checks");
	int64_t failures = parser->pipeline->failures_in_row;
	if (checks.value == NULL)
		return true;
	bool done = json_place_check_keys(&parser->source, &checks, check_keys) &&
		    parse_duration(
			    parser, &checks, "silent_after", &parser->pipeline->silent_after_ms) &&
		    parse_integer(parser, &checks, "failures_in_row", 1, 1000, &failures);
	parser->pipeline->failures_in_row = (int)failures;
	return done;
}

static bool parse_tables(struct parser *parser, const struct json_place *root)
{
	struct pipeline *pipeline = parser->pipeline;
	struct json_place list;
	size_t count;
	if (!parse_list(parser, root, "tables", PIPELINE_TABLES_MAX, &list, &count))
		return false;
	if (count == 0)
		return json_place_fail(&parser->source, &list, "there must be at least one table");
	pipeline->tables = memory_new_array(count, sizeof(*pipeline->tables));
	pipeline->table_count = count;
	if (!parse_table_names(parser, &list))
		return false;
	for (size_t i = 0; i < count; i++) {
		struct json_place item = json_place_item(&list, i);
		if (!parse_table(parser, &item, i))
			return false;
	}
	return pipeline_sort(parser);
}

static bool parse_root(struct parser *parser, const struct json_place *root)
{
	struct pipeline *pipeline = parser->pipeline;
	int64_t version = 0;
	if (!json_place_check_keys(&parser->source, root, pipeline_keys) ||
		!parse_integer(parser, root, "version", 1, INT32_MAX, &version))
		return false;
	struct json_place place = json_place_member(root, "version");
	if (place.value == NULL)
		return json_place_fail(&parser->source, &place,
			"is missing (this program reads version %d)", PIPELINE_VERSION);
	if (version != PIPELINE_VERSION)
		return json_place_fail(&parser->source, &place,
			"version %lld is newer than this program knows (%d)", (long long)version,
			PIPELINE_VERSION);
	return parse_text(parser, root, "name", true, pipeline->name, sizeof(pipeline->name)) &&
	       parse_range(parser, root, "range", &pipeline->range) &&
	       parse_range(parser, root, "goal", &pipeline->goal) && parse_calendar(parser, root) &&
	       parse_checks(parser, root) && parse_run(parser, root) && parse_tables(parser, root);
}

static json_t *read_json(const char *json, size_t length, const char *source, struct error *err)
{
	json_error_t reason;
	if (length > PIPELINE_FILE_BYTES_MAX) {
		error_set(err, ERROR_LIMIT, "%s: more than 1 MiB", source);
		return NULL;
	}
	json_t *root = json_loadb(json, length, JSON_REJECT_DUPLICATES, &reason);
	if (root == NULL)
		error_set(err, ERROR_CONFIG, "%s:%d:%d: %s", source, reason.line, reason.column,
			reason.text);
	return root;
}

bool pipeline_parse(const char *json, size_t length, const char *source, struct pipeline **loaded,
	struct error *err)
{
	json_t *document = read_json(json, length, source, err);
	if (document == NULL)
		return false;
	struct pipeline *pipeline = memory_new(sizeof(*pipeline));
	pipeline->source = memory_copy_text(source);
	pipeline->range = pipeline->goal = (struct date_range){0, -1};
	pipeline->workers = DEFAULT_WORKERS;
	pipeline->silent_after_ms = DEFAULT_SILENT_AFTER_MS;
	pipeline->failures_in_row = DEFAULT_FAILURES_IN_ROW;
	struct parser parser = {{source, ERROR_CONFIG, err}, pipeline};
	struct json_place root = {.value = document};
	bool done = parse_root(&parser, &root);
	json_decref(document);
	if (done)
		*loaded = pipeline;
	else
		pipeline_free(pipeline);
	return done;
}

const char *pipeline_embedded(const char *name, size_t *length)
{
	char *path = memory_format("core/pipelines/%s.json", name);
	const char *text = embedded_find(path, length);
	free(path);
	return text;
}

bool pipeline_load(const char *path_or_name, struct pipeline **loaded, struct error *err)
{
	const char *name = path_or_name == NULL ? "nba" : path_or_name;
	size_t length;
	const char *embedded = pipeline_embedded(name, &length);
	if (embedded != NULL) {
		char *source = memory_format("embedded %s", name);
		bool done = pipeline_parse(embedded, length, source, loaded, err);
		free(source);
		return done;
	}
	if (strchr(name, '/') == NULL && !path_exists(name))
		return error_set(err, ERROR_CONFIG,
			"no pipeline is called \"%s\" and no file of that name is here", name);
	struct buffer text = {0};
	bool done = path_read_file(name, PIPELINE_FILE_BYTES_MAX, &text, err) &&
		    pipeline_parse(buffer_text(&text), text.length, name, loaded, err);
	buffer_release(&text);
	return done;
}

void pipeline_free(struct pipeline *pipeline)
{
	if (pipeline == NULL)
		return;
	for (size_t i = 0; i < pipeline->table_count; i++) {
		struct pipeline_table *table = &pipeline->tables[i];
		for (size_t key = 0; key < table->key_count; key++)
			free(table->key[key]);
		free(table->key);
		free(table->job.json);
	}
	free(pipeline->tables);
	free(pipeline->order);
	free(pipeline->game_days);
	free(pipeline->source);
	free(pipeline);
}

bool pipeline_dates(const struct pipeline *pipeline, const char *name, struct date_range *dates)
{
	bool has_goal = pipeline->goal.last >= pipeline->goal.first;
	if (has_goal && text_equal(name + (name[0] == '@' ? 1 : 0), "goal")) {
		*dates = pipeline->goal;
		return true;
	}
	if (!text_starts_with(name, "season:"))
		return false;
	for (size_t i = 0; i < pipeline->season_count; i++) {
		const struct pipeline_season *season = &pipeline->seasons[i];
		if (!text_equal(name + strlen("season:"), season->name))
			continue;
		*dates = (struct date_range){season->first, season->last};
		return true;
	}
	return false;
}

size_t pipeline_find(const struct pipeline *pipeline, const char *name)
{
	size_t i = 0;
	while (i < pipeline->table_count && strcmp(pipeline->tables[i].name, name) != 0 &&
		strcmp(pipeline->tables[i].short_name, name) != 0)
		i++;
	return i;
}

const char *pipeline_suggest(const struct pipeline *pipeline, const char *name)
{
	const char *names[2 * PIPELINE_TABLES_MAX];
	for (size_t i = 0; i < pipeline->table_count; i++) {
		names[2 * i] = pipeline->tables[i].name;
		names[2 * i + 1] = pipeline->tables[i].short_name;
	}
	return text_nearest(name, names, 2 * pipeline->table_count);
}

bool pipeline_depends_on(const struct pipeline *pipeline, size_t table, size_t other)
{
	const struct pipeline_table *described = &pipeline->tables[table];
	for (size_t i = 0; i < pipeline_edge_count(described); i++)
		if (pipeline_edge(described, i) == other)
			return true;
	return false;
}

void pipeline_find_below(const struct pipeline *pipeline, size_t start, bool *is_below)
{
	memset(is_below, 0, pipeline->table_count * sizeof(*is_below));
	for (size_t i = 0; i < pipeline->table_count; i++) {
		const struct pipeline_table *table = &pipeline->tables[pipeline->order[i]];
		for (size_t k = 0; k < pipeline_edge_count(table); k++) {
			size_t other = pipeline_edge(table, k);
			is_below[pipeline->order[i]] |= other == start || is_below[other];
		}
	}
}

size_t pipeline_critical(const struct pipeline_table *table, const char *names[PIPELINE_EDGES_MAX])
{
	for (size_t i = 0; i < table->critical_count; i++)
		names[i] = table->critical[i].column;
	return table->critical_count;
}

int pipeline_early_days(const struct pipeline *pipeline)
{
	int longest = 0;
	for (size_t i = 0; i < pipeline->table_count; i++)
		for (size_t k = 0; k < pipeline->tables[i].history_count; k++) {
			const struct history_edge *edge = &pipeline->tables[i].history[k];
			if (edge->span == HISTORY_DAYS && edge->days > longest)
				longest = edge->days;
		}
	return pipeline->bootstrap_days + (longest > 0 ? longest : PIPELINE_LOOKBACK_DAYS);
}

#include "parse_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *const table_keys[] = {"name", "short", "phase", "dataset", "date_column", "key",
	"bootstrap", "days", "expect", "upstreams", "guards", "history", "critical", "first_date",
	"retention_days", "job", NULL};
static const char *const expect_keys[] = {"per_game", "min", "max", "constant", "same_as",
	"min_ratio", "at_least_previous", "rows_of", NULL};
static const char *const history_keys[] = {"table", "days", "span", NULL};
static const char *const critical_keys[] = {"column", "max_null_ratio", NULL};
static const char *const job_keys[] = {"executor", "cwd", "argv", "argv_dates", "env", "secret_env",
	"granularity", "external_log", "checkpoint", "requires", "silent_after", "timeout", "nice",
	"stop", NULL};
static const char *const executors[] = {"native", "command", NULL};

bool parse_table_names(struct parser *parser, const struct json_place *tables)
{
	struct pipeline *pipeline = parser->pipeline;
	for (size_t i = 0; i < pipeline->table_count; i++) {
		struct json_place place = json_place_item(tables, i);
		struct pipeline_table *table = &pipeline->tables[i];
		if (!json_place_check_keys(&parser->source, &place, table_keys) ||
			!parse_text(parser, &place, "name", true, table->name, sizeof(table->name)))
			return false;
		text_copy(table->short_name, sizeof(table->short_name), table->name);
		if (!parse_text(parser, &place, "short", false, table->short_name,
			    sizeof(table->short_name)))
			return false;
		for (size_t other = 0; other < i; other++)
			if (strcmp(pipeline->tables[other].name, table->name) == 0 ||
				strcmp(pipeline->tables[other].short_name, table->short_name) == 0)
				return json_place_fail(&parser->source, &place,
					"the name \"%s\" (short \"%s\") is taken by tables[%zu]",
					table->name, table->short_name, other);
	}
	return true;
}

static int count_rules(const struct json_place *expect)
{
	static const char *const rules[] = {
		"per_game", "constant", "same_as", "at_least_previous", "rows_of"};
	int count = 0;
	for (size_t i = 0; i < ARRAY_COUNT(rules); i++)
		count += json_object_get(expect->value, rules[i]) != NULL;
	bool has_both = json_object_get(expect->value, "rows_of") != NULL &&
			json_object_get(expect->value, "per_game") != NULL;
	return has_both ? count - 1 : count;
}

static bool parse_per_game(
	const struct parser *parser, const struct json_place *expect, struct expectation *into)
{
	into->rule = EXPECT_PER_GAME;
	return parse_number(parser, expect, "per_game", 0, 1e6, &into->per_game) &&
	       parse_number(parser, expect, "min", 0, 1e6, &into->per_game_min) &&
	       parse_number(parser, expect, "max", 0, 1e6, &into->per_game_max);
}

static bool parse_same_as(
	const struct parser *parser, const struct json_place *expect, struct expectation *into)
{
	struct json_place other = json_place_member(expect, "same_as");
	into->rule = EXPECT_SAME_AS;
	into->min_ratio = 1;
	return parse_table_name(parser, &other, &into->same_as) &&
	       parse_number(parser, expect, "min_ratio", 0, 1, &into->min_ratio);
}

static bool parse_previous(
	const struct parser *parser, const struct json_place *expect, struct expectation *into)
{
	struct json_place place = json_place_member(expect, "at_least_previous");
	into->rule = EXPECT_AT_LEAST_PREVIOUS;
	if (!json_is_true(place.value))
		return json_place_fail(
			&parser->source, &place, "must be true (leave it out otherwise)");
	return parse_integer(parser, expect, "min", 0, INT32_MAX, &into->minimum);
}

static bool parse_constant(
	const struct parser *parser, const struct json_place *expect, struct expectation *into)
{
	into->rule = EXPECT_CONSTANT;
	if (!parse_integer(parser, expect, "constant", 0, INT32_MAX, &into->constant))
		return false;
	into->minimum = into->constant;
	return parse_integer(parser, expect, "min", 0, into->constant, &into->minimum);
}

static bool parse_rows_of(
	const struct parser *parser, const struct json_place *expect, struct expectation *into)
{
	static const char *const words[] = {"raw", NULL};
	int word = 0;
	if (!parse_word(parser, expect, "rows_of", words, &word) ||
		!parse_per_game(parser, expect, into))
		return false;
	into->rule = EXPECT_ROWS_OF_RAW;
	return true;
}

static bool parse_expect(
	const struct parser *parser, const struct json_place *parent, struct expectation *into)
{
	struct json_place expect = json_place_member(parent, "expect");
	*into = (struct expectation){.per_game_min = NAN, .per_game_max = NAN, .minimum = -1};
	if (expect.value == NULL)
		return true;
	if (!json_place_check_keys(&parser->source, &expect, expect_keys))
		return false;
	if (count_rules(&expect) != 1)
		return json_place_fail(&parser->source, &expect,
			"needs exactly one of per_game, constant, same_as, at_least_previous, "
			"rows_of");
	if (json_object_get(expect.value, "rows_of") != NULL)
		return parse_rows_of(parser, &expect, into);
	if (json_object_get(expect.value, "per_game") != NULL)
		return parse_per_game(parser, &expect, into);
	if (json_object_get(expect.value, "constant") != NULL)
		return parse_constant(parser, &expect, into);
	if (json_object_get(expect.value, "same_as") != NULL)
		return parse_same_as(parser, &expect, into);
	return parse_previous(parser, &expect, into);
}

static bool parse_edges(const struct parser *parser, const struct json_place *parent,
	const char *key, size_t *edges, size_t *edge_count)
{
	struct json_place list;
	if (!parse_list(parser, parent, key, PIPELINE_EDGES_MAX, &list, edge_count))
		return false;
	for (size_t i = 0; i < *edge_count; i++) {
		struct json_place item = json_place_item(&list, i);
		if (!parse_table_name(parser, &item, &edges[i]))
			return false;
		for (size_t other = 0; other < i; other++)
			if (edges[other] == edges[i])
				return json_place_fail(&parser->source, &item, "stands here twice");
	}
	return true;
}

static bool parse_one_history(
	const struct parser *parser, const struct json_place *item, struct history_edge *edge)
{
	static const char *const spans[] = {"season", NULL};
	int64_t days = 0;
	int span = -1;
	if (!json_place_check_keys(&parser->source, item, history_keys))
		return false;
	struct json_place table = json_place_member(item, "table");
	if (table.value == NULL)
		return json_place_fail(&parser->source, &table, "is missing");
	if (!parse_table_name(parser, &table, &edge->table) ||
		!parse_integer(parser, item, "days", 1, DATE_RANGE_DAYS_MAX, &days) ||
		!parse_word(parser, item, "span", spans, &span))
		return false;
	if ((days > 0) == (span >= 0))
		return json_place_fail(&parser->source, item, "needs either \"days\" or \"span\"");
	edge->span = days > 0 ? HISTORY_DAYS : HISTORY_SEASON;
	edge->days = (int)days;
	return true;
}

static bool parse_history(
	const struct parser *parser, const struct json_place *parent, struct pipeline_table *table)
{
	struct json_place list;
	if (!parse_list(
		    parser, parent, "history", PIPELINE_EDGES_MAX, &list, &table->history_count))
		return false;
	for (size_t i = 0; i < table->history_count; i++) {
		struct json_place item = json_place_item(&list, i);
		if (!parse_one_history(parser, &item, &table->history[i]))
			return false;
	}
	return true;
}

static bool parse_critical(
	const struct parser *parser, const struct json_place *parent, struct pipeline_table *table)
{
	struct json_place list;
	if (!parse_list(
		    parser, parent, "critical", PIPELINE_EDGES_MAX, &list, &table->critical_count))
		return false;
	for (size_t i = 0; i < table->critical_count; i++) {
		struct json_place item = json_place_item(&list, i);
		struct critical_column *critical = &table->critical[i];
		if (!json_place_check_keys(&parser->source, &item, critical_keys) ||
			!parse_text(parser, &item, "column", true, critical->column,
				sizeof(critical->column)) ||
			!parse_number(
				parser, &item, "max_null_ratio", 0, 1, &critical->max_null_ratio))
			return false;
	}
	return true;
}

static bool parse_key(
	const struct parser *parser, const struct json_place *parent, struct pipeline_table *table)
{
	struct json_place list;
	size_t count;
	if (!parse_list(parser, parent, "key", PIPELINE_EDGES_MAX, &list, &count))
		return false;
	table->key = memory_new_array(count + 1, sizeof(*table->key));
	for (; table->key_count < count; table->key_count++) {
		struct json_place item = json_place_item(&list, table->key_count);
		if (!json_place_expect(&parser->source, &item, JSON_STRING, "the name of a column"))
			return false;
		table->key[table->key_count] = memory_copy_text(json_string_value(item.value));
	}
	return true;
}

static size_t find_season(const struct pipeline *pipeline, const char *name)
{
	size_t i = 0;
	while (i < pipeline->season_count && strcmp(pipeline->seasons[i].name, name) != 0)
		i++;
	return i;
}

static bool parse_first_dates(
	const struct parser *parser, const struct json_place *parent, struct pipeline_table *table)
{
	for (size_t i = 0; i < PIPELINE_SEASONS_MAX; i++)
		table->first_date[i] = DATE_NONE;
	struct json_place dates = json_place_member(parent, "first_date");
	if (dates.value == NULL)
		return true;
	if (!json_place_expect(&parser->source, &dates, JSON_OBJECT, "an object of seasons"))
		return false;
	const char *key;
	json_t *value;
	json_object_foreach(dates.value, key, value)
	{
		size_t season = find_season(parser->pipeline, key);
		if (season == parser->pipeline->season_count)
			return json_place_fail(
				&parser->source, &dates, "no season is called \"%.40s\"", key);
		if (!parse_date(parser, &dates, key, &table->first_date[season]))
			return false;
	}
	return true;
}

static bool parse_minimums(
	const struct parser *parser, const struct json_place *parent, struct pipeline_job *job)
{
	struct json_place list = json_place_member(parent, "requires");
	if (list.value == NULL)
		return true;
	if (!json_place_expect(&parser->source, &list, JSON_OBJECT, "an object of tables and rows"))
		return false;
	const char *key;
	json_t *value;
	json_object_foreach(list.value, key, value)
	{
		if (key[0] == '#')
			continue;
		struct job_minimum minimum = {.table = pipeline_find(parser->pipeline, key)};
		if (minimum.table == parser->pipeline->table_count)
			return json_place_fail(
				&parser->source, &list, "no table is called \"%.40s\"", key);
		if (job->minimum_count == PIPELINE_EDGES_MAX)
			return json_place_fail(&parser->source, &list, "holds more than %d tables",
				PIPELINE_EDGES_MAX);
		if (!parse_integer(parser, &list, key, 1, INT32_MAX, &minimum.rows))
			return false;
		job->minimums[job->minimum_count++] = minimum;
	}
	return true;
}

static bool parse_job(
	const struct parser *parser, const struct json_place *parent, struct pipeline_table *table)
{
	struct json_place job = json_place_member(parent, "job");
	int executor = EXECUTOR_NATIVE;
	table->job.silent_after_ms = parser->pipeline->silent_after_ms;
	if (job.value == NULL)
		return true;
	if (!json_place_check_keys(&parser->source, &job, job_keys) ||
		!parse_word(parser, &job, "executor", executors, &executor) ||
		!parse_duration(parser, &job, "silent_after", &table->job.silent_after_ms) ||
		!parse_minimums(parser, &job, &table->job))
		return false;
	table->job.executor = (enum job_executor)executor;
	table->job.json = json_dumps(job.value, JSON_COMPACT);
	struct json_place argv = json_place_member(&job, "argv");
	if (executor == EXECUTOR_COMMAND && argv.value == NULL)
		return json_place_fail(&parser->source, &argv, "is missing");
	return argv.value == NULL ||
	       json_place_expect(&parser->source, &argv, JSON_ARRAY, "a list");
}

bool parse_table(struct parser *parser, const struct json_place *place, size_t index)
{
	static const char *const days[] = {"games", "all", NULL};
	struct pipeline_table *table = &parser->pipeline->tables[index];
	int64_t phase = 0, retention = 0;
	int day = 0;
	text_copy(table->dataset, sizeof(table->dataset), "main");
	text_copy(table->date_column, sizeof(table->date_column), "date");
	bool done =
		parse_integer(parser, place, "phase", 0, 99, &phase) &&
		parse_integer(
			parser, place, "retention_days", 1, DATE_RANGE_DAYS_MAX, &retention) &&
		parse_text(
			parser, place, "dataset", false, table->dataset, sizeof(table->dataset)) &&
		parse_text(parser, place, "date_column", false, table->date_column,
			sizeof(table->date_column)) &&
		parse_boolean(parser, place, "bootstrap", &table->bootstrap) &&
		parse_word(parser, place, "days", days, &day) && parse_key(parser, place, table) &&
		parse_expect(parser, place, &table->expect) &&
		parse_edges(parser, place, "upstreams", table->upstreams, &table->upstream_count) &&
		parse_edges(parser, place, "guards", table->guards, &table->guard_count) &&
		parse_history(parser, place, table) && parse_critical(parser, place, table) &&
		parse_first_dates(parser, place, table) && parse_job(parser, place, table);
	table->phase = (int)phase;
	table->retention_days = (int)retention;
	table->all_days = day == 1;
	return done;
}

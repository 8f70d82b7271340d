#include "tests/test.h"

#include "pipeline/pipeline.h"

static void the_embedded_pipeline_is_the_one_of_the_hand_off(void **state)
{
	(void)state;
	struct pipeline *pipeline;
	struct error err;
	assert_true(pipeline_load(NULL, &pipeline, &err));
	assert_string_equal(pipeline->name, "nba");
	assert_int_equal(pipeline->table_count, 10);
	assert_int_equal(pipeline->bootstrap_days, 14);
	assert_int_equal(pipeline->workers, 4);
	size_t pcf = pipeline_find(pipeline, "pcf");
	size_t tdza = pipeline_find(pipeline, "team_defense_zone_analysis");
	assert_int_equal(pipeline->tables[pcf].upstream_count, 4);
	assert_true(pipeline_depends_on(pipeline, pcf, tdza));
	assert_true(pipeline_depends_on(pipeline, pcf, pipeline_find(pipeline, "pgs")));
	assert_false(pipeline_depends_on(pipeline, tdza, pcf));
	size_t place[10];
	for (size_t i = 0; i < 10; i++)
		place[pipeline->order[i]] = i;
	assert_true(place[tdza] < place[pcf]);
	assert_true(place[pcf] < place[pipeline_find(pipeline, "mlfs")]);
	pipeline_free(pipeline);
}

#define HEAD  "{\"version\": 1, \"name\": \"p\", "
#define TABLE "{\"name\": \"a\"}"

static void every_mistake_is_told_with_its_place(void **state)
{
	(void)state;
	static const struct {
		const char *json, *message;
	} cases[] = {
		{"{", "p.json:1:1: "},
		{"[]", "p.json: must be an object, not a list"},
		{"{\"name\": \"p\"}", "p.json: version: is missing"},
		{"{\"version\": 9, \"name\": \"p\"}", "version 9 is newer"},
		{HEAD "\"tabels\": []}", "unknown key \"tabels\" (did you mean \"tables\"?)"},
		{HEAD "\"tables\": []}", "p.json: tables: there must be at least one table"},
		{HEAD "\"tables\": 7}", "p.json: tables: must be a list, not a whole number"},
		{HEAD "\"tables\": [{}]}", "p.json: tables[0].name: is missing"},
		{HEAD "\"tables\": [" TABLE "," TABLE "]}",
			"tables[1]: the name \"a\" (short \"a\") is taken by tables[0]"},
		{HEAD "\"tables\": [{\"name\": \"alpha\"}, {\"name\": \"b\", \"upstreams\": "
		      "[\"alpah\"]}]}",
			"p.json: tables[1].upstreams[0]: no table is called \"alpah\" (did you "
			"mean "
			"\"alpha\"?)"},
		{HEAD "\"tables\": [{\"name\": \"a\", \"upstreams\": [\"b\"]}, {\"name\": \"b\", "
		      "\"guards\": [\"c\"]}, {\"name\": \"c\", \"history\": [{\"table\": \"a\", "
		      "\"days\": 3}]}]}",
			"a cycle: a -> b -> c -> a"},
		{HEAD "\"range\": \"2021-11-31..2021-12-01\", \"tables\": [" TABLE "]}",
			"p.json: range: "},
		{HEAD "\"tables\": [{\"name\": \"a\", \"expect\": {\"constant\": 5, \"min\": 6}}]}",
			"tables[0].expect.min: must be from 0 to 5, not 6"},
		{HEAD "\"tables\": [{\"name\": \"a\", \"expect\": {}}]}", "needs exactly one of"},
		{HEAD "\"tables\": [{\"name\": \"a\", \"expect\": {\"rows_of\": \"raw\", "
		      "\"constant\": 5}}]}",
			"needs exactly one of"},
		{HEAD "\"tables\": [{\"name\": \"a\", \"expect\": {\"rows_of\": \"raw\", "
		      "\"per_game\": 2, \"min\": -1}}]}",
			"tables[0].expect.min"},
		{HEAD "\"tables\": [{\"name\": \"a\", \"history\": [{\"table\": \"a\"}]}]}",
			"tables[0].history[0]: needs either \"days\" or \"span\""},
		{HEAD "\"calendar\": {\"seasons\": [{\"name\": \"s\", \"first\": \"2021-10-19\", "
		      "\"last\": \"2021-13-01\"}]}, \"tables\": [" TABLE "]}",
			"calendar.seasons[0].last: \"2021-13-01\" is no date"},
		{HEAD "\"run\": {\"release\": \"now\"}, \"tables\": [" TABLE "]}",
			"run.release: must be \"range\" or \"date\", not \"now\""},
		{HEAD "\"run\": {\"workers\": 0}, \"tables\": [" TABLE "]}",
			"run.workers: must be from 1 to 64, not 0"},
		{HEAD "\"checks\": {\"silent_after\": \"soon\"}, \"tables\": [" TABLE "]}",
			"\"soon\" is no duration"},
		{HEAD "\"tables\": [{\"name\": \"a\", \"job\": {\"executor\": \"command\"}}]}",
			"tables[0].job.argv: is missing"},
		{HEAD "\"tables\": [{\"name\": \"a\", \"job\": {\"requires\": {\"b\": 1}}}]}",
			"tables[0].job.requires: no table is called \"b\""},
		{HEAD "\"tables\": [{\"name\": \"a\", \"job\": {\"requires\": {\"a\": 0}}}]}",
			"tables[0].job.requires.a: must be from 1 to 2147483647, not 0"},
		{HEAD "\"tables\": [{\"name\": \"a\", \"job\": {\"requires\": {\"a\": 1}}}]}",
			"a cycle: a -> a"},
		{HEAD "\"tables\": [{\"name\": \"a\", \"job\": {\"requires\": [\"a\"]}}]}",
			"requires: must be an object of tables and rows, not a list"},
		{HEAD "\"tables\": [" TABLE "], \"tables\": []}", "duplicate"},
	};
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct pipeline *pipeline = NULL;
		struct error err = {0};
		bool loaded = pipeline_parse(
			cases[i].json, strlen(cases[i].json), "p.json", &pipeline, &err);
		if (loaded || strstr(err.text, cases[i].message) == NULL)
			fail_msg("%s\ngave: %s", cases[i].json, loaded ? "no error" : err.text);
	}
}

static void comments_and_defaults_are_taken(void **state)
{
	(void)state;
	const char *json = HEAD "\"# why\": 1, \"tables\": [{\"name\": \"a\", \"# note\": []}]}";
	struct pipeline *pipeline;
	struct error err;
	assert_true(pipeline_parse(json, strlen(json), "p.json", &pipeline, &err));
	assert_string_equal(pipeline->tables[0].short_name, "a");
	assert_int_equal(pipeline->tables[0].expect.rule, EXPECT_NOTHING_KNOWN);
	assert_int_equal(pipeline->tables[0].job.silent_after_ms, 600000);
	assert_true(pipeline->range.last < pipeline->range.first);
	pipeline_free(pipeline);
}

static void the_limits_hold(void **state)
{
	(void)state;
	struct error err;
	struct pipeline *pipeline = NULL;
	for (int count = PIPELINE_TABLES_MAX; count <= PIPELINE_TABLES_MAX + 1; count++) {
		struct buffer json = {0};
		buffer_add_text(&json, HEAD "\"tables\": [");
		for (int i = 0; i < count; i++)
			buffer_add_format(&json, "%s{\"name\": \"t%d\"}", i == 0 ? "" : ",", i);
		buffer_add_text(&json, "]}");
		bool loaded = pipeline_parse(json.bytes, json.length, "p", &pipeline, &err);
		assert_int_equal(loaded, count == PIPELINE_TABLES_MAX);
		if (loaded)
			pipeline_free(pipeline);
		buffer_release(&json);
	}
	char *large = memory_new(PIPELINE_FILE_BYTES_MAX + 2);
	memset(large, ' ', PIPELINE_FILE_BYTES_MAX + 1);
	assert_false(pipeline_parse(large, PIPELINE_FILE_BYTES_MAX + 1, "p", &pipeline, &err));
	assert_int_equal(err.kind, ERROR_LIMIT);
	free(large);
	assert_false(pipeline_load("no-such-pipeline", &pipeline, &err));
	assert_int_equal(err.kind, ERROR_CONFIG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_embedded_pipeline_is_the_one_of_the_hand_off),
		cmocka_unit_test(every_mistake_is_told_with_its_place),
		cmocka_unit_test(comments_and_defaults_are_taken),
		cmocka_unit_test(the_limits_hold),
	};
	return RUN(tests);
}

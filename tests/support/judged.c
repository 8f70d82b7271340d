#include "tests/support/judged.h"

#include "tests/test.h"

static const char pipeline_text[] =
	"{\"version\": 1, \"name\": \"verdicts\", \"calendar\": {\"bootstrap_days\": 2, "
	"\"seasons\": [{\"name\": \"S\", \"first\": \"2021-10-19\", \"last\": \"2022-04-10\"}]}, "
	"\"tables\": [{\"name\": \"base\", \"expect\": {\"per_game\": 2}}, "
	"{\"name\": \"guard\", \"expect\": {\"per_game\": 2}}, "
	"{\"name\": \"low\", \"bootstrap\": true, \"expect\": {\"constant\": 10, \"min\": 9}, "
	"\"critical\": [{\"column\": \"c\", \"max_null_ratio\": 0.2}, "
	"{\"column\": \"pace\", \"max_null_ratio\": 0.01}], "
	"\"upstreams\": [\"base\"], \"guards\": [\"guard\"], "
	"\"first_date\": {\"S\": \"2021-10-22\"}}, "
	"{\"name\": \"picky\", \"expect\": {\"constant\": 10}, \"upstreams\": [\"base\"], "
	"\"job\": {\"executor\": \"command\", \"argv\": [\"x\"], \"requires\": {\"base\": 5}}}, "
	"{\"name\": \"twin\", \"expect\": {\"same_as\": \"low\", \"min_ratio\": 0.5}, "
	"\"upstreams\": [\"low\"]}, "
	"{\"name\": \"cousin\", \"expect\": {\"same_as\": \"low\", \"min_ratio\": 0.5}}]}";

struct world judged_open(void)
{
	struct world world;
	world_open(&world, pipeline_text, "222.2222");
	return world;
}

struct cell *judged_cell(const struct world *world, size_t table, int day)
{
	return coverage_cell(world->coverage, table, world_day(world, day));
}

void judged_expect_at(
	struct world *world, size_t table, int day, enum verdict verdict, enum reason reason)
{
	coverage_judge(world->coverage);
	const struct cell *cell = judged_cell(world, table, day);
	if (cell->verdict != verdict || cell->reason != reason)
		fail_msg("%s day %d is %s %s, not %s %s", world->pipeline->tables[table].name, day,
			verdict_word(cell->verdict), reason_word(cell->reason),
			verdict_word(verdict), reason_word(reason));
}

void judged_expect(struct world *world, enum verdict verdict, enum reason reason)
{
	judged_expect_at(world, LOW, DAY, verdict, reason);
}

void judged_expect_words(struct world *world, size_t table, int day, const char *words)
{
	struct buffer text = {0};
	coverage_judge(world->coverage);
	coverage_explain(world->coverage, table, world_day(world, day), &text);
	assert_string_equal(buffer_text(&text), words);
	buffer_release(&text);
}

void judged_write(struct world *world, size_t table, int day, int64_t rows)
{
	world_write(world, table, world_day(world, day), rows);
	coverage_judge(world->coverage);
}

void judged_fill_upstreams(struct world *world, int day)
{
	judged_write(world, BASE, day, 4);
	judged_write(world, GUARD, day, 4);
}

void judged_attempt(struct world *world, enum attempt_state state, int64_t at_ms)
{
	coverage_set_attempt(
		world->coverage, LOW, world_day(world, DAY), state, "CATEGORY: why", at_ms);
}

void judged_count(struct world *world, int64_t rows, int64_t distinct_keys, int64_t nulls)
{
	size_t layouts[] = {LOW};
	struct day_count item = {
		.date = world_day(world, DAY), .rows = rows, .distinct_keys = distinct_keys};
	int64_t of_columns[] = {nulls, 0};
	struct day_counts counts = {
		.items = &item, .count = 1, .nulls = of_columns, .null_count = 2};
	coverage_set_counts(world->coverage, &counts, layouts, 1, 5000);
}

void judged_excuse(struct world *world, int day, const char *words, date_t until)
{
	struct excuse one = {
		.table = LOW, .date = world_day(world, day), .until = until, .words = words};
	coverage_set_excuse(world->coverage, &one);
}

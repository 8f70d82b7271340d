#include "tests/support/world.h"

#include "tests/test.h"

#define SEASON_EXTRA_DAYS 3 /* of the season behind the schedule's end */

uint32_t world_random(struct world *world, uint32_t below)
{
	/* xorshift32 */
	world->random ^= world->random << 13;
	world->random ^= world->random >> 17;
	world->random ^= world->random << 5;
	return below == 0 ? 0 : world->random % below;
}

uint32_t world_count(uint32_t usual)
{
	const char *wish = getenv("BACKCOURT_TEST_WORLDS");
	int64_t count;
	if (wish == NULL || !text_to_integer(wish, &count) || count < 1 || count > UINT32_MAX - 1)
		return usual;
	return (uint32_t)count;
}

static void make_calendar(struct world *world, const char *games, int unscheduled_days)
{
	struct raw_day days[WORLD_GAMES_MAX];
	struct raw_days raw = {.items = days, .last_game = world->first};
	size_t count = strlen(games);
	assert_true(count <= WORLD_GAMES_MAX);
	for (size_t i = 0; i < count; i++) {
		int64_t played = games[i] == '.' ? 0 : games[i] - '0';
		if (played == 0)
			continue;
		days[raw.count++] = (struct raw_day){.date = world->first + (date_t)i,
			.regular_games = played,
			.box_rows = 20 * played,
			.roster_rows = 30 * played};
	}
	raw.first_game = world->first;
	raw.last_game = world->first + (date_t)count - 1;
	world->calendar = calendar_new(world->pipeline, &raw);
	world->coverage = coverage_new(world->pipeline, world->calendar,
		(struct date_range){world->first, raw.last_game + unscheduled_days});
	struct receipts none = {0};
	coverage_set_receipts(world->coverage, &none, 1000);
	coverage_judge(world->coverage);
}

static void open_pipeline(struct world *world, const char *json)
{
	struct error err;
	*world = (struct world){.random = 1, .first = date_of(2021, 10, 19)};
	if (!pipeline_parse(json, strlen(json), "world", &world->pipeline, &err))
		fail_msg("%s\n%s", err.text, json);
}

void world_open(struct world *world, const char *json, const char *games)
{
	open_pipeline(world, json);
	make_calendar(world, games, 0);
}

static void add_edges(struct world *world, struct buffer *json, const char *key, int table)
{
	bool any = false;
	for (int other = 0; other < table; other++) {
		if (world_random(world, 3) != 0)
			continue;
		if (any)
			buffer_add_text(json, ", ");
		else
			buffer_add_format(json, ", \"%s\": [", key);
		buffer_add_format(json, "\"t%d\"", other);
		any = true;
	}
	if (any)
		buffer_add_text(json, "]");
}

static void add_history(struct world *world, struct buffer *json, int table)
{
	if (table == 0 || world_random(world, 3) != 0)
		return;
	uint32_t other = world_random(world, (uint32_t)table);
	buffer_add_format(json, ", \"history\": [{\"table\": \"t%u\", ", other);
	if (world_random(world, 2) == 0)
		buffer_add_text(json, "\"span\": \"season\"}]");
	else
		buffer_add_format(json, "\"days\": %u}]", 1 + world_random(world, 6));
}

/* Returns the table whose rows are wanted, or -1. */
static int add_rule(struct world *world, struct buffer *json, int table)
{
	switch (world_random(world, table == 0 ? 5 : 6)) {
	case 0:
		buffer_add_text(json, "\"per_game\": 2");
		break;
	case 1:
		buffer_add_text(json, "\"per_game\": 4, \"min\": 3, \"max\": 5");
		break;
	case 2:
		buffer_add_text(json, "\"constant\": 30, \"min\": 29");
		break;
	case 3:
		buffer_add_text(json, "\"at_least_previous\": true, \"min\": 8");
		break;
	case 4:
		buffer_add_text(json, "\"rows_of\": \"raw\"");
		break;
	case 5: {
		uint32_t other = world_random(world, (uint32_t)table);
		buffer_add_format(json,
			"\"same_as\": \"t%u\", \"min_ratio\": 0.5}, \"upstreams\": [\"t%u\"], "
			"\"#\": {\"#\": 0",
			other, other);
		return (int)other;
	}
	}
	return -1;
}

static void add_table(struct world *world, struct buffer *json, int table, bool *bootstraps)
{
	struct buffer rule = {0};
	int base = add_rule(world, &rule, table);
	bootstraps[table] = world_random(world, 4) == 0 || (base >= 0 && bootstraps[base]);
	buffer_add_format(json, "%s{\"name\": \"t%d\", \"bootstrap\": %s, \"expect\": {%s}",
		table == 0 ? "" : ", ", table, bootstraps[table] ? "true" : "false",
		buffer_text(&rule));
	if (base < 0)
		add_edges(world, json, "upstreams", table);
	buffer_release(&rule);
	if (world_random(world, 2) == 0)
		add_edges(world, json, "guards", table);
	add_history(world, json, table);
	if (world->is_hard && table > 0 && world_random(world, 4) == 0)
		buffer_add_format(json, ", \"job\": {\"requires\": {\"t%u\": %u}}",
			base >= 0 ? (uint32_t)base : world_random(world, (uint32_t)table),
			1 + world_random(world, WORLD_MINIMUM_MAX));
	buffer_add_text(json, "}");
}

static void make_random(struct world *world, uint32_t seed, bool is_hard)
{
	struct world made = {.random = seed * 2654435761u + 1, .is_hard = is_hard};
	struct buffer json = {0};
	bool bootstraps[WORLD_TABLES_MAX];
	char games[WORLD_DAYS_MAX + 1], last[DATE_TEXT_BYTES];
	uint32_t tables = 1 + world_random(&made, (uint32_t)WORLD_TABLES_MAX);
	uint32_t days = 1 + world_random(&made, WORLD_DAYS_MAX);
	date_format(date_of(2021, 10, 19) + (date_t)days + SEASON_EXTRA_DAYS, last);
	buffer_add_format(&json,
		"{\"version\": 1, \"name\": \"w%u\", \"calendar\": {\"bootstrap_days\": %u, "
		"\"seasons\": [{\"name\": \"S\", \"first\": \"2021-10-19\", \"last\": \"%s\"}]}, "
		"\"run\": {\"workers\": %u, \"auto_launch\": true, \"release\": \"%s\", "
		"\"order\": \"%s\"}, \"tables\": [",
		seed, world_random(&made, 4), last, 1 + world_random(&made, 4),
		world_random(&made, 2) == 0 ? "range" : "date",
		world_random(&made, 4) == 0 ? "newest" : "oldest");
	for (int i = 0; i < (int)tables; i++)
		add_table(&made, &json, i, bootstraps);
	buffer_add_text(&json, "]}");
	for (uint32_t i = 0; i < days; i++)
		games[i] = world_random(&made, 6) == 0 ? '.' : (char)('1' + world_random(&made, 9));
	games[days] = '\0';
	open_pipeline(world, buffer_text(&json));
	make_calendar(world, games, world_random(&made, 3) == 0 ? 2 : 0);
	world->random = made.random;
	buffer_release(&json);
}

void world_random_new(struct world *world, uint32_t seed)
{
	make_random(world, seed, false);
}

void world_random_hard(struct world *world, uint32_t seed)
{
	make_random(world, seed, true);
}

void world_close(struct world *world)
{
	coverage_free(world->coverage);
	calendar_free(world->calendar);
	pipeline_free(world->pipeline);
}

int64_t world_right_rows(const struct world *world, size_t table, date_t date)
{
	const struct expectation *rule = &world->pipeline->tables[table].expect;
	struct calendar_day day = calendar_day(world->calendar, date);
	switch (rule->rule) {
	case EXPECT_PER_GAME:
		return (int64_t)rule->per_game * day.games;
	case EXPECT_CONSTANT:
		return rule->constant;
	case EXPECT_SAME_AS:
		return coverage_cell(world->coverage, rule->same_as, date)->rows;
	case EXPECT_ROWS_OF_RAW:
		return day.games == 0 ? 0 : day.box_rows;
	case EXPECT_NOTHING_KNOWN:
	case EXPECT_AT_LEAST_PREVIOUS:
		return 10;
	}
	return 10;
}

struct receipt world_receipt(struct world *world, size_t table, date_t date, int64_t rows)
{
	const struct pipeline_table *described = &world->pipeline->tables[table];
	struct receipt receipt = {.date = date,
		.rows = rows,
		.distinct_keys = rows,
		.sequence = ++world->sequence,
		.written_ms = 1000 + world->sequence};
	text_copy(receipt.table, sizeof(receipt.table), described->name);
	for (size_t i = 0; i < pipeline_edge_count(described); i++) {
		size_t other = pipeline_edge(described, i);
		struct receipt_source *source = &receipt.sources[receipt.source_count++];
		const struct cell *cell = coverage_cell(world->coverage, other, date);
		text_copy(
			source->table, sizeof(source->table), world->pipeline->tables[other].name);
		source->sequence = cell == NULL || !cell->has_receipt ? 0 : cell->sequence;
	}
	return receipt;
}

void world_write(struct world *world, size_t table, date_t date, int64_t rows)
{
	struct receipt receipt = world_receipt(world, table, date, rows);
	coverage_set_receipt(world->coverage, &receipt, 2000);
}

void world_rerun(struct world *world, size_t table, date_t date)
{
	const struct cell *cell = coverage_cell(world->coverage, table, date);
	int64_t right = cell->fresh ? cell->rows : world_right_rows(world, table, date);
	struct receipt receipt = world_receipt(world, table, date, right);
	if (cell->has_receipt && cell->rows_known && cell->rows == right)
		receipt.sequence = cell->sequence; /* the rows are the same: renewed only */
	coverage_set_receipt(world->coverage, &receipt, 2000);
	coverage_set_attempt(world->coverage, table, date, ATTEMPT_SUCCEEDED, "", 1500);
}

static void litter_cell(struct world *world, size_t table, date_t date)
{
	int64_t right = world_right_rows(world, table, date);
	enum expect_rule rule = world->pipeline->tables[table].expect.rule;
	bool may_be_thick = rule != EXPECT_NOTHING_KNOWN && rule != EXPECT_AT_LEAST_PREVIOUS;
	switch (world_random(world, 9)) {
	case 0:
		world_write(world, table, date, right / 2);
		break;
	case 1:
		world_write(world, table, date, may_be_thick ? right * 2 : right);
		break;
	case 2:
		world_write(world, table, date, 0);
		break;
	case 3:
		coverage_set_attempt(world->coverage, table, date, ATTEMPT_FAILED, "words", 1500);
		break;
	case 4:
		coverage_set_attempt(world->coverage, table, date, ATTEMPT_KILLED, "", 1500);
		break;
	default:
		world_write(world, table, date, right);
		break;
	}
}

void world_litter(struct world *world)
{
	struct coverage *coverage = world->coverage;
	uint32_t share = world_random(world, 4); /* of four cells */
	for (size_t i = 0; i < world->pipeline->table_count; i++)
		for (date_t date = coverage->range.first; date <= coverage->range.last; date++)
			if (world_random(world, 4) < share)
				litter_cell(world, world->pipeline->order[i], date);
	/* Some are written again, so that what lies below gets stale. */
	for (uint32_t i = world_random(world, 6); i > 0; i--) {
		size_t table = world_random(world, (uint32_t)world->pipeline->table_count);
		date_t date = coverage->range.first +
			      (date_t)world_random(world, (uint32_t)coverage->days);
		if (coverage_cell(coverage, table, date)->has_receipt)
			world_write(world, table, date, world_right_rows(world, table, date));
	}
	coverage_judge(coverage);
}

static void trouble_cell(struct world *world, size_t table, date_t date)
{
	static const enum attempt_state states[] = {ATTEMPT_QUEUED, ATTEMPT_RUNNING,
		ATTEMPT_SUSPECT, ATTEMPT_TIMED_OUT, ATTEMPT_LOST, ATTEMPT_FAILED};
	uint32_t kind = world_random(world, ARRAY_COUNT(states) + 2);
	struct excuse excuse = {
		.table = table, .date = date, .until = DATE_NONE, .words = "because (test)"};
	struct cell *cell = coverage_cell(world->coverage, table, date);
	bool is_busy = cell->attempt == ATTEMPT_QUEUED || cell->attempt == ATTEMPT_RUNNING;
	if (is_busy || cell->expects != EXPECTED_YES)
		return;
	if (kind < ARRAY_COUNT(states) && !cell->rows_known)
		return; /* nobody can say what a run makes of rows that nobody knows */
	if (kind < ARRAY_COUNT(states))
		coverage_set_attempt(world->coverage, table, date, states[kind],
			world_random(world, 2) == 0 ? "SCHEMA: no such column" : "words", 1500);
	else if (kind == ARRAY_COUNT(states))
		cell->rows_known = false;
	else
		coverage_set_excuse(world->coverage, &excuse);
}

void world_trouble(struct world *world)
{
	struct coverage *coverage = world->coverage;
	uint32_t tables = (uint32_t)world->pipeline->table_count;
	uint32_t days = (uint32_t)coverage->days;
	for (uint32_t i = world_random(world, tables * 3); i > 0; i--)
		trouble_cell(world, world_random(world, tables),
			world_day(world, (int)world_random(world, days)));
	if (world_random(world, 5) == 0)
		coverage_set_retention(coverage, world_random(world, tables),
			world_day(world, (int)world_random(world, days)));
	coverage_judge(coverage);
}

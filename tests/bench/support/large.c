#include "tests/bench/support/large.h"

#include "base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TABLES	200
#define WIDTH	10 /* tables in one layer */
#define SEASONS 10

const char *large_state_words(enum large_state state)
{
	static const char *const words[] = {[LARGE_NOTHING] = "nothing there yet",
		[LARGE_COMPLETE] = "all complete",
		[LARGE_SOME_WRONG] = "one in a hundred wrong",
		[LARGE_STALE] = "everything stale"};
	return words[state];
}

static void add_table(struct buffer *json, int table)
{
	buffer_add_format(json,
		"%s{\"name\": \"t%03d\", \"short\": \"t%03d\", \"phase\": 3, \"dataset\": \"d\","
		" \"date_column\": \"day\", \"key\": [\"day\"], \"expect\": {\"per_game\": 2},"
		" \"job\": {\"executor\": \"native\"}",
		table == 0 ? "" : ",\n", table, table);
	if (table >= WIDTH) {
		int above = (table / WIDTH - 1) * WIDTH;
		buffer_add_format(json,
			", \"upstreams\": [\"t%03d\", \"t%03d\"], \"guards\": [\"t%03d\"],"
			" \"history\": [{\"table\": \"t%03d\", \"span\": \"season\"}]",
			above + table % WIDTH, above + (table + 1) % WIDTH,
			above + (table + 2) % WIDTH, above + (table + 3) % WIDTH);
	}
	buffer_add_char(json, '}');
}

char *large_text(void)
{
	struct buffer json = {0};
	buffer_add_text(&json, "{\"version\": 1, \"name\": \"large\","
			       " \"range\": \"2015-10-20..2025-04-10\", \"calendar\": {\"source\":"
			       " \"schedule\", \"bootstrap_days\": 14, \"seasons\": [");
	for (int i = 0; i < SEASONS; i++)
		buffer_add_format(&json,
			"%s{\"name\": \"s%d\", \"first\": \"%d-10-20\", \"last\": \"%d-04-10\"}",
			i == 0 ? "" : ", ", i, 2015 + i, 2016 + i);
	buffer_add_text(&json, "]}, \"tables\": [");
	for (int i = 0; i < TABLES; i++)
		add_table(&json, i);
	buffer_add_text(&json, "]}");
	char *text = memory_copy_span(json.bytes, json.length);
	buffer_release(&json);
	return text;
}

struct pipeline *large_pipeline(void)
{
	struct pipeline *pipeline;
	struct error err;
	char *text = large_text();
	if (!pipeline_parse(text, strlen(text), "large", &pipeline, &err)) {
		fprintf(stderr, "benchmark: %s\n", err.text);
		exit(1);
	}
	free(text);
	return pipeline;
}

void large_raw_days(const struct pipeline *pipeline, struct raw_days *days)
{
	*days = (struct raw_days){.first_game = DATE_NONE};
	for (size_t i = 0; i < pipeline->season_count; i++) {
		const struct pipeline_season *season = &pipeline->seasons[i];
		for (date_t date = season->first; date <= season->last; date++) {
			if (date % 5 == 0)
				continue;
			ARRAY_GROW(days->items, days->count, days->capacity);
			days->items[days->count++] = (struct raw_day){.date = date,
				.regular_games = 7,
				.box_rows = 150,
				.roster_rows = 230};
			days->first_game = days->first_game == DATE_NONE ? date : days->first_game;
			days->last_game = date;
		}
	}
}

/* Later tables were written later. */
static int64_t sequence_of(size_t table, date_t date)
{
	return (int64_t)table * 10000 + date;
}

static void add_sources(
	const struct pipeline *pipeline, size_t index, bool stale, struct receipt *receipt)
{
	const struct pipeline_table *table = &pipeline->tables[index];
	for (size_t i = 0; i < pipeline_edge_count(table); i++) {
		size_t source = pipeline_edge(table, i);
		struct receipt_source *read = &receipt->sources[receipt->source_count++];
		text_copy(read->table, sizeof(read->table), pipeline->tables[source].name);
		read->sequence = stale ? 1 : sequence_of(source, receipt->date);
	}
}

/* Of 1024 dates that are some wrong four are missing, four thin and two stale. */
static void add_receipt(const struct pipeline *pipeline, size_t table, date_t date, uint32_t chance,
	struct receipts *receipts)
{
	bool is_thin = chance >= 4 && chance < 8;
	if (chance < 4)
		return;
	ARRAY_GROW(receipts->items, receipts->count, receipts->capacity);
	struct receipt *receipt = &receipts->items[receipts->count++];
	*receipt = (struct receipt){.date = date,
		.rows = is_thin ? 9 : 14,
		.distinct_keys = is_thin ? 9 : 14,
		.sequence = sequence_of(table, date)};
	text_copy(receipt->table, sizeof(receipt->table), pipeline->tables[table].name);
	add_sources(pipeline, table, chance >= 8 && chance < 10, receipt);
}

void large_receipts(const struct pipeline *pipeline, const struct raw_days *days,
	enum large_state state, struct receipts *receipts)
{
	static const uint32_t chances[] = {
		[LARGE_NOTHING] = 0, [LARGE_COMPLETE] = 1000, [LARGE_STALE] = 9};
	uint32_t random = 1;
	*receipts = (struct receipts){0};
	for (size_t table = 0; table < pipeline->table_count; table++)
		for (size_t i = 0; i < days->count; i++) {
			random = random * 1664525 + 1013904223;
			add_receipt(pipeline, table, days->items[i].date,
				state == LARGE_SOME_WRONG ? random >> 8 & 1023 : chances[state],
				receipts);
		}
}

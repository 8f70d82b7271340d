/* Ten seasons x 200 tables: all verdicts with what blocks them, the totals, and the plan. */
#include "base/memory.h"
#include "jobs/scheduler.h"
#include "tests/bench/support/measure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TABLES	200
#define WIDTH	10 /* tables in one layer, each reads three of the layer before */
#define SEASONS 10
#define ROUNDS	7

struct plan {
	struct pipeline *pipeline;
	struct calendar *calendar;
	struct coverage *coverage;
	struct table_summary total;
	int queued;
	int64_t sum;
	uint32_t random;
};

_Noreturn static void give_up(const char *reason)
{
	fprintf(stderr, "benchmark: %s\n", reason);
	exit(1);
}

static void add_table(struct buffer *json, int table)
{
	buffer_add_format(json,
		"%s{\"name\": \"t%03d\", \"short\": \"t%03d\", \"phase\": 3, \"dataset\": \"d\","
		" \"date_column\": \"day\", \"key\": [\"day\"], \"expect\": {\"per_game\": 2},"
		" \"job\": {\"executor\": \"native\"}",
		table == 0 ? "" : ",\n", table, table);
	if (table >= WIDTH) {
		int before = (table / WIDTH - 1) * WIDTH;
		buffer_add_format(json,
			", \"upstreams\": [\"t%03d\", \"t%03d\"], \"guards\": [\"t%03d\"]",
			before + table % WIDTH, before + (table + 1) % WIDTH,
			before + (table + 2) % WIDTH);
	}
	buffer_add_char(json, '}');
}

static void make_pipeline(struct plan *plan)
{
	struct buffer json = {0};
	struct error err;
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
	if (!pipeline_parse(buffer_text(&json), json.length, "large", &plan->pipeline, &err))
		give_up(err.text);
	buffer_release(&json);
}

/* A game day is any day of a season but every fifth. */
static void make_calendar(struct plan *plan)
{
	struct raw_days days = {.first_game = DATE_NONE};
	for (size_t i = 0; i < plan->pipeline->season_count; i++) {
		const struct pipeline_season *season = &plan->pipeline->seasons[i];
		for (date_t date = season->first; date <= season->last; date++) {
			if (date % 5 == 0)
				continue;
			ARRAY_GROW(days.items, days.count, days.capacity);
			days.items[days.count++] = (struct raw_day){.date = date,
				.regular_games = 7,
				.box_rows = 150,
				.roster_rows = 230};
			days.first_game = days.first_game == DATE_NONE ? date : days.first_game;
			days.last_game = date;
		}
	}
	plan->calendar = calendar_new(plan->pipeline, &days);
	free(days.items);
}

/* Later tables were written later. */
static int64_t sequence_of(size_t table, date_t date)
{
	return (int64_t)table * 10000 + date;
}

static void add_sources(const struct pipeline_table *table, const struct pipeline *pipeline,
	date_t date, bool stale, struct receipt *receipt)
{
	for (size_t i = 0; i < table->upstream_count + table->guard_count; i++) {
		size_t source = i < table->upstream_count
					? table->upstreams[i]
					: table->guards[i - table->upstream_count];
		struct receipt_source *read = &receipt->sources[receipt->source_count++];
		text_copy(read->table, sizeof(read->table), pipeline->tables[source].name);
		read->sequence = stale ? 1 : sequence_of(source, date);
	}
}

/* Of a thousand dates four are missing, two thin and two computed from older rows. */
static void add_receipt(struct plan *plan, size_t index, date_t date, struct receipts *receipts)
{
	const struct pipeline_table *table = &plan->pipeline->tables[index];
	plan->random = plan->random * 1664525 + 1013904223;
	uint32_t chance = plan->random >> 8 & 1023;
	if (chance < 4)
		return;
	ARRAY_GROW(receipts->items, receipts->count, receipts->capacity);
	struct receipt *receipt = &receipts->items[receipts->count++];
	*receipt = (struct receipt){.date = date,
		.rows = chance < 6 ? 9 : 14,
		.distinct_keys = chance < 6 ? 9 : 14,
		.sequence = sequence_of(index, date)};
	text_copy(receipt->table, sizeof(receipt->table), table->name);
	add_sources(table, plan->pipeline, date, chance >= 6 && chance < 8, receipt);
}

static void make_receipts(struct plan *plan)
{
	struct receipts receipts = {0};
	for (size_t table = 0; table < plan->pipeline->table_count; table++)
		for (date_t date = plan->coverage->range.first; date <= plan->coverage->range.last;
			date++)
			if (calendar_expects(plan->calendar, &plan->pipeline->tables[table],
				    date) == EXPECTED_YES)
				add_receipt(plan, table, date, &receipts);
	coverage_set_receipts(plan->coverage, &receipts, 1000);
	receipts_release(&receipts);
}

static void judge(void *context)
{
	struct plan *plan = context;
	coverage_judge(plan->coverage);
	plan->total = coverage_total(plan->coverage);
}

static void judge_and_plan(void *context)
{
	struct plan *plan = context;
	judge(plan);
	struct scheduler *scheduler = scheduler_new(plan->pipeline, plan->coverage->range);
	scheduler_set_workers(scheduler, 4);
	scheduler_set_auto_launch(scheduler, true);
	plan->queued = scheduler_queue_all(scheduler, plan->coverage);
	scheduler_free(scheduler);
}

/* One look at every cell: what no judge can do without. */
static void walk(void *context)
{
	struct plan *plan = context;
	size_t count = plan->pipeline->table_count * (size_t)plan->coverage->days;
	int64_t sum = 0;
	for (size_t i = 0; i < count; i++)
		sum += plan->coverage->cells[i].rows + plan->coverage->cells[i].sequence;
	plan->sum = sum;
}

int main(void)
{
	struct plan plan = {0};
	make_pipeline(&plan);
	make_calendar(&plan);
	plan.coverage = coverage_new(plan.pipeline, plan.calendar, plan.pipeline->range);
	make_receipts(&plan);
	double reference = measure_best_ms(ROUNDS, walk, &plan);
	measure_print(&(struct measure){.what = "verdicts: 10 seasons x 200 tables",
		.unit = "ms",
		.value = measure_best_ms(ROUNDS, judge, &plan),
		.reference = "one look at every cell",
		.reference_value = reference});
	measure_print(&(struct measure){.what = "verdicts: the same with the plan",
		.unit = "ms",
		.value = measure_best_ms(ROUNDS, judge_and_plan, &plan),
		.reference = "one look at every cell",
		.reference_value = reference,
		.limit = 50});
	printf("# %d expected, %d complete, %d gaps, %d queued, %.0f MiB\n", plan.total.expected,
		plan.total.complete, plan.total.gaps, plan.queued, measure_peak_mib());
	coverage_free(plan.coverage);
	calendar_free(plan.calendar);
	pipeline_free(plan.pipeline);
	return 0;
}

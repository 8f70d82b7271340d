/* 200 tables over ten seasons: what the screen recomputes after an event must not be felt. */
#include "tests/test.h"

#include "coverage/causes.h"
#include "coverage/plan.h"
#include "jobs/scheduler.h"

#include <time.h>

#define TABLES	50 /* in each of the layers */
#define LAYERS	4
#define SEASONS 10
#define ROUNDS	5
/* The aim is 50 ms; this fails when something grows with the square of the days or tables. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define LIMIT_MS ((int64_t)4000)
#else
#define LIMIT_MS ((int64_t)400)
#endif

static int64_t now_us(void)
{
	struct timespec now;
	assert_int_equal(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now), 0);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* Each table of a layer reads three of the layer above, is guarded by one, and looks back a season;
 * the ten seasons are October to April. */
static struct pipeline *large_pipeline(void)
{
	struct buffer json = {0};
	struct pipeline *pipeline;
	struct error err;
	buffer_add_text(&json, "{\"version\": 1, \"name\": \"large\", \"calendar\": {"
			       "\"bootstrap_days\": 14, \"seasons\": [");
	for (int i = 0; i < SEASONS; i++)
		buffer_add_format(&json,
			"%s{\"name\": \"%d\", \"first\": \"%d-10-19\", \"last\": \"%d-04-10\"}",
			i == 0 ? "" : ", ", 2012 + i, 2012 + i, 2013 + i);
	buffer_add_text(&json, "]}, \"tables\": [");
	for (int i = 0; i < LAYERS * TABLES; i++) {
		buffer_add_format(&json, "%s{\"name\": \"t%d\", \"bootstrap\": %s, ",
			i == 0 ? "" : ", ", i, i < TABLES ? "false" : "true");
		if (i % 3 == 0)
			buffer_add_text(&json, "\"expect\": {\"at_least_previous\": true}");
		else
			buffer_add_text(&json, "\"expect\": {\"per_game\": 2}");
		int above = (i / TABLES - 1) * TABLES, place = i % TABLES;
		if (above >= 0)
			buffer_add_format(&json,
				", \"upstreams\": [\"t%d\", \"t%d\", \"t%d\"], \"guards\": "
				"[\"t%d\"], \"history\": [{\"table\": \"t%d\", \"span\": "
				"\"season\"}]",
				above + place, above + (place + 1) % TABLES,
				above + (place + 7) % TABLES, above + (place + 13) % TABLES,
				above + (place + 3) % TABLES);
		buffer_add_text(&json, "}");
	}
	buffer_add_text(&json, "]}");
	if (!pipeline_parse(json.bytes, json.length, "large", &pipeline, &err))
		fail_msg("%s", err.text);
	buffer_release(&json);
	return pipeline;
}

static struct calendar *large_calendar(const struct pipeline *pipeline)
{
	struct raw_days raw = {.first_game = pipeline->seasons[0].first,
		.last_game = pipeline->seasons[SEASONS - 1].last};
	for (int i = 0; i < SEASONS; i++)
		for (date_t day = pipeline->seasons[i].first; day <= pipeline->seasons[i].last;
			day++) {
			ARRAY_GROW(raw.items, raw.count, raw.capacity);
			raw.items[raw.count++] = (struct raw_day){.date = day,
				.regular_games = 1 + day % 12,
				.box_rows = 200,
				.roster_rows = 300};
		}
	struct calendar *calendar = calendar_new(pipeline, &raw);
	free(raw.items);
	return calendar;
}

enum mess { ALL_COMPLETE, SOME_WRONG, NOTHING_THERE, ALL_STALE };

static void fill(struct coverage *coverage, enum mess mess)
{
	uint32_t random = 1;
	int64_t sequence = 0;
	coverage_set_receipts(coverage, &(struct receipts){0}, 1000);
	for (size_t i = 0; mess != NOTHING_THERE && i < coverage->pipeline->table_count; i++) {
		size_t table = coverage->pipeline->order[i];
		for (date_t date = coverage->range.first; date <= coverage->range.last; date++) {
			struct cell *cell = coverage_cell(coverage, table, date);
			random = random * 1664525u + 1013904223u;
			bool wrong = mess == SOME_WRONG && (random >> 16) % 100 == 0;
			cell->rows =
				wrong ? 1
				: coverage->pipeline->tables[table].expect.rule == EXPECT_PER_GAME
					? 2 + 2 * (date % 12)
					: 100;
			cell->distinct_keys = cell->rows;
			cell->sequence = ++sequence;
			cell->has_receipt = true;
			/* every layer was written before the one above */
			cell->written_ms = mess == ALL_STALE ? 2000 - (int64_t)(table / TABLES) : 0;
		}
	}
}

static void measure(struct coverage *coverage, enum mess mess, const char *what)
{
	int64_t best_us[4] = {INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX};
	size_t causes_found = 0;
	int planned = 0;
	fill(coverage, mess);
	for (int round = 0; round < ROUNDS; round++) {
		struct causes causes;
		struct plan plan;
		struct plan_wish wish = {.order = PLAN_UNBLOCKING};
		int64_t start = now_us();
		coverage_judge(coverage);
		int64_t judged = now_us();
		coverage_causes(coverage, &causes);
		int64_t explained = now_us();
		plan_make(coverage, &wish, &plan);
		int64_t end = now_us();
		int64_t parts[4] = {
			judged - start, explained - judged, end - explained, end - start};
		for (int i = 0; i < 4; i++)
			best_us[i] = parts[i] < best_us[i] ? parts[i] : best_us[i];
		causes_found = causes.count;
		planned = plan.cells;
		causes_release(&causes);
		plan_release(&plan);
	}
	print_message("# %s: verdicts %.1f ms, causes %.1f ms (%zu), plan %.1f ms (%d cells): "
		      "%.1f ms\n",
		what, (double)best_us[0] / 1e3, (double)best_us[1] / 1e3, causes_found,
		(double)best_us[2] / 1e3, planned, (double)best_us[3] / 1e3);
	assert_true(best_us[3] < LIMIT_MS * 1000);
}

/* One date of one table ends: what the model does with every such event. */
static void measure_one_change(struct coverage *coverage)
{
	int64_t worst_us = 0;
	fill(coverage, SOME_WRONG);
	coverage_judge(coverage);
	for (size_t table = 0; table < coverage->pipeline->table_count; table++) {
		date_t date = coverage->range.first + 20 + (date_t)(table % 100);
		coverage_set_attempt(coverage, table, date, ATTEMPT_RUNNING, "", 3000);
		int64_t start = now_us();
		coverage_judge_changes(coverage);
		int64_t took_us = now_us() - start;
		worst_us = took_us > worst_us ? took_us : worst_us;
		assert_int_equal(coverage_verdict(coverage, table, date), VERDICT_RUNNING);
	}
	int64_t start = now_us();
	coverage_judge(coverage);
	int64_t all_us = now_us() - start;
	print_message("# one date changes: %.2f ms at worst, everything %.1f ms\n",
		(double)worst_us / 1e3, (double)all_us / 1e3);
	assert_true(worst_us < all_us / 4);
}

/* What the engine asks after every event, with everything queued or about to start. */
static void measure_scheduler(struct coverage *coverage)
{
	int64_t best_us = INT64_MAX;
	struct turn turn;
	struct scheduler *scheduler = scheduler_new(coverage->pipeline, coverage->range);
	fill(coverage, NOTHING_THERE);
	coverage_judge(coverage);
	assert_true(scheduler_queue_all(scheduler, coverage) > 0);
	for (int round = 0; round < ROUNDS; round++) {
		int64_t start = now_us();
		assert_false(scheduler_take_stuck(scheduler, coverage, &turn));
		assert_true(scheduler_next(scheduler, coverage, &turn));
		int64_t took_us = now_us() - start;
		best_us = took_us < best_us ? took_us : best_us;
		scheduler_batch_done(scheduler, turn.table, true);
	}
	print_message("# what runs next: %.1f ms\n", (double)best_us / 1e3);
	assert_true(best_us < LIMIT_MS * 1000);
	scheduler_free(scheduler);
}

static void two_hundred_tables_over_ten_seasons_are_judged_at_once(void **state)
{
	(void)state;
	struct pipeline *pipeline = large_pipeline();
	struct calendar *calendar = large_calendar(pipeline);
	struct coverage *coverage = coverage_new(pipeline, calendar,
		(struct date_range){
			pipeline->seasons[0].first, pipeline->seasons[SEASONS - 1].last});
	print_message("# %zu tables x %d days, %zu bytes a cell\n", pipeline->table_count,
		coverage->days, sizeof(struct cell));
	measure(coverage, ALL_COMPLETE, "all complete");
	measure(coverage, SOME_WRONG, "one cell in a hundred wrong");
	measure(coverage, ALL_STALE, "everything stale");
	measure(coverage, NOTHING_THERE, "nothing there yet");
	measure_one_change(coverage);
	measure_scheduler(coverage);
	coverage_free(coverage);
	calendar_free(calendar);
	pipeline_free(pipeline);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_hundred_tables_over_ten_seasons_are_judged_at_once),
	};
	return RUN(tests);
}

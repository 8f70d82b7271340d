/* How long the causes and the forecast of a very large plan take: ten seasons x 200 tables,
 * everything to do, ten tables at work. What the UI thread pays, never before a key's frame, a
 * piece at a time, and so seldom that it is a hundredth of the time at most (model.h:
 * model_slow_ms). */
#include "base/memory.h"
#include "model/model.h"
#include "tests/bench/support/large.h"
#include "tests/bench/support/measure.h"

#include <stdio.h>
#include <stdlib.h>

#define ROUNDS	 9
#define WORKERS	 10
#define LIMIT_MS 20
#define PIECE_MS 1 /* after so many milliseconds the loop looks at the keyboard again */

struct console {
	struct pipeline *pipeline;
	struct model *model;
	struct raw_days days;
	int64_t now_ms;
};

static void tell(struct console *console, struct event event)
{
	event.at_ms = console->now_ms;
	model_apply(console->model, &event);
	event_release(&event);
}

static void run_table(struct console *console, size_t table)
{
	struct event event = {.kind = EVENT_QUEUED, .table = table, .queue.queued = true};
	event.queue.dates = memory_new_array(console->days.count, sizeof(date_t));
	for (size_t i = 0; i < console->days.count; i++)
		event.queue.dates[event.queue.count++] = console->days.items[i].date;
	tell(console, event);
	tell(console, (struct event){.kind = EVENT_RUN_STARTED,
			      .table = table,
			      .run_started = {.date_count = 128, .worker = (int)table}});
	tell(console, (struct event){.kind = EVENT_DATE_STARTED,
			      .table = table,
			      .date = console->days.items[0].date});
}

static void open_console(struct console *console, enum release_mode release)
{
	*console = (struct console){.pipeline = large_pipeline(), .now_ms = 1000};
	console->pipeline->release = release;
	console->model = model_new(console->pipeline, (struct date_range){LARGE_FIRST, LARGE_LAST});
	large_raw_days(console->pipeline, &console->days);
	struct event event = {.kind = EVENT_COVERAGE};
	event.coverage.range = (struct date_range){LARGE_FIRST, LARGE_LAST};
	large_raw_days(console->pipeline, &event.coverage.raw_days);
	tell(console, event);
	tell(console,
		(struct event){.kind = EVENT_CONTROL,
			.control = {.workers = WORKERS, .auto_launch = true, .paused_table = -1}});
	tell(console, (struct event){.kind = EVENT_QUEUED,
			      .queue = {.queued = true, .reach = REACH_EVERYTHING}});
	for (size_t table = 0; table < WORKERS; table++)
		run_table(console, table);
	for (size_t i = 0; i < console->pipeline->table_count; i++)
		console->model->tables[i].speed = (struct eta_speed){
			.date_ms = 1000 + (int64_t)i * 10, .scatter = 0.2, .dates = 10};
}

static void close_console(struct console *console)
{
	free(console->days.items);
	model_free(console->model);
	pipeline_free(console->pipeline);
}

static void foresee(void *context)
{
	struct console *console = context;
	console->now_ms += model_slow_ms(console->model) + 1000;
	tell(console, (struct event){.kind = EVENT_CLOCK});
	model_eta(console->model);
}

/* Of the smallest of several times that the same pieces are made, the longest piece: what else the
 * machine did is in none of all rounds. */
static double longest_piece_ms(struct console *console)
{
	static double best[4096];
	size_t count = 0;
	double longest = 0;
	for (int round = 0; round < ROUNDS; round++) {
		count = 0;
		console->now_ms += model_slow_ms(console->model) + 1000;
		tell(console, (struct event){.kind = EVENT_DATE_STARTED,
				      .table = 0,
				      .date = console->days.items[round].date});
		model_causes(console->model);
		for (model_eta(console->model); model_has_pieces(console->model); count++) {
			double before = measure_cpu_ms(), spent;
			model_make_piece(console->model);
			spent = measure_cpu_ms() - before;
			if (count < ARRAY_COUNT(best) && (round == 0 || spent < best[count]))
				best[count] = spent;
		}
	}
	for (size_t i = 0; i < count && i < ARRAY_COUNT(best); i++)
		longest = best[i] > longest ? best[i] : longest;
	printf("# %zu pieces\n", count);
	return longest;
}

static void measure(const char *what, const char *pieces, enum release_mode release)
{
	struct console console;
	open_console(&console, release);
	measure_print(&(struct measure){.what = what,
		.unit = "ms",
		.value = measure_best_cpu_ms(ROUNDS, foresee, &console),
		.limit = LIMIT_MS});
	const struct eta_plan *eta = model_eta(console.model);
	printf("# the end in %.1f to %.1f h, %zu tables decide it\n", (double)eta->p50_ms / 3600000,
		(double)eta->p90_ms / 3600000, eta->path_count);
	model_causes(console.model);
	model_set_pieces(console.model, true);
	measure_print(&(struct measure){.what = pieces,
		.unit = "ms",
		.value = longest_piece_ms(&console),
		.limit = PIECE_MS});
	close_console(&console);
}

int main(void)
{
	measure("forecast: released by the range", "the longest piece of it and of the causes",
		RELEASE_RANGE);
	measure("forecast: released date by date", "the longest piece of it and of the causes",
		RELEASE_DATE);
	return 0;
}

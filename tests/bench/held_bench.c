/* How long ten seasons x 200 tables hold the thread of the screen: a coverage that was just read,
 * everything started, the plan. Processor time of this thread; the smallest of a few consoles. */
#include "tests/bench/support/large.h"
#include "tests/bench/support/measure.h"

#include "base/memory.h"
#include "engine/engine.h"

#include <stdio.h>
#include <stdlib.h>

#define ROUNDS	 5
#define WORKERS	 4
#define LIMIT_MS 5
#define TURN	 8 /* events between two looks at the keyboard (tui/turn.h) */

/* What is done at once, before the keyboard is looked at. */
enum piece {
	PIECE_COVERAGE,
	PIECE_PLAN,
	PIECE_KEY,
	PIECE_EVENTS,
	PIECE_STEP,
	PIECE_COUNT,
};

static const char *const words[PIECE_COUNT] = {
	[PIECE_COVERAGE] = "held: a newly read coverage",
	[PIECE_PLAN] = "held: the plan",
	[PIECE_KEY] = "held: start all, the key",
	[PIECE_EVENTS] = "held: start all, eight events",
	[PIECE_STEP] = "held: start all, what starts",
};

struct console {
	struct pipeline *pipeline;
	struct event_queue *queue;
	struct engine *engine;
	struct model *model;
	double longest_ms[PIECE_COUNT];
};

_Noreturn static void give_up(const char *reason)
{
	fprintf(stderr, "benchmark: %s\n", reason);
	exit(1);
}

static void open_console(struct console *console)
{
	struct error err;
	*console = (struct console){.pipeline = large_pipeline()};
	struct engine_options options = {.pipeline = console->pipeline,
		.warehouse = "build/bench/held.db",
		.state_folder = "build/bench",
		.workers = WORKERS,
		.auto_launch = true};
	if (!event_queue_new(&console->queue, &err) ||
		!engine_new(&options, console->queue, &console->engine, &err))
		give_up(err.text);
	console->model = model_new(console->pipeline, console->pipeline->range);
}

static void close_console(struct console *console)
{
	engine_free(console->engine);
	event_queue_free(console->queue);
	model_free(console->model);
	pipeline_free(console->pipeline);
}

static void note(struct console *console, enum piece piece, double started_ms)
{
	double spent = measure_thread_ms() - started_ms;
	if (spent > console->longest_ms[piece])
		console->longest_ms[piece] = spent;
}

static void know_coverage(struct console *console)
{
	struct event event = {
		.kind = EVENT_COVERAGE, .at_ms = 1000, .coverage.range = console->pipeline->range};
	large_raw_days(console->pipeline, &event.coverage.raw_days);
	large_receipts(console->pipeline, &event.coverage.raw_days, LARGE_NOTHING,
		&event.coverage.receipts);
	double started = measure_thread_ms();
	engine_apply(console->engine, console->model, &event);
	note(console, PIECE_COVERAGE, started);
}

static void look_at_plan(struct console *console)
{
	double started = measure_thread_ms();
	if (model_plan(console->model)->cells == 0)
		give_up("there is nothing to plan");
	note(console, PIECE_PLAN, started);
}

static bool take_events(struct console *console)
{
	struct event events[TURN];
	size_t count = event_queue_take_some(console->queue, events, TURN);
	double started = measure_thread_ms();
	for (size_t i = 0; i < count; i++)
		engine_apply(console->engine, console->model, &events[i]);
	note(console, PIECE_EVENTS, started);
	return count > 0;
}

/* Nothing starts in the end: there is neither a warehouse nor a processor of that name. */
static void start_all(struct console *console)
{
	double started = measure_thread_ms();
	if (engine_start_all(console->engine, console->model) == 0)
		give_up("there is nothing to start");
	note(console, PIECE_KEY, started);
	while (take_events(console))
		;
	started = measure_thread_ms();
	engine_step(console->engine, console->model);
	note(console, PIECE_STEP, started);
}

int main(void)
{
	double best[PIECE_COUNT];
	for (int round = 0; round < ROUNDS; round++) {
		struct console console;
		open_console(&console);
		know_coverage(&console);
		look_at_plan(&console);
		while (take_events(&console))
			;
		start_all(&console);
		for (int i = 0; i < PIECE_COUNT; i++)
			if (round == 0 || console.longest_ms[i] < best[i])
				best[i] = console.longest_ms[i];
		close_console(&console);
	}
	for (int i = 0; i < PIECE_COUNT; i++)
		measure_print(&(struct measure){
			.what = words[i], .unit = "ms", .value = best[i], .limit = LIMIT_MS});
	return 0;
}

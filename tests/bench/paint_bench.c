/* A frame of each view in the middle of a run, and of the matrix of ten seasons x 200 tables,
 * painted in memory and compared with the one before. */
#include "tests/bench/support/large.h"
#include "tests/bench/support/measure.h"
#include "tests/screens/support/stage.h"

#include "base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FRAMES 200
#define WIDTH  120
#define HEIGHT 40

struct frame_of {
	struct stage *stage;
	struct canvas *before;
	int changed;
};

static void count_changed(void *context, int x, int y, int count)
{
	(void)x;
	(void)y;
	((struct frame_of *)context)->changed += count;
}

static void paint(void *context)
{
	struct frame_of *frame = context;
	stage_paint(frame->stage);
	canvas_difference(frame->before, frame->stage->canvas, count_changed, frame);
}

/* Every cell written once: the least that any painter does. */
static void fill(void *context)
{
	struct frame_of *frame = context;
	canvas_clear(frame->before);
	canvas_fill(frame->before, (struct rect){0, 0, WIDTH, HEIGHT}, PEN(TEXT));
}

static double average_ms(void (*work)(void *context), void *context)
{
	double started = measure_cpu_ms();
	for (int i = 0; i < FRAMES; i++)
		work(context);
	return (measure_cpu_ms() - started) / FRAMES;
}

/* Something was painted at all. */
static void check_and_free(struct frame_of *frame)
{
	if (frame->changed == 0) {
		fprintf(stderr, "benchmark: every frame is the same\n");
		exit(1);
	}
	canvas_free(frame->before);
	stage_free(frame->stage);
}

static void measure_run(void)
{
	static const struct {
		const char *what;
		enum action action;
	} views[] = {{"painting: Overview, 120x40", ACTION_VIEW_OVERVIEW},
		{"painting: Log, 120x40", ACTION_VIEW_LOG},
		{"painting: Matrix, 120x40", ACTION_VIEW_MATRIX}};
	struct frame_of frame = {
		.stage = stage_new(WIDTH, HEIGHT), .before = canvas_new(WIDTH, HEIGHT)};
	stage_middle_of_a_run(frame.stage);
	for (size_t i = 0; i < ARRAY_COUNT(views); i++) {
		stage_action(frame.stage, views[i].action, 0, NULL);
		measure_print(&(struct measure){.what = views[i].what,
			.unit = "ms",
			.value = average_ms(paint, &frame),
			.reference = "filling the cells",
			.reference_value = average_ms(fill, &frame),
			.limit = 1});
	}
	check_and_free(&frame);
}

static void stage_large(struct stage *stage)
{
	struct event event = {.kind = EVENT_COVERAGE, .coverage.range = {LARGE_FIRST, LARGE_LAST}};
	large_raw_days(stage->pipeline, &event.coverage.raw_days);
	large_receipts(stage->pipeline, &event.coverage.raw_days, LARGE_SOME_WRONG,
		&event.coverage.receipts);
	stage_apply(stage, &event);
	stage_action(stage, ACTION_VIEW_MATRIX, 0, NULL);
}

/* Another cell each time, as while a key is held down. */
static void move_and_paint(void *context)
{
	struct frame_of *frame = context;
	stage_action(frame->stage, ACTION_RIGHT, 0, NULL);
	paint(context);
}

static void change(struct stage *stage, int64_t at_ms)
{
	struct event event = {.kind = EVENT_DATE_FAILED,
		.at_ms = at_ms,
		.table = 0,
		.date = LARGE_FIRST + (date_t)(at_ms % 100)};
	text_copy(event.message.text, sizeof(event.message.text), "PROCESSING_ERROR: boom");
	stage_apply(stage, &event);
}

/* A date ends before a key comes. */
static void change_and_answer(void *context)
{
	struct frame_of *frame = context;
	change(frame->stage, frame->stage->model->now_ms + 1);
	model_set_hurry(frame->stage->model, true);
	move_and_paint(context);
	model_set_hurry(frame->stage->model, false);
}

/* The same when the causes are old enough to be made anew. */
static void change_and_paint(void *context)
{
	struct frame_of *frame = context;
	struct model *model = frame->stage->model;
	change(frame->stage, model->now_ms + model_slow_ms(model) + 1);
	paint(context);
}

static void measure_large(void)
{
	static const struct {
		const char *what;
		void (*work)(void *context);
		double limit;
	} cases[] = {{"painting: Matrix of 10 x 200, next cell", move_and_paint, 2},
		{"painting: the same after an event", change_and_answer, 2},
		{"painting: the same with causes anew", change_and_paint, 0}};
	char *text = large_text();
	struct frame_of frame = {
		.stage = stage_open(text, (struct date_range){LARGE_FIRST, LARGE_LAST}),
		.before = canvas_new(WIDTH, HEIGHT)};
	stage_size(frame.stage, WIDTH, HEIGHT);
	stage_large(frame.stage);
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++)
		measure_print(&(struct measure){.what = cases[i].what,
			.unit = "ms",
			.value = average_ms(cases[i].work, &frame),
			.reference = "filling the cells",
			.reference_value = average_ms(fill, &frame),
			.limit = cases[i].limit});
	printf("# causes of so many cells are made anew every %lld ms at most\n",
		(long long)model_slow_ms(frame.stage->model));
	check_and_free(&frame);
	free(text);
}

int main(void)
{
	measure_run();
	measure_large();
	return 0;
}

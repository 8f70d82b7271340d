/* A frame of each view in the middle of a run, painted in memory and compared with the one before.
 */
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

int main(void)
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
	if (frame.changed == 0)
		return 1;
	canvas_free(frame.before);
	stage_free(frame.stage);
	return 0;
}

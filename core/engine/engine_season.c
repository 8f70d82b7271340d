/* A season that the calendar shows and the range does not have, read and judged by a worker. */
#include "engine_parts.h"

#include "base/clock.h"
#include "base/memory.h"
#include "witness/witnesses.h"

#include <stdlib.h>

struct season_task {
	struct witness_request request;
	size_t number;
	struct event_queue *queue;
};

static void read_season(void *argument)
{
	struct season_task *task = argument;
	const struct witness_request *request = &task->request;
	struct event event = {.kind = EVENT_SEASON, .at_ms = clock_wall_ms()};
	struct witnesses witnesses;
	struct error err;
	event.season.number = task->number;
	if (witnesses_read(request, &witnesses, &err)) {
		event.season.coverage = witnesses_judge(&witnesses, request->pipeline,
			request->range, event.at_ms, &event.season.calendar);
		witnesses_release(&witnesses);
	} else
		text_copy(event.season.why, sizeof(event.season.why), err.text);
	event_queue_push(task->queue, &event, NULL);
	free(task);
}

bool engine_read_season(struct engine *engine, const struct model *model, size_t season)
{
	const struct engine_options *options = &engine->options;
	struct error err;
	if (engine->is_reading_season || engine->is_leaving)
		return false;
	struct season_task *task = memory_new(sizeof(*task));
	task->request = (struct witness_request){options->pipeline, options->warehouse,
		options->state_folder, model_season_dates(model, season), true,
		.must_exist = engine->has_raw};
	task->number = season;
	task->queue = engine->queue;
	engine->is_reading_season = worker_pool_run(engine->pool, read_season, task, &err);
	if (engine->is_reading_season)
		return true;
	free(task);
	engine_say(engine, SEVERITY_ERROR, "cannot read the season: %s", err.text);
	return false;
}

/* What a start would do, looked at by a worker before it is done. */
#include "engine_parts.h"

#include "base/clock.h"
#include "base/memory.h"
#include "jobs/launch_preview.h"

#include <stdlib.h>

struct preview_task {
	const struct pipeline *pipeline; /* lent */
	const char *state_folder;	 /* lent */
	struct launch_item items[LAUNCH_ITEMS_MAX];
	size_t count;
	int wish;
	size_t table;
	date_t date;
	struct event_queue *queue;
};

void engine_choose(struct engine *engine, const struct model *model, size_t table, date_t date,
	bool retry, struct launch_choice *choice)
{
	size_t days = (size_t)date_range_days(engine->range);
	*choice = (struct launch_choice){
		.table = table, .dates = memory_new_array(days + 1, sizeof(date_t))};
	choice->date_count = scheduler_choose(engine->scheduler, model->coverage, table, date,
		retry ? QUEUE_RETRY : QUEUE_GAPS, choice->dates);
}

static void look(void *argument)
{
	struct preview_task *task = argument;
	struct event event = {.kind = EVENT_LAUNCH, .at_ms = clock_wall_ms()};
	for (size_t i = 0; i < task->count; i++)
		launch_item_look(&task->items[i], task->pipeline->tables[task->items[i].table].name,
			task->state_folder);
	event.launch = launch_say(task->pipeline, task->items, task->count);
	event.launch->wish = task->wish;
	event.launch->table = event.table = task->table;
	event.launch->date = task->date;
	event_queue_push(task->queue, &event, NULL);
	for (size_t i = 0; i < task->count; i++)
		launch_item_release(&task->items[i]);
	free(task);
}

static void add_items(struct engine *engine, const struct model *model,
	const struct launch_choice *choices, size_t count, struct preview_task *task)
{
	for (size_t i = 0; i < count; i++)
		if (engine->commands[choices[i].table] != NULL && choices[i].date_count > 0 &&
			task->count < LAUNCH_ITEMS_MAX)
			launch_item_init(&task->items[task->count++], model->coverage,
				choices[i].table, engine->commands[choices[i].table],
				choices[i].dates, choices[i].date_count);
}

bool engine_preview(struct engine *engine, const struct model *model,
	const struct launch_choice *choices, size_t count, const struct launch_preview *asked)
{
	struct error err;
	if (engine->is_previewing)
		return true; /* one is on its way */
	struct preview_task *task = memory_new(sizeof(*task));
	task->pipeline = engine->options.pipeline;
	task->state_folder = engine->options.state_folder;
	task->wish = asked->wish;
	task->table = asked->table;
	task->date = asked->date;
	task->queue = engine->queue;
	add_items(engine, model, choices, count, task);
	if (task->count == 0) {
		free(task);
		return false;
	}
	engine->is_previewing = worker_pool_run(engine->pool, look, task, &err);
	if (engine->is_previewing)
		return true;
	for (size_t i = 0; i < task->count; i++)
		launch_item_release(&task->items[i]);
	free(task);
	engine_say(engine, SEVERITY_ERROR, "cannot look at what would be started: %s", err.text);
	return true;
}

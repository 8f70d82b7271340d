/* Looking into a cell: one at a time, the newest wish next. */
#include "engine_parts.h"

#include "base/clock.h"
#include "base/memory.h"
#include "witness/cell_rows.h"

#include <stdlib.h>

struct rows_task {
	struct cell_rows_request request;
	uint32_t generation;
	struct event_queue *queue;
};

static void read_rows(void *argument)
{
	struct rows_task *task = argument;
	struct event event = {
		.kind = EVENT_CELL_ROWS, .table = task->request.table, .date = task->request.date};
	struct error err;
	event.cell_rows.generation = task->generation;
	if (!cell_rows_read(&task->request, &event.cell_rows.rows, &err))
		text_copy(event.cell_rows.text, sizeof(event.cell_rows.text), err.text);
	event.at_ms = clock_wall_ms();
	/* The engine waits for this one. */
	event_queue_push(task->queue, &event, NULL);
	free(task);
}

static void answer_at_once(
	struct engine *engine, const struct engine_cell *cell, const struct error *err)
{
	struct event event = {.kind = EVENT_CELL_ROWS,
		.at_ms = clock_wall_ms(),
		.table = cell->table,
		.date = cell->date};
	event.cell_rows.generation = cell->generation;
	text_copy(event.cell_rows.text, sizeof(event.cell_rows.text), err->text);
	event_queue_post(engine->queue, &event);
}

static void start(struct engine *engine, const struct engine_cell *cell)
{
	const struct engine_options *options = &engine->options;
	struct rows_task *task = memory_new(sizeof(*task));
	struct error err;
	bool started = cancel_new(&engine->rows, &err);
	task->request = (struct cell_rows_request){.pipeline = options->pipeline,
		.warehouse = options->warehouse,
		.state_folder = options->state_folder,
		.table = cell->table,
		.date = cell->date,
		.cancel = engine->rows};
	task->generation = cell->generation;
	task->queue = engine->queue;
	if (started && worker_pool_run(engine->pool, read_rows, task, &err))
		return;
	cancel_free(engine->rows);
	engine->rows = NULL;
	free(task);
	answer_at_once(engine, cell, &err);
}

void engine_drop_rows(struct engine *engine)
{
	engine->rows_next.date = DATE_NONE;
	if (engine->rows != NULL)
		cancel_raise(engine->rows, CANCEL_NOW);
}

void engine_read_rows(struct engine *engine, size_t table, date_t date, uint32_t generation)
{
	struct engine_cell cell = {table, date, generation};
	if (date != DATE_NONE && generation == engine->rows_asked)
		return;
	engine_drop_rows(engine);
	if (date == DATE_NONE || engine->is_leaving)
		return;
	engine->rows_asked = generation;
	if (engine->rows == NULL)
		start(engine, &cell);
	else
		engine->rows_next = cell;
}

void engine_rows_came(struct engine *engine)
{
	struct engine_cell next = engine->rows_next;
	cancel_free(engine->rows);
	engine->rows = NULL;
	engine->rows_next.date = DATE_NONE;
	if (next.date != DATE_NONE && !engine->is_leaving)
		start(engine, &next);
}

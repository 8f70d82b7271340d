/* A piece of a log that somebody wants to see: one at a time, the newest wish next. And where the
 * whole of it is. */
#include "engine_parts.h"

#include "base/clock.h"
#include "base/memory.h"
#include "ledger/ledger.h"

#include <stdlib.h>

struct piece_task {
	struct log_place place;
	uint32_t generation;
	const struct log_rules *rules;	 /* lent; NULL without command jobs */
	struct command *const *commands; /* lent, by table */
	size_t table_count;
	struct event_queue *queue;
};

static void read_piece(void *argument)
{
	struct piece_task *task = argument;
	struct event event = {.kind = EVENT_LOG_PIECE, .at_ms = clock_wall_ms()};
	struct error err;
	event.log_piece.generation = task->generation;
	if (log_piece_read(&task->place, task->rules, &event.log_piece.piece, &err))
		command_mask_piece(task->commands, task->table_count, event.log_piece.piece);
	else
		text_copy(event.log_piece.text, sizeof(event.log_piece.text), err.text);
	/* The engine waits for this one. */
	event_queue_push(task->queue, &event, NULL);
	free(task);
}

static void start(struct engine *engine)
{
	struct piece_task *task = memory_new(sizeof(*task));
	struct error err;
	task->place = engine->piece_next;
	task->generation = engine->piece_asked;
	task->rules = engine->log_rules;
	task->commands = engine->commands;
	task->table_count = engine->options.pipeline->table_count;
	task->queue = engine->queue;
	engine->is_piece_next = false;
	engine->is_reading_piece = worker_pool_run(engine->pool, read_piece, task, &err);
	if (engine->is_reading_piece)
		return;
	free(task);
	engine_say(engine, SEVERITY_ERROR, "cannot read the log: %s", err.text);
}

void engine_read_log(struct engine *engine, const struct log_place *place, uint32_t generation)
{
	if (generation == engine->piece_asked || engine->is_leaving)
		return;
	engine->piece_asked = generation;
	engine->piece_next = *place;
	engine->is_piece_next = true;
	if (!engine->is_reading_piece)
		start(engine);
}

void engine_log_came(struct engine *engine)
{
	engine->is_reading_piece = false;
	if (engine->is_piece_next && !engine->is_leaving)
		start(engine);
}

struct find_task {
	const char *state_folder, *table_name; /* lent */
	size_t table;
	bool edits;
	struct event_queue *queue;
};

static char *find_path(const struct find_task *task)
{
	struct ledger *ledger = NULL;
	struct ledger_runs runs = {0};
	char *path = NULL;
	if (!ledger_exists(task->state_folder) ||
		!ledger_open(task->state_folder, LEDGER_READ, &ledger, NULL))
		return NULL;
	if (ledger_newest_runs(ledger, task->table_name, 1, &runs, NULL) && runs.count > 0 &&
		runs.items[0].log_path[0] != '\0')
		path = memory_copy_text(runs.items[0].log_path);
	free(runs.items);
	ledger_close(ledger);
	return path;
}

static void find_log(void *argument)
{
	struct find_task *task = argument;
	struct event event = {.kind = EVENT_LOG_FOUND, .table = task->table};
	event.log_found.path = find_path(task);
	event.log_found.edits = task->edits;
	event.at_ms = clock_wall_ms();
	event_queue_push(task->queue, &event, NULL);
	free(task);
}

void engine_find_log(struct engine *engine, size_t table, bool edits)
{
	struct error err;
	if (engine->is_finding_log || engine->is_leaving)
		return;
	struct find_task *task = memory_new(sizeof(*task));
	*task = (struct find_task){engine->options.state_folder,
		engine->options.pipeline->tables[table].name, table, edits, engine->queue};
	engine->is_finding_log = worker_pool_run(engine->pool, find_log, task, &err);
	if (engine->is_finding_log)
		return;
	free(task);
	engine_say(engine, SEVERITY_ERROR, "cannot look for the log: %s", err.text);
}

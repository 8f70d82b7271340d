/* The lines of one date, out of the log that its newest run wrote. */
#include "engine_parts.h"

#include "base/clock.h"
#include "base/memory.h"
#include "jobs/log_piece.h"
#include "ledger/ledger.h"

#include <stdlib.h>
#include <string.h>

struct excerpt_task {
	const char *state_folder; /* lent, as the next two */
	const char *table_name;
	const struct log_rules *rules;
	struct command *const *commands; /* lent, by table */
	size_t table_count, table;
	date_t date;
	struct event_queue *queue;
};

/* Of the newest attempt that knows where it begins. */
static bool find_log(struct ledger *ledger, const struct excerpt_task *task,
	struct log_place *place, struct error *err)
{
	struct ledger_attempts attempts = {0};
	struct ledger_runs runs = {0};
	struct date_range range = {task->date, task->date};
	const struct ledger_attempt *newest = NULL;
	bool found = false;
	if (!ledger_all_attempts(
		    ledger, task->table_name, range, LEDGER_LIST_MAX, &attempts, err) ||
		!ledger_newest_runs(ledger, task->table_name, LEDGER_LIST_MAX, &runs, err)) {
		free(attempts.items);
		return false;
	}
	for (size_t i = 0; i < attempts.count && newest == NULL; i++)
		if (attempts.items[i].log_offset >= 0)
			newest = &attempts.items[i];
	for (size_t i = 0; newest != NULL && i < runs.count && !found; i++) {
		found = strcmp(runs.items[i].id, newest->run) == 0;
		text_copy(place->path, sizeof(place->path), runs.items[i].log_path);
		place->offset = newest->log_offset;
	}
	free(attempts.items);
	free(runs.items);
	return found || error_set(err, ERROR_INPUT, "the ledger knows of no log of that date");
}

static bool read_excerpt(
	const struct excerpt_task *task, struct log_window **excerpt, struct error *err)
{
	struct ledger *ledger = NULL;
	struct log_place place;
	bool done = ledger_open(task->state_folder, LEDGER_READ, &ledger, err) &&
		    find_log(ledger, task, &place, err);
	ledger_close(ledger);
	return done && log_piece_read_below(&place, task->rules, excerpt, err);
}

static void look(void *argument)
{
	struct excerpt_task *task = argument;
	struct event event = {.kind = EVENT_EXCERPT,
		.at_ms = clock_wall_ms(),
		.table = task->table,
		.date = task->date};
	struct error err = {0};
	if (read_excerpt(task, &event.log_piece.piece, &err))
		command_mask_piece(task->commands, task->table_count, event.log_piece.piece);
	else
		text_copy(event.log_piece.text, sizeof(event.log_piece.text), err.text);
	event_queue_push(task->queue, &event, NULL);
	free(task);
}

void engine_read_excerpt(struct engine *engine, size_t table, date_t date)
{
	struct error err;
	if (engine->is_reading_excerpt || engine->is_leaving || engine->log_rules == NULL)
		return;
	struct excerpt_task *task = memory_new(sizeof(*task));
	*task = (struct excerpt_task){engine->options.state_folder,
		engine->options.pipeline->tables[table].name, engine->log_rules, engine->commands,
		engine->options.pipeline->table_count, table, date, engine->queue};
	engine->is_reading_excerpt = worker_pool_run(engine->pool, look, task, &err);
	if (engine->is_reading_excerpt)
		return;
	free(task);
	engine_say(engine, SEVERITY_ERROR, "cannot read the log: %s", err.text);
}

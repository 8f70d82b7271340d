/* The witnesses are asked on the io lane, and what is written meanwhile beats their answer. */
#include "engine_refresh_parts.h"

#include "base/clock.h"
#include "base/memory.h"
#include "jobs/table_lock.h"

#include <stdlib.h>
#include <string.h>

struct event refresh_event(enum event_kind kind)
{
	return (struct event){.kind = kind, .at_ms = clock_wall_ms()};
}

void refresh_say(const struct refresh_task *task, enum event_kind kind, enum severity severity,
	const char *text)
{
	struct event event = refresh_event(kind);
	event.message.severity = severity;
	text_copy(event.message.text, sizeof(event.message.text), text);
	event_queue_push(task->queue, &event, NULL);
}

void refresh_tell_holder(const struct refresh_task *task, size_t table, const char *holder)
{
	struct event event = refresh_event(EVENT_HOLDER);
	event.table = table;
	text_copy(event.message.text, sizeof(event.message.text), holder);
	event_queue_push(task->queue, &event, NULL);
}

/* Behind the coverage, which tells off days from others. */
static void find_outsiders(const struct refresh_task *task)
{
	if (task->reconcile && task->log_rules != NULL && task->follow_outside)
		engine_scan_processes(
			&(struct engine_scan){task->commands, task->request.pipeline->table_count,
				task->request.state_folder, task->queue, ENGINE_SCAN_UNASKED});
}

/* Who holds the tables of command jobs now; a run of our own is among them. */
static void tell_holders(const struct refresh_task *task)
{
	const struct pipeline *pipeline = task->request.pipeline;
	char holder[LOCK_HOLDER_BYTES];
	for (size_t i = 0; i < pipeline->table_count; i++)
		if (pipeline->tables[i].job.executor == EXECUTOR_COMMAND)
			refresh_tell_holder(task, i,
				table_lock_is_held(task->request.state_folder,
					pipeline->tables[i].name, holder)
					? holder
					: "");
}

/* Moves what was read into events. EVENT_HISTORY is the last one: the engine waits for it. */
static void push_witnesses(const struct refresh_task *task, struct witnesses *witnesses)
{
	struct event event = refresh_event(EVENT_COVERAGE);
	event.coverage.range = task->request.range;
	event.coverage.receipts = witnesses->receipts;
	event.coverage.raw_days = witnesses->raw_days;
	event_queue_push(task->queue, &event, NULL);
	find_outsiders(task);
	if (witnesses->has_counts) {
		event = refresh_event(EVENT_COUNTS);
		event.counts.counts = witnesses->counts;
		event.counts.table_of_layout = witnesses->table_of_layout;
		event.counts.layout_count = witnesses->layout_count;
		event_queue_push(task->queue, &event, NULL);
	}
	event = refresh_event(EVENT_CHECKPOINTS);
	event.checkpoints = memory_new(sizeof(*event.checkpoints));
	*event.checkpoints = witnesses->checkpoints;
	event_queue_push(task->queue, &event, NULL);
	event = refresh_event(EVENT_HISTORY);
	event.history.items = witnesses->attempts;
	event.history.count = witnesses->attempt_count;
	event.history.excuses = witnesses->excuses;
	event.history.excuse_count = witnesses->excuse_count;
	event_queue_push(task->queue, &event, NULL);
	*witnesses = (struct witnesses){0};
}

static void push_words(void *context, const char *sentence)
{
	refresh_say(context, EVENT_MESSAGE, SEVERITY_INFO, sentence);
}

static void store_excuse(struct refresh_task *task)
{
	char text[EVENT_TEXT_BYTES];
	bool done = excuse_wish_store(task->excuse, task->request.state_folder, text, sizeof(text));
	refresh_say(task, EVENT_MESSAGE, done ? SEVERITY_GOOD : SEVERITY_ERROR, text);
	excuse_wish_free(task->excuse);
}

static void refresh(void *argument)
{
	struct refresh_task *task = argument;
	struct witnesses witnesses;
	struct error err;
	tell_holders(task);
	if (task->excuse != NULL)
		store_excuse(task);
	task->request.hear = push_words;
	task->request.hear_context = task;
	if (task->reconcile)
		refresh_settle(task);
	if (witnesses_read(&task->request, &witnesses, &err))
		push_witnesses(task, &witnesses);
	else {
		find_outsiders(task);
		refresh_say(task, EVENT_COVERAGE_FAILED, SEVERITY_ERROR, err.text);
	}
	refresh_look_for_background(task);
	free(task);
}

static bool start_refresh(struct engine *engine, struct date_range range, bool recount)
{
	struct refresh_task *task = memory_new(sizeof(*task));
	struct error err;
	const struct engine_options *options = &engine->options;
	task->request = (struct witness_request){options->pipeline, options->warehouse,
		options->state_folder, range, recount, .must_exist = engine->has_raw};
	task->reconcile = !options->read_only && !engine->is_reconciled;
	task->follow_outside = options->follow_outside;
	task->offers = task->reconcile && options->offers_rest;
	task->follows = options->read_only && engine->follow == NULL;
	task->commands = engine->commands;
	task->log_rules = engine->log_rules;
	task->queue = engine->queue;
	task->excuse = engine->excuse;
	if (cancel_new(&engine->refresh, &err) &&
		worker_pool_run(engine->pool, refresh, task, &err)) {
		engine->excuse = NULL;
		engine->is_reconciled = true;
		engine->recent_count = 0;
		return true;
	}
	cancel_free(engine->refresh);
	engine->refresh = NULL;
	free(task);
	engine_say(engine, SEVERITY_ERROR, "cannot read the coverage: %s", err.text);
	return false;
}

struct date_range engine_range(const struct engine *engine, const struct model *model)
{
	return engine->was_asked ? engine->asked : model->range;
}

void engine_refresh(struct engine *engine, struct date_range range, bool recount)
{
	engine->asked = range;
	engine->was_asked = true;
	if (engine->refresh == NULL) {
		start_refresh(engine, range, recount);
		return;
	}
	engine->refresh_recount |= recount;
	engine->refresh_again = true;
}

void engine_refresh_ended(struct engine *engine)
{
	cancel_free(engine->refresh);
	engine->refresh = NULL;
	engine->recent_count = 0;
	if (!engine->refresh_again || engine->is_leaving)
		return;
	bool recount = engine->refresh_recount;
	engine->refresh_again = engine->refresh_recount = false;
	start_refresh(engine, engine->asked, recount);
}

void engine_note_receipt(struct engine *engine, const struct receipt *receipt)
{
	if (engine->refresh == NULL)
		return;
	ARRAY_GROW(engine->recent, engine->recent_count, engine->recent_capacity);
	engine->recent[engine->recent_count++] = *receipt;
}

static void merge_receipt(struct receipts *receipts, const struct receipt *recent)
{
	for (size_t i = 0; i < receipts->count; i++) {
		struct receipt *known = &receipts->items[i];
		if (known->date != recent->date || strcmp(known->table, recent->table) != 0)
			continue;
		*known = *recent;
		return;
	}
	ARRAY_GROW(receipts->items, receipts->count, receipts->capacity);
	receipts->items[receipts->count++] = *recent;
}

void engine_refresh_came(struct engine *engine, struct event *event)
{
	for (size_t i = 0; i < engine->recent_count; i++)
		if (event->kind == EVENT_COVERAGE)
			merge_receipt(&event->coverage.receipts, &engine->recent[i]);
		else
			witnesses_merge_count(engine->options.pipeline, &event->counts.counts,
				event->counts.table_of_layout, event->counts.layout_count,
				&engine->recent[i]);
}

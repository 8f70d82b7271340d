/* The io lane of the engine: reading the witnesses, and importing the sample season. */
#include "engine_parts.h"

#include "engine/background.h"
#include "base/clock.h"
#include "base/memory.h"
#include "base/path.h"
#include "engine/import_folder.h"
#include "jobs/outside.h"
#include "jobs/process_scan.h"
#include "jobs/run_adopt.h"
#include "jobs/run_logs.h"
#include "jobs/table_lock.h"
#include "witness/witnesses.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct refresh_task {
	struct witness_request request;
	bool reconcile, follow_outside;
	bool offers;			   /* to go on with what a dead one left */
	bool follows;			   /* looks for a run in the background */
	struct command *const *commands;   /* lent, by table; NULL where there is none */
	const struct log_rules *log_rules; /* lent; NULL without command jobs */
	struct cancel *cancel;		   /* lent */
	struct excuse_wish *excuse;	   /* owned; stored before anything is read; NULL: none */
	struct event_queue *queue;
};

static struct event new_event(enum event_kind kind)
{
	return (struct event){.kind = kind, .at_ms = clock_wall_ms()};
}

static void push_message(const struct refresh_task *task, enum event_kind kind,
	enum severity severity, const char *text)
{
	struct event event = new_event(kind);
	event.message.severity = severity;
	text_copy(event.message.text, sizeof(event.message.text), text);
	event_queue_push(task->queue, &event, NULL);
}

static void push_holder(const struct refresh_task *task, size_t table, const char *holder)
{
	struct event event = new_event(EVENT_HOLDER);
	event.table = table;
	text_copy(event.message.text, sizeof(event.message.text), holder);
	event_queue_push(task->queue, &event, NULL);
}

static void reconcile(const struct refresh_task *task)
{
	struct error err;
	int64_t lost;
	char text[EVENT_TEXT_BYTES];
	const struct witness_request *request = &task->request;
	if (!witnesses_reconcile(request->warehouse, request->state_folder, &lost, &err)) {
		push_message(task, EVENT_MESSAGE, SEVERITY_WARNING, err.text);
		return;
	}
	if (lost == 0)
		return;
	snprintf(text, sizeof(text),
		"%lld %s left behind by a console that died: written dates are intact, S goes on",
		(long long)lost, lost == 1 ? "run was" : "runs were");
	push_message(task, EVENT_MESSAGE, SEVERITY_WARNING, text);
}

static void prune_logs(const struct refresh_task *task)
{
	struct error err;
	size_t removed;
	if (!run_logs_prune(task->request.state_folder, RUN_LOGS_KEPT, &removed, &err))
		push_message(task, EVENT_MESSAGE, SEVERITY_WARNING, err.text);
}

static void tell_settlement(const struct refresh_task *task, const struct run_settlement *settled)
{
	char text[EVENT_TEXT_BYTES], more[160] = "";
	bool is_bad = settled->failed > 0 || settled->cut > 0 || settled->lost_count > 0;
	if (settled->done + settled->failed + settled->cut + settled->ended_count +
			settled->unread_count ==
		0)
		return;
	if (settled->cut > 0)
		snprintf(more, sizeof(more), ", %d cut", settled->cut);
	if (settled->lost_count > 0)
		snprintf(more + strlen(more), sizeof(more) - strlen(more), "; %d %s lost",
			settled->lost_count, settled->lost_count == 1 ? "run is" : "runs are");
	if (settled->unread_count > 0)
		snprintf(more + strlen(more), sizeof(more) - strlen(more),
			"; %d long %s still read and not counted yet", settled->unread_count,
			settled->unread_count == 1 ? "log is" : "logs are");
	snprintf(text, sizeof(text), "since you left: %d %s done, %d failed%s", settled->done,
		settled->done == 1 ? "date" : "dates", settled->failed, more);
	push_message(task, EVENT_MESSAGE, is_bad ? SEVERITY_WARNING : SEVERITY_GOOD, text);
}

/* Moves the runs that still live into events: the engine follows them. */
static void push_living(const struct refresh_task *task, struct run_settlement *settled)
{
	for (size_t i = 0; i < settled->living_count; i++) {
		struct living_run *run = &settled->living[i];
		struct event event = new_event(EVENT_RUN_FOUND);
		event.table = run->table;
		text_copy(event.found.id, sizeof(event.found.id), run->id);
		event.found.dates = run->dates;
		event.found.count = run->date_count;
		run->dates = NULL;
		event_queue_push(task->queue, &event, NULL);
	}
}

/* Jobs that nobody's console started hold their tables all the same. */
static void name_outsiders(const struct refresh_task *task)
{
	size_t table_count = task->request.pipeline->table_count;
	struct found_processes found = {0};
	struct process_search search = {.commands = (const struct command *const *)task->commands,
		.command_count = table_count};
	struct error err;
	if (!process_scan(&search, &found, &err))
		push_message(task, EVENT_MESSAGE, SEVERITY_WARNING, err.text);
	found_processes_forget_of(&found, task->request.state_folder);
	for (size_t i = 0; i < found.count; i++) {
		struct buffer words = {0};
		buffer_add_format(&words, "%s is being written by ",
			task->request.pipeline->tables[found.items[i].command].short_name);
		found_process_describe(&found.items[i], &words);
		push_message(task, EVENT_MESSAGE, SEVERITY_WARNING, buffer_text(&words));
		push_holder(task, found.items[i].command, buffer_text(&words));
		buffer_release(&words);
	}
	found_processes_release(&found);
}

static void settle_commands(const struct refresh_task *task)
{
	const struct witness_request *request = &task->request;
	struct run_settlement settled = {0};
	struct error err;
	if (!run_settle(request->pipeline, request->state_folder, task->log_rules, &settled, &err))
		push_message(task, EVENT_MESSAGE, SEVERITY_ERROR, err.text);
	if (!outside_settle(
		    request->pipeline, request->state_folder, task->log_rules, &settled, &err))
		push_message(task, EVENT_MESSAGE, SEVERITY_WARNING, err.text);
	tell_settlement(task, &settled);
	push_living(task, &settled);
	if (!task->follow_outside)
		name_outsiders(task);
	run_settlement_release(&settled);
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
			push_holder(task, i,
				table_lock_is_held(task->request.state_folder,
					pipeline->tables[i].name, holder)
					? holder
					: "");
}

/* Moves what was read into events. EVENT_HISTORY is the last one: the engine waits for it. */
static void push_witnesses(const struct refresh_task *task, struct witnesses *witnesses)
{
	struct event event = new_event(EVENT_COVERAGE);
	event.coverage.range = task->request.range;
	event.coverage.receipts = witnesses->receipts;
	event.coverage.raw_days = witnesses->raw_days;
	event_queue_push(task->queue, &event, NULL);
	find_outsiders(task);
	if (witnesses->has_counts) {
		event = new_event(EVENT_COUNTS);
		event.counts.counts = witnesses->counts;
		event.counts.table_of_layout = witnesses->table_of_layout;
		event.counts.layout_count = witnesses->layout_count;
		event_queue_push(task->queue, &event, NULL);
	}
	event = new_event(EVENT_CHECKPOINTS);
	event.checkpoints = memory_new(sizeof(*event.checkpoints));
	*event.checkpoints = witnesses->checkpoints;
	event_queue_push(task->queue, &event, NULL);
	event = new_event(EVENT_HISTORY);
	event.history.items = witnesses->attempts;
	event.history.count = witnesses->attempt_count;
	event.history.excuses = witnesses->excuses;
	event.history.excuse_count = witnesses->excuse_count;
	event_queue_push(task->queue, &event, NULL);
	*witnesses = (struct witnesses){0};
}

/* Who reads beside a run in the background follows it; after what it has written so far. */
static void look_for_background(const struct refresh_task *task)
{
	char *path = background_find(task->request.state_folder);
	if (path == NULL)
		return;
	struct event event = new_event(EVENT_BACKGROUND);
	event.background.lives = true;
	text_copy(event.background.id, sizeof(event.background.id), strrchr(path, '/') + 1);
	event.background.severity = SEVERITY_INFO;
	text_copy(event.background.text, sizeof(event.background.text),
		"native work goes on in the background: it is followed here");
	event_queue_push(task->queue, &event, NULL);
	free(path);
}

static void push_dead_background(const struct refresh_task *task, struct resume *resume)
{
	struct event event = new_event(EVENT_BACKGROUND);
	event.background.severity = SEVERITY_WARNING;
	snprintf(event.background.text, sizeof(event.background.text),
		"native work in the background died: %lld cells are left",
		(long long)resume_count(resume));
	event.background.resume = memory_new(sizeof(*resume));
	*event.background.resume = *resume;
	*resume = (struct resume){0};
	event_queue_push(task->queue, &event, NULL);
}

/* Its file is there as long as it has not come to its end, and we own the folder: it has died. */
static void look_for_dead_background(const struct refresh_task *task)
{
	struct resume resume = {0};
	char *path = background_resume_path(task->request.state_folder);
	if (path_exists(path) && resume_read(task->request.pipeline, path, &resume, NULL))
		push_dead_background(task, &resume);
	resume_release(&resume);
	free(path);
}

static void push_costs(void *context, const char *sentence)
{
	push_message(context, EVENT_MESSAGE, SEVERITY_INFO, sentence);
}

static void store_excuse(struct refresh_task *task)
{
	char text[EVENT_TEXT_BYTES];
	bool done = excuse_wish_store(task->excuse, task->request.state_folder, text, sizeof(text));
	push_message(task, EVENT_MESSAGE, done ? SEVERITY_GOOD : SEVERITY_ERROR, text);
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
	task->request.hear_costs = push_costs;
	task->request.costs_context = task;
	if (task->reconcile) {
		reconcile(task);
		prune_logs(task);
		if (task->log_rules != NULL)
			settle_commands(task);
	}
	if (witnesses_read(&task->request, &witnesses, &err))
		push_witnesses(task, &witnesses);
	else {
		find_outsiders(task);
		push_message(task, EVENT_COVERAGE_FAILED, SEVERITY_ERROR, err.text);
	}
	if (task->follows)
		look_for_background(task);
	if (task->offers)
		look_for_dead_background(task);
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

static void merge_count(
	const struct engine *engine, struct event *event, const struct receipt *recent)
{
	size_t table = pipeline_find(engine->options.pipeline, recent->table);
	struct day_counts *counts = &event->counts.counts;
	size_t layout = 0;
	while (layout < event->counts.layout_count &&
		event->counts.table_of_layout[layout] != table)
		layout++;
	if (layout == event->counts.layout_count)
		return;
	if (counts->is_overview) {
		day_counts_put(counts, &(struct day_count){.table = layout,
					       .date = recent->date,
					       .rows = recent->rows,
					       .distinct_keys = -1,
					       .written_ms = recent->written_ms});
		return;
	}
	const struct pipeline_table *described = &engine->options.pipeline->tables[table];
	for (size_t i = 0; i < counts->count; i++)
		if (counts->items[i].table == layout && counts->items[i].date == recent->date) {
			counts->items[i].rows = recent->rows;
			counts->items[i].distinct_keys = recent->distinct_keys;
			for (size_t k = 0; k < described->critical_count; k++)
				counts->nulls[counts->items[i].first_null + k] =
					receipt_nulls(recent, described->critical[k].column);
			return;
		}
	int64_t nulls[PIPELINE_EDGES_MAX];
	for (size_t k = 0; k < described->critical_count; k++)
		nulls[k] = receipt_nulls(recent, described->critical[k].column);
	day_counts_add(counts,
		&(struct day_count){.table = layout,
			.date = recent->date,
			.rows = recent->rows,
			.distinct_keys = recent->distinct_keys},
		nulls, described->critical_count);
}

void engine_refresh_came(struct engine *engine, struct event *event)
{
	for (size_t i = 0; i < engine->recent_count; i++)
		if (event->kind == EVENT_COVERAGE)
			merge_receipt(&event->coverage.receipts, &engine->recent[i]);
		else
			merge_count(engine, event, &engine->recent[i]);
}

/* The sample season */

struct import_task {
	char *folder; /* of the CSV files while they are needed */
	char *rejected;
	const char *warehouse;
	struct cancel *cancel; /* lent */
	struct event_queue *queue;
};

static void hear_progress(void *context, const char *what, int64_t done, int64_t total)
{
	struct import_task *task = context;
	struct event event = new_event(EVENT_IMPORT_PROGRESS);
	event.import.done = done;
	event.import.total = total;
	text_copy(event.import.what, sizeof(event.import.what), what);
	event_queue_push(task->queue, &event, task->cancel);
}

static void import(void *argument)
{
	struct import_task *task = argument;
	struct import_listener listener = {.context = task, .progress = hear_progress};
	struct sample_options sample = {.seasons = 1, .seed = 1};
	struct import_options options = {.rejected_folder = task->rejected,
		.range = {0, -1},
		.listener = &listener,
		.cancel = task->cancel};
	struct import_report report = {0};
	struct error err;
	bool done = import_sample(task->warehouse, task->folder, &sample, &options, &report, &err);
	struct event event = new_event(EVENT_IMPORT_FINISHED);
	event.message.severity = done ? SEVERITY_GOOD : SEVERITY_ERROR;
	if (done)
		snprintf(event.message.text, sizeof(event.message.text),
			"the sample season is imported: %lld games, %lld player rows",
			(long long)report.tables[RAW_GAMES].added,
			(long long)report.tables[RAW_PLAYER_BOX].added);
	else
		text_copy(event.message.text, sizeof(event.message.text), err.text);
	event_queue_push(task->queue, &event, NULL);
	free(task->folder);
	free(task->rejected);
	free(task);
}

void engine_import_sample(struct engine *engine)
{
	struct error err;
	if (engine->options.read_only || engine->import != NULL) {
		engine_say(engine, SEVERITY_WARNING, "%s",
			engine->import != NULL ? "an import is under way already"
					       : "read-only: nothing is imported");
		return;
	}
	struct import_task *task = memory_new(sizeof(*task));
	task->folder = path_join(engine->options.state_folder, "sample");
	task->rejected = path_join(engine->options.state_folder, "rejected");
	task->warehouse = engine->options.warehouse;
	task->queue = engine->queue;
	bool started = cancel_new(&engine->import, &err);
	task->cancel = engine->import;
	if (started && worker_pool_run(engine->pool, import, task, &err))
		return;
	cancel_free(engine->import);
	engine->import = NULL;
	free(task->folder);
	free(task->rejected);
	free(task);
	engine_say(engine, SEVERITY_ERROR, "cannot import: %s", err.text);
}

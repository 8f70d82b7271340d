/* The sample season is made and imported, on the io lane. */
#include "engine_parts.h"

#include "base/clock.h"
#include "base/memory.h"
#include "base/path.h"
#include "engine/import_folder.h"

#include <stdio.h>
#include <stdlib.h>

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
	struct event event = {.kind = EVENT_IMPORT_PROGRESS, .at_ms = clock_wall_ms()};
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
	struct event event = {.kind = EVENT_IMPORT_FINISHED, .at_ms = clock_wall_ms()};
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

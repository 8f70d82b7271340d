/* What other consoles left: the first refresh of an owner settles it before it reads, and tells it.
 */
#include "engine_refresh_parts.h"

#include "base/memory.h"
#include "base/path.h"
#include "engine/background.h"
#include "jobs/outside.h"
#include "jobs/process_scan.h"
#include "jobs/run_adopt.h"
#include "jobs/run_logs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void reconcile(const struct refresh_task *task)
{
	struct error err;
	int64_t lost;
	char text[EVENT_TEXT_BYTES];
	const struct witness_request *request = &task->request;
	if (!witnesses_reconcile(request->warehouse, request->state_folder, &lost, &err)) {
		refresh_say(task, EVENT_MESSAGE, SEVERITY_WARNING, err.text);
		return;
	}
	if (lost == 0)
		return;
	snprintf(text, sizeof(text),
		"%lld %s left behind by a console that died: written dates are intact, S goes on",
		(long long)lost, lost == 1 ? "run was" : "runs were");
	refresh_say(task, EVENT_MESSAGE, SEVERITY_WARNING, text);
}

static void prune_logs(const struct refresh_task *task)
{
	struct error err;
	size_t removed;
	if (!run_logs_prune(task->request.state_folder, RUN_LOGS_KEPT, &removed, &err))
		refresh_say(task, EVENT_MESSAGE, SEVERITY_WARNING, err.text);
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
	refresh_say(task, EVENT_MESSAGE, is_bad ? SEVERITY_WARNING : SEVERITY_GOOD, text);
}

/* Moves the runs that still live into events: the engine follows them. */
static void push_living(const struct refresh_task *task, struct run_settlement *settled)
{
	for (size_t i = 0; i < settled->living_count; i++) {
		struct living_run *run = &settled->living[i];
		struct event event = refresh_event(EVENT_RUN_FOUND);
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
		refresh_say(task, EVENT_MESSAGE, SEVERITY_WARNING, err.text);
	found_processes_forget_of(&found, task->request.state_folder);
	for (size_t i = 0; i < found.count; i++) {
		struct buffer words = {0};
		buffer_add_format(&words, "%s is being written by ",
			task->request.pipeline->tables[found.items[i].command].short_name);
		found_process_describe(&found.items[i], &words);
		refresh_say(task, EVENT_MESSAGE, SEVERITY_WARNING, buffer_text(&words));
		refresh_tell_holder(task, found.items[i].command, buffer_text(&words));
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
		refresh_say(task, EVENT_MESSAGE, SEVERITY_ERROR, err.text);
	if (!outside_settle(
		    request->pipeline, request->state_folder, task->log_rules, &settled, &err))
		refresh_say(task, EVENT_MESSAGE, SEVERITY_WARNING, err.text);
	tell_settlement(task, &settled);
	push_living(task, &settled);
	if (!task->follow_outside)
		name_outsiders(task);
	run_settlement_release(&settled);
}

void refresh_settle(const struct refresh_task *task)
{
	reconcile(task);
	prune_logs(task);
	if (task->log_rules != NULL)
		settle_commands(task);
}

/* Who reads beside a run in the background follows it; after what it has written so far. */
static void look_for_background(const struct refresh_task *task)
{
	char *path = background_find(task->request.state_folder);
	if (path == NULL)
		return;
	struct event event = refresh_event(EVENT_BACKGROUND);
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
	struct event event = refresh_event(EVENT_BACKGROUND);
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

void refresh_look_for_background(const struct refresh_task *task)
{
	if (task->follows)
		look_for_background(task);
	if (task->offers)
		look_for_dead_background(task);
}

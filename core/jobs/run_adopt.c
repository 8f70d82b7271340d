#include "jobs/run_adopt.h"

#include "base/clock.h"
#include "base/memory.h"
#include "base/path.h"
#include "command_follow.h"
#include "jobs/command.h"

#include <stdlib.h>
#include <string.h>

struct settling {
	const struct pipeline *pipeline;
	const char *state_folder;
	const struct log_rules *rules;
	struct ledger_runs known; /* by id */
	struct run_settlement *settled;
};

static int by_id(const void *a, const void *b)
{
	const struct ledger_run *first = a, *second = b;
	return strcmp(first->id, second->id);
}

static const struct ledger_run *find_known(const struct settling *settling, const char *id)
{
	struct ledger_run key = {0};
	text_copy(key.id, sizeof(key.id), id);
	return settling->known.count == 0 ? NULL
					  : bsearch(&key, settling->known.items,
						    settling->known.count, sizeof(key), by_id);
}

static void add_living(struct settling *settling, const struct command_follow *follow,
	struct run_about *about, size_t table)
{
	struct run_settlement *settled = settling->settled;
	const struct run_process *process = &run_watch_evidence(follow->watch)->process;
	ARRAY_GROW(settled->living, settled->living_count, settled->living_capacity);
	struct living_run *run = &settled->living[settled->living_count++];
	*run = (struct living_run){.table = table,
		.dates = about->dates,
		.date_count = about->date_count,
		.supervisor = process->supervisor,
		.child = process->child};
	text_copy(run->id, sizeof(run->id), about->id);
	about->dates = NULL;
	about->date_count = 0;
}

static void count_news(struct run_settlement *settled, const struct command_book *book)
{
	settled->done += book->new_done;
	settled->failed += book->new_failed;
	settled->cut += book->new_cut;
}

static bool settle_follow(struct settling *settling, struct run_report *report,
	struct run_about *about, const char *path, struct error *err)
{
	struct command_follow follow;
	struct follow_target target = {path, about->dates, about->date_count, true};
	struct run_settlement *settled = settling->settled;
	if (!command_follow_open(&follow, report, &target, err))
		return false;
	bool lives = command_follow_lives(&follow);
	enum run_outcome outcome = RUN_GOES_ON;
	/* Who follows a run that lives reads all of it: nobody waits for a large log twice. */
	if (lives && !command_follow_is_large(&follow))
		command_follow_catch_up(&follow);
	else if (!lives)
		outcome = command_follow_to_end(&follow);
	struct ledger_run summary = command_follow_summary(&follow, outcome);
	run_report_end(report, &summary);
	settled->ended_count += !lives;
	settled->unread_count += lives && command_follow_is_large(&follow);
	settled->lost_count += outcome == RUN_LOST;
	count_news(settled, &follow.book);
	if (lives)
		add_living(settling, &follow, about, report->task->table);
	command_follow_close(&follow);
	return true;
}

static void begin(
	struct run_report *report, const struct run_about *about, const char *path, bool is_new)
{
	struct ledger_run run = {.executor = "command",
		.range = about->range,
		.planned = (int64_t)about->date_count,
		.started_ms = about->made_ms};
	char *log = path_join(path, RUN_FILE_LOG);
	text_copy(run.id, sizeof(run.id), about->id);
	text_copy(run.log_path, sizeof(run.log_path), log);
	run_report_begin(report, &run, is_new);
	free(log);
}

static bool settle_run(struct settling *settling, const char *path, struct run_about *about,
	const struct ledger_run *known, struct error *err)
{
	size_t table = pipeline_find(settling->pipeline, about->table);
	if (table == settling->pipeline->table_count)
		return true; /* of an earlier shape of the pipeline: left alone */
	struct run_task task = {.table = table,
		.dates = about->dates,
		.date_count = about->date_count,
		.pipeline = settling->pipeline,
		.log_rules = settling->rules,
		.state_folder = settling->state_folder};
	struct run_report report;
	struct command *command = NULL; /* of a later shape of the pipeline perhaps: its secrets */
	if (command_parse(settling->pipeline, table, &command, NULL))
		task.command = command;
	run_report_init(&report, &task);
	begin(&report, about, path, known == NULL);
	bool done = settle_follow(settling, &report, about, path, err);
	if (!done)
		run_report_end(&report, &(struct ledger_run){.outcome = RUN_GOES_ON});
	command_free(command);
	return done;
}

/* A start that was refused, or a console that died before it: nothing ran. */
static bool never_ran(const char *path)
{
	struct run_evidence evidence;
	return !run_look(path, &evidence, NULL) || run_judge(&evidence) == RUN_STATE_NOT_STARTED;
}

static bool settle_folder(struct settling *settling, const char *id, struct error *err)
{
	struct run_about about = {0};
	const struct ledger_run *known = find_known(settling, id);
	if (known != NULL && known->outcome != RUN_GOES_ON)
		return true;
	char *path = run_folder_of(settling->state_folder, id);
	bool done = true;
	if ((known != NULL || !never_ran(path)) && run_folder_read(path, &about, NULL))
		done = settle_run(settling, path, &about, known, err);
	run_about_release(&about);
	free(path);
	return done;
}

/* The ledger waits for them, and there is nothing to wait for. */
static bool end_without_folder(struct settling *settling, struct ledger *ledger, struct error *err)
{
	for (size_t i = 0; i < settling->known.count; i++) {
		struct ledger_run run = settling->known.items[i];
		char *path = run_folder_of(settling->state_folder, run.id);
		bool is_gone = run.outcome == RUN_GOES_ON && strcmp(run.executor, "command") == 0 &&
			       !path_exists(path);
		free(path);
		if (!is_gone)
			continue;
		run.outcome = RUN_LOST;
		run.ended_ms = clock_wall_ms();
		run.left = run.planned;
		if (!ledger_run_end(ledger, &run, err))
			return false;
		settling->settled->lost_count++;
		settling->settled->ended_count++;
	}
	return true;
}

static bool settle_all(struct settling *settling, struct ledger *ledger, struct error *err)
{
	struct run_list list = {0};
	if (!ledger_newest_runs(ledger, NULL, LEDGER_LIST_MAX, &settling->known, err) ||
		!run_folder_list(settling->state_folder, &list, err))
		return false;
	if (settling->known.count > 0)
		qsort(settling->known.items, settling->known.count, sizeof(*settling->known.items),
			by_id);
	bool done = end_without_folder(settling, ledger, err);
	for (size_t i = list.count; done && i > 0; i--)
		done = settle_folder(settling, list.ids[i - 1], err);
	run_list_release(&list);
	return done;
}

bool run_settle(const struct pipeline *pipeline, const char *state_folder,
	const struct log_rules *rules, struct run_settlement *settled, struct error *err)
{
	struct ledger *ledger = NULL;
	struct run_settlement found = {0};
	struct settling settling = {.pipeline = pipeline,
		.state_folder = state_folder,
		.rules = rules,
		.settled = &found};
	struct run_keep keep = {
		.now_ms = clock_wall_ms(), .age_ms = RUN_KEEP_AGE_MS, .count = RUN_KEEP_COUNT};
	size_t removed;
	bool done = ledger_open(state_folder, LEDGER_WRITE, &ledger, err) &&
		    settle_all(&settling, ledger, err) &&
		    run_folder_prune(state_folder, &keep, &removed, err);
	ledger_close(ledger);
	free(settling.known.items);
	if (done)
		*settled = found;
	else
		run_settlement_release(&found);
	return done;
}

void run_settlement_release(struct run_settlement *settled)
{
	for (size_t i = 0; i < settled->living_count; i++)
		free(settled->living[i].dates);
	free(settled->living);
	*settled = (struct run_settlement){0};
}

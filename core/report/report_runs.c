/* What runs now: native runs of the ledger, command runs of the run folders, and jobs that were
 * started by hand. */
#include "report_parts.h"

#include "base/path.h"
#include "jobs/outside.h"
#include "jobs/run_folder.h"

#include <stdlib.h>
#include <string.h>

static void add_run(struct report *report, struct report_run run)
{
	ARRAY_GROW(report->runs, report->run_count, report->run_capacity);
	report->runs[report->run_count++] = run;
}

static void note_unknown(struct report *report, const char *what, const struct error *err)
{
	buffer_add_format(&report->unknown, "%s: %s\n", what, err->text);
}

/* "process 4711 on host, since ...": 0 when it says something else. */
static long pid_of_holder(const char *holder)
{
	const char *start = "process ";
	return text_starts_with(holder, start) ? strtol(holder + strlen(start), NULL, 10) : 0;
}

static void add_native(struct report *report, size_t table, const struct ledger_run *run)
{
	add_run(report,
		(struct report_run){.kind = REPORT_NATIVE,
			.table = table,
			.range = run->range,
			.started_ms = run->started_ms,
			.pid = pid_of_holder(report->holder),
			.log = run->log_path[0] != '\0' ? memory_copy_text(run->log_path) : NULL,
			.state = "running"});
}

static void take_runs(struct report *report, size_t table, const struct ledger_runs *runs)
{
	for (size_t i = 0; i < runs->count; i++) {
		const struct ledger_run *run = &runs->items[i];
		bool is_native = strcmp(run->executor, "native") == 0;
		if (run->outcome == RUN_GOES_ON && (report->is_owned || !is_native)) {
			if (is_native) /* others have a run folder */
				add_native(report, table, run);
			continue;
		}
		ARRAY_GROW(report->newest.items, report->newest.count, report->newest.capacity);
		report->newest.items[report->newest.count++] = *run;
		return;
	}
}

/* Two of each table: the one that runs, and the one before. */
static bool read_tables(struct report *report, struct ledger *ledger, struct error *err)
{
	const struct pipeline *pipeline = report->request.pipeline;
	for (size_t i = 0; i < pipeline->table_count; i++) {
		struct ledger_runs runs = {0};
		size_t table = pipeline->order[i];
		if (!ledger_newest_runs(ledger, pipeline->tables[table].name, 2, &runs, err))
			return false;
		take_runs(report, table, &runs);
		free(runs.items);
	}
	return ledger_read_excuses(ledger, report->request.range, &report->excuses, err);
}

static bool read_ledger(struct report *report, struct error *err)
{
	struct ledger *ledger;
	report->is_owned = lock_holder(report->request.state_folder, report->holder);
	if (!ledger_exists(report->request.state_folder))
		return true;
	if (!ledger_open(report->request.state_folder, LEDGER_READ, &ledger, err))
		return false;
	bool done = read_tables(report, ledger, err);
	ledger_close(ledger);
	return done;
}

static bool is_going_on(enum run_state state)
{
	return state == RUN_STATE_RUNNING || state == RUN_STATE_ENDING ||
	       state == RUN_STATE_UNATTENDED;
}

static void look_at_folder(struct report *report, const char *path, struct process_identity own[2])
{
	struct run_about about;
	struct run_evidence evidence;
	struct error err;
	if (!run_look(path, &evidence, &err)) {
		note_unknown(report, "a run that could not be looked at", &err);
		return;
	}
	enum run_state state = run_judge(&evidence);
	if (!is_going_on(state))
		return;
	own[0] = evidence.process.supervisor;
	own[1] = evidence.process.child;
	if (!run_folder_read(path, &about, &err)) {
		note_unknown(report, "a run that could not be read", &err);
		return;
	}
	size_t table = pipeline_find(report->request.pipeline, about.table);
	if (table < report->request.pipeline->table_count)
		add_run(report, (struct report_run){.kind = REPORT_COMMAND,
					.table = table,
					.range = about.range,
					.started_ms = evidence.process.started_ms,
					.pid = evidence.process.child.pid,
					.log = path_join(path, RUN_FILE_LOG),
					.state = run_state_word(state)});
	run_about_release(&about);
}

/* The newest folders; own: two processes of each run that goes on. */
static size_t look_at_folders(struct report *report, struct process_identity *own)
{
	struct run_list list = {0};
	struct error err;
	size_t own_count = 0;
	if (!run_folder_list(report->request.state_folder, &list, &err)) {
		note_unknown(report, "the command runs", &err);
		return 0;
	}
	for (size_t i = 0; i < list.count && i < REPORT_RUN_FOLDERS_MAX; i++) {
		struct process_identity pair[2] = {{0}};
		char *path = run_folder_of(report->request.state_folder, list.ids[i]);
		look_at_folder(report, path, pair);
		free(path);
		for (int k = 0; k < 2; k++)
			if (pair[k].pid != 0)
				own[own_count++] = pair[k];
	}
	run_list_release(&list);
	return own_count;
}

static void take_found(struct report *report, const struct found_processes *found)
{
	for (size_t i = 0; i < found->count; i++) {
		const struct found_process *process = &found->items[i];
		if (process->is_supervised)
			continue; /* its run folder told of it */
		add_run(report,
			(struct report_run){.kind = REPORT_BY_HAND,
				.table = process->command,
				.range = process->dates.is_known ? process->dates.range
								 : (struct date_range){0, -1},
				.started_ms = process->started_ms,
				.pid = process->identity.pid,
				.log = memory_copy_text(process->log_path),
				.state = "running"});
	}
}

/* Jobs that somebody started in another window. */
static void scan(struct report *report, const struct process_identity *own, size_t own_count)
{
	struct found_processes found;
	struct error err;
	if (!outside_scan(report->request.pipeline, own, own_count, &found, &err))
		note_unknown(report, "jobs started by hand", &err);
	take_found(report, &found);
	found_processes_release(&found);
}

void report_find_runs(struct report *report)
{
	struct error err;
	if (!read_ledger(report, &err) && !report->is_partial) { /* else it was told */
		note_unknown(report, "earlier runs and excuses", &err);
		report->is_partial = true;
	}
	struct process_identity *own = memory_new_array(2UL * REPORT_RUN_FOLDERS_MAX, sizeof(*own));
	size_t own_count = look_at_folders(report, own);
	scan(report, own, own_count);
	free(own);
}

void report_release_runs(struct report *report)
{
	for (size_t i = 0; i < report->run_count; i++)
		free(report->runs[i].log);
	free(report->runs);
	free(report->newest.items);
}

const char *report_kind_word(enum report_run_kind kind)
{
	switch (kind) {
	case REPORT_NATIVE:
		return "native";
	case REPORT_COMMAND:
		return "command";
	case REPORT_BY_HAND:
		return "by hand";
	}
	return "";
}

#include "jobs/command_start.h"

#include "jobs/git_state.h"
#include "jobs/process_scan.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern char **environ;

static bool refuse_second_writer(const struct command_start *start, struct error *err)
{
	struct found_processes found = {0};
	struct process_search search = {.commands = &start->command, .command_count = 1};
	if (!process_scan(&search, &found, err))
		return false;
	bool is_free = true;
	for (size_t i = 0; i < found.count && is_free; i++) {
		struct buffer words = {0};
		if (found_process_is_of(&found.items[i], start->state_folder))
			continue;
		found_process_describe(&found.items[i], &words);
		is_free = error_set(err, ERROR_BUSY, "%s is being written by %s",
			start->command->table, buffer_text(&words));
		buffer_release(&words);
	}
	found_processes_release(&found);
	return is_free;
}

static bool launch(const struct command_start *start, struct run_about *about, struct error *err)
{
	const struct command *command = start->command;
	char **argv = command_argv(command, start->run);
	char **environment = command_environment(command, environ);
	struct launch launch = {.supervisor = start->supervisor,
		.state_folder = start->state_folder,
		.about = about,
		.argv = argv,
		.environment = environment,
		.kill_after_ms = command->kill_after_ms,
		.stop_signal = command->stop_signal,
		.free_bytes_min = start->free_bytes_min};
	bool started = launch_run(&launch, err);
	command_list_free(argv);
	command_list_free(environment);
	return started;
}

bool command_start(const struct command_start *start, struct error *err)
{
	const struct command *command = start->command;
	if (!command_preflight(command, err) || !refuse_second_writer(start, err))
		return false;
	struct git_state git = git_state_read(command->cwd);
	struct run_about about = {.pipeline = (char *)start->pipeline,
		.table = (char *)command->table,
		.cwd = (char *)command->cwd,
		.range = start->run->range,
		.dates = start->run->dates,
		.date_count = start->run->date_count,
		.attempt = start->attempt,
		.made_ms = start->now_ms,
		.timeout_ms = command->timeout_ms,
		.nice = command->nice,
		.git_commit = git.is_known ? git.commit : NULL,
		.git_dirty = git.is_dirty};
	if (!text_copy(about.id, sizeof(about.id), start->id))
		return error_set(err, ERROR_INPUT, "\"%.60s\" cannot name a run", start->id);
	about.argv = command_shown_argv(command, start->run);
	about.environment = command_shown_environment(command);
	bool started = launch(start, &about, err);
	command_list_free(about.argv);
	command_list_free(about.environment);
	return started;
}

#include "command_start.h"

#include "base/clock.h"
#include "command_parts.h"
#include "jobs/git_state.h"
#include "jobs/process_scan.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define TURN_MS_MAX  (LAUNCH_ENDING_MS + 2000) /* the longest that another start takes */
#define TURN_LOOK_MS 10

extern char **environ;

/*
 * Another console with another state folder does not see our locks. Both see the script: whoever
 * looks for its writers and starts it holds it meanwhile, or two could look at the same moment,
 * find nobody, and both start. -1: nothing could be held (people lock their scripts themselves, and
 * some file systems have no locks); the look goes on without.
 */
static int take_turn(const struct command *command)
{
	int64_t deadline_ms = clock_monotonic_ms() + TURN_MS_MAX;
	char *path = command_subject(command);
	int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	free(path);
	while (file >= 0 && flock(file, LOCK_EX | LOCK_NB) != 0) {
		if (errno == EINTR)
			continue;
		if (errno != EWOULDBLOCK || clock_monotonic_ms() >= deadline_ms) {
			close(file);
			return -1;
		}
		(void)poll(NULL, 0, TURN_LOOK_MS);
	}
	return file;
}

static bool refuse_second_writer(const struct command_start *start, struct error *err)
{
	struct found_processes found = {0};
	struct process_search search = {.commands = &start->command, .command_count = 1};
	if (!process_scan(&search, &found, err))
		return false;
	found_processes_forget_of(&found, start->state_folder);
	bool is_free = found.count == 0;
	if (!is_free) {
		struct buffer words = {0};
		found_process_describe(&found.items[0], &words);
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
	if (!command_preflight(command, err))
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
	int turn = take_turn(command);
	bool started = refuse_second_writer(start, err) && launch(start, &about, err);
	if (turn >= 0)
		close(turn);
	command_list_free(about.argv);
	command_list_free(about.environment);
	return started;
}

/* What run folders, /proc and git say, command lines of strangers, and the jobs of a pipeline. */
#include "tests/fuzz/support/fuzz.h"

#include "core/jobs/run_about.h"
#include "jobs/command.h"
#include "jobs/git_state.h"
#include "jobs/process_scan.h"

#include <stdlib.h>
#include <string.h>

static void check_run_files(const char *text)
{
	struct run_status status;
	struct run_process process;
	if (run_status_parse(text, &status))
		MUST(status.outcome < RUN_ENDING_COUNT && status.asked < RUN_ASKED_COUNT &&
			status.code >= 0 && status.code <= 255 && text_ends_with(text, "\nend\n"));
	if (run_process_parse(text, &process))
		MUST(process.child.pid >= 0 && process.supervisor.pid >= 0 &&
			strlen(process.boot_id) < RUN_BOOT_ID_BYTES);
}

/* What was read and written again is read as the same. */
static void check_about(const char *text)
{
	struct run_about about, again;
	struct error err;
	if (!run_about_parse(text, strlen(text), "fuzz", &about, &err))
		return;
	char *written = run_about_format(&about);
	MUST(run_about_parse(written, strlen(written), "fuzz", &again, &err));
	char *twice = run_about_format(&again);
	MUST(strcmp(written, twice) == 0);
	free(twice);
	free(written);
	run_about_release(&again);
	run_about_release(&about);
}

static void check_proc(const char *text)
{
	struct process_stat stat;
	if (process_parse_stat(text, &stat))
		MUST(stat.pid > 0 && strlen(stat.name) < PROCESS_NAME_BYTES);
	MUST(process_parse_flags(text) >= -1);
	struct git_state git = git_state_parse(text);
	size_t length = strlen(git.commit);
	MUST(git.is_known ? length == 40 || length == 64 : length == 0 && !git.is_dirty);
}

/* "exec" of the job with nothing put in is what a shell would be shown, whatever the job is. */
static void check_command(const struct command *command, const uint8_t *bytes, size_t length)
{
	static date_t dates[] = {18947, 18949};
	struct command_dates all = {.dates = dates, .date_count = 2};
	struct command_runs runs = {0};
	struct buffer shown = {0};
	command_plan(command, &all, &runs);
	MUST(runs.count == 1 || runs.count == 2);
	for (size_t i = 0; i < runs.count; i++) {
		char **argv = command_argv(command, &runs.items[i]);
		MUST(argv[0] != NULL && argv[0][0] != '\0');
		command_show(command, &runs.items[i], &shown);
		MUST(memchr(shown.bytes, '\n', shown.length) == NULL);
		command_list_free(argv);
	}
	struct process_line line;
	struct process_dates asked;
	process_split_line((const char *)bytes, length, &line);
	process_matches(command, &line, "/work");
	process_read_dates(command, &line, &asked);
	MUST(!asked.is_known || asked.range.first <= asked.range.last);
	free(asked.dates);
	process_line_release(&line);
	buffer_release(&shown);
	command_runs_release(&runs);
}

static void check_job(const char *job, const uint8_t *bytes, size_t length)
{
	struct pipeline *pipeline = NULL;
	struct command *command = NULL;
	struct error err;
	char *json = memory_format(
		"{\"version\": 1, \"name\": \"p\", \"tables\": [{\"name\": \"t\", \"job\": %s}]}",
		job);
	if (pipeline_parse(json, strlen(json), "fuzz", &pipeline, &err)) {
		if (pipeline->tables[0].job.executor == EXECUTOR_COMMAND &&
			command_parse(pipeline, 0, &command, &err))
			check_command(command, bytes, length);
		command_free(command);
		pipeline_free(pipeline);
	}
	free(json);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	static const char python[] = "{\"executor\": \"command\", \"cwd\": \"/work\", \"argv\": "
				     "[\"python\", \"a/x.py\", \"--start-date\", \"{start}\", "
				     "\"--end-date={end}\"], \"argv_dates\": [\"x\", \"--dates\", "
				     "\"{dates}\"]}";
	char *text = memory_copy_span((const char *)bytes, length);
	check_run_files(text);
	check_about(text);
	check_proc(text);
	check_job(text, bytes, length);
	check_job(python, bytes, length);
	free(text);
	return 0;
}
